"""Kernel images in memory: records and prose of specs, and what is wrapped around a kernel.

The numbers in the records come from the table of an architecture, or are made up: nothing is
compared with a kernel. The parts of a record stand in the order of the generated C code;
``test_generated`` reads what a compiler made of that.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import struct
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from zlib import crc32

import lz4.block
import lz4.frame
from lzallright import LZOCompressor

from kapi import catalogue
from kapi.binary import layout
from kapi.binary.layout import ParamHead, Part, ProseHead, SpecHead
from kapi.binary.window import Window
from kapi.generate.constants import Values
from kapi.generate.prose import digest_of, json_of, prose_entry
from kapi.generate.record import ParamRecord, Record, build_record, wanted
from kapi.model.spec import Spec
from kapi.uapi.tables import Table
from tests.binary.elfwriter import ALLOC, X86_64, Section, Target, write_elf

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


#: The module of Python, or what ports it back.
ZSTD = zstd

#: Members of a struct that are not what they should be.
Changes = Mapping[str, int | bytes]


class Content(NamedTuple):
    """The two sections of some specs."""

    specs: bytes
    prose: bytes


@cache
def catalogue_specs() -> tuple[Spec, ...]:
    """The specs that an image can hold."""
    return tuple(spec for spec in catalogue.read_all().specs if spec.kind != "shared")


def values_of(spec: Spec, arch: str) -> Values:
    """A number for each expression of a spec."""
    asked = list(wanted(spec))
    return Values(asked, (_number(one.text, arch) for one in asked))


def _number(text: str, arch: str) -> int:
    if match := re.fullmatch(r"sizeof\((.*)\) \* 8", text):
        return 32 if "int" in match[1] else Table.load().bits[arch]
    if match := re.fullmatch(r"is_signed_type\((.*)\)", text):
        return match[1] in ("int", "long", "ssize_t")
    known = Table.load().number(text, arch)
    if known is not None:
        return known
    try:
        return int(text, 0)
    except ValueError:
        return 1 << crc32(text.encode()) % 31


def written_of(spec: Spec, arch: str = "x86_64") -> Record:
    """The record of a spec as the generator has it."""
    return build_record(spec, values_of(spec, arch))


def contents(specs: Iterable[Spec], target: Target = X86_64, parts: int = 1) -> Content:
    """Records and prose.

    :param parts: the records are spread over so many parts, as if from so many object files.
    """
    packed, prose = [], b""
    for spec in specs:
        values = values_of(spec, target.machine)
        record = build_record(spec, values)
        prose += prose_entry(record, values, target.order == ">")
        packed.append(pack_record(record, target))
    groups = [packed[number::parts] for number in range(parts)]
    return Content(b"".join(pack_part(group, target) for group in groups), prose)


def pack_part(
    records: Sequence[bytes], target: Target = X86_64, changes: Changes | None = None
) -> bytes:
    """One part.

    :param changes: members of its head that are not what they should be.
    """
    head = Part(
        layout.PART_MAGIC,
        layout.BYTE_ORDER,
        layout.FORMAT,
        target.bits // 8,
        layout.SPEC_SIZE,
        layout.PARAM_SIZE,
        layout.PART_SIZE,
        layout.PART_SIZE + sum(map(len, records)),
        len(records),
        0,
    )._replace(**changes or {})  # type: ignore[arg-type]
    return layout.STRUCTS[target.order].part.pack(*head) + b"".join(records)


def pack_record(
    record: Record,
    target: Target = X86_64,
    changes: dict[str, int] | None = None,
    param_changes: dict[str, int] | None = None,
) -> bytes:
    """One record.

    :param changes: members of its head that are not what they should be.
    :param param_changes: the same for its first parameter.
    """
    structs = layout.STRUCTS[target.order]
    spec = record.spec
    at = layout.SPEC_SIZE + layout.PARAM_SIZE * len(record.params)
    values_at = []
    for param in record.params:
        values_at.append(at)
        at += 8 * len(param.values)
    errnos_at = at
    at += 2 * len(record.errnos)
    names = [name.encode() + b"\0" for name in (spec.name, *(one.name for one in record.params))]
    names_at = [at + sum(map(len, names[:number])) for number in range(len(names))]
    body = b""
    for number, param in enumerate(record.params):
        head = _param_head(param, names_at[number + 1], values_at[number])
        if number == 0:
            head = head._replace(**param_changes or {})
        body += structs.param.pack(*head)
    for param in record.params:
        body += struct.pack(f"{target.order}{len(param.values)}q", *map(_signed, param.values))
    body += struct.pack(f"{target.order}{len(record.errnos)}H", *record.errnos)
    body += b"".join(names)
    body += b"\0" * (-(layout.SPEC_SIZE + len(body)) % 8)
    spec_head = _spec_head(record, names_at[0], errnos_at, layout.SPEC_SIZE + len(body))
    return structs.spec.pack(*spec_head._replace(**changes or {})) + body


def _spec_head(record: Record, name: int, errnos: int, length: int) -> SpecHead:
    spec, returns = record.spec, record.spec.returns
    closed = bool(spec.error_set and spec.error_set.kind == "closed" and not spec.error_set.when)
    lo, hi = record.success or (0, 0)
    return SpecHead(
        digest=digest_of(json_of(record)),
        success_lo=lo,
        success_hi=hi,
        length=length,
        nr=-1,
        name=name,
        params=layout.SPEC_SIZE if record.params else 0,
        errnos=errnos if record.errnos else 0,
        nr_errnos=len(record.errnos),
        flags=closed | (record.success is not None) << 1 | bool(record.count_param) << 2,
        nr_params=len(record.params),
        kind=layout.KINDS.index(spec.kind),
        ret_type=layout.TYPES.index(returns.type_class if returns else None),
        ret_check=layout.RETURNS.index(returns.check_type if returns else None),
        reserved=0,
    )


def _param_head(param: ParamRecord, name: int, values: int) -> ParamHead:
    return ParamHead(
        lo=param.lo % (1 << 64),
        hi=param.hi % (1 << 64),
        name=name,
        values=values if param.values else 0,
        nr_values=len(param.values),
        flags=_bits(param.flags, layout.PARAM_FLAGS),
        type=layout.TYPES.index(None if param.type_class == "none" else param.type_class),
        constraint=layout.CONSTRAINTS.index(None if param.form == "none" else param.form),
        bits=param.bits,
        is_signed=param.is_signed,
        size_param=param.size_param,
        outcome=_bits(param.outcome, layout.OUTCOMES),
        reserved=0,
    )


def _bits(words: Iterable[str], names: tuple[str, ...]) -> int:
    return sum(1 << names.index(word) for word in words)


def _signed(value: int) -> int:
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def pack_prose(
    name: str,
    json: bytes,
    target: Target = X86_64,
    digest: int | None = None,
    changes: Changes | None = None,
) -> bytes:
    """One entry of prose with any JSON.

    :param digest: that of the JSON if it is not given.
    :param changes: members of its head that are not what they should be.
    """
    body = name.encode() + b"\0\0\0" + json + b"\0"
    length = layout.PROSE_SIZE + len(body)
    head = ProseHead(
        layout.PROSE_MAGIC,
        digest_of(json) if digest is None else digest,
        length + -length % 8,
        len(name),
        0,
        0,
        len(json),
        0,
    )._replace(**changes or {})  # type: ignore[arg-type]
    return layout.STRUCTS[target.order].prose.pack(*head) + body + b"\0" * (-length % 8)


def vmlinux(
    content: Content, target: Target = X86_64, *, symbols: int = 0, loaded_prose: bool = False
) -> bytes:
    """An ELF file with the two sections and some code."""
    sections = (
        Section(".text", b"\xcc" * 64),
        Section(layout.SPECS_SECTION, content.specs),
        Section(layout.PROSE_SECTION, content.prose, flags=ALLOC if loaded_prose else 0),
    )
    return write_elf(sections, target, symbols=symbols)


# What is wrapped around a kernel.


def lz4_legacy(data: bytes) -> bytes:
    """As ``lz4 -l`` writes it."""
    found = struct.pack("<I", 0x184C2102)
    for start in range(0, len(data), 8 << 20):
        block = lz4.block.compress(data[start : start + (8 << 20)], store_size=False)
        found += struct.pack("<I", len(block)) + block
    return found


def lzop(data: bytes, name: bytes = b"vmlinux.bin", has_filter: bool = False) -> bytes:
    """As ``lzop`` writes it, with an Adler-32 of the unpacked bytes only."""
    flags = 0x1 | (0x800 if has_filter else 0)
    head = struct.pack(">3H2BI", 0x1040, 0x20A0, 0x0940, 3, 9, flags)
    head += (b"\0\0\0\1" if has_filter else b"") + struct.pack(">3IB", 0o100644, 0, 0, len(name))
    found = b"\x89LZO\0\r\n\x1a\n" + head + name + bytes(4)
    for start in range(0, len(data), 256 << 10):
        block = data[start : start + (256 << 10)]
        packed = min(LZOCompressor().compress(block), block, key=len)
        found += struct.pack(">3I", len(block), len(packed), 0) + packed
    return found + bytes(4)


#: By the names of ``kapi.binary.compression``.
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "XZ": lambda data: lzma.compress(data, check=lzma.CHECK_CRC32, preset=0),
    "zstd": zstd.compress,
    "LZ4": lz4_legacy,
    "LZ4 frame": lz4.frame.compress,
    "LZO": lzop,
    "bzip2": bz2.compress,
    "LZMA": lambda data: lzma.compress(data, lzma.FORMAT_ALONE, preset=0),
}


def bzimage(kernel: bytes, protocol: int = 0x020F, setup_sectors: int = 3) -> bytes:
    """A boot image for x86: Documentation/arch/x86/boot.rst.

    :param kernel: compressed, with its unpacked size behind it as the build puts it there.
    """
    loader = 96  # code before the kernel
    setup = bytearray(512 * ((setup_sectors or 4) + 1))
    setup[0x1F1] = setup_sectors
    setup[0x1FE:0x200] = b"\x55\xaa"
    setup[0x202:0x206] = b"HdrS"
    struct.pack_into("<H", setup, 0x206, protocol)
    struct.pack_into("<2I", setup, 0x248, loader, len(kernel))
    return bytes(setup) + b"\x90" * loader + kernel + b"\xf4" * 64


def zboot(kernel: bytes) -> bytes:
    """An EFI boot image: drivers/firmware/efi/libstub/zboot-header.S."""
    start = 0x1000
    head = struct.pack("<I4s2I2I", 0x5A4D, b"zimg", start, len(kernel), 0, 0) + b"gzip\0"
    return head.ljust(start, b"\0") + kernel + b"\xf4" * 64


def arm64_image(content: Content, *, has_prose: bool = False) -> bytes:
    """A plain copy of memory: Documentation/arch/arm64/booting.rst.

    As in code that looks for them, the magic numbers stand in other places too.
    """
    head = bytes(56) + b"ARM\x64" + bytes(4)
    code = b"\x1f\x20\x03\xd5" * 16 + layout.PART_MAGIC + layout.PROSE_MAGIC + bytes(48)
    return head + code + content.specs + bytes(24) + (content.prose if has_prose else b"") + code


def memory(data: bytes) -> Window:
    """A window on some bytes."""
    return Window(io.BytesIO(data), "image", 0, len(data))
