# SPDX-License-Identifier: GPL-2.0-or-later
"""Tokens of C text behind a comment, and the list of words that C declarations are made of.

In: text and an offset. Out: :class:`Token` values, groups of them, and type text. Knows nothing of
which tokens make a definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kapi.csource.comments import (
    BLOCK_COMMENT,
    CHARACTER,
    LINE_COMMENT,
    STRING,
    opens_doc_comment,
)

DOC_COMMENT: Final = "/**"
"""Text of the token that stands for a whole kernel-doc comment; always the last one."""

_TOKEN = re.compile(
    rf"(?P<blank>\s++|\\\r?\n|{LINE_COMMENT})|(?P<comment>{BLOCK_COMMENT})"
    rf"|\#(?>(?:[^\\\n/\"]++|\\(?:\r\n|.|\Z)|{STRING}|{BLOCK_COMMENT}|/)*)"
    rf"|[^\W\d]\w*+|{STRING}|{CHARACTER}|\d[\w.]*+|\.\.\.|->|.",
    re.DOTALL,
)
_OPENERS: Final = frozenset("([{")
_CLOSERS: Final = frozenset(")]}")


class Token(NamedTuple):
    """One token.

    :param text: as written; a preprocessor directive is one token with all its lines.
    :param offset: offset from 0.
    :param apart: whether blanks or a comment stand before it.
    """

    text: str
    offset: int
    apart: bool = False

    @property
    def end(self) -> int:
        """Offset one past the token."""
        return self.offset + len(self.text)

    @property
    def is_word(self) -> bool:
        """Whether it is an identifier or a keyword."""
        return self.text[:1].isidentifier()


Group = tuple[Token, ...]
"""A bracket, all up to its partner, and the partner."""


def lex(text: str, offset: int) -> Iterator[Token]:
    """The tokens from ``offset`` to the end of the text or the next kernel-doc comment.

    Plain comments are left out. A kernel-doc comment gives a last token :data:`DOC_COMMENT`:
    whatever stands behind it is described by it, and a scan that stops there stays linear over
    all comments of a file.
    """
    apart = False
    for match in _TOKEN.finditer(text, offset):
        if match.lastgroup is None:
            yield Token(match[0], match.start(), apart)
            apart = False
            continue
        if match.lastgroup == "comment" and opens_doc_comment(text, match.start()):
            yield Token(DOC_COMMENT, match.start(), apart)
            return
        apart = True


def group_items(tokens: Sequence[Token]) -> list[Token | Group]:
    """The tokens with every outermost bracket pair folded into one :data:`Group`.

    A group whose partner is missing runs to the last token.
    """
    items: list[Token | Group] = []
    depth = 0
    start = 0
    for index, token in enumerate(tokens):
        if token.text in _OPENERS:
            start = start if depth else index
            depth += 1
        elif token.text in _CLOSERS and depth:
            depth -= 1
            if not depth:
                items.append(tuple(tokens[start : index + 1]))
        elif not depth:
            items.append(token)
    if depth:
        items.append(tuple(tokens[start:]))
    return items


def split_commas(group: Group) -> list[list[Token]]:
    """The parts of a bracketed list, without its outer brackets; one empty part for ``()``."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in group[1:-1]:
        if token.text == "," and not depth:
            parts.append([])
            continue
        depth += (token.text in _OPENERS) - (token.text in _CLOSERS)
        parts[-1].append(token)
    return parts


def is_parens(item: Token | Group) -> bool:
    """Whether the item is a group in round brackets."""
    return not isinstance(item, Token) and item[0].text == "("


def join_type(tokens: Sequence[Token]) -> str:
    """C text of a type: ``const char __user *``, ``int (*)(int, void *)``, ``char [16]``.

    Blanks are set anew, comments are gone. A token with empty text marks where the name stood.
    """
    parts: list[str] = []
    before = ""
    name_gone = False
    for index, token in enumerate(tokens):
        if not token.text:
            name_gone = True
            continue
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if before and _is_apart(before, token, after, name_gone):
            parts.append(" ")
        parts.append(token.text)
        before = token.text
        name_gone = False
    return "".join(parts)


def _is_apart(before: str, token: Token, after: str, name_gone: bool) -> bool:
    """Whether one blank stands between the text ``before`` and ``token`` in type text."""
    text = token.text
    after_word = before[-1].isalnum() or before[-1] == "_"
    if before == "," or (before in ")]" and text[0].isidentifier()):
        return True
    if text == "(":
        return after_word and (after in ("*", "^") or name_gone)
    if text in ("[", "*"):
        return after_word
    if text[0].isidentifier() or text[0].isdigit():
        return after_word or (token.apart and before not in ("*", "(", "["))
    return token.apart and text not in (")", "]", ",") and before not in ("(", "[", "*")
