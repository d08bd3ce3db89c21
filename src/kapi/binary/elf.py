# SPDX-License-Identifier: GPL-2.0-or-later
"""Sections of an ELF file by name: vmlinux, modules, objects; 32 and 64 bit, both byte orders.

In: a window. Out: windows on the sections asked for, unpacked if they are compressed. The file
header is read by pyelftools; the section table, which may have tens of thousands of entries, as a
whole, since an object for each would take a second. Symbols and segments are not looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

from kapi.binary.compression import ZLIB, ZSTD, unpack
from kapi.binary.window import Stream, Window

if TYPE_CHECKING:
    from elftools.elf.elffile import ELFFile

MAGIC: Final = b"\x7fELF"

_MAX_TABLE = 16 << 20
"""Bytes of a section table that are too many: a quarter of a million sections."""

_MAX_NAMES = 32 << 20
"""Bytes of section names that are too many."""

_SHT_NOBITS = 8
_SHF_COMPRESSED = 0x800
_COMPRESSIONS = {1: ZLIB, 2: ZSTD}  # ELFCOMPRESS_ZLIB, ELFCOMPRESS_ZSTD

#: The architecture of the kernel's tables of numbers by the machine of an ELF file.
_MACHINES = {
    "EM_386": "i386",
    "EM_68K": "m68k",
    "EM_AARCH64": "arm64",
    "EM_ALPHA": "alpha",
    0x9026: "alpha",  # what include/uapi/linux/elf-em.h has for EM_ALPHA
    "EM_ARM": "arm",
    "EM_LOONGARCH": "loongarch",
    "EM_MIPS": "mips",
    "EM_PARISC": "parisc",
    "EM_PPC": "powerpc",
    "EM_PPC64": "powerpc",
    "EM_RISCV": "riscv",
    "EM_S390": "s390",
    "EM_SH": "sh",
    "EM_SPARC": "sparc",
    "EM_SPARCV9": "sparc",
    "EM_X86_64": "x86_64",
    "EM_XTENSA": "xtensa",
}


class Elf(NamedTuple):
    """What one ELF file is, and some of its sections.

    :param order: byte order, as the struct module writes it.
    :param bits: word size.
    :param machine: architecture as in the tables of numbers; ``None`` if there is none for it.
    :param number: how many sections there are.
    :param sections: those found, by name.
    """

    order: str
    bits: int
    machine: str | None
    number: int
    sections: dict[str, Window]


class _Header(NamedTuple):
    """The members of a section header that count, in its order."""

    name: int
    type: int
    flags: int
    offset: int
    size: int


class _Table:
    """The section headers, unpacked one at a time.

    :param form: of one header.
    :param data: all of them.
    """

    def __init__(self, form: struct.Struct, data: bytes) -> None:
        self._form = form
        self._data = data

    def __iter__(self) -> Iterator[_Header]:
        for name, kind, flags, _, offset, size, *_ in self._form.iter_unpack(self._data):
            yield _Header(name, kind, flags, offset, size)

    def at(self, index: int) -> _Header | None:
        """The header of a section; ``None`` if there is no such section."""
        one = self._data[index * self._form.size : (index + 1) * self._form.size]
        return next(iter(_Table(self._form, one)), None)


def read_elf(window: Window, names: Iterable[str], files: ExitStack) -> Elf:
    """Find some sections; of several with one name the first, as the module loader does.

    :param files: closes the temporary files of sections that are compressed.
    :raises ImageError: if the file is damaged.
    """
    elf, number, names_index = _open(window)
    order = "<" if elf.little_endian else ">"
    table = _table(window, elf, order, number)
    wanted = {name.encode() + b"\0": name for name in names}
    sections: dict[str, Window] = {}
    for name, header in _named(window, table, names_index, wanted) if number else ():
        if name not in sections:
            sections[name] = _content(window, header, name, order, elf.elfclass, files)
    machine = _MACHINES.get(elf["e_machine"])
    return Elf(order, elf.elfclass, machine, number, sections)


def _open(window: Window) -> tuple[ELFFile, int, int]:
    """The file, its number of sections, and the index of the one with the names."""
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(Stream(window))  # type: ignore[arg-type]
        return elf, elf.num_sections(), elf.get_shstrndx()
    except ELFError as error:
        raise window.error(0, f"damaged ELF header: {error}") from None


def _table(window: Window, elf: ELFFile, order: str, number: int) -> _Table:
    """The section headers."""
    form = struct.Struct(order + ("10I" if elf.elfclass == 32 else "2I4Q2I2Q"))
    if number == 0:
        return _Table(form, b"")
    offset, size = elf["e_shoff"], elf["e_shentsize"]
    if size != form.size:
        raise window.error(0, f"section headers have {size} bytes, not {form.size}")
    if number * size > _MAX_TABLE:
        raise window.error(0, f"too many sections: {number}")
    return _Table(form, window.read(offset, number * size, "the section table"))


def _named(
    window: Window, table: _Table, names_index: int, wanted: dict[bytes, str]
) -> Iterator[tuple[str, _Header]]:
    """The sections with the names wanted, which end with a NUL as in the file."""
    where = table.at(names_index)
    if where is None:
        raise window.error(0, f"section {names_index} with the names does not exist")
    if where.size > _MAX_NAMES:
        raise window.error(0, f"too many section names: {where.size} bytes")
    names = window.read(where.offset, where.size, "the table of section names")
    for header in table:
        for name, text in wanted.items():
            if names.startswith(name, header.name):
                yield text, header


def _content(
    window: Window, header: _Header, name: str, order: str, bits: int, files: ExitStack
) -> Window:
    """The bytes of a section."""
    if header.type == _SHT_NOBITS:
        raise window.error(0, f"section {name} has no content; is this a file of debug data alone?")
    content = window.part(header.offset, header.size, f"section {name}")
    if not header.flags & _SHF_COMPRESSED:
        return content
    form = struct.Struct(order + ("3I" if bits == 32 else "2I2Q"))
    kind, *_ = form.unpack(content.read(0, form.size, f"head of section {name}"))
    if kind not in _COMPRESSIONS:
        raise content.error(0, f"section {name} has an unknown compression: {kind}")
    packed = content.part(form.size, content.size - form.size, f"section {name}")
    return unpack(_COMPRESSIONS[kind], packed, files)
