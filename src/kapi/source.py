# SPDX-License-Identifier: GPL-2.0-or-later
"""Text of a C file with its places: path, lines, columns.

In: the bytes of a file. Out: decoded text, :class:`Span` values for any part of it.
Knows nothing of specs or of C.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import NamedTuple


class Span(NamedTuple):
    """A part of one file.

    Lines and columns count from 1, columns in code points. ``end_column`` is the column
    behind the last character, so that an empty span has equal columns.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class SourceFile:
    """One file, decoded, with line numbers on demand.

    :param path: the name that diagnostics show.
    :param data: the bytes; UTF-8, a byte-order mark is dropped. Bytes that are no UTF-8 become
        lone surrogates (``surrogateescape``), so nothing is lost.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")

    @cached_property
    def _starts(self) -> list[int]:
        """Offsets (from 0) of the first character of each line."""
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    def line_of(self, offset: int) -> int:
        """Line number, from 1, of the character at ``offset`` (from 0)."""
        return bisect_right(self._starts, offset)

    def line_text(self, line: int) -> str:
        """Text of a line (number from 1), without its newline; empty if there is no such line."""
        if not 1 <= line <= len(self._starts):
            return ""
        start = self._starts[line - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)].rstrip("\r")

    def span(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]``, offsets from 0."""
        line = self.line_of(start)
        end_line = self.line_of(max(start, end))
        return Span(
            self.path,
            line,
            start - self._starts[line - 1] + 1,
            end_line,
            max(start, end) - self._starts[end_line - 1] + 1,
        )
