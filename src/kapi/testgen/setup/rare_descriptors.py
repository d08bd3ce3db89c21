# SPDX-License-Identifier: GPL-2.0-or-later
"""Rare reasons for dup2 to fail: tables of descriptors at the limit of the machine.

In: nothing. Out: the table :data:`RARE_DESCRIPTORS`.
"""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg, Data
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import machine
from kapi.testgen.setup.rare_entry import IN_GUEST, Rare
from kapi.testgen.setup.steps import Steps

_Args = tuple[Arg, ...]
#: The largest value of fs.nr_open.
_MOST: Final = (1 << 31) - 64
#: The first number for which the table of a 64-bit kernel would take more than INT_MAX bytes.
_TOO_HIGH: Final = 1 << 27


def _above_nr_open(steps: Steps, _arming: Steps) -> _Args:
    fd = fds.regular(steps)
    machine.sysctl(steps, "fs.nr_open", 64)
    return fd, 100


def _beyond_tables(steps: Steps, _arming: Steps) -> _Args:
    fd = fds.regular(steps)
    machine.sysctl(steps, "fs.nr_open", _MOST)
    both = _MOST.to_bytes(8, "little") * 2
    steps.do("prlimit64", 0, "RLIMIT_NOFILE", Data(both), 0)
    return fd, _TOO_HIGH


#: Entries of dup2.
RARE_DESCRIPTORS: Final = (
    Rare("dup2", "EBADF.nr-open", _above_nr_open, IN_GUEST),
    Rare("dup2", "EBADF.table-size", _beyond_tables, IN_GUEST),
)
