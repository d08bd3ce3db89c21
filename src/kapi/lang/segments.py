# SPDX-License-Identifier: GPL-2.0-or-later
"""Cuts the lines of a comment into segments: name line, tags, @params, sections, free text.

In: lines. Out: :class:`Segment` values that hold every line exactly once, and the decision whether
they make a spec. Reports nothing: most comments of a kernel are no specs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kapi.lang import fields
from kapi.lang.context import integer
from kapi.lang.text import Line
from kapi.model import tokens

NAME = "name"
TAG = "tag"
AT = "at"
SECTION = "section"
UNKNOWN = "unknown"
FREE = "free"
STRAY = "stray"

_WORD = re.compile(r"([A-Za-z_][\w-]*)([ ]*):(?!:)")
_SECTION_WORD = re.compile(r"([A-Za-z_][\w-]*)::")
_AT = re.compile(r"@([A-Za-z_]\w*|\.\.\.)((?:[.\[-][^:\s]*)?)([ ]*):")
KEY = re.compile(r"([A-Za-z][\w-]*)(?:\(([^()]*)\))?([ ]*):(?!:)")
_PARAM_NAME = re.compile(r"[A-Za-z_]\w*[ ]*(?:,|\Z)")

#: More words than that before a comma are a sentence, not the name that a header begins with.
_MOST_NAME_WORDS = 3


class Segment(NamedTuple):
    """Lines that belong together.

    :param kind: one of the constants of this module.
    :param word: tag word, parameter or section name, as written.
    :param end: offset in the first line behind the colon; 0 if the first line is all text.
    :param lines: the lines, the first one included, blank lines too.
    :param tag: the tag, of kind ``TAG``.
    """

    kind: str
    word: str
    end: int
    lines: list[Line]
    tag: fields.Tag | None = None


def cut_segments(lines: list[Line], name: str = "") -> list[Segment]:
    """All segments in order. The first is of kind ``NAME`` unless the comment begins with a tag.

    :param name: that of the code below, if known: ``NAME: text`` is then the name line even where
        the name is a tag word.
    """
    start = next((index for index, line in enumerate(lines) if line.text), len(lines))
    segments: list[Segment] = []
    tagged = False
    for index in range(start, len(lines)):
        line = lines[index]
        head = _head(lines, index, tagged) if line.text and line.indent == 0 else None
        if index == start and _is_name_line(head, name):
            segments.append(Segment(NAME, "", 0, [line]))
        elif head:
            segments.append(head)
            tagged = tagged or head.kind == TAG
        elif line.text and _ends(segments[-1], line):
            segments.append(Segment(STRAY if tagged else FREE, "", 0, [line]))
        else:
            segments[-1].lines.append(line)
    return segments


def _is_name_line(head: Segment | None, name: str) -> bool:
    """Whether the first line, of which ``head`` would be made, names the code."""
    if head is None or head.word == name:
        return head is None or head.kind == TAG
    return head.kind == SECTION and not head.word.startswith("@")


def _ends(segment: Segment, line: Line) -> bool:
    """Whether a line of free text cannot belong to the segment before it."""
    if segment.kind in (SECTION, UNKNOWN, FREE, STRAY):
        return False
    if segment.kind in (AT, NAME):
        return not segment.lines[-1].text
    return line.indent == 0


def _head(lines: list[Line], index: int, tagged: bool) -> Segment | None:
    """The segment that a line at indentation 0 opens; ``None`` if it is free text."""
    line = lines[index]
    text = line.text
    if text.startswith("@"):
        match = _AT.match(text)
        if match and not match[2]:
            return Segment(AT, match[1], match.end(), [line])
        return match and Segment(SECTION, "@" + match[1] + match[2], match.end(), [line])
    match = _WORD.match(text)
    if match is None:
        match = _SECTION_WORD.match(text)
        return match and Segment(SECTION, match[1] + ":", match.end(), [line])
    word = match[1]
    if word in fields.ORDINARY:
        return Segment(SECTION, word, match.end(), [line])
    tag = fields.tag(word.lower())
    if tag and not _is_ordinary(tag, lines, index, match.end()):
        return Segment(TAG, word, match.end(), [line], tag)
    if tag:
        return Segment(SECTION, word, match.end(), [line])
    return Segment(UNKNOWN, word, match.end(), [line]) if tagged else None


def _is_ordinary(tag: fields.Tag, lines: list[Line], index: int, end: int) -> bool:
    """Whether ``context:`` or ``return:`` is the ordinary kernel-doc section of that name."""
    if tag.name == "context":
        return not _are_contexts(lines, index, end)
    if tag.name == "return":
        return not _has_sub_key(tag, lines, index)
    return False


def _below(lines: list[Line], index: int) -> Iterator[Line]:
    """The lines with text behind ``lines[index]``, up to the next one at indentation 0."""
    for at in range(index + 1, len(lines)):
        line = lines[at]
        if line.text:
            if line.indent == 0:
                return
            yield line


def _header_text(lines: list[Line], index: int, end: int) -> str:
    """The value of a tag without sub-keys, its lines joined.

    :param end: offset behind the colon in the first line.
    """
    first = lines[index].text[end:]
    return " ".join([first, *(line.text for line in _below(lines, index))]).strip(" ")


def _are_contexts(lines: list[Line], index: int, end: int) -> bool:
    """Whether all words of the value are context tokens, and there is one."""
    words = re.split(r"[ ,|]+", _header_text(lines, index, end).strip(" ,|"))
    return all(tokens.look_up("context", word) for word in words)


def _has_sub_key(tag: fields.Tag, lines: list[Line], index: int = 0) -> bool:
    """Whether a line of the block below ``lines[index]`` is a known sub-key at indentation 2."""
    for line in _below(lines, index):
        match = KEY.match(line.text) if line.indent == 2 else None
        if match and fields.key(tag, match[1]):
            return True
    return False


def version_of(segments: list[Segment]) -> int:
    """The grammar version that a comment asks for: 2, or 1 for everything else."""
    for segment in segments:
        if segment.tag and segment.tag.name == "api-version":
            return 2 if integer(_header_text(segment.lines, 0, segment.end)) == 2 else 1
    return 1


def is_spec(segments: list[Segment]) -> bool:
    """Whether the comment is a spec: a sure tag, a tag with a sub-key, or two different tags."""
    exact = [(seg, seg.tag) for seg in segments if seg.tag and seg.word == seg.word.lower()]
    return len({tag.name for _, tag in exact}) > 1 or any(
        _is_sure(seg, tag) or _has_sub_key(tag, seg.lines) for seg, tag in exact
    )


def _is_sure(segment: Segment, tag: fields.Tag) -> bool:
    """Whether this one tag makes a spec."""
    if tag.name in ("contexts", "context-flags"):
        return _are_contexts(segment.lines, 0, segment.end)
    if tag.name == "param":
        return bool(_PARAM_NAME.match(segment.lines[0].text[segment.end :].strip()))
    return tag.name in ("long-desc", "api-type", "api-version") or tag.name.startswith("kapi-")


def near_miss(segments: list[Segment]) -> Segment | None:
    """The tag that makes a comment look like a spec although it is none.

    That is a lonely tag, or several in the wrong case. A sentence behind a word such as ``lock:``
    is prose that begins with the word.
    """
    tagged = [segment for segment in segments if segment.tag and not _is_sentence(segment)]
    for segment in tagged:
        if segment.word == segment.word.lower():
            return segment
    return tagged[0] if len(tagged) > 1 else None


def _is_sentence(segment: Segment) -> bool:
    """Whether what stands behind the tag of a block is too wordy for a header."""
    assert segment.tag
    text = segment.lines[0].text[segment.end :]
    name = re.split(r"[,|]", text, maxsplit=1)[0]
    return segment.tag.kind in ("block", "struct") and len(name.split()) > _MOST_NAME_WORDS
