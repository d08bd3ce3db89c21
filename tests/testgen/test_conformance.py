"""Real calls, chosen by hand: each has the result that is known, and conforms to its spec."""

from __future__ import annotations

import errno
import os
from collections import Counter
from dataclasses import replace

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import ROOT
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record
from kapi.testgen.run import judge_records, violations
from tests.testgen.chosen import WAITS, Expected, all_chosen
from tests.testgen.running import Run

pytestmark = pytest.mark.requires("gcc", "system-headers")

CHOSEN = all_chosen()
IDS = [one.case.id for one in CHOSEN]


def needs_root(number: int) -> bool:
    return ROOT in CHOSEN[number].case.tags and os.geteuid() != 0


@pytest.fixture(scope="module")
def records(run: Run) -> dict[str, Record]:
    """All cases, run once as who runs the tests."""
    cases = [one.case for number, one in enumerate(CHOSEN) if not needs_root(number)]
    return {record.case: record for record in run(*cases)}


def outcome(record: Record) -> Expected:
    """The result, the errno by name, or that it waited."""
    if record.end == "timeout":
        assert record.why == "in call, state S"
        return WAITS
    assert record.end == "done", record.why
    assert record.ret is not None
    return record.ret if record.ret >= 0 else errno.errorcode[-record.ret]


def test_there_are_many_cases_and_each_has_a_name_of_its_own() -> None:
    assert len(set(IDS)) == len(IDS)
    calls = Counter(one.case.call for one in CHOSEN)
    assert min(calls.values()) >= 40
    assert len(CHOSEN) >= 500


@pytest.mark.parametrize("number", range(len(CHOSEN)), ids=IDS)
def test_the_result_is_as_known(number: int, records: dict[str, Record]) -> None:
    if needs_root(number):
        pytest.skip("needs root")
    case, expected = CHOSEN[number]
    record = records[case.id]
    if record.end == "setup":
        pytest.skip(f"this machine cannot do it: {record.why}")
    if expected is not None:
        assert outcome(record) == expected


def test_all_calls_conform(records: dict[str, Record], specs: dict[str, Spec]) -> None:
    judged = judge_records(records.values(), specs)
    assert violations(judged) == []
    assert [one.record.case for one in judged if one.verdict.undocumented] == []
    waiting = sum(one.expected == WAITS for one in CHOSEN)
    skipped = sum(record.end == "setup" for record in records.values())
    assert len(judged) == len(records) - waiting - skipped


@pytest.mark.requires("root")
def test_calls_of_an_ordinary_user_conform(run: Run, specs: dict[str, Spec]) -> None:
    cases = [one.case for one in CHOSEN if ROOT not in one.case.tags]
    records = run(*cases, uid=65534)
    assert {record.uid for record in records if record.before} == {65534}
    judged = judge_records(records, specs)
    assert violations(judged) == []
    assert len(judged) > len(cases) * 9 // 10


#: What another run may give otherwise: random bytes, and what the kernel says of the process.
VARIES = {"read-random", "read-proc-status"}


def test_two_runs_give_the_same_records(run: Run, records: dict[str, Record]) -> None:
    cases = [
        one.case
        for number, one in enumerate(CHOSEN)
        if not needs_root(number) and one.expected != WAITS
    ]
    again = {record.case: record for record in run(*cases)}
    different = [name for name, record in again.items() if record != records[name]]
    assert set(different) <= VARIES


# The oracle can say no: a record that is made false is rejected.


def falsified(record: Record, ret: int) -> Record:
    return replace(record, ret=ret)


def test_wrong_errnos_are_rejected(
    records: dict[str, Record], specs: dict[str, Spec], numbers: Numbers
) -> None:
    """An errno that another state would give, in place of the result."""
    wrong = [
        falsified(record, -numbers.value(name))
        for record in records.values()
        if record.end == "done" and record.ret is not None
        for name in ("EBADF", "EMFILE", "EPIPE", "ELOOP", "EISDIR", "EEXIST", "ENAMETOOLONG")
        if record.ret != -numbers.value(name) and not record.tampered
    ]
    judged = judge_records(wrong, specs)
    refused = Counter(one.record.call for one in judged if not one.verdict.conforms)
    total = Counter(one.record.call for one in judged)
    assert refused["sys_dup2"] == total["sys_dup2"]
    assert refused["sys_close"] > total["sys_close"] // 2
    # The other lists are open to file systems and drivers, which come behind descriptors.
    bad = [one for one in judged if one.record.ret == -numbers.value("EBADF")]
    for call in ("sys_read", "sys_write", "sys_openat"):
        found = [one for one in bad if one.record.call == call]
        # A state can have two causes, of which the oracle does not say which one wins.
        good = [one.record.case for one in found if one.verdict.conforms]
        assert set(good) <= {"openat-start-closed-empty"} and len(found) > 30, call
    found = [one for one in bad if one.record.call == "sys_open"]
    assert all(one.verdict.undocumented for one in found) and len(found) > 30


def test_successes_that_cannot_be_are_rejected(
    records: dict[str, Record], specs: dict[str, Spec]
) -> None:
    failed = [
        falsified(record, 0)
        for record in records.values()
        if record.end == "done" and record.ret is not None and record.ret < 0
    ]
    judged = judge_records(failed, specs)
    refused = Counter(one.record.call for one in judged if not one.verdict.conforms)
    total = Counter(one.record.call for one in judged)
    for call, found in total.items():
        assert refused[call] > found // 2, (call, refused[call], found)


def test_results_that_are_none_are_rejected(
    records: dict[str, Record], specs: dict[str, Spec]
) -> None:
    good = [record for record in records.values() if record.end == "done" and record.ret == 0]
    judged = judge_records([falsified(record, 1 << 40) for record in good], specs)
    assert len(judged) > 100
    assert all(not one.verdict.conforms for one in judged)
