# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers of the machine that a trace comes from, by name, and what is fixed for its kernel.

In: the shipped table of kernel headers, and this machine. Out: constants, and the
:class:`kapi.oracle.compiled.World` of the oracle. No compiler is asked: what is in no table is
unknown.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from kapi.expr.evaluate import Value
from kapi.oracle.compiled import World
from kapi.trace.questions import Question
from kapi.uapi.tables import Table
from kapi.uapi.tree import host_architecture

#: Constants that C libraries name and kernel headers do not, or not as plain numbers:
#: include/linux/net.h gives the flags of sockets the values of the O_ flags.
_SAME_AS: Final = {
    "SOCK_CLOEXEC": "O_CLOEXEC",
    "SOCK_NONBLOCK": "O_NONBLOCK",
    "UFFD_CLOEXEC": "O_CLOEXEC",
    "O_ASYNC": "FASYNC",
    "RLIM64_INFINITY": "RLIM_INFINITY",
}
_FOLDERS: Final = {"x86_64": "x86", "i386": "x86"}
_SYMBOL: Final = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)
_RELEASE: Final = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one architecture."""

    machine: str = field(default_factory=host_architecture)
    page_size: int = field(default_factory=lambda: os.sysconf("SC_PAGESIZE"))
    word_bits: int = 64

    @property
    def arch_folder(self) -> str:
        """The folder of arch/ that has its code."""
        return _FOLDERS.get(self.machine, self.machine)

    def constant(self, name: str) -> int | None:
        """The value of a constant; ``None`` if it is unknown."""
        if name == "MAX_RW_COUNT":  # include/linux/fs.h: INT_MAX & PAGE_MASK
            return 0x7FFFFFFF & ~(self.page_size - 1)
        if name == "PAGE_SIZE":
            return self.page_size
        return _number(_SAME_AS.get(name, name), self.machine)

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


@dataclass(frozen=True, slots=True)
class Kernel:
    """The kernel that made the calls.

    :ivar release: as ``uname -r`` says it; empty if it is unknown.
    :ivar config: values by symbol without ``CONFIG_``; ``None`` if unknown.
    """

    release: str = ""
    config: Mapping[str, str] | None = None

    def world(self, questions: Iterable[Question], numbers: Numbers) -> World:
        """What the oracle must know of it: constants, and answers that no call changes."""
        answers = {
            one.text: value
            for one in questions
            if (value := self._answer(one, numbers)) is not None
        }
        return World(numbers.constant, answers, numbers.page_size, numbers.word_bits)

    def _answer(self, question: Question, numbers: Numbers) -> Value:
        word = question.word
        if question.predicate == "config" and self.config is not None:
            # A symbol that the file does not name is one that this kernel cannot have.
            return self.config.get(word, "n") in ("y", "m")
        if question.predicate == "arch":
            return word in (numbers.machine, numbers.arch_folder)
        running, asked = _release(self.release), _release(word)
        if running is None or asked is None:
            return None
        if question.predicate == "since":
            return running >= asked
        return running <= asked if question.predicate == "until" else None


def running_kernel() -> Kernel:
    """The kernel of this machine."""
    release = os.uname().release
    return Kernel(release, _running_config(release))


def _running_config(release: str) -> dict[str, str] | None:
    for path in ("/proc/config.gz", f"/boot/config-{release}", f"/lib/modules/{release}/config"):
        try:
            with open(path, "rb") as stream:
                data = stream.read()
            text = gzip.decompress(data) if path.endswith(".gz") else data
            return dict(_SYMBOL.findall(text.decode()))
        except (OSError, EOFError, UnicodeDecodeError):
            continue
    return None


def _release(text: str) -> tuple[int, int] | None:
    """Major and minor number; what comes behind is the same release to a spec."""
    found = _RELEASE.match(text)
    return (int(found[1]), int(found[2])) if found else None
