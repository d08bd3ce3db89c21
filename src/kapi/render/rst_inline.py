# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs -> reStructuredText inside a paragraph, with every accidental markup escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kapi.render.nodes import Inline, Run

_SPECIAL = re.compile(r"[\\*`|]|_(?![^\W_])|(?<=:):")
_ENUMERATOR = re.compile(r"\(?\w+[.)](?:\s|$)")
_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1*")

#: What may follow the end of inline markup, among what authors write.
_CLOSERS = tuple(".,;:!?)]}'\"-/ ")


def escape(text: str) -> str:
    """``text`` as ordinary words."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def field_name(label: str) -> str:
    """``label`` between the colons of a field."""
    return escape(label).replace(":", r"\:").replace(r"\\:", r"\:") or r"\ "


def inline(runs: Inline, links: Mapping[str, str]) -> str:
    """``runs`` with markup; ``links`` leads from the name of a spec to its anchor."""
    found = ""
    for piece in runs:
        if not piece.text:
            continue
        lead, text, trail = _trimmed(piece)
        shown = _marked(piece, text, links) if text else ""
        plain = shown == escape(text)
        if lead or not found:
            found += lead
        elif _must_part(found, shown, plain):
            found += "\\ "
        found += shown + trail
    return found


def _must_part(before: str, after: str, after_is_plain: bool) -> bool:
    """Whether an invisible blank must stand between two pieces for the markup to be seen."""
    if after_is_plain:
        return before[-1] in "`*_" and not after.startswith(_CLOSERS)
    return not before.endswith(" ")


def _trimmed(piece: Run) -> tuple[str, str, str]:
    """Blanks before, words, blanks after: markup must enclose words alone."""
    text = piece.text.strip(" ")
    if not text:
        return " ", "", ""
    lead = " " if piece.text.startswith(" ") else ""
    return lead, text, " " if piece.text.endswith(" ") else ""


def _marked(piece: Run, text: str, links: Mapping[str, str]) -> str:
    if piece.style in ("code", "const"):
        return _literal(text)
    if piece.style == "param":
        return f"*{escape(text)}*"
    if piece.style == "name":
        return f"**{escape(text)}**"
    if piece.style == "ref" and piece.target in links:
        return f"`{escape(text)} <{links[piece.target]}_>`__"
    return escape(text)


def _literal(text: str) -> str:
    """Inline literal text; what cannot stand in one is ordinary words."""
    if "``" in text or text.startswith("`") or text.endswith("`"):
        return escape(text)
    return f"``{text}``"


def start(text: str) -> str:
    r"""``text`` so that it can start a block: ``\ `` hides a bullet, a number, a table ..."""
    if not text:
        return ""
    if text[0].isalnum() or text.startswith(("[", '"', "'", "``", "**", "(")):
        safe = not _ENUMERATOR.match(text)
    else:
        # Markup of ours: emphasis and references end as they start.
        safe = bool(re.match(r"\*[^\s*]|`[^`]+ <[a-z0-9-]+_>`__", text))
    if safe and not _ADORNMENT.fullmatch(text):
        return text
    return "\\ " + text


def fill(text: str, width: int) -> list[str]:
    """``text`` as lines, none of them punctuation alone (that would underline a heading)."""
    lines: list[str] = []
    for word in re.split(r"(?<!\\) ", text):
        bare = _ADORNMENT.fullmatch(word) or (lines and _ADORNMENT.fullmatch(lines[-1]))
        if lines and (bare or not word or len(lines[-1]) + 1 + len(word) <= width):
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
