# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of one spec as Python functions, made for speed.

In: rules and a :class:`World`. Out: a :class:`Compiled`, whose functions look at the arguments, the
answers before and after a call, and the result. Conditions come from :mod:`kapi.expr.emit`; nothing
here knows what they mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from kapi.ctype import read_ctype
from kapi.expr.definite import Atom, Condition, definitely
from kapi.expr.emit import emit, python_language
from kapi.expr.evaluate import Value
from kapi.expr.show import show
from kapi.expr.typed import Typed
from kapi.oracle.rules import CauseRule, Rules

Answers = Mapping[str, Value]
#: Takes arguments, answers before, answers after, result.
Function = Callable[[tuple[int, ...], Answers, Answers, int], Any]


class World(NamedTuple):
    """What is fixed for a kernel: numbers, and answers that no call changes.

    :param constants: value of a C constant; ``None`` if it is unknown.
    :param answers: of questions such as ``config(KSM)`` and ``since(6.4)``.
    :param page_size: in bytes.
    :param word_bits: width of ``unsigned long``.
    """

    constants: Callable[[str], int | None]
    answers: Answers
    page_size: int = 4096
    word_bits: int = 64


class Compiled(NamedTuple):
    """Functions for the rules of one spec.

    :param succeeded: numbers of what a success breaks, as indices into ``broken``.
    :param broken: rule of the design and claim of each.
    :param failed: by errno: false if every listed cause is definitely false.
    :param after_failure: by errno: indices into ``broken`` of what then does not hold.
    :param closed: whether the list of errnos is known to be complete.
    :param truths: by claim of a cause: its ``when`` in this state, ``None`` for unknown.
    """

    succeeded: Function
    broken: tuple[tuple[int, str], ...]
    failed: dict[int, Function]
    after_failure: dict[int, Function]
    closed: Function
    truths: dict[str, Function]


class _Emitter:
    """Collects conditions of one function and the questions they need."""

    def __init__(self, rules: Rules, world: World) -> None:
        self._rules = rules
        self._world = world
        self._questions: dict[tuple[bool, str], str] = {}
        self._params: set[str] = set()

    def text(self, condition: Condition) -> str:
        """A condition as Python."""
        return emit(condition, python_language(self._name, self._answer, self._known))

    def definitely(self, node: Typed, wanted: bool) -> str:
        """The condition that ``node`` is known to be ``wanted``."""
        return self.text(_decidable(definitely(node, wanted), self._world))

    def _name(self, node: Typed) -> str:
        name = str(node.value)
        if node.op == "param":
            self._params.add(name)
            return f"p_{name}"
        if node.op == "ret":
            return "ret"
        if node.op == "quantity":
            return str(self._world.page_size)
        return str(self._world.constants(name))

    def _question(self, node: Typed) -> tuple[bool, str]:
        before = node.op == "old"
        return before, show(node.operands[0] if before else node)

    def _answer(self, node: Typed) -> str:
        before, question = self._question(node)
        if question in self._world.answers:
            return repr(self._world.answers[question])
        key = (before, question)
        return self._questions.setdefault(key, f"q{len(self._questions)}")

    def _known(self, node: Typed) -> str:
        answer = self._answer(node)
        return "" if self._question(node)[1] in self._world.answers else f"{answer} is not None"

    def function(self, body: Iterable[str], after: bool) -> Function:
        """A function with some lines, which may use every name that was asked for.

        :param after: whether questions outside ``old`` mean the state after the call.
        """
        lines = ["def function(args, before, after, ret):"]
        for index, (name, c_type) in enumerate(self._rules.params):
            if name in self._params:
                lines.append(f"    p_{name} = {_register(index, c_type, self._world.word_bits)}")
        for (old, question), variable in self._questions.items():
            state = "before" if old or not after else "after"
            lines.append(f"    {variable} = {state}.get({question!r})")
        lines += [f"    {line}" for line in body]
        names: dict[str, Any] = {}
        exec("\n".join(lines), names)
        function: Function = names["function"]
        return function


def _decidable(condition: Condition, world: World) -> Condition:
    """The condition, false where it needs a constant whose value is unknown."""
    if isinstance(condition, Atom):
        known = all(world.constants(name) is not None for name in _constants(condition.node))
        return condition if known else condition._replace(node=_NEVER, negated=False, needs=())
    parts = tuple(_decidable(part, world) for part in condition.parts)
    return condition._replace(parts=parts)


_ZERO = Typed("number", "int", (), 0)
_NEVER = Typed("truth", "bool", (_ZERO,))


def _constants(node: Typed) -> Iterable[str]:
    """Constants that the value of a node depends on; arguments of questions are none."""
    if node.op == "constant":
        yield str(node.value)
    elif node.op not in ("ask", "old"):
        for part in node.operands:
            yield from _constants(part)


def _register(index: int, c_type: str, word_bits: int) -> str:
    """The number that a register holds for a parameter, as Python."""
    bits, signed = _width(c_type, word_bits)
    if not signed:
        return f"args[{index}] & {(1 << bits) - 1:#x}"
    half = 1 << (bits - 1)
    return f"((args[{index}] + {half:#x}) & {(1 << bits) - 1:#x}) - {half:#x}"


