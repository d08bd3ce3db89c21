# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks a trace: every call against its spec, the books and the rules of use.

In: lines of strace and specs. Out: :class:`kapi.trace.findings.Finding` values, each once with how
often it was seen, and a :class:`Tally`. Memory does not grow with the length of the trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kapi.model.spec import Spec
from kapi.oracle.judge import Verdict
from kapi.oracle.kernel import Kernel
from kapi.trace.books import Process, Table, Thread
from kapi.trace.effects import EFFECTS
from kapi.trace.findings import SEVERITIES, Finding
from kapi.trace.judging import Answers, Subject, says
from kapi.trace.lines import Call, Frame, Reader
from kapi.trace.misuse import CALLERS_FAULT, SWEEPERS, Held, Rules, Wrong, leaks, shown
from kapi.trace.names import HARMLESS, WAITS
from kapi.trace.numbers import Numbers
from kapi.trace.tracker import Moment, Tracker

#: So many descriptors of one origin, open at the end of a process, are a leak.
_LEAK = 8


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known beside the trace.

    :ivar kernel: that made the calls.
    :ivar first: the first process as the trace begins.
    :ivar whole: whether the trace has the program from its start; ``None`` if its first line shall
        tell.
    :ivar decoded: whether strace would have shown pathnames that it could read.
    :ivar leaks: whether descriptors that stay open are looked for.
    :ivar log: name of the trace for people; empty for a program that was run.
    :ivar pid: of lines that name none.
    """

    kernel: Kernel
    first: Thread
    whole: bool | None = None
    decoded: bool = False
    leaks: bool = False
    log: str = ""
    pid: int = 0


def unknown_process(*, tampered: bool = True) -> Thread:
    """A process of which nothing is known."""
    return Thread(0, Process(tampered=tampered), Table())


@dataclass(slots=True)
class Tally:
    """Figures of one call.

    :ivar errors: how often each errno came.
    :ivar undocumented: how often each errno came that the spec does not list.
    """

    calls: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    undocumented: dict[str, int] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        """Add the figures of another trace."""
        self.calls += other.calls
        for mine, more in (
            (self.errors, other.errors),
            (self.undocumented, other.undocumented),
        ):
            for errno, count in more.items():
                mine[errno] = mine.get(errno, 0) + count


class Checker:
    """Checks one trace.

    :param specs: of system calls, by the name that strace prints.
    """

    def __init__(self, specs: Mapping[str, Spec], setting: Setting, numbers: Numbers) -> None:
        self.findings: dict[tuple[str, ...], Finding] = {}
        self.tallies: dict[str, Tally] = {}
        self.lines = 0
        self._specs = specs
        self._names = frozenset(specs)
        self._setting = setting
        self._numbers = numbers
        self._subjects: dict[str, Subject] = {}
        self._rules = Rules(numbers)
        self._tracker = Tracker(numbers, setting.first, bool(setting.whole))
        self._stack: list[str] = []
        self._undecided = setting.whole is None

    def run(self, lines: Iterable[str]) -> None:
        """Check lines until there are no more."""
        reader = Reader(self._setting.pid, HARMLESS - WAITS - self._names)
        tracker = self._tracker
        for event in tracker.follow(reader, reader.read(lines)):
            if isinstance(event, Frame):
                self._stack.append(event.text)
            elif isinstance(event, Moment):
                self._stack = []
                if self._undecided:
                    self._undecided = False
                    tracker.whole = event.call.name == "execve"
                self._call(event)
                if tracker.ended:
                    self._ended()
        self._ended()
        for thread in tracker.threads.values():
            self._emit_held(thread)
        self.lines += reader.lines

    def _call(self, moment: Moment) -> None:
        thread, call, args, _ = moment
        name = call.name
        tally = self.tallies.get(name)
        if tally is None:
            tally = self.tallies[name] = Tally()
        tally.calls += 1
        if call.error:
            tally.errors[call.error] = tally.errors.get(call.error, 0) + 1
        if thread.process.foreign or call.args.startswith("?"):
            return
        if thread.last.swept or name in SWEEPERS:
            for held in self._rules.sweep(thread, call, args):
                self._add_held(held)
        if name in self._names:
            self._check(moment, tally)
        elif call.error:
            self._not_open(moment, None)
        if call.error or thread.last.waited is not None or thread.last.interrupted >= 0:
            self._failing(moment)

    def _check(self, moment: Moment, tally: Tally) -> None:
        """Judge a call that has a spec."""
        thread, call, args, _ = moment
        subject = self._subjects.get(call.name) or self._subject(call.name)
        if call.name == "close":
            for wrong in self._rules.closed(moment):
                self._add(moment, wrong, subject)
        books = subject.of_books(thread, call, args)
        outcome = (call.args, call.ret, id(books))
        if call.error or thread.process.tampered:
            self._judge(moment, subject, books, tally)
        elif outcome not in subject.silent and self._judge(moment, subject, books, tally):
            subject.silence(outcome)

    def _judge(self, moment: Moment, subject: Subject, books: Answers, tally: Tally) -> bool:
        """Judge a call; true if nothing is wrong with it.

        :param books: answers from the books.
        """
        thread, call, args, _ = moment
        rules = self._rules
        registers = subject.registers(args)
        before = subject.with_strings(books, args)
        verdict = subject.judge(thread, call, registers, before)
        if verdict.violations:
            self._surprise(moment, subject, verdict)
        elif verdict.undocumented:
            tally.undocumented[call.error] = tally.undocumented.get(call.error, 0) + 1
        not_open = call.error == "EBADF" and self._not_open(moment, subject)
        silent = verdict.conforms and not not_open
        if call.ret == 0 and call.name in ("read", "write"):
            for wrong in rules.length(moment, subject, registers):
                silent = False
                self._add(moment, wrong, subject)
        breaches = subject.breaches(registers, before)
        if breaches or call.error in CALLERS_FAULT:
            silent = False
            for wrong in rules.arguments(moment, subject, registers, before, breaches):
                if not not_open or wrong.kind != "bad-argument":
                    self._add(moment, wrong, subject)
        return silent

    def _not_open(self, moment: Moment, subject: Subject | None) -> bool:
        """Look at the descriptor of a call that failed; true if something is wrong with it."""
        wrong = self._rules.failed(moment, subject)
        if wrong is None:
            return False
        if self._rules.may_sweep(moment):
            self._rules.hold(Held(moment, wrong, self._stack))
        else:
            self._add(moment, wrong, subject)
        return True

    def _failing(self, moment: Moment) -> None:
        call, last = moment.call, moment.thread.last
        if call.error and call.name in EFFECTS:
            last.failed = shown(call, moment.args)
        if call.name != "close":
            last.interrupted = -1
        subject = self._subjects.get(call.name)
        for wrong in self._rules.spins(moment, subject):
            self._add(moment, wrong, subject)

    def _subject(self, name: str) -> Subject:
        setting = self._setting
        made = Subject(self._specs[name], setting.kernel, self._numbers, decoded=setting.decoded)
        self._subjects[name] = made
        return made

    def _surprise(self, moment: Moment, subject: Subject, verdict: Verdict) -> None:
        first = verdict.violations[0]
        others = {one.claim for one in verdict.violations} - {first.claim}
        notes = tuple(f"against {claim} as well" for claim in sorted(others))
        wrong = Wrong("kernel-surprise", first.claim, _BROKEN[first.rule], notes, str(first.rule))
        self._add(moment, wrong, subject)

    def _emit_held(self, thread: Thread) -> None:
        for held in self._rules.held(thread):
            self._add_held(held)

    def _add_held(self, held: Held) -> None:
        subject = self._subjects.get(held.moment.call.name)
        self._add(held.moment, held.wrong, subject, held.stack)

    def _ended(self) -> None:
        for thread in self._tracker.ended:
            self._emit_held(thread)
            if self._setting.leaks:
                self._leaked(thread)
        self._tracker.ended.clear()

    def _leaked(self, thread: Thread) -> None:
        for origin, count in leaks(thread):
            if count >= _LEAK:
                call = Call(thread.pid, "", "exit", "", None, "", "", 0)
                message = f"{count} descriptors are open at the end, all made by {origin}"
                wrong = Wrong("leak", "", message, detail=origin)
                self._add(Moment(thread, call, (), 0), wrong, None)

    def _add(
        self,
        moment: Moment,
        wrong: Wrong,
        subject: Subject | None,
        stack: list[str] | None = None,
    ) -> None:
        """Note what is wrong, or count it once more.

        :param stack: frames of the call; by default those that are to come.
        """
        thread, call, args, now = moment
        program = thread.process.program
        key = (wrong.kind, wrong.claim, program, call.name, wrong.detail)
        known = self.findings.get(key)
        if known is not None:
            known.count += 1
            return
        claim = subject.claims.get(wrong.claim) if subject is not None else None
        self.findings[key] = Finding(
            kind=wrong.kind,
            claim=wrong.claim,
            claim_hash=claim.hash if claim else "",
            says=says(claim, subject.spec) if claim and subject else "",
            program=program,
            pid=thread.pid,
            call=shown(call, args),
            message=wrong.message,
            notes=wrong.notes,
            place=now,
            log=self._setting.log,
            stack=self._stack if stack is None else stack,
        )

    def sorted(self) -> list[Finding]:
        """The findings, the worst first, then in the order of the trace."""
        found = self.findings.values()
        return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.place))


#: What the rules of the design say, for people; see :class:`kapi.oracle.judge.Violation`.
_BROKEN = {
    1: "the result is neither a success nor an error",
    2: "the errno is not among those that this call can give",
    3: "the errno has no cause here",
    4: "it cannot succeed so",
    5: "what must hold afterwards does not",
}
