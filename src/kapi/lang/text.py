"""The lines of one comment, and values made of pieces of them, each knowing its place.

In: a source file and the offsets of a comment. Out: :class:`Line` values with their indentation,
and :class:`Value`, text that may be cut and split without losing where it stands.
Knows nothing of tags.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from kapi.diagnostics import Sink
from kapi.source import SourceFile, Span

_TAB_STOP = 8
_BLANKS = " \t"
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


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
        self.text = " ".join([piece.text for piece in pieces])
        starts = [0]
        for piece in pieces:
            starts.append(starts[-1] + len(piece.text) + 1)
        self._starts = starts

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
        first = self._place(start)
        last = self._place(max(stop, start), behind=True)
        return Span(self.path, first[0], first[1], last[0], last[1])

    def _place(self, offset: int, behind: bool = False) -> tuple[int, int]:
        """Line and column of an offset, or of the place behind the character before it."""
        index = min(self._index(offset - 1 if behind and offset else offset), len(self.pieces) - 1)
        piece = self.pieces[index]
        return piece.line, piece.column + min(offset - self._starts[index], len(piece.text))

    def _index(self, offset: int) -> int:
        """Index of the piece that holds the character at ``offset``."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def cut(self, start: int, end: int | None = None) -> Value:
        """The part ``text[start:end]``, blanks trimmed, as a value of its own."""
        stop = len(self.text) if end is None else end
        parts: list[Piece] = []
        for index in range(self._index(start), len(self.pieces)):
            at, piece = self._starts[index], self.pieces[index]
            if at >= stop:
                break
            low = max(start - at, 0)
            raw = piece.text[low : stop - at]
            text = raw.strip(" ")
            if text:
                column = piece.column + low + len(raw) - len(raw.lstrip(" "))
                parts.append(Piece(text, piece.line, column, piece.fresh and bool(parts)))
        if not parts:
            parts.append(Piece("", *self._place(min(start, len(self.text)))))
        return Value(self.path, parts)

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
    for match in _ODD.finditer(text):
        at = column + match.start() + 1
        span = Span(path, number, at, number, at + 1)
        if match[0] == "\r":
            sink.add("lone-cr", span, "a carriage return stands alone; end lines with a newline")
        else:
            sink.add("encoding", span, f"{_escape(match)} is no printable UTF-8 text")
    text = text.replace("\r", " ")
    column += len(text) - len(text.lstrip(" "))
    return column, _ODD.sub(_escape, text).strip(" ")


def _escape(match: re.Match[str]) -> str:
    r"""A byte or ASCII control character as ``\xNN``, another control character as ``\u00NN``."""
    code = ord(match[0])
    return f"\\u{code:04x}" if 0x80 <= code <= 0x9F else f"\\x{code & 0xFF:02x}"
