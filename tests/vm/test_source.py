"""Trees are found, or unpacked once, in the way that tools/with-tree.sh does it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tarfile
import threading
from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.vm.cache import Cache
from kapi.vm.errors import VmError
from kapi.vm.source import check_tree, debian_tree, read_stamp, tree_version

ROOT = Path(__file__).parent.parent.parent
MAKEFILE = "VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 3\nEXTRAVERSION = -rc1\nNAME = x\n"


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """A folder with the archive of a small tree."""
    tree = tmp_path / "made" / "linux-source-6.12"
    tree.mkdir(parents=True)
    for name, text in {"Kbuild": "", "Kconfig": "", "Makefile": MAKEFILE}.items():
        (tree / name).write_text(text)
    (tmp_path / "src").mkdir()
    with tarfile.open(tmp_path / "src/linux-source-6.12.tar.xz", "w:xz") as archive:
        archive.add(tree, tree.name)
    return tmp_path / "src"


def test_a_tree_is_unpacked_once(cache: Cache, archives: Path) -> None:
    told: list[str] = []
    tree = debian_tree("6.12", cache, archives=archives, on_unpack=told.append)
    assert tree == cache.root / "linux-source-6.12"
    assert tree_version(tree) == "6.12.3-rc1"
    assert len(told) == 1
    (tree / "mark").touch()
    assert debian_tree("6.12", cache, archives=archives, on_unpack=told.append) == tree
    assert len(told) == 1
    assert (tree / "mark").exists()
    assert [path.name for path in cache.root.iterdir() if path.name.startswith("unpack.")] == [
        "unpack.lock"
    ]


def test_another_version_of_the_package_replaces_the_tree(cache: Cache, archives: Path) -> None:
    tree = debian_tree("6.12", cache, archives=archives)
    (tree / "mark").touch()
    os.utime(archives / "linux-source-6.12.tar.xz", (1, 1))
    debian_tree("6.12", cache, archives=archives)
    assert not (tree / "mark").exists()


def test_the_script_and_the_module_share_a_tree(cache: Cache, archives: Path) -> None:
    """What one unpacked is good for the other."""
    tree = debian_tree("6.12", cache, archives=archives)
    script = (ROOT / "tools/with-tree.sh").read_text()
    script = script.replace("/usr/src/", f"{archives}/")
    done = subprocess.run(
        ["bash", "-c", script, "with-tree.sh", "printenv", "KAPI_LINUX_TREE"],
        env={"PATH": os.environ["PATH"], "KAPI_CACHE": str(cache.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (f"{tree}\n", "")


def test_the_lock_is_that_of_the_script(cache: Cache, archives: Path) -> None:
    done = threading.Event()

    def unpack() -> None:
        debian_tree("6.12", cache, archives=archives)
        done.set()

    with open(cache.folder() / "unpack.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        thread = threading.Thread(target=unpack)
        thread.start()
        assert not done.wait(0.2)
    thread.join()
    assert done.is_set()


def test_a_package_that_is_not_installed(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(VmError, match=r"is missing: apt-get install linux-source-6\.1$"):
        debian_tree("6.1", cache, archives=tmp_path)


def test_an_archive_that_is_damaged_leaves_nothing(cache: Cache, archives: Path) -> None:
    (archives / "linux-source-6.12.tar.xz").write_bytes(b"junk")
    with pytest.raises(VmError, match=r"^cannot unpack .*tar.xz: "):
        debian_tree("6.12", cache, archives=archives)
    assert sorted(path.name for path in cache.root.iterdir()) == ["unpack.lock"]


def test_an_archive_without_the_tree_leaves_nothing(cache: Cache, archives: Path) -> None:
    with tarfile.open(archives / "linux-source-6.12.tar.xz", "w:xz") as archive:
        archive.add(ROOT / "LICENSE", "LICENSE")
    with pytest.raises(VmError, match=r"^cannot unpack .*tar.xz: "):
        debian_tree("6.12", cache, archives=archives)
    assert sorted(path.name for path in cache.root.iterdir()) == ["unpack.lock"]


def test_a_tree_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "Kbuild").touch()
    with pytest.raises(SourceError, match="no kernel tree, it has no Kconfig"):
        check_tree(tmp_path)


def test_only_a_shared_tree_has_a_stamp(cache: Cache, archives: Path, tmp_path: Path) -> None:
    status = (archives / "linux-source-6.12.tar.xz").stat()
    tree = debian_tree("6.12", cache, archives=archives)
    assert read_stamp(tree) == f"{status.st_size} {int(status.st_mtime)}"
    assert read_stamp(tmp_path) == ""
