# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds the declarator in the head of a C function.

In: the tokens of a declaration, outer brackets folded. Out: a :class:`FunctionHead`, or None if
they declare no function.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kapi.csource.lexis import Group, Token, group_items, is_parens, join_type
from kapi.csource.words import (
    BUILT_IN,
    QUALIFIERS,
    RETURN_ATTRIBUTES,
    STORAGE,
    TAGGED,
    TYPEOF,
    is_attribute,
    is_type_word,
)

Items = list[Token | Group]

_DEFINING_MACRO = re.compile(r"(?:DEFINE|DECLARE|EXPORT|MODULE)_[A-Z0-9_]*\Z")


class FunctionHead(NamedTuple):
    """Name, parameter list, C text of the result, and the offset one past the declarator."""

    name: str
    params: Group
    return_type: str
    end: int


def find_function(items: Items) -> FunctionHead | None:
    """Grammar: function = { qualifier | attribute | type } declarator "(" params ")" { attribute }.

    A word in front of brackets is the name if a type stands before it; without a type it is an
    attribute if it looks like one, and otherwise the use of a macro, which is no function.
    """
    for index, item in enumerate(items):
        if isinstance(item, Token):
            if not item.is_word and item.text != "*":
                return None
            continue
        before = items[index - 1]
        if not is_parens(item) or not isinstance(before, Token):
            return None
        if before.text in TYPEOF or before.text in RETURN_ATTRIBUTES:
            continue
        if _is_nested(items, index):
            return _nested_function(items, index)
        if not before.is_word:
            return None
        if _has_type(items[: index - 1]):
            if not (before.text.startswith("__") and _has_later_name(items, index)):
                return _plain_function(items, index)
        elif not before.text.startswith("__"):
            return None
    return None


def _plain_function(items: Items, index: int) -> FunctionHead | None:
    """The function whose parameter list is ``items[index]``, its name the word before."""
    name, params = items[index - 1], items[index]
    assert isinstance(name, Token)
    assert not isinstance(params, Token)
    if name.text in BUILT_IN or _DEFINING_MACRO.match(name.text):
        return None
    if not _is_tail(items[index + 1 :]):
        return None
    result = join_type(_result_tokens(items[: index - 1]))
    return FunctionHead(name.text, params, result, params[-1].end)


def _is_tail(items: Items) -> bool:
    """Whether only attributes, or further declarators, stand behind a parameter list."""
    for item in items:
        if isinstance(item, Token):
            if item.text == ",":
                return True
            if not item.is_word or item.text in BUILT_IN or item.text in TAGGED:
                return False
    return True


def _is_nested(items: Items, index: int) -> bool:
    """Whether ``items[index]`` is ``(name)`` or ``(*name(params))`` before a parameter list."""
    group, after = items[index], items[index + 1] if index + 1 < len(items) else None
    assert not isinstance(group, Token)
    if after is None or isinstance(after, Token) or not is_parens(after):
        return False
    if not _has_type(items[:index]):
        return False
    return group[1].text == "*" or (len(group) == 3 and group[1].is_word)


def _nested_function(items: Items, index: int) -> FunctionHead | None:
    """``int (name)(params)`` or ``int (*name(params))(int)``; a pointer variable gives None."""
    group, outer = items[index], items[index + 1]
    assert not isinstance(group, Token)
    assert not isinstance(outer, Token)
    result = _result_tokens(items[:index])
    if len(group) == 3:
        return FunctionHead(group[1].text, outer, join_type(result), outer[-1].end)
    inner = group_items(group[1:-1])
    if len(inner) < 3 or not is_parens(inner[-1]):
        return None
    name, params = inner[-2], inner[-1]
    stars = [item for item in inner[:-2] if isinstance(item, Token)]
    if not isinstance(name, Token) or not name.is_word or isinstance(params, Token):
        return None
    text = join_type([*result, group[0], *stars, group[-1], *outer])
    return FunctionHead(name.text, params, text, outer[-1].end)


def _has_later_name(items: Items, index: int) -> bool:
    """Whether a word that is no attribute stands before brackets behind ``items[index]``."""
    return any(
        isinstance(word, Token)
        and word.is_word
        and not word.text.startswith("__")
        and is_parens(items[at])
        for at, word in enumerate(items[index + 1 :], index + 2)
        if at < len(items)
    )


def _has_type(items: Items) -> bool:
    """Whether the items name a type, besides qualifiers and attributes."""
    words = [item.text for item in items if isinstance(item, Token) and item.is_word]
    if words and words[-1] in TAGGED:
        return False
    if any(is_type_word(word) for word in words):
        return True
    return bool(words) and words[-1].startswith("__") and words[-1] not in RETURN_ATTRIBUTES


def _result_tokens(items: Items) -> list[Token]:
    """The tokens of the result type: no storage class, no attribute, no attribute argument.

    Of several plain words all but one are macros of unknown meaning; those in capitals go.
    """
    kept: list[Token] = []
    for index, item in enumerate(items):
        if isinstance(item, Token):
            if not item.is_word or not is_attribute(item.text):
                kept.append(item)
            continue
        before = items[index - 1]
        if isinstance(before, Token) and before.text in TYPEOF:
            kept.extend(item)
    plain = _plain_words(kept)
    built_in = any(token.text in BUILT_IN or token.text in TAGGED for token in kept)
    if len(plain) > 1 or (plain and built_in):
        capitals = [token for token in plain if token.text.isupper()]
        if built_in or len(capitals) < len(plain):
            kept = [token for token in kept if token not in capitals]
    return kept or [_last_word(items)]


def _plain_words(tokens: list[Token]) -> list[Token]:
    """Words that are typedef names or macros of unknown meaning; no tag of a struct."""
    known = QUALIFIERS | BUILT_IN | TAGGED | TYPEOF | STORAGE
    before = ""
    plain = []
    for token in tokens:
        if token.is_word and token.text not in known and before not in TAGGED:
            plain.append(token)
        before = token.text
    return plain


def _last_word(items: Items) -> Token:
    """The last word of items that hold at least one, as a type of last resort."""
    return next(item for item in reversed(items) if isinstance(item, Token) and item.is_word)
