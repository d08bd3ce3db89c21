"""Cases are made from specs alone, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import GUEST, ROOT
from kapi.testgen.cases import make_cases
from kapi.testgen.numbers import Numbers
from tests.testgen.conftest import CALLS

pytestmark = pytest.mark.requires("gcc", "system-headers")

NAMES = [f"sys_{call}" for call in CALLS]


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_twins_are_there(
    name: str, specs: dict[str, Spec], numbers: Numbers
) -> None:
    cases = make_cases(specs[name], numbers)
    ids = {case.id for case in cases}
    assert len(ids) == len(cases) > 300
    assert all(case.twin in ids for case in cases if case.twin)
    assert not any(set(case.id) & set(' "\\') for case in cases)


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_what_chance_does(
    name: str, specs: dict[str, Spec], numbers: Numbers
) -> None:
    first = make_cases(specs[name], numbers, seed=1)
    assert [one.to_text(numbers, ()) for one in first] == [
        one.to_text(numbers, ()) for one in make_cases(specs[name], numbers, seed=1)
    ]
    other = {one.id for one in make_cases(specs[name], numbers, seed=2)}
    if len(specs[name].parameters) > 1:
        assert other != {one.id for one in first}


@pytest.mark.parametrize("name", NAMES)
def test_a_short_run_is_a_part(name: str, specs: dict[str, Spec], numbers: Numbers) -> None:
    whole = {case.id for case in make_cases(specs[name], numbers)}
    short = make_cases(specs[name], numbers, short=True)
    ids = {case.id for case in short}
    assert 20 < len(ids) < len(whole) / 3
    assert all(case.twin in ids for case in short if case.twin)


def test_what_changes_the_machine_is_for_guests(specs: dict[str, Spec], numbers: Numbers) -> None:
    cases = make_cases(specs["sys_open"], numbers)
    guest = [case for case in cases if case.is_guest]
    assert {"file-immutable", "fault-1", "disk"} <= {
        word for case in guest for word in case.id.replace("@", ",").replace("/", ",").split(",")
    }
    assert all(ROOT in case.tags and GUEST in case.tags for case in guest)


def test_flags_that_go_together(specs: dict[str, Spec], numbers: Numbers) -> None:
    """Values come from conditions: exclusive creation, a file without name, access mode 3."""
    wanted = {
        numbers.value("O_CREAT | O_EXCL"),
        numbers.value("O_TMPFILE | O_WRONLY"),
        numbers.value("O_NONBLOCK | O_WRONLY"),
        numbers.value("O_ACCMODE"),
    }
    found = Counter(case.args[1] for case in make_cases(specs["sys_open"], numbers))
    assert found[numbers.value("O_CREAT | O_DIRECTORY")] > 0
    # Where the pathname matters as well, it has every state.
    assert {value: found[value] for value in wanted if found[value] < 50} == {}
