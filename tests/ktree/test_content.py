"""What goes into a tree, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kapi import catalogue
from kapi.errors import SourceError
from kapi.ktree.apply import apply
from kapi.ktree.content import INDEX, kernel_folder
from kapi.ktree.hooks import HOOKS, MAINTAINERS, all_hooks, insert
from kapi.ktree.units import find_units
from kapi.ktree.view import TreeView
from tests.ktree.trees import write_files


def index_of(tree: Path) -> list[str]:
    """The entries of the index."""
    return [line for line in (tree / INDEX).read_text().splitlines() if line.startswith("kapi-")]


MADVISE = "kapi-$(and $(CONFIG_MMU),$(CONFIG_ADVISE_SYSCALLS)) += mm/madvise.o"


def test_the_index_names_objects_and_files(real_tree: Path) -> None:
    apply(real_tree)
    assert "kapi-y += fs/open.o:kernel/api/specs/fs/open.c" in index_of(real_tree)
    assert f"{MADVISE}:kernel/api/specs/mm/madvise.c" in index_of(real_tree)
    apply(real_tree, inline=True)
    assert "kapi-y += fs/open.o:fs/open.c" in index_of(real_tree)
    assert f"{MADVISE}:mm/madvise.c" in index_of(real_tree)


def test_every_spec_file_of_the_index_is_there(tree: Path) -> None:
    apply(tree)
    files = {entry.rpartition(":")[2] for entry in index_of(tree)}
    there = {str(path.relative_to(tree)) for path in (tree / "kernel/api/specs").rglob("*.c")}
    assert files <= there
    assert all(path.startswith("kernel/api/specs/shared/") for path in there - files)


def test_a_call_that_moved_is_found(tiny: Path) -> None:
    (tiny / "fs/read_write.c").rename(tiny / "fs/readwrite.c")
    (tiny / "mm/madvise.c").rename(tiny / "mm/advice.c")
    apply(tiny, inline=True)
    assert "kapi-y += fs/readwrite.o:fs/readwrite.c" in index_of(tiny)
    assert "kapi-y += mm/advice.o:mm/advice.c" in index_of(tiny)


def test_calls_of_one_spec_file_in_two_sources(tiny: Path) -> None:
    text = (tiny / "fs/open.c").read_text()
    at = text.index("SYSCALL_DEFINE1(close")
    (tiny / "fs/open.c").write_text(text[:at])
    write_files(tiny, {"fs/close.c": text[at:], "fs/Makefile": "obj-$(CONFIG_C) += close.o\n"})
    apply(tiny)
    assert [entry for entry in index_of(tiny) if "open" in entry] == [
        "kapi-y += fs/open.o:kernel/api/specs/fs/open.c"
    ]
    apply(tiny, inline=True)
    assert [entry for entry in index_of(tiny) if "open" in entry or "close" in entry] == [
        "kapi-y += fs/open.o:fs/open.c",
        "kapi-$(CONFIG_C) += fs/close.o:fs/close.c",
    ]


def test_a_function_of_the_same_name_elsewhere_is_not_taken(tiny: Path) -> None:
    """A mention, a declaration and another call whose name begins alike are no definition."""
    path = tiny / "fs/open.c"
    path.write_text(
        "/* SYSCALL_DEFINE1(close, int, fd) is below */\n"
        "SYSCALL_DEFINE3(close_range, int, fd, int, b, int, c)\n{\n}\n" + path.read_text()
    )
    units = find_units(TreeView(tiny), catalogue.read_all())
    places = {one.found.spec.name: one for unit in units for one in unit.places}
    assert path.read_text()[places["sys_close"].offset :].startswith("SYSCALL_DEFINE1(close, ")


def test_the_entry_of_maintainers_is_in_order(tree: Path) -> None:
    apply(tree)
    text = (tree / MAINTAINERS).read_text()
    titles = re.findall(r"^([A-Z0-9][^\n:]*)\n(?=[A-Z]:\t)", text, re.MULTILINE)
    at = titles.index("KERNEL API SPECIFICATIONS")
    assert titles[at - 1] < titles[at] < titles[at + 1]
    entry = text.partition("KERNEL API SPECIFICATIONS\n")[2].partition("\n\n")[0].splitlines()
    assert [line[:3] for line in entry] == ["L:\t", "S:\t", *["F:\t"] * 5]


def test_maintainers_names_every_new_file(tiny: Path) -> None:
    content = apply(tiny)
    entry = (tiny / MAINTAINERS).read_text().partition("KERNEL API SPECIFICATIONS\n")[2]
    patterns = tuple(re.findall(r"^F:\t(.*)$", entry.partition("\n\n")[0], re.MULTILINE))
    assert [path for path in content.files if not path.startswith(patterns)] == []


def test_each_hook_changes_one_place(tree: Path) -> None:
    for hook in all_hooks((tree / MAINTAINERS).read_text()):
        text = (tree / hook.path).read_text()
        changed = insert(hook, text, hook.path)
        at = changed.index(hook.text)
        assert changed[:at] + changed[at + len(hook.text) :] == text
        assert at == 0 or changed[at - 1] == "\n"
        assert hook.text.endswith("\n")


def test_blocks_of_one_file_are_not_part_of_each_other() -> None:
    blocks = [(hook.path, hook.text) for hook in HOOKS]
    for path, text in blocks:
        others = [other for name, other in blocks if name == path and other != text]
        assert not any(f"\n{text}" in f"\n{other}" for other in others)


def test_a_missing_line_is_named() -> None:
    with pytest.raises(SourceError) as caught:
        insert(HOOKS[0], "obj-y += other/\n", "some/Makefile")
    assert str(caught.value) == (
        r"some/Makefile: no line like 'obj-y \+= sched/', where kapi builds kernel/api;"
        " this tree does not fit"
    )


def test_no_file_of_python_or_editors_gets_in(tiny: Path) -> None:
    content = apply(tiny)
    names = {Path(path).name for path in content.files}
    assert not any(name.endswith((".pyc", "~", ".orig", ".swp")) for name in names)
    assert all((kernel_folder() / path).is_file() for path in content.files if "core.c" in path)


def test_every_new_file_says_its_licence(tiny: Path) -> None:
    content = apply(tiny)
    without = [
        path
        for path in content.files
        if not path.endswith(".kunitconfig")
        and "SPDX-License-Identifier: GPL-2.0" not in "\n".join(_first_lines(tiny / path))
    ]
    assert without == []


def _first_lines(path: Path) -> list[str]:
    return path.read_text().splitlines()[:2]
