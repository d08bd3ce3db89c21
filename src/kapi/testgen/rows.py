# SPDX-License-Identifier: GPL-2.0-or-later
"""Which choices belong together in a case.

In: :class:`kapi.testgen.choices.Choices`. Out: rows: each state and surrounding by itself; for each
condition of the spec, what leaves it possible together with every state and surrounding that its
questions are about; and a covering of pairs.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product
from typing import Final

from kapi.expr.evaluate import evaluate
from kapi.expr.names import BOOL
from kapi.expr.typed import Typed, walk
from kapi.testgen import sorts, values
from kapi.testgen.case import WAITS
from kapi.testgen.choices import Choices, States, with_state
from kapi.testgen.setup.steps import State
from kapi.testgen.setup.surroundings import PLAIN, SURROUNDINGS, Surrounding

#: Values of one condition that are tried with every state.
_MOST_GOALS: Final = 8

#: Values of one condition that is just missed, which are tried with every state.
_FEW_GOALS: Final = 2

#: More than any event or record that a descriptor gives has.
_MANY_BYTES: Final = 4096

#: Rows from which chance lets the best one be taken.
_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """What one case is made of.

    :ivar states: of each parameter, in their order.
    """

    states: States
    around: Surrounding = PLAIN

    @property
    def name(self) -> str:
        """The end of the case's id."""
        words = [state.name for state in self.states]
        return ",".join(words) + ("" if self.around is PLAIN else f"@{self.around.name}")


def singles(choices: Choices) -> Iterator[Row]:
    """Each state and each surrounding, with everything else as usual.

    States are tried with many bytes as well, and with each of some named values.
    """
    usual = choices.usual
    yield Row(usual)
    bases = [usual]
    for index, param in enumerate(choices.params):
        if choices.sorts[param.name] == sorts.COUNT:
            bases.append(with_state(usual, index, choices.number(param, _MANY_BYTES)))
        elif choices.sorts[param.name] == sorts.VALUES:
            bases += [with_state(usual, index, one) for one in choices.states[param.name]]
    for index, found in enumerate(choices.states.values()):
        yield from (Row(with_state(base, index, state)) for base in bases for state in found)
    yield from (Row(usual, around) for around in choices.around)


def goals(choices: Choices) -> Iterator[Row]:
    """Rows that meet each condition of the spec where it can be met."""
    seeker = _Seeker(choices)
    for cause in choices.rules.causes:
        yield from seeker.goal(cause.when, cause.errnos)
        if cause.must and cause.when is not None:
            for near in _near_misses(cause.when):
                yield from seeker.near(near)
    for ensure in choices.rules.ensures:
        yield from seeker.goal(ensure.then, ())


def _near_misses(tree: Typed) -> Iterator[Typed]:
    """A condition with one of its parts negated: all but one hold."""
    parts = list(_parts(tree))
    for number, part in enumerate(parts) if len(parts) > 1 else ():
        others = [*parts[:number], Typed("!", BOOL, (part,)), *parts[number + 1 :]]
        yield reduce(lambda left, right: Typed("&&", BOOL, (left, right)), others)


def _parts(tree: Typed) -> Iterator[Typed]:
    """What a condition joins by ``&&``."""
    if tree.op != "&&":
        yield tree
        return
    for part in tree.operands:
        yield from _parts(part)


def covering(choices: Choices, chance: random.Random, budget: int) -> Iterator[Row]:
    """Rows that cover pairs of choices: each row is the best of some that chance gave."""
    columns = list(choices.states.values())
    around = [one for one in choices.around if not one.name.startswith("fault")]
    seen: set[tuple[int, str, int, str]] = set()
    for _ in range(budget):
        rows = [
            Row(
                tuple(chance.choice(column) for column in columns),
                chance.choice(around) if chance.random() < 0.3 else PLAIN,
            )
            for _ in range(_CANDIDATES)
        ]
        best = max(rows, key=lambda row: len(_pairs_of(row) - seen))
        seen |= _pairs_of(best)
        yield best


def _pairs_of(row: Row) -> set[tuple[int, str, int, str]]:
    named = [*enumerate(state.name for state in row.states), (-1, row.around.name)]
    return {(*one, *two) for one, two in combinations(named, 2)}


