# SPDX-License-Identifier: GPL-2.0-or-later
"""What the executor says, as typed values.

In: its lines, JSON objects that docs/executor.md describes. Out: a :class:`Host` for the first line
and a :class:`Result` for each case. Nothing is concluded here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kapi.testgen.errors import ExecutorError
from kapi.testgen.seen import (
    Look,
    Process,
    Range,
    Seen,
    SeenBytes,
    SeenFd,
    SeenFolder,
    SeenMemory,
    SeenPath,
    SeenString,
    Thing,
)

FORMAT: Final = 1

ENDS: Final = ("done", "timeout", "signal", "exit", "setup", "refused", "malformed")
"""How a case can end. Only one that is done has a result and was looked at afterwards."""


@dataclass(frozen=True, slots=True)
class Host:
    """The machine that cases ran on, as the executor saw it.

    :ivar cases: how many there are.
    :ivar machine: as ``uname -m`` says it.
    :ivar fs: magic number of the file system that has the folders of cases.
    :ivar devtmpfs: device number of devtmpfs, which statfs cannot tell from a tmpfs.
    """

    cases: int
    release: str
    machine: str
    page_size: int
    word_bits: int
    uid: int
    is_guest: bool
    fs: int
    devtmpfs: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Result:
    """One case that was run.

    :ivar case: its id.
    :ivar index: its number in the file, from 0.
    :ivar end: one of :data:`ENDS`.
    :ivar phase: how far it came: ``setup``, ``before``, ``arming``, ``call``, ``after``, ``done``.
    :ivar line: of the file, where the set-up stopped.
    :ivar note: why it stopped by itself.
    :ivar error: errno of the set-up call that failed.
    :ivar ended_by: number of the signal that ended it.
    :ivar state: state letter of the process when its time was up; ``S`` waits.
    :ivar args: registers of the call; empty if it did not come so far.
    :ivar ret: the result of the call.
    :ivar tampered: something else than the kernel's code for the call may have answered.
    :ivar fault_left: points of failure that were left, 0 if the kernel was made to fail; None if
        it was not tried.
    :ivar signals: how often handlers ran, by number.
    """

    case: str
    index: int
    end: str
    phase: str
    line: int = 0
    note: str = ""
    error: int = 0
    ended_by: int | None = None
    state: str = ""
    args: tuple[int, ...] = ()
    ret: int | None = None
    tampered: bool = False
    fault_left: int | None = None
    signals: Mapping[int, int] = field(default_factory=dict)
    before: Look | None = None
    after: Look | None = None


def read_host(line: str) -> Host:
    """The first line.

    :raises ExecutorError: if it is not one.
    """
    found = _read(line)
    if found.get("executor") != FORMAT:
        raise ExecutorError("understand the executor", f"format {FORMAT} expected: {line[:200]}")
    return Host(
        cases=found["cases"],
        release=found["release"],
        machine=found["machine"],
        page_size=found["page"],
        word_bits=found["bits"],
        uid=found["uid"],
        is_guest=found["guest"],
        fs=found["fs"],
        devtmpfs=_pair(found["devtmpfs"]),
    )


def read_result(line: str) -> Result:
    """The line of a case.

    :raises ExecutorError: if it is not one.
    """
    found = _read(line)
    if found.get("end") not in ENDS:
        raise ExecutorError("understand the executor", f"no result: {line[:200]}")
    return Result(
        case=found["case"],
        index=found["index"],
        end=found["end"],
        phase=found["phase"],
        line=found["line"],
        note=found.get("note", ""),
        error=found.get("errno", 0),
        ended_by=found.get("signal"),
        state=found.get("state", ""),
        args=tuple(found.get("args", ())),
        ret=found.get("ret"),
        tampered=found.get("tampered", False),
        fault_left=found.get("fault_left"),
        signals={int(number): count for number, count in found.get("signals", {}).items()},
        before=_look(found.get("before")),
        after=_look(found.get("after")),
    )


def _read(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ExecutorError("understand the executor", f"no JSON object: {line[:200]!r}")
    return found


def _look(found: dict[str, Any] | None) -> Look | None:
    if found is None:
        return None
    one = found["process"]
    process = Process(
        one["uid"],
        one["gid"],
        one["fsuid"],
        tuple(one["rlimits"]),
        one.get("caps"),
        one.get("free"),
        one.get("user_ns"),
        one.get("nr_open"),
    )
    return Look(process, tuple(_seen(each) for each in found["watches"]))


def _seen(found: dict[str, Any] | None) -> Seen | None:
    """What was watched; its keys tell what it is."""
    if found is None:
        return None
    if "fd" in found:
        return _fd(found)
    if "address" in found:
        return _memory(found)
    if "most" in found:
        return SeenString(found["most"], found["length"], found.get("text", ""))
    if "length" in found:
        return _path(found)
    if "readable" in found:
        changed = tuple(found[key] for key in ("changed", "first", "last") if key in found)
        return SeenBytes(found["readable"], found["hash"], changed or None)
    return SeenBytes(found["size"], found.get("hash")) if "size" in found else None


def _fd(found: dict[str, Any]) -> SeenFd:
    reserved = found["reserved"]
    return SeenFd(
        found["fd"],
        found["getfd"],
        None if reserved < 0 else bool(reserved),
        found.get("getfl"),
        found.get("seals"),
        found.get("link"),
        found.get("info"),
        found.get("fs"),
        _thing(found.get("stat")),
        found.get("readers"),
        found.get("writers"),
        found.get("queued"),
    )


def _path(found: dict[str, Any]) -> SeenPath:
    if found["length"] <= 0 or "slash" not in found:
        return SeenPath(found["length"])
    return SeenPath(
        length=found["length"],
        error=found.get("error", 0),
        thing=_thing(found.get("stat")),
        lerror=found.get("lerror", 0),
        lthing=_thing(found.get("lstat")),
        parent_links=found.get("ldir_links"),
        parent_mode=found.get("ldir_mode"),
        fs=found.get("fs"),
        mount=found.get("mount"),
        readers=found.get("readers"),
        read=found["r"],
        write=found["w"],
        slash=bool(found["slash"]),
        folder=_folder(found["dir"]),
    )


def _folder(found: dict[str, Any]) -> SeenFolder:
    return SeenFolder(found["wx"], _thing(found.get("stat")), found.get("fs"), found.get("mount"))


def _memory(found: dict[str, Any]) -> SeenMemory:
    ranges = None
    if not found.get("more", True):
        ranges = tuple(_range(each) for each in found["maps"])
    return SeenMemory(found["address"], found["count"], found.get("readable"), ranges)


def _range(found: dict[str, Any]) -> Range:
    flags = frozenset(found["flags"].split()) if "flags" in found else None
    return Range(found["start"], found["end"], found["perms"], found["inode"], found["name"], flags)


def _thing(found: dict[str, Any] | None) -> Thing | None:
    if found is None:
        return None
    return Thing(
        found["mode"],
        found["nlink"],
        found["uid"],
        found["gid"],
        found["size"],
        _pair(found["dev"]),
        _pair(found["rdev"]),
        found["attr"],
    )


def _pair(found: list[int]) -> tuple[int, int]:
    major, minor = found
    return major, minor
