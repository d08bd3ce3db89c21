# SPDX-License-Identifier: GPL-2.0-or-later
"""What records show about the claims of a spec: observed, refuted, or unverified and why.

In: a spec, records of its calls on one kernel. Out: a :class:`Report`. A claim is

* *refuted* if a call contradicts it;
* *observed* if a call exercised it and it held. A cause of an error counts only if its errno came
  while nothing else could be the reason: it is certain and no other certain cause has that errno,
  or all other causes of that errno are definitely false. A cause is certain if the call must fail
  while its condition holds, and it holds; or if the set-up brought it about;
* else *unverified*. The reason says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kapi.evidence import OBSERVED, REFUTED, UNVERIFIED, Evidence, Status
from kapi.model.claims import Claim, claims
from kapi.model.spec import Capability, Param, Require, Signal, Spec
from kapi.oracle.judge import Judge, Verdict
from kapi.oracle.rules import CauseRule, breach_text
from kapi.testgen.judges import Judges, judge_record
from kapi.testgen.moment import Params, truth, typed
from kapi.testgen.reasons import reason_of
from kapi.testgen.record import Record

#: Cases that are named for each claim.
_CASES: Final = 3

#: The name of the claim that no capability is asked for.
_NO_CAPABILITY: Final = "none"

#: What is ignored or masked has no errno.
_HARMLESS: Final = frozenset(("ignored", "masked"))


class Finding(NamedTuple):
    """What was found about one claim.

    :param status: :data:`OBSERVED`, :data:`REFUTED` or :data:`UNVERIFIED`.
    :param reason: why it is unverified, or what contradicts it; else empty.
    :param cases: ids of some cases that showed it, with the file systems they ran on.
    :param calls: how many showed it.
    """

    claim: Claim
    status: str
    reason: str
    cases: tuple[tuple[str, str], ...]
    calls: int


class Contradiction(NamedTuple):
    """A call that contradicts claims.

    :param claims: ids; see :class:`kapi.oracle.judge.Violation` for the rules.
    """

    record: Record
    claims: tuple[str, ...]
    rules: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What the records of one kernel show about one spec.

    :ivar findings: one for each claim, in the order of the spec.
    :ivar undocumented: calls whose errno the spec does not list although its list is open.
    :ivar unexplained: calls whose errno is listed, but not for this state; others may have given
        it where the list is open, yet here none did.
    :ivar sides: for each cause with which the call must fail: how many calls failed while it held,
        and how many succeeded while it did not.
    :ivar calls: how many were judged.
    :ivar undone: cases without a result: how they ended and why, with how often.
    :ivar release, machine: of the kernel; empty without records.
    """

    spec: Spec
    findings: tuple[Finding, ...]
    contradictions: tuple[Contradiction, ...]
    undocumented: tuple[Record, ...]
    unexplained: tuple[Record, ...]
    sides: Mapping[str, tuple[int, int]]
    calls: int
    undone: Mapping[str, int]
    release: str = ""
    machine: str = ""

    def of_kind(self, *kinds: str) -> list[Finding]:
        """The findings about claims of some kinds, such as ``error``."""
        return [one for one in self.findings if one.claim.kind in kinds]

    def count(self, status: str) -> int:
        """How many claims have a status."""
        return sum(one.status == status for one in self.findings)


def examine(spec: Spec, records: Iterable[Record]) -> Report:
    """What records show about a spec.

    :param spec: its includes resolved.
    :param records: of one kernel; those of other calls are left out.
    """
    return _Examiner(spec, [one for one in records if one.call == spec.name]).report()


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


@dataclass(slots=True)
class _Tally:
    """What speaks for a claim and what against it."""

    shown: list[Record] = field(default_factory=list)
    against: list[Record] = field(default_factory=list)
    tried: int = 0


