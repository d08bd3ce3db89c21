"""Runs of text -> lines of a width in terminal columns.

Wide characters count two, combining ones none. A word is never cut; one that is too long stands
alone on its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from unicodedata import category, east_asian_width

from kapi.render.nodes import Blocks, Definitions, Fields, Inline, Style

#: Labels of up to so many columns have their values beside them, in one column.
LABEL_LIMIT = 14

#: A word: pieces without blanks, each with its style.
Word = list[tuple[Style, str]]


def columns_of(text: str) -> int:
    """How many terminal columns ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def split_words(runs: Inline) -> list[Word]:
    """The words of ``runs``; a word may reach over several runs."""
    words: list[Word] = []
    joins = False
    for piece in runs:
        for at, part in enumerate(piece.text.split(" ")):
            if at:
                joins = False
            if not part:
                continue
            if joins:
                words[-1].append((piece.style, part))
            else:
                words.append([(piece.style, part)])
                joins = True
    return words


def wrap(
    words: Iterable[Word],
    width: int,
    first: str,
    rest: str,
    paint: Callable[[Style, str], str],
) -> list[str]:
    """``words`` as lines of at most ``width`` columns.

    :param first: what the first line starts with: blanks, or blanks and a bullet.
    :param rest: blanks that the other lines start with.
    :param paint: adds colour to a piece.
    """
    lines: list[str] = []
    line: list[Word] = []
    used = columns_of(first)
    for word in words:
        size = sum(columns_of(text) for _, text in word)
        if line and used + 1 + size > width:
            lines.append((rest if lines else first) + _painted(line, paint))
            line, used = [], len(rest)
        used += size + (1 if line else 0)
        line.append(word)
    if line:
        lines.append((rest if lines else first) + _painted(line, paint))
    return lines


def _painted(words: list[Word], paint: Callable[[Style, str], str]) -> str:
    """``words`` with blanks between them; a stretch in one style is painted once."""
    stretches: list[tuple[Style, str]] = []
    for word in words:
        for at, (style, text) in enumerate(word):
            joined = stretches and stretches[-1][0] == style
            blank = " " if stretches and not at else ""
            if joined:
                stretches[-1] = (style, stretches[-1][1] + blank + text)
            else:
                stretches += [("text", blank)] if blank else []
                stretches.append((style, text))
    return "".join(paint(style, text) for style, text in stretches)


def label_column(blocks: Blocks) -> int:
    """Where the values beside labels start, so that all in one section are aligned."""
    return max(_label_sizes(blocks), default=0) + 2


def _label_sizes(blocks: Blocks) -> Iterator[int]:
    for block in blocks:
        if isinstance(block, Fields):
            sizes = (columns_of(row.label) for row in block.rows)
            yield from (size for size in sizes if size <= LABEL_LIMIT)
        elif isinstance(block, Definitions):
            for entry in block.entries:
                yield from _label_sizes(entry.body)
