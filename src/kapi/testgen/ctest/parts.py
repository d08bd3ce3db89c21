# SPDX-License-Identifier: GPL-2.0-or-later
"""Helper functions of generated tests: small files of C in the folder ``parts``.

In: names of parts. Out: their headers and their code, each after those that it needs. A part begins
with ``#include`` lines; a comment ``needs: NAME`` names another part. Which constants a text uses
decides about more headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from kapi.testgen.ctest.calls import CALLS, NOT_EVERYWHERE
from kapi.testgen.numbers import Numbers

FOLDER: Final = Path(__file__).parent / "parts"

_INCLUDE: Final = re.compile(r"^#include <(.+)>\n+", re.MULTILINE)
_NEEDS: Final = re.compile(r"^/\* needs: (.+) \*/\n+", re.MULTILINE)
_WORD: Final = re.compile(r"\b[A-Za-z_]\w*\b")

#: The header of constants that begin so; the longest match counts.
_CONSTANTS: Final[Mapping[str, str]] = {
    "AF_": "sys/socket.h",
    "AT_": "fcntl.h",
    "CAP_": "linux/capability.h",
    "CLOCK_": "time.h",
    "CLONE_": "sched.h",
    "EFD_": "sys/eventfd.h",
    "EPOLL": "sys/epoll.h",
    "FAN_": "sys/fanotify.h",
    "FD_CLOEXEC": "fcntl.h",
    "FSMOUNT_": "sys/mount.h",
    "FSOPEN_": "sys/mount.h",
    "FS_": "linux/fs.h",
    "FS_IOC_ENABLE_VERITY": "linux/fsverity.h",
    "F_": "fcntl.h",
    "IN_": "sys/inotify.h",
    "INT_MAX": "limits.h",
    "ITIMER_": "sys/time.h",
    "ICANON": "termios.h",
    "IPPROTO_": "netinet/in.h",
    "ISIG": "termios.h",
    "KEY_": "linux/keyctl.h",
    "LANDLOCK_": "linux/landlock.h",
    "LONG_MAX": "limits.h",
    "MADV_": "sys/mman.h",
    "MAP_": "sys/mman.h",
    "MAX_RW_COUNT": "limits.h",
    "MCL_": "sys/mman.h",
    "MFD_": "sys/mman.h",
    "MOUNT_": "sys/mount.h",
    "MOVE_": "sys/mount.h",
    "MS_": "sys/mount.h",
    "OPEN_TREE_": "sys/mount.h",
    "O_": "fcntl.h",
    "PROT_": "sys/mman.h",
    "PR_": "sys/prctl.h",
    "RLIMIT_": "sys/resource.h",
    "RLIM_": "sys/resource.h",
    "SA_": "signal.h",
    "SEEK_": "unistd.h",
    "SFD_": "sys/signalfd.h",
    "SIG": "signal.h",
    "SOCK_": "sys/socket.h",
    "SOL_": "sys/socket.h",
    "SO_": "sys/socket.h",
    "S_I": "sys/stat.h",
    "TOSTOP": "termios.h",
    "TCP_": "netinet/tcp.h",
    "TFD_": "sys/timerfd.h",
    "TIOC": "sys/ioctl.h",
    "UINT_MAX": "limits.h",
    "ULONG_MAX": "limits.h",
    "__NR_": "sys/syscall.h",
    "__O_": "fcntl.h",
    "makedev": "sys/sysmacros.h",
    "memset": "string.h",
    "mkfifo": "sys/stat.h",
    "open": "fcntl.h",
    "mkdir": "sys/stat.h",
    "chmod": "sys/stat.h",
    "mknod": "sys/stat.h",
    "rmdir": "unistd.h",
    "setrlimit": "sys/resource.h",
    "sigprocmask": "signal.h",
    "signal": "signal.h",
    "sockaddr_un": "sys/un.h",
    "syscall": "unistd.h",
    "timespec": "time.h",
    "timeval": "sys/time.h",
}
_FUNCTIONS: Final = {call.function: call.header for call in CALLS.values() if call.function}

#: What kernels know and C libraries of some distributions do not.
_YOUNG: Final = frozenset(
    "MADV_SOFT_OFFLINE MADV_COLD MADV_PAGEOUT MADV_POPULATE_READ MADV_POPULATE_WRITE"
    " MADV_DONTNEED_LOCKED"
    " MADV_COLLAPSE MADV_GUARD_INSTALL MADV_GUARD_REMOVE MAP_DROPPABLE F_SEAL_FUTURE_WRITE"
    " F_SEAL_EXEC MFD_NOEXEC_SEAL MFD_EXEC".split()
)
_YOUNG_CALLS: Final = frozenset(("mseal", "memfd_secret", "pidfd_open"))


@dataclass(frozen=True, slots=True)
class Part:
    """A helper.

    :ivar headers: that it includes.
    :ivar needs: names of other parts.
    :ivar code: its functions.
    """

    headers: frozenset[str]
    needs: tuple[str, ...]
    code: str


@cache
def part(name: str) -> Part:
    """A part by name."""
    text = (FOLDER / f"{name}.c").read_text(encoding="ascii")
    code = _NEEDS.sub("", _INCLUDE.sub("", text))
    return Part(frozenset(_INCLUDE.findall(text)), tuple(_NEEDS.findall(text)), code.strip("\n"))


def with_needs(names: Iterable[str]) -> list[str]:
    """Parts with those that they need, which come first."""
    found: dict[str, None] = {}
    for name in sorted(names):
        found.update(dict.fromkeys((*with_needs(part(name).needs), name)))
    return list(found)


def headers_of(text: str) -> set[str]:
    """The headers that a text needs, as far as its constants and functions say."""
    found = set()
    for word in set(_WORD.findall(text)):
        header = _FUNCTIONS.get(word) or _CONSTANTS.get(word)
        starts = [start for start in _CONSTANTS if start.endswith("_") and word.startswith(start)]
        if header is None and starts:
            header = _CONSTANTS[max(starts, key=len)]
        if header is None and word.startswith(("SIG", "EPOLL", "TIOC", "S_I")) and word.isupper():
            start = next(one for one in ("SIG", "EPOLL", "TIOC", "S_I") if word.startswith(one))
            header = _CONSTANTS[start]
        if header is not None:
            found.add(header)
    return found


def definitions_of(text: str, numbers: Numbers) -> list[str]:
    """What a text uses and headers may lack."""
    words = set(_WORD.findall(text))
    lines = []
    if "PAGE" in words:
        lines += [f"#define PAGE\t{numbers.page_size}"]
    if "MAX_RW_COUNT" in words:
        lines += ["#define MAX_RW_COUNT\t(INT_MAX & ~(PAGE - 1))"]
        lines[:0] = [] if "PAGE" in words else [f"#define PAGE\t{numbers.page_size}"]
    for word in sorted(words & _YOUNG):
        lines += [f"#ifndef {word}", f"#define {word}\t{numbers.value(word):#x}", "#endif"]
    numbers_used = {word.removeprefix("__NR_") for word in words if word.startswith("__NR_")}
    for call in sorted(_YOUNG_CALLS & numbers_used):
        lines += [f"#ifndef __NR_{call}", f"#define __NR_{call}\t{numbers.call(call)}", "#endif"]
    for call in sorted(NOT_EVERYWHERE & numbers_used):
        lines += [f"#ifndef __NR_{call}", f"#define __NR_{call}\t-1", "#endif"]
    return lines
