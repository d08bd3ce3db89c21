"""Compressed data of every format: what the tools write is read, damaged data is refused."""

from __future__ import annotations

import builtins
import lzma
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from tempfile import SpooledTemporaryFile

import pytest

from kapi.binary import compression
from kapi.binary.compression import FORMATS, format_of, unpack
from kapi.binary.window import Window
from kapi.errors import ImageError
from tests.binary.images import COMPRESSORS, ZSTD, lz4_legacy, lzop, memory
from tests.tool_checks import require

DATA = Random(1).randbytes(70_000) + bytes(300_000) + Random(2).randbytes(70_000)

#: What the kernel's build runs, or what a user would: scripts/Makefile.lib.
TOOLS = {
    "gzip": "gzip -n -9",
    "XZ": "xz --check=crc32 --x86 --lzma2=dict=32MiB",
    "zstd": "zstd -22 --ultra",
    "LZ4": "lz4 -l -9",
    "LZ4 frame": "lz4 -9",
    "LZO": "lzop -9",
    "bzip2": "bzip2 -9",
    "LZMA": "lzma -9",
}
BY_NAME = {form.name: form for form in FORMATS}


def unpacked(packed: bytes) -> bytes:
    """What some bytes unpack to, by their magic number."""
    return unpack_window(memory(packed))


def unpack_window(packed: Window) -> bytes:
    """The same for a window."""
    form = format_of(packed)
    assert form is not None
    with ExitStack() as files:
        found = unpack(form, packed, files)
        return found.read(0, found.size)


def reason(packed: bytes) -> str:
    """Why they do not."""
    with pytest.raises(ImageError) as caught:
        unpacked(packed)
    return caught.value.reason


def test_every_format_is_tested() -> None:
    assert COMPRESSORS.keys() == TOOLS.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", COMPRESSORS)
@pytest.mark.parametrize("tail", [b"", b"\0\0\7\0", bytes(5000)], ids=["", "size", "tail"])
@pytest.mark.parametrize("data", [DATA, b"", b"x"], ids=["long", "empty", "byte"])
def test_unpacked(name: str, tail: bytes, data: bytes) -> None:
    packed = memory(COMPRESSORS[name](data) + tail)
    form = format_of(packed)
    assert form is BY_NAME[name]
    assert unpack_window(packed) == data


@pytest.mark.parametrize("name", TOOLS)
def test_what_tools_write(name: str, tmp_path: Path) -> None:
    program, *options = TOOLS[name].split()
    require(program)
    path = tmp_path / "data"
    path.write_bytes(DATA)
    for where in ([], [str(path)]):  # lzop and gzip then know a name
        done = subprocess.run(
            [program, *options, "-c", *where],
            input=None if where else DATA,
            capture_output=True,
            check=True,
        )
        assert unpacked(done.stdout + b"\0\0\7\0") == DATA


@pytest.mark.parametrize("name", COMPRESSORS)
def test_truncated(name: str) -> None:
    packed = COMPRESSORS[name](DATA)
    # An LZ4 file of the old format does not say where it ends.
    for size in (len(BY_NAME[name].magic) + 1, len(packed) // 2, len(packed) - 1):
        if name != "LZ4" or size > 8:
            assert reason(packed[:size]) == f"{name}: the compressed data is truncated"


@pytest.mark.parametrize("name", ["gzip", "XZ", "bzip2"])  # the others have no checksum
def test_damaged(name: str) -> None:
    packed = COMPRESSORS[name](DATA)
    for at in range(len(packed) // 3, len(packed) // 2, 999):
        changed = packed[:at] + bytes((packed[at] ^ 16,)) + packed[at + 1 :]
        assert reason(changed).startswith(f"{name}: ")


@pytest.mark.parametrize("name", COMPRESSORS)
def test_bomb(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "LIMIT", 1 << 20)
    assert len(unpacked(COMPRESSORS[name](bytes(1 << 20)))) == 1 << 20
    bomb = COMPRESSORS[name](bytes((1 << 20) + 1))
    assert reason(bomb) == f"{name}: unpacks to more than 1 MiB"


def test_xz_that_needs_too_much_memory() -> None:
    fits = [{"id": lzma.FILTER_LZMA2, "dict_size": 128 << 20}]
    assert unpacked(lzma.compress(DATA, filters=fits)) == DATA
    huge = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 << 20}]
    assert reason(lzma.compress(DATA, filters=huge)) == "XZ: Memory usage limit exceeded"


