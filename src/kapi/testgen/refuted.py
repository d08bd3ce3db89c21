# SPDX-License-Identifier: GPL-2.0-or-later
"""What to tell of a call that contradicts a claim: the case, what was allowed, what happened."""

from __future__ import annotations

from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.testgen.case import Case
from kapi.testgen.cases import make_cases
from kapi.testgen.evidence import Contradiction
from kapi.testgen.judges import Judges, numbers_of
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record


def explain(spec: Spec, one: Contradiction) -> str:
    """Some lines: the claims and where they stand, the call, what was allowed, what happened."""
    record = one.record
    places = {claim.id: claim for claim in claims(spec)}
    lines = [f"\nrefuted on {record.release}: {', '.join(one.claims)}"]
    for name in one.claims:
        claim = places.get(name)
        if claim is not None and claim.span is not None:
            lines.append(f"  stands in {claim.span}")
    args = ", ".join(f"{arg:#x}" for arg in record.args[: len(spec.parameters)])
    lines.append(f"  case       {record.case} [{record.fs}]")
    lines.append(f"  call       {spec.name.removeprefix('sys_')}({args}) = {_result(record)}")
    lines.append(f"  allowed    {allowed(spec, record)}")
    known = ", ".join(f"{text} = {value}" for text, value in sorted(record.before.items()))
    lines.append(f"  before     {known}")
    if record.signals:
        lines.append(f"  signals    {', '.join(record.signals)}")
    return "\n".join([*lines, ""])


def allowed(spec: Spec, record: Record) -> str:
    """What the spec lets come of a call in the state of a record, in words."""
    judge = Judges(spec).of(record)
    truths = judge.truths(record.args, record.before, record.after, record.ret or 0)
    must = [rule for rule in judge.rules.causes if rule.must and truths[rule.claim] is True]
    errnos = [
        name
        for rule in judge.rules.causes
        if truths[rule.claim] is not False
        for name in rule.errnos
    ]
    words = list(dict.fromkeys(errnos))
    if not must:
        words.insert(0, "success")
    if judge.rules.closed is None:
        words.append("what others may raise")
    return ", ".join(words)


def _result(record: Record) -> str:
    if record.ret is None:
        return record.end
    if record.ret >= 0:
        return str(record.ret)
    numbers = numbers_of(record)
    return f"-{numbers.table.name_of_errno(-record.ret, numbers.machine) or -record.ret}"


def case_of(spec: Spec, record: Record, seed: int) -> Case | None:
    """The case of a record; ``None`` if another seed made it."""
    found = (one for one in make_cases(spec, Numbers(), seed=seed) if one.id == record.case)
    return next(found, None)


def reproducer(spec: Spec, one: Contradiction, *, seed: int = 0) -> str | None:
    """A C program that shows it; ``None`` if its case cannot be made again."""
    case = case_of(spec, one.record, seed)
    if case is None:
        return None
    from kapi.testgen.ctest.reproduce import reproducer as write

    return write(case, allowed(spec, one.record), _result(one.record), spec)
