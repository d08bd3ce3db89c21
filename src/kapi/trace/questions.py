# SPDX-License-Identifier: GPL-2.0-or-later
"""The questions that a spec asks of the state, as far as a tracer can answer them.

In: the rules of a spec. Out: each :class:`Question` once. What :mod:`kapi.expr.names` does not give
to the backend ``trace`` is left out, hence unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kapi.expr.names import PREDICATES
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk
from kapi.oracle.rules import Rules

#: Predicates about a descriptor, in the order of :meth:`kapi.trace.books.Slot.facts`.
FD_FACTS: Final = (*("fd_open", "fd_kind", "fd_flags", "fd_cloexec", "fd_readable", "fd_writable"),)
STRINGS: Final = frozenset(("string_readable", "string_len", "path_absolute"))


class Question(NamedTuple):
    """A predicate with its arguments.

    :param text: as :func:`kapi.expr.show.show` writes it.
    :param param: index of the parameter that is its first argument; -1 if that is none.
    :param word: its only argument if that is a name, such as ``RLIMIT_NOFILE``.
    :param limit: its second argument, a number or the name of a constant.
    """

    text: str
    predicate: str
    param: int
    word: str
    limit: int | str


def questions_of(rules: Rules, trees: Iterable[Typed] = ()) -> tuple[Question, ...]:
    """Every question of a spec that a tracer may answer, once.

    :param trees: further conditions about the same call.
    """
    names = [name for name, _ in rules.params]
    found: dict[str, Question] = {}
    for tree in (*rules.conditions(), *trees):
        for node in walk(tree):
            predicate = str(node.value)
            if node.op == "ask" and PREDICATES[predicate].seen_by("trace"):
                text = show(node)
                found.setdefault(text, _question(text, predicate, node.operands, names))
    return tuple(found.values())


def _question(text: str, predicate: str, operands: tuple[Typed, ...], names: list[str]) -> Question:
    first = operands[0] if operands else None
    param = names.index(str(first.value)) if first is not None and first.op == "param" else -1
    word = str(first.value) if first is not None and first.op != "param" else ""
    limit = operands[1].value if len(operands) > 1 else 0
    return Question(text, predicate, param, word, limit if isinstance(limit, int) else str(limit))


def numeric_params(trees: Iterable[Typed]) -> frozenset[str]:
    """Parameters whose number some conditions look at; those of questions are not among them."""
    found: set[str] = set()
    for tree in trees:
        found.update(_numeric(tree))
    return frozenset(found)


def _numeric(node: Typed) -> Iterator[str]:
    if node.op == "param":
        yield str(node.value)
    elif node.op == "old":
        yield from _numeric(node.operands[0])
    elif node.op != "ask":
        for operand in node.operands:
            yield from _numeric(operand)
