"""kapi goes into a tree and out again, byte for byte, and never half."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kapi import catalogue
from kapi.errors import SourceError
from kapi.ktree.apply import (
    MANIFEST,
    apply,
    changed_files,
    outdated_files,
    overlay_files,
    read_manifest,
    revert,
)
from kapi.ktree.view import TreeView
from tests.ktree.trees import age, digests, stamps, write_files

OPEN = "kernel/api/specs/fs/open.c"
CORE = "kernel/api/core.c"


def manifest_of(tree: Path) -> tuple[TreeView, list[str]]:
    view = TreeView(tree)
    manifest = read_manifest(view)
    assert manifest
    return view, changed_files(view, manifest)


@pytest.mark.parametrize("inline", [False, True])
def test_revert_gives_back_every_byte(tree: Path, inline: bool) -> None:
    before = digests(tree)
    apply(tree, inline=inline)
    assert digests(tree) != before
    assert revert(tree).inline is inline
    assert digests(tree) == before


@pytest.mark.parametrize("inline", [False, True])
def test_a_second_time_changes_nothing(tree: Path, inline: bool) -> None:
    apply(tree, inline=inline)
    assert outdated_files(tree, inline=inline) == []
    age(tree)
    content, times = digests(tree), stamps(tree)
    apply(tree, inline=inline)
    assert (digests(tree), stamps(tree)) == (content, times)


def test_both_forms_follow_each_other(tree: Path) -> None:
    before = digests(tree)
    apply(tree)
    beside = digests(tree)
    apply(tree, inline=True)
    inline = digests(tree)
    assert OPEN in beside
    assert OPEN not in inline
    assert "kernel/api/specs/shared/fd.c" in inline
    assert beside["fs/open.c"] == before["fs/open.c"] != inline["fs/open.c"]
    apply(tree)
    assert digests(tree) == beside
    apply(tree, inline=True)
    assert digests(tree) == inline
    revert(tree)
    assert digests(tree) == before


def test_inline_specs_stand_above_their_definitions(tree: Path) -> None:
    apply(tree, inline=True)
    text = (tree / "fs/open.c").read_text()
    for head in (" * sys_openat - ", " * sys_open - ", " * sys_close - "):
        assert text.count(head) == 1
    assert " */\nSYSCALL_DEFINE4(openat," in text
    assert " */\nSYSCALL_DEFINE1(close," in text


@pytest.fixture
def other_catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue of one's own in place of ours."""
    folder = tmp_path / "specs"
    for path in Path(catalogue.folder()).rglob("*.c"):
        target = folder / path.relative_to(catalogue.folder())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    monkeypatch.setattr(catalogue, "folder", lambda: str(folder))
    catalogue._files.cache_clear()
    yield folder
    catalogue._files.cache_clear()


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    catalogue._files.cache_clear()


@pytest.mark.parametrize(
    ("inline", "changed"), [(False, OPEN), (True, "fs/open.c")], ids=["beside", "inline"]
)
def test_a_newer_version_changes_only_what_is_new(
    tiny: Path, other_catalogue: Path, inline: bool, changed: str
) -> None:
    before = digests(tiny)
    apply(tiny, inline=inline)
    age(tiny)
    times = stamps(tiny)
    _edit(other_catalogue / "fs/open.c", "sys_close - ", "sys_close - well, ")
    assert outdated_files(tiny, inline=inline) == sorted([MANIFEST, changed])
    apply(tiny, inline=inline)
    now = stamps(tiny)
    assert {path for path in now if now[path] != times[path]} == {MANIFEST, changed}
    assert "sys_close - well, " in (tiny / changed).read_text()
    revert(tiny)
    assert digests(tiny) == before


def test_a_file_that_the_newer_version_has_not_goes(tiny: Path, other_catalogue: Path) -> None:
    apply(tiny)
    (other_catalogue / "mm/madvise.c").unlink()
    catalogue._files.cache_clear()
    apply(tiny)
    assert not (tiny / "kernel/api/specs/mm").exists()
    assert "madvise" not in (tiny / "kernel/api/index").read_text()


# What people do in between.


@pytest.mark.parametrize("inline", [False, True])
def test_edits_of_others_stay(tree: Path, inline: bool) -> None:
    before = digests(tree)
    apply(tree, inline=inline)
    for name in ("kernel/Makefile", "MAINTAINERS", "fs/open.c", "include/linux/module.h"):
        path = tree / name
        path.write_bytes(b"first\n" + path.read_bytes() + b"last\n")
    assert manifest_of(tree)[1] == []
    revert(tree)
    after = digests(tree)
    assert {name for name in after if after[name] != before[name]} == {
        "kernel/Makefile",
        "MAINTAINERS",
        "fs/open.c",
        "include/linux/module.h",
    }
    assert (tree / "kernel/Makefile").read_text().startswith("first\n")


