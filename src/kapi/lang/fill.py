"""Breaks text into lines of a comment so that reading them gives the text again.

In: text, and what stands before it. Out: lines without the asterisk. A line is broken at a single
blank only, and never where another kernel-doc reader would take the next line for a section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from kapi.lang.blocks import section_word

#: Columns of a line of source, with the asterisk and the blanks around it.
WIDTH = 100
_STAR = len(" * ")

_SINGLE_BLANK = re.compile(r"(?<=[^ ]) (?=[^ ])")
_OPERATOR = re.compile(r" (?=(?:&&|\|\|) )|[(){}\[\]]")


def fill_text(head: str, text: str, indent: int) -> list[str]:
    """Prose behind ``head``, its paragraphs parted by blank lines.

    :param indent: blanks before every line but the first.
    """
    lines: list[str] = []
    for number, paragraph in enumerate(text.split("\n\n")):
        start = head if number == 0 else " " * indent
        lines += ["", *_fill(start, _words(paragraph), indent)]
    return lines[1:]


def fill_code(head: str, text: str, indent: int) -> list[str]:
    """An expression behind ``head``, broken before ``&&`` and ``||`` rather than elsewhere."""
    if _STAR + len(head) + len(text) <= WIDTH:
        return [head + text]
    room = WIDTH - _STAR - indent
    return _fill(head, _pieces(text, room), indent)


def _pieces(text: str, room: int) -> list[str]:
    """An expression cut before its outermost ``&&`` and ``||``; what does not fit is cut again."""
    cuts: dict[int, list[int]] = {}
    depth = 0
    for match in _OPERATOR.finditer(text):
        if match[0] == " ":
            cuts.setdefault(depth, []).append(match.start())
        else:
            depth += 1 if match[0] in "({[" else -1
    if not cuts:
        return _words(text)
    bounds = [-1, *cuts[min(cuts)], len(text)]
    parts = [text[start + 1 : end] for start, end in pairwise(bounds)]
    return [
        piece for part in parts for piece in ([part] if len(part) <= room else _pieces(part, room))
    ]


def _words(text: str) -> list[str]:
    """Pieces between single blanks; one that must not begin a line stays with the one before."""
    found: list[str] = []
    for word in _SINGLE_BLANK.split(text):
        last = found[-1].rpartition(" ")[2] if found else ""
        if found and (section_word(word) or (word[0] == ":" and section_word(last + word))):
            found[-1] += " " + word
        else:
            found.append(word)
    return found


def _fill(head: str, parts: Iterable[str], indent: int) -> list[str]:
    """Lines that hold as many parts as fit; the first line begins with ``head``."""
    lines = [head]
    empty = True
    for part in parts:
        if not empty and _STAR + len(lines[-1]) + 1 + len(part) > WIDTH:
            lines.append(" " * indent + part)
        else:
            lines[-1] += part if empty else " " + part
        empty = False
    return lines
