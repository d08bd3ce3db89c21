# SPDX-License-Identifier: GPL-2.0-or-later
"""What cannot be the outcome of a call, by what was seen of its state. A table of facts.

Each fact is something that the kernel's code makes certain, and is looked up here in the answers of
a record, not in a spec: specs are what is tried. ``EISDIR`` for a regular file is a lie whatever
the flags are; that a driver answers ``ENXIO`` is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kapi.expr.evaluate import Value
from kapi.testgen.record import Record

#: Generic values of include/uapi/asm-generic/fcntl.h.
_ACCMODE: Final = 3
_WRITES: Final = (1, 2)
_CREAT: Final = 0o100
_EXCL: Final = 0o200
_TRUNC: Final = 0o1000
_NONBLOCK: Final = 0o4000
_DIRECT: Final = 0o40000
_PLAIN: Final = ("reg", "dir", "chardev")
_WORD: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class View:
    """A record as the facts see it."""

    record: Record

    @property
    def is_open(self) -> bool:
        """Whether it is a call that opens a pathname."""
        return self.record.call in ("sys_open", "sys_openat")

    def ask(self, predicate: str, *arguments: str) -> Value:
        """An answer of before the call."""
        return self.record.before.get(f"{predicate}({', '.join(arguments)})")

    def path(self, predicate: str) -> Value:
        """An answer about the pathname of an opening call."""
        start = "AT_FDCWD" if self.record.call == "sys_open" else "dfd"
        return self.ask(predicate, start, "filename")

    def fd(self, predicate: str, name: str = "fd") -> Value:
        """An answer about a descriptor."""
        return self.ask(predicate, name)

    @property
    def flags(self) -> int:
        """The flags of an opening call."""
        return self.record.args[1 if self.record.call == "sys_open" else 2] & 0xFFFFFFFF

    @property
    def count(self) -> int:
        """The third argument."""
        return self.record.args[2] & _WORD

    @property
    def stops(self) -> bool:
        """Whether the walk to a pathname cannot end at an object."""
        return self.path("path_kind") not in _PLAIN

    @property
    def is_plain(self) -> bool:
        """Whether the descriptor is a regular file that is open for what the call does."""
        word = "fd_readable" if self.record.call == "sys_read" else "fd_writable"
        return self.fd("fd_kind") == "reg" and self.fd(word) is True

    @property
    def behavior(self) -> int:
        """The advice of madvise."""
        return self.record.args[2] & 0xFFFFFFFF


Fact = Callable[[View], bool]


def _always(_view: View) -> bool:
    return True


def _good_string(view: View) -> bool:
    return view.ask("string_readable", "filename", "PATH_MAX") is True


def _short_string(view: View) -> bool:
    length = view.ask("string_len", "filename", "PATH_MAX")
    return isinstance(length, int) and 0 < length < 200 and not view.stops


def _only_looks(view: View) -> bool:
    """Opens something that exists for reading, or marks it."""
    return not view.flags & (_CREAT | _TRUNC | _ACCMODE) and not view.stops


_OPENING: Final[dict[str, Fact]] = {
    "EMFILE": lambda v: (
        v.ask("fds_free") is True
        and int(v.ask("rlimit", "RLIMIT_NOFILE") or 0) < (int(v.ask("nr_open") or 0) & ~63)
    ),
    "EFAULT": _good_string,
    "ENAMETOOLONG": _short_string,
    "ELOOP": lambda v: v.path("path_lkind") in _PLAIN,
    "ENOTDIR": lambda v: v.path("path_kind") == "dir" and v.path("path_lkind") == "dir",
    "EISDIR": lambda v: v.path("path_kind") in ("reg", "chardev") and v.path("path_slash") is False,
    "EEXIST": lambda v: not (v.flags & _CREAT and v.flags & _EXCL),
    "EROFS": _only_looks,
    "ETXTBSY": _only_looks,
    "ENXIO": lambda v: v.path("path_kind") in ("reg", "dir"),
    "EAGAIN": lambda v: not v.flags & _NONBLOCK,
    "ENODEV": lambda v: v.path("path_kind") in ("reg", "dir"),
    "EDQUOT": _only_looks,
}

_MOVING: Final[dict[str, Fact]] = {
    "EBADF": lambda v: v.is_plain,
    "EISDIR": lambda v: v.fd("fd_kind") in ("reg", "pipe", "socket", "eventfd"),
    "EAGAIN": lambda v: v.is_plain and not int(v.fd("fd_flags") or 0) & _NONBLOCK,
    "ENOTCONN": lambda v: v.fd("fd_kind") in ("reg", "pipe", "chardev", "eventfd"),
    "ECONNRESET": lambda v: v.fd("fd_kind") in ("reg", "pipe", "chardev", "eventfd"),
}

#: Errnos that cannot come of a call, by its name: they may take the place of what came.
NEVER: Final[dict[str, dict[str, Fact]]] = {
    "sys_open": _OPENING,
    "sys_openat": {
        **_OPENING,
        "EBADF": lambda v: (
            v.ask("fd_open", "dfd") is True or v.record.args[0] & 0xFFFFFFFF == 0xFFFFFF9C
        ),
    },
    "sys_close": {
        "EBADF": lambda v: v.fd("fd_open") is True,
        "EIO": lambda v: v.fd("fd_kind") in ("pipe", "socket", "eventfd", "dir"),
        "EINTR": lambda v: v.fd("fd_kind") == "reg" and v.fd("fs_type") in ("ext4", "tmpfs"),
        "EAGAIN": lambda v: v.fd("fd_kind") in ("pipe", "socket", "eventfd", "memfd"),
        "EINVAL": lambda v: v.fd("fd_kind") in ("pipe", "socket", "eventfd", "memfd"),
    },
    "sys_read": {
        **_MOVING,
        "EFAULT": lambda v: (
            v.ask("writable", "buf", "count") is True
            and v.ask("user_range", "buf", "count") is True
        ),
        "ECANCELED": lambda v: v.fd("fd_kind") in ("reg", "pipe", "socket", "eventfd"),
    },
    "sys_write": {
        **_MOVING,
        "EFAULT": lambda v: (
            v.ask("readable", "buf", "count") is True
            and v.ask("user_range", "buf", "count") is True
        ),
        "EPIPE": lambda v: v.fd("fd_kind") in ("reg", "chardev", "eventfd", "memfd"),
        "EFBIG": lambda v: v.fd("fd_kind") in ("pipe", "socket", "eventfd"),
        "EDESTADDRREQ": lambda v: v.fd("fd_kind") in ("reg", "pipe", "chardev"),
    },
    "sys_dup2": {
        "EMFILE": _always,
        "EINTR": _always,
        "EINVAL": _always,
        "EBUSY": lambda v: v.record.args[0] & 0xFFFFFFFF == v.record.args[1] & 0xFFFFFFFF,
        "EBADF": lambda v: (
            v.fd("fd_open", "oldfd") is True
            and v.record.args[1] & 0xFFFFFFFF < int(v.ask("rlimit", "RLIMIT_NOFILE") or 0)
        ),
    },
    "sys_madvise": {
        "EPERM": lambda v: v.behavior in range(4),
        "EBADF": lambda v: v.behavior != 3,
        "EACCES": lambda v: v.behavior != 9,
        "EFAULT": lambda v: v.behavior in range(9),
        "EIO": lambda v: v.behavior in (4, 8, 10, 11, 12, 13),
        "ENOMEM": lambda v: (
            v.behavior in (0, 1, 2, 4) and v.ask("mapped", "start", "len_in") is True
        ),
        "EAGAIN": lambda v: v.behavior in (4, 8),
    },
}


def _noaccess(view: View) -> bool:
    """Whether the bits of the object or its directory refuse, and the caller is nobody special."""
    if view.path("path_lkind") == "noaccess":
        return True
    reads = view.flags & _ACCMODE != 1 and view.path("path_may_read") is False
    writes = view.flags & _ACCMODE in _WRITES and view.path("path_may_write") is False
    return (reads or writes) and view.path("path_kind") in _PLAIN


_OPENS: Final[dict[str, Fact]] = {
    "EBADF": _always,
    "EFAULT": _always,
    "ENAMETOOLONG": _always,
    "ELOOP": _always,
    "EEXIST": _always,
    "ENOTDIR": _always,
    "EISDIR": _always,
    "EMFILE": lambda v: v.ask("fds_free") is False,
    "ENOENT": lambda v: v.path("path_lkind") in ("none", "missing") and not v.flags & _CREAT,
    "EACCES": _noaccess,
    "ENXIO": lambda v: v.path("path_kind") == "socket",
    "EINVAL": lambda v: not v.flags & _DIRECT and v.path("path_kind") in ("reg", "dir", "none"),
}

_MOVES: Final[dict[str, Fact]] = {
    "EBADF": _always,
    "EINVAL": lambda v: v.fd("fd_kind") == "epoll",
    "EFAULT": lambda v: v.ask("user_range", "buf", "count") is False,
}

#: Failures that the state settles, by call: the same state cannot let the call succeed.
SETTLED: Final[dict[str, dict[str, Fact]]] = {
    "sys_open": _OPENS,
    "sys_openat": _OPENS,
    "sys_close": {"EBADF": _always},
    "sys_read": _MOVES,
    "sys_write": {
        **_MOVES,
        "EPIPE": lambda v: v.fd("fd_kind") in ("pipe", "fifo") and v.fd("pipe_readers") == 0,
    },
    "sys_dup2": {"EBADF": lambda v: v.fd("fd_open", "oldfd") is False},
    "sys_madvise": {
        "EINVAL": lambda v: bool(v.record.args[0] & 4095) or v.behavior in (5, 6, 7, 9999),
        "ENOMEM": lambda v: v.ask("mapped", "start", "len_in") is False,
    },
}
