# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes test cases from a spec alone.

In: a spec, the numbers of a machine, a seed. Out: :class:`kapi.testgen.case.Case` values, the same
for the same input. Four parts, none of which knows a call by name:

* each state of each parameter, and each surrounding, with everything else as usual;
* goals: for each condition of the spec, the values that leave it possible, with every state and
  surrounding that its questions are about, so that it is met where it can be met at all;
* pairs: a covering of all pairs of states, values and surroundings, as far as the budget goes;
* twins: what the spec says is ignored, with and without it; calls with and without a privilege.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from typing import Final

from kapi.expr.evaluate import evaluate
from kapi.expr.typed import Typed
from kapi.model.spec import Param, Spec
from kapi.oracle.rules import Rules, build_rules
from kapi.testgen import sorts, values
from kapi.testgen.case import WAITS, Arg, Case
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup import process
from kapi.testgen.setup.descriptors import DESCRIPTORS
from kapi.testgen.setup.files import PATHS
from kapi.testgen.setup.memory import BUFFERS, PAGE, RANGES, STRINGS
from kapi.testgen.setup.steps import AT_FDCWD, State, Steps
from kapi.testgen.setup.surroundings import PLAIN, SURROUNDINGS, Surrounding, having
from kapi.testgen.sorts import sorts_of

#: How long a call may take of which it is known that it may wait for ever, in milliseconds.
_PATIENCE_MS: Final = 250

#: Rows of the covering of pairs, in a full run and in a short one.
_PAIRS: Final = 400
_PAIRS_SHORT: Final = 30

#: Values of one condition that are tried with every state.
_MOST_GOALS: Final = 8

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

#: Sorts of parameters whose states get a directory of their own, but for states without files.
_APART: Final = (sorts.NEW_DESCRIPTOR, sorts.START)
_WITHOUT_FILES: Final = ("at-fdcwd", "closed", "minus-1", "int-max", "int-min")

#: Sorts of parameters at which a capability may make a difference.
_WITH_RIGHTS: Final = (sorts.DESCRIPTOR, sorts.PATHNAME, sorts.RANGE)


@dataclass(frozen=True, slots=True)
class Row:
    """What one case is made of.

    :ivar states: of each parameter, in their order.
    """

    states: tuple[State, ...]
    around: Surrounding = PLAIN

    @property
    def name(self) -> str:
        """The end of the case's id."""
        words = [state.name for state in self.states]
        return ",".join(words) + ("" if self.around is PLAIN else f"@{self.around.name}")


def make_cases(
    spec: Spec, numbers: Numbers, *, short: bool = False, seed: int = 0
) -> tuple[Case, ...]:
    """The cases of a spec, each id once.

    :param spec: its includes resolved.
    :param short: a part of them, for a quick look.
    :param seed: for what is chosen at random.
    """
    maker = _Maker(build_rules(spec, numbers.arch_folder), numbers, random.Random(seed))
    rows = dict.fromkeys(maker.rows(_PAIRS_SHORT if short else _PAIRS))
    found = {case.id: case for case in (maker.case(row) for row in rows)}
    for case in maker.twins():
        found.setdefault(case.id, case)
    return _shortened(tuple(found.values())) if short else tuple(found.values())


