# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the kernel-doc comments of C text.

In: text. Out: the offsets of each comment that may carry a spec. Knows nothing of what stands in
them, nor of the code around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# The parts of C that hide a comment opener. Each of them ends somewhere in any text (a quote at
# its line's end, a comment at the text's end), so that a scan is linear. Groups are atomic and not
# possessive: Python 3.11.4 gets (?:...)*+ wrong (https://github.com/python/cpython/issues/106052).
LINE_COMMENT: Final = r"//(?>(?:[^\\\n]++|\\(?:\r\n|.|\Z))*)"
BLOCK_COMMENT: Final = r"/\*.*?(?:\*/|\Z)"
STRING: Final = r'"(?>(?:[^"\\\n]++|\\(?:\r\n|.|\Z))*)"?+'
CHARACTER: Final = r"'(?>(?:[^'\\\n]++|\\(?:\r\n|.|\Z))*)'?+"

_COMMENT: Final = (
    rf"(?>(?:[^/\"']++|{LINE_COMMENT}|{STRING}|{CHARACTER}|/(?!\*)|/\*(?!\*).*?(?:\*/|\Z))*)"
    rf"({BLOCK_COMMENT})"
)
_OPENER = re.compile(r"/\*\*[ \t\r]*+(?:\n|\Z)")


class DocComment(NamedTuple):
    """The place of one kernel-doc comment, offsets from 0.

    :param start: offset of ``/**``.
    :param end: one past ``*/``; the length of the text if there is no ``*/``.
    :param closed: false if ``*/`` is missing, so that the comment swallows the rest of the file.
    """

    start: int
    end: int
    closed: bool = True


def find_comments(text: str) -> Iterator[DocComment]:
    """All kernel-doc comments of ``text``, in order.

    Those are comments whose ``/**`` stands alone on its line. Comment openers in string literals
    and in other comments do not count.
    """
    pattern = re.compile(_COMMENT, re.DOTALL)
    match = pattern.match(text)
    while match:
        start, end = match.span(1)
        if opens_doc_comment(text, start):
            yield DocComment(start, end, end >= start + 5 and text.endswith("*/", start, end))
        match = pattern.match(text, end)


def opens_doc_comment(text: str, start: int) -> bool:
    """Whether ``/**`` stands alone on its line at ``start``, where a comment is known to begin."""
    if not _OPENER.match(text, start):
        return False
    return not text[text.rfind("\n", 0, start) + 1 : start].strip(" \t")
