# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers that make a difference to a spec: flags alone and together, bounds and their neighbours.

In: an expression of a spec and one of its numeric parameters. Out: values to try. Everything comes
from the expressions: a flag that they do not name, and a number that nothing is compared with, is
as good as any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from kapi.expr.evaluate import Value, evaluate
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk
from kapi.oracle.compiled import register_value

Constants = Callable[[str], int | None]

#: Flags of an expression of which all combinations are tried.
_MOST_BITS: Final = 7
_COMPARISONS: Final = frozenset(("==", "!=", "<", "<=", ">", ">=", "in", "range"))

#: Answers that every case of the executor finds: docs/executor.md, "What a case finds".
_USUAL: Final[dict[str, Value]] = {"rlimit(RLIMIT_NOFILE)": 1024, "nr_open()": 1 << 20}


@dataclass(frozen=True, slots=True)
class Known:
    """A state of which only parameters are known, and what is usual or given.

    :ivar params: values by name; others are unknown.
    :ivar answers: by question.
    """

    constants: Constants
    params: dict[str, int]
    page_size: int = 4096
    answers: dict[str, Value] | None = None

    def value(self, name: str) -> int | None:
        """A parameter or a constant."""
        if name in self.params:
            return self.params[name]
        return self.page_size if name == "page_size" else self.constants(name)

    def ask(self, question: str) -> Value:
        """What is usual; else unknown."""
        return (self.answers or {}).get(question)


def names_of(node: Typed, op: str) -> list[str]:
    """Names of all nodes of a kind, such as ``param``, each once."""
    return list(dict.fromkeys(str(one.value) for one in walk(node) if one.op == op))


def bits_near(node: Typed, param: str, constants: Constants) -> list[int]:
    """The flags that an expression looks at in a parameter, each a constant or one of its bits."""
    found: list[int] = []
    for one in walk(node):
        if one.op not in ("&", "==", "!=", "in", "|"):
            continue
        if param not in names_of(one, "param"):
            continue
        for name in names_of(one, "constant"):
            value = constants(name)
            if value is not None and value > 0:
                found += [value, *_split(value)]
    return sorted(set(found))


def _split(value: int) -> list[int]:
    """The bits of a small field, such as O_ACCMODE, which has values of its own."""
    bits = [1 << number for number in range(64) if value >> number & 1]
    return bits if len(bits) == 2 and value < 16 else []


def flag_values(node: Typed, param: str, constants: Constants) -> list[int]:
    """All combinations of the flags that an expression looks at, the smaller ones first."""
    bits = bits_near(node, param, constants)[-_MOST_BITS:]
    found = {0}
    for size in range(1, len(bits) + 1):
        found.update(_joined(some) for some in combinations(bits, size))
    return sorted(found, key=lambda value: (value.bit_count(), value))


def _joined(values: Iterable[int]) -> int:
    result = 0
    for value in values:
        result |= value
    return result


def bounds_near(
    node: Typed, param: str, constants: Constants, page_size: int, c_type: str, word_bits: int
) -> list[int]:
    """Numbers that an expression compares a parameter with, and their neighbours."""
    state = Known(constants, {}, page_size, _USUAL)
    found: set[int] = set()
    for one in walk(node):
        if one.op not in _COMPARISONS or param not in names_of(one, "param"):
            continue
        for part in one.operands:
            value = evaluate(part, state) if param not in names_of(part, "param") else None
            if isinstance(value, int):
                found.update((value - 1, int(value), value + 1))
    return sorted({register_value(value, c_type, word_bits) for value in found})


def possible(
    node: Typed,
    choices: dict[str, list[int]],
    constants: Constants,
    page_size: int,
    without: tuple[Typed, ...] = (),
) -> list[dict[str, int]]:
    """The combinations of values with which an expression may still be true.

    Of those that differ only in more flags, the one with the fewest stays.

    :param choices: values to try, by parameter.
    :param without: expressions that must not be true of the values alone.
    """
    kept: list[dict[str, int]] = []
    for values in product(*choices.values()):
        params = dict(zip(choices, values, strict=True))
        state = Known(constants, params, page_size, _USUAL)
        if evaluate(node, state) is False or any(_within(one, params) for one in kept):
            continue
        if any(evaluate(other, state) is True for other in without):
            continue
        kept.append(params)
    return kept


def _within(small: dict[str, int], large: dict[str, int]) -> bool:
    """Whether all bits of the one are in the other."""
    return all(small[name] >= 0 and not small[name] & ~large[name] for name in small) and all(
        value >= 0 for value in large.values()
    )


def question_texts(node: Typed) -> list[str]:
    """The questions that an expression asks."""
    return list(dict.fromkeys(show(one) for one in walk(node) if one.op == "ask"))
