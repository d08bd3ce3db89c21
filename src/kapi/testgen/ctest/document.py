# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole C file around some tests: head, headers, helper functions, tests.

In: chosen cases of one call. Out: :class:`Test` values, and the parts of a file that all formats
have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kapi.model.claims import claims
from kapi.model.spec import Cause, Errno, Spec
from kapi.testgen.ctest.arguments import wrapper
from kapi.testgen.ctest.choose import Chosen
from kapi.testgen.ctest.expect import AS_ROOT, AS_USER, Expected
from kapi.testgen.ctest.layout import comment, statement
from kapi.testgen.ctest.names import names_of
from kapi.testgen.ctest.parts import definitions_of, headers_of, part, with_needs
from kapi.testgen.ctest.program import Body, body_of
from kapi.testgen.numbers import Numbers

_FRAMES: Final = Path(__file__).parent / "frames"


@dataclass(frozen=True, slots=True)
class Test:
    """A case as a test.

    :ivar comment: what it shows.
    :ivar call: the call under test.
    :ivar params: names of its parameters.
    """

    name: str
    chosen: Chosen
    body: Body
    comment: tuple[str, ...]
    call: str
    params: tuple[str, ...]

    @property
    def expected(self) -> Expected:
        """What must come of it."""
        return self.chosen.expected


@dataclass(frozen=True, slots=True)
class Subject:
    """What the tests of a file are about.

    :ivar origin: the command that made the file.
    """

    spec: Spec
    numbers: Numbers
    origin: str = ""

    @property
    def call(self) -> str:
        """The name of the call."""
        return self.spec.name.removeprefix("sys_")


def tests_of(chosen: Sequence[Chosen], subject: Subject) -> tuple[Test, ...]:
    """The tests of some cases."""
    bodies = [body_of(one.case, subject.spec, subject.numbers) for one in chosen]
    names = names_of([one.case for one in chosen], [one.arguments for one in bodies], subject.spec)
    summaries = _summaries(subject.spec)
    return tuple(
        Test(
            name,
            one,
            body,
            tuple(_comment(one, summaries)),
            f"{subject.spec.name}({', '.join(body.arguments)})",
            tuple(param.name for param in subject.spec.parameters),
        )
        for name, one, body in zip(names, chosen, bodies, strict=True)
    )


def _summaries(spec: Spec) -> dict[str, str]:
    """What claims about errors say, in words."""
    found: dict[str, str] = {}
    for error in spec.errors:
        for claim in claims(spec):
            if claim.node is error or (
                isinstance(claim.node, Cause) and claim.node in error.causes
            ):
                found.setdefault(claim.id, _summary(error))
    return found


def _summary(error: Errno) -> str:
    return error.summary or ""


def _comment(one: Chosen, summaries: dict[str, str]) -> list[str]:
    expected = one.expected
    lines = []
    for claim in expected.claims:
        summary = summaries.get(claim)
        lines.append(f"{claim}: {summary}" if summary else claim)
    lines.append(f"case {one.case.id}" + (f": {one.case.why}" if one.case.why else ""))
    if expected.rivals:
        named = " and ".join(expected.rivals)
        lines.append(f"There is reason for {named}, too; {expected.errno} has always won.")
    return comment("\n".join(lines))


def caller_helper(expected: Expected) -> str:
    """The helper that makes the caller the right one; empty if anybody is."""
    return {AS_ROOT: "need_root", AS_USER: "be_ordinary_user"}.get(expected.caller, "")


def set_up(test: Test) -> list[str]:
    """The statements before the call, on lines."""
    helper = caller_helper(test.expected)
    texts = [*([f"{helper}();"] if helper else []), *test.body.statements, *test.body.arming]
    return [line for text in texts for line in statement(text)]


class Asked(NamedTuple):
    """What is asked after the call.

    :param value: that must come; empty for any but a negative one.
    :param call: the expression.
    """

    value: str
    call: str


