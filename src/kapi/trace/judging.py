# SPDX-License-Identifier: GPL-2.0-or-later
"""One spec and the calls of it in a trace: answers from the books, the oracle, broken constraints.

In: a call and its thread's books. Out: what the oracle says, and which constraints and causes are
definitely so. A condition about an argument that the trace does not show is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from kapi.expr.evaluate import Value
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.claims import claims
from kapi.model.spec import Param, Require, Spec
from kapi.oracle.compiled import Compiled, compile_rules, register_value
from kapi.oracle.judge import CONFORMS, Judge, Verdict
from kapi.oracle.rules import CauseRule, breach_text, build_rules
from kapi.trace.books import Slot, Thread
from kapi.trace.lines import Call
from kapi.trace.numbers import Kernel, Numbers
from kapi.trace.questions import (
    FD_FACTS,
    STRINGS,
    Question,
    numeric_params,
    questions_of,
    trees_of,
)
from kapi.trace.values import number_of, shown_length, string_of

Answers = dict[str, Value]
Registers = tuple[int | None, ...]

_FACTS: Final = {name: index for index, name in enumerate(FD_FACTS)}
_NOTHING: Final[Answers] = {}
#: Slots that many numbers share are remembered with so many answers.
_MOST_CACHED: Final = 256


class Breach(NamedTuple):
    """A constraint or relation of a parameter that does not hold.

    :param claim: its id.
    :param param: name of the parameter.
    :param outcome: what the spec says comes of it: errnos, ``ignored`` or ``masked``; empty if it
        does not say.
    :param text: the condition that is broken, for people.
    """

    claim: str
    param: str
    outcome: tuple[str, ...]
    text: str


class Subject:
    """A spec on one kernel.

    :param spec: of a system call, its includes resolved.
    :param decoded: whether a pathname would be shown as a string if it could be read.
    """

    def __init__(
        self, spec: Spec, kernel: Kernel, numbers: Numbers, *, decoded: bool = False
    ) -> None:
        rules = build_rules(spec, numbers.arch_folder)
        self.spec = spec
        self._numbers = numbers
        self._decoded = decoded
        self.claims = {claim.id: claim for claim in claims(spec)}
        self._types = tuple(kind for _, kind in rules.params)
        self._names = tuple(name for name, _ in rules.params)
        self._breaches, conditions = _breaches(spec, numbers.arch_folder)
        self._questions = questions_of(rules, conditions)
        self._world = kernel.world(self._questions, numbers)
        self._judge = Judge(spec, self._world, numbers.arch_folder)
        self._needed = self._indices(trees_of(rules))
        self._rules = rules
        self._conditions = conditions
        self._by_known: dict[tuple[int, ...], tuple[Compiled, tuple[Breach, ...]]] = {}
        self._of_fd = tuple(one for one in self._questions if one.predicate in _FACTS)
        self._of_string = tuple(one for one in self._questions if one.predicate in STRINGS)
        self._of_process = tuple(
            one for one in self._questions if one.predicate in ("rlimit", "nr_open")
        )
        params = {one.param for one in self._of_fd}
        self._only_fd = params.pop() if len(params) == 1 and not self._of_string else -1

    def _indices(self, trees: Iterable[Typed]) -> tuple[int, ...]:
        """Parameters whose numbers conditions look at."""
        wanted = numeric_params(trees)
        return tuple(index for index, name in enumerate(self._names) if name in wanted)

    def claim_of(self, kind: str, label: str) -> str:
        """The id of a claim of a kind, if possible the one with a label; empty if there is none."""
        found = [one for one in self.claims if one.startswith(f"{self.spec.name}.{kind}")]
        labelled = (one for one in found if one.endswith(f".{label}"))
        return next(labelled, found[0] if found else "")

    def registers(self, args: tuple[str, ...]) -> Registers:
        """The arguments as registers hold them."""
        constants = self._numbers.constant
        found = [number_of(text, constants) for text in args[: len(self._types)]]
        return (*found, *(None for _ in self._types[len(found) :]))

    def slot(self, thread: Thread, call: Call, registers: Registers, index: int) -> Slot | None:
        """What was known of the descriptor in an argument while the call ran."""
        register = registers[index]
        if register is None:
            return None
        number = register_value(register, self._types[index], self._numbers.word_bits)
        return thread.table.certain_slot(number & 0xFFFFFFFF, call.start)

    def answers(
        self, thread: Thread, call: Call, registers: Registers, args: tuple[str, ...]
    ) -> Answers:
        """Answers to the questions of the spec about the state before a call."""
        if self._only_fd < 0:
            return dict(self._all_answers(thread, call, registers, args))
        slot = self.slot(thread, call, registers, self._only_fd)
        if slot is None:
            return _NOTHING
        version = slot.file.version if slot.file is not None else 0
        key = (self, thread.process.version, version)
        found = slot.cache.get(key)
        if found is None:
            found = dict(self._all_answers(thread, call, registers, args))
            if len(slot.cache) > _MOST_CACHED:
                slot.cache.clear()
            slot.cache[key] = found
        return found

    def _all_answers(
        self, thread: Thread, call: Call, registers: Registers, args: tuple[str, ...]
    ) -> Iterator[tuple[str, Value]]:
        slots: dict[int, Slot | None] = {}
        for one in self._of_fd:
            if one.param < 0:
                continue
            if one.param not in slots:
                slots[one.param] = self.slot(thread, call, registers, one.param)
            slot = slots[one.param]
            value = None if slot is None else slot.facts()[_FACTS[one.predicate]]
            if value is not None:
                yield one.text, value
        for one in self._of_string:
            value = self._string(one, args)
            if value is not None:
                yield one.text, value
        yield from self._process_answers(thread)

    def _process_answers(self, thread: Thread) -> Iterator[tuple[str, Value]]:
        for one in self._of_process:
            if one.predicate == "nr_open":
                value = thread.process.nr_open
            else:
                value = thread.process.limits.get(self._numbers.constant(one.word) or 0)
            if value is not None:
                yield one.text, value

    def _string(self, question: Question, args: tuple[str, ...]) -> Value:
        """What the text of a pathname says; strace prints a bare address if it cannot read it."""
        limit = question.limit
        most = self._numbers.constant(limit) if isinstance(limit, str) else limit
        if not 0 <= question.param < len(args):
            return None
        text = args[question.param]
        found = string_of(text)
        if found is None and most is not None and shown_length(text) >= most - 1:
            # strace shows no more of a pathname; nor does the kernel look at more.
            return _too_long(question.predicate, text, most)
        if found is None:
            bad = text == "NULL" or (self._decoded and text.startswith("0x"))
            return False if bad and question.predicate == "string_readable" else None
        if question.predicate == "path_absolute":
            return found.startswith(b"/")
        if most is None:
            return None
        return True if question.predicate == "string_readable" else min(len(found), most)

    def judge(self, thread: Thread, call: Call, registers: Registers, before: Answers) -> Verdict:
        """What the oracle says of a call."""
        ret = self.result(call)
        if ret is None or thread.process.tampered:
            # A filter can fake successes as well as errors.
            return CONFORMS
        if any(registers[index] is None for index in self._needed):
            return CONFORMS
        known = tuple(0 if one is None else one for one in registers)
        after = before if self._keeps_state(call) else dict(self._process_answers(thread))
        return self._judge.judge(known, before, after, ret, delivered=False)

    def result(self, call: Call) -> int | None:
        """The result as the kernel gives it: minus the errno of an error."""
        if not call.error:
            return call.ret
        number = int(call.error) if call.error.isdigit() else self._numbers.constant(call.error)
        return None if number is None else -number

    def _keeps_state(self, call: Call) -> bool:
        return call.name in ("read", "write", "madvise")

    def breaches(self, registers: Registers, before: Answers) -> tuple[Breach, ...]:
        """Constraints and relations that are definitely broken."""
        known = tuple(index for index, one in enumerate(registers) if one is not None)
        compiled, breaches = self._by_known.get(known) or self._compile(known)
        values = tuple(0 if one is None else one for one in registers)
        found = compiled.succeeded(values, before, before, 0)
        return tuple(breaches[index] for index in found)

    def _compile(self, known: tuple[int, ...]) -> tuple[Compiled, tuple[Breach, ...]]:
        """Functions for those conditions whose arguments are known."""
        usable = [
            (breach, tree)
            for breach, tree in zip(self._breaches, self._conditions, strict=True)
            if set(self._indices((tree,))) <= set(known)
        ]
        causes = tuple(CauseRule(one.claim, (), tree, True, -1) for one, tree in usable)
        rules = self._rules._replace(causes=causes, success=None, ensures=(), closed=None)
        made = (compile_rules(rules, self._world), tuple(one for one, _ in usable))
        self._by_known[known] = made
        return made

    def certain_causes(
        self, call: Call, registers: Registers, before: Answers
    ) -> tuple[CauseRule, ...]:
        """Listed causes of the errno of a call that definitely held."""
        ret = self.result(call)
        if ret is None or any(registers[index] is None for index in self._needed):
            return ()
        values = tuple(0 if one is None else one for one in registers)
        listed = set(self._judge.claims_of(-ret))
        truths = self._judge.truths(values, before, before, ret)
        return tuple(
            rule
            for rule in self._rules.causes
            if rule.claim in listed and rule.must and truths[rule.claim] is True
        )


def _too_long(predicate: str, text: str, most: int) -> Value:
    """Answers about a string of which more than the kernel reads is there."""
    if predicate == "path_absolute":
        return text.startswith('"/')
    return True if predicate == "string_readable" else most


def _breaches(spec: Spec, arch: str) -> tuple[tuple[Breach, ...], tuple[Typed, ...]]:
    """All that parameters must fulfil, and the conditions under which they do not."""
    scope = Scope({param.name: param.type or "long" for param in spec.parameters})
    breaches: list[Breach] = []
    conditions: list[Typed] = []
    for claim in claims(spec):
        node = claim.node
        if claim.kind == "param.constraint" and isinstance(node, Param):
            text, outcome = breach_text(node, arch), node.on_violation or ()
            name, said = node.name, node.constraint_description or ""
        elif claim.kind == "param.require" and isinstance(node, Require):
            text, outcome = f"!({node.expr})", node.outcome
            name, said = claim.id.split(".")[2], node.expr
        else:
            continue
        tree = _typed(text, scope)
        if tree is not None:
            breaches.append(Breach(claim.id, name, tuple(outcome), said))
            conditions.append(tree)
    return tuple(breaches), tuple(conditions)


def _typed(text: str | None, scope: Scope) -> Typed | None:
    try:
        return check_types(parse_expr(text), scope) if text is not None else None
    except ExprError:
        return None
