# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the specs of one C file: its comments, the code below each, and what they say.

In: a decoded C file. Out: for each spec comment a :class:`Found`, includes not yet resolved, and
diagnostics about comments that are no spec but were meant to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kapi.csource.comments import DocComment, find_comments
from kapi.csource.definitions import Definition, Other, find_definition
from kapi.diagnostics import Diagnostic, Sink
from kapi.lang import segments as seg
from kapi.lang.lower import lower
from kapi.lang.text import read_lines
from kapi.model.spec import Spec
from kapi.source import SourceFile

_FIRST_WORD = re.compile(r"/\*\*[ \t]*\r?\n[ \t]*\*(?!/)[ \t]*([^\s:(]*)")

#: What a comment may stand above without being meant for a function.
_NO_CODE = ("struct", "union", "enum", "typedef", "macro")


class Found(NamedTuple):
    """One spec of a file.

    :param spec: with the items of its own comment only.
    :param definition: the code below the comment.
    :param comment: offsets of the comment in the file's text.
    :param sink: what was found wrong so far; later phases add to it.
    """

    spec: Spec
    definition: Definition
    comment: DocComment
    sink: Sink


class FileSpecs(NamedTuple):
    """The specs of one file, and findings about comments that made none."""

    source: SourceFile
    specs: list[Found]
    diagnostics: list[Diagnostic]


def read_specs(source: SourceFile, wanted: Callable[[str], bool] = lambda _name: True) -> FileSpecs:
    """All specs of a file, in order.

    :param wanted: tells by the first word of a comment whether to read it at all. Use it only on
        files whose comments are known to carry the name of the code.
    """
    found = FileSpecs(source, [], [])
    for comment in find_comments(source.text):
        match = _FIRST_WORD.match(source.text, comment.start, comment.end)
        if match and source.text.startswith("DOC:", match.start(1)):
            continue
        first = match[1] if match else ""
        if wanted(first):
            _read_comment(found, comment, first)
    return found


def read_spec(source: SourceFile, comment: DocComment, name: str) -> Found | None:
    """The spec of one comment, whose first word is ``name``; ``None`` if it is none."""
    found = FileSpecs(source, [], [])
    _read_comment(found, comment, name)
    return found.specs[0] if found.specs else None


def _read_comment(found: FileSpecs, comment: DocComment, first: str) -> None:
    """Adds the spec of a comment, or a diagnostic why it is none, or nothing.

    :param first: the first word of the comment.
    """
    source = found.source
    sink = Sink()
    lines = read_lines(source, comment.start, comment.end, sink)
    segments = seg.cut_segments(lines)
    if not seg.is_spec(segments) and seg.near_miss(segments) is None:
        return
    below = find_definition(source.text, comment.end, first or None)
    if isinstance(below, Other):
        if below.what not in _NO_CODE and seg.is_spec(segments):
            found.diagnostics.append(_unbound(source, comment, below))
        return
    if segments[0].word == below.name:
        segments = seg.cut_segments(lines, below.name)
    if seg.is_spec(segments):
        found.specs.append(_read_spec(source, comment, segments, below, sink))
    elif near := seg.near_miss(segments):
        found.diagnostics.append(_maybe_spec(source, near))


def _read_spec(
    source: SourceFile,
    comment: DocComment,
    segments: list[seg.Segment],
    below: Definition,
    sink: Sink,
) -> Found:
    """The spec that a comment states about the code below it.

    :param sink: has the findings about lines already, which are errors in every version.
    """
    sink.version = seg.version_of(segments)
    if below.problem:
        sink.add("arity", source.span(below.offset, below.end), below.problem)
    span = source.span(comment.start, comment.end)
    spec = lower(source.path, segments, below, span, sink)
    return Found(spec, below, comment, sink)


def _maybe_spec(source: SourceFile, near: seg.Segment) -> Diagnostic:
    """A comment that looks like a spec but is none."""
    sink = Sink()
    span = near.lines[0].span(source.path, 0, len(near.word))
    lower = near.word == near.word.lower()
    mend = "add 'api-version:' if it shall be one" if lower else "write tags in lower case"
    message = f"'{near.word}:' is a tag of a spec, but this comment is none; {mend}"
    sink.add("maybe-spec", span, message)
    return sink.sorted()[0]


def _unbound(source: SourceFile, comment: DocComment, below: Other) -> Diagnostic:
    """A spec comment that describes no function, or has no end."""
    sink = Sink()
    opener = source.span(comment.start, comment.start + len("/**"))
    what = {
        "comment": "another kernel-doc comment",
        "end": "the end of the file",
        "code": "other code",
    }.get(below.what, f"a {below.what}")
    if comment.closed:
        sink.add("orphan-spec", opener, f"this spec is followed by {what}, not by a function")
    else:
        sink.add("unterminated-comment", opener, "this spec has no '*/'")
    return sink.sorted()[0]
