# SPDX-License-Identifier: GPL-2.0-or-later
"""Evidence at rest: what was seen of each claim on one kernel, as JSON beside the catalogue.

In: files, or what a run showed. Out: an :class:`Evidence`, or a file. ``kapi verify`` makes it; a
claim whose hash is no longer that of the evidence counts as unverified. docs/evidence.md describes
the format.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from kapi.errors import SourceError
from kapi.model.claims import Claim

FORMAT: Final = 1

OBSERVED: Final = "observed"
REFUTED: Final = "refuted"
UNVERIFIED: Final = "unverified"

HOST: Final = "host"
BUILT: Final = "built"
STOCK: Final = "stock"
KINDS: Final = (HOST, BUILT, STOCK)
"""Kinds of kernels: of this machine, built by kapi, of the distribution."""

# No pathlib and no dataclasses: importing them takes a tenth of the time of `kapi show` each.
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


class Status(NamedTuple):
    """What one kernel showed of a claim.

    :param status: :data:`OBSERVED`, :data:`REFUTED` or :data:`UNVERIFIED`.
    :param reason: why it is unverified, or what contradicts it.
    :param cases: id of a case and the file system that it ran on.
    """

    hash: str
    status: str
    reason: str = ""
    cases: tuple[tuple[str, str], ...] = ()


class Evidence(NamedTuple):
    """What one kernel showed.

    :param release: of the kernel, as ``uname -r`` says it.
    :param machine: architecture.
    :param kind: one of :data:`KINDS`.
    :param seed: of the cases.
    :param claims: by id.
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


def folder() -> str:
    """Where the evidence is: inside the package, or beside the catalogue in a checkout."""
    installed = os.path.join(_PACKAGE, "evidence_files")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "evidence")


def read_all(specs: Iterable[str] | None = None) -> tuple[Evidence, ...]:
    """All evidence that comes with kapi, by release.

    :param specs: names of specs whose claims are wanted; all without them.
    """
    top = folder()
    names = sorted(os.listdir(top)) if os.path.isdir(top) else []
    paths = [os.path.join(top, one) for one in names if one.endswith(".json")]
    return tuple(read_evidence(path, specs) for path in paths)


def marks(claims: Iterable[Claim], evidence: Iterable[Evidence]) -> dict[str, str]:
    """What to say of each claim, by id: the status, and the kernels or the reason."""
    evidence = tuple(evidence)
    return {claim.id: _mark(claim, evidence) for claim in claims} if evidence else {}


def _mark(claim: Claim, evidence: tuple[Evidence, ...]) -> str:
    found = [(one, one.of(claim)) for one in evidence]
    for wanted in (REFUTED, OBSERVED):
        kernels = [one.release for one, status in found if status.status == wanted]
        if kernels:
            return f"{wanted} on {', '.join(dict.fromkeys(kernels))}"
    return f"{UNVERIFIED}: {found[0][1].reason}"


def write_evidence(evidence: Evidence, path: str) -> None:
    """Write a file; claims that it has and the evidence lacks stay, if the kernel is the same.

    :raises SourceError: if it cannot be written, or is of another kernel.
    """
    claims = dict(evidence.claims)
    if os.path.exists(path):
        old = read_evidence(path)
        if (old.release, old.machine) != (evidence.release, evidence.machine):
            raise SourceError(path, f"is about {old.release} on {old.machine}")
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
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(_text(document))
    except OSError as error:
        raise SourceError(path, str(error.strerror).lower()) from None


def read_evidence(path: str, specs: Iterable[str] | None = None) -> Evidence:
    """The evidence of a file.

    :param specs: names of specs whose claims are wanted; all without them.
    :raises SourceError: if it is none, or of a format that is not known.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        found = json.loads(text if specs is None else _part(text, specs))
        if found["format"] != FORMAT:
            raise SourceError(path, f"evidence of format {FORMAT} expected")
        return Evidence(
            found["release"],
            found["machine"],
            found["kind"],
            found["seed"],
            {name: _status(row) for name, row in found["claims"].items()},
        )
    except OSError as error:
        raise SourceError(path, str(error.strerror).lower()) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(path, f"is no evidence: {error}") from None


def _part(text: str, specs: Iterable[str]) -> str:
    """The text with the claims of some specs alone; to parse those of all takes most of the time.

    :param text: as :func:`write_evidence` writes it, with a line for each claim.
    """
    starts = tuple(f'    "{name}.' for name in specs)
    kept = [
        line.rstrip(",") if line.startswith("    ") else line
        for line in text.splitlines()
        if not line.startswith("    ") or line.startswith(starts)
    ]
    rows = [line for line in kept if line.startswith("    ")]
    others = [line for line in kept if not line.startswith("    ")]
    return "\n".join([*others[:-2], ",\n".join(rows), *others[-2:]])


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
