# SPDX-License-Identifier: GPL-2.0-or-later
"""What there is to choose from for each parameter of a call.

In: the rules of a spec, the numbers of a machine. Out: :class:`Choices`: states by parameter, the
usual one first, and values that a condition of the spec looks at.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

from kapi.expr.typed import Typed
from kapi.model.spec import Param
from kapi.oracle.rules import Rules
from kapi.testgen import sorts, values
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup.descriptors import DESCRIPTORS
from kapi.testgen.setup.files import PATHS
from kapi.testgen.setup.memory import BUFFERS, PAGE, RANGES, STRINGS
from kapi.testgen.setup.steps import State, Steps
from kapi.testgen.setup.surroundings import SURROUNDINGS, Surrounding
from kapi.testgen.sorts import sorts_of

#: One state for each parameter, in their order.
States = tuple[State, ...]

_COUNTS: Final = (16, 0, 1, 8, 10, PAGE, 1 << 20, 0x7FFFF000, 0x80000000, 1 << 63, (1 << 64) - 1)
_LENGTHS: Final = (PAGE, 0, 1, PAGE + 1, 3 * PAGE, 1 << 40, 1 << 63, (1 << 64) - PAGE)
_NUMBERS: Final = (0, 1, 2, 0x7FFFFFFF, 0x80000000, (1 << 32) | 1, (1 << 64) - 1)

_STRINGS: Final = {
    f"string-{name}": replace(state, name=f"string-{name}") for name, state in STRINGS.items()
}

#: The state tables by sort, and the state of each that is usual.
_TABLES: Final = {
    sorts.DESCRIPTOR: ("reg", DESCRIPTORS),
    sorts.NEW_DESCRIPTOR: ("closed", DESCRIPTORS),
    sorts.START: ("at-fdcwd", DESCRIPTORS),
    sorts.PATHNAME: ("file", {**PATHS, **_STRINGS}),
    sorts.BUFFER: ("good", BUFFERS),
    sorts.RANGE: ("anonymous", RANGES),
}


def with_state(states: States, index: int, state: State) -> States:
    """The states with another one for one parameter."""
    return (*states[:index], state, *states[index + 1 :])


@dataclass(slots=True)
class Choices:
    """The choices of one spec.

    :ivar sorts: of each parameter, by name.
    :ivar states: of each parameter, by name; the usual one first.
    :ivar around: surroundings that may matter.
    """

    rules: Rules
    numbers: Numbers
    sorts: dict[str, str] = field(init=False)
    states: dict[str, list[State]] = field(init=False)
    around: list[Surrounding] = field(init=False)

    def __post_init__(self) -> None:
        self.sorts = sorts_of(self.rules)
        self.states = {param.name: self._states(param) for param in self.params}
        present = set(self.sorts.values())
        self.around = [one for one in SURROUNDINGS.values() if not one.sorts or one.sorts & present]

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters of the spec."""
        return self.rules.spec.parameters

    @property
    def usual(self) -> States:
        """The usual state of each parameter."""
        return tuple(found[0] for found in self.states.values())

    def has_table(self, param: Param) -> bool:
        """Whether its states are set up, and not numbers."""
        return self.sorts[param.name] in _TABLES

    def _states(self, param: Param) -> list[State]:
        """The states of a parameter, the usual one first."""
        sort = self.sorts[param.name]
        if sort in _TABLES:
            usual, table = _TABLES[sort]
            named = [table[usual], *(one for name, one in table.items() if name != usual)]
            if sort == sorts.NEW_DESCRIPTOR:
                named += [self.number(param, value) for value in self._bounds(param)]
            return named
        return [self.number(param, value) for value in self.values_of(param)]

    def values_of(self, param: Param) -> list[int]:
        """The values of a numeric parameter, the usual one first."""
        sort = self.sorts[param.name]
        if sort == sorts.FLAGS:
            return self._flags(param)
        if sort == sorts.VALUES and param.constraint is not None:
            named = [self.numbers.value(word) for word in param.constraint.values]
            return list(dict.fromkeys((*named, *(max(named) + step for step in (1, 7)), 9999, -1)))
        usual = {sorts.COUNT: _COUNTS, sorts.LENGTH: _LENGTHS}.get(sort, _NUMBERS)
        return list(dict.fromkeys((*usual, *self._bounds(param))))

    def _flags(self, param: Param) -> list[int]:
        """Each flag alone, pairs of flags, all of them, and bits that mean nothing."""
        assert param.constraint is not None
        rule = param.constraint
        known = self.numbers.constant(rule.mask or "0") or 0
        bits = [1 << number for number in range(32) if known >> number & 1]
        pairs = [one | two for one, two in combinations(bits, 2)]
        unknown = [1 << number for number in range(32) if not known >> number & 1]
        extra = [0o644] if known == 0o7777 else []
        some = pairs if known != 0o7777 else []
        return list(dict.fromkeys((*extra, 0, *bits, *some, known, *unknown[-3:], 0xFFFFFFFF)))

    def _bounds(self, param: Param) -> list[int]:
        found = {
            value for tree in self.rules.conditions() for value in self.bounds_near(tree, param)
        }
        return sorted(found)

    def bounds_near(self, tree: Typed, param: Param) -> list[int]:
        """Numbers that a condition compares a parameter with, and their neighbours."""
        numbers = self.numbers
        return values.bounds_near(
            tree,
            param.name,
            numbers.constant,
            numbers.page_size,
            param.type or "long",
            numbers.word_bits,
        )

    def number(self, param: Param, value: int) -> State:
        """A number as a state."""
        return State(f"{param.name}={self._shown(param, value)}", lambda _steps: value)

    def _shown(self, param: Param, value: int) -> str:
        """A value as the id of a case has it."""
        if self.sorts[param.name] == sorts.VALUES and param.constraint is not None:
            for word in param.constraint.values:
                if self.numbers.constant(word) == value:
                    return word
        return f"{value:#o}" if self.sorts[param.name] == sorts.FLAGS else f"{value:#x}"

    def tried(self, tree: Typed, param: Param) -> list[int]:
        """Values of a numeric parameter that may matter to a condition."""
        sort = self.sorts[param.name]
        if sort == sorts.FLAGS:
            return values.flag_values(tree, param.name, self.numbers.constant)
        if sort == sorts.VALUES:
            return self.values_of(param)
        found = (self.values_of(param)[0], *self.bounds_near(tree, param), 0)
        return list(dict.fromkeys(found))

    def based(self, chosen: dict[str, int]) -> States:
        """The usual states, with some numbers."""
        found = self.usual
        for index, param in enumerate(self.params):
            if param.name in chosen:
                found = with_state(found, index, self.number(param, chosen[param.name]))
        return found


def value_of(state: State) -> int:
    """The number that a state of a numeric parameter stands for."""
    value = state.make(Steps())
    assert isinstance(value, int)
    return value
