"""The index of a tree is that of its content, and what was read once is not read again."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.vm import index as module
from kapi.vm.cache import Cache
from kapi.vm.index import TreeIndex, load_index, read_index, store_index


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree whose files are old enough to be remembered."""
    tree = tmp_path / "tree"
    (tree / "fs").mkdir(parents=True)
    (tree / ".git").mkdir()
    (tree / ".git" / "HEAD").write_text("x")
    (tree / "Makefile").write_text("all:\n")
    (tree / "fs" / "open.c").write_text("int x;\n")
    (tree / "fs" / "link").symlink_to("open.c")
    return tree


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files whose content was read; files count as old at once."""
    monkeypatch.setattr(module, "_RACY_NS", -10_000_000_000)
    names: list[str] = []
    real = module._digest

    def digest(path: str, is_link: bool) -> str:
        names.append(os.path.basename(path))
        return real(path, is_link)

    monkeypatch.setattr(module, "_digest", digest)
    return names


def test_two_trees_that_hold_the_same_have_one_digest(
    tree: Path, cache: Cache, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere" / "copy"
    shutil.copytree(tree, other, symlinks=True)
    (other / ".git" / "HEAD").write_text("y")
    (other / ".unpacked-from").write_text("1 2\n")
    assert read_index(other, cache).digest == read_index(tree, cache).digest


CHANGES = {
    "content": lambda tree: (tree / "Makefile").write_text("all: x\n"),
    "name": lambda tree: (tree / "Makefile").rename(tree / "makefile"),
    "new file": lambda tree: (tree / "new").touch(),
    "mode": lambda tree: (tree / "Makefile").chmod(0o755),
    "no file": lambda tree: (tree / "fs/open.c").unlink(),
    "link target": lambda tree: (
        (tree / "fs/link").unlink() or (tree / "fs/link").symlink_to("else")
    ),
    "file for link": lambda tree: (
        (tree / "fs/link").unlink() or (tree / "fs/link").write_text("open.c")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_gives_another_digest(tree: Path, cache: Cache, change: str) -> None:
    before = read_index(tree, cache).digest
    CHANGES[change](tree)
    assert read_index(tree, cache).digest != before


def test_a_file_is_read_once(tree: Path, cache: Cache, reads: list[str]) -> None:
    first = read_index(tree, cache)
    assert sorted(reads) == ["Makefile", "link", "open.c"]
    reads.clear()
    assert read_index(tree, cache) == first
    assert reads == []


def test_a_file_that_changed_is_read_again(tree: Path, cache: Cache, reads: list[str]) -> None:
    """Even if size and time stamp were put back."""
    first = read_index(tree, cache)
    reads.clear()
    status = (tree / "Makefile").stat()
    (tree / "Makefile").write_text("ALL:\n")
    os.utime(tree / "Makefile", ns=(status.st_atime_ns, status.st_mtime_ns))
    second = read_index(tree, cache)
    assert reads == ["Makefile"]
    assert second.changed_since(first) == ["Makefile"]


def test_a_file_that_may_still_be_changing_is_not_remembered(tree: Path, cache: Cache) -> None:
    index = read_index(tree, cache)
    assert {file.signature for file in index.files.values()} == {""}
    assert index.files["Makefile"].mtime_ns <= time.time_ns()


def test_changes_are_new_files_and_new_content(tree: Path, cache: Cache) -> None:
    first = read_index(tree, cache)
    (tree / "fs/open.c").write_text("int y;\n")
    (tree / "new").touch()
    (tree / "Makefile").unlink()
    assert sorted(read_index(tree, cache).changed_since(first)) == ["fs/open.c", "new"]


def test_an_index_survives_odd_names(tree: Path, cache: Cache, tmp_path: Path) -> None:
    for name in (b"with space", b"new\nline", b"\xff\xfe"):
        with open(os.path.join(os.fsencode(tree), name), "wb"):
            pass
    index = read_index(tree, cache)
    store_index(tmp_path / "stored", index)
    assert load_index(tmp_path / "stored") == index


@pytest.mark.parametrize("data", [b"", b"junk\n", b"kapi-tree-index 2\nx y\0\n", b"\xff"])
def test_a_stored_index_that_is_none_counts_as_empty(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "stored").write_bytes(data)
    assert load_index(tmp_path / "stored") == TreeIndex({})
    assert load_index(tmp_path / "missing") == TreeIndex({})


def test_an_index_that_cannot_be_stored_is_no_error(tmp_path: Path) -> None:
    store_index(tmp_path / "missing" / "stored", TreeIndex({}))


def test_what_is_no_file_is_left_out(tree: Path, cache: Cache) -> None:
    before = read_index(tree, cache)
    os.mkfifo(tree / "fifo")
    assert read_index(tree, cache).digest == before.digest


def test_a_file_that_cannot_be_read_is_reported(
    tree: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(SourceError, match="permission denied"):
        read_index(tree, cache)


def test_a_folder_that_is_gone_is_reported(tmp_path: Path, cache: Cache) -> None:
    with pytest.raises(SourceError, match="no such file or directory"):
        read_index(tmp_path / "gone", cache)
