# SPDX-License-Identifier: GPL-2.0-or-later
"""What was seen, as answers to the questions of a spec.

In: a :class:`kapi.testgen.results.Result`, what was watched, and the setting. Out: for before and
after the call a mapping from the text of a question to its answer. A question whose answer is not
certain is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from kapi.expr.evaluate import Value, evaluate
from kapi.oracle.compiled import register_value
from kapi.oracle.rules import Rules
from kapi.testgen import answer_fd, answer_memory, answer_path
from kapi.testgen.questions import FIXED, Question, Watch, watch_of
from kapi.testgen.results import Result
from kapi.testgen.seen import Look, Process, Seen, SeenFd, SeenMemory, SeenPath, SeenString
from kapi.testgen.setting import Setting

Answers = dict[str, Value]

_UNKNOWN: Final[None] = None


class Answered(NamedTuple):
    """Answers to questions, before and after a call."""

    before: Answers
    after: Answers


@dataclass(frozen=True, slots=True)
class Observer:
    """Answers the questions of one spec on one machine.

    :ivar questions: of the rules, but for those that no call changes.
    :ivar rules: name and type of each parameter.
    """

    questions: tuple[Question, ...]
    rules: Rules
    setting: Setting

    def answer(self, result: Result, watches: tuple[Watch, ...]) -> Answered:
        """All answers that are certain.

        :param watches: in the order of the case.
        """
        before = self._answers(result, result.before, watches, is_after=False)
        after = self._answers(result, result.after, watches, is_after=True)
        return Answered(before, after)

    def _answers(
        self, result: Result, look: Look | None, watches: tuple[Watch, ...], is_after: bool
    ) -> Answers:
        if look is None:
            return {}
        seen = dict(zip(watches, look.seen, strict=True))
        found: Answers = {}
        for question in self.questions:
            if question.predicate in FIXED or (question.needs_result and not is_after):
                continue
            value = self._one(question, result, look.process, seen)
            if value is not None:
                found[question.text] = value
        return found

    def _one(
        self,
        question: Question,
        result: Result,
        process: Process,
        seen: Mapping[Watch, Seen | None],
    ) -> Value:
        """One answer; ``None`` if it is not certain."""
        numbers = self.setting.numbers
        watch = watch_of(question, self.rules, numbers.constant, numbers.word_bits)
        if watch is None:
            return self._of_process(question, result, process)
        one = seen.get(watch)
        name = question.predicate
        if isinstance(one, SeenFd):
            return answer_fd.ANSWERS[name](self.setting, one)
        if isinstance(one, SeenPath):
            return answer_path.ANSWERS[name](self.setting, one, process)
        if isinstance(one, SeenString):
            return self._of_string(question, one, result)
        if isinstance(one, SeenMemory):
            return self._of_memory(question, one)
        return _UNKNOWN

    def _of_string(self, question: Question, seen: SeenString, result: Result) -> Value:
        if question.predicate == "path_absolute":
            return answer_memory.path_absolute(seen)
        asked = self._value(question, 1, result)
        if asked is None:
            return _UNKNOWN
        if question.predicate == "string_len":
            return answer_memory.string_len(seen, asked)
        return answer_memory.string_readable(seen, asked)

    def _of_memory(self, question: Question, seen: SeenMemory) -> Value:
        page = self.setting.numbers.page_size
        name = question.predicate
        if name == "vma_flags_any":
            names = answer_memory.flag_names(question.operands[2])
            return _UNKNOWN if names is None else answer_memory.vma_flags_any(seen, names)
        if name == "vma_anonymous":
            return answer_memory.vma_anonymous(seen)
        if name == "mapped":
            return answer_memory.mapped(seen, page)
        if name == "readable":
            return answer_memory.readable(seen, page)
        return answer_memory.writable(seen, page)

    def _of_process(self, question: Question, result: Result, process: Process) -> Value:
        """What the process as a whole, or the numbers alone, answer."""
        name = question.predicate
        if name == "user_range":
            return self._user_range(question, result)
        if name == "rlimit":
            number = self.setting.numbers.constant(str(question.operands[0].value))
            known = number is not None and number < len(process.rlimits)
            return process.rlimits[number or 0] if known else _UNKNOWN
        if name == "capable":
            return self.setting.has_capability(process, str(question.operands[0].value))
        if name == "fds_free":
            return _UNKNOWN if process.free is None else process.free >= 0
        if name == "nr_open":
            return process.nr_open
        if name == "pending_fault":
            return True if result.fault_left == 0 else _UNKNOWN
        return _UNKNOWN

    def _user_range(self, question: Question, result: Result) -> bool | None:
        address, count = (self._value(question, index, result) for index in (0, 1))
        if address is None or count is None:
            return None
        numbers = self.setting.numbers
        return answer_memory.user_range(numbers.machine, address, count, numbers.word_bits)

    def _value(self, question: Question, index: int, result: Result) -> int | None:
        """The value of an argument of a question."""
        found = evaluate(question.operands[index], _Values(self, result))
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class _Values:
    """Parameters, constants and the result; no state."""

    observer: Observer
    result: Result

    def value(self, name: str) -> int | None:
        """A parameter by its register, or a constant."""
        numbers = self.observer.setting.numbers
        for index, (param, c_type) in enumerate(self.observer.rules.params):
            if param == name:
                return register_value(self.result.args[index], c_type, numbers.word_bits)
        if name == "ret":
            return self.result.ret
        return numbers.page_size if name == "page_size" else numbers.constant(name)

    def ask(self, _: str) -> Value:
        """No question inside an argument is answered."""
        return None


def unanswered(questions: Iterable[Question], answers: Mapping[str, Value]) -> list[str]:
    """Texts of the questions that have no answer, but for those that no call changes."""
    return [
        question.text
        for question in questions
        if question.predicate not in FIXED and question.text not in answers
    ]
