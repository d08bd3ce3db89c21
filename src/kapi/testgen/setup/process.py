# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of what a process is, may and expects: credentials, limits, signals, other processes."""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg, Data, Slot, Words
from kapi.testgen.setup.steps import AT_FDCWD, Steps

NOBODY: Final = 65534
#: include/uapi/linux/capability.h: _LINUX_CAPABILITY_VERSION_3.
_CAPABILITY_VERSION: Final = 0x20080522


def become(steps: Steps, uid: int = NOBODY) -> None:
    """Be another user without any capability; needs root."""
    steps.do("setgroups", 0, 0)
    steps.do("setresgid", uid, uid, uid)
    steps.do("setresuid", uid, uid, uid)


def become_with(steps: Steps, capability: str, uid: int = NOBODY) -> None:
    """Be another user who has one capability; needs root and that capability."""
    steps.do("prctl", "PR_SET_KEEPCAPS", 1, 0, 0, 0)
    become(steps, uid)
    steps.add("within", capability)


def keep_capabilities(steps: Steps, kept: int) -> None:
    """Have only some capabilities, given as bits; needs those."""
    header = _CAPABILITY_VERSION.to_bytes(4, "little") + bytes(4)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    words = (low, low, 0, high, high, 0)
    sets = b"".join(word.to_bytes(4, "little") for word in words)
    steps.do("capset", Data(header), Data(sets))


def limit(steps: Steps, resource: str, soft: Arg) -> None:
    """Lower a soft limit; the hard limit stays, so that looking is not limited."""
    old = steps.room(16)
    steps.do("prlimit64", 0, resource, 0, old)
    steps.store(old, 8, soft)
    steps.do("prlimit64", 0, resource, old, 0)


def hard_limit(steps: Steps, resource: str, value: int) -> None:
    """Lower both limits."""
    steps.do("prlimit64", 0, resource, Data(value.to_bytes(8, "little") * 2), 0)


def next_number(steps: Steps) -> Slot:
    """The number that the next descriptor gets."""
    number = steps.call("eventfd2", 0, 0)
    steps.do("close", number)
    return number


def fill_table(steps: Steps) -> None:
    """No number below the limit is free any more."""
    limit(steps, "RLIMIT_NOFILE", next_number(steps))


def count_signal(steps: Steps, number: str, flags: Arg = 0) -> None:
    """Count a signal instead of ending."""
    steps.add("signal", number, flags, word="count")


def timer(steps: Steps, after_ms: int, every_ms: int = 0) -> None:
    """Send SIGALRM; belongs among the arming steps.

    :param every_ms: again and again, so that one that comes too early does no harm.
    """
    value = (every_ms // 1000, every_ms % 1000 * 1000, after_ms // 1000, after_ms % 1000 * 1000)
    steps.do("setitimer", "ITIMER_REAL", Words(value), 0)


def later(steps: Steps, after_ms: int, call: str, *args: Arg) -> None:
    """Another thread makes a call while the call under test may wait."""
    steps.add("thread", after_ms, *args, word=call)


def reserve_number(steps: Steps, name: bytes = b"blocked") -> Slot:
    """A number that another thread has reserved: it waits for the other side of a FIFO."""
    steps.do("mknodat", AT_FDCWD, name, "S_IFIFO | 0x1a4", 0)
    number = next_number(steps)
    steps.add("thread", 0, AT_FDCWD, name, "O_RDONLY", 0, word="openat")
    return number


def answer_by_seccomp(steps: Steps, number: int, errno: str) -> None:
    """From now on a filter answers a call; belongs among the arming steps.

    :param number: of the call.
    """
    # struct sock_filter of 8 bytes each: load the number; if it is not this one, allow.
    load, jump, end = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET
    program = steps.let(
        Data(
            _instruction(load)
            + _instruction(jump, 0, 1, number)
            + _instruction(end)
            + _instruction(end, k=0x7FFF0000)  # SECCOMP_RET_ALLOW
        )
    )
    steps.store(program + 20, 4, f"0x50000 | {errno}")  # SECCOMP_RET_ERRNO
    header = steps.room(16)
    steps.store(header, 4, 4)
    steps.store(header + 8, 8, program)
    steps.do("prctl", "PR_SET_NO_NEW_PRIVS", 1, 0, 0, 0)
    steps.add("tampered")
    steps.do("seccomp", "SECCOMP_SET_MODE_FILTER", 0, header)


def _instruction(code: int, jt: int = 0, jf: int = 0, k: int = 0) -> bytes:
    return code.to_bytes(2, "little") + bytes((jt, jf)) + k.to_bytes(4, "little")


def background_of_terminal(steps: Steps, slave: Arg) -> None:
    """Go on in a background process group of a terminal, which is orphaned."""
    steps.do("ioctl", slave, "TIOCSCTTY", 0)
    steps.make("fork")
    steps.do("setpgid", 0, 0)
