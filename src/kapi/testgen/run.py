# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases and makes records of them; judges records.

In: cases, specs, a place. Out: one :class:`kapi.testgen.record.Record` for each case, in order, and
verdicts. When a case takes the executor or the kernel with it, it is recorded as lost, and the next
one goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from kapi.model.spec import Spec
from kapi.oracle.judge import Verdict
from kapi.oracle.kernel import Kernel
from kapi.testgen.case import Case
from kapi.testgen.errors import ExecutorError
from kapi.testgen.judges import Judges, judge_record
from kapi.testgen.numbers import Numbers
from kapi.testgen.observe import Answers
from kapi.testgen.places import Heard, Place
from kapi.testgen.questions import Watch
from kapi.testgen.record import Record
from kapi.testgen.results import Host, Result, read_host, read_result
from kapi.testgen.seen import Look, SeenBytes, SeenFd
from kapi.testgen.setting import Setting
from kapi.testgen.subject import Subject
from kapi.testgen.world import observe_world

#: Signals of timers: how often they come depends on the speed of the machine.
_TIMED: Final = frozenset(("SIGALRM", "SIGVTALRM", "SIGPROF"))

Specs = Mapping[str, Spec]


class Judged(NamedTuple):
    """A record and what the oracle says of it."""

    record: Record
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Batch:
    """Cases that run one after the other on one architecture.

    :ivar specs: by name, those of the calls of the cases; their includes resolved.
    """

    cases: tuple[Case, ...]
    specs: Specs
    numbers: Numbers

    def subjects(self) -> dict[str, Subject]:
        """Subjects by the name of their spec."""
        names = dict.fromkeys(case.call for case in self.cases)
        return {name: Subject.of(self.specs[name], self.numbers) for name in names}

    def to_text(self, subjects: Mapping[str, Subject]) -> str:
        """What the executor reads."""
        return "\n".join(
            case.to_text(self.numbers, subjects[case.call].watches_for(case)) for case in self.cases
        )


def run_cases(batch: Batch, place: Place, kernel: Kernel) -> list[Record]:
    """Run all cases; a record of each.

    :param kernel: for its configuration; the release is what the executor says.
    :raises ExecutorError: if the executor does not run at all.
    """
    subjects = batch.subjects()
    text = batch.to_text(subjects)
    records: list[Record] = []
    count = len(batch.cases)
    while len(records) < count:
        start = len(records)
        heard = place.run(text, start, count - start)
        _take(heard, batch, subjects, kernel, records, text)
        if len(records) > start:
            continue
        # What it said of this case may have been lost with what came next, so it runs alone.
        heard = place.run(text, start, 1)
        recorder = _take(heard, batch, subjects, kernel, records, text)
        if len(records) == start:
            records.append(recorder.lost(start, heard.complaint))
    return records


def _take(
    heard: Heard,
    batch: Batch,
    subjects: Mapping[str, Subject],
    kernel: Kernel,
    records: list[Record],
    text: str,
) -> _Recorder:
    """Add records of what was heard; who made them."""
    recorder = _Recorder(batch, subjects, _host(heard), kernel, text)
    for line in heard.lines[1:]:
        records.append(recorder.record(len(records), read_result(line)))
    return recorder


def _host(heard: Heard) -> Host:
    if not heard.lines:
        raise ExecutorError("run cases", heard.complaint or "the executor said nothing")
    return read_host(heard.lines[0])


