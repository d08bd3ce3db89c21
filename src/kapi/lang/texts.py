# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers what is no tag: the name line, ``@param`` lines, ordinary sections, free and stray text.

In: segments and the builder of a spec. Out: parts of the spec in the builder, and diagnostics.
"""

from __future__ import annotations

import re

from kapi.diagnostics import Note
from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.blocks import Verbatim, check_colon, read_section, read_words
from kapi.lang.builder import Builder
from kapi.lang.params import find_param
from kapi.lang.text import Piece, Value
from kapi.model.spec import Text

_NAME_LINE = re.compile(
    r"([A-Za-z_]\w*)[ ]*+(?:\([ ]*\))?[ ]*+(?:(?:--?|:|\u2013|\u2014)(?:[ ]++|\Z)|\Z)"
)
_WORD = re.compile(r"([A-Za-z_]\w*)")
_MAYBE_TAG = re.compile(r"([a-z][a-z_-]+)[ ]*:(?!:)")


def lower_name_line(builder: Builder, segment: seg.Segment) -> None:
    """``NAME - text`` or ``NAME: text``."""
    value = read_words(builder.path, segment, builder.sink)
    name = builder.prototype.name
    match = _NAME_LINE.match(value.text) or _WORD.match(value.text)
    if match is None or match[1] != name:
        where = value.span(0, match.end(1) if match else None)
        message = f"the first line names '{match[1] if match else value.text}'"
        builder.sink.add("name-mismatch", where, f"{message}, but the code defines '{name}'")
    elif match.re is _WORD:
        builder.sink.add("name-mismatch", value.span(), f"write '{name} - text'")
    if match is None:
        builder.context.lose("", value)
        return
    summary = value.cut(match.end())
    if summary:
        builder.set("description", summary.text, summary.span())


def lower_at(builder: Builder, segment: seg.Segment) -> None:
    """``@name: text``."""
    head = segment.lines[0]
    value = read_words(builder.path, segment, builder.sink)
    name = Value(builder.path, [Piece(segment.word, head.number, head.column + 1)])
    check_colon("@" + segment.word, head.text, segment.end, name.span(), builder.sink)
    if segment.word == "..." and builder.prototype.variadic:
        builder.add("ordinary_sections", Text(name="@...", text=value.text, span=head.span("")))
        return
    hint = f"; for the tag write '{segment.word}:' without '@'" if fields.tag(segment.word) else ""
    text = find_param(name, builder.texts, builder.context, hint)
    if text is None:
        builder.context.lose("@" + segment.word, value)
    elif text.doc is not None:
        message = f"second text for '@{segment.word}:'; the first is kept"
        note = Note(text.doc.span(), "first given here")
        builder.sink.add("duplicate-tag", name.span(), message, note)
        builder.context.lose("@" + segment.word, value)
    elif not value:
        builder.sink.add("empty-value", name.span(), f"'@{segment.word}:' has no text")
    else:
        text.doc = value


def lower_section(builder: Builder, segment: seg.Segment) -> None:
    """An ordinary kernel-doc section, kept verbatim."""
    section = read_section(builder.path, segment)
    word = segment.word
    if word in fields.NEAR_ORDINARY:
        tag = fields.NEAR_ORDINARY[word]
        message = f"'{word}:' is an ordinary section; the spec tag is '{tag}:'"
        builder.sink.add("near-miss", section.span, message)
    elif _is_spoilt_return(segment):
        message = f"'{word}:' is an ordinary section; indent sub-keys by 2 to make a block of it"
        builder.sink.add("near-miss", section.span, message)
    builder.add("ordinary_sections", text_of(section))


def _is_spoilt_return(segment: seg.Segment) -> bool:
    """Whether only the indentation of its sub-keys makes a ``return`` block a section."""
    tag = fields.tag(segment.word.lower())
    if tag is None or tag.name != "return":
        return False
    matches = (seg.KEY.match(line.text) for line in segment.lines[1:] if line.indent in (1, 3))
    return any(match is not None and fields.key(tag, match[1]) is not None for match in matches)


def lower_unknown(builder: Builder, segment: seg.Segment) -> None:
    """``word:`` behind the first tag, where ``word`` is no tag."""
    word = segment.word
    if word in fields.NOT_TAGS:
        hint = f"; {fields.NOT_TAGS[word]}"
    else:
        hint = _flat_hint(word) or builder.sink.suggest(word, fields.all_tags())
    span = segment.lines[0].span(builder.path, 0, len(word))
    builder.sink.add("unknown-tag", span, f"the language has no tag '{word}'{hint}")
    builder.context.lost.append(text_of(read_section(builder.path, segment)))


def _flat_hint(word: str) -> str:
    """The hint for flat attributes that do not exist."""
    owner = word.split("-", 1)[0]
    if "-" in word and owner in ("signal", "lock", "capability"):
        return f"; use the sub-keys of {owner}"
    return ""


def lower_free(builder: Builder, segment: seg.Segment) -> None:
    """Free description text."""
    builder.free.append(read_section(builder.path, segment).text)


def find_misspelt(builder: Builder, segment: seg.Segment) -> None:
    """Reports words before the first tag that nearly are one."""
    for line in segment.lines:
        match = _MAYBE_TAG.match(line.text) if line.indent == 0 else None
        if match is None or (line is segment.lines[0] and segment.kind != seg.FREE):
            continue
        if hint := builder.sink.suggest(match[1], fields.all_tags()):
            span = line.span(builder.path, 0, match.end(1))
            builder.sink.add("maybe-tag", span, f"'{match[1]}:' is no tag{hint}")


def lower_stray(builder: Builder, segment: seg.Segment) -> None:
    """Free text behind a spec block: kept as ordinary text."""
    section = read_section(builder.path, segment)
    message = f"'{segment.lines[0].text}' belongs to no block; indent it, or move it up"
    builder.sink.add("stray-text", section.span, message)
    builder.add("ordinary_sections", text_of(section))


def text_of(verbatim: Verbatim) -> Text:
    """Lines of a comment as a part of the model."""
    return Text(name=verbatim.name, text=verbatim.text, span=verbatim.span)
