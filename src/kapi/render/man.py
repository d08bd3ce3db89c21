# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs as manual pages in man(7): system calls in section 2, functions in section 9."""

from __future__ import annotations

from collections.abc import Sequence

from kapi.model.spec import Spec
from kapi.render.clean import clean_text
from kapi.render.document import build_pages, call_name
from kapi.render.layout import label_column
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
)
from kapi.render.options import Options
from kapi.render.roff import argument, fill, literal_line, words

_COLUMNS = 71
_SECTIONS = {"syscall": "2", "compat_syscall": "2", "function": "9"}
_MANUALS = {
    "2": "System Calls Manual",
    "7": "Miscellaneous Information Manual",
    "9": "Kernel Developer's Manual",
}


def page_name(spec: Spec) -> tuple[str, str]:
    """Name and section of the manual page: ``("open", "2")`` for ``sys_open``."""
    section = _SECTIONS.get(spec.kind, "7")
    name = call_name(spec.name) if spec.kind == "syscall" else spec.name
    return clean_text(name) or "(unnamed)", section


def render(specs: Sequence[Spec], options: Options) -> str:
    """The pages of ``specs``, one after the other; a file should hold one."""
    return "".join(render_man(spec, options) for spec in specs)


def render_man(spec: Spec, options: Options) -> str:
    """The manual page of ``spec``."""
    name, section = page_name(spec)
    (page,) = build_pages((spec,), options, columns=_COLUMNS, naming=lambda _: name)
    # Capitals: mandoc has a remark on a title in small letters.
    title = " ".join((argument(name.upper()), section, argument(options.date)))
    footer = f"{argument(options.release)} {argument(_MANUALS[section])}"
    lines = [f".TH {title} {footer}", ".nh", ".ad l"]
    lines += [".SH NAME", *fill((Run("text", page.name), *_dash(page.summary)))]
    lines += [".SH SYNOPSIS", ".nf"]
    lines += [literal_line(line, "B") for line in page.synopsis.split("\n")]
    lines += [".fi"]
    for part in page.sections:
        writer = _Writer(label_column(part.blocks))
        lines += [f".SH {argument(part.title.upper())}", *writer.blocks(part.blocks)]
    lines += _see_also(page)
    return "\n".join(lines) + "\n"


def _dash(runs: Inline) -> Inline:
    return (Run("code", " - "), *runs) if runs else ()


def _see_also(page: Page) -> list[str]:
    runs: list[Run] = []
    for name in page.mentions:
        runs += [Run("text", ", ")] if runs else []
        runs.append(Run("ref", name))
    return [".SH SEE ALSO", *fill(tuple(runs))] if runs else []


class _Writer:
    """Writes the blocks of one section.

    :param column: where the values beside labels start.
    """

    def __init__(self, column: int) -> None:
        self._column = column

    def blocks(self, blocks: Blocks, *, close: bool = False) -> list[str]:
        """The lines of ``blocks``; what stands before has opened a paragraph.

        :param close: whether facts at the start follow without a blank line.
        """
        lines: list[str] = []
        for block in blocks:
            if lines and isinstance(block, Paragraph | Verbatim):
                lines.append(".PP")
            if isinstance(block, Fields):
                lines += self._fields(block.rows, close=close and not lines)
                continue
            found = self._block(block)
            # A paragraph macro right after a heading has no effect, and mandoc says so.
            lines += found[1:] if not lines and found[0] == ".PP" else found
        return lines

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(runs):
                return fill(runs)
            case Verbatim(text):
                body = [literal_line(line) for line in text.split("\n")]
                return [".in +4n", ".EX", *body, ".EE", ".in"]
            case Bullets(items, markers):
                return self._bullets(items, markers)
            case Fields(rows):
                return self._fields(rows, close=False)
            case Definitions(entries):
                return [line for entry in entries for line in self._definition(entry)]

    def _bullets(self, items: tuple[Blocks, ...], markers: tuple[str, ...]) -> list[str]:
        lines: list[str] = []
        for item, marker in zip(items, markers or ("",) * len(items), strict=True):
            lines.append(f".IP {argument(marker)} 4" if marker else ".IP \\(bu 2")
            lines += self._indented(item)
        return lines

    def _indented(self, blocks: Blocks) -> list[str]:
        """Blocks inside an indented paragraph: the first as its text, the rest in a scope."""
        lines = ["\\&"]
        if blocks and isinstance(blocks[0], Paragraph):
            lines, blocks = fill(blocks[0].runs), blocks[1:]
        if not blocks:
            return lines
        opening = [".PP"] if isinstance(blocks[0], Paragraph | Verbatim) else []
        close = len(blocks) == 1
        return [*lines, ".RS", *opening, *self.blocks(blocks, close=close), ".RE"]

    def _definition(self, entry: Definition) -> list[str]:
        """A tagged paragraph; without text of its own the facts stand below the term."""
        body: Blocks = (Paragraph(entry.gloss), *entry.body) if entry.gloss else entry.body
        term = words(entry.term)
        if body and isinstance(body[0], Paragraph) and body[0].runs:
            return [".TP", term, *self._indented(body)]
        below = [".RS", *self.blocks(body, close=True), ".RE"] if body else []
        return [".PP", term, *below]

    def _fields(self, rows: tuple[Row, ...], *, close: bool) -> list[str]:
        """Tagged paragraphs without blank lines between them."""
        lines = [".PD 0"] if close else []
        for at, row in enumerate(rows):
            label = words((Run("param", row.label), Run("text", ":")))
            lines += [f".TP {self._column}", label]
            value = [line for runs in row.paragraphs for line in (*fill(runs), ".IP")]
            lines += value[:-1] or ["\\&"]
            if not at and not close:
                lines.append(".PD 0")
        return [*lines, ".PD"]
