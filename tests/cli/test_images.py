"""Specs of kernel images and of a running kernel, as a user asks for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.binary import images
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def content() -> images.Content:
    return images.contents(images.catalogue_specs())


@pytest.fixture
def vmlinux(tmp_path: Path, content: images.Content) -> Path:
    path = tmp_path / "vmlinux"
    path.write_bytes(images.vmlinux(content))
    return path


@pytest.fixture
def debugfs(tmp_path: Path, content: images.Content) -> Path:
    folder = tmp_path / "debug/kapi/sections/vmlinux"
    folder.mkdir(parents=True)
    (folder / "specs").write_bytes(content.specs)
    (folder / "prose").write_bytes(content.prose)
    return tmp_path / "debug"


def without_places(text: str) -> Any:
    """A JSON document without where things were written."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: strip(item) for key, item in value.items()}
            return {key: item for key, item in kept.items() if not key.startswith("location")}
        return [strip(item) for item in value] if isinstance(value, list) else value

    return strip(json.loads(text))


def test_an_image_is_listed_like_the_catalogue(kapi: Run, vmlinux: Path) -> None:
    ours, theirs = kapi("list"), kapi("list", "--vmlinux", vmlinux)
    assert (theirs.returncode, theirs.stderr) == (0, "")
    assert sorted(theirs.stdout.splitlines()) == sorted(ours.stdout.splitlines())


@pytest.mark.parametrize("name", ["read", "sys_openat", "get_unused_fd_flags"])
def test_every_carrier_says_the_same(kapi: Run, vmlinux: Path, debugfs: Path, name: str) -> None:
    expected = without_places(kapi("show", name, "-f", "json").stdout)
    for carrier in (f"--vmlinux={vmlinux}", f"--debugfs={debugfs}"):
        done = kapi(carrier, name, "-f", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert without_places(done.stdout) == expected


def test_the_short_form(kapi: Run, vmlinux: Path) -> None:
    assert kapi("--vmlinux", vmlinux).stdout == kapi("list", "--vmlinux", vmlinux).stdout
    shown = kapi("--vmlinux", vmlinux, "close").stdout
    assert shown == kapi("show", "close", "--vmlinux", vmlinux).stdout
    assert shown.startswith("sys_close - ")


def test_an_image_without_specifications(kapi: Run, tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(bytes(5000))
    done = kapi("list", "--vmlinux", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"kapi: error: {path}: ")


def test_texts_that_are_missing_are_said(kapi: Run, debugfs: Path) -> None:
    (debugfs / "kapi/sections/vmlinux/prose").write_bytes(b"")
    done = kapi("list", f"--debugfs={debugfs}")
    assert done.returncode == 0
    assert "kapi: warning: " in done.stderr
    assert "sys_read" in done.stdout


def test_the_value_of_debugfs_is_never_a_name(kapi: Run) -> None:
    done = kapi("--debugfs", "read")
    assert done.returncode == 2 or "sys_read" in done.stdout
    assert "no folder" not in done.stderr


def test_one_carrier_at_a_time(kapi: Run, vmlinux: Path) -> None:
    done = kapi("list", "--vmlinux", vmlinux, "--source", "specs")
    assert done.returncode == 2
    assert "not allowed with" in done.stderr
