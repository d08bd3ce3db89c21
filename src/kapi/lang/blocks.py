# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads segments into blocks: header, sub-keys with their values, prose, verbatim sections.

In: :class:`kapi.lang.segments.Segment`. Out: the syntax tree, :class:`Block` and :class:`Verbatim`
values, and diagnostics about layout. What values mean is no matter of this module.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kapi.diagnostics import Note, Sink
from kapi.lang import fields
from kapi.lang.segments import KEY, Segment
from kapi.lang.text import Line, Piece, Value
from kapi.source import Span

_HAZARD = re.compile(r"(?:\*[ ]*)?(@?[A-Za-z_][\w.-]*)[ ]*:(?!:)")


class Entry(NamedTuple):
    """One sub-key of a block with its value."""

    key: fields.Key
    word: str
    span: Span
    value: Value
    label: Value | None

    @property
    def head(self) -> str:
        """What stands before the colon."""
        return self.word if self.label is None else f"{self.word}({self.label.text})"


class Verbatim(NamedTuple):
    """Text that keeps its lines: a prose tag, an ordinary section, something without a place."""

    name: str
    text: str
    span: Span


class Block(NamedTuple):
    """One tag with its header and sub-keys; ``lost`` is what no sub-key holds."""

    tag: fields.Tag
    span: Span
    header: Value
    entries: list[Entry]
    lost: list[Verbatim]


class _Open(NamedTuple):
    """A header or sub-key whose value may still go on; ``key`` is ``None`` for a lost line."""

    key: fields.Key | None
    word: str
    span: Span
    label: Value | None
    pieces: list[Piece]


def read_block(path: str, segment: Segment, sink: Sink) -> Block:
    """A tag with its header, sub-keys and continuation lines."""
    assert segment.tag
    tag = segment.tag
    head = segment.lines[0]
    span = head.span(path, 0, len(segment.word))
    check_word(segment, span, sink)
    parts = [_Open(None, "", span, None, _first_piece(head, segment.end))]
    fresh = False
    for line in segment.lines[1:]:
        if not line.text:
            fresh = True
            continue
        opened = _open_line(path, tag, line, sink)
        if opened:
            parts.append(opened)
        else:
            _check_hazard(path, line, sink)
            parts[-1].pieces.append(Piece(line.text, line.number, line.column, fresh))
        fresh = False
    lost: list[Verbatim] = []
    entries = _collect(path, tag, parts[1:], lost, sink)
    return Block(tag, span, _value(path, parts[0]), entries, lost)


def check_word(segment: Segment, span: Span, sink: Sink) -> None:
    """Reports a tag word in the wrong case, and blanks between it and its colon."""
    if segment.word != segment.word.lower():
        sink.add("tag-case", span, f"'{segment.word}' must be written '{segment.word.lower()}'")
    check_colon(segment.word, segment.lines[0].text, segment.end, span, sink)


def check_colon(word: str, text: str, end: int, span: Span, sink: Sink) -> None:
    """Reports blanks before the colon that ends at ``end``, and none behind it."""
    if text[end - 2] == " ":
        sink.add("space-before-colon", span, f"blanks between '{word}' and its colon")
    if text[end : end + 1] not in ("", " "):
        sink.add("space-after-colon", span, f"no blank behind the colon of '{word}'")


def _first_piece(line: Line, end: int) -> list[Piece]:
    """What stands behind the colon on the line that opens a value."""
    text = line.text[end:].lstrip(" ")
    column = line.column + len(line.text) - len(text)
    return [Piece(text, line.number, column)] if text else []


def _open_line(path: str, tag: fields.Tag, line: Line, sink: Sink) -> _Open | None:
    """The sub-key that a line opens; ``None`` if the line continues a value."""
    if line.tab:
        sink.add("tab-indent", line.span(path), "a tab indents this line; use blanks")
        return None
    depth = line.indent
    if not tag.keys:
        if depth < 4:
            text = f"'{line.text}' continues '{tag.name}:' and must be indented by 4 blanks"
            sink.add("bad-indent", line.span(path), text)
        return None
    if depth in (1, 3):
        depth += 1
        text = f"'{line.text}' is indented by {line.indent}; {depth} are meant"
        sink.add("bad-indent", line.span(path), text)
    if depth >= 4:
        return None
    return _open_key(path, tag, line, sink)


def _open_key(path: str, tag: fields.Tag, line: Line, sink: Sink) -> _Open:
    """The sub-key on a line at indentation 2, known or not."""
    match = KEY.match(line.text)
    if match is None:
        sink.add("expected-key", line.span(path), f"expected 'KEY:' but found '{line.text}'")
        return _Open(None, "", line.span(path), None, [Piece(line.text, line.number, line.column)])
    word = match[1]
    span = line.span(path, 0, len(word))
    key = fields.key(tag, word) or fields.key(tag, word.lower())
    pieces = _first_piece(line, match.end())
    if key is None:
        known = tuple(entry.name for entry in tag.keys)
        hint = sink.suggest(word, known)
        sink.add("unknown-key", span, f"'{tag.name}' has no sub-key '{word}'{hint}")
        return _Open(None, line.text[: match.end() - 1].rstrip(" "), span, None, pieces)
    _check_key(key, word, span, sink)
    check_colon(word, line.text, match.end(), span, sink)
    label = None
    if match[2] is not None:
        whole = Value(path, [Piece(line.text, line.number, line.column)])
        label = whole.cut(match.start(2), match.end(2))
        if not key.labelled:
            message = f"'{key.name}' takes no label, but has '{label.text}'"
            sink.add("bad-value", label.span(), message)
    return _Open(key, word, span, label, pieces)


