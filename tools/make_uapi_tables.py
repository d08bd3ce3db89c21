#!/usr/bin/env python3
"""Make src/kapi/uapi/tables/<series>.json: numbers of errnos, signals, capabilities and flags.

    tools/make_uapi_tables.py TREE [-o FILE]

No number is typed by hand. For each architecture the script
1. installs the tree's headers, ``make ARCH=x O=tmp headers`` (needs no cross compiler);
2. preprocesses ``HEADERS`` with the macros that a compiler for that architecture predefines, and
   takes the names of all macros and enum constants that come out;
3. has gcc compile one function per name that hands the constant to an ``asm`` statement, as the
   kernel's own include/linux/kbuild.h does; names that are no integer constants are dropped;
4. checks that ``__BITS_PER_LONG`` is what ``ARCHES`` says.
The host compiler serves all: constants depend on the headers, the predefined macros and the size
of long (``-m32`` or ``-m64``), which all are given; what depends on struct layout gets no number
where gcc cannot be sure of it (:func:`layout_free`). Some constants of kernel-internal headers,
``KERNEL_HEADERS``, are taken over as text and evaluated among the UAPI ones; those that depend on
the configuration (PAGE_SIZE) get no number but are known to exist.

Needs an x86-64 host with gcc, make, and Python 3.11. The tree is only read.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from uapi_sources import (  # noqa: E402
    ARCHES,
    CORE,
    HEADERS,
    KERNEL_HEADERS,
    KERNEL_TYPES,
    LIBC_HEADERS,
    Arch,
)

from kapi.uapi import errnos as errno_text  # noqa: E402  (the path must be set first)
from kapi.uapi.headers import TreeNames  # noqa: E402
from kapi.uapi.tables import FORMAT, PerArch  # noqa: E402
from kapi.uapi.text import enum_names, header_files, macro_names, read_bytes  # noqa: E402
from kapi.uapi.tree import find_tree, kernel_release  # noqa: E402

Values = dict[str, int | None]

MADE_BY = (
    "tools/make_uapi_tables.py: make headers for each architecture, gcc to preprocess them and to"
    " evaluate each constant"
)

# A prefix with this many numbers is a family; it is complete if at most so many other names,
# of internal headers and of these folders' sources, must be listed with it.
FAMILY = 4
MOST_OTHERS = 40

# Names that no spec uses: include guards, reserved names but those of open() and wait(), and
# names in lower case.
_LEFT_OUT = re.compile(r"_(?!_O_|_W)|.*_H_?\Z|[a-z]")
_TEXT = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)((?:\\\n|[^\n])*)", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RESULT = re.compile(r"->(\w+) \$?(-?\d+) \$?(-?\d+) \$?(-?\d+)")


def install_headers(tree: Path, arch: Arch, build: Path) -> Path:
    """``make headers`` for one architecture; the folder that <linux/...> is in."""
    command = ["make", "-s", "-C", str(tree), f"O={build}", f"ARCH={arch.kernel_arch}", "headers"]
    subprocess.run(command, check=True)
    include = build / "usr/include"
    for header in LIBC_HEADERS:
        (include / header).touch()
    return include


def compiler(arch: Arch, include: Path) -> list[str]:
    """The gcc command with which headers look as they do to that architecture's compiler."""
    predefined = subprocess.run(
        ["gcc", "-m64", "-dM", "-E", "-xc", "/dev/null"], check=True, capture_output=True, text=True
    )
    x86 = re.findall(
        r"#define (\w*(?:86|amd64|k8|_LP64|__LP64__|code_model)\w*)", predefined.stdout
    )
    x86 += ["__i386", "__i386__", "i386", "__i686__", "__i686"]
    flags = [f"-U{name}" for name in x86] + [f"-D{define}" for define in arch.defines]
    return ["gcc", f"-m{arch.bits}", "-nostdinc", f"-I{include}", "-xc", *flags]


