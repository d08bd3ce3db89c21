# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs as GitHub-flavoured Markdown without any HTML.

A paragraph is one line, because GitHub keeps line breaks in issues and comments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kapi.model.spec import Spec
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
    Run,
    Verbatim,
    plain_text,
)
from kapi.render.options import Options

# Two lists in a row would be one if they had the same bullet: an author's list has "-", a list of
# definitions "+", a list of fields "*".

_COLUMNS = 88
_SPECIAL = re.compile(r"[\\`*\[\]<&|~$]|_(?![^\W_])|(?<![^\W_])_")
_BLOCK_START = re.compile(r"[#>+=:-]|\d{1,9}(?=[.)])")


def render(specs: Sequence[Spec], options: Options) -> str:
    """All ``specs`` as one document; several have contents."""
    pages = build_pages(specs, options, columns=_COLUMNS)
    if not pages:
        return ""
    writer = _Writer(pages)
    lines = writer.contents(pages) if len(pages) > 1 else []
    for page in pages:
        lines += writer.page(page)
    return "\n".join(lines).rstrip("\n") + "\n"


class _Writer:
    def __init__(self, pages: Sequence[Page]) -> None:
        self._level = 1 if len(pages) == 1 else 2
        self._anchors = _heading_anchors(pages)
        self._links: dict[str, str] = {}
        for page, anchor in zip(pages, self._anchors, strict=True):
            self._links.setdefault(page.name, anchor)

    def contents(self, pages: Sequence[Page]) -> list[str]:
        lines = ["# Contents", ""]
        for page, anchor in zip(pages, self._anchors, strict=True):
            summary = f" - {self._inline(page.summary)}" if page.summary else ""
            lines.append(f"- [{escape(page.name)}](#{anchor}){summary}")
        return [*lines, ""]

    def page(self, page: Page) -> list[str]:
        lines = [f"{'#' * self._level} {escape(page.name)}", ""]
        if page.summary:
            lines += [start(self._inline(page.summary)), ""]
        lines += _fenced(page.synopsis, "c")
        for section in page.sections:
            lines += [f"{'#' * (self._level + 1)} {escape(section.title)}", ""]
            lines += self._blocks(section.blocks)
        return lines

    def _inline(self, runs: Inline) -> str:
        return inline(runs, self._links)

    def _blocks(self, blocks: Blocks) -> list[str]:
        """The lines of ``blocks``, a blank line after each."""
        return [line for block in blocks for line in self._block(block)]

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(runs):
                return [start(self._inline(runs)), ""]
            case Verbatim(text, language):
                return _fenced(text, language)
            case Bullets(items, markers):
                return self._bullets(items, markers)
            case Fields(rows):
                return [line for row in rows for line in self._row(row)] + [""]
            case Definitions(entries):
                return [line for entry in entries for line in self._definition(entry)]

    def _bullets(self, items: tuple[Blocks, ...], markers: tuple[str, ...]) -> list[str]:
        lines: list[str] = []
        for item, marker in zip(items, markers or ("-",) * len(items), strict=True):
            lines += _hang(f"{marker} ", self._blocks(item))
        if all(len(item) == 1 and isinstance(item[0], Paragraph) for item in items):
            lines = [*filter(None, lines), ""]
        return lines

    def _definition(self, entry: Definition) -> list[str]:
        gloss = (Run("text", " - "), *entry.gloss) if entry.gloss else ()
        head = self._inline((*entry.term, *gloss))
        return _hang("+ ", [start(head), "", *self._blocks(entry.body)])

    def _row(self, row: Row) -> list[str]:
        label = f"*{escape(row.label)}*:" if row.label.isascii() else escape(row.label) + ":"
        values = [self._inline(runs) for runs in row.paragraphs]
        head, rest = (values[0], values[1:]) if values else ("", [])
        lines = [f"{label} {head}".rstrip()]
        for value in rest:
            lines += ["", start(value)]
        return _hang("* ", lines)


def _heading_anchors(pages: Sequence[Page]) -> list[str]:
    """The anchor that GitHub gives the heading of each page, all headings counted in order."""
    seen: dict[str, int] = {}

    def anchor(title: str) -> str:
        name = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        count = seen.get(name, 0)
        seen[name] = count + 1
        return f"{name}-{count}" if count else name

    if len(pages) > 1:
        anchor("Contents")
    found: list[str] = []
    for page in pages:
        found.append(anchor(page.name))
        for section in page.sections:
            anchor(section.title)
    return found


def escape(text: str) -> str:
    """``text`` as ordinary words."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def start(text: str) -> str:
    """``text`` so that it cannot start a heading, a list, a quotation or a rule."""
    match = _BLOCK_START.match(text)
    if not match:
        return text
    at = match.end() if match[0].isdigit() else 0
    return f"{text[:at]}\\{text[at:]}"


def inline(runs: Inline, links: Mapping[str, str]) -> str:
    """``runs`` with markup; ``links`` leads from the name of a spec to its anchor."""
    whole = plain_text(runs)
    found, at = "", 0
    for piece in runs:
        before = whole[at - 1 : at] if at else ""
        at += len(piece.text)
        found += _marked(piece, before, whole[at : at + 1], links)
    return found.strip(" ")


def _marked(piece: Run, before: str, after: str, links: Mapping[str, str]) -> str:
    text = piece.text.strip(" ")
    if not text:
        return piece.text
    lead = " " if piece.text.startswith(" ") else ""
    trail = " " if piece.text.endswith(" ") else ""
    if piece.style in ("code", "const"):
        shown = _code(text)
    elif piece.style == "ref" and piece.target in links:
        shown = f"[{escape(text)}](#{links[piece.target]})"
    elif piece.style in ("param", "name") and _flanks(text, before + lead, trail + after):
        mark = "*" if piece.style == "param" else "**"
        shown = f"{mark}{escape(text)}{mark}"
    else:
        shown = escape(text)
    return lead + shown + trail


def _flanks(text: str, before: str, after: str) -> bool:
    """Whether emphasis around ``text`` would be seen as such."""
    opens = text[0].isalnum() or before[-1:] in ("", " ")
    closes = text[-1].isalnum() or after[:1] in ("", " ")
    return opens and closes


def _code(text: str) -> str:
    """A code span; its fence is longer than any run of backquotes inside."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}"


def _fenced(text: str, language: str) -> list[str]:
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + language, *text.split("\n"), fence, ""]


def _hang(marker: str, lines: list[str]) -> list[str]:
    """``lines`` behind a list marker."""
    inner = " " * len(marker)
    hung = [inner + line if line else "" for line in lines] or [""]
    return [(marker + (lines[0] if lines else "")).rstrip(), *hung[1:]]
