# SPDX-License-Identifier: GPL-2.0-or-later
"""One spec and the calls of it in a trace: answers from the books, the oracle, broken constraints.

In: a call and its thread's books. Out: what the oracle says, and which constraints and causes are
definitely so. A condition about an argument that the trace does not show is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple, cast

from kapi.expr.evaluate import Value
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.claims import Claim, claims
from kapi.model.spec import Node, Param, Require, Spec
from kapi.oracle.compiled import Compiled, compile_rules
from kapi.oracle.judge import CONFORMS, Judge, Verdict
from kapi.oracle.kernel import Kernel
from kapi.oracle.rules import CauseRule, breach_text, build_rules
from kapi.trace.books import Thread
from kapi.trace.lines import Call
from kapi.trace.numbers import Numbers, world_of
from kapi.trace.questions import (
    FD_FACTS,
    STRINGS,
    Question,
    numeric_params,
    questions_of,
)
from kapi.trace.values import number_of, shown_length, string_of

Answers = dict[str, Value]
Registers = tuple[int | None, ...]

_FACTS: Final = {name: index for index, name in enumerate(FD_FACTS)}
#: Answers of so many states of the books are remembered.
_MOST_REMEMBERED: Final = 1024
#: Outcomes with which nothing is wrong; programs do the same again and again.
_MOST_SILENT: Final = 32768
#: Calls that change nothing that the books know.
_KEEP_STATE: Final = frozenset(("sys_read", "sys_write", "sys_madvise"))


#: Arguments, result, and the identity of the answers of the books.
Outcome = tuple[str, int | None, int]


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
        self._world = world_of(kernel, self._questions, numbers)
        self._judge = Judge(spec, self._world, numbers.arch_folder)
        self._needed = self._indices(rules.conditions())
        self._rules = rules
        self._conditions = conditions
        self._by_known: dict[tuple[int, ...], tuple[Compiled, tuple[Breach, ...]]] = {}
        self._of_fd = tuple(one for one in self._questions if one.predicate in _FACTS)
        self._of_string = tuple(one for one in self._questions if one.predicate in STRINGS)
        self._of_process = tuple(
            one for one in self._questions if one.predicate in ("rlimit", "nr_open")
        )
        self._fd_params = tuple(sorted({one.param for one in self._of_fd} - {-1}))
        self.silent: set[Outcome] = set()
        self._answered: dict[tuple[object, ...], Answers] = {}
        self._all_known = tuple(range(len(self._types)))
        self._keeps_state = spec.name in _KEEP_STATE

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

    def of_books(self, thread: Thread, call: Call, args: tuple[str, ...]) -> Answers:
        """Answers to the questions about descriptors and the process before a call.

        The same dictionary means the same answers, until :attr:`silent` is cleared.
        """
        table, start, constants = thread.table, call.start, self._numbers.constant
        key: list[object] = [thread.process.version]
        for index in self._fd_params:
            register = number_of(args[index], constants) if index < len(args) else None
            if register is None:
                key.append(None)
            else:
                key.append(table.certain_slot(register & 0xFFFFFFFF, start).facts())
        known = tuple(key)
        found = self._answered.get(known)
        if found is None:
            found = dict(self._all_answers(thread, known[1:]))
            if len(self._answered) > _MOST_REMEMBERED:
                self._answered.clear()
                self.silent.clear()
            self._answered[known] = found
        return found

    def with_strings(self, answers: Answers, args: tuple[str, ...]) -> Answers:
        """Answers, and those about pathnames as well."""
        if not self._of_string:
            return answers
        found = dict(answers)
        for one in self._of_string:
            value = self._string(one, args)
            if value is not None:
                found[one.text] = value
        return found

    def silence(self, outcome: Outcome) -> None:
        """Remember that nothing is wrong with an outcome."""
        if len(self.silent) > _MOST_SILENT:
            self.silent.clear()
        self.silent.add(outcome)

    def _all_answers(
        self, thread: Thread, facts: tuple[object, ...]
    ) -> Iterator[tuple[str, Value]]:
        """All but those about strings; they depend on what the books say alone."""
        by_param = dict(zip(self._fd_params, facts, strict=True))
        for one in self._of_fd:
            known = by_param.get(one.param)
            value = known[_FACTS[one.predicate]] if isinstance(known, tuple) else None
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
        known = self._usable(registers)
        if known is None:
            return CONFORMS
        after = before if self._keeps_state else dict(self._process_answers(thread))
        return self._judge.judge(known, before, after, ret, delivered=False)

    def _usable(self, registers: Registers) -> tuple[int, ...] | None:
        """The registers, if all are known that conditions look at."""
        if None in registers:
            if any(registers[index] is None for index in self._needed):
                return None
            return tuple(0 if one is None else one for one in registers)
        return cast("tuple[int, ...]", registers)

    def result(self, call: Call) -> int | None:
        """The result as the kernel gives it: minus the errno of an error."""
        if not call.error:
            return call.ret
        number = int(call.error) if call.error.isdigit() else self._numbers.constant(call.error)
        return None if number is None else -number

    def breaches(self, registers: Registers, before: Answers) -> tuple[Breach, ...]:
        """Constraints and relations that are definitely broken."""
        if None in registers:
            known = tuple(index for index, one in enumerate(registers) if one is not None)
            values = tuple(0 if one is None else one for one in registers)
        else:
            known, values = self._all_known, cast("tuple[int, ...]", registers)
        compiled, breaches = self._by_known.get(known) or self._compile(known)
        found = compiled.succeeded(values, before, before, 0)
        return tuple(breaches[index] for index in found) if found else ()

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
        values = self._usable(registers)
        if ret is None or values is None:
            return ()
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


def says(claim: Claim, spec: Spec) -> str:
    """What a claim says, in a line."""
    node: Node = claim.node
    for error in spec.errors:
        if any(cause is node for cause in error.causes):
            node = error
    for name in ("condition", "constraint_description", "expr", "summary", "description"):
        text = getattr(node, name, None)
        if text:
            return " ".join(str(text).split())
    return "; ".join(claim.text.split("\n")[:2])
