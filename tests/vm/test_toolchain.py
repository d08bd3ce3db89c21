"""What a kernel build lacks is named by the packages that have it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kapi.vm import toolchain
from kapi.vm.arch import ARCHITECTURES
from kapi.vm.errors import VmError
from kapi.vm.toolchain import check_tools, missing_packages, toolchain_versions

HERE = ARCHITECTURES["x86_64"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but what is named in the test."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(toolchain, "_HEADERS", {"/nonexistent/libelf.h": "libelf-dev"})
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("", "", "", "", "x86_64")))


def test_everything_that_is_missing_is_named(bare: None) -> None:
    expected = "bc binutils bison flex gcc libelf-dev make perl tar xz-utils".split()
    assert missing_packages(HERE) == expected
    with pytest.raises(VmError) as caught:
        check_tools(HERE)
    assert caught.value.reason == f"programs are missing: apt-get install {' '.join(expected)}"


def test_another_architecture_needs_its_compiler(bare: None) -> None:
    assert "gcc-aarch64-linux-gnu" in missing_packages(ARCHITECTURES["aarch64"])


def test_nothing_is_missing_where_everything_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(toolchain, "_HEADERS", {"/": "x"})
    assert missing_packages(ARCHITECTURES["aarch64"]) == []
    check_tools(HERE)


def test_versions_are_first_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("gcc", "ld"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} 12.3 $1\necho more\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    versions = ("gcc 12.3 --version", "ld 12.3 --version")
    assert toolchain_versions(ARCHITECTURES["um"]) == versions


def test_a_compiler_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VmError, match="cannot run gcc: "):
        toolchain_versions(ARCHITECTURES["um"])


@pytest.mark.parametrize(
    ("name", "machine", "prefix"),
    [
        ("x86_64", "x86_64", ""),
        ("x86_64", "aarch64", "x86_64-linux-gnu-"),
        ("aarch64", "x86_64", "aarch64-linux-gnu-"),
        ("aarch64", "aarch64", ""),
        ("um", "aarch64", ""),
    ],
)
def test_the_prefix_of_a_cross_compiler(
    monkeypatch: pytest.MonkeyPatch, name: str, machine: str, prefix: str
) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("", "", "", "", machine)))
    assert ARCHITECTURES[name].prefix == prefix
