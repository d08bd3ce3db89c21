"""What ``kapi lint`` finds beyond reading: each file of testdata has its findings at its lines.

A finding is expected by ``### code: message`` at the end of the line where it is reported; lines
without it are near cases that must not be reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from kapi.check.specs import check_specs
from kapi.check.subject import Subject
from kapi.csource.collect import collect
from kapi.diagnostics import CODES
from kapi.source import Span
from kapi.uapi.names import UapiNames

TESTDATA = Path(__file__).parent / "testdata"
FILES = sorted(TESTDATA.glob("*.c"))
_MARK = re.compile(r"[ ]*### .*")


class FakeNames(UapiNames):
    """A kernel with few names; it is sure of those that begin with ``FROB_``."""

    errnos = frozenset("EBADF EINVAL EIO EINTR".split())
    internal_errnos = frozenset(("ERESTARTSYS",))
    capabilities = frozenset(("CAP_FROB",))
    signals = frozenset(("SIGHUP", "SIGFROB"))
    constants = frozenset("FROB_A FROB_B FROB_C FROB_ONE".split())

    def describe(self) -> str:
        return "a fake kernel"

    def errno_aliases(self, _arch: str | None = None) -> dict[str, str]:
        return {}

    def _constants_with(self, start: str) -> Iterable[str]:
        return [name for name in self.constants if name.startswith(start)]

    def _unfound(self, names: set[str]) -> set[str]:
        return names - self.constants

    def _surely_absent(self, names: set[str]) -> set[str]:
        return {name for name in names if name.startswith("FROB_")}


def expected(text: str) -> list[str]:
    """``LINE: code: message`` of every mark."""
    return sorted(
        f"{number}: {mark.strip()}"
        for number, line in enumerate(text.split("\n"), 1)
        for mark in line.split("###")[1:]
    )


def found(text: str) -> list[str]:
    """``LINE: code: message`` of every finding in a text, marks taken away."""
    bare = "\n".join(_MARK.sub("", line) for line in text.split("\n"))
    collection = collect([("x.c", bare.encode())])
    both = {*collection.diagnostics, *check_specs(collection, lambda _tree: FakeNames())}
    return sorted(f"{one.span.line}: {one.code}: {one.message}" for one in both)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_findings(path: Path) -> None:
    text = path.read_text()
    assert found(text) == expected(text)


def test_all_codes_of_checks_occur() -> None:
    """The codes that only checks report, each with a case above."""
    words = {word for path in FILES for word in re.findall(r"### ([\w-]+):", path.read_text())}
    wanted = (
        "class-mismatch unknown-errno unknown-capability unknown-signal unknown-constant duplicate"
        " zero-arguments contradiction conflict"
    )
    assert set(wanted.split()) <= words <= CODES.keys()


class TestPlaces:
    """Where a finding is reported."""

    @pytest.fixture
    def subject(self) -> Subject:
        """A spec of few lines."""
        text = "/**\n * sys_x - a b\n *   b\n * api-type: syscall\n */\nSYSCALL_DEFINE0(x);\n"
        collection = collect([("x.c", text.encode())])
        return Subject(collection.found[0], collection.specs[0], collection.sources["x.c"])

    def test_without_a_place_it_is_the_head(self, subject: Subject) -> None:
        subject.report("conflict", None, "m")
        assert subject.sink.sorted()[0].span == Span("x.c", 1, 1, 1, 4)

    def test_a_word_is_sought_behind_the_start(self, subject: Subject) -> None:
        assert subject.narrow(Span("x.c", 2, 1, 2, 3), "b") == Span("x.c", 2, 14, 2, 15)
        assert subject.narrow(Span("x.c", 2, 15, 3, 3), "b") == Span("x.c", 3, 6, 3, 7)

    @pytest.mark.parametrize("span", [None, Span("x.c", 2, 1, 2, 9), Span("y.c", 2, 1, 2, 9)])
    def test_a_word_that_is_not_there(self, subject: Subject, span: Span | None) -> None:
        assert subject.narrow(span, "c") == span
