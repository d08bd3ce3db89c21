# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers of the machine that cases run on: constants by name, system calls by name.

In: names. Out: numbers. Constants come from the shipped table of kernel headers; those that it
lacks, and numbers of calls, are asked of a compiler with the headers of this system. What no header
says is computed here, with the place in the kernel that says how.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from kapi.testgen.errors import ExecutorError
from kapi.uapi.tables import Table, page_constant
from kapi.uapi.tree import arch_folder, architecture, host_architecture

#: Headers of a C library, for what kernel headers do not say or leave to the C library.
_HEADERS: Final = (
    *("fcntl.h", "limits.h", "net/if.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "sched.h"),
    *("signal.h", "sys/epoll.h", "sys/eventfd.h", "sys/fanotify.h", "sys/inotify.h"),
    *("sys/ioctl.h", "sys/mman.h", "sys/mount.h", "sys/personality.h", "sys/prctl.h"),
    *("sys/quota.h", "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/stat.h"),
    *("sys/timerfd.h", "sys/un.h", "sys/wait.h", "termios.h", "unistd.h"),
    *("linux/fs.h", "linux/fsverity.h", "linux/fuse.h", "linux/loop.h", "linux/userfaultfd.h"),
)
_FOUND: Final = re.compile(r"^->(\w+) \$?(-?\d+)$", re.MULTILINE)
_CALL: Final = re.compile(r"^#define __NR_(\w+) (\d+)$", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Za-z_]\w*\Z")

#: Calls younger than the headers of some distributions. The numbers are the same on all
#: architectures but alpha: arch/x86/entry/syscalls/syscall_64.tbl and scripts/syscall.tbl.
_YOUNG_CALLS: Final = {"mseal": 462}


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one architecture.

    :ivar machine: its name in the tables, such as ``x86_64``.
    :ivar page_size: bytes of a page of the kernel.
    :ivar word_bits: bits of ``unsigned long``.
    :ivar compiler: program and options that compile for it.
    :ivar table: constants of kernel headers.
    """

    machine: str = field(default_factory=host_architecture)
    page_size: int = 4096
    word_bits: int = 64
    compiler: tuple[str, ...] = ("gcc",)
    table: Table = field(default_factory=Table.load)

    @property
    def arch_folder(self) -> str:
        """The folder of arch/ that has its code."""
        return arch_folder(self.machine)

    def constant(self, name: str) -> int | None:
        """The value of a constant; ``None`` if it is unknown."""
        of_pages = page_constant(name, self.page_size)
        if of_pages is not None:
            return of_pages
        number = self.table.number(name, self.machine)
        return number if number is not None else self._compiled(name)

    def value(self, text: str) -> int:
        """The value of constants and numbers joined by ``|``.

        :raises ExecutorError: if one is unknown.
        """
        result = 0
        for word in (part.strip() for part in text.split("|")):
            number = self.constant(word) if _WORD.match(word) else int(word, 0)
            if number is None:
                raise ExecutorError(f"find the number of {word}", "no header has it")
            result |= number
        return result

    def call(self, name: str) -> int:
        """The number of a system call.

        :raises ExecutorError: if the architecture has none of that name.
        """
        numbers = _call_numbers(self.compiler)
        number = numbers.get(name, _YOUNG_CALLS.get(name))
        if number is None:
            raise ExecutorError(f"call {name}", f"{self.machine} has no such system call")
        return number

    def signal_name(self, number: int) -> str:
        """The name of a signal, such as ``SIGPIPE``; its number as text if it has none."""
        names = (
            name
            for name, _ in sorted(self.table.signals.items())
            if self.table.number(name, self.machine) == number
        )
        preferred = {"SIGIOT": "SIGABRT", "SIGCLD": "SIGCHLD", "SIGPOLL": "SIGIO"}
        return next((preferred.get(name, name) for name in names), str(number))

    def _compiled(self, name: str) -> int | None:
        return _compile_constant(name, self.compiler) if _WORD.match(name) else None


@cache
def of_machine(machine: str, page_size: int, word_bits: int) -> Numbers:
    """The numbers of the machine that an executor ran on, compiled by this system's compiler."""
    name = architecture(machine)
    if word_bits == 32 and name == "x86_64":
        return Numbers("i386", page_size, word_bits, ("gcc", "-m32"))
    return Numbers(name, page_size, word_bits)


@cache
def _compile_constant(name: str, compiler: tuple[str, ...]) -> int | None:
    """The value that headers give a constant, found by looking at the compiler's output."""
    lines = [f"#if __has_include(<{path}>)\n#include <{path}>\n#endif" for path in _HEADERS]
    lines += [
        "void values(void);",
        "void values(void)",
        f'{{ __asm__ volatile("\\n->{name} %0" :: "i"((long long)({name}))); }}',
    ]
    done = _compile((*compiler, "-D_GNU_SOURCE", "-O1", "-S", "-x", "c", "-o", "-", "-"), lines)
    found = _FOUND.search(done) if done is not None else None
    return int(found[2]) if found else None


@cache
def _call_numbers(compiler: tuple[str, ...]) -> dict[str, int]:
    """Names and numbers of the system calls that headers know."""
    done = _compile((*compiler, "-E", "-dM", "-x", "c", "-"), ["#include <asm/unistd.h>"])
    return {name: int(number) for name, number in _CALL.findall(done or "")}


def _compile(command: tuple[str, ...], lines: list[str]) -> str | None:
    """What the compiler writes; ``None`` if it complains."""
    text = "\n".join([*lines, ""])
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        reason = f"{command[0]} is missing: apt-get install gcc libc6-dev"
        raise ExecutorError("read header files", reason) from None
    return done.stdout if done.returncode == 0 else None
