# SPDX-License-Identifier: GPL-2.0-or-later
"""The words that gate a scan of a whole tree, and a fast search for them.

In: files. Out: which of them hold a word at the head of a comment line, and which cannot be read.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

TREE_NEEDLES: Final = (
    b"long-desc",
    b"examples",
    b"notes",
    b"contexts",
    b"context",
    b"api",
    b"kapi",
    b"param",
    b"return",
    b"returns",
    b"error",
    b"lock",
    b"signal",
    b"side-effect",
    b"capability",
    b"constraint",
    b"state-trans",
    b"struct",
)
"""A tree scan reads a file if one of these is the first word of a line in a kernel-doc comment.

A colon must follow; ``-`` and more may lie between, as in ``context-flags`` or ``kapi-note``. That
is every tag that makes a spec of a comment, so that the gate misses one thing: tags in capitals in
a file without any good tag. A file that the user names is always read in full.

``/**`` is the literal that gates all else: three quarters of the bytes of Linux 6.12 are in files
without it. Of 59932 files 98 are left over, with 5 MB.
"""

_CARRIER: Final = b"/**"

MAX_FILE_BYTES: Final = 64 << 20
"""Larger files are not read; the largest C file of Linux 6.12 has 23 MiB."""

_BATCH_BYTES: Final = 256 << 10
_OPEN_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
_Find = Callable[[bytes, int, int], int]


class Problem(NamedTuple):
    """A file, as an index into the list that was searched, and why it cannot be read."""

    file: int
    reason: str


class Found(NamedTuple):
    """What a search gives: indices of the files with a needle, and those with a problem."""

    hits: list[int]
    problems: list[Problem]


def search_files(
    paths: Sequence[str],
    needles: Sequence[bytes],
    progress: Callable[[int], None] | None = None,
) -> Found:
    """The files among ``paths`` that hold a needle at the head of a kernel-doc comment line.

    Files are read into one buffer, many at a time, so that no memory is fetched for each and a
    needle is sought in one call.

    :param progress: called now and then with the number of files done.
    """
    buffer = bytearray(_BATCH_BYTES + MAX_FILE_BYTES + 2)
    find = _finder(buffer)
    tag_line = _tag_line(needles)
    view = memoryview(buffer)
    found = Found([], [])
    starts: list[int] = []
    batch: list[int] = []
    position = 0
    for index, path in enumerate(paths):
        try:
            size = _read_into(view[position : position + MAX_FILE_BYTES + 1], path)
        except OSError as error:
            found.problems.append(Problem(index, reason_of(error)))
            continue
        if size > MAX_FILE_BYTES:
            found.problems.append(Problem(index, TOO_LARGE))
            continue
        starts.append(position)
        batch.append(index)
        position += size
        buffer[position] = 0x0A
        position += 1
        if position > _BATCH_BYTES:
            found.hits.extend(batch[at] for at in _search(buffer, starts, position, tag_line, find))
            starts, batch, position = [], [], 0
            if progress:
                progress(index + 1)
    found.hits.extend(batch[at] for at in _search(buffer, starts, position, tag_line, find))
    return found


TOO_LARGE: Final = f"larger than {MAX_FILE_BYTES >> 20} MiB"


def reason_of(error: OSError) -> str:
    """The reason of a failed system call as diagnostics word it."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def _read_into(view: memoryview, path: str) -> int:
    """Read a file from its start into ``view``; return its size, or that of a full ``view``."""
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        size = os.readv(descriptor, [view])
        got = size
        while got and size < len(view):
            got = os.readv(descriptor, [view[size:]])
            size += got
        return size
    finally:
        os.close(descriptor)


def _tag_line(needles: Sequence[bytes]) -> re.Pattern[bytes]:
    """A newline, and the head of a comment line whose first word begins with a needle."""
    words = b"|".join(re.escape(needle) for needle in needles)
    return re.compile(rb"\n[ \t]*\*[ \t]*(?:" + words + rb")(?:-[\w-]*)?[ \t]*:")


def _search(
    buffer: bytearray, starts: list[int], end: int, tag_line: re.Pattern[bytes], find: _Find
) -> list[int]:
    """Which files of a batch match ``tag_line`` between a ``/**`` and the next ``*/``.

    :param starts: offset of each file in the buffer; each is followed by one newline.
    :param end: offset one past the last file's newline.
    :return: indices into ``starts``, ascending.
    """
    hits: list[int] = []
    ends = [*starts[1:], end]
    at = find(_CARRIER, 0, end)
    while at >= 0:
        file = bisect_right(starts, at) - 1
        stop = buffer.find(b"*/", at + 2, ends[file])
        stop = ends[file] if stop < 0 else stop + 2
        if tag_line.search(buffer, at, stop):
            hits.append(file)
            stop = ends[file]
        at = find(_CARRIER, stop, end)
    return hits


def _finder(buffer: bytearray) -> _Find:
    """A function like ``buffer.find``, three times as fast where the C library has memmem(3).

    ``bytes.find`` of CPython 3.11 takes 0.3 ns to 0.6 ns for each byte, memmem of glibc 0.1 ns.
    """
    try:
        import ctypes

        memmem = ctypes.CDLL(None).memmem
        base = ctypes.addressof(ctypes.c_char.from_buffer(buffer))
    except (ImportError, OSError, AttributeError, TypeError):
        return buffer.find
    memmem.restype = ctypes.c_void_p
    memmem.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def find(needle: bytes, start: int, end: int) -> int:
        place = memmem(base + start, end - start, needle, len(needle))
        return place - base if place else -1

    return find
