# SPDX-License-Identifier: GPL-2.0-or-later
"""How what goes into a tree is cut into commits: subjects, reasons, and which file comes when.

In: the paths of the new files. Out: :class:`Step` values, in order. Each leaves a tree that builds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple


class Step(NamedTuple):
    """One commit.

    :param subject: first line of its message.
    :param body: why it is made.
    :param files: patterns of the new files that it brings, as :meth:`PurePath.match` takes them.
    :param hooks: files that the tree has already, whose edits it brings.
    """

    subject: str
    body: str
    files: tuple[str, ...]
    hooks: tuple[str, ...] = ()


_TOOL = "tools/kapi/kapi"
_FRAMEWORK = Step(
    "kapi: add specifications of system calls to the image",
    """\
What a system call takes, what it returns, and every error and when, is
known to those who wrote it, and to nobody else in a form that programs can
read. Manual pages describe it in words and come from elsewhere, so they
cannot be checked against the kernel at hand.

Give such specifications a place in the image. Each object file
contributes records without relocations to the section .kapi_specs: names,
types, widths and rules of parameters, results that mean success, errnos.
Their texts go to .kapi_prose, which is not loaded. Programs read both from
vmlinux and modules. Inside the kernel the records can be found by name and
by number, and pure functions tell whether an argument, a result or an
errno keeps to one.

Nothing looks at a specification while a system call runs. Without
CONFIG_KAPI_SPEC, code and data of the kernel are what they were.

No object has specifications yet.
""",
    (
        "include/linux/kapi.h",
        "kernel/api/core.c",
        "kernel/api/clauses.c",
        "kernel/api/internal.h",
        "kernel/api/Kconfig",
        "kernel/api/Makefile",
    ),
    (
        "include/asm-generic/vmlinux.lds.h",
        "include/linux/module.h",
        "kernel/Makefile",
        "kernel/module/main.c",
        "lib/Kconfig.debug",
    ),
)

_STEPS = (
    _FRAMEWORK,
    Step(
        "kapi: show specifications in debugfs",
        """\
Make the specifications of the running kernel, modules included, readable
without its image: as text, as JSON, and as the raw sections.

The texts are made when the kernel is built. The kernel copies their bytes
and formats nothing, so there is neither a buffer that could be too small
nor an escape that could be forgotten. They take memory, hence an option of
its own.
""",
        ("kernel/api/debugfs.c",),
    ),
    Step(
        "tools/kapi: add the model of a specification",
        """\
Specifications will be written as kernel-doc comments. This is the part of
the tool for them that says what a specification is, and how it is written
as JSON.

The files are those of the kapi package, which checks, formats and shows
specifications. The build needs only the parts that follow, and these need
only the standard library of Python.
""",
        (
            f"{_TOOL}/__init__.py",
            f"{_TOOL}/errors.py",
            f"{_TOOL}/source.py",
            f"{_TOOL}/diagnostics.py",
            f"{_TOOL}/model/*",
        ),
    ),
    Step(
        "tools/kapi: read specifications from comments",
        """\
Read the language of specifications. One table of its fields drives the
reader and the printer; whatever is wrong is reported with file, line and
column.
""",
        (f"{_TOOL}/lang/*",),
    ),
    Step(
        "tools/kapi: find comments and definitions in C files",
        """\
Find the kernel-doc comments of a C file, and the definition below each.
Names and types of parameters come from the code, so that a specification
does not repeat what the compiler knows.
""",
        (f"{_TOOL}/csource/*",),
    ),
    Step(
        "kapi: build records from specifications",
        """\
Generate the records when the kernel is built. kernel/api/index says which
object has specifications and which file holds them; nothing searches the
tree.

Numbers come from the compiler, in the way of asm-offsets.h: one generated
file asks for the values of all constants, and the assembly that it becomes
holds the answers. They are those of this configuration and architecture,
and a constant that does not exist is an error at the line of the
specification.

A specification that is wrong fails the build, and an edited one builds its
own objects again and no other.
""",
        (
            "include/linux/kapi_spec.h",
            "kernel/api/.gitignore",
            "kernel/api/index",
            "tools/kapi/__main__.py",
            f"{_TOOL}/generate/*",
        ),
    ),
)

_SHARED = Step(
    "kapi: specify what several system calls have in common",
    """\
