# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames of stacks as strace -k shows them, with the lines of the source where they can be found.

In: ``/usr/bin/prog(main+0x20) [0x1169]``. Out: ``main (prog.c:12)``. Needs addr2line of binutils
and debug information in the file; without them the symbol stays.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
from functools import lru_cache
from typing import Final

_FRAME: Final = re.compile(
    r"(?P<path>.*?)\((?P<symbol>[^()]*)\+0x[0-9a-f]+\) \[0x(?P<at>[0-9a-f]+)\]\Z"
)
_BARE: Final = re.compile(r"(?P<path>.*?)\(\) \[0x(?P<at>[0-9a-f]+)\]\Z")
_PT_LOAD: Final = 1
#: Frames of a finding that are shown.
MOST: Final = 8
#: What starts programs; nobody looks for a fault there.
_STARTERS: Final = frozenset(
    ("__libc_start_main", "__libc_init_first", "_start", "clone", "__clone3")
)


def located(frames: list[str]) -> tuple[str, ...]:
    """Frames for people, the innermost first, without those that start a program."""
    found = [_located(frame) for frame in frames if not _starts(frame)]
    return tuple(found[:MOST])


def source_place(frames: list[str]) -> tuple[str, int] | None:
    """The innermost file that is there, and the line in it; C libraries come without theirs."""
    for shown in located(frames):
        path, _, line = shown.partition(" (")[2].rstrip(")").rpartition(":")
        if line.isdigit() and os.path.isfile(path):
            return path, int(line)
    return None


def _starts(frame: str) -> bool:
    match = _FRAME.match(frame)
    return match is not None and match["symbol"] in _STARTERS


@lru_cache(1024)
def _located(frame: str) -> str:
    match = _FRAME.match(frame) or _BARE.match(frame)
    if match is None:
        return frame
    path = match["path"]
    symbol = match.groupdict().get("symbol") or "?"
    line = _line(path, int(match["at"], 16))
    return f"{symbol} ({line or path})"


def _line(path: str, offset: int) -> str:
    """File and line of the call before a return address; empty if unknown."""
    address = _address(path, offset)
    if address is None:
        return ""
    command = ["addr2line", "-e", path, hex(address - 1)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    line = done.stdout.strip().partition(" (")[0]
    return "" if done.returncode or line.startswith("??") or line.endswith((":0", ":?")) else line


def _address(path: str, offset: int) -> int | None:
    """The address that an offset in an ELF file is linked to; ``None`` if the file is none.

    strace shows offsets; those of programs that are not position-independent differ.
    """
    for linked, start, size in _segments(path):
        if start <= offset < start + size:
            return offset - start + linked
    return None


@lru_cache(64)
def _segments(path: str) -> tuple[tuple[int, int, int], ...]:
    """Address, offset and size of each loaded segment; Elf64_Ehdr and Elf64_Phdr of elf.h."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(64)
            if head[:6] != b"\x7fELF\x02\x01" or len(head) < 64:
                return ()
            start, size, count = (
                *struct.unpack_from("<Q", head, 32),
                *struct.unpack_from("<HH", head, 54),
            )
            stream.seek(start)
            table = stream.read(size * count)
        found = []
        for at in range(0, len(table), size):
            kind, _, offset, linked, _, in_file = struct.unpack_from("<IIQQQQ", table, at)
            if kind == _PT_LOAD:
                found.append((linked, offset, in_file))
    except (OSError, struct.error, ValueError):
        return ()
    return tuple(found)
