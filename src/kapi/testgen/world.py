# SPDX-License-Identifier: GPL-2.0-or-later
"""What is fixed for a kernel, and the numbers of its headers, as the oracle wants them."""

from __future__ import annotations

from collections.abc import Iterable

from kapi.oracle.compiled import World
from kapi.oracle.kernel import Kernel
from kapi.testgen.numbers import Numbers
from kapi.testgen.questions import Question


def observe_world(kernel: Kernel, questions: Iterable[Question], numbers: Numbers) -> World:
    """The world of a kernel, with answers to those questions that no call changes."""
    arches = (numbers.machine, numbers.arch_folder)
    answers = {}
    for question in questions:
        word = str(question.operands[0].value) if question.operands else ""
        value = kernel.answer(question.predicate, word, arches)
        if value is not None:
            answers[question.text] = value
    return World(numbers.constant, answers, numbers.page_size, numbers.word_bits)
