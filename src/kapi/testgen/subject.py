# SPDX-License-Identifier: GPL-2.0-or-later
"""A spec as the subject of cases: its rules, its questions, and what must be watched for them."""

from __future__ import annotations

from dataclasses import dataclass

from kapi.model.spec import Spec
from kapi.oracle.judge import Judge
from kapi.oracle.kernel import Kernel
from kapi.oracle.rules import Rules, build_rules
from kapi.testgen.case import Case
from kapi.testgen.numbers import Numbers
from kapi.testgen.observe import Observer
from kapi.testgen.questions import Question, Watch, questions_of, watches_of
from kapi.testgen.setting import Setting
from kapi.testgen.world import observe_world


@dataclass(frozen=True, slots=True)
class Subject:
    """One spec on one architecture.

    :ivar watches: what must be watched to answer its questions.
    """

    rules: Rules
    questions: tuple[Question, ...]
    watches: tuple[Watch, ...]
    numbers: Numbers

    @staticmethod
    def of(spec: Spec, numbers: Numbers) -> Subject:
        """The subject of a spec, its includes resolved."""
        rules = build_rules(spec, numbers.arch_folder)
        questions = questions_of(rules)
        watches = watches_of(questions, rules, numbers.constant, numbers.word_bits)
        return Subject(rules, questions, watches, numbers)

    def watches_for(self, case: Case) -> tuple[Watch, ...]:
        """All that is watched in a case, in order."""
        return tuple(dict.fromkeys((*self.watches, *case.watches)))

    def observer(self, setting: Setting) -> Observer:
        """Who answers the questions on a machine."""
        return Observer(self.questions, self.rules, setting)

    def judge(self, kernel: Kernel) -> Judge:
        """Who judges calls on a kernel."""
        world = observe_world(kernel, self.questions, self.numbers)
        return Judge(self.rules.spec, world, self.numbers.arch_folder)
