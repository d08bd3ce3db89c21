# SPDX-License-Identifier: GPL-2.0-or-later
"""What is around a call besides its arguments: who makes it, limits, signals, mounts, failures.

In: nothing. Out: the table :data:`SURROUNDINGS`, whose entries wrap the set-up of a case: something
is done before its states are made, something when they are there, and something between looking
and the call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from kapi.testgen.case import GUEST, ROOT
from kapi.testgen.setup import files, machine, mounts, process
from kapi.testgen.setup.steps import Steps

Step = Callable[[Steps], object]


def nothing(_steps: Steps) -> None:
    """Does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surrounding:
    """One of them.

    :ivar first: what is done before the states are made, such as going to another file system.
    :ivar last: what is done when they are there, such as being another user.
    :ivar arming: what is done between looking and the call, such as starting a timer.
    :ivar asks: starts of the questions whose answers it changes.
    :ivar errnos: errors that it may bring about.
    :ivar sorts: sorts of parameters (:mod:`kapi.testgen.sorts`) of which a call must have one for
        this to matter; empty: it may matter to any call.
    :ivar tags, brings: as of :class:`kapi.testgen.setup.steps.State`.
    """

    name: str
    first: Step = nothing
    last: Step = nothing
    arming: Step = nothing
    asks: tuple[str, ...] = ()
    errnos: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    brings: tuple[str, ...] = ()


def _in_tmpfs(data: bytes = b"mode=1777", flags: str = "0") -> Step:
    """Go to a tmpfs of one's own."""

    def do(steps: Steps) -> None:
        mounts.tmpfs(steps, flags=flags, data=data)
        steps.do("chdir", b"mnt")

    return do


def _on_disk(steps: Steps) -> None:
    """Go to the file system of the guest's first disk, to an empty directory of it."""
    mounts.disk(steps, b"/dev/vda")
    steps.attempt("mkdirat", "AT_FDCWD", b"mnt/work", 0o777)
    steps.do("chdir", b"mnt/work")


def _read_only(whole: bool) -> Step:
    """Make the file system, or its mount, read-only; it is the working directory."""
    return lambda steps: mounts.make_read_only(steps, b".", whole=whole)


def _full(steps: Steps) -> None:
    """Fill the file system of the working directory."""
    fd = steps.call("openat", "AT_FDCWD", b"filler", "O_CREAT | O_WRONLY", 0o644)
    room = steps.room(4096)
    for _ in range(8):
        steps.attempt("write", fd, room, 4096)
    steps.do("close", fd)


def _attribute(flag: str) -> Step:
    """Give the working directory an attribute."""
    return lambda steps: files.attribute(steps, b".", flag)


def _limit(resource: str, value: int) -> Step:
    return lambda steps: process.limit(steps, resource, value)


def _alarm(flags: str) -> Step:
    return lambda steps: process.count_signal(steps, "SIGALRM", flags)


def _fault(nth: int) -> Surrounding:
    return Surrounding(
        name=f"fault-{nth}",
        last=machine.allow_faults,
        arming=lambda steps: machine.fault(steps, nth),
        errnos=frozenset(("ENOMEM",)),
        tags=frozenset((ROOT, GUEST)),
    )


_PATHS: Final = frozenset(("pathname",))
_ROOT: Final = frozenset((ROOT,))
_GUEST: Final = frozenset((ROOT, GUEST))
_RIGHTS: Final = ("path_may_", "dir_may_", "path_owned", "capable")


def _mounted(name: str, flags: str = "0", last: Step = nothing) -> Surrounding:
    """A tmpfs of one's own that is mounted in some way."""
    return Surrounding(
        name=name,
        first=_in_tmpfs(flags=flags),
        last=last,
        asks=("path_mount",),
        sorts=_PATHS,
        tags=_ROOT,
    )


PLAIN: Final = Surrounding(name="plain")
"""Nothing special."""

#: Points of a call at which memory may be refused.
_FAULTS: Final = 9

_ALL: Final = (
    Surrounding(name="nobody", last=process.become, asks=_RIGHTS, tags=_ROOT),
    Surrounding(name="table-full", last=process.fill_table, asks=("fds_free",)),
    Surrounding(
        name="few-descriptors",
        last=_limit("RLIMIT_NOFILE", 50),
        asks=("rlimit(RLIMIT_NOFILE)",),
        sorts=frozenset(("new descriptor",)),
    ),
    Surrounding(name="small-files", last=_limit("RLIMIT_FSIZE", 4), asks=("rlimit(RLIMIT_FSIZE)",)),
    Surrounding(name="no-files", last=_limit("RLIMIT_FSIZE", 0), asks=("rlimit(RLIMIT_FSIZE)",)),
    Surrounding(name="tmpfs", first=_in_tmpfs(), asks=("fs_type",), tags=_ROOT),
    Surrounding(name="disk", first=_on_disk, asks=("fs_type",), tags=_GUEST),
    Surrounding(
        name="full",
        first=_in_tmpfs(b"size=16k,mode=1777"),
        last=_full,
        errnos=frozenset(("ENOSPC",)),
        tags=_ROOT,
    ),
    _mounted("read-only", last=_read_only(whole=True)),
    _mounted("read-only-mount", last=_read_only(whole=False)),
    _mounted("no-devices", flags="MS_NODEV"),
    Surrounding(
        name="immutable-folder",
        first=_in_tmpfs(),
        last=_attribute("FS_IMMUTABLE_FL"),
        asks=("dir_attr",),
        sorts=_PATHS,
        tags=_GUEST,
    ),
    Surrounding(
        name="alarm",
        last=_alarm("0"),
        arming=lambda steps: process.timer(steps, 20, 20),
        errnos=frozenset(("EINTR",)),
    ),
    *map(_fault, range(1, _FAULTS + 1)),
)

#: By name; the first one is :data:`PLAIN`.
SURROUNDINGS: Final = {one.name: one for one in (PLAIN, *_ALL)}


@cache
def having(capability: str) -> Surrounding:
    """An ordinary user who has one capability."""
    return Surrounding(
        name=f"nobody+{capability}",
        last=lambda steps: process.become_with(steps, capability),
        tags=_ROOT,
    )
