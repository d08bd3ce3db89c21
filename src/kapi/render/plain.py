# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs for a terminal: a title line, a C prototype, and sections as in a manual page."""

from __future__ import annotations

from collections.abc import Sequence

from kapi.model.spec import Spec
from kapi.render.document import build_pages
from kapi.render.layout import LABEL_LIMIT, Paint, Word, columns_of, label_column, measure, wrap
from kapi.render.nodes import (
    Block,
    Blocks,
    Bullets,
    Definition,
    Definitions,
    Fields,
    Inline,
    Page,
    Paragraph,
    Row,
    Run,
    Style,
    Verbatim,
)
from kapi.render.options import Options

_STEP = 4
_LEAST_WIDTH = 40

_ANSI: dict[Style, str] = {
    "name": "\x1b[1m",
    "const": "\x1b[36m",
    "code": "\x1b[36m",
    "param": "\x1b[4m",
    "ref": "\x1b[35m",
    "quiet": "\x1b[2m",
}
_RESET = "\x1b[0m"


def render(specs: Sequence[Spec], options: Options) -> str:
    """All ``specs`` one after the other, a ruled line between them."""
    width = max(options.width, _LEAST_WIDTH)
    pages = build_pages(specs, options, columns=width - _STEP)
    rule = "\n\n" + "\u2500" * width + "\n\n"
    texts = ["\n".join(page_lines(page, options)) for page in pages]
    return rule.join(texts) + "\n" if texts else ""


def page_lines(page: Page, options: Options) -> list[str]:
    """The lines of one page."""
    return _Writer(max(options.width, _LEAST_WIDTH), options.colour).page(page)


class _Writer:
    def __init__(self, width: int, colour: bool) -> None:
        self._width = width
        self._paint: Paint = _painted if colour else None
        self._column = 0

    def page(self, page: Page) -> list[str]:
        lines = self._wrap((Run("name", page.name), *_dash(page.summary)), "", " " * _STEP)
        lines += ["", self._heading("Synopsis")]
        lines += [" " * _STEP + line for line in page.synopsis.split("\n")]
        for section in page.sections:
            self._column = label_column(section.blocks)
            lines += ["", self._heading(section.title), *self._blocks(section.blocks, _STEP)]
        return lines

    def _heading(self, title: str) -> str:
        return self._painted("name", title.upper())

    def _painted(self, style: Style, text: str) -> str:
        return self._paint(style, text) if self._paint else text

    def _wrap(self, runs: Inline, first: str, rest: str) -> list[str]:
        words = measure(runs, self._paint, self._width - columns_of(first))
        return wrap(words, self._width, first, rest)

    def _blocks(self, blocks: Blocks, depth: int) -> list[str]:
        """The lines of ``blocks``, ``depth`` columns from the left.

        A blank line stands between two blocks, but not between a lone paragraph on a thing and its
        fields.
        """
        lines: list[str] = []
        close = depth > _STEP and len(blocks) == 2 and isinstance(blocks[0], Paragraph)
        for block in blocks:
            if lines and not (close and isinstance(block, Fields)):
                lines.append("")
            lines += self._block(block, depth)
        return lines

    def _block(self, block: Block, depth: int) -> list[str]:
        left = " " * depth
        match block:
            case Paragraph(runs):
                return self._wrap(runs, left, left)
            case Verbatim(text):
                inner = left + ("" if block.language else " " * _STEP)
                return [inner + line if line else "" for line in text.split("\n")]
            case Bullets(items, markers):
                return self._bullets(items, markers, depth)
            case Fields(rows):
                return self._fields(rows, depth)
            case Definitions(entries):
                return self._definitions(entries, depth)

    def _bullets(
        self, items: tuple[Blocks, ...], markers: tuple[str, ...], depth: int
    ) -> list[str]:
        lines: list[str] = []
        for item, marker in zip(items, markers or ("-",) * len(items), strict=True):
            start = " " * depth + marker + " "
            inner = self._blocks(item, len(start))
            if inner:
                inner[0] = start + inner[0][len(start) :]
            lines += inner
        return lines

    def _definitions(self, entries: tuple[Definition, ...], depth: int) -> list[str]:
        lines: list[str] = []
        for entry in entries:
            if lines:
                lines.append("")
            head = (*entry.term, *_dash(entry.gloss))
            lines += self._wrap(head, " " * depth, " " * (depth + 2 * _STEP))
            lines += self._blocks(entry.body, depth + _STEP)
        return lines

    def _fields(self, rows: tuple[Row, ...], depth: int) -> list[str]:
        return [line for row in rows for line in self._row(row, depth)]

    def _row(self, row: Row, depth: int) -> list[str]:
        """One fact: beside its label if that is short, else running on after it."""
        left = " " * depth
        label = row.label + ":"
        hang = left + " " * self._column
        room = self._width - len(hang)
        values = [measure(runs, self._paint, room) for runs in row.paragraphs]
        longest = max((max(words)[0] for words in values if words), default=0)
        fits = 0 < longest <= room
        if not fits or columns_of(label) > LABEL_LIMIT + 1:
            words: list[Word] = [
                (columns_of(word), self._painted("quiet", word)) for word in label.split(" ")
            ]
            words += [word for runs in row.paragraphs for word in measure(runs, self._paint)]
            return wrap(words, self._width, left, left + " " * _STEP)
        lines: list[str] = []
        for value in values:
            lines += wrap(value, self._width, hang, hang)
        padding = " " * (self._column - columns_of(label))
        lines[0] = left + self._painted("quiet", label) + padding + lines[0][len(hang) :]
        return lines


def _painted(style: Style, text: str) -> str:
    """Text in the colour of its style."""
    start = _ANSI.get(style)
    return f"{start}{text}{_RESET}" if start else text


def _dash(runs: Inline) -> Inline:
    return (Run("text", " - "), *runs) if runs else ()
