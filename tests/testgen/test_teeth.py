"""Teeth: falsified claims are noticed by true records, falsified records are rejected by specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from kapi.expr.parse import parse_expr
from kapi.expr.show import show
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.oracle.judge import CONFORMS, Judge
from kapi.oracle.rules import build_rules
from kapi.testgen.campaign import Campaign
from kapi.testgen.record import Record
from kapi.testgen.teeth import bench
from kapi.testgen.teeth.bench import SUCCESS, Bench, Grade, Part
from kapi.testgen.teeth.claims import Mutant, falsified, sample
from kapi.testgen.teeth.records import falsified_records
from kapi.testgen.teeth.report import Teeth, bite, report
from kapi.testgen.teeth.survivors import REASONS
from kapi.testgen.teeth.trees import LESS, MORE, OTHER, changes, vocabulary

#: Calls whose cases are few and quick; all of them are bitten by ``kapi verify --teeth``.
CALLS = ("sys_close", "sys_dup2", "sys_read", "sys_madvise")
SHARE = 4
MOST = 6

PARAMS = {"fd": "unsigned int", "count": "size_t"}


@pytest.fixture(scope="module")
def few(specs: dict[str, Spec]) -> tuple[Spec, ...]:
    return tuple(specs[name] for name in CALLS)


@pytest.fixture(scope="module")
def records(few: tuple[Spec, ...]) -> list[Record]:
    """What this machine says to a part of the cases."""
    return Campaign(specs=few, kind="host", short=True).run()


@pytest.fixture(scope="module")
def teeth(few: tuple[Spec, ...], records: list[Record]) -> Teeth:
    return bite(few, records, share=SHARE, most=MOST)


@pytest.fixture(scope="module")
def mutants(specs: dict[str, Spec]) -> dict[str, tuple[Mutant, ...]]:
    return {name: falsified(spec) for name, spec in specs.items()}


def typed(text: str) -> Typed:
    return check_types(parse_expr(text), Scope(PARAMS))


def changed(text: str) -> dict[str, tuple[str, int]]:
    tree = typed(text)
    known = vocabulary([tree, typed("fd_kind(fd) == dir")], tuple(PARAMS.items()))
    return {show(one.tree): (one.operator, one.way) for one in changes(tree, known)}


# Conditions.


def test_a_fault_knows_whether_the_condition_holds_more_or_less_often() -> None:
    found = changed("fd_open(fd) && count < 8")
    assert found["fd_open(fd)"] == ("drop-conjunct", MORE)
    assert found["fd_open(fd) && (count <= 8)"] == ("compare", MORE)
    assert found["fd_open(fd) && (count < 7)"] == ("bound", LESS)
    assert found["!(fd_open(fd) && (count < 8))"] == ("negate", OTHER)


def test_below_a_negation_the_way_turns() -> None:
    found = changed("!(fd_open(fd) && count < 8)")
    assert found["!fd_open(fd)"] == ("drop-conjunct", LESS)
    assert found["!(fd_open(fd) && (count < 7))"] == ("bound", MORE)


def test_a_word_is_exchanged_for_one_that_the_spec_uses() -> None:
    found = changed("fd_kind(fd) == pipe")
    assert found["fd_kind(fd) == dir"] == ("kind", OTHER)
    assert changed("fd_kind(fd) in {pipe, dir}")["fd_kind(fd) in {dir}"] == ("member", LESS)


def test_no_fault_asks_what_no_record_answers() -> None:
    assert not any("rlimit" in text for text in changed("fd_open(fd)"))


# Falsified specs.


def test_there_are_many_faults_of_many_kinds(mutants: dict[str, tuple[Mutant, ...]]) -> None:
    every = [one for found in mutants.values() for one in found]
    assert len(every) >= 2000
    assert len({one.id for one in every}) == len(every)
    assert len({one.operator for one in every}) >= 20
    assert min(len(found) for found in mutants.values()) >= 60


def test_each_fault_changes_what_is_claimed_and_can_be_judged(
    specs: dict[str, Spec], mutants: dict[str, tuple[Mutant, ...]]
) -> None:
    for name, found in mutants.items():
        true = Counter((one.id, one.hash) for one in claims(specs[name]))
        for mutant in sample(found, 12):
            assert Counter((one.id, one.hash) for one in claims(mutant.spec)) != true, mutant.id
            assert build_rules(mutant.spec).unusable == (), mutant.id


def test_judging_a_part_finds_what_judging_all_finds(
    few: tuple[Spec, ...], records: list[Record]
) -> None:
    for spec in few:
        tried = Bench(spec, records)
        for mutant in sample([one for one in falsified(spec) if not one.compares], 25):
            part = tried.first_fall(mutant.spec, Part(mutant.errnos, mutant.successes))
            whole = tried.first_fall(mutant.spec, Part(None, True))
            assert (part is None) == (whole is None), mutant.id


# Both ways.


@pytest.mark.requires("gcc", "system-headers")
def test_true_records_notice_falsified_claims(teeth: Teeth) -> None:
    assert len(teeth.tried) >= 60
    assert teeth.claim_rate >= 0.8, report(teeth, verbose=True)
    assert teeth.explained_rate >= 0.95, report(teeth, verbose=True)


@pytest.mark.requires("gcc", "system-headers")
def test_true_claims_reject_falsified_records(teeth: Teeth) -> None:
    assert len(teeth.records) >= 400
    assert teeth.record_rate >= 0.95, report(teeth, verbose=True)


@pytest.mark.requires("gcc", "system-headers")
def test_weakened_specs_reject_fewer(teeth: Teeth) -> None:
    lost = Counter(one.operator for one in teeth.weakenings if one.lost)
    assert set(lost) >= {"always", "no-must", "no-ensures", "any-result"}, lost


@pytest.mark.requires("gcc", "system-headers")
def test_the_report_has_all_figures(teeth: Teeth) -> None:
    text = report(teeth, verbose=True)
    assert f"of {len(teeth.tried) - len(teeth.harmless)} noticed" in text
    assert f"of {len(teeth.records)} rejected" in text
    for one in teeth.survivors:
        assert one.id in text


# The test can fail.


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An oracle that finds every outcome right, and every record explained."""

    def agree(_record: Record, _judge: Judge) -> Grade:
        return Grade(SUCCESS, (SUCCESS,))

    with monkeypatch.context() as patch:
        patch.setattr(Judge, "judge", lambda *_call, **_how: CONFORMS)
        patch.setattr(bench, "grade", agree)
        yield


