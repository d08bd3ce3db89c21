# SPDX-License-Identifier: GPL-2.0-or-later
"""Why a call may have failed: each cause of its errno, looked at on this machine as it is now.

In: a call as strace shows it, and its spec. Out: causes, those that hold first. Files may have
changed since the call; descriptors of another process are unknown.
"""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from kapi.expr.evaluate import Value, evaluate
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk
from kapi.model.claims import Claim, claims
from kapi.model.spec import Spec
from kapi.oracle.compiled import register_value
from kapi.oracle.kernel import Kernel
from kapi.oracle.rules import Rules, build_rules
from kapi.trace.judging import says
from kapi.trace.lines import Call
from kapi.trace.numbers import Numbers, world_of
from kapi.trace.paths import ANSWERS
from kapi.trace.questions import FD_FACTS, Question
from kapi.trace.values import number_of, split_arguments, string_of

_NOT_OPEN: Final[dict[str, Value]] = dict(
    zip(FD_FACTS, (False, "none", 0, False, False, False), strict=True)
)
_LIMITS: Final = {
    "RLIMIT_NOFILE": resource.RLIMIT_NOFILE,
    "RLIMIT_FSIZE": resource.RLIMIT_FSIZE,
}


class Cause(NamedTuple):
    """A cause of an errno.

    :param claim: its id.
    :param holds: whether its condition is fulfilled now; ``None`` is unknown.
    :param certain: whether the call cannot succeed while it is; else it only may fail.
    :param text: when the errno comes, in words.
    """

    claim: str
    holds: bool | None
    certain: bool
    text: str

    @property
    def word(self) -> str:
        """What to say of it."""
        if self.holds is False:
            return "not so"
        return "it is so" if self.holds and self.certain else "may be"


def explain(call: Call, spec: Spec, kernel: Kernel, numbers: Numbers) -> list[Cause]:
    """The causes of the errno of a call, the likely ones first.

    :param spec: its includes resolved.
    """
    rules = build_rules(spec, numbers.arch_folder)
    args = split_arguments(call.args)
    state = _Now(rules, args, kernel, numbers)
    known: dict[str, Claim] = {claim.id: claim for claim in claims(spec)}
    wanted = numbers.constant(call.error)
    found = []
    for rule in rules.causes:
        if wanted is None or wanted not in {numbers.constant(name) for name in rule.errnos}:
            continue
        value = None if rule.when is None else evaluate(state.prepare(rule.when), state)
        holds = None if value is None else bool(value)
        claim = known.get(rule.claim)
        text = says(claim, spec) if claim else ""
        found.append(Cause(rule.claim, holds, rule.must, text))
    return sorted(found, key=_likely)


def _likely(cause: Cause) -> tuple[int, bool]:
    return (True, None, False).index(cause.holds), not cause.certain


@dataclass(slots=True)
class _Now:
    """The state of this machine, for the arguments of a call."""

    rules: Rules
    args: tuple[str, ...]
    kernel: Kernel
    numbers: Numbers
    _asked: dict[str, Typed] = field(default_factory=dict)

    def prepare(self, tree: Typed) -> Typed:
        """Remember what the questions of a tree mean."""
        self._asked = {show(node): node for node in walk(tree) if node.op == "ask"}
        return tree

    def value(self, name: str) -> int | None:
        """A parameter or a constant."""
        for index, (param, c_type) in enumerate(self.rules.params):
            if param == name:
                text = self.args[index] if index < len(self.args) else ""
                register = number_of(text, self.numbers.constant)
                if register is None:
                    return None
                return register_value(register, c_type, self.numbers.word_bits)
        return self.numbers.page_size if name == "page_size" else self.numbers.constant(name)

    def ask(self, question: str) -> Value:
        """The answer to a question, looked up now."""
        node = self._asked.get(question)
        if node is None:
            return None
        name = str(node.value)
        if name in ANSWERS:
            path = self._path(node)
            return None if path is None else ANSWERS[name](path)
        if name in _NOT_OPEN:
            number = evaluate(node.operands[0], self)
            return _NOT_OPEN[name] if isinstance(number, int) and _is_minus_one(number) else None
        if name in ("string_len", "string_readable", "path_absolute"):
            return self._string(name, node)
        return self._process(name, node)

    def _text(self, node: Typed) -> bytes | None:
        """The string in an argument."""
        names = [name for name, _ in self.rules.params]
        if node.op != "param" or str(node.value) not in names:
            return None
        index = names.index(str(node.value))
        return string_of(self.args[index]) if index < len(self.args) else None

    def _path(self, node: Typed) -> bytes | None:
        """The pathname of a question, if it starts where this process can look."""
        start, operand = node.operands[:2]
        path = self._text(operand)
        if path is None:
            return None
        if path.startswith(b"/") or evaluate(start, self) == self.numbers.constant("AT_FDCWD"):
            return path
        return None

    def _string(self, name: str, node: Typed) -> Value:
        path = self._text(node.operands[0])
        if path is None:
            return None
        if name == "path_absolute":
            return path.startswith(b"/")
        most = evaluate(node.operands[1], self)
        if name == "string_readable" or not isinstance(most, int):
            return True if name == "string_readable" else None
        return min(len(path), most)

    def _process(self, name: str, node: Typed) -> Value:
        word = str(node.operands[0].value) if node.operands else ""
        if name == "rlimit" and word in _LIMITS:
            soft = resource.getrlimit(_LIMITS[word])[0]
            return soft if soft >= 0 else 2**64 - 1
        if name == "capable":
            return True if os.geteuid() == 0 else None
        question = Question(show(node), name, -1, word, 0)
        return world_of(self.kernel, (question,), self.numbers).answers.get(question.text)


def _is_minus_one(number: int) -> bool:
    return number & 0xFFFFFFFF == 0xFFFFFFFF
