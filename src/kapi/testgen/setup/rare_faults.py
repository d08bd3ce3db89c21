# SPDX-License-Identifier: GPL-2.0-or-later
"""What fails for want of memory, which is refused at a chosen point of the call; for guests.

In: nothing. Out: the table :data:`RARE_FAULTS`. The points are counted from 1; which allocation is
the N-th one holds for Linux 6.12.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kapi.testgen.case import Arg
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, machine, memory
from kapi.testgen.setup.rare_entry import IN_GUEST, Make, Rare
from kapi.testgen.setup.steps import Steps

_Args = tuple[Arg, ...]


def _refused(nth: int, recipe: Callable[[Steps], _Args]) -> Make:
    """The N-th point fails."""

    def make(steps: Steps, arming: Steps) -> _Args:
        machine.allow_faults(steps)
        args = recipe(steps)
        machine.fault(arming, nth)
        return args

    return make


def _file(steps: Steps) -> _Args:
    return files.file(steps), "O_RDONLY", 0


def _full_table(steps: Steps) -> _Args:
    """All 64 numbers of the first table are taken: the last one by ``fault``."""
    fd = fds.regular(steps)
    for _ in range(62):
        steps.do("dup", fd)
    return b"file", "O_RDONLY", 0


def _high_number(steps: Steps) -> _Args:
    return fds.regular(steps), 500


def _status(steps: Steps) -> _Args:
    fd = fds.opened(steps, b"/proc/self/status", "O_RDONLY")
    return fd, memory.filled(steps), 16


def _empty_pipe(steps: Steps) -> _Args:
    return fds.pipe(steps, "O_NONBLOCK").second, memory.filled(steps), 16


def _datagram(steps: Steps) -> _Args:
    return fds.socket_pair(steps, "SOCK_DGRAM").first, memory.filled(steps), 16


def _untouched(steps: Steps) -> _Args:
    return memory.mapping(steps, 1), memory.PAGE, "MADV_POPULATE_WRITE"


RARE_FAULTS: Final = (
    Rare("open", "ENOMEM.lookup", _refused(1, _file), IN_GUEST),
    Rare("open", "ENOMEM.table", _refused(3, _full_table), IN_GUEST),
    Rare("open", "ENOMEM.open", _refused(3, _file), IN_GUEST),
    Rare("dup2", "ENOMEM.table", _refused(1, _high_number), IN_GUEST),
    Rare("read", "ENOMEM", _refused(1, _status), IN_GUEST),
    Rare("write", "ENOMEM", _refused(1, _empty_pipe), IN_GUEST),
    Rare("write", "ENOBUFS.socket-buffer", _refused(1, _datagram), IN_GUEST),
    Rare("madvise", "ENOMEM.populate", _refused(1, _untouched), IN_GUEST),
)
"""Entries whose records say ``tampered``."""
