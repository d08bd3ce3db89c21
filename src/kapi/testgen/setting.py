# SPDX-License-Identifier: GPL-2.0-or-later
"""What answers depend on besides what was seen: the machine and its numbers."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from typing import Final

from kapi.testgen.numbers import Numbers, of_machine
from kapi.testgen.results import Host
from kapi.testgen.seen import Process, Thing

#: Words for file systems by the name of their magic number.
_FILE_SYSTEMS: Final = {
    "BTRFS_SUPER_MAGIC": "btrfs",
    "DEBUGFS_MAGIC": "debugfs",
    "DEVPTS_SUPER_MAGIC": "devpts",
    "EXT4_SUPER_MAGIC": "ext4",
    "FUSE_SUPER_MAGIC": "fuse",
    "HUGETLBFS_MAGIC": "hugetlbfs",
    "NFS_SUPER_MAGIC": "nfs",
    "OVERLAYFS_SUPER_MAGIC": "overlay",
    "PIPEFS_MAGIC": "pipefs",
    "PROC_SUPER_MAGIC": "proc",
    "RAMFS_MAGIC": "ramfs",
    "SOCKFS_MAGIC": "sockfs",
    "SYSFS_MAGIC": "sysfs",
    "TMPFS_MAGIC": "tmpfs",
    "TRACEFS_MAGIC": "tracefs",
    "XFS_SUPER_MAGIC": "xfs",
}

#: include/linux/proc_ns.h: PROC_USER_INIT_INO.
_INITIAL_USER_NS: Final = f"user:[{0xEFFFFFFD}]"

#: Words for the types of file system objects.
_KINDS: Final = {
    stat.S_IFREG: "reg",
    stat.S_IFDIR: "dir",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "chardev",
    stat.S_IFBLK: "blockdev",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A machine that cases ran on.

    :ivar host: what the executor said of it.
    :ivar numbers: of its architecture.
    """

    host: Host
    numbers: Numbers
    _file_systems: dict[int, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = {self.numbers.constant(name): word for name, word in _FILE_SYSTEMS.items()}
        magics = {magic: word for magic, word in found.items() if magic is not None}
        object.__setattr__(self, "_file_systems", magics)

    @staticmethod
    def of(host: Host) -> Setting:
        """The setting of a host."""
        return Setting(host, of_machine(host.machine, host.page_size, host.word_bits))

    def fs_type(self, magic: int | None, thing: Thing | None = None) -> str | None:
        """The word for a file system.

        :param thing: an object on it, which tells devtmpfs from tmpfs and ramfs.
        """
        if magic is None:
            return None
        found = self._file_systems.get(magic, "other")
        if found not in ("tmpfs", "ramfs"):
            return found
        if thing is None:
            return None
        return "devtmpfs" if thing.dev == self.host.devtmpfs else found

    def fs_word(self, magic: int) -> str:
        """The word for a file system that is no devtmpfs."""
        return self._file_systems.get(magic, "other")

    def kind(self, thing: Thing, fs: str | None) -> str:
        """The word for an object."""
        found = _KINDS.get(stat.S_IFMT(thing.mode), "other")
        return "pipe" if found == "fifo" and fs == "pipefs" else found

    def number(self, name: str) -> int:
        """The number of a constant that every machine has."""
        return self.numbers.value(name)

    def is_initial_user_ns(self, process: Process) -> bool | None:
        """Whether a process is in the user namespace that ``capable`` speaks of."""
        return None if process.user_ns is None else process.user_ns == _INITIAL_USER_NS

    def has_capability(self, process: Process, name: str) -> bool | None:
        """Whether a process has a capability in the initial user namespace."""
        initial, number = self.is_initial_user_ns(process), self.numbers.constant(name)
        if initial is False:
            return False
        if initial is None or process.capabilities is None or number is None:
            return None
        return bool(process.capabilities >> number & 1)