def kernel_macros(tree: Path) -> str:
    """The chosen kernel-internal macros as C text; a UAPI macro of the name stays as it is.

    Conditionals are not evaluated: a macro with several definitions becomes one without a value.
    """
    lines = []
    for path, pattern in KERNEL_HEADERS.items():
        text = _COMMENT.sub(" ", read_bytes(str(tree / path)).decode())
        found: dict[str, set[str]] = {}
        for name, value in _TEXT.findall(text):
            if re.fullmatch(pattern, name):
                found.setdefault(name, set()).add(value)
        for name, values in found.items():
            value = values.pop() if len(values) == 1 else ""
            lines += [f"#ifndef {name}", f"#define {name}{value}", "#endif"]
    return "\n".join(lines) + "\n"


def preamble(tree: Path) -> str:
    """The C text before the constants."""
    includes = "".join(f"#include <{header}>\n" for header in HEADERS)
    return includes + KERNEL_TYPES + kernel_macros(tree)


def macros(gcc: list[str], text: str) -> tuple[set[str], set[str]]:
    """Names of the macros and of the enum constants that preprocessing a text leaves defined."""
    run = subprocess.run(
        [*gcc, "-E", "-dD", "-"], input=text, check=True, capture_output=True, text=True
    )
    names = set[str]()
    for action, name in re.findall(r"^#(define|undef) (\w+)", run.stdout, re.MULTILINE):
        names.add(name) if action == "define" else names.discard(name)
    return names, {name.decode() for name in enum_names(run.stdout.encode())}


def constant_names(gcc: list[str], text: str) -> list[str]:
    """Names that the headers define for one architecture, without those of no interest."""
    names, enums = macros(gcc, text)
    names -= macros(gcc, "")[0]
    return sorted(name for name in names | enums if not _LEFT_OUT.match(name))


