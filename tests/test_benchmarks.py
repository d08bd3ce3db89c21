"""The parts of the benchmarks, but no measure: a busy machine must fail no test."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue_copies import write_copies
from kapi.csource.comments import find_comments
from kapi.csource.definitions import Definition, find_definition
from measure import Command, Row, compare, rate

TRUE = Command(["true"])

SPECS = """\
/* SPDX */

/**
 * sys_frob - tune
 * @fd: with sys_frob_all(), frob
 *
 * long-desc: Calls frob(fd); and returns.
 */
SYSCALL_DEFINE1(frob, unsigned int, fd);

/**
 * helper: does it
 *
 * long-desc: It.
 */
int helper(const char __user *path,
           int frob);
"""


def test_copies_are_specs_with_names_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "fs").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "fs/a.c").write_text(SPECS)
    (tmp_path / "shared/b.c").write_text(SPECS)
    target = tmp_path / "out"
    assert write_copies(tmp_path, target, 5) == (5, target.stat().st_size)
    text = target.read_text()
    names = []
    for comment in find_comments(text):
        found = find_definition(text, comment.end)
        assert isinstance(found, Definition)
        names.append(found.name)
        assert text[comment.start :].startswith(f"/**\n * {found.name}")
    assert names == ["sys_frob_0", "helper_0", "sys_frob_1", "helper_1", "sys_frob_2"]


def test_no_specs_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no specs"):
        write_copies(tmp_path, tmp_path / "out", 5)


def test_rows() -> None:
    row = compare("`us`", TRUE, "`them`", TRUE, 2, budget=1e9)
    assert row.met
    assert row.ratio > 0
    assert row.peak_kib > 0
    assert row.markdown().endswith("| <= 1e+09 | met |")
    missed = Row("`us`", "3 ms", "`them`: 1 ms", ratio=3, budget=2)
    assert missed.markdown() == "| `us` | 3 ms | `them`: 1 ms | 3.00 | <= 2 | **MISSED** |"
    assert rate("x", TRUE, 10, "things/s", 2).markdown().endswith("things/s |  |  |  |  |")


def test_a_command_that_fails_stops_everything() -> None:
    with pytest.raises(SystemExit, match="exit 3\nwhy"):
        Command(["sh", "-c", "echo why >&2; exit 3"]).run()