EDITS = [
    ("kernel/Makefile", "obj-$(CONFIG_KAPI_SPEC) += api/\n", "obj-y += api/\n"),
    (OPEN, "sys_openat - ", "sys_openat - really "),
    (CORE, "kapi", "kopi"),
]


@pytest.mark.parametrize(("path", "old", "new"), EDITS)
def test_what_somebody_changed_is_not_lost(tiny: Path, path: str, old: str, new: str) -> None:
    apply(tiny)
    _edit(tiny / path, old, new)
    assert manifest_of(tiny)[1] == [path]
    before = digests(tiny)
    for step in (apply, revert, outdated_files):
        with pytest.raises(SourceError) as caught:
            step(tiny)
        assert caught.value.path == str(tiny / path)
        assert caught.value.reason == "what kapi put there was changed; save that, then force it"
    assert digests(tiny) == before


def test_several_changes_are_counted(tiny: Path) -> None:
    apply(tiny)
    for path, old, new in EDITS:
        _edit(tiny / path, old, new)
    with pytest.raises(SourceError, match=r"kernel/Makefile: .*force it, and 2 more"):
        revert(tiny)


def test_force_takes_out_what_is_left(tiny: Path) -> None:
    before = digests(tiny)
    apply(tiny)
    for path, old, new in EDITS:
        _edit(tiny / path, old, new)
    revert(tiny, force=True)
    after = digests(tiny)
    assert {path for path in after if before.get(path) != after[path]} == {"kernel/Makefile"}
    assert "obj-y += api/\n" in (tiny / "kernel/Makefile").read_text()


def test_force_puts_ours_in_place_of_what_was_changed(tiny: Path) -> None:
    apply(tiny)
    content = digests(tiny)
    for path, old, new in EDITS[1:]:
        _edit(tiny / path, old, new)
    apply(tiny, force=True)
    assert digests(tiny) == content


def test_files_that_somebody_removed_come_back(tiny: Path) -> None:
    apply(tiny)
    content = digests(tiny)
    (tiny / CORE).unlink()
    assert manifest_of(tiny)[1] == []
    assert outdated_files(tiny) == [CORE]
    apply(tiny)
    assert digests(tiny) == content


def test_a_hooked_file_that_is_gone(tiny: Path) -> None:
    apply(tiny)
    (tiny / "Documentation/dev-tools/index.rst").unlink()
    with pytest.raises(SourceError, match=r"index\.rst: what kapi put there was changed"):
        revert(tiny)
    revert(tiny, force=True)
    assert not (tiny / "kernel/api").exists()


def test_nothing_to_revert(tiny: Path) -> None:
    with pytest.raises(SourceError) as caught:
        revert(tiny)
    assert str(caught.value) == f"{tiny}: kapi is not applied here"


# The file that says what is applied.

DAMAGE = {
    "no JSON": "{",
    "no object": "[]",
    "another format": {"format": 2},
    "a key is missing": {"version": None},
    "files are a list": {"files": ["a"]},
    "a digest is a number": {"files": {"a": 1}},
    "an insertion is text": {"insertions": ["abc"]},
    "a block is a number": {"insertions": [["kernel/Makefile", 1]]},
    "a path leads out": {"files": {"../outside": "0"}},
    "a path leads out deep inside": {"files": {"a/../../outside": "0"}},
    "a path is absolute": {"insertions": [["/etc/passwd", "root"]]},
    "a path is empty": {"files": {"": "0"}},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_manifest(tiny: Path, damage: str | dict[str, object]) -> None:
    apply(tiny)
    path = tiny / MANIFEST
    if isinstance(damage, str):
        path.write_text(damage)
    else:
        document = json.loads(path.read_text()) | damage
        path.write_text(json.dumps({k: v for k, v in document.items() if v is not None}))
    (tiny.parent / "outside").write_text("precious")
    before = digests(tiny.parent)
    for step in (apply, revert, outdated_files):
        with pytest.raises(SourceError) as caught:
            step(tiny)
        assert str(caught.value) == (
            f"{path}: it does not say what this kapi could have applied; take the tree afresh"
        )
    assert digests(tiny.parent) == before


# Trees that do not fit are left alone.


def _without(name: str, text: str) -> Callable[[Path], object]:
    def change(tree: Path) -> None:
        path = tree / name
        assert text in path.read_text()
        path.write_text(path.read_text().replace(text, ""))

    return change


MISFITS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no Linux tree": (
        lambda tree: (tree / "Kbuild").unlink(),
        r"linux: has no Kbuild, so it is no Linux tree kapi knows",
    ),
    "no call": (
        _without("fs/open.c", "SYSCALL_DEFINE1(close"),
        r"linux: defines no sys_close; this tree does not fit",
    ),
    "other parameters": (
        lambda tree: _edit(tree / "fs/open.c", "unsigned int, fd", "int, fd"),
        r"fs/open\.c: sys_close takes \(int fd\); the catalogue says otherwise",
    ),
    "no place in a Makefile": (
        _without("kernel/Makefile", "obj-y += sched/\n"),
        r"kernel/Makefile: no line like 'obj-y .*', where kapi builds kernel/api",
    ),
    "no place in a header": (
        _without("include/linux/module.h", "#ifdef CONFIG_PRINTK_INDEX\n"),
        r"module\.h: no line like .* says where a module's specifications are",
    ),
    "no place in MAINTAINERS": (
        lambda tree: (tree / "MAINTAINERS").write_text("Maintainers List\n\nA\nM:\tB\n\n"),
        r"MAINTAINERS: no entry that 'KERNEL API SPECIFICATIONS' could stand in front of",
    ),
    "a file of ours is there": (
        lambda tree: write_files(tree, {"kernel/api/Kconfig": "mine"}),
        r"kernel/api/Kconfig: exists already, and kapi did not put it there",
    ),
    "a file where a folder should be": (
        lambda tree: (tree / "tools").write_text("x"),
        r"tools/kapi.*: (Not a directory|File exists); nothing is changed",
    ),
    "a folder where a file should be": (
        lambda tree: (tree / "kernel/api/Makefile").mkdir(parents=True),
        r"kernel/api/Makefile: is a directory",
    ),
}


