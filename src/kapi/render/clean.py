# SPDX-License-Identifier: GPL-2.0-or-later
r"""Makes text harmless for every output: no control characters, no surrogates, no odd blanks.

A specification may come from anywhere; nothing in it may steer a terminal, reorder what is read
or end a line where its author did not. What is taken out is shown as ``\x1b`` or ``\u202e``.
"""

from __future__ import annotations

import re

# Controls, line and paragraph separators, bidirectional controls, surrogates, the byte-order
# mark, tag characters and non-characters.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufff9-\uffff\U000e0000-\U000e007f\U0001fffe\U0001ffff]"
)


def _escaped(text: str) -> str:
    """``text`` with escapes for what is unsafe, all of which Python counts as not printable."""
    return text if text.isprintable() else re.sub(_UNSAFE, _show, text)


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def clean_text(text: str) -> str:
    """``text`` on one line: every run of blanks is one blank, none at the ends."""
    return _escaped(" ".join(text.split()))


def clean_lines(text: str) -> str:
    """``text`` with its lines kept; tabs expanded, no blanks at line ends, no outer blank lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    tidy = [_escaped(line.expandtabs(8)).rstrip() for line in lines]
    while tidy and not tidy[-1]:
        tidy.pop()
    start = next((at for at, line in enumerate(tidy) if line), 0)
    return "\n".join(tidy[start:])
