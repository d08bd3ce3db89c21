# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of mounts that nobody else sees; all of them need root."""

from __future__ import annotations

from kapi.testgen.case import Arg
from kapi.testgen.setup.files import folder
from kapi.testgen.setup.steps import AT_FDCWD, Steps


def own_mounts(steps: Steps) -> None:
    """A mount namespace of the case alone."""
    steps.add("mounts")


def mount(steps: Steps, kind: bytes, name: bytes = b"mnt", flags: Arg = 0, data: Arg = 0) -> bytes:
    """Mount a file system without a device on a new directory; its name."""
    folder(steps, name)
    steps.do("mount", b"none", name, kind, flags, data)
    return name


def tmpfs(steps: Steps, name: bytes = b"mnt", flags: Arg = 0, data: bytes = b"mode=1777") -> bytes:
    """A tmpfs in a mount namespace of its own; the name of its directory."""
    own_mounts(steps)
    return mount(steps, b"tmpfs", name, flags, data)


def make_read_only(steps: Steps, name: bytes = b"mnt", whole: bool = True) -> None:
    """Remount a tmpfs read-only.

    :param whole: the file system, and not only the mount.
    """
    flags = "MS_REMOUNT | MS_RDONLY" if whole else "MS_REMOUNT | MS_RDONLY | MS_BIND"
    steps.do("mount", b"none", name, b"tmpfs", flags, 0)


def full_tmpfs(steps: Steps, name: bytes = b"mnt") -> bytes:
    """A tmpfs without a free page; the name of its directory."""
    tmpfs(steps, name, data=b"size=4k")
    fd = steps.call("openat", AT_FDCWD, name + b"/filler", "O_CREAT | O_WRONLY", 0o644)
    steps.do("write", fd, steps.room(4096), 4096)
    steps.do("close", fd)
    return name


def tmpfs_with_quota(steps: Steps, name: bytes = b"mnt", block_limit: int = 4096) -> bytes:
    """A tmpfs that lets each user have so many bytes; needs CONFIG_TMPFS_QUOTA."""
    data = b"mode=1777,usrquota,usrquota_block_hardlimit=%d" % block_limit
    return tmpfs(steps, name, data=data)


def disk(
    steps: Steps, device: bytes, kind: bytes = b"ext4", name: bytes = b"mnt", data: Arg = 0
) -> bytes:
    """The file system of a disk of the guest; the name of its directory."""
    own_mounts(steps)
    folder(steps, name)
    steps.do("mount", device, name, kind, 0, data)
    return name


def loop_device(steps: Steps, image: bytes, device: bytes = b"/dev/loop0") -> bytes:
    """A loop device of the guest with an image behind it; its name."""
    fd = steps.call("openat", AT_FDCWD, device, "O_RDWR", 0)
    back = steps.call("openat", AT_FDCWD, image, "O_RDWR", 0)
    steps.attempt("ioctl", fd, "LOOP_CLR_FD", 0)
    steps.do("ioctl", fd, "LOOP_SET_FD", back)
    steps.do("close", back)
    steps.do("close", fd)
    return device
