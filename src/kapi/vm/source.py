# SPDX-License-Identifier: GPL-2.0-or-later
"""Linux trees: one that is given, or a package of Debian, unpacked once.

In: a path, or the release of a package ``linux-source-RELEASE``. Out: the path of a tree. A tree
in the cache is shared with others and with ``tools/with-tree.sh``; nobody may write to it. Who
wants to, asks :mod:`kapi.vm.overlay` for a copy.
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kapi.errors import SourceError
from kapi.vm.cache import Cache, default_cache, locked
from kapi.vm.errors import VmError

ARCHIVES: Final = Path("/usr/src")
"""Where Debian's packages put their archives."""

STAMP: Final = ".unpacked-from"
"""Marks a tree that is shared, and names the archive that it is of."""
_VERSION_LINE: Final = re.compile(
    r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)\s*=[ \t]*(.*)$", re.MULTILINE
)


def check_tree(path: Path) -> Path:
    """The absolute path of a kernel tree.

    :raises SourceError: if the folder is none.
    """
    for name in ("Kbuild", "Kconfig", "Makefile"):
        if not (path / name).is_file():
            raise SourceError(str(path), f"no kernel tree, it has no {name}")
    return path.resolve()


def tree_version(tree: Path) -> str:
    """The version that the Makefile of a tree says, such as ``6.12.3``."""
    text = (check_tree(tree) / "Makefile").read_text(encoding="utf-8", errors="replace")
    words: dict[str, str] = dict(_VERSION_LINE.findall(text))
    numbers = [words.get(name, "") for name in ("VERSION", "PATCHLEVEL", "SUBLEVEL")]
    return ".".join(number for number in numbers if number) + words.get("EXTRAVERSION", "")


def debian_tree(
    release: str = "6.12",
    cache: Cache | None = None,
    *,
    archives: Path = ARCHIVES,
    on_unpack: Callable[[str], None] | None = None,
) -> Path:
    """The tree of Debian's package ``linux-source-RELEASE``, unpacked if it is not yet.

    A tree that was unpacked from another version of the package is replaced.

    :param on_unpack: told what is about to be done, as it takes half a minute.
    :raises VmError: if the package is not installed or cannot be unpacked.
    """
    cache = cache or default_cache()
    archive = archives / f"linux-source-{release}.tar.xz"
    if not archive.is_file():
        mend = f"{archive} is missing: apt-get install linux-source-{release}"
        raise VmError(f"find Linux {release}", mend)
    status = archive.stat()
    stamp = f"{status.st_size} {int(status.st_mtime)}"
    tree = cache.root / f"linux-source-{release}"
    with locked(cache.folder() / "unpack.lock"):
        if read_stamp(tree) != stamp:
            if on_unpack:
                on_unpack(f"unpacking {archive} into {cache.root} (once, takes half a minute)")
            _unpack(archive, tree, stamp)
    return tree


def read_stamp(tree: Path) -> str:
    """Of which archive a shared tree is; empty for any other tree."""
    try:
        return (tree / STAMP).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _unpack(archive: Path, tree: Path, stamp: str) -> None:
    """Replace a tree by the content of an archive; it is there as a whole or not at all."""
    # The script removes folders of this form of name, six characters, when it holds the lock.
    parts = tree.parent / f"unpack.{secrets.token_hex(3)}"
    try:
        parts.mkdir()
        command = ["tar", "-C", str(parts), "-xf", str(archive)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise VmError(f"unpack {archive}", done.stderr.strip())
        (parts / tree.name / STAMP).write_text(f"{stamp}\n", encoding="ascii")
        shutil.rmtree(tree, ignore_errors=True)
        (parts / tree.name).rename(tree)
    except OSError as error:
        raise VmError(f"unpack {archive}", str(error)) from None
    finally:
        shutil.rmtree(parts, ignore_errors=True)
