# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines of C as kernel style wants them: tabs, and long calls broken behind a comma.

In: a statement on one line. Out: lines of at most :data:`WIDTH` columns where that is possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

WIDTH: Final = 100
TAB: Final = 8
COMMENT_WIDTH: Final = 80


def statement(text: str, depth: int = 1) -> list[str]:
    """A statement, indented; what goes on is aligned with the innermost open bracket."""
    lines, line, column = [], "\t" * depth, depth * TAB
    brackets: list[int] = []
    for piece in _pieces(text):
        if column + len(piece.rstrip()) > WIDTH and brackets and line.strip():
            lines.append(line.rstrip())
            column = brackets[-1]
            line = "\t" * (column // TAB) + " " * (column % TAB)
        for offset, char in _code(piece):
            if char in "({":
                brackets.append(column + offset + 1)
            elif char in ")}" and brackets:
                brackets.pop()
        line += piece
        column += len(piece)
    return [*lines, line]


def _pieces(text: str) -> Iterator[str]:
    """The text, cut behind each comma outside strings."""
    start = 0
    for offset, char in _code(text):
        if char == "," and text[offset + 1 : offset + 2] == " ":
            yield text[start : offset + 2]
            start = offset + 2
    yield text[start:]


def _code(text: str) -> Iterator[tuple[int, str]]:
    """Characters outside strings, with their places."""
    inside, skip = False, False
    for offset, char in enumerate(text):
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif char == '"':
            inside = not inside
        elif not inside:
            yield offset, char


def comment(*paragraphs: str) -> list[str]:
    """A comment of several lines."""
    lines = ["/*"]
    for number, paragraph in enumerate(paragraphs):
        lines += [" *"] if number else []
        for line in paragraph.split("\n"):
            lines += [f" * {part}" for part in _wrapped(line)] or [" *"]
    return [*lines, " */"]


def _wrapped(line: str) -> list[str]:
    return wrap(line, COMMENT_WIDTH - 3, break_long_words=False, break_on_hyphens=False)
