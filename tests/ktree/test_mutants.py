"""The list of faults fits the code."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kapi.ktree.apply import apply

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools"
TESTS = ROOT / "kernel/tree/kernel/api"
CASE = re.compile(r"KUNIT_CASE\((\w+)\)")


@pytest.fixture(scope="module")
def tool() -> Iterator[ModuleType]:
    """tools/kunit_mutants.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(TOOLS))
        spec = importlib.util.spec_from_file_location("kunit_mutants", TOOLS / "kunit_mutants.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
        sys.modules.pop("kunit_mutant_list", None)


def test_each_fault_can_be_built_in(tool: ModuleType, tiny: Path) -> None:
    apply(tiny)
    for mutant in tool.MUTANTS:
        path = tiny / mutant.path
        before = path.read_text()
        with tool.built_in(tiny, mutant):
            assert path.read_text() != before
        assert path.read_text() == before


def test_each_fault_is_another_one(tool: ModuleType) -> None:
    assert len(set(tool.MUTANTS)) == len(tool.MUTANTS) > 100


def test_a_fault_that_does_not_fit_is_reported(tool: ModuleType, tiny: Path) -> None:
    apply(tiny)
    wrong = tool.MUTANTS[0]._replace(right="no such line")
    with pytest.raises(ValueError, match=r"core\.c: 'no such line' stands there 0 times"):
        tool.mutate((tiny / wrong.path).read_text(), wrong)


def test_the_page_counts(tool: ModuleType) -> None:
    one, two = tool.MUTANTS[:2]
    sound = tool.Result({"a": True, "b": True, "c": True}, "")
    found = [
        (1, one, tool.Result({"a": False, "b": True, "c": True}, "")),
        (2, two, tool.Result({"a": True}, "crash")),
        (3, two, tool.Result({"a": True, "b": True, "c": True}, "")),
    ]
    text = tool.page(found, sound)
    assert "Of 3 faults 2 were noticed;\nof 3 cases 1 noticed at least one.\n" in text
    assert tool.idle_cases(found, sound) == ["b", "c"]
    assert "| 1 | `if (!IS_ALIGNED((unsigned long)part, 8))` | `if (0)` | `a` |" in text
    assert text.count(" | crash |") == 1
    assert text.count(" | nobody |") == 1


def test_the_page_is_of_this_list_and_every_case_failed_once(tool: ModuleType) -> None:
    text = tool.PAGE.read_text()
    for number, mutant in enumerate(tool.MUTANTS, 1):
        line = f"\n| {number} | {tool._code(mutant.right)} | {tool._code(mutant.wrong)} | "
        assert line in text
    cases = [case for path in TESTS.glob("*_test.c") for case in CASE.findall(path.read_text())]
    assert f"\nof {len(cases)} cases {len(cases)} noticed at least one.\n" in text
    assert "| nobody |" not in text
