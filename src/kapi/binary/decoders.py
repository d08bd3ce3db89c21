# SPDX-License-Identifier: GPL-2.0-or-later
"""Unpacks formats that are one stream of bytes, piece by piece.

In: a window on compressed bytes. Out: unpacked bytes, at most
:data:`~kapi.binary.window.CHUNK` of them at a time, or :class:`Damaged`. Knows no limit of the
whole. Decompressor objects are used throughout: they stop at the end of the data, and kernels have
more behind it.
"""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Iterator
from typing import Protocol

from kapi.binary.window import CHUNK, Window

# scripts/xz_wrap.sh of Linux 6.12 packs kernels with a dictionary of 128 MiB; so does `zstd -22`.
_XZ_MEMORY = 160 << 20
_ZSTD_WINDOW_LOG = 27


class Damaged(Exception):  # noqa: N818 - it is turned into an ImageError, nobody else sees it
    """Data that cannot be unpacked; the text says why."""


def missing(package: str) -> Damaged:
    """What to raise where a package is not installed."""
    return Damaged(f"a Python package is missing; to read this: pip install {package}")


class _Decoder(Protocol):
    """What the decompressor objects of most libraries have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """A decompressor object of zlib with the interface of the others.

    :param wbits: as ``zlib.decompressobj`` takes it.
    """

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _run(decoder: _Decoder, window: Window, *errors: type[Exception]) -> Iterator[bytes]:
    """Unpack one stream; ``errors`` are what the decoder raises for damaged data."""
    offset = 0
    while not decoder.eof:
        data = b""
        if decoder.needs_input:
            data = window.peek(offset, CHUNK)
            offset += len(data)
        try:
            unpacked = decoder.decompress(data, CHUNK)
        except errors as error:
            raise Damaged(str(error)) from None
        if unpacked:
            yield unpacked
        elif not data and not decoder.eof:
            raise Damaged("the compressed data is truncated")


def unpack_zlib(window: Window) -> Iterator[bytes]:
    """As sections of ELF files are compressed."""
    return _run(_Zlib(15), window, zlib.error)


def unpack_gzip(window: Window) -> Iterator[bytes]:
    """A file of gzip."""
    return _run(_Zlib(31), window, zlib.error)


def unpack_lzma(window: Window) -> Iterator[bytes]:
    """A file of xz, or of its predecessor; refused if it needs much memory."""
    return _run(lzma.LZMADecompressor(lzma.FORMAT_AUTO, _XZ_MEMORY), window, lzma.LZMAError)


def unpack_bzip2(window: Window) -> Iterator[bytes]:
    """A file of bzip2."""
    return _run(bz2.BZ2Decompressor(), window, OSError, ValueError)


def unpack_zstd(window: Window) -> Iterator[bytes]:
    """A file of zstd, unpacked by Python, or before 3.14 by the package that ports it back."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
    except ImportError:
        raise missing("backports.zstd") from None
    options = {int(zstd.DecompressionParameter.window_log_max): _ZSTD_WINDOW_LOG}
    return _run(zstd.ZstdDecompressor(options=options), window, zstd.ZstdError)


def unpack_lz4_frame(window: Window) -> Iterator[bytes]:
    """A file of lz4 in its usual format, which is not the one of the kernel's build."""
    try:
        from lz4.frame import LZ4FrameDecompressor
    except ImportError:
        raise missing("lz4") from None
    return _run(LZ4FrameDecompressor(), window, RuntimeError)