def register_value(register: int, c_type: str, word_bits: int) -> int:
    """The number that a register holds for a parameter of a C type."""
    bits, signed = _width(c_type, word_bits)
    number = register & ((1 << bits) - 1)
    return number - (1 << bits) if signed and number >> (bits - 1) else number


def _width(c_type: str, word_bits: int) -> tuple[int, bool]:
    """Bits and sign of a type in a register; of an unknown type all bits count."""
    found = read_ctype(c_type)
    return found.bits(word_bits) or word_bits, bool(found.signed)


def compile_rules(rules: Rules, world: World) -> Compiled:
    """The functions for some rules."""
    broken: list[tuple[int, str]] = []
    succeeded = _compile_succeeded(rules, world, broken)
    numbers = {
        name: number
        for rule in rules.causes
        for name in rule.errnos
        if (number := _errno(name, world)) is not None
    }
    by_errno: dict[int, list[CauseRule]] = {}
    for rule in rules.causes:
        for number in dict.fromkeys(numbers[name] for name in rule.errnos if name in numbers):
            by_errno.setdefault(number, []).append(rule)
    failed = {number: _compile_failed(found, rules, world) for number, found in by_errno.items()}
    after = {}
    for number, found in by_errno.items():
        function = _compile_after_failure(number, found, rules, world, broken)
        if function is not None:
            after[number] = function
    return Compiled(
        succeeded,
        tuple(broken),
        failed,
        after,
        _compile_closed(rules, world),
        {rule.claim: _compile_truth(rule, rules, world) for rule in rules.causes},
    )


def _errno(name: str, world: World) -> int | None:
    return int(name) if name.isdigit() else world.constants(name)


def _compile_succeeded(rules: Rules, world: World, broken: list[tuple[int, str]]) -> Function:
    """What a result that is no error may break: rules 1, 4 and 5."""
    pre = _Emitter(rules, world)
    checks: list[tuple[str, int]] = []
    for cause in rules.causes:
        if cause.must and cause.when is not None:
            checks.append((pre.definitely(cause.when, True), len(broken)))
            broken.append((4, cause.claim))
    before = pre.function(_collect(checks), after=False)
    post = _Emitter(rules, world)
    checks = []
    if rules.success is not None:
        checks.append((post.definitely(rules.success, False), len(broken)))
        broken.append((1, rules.success_claim))
    for ensure in rules.ensures:
        if not ensure.errno:
            checks.append((post.definitely(ensure.then, False), len(broken)))
            broken.append((5, ensure.claim))
    after = post.function(_collect(checks), after=True)

    def function(args: tuple[int, ...], pre: Answers, post: Answers, ret: int) -> Any:
        return before(args, pre, post, ret) + after(args, pre, post, ret)

    return function


def _collect(checks: Iterable[tuple[str, int]]) -> Iterable[str]:
    """Lines that return the numbers of the checks that hold, as a tuple."""
    checks = [(text, number) for text, number in checks if text != "False"]
    yield "found = ()"
    for text, number in checks:
        yield f"if {text}: found += ({number},)"
    yield "return found"


def _compile_failed(causes: list[CauseRule], rules: Rules, world: World) -> Function:
    """Whether some cause is not definitely false."""
    emitter = _Emitter(rules, world)
    if any(cause.when is None for cause in causes):
        return emitter.function(["return True"], after=False)
    texts = [emitter.definitely(cause.when, False) for cause in causes if cause.when is not None]
    return emitter.function([f"return not ({' and '.join(texts)})"], after=False)


def _compile_after_failure(
    number: int,
    causes: list[CauseRule],
    rules: Rules,
    world: World,
    broken: list[tuple[int, str]],
) -> Function | None:
    """What does not hold after a failure, if only one block can be its reason."""
    blocks = {cause.block for cause in causes}
    ensures = [
        one
        for one in rules.ensures
        if one.errno and _errno(one.errno, world) == number and blocks == {one.block}
    ]
    if not ensures:
        return None
    emitter = _Emitter(rules, world)
    checks = []
    for ensure in ensures:
        checks.append((emitter.definitely(ensure.then, False), len(broken)))
        broken.append((5, ensure.claim))
    return emitter.function(_collect(checks), after=True)


def _compile_closed(rules: Rules, world: World) -> Function:
    emitter = _Emitter(rules, world)
    text = "False" if rules.closed is None else emitter.definitely(rules.closed, True)
    return emitter.function([f"return {text}"], after=False)


def _compile_truth(rule: CauseRule, rules: Rules, world: World) -> Function:
    """The truth of one cause: True, False, or None."""
    emitter = _Emitter(rules, world)
    if rule.when is None:
        return emitter.function(["return None"], after=False)
    true, false = (emitter.definitely(rule.when, wanted) for wanted in (True, False))
    lines = [f"if {true}: return True", f"if {false}: return False", "return None"]
    return emitter.function(lines, after=False)
