# SPDX-License-Identifier: GPL-2.0-or-later
"""Bytes at random places of a file; every access is checked, and little is in memory.

In: a path, or a stream. Out: a :class:`Window` on it, and smaller windows inside. What cannot be
read is an :class:`ImageError` that names the place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Final

from kapi.errors import ImageError

CHUNK: Final = 1 << 20
"""How many bytes are in memory at a time where much is read."""

_IN_MEMORY: Final = 2 << 20
"""Up to so many bytes that were unpacked or copied are not written to disk."""


class Window:
    """A part of a file.

    :param stream: the file; whoever opened it closes it.
    :param path: the path as the user gave it.
    :param start: offset of the first byte in the stream.
    :param size: bytes of the window.
    :param inside: what the stream is, if not the file itself: ``unpacked zstd``.
    """

    def __init__(
        self, stream: IO[bytes], path: str, start: int, size: int, inside: str = ""
    ) -> None:
        self._stream = stream
        self._start = start
        self.path = path
        self.size = size
        self.inside = inside

    def error(self, offset: int | None, reason: str) -> ImageError:
        """The error of something wrong.

        :param offset: where, from the start of this window; ``None`` if it is all of it.
        """
        text = f"{self.inside}: {reason}" if self.inside else reason
        return ImageError(self.path, None if offset is None else self._start + offset, text)

    def holds(self, offset: int, size: int) -> bool:
        """Whether some bytes lie inside."""
        return 0 <= offset <= self.size and 0 <= size <= self.size - offset

    def read(self, offset: int, size: int, what: str = "data") -> bytes:
        """Some bytes; the caller has made sure that they are not too many for memory.

        :param what: what they are, for the message.
        :raises ImageError: if they are not all there.
        """
        if not self.holds(offset, size):
            raise self.error(self._shown(offset), f"truncated: {what} is not all there")
        try:
            self._stream.seek(self._start + offset)
            data = self._stream.read(size)
        except OSError as error:
            raise ImageError(self.path, self._start + offset, str(error.strerror)) from None
        if len(data) != size:
            raise self.error(offset, f"truncated: {what} is not all there")
        return data

    def peek(self, offset: int, size: int) -> bytes:
        """Some bytes, or those of them that are there."""
        offset = min(offset, self.size)
        return self.read(offset, min(size, self.size - offset))

    def part(self, offset: int, size: int, what: str) -> Window:
        """A window on some of the bytes.

        :raises ImageError: if they do not all lie inside.
        """
        if not self.holds(offset, size):
            raise self.error(self._shown(offset), f"truncated: {what} is not all there")
        return Window(self._stream, self.path, self._start + offset, size, self.inside)

    def _shown(self, offset: int) -> int:
        """An offset that may come from a hostile file, as one that can be in a message."""
        return max(0, min(offset, self.size))

    def find(self, needle: bytes) -> Iterator[int]:
        """The offsets of some bytes, in order; hits may overlap."""
        overlap = len(needle) - 1
        for start in range(0, self.size, CHUNK):
            data = self.peek(start, CHUNK + overlap)
            at = data.find(needle)
            while at >= 0:
                yield start + at
                at = data.find(needle, at + 1)


def spool(pieces: Iterable[bytes], path: str, inside: str, files: ExitStack) -> Window:
    """A window on some bytes; if they are many, they are written to a temporary file.

    :param path: where they come from; with ``inside`` as :class:`Window` takes it.
    :param files: closes the temporary file.
    :raises ImageError: if there is no room for it.
    """
    from tempfile import SpooledTemporaryFile

    size = 0
    file = files.enter_context(SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - files closes it
    for piece in pieces:
        size += len(piece)
        try:
            file.write(piece)
        except OSError as error:
            raise ImageError(path, None, f"no room to unpack it: {error.strerror}") from None
    return Window(file, path, 0, size, inside)


class Stream:
    """A window as the binary stream that other libraries read.

    :param window: the bytes.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._at = 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to an offset from the start, from here or from the end."""
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._window.size}
        self._at = max(0, bases[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._at

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes, and at most :data:`CHUNK`."""
        data = self._window.peek(self._at, CHUNK if size < 0 else min(size, CHUNK))
        self._at += len(data)
        return data


def open_regular(path: str) -> tuple[IO[bytes], int]:
    """A regular file and its size; whatever else the path names is refused, and never waited for.

    :raises ImageError: if it cannot be opened.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise ImageError(path, None, str(error.strerror)) from None
    except ValueError:  # a NUL in the path
        raise ImageError(path, None, "no such file") from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        kind = "a folder" if stat.S_ISDIR(about.st_mode) else "no regular file"
        raise ImageError(path, None, f"is {kind}")
    return os.fdopen(handle, "rb"), about.st_size
