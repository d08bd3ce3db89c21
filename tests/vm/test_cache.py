"""The cache keeps whole entries only, makes none twice, and stays below its limit."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from kapi.vm.cache import Cache, default_cache, locked, mark_used, size_bytes, tree_lock
from kapi.vm.errors import VmError


def entry(cache: Cache, kind: str, key: str, size: int, hours_ago: float) -> Path:
    """An entry that was used some time ago."""

    def fill(folder: Path) -> None:
        (folder / "data").write_bytes(b"x" * size)

    path = cache.store(kind, key, fill)
    used = time.time() - hours_ago * 3600
    os.utime(path / ".kapi-used", (used, used))
    return path


def test_the_default_is_where_make_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPI_CACHE", "/k")
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    monkeypatch.setenv("HOME", "/h")
    assert default_cache().root == Path("/k")
    monkeypatch.setenv("KAPI_CACHE", "")
    assert default_cache().root == Path("/x/kapi")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_cache().root == Path("/h/.cache/kapi")


def test_an_entry_is_found_after_it_was_stored(cache: Cache) -> None:
    assert cache.find("kernels", "k") is None
    path = entry(cache, "kernels", "k", 1, 0)
    assert cache.find("kernels", "k") == path
    assert (path / "data").read_bytes() == b"x"


def test_the_cache_is_closed_to_other_users(cache: Cache) -> None:
    cache.folder("kernels")
    assert cache.root.stat().st_mode & 0o777 == 0o700


def test_an_entry_that_could_not_be_filled_leaves_nothing(cache: Cache) -> None:
    def fill(folder: Path) -> None:
        (folder / "half").write_bytes(b"x")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.store("kernels", "k", fill)
    assert list(cache.folder("kernels").iterdir()) == []


def test_a_disk_that_is_full_is_our_fault(cache: Cache) -> None:
    def fill(_: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(VmError, match=r"^cannot store .*kernels/k: no space left on device$"):
        cache.store("kernels", "k", fill)


def test_a_folder_that_cannot_be_made_is_our_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(VmError, match=r"cannot make the folder .*: not a directory"):
        Cache(tmp_path / "file" / "cache").folder("kernels")


def test_a_folder_without_its_mark_is_no_entry(cache: Cache) -> None:
    cache.folder("kernels", "k")
    assert cache.find("kernels", "k") is None
    entry(cache, "kernels", "k", 1, 0)
    assert cache.find("kernels", "k") is not None


def test_pruning_takes_what_was_unused_longest(cache: Cache) -> None:
    paths = [entry(cache, "kernels", f"k{hours}", 100_000, hours) for hours in (2, 30, 4, 20)]
    assert cache.prune(1 << 30) == []
    removed = cache.prune(2 * size_bytes(paths[0]))
    assert [path.name for path in removed] == ["k30", "k20"]
    assert [path.exists() for path in paths] == [True, False, True, False]


def test_to_find_an_entry_is_to_use_it(cache: Cache) -> None:
    old, older = (entry(cache, "kernels", f"k{hours}", 100_000, hours) for hours in (5, 9))
    cache.find("kernels", "k9")
    assert cache.prune(size_bytes(old)) == [old]
    assert older.exists()


def test_build_folders_and_private_trees_are_pruned_and_packages_are_not(cache: Cache) -> None:
    paths = [
        entry(cache, "build", "b1", 100_000, 9),
        entry(cache, "trees/name/build", "b2", 100_000, 8),
        entry(cache, "trees/name", "linux", 100_000, 7),
    ]
    package = entry(cache, ".", "linux-source-6.12", 100_000, 7)
    with cache.lock(tree_lock("name")):
        assert cache.prune(0) == paths[:2]
    assert cache.prune(0) == paths[2:]
    assert package.exists()


def test_an_entry_that_may_be_in_use_stays(cache: Cache) -> None:
    fresh = entry(cache, "kernels", "fresh", 100_000, 0.1)
    held = entry(cache, "kernels", "held", 100_000, 9)
    with cache.lock("held"):
        assert cache.prune(0) == []
    assert cache.prune(0) == [held]
    assert fresh.exists()


def test_what_was_never_finished_is_pruned_by_its_age(cache: Cache) -> None:
    left = cache.folder("kernels", ".new-left")
    (left / "half").write_bytes(b"x" * 100_000)
    os.utime(left, (1, 1))
    assert cache.prune(0) == [left]


def test_what_vanishes_meanwhile_is_no_error(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cache, "_entries", lambda _: iter([(cache.root / "gone", "gone")]))
    assert cache.prune(-1) == [cache.root / "gone"]


def test_a_lock_is_waited_for(cache: Cache) -> None:
    order = []

    def second() -> None:
        with cache.lock("l"):
            order.append("second")

    with cache.lock("l") as held:
        assert held
        with cache.lock("l", wait=False) as again:
            assert not again
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_is_freed_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), locked(tmp_path / "l"):
        raise KeyError
    with locked(tmp_path / "l", wait=False) as held:
        assert held


def test_marking_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    mark_used(tmp_path / "gone")
    assert size_bytes(tmp_path / "gone") == 0
