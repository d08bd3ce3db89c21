# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers about descriptors.

In: a descriptor as it was seen. Out: the answer to one predicate, ``None`` if it is not certain. Of
a number that is not open: kind none, all bits 0, nothing true, as :mod:`kapi.expr.names` says.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final

from kapi.expr.evaluate import Value
from kapi.testgen.seen import SeenFd
from kapi.testgen.setting import Setting

#: Kinds by what /proc/self/fd says of objects that have no name.
_LINKS: Final = (
    (re.compile(r"anon_inode:\[eventfd\]\Z"), "eventfd"),
    (re.compile(r"anon_inode:\[timerfd\]\Z"), "timerfd"),
    (re.compile(r"anon_inode:\[signalfd\]\Z"), "signalfd"),
    (re.compile(r"anon_inode:\[eventpoll\]\Z"), "epoll"),
    (re.compile(r"anon_inode:\[fanotify\]\Z"), "fanotify"),
    (re.compile(r"anon_inode:inotify\Z"), "inotify"),
    (re.compile(r"anon_inode:\[pidfd\]\Z|pidfd:\[\d+\]\Z"), "pidfd"),
    (re.compile(r"anon_inode:"), "other"),
)
_MEMFD: Final = re.compile(r"/memfd:.* \(deleted\)\Z", re.DOTALL)
_PROC_MEM: Final = re.compile(r"/proc/\d+(?:/task/\d+)?/mem\Z")
_POSITION: Final = re.compile(r"^pos:\t(-?\d+)$", re.MULTILINE)

#: File systems whose regular files can be read and written, and whose directories have a read
#: operation that refuses: *_file_operations and *_dir_operations of each.
_PLAIN_FS: Final = frozenset(("ext4", "xfs", "btrfs", "tmpfs", "ramfs"))
#: Kinds of which every file has the operation, or none has: the file_operations of each.
_CAN_READ: Final = {
    **dict.fromkeys(("memfd", "pipe", "fifo", "socket", "blockdev"), True),
    **dict.fromkeys(("eventfd", "timerfd", "signalfd", "inotify", "fanotify"), True),
    **dict.fromkeys(("none", "path", "epoll", "pidfd"), False),
}
_CAN_WRITE: Final = {
    **dict.fromkeys(("pipe", "fifo", "socket", "blockdev", "eventfd", "fanotify"), True),
    **dict.fromkeys(("timerfd", "signalfd", "inotify"), False),
    **dict.fromkeys(("none", "path", "epoll", "pidfd", "dir"), False),
}
#: Devices that can be read and written: null, zero, full, random and urandom of
#: drivers/char/mem.c, the terminals of Documentation/admin-guide/devices.txt.
_MEMORY_DEVICES: Final = frozenset((1, minor) for minor in (3, 5, 7, 8, 9))
_TERMINALS: Final = frozenset((4, 5, *range(136, 144)))

Answer = Callable[[Setting, SeenFd], Value]


def fd_open(_: Setting, seen: SeenFd) -> bool:
    """Whether the number names an open file."""
    return seen.getfd >= 0


def fd_kind(setting: Setting, seen: SeenFd) -> str | None:
    """What the open file is."""
    if not fd_open(setting, seen):
        return "none"
    if seen.getfl is None or seen.getfl < 0:
        return None
    if seen.getfl & setting.number("O_PATH"):
        return "path"
    for pattern, kind in _LINKS:
        if seen.link is not None and pattern.match(seen.link):
            return kind
    return _kind_of_inode(setting, seen)


def _kind_of_inode(setting: Setting, seen: SeenFd) -> str | None:
    if seen.thing is None:
        return None
    fs = setting.fs_type(seen.fs, seen.thing)
    kind = setting.kind(seen.thing, fs)
    if kind == "reg" and fs in ("tmpfs", "hugetlbfs"):
        if seen.link is None:
            return None
        return "memfd" if _MEMFD.match(seen.link) else "reg"
    # Without a link, what has no name could be a regular file or anything.
    if kind in ("reg", "other") and seen.link is None and fs not in _PLAIN_FS:
        return None
    return kind


def fd_flags(setting: Setting, seen: SeenFd) -> int | None:
    """File status flags."""
    if not fd_open(setting, seen):
        return 0
    return seen.getfl if seen.getfl is not None and seen.getfl >= 0 else None


def fd_cloexec(setting: Setting, seen: SeenFd) -> bool:
    """Whether the close-on-exec flag is set."""
    return seen.getfd > 0 and bool(seen.getfd & setting.number("FD_CLOEXEC"))


