"""Writes small ELF files: sections with any content, 32 and 64 bit, both byte orders."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

PROGBITS, SYMTAB, STRTAB, NOBITS = 1, 2, 3, 8
ALLOC, COMPRESSED = 0x2, 0x800
REL, EXEC = 1, 2

#: e_machine by the name of the tables of numbers.
MACHINES = {"i386": 3, "m68k": 4, "powerpc": 21, "s390": 22, "x86_64": 62, "arm64": 183}


class Section(NamedTuple):
    """One section.

    :param size: what its header says, if not the truth.
    """

    name: str
    data: bytes
    type: int = PROGBITS
    flags: int = ALLOC
    size: int | None = None


class Target(NamedTuple):
    """What a file is for."""

    order: str = "<"
    bits: int = 64
    machine: str = "x86_64"

    def __str__(self) -> str:
        return f"{self.machine}-{self.bits}-{'le' if self.order == '<' else 'be'}"


X86_64 = Target()

TARGETS = (
    X86_64,
    Target("<", 32, "i386"),
    Target(">", 64, "s390"),
    Target(">", 32, "m68k"),
)


def write_elf(
    sections: Sequence[Section],
    target: Target = X86_64,
    *,
    symbols: int = 0,
    extended: bool = False,
    padding: int = 0,
) -> bytes:
    """The bytes of a file.

    :param symbols: how many symbols its table has; none if 0.
    :param extended: numbers of sections stand in section 0, as if there were more than 65,279.
    :param padding: bytes between the sections and their table, as code and data would be.
    """
    order, bits, _ = target
    word = "I" if bits == 32 else "Q"
    rows = [Section("", b"", 0, 0), *sections]
    if symbols:
        size = 16 if bits == 32 else 24
        rows.append(Section(".symtab", bytes(size * symbols), SYMTAB, 0))
        rows.append(Section(".strtab", b"\0", STRTAB, 0))
    rows.append(Section(".shstrtab", b"", STRTAB, 0))
    names = b"".join(row.name.encode() + b"\0" for row in rows)
    rows[-1] = rows[-1]._replace(data=names)
    header_size = 52 if bits == 32 else 64
    entry_size = 40 if bits == 32 else 64
    body, table, name_at = b"", b"", 0
    number, names_index = len(rows), len(rows) - 1
    for row in rows:
        body += b"\0" * (-(header_size + len(body)) % 8)
        offset = header_size + len(body) if row.type else 0
        size = len(row.data) if row.size is None else row.size
        link = 0
        if extended and not row.type:
            size, link = number, names_index
        form = f"{order}2I4{word}2I2{word}"
        table += struct.pack(
            form, name_at, row.type, row.flags, 0, offset, size, link, 0, 8 if row.type else 0, 0
        )
        body += b"" if row.type == NOBITS else row.data
        name_at += len(row.name) + 1
    body += b"\0" * (-(header_size + len(body)) % 8 + padding)
    ident = b"\x7fELF" + bytes((1 if bits == 32 else 2, 1 if order == "<" else 2, 1)) + bytes(9)
    header = ident + struct.pack(
        f"{order}2HI3{word}I6H",
        EXEC,
        MACHINES[target.machine],
        1,
        0,
        0,
        header_size + len(body),
        0,
        header_size,
        0,
        0,
        entry_size,
        0 if extended else number,
        0xFFFF if extended else names_index,
    )
    return header + body + table


def compressed(section: Section, kind: int, packed: bytes, target: Target) -> Section:
    """A section as SHF_COMPRESSED has it.

    :param kind: 1 for zlib, 2 for zstd.
    :param packed: its data, compressed.
    """
    form = "3I" if target.bits == 32 else "2I2Q"
    numbers = (kind, len(section.data), 8) if target.bits == 32 else (kind, 0, len(section.data), 8)
    data = struct.pack(target.order + form, *numbers) + packed
    return section._replace(data=data, flags=section.flags | COMPRESSED)
