"""Faults of conditions are reported at the word that is wrong, on whatever line it stands."""

from __future__ import annotations

import pytest

from kapi.check.specs import check_specs
from kapi.csource.collect import collect
from tests.check.test_checks import FakeNames

TEXT = """\
/**
 * sys_frob - tune
 * @fd: d
 *
 * api-version: 2
 * api-type: syscall
 *
 * error: EBADF, not open
 *   when: fd_open(fd) && fd_kind(fd) in {pipe,
 *     fifo} && {fault}
 *     || fd_open(fd)
 */
SYSCALL_DEFINE1(frob, unsigned int, fd);
"""


@pytest.mark.parametrize(
    ("fault", "columns"),
    [
        ("fd_opne(fd)", (17, 24)),
        ("fd_open(df)", (25, 27)),
        ("fd_kind(fd) == pip", (32, 35)),
        ("3 == fd_kind(fd)", (17, 18)),
        ("(1 +)", (21, 22)),
    ],
)
def test_place(fault: str, columns: tuple[int, int]) -> None:
    found = collect([("a.c", TEXT.replace("{fault}", fault).encode())])
    (one,) = check_specs(found, lambda _tree: FakeNames())
    assert one.code == "bad-expression"
    assert (one.span.line, one.span.end_line) == (10, 10)
    assert (one.span.column, one.span.end_column) == columns


def test_the_end_of_an_expression_is_behind_it() -> None:
    found = collect(
        [("a.c", TEXT.replace("\n *     || fd_open(fd)", "").replace("{fault}", "!").encode())]
    )
    (one,) = check_specs(found, lambda _tree: FakeNames())
    assert (one.span.line, one.span.column) == (10, 18)
    assert one.message == "expected a value but found the end"
