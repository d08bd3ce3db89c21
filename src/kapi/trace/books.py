# SPDX-License-Identifier: GPL-2.0-or-later
"""Books on descriptors and processes: what is known of each at this point of a trace.

A number of a descriptor table is *open* on a known description, *closed*, or *unknown*. It becomes
unknown wherever two calls overlap that may both concern it, and by calls whose effect no trace
shows. Nothing here reads text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

Facts = tuple[bool | None, str | None, int | None, bool | None, bool | None, bool | None]


@dataclass(slots=True, eq=False)
class Description:
    """An open file description.

    :ivar kind: as ``fd_kind()`` gives it; ``None`` is unknown, as in all fields.
    :ivar flags: status flags; unknown if somebody who is not traced may change them.
    :ivar origin: the call that made it, as strace shows it.
    """

    kind: str | None = None
    flags: int | None = None
    readable: bool | None = None
    writable: bool | None = None
    origin: str = ""


@dataclass(slots=True, eq=False)
class Slot:
    """What is known of one number of a table.

    :ivar is_open: ``None`` is unknown.
    """

    is_open: bool | None
    file: Description | None = None
    cloexec: bool | None = None

    def facts(self) -> Facts:
        """Answers in the order of :data:`kapi.trace.questions.FD_FACTS`."""
        file = self.file
        if file is not None:
            return (True, file.kind, file.flags, self.cloexec, file.readable, file.writable)
        if self.is_open is None:
            return (None, None, None, None, None, None)
        if self.is_open:
            return (True, None, None, self.cloexec, None, None)
        return (False, "none", 0, False, False, False)


UNKNOWN: Final = Slot(None)
CLOSED: Final = Slot(False)


@dataclass(slots=True)
class Pending:
    """A call under way that may change a table.

    :ivar touches: the numbers that it may open or close; ``None`` is any.
    :ivar creates: whether it may open any number that is closed.
    """

    touches: frozenset[int] | None
    creates: bool = False

    def may_change(self, number: int, slot: Slot) -> bool:
        """Whether a number may change by it, whose slot is such."""
        if self.touches is None or number in self.touches:
            return True
        return self.creates and slot.file is None


@dataclass(slots=True, eq=False)
class Table:
    """A table of descriptors, which several threads may share.

    :ivar rest: of numbers that are not in ``slots``.
    :ivar closings: by number that a call of close has closed and nothing has opened since: that
        call.
    :ivar stamps: by number: when it was last changed.
    :ivar pending: calls under way, by thread.
    :ivar wild: something changes it that no trace shows, such as io_uring.
    :ivar users: threads that have it.
    """

    slots: dict[int, Slot] = field(default_factory=dict)
    rest: Slot = UNKNOWN
    closings: dict[int, str] = field(default_factory=dict)
    stamps: dict[int, int] = field(default_factory=dict)
    pending: dict[int, Pending] = field(default_factory=dict)
    wild: bool = False
    users: int = 1

    def slot(self, number: int) -> Slot:
        """What is known of a number."""
        return self.slots.get(number, self.rest)

    def certain_slot(self, number: int, start: int) -> Slot:
        """What was known of a number during the whole of a call, the effects of others included.

        :param start: event with which the call began.
        """
        slot = self.slots.get(number, self.rest)
        if self.wild or self.stamps.get(number, 0) > start:
            return UNKNOWN
        for other in self.pending.values():
            if other.may_change(number, slot):
                return UNKNOWN
        return slot

    def put(self, number: int, slot: Slot, start: int, now: int) -> None:
        """Note what a call has made of a number.

        :param start, now: events with which the call began and ended.
        """
        overlapped = self.stamps.get(number, 0) > start
        self.stamps[number] = now
        self.closings.pop(number, None)
        if overlapped or self.wild:
            slot = UNKNOWN
        if slot is self.rest:
            self.slots.pop(number, None)
        else:
            self.slots[number] = slot

    def loosen(self, now: int) -> None:
        """Note that something may have been opened."""
        if self.rest is not UNKNOWN:
            self.rest = UNKNOWN
            self.stamps.update(dict.fromkeys(self.closings, now))
        self.closings.clear()

    def forget(self, now: int) -> None:
        """Note that anything may have been opened, closed and changed."""
        for number in self.slots:
            self.stamps[number] = now
        self.slots.clear()
        self.loosen(now)

    def copy(self) -> Table:
        """A table for a new process; what others are just changing is unknown in it."""
        made = Table(dict(self.slots), self.rest, dict(self.closings), wild=self.wild)
        for other in self.pending.values():
            if other.touches is None:
                made.forget(0)
                break
            for number in other.touches:
                made.slots[number] = UNKNOWN
            if other.creates:
                made.loosen(0)
        return made

    def for_exec(self, now: int) -> Table:
        """What is left of it for a new program: numbers without close-on-exec."""
        made = Table(rest=self.rest, wild=self.wild)
        for number, slot in self.slots.items():
            if slot.cloexec is False:
                made.slots[number] = slot
            elif slot.cloexec is None and slot.is_open is not False:
                made.slots[number] = UNKNOWN
            made.stamps[number] = now
        return made

    def open_numbers(self) -> Iterator[int]:
        """Numbers that are known to be open."""
        return (number for number, slot in self.slots.items() if slot.is_open)


@dataclass(slots=True, eq=False)
class Process:
    """What the threads of a process share.

    :ivar program: its name for people; empty if unknown.
    :ivar limits: soft limits by number of the resource; a missing one is unknown.
    :ivar nr_open: the sysctl fs.nr_open; ``None`` is unknown.
    :ivar tampered: a filter or tracer may answer in place of the kernel.
    :ivar version: two that are equal mean the same limits.
    :ivar foreign: it runs in another mode than the kernel's own; nothing of it is judged.
    """

    program: str = ""
    limits: dict[int, int] = field(default_factory=dict)
    nr_open: int | None = None
    tampered: bool = False
    foreign: bool = False
    version: tuple[object, ...] = ()
    users: int = 1

    def copy(self) -> Process:
        """A child."""
        return Process(
            self.program,
            dict(self.limits),
            self.nr_open,
            self.tampered,
            self.foreign,
        )

    def __post_init__(self) -> None:
        self._renew()

    def _renew(self) -> None:
        self.version = (self.nr_open, *sorted(self.limits.items()))

    def forget_limits(self) -> None:
        """Note that any limit may be another now."""
        self.limits.clear()
        self._renew()

    def set_limit(self, resource: int, soft: int | None) -> None:
        """Note a new limit; ``None`` is unknown."""
        if soft is None:
            self.limits.pop(resource, None)
        else:
            self.limits[resource] = soft
        self._renew()


@dataclass(slots=True, eq=False)
class Last:
    """The last calls of a thread.

    :ivar failed: the last call that should have opened something and failed.
    :ivar interrupted: the descriptor of a close that gave EINTR and has had no other call since.
    :ivar swept: descriptors of the last calls, if they are neighbours in number and were closed
        or marked one after the other.
    :ivar waited: how often one call has failed with EAGAIN in a row, when first, and which.
    """

    failed: str = ""
    interrupted: int = -1
    swept: list[int] = field(default_factory=list)
    waited: tuple[int, str, str] | None = None


@dataclass(slots=True, eq=False)
class Thread:
    """A thread of a traced program.

    :ivar last: what its last calls were, for those who look for patterns; see
        :mod:`kapi.trace.misuse`.
    """

    pid: int
    process: Process
    table: Table
    last: Last = field(default_factory=Last)
