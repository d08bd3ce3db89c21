# SPDX-License-Identifier: GPL-2.0-or-later
"""A record as a state that expressions can be evaluated in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kapi.expr.evaluate import Value, evaluate
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.oracle.compiled import Answers, register_value
from kapi.testgen.judges import numbers_of
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record

#: Name and C type of each parameter.
Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known before or after the call of a record."""

    record: Record
    params: Params
    numbers: Numbers
    answers: Answers

    def value(self, name: str) -> int | None:
        """A parameter, the result, or a constant."""
        for index, (param, c_type) in enumerate(self.params):
            if param == name:
                return register_value(self.record.args[index], c_type, self.numbers.word_bits)
        if name == "ret":
            return self.record.ret
        return self.numbers.page_size if name == "page_size" else self.numbers.constant(name)

    def ask(self, question: str) -> Value:
        """An answer that was certain."""
        return self.answers.get(question)


def truth(tree: Typed | None, record: Record, params: Params, *, after: bool = False) -> Value:
    """The truth of a condition in a record; ``None`` is unknown.

    :param after: whether it speaks of the state after the call.
    """
    if tree is None:
        return None
    numbers = numbers_of(record)
    before = Moment(record, params, numbers, record.before)
    if not after:
        return evaluate(tree, before)
    return evaluate(tree, Moment(record, params, numbers, record.after), before)


@cache
def typed(text: str | None, params: Params, after: bool = False) -> Typed | None:
    """The tree of an expression of a spec; ``None`` if there is none, or none that can be used."""
    if text is None:
        return None
    try:
        return check_types(parse_expr(text), Scope(dict(params), before=not after))
    except ExprError:
        return None
