# SPDX-License-Identifier: GPL-2.0-or-later
"""Where text goes: products to stdout or a file, remarks to stderr, and what to do if they cannot.

In: text or bytes. Out: nothing, or an error that names the stream and the reason.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Final, TextIO

from kapi.errors import KapiError, SourceError

SIGPIPE_STATUS: Final = 141
"""Exit status of a program whose reader went away: 128 and the number of SIGPIPE."""


def write(text: str) -> None:
    """Write a product to stdout, all of it; characters it cannot show become escapes.

    :raises BrokenPipeError: if nobody reads it any more.
    :raises KapiError: if it cannot be written.
    """
    write_bytes(text.encode(_stdout().encoding or "utf-8", "backslashreplace"))


def write_bytes(data: bytes) -> None:
    """Write a product to stdout as it is; see :func:`write`."""
    stream = _stdout()
    try:
        stream.flush()
        rest = memoryview(data)
        while rest:
            # Without a buffer, as with PYTHONUNBUFFERED, less may be written than was given.
            written: int | None = stream.buffer.write(rest)
            if written is None:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            rest = rest[written:]
        stream.buffer.flush()
    except OSError as error:
        _give_up(stream, error)


def write_file(path: str, text: str) -> None:
    """Write a product to a file, in UTF-8.

    :raises SourceError: if it cannot be written.
    """
    try:
        with open(path, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except (OSError, ValueError) as error:
        raise SourceError(path, reason_of(error)) from None


def complain(message: str, severity: str = "error") -> None:
    """Say on stderr what is wrong; where even that is impossible, nothing can be done."""
    remark(f"kapi: {severity}: {message}")


def warn(message: str) -> None:
    """Say on stderr what the user may want to know."""
    complain(message, "warning")


def remark(text: str) -> None:
    """A line on stderr."""
    if sys.stderr is not None:
        with suppress(OSError):
            safe = (text + "\n").encode("utf-8", "backslashreplace").decode("utf-8")
            encoding = sys.stderr.encoding or "utf-8"
            sys.stderr.write(safe.encode(encoding, "backslashreplace").decode(encoding))
            sys.stderr.flush()


def reason_of(error: OSError | ValueError) -> str:
    """The reason of a failure as our messages word it."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text[:1].lower() + text[1:]


def _stdout() -> TextIO:
    if sys.stdout is None:
        raise KapiError("stdout: it is closed")
    return sys.stdout


def _give_up(stream: TextIO, error: OSError) -> None:
    """Drop what is left for ``stream``, so that the end of Python does not try again; raise."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    if isinstance(error, BrokenPipeError):
        raise error
    raise KapiError(f"stdout: {reason_of(error)}") from None
