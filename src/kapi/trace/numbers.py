# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers of the machine that a trace comes from, by name, and what is fixed for its kernel.

In: the shipped table of kernel headers, and this machine. Out: constants, and the
:class:`kapi.oracle.compiled.World` of the oracle. No compiler is asked: what is in no table is
unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from kapi.oracle.compiled import World
from kapi.oracle.kernel import Kernel
from kapi.trace.questions import Question
from kapi.uapi.tables import Table, page_constant
from kapi.uapi.tree import arch_folder, host_architecture

#: Constants that C libraries name and kernel headers do not, or not as plain numbers:
#: include/linux/net.h gives the flags of sockets the values of the O_ flags.
_SAME_AS: Final = {
    "SOCK_CLOEXEC": "O_CLOEXEC",
    "SOCK_NONBLOCK": "O_NONBLOCK",
    "UFFD_CLOEXEC": "O_CLOEXEC",
    "O_ASYNC": "FASYNC",
    "RLIM64_INFINITY": "RLIM_INFINITY",
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one architecture."""

    machine: str = field(default_factory=host_architecture)
    page_size: int = field(default_factory=lambda: os.sysconf("SC_PAGESIZE"))
    word_bits: int = 64

    @property
    def arch_folder(self) -> str:
        """The folder of arch/ that has its code."""
        return arch_folder(self.machine)

    def constant(self, name: str) -> int | None:
        """The value of a constant; ``None`` if it is unknown."""
        of_pages = page_constant(name, self.page_size)
        return of_pages if of_pages is not None else _number(_SAME_AS.get(name, name), self.machine)

    def need(self, name: str) -> int:
        """The value of a constant that every architecture has."""
        return _needed(name, self.machine)


@cache
def _number(name: str, machine: str) -> int | None:
    return _table().number(name, machine)


@cache
def _needed(name: str, machine: str) -> int:
    found = _number(_SAME_AS.get(name, name), machine)
    assert found is not None, name
    return found


@cache
def _table() -> Table:
    return Table.load()


def world_of(kernel: Kernel, questions: Iterable[Question], numbers: Numbers) -> World:
    """What the oracle must know of a kernel: constants, and answers that no call changes."""
    arches = (numbers.machine, numbers.arch_folder)
    answers = {
        one.text: value
        for one in questions
        if (value := kernel.answer(one.predicate, one.word, arches)) is not None
    }
    return World(numbers.constant, answers, numbers.page_size, numbers.word_bits)
