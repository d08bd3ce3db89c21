# SPDX-License-Identifier: GPL-2.0-or-later
"""What the terminal can do: its width, colours, and a line that shows progress."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import suppress
from typing import Final

_DEFAULT_WIDTH: Final = 80
_QUIET_S: Final = 0.5
_STEP_S: Final = 0.1
_CLEAR: Final = "\r\x1b[K"

COLOURS: Final = ("auto", "always", "never")
"""The words that ``--color`` takes."""


def add_colour_argument(parser: argparse.ArgumentParser) -> None:
    """Add ``--color``."""
    parser.add_argument(
        "--color",
        choices=COLOURS,
        default="auto",
        metavar="WHEN",
        help="colours: auto (on a terminal), always or never",
    )


def wants_colour(choice: str) -> bool:
    """Whether stdout gets colours.

    ``NO_COLOR`` and ``FORCE_COLOR`` decide if they are set and not empty; without them a terminal
    gets colours unless ``TERM`` is ``dumb``.

    :param choice: one of :data:`COLOURS`; only ``auto`` looks around.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return os.environ.get("TERM") != "dumb" and is_terminal(1)


def is_terminal(descriptor: int) -> bool:
    """Whether a file descriptor is a terminal."""
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def width() -> int:
    """Columns of a line: ``$COLUMNS``, or those of the terminal behind stdout, or 80."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdigit() and int(given) > 0:
        return int(given)
    with suppress(OSError):
        return os.get_terminal_size(1).columns or _DEFAULT_WIDTH
    return _DEFAULT_WIDTH


class Status:
    """One line on stderr that says what is being done; always silent where it is no terminal."""

    def __init__(self) -> None:
        self._active = is_terminal(2) and os.environ.get("TERM") != "dumb"
        self._next = 0.0
        self._shown = False

    def wait(self, seconds: float) -> None:
        """Stay silent for a while."""
        self._next = time.monotonic() + seconds

    def show(self, text: str) -> None:
        """Show a line in the place of the one before, not more often than can be read."""
        now = time.monotonic()
        if self._active and now >= self._next:
            self._next = now + _STEP_S
            self._shown = True
            self._write(f"{_CLEAR}{text[: width() - 1]}")

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._shown = False
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


class Progress:
    """A line on stderr that counts files; silent at first, and always where it is no terminal."""

    def __init__(self) -> None:
        self._status = Status()
        self._status.wait(_QUIET_S)

    def __call__(self, done: int, total: int) -> None:
        """Show how many files of all are done, now and then."""
        self._status.show(f"reading {min(done, total)} of {total} files")

    def clear(self) -> None:
        """Take the line away."""
        self._status.clear()
