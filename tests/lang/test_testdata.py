"""Every finding of ``tests/testdata``: its place, its words, and its severity in both versions.

In those files ``### code@column: message`` at the end of a line is what is expected there; several
may follow each other. The files are read without these marks, and must have no other finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kapi.csource.collect import Collection, collect
from kapi.diagnostics import CODES, ERROR, WARNING, Sink
from kapi.source import Span

TESTDATA = Path(__file__).parent.parent / "testdata"
FILES = sorted([*TESTDATA.glob("lang/*.c"), *TESTDATA.glob("csource/*.c")])

#: What stays a warning in version 2: advice about text that means what it says.
ADVICE = frozenset(
    (
        *("maybe-spec", "scanner-hazard", "near-miss", "maybe-tag", "reserved"),
        *("missing-param-doc", "contradiction", "zero-arguments", "duplicate"),
    )
)

#: Bytes that would make a file unreadable for editors, and how ``lines.c`` writes them.
ESCAPES = {rb"\r": b"\r", rb"\x80": b"\x80", rb"\x01": b"\x01"}

_MARKS = re.compile(r"[ \t]*### (.*)")
_MARK = re.compile(r"([a-z0-9-]+)@(\d+): (.*)")


class Expected(NamedTuple):
    """One finding, line and column of the file."""

    line: int
    column: int
    code: str
    message: str


def expected(text: str) -> Iterator[Expected]:
    """The findings that the marks of a file ask for."""
    for number, line in enumerate(text.split("\n"), 1):
        marks = _MARKS.search(line)
        for mark in marks[1].split(" ### ") if marks and number > 4 else ():
            match = _MARK.fullmatch(mark)
            assert match, f"line {number}: {mark}"
            yield Expected(number, int(match[2]), match[1], match[3])


def read(path: Path) -> Collection:
    """The specs of a file without its marks."""
    lines = [_MARKS.sub("", line) for line in path.read_text().split("\n")]
    data = "\n".join(lines).encode()
    if path.name == "lines.c":
        head, end, tail = data.partition(b"*/")
        for word, byte in ESCAPES.items():
            tail = tail.replace(word, byte)
        data = head + end + tail
    return collect([(path.name, data)])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_findings_of_file(path: Path) -> None:
    found = [
        Expected(one.span.line, one.span.column, one.code, one.message)
        for one in read(path).diagnostics
    ]
    assert found == sorted(expected(path.read_text()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_severities_are_those_of_the_version(path: Path) -> None:
    for found in read(path).found:
        for one in found.sink.sorted():
            code = CODES[one.code]
            assert one.severity == (code.v2 if found.spec.version == 2 else code.v1), one


def versions_of(code: str) -> set[int]:
    """The versions of the specs in which some file has a finding."""
    return {
        found.sink.version
        for path in FILES
        for found in read(path).found
        if any(one.code == code for one in found.sink.sorted())
    }


def test_every_code_has_a_case() -> None:
    """Those of ``kapi lint``, which compares specs with headers and code, are in tests/check."""
    paths = [*TESTDATA.glob("**/*.c"), *TESTDATA.parent.glob("check/testdata/*.c")]
    texts = [path.read_text() for path in paths]
    marked = {code for text in texts for code in re.findall(r" ### ([a-z0-9-]+)", text)}
    assert marked == CODES.keys()


def test_every_leniency_has_a_case_in_version_2() -> None:
    lenient = {code for code, entry in CODES.items() if entry.v1 != entry.v2}
    assert {code for code in lenient if 2 not in versions_of(code)} == set()


@pytest.mark.parametrize("code", CODES)
def test_severity_in_each_version(code: str) -> None:
    """Version 2 refuses everything that is no mere advice; what version 1 refuses, it does too."""
    span = Span("a.c", 1, 1, 1, 1)
    said = []
    for version in (1, 2):
        sink = Sink(version)
        sink.add(code, span, "text")
        said.append([one.severity for one in sink.sorted()])
    assert said[1] == [WARNING if code in ADVICE else ERROR]
    assert said[0] in ([], [WARNING], [ERROR])
    if said[0] == [ERROR]:
        assert said[1] == [ERROR]
