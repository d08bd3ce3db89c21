"""Random expressions with random states, for tests that compare backends."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from kapi.expr.evaluate import Value
from kapi.expr.names import KINDS, PREDICATES
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types

PARAMS = {"fd": "unsigned int", "n": "size_t", "off": "loff_t", "buf": "char __user *"}
CONSTANTS = {"A_FLAG": 0x40, "B_FLAG": 0x80000000, "TOP": (1 << 64) - 1, "LOW": -(1 << 63)}
NUMBERS = (0, 1, 2, 7, 63, 64, 4095, 4096, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32)
EDGES = (*NUMBERS, -1, -2, (1 << 63) - 1, -(1 << 63), (1 << 64) - 1, 1 << 63)

_BOOLS = ("fd_open(fd)", "fd_cloexec(fd)", "readable(buf, n)", "writable(buf, n)")
_INTS = ("fd_flags(fd)", "fd_pos(fd)", "rlimit(RLIMIT_FSIZE)", "fd_seals(fd)")
_KINDS = (("fd_kind(fd)", "fd kind"), ("fs_type(fd)", "fs type"))


@dataclass
class Facts:
    """A state: values of names, and answers by the text of their question; others are unknown."""

    values: Mapping[str, int]
    answers: Mapping[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> int | None:
        return self.values[name]

    def ask(self, question: str) -> Value:
        return self.answers.get(question)


def random_text(rng: random.Random, after: bool) -> str:
    """An expression that is a truth value; ``after`` lets it use ``ret`` and ``old``."""
    while True:
        text = _truth(rng, 4, after)
        with suppress(ExprError):  # some need more bits than are computed with
            typed(text, after)
            return text


def _truth(rng: random.Random, depth: int, after: bool) -> str:
    def some(kind: Callable[..., str]) -> str:
        return kind(rng, depth - 1, after)

    if depth == 0:
        return _asked(rng, rng.choice(_BOOLS), after)
    kinds = [
        lambda: f"({some(_truth)} && {some(_truth)})",
        lambda: f"({some(_truth)} || {some(_truth)})",
        lambda: f"!({some(_truth)})",
        lambda: (
            f"({some(_number)}) {rng.choice(('==', '!=', '<', '<=', '>', '>='))} ({some(_number)})"
        ),
        lambda: f"({some(_number)}) in {{{some(_bracketed)}, {some(_bracketed)}}}",
        lambda: f"({some(_number)}) in ({some(_number)})..({some(_number)})",
        lambda: f"(({some(_number)}) & ({some(_number)}))",
        lambda: f"!!({some(_truth)}) == !!({some(_truth)})",
        lambda: f"!!({some(_truth)}) != ({some(_bracketed)} < 5)",
        lambda: _kind(rng, after),
        lambda: _asked(rng, rng.choice(_BOOLS), after),
        lambda: f"old({_truth(rng, depth - 1, False)})" if after else some(_truth),
    ]
    return rng.choice(kinds)()


def _kind(rng: random.Random, after: bool) -> str:
    question, kind = rng.choice(_KINDS)
    question = _asked(rng, question, after)
    words = KINDS[kind]
    if rng.random() < 0.5:
        return f"{question} {rng.choice(('==', '!='))} {rng.choice(words)}"
    return f"{question} in {{{rng.choice(words)}, {rng.choice(words)}}}"


def _asked(rng: random.Random, question: str, after: bool) -> str:
    return f"old({question})" if after and rng.random() < 0.3 else question


def _bracketed(rng: random.Random, depth: int, after: bool) -> str:
    return f"({_number(rng, depth, after)})"


def _number(rng: random.Random, depth: int, after: bool) -> str:
    if depth <= 0 or rng.random() < 0.3:
        leaves = [
            str(rng.choice(NUMBERS)),
            hex(rng.choice(NUMBERS)),
            rng.choice(("fd", "n", "off", "page_size")),
            rng.choice(tuple(CONSTANTS)),
            _asked(rng, rng.choice(_INTS), after),
        ]
        return rng.choice([*leaves, "ret"] if after else leaves)
    left, right = (_bracketed(rng, depth - 1, after) for _ in range(2))
    forms = [
        f"{left} {rng.choice('+-&|^')} {right}",
        f"{rng.choice('~-')}{left}",
        f"{left} {rng.choice(('<<', '>>'))} {rng.randrange(20)}",
        f"{left} * {rng.choice((*range(9), 'fd'))}",
        # Remainders of negative numbers differ between languages; & by what is not negative.
        f"({left} & 0xffff) % {rng.choice((1, 7, 4096))}",
    ]
    return rng.choice(forms)


def typed(text: str, after: bool) -> Typed:
    """The tree of an expression over :data:`PARAMS`."""
    return check_types(parse_expr(text), Scope(PARAMS, before=not after))


def random_facts(rng: random.Random) -> tuple[Facts, Facts]:
    """States before and after a call: edges, and answers of which some are missing."""
    values = {name: rng.choice(EDGES) for name in ("off", "ret")}
    values["n"] = rng.choice(EDGES) % (1 << 64)
    values["fd"] = rng.choice(EDGES) % (1 << 32)
    values["page_size"] = 4096
    values["buf"] = 4096
    values |= CONSTANTS
    return _facts(rng, values), _facts(rng, values)


def _facts(rng: random.Random, values: Mapping[str, int]) -> Facts:
    answers: dict[str, Value] = {}
    for question in (*_BOOLS, *_INTS, *(one for one, _ in _KINDS)):
        if rng.random() < 0.25:
            continue
        result = PREDICATES[question.partition("(")[0]].result
        if result == "bool":
            answers[question] = rng.random() < 0.5
        elif result == "int":
            answers[question] = rng.choice(EDGES)
        else:
            answers[question] = rng.choice(KINDS[result])
    return Facts(values, answers)
