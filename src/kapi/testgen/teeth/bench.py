# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges records again, quickly, under specs that differ in one place.

In: a spec and the records of its calls. Out: how each record is explained under another spec. Only
the rules that a difference can concern are compiled, and only the records that it can concern are
judged; :func:`grade` itself is the oracle and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from kapi.evidence import REFUTED as REFUTED_CLAIM
from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.oracle.judge import MAX_ERRNO, Judge
from kapi.oracle.rules import CauseRule
from kapi.testgen.evidence import examine
from kapi.testgen.judges import Judges, judge_record, world_of
from kapi.testgen.record import Record

# How well a spec explains a record, the best first.
#: A success that is allowed.
SUCCESS: Final = 0
#: A cause of the errno is certain: it holds and the call must fail, or the set-up brought it about.
CERTAIN: Final = 1
#: A cause of the errno is not definitely false.
POSSIBLE: Final = 2
#: The errno is listed, each of its causes is definitely false; somebody else may have raised it.
UNEXPLAINED: Final = 3
#: The errno is not listed, although the list is open.
UNLISTED: Final = 4
#: The record contradicts the spec.
REFUTED: Final = 5

#: From here on a record is not as the spec says.
WRONG: Final = UNEXPLAINED

#: The sorts of claims that list errnos; each must explain the errnos that it lists.
_SORTS: Final = ("error", "param", "signal")


