"""What the tests of images share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kapi.binary.image import read_image
from kapi.binary.join import ImageSpecs
from kapi.errors import ImageError

Read = Callable[[bytes], ImageSpecs]
Refuse = Callable[[bytes], str]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads an image of some bytes."""

    def read_bytes(data: bytes) -> ImageSpecs:
        path = tmp_path / "image"
        path.write_bytes(data)
        return read_image(str(path))

    return read_bytes


@pytest.fixture
def refuse(tmp_path: Path) -> Refuse:
    """Why an image of some bytes cannot be read, with the place, without the path."""

    def refuse_bytes(data: bytes) -> str:
        path = tmp_path / "image"
        path.write_bytes(data)
        with pytest.raises(ImageError) as caught:
            read_image(str(path))
        assert caught.value.path == str(path)
        return str(caught.value).removeprefix(f"{path}: ")

    return refuse_bytes
