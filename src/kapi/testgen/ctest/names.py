# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of tests: words of C that tell cases apart.

In: cases. Out: a name for each, made of the id: what all cases have in common is left out, and
numbers are replaced by the constants that the call in C shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kapi.model.spec import Spec
from kapi.testgen.case import Case

_OTHER = re.compile(r"[\W_]+", re.ASCII)
_VALUE = re.compile(r"(\w+)=(-?\w+)\Z", re.ASCII)


def names_of(cases: Sequence[Case], arguments: Sequence[Sequence[str]], spec: Spec) -> list[str]:
    """A name for each case, all different.

    :param arguments: of the call of each case, as C shows them.
    """
    rows = [_words(case, shown, spec) for case, shown in zip(cases, arguments, strict=True)]
    found: list[str] = []
    for words in rows:
        kept = [word for number, word in enumerate(words) if _tells(rows, number, words)] or words
        name = _OTHER.sub("_", "_".join(kept)).strip("_") or "plain"
        if name[0].isdigit():
            name = f"case_{name}"
        unique, count = name, 1
        while unique in found:
            count += 1
            unique = f"{name}_{count}"
        found.append(unique)
    return found


def _words(case: Case, shown: Sequence[str], spec: Spec) -> list[str]:
    """The parts of an id."""
    call = spec.name.removeprefix("sys_")
    text = case.id.removeprefix(call).lstrip("/-")
    row, _, around = text.partition("@")
    words = row.rstrip("~").split(",")
    if len(words) == len(spec.parameters):
        words = [
            argument if _VALUE.match(word) else word
            for word, argument in zip(words, shown, strict=True)
        ]
    return [*words, *([around] if around else [])]


def _tells(rows: Sequence[Sequence[str]], number: int, words: Sequence[str]) -> bool:
    """Whether a word is not the usual one at its place."""
    if len(words) == 1 or number >= len(words):
        return True
    others = [row[number] for row in rows if len(row) > number]
    return others.count(words[number]) * 2 <= len(others)
