# SPDX-License-Identifier: GPL-2.0-or-later
"""Canonical text: what a claim says, free of how it was written.

In: facts, which are names with values. Out: one line for each fact said; equal for equal claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

#: One thing a claim says: a name and its value; ``None`` is not said.
Fact = tuple[str, str | int | tuple[str, ...] | None]


def write(kind: str, facts: Iterable[Fact]) -> str:
    """The canonical text of a claim of some kind.

    An empty set that was given differs from one that was not.
    """
    lines = [kind]
    for name, value in facts:
        if isinstance(value, tuple):
            lines += [f"{name}: {item}" for item in value] or [f"{name}:"]
        elif value is not None:
            lines.append(f"{name}: {value}")
    return "\n".join(lines)


def slug(text: str) -> str:
    """``text`` as a part of an id; never empty."""
    return re.sub(r"\W+", "-", text).strip("-") or digest(text)[:8]


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def says(facts: Iterable[Fact]) -> bool:
    """Whether at least one fact is said."""
    return any(value is not None for _, value in facts)


def condition(when: str | None, prose: str | None) -> Fact:
    """The condition of something; words count only if no expression says it exactly."""
    return ("condition", words(prose)) if when is None else ("when", expr(when))


def yes_no(value: bool | None) -> str | None:
    """A truth value as a word."""
    return None if value is None else ("yes" if value else "no")


def as_set(items: Iterable[str] | None) -> tuple[str, ...] | None:
    """Items whose order means nothing, each once."""
    return None if items is None else tuple(sorted(set(items)))


def words(text: str | None) -> str | None:
    """Prose with each run of blanks as one."""
    return None if text is None else " ".join(text.split())


def expr(text: str | None) -> str | None:
    """Code that may be absent, squeezed."""
    return None if text is None else squeezed(text)


#: Two characters that would be another operator, or a comment, without the blank between them.
_GLUED = frozenset(
    "++ -- && || << >> <= >= == != += -= *= %= &= |= ^= -> .. // /* */ ## ::".split()
) | {"/="}


def squeezed(text: str) -> str:
    """Code without the blanks that mean nothing."""
    found = ""
    for part in text.split():
        joint = found[-1:] + part[0]
        if joint in _GLUED or (_is_of_word(found[-1:]) and _is_of_word(part[0])):
            found += " "
        found += part
    return found


def _is_of_word(character: str) -> bool:
    """Letters, digits and the underscore, without the time that a regular expression takes."""
    return character.isalnum() or character == "_"
