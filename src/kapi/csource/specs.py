"""Finds the specs of one C file: its comments, the code below each, and what they say.

In: a decoded C file. Out: for each spec comment a :class:`Found`, includes not yet resolved, and
diagnostics about comments that are no spec but were meant to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kapi.csource.comments import DocComment, find_comments
from kapi.csource.definitions import Definition, Other, find_definition
from kapi.diagnostics import Diagnostic, Sink
from kapi.lang import segments as seg
from kapi.lang.context import integer
from kapi.lang.lower import lower
from kapi.lang.text import Line, read_lines
from kapi.model.spec import Spec
from kapi.source import SourceFile, Span

_FIRST_LINE = re.compile(r"/\*\*[ \t]*\r?\n[ \t]*\*[ \t]*([^\n]*)")

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
        first = _first_line(source.text, comment)
        if wanted(re.split(r"[\s:(]", first, maxsplit=1)[0]):
            _read_comment(found, comment, first)
    return found


def _first_line(text: str, comment: DocComment) -> str:
    match = _FIRST_LINE.match(text, comment.start, comment.end)
    return match[1].strip() if match else ""


def _read_comment(found: FileSpecs, comment: DocComment, first: str) -> None:
    """Adds the spec of a comment, or a diagnostic why it is none, or nothing."""
    source = found.source
    if first.startswith("DOC:"):
        return
    lines = read_lines(source, comment.start, comment.end, Sink())
    segments = seg.cut_segments(lines)
    near = None if seg.is_spec(segments) else seg.near_miss(segments)
    if not seg.is_spec(segments) and near is None:
        return
    below = find_definition(source.text, comment.end, first or None)
    if isinstance(below, Other) and below.what in _NO_CODE:
        return
    if near is not None:
        if isinstance(below, Definition):
            found.diagnostics.append(_maybe_spec(source, near))
        return
    sink = Sink(_version(segments))
    span = source.span(comment.start, comment.end)
    if isinstance(below, Other):
        found.diagnostics.extend(_orphan(below, span, sink))
        return
    _check_code(source, comment, below, span, sink)
    lines = read_lines(source, comment.start, comment.end, sink)
    spec = lower(source.path, seg.cut_segments(lines), below, span, sink)
    found.specs.append(Found(spec, below, comment, sink))


def _version(segments: list[seg.Segment]) -> int:
    """The grammar version that the comment asks for: 2, or 1 for everything else."""
    for segment in segments:
        if segment.tag and segment.tag.name == "api-version":
            return 2 if integer(_value(segment.lines[0], segment.end)) == 2 else 1
    return 1


def _value(line: Line, end: int) -> str:
    return line.text[end:].strip()


def _maybe_spec(source: SourceFile, near: seg.Segment) -> Diagnostic:
    """A comment that looks like a spec but is none."""
    sink = Sink()
    span = near.lines[0].span(source.path, 0, len(near.word))
    message = f"'{near.word}:' is a tag of a spec, but this comment is none"
    if near.word != near.word.lower():
        message += "; write tags in lower case"
    sink.add("maybe-spec", span, message)
    return sink.sorted()[0]


def _orphan(below: Other, span: Span, sink: Sink) -> Iterator[Diagnostic]:
    """A spec comment that describes no function."""
    what = {
        "comment": "another kernel-doc comment",
        "end": "the end of the file",
        "code": "code that is no function",
    }.get(below.what, f"a {below.what}")
    first = span._replace(end_line=span.line, end_column=span.column + 3)
    sink.add("orphan-spec", first, f"this spec is followed by {what}, not by a function")
    yield from sink.sorted()


def _check_code(
    source: SourceFile, comment: DocComment, below: Definition, span: Span, sink: Sink
) -> None:
    """Reports what is wrong with the comment's end and the parameter list below it."""
    if not comment.closed:
        first = span._replace(end_line=span.line, end_column=span.column + 3)
        sink.add("unterminated-comment", first, "this comment has no end")
    if below.problem:
        sink.add("arity", source.span(below.offset, below.end), below.problem)
