"""Mounts that nobody else sees, and mounts that show other owners.

Everything here but :func:`idmapped` is for a forked child, which :func:`own_mounts` gives a mount
namespace of its own; what it mounts is gone when the child ends.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.specs.rawcall import call, descriptor

# Of the headers linux/sched.h, linux/mount.h and linux/fcntl.h; the same on every architecture.
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_REC, _MS_PRIVATE = 1 << 14, 1 << 18
_OPEN_TREE_CLONE, _MOUNT_ATTR_IDMAP = 1, 0x00100000
_AT_FDCWD, _AT_EMPTY_PATH = -100, 0x1000

MS_RDONLY, MS_NODEV, MS_REMOUNT, MS_NOSYMFOLLOW, MS_BIND = 1, 4, 32, 256, 4096


def own_mounts() -> None:
    """Put this process into a mount namespace from which nothing gets out."""
    assert call("unshare", _CLONE_NEWNS) == 0
    assert call("mount", None, b"/", None, _MS_REC | _MS_PRIVATE, None) == 0


def mount(kind: str, target: Path, flags: int = 0, data: str = "", source: str = "none") -> None:
    """Mount on an existing directory."""
    arguments = source.encode(), bytes(target), kind.encode()
    assert call("mount", *arguments, flags, data.encode()) == 0


def tmpfs(target: Path, flags: int = 0, data: str = "mode=1777") -> None:
    """Mount a fresh tmpfs in a fresh mount namespace."""
    own_mounts()
    mount("tmpfs", target, flags, data)


@contextmanager
def idmapped(folder: Path) -> Iterator[int]:
    """A descriptor of ``folder`` on a mount that knows user and group 0 and nobody else."""
    with _user_namespace() as owner, descriptor(_clone(folder)) as tree:
        attributes = struct.pack("=QQQQ", _MOUNT_ATTR_IDMAP, 0, 0, owner)
        assert call("mount_setattr", tree, b"", _AT_EMPTY_PATH, attributes, 32) == 0
        yield tree


def _clone(folder: Path) -> int:
    return call("open_tree", _AT_FDCWD, bytes(folder), _OPEN_TREE_CLONE | os.O_CLOEXEC)


@contextmanager
def _user_namespace() -> Iterator[int]:
    """A descriptor of a user namespace that maps 0 to 0."""
    ready, done = os.pipe()
    waiting, finish = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(finish)
        call("unshare", _CLONE_NEWUSER)
        os.write(done, b"x")
        os.read(waiting, 1)
        os._exit(0)
    with descriptor(ready), descriptor(done), descriptor(waiting):
        os.read(ready, 1)
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{pid}/{name}").write_text("0 0 1\n")
        with descriptor(os.open(f"/proc/{pid}/ns/user", os.O_RDONLY)) as fd:
            try:
                yield fd
            finally:
                os.close(finish)
                os.waitpid(pid, 0)
