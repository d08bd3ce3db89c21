# SPDX-License-Identifier: GPL-2.0-or-later
"""Collects the steps of a set-up and gives out slots."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kapi.testgen.case import Arg, Op, Room, Slot

SLOTS: Final = 64
AT_FDCWD: Final = "AT_FDCWD"


@dataclass(slots=True)
class Steps:
    """The steps so far, in order."""

    ops: list[Op] = field(default_factory=list)
    _next: int = 0

    def slot(self) -> Slot:
        """A slot that nobody uses yet."""
        if self._next == SLOTS:
            raise ValueError("a case has no more slots")
        self._next += 1
        return Slot(self._next - 1)

    def add(self, verb: str, *args: Arg, word: str = "") -> None:
        """A step without result."""
        self.ops.append(Op(verb, args, word))

    def make(self, verb: str, *args: Arg, word: str = "") -> Slot:
        """A step whose result is kept."""
        target = self.slot()
        self.ops.append(Op(verb, args, word, target))
        return target

    def do(self, call: str, *args: Arg) -> None:
        """A system call that must succeed, and whose result nobody wants."""
        self.add("sys", *args, word=call)

    def call(self, call: str, *args: Arg) -> Slot:
        """A system call that must succeed; its result."""
        return self.make("sys", *args, word=call)

    def attempt(self, call: str, *args: Arg) -> Slot:
        """A system call that may fail; its result, or the negative errno."""
        return self.make("try", *args, word=call)

    def let(self, value: Arg) -> Slot:
        """A value in a slot: of a literal, its address."""
        return self.make("let", value)

    def room(self, size: int) -> Slot:
        """The address of some zero bytes."""
        return self.let(Room(size))

    def load(self, address: Arg, size: int = 4) -> Slot:
        """The signed number of 4 bytes, or that of 8, at an address."""
        return self.make("get", address, size)

    def store(self, address: Arg, size: int, value: Arg) -> None:
        """Put a number of 4 or 8 bytes at an address."""
        self.add("put", address, size, value)


Recipe = Callable[[Steps], Arg]


@dataclass(frozen=True, slots=True)
class State:
    """A state by name.

    :ivar make: sets it up; gives the argument that brings it into a call.
    :ivar tags: :data:`kapi.testgen.case.ROOT` or :data:`kapi.testgen.case.GUEST` if it needs so.
    :ivar brings: causes that it brings about although no question can see them, as in
        :class:`kapi.testgen.case.Case`.
    """

    name: str
    make: Recipe
    tags: frozenset[str] = frozenset()
    brings: tuple[str, ...] = ()


def table(*states: State) -> dict[str, State]:
    """States by name; each name once."""
    found = {state.name: state for state in states}
    assert len(found) == len(states)
    return found
