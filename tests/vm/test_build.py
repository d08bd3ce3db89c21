"""Kernels are built once for what they are made of, and again exactly where that changed."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.vm import build
from kapi.vm.build import Kernel, build_folder, build_kernel, build_targets
from kapi.vm.cache import Cache
from kapi.vm.errors import BuildError, VmError
from kapi.vm.kconfig import KernelConfig
from kapi.vm.make import Progress
from kapi.vm.overlay import private_tree
from tests.vm.kernel_trees import write_tree

CONFIG = KernelConfig("x86_64", (), (("CONFIG_SMP", "y"),))
"""Asks for no modules, so make is asked for the image alone."""


@pytest.fixture(autouse=True)
def _no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small tree needs none of the programs that a kernel needs."""
    monkeypatch.setattr(build, "check_tools", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "tree")


class Builds:
    """Builds kernels and remembers which files were compiled for the last one."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache
        self.compiled: list[str] = []
        self.progress: list[Progress] = []

    def __call__(self, tree: Path, config: KernelConfig = CONFIG, **more: int) -> Kernel:
        self.progress = []
        kernel = build_kernel(
            tree, config, cache=self.cache, on_progress=self.progress.append, **more
        )
        steps = [step.step.split() for step in self.progress]
        self.compiled = sorted(words[1] for words in steps if words[0] == "CC")
        return kernel


@pytest.fixture
def builds(cache: Cache) -> Builds:
    return Builds(cache)


def test_a_kernel_and_what_comes_with_it(tree: Path, builds: Builds) -> None:
    kernel = builds(tree)
    assert kernel.image.name == "bzImage"
    assert kernel.image.read_text() == kernel.vmlinux.read_text() == "a1\nb1\n"
    assert kernel.system_map.exists()
    assert kernel.config.read_text() == "CONFIG_BASE=y\nCONFIG_SMP=y\n"
    assert (kernel.arch, kernel.release) == ("x86_64", "6.12.7-kapi")
    assert kernel.folder == builds.cache.root / "kernels" / kernel.key


def test_nothing_is_built_twice(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    assert builds.compiled == ["a.o", "b.o"]
    assert builds(tree) == first
    assert builds.compiled == []
    assert builds.progress == []


def test_progress_counts_objects(tree: Path, builds: Builds) -> None:
    builds(tree)
    compiled = [step for step in builds.progress if step.step.startswith("CC")]
    assert [step.objects for step in compiled] == [1, 2]
    assert {step.expected for step in builds.progress} == {1200}
    assert all(step.elapsed_s >= 0 for step in builds.progress)


def test_what_is_expected_is_what_the_last_whole_build_took(
    tree: Path, builds: Builds, tmp_path: Path
) -> None:
    builds(tree)
    other = write_tree(tmp_path / "other")
    (other / "src/a.c").write_text("x\n")
    builds(other)
    assert {step.expected for step in builds.progress} == {2}
    (other / "src/a.c").write_text("y\n")
    builds(other)
    assert {step.expected for step in builds.progress} == {None}


def test_a_kernel_that_was_half_removed_is_built_again(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    (first.folder / "kapi.json").unlink()
    assert builds(tree) == first
    assert (first.folder / "kapi.json").exists()


def test_only_what_changed_is_compiled_again(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    (tree / "src/a.c").write_text("a2\n")
    second = builds(tree)
    assert builds.compiled == ["a.o"]
    assert second.key != first.key
    assert second.vmlinux.read_text() == "a2\nb1\n"
    assert first.vmlinux.read_text() == "a1\nb1\n"


def test_a_change_with_an_old_time_stamp_is_not_missed(tree: Path, builds: Builds) -> None:
    builds(tree)
    (tree / "src/a.c").write_text("a2\n")
    os.utime(tree / "src/a.c", (1_000_000_000, 1_000_000_000))
    assert builds(tree).vmlinux.read_text() == "a2\nb1\n"
    assert builds.compiled == ["a.o", "b.o"]


def test_what_was_undone_comes_from_the_cache(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    (tree / "src/a.c").write_text("a2\n")
    builds(tree)
    (tree / "src/a.c").write_text("a1\n")
    assert builds(tree) == first
    assert builds.compiled == []
    (tree / "src/b.c").write_text("b2\n")
    assert builds(tree).vmlinux.read_text() == "a1\nb2\n"


def test_a_build_that_was_cut_short_is_finished(tree: Path, builds: Builds) -> None:
    (tree / "src/b.c").write_text("b.c:1: error: no\n")
    with pytest.raises(BuildError):
        builds(tree)
    (tree / "src/b.c").write_text("b2\n")
    assert builds(tree).vmlinux.read_text() == "a1\nb2\n"
    assert builds.compiled == ["b.o"]


def test_the_same_content_elsewhere_is_the_same_kernel(
    tree: Path, builds: Builds, tmp_path: Path
) -> None:
    first = builds(tree)
    assert builds(write_tree(tmp_path / "other")) == first
    assert builds.compiled == []


def test_a_private_tree_is_built_where_it_changed(tree: Path, builds: Builds) -> None:
    cache = builds.cache
    (tree / ".unpacked-from").write_text("1 2\n")
    first = builds(private_tree(tree, "t", {}, cache))
    changed = private_tree(tree, "t", {"src/a.c": b"a2\n", "src/c.c": b"c1\n"}, cache)
    assert builds(changed).vmlinux.read_text() == "a2\nb1\nc1\n"
    assert builds.compiled == ["a.o", "c.o"]
    assert builds(private_tree(tree, "t", {}, cache)) == first


def test_a_new_version_of_a_base_is_built_whole(tree: Path, builds: Builds) -> None:
    """Its files have time stamps from before the last build."""
    builds(private_tree(tree, "t", {}, builds.cache))
    (tree / ".unpacked-from").write_text("3 4\n")
    (tree / "src/a.c").write_text("a2\n")
    os.utime(tree / "src/a.c", (1_000_000_000, 1_000_000_000))
    new = builds(private_tree(tree, "t", {}, builds.cache))
    assert new.vmlinux.read_text() == "a2\nb1\n"


def test_another_configuration_is_another_kernel(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    second = builds(tree, CONFIG.with_symbols(MORE="y"))
    assert second.key != first.key
    assert "CONFIG_MORE=y" in second.config.read_text()


def test_modules_are_built_where_there_can_be_some(tree: Path, builds: Builds) -> None:
    (tree / "src/a.c").write_text("error: x\n")
    with pytest.raises(BuildError) as caught:
        builds(tree, CONFIG.with_symbols(MODULES="y"))
    assert caught.value.target == "bzImage modules"


def test_modules_come_with_the_kernel(tree: Path, builds: Builds) -> None:
    assert builds(tree, CONFIG.with_symbols(MODULES="y")).modules.is_dir()
    assert not builds(tree).modules.exists()


def test_a_build_folder_that_cannot_be_made_is_our_fault(tree: Path, builds: Builds) -> None:
    builds.cache.folder()
    (builds.cache.root / "build").touch()
    with pytest.raises(VmError, match=r"cannot make the folder .*: not a directory"):
        builds(tree)


def test_parts_of_a_kernel_are_made_on_their_own(tree: Path, builds: Builds) -> None:
    def part() -> str:
        output = builds.cache.root / "build"
        wanted = str(build_folder(tree, CONFIG, builds.cache) / "a.o")
        made = build_targets(tree, CONFIG, (wanted,), cache=builds.cache)
        assert made.parent == output
        assert not (made / "b.o").exists()
        return (made / "a.o").read_text()

    assert part() == "a1\n"
    (tree / "src/a.c").write_text("a2\n")
    os.utime(tree / "src/a.c", (1, 1))
    assert part() == "a2\n"
    assert builds(tree).vmlinux.read_text() == "a2\nb1\n"
    assert builds.compiled == ["b.o"]


def test_another_compiler_makes_another_kernel(
    tree: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = builds(tree)
    monkeypatch.setattr(build, "toolchain_versions", lambda _: ("gcc 99", "ld 99"))
    assert builds(tree).key != first.key


def test_a_tree_that_does_not_build(tree: Path, builds: Builds) -> None:
    (tree / "src/a.c").write_text("a.c:1:2: error: no such thing\n")
    with pytest.raises(BuildError) as caught:
        builds(tree)
    assert caught.value.target == "bzImage"
    assert "error: no such thing" in caught.value.excerpt
    assert "CC      a.o" in caught.value.log.read_text()
    assert list(builds.cache.folder("kernels").iterdir()) == []


def test_a_full_disk_is_not_the_fault_of_the_tree(tree: Path, builds: Builds) -> None:
    (tree / "src/a.c").write_text("error: No space left on device\n")
    with pytest.raises(VmError, match="no space left on device, see "):
        builds(tree)


def test_a_tree_that_changes_while_it_is_built_is_not_kept(tree: Path, builds: Builds) -> None:
    def change(_: Progress) -> None:
        (tree / "src/b.c").write_text("b2\n")

    with pytest.raises(BuildError, match="the tree changed while it was built"):
        build_kernel(tree, CONFIG, cache=builds.cache, on_progress=change)
    assert builds(tree).vmlinux.read_text() == "a1\nb2\n"


def test_two_that_want_one_kernel_build_it_once(tree: Path, builds: Builds, tmp_path: Path) -> None:
    """Though each has a tree of its own."""
    trees = [tree, write_tree(tmp_path / "other")]
    compiled: list[str] = []
    kernels: list[Kernel] = []

    def run(tree: Path) -> None:
        def note(step: Progress) -> None:
            compiled.append(step.step)

        kernels.append(build_kernel(tree, CONFIG, cache=builds.cache, on_progress=note))

    threads = [threading.Thread(target=run, args=(each,)) for each in trees]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kernels[0] == kernels[1]
    assert sorted(step for step in compiled if step.startswith("CC")) == [
        "CC      a.o",
        "CC      b.o",
    ]


def test_the_flags_of_an_outer_make_do_not_get_in(
    tree: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "n")
    monkeypatch.setenv("KCFLAGS", "-O0")
    monkeypatch.setenv("ARCH", "vax")
    assert builds(tree).vmlinux.read_text() == "a1\nb1\n"


def test_old_kernels_make_room(tree: Path, builds: Builds) -> None:
    first = builds(tree)
    os.utime(first.folder / ".kapi-used", (1, 1))
    (tree / "src/a.c").write_text("a2\n")
    second = builds(tree, limit_bytes=0)
    assert not first.folder.exists()
    assert second.folder.exists()


def test_a_folder_that_is_no_tree(tmp_path: Path, builds: Builds) -> None:
    with pytest.raises(SourceError, match="no kernel tree"):
        builds(tmp_path)


def test_build_folders_lie_beside_trees_of_the_cache(tree: Path, cache: Cache) -> None:
    """At one depth for all of them, which ccache needs."""
    shared, private = cache.root / "linux", cache.root / "trees/t/linux"
    assert build_folder(shared, CONFIG, cache).parent == cache.root / "build"
    assert build_folder(private, CONFIG, cache).parent == cache.root / "trees/t/build"
    assert build_folder(tree, CONFIG, cache).parent == cache.root / "build"
    folders = {build_folder(path, CONFIG, cache).name for path in (shared, private, tree)}
    assert len(folders) == 3
