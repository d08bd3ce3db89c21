# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of text -> lines of a width in terminal columns.

Wide characters count two, combining ones none. A word is never cut; one that is too long stands
alone on its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from kapi.render.nodes import Blocks, Definitions, Fields, Inline, Style, plain_text

#: Labels of up to so many columns have their values beside them, in one column.
LABEL_LIMIT = 14

#: Adds colour to a piece of text; ``None`` leaves all as it is.
Paint = Callable[[Style, str], str] | None

#: A word: its columns, and its text with colours.
Word = tuple[int, str]


def columns_of(text: str) -> int:
    """How many terminal columns ``text`` takes."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def split_words(runs: Inline) -> list[list[tuple[Style, str]]]:
    """The words of ``runs`` as styled pieces; a word may reach over several runs."""
    words: list[list[tuple[Style, str]]] = []
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


def measure(runs: Inline, paint: Paint, room: int = 0) -> list[Word]:
    """The words of ``runs`` as :func:`wrap` takes them.

    :param room: so many columns need no break; text that fits may come as one long word.
    """
    if paint is None:
        text = plain_text(runs)
        if not text.isascii():
            return [(columns_of(word), word) for word in text.split(" ") if word]
        words = text.split()
        if words and len(text) <= room:
            words = [" ".join(words)]
        return [(len(word), word) for word in words]
    return [
        (
            sum(columns_of(text) for _, text in word),
            "".join(paint(style, text) for style, text in word),
        )
        for word in split_words(runs)
    ]


def wrap(words: Iterable[Word], width: int, first: str, rest: str) -> list[str]:
    """``words`` as lines of at most ``width`` columns.

    :param first: what the first line starts with: blanks, or blanks and a bullet.
    :param rest: blanks that the other lines start with.
    """
    lines: list[str] = []
    line: list[str] = []
    used = columns_of(first)
    for size, text in words:
        if line and used + 1 + size > width:
            lines.append((rest if lines else first) + " ".join(line))
            line, used = [], len(rest)
        used += size + 1 if line else size
        line.append(text)
    if line:
        lines.append((rest if lines else first) + " ".join(line))
    return lines


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
