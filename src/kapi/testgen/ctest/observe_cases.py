# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases on this machine as far as it takes to see what tests are to show.

In: cases of one spec. Out: records. Cases are many and tests few, so they run in parts, which are
spread over all of them, until a part shows nothing new.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from kapi.model.spec import Spec
from kapi.oracle.kernel import running_kernel
from kapi.testgen.case import ROOT, Case
from kapi.testgen.ctest.choose import expected_cases, is_fit
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import OnHost
from kapi.testgen.record import Record
from kapi.testgen.run import Batch, run_cases
from kapi.testgen.setup.process import NOBODY

#: About as many cases a part has.
_PART: Final = 1000


def observe_cases(
    cases: Sequence[Case],
    spec: Spec,
    numbers: Numbers,
    tell: Callable[[str], None] = lambda _text: None,
) -> list[Record]:
    """Records of as many cases as show something; as root of both, root and an ordinary user.

    :param tell: is told how far it is.
    """
    fit = [case for case in cases if is_fit(case)]
    records: list[Record] = []
    shown: set[str] = set()
    done = 0
    for part in _parts(fit):
        tell(f"{spec.name}: {done} of {len(fit)} cases, {len(shown)} claims shown")
        records += _run(part, spec, numbers)
        found = expected_cases(part, records, spec, numbers)
        new = {claim for one in found for claim in one.expected.claims} - shown
        shown |= new
        done += len(part)
        if not new:
            break
    return records


def _parts(cases: Sequence[Case]) -> Iterator[tuple[Case, ...]]:
    step = max(1, len(cases) // _PART)
    for start in range(step):
        yield tuple(cases[start::step])


def _run(cases: tuple[Case, ...], spec: Spec, numbers: Numbers) -> list[Record]:
    specs, kernel = {spec.name: spec}, running_kernel()
    if os.geteuid():
        free = tuple(case for case in cases if ROOT not in case.tags)
        return run_cases(Batch(free, specs, numbers), OnHost(), kernel)
    # What root gets for nothing, others may have to be shown as well.
    records = run_cases(Batch(cases, specs, numbers), OnHost(), kernel)
    free = tuple(case for case in cases if ROOT not in case.tags)
    return records + run_cases(Batch(free, specs, numbers), OnHost(uid=NOBODY), kernel)
