"""Checks of traces that are written down in tests."""

from __future__ import annotations

from functools import cache

from kapi import catalogue
from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel
from kapi.trace.books import CLOSED, Description, Process, Slot, Table, Thread
from kapi.trace.check import Checker, Setting
from kapi.trace.numbers import Numbers

NUMBERS = Numbers("x86_64", 4096, 64)
KERNEL = Kernel("6.12.0", {})
START = '1 execve("/bin/prog", ["prog"], 0x1) = 0\n'


@cache
def specs() -> dict[str, Spec]:
    """The calls of the catalogue, by the names that strace prints."""
    found = catalogue.read_all().specs
    return {one.name.removeprefix("sys_"): one for one in found if one.kind == "syscall"}


def terminal() -> Thread:
    """A process with 0, 1 and 2 open and nothing else."""
    slots = {
        number: Slot(True, Description("chardev", None, True, True), cloexec=False)
        for number in range(3)
    }
    return Thread(0, Process(limits={7: 1024}, nr_open=1 << 20), Table(slots, CLOSED))


def check(log: str, *, first: Thread | None = None, leaks: bool = False) -> Checker:
    """What is found in a trace of a program that begins with 0, 1 and 2 open."""
    setting = Setting(KERNEL, first or terminal(), whole=True, decoded=True, leaks=leaks)
    checker = Checker(specs(), setting, NUMBERS)
    checker.run((START + log).splitlines(keepends=True))
    return checker


def found(log: str, *, first: Thread | None = None) -> list[tuple[str, str]]:
    """Kind and call of each finding but notes."""
    checker = check(log, first=first)
    return [(one.kind, one.call) for one in checker.sorted() if one.severity != "note"]
