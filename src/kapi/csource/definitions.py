# SPDX-License-Identifier: GPL-2.0-or-later
"""Recognises the definition or declaration that a kernel-doc comment describes.

In: the text of a C file and the offset behind the comment. Out: a :class:`Definition` (a system
call or a function) or an :class:`Other`. Any text gives one of them; a look-ahead ends at the next
kernel-doc comment, or after ``MAX_TOKENS`` tokens of one declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kapi.csource.functions import FunctionHead, find_function
from kapi.csource.lexis import (
    DOC_COMMENT,
    Group,
    Token,
    group_items,
    is_parens,
    lex,
    split_commas,
)
from kapi.csource.params import CParam, parse_macro_params, parse_params
from kapi.csource.words import QUALIFIERS, STATEMENTS, TAGGED, is_attribute

MAX_TOKENS: Final = 4096
"""Longest head of a definition; the longest in Linux 6.12 has less than 400 tokens."""

_DEFINE = re.compile(r"#[ \t]*define[ \t]+([^\W\d]\w*)")
_BRANCH = re.compile(r"#[ \t]*(if|el|endif)")
_SYSCALL = re.compile(r"(COMPAT_)?SYSCALL_DEFINE([0-6])\Z")
_VARIABLE_MACRO = re.compile(r"(?:DEFINE|DECLARE)_|LIST_HEAD\Z")


class Definition(NamedTuple):
    """The head of a system call or of a function.

    :param name: ``sys_frob``, ``compat_sys_frob`` or the C name.
    :param kind: ``syscall``, ``compat_syscall`` or ``function``.
    :param params: in the order of the code.
    :param return_type: C text with single blanks; ``long`` for system calls.
    :param variadic: whether the parameter list ends in ``...``.
    :param declared_arity: the digit of ``SYSCALL_DEFINEn``.
    :param offset: offset from 0 of the head, qualifiers and attributes included.
    :param end: offset one past the closing bracket of the parameter list.
    :param problem: what is wrong with the parameter list of a ``SYSCALL_DEFINEn``.
    """

    name: str
    kind: str
    params: tuple[CParam, ...]
    return_type: str
    variadic: bool
    declared_arity: int | None
    offset: int
    end: int
    problem: str | None = None


class Other(NamedTuple):
    """Whatever else follows a comment.

    :param what: ``struct``, ``union``, ``enum``, ``typedef``, ``macro``, ``variable``, ``code``
        (anything else), ``comment`` (the next kernel-doc comment) or ``end`` (of the file).
    :param name: its name, empty if there is none or it is of no interest.
    :param offset: offset from 0 of its first character.
    """

    what: str
    name: str
    offset: int


def find_definition(text: str, offset: int, described: str | None = None) -> Definition | Other:
    """What the kernel-doc comment that ends at ``offset`` describes.

    Plain comments and preprocessor lines are skipped.

    :param described: the name on the first line of the comment. A ``#define`` of that name is what
        the comment describes; without it, a ``#define`` that comes before anything else.
    """
    wanted = described.partition("(")[0].strip() if described else None
    stream = lex(text, offset)
    for index, token in enumerate(stream):
        if not token.text.startswith("#"):
            return _classify(token, stream)
        define = _DEFINE.match(token.text)
        if define and (define[1] == wanted if wanted else index == 0):
            return Other("macro", define[1], token.offset)
    return Other("end", "", len(text))


def _classify(first: Token, stream: Iterator[Token]) -> Definition | Other:
    """The declaration, or other thing, that begins with ``first``."""
    if first.text == DOC_COMMENT:
        return Other("comment", "", first.offset)
    if first.text in STATEMENTS or not first.is_word:
        return Other("code", "", first.offset)
    tokens, terminator = _read_head(first, stream)
    if terminator is None:
        return Other("code", "", first.offset)
    items = group_items(tokens)
    if first.text == "typedef":
        return Other("typedef", _typedef_name(items), first.offset)
    syscall = _SYSCALL.match(first.text)
    if syscall:
        return _syscall(syscall, items) or Other("code", "", first.offset)
    head = find_function(items) if terminator != "=" else None
    return _function(head, first) if head else _other(items, terminator, first)


def _read_head(first: Token, stream: Iterator[Token]) -> tuple[list[Token], str | None]:
    """The tokens up to ``;``, ``{``, ``}`` or ``=`` outside brackets, and that terminator.

    Preprocessor lines are left out; of ``#if`` branches that begin in the head, the first is read.
    The terminator is empty at the end of the text or at the next kernel-doc comment, and None if
    no declaration is that long or brackets do not fit.
    """
    tokens = [first]
    depth = 0
    dead = 0
    for count, token in enumerate(stream):
        text = token.text
        if count >= MAX_TOKENS:
            return tokens, None
        if text.startswith("#"):
            dead = _dead_depth(text, dead)
        elif dead:
            continue
        elif text == DOC_COMMENT:
            break
        elif not depth and text in (";", "{", "}", "="):
            return tokens, text
        else:
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            if depth < 0:
                return tokens, None
            tokens.append(token)
    return tokens, None if depth else ""


def _dead_depth(directive: str, dead: int) -> int:
    """Depth of ``#if`` nesting in branches that are not read, behind ``directive``."""
    branch = _BRANCH.match(directive)
    if not branch:
        return dead
    if branch[1] == "el":
        return dead or 1
    if not dead:
        return 0
    return dead + 1 if branch[1] == "if" else dead - 1


