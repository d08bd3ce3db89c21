# SPDX-License-Identifier: GPL-2.0-or-later
"""The lines of one comment, and values made of pieces of them, each knowing its place.

In: a source file and the offsets of a comment. Out: :class:`Line` values with their indentation,
and :class:`Value`, text that may be cut and split without losing where it stands.
Knows nothing of tags.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from kapi.diagnostics import Sink
from kapi.source import SourceFile, Span

_TAB_STOP = 8
_BLANKS = " \t"
_ODD = re.compile("\r+|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")


class Line(NamedTuple):
    """One body line of a comment.

    :param number: line in the file, from 1.
    :param column: column of the first character of ``text``, from 1.
    :param indent: blanks left after removing the asterisk and one blank, tabs expanded.
    :param text: the text, blanks trimmed on both sides; empty for a blank line.
    :param tab: a tab is part of the indentation.
    """

    number: int
    column: int
    indent: int
    text: str
    tab: bool

    def span(self, path: str, start: int = 0, end: int | None = None) -> Span:
        """The place of ``text[start:end]``."""
        stop = len(self.text) if end is None else end
        return Span(path, self.number, self.column + start, self.number, self.column + stop)


class Piece(NamedTuple):
    """A part of a value that stands on one line; ``fresh`` begins a new paragraph."""

    text: str
    line: int
    column: int
    fresh: bool = False


class Value:
    """Text put together from pieces, with the place of every character.

    ``text`` joins the pieces with one blank; ``prose`` keeps paragraph breaks.
    """

    __slots__ = ("_starts", "path", "pieces", "text")

    def __init__(self, path: str, pieces: list[Piece]) -> None:
        self.path = path
        self.pieces = pieces
        self._starts: list[int] | None = None
        self.text = (
            pieces[0].text if len(pieces) == 1 else " ".join([piece.text for piece in pieces])
        )

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def prose(self) -> str:
        """The text with a blank line between paragraphs."""
        parts: list[str] = []
        for piece in self.pieces:
            if parts:
                parts.append("\n\n" if piece.fresh else " ")
            parts.append(piece.text)
        return "".join(parts)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place of ``text[start:end]``."""
        stop = len(self.text) if end is None else end
        if len(self.pieces) == 1:  # most values
            text, line, column, _ = self.pieces[0]
            most = len(text)
            end_column = column + min(max(start, stop), most)
            return Span(self.path, line, column + min(start, most), line, end_column)
        line, column = self._place(start, start)
        end_line, end_column = (
            self._place(stop, max(stop - 1, 0)) if stop > start else (line, column)
        )
        return Span(self.path, line, column, end_line, end_column)

    def _place(self, offset: int, inside: int) -> tuple[int, int]:
        """Line and column of an offset, on the line of the character at ``inside``."""
        if len(self.pieces) == 1:
            piece, start = self.pieces[0], 0
        else:
            index = self._index(inside)
            piece, start = self.pieces[index], self._offsets()[index]
        return piece.line, piece.column + min(offset - start, len(piece.text))

    def _offsets(self) -> list[int]:
        """The offset of each piece, worked out when it is first asked for."""
        if self._starts is None:
            lengths = (len(piece.text) + 1 for piece in self.pieces[:-1])
            self._starts = list(accumulate(lengths, initial=0))
        return self._starts

    def _index(self, offset: int) -> int:
        """Index of the piece that holds the character at ``offset``."""
        return bisect_right(self._offsets(), offset) - 1

    def cut(self, start: int, end: int | None = None) -> Value:
        """The part ``text[start:end]``, blanks trimmed, as a value of its own."""
        stop = len(self.text) if end is None else end
        if len(self.pieces) == 1:
            found = _trim(self.pieces[0], start, stop)
            return Value(self.path, [found or Piece("", *self._place(start, start))])
        parts: list[Piece] = []
        starts = self._offsets()
        for index in range(self._index(start), len(self.pieces)):
            at = starts[index]
            if at >= stop:
                break
            found = _trim(self.pieces[index], max(start - at, 0), stop - at)
            if found:
                parts.append(found if parts else found._replace(fresh=False))
        return Value(self.path, parts or [Piece("", *self._place(start, start))])

    def split(self, separators: str, most: int = -1) -> list[Value]:
        """Parts between separators that stand outside parentheses, at most ``most`` splits."""
        parts: list[Value] = []
        start = 0
        for at in separator_offsets(self.text, separators):
            if most >= 0 and len(parts) >= most:
                break
            parts.append(self.cut(start, at))
            start = at + 1
        parts.append(self.cut(start))
        return parts


def _trim(piece: Piece, start: int, end: int) -> Piece | None:
    """The part ``text[start:end]`` of a piece without blanks around it; ``None`` if it is blank."""
    text = piece.text[start:end]
    left = text.lstrip(" ")
    if not left:
        return None
    column = piece.column + start + len(text) - len(left)
    return Piece(left.rstrip(" "), piece.line, column, piece.fresh)


