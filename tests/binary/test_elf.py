"""ELF files of every kind; damaged ones are refused with the place."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from kapi.binary import elf
from kapi.binary.image import read_image
from kapi.model.codec import normalise
from tests.binary.conftest import Read, Refuse
from tests.binary.elfwriter import (
    COMPRESSED,
    NOBITS,
    TARGETS,
    X86_64,
    Section,
    Target,
    compressed,
    write_elf,
)
from tests.binary.images import ZSTD, catalogue_specs, contents, vmlinux

FEW = catalogue_specs()[:2]
NORMAL = tuple(normalise(spec) for spec in FEW)
CONTENT = contents(FEW)
KERNEL = vmlinux(CONTENT)

E_SHOFF, E_SHENTSIZE, E_SHNUM, E_SHSTRNDX = 0x28, 0x3A, 0x3C, 0x3E


def changed(data: bytes, form: str, offset: int, number: int) -> bytes:
    """A file with another number at some place."""
    found = bytearray(data)
    struct.pack_into(form, found, offset, number)
    return bytes(found)


def section_header(data: bytes, index: int) -> int:
    """Offset of a section header of a file of 64 bits."""
    return int(struct.unpack_from("<Q", data, E_SHOFF)[0]) + 64 * index


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize(("kind", "pack"), [(1, zlib.compress), (2, ZSTD.compress)])
def test_compressed_sections(target: Target, kind: int, pack: object, read: Read) -> None:
    assert callable(pack)
    specs, prose = contents(FEW, target)
    sections = [
        compressed(Section(".kapi_specs", specs), kind, pack(specs), target),
        compressed(Section(".kapi_prose", prose, flags=0), kind, pack(prose), target),
    ]
    found = read(write_elf(sections, target))
    assert (found.specs, found.problems) == (NORMAL, ())


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_more_sections_than_the_header_can_count(target: Target, read: Read) -> None:
    content = contents(FEW, target)
    sections = [Section(".kapi_specs", content.specs), Section(".kapi_prose", content.prose)]
    assert read(write_elf(sections, target, extended=True)).specs == NORMAL


def test_many_sections(read: Read) -> None:
    many = [Section(f".text.f{number}", b"") for number in range(2000)]
    sections = [*many, Section(".kapi_specs", CONTENT.specs), Section(".kapi_prose", CONTENT.prose)]
    assert read(write_elf(sections)).specs == NORMAL


def test_of_sections_with_one_name_the_first_counts(read: Read) -> None:
    sections = [
        Section(".kapi_specs", CONTENT.specs),
        Section(".kapi_prose", CONTENT.prose),
        Section(".kapi_specs", b"rubbish"),
    ]
    assert read(write_elf(sections)).specs == NORMAL


def test_section_without_prose(read: Read) -> None:
    found = read(write_elf([Section(".kapi_specs", CONTENT.specs)]))
    assert [spec.name for spec in found.specs] == [spec.name for spec in FEW]
    assert len(found.problems) == 1


def test_records_of_another_byte_order_are_refused(read: Read) -> None:
    found = read(write_elf([Section(".kapi_specs", contents(FEW, TARGETS[2]).specs)]))
    assert found.problems == ("specs at offset 0 ignored: foreign byte order",)


def test_machine_without_table_of_numbers(read: Read) -> None:
    found = read(changed(vmlinux(contents(FEW)._replace(prose=b"")), "<H", 0x12, 0xBEEF))
    assert found.description == "ELF for another machine (64-bit, little-endian)"
    assert found.specs[0].errors == ()


def test_damaged_header(refuse: Refuse) -> None:
    header = "damaged ELF header"
    assert refuse(KERNEL[:4]).startswith(header)
    assert refuse(KERNEL[:63]).startswith(header)
    assert refuse(changed(KERNEL, "<B", 4, 7)) == f"{header}: Invalid EI_CLASS b'\\x07' (at byte 0)"
    assert refuse(changed(KERNEL, "<B", 5, 0)).startswith(f"{header}: Invalid EI_DATA")


def test_damaged_section_table(refuse: Refuse) -> None:
    gone = "truncated: the section table is not all there"
    assert refuse(KERNEL[:-1]).startswith(gone)
    assert refuse(changed(KERNEL, "<Q", E_SHOFF, 1 << 63)) == f"{gone} (at byte {len(KERNEL)})"
    assert refuse(changed(KERNEL, "<H", E_SHENTSIZE, 65)).startswith(
        "section headers have 65 bytes, not 64"
    )
    assert refuse(changed(KERNEL, "<H", E_SHNUM, 0xFFFF)).startswith(gone)
    assert refuse(changed(KERNEL, "<H", E_SHSTRNDX, 40)).startswith(
        "section 40 with the names does not exist"
    )


def test_number_of_sections_that_cannot_be(refuse: Refuse) -> None:
    data = write_elf([Section(".kapi_specs", CONTENT.specs)], extended=True)
    at = section_header(data, 0) + 0x20
    assert refuse(changed(data, "<Q", at, 1 << 62)).startswith("too many sections: 461168")
    assert refuse(changed(data, "<H", E_SHENTSIZE, 1)).startswith("damaged ELF header")


def test_names_that_are_too_long(refuse: Refuse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elf, "_MAX_NAMES", 8)
    assert refuse(KERNEL).startswith("too many section names")


def test_section_outside_the_file(refuse: Refuse) -> None:
    gone = "truncated: section .kapi_specs is not all there"
    for offset in (0x18, 0x20):
        for number in (len(KERNEL) + 1, (1 << 64) - 1):
            data = changed(KERNEL, "<Q", section_header(KERNEL, 2) + offset, number)
            assert refuse(data).startswith(gone)


def test_section_without_content(refuse: Refuse) -> None:
    data = write_elf([Section(".kapi_specs", b"", NOBITS, size=4096)])
    assert refuse(data).startswith("section .kapi_specs has no content; is this a file of debug")


def test_damaged_compressed_section(refuse: Refuse) -> None:
    section = Section(".kapi_specs", CONTENT.specs)
    good = compressed(section, 1, zlib.compress(CONTENT.specs), X86_64)
    unknown = compressed(section, 9, b"", X86_64)
    assert "section .kapi_specs has an unknown compression: 9" in refuse(write_elf([unknown]))
    cut = good._replace(data=good.data[:-9])
    assert "zlib: the compressed data is truncated" in refuse(write_elf([cut]))
    short = section._replace(data=bytes(8), flags=COMPRESSED)
    assert "truncated: head of section .kapi_specs" in refuse(write_elf([short]))


@pytest.mark.requires("gcc")
def test_what_the_build_of_a_bzimage_strips(tmp_path: Path) -> None:
    """Texts that are not loaded stay: arch/x86/boot/compressed/Makefile runs objcopy so."""
    content = contents(FEW)
    (tmp_path / "specs").write_bytes(content.specs)
    (tmp_path / "prose").write_bytes(content.prose)
    source, whole, stripped = (tmp_path / name for name in ("all.s", "all.o", "vmlinux.bin"))
    source.write_text(
        f'.section .kapi_specs,"a"\n.incbin "{tmp_path}/specs"\n'
        f'.section .kapi_prose,"",@progbits\n.incbin "{tmp_path}/prose"\n'
    )
    subprocess.run(["gcc", "-c", source, "-o", whole], check=True)
    subprocess.run(["objcopy", "-R", ".comment", "-S", whole, stripped], check=True)
    for path in (whole, stripped):
        found = read_image(str(path))
        assert (found.specs, found.problems) == (NORMAL, ())
