# SPDX-License-Identifier: GPL-2.0-or-later
"""What fails because a server of a file system or device says so; for guests.

In: nothing. Out: the table :data:`RARE_SERVED`.
"""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import served
from kapi.testgen.setup.memory import READ_WRITE, mapping
from kapi.testgen.setup.rare_entry import IN_GUEST, Make, Rare
from kapi.testgen.setup.steps import Steps

_Args = tuple[Arg, ...]


def _open(operation: str, errno: str, *args: Arg) -> Make:
    """An operation of the file system fails."""

    def make(steps: Steps, arming: Steps) -> _Args:
        served.file_system(steps)
        served.fail(arming, operation, errno)
        return args or (served.FILE, "O_RDONLY", 0)

    return make


def _open_device(errno: str) -> Make:
    def make(steps: Steps, arming: Steps) -> _Args:
        served.device(steps)
        served.fail(arming, "FUSE_OPEN", errno)
        return served.DEVICE, "O_RDWR | O_NONBLOCK", 0

    return make


def _server_gone(steps: Steps, arming: Steps) -> _Args:
    served.end(arming, served.file_system(steps))
    return served.FILE, "O_RDONLY", 0


def _interrupted(steps: Steps, arming: Steps) -> _Args:
    served.file_system(steps)
    served.interrupt(steps, arming, "FUSE_LOOKUP")
    return served.FILE, "O_RDONLY", 0


def _interrupted_device(steps: Steps, arming: Steps) -> _Args:
    served.device(steps)
    served.interrupt(steps, arming, "FUSE_OPEN")
    return served.DEVICE, "O_RDWR", 0


def _file(operation: str, errno: str, *args: Arg) -> Make:
    """An operation on the file fails for which the first argument is a descriptor."""

    def make(steps: Steps, arming: Steps) -> _Args:
        served.file_system(steps)
        fd = fds.opened(steps, served.FILE)
        served.fail(arming, operation, errno)
        return fd, *args

    return make


def _interrupted_flush(steps: Steps, arming: Steps) -> _Args:
    served.file_system(steps)
    fd = fds.opened(steps, served.FILE)
    served.interrupt(steps, arming, "FUSE_FLUSH")
    return (fd,)


def _hole(steps: Steps, arming: Steps) -> _Args:
    served.file_system(steps)
    fd = fds.opened(steps, served.FILE)
    base = mapping(steps, 1, READ_WRITE, "MAP_SHARED", fd)
    served.fail(arming, "FUSE_FALLOCATE", "EIO")
    return base, 4096, "MADV_REMOVE"


def _entries() -> list[Rare]:
    found = [
        Rare("open", "EINVAL.name", _open("FUSE_LOOKUP", "EINVAL")),
        Rare("open", "EIO.lookup", _open("FUSE_LOOKUP", "EIO")),
        Rare("open", "EUCLEAN.lookup", _open("FUSE_LOOKUP", "EUCLEAN")),
        Rare("open", "ESTALE.lookup", _open("FUSE_LOOKUP", "ESTALE")),
        Rare("open", "ENOTCONN.server", _server_gone),
        Rare("open", "EINTR.server", _interrupted),
        Rare("open", "EACCES.server", _open("FUSE_OPEN", "EACCES")),
        Rare("open", "EIO.open", _open("FUSE_OPEN", "EIO")),
        Rare(
            "open",
            "EOPNOTSUPP.tmpfile",
            _open("FUSE_TMPFILE", "ENOSYS", served.FOLDER, "O_TMPFILE | O_RDWR", 0o600),
        ),
        Rare("open", "EAGAIN.device", _open_device("EAGAIN")),
        Rare("open", "EINTR.device", _interrupted_device),
        Rare("write", "EIO.io", _file("FUSE_WRITE", "EIO", b"x", 1)),
        Rare("write", "EROFS.error-read-only", _file("FUSE_WRITE", "EROFS", b"x", 1)),
        Rare("close", "EIO.flush", _file("FUSE_FLUSH", "EIO")),
        Rare("close", "ENOSPC.flush", _file("FUSE_FLUSH", "ENOSPC")),
        Rare("close", "EDQUOT.flush", _file("FUSE_FLUSH", "EDQUOT")),
        Rare("close", "EINTR.flush", _interrupted_flush),
        Rare("madvise", "EIO.remove-io", _hole),
    ]
    return [Rare(one.call, one.brings, one.make, IN_GUEST) for one in found]


RARE_SERVED: Final = tuple(_entries())
