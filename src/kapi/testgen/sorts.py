# SPDX-License-Identifier: GPL-2.0-or-later
"""What each parameter of a call is to a tester: a descriptor, a pathname, a buffer, flags ...

In: the rules of a spec. Out: the sort of each parameter, found from the questions that the spec
asks about it and from its constraint. No call is known here by name.
"""

from __future__ import annotations

from typing import Final

from kapi.expr.names import ADDRESS, FD, PATH, PREDICATES, SIZE
from kapi.expr.typed import Typed
from kapi.oracle.rules import Rules
from kapi.testgen.questions import Question, questions_of

DESCRIPTOR: Final = "descriptor"
NEW_DESCRIPTOR: Final = "new descriptor"
"""A number for a descriptor beside another one."""
START: Final = "start"
"""The descriptor of a directory where pathnames start."""
PATHNAME: Final = "pathname"
BUFFER: Final = "buffer"
RANGE: Final = "range"
"""The address of mappings."""
COUNT: Final = "count"
"""How many bytes a buffer has."""
LENGTH: Final = "length"
"""How many bytes a range of mappings has."""
FLAGS: Final = "flags"
VALUES: Final = "values"
"""One of some constants."""
NUMBER: Final = "number"

#: Questions that make an address the start of mappings.
_OF_MAPPINGS: Final = frozenset(("mapped", "vma_flags_any", "vma_anonymous"))


def sorts_of(rules: Rules) -> dict[str, str]:
    """The sort of each parameter, in their order."""
    asked: dict[str, set[str]] = {name: set() for name, _ in rules.params}
    for question in questions_of(rules):
        for operand, sort in _operand_sorts(question):
            if operand.op == "param":
                asked[str(operand.value)].add(sort)
    found: dict[str, str] = {}
    for param in rules.spec.parameters:
        sort = _sort_of(asked[param.name], param.constraint.form if param.constraint else "")
        if sort == DESCRIPTOR and DESCRIPTOR in found.values():
            sort = NEW_DESCRIPTOR
        found[param.name] = sort
    return found


def _operand_sorts(question: Question) -> list[tuple[Typed, str]]:
    """What a question makes of each of its operands."""
    kinds = PREDICATES[question.predicate].arguments
    maps = question.predicate in _OF_MAPPINGS
    words = {
        FD: START if PATH in kinds else DESCRIPTOR,
        PATH: PATHNAME,
        ADDRESS: RANGE if maps else BUFFER,
        SIZE: LENGTH if maps else COUNT,
    }
    pairs = zip(question.operands, kinds, strict=False)
    return [(operand, words[kind]) for operand, kind in pairs if kind in words]


def _sort_of(asked: set[str], form: str) -> str:
    for sort in (PATHNAME, START, DESCRIPTOR, RANGE, LENGTH, BUFFER, COUNT):
        if sort in asked:
            return sort
    return {"mask": FLAGS, "enum": VALUES}.get(form, NUMBER)
