# SPDX-License-Identifier: GPL-2.0-or-later
"""Breaks text into lines of a comment so that reading them gives the text again.

In: text, and what stands before it. Out: lines without the asterisk. A line is broken at a single
blank only, and never where another kernel-doc reader would take the next line for a section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from kapi.lang.blocks import section_word

#: Columns of a line of source, with the asterisk and the blanks around it.
WIDTH = 100
_STAR = len(" * ")

_SINGLE_BLANK = re.compile(r"(?<=[^ ]) (?=[^ ])")
_OPERATOR = re.compile(r"(?<=[^ ]) (?=(?:&&|\|\|) )|[(){}\[\]]")

#: How deep in brackets an expression is broken at its operators.
_DEEPEST = 8


class _Lines:
    """Lines under way.

    :param head: what the first line begins with.
    :param indent: blanks before every other line.
    """

    def __init__(self, head: str, indent: int) -> None:
        self.lines = [head]
        self._indent = " " * indent
        self._empty = True

    def fits(self, text: str) -> bool:
        """Whether there is room for ``text`` in the last line."""
        return _STAR + len(self.lines[-1]) + (not self._empty) + len(text) <= WIDTH

    def turn(self) -> None:
        """Begin a line, unless nothing stands in the last one."""
        if not self._empty:
            self.lines.append(self._indent)
            self._empty = True

    def add(self, text: str) -> None:
        """Append to the last line, a blank between."""
        self.lines[-1] += text if self._empty else " " + text
        self._empty = False

    def fill(self, parts: Iterable[str]) -> None:
        """Append as many parts as fit to each line."""
        for part in parts:
            if not self.fits(part):
                self.turn()
            self.add(part)


def fill_text(head: str, text: str, indent: int) -> list[str]:
    """Prose behind ``head``, its paragraphs parted by blank lines.

    :param indent: blanks before every line but the first.
    """
    found: list[str] = []
    for number, paragraph in enumerate(text.split("\n\n")):
        lines = _Lines(head if number == 0 else " " * indent, indent)
        lines.fill(_words(paragraph))
        found += ["", *lines.lines]
    return found[1:]


def fill_code(head: str, text: str, indent: int) -> list[str]:
    """An expression behind ``head``, broken before ``&&`` and ``||`` rather than elsewhere."""
    lines = _Lines(head, indent)
    _fill_code(lines, text, 0)
    return lines.lines


def _fill_code(lines: _Lines, text: str, level: int) -> None:
    """Appends an expression: whole if it fits, else each operand that does not on its own line."""
    if lines.fits(text):
        lines.add(text)
        return
    parts = _operands(text) if level < _DEEPEST else [text]
    if len(parts) == 1:
        lines.fill(_words(text))
        return
    for part in parts:
        if not lines.fits(part):
            lines.turn()
        _fill_code(lines, part, level + 1)


def _operands(text: str) -> list[str]:
    """An expression cut before its outermost ``&&`` and ``||``."""
    cuts: dict[int, list[int]] = {}
    depth = 0
    for match in _OPERATOR.finditer(text):
        if match[0] == " ":
            cuts.setdefault(depth, []).append(match.start())
        else:
            depth += 1 if match[0] in "({[" else -1
    outermost = cuts[min(cuts)] if cuts else []
    bounds = [-1, *outermost, len(text)]
    return [text[start + 1 : end] for start, end in pairwise(bounds)]


def _words(text: str) -> list[str]:
    """Pieces between single blanks; one that must not begin a line stays with the one before."""
    words = _SINGLE_BLANK.split(text)
    groups: list[list[str]] = []
    for index, word in enumerate(words):
        if groups and _is_hazard(words[index : index + _HAZARD_WORDS]):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [" ".join(group) for group in groups]


#: Most words that make the head of a section for another reader: ``* note : text``.
_HAZARD_WORDS = 3


def _is_hazard(words: list[str]) -> bool:
    """Whether a line that begins with these words would start a section for other readers."""
    text = " ".join(words)
    return ":" in text and bool(section_word(text))
