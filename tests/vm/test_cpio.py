"""Archives hold what was put there, as cpio sees it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.vm.cpio import Archive


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.add_folder("/tmp", 0o1777)
    made.add_file("/bin/program", b"#!/bin/sh\n", 0o755)
    made.add_file("/data", b"12345", 0o640, (1000, 100))
    made.add_file("/empty", b"")
    made.add_link("/bin/sh", "program")
    made.add_device("/dev/null", 1, 3, 0o666)
    return made


def listed(archive: Archive, *options: str) -> list[str]:
    """What cpio says of an archive."""
    done = subprocess.run(
        ["cpio", "--quiet", "-t", *options],
        input=archive.to_bytes(),
        capture_output=True,
        check=True,
        env={"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"},
    )
    assert done.stderr == b""
    return done.stdout.decode().splitlines()


@pytest.mark.requires("cpio")
def test_cpio_lists_every_entry_and_the_folders_above(archive: Archive) -> None:
    names = ["tmp", "bin", "bin/program", "data", "empty", "bin/sh", "dev", "dev/null"]
    assert listed(archive) == names


@pytest.mark.requires("cpio")
def test_cpio_sees_modes_owners_sizes_links_and_devices(archive: Archive) -> None:
    lines = [" ".join(line.split()) for line in listed(archive, "-v", "-n")]
    assert lines == [
        "drwxrwxrwt 2 0 0 0 Jan 1 1970 tmp",
        "drwxr-xr-x 2 0 0 0 Jan 1 1970 bin",
        "-rwxr-xr-x 1 0 0 10 Jan 1 1970 bin/program",
        "-rw-r----- 1 1000 100 5 Jan 1 1970 data",
        "-rw-r--r-- 1 0 0 0 Jan 1 1970 empty",
        "lrwxrwxrwx 1 0 0 7 Jan 1 1970 bin/sh -> program",
        "drwxr-xr-x 2 0 0 0 Jan 1 1970 dev",
        "crw-rw-rw- 1 0 0 1, 3 Jan 1 1970 dev/null",
    ]


@pytest.mark.requires("cpio")
def test_cpio_unpacks_the_same_bytes(tmp_path: Path) -> None:
    data = {f"{size}.bin": bytes(range(256))[:size] * 3 for size in range(9)}
    archive = Archive()
    for name, content in data.items():
        archive.add_file(f"/d/{name}", content)
    command = ["cpio", "--quiet", "-i", "--make-directories"]
    subprocess.run(command, input=archive.to_bytes(), cwd=tmp_path, check=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "d").iterdir()} == data


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = Archive(), Archive()
    for made in (first, second):
        made.add_file("/a", b"x")
    assert first.to_bytes() == second.to_bytes()
    assert len(first.to_bytes()) % 512 == 0


def test_a_folder_may_be_added_twice_and_keeps_its_mode() -> None:
    archive = Archive()
    archive.add_folder("/tmp", 0o1777)
    once = archive.to_bytes()
    archive.add_folder("/tmp")
    assert archive.to_bytes() == once


@pytest.mark.parametrize("path", ["relative", "/", "", "/a/../b"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not an absolute path"):
        Archive().add_file(path, b"")


def test_a_second_file_of_one_name_is_refused() -> None:
    archive = Archive()
    archive.add_file("/a", b"")
    with pytest.raises(ValueError, match="in the archive already"):
        archive.add_link("//a", "b")


def test_a_file_that_the_format_cannot_hold_is_refused() -> None:
    class Huge(bytes):
        def __len__(self) -> int:
            return 1 << 32

    with pytest.raises(ValueError, match="too large"):
        Archive().add_file("/a", Huge())
