# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds and reads C files: named ones in full, those of a tree if they may hold a spec.

In: paths of files and folders. Out: path and bytes of each file to be read. Follows a link that the
user named and none below a folder; opens nothing but regular files.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kapi.csource.cache import ScanCache, recall
from kapi.csource.needles import MAX_FILE_BYTES, TOO_LARGE, Found, Problem, reason_of, search_files
from kapi.csource.workers import run_parts, worker_count
from kapi.errors import SourceError

OnProblem = Callable[[str, str], None]
"""Takes the path of a file or folder of a tree that cannot be read, and the reason."""

Progress = Callable[[int, int], None]
"""Takes the number of files done and the number of all files."""

_SUFFIXES: Final = (".c", ".h")
_SKIPPED_FOLDERS: Final = frozenset((".git",))
_MIN_LARGE_TREE: Final = 2000  # files; smaller trees need neither processes nor a cache
_KINDS: Final = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def find_files(
    paths: Sequence[str],
    needles: Sequence[bytes],
    on_problem: OnProblem,
    progress: Progress | None = None,
    version: str | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file to be read, those of one folder sorted by path.

    :param paths: files, of any name, and folders. All are checked before this function returns;
        a file that several of them lead to is given once.
    :param needles: a ``.c`` or ``.h`` file below a folder is given if a line of a kernel-doc
        comment begins with one of these words, see ``TREE_NEEDLES``; a named file always.
    :param version: version of kapi; with it, hits are remembered between runs, see ``ScanCache``.
    :raises SourceError: if a named path does not exist, cannot be read, or is no file or folder.
    """
    kinds = [(path, _is_folder(path)) for path in paths]

    def files() -> Iterator[tuple[str, bytes]]:
        for path, is_folder in kinds:
            if is_folder:
                yield from _read_tree(path, needles, on_problem, progress, version)
            else:
                yield path, read_named(path)

    return _once(files()) if len(kinds) > 1 else files()


def _once(files: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files without those that an earlier path led to."""
    seen: set[str] = set()
    for path, data in files:
        real = os.path.realpath(path)
        if real not in seen:
            seen.add(real)
            yield path, data


def read_named(path: str) -> bytes:
    """The bytes of a regular file, or of what a link leads to. Never blocks.

    :raises SourceError: if there is no such file, it is too large or no regular file.
    """
    try:
        return _read(path, 0)
    except FileNotFoundError:
        raise SourceError(path, "no such file or folder") from None
    except OSError as error:
        raise SourceError(path, reason_of(error)) from None


def list_sources(folder: str, on_problem: OnProblem) -> list[str]:
    """Paths of all ``.c`` and ``.h`` files below a folder, in no particular order."""
    files: list[str] = []
    folders = [folder]
    while folders:
        inner = folders.pop()
        try:
            with os.scandir(inner) as entries:
                for entry in entries:
                    if entry.name.endswith(_SUFFIXES) and entry.is_file(follow_symlinks=False):
                        files.append(entry.path)
                    elif entry.is_dir(follow_symlinks=False) and entry.name not in _SKIPPED_FOLDERS:
                        folders.append(entry.path)
        except OSError as error:
            on_problem(inner, reason_of(error))
    return files


def _is_folder(path: str) -> bool:
    """Whether a named path is a folder and not a regular file; anything else is a SourceError."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SourceError(path, "no such file or folder") from None
    except ValueError:
        raise SourceError(path, "no valid path") from None
    except OSError as error:
        raise SourceError(path, reason_of(error)) from None
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no file")
        raise SourceError(path, f"{kind}, neither a regular file nor a folder")
    if stat.S_ISDIR(mode) and not os.access(path, os.R_OK | os.X_OK):
        raise SourceError(path, "permission denied")
    return stat.S_ISDIR(mode)


def _read(path: str, flags: int) -> bytes:
    """The bytes of a regular file; an OSError for anything else. Never blocks."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY | flags)
    with open(descriptor, "rb", buffering=0) as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a regular file")
        if status.st_size > MAX_FILE_BYTES:
            raise OSError(0, TOO_LARGE)
        return stream.read() or b""


def _read_tree(
    folder: str,
    needles: Sequence[bytes],
    on_problem: OnProblem,
    progress: Progress | None,
    version: str | None,
) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of the files below a folder that hold a needle, sorted."""
    files = list_sources(folder, on_problem)
    use_cache = version is not None and len(files) >= _MIN_LARGE_TREE
    if version is not None and use_cache:
        found = _search_cached(ScanCache(folder, needles, version), files, needles, progress)
    else:
        found = _search(files, needles, progress)
    for problem in sorted(found.problems, key=lambda problem: files[problem.file]):
        on_problem(files[problem.file], problem.reason)
    for path in sorted(files[index] for index in found.hits):
        try:
            data = _read(path, os.O_NOFOLLOW)
        except OSError as error:
            on_problem(path, reason_of(error))
            continue
        yield path, data


def _search_cached(
    cache: ScanCache, files: list[str], needles: Sequence[bytes], progress: Progress | None
) -> Found:
    """As :func:`_search`, but reads only what changed since the last scan."""
    signatures = cache.read_signatures(files, worker_count())
    states = recall(cache.load(), files, signatures)
    unsure = [index for index, state in enumerate(states) if state == 2]
    if not unsure:
        return Found([index for index, state in enumerate(states) if state], [])
    fresh = _search([files[index] for index in unsure], needles, progress)
    for index in unsure:
        states[index] = 0
    for at in fresh.hits:
        states[unsure[at]] = 1
    problems = [Problem(unsure[problem.file], problem.reason) for problem in fresh.problems]
    for problem in problems:
        signatures[problem.file] = 0
    cache.store(files, signatures, bytes(states))
    return Found([index for index, state in enumerate(states) if state], problems)


def _search(files: list[str], needles: Sequence[bytes], progress: Progress | None) -> Found:
    """The files that hold a needle; in several processes if there are many files."""
    parts = worker_count() if len(files) >= _MIN_LARGE_TREE else 1

    def job(part: int) -> bytes:
        mine = range(part, len(files), parts)
        found = search_files(
            [files[index] for index in mine],
            needles,
            (lambda done: progress(done * parts, len(files))) if progress and not part else None,
        )
        hits = [mine[at] for at in found.hits]
        problems = [(mine[problem.file], problem.reason) for problem in found.problems]
        return json.dumps([hits, problems]).encode()

    found = Found([], [])
    for result in run_parts(job, parts):
        hits, problems = json.loads(result)
        found.hits.extend(hits)
        found.problems.extend(Problem(index, reason) for index, reason in problems)
    return found
