"""Evidence at rest: what is written is read again, stale claims count no longer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kapi import evidence
from kapi.catalogue import read_call
from kapi.errors import SourceError
from kapi.evidence import OBSERVED, REFUTED, UNVERIFIED, Evidence, Status
from kapi.model.claims import claims

CLAIMS = claims(read_call("close")[0])
FIRST = CLAIMS[0]


def seen(status: str = OBSERVED, release: str = "6.12.1", **more: Status) -> Evidence:
    found = {FIRST.id: Status(FIRST.hash, status, "", (("close/reg", "ext4"),)), **more}
    return Evidence(release, "x86_64", "built", 0, found)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = str(tmp_path / "6.12.1.json")
    evidence.write_evidence(seen(), path)
    assert evidence.read_evidence(path) == seen()


def test_the_claims_of_some_specs(tmp_path: Path) -> None:
    path = str(tmp_path / "6.12.1.json")
    rows = {f"sys_{name}.{end}": Status("0" * 16, OBSERVED) for name in "ab" for end in "xy"}
    whole = Evidence("6.12.1", "x86_64", "built", 0, rows)
    evidence.write_evidence(whole, path)
    for names in ([], ["sys_a"], ["sys_b"], ["sys_a", "sys_b"], ["sys_"]):
        wanted = {name: row for name, row in rows.items() if name.split(".")[0] in names}
        assert evidence.read_evidence(path, names) == whole._replace(claims=wanted)


def test_claims_of_others_stay(tmp_path: Path) -> None:
    path = str(tmp_path / "6.12.1.json")
    other = Status("0" * 16, UNVERIFIED, "no case met it")
    evidence.write_evidence(seen(other=other), path)
    evidence.write_evidence(seen(REFUTED), path)
    found = evidence.read_evidence(path)
    assert found.claims["other"] == other
    assert found.claims[FIRST.id].status == REFUTED


def test_evidence_of_another_kernel_is_not_mixed_in(tmp_path: Path) -> None:
    path = str(tmp_path / "6.12.1.json")
    evidence.write_evidence(seen(), path)
    with pytest.raises(SourceError, match=r"is about 6\.12\.1 on x86_64"):
        evidence.write_evidence(seen(release="6.13.0"), path)
    assert evidence.read_evidence(path) == seen()


def test_a_changed_claim_is_unverified() -> None:
    changed = FIRST._replace(hash="f" * 16)
    assert seen().of(FIRST).status == OBSERVED
    assert seen().of(changed).status == UNVERIFIED
    assert "changed" in seen().of(changed).reason
    assert seen().of(CLAIMS[1]).reason == "never tried on this kernel"


def test_what_is_said_of_a_claim_on_several_kernels() -> None:
    def mark(*known: Evidence) -> str:
        return evidence.marks([FIRST], known)[FIRST.id]

    assert mark(seen()) == "observed on 6.12.1"
    assert mark(seen(), seen(release="6.13.0")) == "observed on 6.12.1, 6.13.0"
    assert mark(seen(), seen(REFUTED, "6.13.0")) == "refuted on 6.13.0"
    none = seen()._replace(claims={FIRST.id: Status(FIRST.hash, UNVERIFIED, "needs a tape")})
    assert mark(none) == "unverified: needs a tape"
    assert evidence.marks([FIRST], ()) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no evidence"),
        ("[]", "is no evidence"),
        ('{"format": 2}', "evidence of format 1 expected"),
        ('{"format": 1}', "is no evidence: 'release'"),
        (json.dumps({**seen()._asdict(), "format": 1, "claims": {"a": 1}}), "is no evidence"),
    ],
)
def test_what_is_no_evidence(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=message):
        evidence.read_evidence(str(path))
    with pytest.raises(SourceError, match="no such file"):
        evidence.read_evidence(str(tmp_path / "gone.json"))
