"""Attempts to open things, and what came of them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

AT_FDCWD: Final = -100
NOBODY: Final = 65534
#: The bit that makes O_TMPFILE of O_DIRECTORY.
TMPFILE_BIT: Final = os.O_TMPFILE & ~os.O_DIRECTORY
#: Access mode 3.
NO_DIRECTION: Final = os.O_ACCMODE

Name = str | bytes | Path | int | None


class Attempt(Protocol):
    """Open a pathname, or what is at an address; a descriptor or a negative errno."""

    def __call__(self, name: Name, flags: int, mode: int = 0o600) -> int: ...


def closed(result: int) -> int:
    """0 for a descriptor, which is closed; else the errno, positive."""
    if result < 0:
        return -result
    os.close(result)
    return 0


def status_flags(fd: int) -> int:
    """What F_GETFL says."""
    return fcntl.fcntl(fd, fcntl.F_GETFL)
