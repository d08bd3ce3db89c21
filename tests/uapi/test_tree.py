"""Finding trees, headers and their releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.uapi.tree import (
    architecture,
    asm_folder,
    find_tree,
    headers_release,
    host_architecture,
    kernel_release,
)


def test_the_tree_of_a_file(tree: Path) -> None:
    assert find_tree(tree / "fs/frob.c") == tree
    assert find_tree(tree) == tree
    assert find_tree(tree.parent) is None


def test_release_of_a_tree(tree: Path) -> None:
    assert kernel_release(tree) == "7.3.1-rc2"
    (tree / "Makefile").write_text("VERSION = 7\nPATCHLEVEL = 4\nSUBLEVEL =\nEXTRAVERSION =\n")
    assert kernel_release(tree) == "7.4"
    (tree / "Makefile").write_text("all:\n")
    assert kernel_release(tree) is None


def test_release_of_installed_headers(tmp_path: Path) -> None:
    assert headers_release(tmp_path) is None
    (tmp_path / "linux").mkdir()
    (tmp_path / "linux/version.h").write_text(f"#define LINUX_VERSION_CODE {(6 << 16) + 3075}\n")
    assert headers_release(tmp_path) == "6.12.3"


@pytest.mark.parametrize(
    ("name", "known"),
    [("aarch64", "arm64"), ("X86", "x86_64"), ("i686", "i386"), ("armv7l", "arm"), ("sh", "sh")],
)
def test_architecture_names(name: str, known: str) -> None:
    assert architecture(name) == known


def test_the_asm_folder(tmp_path: Path) -> None:
    assert asm_folder(tmp_path) is None
    (tmp_path / "asm").mkdir()
    assert asm_folder(tmp_path) == tmp_path / "asm"


def test_the_host_has_a_name() -> None:
    assert architecture(host_architecture()) == host_architecture()
