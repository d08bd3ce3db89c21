# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence at rest: what was seen of each claim on one kernel, as JSON beside the catalogue.

In: reports, or a file. Out: a file, or an :class:`Evidence`. A claim whose hash is no longer that
of the evidence counts as unverified. docs/evidence.md describes the format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kapi.errors import SourceError
from kapi.model.claims import Claim
from kapi.testgen.evidence import UNVERIFIED, Report

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Status:
    """What one kernel showed of a claim.

    :ivar status: ``observed``, ``refuted`` or ``unverified``.
    :ivar reason: why it is unverified, or what contradicts it.
    :ivar cases: id of a case and the file system that it ran on.
    """

    hash: str
    status: str
    reason: str = ""
    cases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one kernel showed.

    :ivar release: of the kernel, as ``uname -r`` says it.
    :ivar machine: architecture.
    :ivar kind: ``host``, ``built`` or ``stock``.
    :ivar claims: by id.
    """

    release: str
    machine: str
    kind: str
    seed: int
    claims: Mapping[str, Status]

    def of(self, claim: Claim) -> Status:
        """What is known of a claim as it is now."""
        found = self.claims.get(claim.id)
        if found is None:
            return Status(claim.hash, UNVERIFIED, "never tried on this kernel")
        if found.hash != claim.hash:
            return Status(claim.hash, UNVERIFIED, "the claim has changed since it was tried")
        return found


def make_evidence(reports: Iterable[Report], *, kind: str, seed: int) -> Evidence:
    """The evidence of some reports, all of one kernel."""
    reports = list(reports)
    release = next((one.release for one in reports if one.release), "")
    machine = next((one.machine for one in reports if one.machine), "")
    found = {
        one.claim.id: Status(one.claim.hash, one.status, one.reason, one.cases)
        for report in reports
        for one in report.findings
    }
    return Evidence(release, machine, kind, seed, found)


def write_evidence(evidence: Evidence, path: Path) -> None:
    """Write a file; claims that it has and the evidence lacks stay, if the kernel is the same.

    :raises SourceError: if it cannot be written, or is of another kernel.
    """
    claims = dict(evidence.claims)
    if path.exists():
        old = read_evidence(path)
        if (old.release, old.machine) != (evidence.release, evidence.machine):
            raise SourceError(str(path), f"is about {old.release} on {old.machine}")
        claims = {**old.claims, **claims}
    document = {
        "format": FORMAT,
        "release": evidence.release,
        "machine": evidence.machine,
        "kind": evidence.kind,
        "seed": evidence.seed,
        "claims": {name: _row(claims[name]) for name in sorted(claims)},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(document), encoding="utf-8")
    except OSError as error:
        raise SourceError(str(path), str(error.strerror).lower()) from None


def read_evidence(path: Path) -> Evidence:
    """The evidence of a file.

    :raises SourceError: if it is none, or of a format that is not known.
    """
    try:
        found = json.loads(path.read_bytes())
        if found["format"] != FORMAT:
            raise SourceError(str(path), f"evidence of format {FORMAT} expected")
        return Evidence(
            found["release"],
            found["machine"],
            found["kind"],
            found["seed"],
            {name: _status(row) for name, row in found["claims"].items()},
        )
    except OSError as error:
        raise SourceError(str(path), str(error.strerror).lower()) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(str(path), f"is no evidence: {error}") from None


def _row(status: Status) -> dict[str, Any]:
    row: dict[str, Any] = {"hash": status.hash, "status": status.status}
    if status.reason:
        row["reason"] = status.reason
    if status.cases:
        row["cases"] = [list(case) for case in status.cases]
    return row


def _status(row: Mapping[str, Any]) -> Status:
    cases = tuple((str(case), str(fs)) for case, fs in row.get("cases", ()))
    return Status(row["hash"], row["status"], row.get("reason", ""), cases)


def _text(document: dict[str, Any]) -> str:
    """JSON with one claim on each line, so that changes are easy to see."""
    claims = document.pop("claims")
    head = "".join(
        f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in document.items()
    )
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in claims.items())
    return f'{{\n{head}  "claims": {{\n{rows}\n  }}\n}}\n'
