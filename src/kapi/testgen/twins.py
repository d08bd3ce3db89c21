# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows that come in pairs: what is ignored with and without it, a user with a capability and none.

In: :class:`kapi.testgen.choices.Choices`. Out: a row, and the one it is compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from kapi.expr.evaluate import evaluate
from kapi.expr.parse import parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.spec import Param
from kapi.testgen import sorts, values
from kapi.testgen.choices import Choices, States, value_of, with_state
from kapi.testgen.rows import Row
from kapi.testgen.setup.surroundings import SURROUNDINGS, having

#: Sorts of parameters at which a capability may make a difference.
_WITH_RIGHTS: Final = (sorts.DESCRIPTOR, sorts.PATHNAME, sorts.RANGE)

#: What happens to a value that breaks its rule without an error.
_HARMLESS: Final = frozenset(("ignored", "masked"))


@dataclass(slots=True)
class Twins:
    """The twins of one spec."""

    choices: Choices

    def ignored(self) -> Iterator[tuple[Row, Row]]:
        """Rows with something that is ignored or masked, and without it."""
        for index, param in enumerate(self.choices.params):
            outcome = set(param.on_violation or ())
            if param.constraint is not None and outcome & _HARMLESS:
                if param.constraint.form == "range":
                    yield from self._cut(index, param)
                elif param.constraint.form == "mask":
                    yield from self._unknown_bits(index, param, param.constraint.mask or "0")
            for require in param.requires:
                if "ignored" in require.outcome:
                    yield from self._relation(index, param, require.expr)

    def capabilities(self) -> Iterator[tuple[Row, Row]]:
        """Calls of an ordinary user with one capability, beside those with none."""
        named = dict.fromkeys(one.name for one in self.choices.rules.spec.capabilities)
        for name in named:
            if self.choices.numbers.constant(name) is not None:
                yield from self._having(name)

    def _having(self, capability: str) -> Iterator[tuple[Row, Row]]:
        for index, param in enumerate(self.choices.params):
            if self.choices.sorts[param.name] not in _WITH_RIGHTS:
                continue
            for state in self.choices.states[param.name]:
                for base in self._for_capability():
                    states = with_state(base, index, state)
                    yield Row(states, having(capability)), Row(states, SURROUNDINGS["nobody"])

    def _for_capability(self) -> list[States]:
        """The usual states, and other values of flags and of what has named values.

        Of flags these are access modes and O_NOATIME.
        """
        usual = self.choices.usual
        for index, param in enumerate(self.choices.params):
            if self.choices.sorts[param.name] == sorts.VALUES:
                named = self.choices.states[param.name]
                return [with_state(usual, index, state) for state in named]
            if self.choices.sorts[param.name] == sorts.FLAGS:
                some = (self.choices.number(param, value) for value in (1, 2, 0o1000000))
                return [usual, *(with_state(usual, index, state) for state in some)]
        return [usual]

    def _unknown_bits(self, index: int, param: Param, mask: str) -> Iterator[tuple[Row, Row]]:
        known = self.choices.numbers.constant(mask) or 0
        for base in self._bases(param.name):
            for extra in (1 << 15 | 1 << 31, 1 << 29):
                value = value_of(base[index]) | (extra & ~known)
                yield Row(with_state(base, index, self.choices.number(param, value))), Row(base)

    def _cut(self, index: int, param: Param) -> Iterator[tuple[Row, Row]]:
        """Numbers above a bound that are cut to it, and the bound."""
        assert param.constraint is not None
        most = self.choices.numbers.constant(param.constraint.hi or "")
        if most is None:
            return
        for base in self._bases(param.name):
            twin = Row(with_state(base, index, self.choices.number(param, most)))
            for value in (most + 1, 0x80000000, 1 << 40):
                yield Row(with_state(base, index, self.choices.number(param, value))), twin

    def _bases(self, name: str) -> list[States]:
        """Rows of usual states, with a few states and a few values of the other flags."""
        usual = self.choices.usual
        found: list[States] = []
        for index, param in enumerate(self.choices.params):
            if self.choices.has_table(param):
                some = self.choices.states[param.name][:12]
                found += [with_state(usual, index, state) for state in some]
        for index, param in enumerate(self.choices.params):
            if self.choices.sorts[param.name] == sorts.FLAGS and param.name != name:
                numbers = [self.choices.number(param, value) for value in (0o100 | 1, 2)]
                found += [with_state(one, index, each) for one in found[:] for each in numbers]
        return found

    def _relation(self, index: int, param: Param, text: str) -> Iterator[tuple[Row, Row]]:
        """Values that break a relation which is then ignored, and what is left of them."""
        choices = self.choices
        tree = check_types(parse_expr(text), Scope(dict(choices.rules.params)))
        mentioned = values.names_of(tree, "param")
        others = [one for one in choices.params if one is not param and one.name in mentioned]
        tried = {one.name: choices.tried(tree, one)[:16] for one in others}
        own = choices.values_of(param)[:40] + choices.tried(tree, param)
        for chosen in product(*tried.values()):
            given = dict(zip(tried, chosen, strict=True))
            base = choices.based(given)
            for value in own:
                kept = self._kept(tree, param.name, value, given)
                if kept is not None and kept != value:
                    row = with_state(base, index, choices.number(param, value))
                    twin = with_state(base, index, choices.number(param, kept))
                    yield Row(row), Row(twin)

    def _kept(self, tree: Typed, name: str, value: int, given: dict[str, int]) -> int | None:
        """The largest part of a value with which the last part of a relation holds.

        A relation that is ignored is written ``usual || rest``: where it is broken, what the rest
        does not allow is dropped, and what comes first stays as it is.
        """

        def holds(node: Typed, number: int) -> bool:
            params = {**given, name: number}
            state = values.Known(
                self.choices.numbers.constant, params, self.choices.numbers.page_size
            )
            return evaluate(node, state) is True

        if holds(tree, value):
            return None
        bits = [1 << number for number in range(32) if value >> number & 1]
        parts = tree.operands if tree.op == "||" else (tree,)
        for part in reversed(parts):
            for size in range(len(bits), -1, -1) if len(bits) < 10 else (0,):
                for some in combinations(bits, size):
                    if holds(part, sum(some)):
                        return sum(some)
        return None