def _syscall(macro: re.Match[str], items: list[Token | Group]) -> Definition | None:
    """Grammar: [ "COMPAT_" ] "SYSCALL_DEFINE" digit "(" name { "," type "," name } ")"."""
    group = items[1] if len(items) > 1 else None
    if group is None or isinstance(group, Token) or not is_parens(group):
        return None
    name, *parts = split_commas(group)
    # A name may begin with a digit: SYSCALL_DEFINE4(32_truncate64, ...) of arch/mips.
    if len(name) != 1 or not f"_{name[0].text}".isidentifier():
        return None
    arity = int(macro[2])
    params = parse_macro_params(parts, arity, macro[0])
    first = items[0]
    assert isinstance(first, Token)
    return Definition(
        name=f"{'compat_' if macro[1] else ''}sys_{name[0].text}",
        kind="compat_syscall" if macro[1] else "syscall",
        params=params.params,
        return_type="long",
        variadic=False,
        declared_arity=arity,
        offset=first.offset,
        end=group[-1].end,
        problem=params.problem,
    )


def _function(head: FunctionHead, first: Token) -> Definition:
    """The definition of an ordinary function."""
    params = parse_params(head.params)
    return Definition(
        name=head.name,
        kind="function",
        params=params.params,
        return_type=head.return_type,
        variadic=params.variadic,
        declared_arity=None,
        offset=first.offset,
        end=head.end,
    )


def _typedef_name(items: list[Token | Group]) -> str:
    """The name that ``typedef`` introduces; of a struct with its body, the tag."""
    for item in items:
        if not isinstance(item, Token) and is_parens(item) and item[1:] and item[1].text == "*":
            return next((token.text for token in item if token.is_word), "")
    words = [item.text for item in items if isinstance(item, Token) and item.is_word]
    return words[-1] if len(words) > 1 and words[-1] not in TAGGED else ""


def _other(items: list[Token | Group], terminator: str, first: Token) -> Other:
    """What the items are, given that they are no function."""
    words = [item.text for item in items if isinstance(item, Token) and item.is_word]
    plain = [word for word in words if not is_attribute(word) and word not in QUALIFIERS]
    tag = plain[0] if plain and plain[0] in TAGGED else None
    if tag and (terminator == "{" or (len(plain) <= 2 and terminator == ";")):
        return Other(tag, plain[1] if len(plain) > 1 else "", first.offset)
    if terminator in ("=", ";") and _VARIABLE_MACRO.match(words[-1]):
        return Other("variable", _macro_argument(items), first.offset)
    if terminator in ("=", ";") and _declares(items, terminator):
        name = words[-1] if len(words) > 1 else _macro_argument(items)
        return Other("variable", name, first.offset)
    return Other("code", "", first.offset)


def _macro_argument(items: list[Token | Group]) -> str:
    """The first word in brackets, as in ``DEFINE_MUTEX(name)``."""
    groups = (item for item in items if not isinstance(item, Token))
    return next((token.text for group in groups for token in group if token.is_word), "")


def _declares(items: list[Token | Group], terminator: str) -> bool:
    """Whether items that are no function declare a variable: a type and a name, or ``(*name)``."""
    tokens = [item for item in items if isinstance(item, Token)]
    if not all(token.is_word or token.text in ("*", ",") for token in tokens):
        return False
    if len(items) > 2 and is_parens(items[-1]) and is_parens(items[-2]):
        return True
    if terminator == ";" and any(_is_call(items, index) for index in range(1, len(items))):
        return False
    return sum(token.is_word for token in tokens) > 1


def _is_call(items: list[Token | Group], index: int) -> bool:
    """Whether ``items[index]`` is the argument list of a word that is no attribute."""
    before = items[index - 1]
    return is_parens(items[index]) and isinstance(before, Token) and not is_attribute(before.text)