class _Recorder:
    """Makes records of what one run of the executor said."""

    def __init__(
        self,
        batch: Batch,
        subjects: Mapping[str, Subject],
        host: Host,
        kernel: Kernel,
        text: str,
    ) -> None:
        self._lines = text.splitlines()
        self._batch = batch
        self._subjects = subjects
        self._setting = Setting(host, batch.numbers)
        self._kernel = Kernel(host.release, kernel.config)
        self._fixed: dict[str, Answers] = {}

    def record(self, index: int, result: Result) -> Record:
        """The record of a result."""
        case = self._batch.cases[index]
        if result.case != case.id:
            raise ExecutorError("run cases", f"{result.case} came in place of {case.id}")
        subject = self._subjects[case.call]
        watches = subject.watches_for(case)
        answered = subject.observer(self._setting).answer(result, watches)
        fixed = self._fixed_answers(case.call)
        return self._record(
            case,
            uid=result.before.process.uid if result.before else self._setting.host.uid,
            end=result.end,
            why=self._why(result),
            args=result.args,
            before={**fixed, **answered.before} if result.before else {},
            after={**fixed, **answered.after} if result.after else {},
            ret=result.ret if result.end == "done" else None,
            signals=self._signals(result),
            tampered=result.tampered and not case.brings,
            extra=dict(_extra(case, result, watches)),
        )

    def lost(self, index: int, complaint: str) -> Record:
        """The record of a case at which the executor or the kernel ended."""
        uid = self._setting.host.uid
        why = complaint or "the executor ended early"
        return self._record(self._batch.cases[index], uid=uid, end="lost", why=why)

    def _record(self, case: Case, **what: Any) -> Record:
        host, numbers = self._setting.host, self._batch.numbers
        return Record(
            case=case.id,
            call=case.call,
            release=host.release,
            machine=numbers.machine,
            page_size=numbers.page_size,
            word_bits=numbers.word_bits,
            fs=self._setting.fs_word(host.fs),
            is_guest=host.is_guest,
            brings=case.brings,
            twin=case.twin,
            **what,
        )

    def _fixed_answers(self, call: str) -> Answers:
        """What no call changes: a record shall tell it, too."""
        if call not in self._fixed:
            questions = self._subjects[call].questions
            world = observe_world(self._kernel, questions, self._batch.numbers)
            self._fixed[call] = dict(world.answers)
        return self._fixed[call]

    def _signals(self, result: Result) -> dict[str, int]:
        named = {self._batch.numbers.signal_name(n): times for n, times in result.signals.items()}
        return {name: 1 if name in _TIMED else times for name, times in named.items()}

    def _why(self, result: Result) -> str:
        numbers = self._batch.numbers
        if result.end == "timeout":
            return f"in {result.phase}, state {result.state}"
        if result.end == "signal":
            return f"in {result.phase}, {numbers.signal_name(result.ended_by or 0)}"
        if result.end == "setup":
            errno = numbers.table.name_of_errno(result.error, numbers.machine)
            return f"{self._step(result.line)}: {result.note}: {errno or result.error}"
        if result.end in ("refused", "malformed"):
            return f"{self._step(result.line)}: {result.note}"
        return ""

    def _step(self, line: int) -> str:
        """The first words of a line, which say what was done there and to whom."""
        return " ".join(self._lines[line - 1].split()[:3])


def _extra(
    case: Case, result: Result, watches: tuple[Watch, ...]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bytes that were watched, and lengths of queues where the case asks for them."""
    for index, watch in enumerate(watches):
        found = {
            moment: what
            for moment, look in (("before", result.before), ("after", result.after))
            if (what := _bytes_of(case, watch, look, index))
        }
        if found:
            yield " ".join((watch.kind, *watch.operands)), found


def _bytes_of(case: Case, watch: Watch, look: Look | None, index: int) -> dict[str, Any]:
    seen = look.seen[index] if look else None
    if isinstance(seen, SeenBytes):
        found: dict[str, Any] = {"size": seen.size, "hash": seen.hash}
        return {**found, "changed": list(seen.changed)} if seen.changed else found
    if isinstance(seen, SeenFd) and watch in case.watches and seen.queued is not None:
        return {"queued": seen.queued}
    return {}


def judge_records(records: Iterable[Record], specs: Specs) -> list[Judged]:
    """What the oracle says of each record that has a result.

    :param specs: by name; records of other calls are left out.
    """
    judges = {name: Judges(spec) for name, spec in specs.items()}
    return [
        Judged(record, judge_record(record, judges[record.call].of(record)))
        for record in records
        if record.end == "done" and record.ret is not None and record.call in judges
    ]


def violations(judged: Sequence[Judged]) -> list[str]:
    """A line for each record that contradicts its spec."""
    return [
        f"{one.record.case}: {one.record.call}"
        f"({', '.join(f'{arg:#x}' for arg in one.record.args)}) = {one.record.ret}: "
        + ", ".join(f"rule {each.rule} {each.claim}" for each in one.verdict.violations)
        for one in judged
        if not one.verdict.conforms
    ]
