# SPDX-License-Identifier: GPL-2.0-or-later
"""What this machine's files say about a pathname now, with the permissions of this process.

In: a pathname and where it starts. Out: answers to the predicates of :mod:`kapi.expr.names`; what
Python cannot see is ``None``, unknown.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from typing import Final

from kapi.expr.evaluate import Value

_KINDS: Final = (
    ("reg", stat.S_ISREG),
    ("dir", stat.S_ISDIR),
    ("symlink", stat.S_ISLNK),
    ("fifo", stat.S_ISFIFO),
    ("socket", stat.S_ISSOCK),
    ("chardev", stat.S_ISCHR),
    ("blockdev", stat.S_ISBLK),
)
_STOPS: Final = {
    errno.ENOTDIR: "notdir",
    errno.EACCES: "noaccess",
    errno.ELOOP: "loop",
    errno.ENAMETOOLONG: "longname",
}
#: include/uapi/linux/mount.h: MOUNT_ATTR_ of RDONLY, NOSUID, NODEV, NOEXEC; statfs(2) has the same.
_SAME_BITS: Final = 0xF
_ST_NOSYMFOLLOW: Final = 0x2000
_MOUNT_ATTR_NOSYMFOLLOW: Final = 0x200000
_MOST_LINKS: Final = 40


def path_kind(path: bytes) -> str | None:
    """What stat finds."""
    return _kind(path, os.stat)


def path_lkind(path: bytes) -> str | None:
    """What lstat finds; a slash at the end makes it follow."""
    return _kind(path, os.stat if path.endswith(b"/") else os.lstat)


def _kind(path: bytes, look: Callable[[bytes], os.stat_result]) -> str | None:
    try:
        mode = look(path).st_mode
    except OSError as error:
        if error.errno == errno.ENOENT:
            return _absent(path, look)
        return _STOPS.get(error.errno or 0)
    except ValueError:
        return None
    return next(kind for kind, is_it in _KINDS if is_it(mode))


def _absent(path: bytes, look: Callable[[bytes], os.stat_result]) -> str | None:
    """Whether only the last component is missing."""
    if look is os.stat and os.path.islink(path.rstrip(b"/")):
        path = os.path.realpath(path)
    parent = os.path.dirname(path.rstrip(b"/")) or b"."
    if not path.strip(b"/"):
        return None
    return "none" if os.path.isdir(parent) else "missing"


def path_slash(path: bytes) -> bool | None:
    """Whether it ends in a slash, or a link at its end does."""
    for _ in range(_MOST_LINKS):
        if path.endswith(b"/"):
            return True
        try:
            target = os.readlink(path)
        except OSError:
            return False
        path = os.path.join(os.path.dirname(path), target)
    return None


def path_may_read(path: bytes) -> bool | None:
    """Whether the object may be read."""
    return _may(path, os.R_OK)


def path_may_write(path: bytes) -> bool | None:
    """Whether the object may be written; unknown where a mount forbids it."""
    return _may(path, os.W_OK)


def _may(path: bytes, how: int) -> bool | None:
    if not os.path.exists(path):
        return None
    if os.access(path, how, effective_ids=True):
        return True
    return None if how & os.W_OK and _mount(path) & os.ST_RDONLY else False


def dir_may_create(path: bytes) -> bool | None:
    """Whether a file may be made in the directory that would get it."""
    return _may(_directory(path), os.W_OK | os.X_OK)


def _directory(path: bytes) -> bytes:
    path = os.path.realpath(path)
    return path if os.path.isdir(path) else os.path.dirname(path)


def path_owned(path: bytes) -> bool | None:
    """Whether it belongs to the caller; of a capability only root is sure."""
    try:
        owner = os.stat(path).st_uid
    except OSError:
        return None
    return True if owner == os.geteuid() else (None if os.geteuid() == 0 else False)


def path_mount(path: bytes) -> int | None:
    """Attributes of the mount where it is or would be."""
    where = path if os.path.exists(path) else _directory(path)
    try:
        return _mount(where)
    except OSError:
        return None


def _mount(path: bytes) -> int:
    flags = os.statvfs(path).f_flag
    return (flags & _SAME_BITS) | (_MOUNT_ATTR_NOSYMFOLLOW if flags & _ST_NOSYMFOLLOW else 0)


ANSWERS: Final[dict[str, Callable[[bytes], Value]]] = {
    "path_kind": path_kind,
    "path_lkind": path_lkind,
    "path_slash": path_slash,
    "path_may_read": path_may_read,
    "path_may_write": path_may_write,
    "dir_may_create": dir_may_create,
    "path_owned": path_owned,
    "path_mount": path_mount,
}
