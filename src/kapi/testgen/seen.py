# SPDX-License-Identifier: GPL-2.0-or-later
"""What the executor sees of a state: descriptors, pathnames, memory, the process. Pure data."""

from __future__ import annotations

from typing import NamedTuple


class Thing(NamedTuple):
    """A file system object, as statx says it.

    :param dev, rdev: major and minor number.
    :param attributes: STATX_ATTR_ bits.
    """

    mode: int
    nlink: int
    uid: int
    gid: int
    size: int
    dev: tuple[int, int]
    rdev: tuple[int, int]
    attributes: int


class SeenFd(NamedTuple):
    """A descriptor. What could not be seen is ``None``; errors are negative.

    :param getfd, getfl, seals: what F_GETFD, F_GETFL and F_GET_SEALS gave.
    :param reserved: whether the number is taken without a file.
    :param link, info: of /proc/self/fd and /proc/self/fdinfo.
    :param fs: magic number of the file system.
    :param readers, writers: open descriptions of a pipe or FIFO, for each direction.
    :param queued: what FIONREAD gave.
    """

    fd: int
    getfd: int
    reserved: bool | None
    getfl: int | None = None
    seals: int | None = None
    link: str | None = None
    info: str | None = None
    fs: int | None = None
    thing: Thing | None = None
    readers: int | None = None
    writers: int | None = None
    queued: int | None = None


class SeenFolder(NamedTuple):
    """The directory that a new file would go to.

    :param wx: what asking for permission to write and search gave.
    :param mount: ``f_flags`` of statfs.
    """

    wx: int
    thing: Thing | None = None
    fs: int | None = None
    mount: int | None = None


class SeenPath(NamedTuple):
    """A pathname.

    :param length: bytes of the string; -1 if it cannot be read.
    :param error, lerror: errno of stat and lstat, 0 if they found something.
    :param thing, lthing: what they found.
    :param parent_links, parent_mode: of the directory of the last name as it is written.
    :param read, write: what asking for permission gave.
    :param slash: whether the pathname, or a link at its end, ends with a slash.
    """

    length: int
    error: int | None = None
    thing: Thing | None = None
    lerror: int | None = None
    lthing: Thing | None = None
    parent_links: int | None = None
    parent_mode: int | None = None
    fs: int | None = None
    mount: int | None = None
    readers: int | None = None
    read: int | None = None
    write: int | None = None
    slash: bool | None = None
    folder: SeenFolder | None = None


class SeenString(NamedTuple):
    """A string of at most ``most`` bytes.

    :param length: bytes before the NUL, or ``most``; -1 if it cannot be read.
    :param text: its first bytes, one character each.
    """

    most: int
    length: int
    text: str = ""


class Range(NamedTuple):
    """A mapping that a range of memory touches.

    :param perms: as in /proc/self/maps: ``rw-p``.
    :param flags: VmFlags of smaps; ``None`` if they were not asked for.
    """

    start: int
    end: int
    perms: str
    inode: int
    name: str
    flags: frozenset[str] | None


class SeenMemory(NamedTuple):
    """A range of memory.

    :param readable: how many bytes from its start on the kernel can read.
    :param ranges: the mappings that it touches; ``None`` if not all could be seen.
    """

    address: int
    size: int
    readable: int | None
    ranges: tuple[Range, ...] | None


class SeenBytes(NamedTuple):
    """Bytes in memory or in a file.

    :param size: how many there are.
    :param hash: FNV-1a of 64 bits in hex; ``None`` if they could not be read without a trace.
    :param changed: how many of the first 64 KiB in memory are not what they were before; offset of
        the first and of the last of them.
    """

    size: int
    hash: str | None
    changed: tuple[int, int, int] | None = None


Seen = SeenFd | SeenPath | SeenString | SeenMemory | SeenBytes


class Process(NamedTuple):
    """The process that makes the call.

    :param rlimits: soft limits by number.
    :param capabilities: the effective set, as bits.
    :param free: the lowest free descriptor number below the limit, -1 if there is none.
    :param user_ns: link of /proc/self/ns/user.
    """

    uid: int
    gid: int
    fsuid: int
    rlimits: tuple[int, ...]
    capabilities: int | None
    free: int | None
    user_ns: str | None
    nr_open: int | None


class Look(NamedTuple):
    """One look at the state: the process, and what was watched in the order of the case."""

    process: Process
    seen: tuple[Seen | None, ...]
