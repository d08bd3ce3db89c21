# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters of C functions and of the SYSCALL_DEFINE macros.

In: the token group of a parameter list. Out: :class:`CParam` values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from kapi.csource.lexis import Group, Token, group_items, is_parens, join_type, split_commas
from kapi.csource.words import (
    BUILT_IN,
    PARAM_ATTRIBUTES,
    QUALIFIERS,
    TAGGED,
    TYPEOF,
    is_type_word,
)

_SPLIT_64: Final = frozenset(("SC_ARG64", "compat_arg_u64", "compat_arg_u64_dual", "arg_u32p"))
"""Macros that pass a 64-bit value as two registers: include/linux/syscalls.h,
include/asm-generic/compat.h, arch/arm64/kernel/sys32.c. Their order of the halves depends on the
byte order; here it is that of little endian."""


class CParam(NamedTuple):
    """One parameter as the C code declares it.

    :param name: empty if the code gives none.
    :param c_type: C text of the type with single blanks, such as ``const char __user *``.
    :param offset: offset from 0 of the name, or of the type if there is no name.
    """

    name: str
    c_type: str
    offset: int


class ParamList(NamedTuple):
    """A whole parameter list; ``variadic`` if it ends in ``...``, ``problem`` if it is faulty."""

    params: tuple[CParam, ...]
    variadic: bool = False
    problem: str | None = None


def parse_params(group: Group) -> ParamList:
    """Grammar: params = "(" [ "void" | param { "," param } ] [ "," "..." ] ")"."""
    params: list[CParam] = []
    variadic = False
    for part in split_commas(group):
        tokens = _without_attributes(part)
        texts = [token.text for token in tokens]
        if not tokens or texts == ["void"]:
            continue
        if texts == ["..."]:
            variadic = True
        elif texts[0] in _SPLIT_64 and len(tokens) > 3:
            params.extend(_halves(tokens))
        else:
            params.append(_parse_param(tokens))
    return ParamList(tuple(params), variadic)


def parse_macro_params(parts: Sequence[Sequence[Token]], arity: int, macro: str) -> ParamList:
    """Grammar: pairs = { type "," name }, the arguments of a macro behind its first one.

    :param parts: the arguments.
    :param arity: the digit in the name of the macro.
    :param macro: name of the macro, for the text of the problem.
    """
    params: list[CParam] = []
    rest = list(parts)
    problem = None
    while rest:
        tokens = rest.pop(0)
        if tokens and tokens[0].text in _SPLIT_64 and len(tokens) > 3:
            params.extend(_halves(tokens))
            continue
        name_tokens = _without_attributes(rest.pop(0)) if rest else []
        name = name_tokens[-1] if name_tokens and name_tokens[-1].is_word else None
        if name is None:
            what = join_type(tokens) or "nothing"
            problem = problem or f"{macro} has a type without a name: '{what}'"
        place = name or (tokens[0] if tokens else None)
        if place:
            params.append(CParam(name.text if name else "", join_type(tokens), place.offset))
    if problem is None and len(params) != arity:
        problem = f"{macro} takes {arity} parameters, found {len(params)}"
    return ParamList(tuple(params), problem=problem)


def _halves(tokens: Sequence[Token]) -> list[CParam]:
    """The two parameters that a macro such as ``SC_ARG64(name)`` stands for."""
    name = tokens[2]
    return [CParam(name.text + half, "u32", name.offset) for half in ("_lo", "_hi")]


def _without_attributes(tokens: Sequence[Token]) -> list[Token]:
    """The tokens of a parameter without its attributes and their arguments."""
    if not any(token.text in PARAM_ATTRIBUTES for token in tokens):
        return list(tokens)
    kept: list[Token] = []
    after_attribute = False
    for item in group_items(tokens):
        if isinstance(item, Token):
            after_attribute = item.text in PARAM_ATTRIBUTES
            kept.extend(() if after_attribute else (item,))
        else:
            kept.extend(() if after_attribute and item[0].text == "(" else item)
            after_attribute = False
    return kept


def _parse_param(tokens: list[Token]) -> CParam:
    """Grammar: param = type [ declarator ], where the declarator may be a pointer to a function."""
    name = _param_name(tokens)
    if name is None:
        return CParam("", join_type(tokens), tokens[0].offset)
    typed = [Token("", token.offset) if token is name else token for token in tokens]
    return CParam(name.text, join_type(typed), name.offset)


def _param_name(tokens: list[Token]) -> Token | None:
    """The token that names the parameter, if it has a name."""
    items = group_items(tokens)
    for index, item in enumerate(items):
        if index == 0 or isinstance(item, Token) or not is_parens(item):
            continue
        before = items[index - 1]
        if isinstance(before, Token) and before.text in TYPEOF:
            continue
        if len(item) > 2 and item[1].text in ("*", "^"):
            return _nested_name(item)
        return before if isinstance(before, Token) and _is_name(items[:index]) else None
    while items and not isinstance(items[-1], Token) and not is_parens(items[-1]):
        items.pop()
    last = items[-1] if items else None
    return last if isinstance(last, Token) and _is_name(items) else None


def _nested_name(group: Group) -> Token | None:
    """The name in ``(*name)``, ``(*const name)``, ``(*name[3])`` or ``(*(*name)(int))``."""
    for token in group[1:]:
        if token.is_word and token.text not in QUALIFIERS:
            return token
        if not token.is_word and token.text not in ("*", "^", "("):
            return None
    return None


def _is_name(items: list[Token | Group]) -> bool:
    """Whether the last item is a name and the others are its type."""
    last = items[-1]
    if not isinstance(last, Token) or not last.is_word:
        return False
    if last.text in BUILT_IN or last.text in QUALIFIERS or last.text in TAGGED:
        return False
    words = [item.text for item in items[:-1] if isinstance(item, Token) and item.is_word]
    words = [word for word in words if word not in QUALIFIERS]
    if words and words[-1] in TAGGED:
        return False
    return any(is_type_word(word) or word in TYPEOF for word in words)
