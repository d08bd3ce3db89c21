"""Asks any questions of the states before and after a call."""

from __future__ import annotations

from collections.abc import Sequence

from kapi.expr.parse import parse_expr
from kapi.expr.typed import Scope, check_types
from kapi.testgen.case import Case
from kapi.testgen.numbers import Numbers
from kapi.testgen.observe import Answered, Observer
from kapi.testgen.places import Place
from kapi.testgen.questions import Question, watches_of
from kapi.testgen.results import Result, read_host, read_result
from kapi.testgen.setting import Setting
from kapi.testgen.subject import Subject


def question(text: str, subject: Subject) -> Question:
    """The question that a predicate with arguments asks."""
    node = parse_expr(text)
    params = dict(subject.rules.params)
    for kind in ("bool", "int", "fd kind", "path kind", "fs type"):
        try:
            typed = check_types(node, Scope(params, before=False), kind)
        except Exception:  # noqa: BLE001 - another kind may fit
            continue
        if typed.op == "truth":
            continue
        return Question(text, str(typed.value), typed.operands)
    raise AssertionError(f"no question: {text}")


def ask(
    place: Place, numbers: Numbers, asked: Sequence[tuple[Case, Subject, tuple[str, ...]]]
) -> list[tuple[Result, Answered]]:
    """Results of cases, and answers to some questions of each."""
    texts, plans = [], []
    for case, subject, wanted in asked:
        questions = tuple(question(text, subject) for text in wanted)
        watches = watches_of(questions, subject.rules, numbers.constant, numbers.word_bits)
        texts.append(case.to_text(numbers, watches))
        plans.append((subject, questions, watches))
    heard = place.run("\n".join(texts), 0, len(texts))
    assert heard.complaint == ""
    setting = Setting(read_host(heard.lines[0]), numbers)
    found = []
    for line, (subject, questions, watches) in zip(heard.lines[1:], plans, strict=True):
        result = read_result(line)
        observer = Observer(questions, subject.rules, setting)
        found.append((result, observer.answer(result, watches)))
    return found
