# SPDX-License-Identifier: GPL-2.0-or-later
"""The folder that keeps what is dear to make: unpacked trees, kernels, build folders.

In: names of things. Out: their folders, complete or not there at all, and locks that keep two
processes from making one thing twice. Layout, below ``$KAPI_CACHE``::

    linux-source-6.12/   a tree, unpacked from a package; tools/with-tree.sh shares it
    trees/NAME/linux-source-6.12/   private copy of a tree, see kapi.vm.overlay
    build/, trees/NAME/build/       output folders of make
    kernels/KEY/         a finished kernel
    locks/, ccache/
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kapi.vm.errors import VmError, reason_of

DEFAULT_LIMIT_BYTES: Final = 20 << 30
"""What kernels, build folders and private trees may take; unpacked packages are not counted."""

_USED: Final = ".kapi-used"
_MIN_AGE_S: Final = 3600
"""An entry that was used less than this ago may be in use and is never pruned."""


@dataclass(frozen=True, slots=True)
class Cache:
    """A cache folder.

    :ivar root: the folder; made when something is put there.
    """

    root: Path

    def folder(self, *names: str) -> Path:
        """A folder below the root, made if need be and closed to other users."""
        path = self.root.joinpath(*names)
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VmError(f"make the folder {path}", reason_of(error)) from None
        return path

    @contextmanager
    def lock(self, name: str, wait: bool = True) -> Iterator[bool]:
        """Hold a lock that other processes and threads respect; freed when its holder dies.

        :param name: the lock is ``locks/NAME``; the file stays, as removing one is a race.
        :param wait: wait for another holder; otherwise give False at once.
        """
        with locked(self.folder("locks") / name, wait) as held:
            yield held

    def find(self, kind: str, key: str) -> Path | None:
        """A finished entry, noted as used; None if there is none."""
        path = self.root / kind / key
        if not (path / _USED).exists():
            return None
        mark_used(path)
        return path

    def store(self, kind: str, key: str, fill: Callable[[Path], None]) -> Path:
        """Put an entry there as a whole, so that nobody ever finds half of one.

        :param fill: takes an empty folder and puts the content there; what it raises is passed on.
        """
        folder = self.folder(kind)
        parts = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
        try:
            fill(parts)
            parts.chmod(0o755)
            mark_used(parts)
            shutil.rmtree(folder / key, ignore_errors=True)
            parts.rename(folder / key)
        except OSError as error:
            raise VmError(f"store {folder / key}", reason_of(error)) from None
        finally:
            shutil.rmtree(parts, ignore_errors=True)
        return folder / key

    def prune(self, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> list[Path]:
        """Remove entries, those unused for longest first, until all take at most the limit.

        :return: what was removed. An entry that is locked or was in use lately stays.
        """
        entries = sorted((_last_use(path), path, lock) for path, lock in self._entries())
        sizes = {path: size_bytes(path) for _, path, _ in entries}
        total = sum(sizes.values())
        removed = []
        for used, path, lock in entries:
            if total <= limit_bytes or used > time.time() - _MIN_AGE_S:
                break
            with self.lock(lock, wait=False) as held:
                if held:
                    # Without its mark nobody takes what is left for an entry.
                    (path / _USED).unlink(missing_ok=True)
                    shutil.rmtree(path, ignore_errors=True)
                    total -= sizes[path]
                    removed.append(path)
        return removed

    def _entries(self) -> Iterator[tuple[Path, str]]:
        """All that may be pruned, each with the name of its lock."""
        for pattern in ("kernels/*", "build/*", "trees/*/build/*"):
            yield from ((path, path.name) for path in self.root.glob(pattern) if path.is_dir())
        for path in self.root.glob("trees/*/*"):
            if path.name != "build":
                yield path, tree_lock(path.parent.name)


def tree_lock(name: str) -> str:
    """Name of the lock of a private tree."""
    return f"tree-{name}"


def default_cache() -> Cache:
    """``$KAPI_CACHE``, else ``$XDG_CACHE_HOME/kapi``, else ``~/.cache/kapi``."""
    own = os.environ.get("KAPI_CACHE", "")
    if os.path.isabs(own):
        return Cache(Path(own))
    base = os.environ.get("XDG_CACHE_HOME", "")
    return Cache(Path(base if os.path.isabs(base) else os.path.expanduser("~/.cache"), "kapi"))


@contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file, made if need be; as :meth:`Cache.lock`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)


def mark_used(folder: Path) -> None:
    """Note that a folder is used now."""
    with suppress(OSError):
        (folder / _USED).touch()


def _last_use(folder: Path) -> float:
    """When a folder was used last; for one that was never finished, when it changed last."""
    for path in (folder / _USED, folder):
        with suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def size_bytes(folder: Path) -> int:
    """What the files below a folder take on the disk."""
    total = 0
    for inner, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(os.path.join(inner, name)).st_blocks * 512
    return total
