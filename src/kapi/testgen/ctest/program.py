# SPDX-License-Identifier: GPL-2.0-or-later
"""One case as C.

In: a case, the spec of its call. Out: a :class:`Body`: declarations, statements of the set-up, and
the arguments of the call under test.
"""

from __future__ import annotations

from dataclasses import dataclass

from kapi.model.spec import Spec
from kapi.testgen.case import Case
from kapi.testgen.ctest.arguments import Rendering
from kapi.testgen.ctest.idioms import write_ops
from kapi.testgen.ctest.writer import Writer
from kapi.testgen.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Body:
    """A case in C.

    :ivar declarations: of its variables.
    :ivar statements: of the set-up, each on one line.
    :ivar arguments: of the call under test.
    :ivar arming: what is done directly before the call.
    :ivar helpers: functions that are needed, see :mod:`parts`.
    """

    declarations: tuple[str, ...]
    statements: tuple[str, ...]
    arguments: tuple[str, ...]
    arming: tuple[str, ...]
    helpers: frozenset[str]


def body_of(case: Case, spec: Spec, numbers: Numbers) -> Body:
    """The statements of a case."""
    used: frozenset[int] = frozenset()
    while True:
        writer = Writer(numbers, used)
        body = _write(case, spec, writer)
        if writer.read <= used:
            return body
        # Results that nobody reads get no variable, so it is written again with those that are.
        used |= writer.read


def _write(case: Case, spec: Spec, writer: Writer) -> Body:
    write_ops(writer, case.setup)
    statements = writer.take_lines()
    arguments = Rendering(spec, writer.numbers).arguments(case.args, writer)
    write_ops(writer, case.arming)
    arming = writer.take_lines()
    return Body(writer.declarations, statements, arguments, arming, frozenset(writer.helpers))