def test_zstd_that_needs_too_much_memory() -> None:
    window_log = int(ZSTD.CompressionParameter.window_log)
    fits = ZSTD.ZstdCompressor(options={window_log: 27})
    assert unpacked(fits.compress(DATA) + fits.flush()) == DATA
    huge = ZSTD.ZstdCompressor(options={window_log: 30})
    assert reason(huge.compress(DATA) + huge.flush()).startswith("zstd: ")


def test_lz4_of_several_blocks_and_files() -> None:
    large = bytes(8 << 20) + DATA
    assert unpacked(lz4_legacy(large) + b"\0\0\7\0") == large
    whole = bytes(8 << 20)
    assert unpacked(lz4_legacy(whole) + lz4_legacy(DATA)) == whole + DATA
    assert unpacked(lz4_legacy(DATA) + b"\xf4" * 64) == DATA


def test_lz4_blocks_that_cannot_be() -> None:
    magic = lz4_legacy(b"")[:4]
    assert unpacked(magic + bytes(9)) == b""
    assert reason(magic + b"\xff\xff\xff\xff\0") == "LZ4: a block of 4294967295 bytes"
    assert "LZ4: " in reason(magic + b"\4\0\0\0\xff\xff\xff\xff")


def test_lzo_heads() -> None:
    assert unpacked(lzop(DATA, b"")) == DATA
    assert unpacked(lzop(DATA, has_filter=True)) == DATA
    old = bytearray(lzop(DATA))
    old[9:11] = b"\x08\x00"
    assert reason(bytes(old)) == "LZO: written by lzop 0x0800, which is too old"
    for size in range(9, 60):
        assert reason(lzop(DATA)[:size]) == "LZO: the compressed data is truncated"


def test_lzo_blocks_that_cannot_be() -> None:
    start = len(lzop(b""))
    good = lzop(bytes(1000))
    at = start - 4
    for sizes, text in (
        ((1 << 20, 9), "a block of 9 bytes for 1048576"),
        ((1000, 0), "a block of 0 bytes for 1000"),
        ((1000, 1001), "a block of 1001 bytes for 1000"),
    ):
        head = b"".join(size.to_bytes(4, "big") for size in sizes)
        assert reason(good[:at] + head + good[at + 8 :]) == f"LZO: {text}"
    other = (1001).to_bytes(4, "big")
    assert reason(good[:at] + other + good[at + 4 :]) == "LZO: a block is not as long as it says"
    wrong = good[: at + 12] + b"\xff" * (len(good) - at - 12)
    assert reason(wrong).startswith("LZO: damaged block (")


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("zstd", "backports.zstd"),
        ("LZ4", "lz4"),
        ("LZ4 frame", "lz4"),
        ("LZO", "lzallright"),
    ],
)
def test_missing_package(name: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def refuse(
        wanted: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> object:
        if wanted.partition(".")[0] in ("backports", "compression", "lz4", "lzallright"):
            raise ImportError(wanted)
        return original(wanted, globals, locals, fromlist, level)

    packed = COMPRESSORS[name](DATA)
    monkeypatch.setattr(builtins, "__import__", refuse)
    text = f"{name}: a Python package is missing; to read this: pip install {package}"
    assert reason(packed) == text


def test_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = COMPRESSORS["gzip"](DATA)

    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SpooledTemporaryFile, "write", refuse)
    assert reason(packed) == "no room to unpack it: No space left on device"
