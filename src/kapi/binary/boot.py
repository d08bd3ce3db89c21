# SPDX-License-Identifier: GPL-2.0-or-later
"""Formats that boot loaders load: where the kernel is inside, and for which architecture it is.

In: a window on a file that is no ELF file. Out: a window on the kernel, perhaps compressed still.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from kapi.binary.window import Window

_HEAD: Final = 0x250
"""Bytes that hold all that is looked at."""

# Documentation/arch/x86/boot.rst: payload_offset and payload_length since protocol 2.08.
_X86_PAYLOAD_PROTOCOL = 0x0208

#: IMAGE_FILE_MACHINE_ of include/linux/pe.h
_PE_MACHINES = {
    0x014C: "i386",
    0x01C2: "arm",
    0x5032: "riscv",
    0x5064: "riscv",
    0x6232: "loongarch",
    0x6264: "loongarch",
    0x8664: "x86_64",
    0xAA64: "arm64",
}


class Payload(NamedTuple):
    """A kernel inside another file.

    :param container: what the file is.
    :param content: the kernel.
    """

    container: str
    content: Window


def payload_of(window: Window) -> Payload | None:
    """The kernel inside a boot image; ``None`` if it is no image that says where its kernel is.

    :raises ImageError: if the image is truncated or too old.
    """
    head = window.peek(0, _HEAD)
    if head[0x202:0x206] == b"HdrS":
        return Payload("bzImage", _x86_payload(window, head))
    if head[:2] == b"MZ" and head[4:8] == b"zimg":
        # drivers/firmware/efi/libstub/zboot-header.S
        offset, size = struct.unpack_from("<2I", head.ljust(16, b"\0"), 8)
        return Payload("EFI zboot image", window.part(offset, size, "the kernel in the image"))
    return None


def _x86_payload(window: Window, head: bytes) -> Window:
    """Documentation/arch/x86/boot.rst says what the fields mean."""
    if len(head) < _HEAD:
        raise window.error(len(head), "truncated: the boot header is not all there")
    (protocol,) = struct.unpack_from("<H", head, 0x206)
    if protocol < _X86_PAYLOAD_PROTOCOL:
        text = f"{protocol >> 8}.{protocol & 255:02}"
        raise window.error(0x206, f"boot protocol {text} does not say where the kernel is")
    setup_sectors = head[0x1F1] or 4
    offset, size = struct.unpack_from("<2I", head, 0x248)
    return window.part(512 * (setup_sectors + 1) + offset, size, "the kernel in the image")


def machine_of(window: Window) -> str | None:
    """The architecture of a kernel that is not ELF, by its head; ``None`` if it does not say.

    Documentation/arch/arm64/booting.rst, Documentation/arch/riscv/boot-image-header.rst and the
    header of EFI programs.
    """
    head = window.peek(0, 64).ljust(64, b"\0")
    by_magic = {b"ARM\x64": "arm64", b"RSC\x05": "riscv"}
    if head[56:60] in by_magic:
        return by_magic[head[56:60]]
    (at,) = struct.unpack_from("<I", head, 0x3C)
    program = window.peek(at, 6)
    if head[:2] == b"MZ" and program[:4] == b"PE\0\0" and len(program) == 6:
        return _PE_MACHINES.get(struct.unpack("<H", program[4:])[0])
    return None
