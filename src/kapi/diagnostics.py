# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings about spec text: the registry of codes, the finding itself, and the sink that collects.

In: a code of :data:`CODES`, a place, a message. Out: sorted :class:`Diagnostic` values.
Knows nothing of how they are printed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from kapi.source import Span

#: Most words that one sink compares in search of suggestions, and the longest that is tried:
#: hostile text must not cost much time.
_MOST_COMPARISONS = 20_000
_LONGEST_WORD = 100

ERROR = "error"
WARNING = "warning"


class Code(NamedTuple):
    """One kind of finding.

    ``v1`` and ``v2`` are its severities in specs of that ``api-version``; ``None`` means that
    version 1 accepts the form silently.
    """

    v1: str | None
    v2: str
    doc: str


def _error(doc: str) -> Code:
    return Code(ERROR, ERROR, doc)


def _lenient(doc: str) -> Code:
    """Version 1 warns, version 2 refuses."""
    return Code(WARNING, ERROR, doc)


def _advice(doc: str) -> Code:
    return Code(WARNING, WARNING, doc)


CODES: dict[str, Code] = {
    # The comment and the code below it.
    "orphan-spec": _error("a spec comment is followed by something that is no function"),
    "arity": _error("a SYSCALL_DEFINEn digit disagrees with its type and name pairs"),
    "name-mismatch": _error("the first comment line does not carry the name of the code"),
    "duplicate-spec": _error("two specs describe one name"),
    "unterminated-comment": _error("a comment has no end"),
    "maybe-spec": _advice("a comment looks like a spec but is not one"),
    # Lines and layout.
    "bad-indent": _error("a line is indented by 1 or 3 blanks where 2 or 4 are meant"),
    "bad-indent-prose": _lenient("a line of prose is indented by 1 blank, not 2"),
    "tab-indent": _error("a tab indents a line of a structured block"),
    "no-star": _error("a comment line does not start with an asterisk"),
    "encoding": _error("a spec holds bytes that are no UTF-8, or control characters"),
    "lone-cr": _error("a carriage return stands alone"),
    "stray-text": _error("free text stands after a spec block"),
    "scanner-hazard": _advice("other kernel-doc readers would start a section at this line"),
    "space-before-colon": _lenient("blanks stand between a word and its colon"),
    "space-after-colon": Code(None, ERROR, "no blank stands between a colon and its value"),
    "near-miss": _advice("an ordinary section has nearly the name of a spec tag"),
    # Tags and keys.
    "unknown-tag": _error("a word before a colon is no tag of the language"),
    "maybe-tag": _advice("a word in the description is nearly a tag"),
    "tag-case": _error("a tag or key is not in lower case"),
    "unknown-key": _error("a sub-key does not belong to its tag"),
    "expected-key": _error("a line at sub-key depth is no sub-key"),
    "duplicate-key": _error("a sub-key stands twice in one block"),
    "duplicate-tag": _error("a tag that may occur once occurs again"),
    "joined-prose": _lenient("a prose tag is repeated; the texts are joined"),
    "merged-param": _lenient("a second param block for one name is merged"),
    "missing-key": _error("a required sub-key is missing"),
    "needs-version-2": _error("a tag, key or form belongs to api-version 2"),
    "bad-version": _error("api-version names a version that does not exist"),
    "reserved": _advice("a word is reserved and has no meaning yet"),
    "legacy": _lenient("an old spelling or form, which has a better one"),
    "legacy-spelling": Code(None, ERROR, "a synonym or raw spelling that version 2 refuses"),
    # Values.
    "empty-value": _error("a tag or key has no value"),
    "bad-value": _error("a value does not have the form that its key asks for"),
    "separator": _error("a list mixes or misplaces its separators"),
    "repeated-word": _lenient("a list names one thing twice"),
    "unknown-token": _error("a word is no token of its family"),
    "bad-constraint": _error("a constraint form is unknown, incomplete or has surplus text"),
    "out-of-range": _error("a parameter index or name does not exist"),
    "unknown-param": _error("the code has no parameter of that name"),
    "missing-param-doc": _advice("a parameter has no @name text"),
    "unknown-field": _error("a struct has no field of that name"),
    "errno-sign": _error("an errno has a sign where none belongs"),
    "missing-sign": _lenient("the errno of a signal lacks its minus sign"),
    "unknown-errno": _error("no such errno exists"),
    "unknown-arch": _error("no such architecture exists"),
    # Sense.
    "conflict": _error("two statements about one thing disagree"),
    "contradiction": _advice("two statements hardly fit together"),
    "duplicate": _advice("two statements say the same"),
    "count-mismatch": _lenient("an asserted count is not the number of items"),
    "missing-type": _lenient("a lock has no type"),
    "missing-value": _lenient("a check needs a value that is not given"),
    "negative-unsigned": _lenient("a negative bound for an unsigned type"),
    "label-required": Code(None, ERROR, "several causes of one errno need a label each"),
    "duplicate-label": Code(None, ERROR, "two claims of one spec have the same id"),
    "unknown-include": _error("no shared spec of that name is known"),
    "include-cycle": _error("shared specs include each other in a circle, or without end"),
    "include-arity": _error("an include has another number of arguments than the shared spec"),
    # Against headers and code (kapi lint).
    "unknown-capability": _error("no such capability exists in the headers"),
    "unknown-signal": _error("no such signal exists in the headers"),
    "unknown-constant": _error("a name in an expression is defined nowhere"),
    "bad-expression": _error("a condition cannot be read, or its names and types do not fit"),
    "class-mismatch": _error("the class of a parameter does not fit its C type"),
    "zero-arguments": _advice("run-time checks do not cover calls without arguments"),
}


class Note(NamedTuple):
    """A second place that belongs to a finding, such as "first given here"."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One finding. ``message`` is lower case and says what was found and what was expected."""

    span: Span
    severity: str
    code: str
    message: str
    notes: tuple[Note, ...] = ()


class Sink:
    """Collects findings of one spec or file.

    :param version: the ``api-version`` that decides the severities.
    """

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self._found: list[Diagnostic] = []
        self._compared = 0

    def add(self, code: str, span: Span, message: str, *notes: Note) -> None:
        """Record a finding, unless this version accepts the form silently."""
        entry = CODES[code]
        severity = entry.v1 if self.version < 2 else entry.v2
        if severity is not None:
            self._found.append(Diagnostic(span, severity, code, message, notes))

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All findings by place."""
        return tuple(sorted(self._found))

    def suggest(self, word: str, known: Collection[str]) -> str:
        """``"; did you mean 'x'?"`` for the nearest known word, or an empty string."""
        self._compared += len(known)
        if self._compared > _MOST_COMPARISONS or len(word) > _LONGEST_WORD:
            return ""
        from difflib import get_close_matches

        near = get_close_matches(word.lower(), list(known), 1, 0.6)
        return f"; did you mean '{near[0]}'?" if near else ""
