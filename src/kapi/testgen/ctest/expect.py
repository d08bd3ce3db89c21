# SPDX-License-Identifier: GPL-2.0-or-later
"""What a spec says must come of a case, so that a test may insist on it.

In: a spec and the records of one case. Out: an :class:`Expected`, or ``None`` where the spec leaves
it open, or where the outcome depends on the kernel's release or configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from kapi.expr.evaluate import Value, evaluate
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types, walk
from kapi.model.claims import Claim, claims
from kapi.model.spec import Param, Require, Spec
from kapi.oracle.compiled import register_value
from kapi.oracle.judge import Judge
from kapi.oracle.kernel import Kernel
from kapi.oracle.rules import CauseRule, EnsureRule, breach_text
from kapi.testgen.case import ROOT, Case
from kapi.testgen.ctest.checks import Check, checks_of
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record
from kapi.testgen.subject import Subject

Answers = Mapping[str, Value]
Truths = Mapping[str, bool | None]

#: Questions whose answers differ between kernels.
_OF_KERNEL: Final = ("config(", "since(", "until(")
#: Questions whose answers depend on who asks.
_OF_CALLER: Final = (
    *("capable(", "path_may_read(", "path_may_write(", "dir_may_create(", "path_owned("),
)

#: Kinds of descriptors where the number of bytes is no matter of chance.
_EXACT: Final = frozenset(("reg", "memfd", "pipe", "fifo", "socket", "eventfd", "timerfd", "dir"))

ANYONE: Final = "anyone"
"""Everybody gets this outcome."""
AS_ROOT: Final = "root"
"""Root gets it."""
AS_USER: Final = "user"
"""An ordinary user gets it; what root gets is another matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The outcome that a spec demands.

    :ivar errno: the only errno that may come; empty for a success.
    :ivar least, most: bounds of the result of a success.
    :ivar caller: who gets this outcome: :data:`ANYONE`, :data:`AS_ROOT` or :data:`AS_USER`.
    :ivar claims: ids of the claims that it shows, in the order of the spec.
    :ivar checks: what holds afterwards.
    :ivar equals: the parameter that the result is a copy of; empty if it is none.
    :ivar rivals: other errnos for which there is as much reason; which one wins the spec leaves
        open, but all records agree.
    """

    errno: str = ""
    least: int = 0
    most: int = 0
    caller: str = ANYONE
    claims: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    equals: str = ""
    rivals: tuple[str, ...] = ()

    @property
    def outcome(self) -> tuple[str, int, int]:
        """What a test compares."""
        return (self.errno, self.least, self.most)


class _LetPass(NamedTuple):
    """A claim that something wrong is ignored, and when something is."""

    claim: str
    wrong: Typed


@dataclass(slots=True)
class Expecting:
    """Says what must come of cases of one call.

    :ivar spec: its includes resolved.
    """

    spec: Spec
    numbers: Numbers
    _judge: Judge = field(init=False)
    _order: dict[str, int] = field(init=False)
    _let_pass: tuple[_LetPass, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = claims(self.spec)
        self._judge = Subject.of(self.spec, self.numbers).judge(Kernel(""))
        self._order = {claim.id: number for number, claim in enumerate(found)}
        self._let_pass = tuple(self._what_passes(found))

    def place(self, claim: str) -> int:
        """Where a claim stands in the spec, from 0."""
        return self._order.get(claim, len(self._order))

    def expect(self, case: Case, records: Iterable[Record]) -> Expected | None:
        """What must come of a case.

        :param records: of this case, from any kernels and callers.
        """
        records = tuple(records)
        if any(one.end == "refused" for one in records):
            return None  # what a machine must not go through is no test for others
        done = [one for one in records if one.end == "done" and not one.tampered]
        if ROOT in case.tags:
            # The caller may be somebody else when the call is made: root became somebody else.
            found = self._agreed(done)
            return replace(found, caller=AS_ROOT) if found else None
        as_root = self._agreed([one for one in done if one.uid == 0])
        as_user = self._agreed([one for one in done if one.uid != 0])
        if as_root and as_user and as_root.outcome == as_user.outcome:
            return as_root
        if as_user:
            return replace(as_user, caller=AS_USER)
        if as_root is None:
            return None
        anyone = [_without(one, _OF_CALLER) for one in done if one.uid == 0]
        if self._agreed(anyone):
            return as_root
        return replace(as_root, caller=AS_ROOT)

    def _agreed(self, records: Sequence[Record]) -> Expected | None:
        """What all of some records show alike."""
        found = [self._of_record(_without(one, _OF_KERNEL)) for one in records]
        outcomes = {one.outcome if one else None for one in found}
        return found[0] if len(outcomes) == 1 else None

    def _of_record(self, record: Record) -> Expected | None:
        ret = record.ret
        if ret is None or record.brings or not self._conforms(record, ret):
            return None
        truths = self._judge.truths(record.args, record.before, record.after, ret)
        return self._failure(record, truths) if ret < 0 else self._success(record, truths)

    def _failure(self, record: Record, truths: Truths) -> Expected | None:
        """An errno: the state must be refused with it."""
        rules = [rule for rule in self._judge.rules.causes if rule.must and truths[rule.claim]]
        errno = -(record.ret or 0)
        wanted = [rule for rule in rules if errno in self._errnos(rule)]
        name = next((rule.errnos[0] for rule in wanted if len(rule.errnos) == 1), None)
        if name is None:
            return None
        rivals = {name for rule in rules if rule not in wanted for name in rule.errnos}
        blocks = {rule.block for rule in wanted}
        ensures = [one for one in self._judge.rules.ensures if one.errno and one.block in blocks]
        checks = self._checks(record, ensures)
        shown = (*(rule.claim for rule in wanted), *(check.claim for check in checks))
        return Expected(
            errno=name,
            claims=self._sorted(shown),
            checks=checks,
            rivals=tuple(sorted(rivals)),
        )

    def _errnos(self, rule: CauseRule) -> set[int]:
        return {self.numbers.value(name) for name in rule.errnos}

    def _success(self, record: Record, truths: Truths) -> Expected | None:
        """A result: nothing is there that must be refused."""
        if any(_is_obstacle(rule, truths) for rule in self._judge.rules.causes):
            return None
        least, most = self._bounds(record)
        ensures = [one for one in self._judge.rules.ensures if not one.errno]
        checks = self._checks(record, ensures)
        shown = [self._judge.rules.success_claim, *(check.claim for check in checks)]
        shown += [one.claim for one in ensures if self._limits_result(one, record)]
        shown += self._passed(record)
        return Expected(
            least=least,
            most=most,
            claims=self._sorted(shown),
            checks=checks,
            equals=self._copied(record),
        )

    def _bounds(self, record: Record) -> tuple[int, int]:
        """The results that a test lets pass."""
        ret = record.ret or 0
        others = [other for other in (ret - 1, ret + 1) if other >= 0]
        if not any(self._conforms(record, other) for other in others):
            return ret, ret
        returns = self.spec.returns
        if returns is not None and returns.check_type == "fd":
            return 0, 0x7FFFFFFF
        first = self._judge.rules.params[0][0]
        whole = (0, self.numbers.value("MAX_RW_COUNT"), *record.args)
        if record.before.get(f"fd_kind({first})") in _EXACT or ret in whole:
            return ret, ret
        return 0, max(record.args)

    def _copied(self, record: Record) -> str:
        """The parameter that the result is a copy of: with another one it would be wrong."""
        for index, (name, _) in enumerate(self._judge.rules.params):
            if record.args[index] == record.ret:
                other = (*record.args[:index], record.ret + 1, *record.args[index + 1 :])
                if not self._conforms(replace(record, args=other), record.ret):
                    return name
        return ""

    def _limits_result(self, ensure: EnsureRule, record: Record) -> bool:
        """Whether what is ensured would not hold with some larger result."""
        if not any(node.op == "ret" for node in walk(ensure.then)):
            return False
        ret = record.ret or 0
        return any(
            ensure.claim in self._broken(record, other, record.after)
            for other in (ret + 1, ret + (1 << 33))
        )

    def _checks(self, record: Record, ensures: Iterable[EnsureRule]) -> tuple[Check, ...]:
        found: list[Check] = []
        for ensure in ensures:

            def breaks(question: str, answer: Value, claim: str = ensure.claim) -> bool:
                after = {**record.after, question: answer}
                return claim in self._broken(record, record.ret or 0, after)

            found += checks_of(ensure.claim, ensure.then, record.after, breaks)
        return tuple(found)

    def _conforms(self, record: Record, ret: int) -> bool:
        return self._judge.judge(record.args, record.before, record.after, ret).conforms

    def _broken(self, record: Record, ret: int, after: Answers) -> list[str]:
        verdict = self._judge.judge(record.args, record.before, after, ret)
        return [one.claim for one in verdict.violations]

    def _what_passes(self, found: Iterable[Claim]) -> Iterator[_LetPass]:
        for claim in found:
            text = _wrong_but_ignored(claim, self.numbers.arch_folder)
            if text is None:
                continue
            try:
                scope = Scope(dict(self._judge.rules.params), True)
                yield _LetPass(claim.id, check_types(parse_expr(text), scope))
            except ExprError:
                continue

    def _passed(self, record: Record) -> Iterator[str]:
        """Claims that what is wrong in this call is ignored."""
        state = _State(record, self._judge.rules.params, self.numbers)
        for one in self._let_pass:
            if evaluate(one.wrong, state) is True:
                yield one.claim

    def _sorted(self, shown: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(dict.fromkeys(shown), key=self.place))


def _is_obstacle(rule: CauseRule, truths: Truths) -> bool:
    """Whether a state that must be refused is there, or may be."""
    return rule.must and rule.when is not None and truths[rule.claim] is not False


def _without(record: Record, questions: tuple[str, ...]) -> Record:
    """A record that does not know some answers."""
    known = {
        text: answer for text, answer in record.before.items() if not text.startswith(questions)
    }
    return replace(record, before=known)


def _wrong_but_ignored(claim: Claim, arch: str) -> str | None:
    """When something is wrong that a claim says is ignored or cut down, as text."""
    node = claim.node
    if claim.kind == "param.constraint" and isinstance(node, Param):
        return breach_text(node, arch) if _passes(node.on_violation) else None
    if claim.kind == "param.require" and isinstance(node, Require):
        return f"!({node.expr})" if _passes(node.outcome) else None
    return None


def _passes(outcome: Iterable[str] | None) -> bool:
    return not {"ignored", "masked"}.isdisjoint(outcome or ())


@dataclass(frozen=True, slots=True)
class _State:
    """The state before a recorded call."""

    record: Record
    params: Sequence[tuple[str, str]]
    numbers: Numbers

    def value(self, name: str) -> int | None:
        """A parameter, a constant or a quantity."""
        for index, (param, c_type) in enumerate(self.params):
            if param == name:
                return register_value(self.record.args[index], c_type, self.record.word_bits)
        return self.record.page_size if name == "page_size" else self.numbers.constant(name)

    def ask(self, question: str) -> Value:
        """What was seen."""
        return self.record.before.get(question)