Looking up a descriptor or a path fails in the same ways whichever call
does it. Say so once, for the specifications of those calls to include.
""",
    ("kernel/api/specs/shared/*",),
)

_LAST = (
    Step(
        "kapi: add KUnit tests",
        """\
Test the checks of records against wrong ones, lookups, the judgements on
values of every width and sign, the files in debugfs and their removal, and
the specifications of the image that runs.
""",
        ("kernel/api/.kunitconfig", "kernel/api/kapi_test.c", "kernel/api/debugfs_test.c"),
    ),
    Step(
        "kapi: add a module that has a specification",
        """\
Show how a module brings specifications of its functions, and have one to
test that they come and go with it.
""",
        ("kernel/api/test_module.c",),
    ),
    Step(
        "Documentation: dev-tools: describe specifications of system calls",
        """\
Describe options, costs, the files in debugfs, how to write a
specification, how the build works, the format of the two sections, and
what all this cannot do.
""",
        ("Documentation/dev-tools/kapi.rst",),
        ("Documentation/dev-tools/index.rst", "MAINTAINERS"),
    ),
)


def steps_of(files: Iterable[str]) -> list[Step]:
    """The commits that bring some files, all of them."""
    return [*_STEPS, _SHARED, *_spec_steps(files), *_LAST]


def _spec_steps(files: Iterable[str]) -> list[Step]:
    """One commit for each folder of the tree whose calls have specs."""
    specs = [
        PurePosixPath(path).relative_to("kernel/api/specs") for path in files if _is_spec(path)
    ]
    folders = sorted({str(path.parent) for path in specs} - {"shared"})
    return [
        _spec_step(folder, [path for path in specs if str(path.parent) == folder])
        for folder in folders
    ]


def _is_spec(path: str) -> bool:
    return path.startswith("kernel/api/specs/")


def _spec_step(folder: str, paths: list[PurePosixPath]) -> Step:
    sources = ", ".join(str(path) for path in paths)
    return Step(
        f"kapi: specify system calls of {folder}/",
        f"""\
Add the specifications of calls that are defined in
{sources}.
They were read from these sources, which they name claim by claim.
""",
        (f"kernel/api/specs/{folder}/*",),
    )


#: Files that grow from step to step: parts of them, by a word in each, and the file with which the
#: part comes.
_PARTS = {
    "kernel/api/Makefile": {
        "+= debugfs.o": "kernel/api/debugfs.c",
        "+= kapi_test.o": "kernel/api/kapi_test.c",
        "kapi_test_module": "kernel/api/test_module.c",
        "kapi-": "kernel/api/index",
        "spec-": "kernel/api/index",
    },
    "kernel/api/Kconfig": {
        "config KAPI_SPEC_DEBUGFS": "kernel/api/debugfs.c",
        "config KAPI_KUNIT_TEST": "kernel/api/kapi_test.c",
        "config KAPI_TEST_MODULE": "kernel/api/test_module.c",
    },
}
GROWING = (*_PARTS, "kernel/api/index")


def grown(path: str, text: str, there: set[str]) -> str | None:
    """A file that grows, as it is with some of the new files; ``None`` if it is not there yet.

    :param text: in the end.
    """
    if path not in there:
        return None
    if path not in _PARTS:
        lines = text.splitlines(keepends=True)
        found = [line for line in lines if _names_nothing_else(line, there)]
        return "".join(found).rstrip("\n") + "\n"
    found = [part for part in _parts(path, text) if _file_of(path, part) in {None, *there}]
    return "".join(found).rstrip("\n") + "\n"


def _names_nothing_else(line: str, there: set[str]) -> bool:
    """Whether a line of the index names a file that is there, or none."""
    return line.startswith("#") or line.strip().rpartition(":")[2] in {"", *there}


def _parts(path: str, text: str) -> list[str]:
    """The paragraphs of a Makefile, or the options of a Kconfig file."""
    where = r"(?=^(?:config|endmenu)\b)" if path.endswith("Kconfig") else r"(?<=\n\n)"
    return re.split(where, text, flags=re.MULTILINE)


def _file_of(path: str, part: str) -> str | None:
    """The file with which a part comes; ``None`` if it is there from the beginning."""
    return next((file for word, file in _PARTS[path].items() if word in part), None)
