# SPDX-License-Identifier: GPL-2.0-or-later
"""The questions that a spec asks of the state, and what the executor must watch to answer them.

In: rules, a world's constants. Out: each :class:`Question` once, and :class:`Watch` values for the
executor. A question whose arguments are more than parameters, ``ret`` and constants is not watched,
hence unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from kapi.ctype import read_ctype
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk
from kapi.oracle.rules import Rules

Constants = Callable[[str], int | None]

#: What is watched for each predicate; none of it for those that the process as a whole answers.
_KINDS: Final = {
    **dict.fromkeys(
        (
            *("fd_open", "fd_kind", "fd_flags", "fd_cloexec", "fd_readable", "fd_writable"),
            *("fd_can_read", "fd_can_write", "fd_unsigned_offset", "fd_pos", "fd_seals"),
            *("fd_reserved", "pipe_readers", "fs_type"),
        ),
        "fd",
    ),
    **dict.fromkeys(
        (
            *("path_slash", "path_kind", "path_lkind", "path_mount", "path_attr", "dir_attr"),
            *("path_may_read", "path_may_write", "dir_may_create", "path_owned", "fifo_readers"),
        ),
        "path",
    ),
    **dict.fromkeys(("string_readable", "string_len", "path_absolute"), "string"),
    **dict.fromkeys(("readable", "writable", "mapped"), "memory"),
    **dict.fromkeys(("vma_flags_any", "vma_anonymous"), "vma"),
}

#: How much of a string is watched where the question does not say.
PATH_MAX: Final = 4096


class Question(NamedTuple):
    """A predicate with its arguments.

    :param text: as :func:`kapi.expr.show.show` writes it.
    :param predicate: its name.
    :param operands: its arguments.
    """

    text: str
    predicate: str
    operands: tuple[Typed, ...]

    @property
    def needs_result(self) -> bool:
        """Whether it can be asked only when the call has returned."""
        return any(node.op == "ret" for operand in self.operands for node in walk(operand))


@dataclass(frozen=True, slots=True)
class Watch:
    """Something that the executor looks at before and after the call.

    :ivar kind: ``fd``, ``path``, ``string``, ``memory``, ``vma``, ``data`` or ``file``.
    :ivar operands: numbers, ``a0`` to ``a5`` for registers of the call, ``a2:32`` for the low bits
        of one, ``ret``, or a slot of the set-up such as ``$3``.
    """

    kind: str
    operands: tuple[str, ...]

    def to_text(self) -> str:
        """The line of a case."""
        return " ".join(("watch", self.kind, *self.operands))


def questions_of(rules: Rules) -> tuple[Question, ...]:
    """Every question of a spec, in the order in which it first stands there."""
    found: dict[str, Question] = {}
    for tree in rules.conditions():
        for node in walk(tree):
            if node.op == "ask":
                text = show(node)
                found.setdefault(text, Question(text, str(node.value), node.operands))
    return tuple(found.values())


def watch_of(
    question: Question, rules: Rules, constants: Constants, word_bits: int
) -> Watch | None:
    """What must be watched to answer a question; ``None`` if nothing, or if it cannot be."""
    kind = _KINDS.get(question.predicate)
    if kind is None:
        return None
    operands = question.operands[:2]
    if question.predicate == "path_absolute":
        operands = (*operands, Typed("number", "int", (), PATH_MAX))
    words = [_word(operand, rules, constants, word_bits) for operand in operands]
    known = tuple(word for word in words if word is not None)
    return Watch(kind, known) if len(known) == len(words) else None


def watches_of(
    questions: Iterable[Question], rules: Rules, constants: Constants, word_bits: int
) -> tuple[Watch, ...]:
    """What must be watched to answer some questions, each once."""
    found = (watch_of(question, rules, constants, word_bits) for question in questions)
    return tuple(dict.fromkeys(watch for watch in found if watch is not None))


def _word(node: Typed, rules: Rules, constants: Constants, word_bits: int) -> str | None:
    """An argument as the executor reads it."""
    if node.op == "number":
        return str(node.value)
    if node.op == "ret":
        return "ret"
    if node.op == "constant":
        value = constants(str(node.value))
        return None if value is None else str(value)
    if node.op != "param":
        return None
    names = [name for name, _ in rules.params]
    index = names.index(str(node.value))
    bits = read_ctype(rules.params[index][1]).bits(word_bits) or word_bits
    return f"a{index}" if bits >= word_bits else f"a{index}:{bits}"


def is_answered(predicate: str) -> bool:
    """Whether :mod:`kapi.testgen.observe` knows how to answer a predicate."""
    return predicate in _KINDS or predicate in PROCESS or predicate in FIXED


#: What the process as a whole, or the numbers alone, answer.
PROCESS: Final = frozenset(
    ("fds_free", "rlimit", "capable", "nr_open", "pending_fault", "user_range")
)
#: What no call changes; the world of the oracle has these answers.
FIXED: Final = frozenset(("config", "arch", "since", "until"))
