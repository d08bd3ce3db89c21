"""A missing part skips a test, or fails it where KAPI_REQUIRE names the part."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import tool_checks
from tests.tool_checks import Part, require, unknown_parts


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tool_checks.PARTS, "here", Part(lambda: Path("/x"), ""))
    monkeypatch.setitem(tool_checks.PARTS, "gone", Part(lambda: None, "get it"))


def test_a_part_that_is_there() -> None:
    assert require("here") == Path("/x")


def test_a_missing_part_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPI_REQUIRE", "here")
    with pytest.raises(pytest.skip.Exception, match=r"^gone is missing: get it$"):
        require("gone")


def test_a_missing_part_that_is_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPI_REQUIRE", "here,gone")
    with pytest.raises(pytest.fail.Exception, match="gone is missing: get it"):
        require("gone")


def test_misspelt_parts_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAPI_REQUIRE", "here,gnoe")
    assert unknown_parts() == ["gnoe"]


def test_a_part_that_nobody_defined_is_a_bug() -> None:
    with pytest.raises(KeyError):
        require("typo")
