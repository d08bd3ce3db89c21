# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnostics as text for people and as JSON, and for the annotations of GitHub.

In: diagnostics and the sources they are about. Out: text. SARIF has :mod:`kapi.cli.sarif`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kapi.diagnostics import ERROR, Diagnostic
from kapi.render.clean import clean_lines
from kapi.render.layout import columns_of
from kapi.source import SourceFile, Span

Sources = Mapping[str, SourceFile]

_TAB: Final = 8
_MOST_COLUMNS: Final = 160
_MARGIN: Final = 40
_BOLD: Final = "\x1b[1m"
_QUIET: Final = "\x1b[2m"
_RESET: Final = "\x1b[0m"
_COLOURS: Final = {"error": "\x1b[1;31m", "warning": "\x1b[1;35m", "note": "\x1b[1;36m"}


def text_report(found: Sequence[Diagnostic], sources: Sources, *, colour: bool = False) -> str:
    """A line for each finding and for each of its notes, with the source line and a mark below."""
    lines: list[str] = []
    for one in found:
        lines += _entry(one.span, one.severity, f"{one.message} [{one.code}]", sources, colour)
        for note in one.notes:
            lines += _entry(note.span, "note", note.message, sources, colour)
    return "".join(f"{line}\n" for line in lines)


def _entry(span: Span, kind: str, message: str, sources: Sources, colour: bool) -> list[str]:
    place, message = clean_lines(str(span)), clean_lines(message)
    if colour:
        place, kind_text = f"{_BOLD}{place}:{_RESET}", f"{_COLOURS[kind]}{kind}:{_RESET}"
    else:
        place, kind_text = f"{place}:", f"{kind}:"
    source = sources.get(span.path)
    marked = _marked(source.line_text(span.line), span) if source else []
    if colour and marked:
        marked[1] = f"{_COLOURS[kind]}{marked[1]}{_RESET}"
    return [f"{place} {kind_text} {message}", *marked]


def _marked(text: str, span: Span) -> list[str]:
    """A source line and a line that marks ``span`` in it; nothing for an empty line."""
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    if not text.strip() or start > len(text):
        return []
    before = _shown(text[:start], 0)
    inside = _shown(text[start:end], columns_of(before))
    after = _shown(text[end:], columns_of(before + inside))
    if columns_of(before) > _MOST_COLUMNS - _MARGIN:
        before = "..." + before[-_MARGIN:]
    room = max(_MOST_COLUMNS - columns_of(before), 1)
    mark = "^" + "~" * (min(columns_of(inside), room) - 1)
    line = (before + inside + after).rstrip()
    if columns_of(line) > _MOST_COLUMNS:
        line = line[:_MOST_COLUMNS] + "..."
    return [line, " " * columns_of(before) + mark]


def _shown(text: str, column: int) -> str:
    """Text as a terminal may see it: tabs as blanks, nothing that steers it."""
    found = ""
    for character in text:
        if character == "\t":
            found += " " * (_TAB - (column + columns_of(found)) % _TAB)
        else:
            found += character if character == " " else clean_lines(character) or " "
    return found


def summary(found: Sequence[Diagnostic]) -> str:
    """How many errors and warnings there are, in how many files."""
    errors = sum(one.severity == ERROR for one in found)
    files = len({one.span.path for one in found})
    counts = [_number(errors, "error"), _number(len(found) - errors, "warning")]
    shown = ", ".join(count for count in counts if count)
    return f"{shown} in {_number(files, 'file')}"


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}" if count else ""


def json_report(found: Sequence[Diagnostic]) -> str:
    """One document; the fields are those of the text."""
    rows = [
        {
            **_place(one.span),
            "severity": one.severity,
            "code": one.code,
            "message": one.message,
            "notes": [{**_place(note.span), "message": note.message} for note in one.notes],
        }
        for one in found
    ]
    document = {"schema": "kapi-lint", "schema_version": 1, "diagnostics": rows}
    return json.dumps(document, indent=2) + "\n"


def _place(span: Span) -> dict[str, Any]:
    path, line, column, end_line, end_column = span
    return {
        "file": path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def github_report(found: Sequence[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change.

    Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "".join(_workflow_command(one) for one in found)


def _workflow_command(one: Diagnostic) -> str:
    path, line, column, end_line, end_column = one.span
    properties = {"file": path, "line": line, "endLine": end_line, "col": column}
    if end_line == line:
        properties["endColumn"] = end_column
    properties["title"] = one.code
    shown = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in properties.items())
    texts = [one.message, *(f"{note.span}: {note.message}" for note in one.notes)]
    return f"::{one.severity} {shown}::{_escaped(chr(10).join(texts), '')}\n"


def _escaped(text: str, others: str) -> str:
    """Text with the characters that workflow commands use for themselves as ``%XX``."""
    for character in "%\r\n" + others:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
