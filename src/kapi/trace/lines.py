# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the output of strace, line by line: calls, signals and ends of threads.

In: lines, as strace writes them with any of its options for process ids, times, call numbers and
instruction pointers. Out: events. Halves of a call that another event interrupted are put together
again. Nothing here knows what a call means; arguments stay text, see :mod:`kapi.trace.values`.

A line that has none of the known forms is an :class:`Other`; nothing is guessed from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

#: What a result can be that is no number: the thread ended, or strace let go of it.
UNKNOWN: Final = None


class Call(NamedTuple):
    """A call that has returned.

    :param pid: of the thread; 0 if the log does not say.
    :param time: when it began, in seconds since some moment; empty if the log does not say.
    :param args: text between the brackets.
    :param ret: the result as the kernel gives it, an error as -1; ``None`` is unknown.
    :param error: name of the errno, or its number as text; empty if it is no error.
    :param rest: what strace says behind the result.
    :param start: number of the event with which it began; its own if nothing came between.
    """

    pid: int
    time: str
    name: str
    args: str
    ret: int | None
    error: str
    rest: str
    start: int


class Begin(NamedTuple):
    """A call that has not returned when something else happens."""

    pid: int
    time: str
    name: str
    args: str


class Signal(NamedTuple):
    """A signal that a thread gets, or that stops it."""

    pid: int
    name: str


class End(NamedTuple):
    """A thread has ended.

    :param reason: ``exited``, ``killed`` or ``superseded``.
    :param value: exit status, name of the signal, or the thread that called execve.
    """

    pid: int
    reason: str
    value: str


class Mode(NamedTuple):
    """A process runs in another mode than the kernel's own, such as 32 bits."""

    pid: int
    mode: str


class Frame(NamedTuple):
    """A frame of the stack of the call before it."""

    text: str


class Other(NamedTuple):
    """A line of no known form."""

    text: str


Event = Call | Begin | Signal | End | Mode | Frame | Other

_PREFIX: Final = (
    # The order is that of strace.c:printleader(). With -o there is no "[pid", with -ff no pid.
    r" *(?:\[pid +(\d+)\] |(\d+) +(?![\d.]+ *$))?"
    r"(?:(?:(\d+\.\d+)|(?:\d\d:)?\d\d:\d\d(?:\.\d+)?|\d{9,})(?: \(\+ *[\d.]+\))? +)?"
    r"(?:\[ *(?:\d+|\?+)\] +)?(?:\[[0-9a-f?]+\] +)?"
)
_RESULT: Final = (
    r"\) += (-?\d+|0x[0-9a-f]+|\?)"
    r"(?:<[^>]*(?:>[^ >]*)?>)?"
    r"(?: ([A-Z][A-Z0-9_]+|\(errno \d+\))(?: (\(.*\)))?| (\(.*\)))?"
    r"(?: \(INJECTED\)| \(DELAYED\)| \(INJECTED, DELAYED\))?"
    r"(?: <(?:\d+\.\d+|unavailable)>)?\n?\Z"
)
_CALL: Final = re.compile(rf"{_PREFIX}([a-z_]\w*)\((.*){_RESULT}", re.DOTALL)
_RESUMED: Final = re.compile(rf"{_PREFIX}<\.\.\. (\w+) resumed> ?(.*){_RESULT}", re.DOTALL)
_BEGIN: Final = re.compile(
    rf"{_PREFIX}(?:([a-z_]\w*)\(|<\.\.\. (\w+) resumed> ?)(.*?) *"
    r"<(?:unfinished \.\.\.|pid changed to \d+ \.\.\.|detached \.\.\.)>(\) += \?)?"
    r"(?: <unavailable>)?\n?\Z",
    re.DOTALL,
)
_SIGNAL: Final = re.compile(rf"{_PREFIX}--- (?:stopped by )?(\w+)(?: .*)? ---\n?\Z", re.DOTALL)
_END: Final = re.compile(
    rf"{_PREFIX}\+\+\+ (exited) with (\d+) \+\+\+\n?\Z"
    rf"|{_PREFIX}\+\+\+ (killed) by (\w+)(?: \(core dumped\))? \+\+\+\n?\Z"
    rf"|{_PREFIX}\+\+\+ (superseded) by execve in pid (\d+) \+\+\+\n?\Z"
)
_MODE: Final = re.compile(
    rf"(?:strace: )?{_PREFIX}\[ Process PID=(\d+) runs in (.*) mode\. \]\n?\Z"
)
_FRAME: Final = re.compile(r" > (.*?)\n?\Z")
_NUMBERED: Final = re.compile(r"\(errno (\d+)\)|\(Unknown error (\d+)\)")


#: The commonest form, by whether there is a process id and a time: nothing behind the result but
#: an errno. All else takes the regular expressions above.
_FAST: Final = {
    (pid, time): re.compile(
        (r"(?:\[pid +)?(\d+)(?:\] +| +)" if pid else "()")
        + (r"(\d+\.\d+) " if time else "()")
        + r"([a-z_]\w*)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?:\n| (E[A-Z0-9]+) \([^()]*\)\n)"
    )
    for pid in (False, True)
    for time in (False, True)
}


