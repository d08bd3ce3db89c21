# SPDX-License-Identifier: GPL-2.0-or-later
"""The neutral document tree between a spec and the writers.

A document is a tuple of :class:`Page`; a page holds sections, a section holds blocks, a block holds
runs of text. Text in the tree is clean (see :mod:`kapi.render.clean`) and not yet escaped for any
format. Nothing here knows specs or formats.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from kapi.render.clean import clean_lines, clean_text

#: How a run is meant: ordinary words; C text; a constant of C; the name of a parameter; the name
#: of a described thing; a remark in the background; a mention of another call.
Style = Literal["text", "code", "const", "param", "name", "quiet", "ref"]


class Run(NamedTuple):
    """A piece of text in one style, without newlines.

    :param target: of a ``ref``: the name of the spec it mentions, such as ``sys_open``.
    """

    style: Style
    text: str
    target: str = ""


Inline = tuple[Run, ...]


class Paragraph(NamedTuple):
    """Running text, to be wrapped."""

    runs: Inline


class Verbatim(NamedTuple):
    """Lines that stay as they are.

    :param language: of the text, such as ``c``; empty if unknown.
    """

    text: str
    language: str = ""


class Bullets(NamedTuple):
    """A list of items, each of several blocks.

    :param markers: the number of each item, such as ``1.``; empty for plain bullets.
    """

    items: tuple[Blocks, ...]
    markers: tuple[str, ...] = ()


class Row(NamedTuple):
    """One labelled fact; its value is one or more paragraphs."""

    label: str
    paragraphs: tuple[Inline, ...]


class Fields(NamedTuple):
    """Labelled facts about one thing."""

    rows: tuple[Row, ...]


class Definition(NamedTuple):
    """A thing and what is said of it.

    :param gloss: a short explanation that may share the line of the term; may be empty.
    """

    term: Inline
    gloss: Inline
    body: Blocks


class Definitions(NamedTuple):
    """Things of one kind, in order."""

    entries: tuple[Definition, ...]


Block = Paragraph | Verbatim | Bullets | Fields | Definitions
Blocks = tuple[Block, ...]


class Section(NamedTuple):
    """A titled part of a page; the title is in sentence case."""

    title: str
    blocks: Blocks


class Page(NamedTuple):
    """All about one spec.

    :param name: the name of the spec, never empty.
    :param synopsis: a C prototype, lines kept.
    :param mentions: names of other calls that its prose mentions, sorted: ``openat(2)``.
    """

    name: str
    summary: Inline
    synopsis: str
    sections: tuple[Section, ...]
    mentions: tuple[str, ...]


def run(style: Style, text: str, target: str = "") -> Run:
    """A run of cleaned text."""
    return Run(style, clean_text(text), target)


def plain_text(runs: Inline) -> str:
    """The bare text of ``runs``."""
    return "".join(piece.text for piece in runs)


def verbatim(text: str, language: str = "") -> Verbatim:
    """A block of cleaned lines."""
    return Verbatim(clean_lines(text), language)
