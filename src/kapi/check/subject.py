# SPDX-License-Identifier: GPL-2.0-or-later
"""What a check looks at: one spec with its code, and a place to report to.

In: a spec as it was found and as it is with its includes. Out: diagnostics with exact places.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from kapi.csource.specs import Found
from kapi.diagnostics import Note, Sink
from kapi.model.spec import Node, Spec
from kapi.source import SourceFile, Span

_CUTOFF = 0.8


class Subject:
    """One spec to be checked.

    :param found: the spec as its comment says it, with the code below.
    :param whole: the same with the facts of its includes.
    :param source: the file that holds it.
    """

    def __init__(self, found: Found, whole: Spec, source: SourceFile) -> None:
        self.spec = found.spec
        self.whole = whole
        self.definition = found.definition
        self.source = source
        self.sink = Sink(found.sink.version)

    def report(self, code: str, place: Span | None, message: str, *notes: Note) -> None:
        """Report a finding; without a place of its own it stands at the head of the comment."""
        self.sink.add(code, place or self.head, message, *notes)

    @property
    def head(self) -> Span:
        """The opener of the comment."""
        span = self.spec.span
        assert span
        return span._replace(end_line=span.line, end_column=span.column + len("/**"))

    def is_own(self, node: Node) -> bool:
        """Whether a node of the whole spec was written here, not included."""
        return getattr(node, "shared", None) is None

    def narrow(self, span: Span | None, word: str) -> Span | None:
        """The place of the first ``word`` in ``span``, or behind it on its last line.

        It is ``span`` itself if the word is not there.
        """
        if span is None or span.path != self.source.path:
            return span
        for line in range(span.line, span.end_line + 1):
            text = self.source.line_text(line)
            start = span.column - 1 if line == span.line else 0
            match = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(text, start)
            if match:
                return Span(span.path, line, match.start() + 1, line, match.end() + 1)
        return span


def place_of(node: Node, *names: str, index: int = 0) -> Span | None:
    """Where a field of a node was written; the node itself if that is not known.

    :param names: attributes, the first that has a place counts.
    :param index: which of several places of one attribute, from 0.
    """
    for name in names:
        spans = [span for attribute, span in node.places if attribute == name]
        if spans:
            return spans[index if index < len(spans) else 0]
    return node.span


def is_written(node: Node, name: str) -> bool:
    """Whether a field has a place of its own in the text."""
    return any(attribute == name for attribute, _ in node.places)


def near(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'X'?"`` for the nearest known word, or nothing."""
    found = get_close_matches(word, sorted(known), 1, _CUTOFF)
    return f"; did you mean '{found[0]}'?" if found else ""
