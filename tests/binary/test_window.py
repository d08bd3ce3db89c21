"""Every access to bytes of a file is checked."""

from __future__ import annotations

import io
import os

import pytest

from kapi.binary import window
from kapi.binary.window import Stream, Window
from kapi.errors import ImageError
from tests.binary.images import memory

DATA = bytes(range(100))


def test_read() -> None:
    assert memory(DATA).read(98, 2) == b"bc"
    assert memory(DATA).read(100, 0) == b""


@pytest.mark.parametrize(("offset", "size"), [(99, 2), (101, 0), (-1, 2), (0, -1), (1 << 70, 1)])
def test_read_outside(offset: int, size: int) -> None:
    with pytest.raises(ImageError, match="truncated: data is not all there") as caught:
        memory(DATA).read(offset, size)
    assert caught.value.offset is not None and 0 <= caught.value.offset <= 100
    with pytest.raises(ImageError, match="truncated: the kernel is not all there"):
        memory(DATA).part(offset, size, "the kernel")


def test_file_that_became_shorter() -> None:
    with pytest.raises(ImageError, match="truncated"):
        Window(io.BytesIO(DATA[:50]), "image", 0, 100).read(40, 20)


def test_device_that_fails() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(ImageError) as caught:
        Window(Broken(), "image", 10, 100).read(4, 20)
    assert str(caught.value) == "image: Input/output error (at byte 14)"


def test_errors_name_what_was_unpacked() -> None:
    inner = Window(io.BytesIO(DATA), "image", 10, 90, "unpacked XZ").part(5, 5, "section")
    assert str(inner.error(2, "wrong")) == "image: unpacked XZ: wrong (at byte 17)"
    assert str(inner.error(None, "wrong")) == "image: unpacked XZ: wrong"


def test_find_sees_what_lies_across_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(b"-" * 64)
    places = [0, 6, 13, 30, 31 + 8, 56]
    for at in places:
        data[at : at + 8] = b"KAPISPEC"
    for chunk in range(1, 70):
        monkeypatch.setattr(window, "CHUNK", chunk)
        found = [*memory(bytes(data)).find(b"KAPISPEC")]
        assert found == [at for at in range(64) if data[at : at + 8] == b"KAPISPEC"]
    assert [*memory(b"aaa").find(b"aa")] == [0, 1]


def test_stream() -> None:
    stream = Stream(memory(DATA))
    assert stream.seek(0, os.SEEK_END) == 100
    assert stream.read(5) == b""
    assert stream.seek(-3, os.SEEK_CUR) == 97
    assert (stream.read(), stream.tell()) == (b"abc", 100)
    assert stream.seek(-5) == 0
    assert stream.seek(1 << 80) == 1 << 80
    assert stream.read(1) == b""