class Grade(NamedTuple):
    """How a record is explained: on the whole, and by each sort of claims that lists its errno."""

    whole: int
    parts: tuple[int, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Whether the spec does not allow or list it."""
        return self.whole >= WRONG

    def falls_to(self, other: Grade) -> int | None:
        """The worse grade that a record has under another spec; ``None`` if it is no worse."""
        if other.whole > self.whole:
            return other.whole
        worse = [two for one, two in zip(self.parts, other.parts, strict=True) if two > one]
        return max(worse) if worse else None


def grade(record: Record, judge: Judge) -> Grade:
    """How a record is explained by the rules of a judge."""
    assert record.ret is not None
    verdict = judge_record(record, judge)
    if verdict.violations:
        return Grade(REFUTED, (REFUTED,) * len(_SORTS))
    if verdict.undocumented:
        return Grade(UNLISTED, (UNLISTED,) * len(_SORTS))
    if not -MAX_ERRNO <= record.ret < 0 or record.tampered:
        return Grade(SUCCESS, (SUCCESS,) * len(_SORTS))
    listed = frozenset(judge.claims_of(-record.ret))
    truths = judge.truths(record.args, record.before, record.after, record.ret)
    parts: dict[str, int] = {}
    for rule in judge.rules.causes:
        if rule.claim in listed:
            sort = rule.claim.split(".")[1]
            parts[sort] = min(parts.get(sort, UNEXPLAINED), _explains(rule, truths, record))
    whole = min(parts.values(), default=UNEXPLAINED)
    return Grade(whole, tuple(parts.get(sort, UNEXPLAINED) for sort in _SORTS))


def _explains(rule: CauseRule, truths: dict[str, bool | None], record: Record) -> int:
    """How well one cause explains a failure with its errno."""
    truth = truths[rule.claim]
    if truth is False:
        return UNEXPLAINED
    if rule.claim.partition(".")[2] in record.brings or (rule.must and truth is True):
        return CERTAIN
    return POSSIBLE


class Part(NamedTuple):
    """Which records a difference between specs may concern.

    :param errnos: failures with these, by name; ``None`` is all.
    :param successes: whether successes are concerned.
    """

    errnos: frozenset[str] | None
    successes: bool


class Bench:
    """The records of one call on one kernel, and what its spec says of them.

    :ivar spec: includes resolved.
    :ivar records: those that have a result and that the spec explains.
    :ivar grades: how it explains each of them.
    :ivar left_out: how many it does not explain: they refute it as it is.
    """

    def __init__(self, spec: Spec, records: Iterable[Record]) -> None:
        self.spec = spec
        self._all = [one for one in records if one.call == spec.name]
        done = [one for one in self._all if one.end == "done" and one.ret is not None]
        self._own = Judges(spec)
        self._signals = frozenset(one.id for one in claims(spec) if one.kind == "signal")
        graded = [(one, grade(one, self._own.of(one))) for one in done]
        kept = [(one, found) for one, found in graded if not found.is_wrong]
        self.records = [one for one, _ in kept]
        self.grades = [found for _, found in kept]
        self.left_out = len(graded) - len(kept)
        self._by_result: dict[int, list[int]] = {}
        for index, record in enumerate(self.records):
            self._by_result.setdefault(self.failure(record), []).append(index)
        self._twins: dict[str, list[Record]] = {}

    def results(self, part: Part) -> frozenset[int]:
        """The errnos of a part; 0 stands for success."""
        if part.errnos is None:
            errnos = frozenset(range(1, MAX_ERRNO + 1))
        else:
            errnos = self._numbers(part.errnos)
        return errnos | {0} if part.successes else errnos

    def concerned(self, part: Part) -> Iterator[int]:
        """Indices of the records that a difference may concern."""
        results = self.results(part)
        for result, indices in self._by_result.items():
            if result in results:
                yield from indices

    @staticmethod
    def failure(record: Record) -> int:
        """The errno of a record; 0 if it did not fail."""
        assert record.ret is not None
        return -record.ret if -MAX_ERRNO <= record.ret < 0 else 0

    def _numbers(self, names: frozenset[str]) -> frozenset[int]:
        if not self.records:
            return frozenset()
        constants = world_of(self.records[0]).constants
        return frozenset(number for name in names if (number := constants(name)) is not None)

    def _widened(self, spec: Spec, part: Part) -> Part:
        """A part with all names that its errnos have in a spec."""
        if part.errnos is None:
            return part
        numbers = self._numbers(part.errnos)
        names = {one.name for one in spec.errors if self._numbers(frozenset((one.name,))) & numbers}
        return part._replace(errnos=part.errnos | names)

    def first_fall(self, spec: Spec, part: Part) -> tuple[int, int] | None:
        """The first record that another spec explains worse, and how; refutations come first.

        :return: index of the record and its grade there; ``None`` if there is none.
        """
        judges = Judges(cut(spec, self._widened(spec, part)))
        found: tuple[int, int] | None = None
        for index in self.concerned(part):
            record = self.records[index]
            fallen = self.grades[index].falls_to(grade(record, judges.of(record)))
            if fallen is None or (found is not None and found[1] >= fallen):
                continue
            found = index, fallen
            if fallen >= WRONG:
                break
        return found

    def contradicts(self, spec: Spec, claim: str) -> bool:
        """Whether comparing records, or counting signals, refutes a claim of another spec."""
        return _refutes(_alone(spec, claim), claim, self._compared(claim))

    def verdict(self, record: Record) -> tuple[int, frozenset[str]]:
        """The grade of any record under the spec, and which claims it breaks."""
        judge = self._own.of(record)
        broken = frozenset(one.claim for one in judge_record(record, judge).violations)
        if not broken and record.signals:
            names = {f"{self.spec.name}.signal.{name}" for name in record.signals}
            broken = frozenset(one for one in self._signals & names if self.breaks(record, one))
        return REFUTED if broken else grade(record, judge).whole, broken

    def breaks(self, record: Record, claim: str) -> bool:
        """Whether a signal that came is one that a claim says cannot."""
        return _refutes(_alone(self.spec, claim), claim, [record])

    def other(self, spec: Spec, part: Part) -> Callable[[Record], int]:
        """The grades of records of one part under another spec, which differs in that part."""
        judges = Judges(cut(spec, self._widened(spec, part)))
        return lambda record: grade(record, judges.of(record)).whole

    def _compared(self, claim: str) -> list[Record]:
        """Records from which a claim about signals, privileges or what is ignored is judged."""
        sort, name = claim.split(".")[1:3]
        if sort == "signal":
            return [one for one in self._all if name in one.signals]
        if sort not in self._twins:
            wanted = f"+{name}~" if sort == "capability" else "~"
            chosen = [one for one in self._all if one.twin and one.case.endswith(wanted)]
            twins = {one.twin for one in chosen}
            chosen += [one for one in self._all if one.case in twins]
            if sort == "capability":
                return chosen
            self._twins[sort] = chosen
        return self._twins[sort]


def cut(spec: Spec, part: Part) -> Spec:
    """A spec without the claims that have no say in a part of the records."""
    if part.errnos is None:
        return spec
    errors = tuple(one for one in spec.errors if one.name in part.errnos)
    signals = tuple(one for one in spec.signals if one.error_on_signal in part.errnos)
    returns = spec.returns if part.successes else None
    return replace(spec, errors=errors, signals=signals, returns=returns)


def _alone(spec: Spec, claim: str) -> Spec:
    """A spec without the claims that are neither this one nor needed to judge it."""
    made = {one.id: one.node for one in claims(spec)}
    node = made[claim]
    return replace(
        spec,
        errors=(),
        returns=None,
        locks=(),
        signals=tuple(one for one in spec.signals if one is node),
        side_effects=(),
        state_transitions=(),
        capabilities=tuple(one for one in spec.capabilities if one is node),
        constraints=(),
        error_set=None,
        context_flags=None,
    )


def _refutes(spec: Spec, claim: str, records: list[Record]) -> bool:
    report = examine(spec, records)
    return any(one.claim.id == claim and one.status == REFUTED_CLAIM for one in report.findings)
