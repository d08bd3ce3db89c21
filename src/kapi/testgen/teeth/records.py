# SPDX-License-Identifier: GPL-2.0-or-later
"""Falsified records: calls that no kernel could have answered so.

In: true records. Out: :class:`Lie` values, each a record with one thing changed that
:mod:`kapi.testgen.teeth.facts`, or the meaning of the call, makes impossible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from kapi.testgen.judges import world_of
from kapi.testgen.record import Record
from kapi.testgen.teeth.facts import NEVER, SETTLED, View

#: How many lies of one kind about one call, at most.
MOST: Final = 60

_MAX_ERRNO: Final = 4095
_MAX_RW_COUNT: Final = 0x7FFFF000
_DISKS: Final = ("ext4", "xfs", "btrfs", "tmpfs")

#: What user space must never see: include/linux/errno.h, ERESTARTSYS, EPROBE_DEFER, EIOCBQUEUED.
_INTERNAL: Final = (512, 517, 529)

#: Errnos that no call of the catalogue has.
_FOREIGN: Final = ("EDOM", "ECHILD", "ENOTEMPTY")


class Lie(NamedTuple):
    """A record with a fault.

    :param operator: the kind of fault.
    :param what: what was exchanged for what.
    :param origin: number of the true record among those given.
    """

    operator: str
    what: str
    origin: int
    record: Record

    @property
    def id(self) -> str:
        """The case and the fault."""
        return f"{self.record.case} {self.operator}: {self.what}"


def falsified_records(records: Iterable[Record], most: int = MOST) -> tuple[Lie, ...]:
    """Lies about some calls, spread evenly over the records.

    :param most: of one kind about one call.
    """
    kinds: dict[tuple[str, str, str], list[Lie]] = {}
    for origin, record in enumerate(records):
        if record.end != "done" or record.ret is None or record.tampered:
            continue
        for operator, what, lie in _lies(record):
            kind = (record.call, operator, what)
            kinds.setdefault(kind, []).append(Lie(operator, what, origin, lie))
    return tuple(one for found in kinds.values() for one in _spread(found, most))


def _spread(found: list[Lie], most: int) -> list[Lie]:
    if len(found) <= most:
        return found
    return [found[number * len(found) // most] for number in range(most)]


Found = Iterator[tuple[str, str, Record]]


def _lies(record: Record) -> Found:
    if -_MAX_ERRNO <= (record.ret or 0) < 0:
        yield from _succeeds(record)
        yield from _silent(record)
    else:
        for what, ret in _results(record):
            yield "result", what, replace(record, ret=ret)
        for what, after in _states(record):
            yield "after", what, replace(record, after={**record.after, **after})
    yield from _fails(record)
    yield from _signalled(record)


def _number(record: Record, name: str) -> int:
    found = world_of(record).constants(name)
    assert found is not None, name
    return found


def _succeeds(record: Record) -> Found:
    """Success where the state settles that the call fails."""
    for name, fact in SETTLED.get(record.call, {}).items():
        if record.ret == -_number(record, name) and fact(View(record)):
            yield "success", f"{name} is success", replace(record, ret=_success(record))


def _success(record: Record) -> int:
    """What a success of this call gives."""
    if record.call == "sys_dup2":
        return record.args[1] & 0x7FFFFFFF
    if record.call == "sys_write":
        return min(record.args[2], _MAX_RW_COUNT)
    return 3 if record.call in ("sys_open", "sys_openat") else 0


def _fails(record: Record) -> Found:
    """An errno that cannot come, in the place of what came."""
    view = View(record)
    came = "success" if (record.ret or 0) >= 0 else "failure"
    for name, fact in NEVER.get(record.call, {}).items():
        number = -_number(record, name)
        if record.ret != number and fact(view):
            yield "errno", f"{came} is {name}", replace(record, ret=number)
    for name in _FOREIGN:
        yield "foreign", f"{came} is {name}", replace(record, ret=-_number(record, name))
    for code in _INTERNAL:
        yield "internal", f"{came} is {code}", replace(record, ret=-code)
    yield "range", f"{came} is below errnos", replace(record, ret=-_MAX_ERRNO - 1)


def _results(record: Record) -> Iterator[tuple[str, int]]:
    """Results that are no such success."""
    call, ret = record.call, record.ret or 0
    if call in ("sys_open", "sys_openat"):
        limit = record.before.get("rlimit(RLIMIT_NOFILE)")
        if isinstance(limit, int):
            yield "number at the limit", limit
        yield "number above int", 1 << 31
    elif call == "sys_dup2":
        yield "another number", ret + 1
        if record.args[0] & 0xFFFFFFFF != ret:
            yield "the old number", record.args[0] & 0xFFFFFFFF
    elif call in ("sys_close", "sys_madvise"):
        yield "1", 1
        yield "a page", 4096
    else:
        count = record.args[2]
        if count < _MAX_RW_COUNT:
            yield "one byte more than asked for", count + 1
            yield "a page more than asked for", count + 4096
        yield "more than MAX_RW_COUNT", _MAX_RW_COUNT + 1
        if record.before.get("fd_kind(fd)") == "eventfd" and count >= 8:
            yield "half a counter", 4


def _states(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """States that cannot be those after a success."""
    makers: dict[str, Callable[[Record], Iterator[tuple[str, dict[str, Any]]]]] = {
        "sys_open": _after_open,
        "sys_openat": _after_open,
        "sys_dup2": _after_dup2,
        "sys_read": _after_transfer,
        "sys_write": _after_transfer,
    }
    if record.call in makers:
        yield from makers[record.call](record)
    elif record.call == "sys_close":
        yield "still open", {"fd_open(fd)": True}
    elif record.call == "sys_madvise" and record.args[1]:
        yield "hole", {"mapped(start, len_in)": False}


def _after_open(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    after, flags = record.after, View(record).flags
    kind = after.get("fd_kind(ret)")
    if "fd_cloexec(ret)" in after:
        yield "close-on-exec", {"fd_cloexec(ret)": not after["fd_cloexec(ret)"]}
    if kind is not None:
        yield "kind", {"fd_kind(ret)": "reg" if kind == "path" else "path"}
    modes = after.get("fd_flags(ret)")
    if isinstance(modes, int) and kind != "path" and not flags & 0o10000000:
        yield "access mode", {"fd_flags(ret)": modes ^ 1}
    if kind in ("reg", "dir", "fifo"):
        for name in ("fd_readable(ret)", "fd_writable(ret)"):
            if name in after:
                yield name, {name: not after[name]}
    if kind == "reg" and after.get("fd_pos(ret)") == 0:
        yield "position", {"fd_pos(ret)": 1}


def _after_dup2(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "not open", {"fd_open(newfd)": False, "fd_kind(newfd)": "none"}
    kind = record.after.get("fd_kind(newfd)")
    if kind is not None:
        yield "kind", {"fd_kind(newfd)": "dir" if kind != "dir" else "reg"}
    if record.args[0] & 0xFFFFFFFF != record.args[1] & 0xFFFFFFFF:
        yield "close-on-exec", {"fd_cloexec(newfd)": True}


def _after_transfer(record: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    before, position = record.before, record.after.get("fd_pos(fd)")
    if before.get("fs_type(fd)") not in _DISKS or before.get("fd_kind(fd)") not in ("reg", "memfd"):
        return
    modes = before.get("fd_flags(fd)")
    if not isinstance(position, int) or not isinstance(modes, int) or modes & 0o2000:
        return
    yield "position is one off", {"fd_pos(fd)": position + 1}
    if record.ret:
        yield "position stays", {"fd_pos(fd)": position - record.ret}


#: Signals that a call sends for the state of its descriptor alone, and kinds that never cause them.
_SIGNALS: Final = (
    ("SIGPIPE", ("reg", "chardev", "eventfd", "memfd")),
    ("SIGXFSZ", ("pipe", "socket", "eventfd", "chardev")),
)


def _signalled(record: Record) -> Found:
    """A signal that nothing sends here."""
    for name, kinds in _SIGNALS:
        kind = record.before.get("fd_kind(fd)")
        if record.call == "sys_write" and kind in kinds and name not in record.signals:
            yield "signal", f"{name} comes", replace(record, signals={**record.signals, name: 1})


def _silent(record: Record) -> Found:
    """A signal that comes with an errno, and did not."""
    for name, errno in (("SIGPIPE", "EPIPE"), ("SIGXFSZ", "EFBIG")):
        if name in record.signals and record.ret == -_number(record, errno):
            rest = {one: times for one, times in record.signals.items() if one != name}
            yield "no-signal", f"no {name}", replace(record, signals=rest)
