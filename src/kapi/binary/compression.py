# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpacks what kernels, modules and sections are compressed with, into a temporary file.

In: a window that starts with compressed data; what follows the data is ignored, as kernels put
the size there. Out: a window on the unpacked bytes. At most :data:`~kapi.binary.window.CHUNK`
bytes and what the format itself needs are in memory; a bomb ends at :data:`LIMIT`.

gzip, bzip2, LZMA and XZ come with Python, zstd with Python 3.14 and a package before. LZ4 and LZO,
which few kernels use, need packages that are not installed by default.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

from kapi.binary.window import Window, spool

LIMIT: Final = 512 << 20
"""Unpacked bytes that are too many: a kernel with its built-in file system has far fewer."""


class Format(NamedTuple):
    """One compressed format.

    :param name: as users know it.
    :param magic: the bytes that it starts with.
    """

    name: str
    magic: bytes


ZLIB: Final = Format("zlib", b"")
"""As sections of an ELF file are compressed; such data is not recognised by its first bytes."""

ZSTD: Final = Format("zstd", b"\x28\xb5\x2f\xfd")

#: The magics are those of lib/decompress.c of the kernel, and the one that lz4 writes by default.
FORMATS: Final = (
    Format("gzip", b"\x1f\x8b\x08"),
    Format("XZ", b"\xfd7zXZ\0"),
    ZSTD,
    Format("LZ4", b"\x02\x21\x4c\x18"),
    Format("LZ4 frame", b"\x04\x22\x4d\x18"),
    Format("LZO", b"\x89LZO\0\r\n\x1a\n"),
    Format("bzip2", b"BZh"),
    Format("LZMA", b"\x5d\0\0"),
)


def format_of(window: Window) -> Format | None:
    """The format that the first bytes belong to; ``None`` if it is none of these."""
    head = window.peek(0, 9)
    return next((one for one in FORMATS if head.startswith(one.magic)), None)


def unpack(form: Format, window: Window, files: ExitStack) -> Window:
    """The unpacked bytes.

    :param files: closes the temporary file.
    :raises ImageError: if the data is damaged, or if it is too much.
    """
    from kapi.binary.decoders import Damaged

    try:
        return spool(_limited(form, window), window.path, f"unpacked {form.name}", files)
    except Damaged as damaged:
        raise window.error(0, f"{form.name}: {damaged}") from None


def _limited(form: Format, window: Window) -> Iterator[bytes]:
    """The unpacked bytes, piece by piece, as long as they are not too many."""
    from kapi.binary.decoders import Damaged

    size = 0
    for piece in _pieces(form, window):
        size += len(piece)
        if size > LIMIT:
            raise Damaged(f"unpacks to more than {LIMIT >> 20} MiB")
        yield piece


def _pieces(form: Format, window: Window) -> Iterator[bytes]:
    """The unpacked bytes, piece by piece."""
    from kapi.binary import blocks, decoders

    unpackers = {
        "zlib": decoders.unpack_zlib,
        "gzip": decoders.unpack_gzip,
        "XZ": decoders.unpack_lzma,
        "zstd": decoders.unpack_zstd,
        "LZ4": blocks.unpack_lz4,
        "LZ4 frame": decoders.unpack_lz4_frame,
        "LZO": blocks.unpack_lzo,
        "bzip2": decoders.unpack_bzip2,
        "LZMA": decoders.unpack_lzma,
    }
    return unpackers[form.name](window)
