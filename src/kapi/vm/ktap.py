# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads results of kernel tests: KTAP, as Documentation/dev-tools/ktap.rst of Linux describes it.

In: the console of a kernel, whose other messages may stand between the results. Out: the results of
all cases, with the lines that explain failures, and what is missing: a suite that announced more
cases than it ran has crashed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

PASSED: Final = "passed"
FAILED: Final = "failed"
SKIPPED: Final = "skipped"
CRASHED: Final = "crashed"

_STAMP = re.compile(r"^(?:<\d+>)?\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? ?")
_PLAN = re.compile(r"(\s*)1\.\.(\d+)\s*$")
_RESULT = re.compile(r"(\s*)(ok|not ok) (\d+)(?:\s+-)?\s+(\S+)(?:\s+#\s*(SKIP|TODO)?\s*(.*))?\s*$")
_SUITE = re.compile(r"\s*# Subtest:\s*(\S+)\s*$")


class TestResult(NamedTuple):
    """One case.

    :param suite: names of the suites around it, joined by dots; empty at the top.
    :param status: one of :data:`PASSED`, :data:`FAILED`, :data:`SKIPPED`, :data:`CRASHED`.
    :param reason: why it was skipped.
    :param lines: what was printed since the case before.
    """

    suite: str
    name: str
    status: str
    reason: str
    lines: tuple[str, ...]


class _Level:
    """A suite that is running."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.planned = 0
        self.seen = 0


def parse_ktap(text: str) -> list[TestResult]:
    """The results of all cases, suites left out; none if the text has no results."""
    return list(_parse(text))


def _parse(text: str) -> Iterator[TestResult]:
    levels = [_Level("")]
    lines: list[str] = []
    for row in text.splitlines():
        line = _STAMP.sub("", row.rstrip("\r"))
        plan = _PLAN.match(line)
        suite = _SUITE.match(line)
        result = _RESULT.match(line)
        if suite:
            levels.append(_Level(suite[1]))
        elif plan:
            levels[-1].planned = int(plan[2])
        elif result is None:
            lines.append(line)
        elif len(levels) > 1 and levels[-1].name == result[4]:
            yield from _missing(levels, lines)
            levels.pop()
            levels[-1].seen += 1
            lines = []
        else:
            levels[-1].seen += 1
            yield _result(levels, result, lines)
            lines = []
    while levels:
        yield from _missing(levels, lines)
        lines = []
        levels.pop()


def _result(levels: list[_Level], match: re.Match[str], lines: list[str]) -> TestResult:
    status = PASSED if match[2] == "ok" else FAILED
    if match[5] == "SKIP":
        status = SKIPPED
    return TestResult(_name(levels), match[4], status, match[6] or "", tuple(lines))


def _missing(levels: list[_Level], lines: list[str]) -> Iterator[TestResult]:
    """A result for the case that was running when a suite ended early."""
    level = levels[-1]
    if level.seen < level.planned:
        name = f"case {level.seen + 1} of {level.planned}"
        yield TestResult(_name(levels), name, CRASHED, "", tuple(lines))


def _name(levels: list[_Level]) -> str:
    return ".".join(level.name for level in levels if level.name)
