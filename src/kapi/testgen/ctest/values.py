# SPDX-License-Identifier: GPL-2.0-or-later
"""Values as C: numbers, constants joined by ``|``, strings, pointers.

In: an argument that is no slot. Out: a C expression that a reader understands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from kapi.testgen.case import Repeated

PAGE: Final = 4096

#: Longer runs of one character are written as a call of ``repeat``.
_LONG_RUN: Final = 40
_RUN: Final = re.compile(rb"(.)\1{%d,}" % _LONG_RUN, re.DOTALL)
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]+\Z|0[oO]?[0-7]*\Z|-?[1-9]\d*\Z")

_NAMED: Final = {
    0x7FFFFFFF: "INT_MAX",
    0x7FFFF000: "MAX_RW_COUNT",
    0xFFFFFFFF: "UINT_MAX",
    (1 << 63) - 1: "LONG_MAX",
    (1 << 64) - 1: "ULONG_MAX",
}


def number(value: int) -> str:
    """A number: by name, as a power of two, in pages, or as it is."""
    if value < 0:
        return str(value)
    if value in _NAMED:
        return _NAMED[value]
    low = value & (PAGE - 1)
    if value >> 31 and value & (value - 1) == 0:
        return f"1UL << {value.bit_length() - 1}"
    if value >> 32:
        rest = (1 << 64) - value
        if rest < 1 << 20:
            return f"-{_pages(rest)}UL" if rest % PAGE else f"-{_pages(rest)}"
        return f"{value:#x}UL"
    if value and not low and value < 1 << 24:
        return _pages(value)
    return str(value) if value < 1 << 16 or not value % 1000 else f"{value:#x}"


def _pages(value: int) -> str:
    if value % PAGE:
        return str(value)
    return "PAGE" if value == PAGE else f"{value // PAGE} * PAGE"


def mode(value: int) -> str:
    """Permission bits."""
    return f"0{value:o}" if value else "0"


def constants(text: str, is_mode: bool = False) -> str:
    """Constants joined by ``|``, numbers among them as C has them.

    :param is_mode: whether numbers are permission bits.
    """
    return " | ".join(_constant(word.strip(), is_mode) for word in text.split("|"))


#: Kernel headers and C libraries give this word different numbers.
_AMBIGUOUS: Final = {"__O_TMPFILE": "(O_TMPFILE & ~O_DIRECTORY)"}


def _constant(word: str, is_mode: bool) -> str:
    if not _NUMBER.match(word):
        return _AMBIGUOUS.get(word, word)
    value = int(word, 0)
    return mode(value) if is_mode else (f"{value:#x}" if value > 9 else str(value))


def pointer(value: int) -> str:
    """An address that is given as a number."""
    if value == 0:
        return "NULL"
    if value == (1 << 64) - 1:
        return "(void *)-1"
    text = number(value)
    return f"(void *)({text})" if " " in text else f"(void *){text}"


def flags(value: int, known: Iterable[tuple[str, int]], zero: str) -> str:
    """A number as flags.

    :param known: names and values, of which earlier ones are preferred.
    :param zero: the word for none of the lowest two bits, such as ``O_RDONLY``; empty if none.
    """
    words, rest = [], value & 0xFFFFFFFF
    for name, bits in sorted(known, key=lambda one: -one[1].bit_count()):
        if bits and rest & bits == bits:
            words.append((bits, name))
            rest &= ~bits
    found = [_AMBIGUOUS.get(name, name) for _, name in sorted(words)]
    if zero and not value & 3:
        found.insert(0, zero)
    if rest:
        found.append(f"{rest:#x}")
    return " | ".join(found) or "0"


def string(data: bytes) -> str:
    """Bytes as a C string."""
    return '"' + "".join(_character(byte) for byte in data) + '"'


def _character(byte: int) -> str:
    char = chr(byte)
    if char in '"\\':
        return "\\" + char
    if char == "\n":
        return "\\n"
    return char if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def text(data: bytes, helper: Callable[[str], str]) -> str:
    """A string with a NUL behind it; long runs are made when the test runs.

    :param helper: takes note that a helper function is needed; gives its name.
    """
    runs = list(_RUN.finditer(data))
    if not runs:
        return string(data)
    pieces = []
    if runs[0].span() == (0, len(data)):
        return repeated(Repeated(data[:1], len(data)), helper)
    parts, at = "", 0
    for run in runs:
        parts += string(data[at : run.start()])[1:-1].replace("%", "%%") + "%s"
        pieces.append(repeated(Repeated(run[1], len(run[0])), helper))
        at = run.end()
    parts += string(data[at:])[1:-1].replace("%", "%%")
    return f'{helper("format")}("{parts}", {", ".join(pieces)})'


def repeated(value: Repeated, helper: Callable[[str], str]) -> str:
    """Bytes so many times."""
    return f"{helper('repeat')}({string(value.data)}, {value.times})"


def byte_array(data: bytes) -> str:
    """Bytes as an array."""
    return "(unsigned char[]){ " + ", ".join(f"{byte:#04x}" for byte in data) + " }"