def _check_key(key: fields.Key, word: str, span: Span, sink: Sink) -> None:
    """Reports case, version and old spellings of a known sub-key."""
    if word != word.lower():
        sink.add("tag-case", span, f"'{word}' must be written '{word.lower()}'")
    if key.since > sink.version:
        sink.add("needs-version-2", span, f"'{word}' needs 'api-version: {key.since}'")
    if key.hazard:
        sink.add("scanner-hazard", span, f"other kernel-doc readers take '{word}:' for a section")
    if word.lower() in key.warned:
        sink.add("legacy", span, f"'{word}' is an old name of '{key.name}'")
        sink.add("scanner-hazard", span, f"other kernel-doc readers take '{word}:' for a section")
    elif word.lower() != key.name:
        sink.add("legacy-spelling", span, f"write '{key.name}' instead of '{word}'")


def _check_hazard(path: str, line: Line, sink: Sink) -> None:
    """Reports a line of text that other readers take for the start of a section."""
    word = section_word(line.text)
    if word:
        message = f"other kernel-doc readers start a section at '{word}'; reword the line"
        sink.add("scanner-hazard", line.span(path, 0, len(word)), message)


def section_word(text: str) -> str:
    """The head of a line at which other kernel-doc readers would start a section; or nothing."""
    match = _HAZARD.match(text)
    return match[0] if match and fields.is_hazard(match[1]) else ""


def _value(path: str, part: _Open) -> Value:
    pieces = part.pieces or [Piece("", part.span.end_line, part.span.end_column)]
    if pieces[0].fresh:
        pieces = [pieces[0]._replace(fresh=False), *pieces[1:]]
    return Value(path, pieces)


def _collect(
    path: str, tag: fields.Tag, parts: list[_Open], lost: list[Verbatim], sink: Sink
) -> list[Entry]:
    """Entries of the known keys; empty, repeated and unknown ones are reported and lost."""
    seen: dict[str, Span] = {}
    entries: list[Entry] = []
    for part in parts:
        value = _value(path, part)
        if part.key is None:
            lost.append(Verbatim(part.word, value.text, part.span))
            continue
        name = part.key.name
        entry = Entry(part.key, part.word, part.span, value, part.label)
        if not value:
            sink.add("empty-value", part.span, f"'{entry.head}' has no value")
        elif name in seen and not part.key.repeats:
            message = (
                f"second '{name}' in one '{tag.name}'; the value of line {seen[name].line} is kept"
            )
            sink.add("duplicate-key", part.span, message, Note(seen[name], "first given here"))
            lost.append(Verbatim(entry.head, value.text, part.span))
        else:
            seen.setdefault(name, part.span)
            entries.append(entry)
    return entries


def read_prose(path: str, segment: Segment, sink: Sink) -> Verbatim:
    """A prose tag: newlines and deeper indentation are kept, two blanks of each line go."""
    head = segment.lines[0]
    span = head.span(path, 0, len(segment.word))
    check_word(segment, span, sink)
    rows = [head.text[segment.end :].lstrip(" ")]
    for line in segment.lines[1:]:
        if line.indent == 1:
            message = f"'{line.text}' is indented by 1; 2 are meant"
            sink.add("bad-indent-prose", line.span(path), message)
        if line.text:
            _check_hazard(path, line, sink)
        rows.append(" " * max(line.indent - 2, 0) + line.text)
    return Verbatim(segment.word.lower(), _trim(rows), span)


def read_section(path: str, segment: Segment) -> Verbatim:
    """An ordinary section or free text, lines and indentation kept."""
    head = segment.lines[0]
    rows = [" " * line.indent + line.text for line in segment.lines]
    if segment.end:
        rows[0] = head.text[segment.end :].lstrip(" ")
        return Verbatim(segment.word, "\n".join(rows).rstrip("\n"), head.span(path))
    return Verbatim("", _trim(rows), head.span(path))


def read_words(path: str, segment: Segment, sink: Sink) -> Value:
    """The joined text of a name line or an ``@name:`` line with its continuation."""
    head = segment.lines[0]
    pieces = _first_piece(head, segment.end)
    for line in segment.lines[1:]:
        if line.text:
            _check_hazard(path, line, sink)
            pieces.append(Piece(line.text, line.number, line.column))
    end = segment.end or len(head.text)
    return Value(path, pieces or [Piece("", head.number, head.column + end)])


def _trim(rows: list[str]) -> str:
    """Rows as text, without the blank lines around it."""
    return "\n".join(rows).strip("\n")
