# SPDX-License-Identifier: GPL-2.0-or-later
"""A private copy of a tree that may be written to, kept equal to the tree plus some files.

In: a tree, a name and the files to put there. Out: the path of the copy. It is made once for a name
and afterwards only brought up to date: a file that is put with the content it has already keeps its
time stamp, so make builds again exactly what changed.

The copy shares blocks with the tree where the file system can do that, and is a plain copy
elsewhere (20 s, 1.7 GB). Hard links would take a second, but a program that writes a file in place
would then write to the shared tree, and making them alone changes a time stamp of every file of it,
on which caches of that tree rest.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from kapi.errors import SourceError
from kapi.vm.cache import Cache, default_cache, mark_used, tree_lock
from kapi.vm.errors import VmError, reason_of
from kapi.vm.source import STAMP, check_tree, read_stamp

_STATE: Final = ".kapi-overlay"


class _State(NamedTuple):
    """What a copy is of, and which files were put there."""

    origin: str
    files: frozenset[str]


def private_tree(
    base: Path, name: str, files: Mapping[str, bytes], cache: Cache | None = None
) -> Path:
    """A copy of a tree that holds what the tree holds, but for these files.

    :param base: a tree that is not written to.
    :param name: which copy; one name stands for one copy of one tree at a time.
    :param files: content by path below the tree; what an earlier call put there and is not among
        them is as in the base again.
    :raises SourceError: if a path leads out of the tree.
    """
    cache = cache or default_cache()
    base = check_tree(base)
    # Same folder name as the base, at the same depth below its build folders: to the compiler all
    # paths look alike, so ccache serves one tree with what it learnt from another.
    tree = cache.folder("trees", name) / base.name
    with cache.lock(tree_lock(name)):
        origin = f"{base} {read_stamp(base)}"
        state = _read_state(tree)
        if state is None or state.origin != origin:
            state = _State(origin, frozenset())
            _copy(base, tree)
        # Noted before it is done, so that a sync that was cut short is finished by the next.
        _write_state(tree, _State(origin, state.files | files.keys()))
        put_files(tree, files)
        _restore(base, tree, sorted(state.files - files.keys()))
        _write_state(tree, _State(origin, frozenset(files)))
        mark_used(tree)
    return tree


def put_files(tree: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write those files that do not have this content already; return their paths.

    Each is replaced as a whole, never written in place.

    :param tree: a tree of one's own; a shared one is refused.
    :param files: content by path below the tree.
    :raises SourceError: if the tree is a shared one, or a path leads out of it.
    """
    if read_stamp(tree):
        raise SourceError(str(tree), "a shared tree, which nobody may write to")
    changed = []
    for path, data in files.items():
        target = _inside(tree, path)
        try:
            if target.is_symlink() or not target.is_file() or target.read_bytes() != data:
                _replace(target, data)
                changed.append(path)
        except OSError as error:
            raise VmError(f"write {target}", reason_of(error)) from None
    return changed


def _replace(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    descriptor, temporary = tempfile.mkstemp(prefix=".kapi-", dir=target.parent)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except OSError:
        os.unlink(temporary)
        raise


def _restore(base: Path, tree: Path, paths: Iterable[str]) -> None:
    """Make files as they are in the base, with the time of now: their content changed."""
    for path in paths:
        target, origin = _inside(tree, path), base / path
        if target.is_symlink() or target.exists():
            target.unlink()
        if origin.is_symlink():
            target.symlink_to(origin.readlink())
        elif origin.is_file():
            shutil.copyfile(origin, target)
            shutil.copymode(origin, target)


def _inside(tree: Path, path: str) -> Path:
    """The file of a tree that a path names, which must not be outside."""
    parts = PurePosixPath(path)
    if not path or parts.is_absolute() or ".." in parts.parts:
        raise SourceError(path, "not a path below the tree")
    target = tree / parts
    if not target.parent.resolve().is_relative_to(tree.resolve()):
        raise SourceError(path, "a link leads out of the tree")
    return target


def _copy(base: Path, tree: Path) -> None:
    """Replace a copy; it is there as a whole or not at all."""
    parts = Path(tempfile.mkdtemp(prefix=".new-", dir=tree.parent))
    try:
        command = ["cp", "-a", "--reflink=auto", f"{base}/.", str(parts)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise VmError(f"copy {base} to {tree}", done.stderr.strip())
        (parts / STAMP).unlink(missing_ok=True)
        shutil.rmtree(tree, ignore_errors=True)
        parts.rename(tree)
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def _read_state(tree: Path) -> _State | None:
    try:
        origin, files = json.loads((tree / _STATE).read_bytes())
        return _State(origin, frozenset(files))
    except (OSError, ValueError, TypeError):
        return None


def _write_state(tree: Path, state: _State) -> None:
    try:
        text = json.dumps([state.origin, sorted(state.files)])
        (tree / _STATE).write_text(text, encoding="ascii")
    except OSError as error:
        raise VmError(f"write {tree / _STATE}", reason_of(error)) from None