def _shortened(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Every sixth case that may be left out, and those that it must agree with."""
    kept = [case for number, case in enumerate(cases) if number % 6 == 0 or case.brings]
    wanted = {case.id for case in kept} | {case.twin for case in kept}
    return tuple(case for case in cases if case.id in wanted)


@dataclass(slots=True)
class _Maker:
    """Makes the cases of one spec."""

    rules: Rules
    numbers: Numbers
    random: random.Random
    sorts: dict[str, str] = field(init=False)
    choices: dict[str, list[State]] = field(init=False)
    around: list[Surrounding] = field(init=False)

    def __post_init__(self) -> None:
        self.sorts = sorts_of(self.rules)
        params = self.rules.spec.parameters
        self.choices = {param.name: self._choices(param) for param in params}
        present = set(self.sorts.values())
        self.around = [one for one in SURROUNDINGS.values() if not one.sorts or one.sorts & present]

    # What there is to choose from.

    def _choices(self, param: Param) -> list[State]:
        """The states of a parameter, the usual one first."""
        sort = self.sorts[param.name]
        if sort in _TABLES:
            usual, table = _TABLES[sort]
            named = [table[usual], *(one for name, one in table.items() if name != usual)]
            if sort == sorts.NEW_DESCRIPTOR:
                named += [self._number(param, value) for value in self._bounds(param)]
            return named
        return [self._number(param, value) for value in self._values(param)]

    def _values(self, param: Param) -> list[int]:
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
        found: list[int] = []
        for tree in self._trees():
            near = values.bounds_near(
                tree,
                param.name,
                self.numbers.constant,
                self.numbers.page_size,
                param.type or "long",
                self.numbers.word_bits,
            )
            found += near
        return sorted(set(found))

    def _trees(self) -> Iterator[Typed]:
        rules = self.rules
        yield from (cause.when for cause in rules.causes if cause.when is not None)
        yield from (ensure.then for ensure in rules.ensures)
        yield from (tree for tree in (rules.success, rules.closed) if tree is not None)

    def _number(self, param: Param, value: int) -> State:
        return State(f"{param.name}={self._shown(param, value)}", lambda _steps: value)

    def _shown(self, param: Param, value: int) -> str:
        """A value as the id of a case has it."""
        if self.sorts[param.name] == sorts.VALUES and param.constraint is not None:
            for word in param.constraint.values:
                if self.numbers.constant(word) == value:
                    return word
        return f"{value:#o}" if self.sorts[param.name] == sorts.FLAGS else f"{value:#x}"

    # Which of them belong together.

    def rows(self, pairs: int) -> Iterator[Row]:
        """All rows; some more than once."""
        usual = tuple(found[0] for found in self.choices.values())
        yield Row(usual)
        for index, found in enumerate(self.choices.values()):
            yield from (Row(_with(usual, index, state)) for state in found)
        yield from (Row(usual, around) for around in self.around)
        for cause in self.rules.causes:
            yield from self._goal(cause.when, cause.errnos)
        for ensure in self.rules.ensures:
            yield from self._goal(ensure.then, ())
        yield from self._pairs(pairs)

    def _goal(self, tree: Typed | None, errnos: Iterable[str]) -> Iterator[Row]:
        """Rows that meet a condition where it can be met."""
        around = [PLAIN, *self._around(tree, errnos)]
        asked = self._asked(tree) or {0: [next(iter(self.choices.values()))[0]]}
        for usual in self._bases(tree):
            for index, states in asked.items():
                for state, place in product(states, around):
                    if "EINTR" not in place.errnos:
                        yield Row(_with(usual, index, state), place)
            if "EINTR" in errnos:
                yield from self._interrupted(usual)

    def _interrupted(self, usual: tuple[State, ...]) -> Iterator[Row]:
        """Calls that wait, and a signal comes."""
        for index, states in enumerate(self.choices.values()):
            for state in states:
                if WAITS in state.tags:
                    yield Row(_with(usual, index, state), SURROUNDINGS["alarm"])

    def _bases(self, tree: Typed | None) -> list[tuple[State, ...]]:
        """The usual states, with values that leave a condition possible."""
        usual = tuple(found[0] for found in self.choices.values())
        if tree is None:
            return [usual]
        found = self._possible(tree, (tree,))
        rivals = self._rivals(tree, found[0]) if found else []
        if rivals:
            # Values that meet the condition and not, at once, one that comes first.
            found = self._possible(tree, (tree, *rivals), rivals) or found
        return [self._based(usual, one) for one in found[:_MOST_GOALS]] or [usual]

    def _possible(
        self, tree: Typed, looked_at: tuple[Typed, ...], without: Iterable[Typed] = ()
    ) -> list[dict[str, int]]:
        """Values of the numeric parameters of a condition that leave it possible.

        :param looked_at: conditions from which values to try are taken.
        :param without: conditions that must not be true of the values alone.
        """
        tried = {
            param.name: list(dict.fromkeys(v for one in looked_at for v in self._tried(one, param)))
            for param in self.rules.spec.parameters
            if self.sorts[param.name] not in _TABLES
            and param.name in values.names_of(tree, "param")
        }
        if len(looked_at) > 1:
            tried = {name: self._united(name, found) for name, found in tried.items()}
        return values.possible(
            tree, tried, self.numbers.constant, self.numbers.page_size, tuple(without)
        )

    def _united(self, name: str, found: list[int]) -> list[int]:
        """Values of several conditions together, where they are flags."""
        if self.sorts[name] != sorts.FLAGS:
            return found
        pairs = {one | two for one in found for two in found}
        return sorted(pairs, key=lambda value: (value.bit_count(), value))

    def _rivals(self, tree: Typed, chosen: dict[str, int]) -> list[Typed]:
        """Other conditions with which a call must fail, true of the chosen values alone."""
        state = values.Known(self.numbers.constant, chosen, self.numbers.page_size)
        return [
            rule.when
            for rule in self.rules.causes
            if rule.must
            and rule.when is not None
            and rule.when is not tree
            and evaluate(rule.when, state) is True
        ]

    def _tried(self, tree: Typed, param: Param) -> list[int]:
        sort = self.sorts[param.name]
        if sort == sorts.FLAGS:
            return values.flag_values(tree, param.name, self.numbers.constant)
        if sort == sorts.VALUES:
            return self._values(param)
        bounds = values.bounds_near(
            tree,
            param.name,
            self.numbers.constant,
            self.numbers.page_size,
            param.type or "long",
            self.numbers.word_bits,
        )
        return list(dict.fromkeys((self._values(param)[0], *bounds, 0)))

    def _based(self, usual: tuple[State, ...], chosen: dict[str, int]) -> tuple[State, ...]:
        for index, param in enumerate(self.rules.spec.parameters):
            if param.name in chosen:
                usual = _with(usual, index, self._number(param, chosen[param.name]))
        return usual

    def _asked(self, tree: Typed | None) -> dict[int, list[State]]:
        """The states to try, by the index of each parameter that a condition asks about."""
        if tree is None:
            return {}
        named = {
            name
            for one in values.nodes(tree)
            if one.op == "ask"
            for part in one.operands
            for name in values.names_of(part, "param")
        }
        return {
            index: self.choices[param.name]
            for index, param in enumerate(self.rules.spec.parameters)
            if param.name in named and self.sorts[param.name] in _TABLES
        }

    def _around(self, tree: Typed | None, errnos: Iterable[str]) -> Iterator[Surrounding]:
        """The surroundings that may make a condition true, or bring an error about."""
        texts = values.question_texts(tree) if tree is not None else []
        for one in self.around:
            if set(errnos) & one.errnos or any(text.startswith(one.asks) for text in texts):
                yield one

    def _pairs(self, budget: int) -> Iterator[Row]:
        """Rows that cover pairs of choices: each row is the best of some that chance gave."""
        columns: list[list[State]] = list(self.choices.values())
        around = [one for one in self.around if not one.name.startswith("fault")]
        seen: set[tuple[int, str, int, str]] = set()
        for _ in range(budget):
            rows = [
                Row(
                    tuple(self.random.choice(column) for column in columns),
                    self.random.choice(around) if self.random.random() < 0.3 else PLAIN,
                )
                for _ in range(8)
            ]
            best = max(rows, key=lambda row: len(_pairs_of(row) - seen))
            seen |= _pairs_of(best)
            yield best

    # Cases.

    def case(self, row: Row) -> Case:
        """The case of a row."""
        steps, arming = Steps(), Steps()
        for signal in self._sent():
            process.count_signal(steps, signal)
        row.around.first(steps)
        args = self._args(steps, row.states)
        row.around.last(steps)
        row.around.arming(arming)
        tags = row.around.tags.union(*(state.tags for state in row.states))
        if WAITS in tags:
            steps.add("timeout", _PATIENCE_MS)
        brings = [*row.around.brings, *(one for state in row.states for one in state.brings)]
        return Case(
            id=f"{self.rules.spec.name.removeprefix('sys_')}/{row.name}",
            call=self.rules.spec.name,
            args=args,
            setup=tuple(steps.ops),
            arming=tuple(arming.ops),
            tags=tags,
            brings=tuple(brings),
        )

    def _args(self, steps: Steps, states: tuple[State, ...]) -> tuple[Arg, ...]:
        """The arguments. Of two that need files, the one has a directory of its own for them."""
        found: list[Arg] = []
        for state, sort in zip(states, self.sorts.values(), strict=True):
            apart = sort in _APART and state.name not in _WITHOUT_FILES
            if apart:
                steps.do("mkdirat", AT_FDCWD, b"apart", 0o755)
                steps.do("chdir", b"apart")
            found.append(state.make(steps))
            if apart:
                steps.do("chdir", b"..")
        return tuple(found)

    def _sent(self) -> list[str]:
        """Signals that the call may send to its caller; they are counted."""
        named = [signal.signal_name for signal in self.rules.spec.signals]
        return [name for name in dict.fromkeys(named) if name in ("SIGPIPE", "SIGXFSZ")]

    def twins(self) -> Iterator[Case]:
        """Pairs of cases that must agree, or whose difference is what a privilege does."""
        for row, twin in self._ignored():
            yield self.case(twin)
            yield _twin(self.case(row), self.case(twin))
        for capability in self._capabilities():
            yield from self._having(capability)

    def _capabilities(self) -> list[str]:
        """The capabilities that the spec speaks of."""
        named = dict.fromkeys(one.name for one in self.rules.spec.capabilities)
        return [name for name in named if self.numbers.constant(name) is not None]

    def _having(self, capability: str) -> Iterator[Case]:
        """Calls of an ordinary user with one capability, beside those with none."""
        usual = tuple(found[0] for found in self.choices.values())
        for index, param in enumerate(self.rules.spec.parameters):
            if self.sorts[param.name] not in _WITH_RIGHTS:
                continue
            for state in self.choices[param.name]:
                for base in self._for_capability(usual):
                    states = _with(base, index, state)
                    twin = self.case(Row(states, SURROUNDINGS["nobody"]))
                    yield twin
                    yield _twin(self.case(Row(states, having(capability))), twin)

    def _for_capability(self, usual: tuple[State, ...]) -> list[tuple[State, ...]]:
        """The usual states, and with each access mode where there are flags."""
        found = [usual]
        for index, param in enumerate(self.rules.spec.parameters):
            if self.sorts[param.name] == sorts.FLAGS:
                found += [
                    _with(usual, index, self._number(param, value)) for value in (1, 2, 0o1000000)
                ]
                break
        return found

    def _ignored(self) -> Iterator[tuple[Row, Row]]:
        """Rows with something that is ignored or masked, and without it."""
        for index, param in enumerate(self.rules.spec.parameters):
            if param.constraint is None:
                continue
            if param.constraint.form == "range" and "masked" in (param.on_violation or ()):
                yield from self._cut(index, param)
            if self.sorts[param.name] != sorts.FLAGS:
                continue
            known = self.numbers.constant(param.constraint.mask or "0") or 0
            for base in self._for_ignored(param.name):
                for extra in (
                    (1 << 15 | 1 << 31, 1 << 29)
                    if set(param.on_violation or ())
                    & {
                        "ignored",
                        "masked",
                    }
                    else ()
                ):
                    value = self._value_in(base[index])
                    row = _with(base, index, self._number(param, value | (extra & ~known)))
                    yield Row(row), Row(base)
            for require in param.requires:
                if "ignored" in require.outcome:
                    yield from self._relation(index, param, require.expr)

    def _cut(self, index: int, param: Param) -> Iterator[tuple[Row, Row]]:
        """Numbers above a bound that are cut to it, and the bound."""
        assert param.constraint is not None
        most = self.numbers.constant(param.constraint.hi or "")
        if most is None:
            return
        for base in self._for_ignored(param.name):
            twin = Row(_with(base, index, self._number(param, most)))
            for value in (most + 1, 0x80000000, 1 << 40):
                yield Row(_with(base, index, self._number(param, value))), twin

    def _for_ignored(self, name: str) -> list[tuple[State, ...]]:
        """Rows of usual states, with a few values of the other flags and of this one."""
        usual = tuple(found[0] for found in self.choices.values())
        found = []
        tables = [
            self.choices[param.name][:12] if self.sorts[param.name] in _TABLES else []
            for param in self.rules.spec.parameters
        ]
        for index, states in enumerate(tables):
            found += [_with(usual, index, state) for state in states]
        for index, param in enumerate(self.rules.spec.parameters):
            if self.sorts[param.name] == sorts.FLAGS and param.name != name:
                found += [
                    _with(one, index, self._number(param, value))
                    for one in found[:]
                    for value in (0o100 | 1, 2)
                ]
        return found

    def _value_in(self, state: State) -> int:
        value = state.make(Steps())
        assert isinstance(value, int)
        return value

    def _relation(self, index: int, param: Param, text: str) -> Iterator[tuple[Row, Row]]:
        """Values that break a relation which is then ignored, and what is left of them."""
        from kapi.expr.parse import parse_expr
        from kapi.expr.typed import Scope, check_types

        tree = check_types(parse_expr(text), Scope(dict(self.rules.params)))
        usual = tuple(found[0] for found in self.choices.values())
        others = [
            one
            for one in self.rules.spec.parameters
            if one.name != param.name and one.name in values.names_of(tree, "param")
        ]
        tried = {one.name: self._tried(tree, one)[:16] for one in others}
        for chosen in product(*tried.values()):
            given = dict(zip(tried, chosen, strict=True))
            for value in self._values(param)[:40] + values.flag_values(
                tree, param.name, self.numbers.constant
            ):
                kept = self._kept(tree, param.name, value, given)
                if kept is not None and kept != value:
                    base = self._based(usual, given)
                    row = _with(base, index, self._number(param, value))
                    yield Row(row), Row(_with(base, index, self._number(param, kept)))

    def _kept(self, tree: Typed, name: str, value: int, given: dict[str, int]) -> int | None:
        """The largest part of a value with which the last part of a relation holds.

        A relation that is ignored is written ``usual || rest``: where it is broken, what the rest
        does not allow is dropped, and what comes first stays as it is.
        """

        def holds(node: Typed, number: int) -> bool:
            params = {**given, name: number}
            state = values.Known(self.numbers.constant, params, self.numbers.page_size)
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


def _with(states: tuple[State, ...], index: int, state: State) -> tuple[State, ...]:
    return (*states[:index], state, *states[index + 1 :])


def _pairs_of(row: Row) -> set[tuple[int, str, int, str]]:
    named = [*enumerate(state.name for state in row.states), (-1, row.around.name)]
    return {(*one, *two) for one, two in combinations(named, 2)}


def _twin(case: Case, twin: Case) -> Case:
    return replace(case, id=f"{case.id}~", twin=twin.id)
