"""A private copy of a tree is the tree plus some files, and make sees what changed and no more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.vm.cache import Cache
from kapi.vm.errors import VmError
from kapi.vm.overlay import private_tree, put_files

OLD = 1_000_000_000
OURS = (".kapi-overlay", ".kapi-used", ".unpacked-from")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A shared tree."""
    base = tmp_path / "base" / "linux"
    (base / "fs").mkdir(parents=True)
    for name in ("Kbuild", "Kconfig", "Makefile", "fs/open.c", "fs/run.sh"):
        (base / name).write_text(f"{name}\n")
        os.utime(base / name, (OLD, OLD))
    (base / "fs/run.sh").chmod(0o755)
    (base / "fs/link").symlink_to("open.c")
    (base / ".unpacked-from").write_text("1 2\n")
    return base


def content(tree: Path) -> dict[str, str]:
    """Every file of a tree; links by their target."""
    return {
        str(path.relative_to(tree)): f"-> {path.readlink()}"
        if path.is_symlink()
        else path.read_text()
        for path in tree.rglob("*")
        if not path.is_dir() and path.name not in OURS
    }


def mtimes(tree: Path) -> dict[str, float]:
    """Time stamp of every file."""
    return {str(path.relative_to(tree)): path.lstat().st_mtime for path in tree.rglob("*")}


def test_a_copy_with_files(base: Path, cache: Cache) -> None:
    tree = private_tree(base, "t", {"kernel/api/new.c": b"new\n", "fs/open.c": b"other\n"}, cache)
    assert tree == cache.root / "trees/t/linux"
    expected = content(base) | {"kernel/api/new.c": "new\n", "fs/open.c": "other\n"}
    assert content(tree) == expected


def test_the_base_stays_as_it_is(base: Path, cache: Cache) -> None:
    before = content(base), mtimes(base)
    tree = private_tree(base, "t", {"fs/open.c": b"other\n"}, cache)
    (tree / "Kbuild").write_text("written in place\n")
    assert (content(base), mtimes(base)) == before
    assert (tree / "Kbuild").stat().st_ino != (base / "Kbuild").stat().st_ino


def test_files_that_did_not_change_keep_their_time_stamps(base: Path, cache: Cache) -> None:
    files = {"fs/open.c": b"other\n", "fs/new.c": b"1\n", "Kbuild": b"Kbuild\n"}
    tree = private_tree(base, "t", files, cache)
    assert mtimes(tree)["Kbuild"] == mtimes(tree)["Makefile"] == OLD
    for name in ("fs/open.c", "fs/new.c"):
        assert mtimes(tree)[name] > OLD
        os.utime(tree / name, (OLD + 5, OLD + 5))
    private_tree(base, "t", files | {"fs/new.c": b"2\n"}, cache)
    assert mtimes(tree)["fs/open.c"] == OLD + 5
    assert mtimes(tree)["fs/new.c"] > OLD + 5


def test_files_that_are_no_longer_put_are_as_in_the_base(base: Path, cache: Cache) -> None:
    """With the time of now: to make, what comes back has changed."""
    files = {"fs/open.c": b"o\n", "fs/new.c": b"n\n", "fs/run.sh": b"r\n", "fs/link": b"l\n"}
    tree = private_tree(base, "t", files, cache)
    private_tree(base, "t", {}, cache)
    assert content(tree) == content(base)
    assert mtimes(tree)["fs/open.c"] > OLD
    assert (tree / "fs/run.sh").stat().st_mode & 0o777 == 0o755


def test_a_file_keeps_the_mode_of_the_one_it_replaces(base: Path, cache: Cache) -> None:
    tree = private_tree(base, "t", {"fs/run.sh": b"r\n", "fs/new": b""}, cache)
    assert (tree / "fs/run.sh").stat().st_mode & 0o777 == 0o755
    assert (tree / "fs/new").stat().st_mode & 0o777 == 0o644


def test_another_base_is_copied_anew(base: Path, cache: Cache) -> None:
    tree = private_tree(base, "t", {"fs/new.c": b""}, cache)
    (base / ".unpacked-from").write_text("3 4\n")
    (base / "fs/open.c").write_text("newer\n")
    private_tree(base, "t", {}, cache)
    assert content(tree) == content(base)


def test_a_sync_that_was_cut_short_is_made_good(base: Path, cache: Cache) -> None:
    (base / "blocked").touch()
    files = {"fs/new.c": b"1\n", "blocked/x": b""}
    with pytest.raises(VmError, match=r"cannot write .*blocked/x: "):
        private_tree(base, "t", files, cache)
    tree = private_tree(base, "t", {}, cache)
    assert content(tree) == content(base)


def test_a_base_that_cannot_be_copied_leaves_nothing(
    base: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cp").write_text("#!/bin/sh\necho no room >&2; exit 1\n")
    (tmp_path / "cp").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(VmError, match=r"cannot copy .*: no room"):
        private_tree(base, "t", {}, cache)
    assert list(cache.folder("trees", "t").iterdir()) == []


def test_a_write_that_fails_leaves_nothing_behind(
    base: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    tree = private_tree(base, "t", {}, cache)
    before = content(tree)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(VmError, match=r"cannot write .*fs/x.c: no space left on device"):
        put_files(tree, {"fs/x.c": b"x"})
    assert content(tree) == before


def test_a_note_that_cannot_be_written_is_our_fault(base: Path, cache: Cache) -> None:
    tree = private_tree(base, "t", {}, cache)
    (tree / ".kapi-overlay").unlink()
    (base / ".kapi-overlay").mkdir()
    with pytest.raises(VmError, match=r"cannot write .*kapi-overlay: is a directory"):
        private_tree(base, "t", {}, cache)


def test_a_shared_tree_is_not_written_to(base: Path) -> None:
    with pytest.raises(SourceError, match="a shared tree, which nobody may write to"):
        put_files(base, {"fs/open.c": b""})


@pytest.mark.parametrize("path", ["/etc/x", "../x", "fs/../../x", ""])
def test_a_path_outside_is_refused(base: Path, cache: Cache, path: str) -> None:
    with pytest.raises(SourceError, match="not a path below the tree"):
        private_tree(base, "t", {path: b""}, cache)


def test_a_link_that_leads_outside_is_refused(base: Path, cache: Cache, tmp_path: Path) -> None:
    tree = private_tree(base, "t", {}, cache)
    (tree / "out").symlink_to(tmp_path)
    with pytest.raises(SourceError, match="a link leads out of the tree"):
        put_files(tree, {"out/x": b""})
    assert not (tmp_path / "x").exists()


def test_put_files_names_what_it_wrote(base: Path, cache: Cache) -> None:
    tree = private_tree(base, "t", {}, cache)
    files = {"fs/open.c": b"fs/open.c\n", "Kbuild": b"k\n"}
    assert put_files(tree, files) == ["Kbuild"]
    assert put_files(tree, files) == []
