# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of both ways, and what was not noticed.

In: specs, records of one or several kernels. Out: :class:`Teeth`, and its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from kapi.evidence import OBSERVED
from kapi.model.spec import Spec
from kapi.testgen.evidence import examine
from kapi.testgen.record import Record
from kapi.testgen.teeth.bench import (
    CERTAIN,
    POSSIBLE,
    REFUTED,
    SUCCESS,
    UNEXPLAINED,
    UNLISTED,
    WRONG,
    Bench,
    Part,
)
from kapi.testgen.teeth.claims import Mutant, falsified, sample
from kapi.testgen.teeth.records import MOST, falsified_records
from kapi.testgen.teeth.survivors import is_harmless, reason_of
from kapi.testgen.teeth.weak import weakened

#: How a fault shows, by the grade that a true record gets.
SHOWN: Final = {
    REFUTED: "refuted",
    UNLISTED: "unlisted",
    UNEXPLAINED: "no cause left",
    POSSIBLE: "no certain cause left",
    CERTAIN: "no certain cause left",
    SUCCESS: "",
}


class Bitten(NamedTuple):
    """A falsified claim.

    :param seen: whether the evidence calls the true claim observed.
    :param shown: how true records notice, a word of :data:`SHOWN`; empty if they do not.
    :param by: the case that does.
    """

    id: str
    call: str
    operator: str
    seen: bool
    shown: str
    by: str


class Rejected(NamedTuple):
    """A falsified record, and whether the true spec rejects it."""

    id: str
    call: str
    operator: str
    what: str
    rejected: bool


class Weakened(NamedTuple):
    """A weakened spec.

    :param lost: how many falsified records it accepts, or takes for unlisted only, of those that
        the spec rejects.
    :param rejected: how many those are.
    """

    id: str
    call: str
    operator: str
    lost: int
    rejected: int


#: Operators that make a whole claim false. The others change one detail of a condition, which often
#: makes a difference in few states only.
WHOLE: Final = frozenset(
    (
        *("errno", "drop-error", "drop-cause", "negate", "strengthen", "add-must"),
        *("success", "outcome", "question", "closed"),
    )
)


@dataclass(frozen=True, slots=True)
class Teeth:
    """What came of all faults.

    :ivar left_out: true records that their spec does not explain; they take no part.
    """

    claims: tuple[Bitten, ...]
    records: tuple[Rejected, ...]
    weakenings: tuple[Weakened, ...]
    calls: int
    left_out: int

    @property
    def tried(self) -> list[Bitten]:
        """The falsified claims that the evidence calls observed: those that records speak of."""
        return [one for one in self.claims if one.seen]

    @property
    def survivors(self) -> list[Bitten]:
        """Those of them that no record notices."""
        return [one for one in self.tried if not one.shown]

    @property
    def harmless(self) -> list[Bitten]:
        """The survivors that are known to make nothing false: they do not count."""
        return [one for one in self.survivors if is_harmless(one.id)]

    @property
    def claim_rate(self) -> float:
        """The share of falsified claims, of those that records speak of, that are noticed."""
        noticed = sum(bool(one.shown) for one in self.tried)
        return _share(noticed, len(self.tried) - len(self.harmless))

    @property
    def whole_rate(self) -> float:
        """The same share of those claims that are false as a whole, see :data:`WHOLE`."""
        return _share(*self.whole())

    def whole(self) -> tuple[int, int]:
        """How many claims that are false as a whole are noticed, and how many there are."""
        tried = [
            one
            for one in self.tried
            if one.operator in WHOLE and (one.shown or not is_harmless(one.id))
        ]
        return sum(bool(one.shown) for one in tried), len(tried)

    @property
    def explained_rate(self) -> float:
        """The same, where a survivor whose reason is known does not count."""
        known = sum(bool(one.shown or reason_of(one.id)) for one in self.tried)
        return _share(known, len(self.tried))

    @property
    def record_rate(self) -> float:
        """The share of falsified records that are rejected."""
        return _share(sum(one.rejected for one in self.records), len(self.records))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _percent(part: int, whole: int) -> str:
    return f"{100 * _share(part, whole):.1f}"


def bite(
    specs: Iterable[Spec], records: Iterable[Record], *, share: int = 1, most: int = MOST
) -> Teeth:
    """Falsify claims and records, and judge again.

    :param specs: their includes resolved.
    :param records: of any number of kernels.
    :param share: one of so many falsified claims of each kind.
    :param most: falsified records of one kind about one call.
    """
    records = list(records)
    kernels = list(dict.fromkeys((one.release, one.machine) for one in records))
    bitten: list[Bitten] = []
    rejected: list[Rejected] = []
    weak: list[Weakened] = []
    calls = left_out = 0
    for spec in specs:
        parts = [
            [one for one in records if one.call == spec.name and (one.release, one.machine) == name]
            for name in kernels
        ]
        benches = [Bench(spec, part) for part in parts if part]
        calls += sum(len(bench.records) for bench in benches)
        left_out += sum(bench.left_out for bench in benches)
        seen = {
            found.claim.id
            for part in parts
            for found in examine(spec, part).findings
            if found.status == OBSERVED
        }
        mutants = sample(falsified(spec), share)
        bitten += [_bitten(mutant, mutant.claim in seen, benches) for mutant in mutants]
        for bench in benches:
            told, lost = _records(bench, most)
            rejected += told
            weak += lost
    return Teeth(tuple(bitten), tuple(rejected), tuple(_united(weak)), calls, left_out)


