"""Every form of a kernel image gives the specs that the source gives."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from kapi.binary.image import read_image
from kapi.binary.window import Window
from kapi.errors import ImageError
from kapi.model.codec import normalise
from kapi.model.spec import Spec
from tests.binary.conftest import Read, Refuse
from tests.binary.elfwriter import TARGETS, Section, Target, write_elf
from tests.binary.images import (
    COMPRESSORS,
    arm64_image,
    bzimage,
    catalogue_specs,
    contents,
    vmlinux,
    zboot,
)
from tests.tool_checks import require

NOT_LOADED = "only what the kernel checks is there"
NO_SPECS = "no specifications in this image; was it built with CONFIG_KAPI_SPEC?"
MISSING = f"{NO_SPECS} (section .kapi_specs is missing)"
NO_IMAGE = "neither ELF nor a boot image that is known, and no specifications in it"
SIZE = b"\x12\x34\x56\x78"  # the build puts the unpacked size behind the kernel

ALL = catalogue_specs()
NORMAL = tuple(normalise(spec) for spec in ALL)
KERNEL = vmlinux(contents(ALL))
FEW = ALL[:2]
SMALL = vmlinux(contents(FEW))
PLAIN = write_elf([Section(".text", bytes(64))])


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("symbols", [0, 9], ids=["stripped", "symbols"])
def test_vmlinux(target: Target, symbols: int, read: Read) -> None:
    found = read(vmlinux(contents(ALL, target, parts=3), target, symbols=symbols))
    assert (sorted(found.specs, key=str), found.problems) == (sorted(NORMAL, key=str), ())
    assert f"ELF for {target.machine} ({target.bits}-bit, " in found.description


def test_specs_come_in_the_order_of_the_image(read: Read) -> None:
    assert read(KERNEL).specs == NORMAL


@pytest.mark.parametrize("form", COMPRESSORS)
def test_bzimage(form: str, read: Read) -> None:
    found = read(bzimage(COMPRESSORS[form](KERNEL) + SIZE))
    assert (found.specs, found.problems) == (NORMAL, ())
    assert found.description.startswith(f"bzImage, {form}, ELF for x86_64")


def test_bzimage_that_is_not_compressed(read: Read) -> None:
    assert read(bzimage(KERNEL + SIZE)).specs == NORMAL


def test_bzimage_with_the_default_number_of_setup_sectors(read: Read) -> None:
    assert read(bzimage(gzip.compress(SMALL), setup_sectors=0)).specs == NORMAL[:2]


@pytest.mark.parametrize("form", COMPRESSORS)
def test_compressed_module(form: str, read: Read) -> None:
    found = read(COMPRESSORS[form](SMALL))
    assert (found.specs, found.problems) == (NORMAL[:2], ())


def test_compressed_bzimage(read: Read) -> None:
    found = read(gzip.compress(bzimage(COMPRESSORS["zstd"](SMALL) + SIZE)))
    assert found.description.startswith("gzip, bzImage, zstd, ELF")


def test_too_many_layers(refuse: Refuse) -> None:
    data = SMALL
    for _ in range(4):
        data = gzip.compress(data)
    assert refuse(data) == "unpacked gzip: wrapped more than 3 times (at byte 0)"


def test_arm64_image_holds_the_records_alone(read: Read) -> None:
    found = read(arm64_image(contents(ALL, parts=2)))
    names = {spec.name for spec in ALL}
    assert {spec.name for spec in found.specs} == names
    assert found.problems == (f"the texts of {len(ALL)} specs are missing: {NOT_LOADED}",)
    assert found.description == "image for arm64"
    by_name = {spec.name: spec for spec in found.specs}
    assert "EBADF" in [error.name for error in by_name["sys_close"].errors]


def test_arm64_image_with_loaded_prose(read: Read) -> None:
    found = read(arm64_image(contents(ALL), has_prose=True))
    assert (found.specs, found.problems) == (NORMAL, ())


def test_efi_zboot_image(read: Read) -> None:
    found = read(zboot(gzip.compress(arm64_image(contents(ALL), has_prose=True))))
    assert found.specs == NORMAL
    assert found.description == "EFI zboot image, gzip, image for arm64"


def test_elf_without_a_section_table(read: Read) -> None:
    headless = bytearray(SMALL)
    headless[0x28:0x30] = bytes(8)  # e_shoff
    headless[0x3C:0x40] = bytes(4)  # e_shnum, e_shstrndx
    assert read(bytes(headless)).specs == NORMAL[:2]


def test_no_specs(refuse: Refuse) -> None:
    assert refuse(PLAIN) == MISSING
    assert refuse(bzimage(gzip.compress(PLAIN))) == MISSING
    assert refuse(arm64_image(contents([]))[:64] + bytes(512)) == NO_SPECS
    assert refuse(b"root:x:0:0\n" * 99) == NO_IMAGE
    assert refuse(b"MZ") == NO_IMAGE


def test_a_kernel_that_could_have_specs_and_has_none(read: Read) -> None:
    assert read(vmlinux(contents([])))[:2] == ((), ())


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "empty").touch()
    reasons = {
        str(tmp_path): "is a folder",
        str(tmp_path / "fifo"): "is no regular file",
        str(tmp_path / "empty"): "is empty",
        str(tmp_path / "missing"): "No such file or directory",
        "nul\0": "no such file",
    }
    for path, reason in reasons.items():
        with pytest.raises(ImageError) as caught:
            read_image(path)
        assert (caught.value.path, caught.value.offset, caught.value.reason) == (path, None, reason)
        assert str(caught.value) == f"{path}: {reason}"


def test_boot_images_that_are_damaged(refuse: Refuse) -> None:
    image = bzimage(gzip.compress(SMALL))
    assert refuse(image[:0x240]) == "truncated: the boot header is not all there (at byte 576)"
    assert refuse(bzimage(SMALL, protocol=0x0207)) == (
        "boot protocol 2.07 does not say where the kernel is (at byte 518)"
    )
    gone = "truncated: the kernel in the image is not all there"
    assert refuse(image[:-80]) == f"{gone} (at byte 2144)"
    assert refuse(image[:2100]) == f"{gone} (at byte 2100)"
    assert refuse(zboot(gzip.compress(SMALL))[:0x1100]) == f"{gone} (at byte 4096)"
    assert refuse(b"MZ\0\0zimg") == "is empty"


@pytest.mark.parametrize(
    ("machine", "arch"),
    [(0x8664, "x86_64"), (0xAA64, "arm64"), (0x6264, "loongarch"), (0x1234, None)],
)
def test_the_architecture_of_an_efi_program(machine: int, arch: str | None, read: Read) -> None:
    head = b"MZ".ljust(0x3C, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0"
    found = read(head + machine.to_bytes(2, "little") + bytes(58) + contents(FEW).specs)
    assert found.description == (f"image for {arch}" if arch else "plain image")
    assert bool(found.specs[0].errors) == (arch is not None)


def test_riscv_image(read: Read) -> None:
    head = bytes(56) + b"RSC\x05" + bytes(4)
    assert read(head + contents(FEW).specs).description == "image for riscv"


def test_plain_image_of_a_big_endian_machine(read: Read) -> None:
    target = Target(">", 32, "m68k")
    content = contents(FEW, target)
    found = read(bytes(1 << 20) + content.specs + content.prose)
    assert (found.specs, found.problems) == (NORMAL[:2], ())


def test_parts_of_another_machine_are_no_parts(read: Read) -> None:
    other = contents(ALL[2:], Target("<", 32, "i386"))
    assert len(read(bytes(64) + contents(FEW).specs + other.specs).specs) == 2


def test_a_part_that_is_cut_off_is_no_part(read: Read) -> None:
    first, second = contents(FEW).specs, contents(ALL[2:]).specs
    assert len(read(bytes(64) + first + second[:-8]).specs) == 2


def test_prose_of_a_plain_image_has_sound_heads(read: Read) -> None:
    content = contents(FEW)
    cut = content.prose[:-8]
    found = read(bytes(64) + content.specs + cut)
    assert found.problems == (f"no prose of {FEW[1].name}",)


def test_texts_that_hold_magic_numbers(read: Read) -> None:
    spec = Spec(name="call", kind="function", description="finds KAPISPEC and KAPIPROS")
    content = contents([spec, *FEW])
    found = read(bytes(64) + content.prose + content.specs)
    assert (found.specs, found.problems) == ((normalise(spec), *NORMAL[:2]), ())


def test_a_part_inside_a_part_is_none(read: Read) -> None:
    inner = contents(ALL[2:]).specs
    outer = contents(FEW).specs + inner
    whole = outer[:16] + len(outer).to_bytes(4, "little") + outer[20:]
    assert len(read(bytes(64) + whole).specs) == 2


def test_magic_numbers_everywhere(refuse: Refuse) -> None:
    assert "magic numbers without specs are everywhere" in refuse(b"KAPISPEC" * 20_000)


@pytest.mark.requires("stock-kernel")
def test_kernel_of_a_distribution() -> None:
    image = str(require("stock-kernel"))
    with pytest.raises(ImageError, match="no specifications in this image"):
        read_image(image)


def test_sections_of_a_name_that_ends_so_are_others(refuse: Refuse) -> None:
    data = write_elf([Section("x.kapi_specs", contents(FEW).specs)])
    assert refuse(data) == MISSING


def test_nothing_large_is_read_but_the_two_sections(
    monkeypatch: pytest.MonkeyPatch, read: Read
) -> None:
    content = contents(FEW)
    sections = [
        Section(".text", bytes(50_000)),
        Section(".kapi_specs", content.specs),
        Section(".kapi_prose", content.prose, flags=0),
    ]
    data = write_elf(sections, symbols=1000, padding=100_000)
    total = 0
    original = Window.read

    def count(self: Window, offset: int, size: int, what: str = "data") -> bytes:
        nonlocal total
        total += size
        return original(self, offset, size, what)

    monkeypatch.setattr(Window, "read", count)
    assert read(data).specs == NORMAL[:2]
    assert total < len(content.specs) + len(content.prose) + 4096
