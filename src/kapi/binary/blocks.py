# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpacks LZ4 and LZO as the kernel uses them: a file format around blocks.

In: a window. Out: unpacked blocks, or :class:`Damaged`. The blocks themselves are unpacked by the
packages ``lz4`` and ``lzallright``; neither knows the file formats ``lz4 -l`` and ``lzop``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from kapi.binary.decoders import Damaged, missing
from kapi.binary.window import Window

_TRUNCATED = "the compressed data is truncated"

LZ4_MAGIC: Final = 0x184C2102
LZ4_BLOCK: Final = 8 << 20
"""Unpacked bytes of each block but the last: ``LZ4_DEFAULT_UNCOMPRESSED_CHUNK_SIZE`` of Linux."""

# LZ4_COMPRESSBOUND() of include/linux/lz4.h
_LZ4_BOUND = LZ4_BLOCK + LZ4_BLOCK // 255 + 16

LZO_BLOCK: Final = 256 << 10
"""Unpacked bytes of each block at most: ``LZO_BLOCK_SIZE`` of lib/decompress_unlzo.c."""

_LZO_VERSION = 0x0940
_LZO_HAS_FILTER = 0x800
_LZO_SUMS_UNPACKED = (0x1, 0x100)  # Adler-32, CRC-32
_LZO_SUMS_PACKED = (0x2, 0x200)


def _read(window: Window, offset: int, size: int) -> bytes:
    if not window.holds(offset, size):
        raise Damaged(_TRUNCATED)
    return window.read(offset, size)


def unpack_lz4(window: Window) -> Iterator[bytes]:
    """The legacy format: a magic number, then blocks with their packed size before them.

    The kernel's build puts the unpacked size behind the last block, so four bytes with nothing
    behind them are no block.
    """
    try:
        from lz4.block import LZ4BlockError, decompress
    except ImportError:
        raise missing("lz4") from None
    offset = 4
    while window.size - offset > 4:
        (size,) = struct.unpack("<I", window.read(offset, 4))
        offset += 4
        if size == LZ4_MAGIC:  # another file was appended
            continue
        if size == 0:
            return
        if size > _LZ4_BOUND:
            raise Damaged(f"a block of {size} bytes")
        data = _read(window, offset, size)
        offset += size
        try:
            unpacked: bytes = decompress(data, uncompressed_size=LZ4_BLOCK)
        except LZ4BlockError as error:
            raise Damaged(str(error)) from None
        yield unpacked
        if len(unpacked) < LZ4_BLOCK:
            return


def unpack_lzo(window: Window) -> Iterator[bytes]:
    """The format of lzop: a head, then blocks with sizes and checksums before them."""
    try:
        from lzallright import LZOCompressor, LZOError
    except ImportError:
        raise missing("lzallright") from None
    offset, flags = _lzo_head(window)
    unpacked_sums = 4 * sum(bool(flags & bit) for bit in _LZO_SUMS_UNPACKED)
    packed_sums = 4 * sum(bool(flags & bit) for bit in _LZO_SUMS_PACKED)
    while True:
        (unpacked_size,) = struct.unpack(">I", _read(window, offset, 4))
        if unpacked_size == 0:
            return
        (size,) = struct.unpack(">I", _read(window, offset + 4, 4))
        if not 0 < size <= unpacked_size <= LZO_BLOCK:
            raise Damaged(f"a block of {size} bytes for {unpacked_size}")
        offset += 8 + unpacked_sums + (packed_sums if size < unpacked_size else 0)
        data = _read(window, offset, size)
        offset += size
        if size == unpacked_size:  # stored
            yield data
            continue
        try:
            unpacked = LZOCompressor.decompress(data, unpacked_size)
        except LZOError as error:
            raise Damaged(f"damaged block ({error})") from None
        if len(unpacked) != unpacked_size:
            raise Damaged("a block is not as long as it says")
        yield unpacked


def _lzo_head(window: Window) -> tuple[int, int]:
    """Offset of the first block, and the flags: parse_header() of lib/decompress_unlzo.c."""
    (version,) = struct.unpack(">H", _read(window, 9, 2))
    if version < _LZO_VERSION:
        raise Damaged(f"written by lzop {version:#06x}, which is too old")
    offset = 17  # behind magic, versions, method and level
    (flags,) = struct.unpack(">I", _read(window, offset, 4))
    offset += 8 if flags & _LZO_HAS_FILTER else 4
    offset += 12  # mode and time
    name_size = _read(window, offset, 1)[0]
    return offset + 1 + name_size + 4, flags