def _opened_for(setting: Setting, seen: SeenFd, modes: tuple[int, int]) -> bool | None:
    """Whether the access mode is one of two; O_PATH opens for nothing."""
    flags = fd_flags(setting, seen)
    if flags is None or not fd_open(setting, seen):
        return None if flags is None else False
    if flags & setting.number("O_PATH"):
        return False
    return (flags & setting.number("O_ACCMODE")) in modes


def fd_readable(setting: Setting, seen: SeenFd) -> bool | None:
    """Whether it is open for reading."""
    return _opened_for(setting, seen, (os.O_RDONLY, os.O_RDWR))


def fd_writable(setting: Setting, seen: SeenFd) -> bool | None:
    """Whether it is open for writing."""
    return _opened_for(setting, seen, (os.O_WRONLY, os.O_RDWR))


def fd_can_read(setting: Setting, seen: SeenFd) -> bool | None:
    """Whether it is open for reading, and the file has a read operation."""
    opened = fd_readable(setting, seen)
    return False if opened is False else _has_operation(setting, seen, _CAN_READ, opened)


def fd_can_write(setting: Setting, seen: SeenFd) -> bool | None:
    """Whether it is open for writing, and the file has a write operation."""
    opened = fd_writable(setting, seen)
    return False if opened is False else _has_operation(setting, seen, _CAN_WRITE, opened)


def _has_operation(
    setting: Setting, seen: SeenFd, known: dict[str, bool], opened: bool | None
) -> bool | None:
    kind = fd_kind(setting, seen)
    fs = setting.fs_type(seen.fs, seen.thing)
    found = known.get(kind or "")
    if kind in ("reg", "dir") and fs in _PLAIN_FS:
        found = known.get(kind, True)
    elif kind == "memfd":
        # hugetlbfs_file_operations has no write operation.
        found = True if fs == "tmpfs" else known is _CAN_READ if fs == "hugetlbfs" else None
    elif kind == "chardev":
        found = _is_plain_device(seen) or None
    return False if found is False else (True if found and opened else None)


def _is_plain_device(seen: SeenFd) -> bool:
    thing = seen.thing
    return thing is not None and (thing.rdev in _MEMORY_DEVICES or thing.rdev[0] in _TERMINALS)


def fd_unsigned_offset(setting: Setting, seen: SeenFd) -> bool | None:
    """Whether positions are unsigned: /dev/mem and /proc/PID/mem, and drivers of graphics."""
    kind = fd_kind(setting, seen)
    if kind is None or kind == "other":
        return None
    if kind == "chardev":
        if seen.thing is not None and seen.thing.rdev == (1, 1):
            return True
        return False if _is_plain_device(seen) else None
    fs = setting.fs_type(seen.fs, seen.thing)
    if kind == "reg" and fs == "proc":
        return None if seen.link is None else bool(_PROC_MEM.match(seen.link))
    if kind == "reg" and fs not in _PLAIN_FS:
        return None
    return False


def fd_pos(setting: Setting, seen: SeenFd) -> int | None:
    """The position, as fdinfo says it: lseek cannot tell a negative one from an error."""
    if not fd_open(setting, seen):
        return 0
    found = _POSITION.search(seen.info or "")
    return int(found[1]) if found else None


def fd_seals(setting: Setting, seen: SeenFd) -> int | None:
    """Seals; a file that cannot have any has none."""
    if not fd_open(setting, seen) or seen.seals == -setting.number("EINVAL"):
        return 0
    return seen.seals if seen.seals is not None and seen.seals >= 0 else None


def fd_reserved(_: Setting, seen: SeenFd) -> bool | None:
    """Whether the number is taken although no file is behind it."""
    return False if seen.getfd >= 0 else seen.reserved


def pipe_readers(setting: Setting, seen: SeenFd) -> int | None:
    """Open read ends; of what is no pipe there are none."""
    kind = fd_kind(setting, seen)
    if kind in ("pipe", "fifo"):
        return seen.readers
    return None if kind in (None, "path") else 0


def fs_type(setting: Setting, seen: SeenFd) -> str | None:
    """The file system."""
    return setting.fs_type(seen.fs, seen.thing)


ANSWERS: Final[dict[str, Answer]] = {
    "fd_open": fd_open,
    "fd_kind": fd_kind,
    "fd_flags": fd_flags,
    "fd_cloexec": fd_cloexec,
    "fd_readable": fd_readable,
    "fd_writable": fd_writable,
    "fd_can_read": fd_can_read,
    "fd_can_write": fd_can_write,
    "fd_unsigned_offset": fd_unsigned_offset,
    "fd_pos": fd_pos,
    "fd_seals": fd_seals,
    "fd_reserved": fd_reserved,
    "pipe_readers": pipe_readers,
    "fs_type": fs_type,
}
