# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings in traces as text for people, as JSON and as SARIF; and the table of calls.

In: findings. Out: text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kapi.cli.sarif import sarif_log, uri
from kapi.render.clean import clean_lines
from kapi.trace.check import Tally
from kapi.trace.findings import KINDS, SEVERITIES, Finding
from kapi.trace.stacks import located, source_place


def text_report(found: Iterable[Finding]) -> str:
    """Some lines for each finding."""
    return "".join(f"{clean_lines(line)}\n" for one in found for line in _lines(one))


def _lines(one: Finding) -> Iterable[str]:
    where = f"{one.log}:{one.place}: " if one.log else ""
    who = f"{one.program or '?'}[{one.pid}]"
    yield f"kapi: {where}{who}: {one.severity}: {one.call}: {one.message} [{one.kind}]"
    for note in one.notes:
        yield f"  {note}"
    if one.claim:
        yield f"  {one.claim}: {one.says}" if one.says else f"  {one.claim}"
    if one.count > 1:
        yield f"  seen {one.count} times"
    for frame in located(one.stack):
        yield f"  at {frame}"
    yield f"  hint: {one.hint}"


def json_report(found: Iterable[Finding]) -> str:
    """One document."""
    rows = [
        {
            "kind": one.kind,
            "severity": one.severity,
            "claim": one.claim,
            "claim_hash": one.claim_hash,
            "says": one.says,
            "program": one.program,
            "pid": one.pid,
            "call": one.call,
            "message": one.message,
            "notes": list(one.notes),
            "hint": one.hint,
            "count": one.count,
            "log": one.log,
            "line": one.place,
            "stack": list(located(one.stack)),
        }
        for one in found
    ]
    document = {"schema": "kapi-check", "schema_version": 1, "findings": rows}
    return json.dumps(document, indent=2) + "\n"


def sarif_report(found: Sequence[Finding]) -> str:
    """A log of SARIF 2.1.0; each kind of finding that occurs is a rule."""
    kinds = sorted({one.kind for one in found})
    rules = [
        {
            "id": kind,
            "shortDescription": {"text": KINDS[kind].doc},
            "help": {"text": KINDS[kind].hint},
            "defaultConfiguration": {"level": KINDS[kind].severity},
        }
        for kind in kinds
    ]
    return sarif_log(rules, [_result(one, kinds.index(one.kind)) for one in found])


def _result(one: Finding, rule: int) -> dict[str, Any]:
    text = f"{one.call}: {one.message}"
    row: dict[str, Any] = {
        "ruleId": one.kind,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": text},
        "occurrenceCount": one.count,
        "locations": [{"logicalLocations": [{"name": one.program or "?", "kind": "function"}]}],
    }
    place = source_place(one.stack)
    if place is not None:
        row["locations"][0]["physicalLocation"] = {
            "artifactLocation": {"uri": uri(place[0])},
            "region": {"startLine": place[1]},
        }
    if one.claim:
        row["properties"] = {"claim": one.claim, "claimHash": one.claim_hash}
    return row


#: Columns of the table of calls.
_HEAD: Final = ("calls", "errors", "call", "errnos")


def summary(tallies: Mapping[str, Tally]) -> str:
    """A table of the calls that were seen, the most frequent first."""
    rows = [_HEAD]
    for name, tally in sorted(tallies.items(), key=lambda item: (-item[1].calls, item[0])):
        errors = sum(tally.errors.values())
        by_count = sorted(tally.errors.items(), key=lambda item: (-item[1], item[0]))
        listed = ", ".join(
            f"{errno} {count}{' (not in the specification)' * (errno in tally.undocumented)}"
            for errno, count in by_count
        )
        rows.append((str(tally.calls), str(errors or ""), name, listed))
    widths = [max(len(row[index]) for row in rows) for index in range(3)]
    lines = (
        f"{row[0]:>{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:{widths[2]}}  {row[3]}".rstrip()
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)


def at_least(found: Iterable[Finding], severity: str) -> list[Finding]:
    """The findings that are so bad or worse."""
    most = SEVERITIES.index(severity)
    return [one for one in found if SEVERITIES.index(one.severity) <= most]
