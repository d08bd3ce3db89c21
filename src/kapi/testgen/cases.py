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
from dataclasses import replace
from typing import Final

from kapi.model.spec import Spec
from kapi.oracle.rules import build_rules
from kapi.testgen import sorts
from kapi.testgen.case import WAITS, Arg, Case
from kapi.testgen.choices import Choices, States
from kapi.testgen.numbers import Numbers
from kapi.testgen.rows import Row, covering, goals, singles
from kapi.testgen.setup import process
from kapi.testgen.setup.rare import rare_cases
from kapi.testgen.setup.steps import AT_FDCWD, Steps
from kapi.testgen.twins import Twins

#: How long a call may take of which it is known that it may wait for ever, in milliseconds.
_PATIENCE_MS: Final = 250

#: Rows of the covering of pairs, in a full run and in a short one.
_PAIRS: Final = 400
_PAIRS_SHORT: Final = 30

#: A short run has about so many cases, and at most one of so many.
_SHORT: Final = 500
_LEAST_STEP: Final = 6

#: Signals that a call may send to its caller, who must not end of them.
_SENT: Final = frozenset(("SIGPIPE", "SIGXFSZ"))

#: Sorts of parameters whose states get a directory of their own, but for states without files.
_APART: Final = (sorts.NEW_DESCRIPTOR, sorts.START)
_WITHOUT_FILES: Final = ("at-fdcwd", "closed", "minus-1", "int-max", "int-min")


def make_cases(
    spec: Spec, numbers: Numbers, *, short: bool = False, seed: int = 0
) -> tuple[Case, ...]:
    """The cases of a spec, each id once.

    :param spec: its includes resolved.
    :param short: a part of them, for a quick look.
    :param seed: for what is chosen at random.
    """
    choices = Choices(build_rules(spec, numbers.arch_folder), numbers)
    chance = random.Random(seed)
    rows = [*singles(choices), *goals(choices)]
    rows += covering(choices, chance, _PAIRS_SHORT if short else _PAIRS)
    found: dict[str, Case] = {}
    for row in rows:
        _add(found, choices, row)
    twins = Twins(choices)
    for row, twin in (*twins.ignored(), *twins.capabilities()):
        other = _add(found, choices, twin)
        case = _case(choices, row)
        found.setdefault(f"{case.id}~", replace(case, id=f"{case.id}~", twin=other.id))
    for case in rare_cases(spec.name.removeprefix("sys_")):
        found.setdefault(case.id, case)
    return _shortened(tuple(found.values())) if short else tuple(found.values())


def _add(found: dict[str, Case], choices: Choices, row: Row) -> Case:
    """The case of a row, made if it is not there yet."""
    name = _id(choices, row)
    if name not in found:
        found[name] = _case(choices, row)
    return found[name]


def _shortened(cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Some of the cases, all that bring about rare causes, and those that they must agree with."""
    step = max(_LEAST_STEP, len(cases) // _SHORT)
    kept = [case for number, case in enumerate(cases) if number % step == 0 or case.brings]
    wanted = {case.id for case in kept} | {case.twin for case in kept}
    return tuple(case for case in cases if case.id in wanted)


def _id(choices: Choices, row: Row) -> str:
    return f"{choices.rules.spec.name.removeprefix('sys_')}/{row.name}"


def _case(choices: Choices, row: Row) -> Case:
    """The case of a row."""
    spec = choices.rules.spec
    steps, arming = Steps(), Steps()
    sent = dict.fromkeys(signal.signal_name for signal in spec.signals)
    for signal in sent:
        if signal in _SENT:
            process.count_signal(steps, signal)
    row.around.first(steps)
    args = _args(steps, row.states, tuple(choices.sorts.values()))
    row.around.last(steps)
    row.around.arming(arming)
    tags = row.around.tags.union(*(state.tags for state in row.states))
    if WAITS in tags:
        steps.add("timeout", _PATIENCE_MS)
    brings = [*row.around.brings, *(one for state in row.states for one in state.brings)]
    return Case(
        id=_id(choices, row),
        call=spec.name,
        args=args,
        setup=tuple(steps.ops),
        arming=tuple(arming.ops),
        tags=tags,
        brings=tuple(brings),
    )


def _args(steps: Steps, states: States, kinds: tuple[str, ...]) -> tuple[Arg, ...]:
    """The arguments. Of two that need files, the one has a directory of its own for them."""
    found: list[Arg] = []
    for state, sort in zip(states, kinds, strict=True):
        apart = sort in _APART and state.name not in _WITHOUT_FILES
        if apart:
            steps.do("mkdirat", AT_FDCWD, b"apart", 0o755)
            steps.do("chdir", b"apart")
        found.append(state.make(steps))
        if apart:
            steps.do("chdir", b"..")
    return tuple(found)