@pytest.mark.parametrize("name", MISFITS)
@pytest.mark.parametrize("inline", [False, True])
def test_a_tree_that_does_not_fit(tiny: Path, name: str, inline: bool) -> None:
    change, message = MISFITS[name]
    change(tiny)
    before = digests(tiny)
    with pytest.raises(SourceError, match=message):
        apply(tiny, inline=inline)
    assert digests(tiny) == before


def test_no_tree_at_all(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no Kbuild"):
        apply(tmp_path / "none")


# Writing fails.

FULL = OSError(28, "No space left on device")


def fail_at(
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    nth: int,
    error: BaseException = FULL,
) -> list[int]:
    """Let the nth call of a function fail; returns how often it was called."""
    real = getattr(owner, name)
    calls: list[int] = []

    def function(*arguments: object, **options: object) -> object:
        calls.append(len(calls))
        if len(calls) == nth:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(owner, name, function)
    return calls


@pytest.mark.parametrize("nth", [1, 2, 20, 60])
@pytest.mark.parametrize("way", [(Path, "write_bytes"), (os, "replace")], ids=["write", "rename"])
def test_a_full_disk_leaves_the_tree_as_it_was(
    tiny: Path, way: tuple[object, str], nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(tiny)
    before, times = digests(tiny), stamps(tiny)
    with monkeypatch.context() as patch:
        calls = fail_at(patch, *way, nth)
        with pytest.raises(SourceError, match="No space left on device; nothing is changed"):
            apply(tiny, inline=True)
    assert len(calls) >= nth
    assert (digests(tiny), stamps(tiny)) == (before, times)


@pytest.mark.parametrize("nth", [1, 2, 5, 60])
def test_a_failed_revert_leaves_everything_applied(
    tiny: Path, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(tiny, inline=True)
    age(tiny)
    before, times = digests(tiny), stamps(tiny)
    with monkeypatch.context() as patch:
        fail_at(patch, os, "replace", nth)
        with pytest.raises(SourceError, match="nothing is changed"):
            revert(tiny)
    assert (digests(tiny), stamps(tiny)) == (before, times)


def test_an_interruption_leaves_the_tree_as_it_was(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digests(tiny)
    with monkeypatch.context() as patch:
        fail_at(patch, os, "replace", 60, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            apply(tiny)
    assert digests(tiny) == before


def test_a_folder_that_may_not_be_written_to(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digests(tiny)
    with monkeypatch.context() as patch:
        fail_at(patch, Path, "mkdir", 1, PermissionError(13, "Permission denied"))
        with pytest.raises(SourceError) as caught:
            apply(tiny)
    assert caught.value.path.startswith(f"{tiny}/kernel/api/")
    assert caught.value.reason == "Permission denied; nothing is changed"
    assert digests(tiny) == before


def test_files_for_a_copy_of_a_tree(tiny: Path, tmp_path: Path) -> None:
    before = digests(tiny)
    files = overlay_files(tiny)
    assert digests(tiny) == before
    apply(tiny)
    after = digests(tiny)
    assert files.keys() == {
        path for path in after if before.get(path) != after[path] and after[path] != "folder"
    }
    assert all((tiny / path).read_bytes() == data for path, data in files.items())


def test_modes_stay(tiny: Path) -> None:
    (tiny / "kernel/Makefile").chmod(0o600)
    apply(tiny)
    assert (tiny / "kernel/Makefile").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_hard_links_does_not_change_its_origin(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for path in tiny.rglob("*"):
        if path.is_file():
            target = copy / path.relative_to(tiny)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
    before = digests(tiny)
    apply(copy, inline=True)
    assert digests(tiny) == before