def result_of(test: Test) -> str:
    """The only result that is right, as C."""
    named = dict(zip(test.params, test.body.arguments, strict=True))
    return named.get(test.expected.equals, str(test.expected.least))


def check_calls(test: Test, result: str) -> list[Asked]:
    """What is asked after the call.

    :param result: the variable that has its result.
    """
    expected, found = test.expected, []
    modes: dict[str, dict[str, int]] = {}
    named = dict(zip(test.params, test.body.arguments, strict=True))
    for check in expected.checks:
        fd = result if check.subject == "ret" else named[check.subject]
        fd = f"(int){fd}" if fd.endswith(("UL", "MAX")) else fd
        if check.predicate == "fd_open":
            found.append(Asked("" if check.answer else "-1", f"fcntl({fd}, F_GETFD)"))
        elif check.predicate == "fd_cloexec":
            found.append(Asked("FD_CLOEXEC" if check.answer else "0", f"fcntl({fd}, F_GETFD)"))
        elif check.predicate == "fd_pos":
            found.append(Asked(str(check.answer), f"lseek({fd}, 0, SEEK_CUR)"))
        elif check.predicate == "fd_kind":
            found.append(Asked("O_PATH" if check.answer else "0", f"fcntl({fd}, F_GETFL) & O_PATH"))
        else:
            modes.setdefault(fd, {})[check.predicate] = check.answer
    for fd, both in modes.items():
        if len(both) == 2:
            found.append(Asked(_access_mode(both), f"fcntl({fd}, F_GETFL) & O_ACCMODE"))
    return list(dict.fromkeys(found))


def _access_mode(both: dict[str, int]) -> str:
    pair = (both["fd_readable"], both["fd_writable"])
    return {(1, 0): "O_RDONLY", (0, 1): "O_WRONLY", (1, 1): "O_RDWR"}.get(pair, "O_ACCMODE")


def needs_result(expected: Expected) -> bool:
    """Whether what follows asks about the result."""
    return any(check.subject == "ret" for check in expected.checks)


def head(subject: Subject, what: str, *more: str) -> list[str]:
    """The first lines of a file."""
    origin = f"Made by: {subject.origin}" if subject.origin else ""
    return [
        "// SPDX-License-Identifier: GPL-2.0",
        *comment(what, *more, *([origin] if origin else [])),
    ]


def frame(name: str) -> str:
    """A fixed part of a format."""
    return (_FRAMES / f"{name}.c").read_text(encoding="ascii").strip("\n")


def helpers(tests: Iterable[Test], more: Iterable[str] = ()) -> list[str]:
    """The names of all helpers that tests need, in order."""
    names = set(more)
    for test in tests:
        names |= test.body.helpers | {caller_helper(test.expected)}
    return with_needs(names - {""})


def assemble(
    first: Sequence[str],
    own_headers: Iterable[str],
    blocks: Sequence[str],
    names: Sequence[str],
    subject: Subject,
    after: Sequence[str] = (),
) -> str:
    """A file: head, headers, definitions, blocks.

    :param own_headers: more headers, as ``#include`` has them.
    :param after: headers that come last, after the others.
    """
    text = "\n\n".join(blocks)
    headers = headers_of(text).union(*(part(name).headers for name in names), own_headers)
    headers |= {"errno.h", "unistd.h", "sys/syscall.h"}
    includes = [f"#include <{name}>" for name in sorted(headers)]
    last = [f'#include "{name}"' for name in after]
    parts = [
        "\n".join(first),
        "\n".join(["#define _GNU_SOURCE", *includes, *([""] if last else []), *last]),
        "\n".join(definitions_of(text, subject.numbers)),
        *blocks,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def code_of(names: Iterable[str]) -> list[str]:
    """The code of some helpers."""
    return [part(name).code for name in names]


def wrapper_of(subject: Subject) -> str:
    """The function that makes the call."""
    return "\n".join(wrapper(subject.spec))