class _Examiner:
    """Goes through the records of one spec."""

    def __init__(self, spec: Spec, records: list[Record]) -> None:
        self._spec = spec
        # Simple cases first, so that they are the ones that are named.
        self._records = sorted(records, key=lambda record: (len(record.case), record.key))
        self._by_case = {record.case: record for record in records}
        self._claims = claims(spec)
        self._tallies: dict[str, _Tally] = {claim.id: _Tally() for claim in self._claims}
        self._params: Params = tuple((one.name, one.type or "long") for one in spec.parameters)
        self._judges = Judges(spec)
        self._contradictions: list[Contradiction] = []
        self._undocumented: list[Record] = []
        self._unexplained: list[Record] = []
        self._sides: dict[str, list[int]] = {}
        self._undone: dict[str, int] = {}
        self._calls = 0

    def report(self) -> Report:
        for record in self._records:
            if record.end == "done" and record.ret is not None:
                self._calls += 1
                self._call(record, record.ret)
            else:
                why = f"{record.end}: {record.why}"
                self._undone[why] = self._undone.get(why, 0) + 1
        return Report(
            self._spec,
            tuple(self._finding(claim) for claim in self._claims),
            tuple(self._contradictions),
            tuple(self._undocumented),
            tuple(self._unexplained),
            {name: (both[0], both[1]) for name, both in self._sides.items()},
            self._calls,
            self._undone,
            next((record.release for record in self._records), ""),
            next((record.machine for record in self._records), ""),
        )

    def _finding(self, claim: Claim) -> Finding:
        tally = self._tallies[claim.id]
        named = tuple((record.case, record.fs) for record in tally.shown[:_CASES])
        if tally.against:
            against = tuple((record.case, record.fs) for record in tally.against[:_CASES])
            return Finding(claim, REFUTED, "calls contradict it", against, len(tally.against))
        if tally.shown:
            return Finding(claim, OBSERVED, "", named, len(tally.shown))
        reason = reason_of(claim) or self._why(tally)
        return Finding(claim, UNVERIFIED, reason, (), 0)

    def _why(self, tally: _Tally) -> str:
        if tally.tried:
            return "met, but another cause may have been the reason each time"
        return "no case met it"

    # One call.

    def _call(self, record: Record, ret: int) -> None:
        judge = self._judges.of(record)
        verdict = judge_record(record, judge)
        self._verdict(record, verdict)
        if record.tampered:
            return
        failed = 0 > ret >= -4095
        truths = judge.truths(record.args, record.before, record.after, ret)
        for rule in judge.rules.causes:
            if rule.must and rule.when is not None:
                both = self._sides.setdefault(rule.claim, [0, 0])
                both[0] += failed and truths[rule.claim] is True
                both[1] += not failed and truths[rule.claim] is False
        if failed:
            self._failure(record, -ret, judge, truths)
        else:
            self._success(record, judge)
        for claim in self._claims:
            self._other(claim, record)

    def _verdict(self, record: Record, verdict: Verdict) -> None:
        if verdict.undocumented:
            self._undocumented.append(record)
        if verdict.violations:
            ids = tuple(dict.fromkeys(one.claim for one in verdict.violations))
            rules = tuple(one.rule for one in verdict.violations)
            self._contradictions.append(Contradiction(record, ids, rules))
            for name in ids:
                if name in self._tallies:
                    self._tallies[name].against.append(record)

    def _failure(
        self, record: Record, errno: int, judge: Judge, truths: dict[str, bool | None]
    ) -> None:
        listed = set(judge.claims_of(errno))
        rules = [rule for rule in judge.rules.causes if rule.claim in listed]
        if rules and not any(truths[one.claim] is not False for one in rules):
            self._unexplained.append(record)
        for group in _groups(rules):
            self._causes(record, group, truths)
        for ensure in judge.rules.ensures:
            number = judge.errno(ensure.errno) if ensure.errno else None
            if number == errno and truth(ensure.then, record, self._params, after=True) is True:
                self._show(ensure.claim, record)
        if listed and truth(judge.rules.closed, record, self._params) is True:
            self._show(judge.rules.closed_claim, record)

    def _causes(
        self, record: Record, rules: list[CauseRule], truths: dict[str, bool | None]
    ) -> None:
        """Which of the causes of an errno that came is surely the reason."""
        open_ones = [rule for rule in rules if truths[rule.claim] is not False]
        sure = [rule for rule in open_ones if _is_sure(rule, truths, record)]
        for rule in open_ones:
            self._tallies[rule.claim].tried += 1
        if len(sure) == 1:
            self._show(sure[0].claim, record)
        elif not sure and len(open_ones) == 1:
            self._show(open_ones[0].claim, record)

    def _success(self, record: Record, judge: Judge) -> None:
        rules = judge.rules
        if truth(rules.success, record, self._params, after=True) is True:
            self._show(rules.success_claim, record)
        for ensure in rules.ensures:
            if ensure.errno:
                continue
            if truth(ensure.then, record, self._params, after=True) is True:
                self._show(ensure.claim, record)

    def _show(self, claim: str, record: Record) -> None:
        if claim in self._tallies:
            self._tallies[claim].shown.append(record)

    def _contradict(self, claim: Claim, record: Record) -> None:
        self._tallies[claim.id].against.append(record)
        self._contradictions.append(Contradiction(record, (claim.id,)))

    # Claims that are neither causes nor about the result.

    def _other(self, claim: Claim, record: Record) -> None:
        node = claim.node
        if isinstance(node, Signal):
            self._signal(claim, node, record)
        elif isinstance(node, Capability) and node.name == _NO_CAPABILITY:
            if record.case.endswith("@nobody") and (record.ret or 0) >= 0:
                self._show(claim.id, record)
        elif not record.twin:
            if claim.kind == "param.null-ok" and isinstance(node, Param):
                self._null(claim, node, record)
        elif isinstance(node, Capability):
            self._capability(claim, node, record)
        elif claim.kind in ("param.constraint", "param.require"):
            self._ignored(claim, record)

    def _signal(self, claim: Claim, signal: Signal, record: Record) -> None:
        """A signal that is sent came while its condition held; one that interrupts did so."""
        if "receive" in signal.direction:
            number = -(record.ret or 0)
            name = signal.error_on_signal
            judge = self._judges.of(record)
            if name and record.signals and judge.errno(name) == number:
                self._show(claim.id, record)
            return
        if signal.signal_name not in record.signals:
            return
        found = truth(typed(signal.when, self._params), record, self._params)
        if found is False:
            self._contradict(claim, record)
        elif found is True or signal.when is None:
            self._show(claim.id, record)

    def _null(self, claim: Claim, param: Param, record: Record) -> None:
        """A null pointer that is legal, and the call succeeds."""
        legal = typed(f"{param.name} == 0 && ({param.null_ok})", self._params)
        if truth(legal, record, self._params) is True and (record.ret or 0) >= 0:
            self._show(claim.id, record)

    def _capability(self, claim: Claim, capability: Capability, record: Record) -> None:
        """A call of somebody with no capability but this, and the same with none at all."""
        without = self._by_case.get(record.twin)
        if without is None or not record.case.endswith(f"@nobody+{capability.name}~"):
            return
        if without.end != "done" or record.ret == without.ret:
            return
        found = truth(typed(capability.when, self._params), without, self._params)
        if found is False:
            self._contradict(claim, record)
        else:
            self._show(claim.id, record)

    def _ignored(self, claim: Claim, record: Record) -> None:
        """A call with something that is ignored, and the same without it."""
        node = claim.node
        if isinstance(node, Param):
            outcome, text = node.on_violation or (), breach_text(node)
        elif isinstance(node, Require):
            outcome, text = node.outcome, f"!({node.expr})"
        else:
            return
        other = self._by_case.get(record.twin)
        if not _HARMLESS & set(outcome) or other is None or other.end != "done":
            return
        broken = typed(text, self._params)
        if truth(broken, record, self._params) is not True:
            return
        if truth(broken, other, self._params) is not False:
            return
        if _agree(record, other):
            self._show(claim.id, record)
        else:
            self._contradict(claim, record)


def _groups(rules: list[CauseRule]) -> Iterator[list[CauseRule]]:
    """Causes that rival each other: a block of errors, a constraint and a signal say the same."""
    by_kind: dict[str, list[CauseRule]] = {}
    for rule in rules:
        by_kind.setdefault(rule.claim.split(".")[1], []).append(rule)
    yield from by_kind.values()


def _is_sure(rule: CauseRule, truths: Mapping[str, bool | None], record: Record) -> bool:
    if rule.claim.partition(".")[2] in record.brings:
        return True
    return rule.must and truths[rule.claim] is True


def _agree(one: Record, other: Record) -> bool:
    """Whether two calls had the same outcome, as far as it was seen."""
    if one.ret != other.ret or dict(one.signals) != dict(other.signals):
        return False
    return all(other.after.get(text, value) == value for text, value in one.after.items())
