# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes few cases that show all claims.

In: cases, their records, a spec. Out: :class:`Chosen` cases with what must come of them, as few as
show every claim that any of them shows, in the order of the spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.testgen.case import Case
from kapi.testgen.ctest.expect import ANYONE, Expected, Expecting
from kapi.testgen.ctest.idioms import is_known
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record


class Chosen(NamedTuple):
    """A case and what must come of it."""

    case: Case
    expected: Expected


def expected_cases(
    cases: Iterable[Case], records: Iterable[Record], spec: Spec, numbers: Numbers
) -> list[Chosen]:
    """The cases for which a spec decides, in their order."""
    by_case: dict[str, list[Record]] = {}
    for record in records:
        by_case.setdefault(record.case, []).append(record)
    expecting = Expecting(spec, numbers)
    found = []
    for case in cases:
        if case.call == spec.name and is_fit(case):
            expected = expecting.expect(case, by_case.get(case.id, ()))
            if expected is not None:
                found.append(Chosen(case, expected))
    return found


def choose(found: Sequence[Chosen], spec: Spec) -> tuple[Chosen, ...]:
    """A small part of some cases that shows every claim which they show.

    For each claim that is still missing the best case is taken, then those go whose claims the
    others show as well.
    """
    order = {claim.id: number for number, claim in enumerate(claims(spec))}
    by_claim: dict[str, list[Chosen]] = {}
    for one in sorted(found, key=_doubt):  # a stable sort: generators begin with what is usual
        for claim in one.expected.claims:
            by_claim.setdefault(claim, []).append(one)
    kept: list[Chosen] = []
    for claim in sorted(by_claim, key=lambda one: order.get(one, len(order))):
        if not any(claim in one.expected.claims for one in kept):
            kept.append(by_claim[claim][0])
    return tuple(sorted(_pruned(kept), key=lambda one: order[one.expected.claims[0]]))


def _pruned(kept: Sequence[Chosen]) -> list[Chosen]:
    """Those without which a claim would be missing."""
    left = list(kept)
    for one in kept:
        others = {claim for other in left if other is not one for claim in other.expected.claims}
        if others.issuperset(one.expected.claims):
            left = [other for other in left if other is not one]
    return left


def is_fit(case: Case) -> bool:
    """Whether a case can be a test of its own: on any machine, in no time, without chance."""
    ops = (*case.setup, *case.arming)
    return not (
        case.is_guest
        or case.arming
        or case.brings
        or any(op.verb in ("tampered", "fault", "echo", "stripe") for op in ops)
        or not all(map(is_known, ops))
        or any(op.verb == "thread" and op.args[0] for op in ops)
        or any(argument in (1, 2) for argument in case.args[:2] if isinstance(argument, int))
    )


def _doubt(one: Chosen) -> tuple[bool, int, bool]:
    """Small for an errno that has one reason alone, and for whoever runs the test."""
    expected = one.expected
    reasons = len(expected.claims) if expected.errno else 0
    return (bool(expected.rivals), reasons, expected.caller != ANYONE)