def _bitten(mutant: Mutant, seen: bool, benches: Sequence[Bench]) -> Bitten:
    """What the records of all kernels say of one falsified claim."""
    shown, by = "", ""
    for bench in benches:
        if mutant.compares:
            if bench.contradicts(mutant.spec, mutant.claim):
                shown = SHOWN[REFUTED]
                break
            continue
        found = bench.first_fall(mutant.spec, Part(mutant.errnos, mutant.successes))
        if found is not None:
            shown, by = SHOWN[found[1]], bench.records[found[0]].case
            if found[1] > POSSIBLE:
                break
    return Bitten(mutant.id, mutant.call, mutant.operator, seen, shown, by)


def _records(bench: Bench, most: int) -> tuple[list[Rejected], list[Weakened]]:
    """What the spec and its weakened forms say of falsified records."""
    lies = falsified_records(bench.records, most)
    verdicts = [bench.verdict(lie.record) for lie in lies]
    call = bench.spec.name
    told = [
        Rejected(lie.id, call, lie.operator, lie.what, whole >= WRONG)
        for lie, (whole, _) in zip(lies, verdicts, strict=True)
    ]
    caught = [
        (lie.record, whole, broken)
        for lie, (whole, broken) in zip(lies, verdicts, strict=True)
        if whole >= WRONG
    ]
    lost = []
    for weak in weakened(bench.spec):
        wanted, other = bench.results(weak.part), bench.other(weak.spec, weak.part)
        count = sum(
            other(record) < whole
            for record, whole, broken in caught
            if (result := bench.failure(record)) in wanted and (result or broken <= weak.claims)
        )
        lost.append(Weakened(weak.id, call, weak.operator, count, len(caught)))
    return told, lost


def _united(found: Iterable[Weakened]) -> Iterator[Weakened]:
    """The same weakening on several kernels as one."""
    by_id: dict[str, list[Weakened]] = {}
    for one in found:
        by_id.setdefault(one.id, []).append(one)
    for same in by_id.values():
        lost, rejected = (sum(part) for part in zip(*(one[3:] for one in same), strict=True))
        yield same[0]._replace(lost=lost, rejected=rejected)


def report(teeth: Teeth, *, verbose: bool = False) -> str:
    """All figures as text.

    :param verbose: each survivor and each weakening by name.
    """
    lines = [f"{teeth.calls} true records; {teeth.left_out} more that their spec does not explain"]
    lines += _claim_figures(teeth)
    lines += _survivors(teeth, verbose)
    lines += _record_figures(teeth)
    lines += _weak_figures(teeth, verbose)
    return "\n".join([*lines, ""])


def _claim_figures(teeth: Teeth) -> Iterator[str]:
    tried = teeth.tried
    noticed = sum(bool(one.shown) for one in tried)
    yield ""
    yield (
        f"falsified claims: {noticed} of {len(tried) - len(teeth.harmless)} noticed"
        f" ({100 * teeth.claim_rate:.1f} %; {len(teeth.harmless)} more make nothing false),"
        f" {100 * teeth.explained_rate:.1f} % noticed or explained"
    )
    part, whole = teeth.whole()
    yield f"claims that are false as a whole: {part} of {whole} noticed ({_percent(part, whole)} %)"
    others = [one for one in teeth.claims if not one.seen]
    shown = sum(bool(one.shown) for one in others)
    yield f"of claims that the evidence calls unverified: {shown} of {len(others)} noticed"
    words = Counter(one.shown for one in tried if one.shown)
    yield "how: " + ", ".join(f"{word} {count}" for word, count in words.most_common())
    yield from _rows("call", [(one.call, bool(one.shown)) for one in tried])
    yield from _rows("operator", [(one.operator, bool(one.shown)) for one in tried])


def _rows(title: str, found: list[tuple[str, bool]]) -> Iterator[str]:
    yield f"  {title:<22}{'faults':>8}{'noticed':>9}{'%':>8}"
    whole = Counter(name for name, _ in found)
    part = Counter(name for name, noticed in found if noticed)
    for name, count in sorted(whole.items()):
        share = f"{100 * part[name] / count:.1f}"
        yield f"  {name.removeprefix('sys_'):<22}{count:>8}{part[name]:>9}{share:>8}"


def _survivors(teeth: Teeth, verbose: bool) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for one in teeth.survivors:
        by_reason.setdefault(reason_of(one.id) or "not explained", []).append(one.id)
    if by_reason:
        yield ""
        yield "not noticed, by reason"
    for why, ids in sorted(by_reason.items(), key=lambda item: -len(item[1])):
        yield f"  {len(ids):>4}  {why}"
        if verbose or why == "not explained":
            yield from (f"          {name}" for name in ids)


def _record_figures(teeth: Teeth) -> Iterator[str]:
    yield ""
    rejected = sum(one.rejected for one in teeth.records)
    share = 100 * teeth.record_rate
    yield f"falsified records: {rejected} of {len(teeth.records)} rejected ({share:.1f} %)"
    yield from _rows("call", [(one.call, one.rejected) for one in teeth.records])
    yield from _rows("operator", [(one.operator, one.rejected) for one in teeth.records])
    accepted = Counter((one.call, one.what) for one in teeth.records if not one.rejected)
    for (call, what), count in accepted.most_common():
        yield f"  {count:>4}  accepted of {call.removeprefix('sys_')}: {what}"


def _weak_figures(teeth: Teeth, verbose: bool) -> Iterator[str]:
    yield ""
    fewer = [one for one in teeth.weakenings if one.lost]
    yield f"weakened specs: {len(fewer)} of {len(teeth.weakenings)} reject fewer falsified records"
    yield from _rows("operator", [(one.operator, bool(one.lost)) for one in teeth.weakenings])
    if verbose:
        for one in sorted(teeth.weakenings):
            yield f"  {one.lost:>5} of {one.rejected} less firmly rejected with {one.id}"
