# SPDX-License-Identifier: GPL-2.0-or-later
"""Prose with kept lines -> blocks: paragraphs, lists and verbatim text.

The rules: blank lines separate paragraphs, which are wrapped anew. A line that starts with ``-``,
``*`` or a number such as ``1.`` opens an item of a list; it runs on over deeper lines. Lines
indented by two or more beyond their paragraph are verbatim.
"""

from __future__ import annotations

import re

from kapi.render.clean import clean_lines
from kapi.render.inline import Scope, parse_inline
from kapi.render.nodes import Block, Blocks, Bullets, Paragraph, Verbatim

_ITEM = re.compile(r"(?P<marker>[-*\u2022]|\d{1,3}[.)]) +(?=\S)")

#: Lists inside lists beyond this depth are plain paragraphs.
_DEEPEST = 3


def parse_prose(text: str | None, scope: Scope) -> Blocks:
    """``text`` as blocks; nothing if it is absent or blank."""
    return _blocks(clean_lines(text).split("\n"), scope, 0) if text else ()


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _blocks(lines: list[str], scope: Scope, depth: int) -> Blocks:
    """Blocks of ``lines``, whose depth counts from the least indented one."""
    base = min((_indent(line) for line in lines if line), default=0)
    lines = [line[base:] for line in lines]
    found: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
        elif _indent(lines[at]) >= 2:
            end = _deeper(lines, at, 2)
            found.append(_verbatim(lines[at:end]))
            at = end
        elif depth < _DEEPEST and _ITEM.match(lines[at].lstrip()):
            block, at = _list(lines, at, scope, depth)
            found.append(block)
        else:
            end = _paragraph_end(lines, at, depth)
            runs = parse_inline(" ".join(lines[at:end]), scope)
            found += [Paragraph(runs)] if runs else []
            at = end
    return tuple(found)


def _deeper(lines: list[str], at: int, least: int) -> int:
    """The end of the lines from ``at`` that are blank or indented by ``least``."""
    end = at
    while end < len(lines) and (not lines[end] or _indent(lines[end]) >= least):
        end += 1
    while end > at and not lines[end - 1]:
        end -= 1
    return end


def _paragraph_end(lines: list[str], at: int, depth: int) -> int:
    """The end of the paragraph that starts at line ``at``."""
    end = at + 1
    while end < len(lines) and lines[end] and _indent(lines[end]) < 2:
        if depth < _DEEPEST and lines[end][:1] in "-*\u2022" and _ITEM.match(lines[end]):
            break
        end += 1
    return end


def _verbatim(lines: list[str]) -> Verbatim:
    least = min(_indent(line) for line in lines if line)
    return Verbatim("\n".join(line[least:] for line in lines))


def _list(lines: list[str], at: int, scope: Scope, depth: int) -> tuple[Bullets, int]:
    """The list whose first item is line ``at``, and the line after it.

    Items of one list have markers of one sort; blank lines may stand between them.
    """
    items: list[Blocks] = []
    markers: list[str] = []
    numbered = lines[at].lstrip()[0].isdigit()
    while at < len(lines):
        stripped = lines[at].lstrip()
        match = _ITEM.match(stripped)
        if not match or _indent(lines[at]) >= 2 or match["marker"][0].isdigit() != numbered:
            break
        hang = _indent(lines[at]) + 1
        end = max(at + 1, _deeper(lines, at + 1, hang))
        under = _hang(lines[at + 1 : end], _indent(lines[at]) + match.end())
        items.append(_blocks([stripped[match.end() :], *under], scope, depth + 1))
        markers.append(match["marker"])
        at = end
        while at < len(lines) and not lines[at]:
            at += 1
    return Bullets(tuple(items), tuple(markers) if numbered else ()), at


def _hang(rest: list[str], text_at: int) -> list[str]:
    """The lines below an item's first, moved left so that its text continues at column 0.

    :param text_at: the column, from 0, where the text of the item starts.
    """
    base = min((_indent(line) for line in rest if line), default=0)
    by = base if base < text_at + 2 else text_at
    return [line[by:] for line in rest]
