# SPDX-License-Identifier: GPL-2.0-or-later
"""What C code can ask about descriptors after a call, and what the answer must be.

In: something that a spec ensures, and the answers that were seen. Out: :class:`Check` values:
answers without which it would not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from kapi.expr.evaluate import Value
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk


class Check(NamedTuple):
    """An answer after the call.

    :param claim: id of the claim that asks for it.
    :param predicate: one of :data:`CHECKED`.
    :param subject: the descriptor: the name of a parameter, or ``ret``.
    :param answer: a truth value; a number for ``fd_pos``.
    """

    claim: str
    predicate: str
    subject: str
    answer: int


CHECKED: Final = ("fd_open", "fd_cloexec", "fd_readable", "fd_writable", "fd_pos", "fd_kind")
"""Predicates that take a line of C; ``fd_kind`` only as far as it is ``path`` or not."""


def checks_of(
    claim: str, tree: Typed, answers: Mapping[str, Value], breaks: Callable[[str, Value], bool]
) -> Iterator[Check]:
    """The answers that something ensured depends on, each once.

    :param answers: as they were seen.
    :param breaks: whether another answer to a question would break what is ensured.
    """
    for node in dict.fromkeys(walk(tree, into_old=False)):
        if node.op != "ask" or node.value not in CHECKED:
            continue
        (operand,) = node.operands
        question, answer = show(node), answers.get(show(node))
        if operand.op not in ("param", "ret") or answer is None:
            continue
        if node.value == "fd_kind" and "== path" not in show(tree):
            continue
        if breaks(question, _another(answer)):
            subject = "ret" if operand.op == "ret" else str(operand.value)
            yield Check(claim, str(node.value), subject, _number(answer))


def _another(answer: Value) -> Value:
    if isinstance(answer, bool):
        return not answer
    if isinstance(answer, str):
        return "reg" if answer == "path" else "path"
    return None if answer is None else answer + 1


def _number(answer: Value) -> int:
    """A kind as a truth value: whether it is ``path``."""
    return int(answer == "path" if isinstance(answer, str) else answer or 0)
