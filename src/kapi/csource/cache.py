# SPDX-License-Identifier: GPL-2.0-or-later
"""Remembers which files of a tree held a needle, so that a second scan reads only changed files.

In: a folder, needles and the files found below the folder. Out: the hits of an earlier scan for
all files that did not change since. A cache file that is missing, damaged or of somebody else is
an empty cache; one that cannot be written is none. Its paths are only ever compared.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import zlib
from array import array
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from kapi.csource.workers import run_parts

_MAGIC: Final = b"kapi-scan-1\n"
_MAX_BYTES: Final = 1 << 30
_RACY_NS: Final = 2_000_000_000
"""A file that changed less than this before a scan may change again without a new time stamp, on a
file system that counts in seconds; such a file is never remembered."""

_UNKNOWN: Final = 0


class Memory(NamedTuple):
    """What a cache file holds: paths, and for each the signature and whether it was a hit."""

    paths: list[str]
    signatures: array[int]
    hits: bytes


class ScanCache:
    """The cache of one folder and one set of needles.

    :param folder: the folder as the user gave it.
    :param needles: the words that were sought.
    :param version: version of kapi; another version starts afresh.
    :param directory: where cache files live; by default ``$XDG_CACHE_HOME/kapi``.
    """

    def __init__(
        self, folder: str, needles: Sequence[bytes], version: str, directory: str | None = None
    ) -> None:
        key = [os.path.abspath(folder), folder, [word.decode("latin-1") for word in needles]]
        layout = [version, sys.byteorder, list(sys.version_info[:2])]
        self._key = json.dumps([*key, *layout]).encode()
        self._directory = directory or _default_directory()
        self._file = os.path.join(self._directory, f"scan-{zlib.crc32(self._key):08x}")
        self._started = time.time_ns()

    def load(self) -> Memory:
        """What the last scan left; empty if there is nothing that can be trusted."""
        try:
            return self._parse(_read_own(self._file))
        except (OSError, ValueError):
            return Memory([], array("q"), b"")

    def _parse(self, data: bytes) -> Memory:
        """Grammar: magic crc32 key newline count newline signatures hits paths."""
        magic, checksum, rest = (
            data[: len(_MAGIC)],
            data[len(_MAGIC) :][:8],
            data[len(_MAGIC) + 8 :],
        )
        if magic != _MAGIC or checksum != b"%08x" % zlib.crc32(rest):
            raise ValueError("damaged")
        key, count_text, body = rest.split(b"\n", 2)
        if key != self._key:
            raise ValueError("another tree")
        count = int(count_text)
        signatures = array("q")
        signatures.frombytes(body[: 8 * count])
        paths = os.fsdecode(body[9 * count :]).split("\0") if count else []
        if len(signatures) != count or len(paths) != count:
            raise ValueError("damaged")
        return Memory(paths, signatures, body[8 * count : 9 * count])

    def store(self, paths: Sequence[str], signatures: array[int], hits: bytes) -> None:
        """Remember a scan; what cannot be written is not remembered.

        :param paths: every file of the tree.
        :param signatures: by :func:`read_signatures`, taken before the files were read.
        :param hits: one byte for each file, 1 for a hit.
        """
        body = signatures.tobytes() + hits + os.fsencode("\0".join(paths))
        rest = self._key + b"\n%d\n" % len(paths) + body
        with suppress(OSError):
            os.makedirs(self._directory, mode=0o700, exist_ok=True)
            _write_own(self._file, _MAGIC + b"%08x" % zlib.crc32(rest) + rest)

    def read_signatures(self, paths: Sequence[str], parts: int) -> array[int]:
        """A number for each file that changes when the file does; 0 for one that may be changing.

        :param parts: number of processes to use.
        """
        limit = self._started - _RACY_NS
        chunk = -(-len(paths) // parts) or 1
        results = run_parts(
            lambda part: _signatures(paths[part * chunk : (part + 1) * chunk], limit), parts
        )
        signatures = array("q")
        signatures.frombytes(b"".join(results))
        return signatures


def recall(memory: Memory, paths: Sequence[str], signatures: array[int]) -> bytearray:
    """For each file 1 if it was a hit, 0 if it was none, 2 if it is new, changed or unsure."""
    if memory.paths == paths and memory.signatures == signatures and _UNKNOWN not in signatures:
        return bytearray(memory.hits)
    known = dict(zip(memory.paths, zip(memory.signatures, memory.hits, strict=True), strict=True))
    nothing = (_UNKNOWN, 0)
    states = bytearray(len(paths))
    for index, path in enumerate(paths):
        signature, hit = known.get(path, nothing)
        same = signature == signatures[index] and signature != _UNKNOWN
        states[index] = hit if same else 2
    return states


def _signatures(paths: Sequence[str], limit_ns: int) -> bytes:
    """Signatures of files as the bytes of 64-bit numbers.

    The change time, which no user can set, tells an edit in place that restored size and times.
    """
    signatures = array("q")
    append = signatures.append
    stat = os.lstat
    for path in paths:
        try:
            status = stat(path)
        except OSError:
            append(_UNKNOWN)
            continue
        changed = status.st_ctime_ns
        append(
            hash((changed, status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev))
            if changed < limit_ns
            else _UNKNOWN
        )
    return signatures.tobytes()


def _default_directory() -> str:
    """``$XDG_CACHE_HOME/kapi``, or ``~/.cache/kapi`` if that is not an absolute path."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return os.path.join(base if os.path.isabs(base) else os.path.expanduser("~/.cache"), "kapi")


def _read_own(path: str) -> bytes:
    """The bytes of a regular file of this user; anything else is an OSError."""
    _check_own(os.path.dirname(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or status.st_size > _MAX_BYTES:
            raise PermissionError(path)
        return stream.read()


def _check_own(directory: str) -> None:
    """Raise OSError unless the folder belongs to this user and nobody else may write to it."""
    status = os.stat(directory)
    if status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise PermissionError(directory)


def _write_own(path: str, data: bytes) -> None:
    """Replace a file as a whole, so that a reader sees the old bytes or the new ones."""
    _check_own(os.path.dirname(path))
    descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(path))
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
