"""Fixtures of the tests that open files."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.specs.opening import AT_FDCWD, Attempt, Name
from tests.specs.rawcall import call, number


@pytest.fixture
def objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One object of each kind in the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("file").write_bytes(b"0123456789")
    Path("dir").mkdir()
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("sock")
    for link, target in {
        "to-file": "file",
        "to-dir": "dir",
        "dangling": "gone",
        "dangling-deep": "gone/file",
        "to-file-slash": "file/",
        "to-new-slash": "new/",
        "circle": "circle",
    }.items():
        Path(link).symlink_to(target)


@pytest.fixture(params=["open", "openat"])
def attempt(request: pytest.FixtureRequest, objects: None) -> Attempt:
    """Open with each of the two calls; ``objects`` are in the working directory."""
    try:
        number(request.param)
    except KeyError:
        pytest.skip(f"this architecture has no call {request.param}")
    first = [AT_FDCWD] if request.param == "openat" else []

    def work(name: Name, flags: int, mode: int = 0o600) -> int:
        if isinstance(name, str | Path):
            name = os.fsencode(name)
        return call(request.param, *first, name, flags, mode)

    return work


@pytest.fixture
def public(objects: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory that everybody can reach and search."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    monkeypatch.chdir(path)
    yield path
    shutil.rmtree(path)
