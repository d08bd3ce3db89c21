# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes archives of the form that the kernel unpacks as its first file system.

In: folders, files, links and devices. Out: bytes in cpio's "newc" format, the same for the same
content: times are zero and inodes count from one. The format is described in the kernel's
Documentation/driver-api/early-userspace/buffer-format.rst.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

_MAGIC: Final = "070701"
_TRAILER: Final = "TRAILER!!!"
_MAX_BYTES: Final = 0xFFFF_FFFF


@dataclass(slots=True)
class Archive:
    """An archive that grows; paths are absolute. Folders above an entry are made, mode 0755."""

    _parts: list[bytes] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def add_folder(self, path: str, mode: int = 0o755, owner: tuple[int, int] = (0, 0)) -> None:
        """A folder; one that is there already stays as it is.

        :param owner: user and group id.
        """
        if _name(path) not in self._names:
            self._add(path, stat.S_IFDIR | mode, owner=owner)

    def add_file(
        self, path: str, data: bytes, mode: int = 0o644, owner: tuple[int, int] = (0, 0)
    ) -> None:
        """A regular file of less than 4 GiB.

        :param owner: user and group id.
        """
        if len(data) > _MAX_BYTES:
            raise ValueError(f"{path}: too large for an archive, {len(data)} bytes")
        self._add(path, stat.S_IFREG | mode, data, owner=owner)

    def add_link(self, path: str, target: str) -> None:
        """A symbolic link."""
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def add_device(self, path: str, major: int, minor: int, mode: int = 0o600) -> None:
        """A character device."""
        self._add(path, stat.S_IFCHR | mode, device=(major, minor))

    def to_bytes(self) -> bytes:
        """The whole archive."""
        trailer = _entry(0, _TRAILER, 0, b"", (0, 0), (0, 0))
        data = b"".join([*self._parts, trailer])
        return data + bytes(-len(data) % 512)

    def _add(
        self,
        path: str,
        mode: int,
        data: bytes = b"",
        *,
        owner: tuple[int, int] = (0, 0),
        device: tuple[int, int] = (0, 0),
    ) -> None:
        name = _name(path)
        if name in self._names:
            raise ValueError(f"{path}: is in the archive already")
        above = str(PurePosixPath(name).parent)
        if above != ".":
            self.add_folder(f"/{above}")
        self._names.add(name)
        self._parts.append(_entry(len(self._parts) + 1, name, mode, data, owner, device))


def _name(path: str) -> str:
    """The name of an entry: the path without its first slash."""
    parts = PurePosixPath(path)
    if not parts.is_absolute() or len(parts.parts) < 2 or ".." in parts.parts:
        raise ValueError(f"{path!r}: not an absolute path of a file")
    return str(parts.relative_to(parts.anchor))


def _entry(
    inode: int, name: str, mode: int, data: bytes, owner: tuple[int, int], device: tuple[int, int]
) -> bytes:
    """One entry.

    Grammar: magic inode mode uid gid links mtime size devmajor devminor rdevmajor rdevminor
    namesize check name NUL padding data padding; numbers are eight hexadecimal digits.
    """
    encoded = name.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    numbers = (inode, mode, *owner, links, 0, len(data), 0, 0, *device, len(encoded), 0)
    head = _MAGIC.encode() + b"".join(b"%08x" % number for number in numbers) + encoded
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)