def separator_offsets(text: str, separators: str) -> list[int]:
    """Offsets of the characters of ``separators`` outside brackets."""
    depth = 0
    found: list[int] = []
    for match in re.finditer(rf"[()\[\]{{}}{re.escape(separators)}]", text):
        char = match[0]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth = max(depth - 1, 0)
        elif depth == 0:
            found.append(match.start())
    return found


def read_lines(source: SourceFile, start: int, end: int, sink: Sink) -> list[Line]:
    """The body lines of the comment ``source.text[start:end]``.

    :param start: offset of ``/**``.
    :param end: offset behind ``*/``.
    :param sink: receives ``encoding``, ``lone-cr`` and ``no-star``.
    """
    number = source.line_of(start)
    lines: list[Line] = []
    body = source.text[start:end].removesuffix("*/").split("\n")[1:]
    for offset, raw in enumerate(body, 1):
        lines.append(_read_line(source.path, number + offset, raw.removesuffix("\r"), sink))
    return lines


def _read_line(path: str, number: int, raw: str, sink: Sink) -> Line:
    """One line: finds the asterisk, measures the indentation, escapes odd characters."""
    if raw.startswith(" * ") and raw.isascii() and raw.isprintable():
        # As nearly every line is: nothing to report, and no tab, which cannot be printed.
        body = raw[3:].lstrip(" ")
        indent = len(raw) - 3 - len(body)
        if body:
            return Line(number, indent + 4, indent, body.rstrip(" "), False)
    head = raw.lstrip(_BLANKS)
    lead = len(raw) - len(head)
    if not head:
        return Line(number, lead + 1, 0, "", False)
    if not head.startswith("*"):
        column, text = _plain(path, number, lead, head, sink)
        span = Span(path, number, lead + 1, number, len(raw.rstrip(_BLANKS)) + 1)
        sink.add("no-star", span, f"'{text}' has no '*' in front")
        return Line(number, column + 1, 0, text, False)
    rest = raw[lead + 1 :]
    body = rest.lstrip(_BLANKS)
    if not body:
        return Line(number, lead + 2, 0, "", False)
    blanks = rest[: len(rest) - len(body)]
    skip = 1 if blanks.startswith(" ") else 0
    column, text = _plain(path, number, lead + 1 + len(blanks), body, sink)
    return Line(number, column + 1, _depth(raw, lead, blanks, skip), text, "\t" in blanks)


def _depth(raw: str, lead: int, blanks: str, skip: int) -> int:
    """Indentation behind the asterisk and one blank, in columns; tabs stop at multiples of 8."""
    if "\t" not in blanks:
        return len(blanks) - skip
    start = len(raw[: lead + 1].expandtabs(_TAB_STOP))
    return len((raw[: lead + 1] + blanks).expandtabs(_TAB_STOP)) - start - skip


def _plain(path: str, number: int, column: int, text: str, sink: Sink) -> tuple[int, str]:
    """``text`` with tabs as blanks, trimmed; odd characters are reported and kept escaped.

    :param column: column of the first character, from 0.
    :return: the column of the first character that is left, and the text.
    """
    if "\t" in text:
        text = text.replace("\t", " ")
    if text.isascii() and text.isprintable():
        return column, text.rstrip(" ")
    _report(Span(path, number, column + 1, number, column + 1), text, sink)
    text = text.replace("\r", " ")
    column += len(text) - len(text.lstrip(" "))
    return column, _ODD.sub(_escape, text).strip(" ")


def _report(place: Span, text: str, sink: Sink) -> None:
    """Report each lone carriage return of a line, and the first of its other odd characters.

    :param place: the empty place in front of the text.
    """
    others = []
    for match in _ODD.finditer(text):
        if match[0][0] == "\r":
            message = "a carriage return stands alone; end lines with a newline"
            sink.add("lone-cr", _within(place, match), message)
        else:
            others.append(match)
    if others:
        more = f"; {len(others) - 1} more in this line" if others[1:] else ""
        message = f"{_escape(others[0])} is no printable UTF-8 text{more}"
        sink.add("encoding", _within(place, others[0]), message)


def _within(place: Span, match: re.Match[str]) -> Span:
    """The place of a match in the text that begins at ``place``."""
    path, line, column, *_ = place
    return Span(path, line, column + match.start(), line, column + match.end())


def _escape(match: re.Match[str]) -> str:
    r"""Bytes and ASCII control characters as ``\xNN``, other control characters as ``\u00NN``."""
    codes = map(ord, match[0])
    return "".join([f"\\u{n:04x}" if 0x80 <= n <= 0x9F else f"\\x{n & 0xFF:02x}" for n in codes])
