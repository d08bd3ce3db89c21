# SPDX-License-Identifier: GPL-2.0-or-later
"""What an expression means: the definition that all backends agree with.

In: a typed tree, and the observed state before and after a call. Out: a truth value, an integer, a
kind, or ``None`` for *unknown*. Integers are mathematical: nothing overflows. ``&&`` and ``||``
know their result if one operand decides it; everything else is unknown if an operand is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Protocol

from kapi.expr.show import show
from kapi.expr.typed import Typed

Value = int | bool | str | None


class State(Protocol):
    """What is known of the state at one moment."""

    def value(self, name: str) -> int | None:
        """The value of a parameter, constant, quantity or ``ret``; ``None`` if it is unknown."""
        ...

    def ask(self, question: str) -> Value:
        """The answer to a question; ``None`` if it cannot be observed.

        :param question: a predicate with its arguments, as :func:`kapi.expr.show.show` writes it.
        """
        ...


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
}


def evaluate(node: Typed, state: State, before: State | None = None) -> Value:
    """The value of a node.

    :param state: the state that the expression speaks of.
    :param before: the state before the call, for ``old``.
    """
    op = node.op
    if op in ("&&", "||"):
        return _join(op == "||", (evaluate(part, state, before) for part in node.operands))
    if op in ("number", "kind", "word", "version"):
        return node.value
    if op in ("param", "ret", "quantity", "constant"):
        return state.value(str(node.value))
    if op == "ask":
        return state.ask(show(node))
    if op == "old":
        return evaluate(node.operands[0], before, before) if before is not None else None
    values = [evaluate(part, state, before) for part in node.operands]
    if op == "in":
        return _member(values[0], values[1:])
    if any(value is None for value in values):
        return None
    return _apply(op, values)


def _apply(op: str, values: list[Any]) -> Value:
    """An operator on known values."""
    if op == "!":
        return not values[0]
    if op == "truth":
        return bool(values[0])
    if op == "~":
        return int(~values[0])
    if op == "neg":
        return int(-values[0])
    if op == "range":
        return bool(values[1] <= values[0] <= values[2])
    found: Value = _OPERATORS[op](*values)
    return found


def _join(decides: bool, values: Any) -> bool | None:
    """``||`` if ``decides`` is true, else ``&&``: the operand that decides wins over unknown."""
    unknown = False
    for value in values:
        if value is None:
            unknown = True
        elif bool(value) is decides:
            return decides
    return None if unknown else not decides


def _member(value: Value, items: list[Value]) -> bool | None:
    """Whether a value is one of some; known as soon as one item decides."""
    if value is None:
        return None
    return _join(True, (None if item is None else item == value for item in items))
