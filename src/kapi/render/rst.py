# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs as reStructuredText: what docutils and Sphinx read without a remark.

One spec is one document with headings. Several specs share one document with contents; their parts
then have rubrics, because docutils wants the titles of a document to differ.
"""

from __future__ import annotations

from collections.abc import Sequence

from kapi.model.spec import Spec
from kapi.render.anchors import Anchors, slug
from kapi.render.document import build_pages
from kapi.render.nodes import (
    Block,
    Blocks,
    Bullets,
    Definition,
    Definitions,
    Fields,
    Inline,
    Page,
    Paragraph,
    Row,
    Section,
    Verbatim,
    plain_text,
)
from kapi.render.options import Options
from kapi.render.rst_inline import escape, field_name, fill, inline, start

_WIDTH = 96
_INDENT = "    "


def render(specs: Sequence[Spec], options: Options) -> str:
    """All ``specs`` as one document."""
    pages = build_pages(specs, options, columns=_WIDTH - len(_INDENT))
    if not pages:
        return ""
    writer = _Writer(pages)
    lines = writer.contents(pages) if len(pages) > 1 else []
    for page, anchor in zip(pages, writer.anchors, strict=True):
        lines += writer.page(page, anchor)
    return "\n".join(lines).rstrip("\n") + "\n"


class _Writer:
    """Writes the pages of one document."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._alone = len(pages) == 1
        self._names = Anchors()
        self.anchors = [self._names.take("kapi-" + slug(page.name)) for page in pages]
        self._links: dict[str, str] = {}
        for page, anchor in zip(pages, self.anchors, strict=True):
            self._links.setdefault(page.name, anchor)

    def contents(self, pages: Sequence[Page]) -> list[str]:
        """A list of links to the pages."""
        lines: list[str] = []
        for page, anchor in zip(pages, self.anchors, strict=True):
            link = f"`{escape(page.name)} <{anchor}_>`__"
            summary = f" - {inline(page.summary, {})}" if page.summary else ""
            lines += _hang("- ", fill(link + summary, _WIDTH))
        return [*lines, ""]

    def page(self, page: Page, anchor: str) -> list[str]:
        """One page.

        Docutils remarks on a target that nothing refers to, as would be that of a page alone;
        there the synopsis carries the name.
        """
        title = page.name
        if page.summary:
            title += " - " + plain_text(page.summary)
        if self._alone:
            name, lines = anchor, self._title(title, "=")
        else:
            name, lines = "", [f".. _{anchor}:", "", *self._title(title, "=")]
        lines += _directive("code-block:: c", page.synopsis, name)
        for section in page.sections:
            lines += self._section(section, anchor)
        return lines

    def _title(self, title: str, underline: str) -> list[str]:
        """A heading; a counter makes one differ from a heading of the same name."""
        text = title
        count = 1
        while not self._names.take_new(text.casefold()):
            count += 1
            text = f"{title} ({count})"
        shown = start(escape(text))
        # Docutils refuses a line that is too short, by its own count of columns.
        length = sum(1 if character.isascii() else 2 for character in shown)
        return [shown, underline * max(4, length), ""]

    def _section(self, section: Section, anchor: str) -> list[str]:
        if self._alone:
            lines = self._title(section.title, "-")
        else:
            name = self._names.take(f"{anchor}-{slug(section.title)}")
            lines = [f".. rubric:: {start(escape(section.title))}", f"   :name: {name}", ""]
        return lines + self._blocks(section.blocks)

    def _blocks(self, blocks: Blocks) -> list[str]:
        """The lines of ``blocks``, a blank line after each."""
        lines: list[str] = []
        for block in blocks:
            lines += self._block(block)
        return lines

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(runs):
                return [*self._fill(runs), ""]
            case Verbatim(text, language):
                return _directive(f"code-block:: {language}", text) if language else _literal(text)
            case Bullets(items, markers):
                return self._bullets(items, markers)
            case Fields(rows):
                return [line for row in rows for line in self._row(row)] + [""]
            case Definitions(entries):
                return [line for entry in entries for line in self._definition(entry)]

    def _fill(self, runs: Inline) -> list[str]:
        return fill(start(inline(runs, self._links)), _WIDTH)

    def _bullets(self, items: tuple[Blocks, ...], markers: tuple[str, ...]) -> list[str]:
        """A list; numbers that do not count from one stand in the text of their items."""
        counts = [f"{number}." for number in range(1, len(items) + 1)]
        counted = counts == [marker.replace(")", ".") for marker in markers]
        lines: list[str] = []
        for at, item in enumerate(items):
            body = self._blocks(item) or [""]
            if markers and not counted:
                body[0:0] = [start(f"({escape(markers[at][:-1])})"), ""]
            lines += _hang(f"{counts[at]} " if counted else "- ", body)
        if all(len(item) == 1 and isinstance(item[0], Paragraph) for item in items) and (
            counted or not markers
        ):
            lines = [*filter(None, lines)]
        return lines if not lines or not lines[-1] else [*lines, ""]

    def _definition(self, entry: Definition) -> list[str]:
        """A term on one line and its body; an empty comment stands for an empty body."""
        body = self._blocks(entry.body)
        if entry.gloss:
            body = [*self._fill(entry.gloss), "", *body]
        term = start(inline(entry.term, self._links))
        return [term, *_indented(body or ["..", ""])]

    def _row(self, row: Row) -> list[str]:
        lines: list[str] = []
        for runs in row.paragraphs:
            lines += ([""] if lines else []) + (self._fill(runs) if plain_text(runs) else [])
        label = f":{field_name(row.label)}:"
        first, rest = (lines[0], lines[1:]) if lines else ("", [])
        return [f"{label} {first}".rstrip(), *_indented(rest)]


def _indented(lines: list[str]) -> list[str]:
    return [_INDENT + line if line else "" for line in lines]


def _hang(marker: str, lines: list[str]) -> list[str]:
    """``lines`` behind a list marker."""
    inner = " " * len(marker)
    hung = [inner + line if line else "" for line in lines]
    return [(marker + lines[0]).rstrip(), *hung[1:]]


def _directive(head: str, text: str, name: str = "") -> list[str]:
    options = [f"{_INDENT}:name: {name}"] if name else []
    return [f".. {head}", *options, "", *_indented(text.split("\n")), ""]


def _literal(text: str) -> list[str]:
    return ["::", "", *_indented(text.split("\n")), ""]
