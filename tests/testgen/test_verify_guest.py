"""The claims of the catalogue on a kernel of its release, and the evidence that is kept of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kapi.catalogue import read_all
from kapi.evidence import (
    BUILT,
    OBSERVED,
    REFUTED,
    UNVERIFIED,
    Evidence,
    folder,
    read_evidence,
)
from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.testgen.campaign import Campaign
from kapi.testgen.evidence import Report, examine
from kapi.testgen.record import Record
from kapi.testgen.refuted import explain
from kapi.vm import build as vm_build
from tests.vm.conftest import KERNEL_CACHE, kernel_tree, small_kernel

__all__ = ["kernel_tree", "small_kernel"]

GOAL = ("sys_open", "sys_openat", "sys_close", "sys_read", "sys_write", "sys_madvise")

guest = [
    pytest.mark.guest,
    pytest.mark.kernel,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.requires("gcc", "system-headers", "qemu", "busybox", "mkfs", "kernel-build"),
]


# A short run, now.


@pytest.fixture(scope="module")
def records(
    small_kernel: vm_build.Kernel, kernel_tree: Path, specs: dict[str, Spec]
) -> list[Record]:
    """A sixth of the cases, and all that bring about rare causes."""
    assert small_kernel.image.exists()  # built, so that the run below takes it from the cache
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAPI_CACHE", str(KERNEL_CACHE.root))
        campaign = Campaign(specs=tuple(specs.values()), kind=BUILT, short=True, tree=kernel_tree)
        return campaign.run()


@pytest.fixture(scope="module")
def reports(specs: dict[str, Spec], records: list[Record]) -> list[Report]:
    return [examine(spec, records) for spec in specs.values()]


class TestShortRun:
    """What a part of the cases shows."""

    pytestmark = guest

    def test_nothing_is_refuted(self, reports: list[Report]) -> None:
        found = [explain(one.spec, each) for one in reports for each in one.contradictions]
        assert found == []

    def test_every_errno_is_listed(self, reports: list[Report]) -> None:
        assert [record.case for one in reports for record in one.undocumented] == []

    def test_most_causes_are_seen(self, reports: list[Report]) -> None:
        found = Counter(each.status for one in reports for each in one.of_kind("error"))
        assert found[OBSERVED] > 0.75 * sum(found.values()), found

    def test_cases_come_to_their_end(self, records: list[Record]) -> None:
        ends = Counter(record.end for record in records)
        assert ends["done"] > 0.93 * len(records), ends
        assert [record.case for record in records if record.end in ("lost", "malformed")] == []


# A whole run, kept.


@pytest.fixture(scope="module")
def kept() -> Evidence:
    """The evidence of the kernel that kapi builds from the catalogue's release."""
    found = [read_evidence(str(path)) for path in Path(folder()).glob("6.12*.json")]
    return next(one for one in found if one.kind == BUILT)


def test_all_claims_have_evidence_that_is_fresh(kept: Evidence) -> None:
    """If this fails, run: kapi verify --kernel built --evidence evidence/."""
    stale = [
        claim.id
        for spec in read_all().specs
        if spec.kind == "syscall"
        for claim in claims(spec)
        if claim.id not in kept.claims or kept.claims[claim.id].hash != claim.hash
    ]
    assert stale == []


def test_no_claim_is_refuted_on_the_kernel_of_the_catalogue(kept: Evidence) -> None:
    assert [name for name, one in kept.claims.items() if one.status == REFUTED] == []


def test_nine_of_ten_causes_were_seen(kept: Evidence, specs: dict[str, Spec]) -> None:
    causes = [
        kept.of(claim).status
        for name in GOAL
        for claim in claims(specs[name])
        if claim.kind == "error"
    ]
    assert causes.count(OBSERVED) >= 0.9 * len(causes), Counter(causes)


def test_what_was_not_seen_has_a_reason_of_its_own(kept: Evidence, specs: dict[str, Spec]) -> None:
    vague = ("no case met it", "met, but another cause may have been the reason each time")
    without = [
        claim.id
        for name in GOAL
        for claim in claims(specs[name])
        if claim.kind == "error"
        and kept.of(claim).status == UNVERIFIED
        and kept.of(claim).reason in vague
    ]
    assert without == []
