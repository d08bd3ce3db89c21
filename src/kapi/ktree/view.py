# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder as it shall become: its files on disk, with some replaced or gone.

In: a folder. Out: bytes of files; and, at the end, a folder that is as the view says.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from kapi.csource.walk import read_named
from kapi.errors import SourceError


class TreeView:
    """Files of a tree, changed in memory until :meth:`write`.

    :param top: the top folder of the tree.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self._changed: dict[str, bytes | None] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        :param path: below the top.
        :raises SourceError: if it cannot be read.
        """
        if path not in self._changed:
            return read_named(str(self.top / path))
        data = self._changed[path]
        if data is None:
            raise SourceError(str(self.top / path), "no such file or folder")
        return data

    def read_text(self, path: str) -> str:
        """The text of a file; bytes that are no UTF-8 become lone surrogates."""
        return self.read(path).decode("utf-8", "surrogateescape")

    def exists(self, path: str) -> bool:
        """Whether there is a file."""
        if path in self._changed:
            return self._changed[path] is not None
        return (self.top / path).is_file()

    def put(self, path: str, data: bytes) -> None:
        """Give a file new bytes."""
        self._changed[path] = data

    def put_text(self, path: str, text: str) -> None:
        """Give a file new text, as :meth:`read_text` gives it."""
        self.put(path, text.encode("utf-8", "surrogateescape"))

    def remove(self, path: str) -> None:
        """Take a file away."""
        self._changed[path] = None

    def changes(self) -> dict[str, bytes | None]:
        """The files that are not on disk as the view says: their bytes, or ``None`` to be gone."""
        found = {}
        for path, data in self._changed.items():
            there = os.path.lexists(self.top / path)
            if data != (read_named(str(self.top / path)) if there else None):
                found[path] = data
        return found

    def write(self) -> None:
        """Make the folder so; files that are so already keep their time stamps.

        :raises SourceError: if a file cannot be written; then the folder is as it was.
        """
        exchange = _Exchange(self.top)
        try:
            for path, data in self.changes().items():
                exchange.prepare(path, data)
            exchange.carry_out()
        except BaseException as error:
            exchange.take_back()
            if isinstance(error, OSError):
                name = str(self.top / exchange.current)
                raise SourceError(name, f"{error.strerror}; nothing is changed") from None
            raise
        exchange.clean_up()


class _Exchange:
    """Exchanges some files of a folder, all or none.

    New files are first written beside their place, as that is what fails on a full disk; then the
    old ones step aside and the new ones take their names.
    """

    def __init__(self, top: Path) -> None:
        self._top = top
        self._new: dict[str, Path | None] = {}
        self._old: dict[str, Path] = {}
        self._fresh: set[str] = set()
        self._folders: list[Path] = []
        self.current = ""

    def prepare(self, path: str, data: bytes | None) -> None:
        """Write what a file shall be; ``None`` if it shall be gone."""
        self.current = path
        self._new[path] = None
        if data is None:
            return
        target = self._top / path
        if not os.path.lexists(target):
            self._fresh.add(path)
        self._make(target.parent)
        written = self._new[path] = target.with_name(f".{target.name}.kapi-new")
        written.write_bytes(data)
        if target.exists():
            written.chmod(target.stat().st_mode & 0o7777)

    def _make(self, folder: Path) -> None:
        """A folder and those around it, remembered if they are new."""
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir()
            self._folders.append(folder)

    def carry_out(self) -> None:
        """Exchange the files."""
        for path, written in self._new.items():
            self.current = path
            target = self._top / path
            aside = self._old[path] = target.with_name(f".{target.name}.kapi-old")
            with suppress(FileNotFoundError):
                os.replace(target, aside)
            if written:
                os.replace(written, target)

    def clean_up(self) -> None:
        """Remove the old files, and folders that are empty now."""
        for path, aside in self._old.items():
            with suppress(OSError):
                aside.unlink()
            if self._new[path] is None:
                self._prune((self._top / path).parent)

    def take_back(self) -> None:
        """Make all as it was; what cannot be done is left out."""
        for path, aside in self._old.items():
            with suppress(OSError):
                if path in self._fresh:
                    (self._top / path).unlink()
                else:
                    os.replace(aside, self._top / path)
        for written in self._new.values():
            if written:
                with suppress(OSError):
                    written.unlink()
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()

    def _prune(self, folder: Path) -> None:
        """Remove a folder and those around it as long as they are empty."""
        with suppress(OSError):
            while folder != self._top:
                folder.rmdir()
                folder = folder.parent
