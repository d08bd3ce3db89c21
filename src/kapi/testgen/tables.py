# SPDX-License-Identifier: GPL-2.0-or-later
"""Reports as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from kapi.evidence import OBSERVED, REFUTED, UNVERIFIED
from kapi.testgen.evidence import Finding, Report

#: Calls of one sort that are named.
_MOST_ODD: Final = 5

_STATUSES: Final = (OBSERVED, REFUTED, UNVERIFIED)

#: Kinds of claims whose reason is the same for all of them; named only on request.
_QUIET: Final = frozenset(
    ("context", "lock", "param.type", "return.type", "side-effect", "state-trans", "constraint")
)


def table(reports: Iterable[Report], *, verbose: bool = False) -> str:
    """A line of figures for each report, then the claims that are not observed.

    :param verbose: all claims, and what became of cases without a result.
    """
    reports = list(reports)
    lines = [
        f"{'call':<12}{'calls':>7}{'claims':>8}"
        + "".join(f"{word:>12}" for word in _STATUSES)
        + f"{'causes seen':>14}{'must, both sides':>18}{'unlisted':>10}{'unexplained':>13}"
    ]
    lines += [_figures(report) for report in reports]
    causes = [one for report in reports for one in report.of_kind("error")]
    seen = sum(one.status == OBSERVED for one in causes)
    if causes:
        share = 100 * seen / len(causes)
        lines.append(f"{seen} of {len(causes)} causes of errors seen ({share:.0f} %)")
    for report in reports:
        lines += _details(report, verbose)
    return "\n".join([*lines, ""])


def _figures(report: Report) -> str:
    causes = report.of_kind("error")
    seen = sum(one.status == OBSERVED for one in causes)
    both = sum(all(sides) for sides in report.sides.values())
    return (
        f"{report.spec.name.removeprefix('sys_'):<12}{report.calls:>7}{len(report.findings):>8}"
        + "".join(f"{report.count(word):>12}" for word in _STATUSES)
        + f"{f'{seen}/{len(causes)}':>14}{f'{both}/{len(report.sides)}':>18}"
        + f"{len(report.undocumented):>10}{len(report.unexplained):>13}"
    )


def _details(report: Report, verbose: bool) -> Iterator[str]:
    named = [one for one in report.findings if verbose or _is_told(one)]
    odd = {"unlisted": report.undocumented, "unexplained": report.unexplained}
    if named or any(odd.values()):
        yield ""
        yield f"{report.spec.name} on {report.release or 'nothing'}"
    for one in named:
        shown = ", ".join(f"{case} [{fs}]" for case, fs in one.cases[:1])
        text = "; ".join(part for part in (one.reason, shown) if part)
        yield f"  {one.status:<10} {one.claim.id.partition('.')[2]}: {text}"
    for word, records in odd.items():
        for record in records if verbose else records[:_MOST_ODD]:
            yield f"  {word:<11} {record.case} [{record.fs}] = {record.ret}"
        if not verbose and len(records) > _MOST_ODD:
            yield f"  {word:<11} and {len(records) - _MOST_ODD} more calls, see --verbose"
    if verbose:
        for why, count in sorted(report.undone.items()):
            yield f"  no result  {why} ({count} cases)"


def _is_told(finding: Finding) -> bool:
    return finding.status == REFUTED or (
        finding.status == UNVERIFIED and finding.claim.kind not in _QUIET
    )