@dataclass(slots=True)
class _Seeker:
    """Seeks rows for conditions."""

    choices: Choices

    def goal(self, tree: Typed | None, errnos: Iterable[str]) -> Iterator[Row]:
        """Rows that meet a condition where it can be met."""
        around = [PLAIN, *self._around(tree, errnos)]
        asked = self._asked(tree) or {0: [next(iter(self.choices.states.values()))[0]]}
        for usual in self._bases(tree):
            for index, states in asked.items():
                for state, place in product(states, around):
                    if "EINTR" not in place.errnos:
                        yield Row(with_state(usual, index, state), place)
            if "EINTR" in errnos:
                yield from self._interrupted(usual)

    def near(self, tree: Typed) -> Iterator[Row]:
        """Rows that just miss a condition."""
        asked = self._asked(tree)
        for usual in self._bases(tree)[:_FEW_GOALS]:
            for index, states in asked.items():
                yield from (Row(with_state(usual, index, state)) for state in states)

    def _interrupted(self, usual: tuple[State, ...]) -> Iterator[Row]:
        """Calls that wait, and a signal comes."""
        for index, states in enumerate(self.choices.states.values()):
            for state in states:
                if WAITS in state.tags:
                    yield Row(with_state(usual, index, state), SURROUNDINGS["alarm"])

    def _bases(self, tree: Typed | None) -> list[tuple[State, ...]]:
        """The usual states, with values that leave a condition possible."""
        usual = self.choices.usual
        if tree is None:
            return [usual]
        found = self._possible(tree, (tree,))
        rivals = self._rivals(tree, found[0]) if found else []
        if rivals:
            # Values that meet the condition and not, at once, one that comes first.
            found = self._possible(tree, (tree, *rivals), rivals) or found
        return [self.choices.based(one) for one in found[:_MOST_GOALS]] or [usual]

    def _possible(
        self, tree: Typed, looked_at: tuple[Typed, ...], without: Iterable[Typed] = ()
    ) -> list[dict[str, int]]:
        """Values of the numeric parameters of a condition that leave it possible.

        :param looked_at: conditions from which values to try are taken.
        :param without: conditions that must not be true of the values alone.
        """
        tried = {
            param.name: list(
                dict.fromkeys(v for one in looked_at for v in self.choices.tried(one, param))
            )
            for param in self.choices.params
            if not self.choices.has_table(param) and param.name in values.names_of(tree, "param")
        }
        if len(looked_at) > 1:
            tried = {name: self._united(name, found) for name, found in tried.items()}
        return values.possible(
            tree,
            tried,
            self.choices.numbers.constant,
            self.choices.numbers.page_size,
            tuple(without),
        )

    def _united(self, name: str, found: list[int]) -> list[int]:
        """Values of several conditions together, where they are flags."""
        if self.choices.sorts[name] != sorts.FLAGS:
            return found
        pairs = {one | two for one in found for two in found}
        return sorted(pairs, key=lambda value: (value.bit_count(), value))

    def _rivals(self, tree: Typed, chosen: dict[str, int]) -> list[Typed]:
        """Other conditions with which a call must fail, true of the chosen values alone."""
        state = values.Known(self.choices.numbers.constant, chosen, self.choices.numbers.page_size)
        return [
            rule.when
            for rule in self.choices.rules.causes
            if rule.must
            and rule.when is not None
            and rule.when is not tree
            and evaluate(rule.when, state) is True
        ]

    def _asked(self, tree: Typed | None) -> dict[int, list[State]]:
        """The states to try, by the index of each parameter that a condition asks about."""
        if tree is None:
            return {}
        named = {
            name
            for one in walk(tree)
            if one.op == "ask"
            for part in one.operands
            for name in values.names_of(part, "param")
        }
        return {
            index: self.choices.states[param.name]
            for index, param in enumerate(self.choices.params)
            if param.name in named and self.choices.has_table(param)
        }

    def _around(self, tree: Typed | None, errnos: Iterable[str]) -> Iterator[Surrounding]:
        """The surroundings that may make a condition true, or bring an error about."""
        texts = values.question_texts(tree) if tree is not None else []
        for one in self.choices.around:
            if set(errnos) & one.errnos or any(text.startswith(one.asks) for text in texts):
                yield one
