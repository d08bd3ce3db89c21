# SPDX-License-Identifier: GPL-2.0-or-later
"""A table of claims by kernel and file system."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kapi.evidence import OBSERVED, REFUTED, UNVERIFIED
from kapi.model.spec import Spec
from kapi.testgen.evidence import examine
from kapi.testgen.record import Record

_MARKS: Final = {OBSERVED: "+", REFUTED: "!", UNVERIFIED: "."}


def matrix(specs: Iterable[Spec], records: Iterable[Record]) -> str:
    """One line for each claim, one column for each kernel and file system.

    ``+`` is observed, ``!`` refuted, ``.`` unverified. Twins may lie on one file system each; a
    case is where its folder is.
    """
    records = list(records)
    places = sorted({(one.release, one.machine, one.fs) for one in records})
    lines = [
        f"{number + 1}: {release} {machine} {fs}"
        for number, (release, machine, fs) in enumerate(places)
    ]
    lines.append("")
    lines.append(" ".join(f"{number + 1:>2}" for number in range(len(places))) + "  claim")
    for spec in specs:
        reports = [
            examine(spec, [one for one in records if (one.release, one.machine, one.fs) == place])
            for place in places
        ]
        for row in zip(*(report.findings for report in reports), strict=True):
            marks = " ".join(f"{_MARKS[one.status]:>2}" for one in row)
            lines.append(f"{marks}  {row[0].claim.id}")
    return "\n".join([*lines, ""])