def evaluate(gcc: list[str], text: str, names: Iterable[str]) -> Values:
    """The value of each name; None for what is no integer constant.

    Each function gives sign, high and low half, since an ``asm`` operand has the size of long.
    """
    names = list(names)
    good = list(names)
    while True:
        lines = [
            f'void kapi_{name}(void) {{ asm("->{name} %0 %1 %2" :: "i"(({name}) < 0), '
            f'"i"((int)((({name}) & -1LL) >> 32)), "i"((int)(({name}) & -1LL))); }}'
            for name in good
        ]
        run = subprocess.run(
            [*gcc, "-S", "-O0", "-w", "-ftrack-macro-expansion=0", "-o", "-", "-"],
            input=text + '#line 1 "constants"\n' + "\n".join(lines),
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode == 0:
            return dict.fromkeys(names) | parse_values(run.stdout)
        bad = {
            int(line) for line in re.findall(r"^constants:(\d+):.*error", run.stderr, re.MULTILINE)
        }
        if not bad:
            sys.exit(run.stderr)
        good = [name for line, name in enumerate(good, 1) if line not in bad]


def layout_free(arch: Arch, gcc: list[str], text: str, names: list[str]) -> Values:
    """The values; None for those that depend on a struct layout that gcc for x86 cannot make.

    That is the size of structs in ioctl numbers of 32-bit architectures, which align ``u64``
    each in its way. 64-bit ones all align it to 8 bytes.
    """
    values = evaluate(gcc, text, names)
    if arch.bits == 32 and arch.kernel_arch != "x86":
        for option in ("-malign-double", "-fpack-struct=2"):
            other = evaluate([*gcc, option], text, names)
            values = {n: value if other[n] == value else None for n, value in values.items()}
    return values


def parse_values(assembly: str) -> Values:
    """Values from the ``->NAME sign high low`` lines of the compiler's output."""
    values: Values = {}
    for name, negative, high, low in _RESULT.findall(assembly):
        value = (int(high) << 32) | (int(low) & 0xFFFFFFFF)
        values[name] = value if int(negative) else value & 0xFFFFFFFFFFFFFFFF
    return values


def errno_aliases(include: Path) -> dict[str, str]:
    """Errnos of installed headers that share a number."""
    return errno_text.aliases(
        errno_text.errno_definitions("asm/errno.h", lambda name: str(include / name))
    )


def merge(
    by_arch: Mapping[str, Mapping[str, int | None]] | Mapping[str, Mapping[str, str]],
    names: Iterable[str],
) -> dict[str, PerArch]:
    """One value per name, or the most common one as ``*`` and those that differ."""
    merged: dict[str, PerArch] = {}
    for name in sorted(names):
        values = {arch: found.get(name) for arch, found in by_arch.items()}
        common = Counter(values.values()).most_common(1)[0][0]
        differing = {arch: value for arch, value in values.items() if value != common}
        if not differing and common is not None:
            merged[name] = common
        else:
            shared: dict[str, int | str | None] = {} if common is None else {"*": common}
            merged[name] = shared | differing
    return merged


def tree_names(tree: Path) -> set[str]:
    """Names of all macros and enum constants of the headers, and of the sources of ``CORE``."""
    paths = [*header_files([tree / "include", *sorted(tree.glob("arch/*/include"))])]
    for folder in CORE:
        paths += [str(path) for path in (tree / folder).rglob("*.[ch]")]
    names = set[bytes]()
    for path in paths:
        text = read_bytes(path)
        names.update(macro_names(text), enum_names(text))
    return {name.decode() for name in names}


def families(tree: Path, numbered: set[str], others: set[str]) -> tuple[list[str], set[str]]:
    """Prefixes all of whose names the table can list, and those names that it then must add.

    :param numbered: names with numbers; ``FAMILY`` of them make a prefix worth it.
    :param others: names that the table lists without a number.
    """
    sizes = Counter(name.partition("_")[0] for name in numbered if "_" in name)
    more: dict[str, set[str]] = {}
    for name in tree_names(tree) - numbered - others:
        more.setdefault(name.partition("_")[0], set()).add(name)
    complete = [
        prefix
        for prefix, size in sizes.items()
        if size >= FAMILY and len(more.get(prefix, ())) <= MOST_OTHERS
    ]
    return sorted(complete), set[str]().union(*(more.get(prefix, ()) for prefix in complete))


def make_table(tree: Path, build: Path) -> dict[str, object]:
    """The whole document."""
    values: dict[str, Values] = {}
    aliases: dict[str, dict[str, str]] = {}
    text = preamble(tree)
    for arch in ARCHES:
        include = install_headers(tree, arch, build)
        gcc = compiler(arch, include)
        if evaluate(gcc, text, ["__BITS_PER_LONG"]) != {"__BITS_PER_LONG": arch.bits}:
            sys.exit(f"{arch.name}: __BITS_PER_LONG is not {arch.bits}")
        values[arch.name] = layout_free(arch, gcc, text, constant_names(gcc, text))
        aliases[arch.name] = errno_aliases(include)
    return document(TreeNames(tree), values, aliases)


def document(
    tree: TreeNames, values: Mapping[str, Values], aliases: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """The JSON document of all architectures' values."""
    names = {name for found in values.values() for name in found}
    numbered = {n for found in values.values() for n, value in found.items() if value is not None}
    groups = {
        "errno": tree.errnos & numbered,
        "internal_errno": tree.internal_errnos & numbered,
        "capability": tree.capabilities & numbered,
        "signal": tree.signals & numbered,
    }
    constants = numbered.difference(*groups.values())
    prefixes, more = families(tree.tree, numbered, names - numbered)
    return {
        "format": FORMAT,
        "release": kernel_release(tree.tree),
        "made_by": MADE_BY,
        "arches": {arch.name: {"arch": arch.kernel_arch, "bits": arch.bits} for arch in ARCHES},
        **{group: merge(values, members) for group, members in groups.items()},
        "errno_alias": merge(aliases, {name for found in aliases.values() for name in found}),
        "constant": merge(values, constants),
        "unnumbered": sorted(names - numbered | more),
        "complete_prefixes": prefixes,
    }


def write(table: dict[str, object], path: Path) -> None:
    """One line per name, so that a change of the table reads well as a diff."""
    path.write_text(json.dumps(table, indent=0, separators=(",", ":")) + "\n")


def main() -> int:
    """Read the command line, make the table, say where it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("tree", type=Path, help="a kernel source tree; it is only read")
    parser.add_argument("-o", "--output", type=Path, help="instead of the package's table folder")
    options = parser.parse_args()
    tree = find_tree(options.tree)
    release = tree and kernel_release(tree)
    if not tree or not release:
        parser.error(f"{options.tree} is no kernel tree")
    series = ".".join(release.split(".")[:2])
    output = options.output or ROOT / f"src/kapi/uapi/tables/{series}.json"
    with tempfile.TemporaryDirectory(prefix="kapi-uapi-") as build:
        write(make_table(tree, Path(build)), output)
    print(f"{output}: {output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
