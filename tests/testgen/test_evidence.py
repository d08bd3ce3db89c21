"""What records show: true claims are observed, planted false ones refuted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kapi.evidence import OBSERVED, REFUTED, UNVERIFIED
from kapi.model.spec import Cause, Errno, Spec
from kapi.testgen.campaign import Campaign
from kapi.testgen.evidence import Report, examine
from kapi.testgen.record import Record
from kapi.testgen.refuted import allowed, explain

pytestmark = [
    pytest.mark.requires("gcc", "system-headers"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

NAMES = ("sys_close", "sys_dup2", "sys_read")


@pytest.fixture(scope="module")
def records(program: object, specs: dict[str, Spec]) -> list[Record]:
    """All cases of three calls, on this machine."""
    return Campaign(specs=tuple(specs[name] for name in NAMES)).run()


@pytest.fixture(scope="module")
def reports(specs: dict[str, Spec], records: list[Record]) -> dict[str, Report]:
    """What they show."""
    return {name: examine(specs[name], records) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_refuted(name: str, reports: dict[str, Report]) -> None:
    report = reports[name]
    assert [explain(report.spec, one) for one in report.contradictions] == []
    assert [one.case for one in report.undocumented] == []
    assert report.count(REFUTED) == 0
    assert report.calls > 400


def test_every_claim_has_a_status_and_a_reason_where_it_was_not_seen(
    reports: dict[str, Report],
) -> None:
    for report in reports.values():
        for one in report.findings:
            assert bool(one.reason) == (one.status == UNVERIFIED), one.claim.id
            assert bool(one.cases) == (one.status == OBSERVED), one.claim.id


def test_causes_that_need_no_guest_are_seen(reports: dict[str, Report]) -> None:
    seen = {
        one.claim.id.removeprefix("sys_read.error.")
        for one in reports["sys_read"].of_kind("error")
        if one.status == OBSERVED
    }
    assert seen >= {
        *("EBADF.not-open", "EBADF.path-only", "EBADF.not-readable", "EFAULT.outside-user-space"),
        *("EINVAL.eventfd-size", "EINVAL.no-read", "EISDIR.directory", "EAGAIN.nonblocking"),
        *("EAGAIN.receive-timeout", "ECONNRESET.reset", "ENOTCONN.not-connected", "EINTR"),
    }


def test_calls_were_made_on_both_sides_of_each_must(reports: dict[str, Report]) -> None:
    one_sided = {
        claim
        for report in reports.values()
        for claim, both in report.sides.items()
        if not all(both)
    }
    # The file must have unsigned positions, as /dev/mem has in a guest.
    assert one_sided <= {"sys_read.error.EOVERFLOW.offset-top"}


# Planted faults.


def changed(spec: Spec, name: str, label: str, change: Callable[[Errno], Errno]) -> Spec:
    """A spec with a change of one error."""
    errors = tuple(
        change(one) if one.name == name and label in (cause.label for cause in one.causes) else one
        for one in spec.errors
    )
    assert errors != spec.errors
    return replace(spec, errors=errors)


def with_when(error: Errno, when: str) -> Errno:
    return replace(error, causes=(replace(error.causes[0], when=when),))


def test_a_wrong_errno_is_refuted(specs: dict[str, Spec], records: list[Record]) -> None:
    spec = specs["sys_close"]
    false = changed(spec, "EBADF", "not-open", lambda one: replace(one, name="ENOENT"))
    false = replace(
        false, parameters=tuple(replace(one, on_violation=None) for one in false.parameters)
    )
    report = examine(false, records)
    assert report.undocumented  # the list is open where nothing is open
    dup2 = specs["sys_dup2"]
    report = examine(
        changed(dup2, "EBADF", "not-open", lambda one: replace(one, name="ENOENT")), records
    )
    assert report.contradictions
    assert {claim for one in report.contradictions for claim in one.claims} >= {
        "sys_dup2.error.EBADF.newfd-limit"
    }


def test_a_wrong_condition_is_refuted(specs: dict[str, Spec], records: list[Record]) -> None:
    false = changed(
        specs["sys_read"],
        "EINVAL",
        "eventfd-size",
        lambda one: with_when(one, "fd_kind(fd) == eventfd && count < 4"),
    )
    right = examine(specs["sys_read"], records)
    wrong = examine(false, records)
    assert not right.contradictions
    # With 7 bytes the errno has no cause that is not definitely false ...
    found = [one for one in wrong.contradictions if "eventfd" in one.record.case]
    assert not found or all(3 in one.rules for one in found)
    # ... unless other causes of the open list may be: then the claim is not seen with them.
    strict = replace(false, error_set=replace(specs["sys_dup2"].error_set, when=None))  # type: ignore[type-var]
    assert any(
        "sys_read.error.EINVAL.eventfd-size" in one.claims
        for one in examine(strict, records).contradictions
    )


def test_a_wrong_must_is_refuted(specs: dict[str, Spec], records: list[Record]) -> None:
    false = changed(specs["sys_read"], "EAGAIN", "nonblocking", lambda one: replace(one, must=True))
    report = examine(false, records)
    refuted = [one.claim.id for one in report.findings if one.status == REFUTED]
    assert refuted == ["sys_read.error.EAGAIN.nonblocking"]
    first = report.contradictions[0]
    assert first.rules == (4,)
    text = explain(false, first)
    assert "EAGAIN" in allowed(false, first.record) and "success" not in allowed(
        false, first.record
    )
    assert first.record.case in text and "stands in" in text


def test_what_is_said_to_be_ignored_and_is_not(
    specs: dict[str, Spec], records: list[Record]
) -> None:
    """The twin of a read of too many bytes differs if the bound is a lower one."""
    spec = specs["sys_read"]
    bytes_of = next(one for one in spec.parameters if one.name == "count")
    assert bytes_of.constraint is not None
    seen = {one.claim.id: one.status for one in examine(spec, records).findings}
    assert seen["sys_read.param.count.constraint"] == OBSERVED


def test_a_signal_that_came_although_it_must_not(
    specs: dict[str, Spec], records: list[Record]
) -> None:
    """What refutes a claim that the oracle does not judge is told like the rest."""
    spec = specs["sys_write"]
    record = replace(
        next(one for one in records if one.call == "sys_read" and one.ret == 0),
        call="sys_write",
        signals={"SIGPIPE": 1},
    )
    assert record.before["fd_kind(fd)"] not in ("pipe", "fifo", "socket")
    report = examine(spec, [record])
    refuted = [one.claim.id for one in report.findings if one.status == REFUTED]
    assert refuted == ["sys_write.signal.SIGPIPE"]
    assert [one.claims for one in report.contradictions] == [("sys_write.signal.SIGPIPE",)]


def test_one_certain_cause_is_not_taken_for_another(
    specs: dict[str, Spec], records: list[Record]
) -> None:
    """Two causes that must fail at once are the reason of nothing."""
    spec = specs["sys_close"]
    error = next(one for one in spec.errors if one.name == "EBADF")
    other = replace(error, causes=(Cause(label="again", when="!fd_open(fd)"),))
    report = examine(replace(spec, errors=(*spec.errors, other)), records)
    found = {one.claim.id: one for one in report.findings}
    assert found["sys_close.error.EBADF.not-open"].status == UNVERIFIED
    assert "another cause" in found["sys_close.error.EBADF.not-open"].reason