class Reader:
    """Turns lines into events.

    ``lines`` counts them, and so numbers the events; a call remembers with which it began.

    :param pid: of all lines that name none, as in the files of ``strace -ff``.
    :param ignored: names of calls that are left out.
    """

    def __init__(self, pid: int = 0, ignored: AbstractSet[str] = frozenset()) -> None:
        self.lines = 0
        self._pid = pid
        self._ignored = ignored
        self._begun: dict[int, tuple[int, Begin]] = {}
        self._style = (True, True)

    def read(self, lines: Iterable[str]) -> Iterator[Event]:
        """The events of some lines, as they come."""
        ignored, new = self._ignored, tuple.__new__
        style, match = self._style, _FAST[self._style].match
        count = self.lines
        for line in lines:
            count += 1
            self.lines = count
            found = match(line)
            if found is None:
                yield from self._read_rarer(line)
                if self._style is not style:
                    style, match = self._style, _FAST[self._style].match
                continue
            pid, time, name, args, ret, error = found.groups()
            if name in ignored:
                continue
            # A third faster than Call(...), and this line is run for nearly every call.
            yield new(
                Call,
                (
                    int(pid) if pid else self._pid,
                    time,
                    name,
                    args,
                    int(ret, 0),
                    error or "",
                    "",
                    count,
                ),
            )

    def _read_rarer(self, line: str) -> Iterator[Event]:
        """The events of a line that is not of the commonest form: whichever form fits."""
        # Words only decide what is tried first: a string may contain them.
        if " resumed>" in line:
            found = _RESUMED.match(line)
            if found is not None:
                call = self._resumed(found)
                if not (isinstance(call, Call) and call.name in self._ignored):
                    yield call
                return
        if "...>" in line:
            found = _BEGIN.match(line)
            if found is not None:
                yield from self._begin(found)
                return
        found = _CALL.match(line)
        if found is None:
            yield self._read_other(line)
            return
        call = self._call(found)
        if call.name not in self._ignored:
            yield call

    def _call(self, found: re.Match[str]) -> Call:
        pid1, pid2, time, name, args, ret, error, text, note = found.groups()
        style = (pid1 is not None or pid2 is not None, time is not None)
        if style != self._style:
            self._style = style
        return Call(
            int(pid2 or pid1 or self._pid),
            time or "",
            name,
            args,
            None if ret == "?" else int(ret, 0),
            _errno(error, text) if error else "",
            text or note or "",
            self.lines,
        )

    def _resumed(self, found: re.Match[str]) -> Event:
        pid1, pid2, time, name, args, ret, error, text, note = found.groups()
        pid = int(pid2 or pid1 or self._pid)
        start, begun = self._begun.pop(pid, (0, Begin(pid, "", name, "")))
        if begun.name != name:
            return Other(found[0])
        return Call(
            pid,
            begun.time or time or "",
            name,
            (begun.args + args) if start else "?",
            None if ret == "?" else int(ret, 0),
            _errno(error, text) if error else "",
            text or note or "",
            start,
        )

    def _begin(self, found: re.Match[str]) -> Iterator[Event]:
        pid1, pid2, time, name, resumed, args, ended = found.groups()
        pid = int(pid2 or pid1 or self._pid)
        start, begun = self._begun.pop(pid, (0, None))
        if resumed:
            name, args = resumed, (begun.args if begun else "") + args
        begin = Begin(pid, time or "", name, args)
        if ended:
            yield Call(pid, begin.time, name, args, UNKNOWN, "", "", start or self.lines)
            return
        self._begun[pid] = (start or self.lines, begin)
        if not resumed and name not in self._ignored:
            yield begin

    def _read_other(self, line: str) -> Event:
        found = _SIGNAL.match(line)
        if found is not None:
            return Signal(int(found[2] or found[1] or self._pid), found[4])
        found = _END.match(line)
        if found is not None:
            parts = [part for part in found.groups() if part is not None]
            pid = next((int(one) for one in parts[:1] if one.isdigit()), self._pid)
            reason, value = parts[-2], parts[-1]
            self._ended(pid, reason, value)
            return End(pid, reason, value)
        found = _FRAME.match(line)
        if found is not None:
            return Frame(found[1])
        found = _MODE.match(line)
        if found is not None:
            return Mode(int(found[4]), found[5])
        return Other(line.rstrip("\n"))

    def _ended(self, pid: int, reason: str, value: str) -> None:
        """Forget what a thread was in; its execve goes on under the process's own number."""
        self._begun.pop(pid, None)
        if reason == "superseded" and int(value) in self._begun:
            self._begun[pid] = self._begun.pop(int(value))


def _errno(name: str, text: str | None) -> str:
    """The name of an errno, or its number where strace knows no name."""
    found = _NUMBERED.search(f"{name} {text or ''}")
    return next(part for part in found.groups() if part) if found else name
