"""Compiled C, compiled Python and the definition of the language agree on random expressions."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from kapi.expr.definite import Atom, Condition, definitely
from kapi.expr.emit import c_language, emit, kind_constant, kind_enums, python_language
from kapi.expr.evaluate import Value, evaluate
from kapi.expr.names import KINDS
from kapi.expr.show import show
from kapi.expr.typed import Typed
from tests.expr.samples import Facts, random_facts, random_text, typed

COUNT = 1500
STATES = 8


class Case:
    """One expression with states and what the definition says of each."""

    def __init__(self, rng: random.Random) -> None:
        self.after = rng.random() < 0.5
        self.text = random_text(rng, self.after)
        self.node = typed(self.text, self.after)
        self.asks = list(dict.fromkeys(_questions(self.node)))
        self.states = [random_facts(rng) for _ in range(STATES)]
        self.expected = [evaluate(self.node, now, before) for before, now in self.states]


def _questions(node: Typed) -> list[Typed]:
    """All questions of an expression, those of the state before inside ``old``."""
    found: list[Typed] = []

    def visit(condition: Condition) -> None:
        if isinstance(condition, Atom):
            found.extend(condition.needs)
        else:
            for part in condition.parts:
                visit(part)

    for wanted in (True, False):
        visit(definitely(node, wanted))
    return found


def answer(node: Typed, before: Facts, now: Facts) -> Value:
    asked = node.operands[0] if node.op == "old" else node
    return (before if node.op == "old" else now).answers.get(show(asked))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    rng = random.Random(20241117)
    return [Case(rng) for _ in range(COUNT)]


def test_the_sample_covers_all_outcomes(cases: list[Case]) -> None:
    found = [value for case in cases for value in case.expected]
    for outcome in (True, False, None):
        assert found.count(outcome) > len(found) // 20


def test_python_agrees(cases: list[Case]) -> None:
    for case in cases:
        index = {question: number for number, question in enumerate(case.asks)}
        language = python_language(
            name=lambda node: f"values[{str(node.value)!r}]",
            answer=lambda node: f"answers[{index[node]}]",  # noqa: B023 - used at once
            known=lambda node: f"answers[{index[node]}] is not None",  # noqa: B023 - used at once
        )
        code = [
            compile(emit(definitely(case.node, wanted), language), case.text, "eval")
            for wanted in (True, False)
        ]
        for (before, now), expected in zip(case.states, case.expected, strict=True):
            names = {
                "values": now.values,
                "answers": [answer(question, before, now) for question in case.asks],
            }
            truth, falsehood = (eval(one, names) for one in code)
            assert (truth, falsehood) == (expected is True, expected is False), case.text


HEAD = """\
#include <stdbool.h>
#include <stdio.h>
typedef __int128 kapi_int;
struct answer { bool known; kapi_int value; };
"""


def c_int(value: int) -> str:
    """A C constant of any value that 128 bits hold."""
    high, low = divmod(value, 1 << 64)
    return f"((kapi_int){high} * ((kapi_int)1 << 64) + (kapi_int){low}ULL)"


def c_value(node: Typed, value: Value) -> str:
    asked = node.operands[0] if node.op == "old" else node
    if isinstance(value, str):
        return kind_constant(asked.type, value)
    return c_int(int(value or 0))


def c_function(number: int, case: Case) -> str:
    index = {question: at for at, question in enumerate(case.asks)}
    language = c_language(
        name=lambda node: f"p_{node.value}",
        answer=lambda node: f"a[{index[node]}].value",
        known=lambda node: f"a[{index[node]}].known",
    )
    names = sorted(case.states[0][1].values)
    lines = [
        f"static int f{number}(const kapi_int *p, const struct answer *a)",
        "{",
        *(f"\tkapi_int p_{name} = p[{at}];" for at, name in enumerate(names)),
        *(f"\t(void)p_{name};" for name in names),
        "\t(void)a;",
        f"\tif ({emit(definitely(case.node, True), language)})",
        "\t\treturn 1;",
        f"\treturn {emit(definitely(case.node, False), language)} ? 0 : 2;",
        "}",
    ]
    return "\n".join(lines)


def c_call(number: int, case: Case, before: Facts, now: Facts) -> str:
    values = ", ".join(c_int(now.values[name]) for name in sorted(now.values))
    answers = [(question, answer(question, before, now)) for question in case.asks]
    rows = ", ".join(
        f"{{ {str(value is not None).lower()}, {c_value(question, value)} }}"
        for question, value in answers
    )
    return (
        f'\tprintf("%d\\n", f{number}((kapi_int[]){{ {values} }},'
        f" (struct answer[]){{ {rows or '{ 0 }'} }}));"
    )


@pytest.mark.requires("gcc")
def test_c_agrees(cases: list[Case], tmp_path: Path) -> None:
    chosen = cases[:400]
    parts = [HEAD, kind_enums()]
    parts += [c_function(number, case) for number, case in enumerate(chosen)]
    parts += ["int main(void)", "{"]
    for number, case in enumerate(chosen):
        parts += [c_call(number, case, before, now) for before, now in case.states]
    source = tmp_path / "cases.c"
    source.write_text("\n".join([*parts, "\treturn 0;", "}", ""]))
    program = tmp_path / "cases"
    flags = ["-O0", "-w", "-fsanitize=undefined", "-fno-sanitize-recover=all"]
    subprocess.run(["gcc", *flags, "-o", str(program), str(source)], check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=True)
    found = [{"1": True, "0": False, "2": None}[line] for line in done.stdout.split()]
    expected = [value for case in chosen for value in case.expected]
    wrong = [
        (case.text, at)
        for at, case in enumerate(case for case in chosen for _ in case.states)
        if found[at] is not expected[at]
    ]
    assert wrong == []


def test_every_word_of_a_kind_has_its_own_number() -> None:
    text = kind_enums()
    names = [kind_constant(kind, word) for kind, words in KINDS.items() for word in words]
    assert len(set(names)) == len(names)
    assert all(f"\t{name}" in text for name in names)