@pytest.mark.requires("gcc", "system-headers")
@pytest.mark.usefixtures("blind")
def test_an_oracle_that_always_agrees_has_no_teeth(
    few: tuple[Spec, ...], records: list[Record]
) -> None:
    found = bite(few, records, share=SHARE, most=2)
    assert len(found.claims) >= 100
    assert sum(bool(one.shown) for one in found.claims) < 0.1 * len(found.claims)
    assert found.record_rate < 0.1
    assert not any(one.lost for one in found.weakenings)


@pytest.mark.requires("gcc", "system-headers")
def test_records_that_know_nothing_have_no_teeth(
    few: tuple[Spec, ...], records: list[Record]
) -> None:
    empty = [replace(one, before={}, after={}, brings=(), twin="") for one in records]
    found = bite(few, empty, share=SHARE, most=2)
    assert sum(bool(one.shown) for one in found.claims) < 0.4 * len(found.claims)


# Data.


def test_every_reason_is_about_some_fault(mutants: dict[str, tuple[Mutant, ...]]) -> None:
    ids = [one.id for found in mutants.values() for one in found]
    stale = [
        pattern for pattern, _ in REASONS if not any(fnmatchcase(name, pattern) for name in ids)
    ]
    assert stale == []


def test_a_lie_differs_from_the_truth_in_one_thing(records: list[Record]) -> None:
    lies = falsified_records(records, most=3)
    assert len(lies) >= 200
    for lie in lies:
        true = records[lie.origin]
        differ = [
            name
            for name in ("ret", "after", "signals", "before", "args")
            if getattr(lie.record, name) != getattr(true, name)
        ]
        assert len(differ) == 1, lie.id
