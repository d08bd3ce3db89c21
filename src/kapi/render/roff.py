# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs and lines -> roff text that groff and mandoc both read without a remark."""

from __future__ import annotations

import re

from kapi.render.layout import split_words
from kapi.render.nodes import Inline, Style

#: Bytes of a line of text in a manual page.
_WIDTH = 78

_NAMED = {
    "\\": "\\e",
    "`": "\\(ga",
    "^": "\\(ha",
    "~": "\\(ti",
}
_NAMED_IN_CODE = _NAMED | {"-": "\\-", "'": "\\(aq", '"': "\\(dq"}

_FONTS: dict[Style, str] = {"name": "B", "const": "B", "ref": "B", "param": "I"}
_SECTION = re.compile(r"(.+)(\(\w+\))")


def escape(text: str, *, code: bool) -> str:
    """``text`` for the middle of a line.

    :param code: whether quotes and hyphens are those of C.
    """
    names = _NAMED_IN_CODE if code else _NAMED
    return "".join(
        names.get(character) or (character if character < "\x7f" else f"\\[u{ord(character):04X}]")
        for character in text
    )


def argument(text: str) -> str:
    """``text`` as one argument of a macro."""
    shown = escape(text, code=False).replace('"', "\\(dq")
    return shown if re.fullmatch(r"[\w.-]+", shown, re.ASCII) else f'"{shown}"'


def guarded(line: str) -> str:
    """``line`` so that it cannot be a request."""
    return "\\&" + line if line.startswith((".", "'")) else line


def literal_line(line: str, font: str = "R") -> str:
    """A line of a verbatim block."""
    text = escape(line, code=True)
    return guarded(text if font == "R" else f"\\f{font}{text}\\fR")


def words(runs: Inline) -> str:
    """``runs`` on one line."""
    return guarded(" ".join(_words(runs)) or "\\&")


def fill(runs: Inline) -> list[str]:
    """``runs`` as lines of filled text."""
    lines: list[str] = []
    for word in _words(runs):
        if lines and len(lines[-1]) + 1 + len(word) <= _WIDTH:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return [guarded(line) for line in lines] or ["\\&"]


def _words(runs: Inline) -> list[str]:
    """Words with their fonts; neighbours of one font share the change."""
    found: list[str] = []
    font = ""
    for word in split_words(runs):
        text = ""
        for style, piece in word:
            wanted = _FONTS.get(style, "")
            if wanted != font:
                if font and not text and found:
                    found[-1] += "\\fR"
                elif font:
                    text += "\\fR"
                text += f"\\f{wanted}" if wanted else ""
                font = wanted
            text += _piece(style, piece)
            if style == "ref" and font:
                font = ""
        found.append(text)
    if font:
        found[-1] += "\\fR"
    return found


def _piece(style: Style, text: str) -> str:
    """One piece in its font; the section of a reference is upright."""
    if style != "ref":
        return escape(text, code=style not in ("text", "quiet", "param"))
    match = _SECTION.fullmatch(text)
    name, section = match.groups() if match else (text, "")
    return f"{escape(name, code=True)}\\fR{escape(section, code=True)}"
