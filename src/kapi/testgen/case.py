# SPDX-License-Identifier: GPL-2.0-or-later
"""A test case: a state to set up, one call, and what to look at.

In: values. Out: the text that the executor reads; docs/executor.md has its grammar. Constants have
names here and numbers in the text, so one case serves every architecture.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kapi.testgen.numbers import Numbers
from kapi.testgen.questions import Watch

ROOT: Final = "root"
"""Tag: the case needs privileges of root."""
GUEST: Final = "guest"
"""Tag: the case changes the machine, so it is for guests."""
WAITS: Final = "waits"
"""Tag: the call may wait for ever."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What an earlier step left in a slot, with something added.

    :ivar number: from 0 to 63.
    """

    number: int
    offset: int = 0

    def __add__(self, offset: int) -> Slot:
        return Slot(self.number, self.offset + offset)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The address of some bytes, repeated, with a NUL behind them."""

    data: bytes
    times: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The address of a string with numbers of slots in it, such as ``/proc/$3/status``."""

    parts: tuple[bytes | Slot, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """The address of some bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Words:
    """The address of some numbers, each as wide as a ``long``."""

    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """The address of so many zero bytes."""

    size: int


#: A number; constants joined by ``|``; the address of a string with a NUL behind it; or as above.
Arg = int | str | bytes | Slot | Repeated | Joined | Data | Words | Room


@dataclass(frozen=True, slots=True)
class Op:
    """One step of a set-up.

    :ivar verb: a key of :data:`VERBS`.
    :ivar word: the name of a call, or how a signal is handled.
    :ivar target: the slot for the result; None if nobody wants it.
    """

    verb: str
    args: tuple[Arg, ...] = ()
    word: str = ""
    target: Slot | None = None

    def __post_init__(self) -> None:
        form = VERBS[self.verb]
        if form.has_word != bool(self.word) or (self.target is not None and not form.has_target):
            raise ValueError(f"this is no form of {self.verb}: {self}")

    def to_text(self, numbers: Numbers) -> str:
        """The line of a case."""
        words = [self.verb]
        if VERBS[self.verb].has_target:
            words.append("-" if self.target is None else _slot(self.target))
        if self.word:
            words.append(self.word)
        return " ".join([*words, *(arg_text(arg, numbers) for arg in self.args)])


@dataclass(frozen=True, slots=True)
class Form:
    """How a verb is written.

    :ivar has_target: whether it gives a result.
    :ivar has_word: whether a word follows.
    :ivar is_guest: whether it is refused outside a guest.
    """

    has_target: bool = False
    has_word: bool = False
    is_guest: bool = False


VERBS: Final = {
    "answer": Form(is_guest=True),
    "child": Form(has_target=True),
    "copy": Form(),
    "cuse": Form(has_target=True, is_guest=True),
    "echo": Form(is_guest=True),
    "fault": Form(is_guest=True),
    "fill": Form(),
    "find": Form(has_target=True),
    "fork": Form(has_target=True),
    "fuse": Form(has_target=True, is_guest=True),
    "get": Form(has_target=True),
    "let": Form(has_target=True),
    "mounts": Form(),
    "put": Form(),
    "signal": Form(has_word=True),
    "spawn": Form(has_target=True),
    "stripe": Form(),
    "swap": Form(is_guest=True),
    "sys": Form(has_target=True, has_word=True),
    "tampered": Form(),
    "thread": Form(has_word=True),
    "timeout": Form(),
    "try": Form(has_target=True, has_word=True),
    "userns": Form(has_target=True),
    "within": Form(),
}
"""The steps that the executor knows; docs/executor.md says what each does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A test case.

    :ivar id: unique in a run, without blanks, quotes and backslashes.
    :ivar call: name of the spec, such as ``sys_openat``.
    :ivar setup: what is done before anything is looked at.
    :ivar args: of the call.
    :ivar arming: what is done between looking and the call, such as starting a timer.
    :ivar watches: what is looked at besides what the questions of the spec need.
    :ivar tags: :data:`ROOT`, :data:`GUEST`, or words of whoever made it.
    :ivar brings: causes that the set-up is known to bring about although no question can see them:
        ends of the ids of claims, such as ``error.EAGAIN.lease``.
    :ivar twin: id of the case with which this one must agree, as what differs is ignored by the
        call; or which lacks a privilege that this one has.
    :ivar why: what makes it interesting.
    """

    id: str
    call: str
    args: tuple[Arg, ...]
    setup: tuple[Op, ...] = ()
    arming: tuple[Op, ...] = ()
    watches: tuple[Watch, ...] = ()
    tags: frozenset[str] = frozenset()
    brings: tuple[str, ...] = ()
    twin: str = ""
    why: str = ""

    @property
    def is_guest(self) -> bool:
        """Whether it is for guests alone."""
        return GUEST in self.tags or any(
            VERBS[op.verb].is_guest for op in (*self.setup, *self.arming)
        )

    def to_text(self, numbers: Numbers, watches: Iterable[Watch]) -> str:
        """The lines of the case.

        :param watches: all that is looked at, in order.
        """
        number = numbers.call(self.call.removeprefix("sys_"))
        words = ["call", str(number), *(arg_text(arg, numbers) for arg in self.args)]
        lines = [f"case {self.id}"]
        lines += [op.to_text(numbers) for op in self.setup]
        lines += [watch.to_text() for watch in watches]
        lines += [" ".join(words)]
        lines += [op.to_text(numbers) for op in self.arming]
        return "\n".join([*lines, "end", ""])


def arg_text(arg: Arg, numbers: Numbers) -> str:
    """An argument as the executor reads it."""
    if isinstance(arg, int):
        return str(arg)
    if isinstance(arg, str):
        return str(numbers.value(arg))
    if isinstance(arg, bytes):
        return f'"{_quoted(arg)}"'
    if isinstance(arg, Slot):
        return _slot(arg)
    if isinstance(arg, Repeated):
        return f'"{_quoted(arg.data)}"*{arg.times}'
    if isinstance(arg, Joined):
        parts = (f"\\{_slot(p)};" if isinstance(p, Slot) else _quoted(p) for p in arg.parts)
        return f'"{"".join(parts)}"'
    if isinstance(arg, Room):
        return f"&{arg.size}"
    return f"#{_bytes_of(arg, numbers).hex()}"


def _bytes_of(arg: Data | Words, numbers: Numbers) -> bytes:
    if isinstance(arg, Data):
        return arg.data
    size = numbers.word_bits // 8
    mask = (1 << numbers.word_bits) - 1
    return b"".join((value & mask).to_bytes(size, sys.byteorder) for value in arg.values)


def _slot(slot: Slot) -> str:
    return f"${slot.number}{slot.offset:+d}" if slot.offset else f"${slot.number}"


def _quoted(data: bytes) -> str:
    """Bytes inside a string of a case."""
    return "".join(
        chr(byte) if 0x20 <= byte < 0x7F and byte not in b'"\\' else f"\\x{byte:02x}"
        for byte in data
    )
