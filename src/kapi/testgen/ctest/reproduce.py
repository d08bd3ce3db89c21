# SPDX-License-Identifier: GPL-2.0-or-later
"""The smallest C program that shows a contradiction.

In: a case, what was expected and what came. Out: a program whose exit status is 1 if the same comes
again, 0 if not, and 2 where it cannot set its state up.
"""

from __future__ import annotations

import re
from typing import Final

from kapi.model.spec import Param, Spec
from kapi.testgen.case import ROOT, Arg, Case, Slot
from kapi.testgen.ctest.document import Subject, assemble, code_of, frame, head, wrapper_of
from kapi.testgen.ctest.layout import statement
from kapi.testgen.ctest.parts import with_needs
from kapi.testgen.ctest.program import Body, body_of
from kapi.testgen.numbers import Numbers

_ERRNO: Final = re.compile(r"-E[A-Z0-9]+\Z")
_NUMBER: Final = re.compile(r"-?\d+\Z")
#: How long it waits for a call that may not return.
_PATIENCE_S: Final = 10
_SETUP: Final = "#define SETUP(call)\tsetup((long)(call), #call)"
_SETUP_MAP: Final = "#define SETUP_MAP(call)\t((void *)SETUP(call))"


def reproducer(
    case: Case,
    expected: str,
    got: str,
    spec: Spec | None = None,
    numbers: Numbers | None = None,
) -> str:
    """A C program that makes the call of a case and tells what comes of it.

    :param expected: what the spec allows, in words: ``success, EBADF``.
    :param got: what came: ``8``, ``-EBADF``, or another end of a case, such as ``timeout``.
    :param spec: of the call; without one, arguments have no names.
    """
    subject = Subject(spec or _bare_spec(case), numbers or Numbers())
    body = body_of(case, subject.spec, subject.numbers)
    names = with_needs(body.helpers)
    main = _main(case, expected, got, subject, body)
    wrapper = wrapper_of(subject)
    blocks = [*code_of(names), wrapper, main]
    text = "\n".join(blocks)
    needed = [_SETUP] if "SETUP" in text else []
    needed += [_SETUP_MAP] if "SETUP_MAP(" in text else []
    frames = ["\n".join(needed), frame("reproducer")] if needed or "skip(" in text else []
    return assemble(
        head(subject, f"{subject.call}: {_where(case)}", f"case {case.id}"),
        ("stdio.h", "stdlib.h", "string.h"),
        [*(block for block in frames if block), *blocks],
        names,
        subject,
    )


def _where(case: Case) -> str:
    """What it takes to run it."""
    if case.is_guest:
        return "changes the machine, so run it as root in a virtual machine, in an empty directory."
    who = " as root" if ROOT in case.tags else ""
    return f"run it{who} in an empty directory; what it makes there stays."


def _main(case: Case, expected: str, got: str, subject: Subject, body: Body) -> str:
    uses_alarm = any("ITIMER" in line for line in body.arming)
    call = f"{subject.spec.name}({', '.join(body.arguments)})"
    quiet = [
        f"signal({op.args[0]}, SIG_IGN);"
        for op in case.setup
        if op.word == "count" and op.args[0] in ("SIGPIPE", "SIGXFSZ")
    ]
    texts = [
        "close(STDIN_FILENO);",
        *quiet,
        *body.statements,
        *([] if uses_alarm else [f"alarm({_PATIENCE_S});"]),
        *body.arming,
        f"result = {call};",
        f'printf("expected: %s\\n", "{expected}");',
        'printf("got:      %ld (%s)\\n", result, result < 0 ? strerror(-result) : "success");',
        f"return {_contradicts(expected, got)};",
    ]
    lines = [line for text in texts for line in statement(text)]
    declarations = [f"\t{line}" for line in body.declarations]
    return "\n".join(["int main(void)", "{", *declarations, "\tlong result;", "", *lines, "}"])


def _contradicts(expected: str, got: str) -> str:
    """Whether a result contradicts the spec as the one did that was seen, as C."""
    if _ERRNO.match(got):
        return f"result == {got}"
    if _NUMBER.match(got) and "success" in expected:
        return f"result == {got}"
    return "result >= 0" if _NUMBER.match(got) else "0"


def _bare_spec(case: Case) -> Spec:
    """A spec that knows only which arguments are addresses."""
    return Spec(
        name=case.call,
        kind="syscall",
        parameters=tuple(
            Param(index=index, name=f"arg{index}", type="void *" if _is_address(arg) else "long")
            for index, arg in enumerate(case.args)
        ),
    )


def _is_address(arg: Arg) -> bool:
    return not isinstance(arg, (int, str, Slot))
