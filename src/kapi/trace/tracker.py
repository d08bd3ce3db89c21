# SPDX-License-Identifier: GPL-2.0-or-later
"""Follows threads and processes through a trace and keeps their books.

In: the events of a trace. Out: changed books; and for each call that has returned, a
:class:`Moment` that says what was known when it began, before its effect is noted. Threads whose
beginning the trace does not show have books in which everything is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kapi.trace.books import UNKNOWN, Last, Process, Slot, Table, Thread
from kapi.trace.context import Context
from kapi.trace.effects import EFFECTS, pending_of
from kapi.trace.lines import Begin, Call, End, Event, Frame, Mode, Reader, Signal
from kapi.trace.names import HARMLESS
from kapi.trace.numbers import Numbers
from kapi.trace.values import number_of, split_arguments, string_of

_FORKS: Final = frozenset(("clone", "clone3", "fork", "vfork"))
_EXECS: Final = frozenset(("execve", "execveat"))

# include/uapi/linux/sched.h
_CLONE_FILES: Final = 0x400
_CLONE_PIDFD: Final = 0x1000
_CLONE_THREAD: Final = 0x10000

_FLAGS: Final = re.compile(r"\bflags=((?:[^,{}/]|/\*.*?\*/)+)")
_PIDFD: Final = re.compile(r"\b(?:pidfd|parent_tid)=\[(\d+)\]")


class Moment(NamedTuple):
    """A call that has returned, and the books as they were before it.

    :param args: its arguments, as text.
    :param now: number of the event.
    """

    thread: Thread
    call: Call
    args: tuple[str, ...]
    now: int


@dataclass(slots=True)
class Tracker:
    """The books of a trace.

    :ivar first: what is known of the first process.
    :ivar whole: whether the trace has all threads from their births.
    :ivar ended: tables that their last thread has left, with that thread; emptied by the reader.
    """

    numbers: Numbers
    first: Thread
    whole: bool = True
    threads: dict[int, Thread] = field(default_factory=dict)
    ended: list[Thread] = field(default_factory=list)
    _forking: dict[int, Begin] = field(default_factory=dict)
    _awaited: dict[int, int] = field(default_factory=dict)
    _met: bool = False

    def follow(self, reader: Reader, events: Iterator[Event]) -> Iterator[Moment | Signal | Frame]:
        """The moments of a trace, signals and frames between them; each must be used at once."""
        for event in events:
            if isinstance(event, Call):
                thread = self.threads.get(event.pid) or self._meet(event.pid)
                if event.start != reader.lines:
                    thread.table.pending.pop(event.pid, None)
                args = split_arguments(event.args)
                moment = Moment(thread, event, args, reader.lines)
                yield moment
                self._take_effect(moment)
            elif isinstance(event, Begin):
                self._begin(event)
            elif isinstance(event, (Signal, Frame)):
                yield event
            elif isinstance(event, End):
                self._end(event, reader.lines)
            elif isinstance(event, Mode):
                thread = self.threads.get(event.pid) or self._meet(event.pid)
                thread.process.foreign = True

    def _meet(self, pid: int) -> Thread:
        """A thread that is seen for the first time."""
        if not self._met and self.whole:
            thread = self.first
            thread.pid = pid
        else:
            thread = self._child(pid)
        self._met = True
        self.threads[pid] = thread
        return thread

    def _child(self, pid: int) -> Thread:
        """A thread whose birth has not been told yet: it is of the one call that may tell it."""
        births = [one for one in self._forking.values() if one.pid not in self._awaited.values()]
        if self.whole and len(births) == 1 and births[0].pid in self.threads:
            self._awaited[pid] = births[0].pid
            return self._born(pid, self.threads[births[0].pid], births[0].name, births[0].args)
        return Thread(pid, Process(tampered=self.first.process.tampered), Table())

    def _begin(self, begin: Begin) -> None:
        thread = self.threads.get(begin.pid) or self._meet(begin.pid)
        if begin.name in HARMLESS:
            return
        if begin.name in _FORKS:
            self._forking[begin.pid] = begin
        args = split_arguments(begin.args)
        pending = pending_of(begin.name, args, self.numbers)
        if pending is not None:
            thread.table.pending[begin.pid] = pending
        if begin.name in ("fcntl", "fcntl64") and args:
            # Another process may share the description and look at its flags meanwhile.
            number = number_of(args[0], self.numbers.constant)
            slot = UNKNOWN if number is None else thread.table.slot(number & 0xFFFFFFFF)
            if slot.file is not None and "F_SETFL" in begin.args:
                slot.file.flags = None

    def _take_effect(self, moment: Moment) -> None:
        thread, call, args, now = moment
        name = call.name
        effect = EFFECTS.get(name)
        if effect is None and name in HARMLESS:
            return
        if call.ret is None:
            if name not in _EXECS and name not in _FORKS and pending_of(name, args, self.numbers):
                thread.table.forget(now)
            self._forking.pop(thread.pid, None)
            return
        if name in _FORKS:
            self._fork(moment)
        elif call.error:
            return
        elif name in _EXECS:
            self._exec(moment)
        elif effect is not None:
            effect(Context(thread, call, args, now, self.numbers), call.ret)
        else:
            thread.table.loosen(now)

    def _fork(self, moment: Moment) -> None:
        thread, call, _, now = moment
        self._forking.pop(thread.pid, None)
        pid = call.ret or 0
        if call.error or pid <= 0:
            return
        flags = _clone_flags(call.args, self.numbers) if call.name not in ("fork", "vfork") else 0
        if flags is None or flags & _CLONE_PIDFD:
            found = _PIDFD.search(call.args)
            if found is None:
                thread.table.loosen(now)
            else:
                thread.table.put(int(found[1]), Slot(True, None, True), call.start, now)
        if self._awaited.pop(pid, None) == thread.pid:
            return
        if pid in self.threads:
            # It ran before anybody knew whose it is.
            if self.threads[pid].process.program == "":
                self.threads[pid].process.program = thread.process.program
            if flags is None or flags & _CLONE_FILES:
                thread.table.forget(now)
                thread.table.wild = True
            return
        self.threads[pid] = self._born(pid, thread, call.name, call.args)

    def _born(self, pid: int, parent: Thread, name: str, args: str) -> Thread:
        flags = 0 if name in ("fork", "vfork") else _clone_flags(args, self.numbers)
        if flags is None:
            parent.table.forget(0)
            parent.table.wild = True
            flags = _CLONE_FILES
        if flags & _CLONE_FILES:
            table = parent.table
            table.users += 1
        else:
            table = parent.table.copy()
        if flags & _CLONE_THREAD:
            process = parent.process
            process.users += 1
        else:
            process = parent.process.copy()
        return Thread(pid, process, table)

    def _exec(self, moment: Moment) -> None:
        thread, call, args, now = moment
        table = thread.table
        thread.table = table.for_exec(now)
        if table.users > 1:
            table.users -= 1
        path = string_of(args[1 if call.name == "execveat" else 0]) if args else None
        process = thread.process
        if process.users > 1:
            # The other threads are gone; their ends have been told or will be.
            process = process.copy()
            thread.process.users -= 1
            thread.process = process
        process.program = path.decode("latin-1").rpartition("/")[2] if path else ""
        thread.last = Last()

    def _end(self, end: End, now: int) -> None:
        if end.reason == "superseded":
            self._supersede(end)
            return
        thread = self.threads.pop(end.pid, None)
        self._forking.pop(end.pid, None)
        self._awaited.pop(end.pid, None)
        if thread is None:
            return
        if thread.table.pending.pop(end.pid, None) is not None:
            thread.table.forget(now)
        thread.process.users -= 1
        thread.table.users -= 1
        if thread.table.users <= 0:
            self.ended.append(thread)

    def _supersede(self, end: End) -> None:
        """A thread takes over the number of its process."""
        thread = self.threads.pop(int(end.value), None)
        if thread is not None:
            thread.pid = end.pid
            self.threads[end.pid] = thread


def _clone_flags(text: str, numbers: Numbers) -> int | None:
    found = _FLAGS.search(text)
    if found is None:
        return None
    known = number_of(found[1].strip(), numbers.constant)
    if known is not None:
        return known
    # A name that is in no table does not matter if those that do are spelt out.
    words = set(re.findall(r"CLONE_\w+", found[1]))
    return sum(numbers.need(word) for word in words if numbers.constant(word) is not None)
