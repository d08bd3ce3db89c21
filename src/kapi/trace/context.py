# SPDX-License-Identifier: GPL-2.0-or-later
"""A call whose effect is to be noted, and the ways to note it."""

from __future__ import annotations

from typing import NamedTuple

from kapi.trace.books import Description, Slot, Thread
from kapi.trace.lines import Call
from kapi.trace.numbers import Numbers
from kapi.trace.values import number_of


class Context(NamedTuple):
    """A call with all that its effect depends on."""

    thread: Thread
    call: Call
    args: tuple[str, ...]
    now: int
    numbers: Numbers

    def number(self, index: int) -> int | None:
        """An argument as a number."""
        if index >= len(self.args):
            return None
        return number_of(self.args[index], self.numbers.constant)

    def fd(self, index: int) -> int | None:
        """An argument as a descriptor, of which the kernel takes 32 bits."""
        found = self.number(index)
        return None if found is None else found & 0xFFFFFFFF

    def has(self, flags: int | None, name: str) -> bool | None:
        """Whether a flag is among some."""
        return None if flags is None else flags & self.numbers.need(name) != 0

    @property
    def text(self) -> str:
        """The call as strace shows it; :func:`kapi.trace.values.shown_call` is for people."""
        return f"{self.call.name}({self.call.args})"

    def put(self, number: int, slot: Slot) -> None:
        """Note what became of a number."""
        self.thread.table.put(number, slot, self.call.start, self.now)

    def opened(self, number: int, file: Description, cloexec: bool | None) -> None:
        """Note a new descriptor."""
        file.origin = file.origin or self.text
        self.put(number, Slot(True, file, cloexec))
