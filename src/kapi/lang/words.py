# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads values of one word or of a list of words: tokens, truth values, numbers, names.

In: a :class:`kapi.lang.text.Value` and what its key allows. Out: a value of the model, or ``None``
after a diagnostic. Every function takes the context that collects diagnostics.
"""

from __future__ import annotations

import re

from kapi.lang.context import Context, Words, elements, integer
from kapi.lang.text import Value
from kapi.model import tokens

_WORD = re.compile(r"[A-Za-z][\w-]*\Z")
_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_ERRNO = re.compile(r"E[A-Z0-9_]+\Z")
_SIGNAL = re.compile(r"SIG[A-Z0-9]+(?:[+-][0-9]+)?\Z")

_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_text(key: Words, value: Value, context: Context) -> str:
    """TEXT: prose with its paragraphs."""
    return value.prose


def token_set(family: str, value: Value, context: Context) -> tuple[str, ...]:
    """The tokens of one word; unknown words are reported and give none."""
    found = tokens.look_up(family, value.text)
    if found is None:
        label = tokens.FAMILIES[family].label
        hint = context.sink.suggest(value.text, tokens.words_of(family))
        context.error("unknown-token", value, f"'{value.text}' is no {label}{hint}")
        return ()
    if not found.preferred:
        context.legacy(value, " | ".join(found.tokens))
    return found.tokens


def in_order(family: str, found: set[str]) -> tuple[str, ...]:
    """Tokens of a set in the order of their family."""
    return tuple(word for word in tokens.words_of(family) if word in found)


def read_token(key: Words, value: Value, context: Context) -> str | None:
    """TOK: exactly one token."""
    value, *others = value.split(",|")
    if others:
        context.error("separator", others[0], f"'{key.name}' takes one word, not a list")
        for other in others:
            context.lose(key.name, other)
    found = token_set(key.family, value, context)
    return found[0] if found else None


def read_tokens(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """LIST of tokens, as a set."""
    parts = [(token_set(key.family, part, context), part) for part in elements(value, context)]
    if not any(found for found, _ in parts):
        return None
    for found, part in parts:
        if not found:
            context.lose(key.name, part)
    return in_order(key.family, {token for found, _ in parts for token in found})


def read_token_or_text(key: Words, value: Value, context: Context) -> str:
    """A token of the family if it is one, else prose."""
    found = tokens.look_up(key.family, value.text)
    if found and not found.preferred:
        context.legacy(value, found.tokens[0])
    return found.tokens[0] if found else value.prose


def read_bool(key: Words, value: Value, context: Context) -> bool | None:
    """BOOL: yes true 1, no false 0, in any case."""
    truth = _TRUTH.get(value.text.lower())
    if truth is None:
        context.error("unknown-token", value, f"'{value.text}' is neither yes nor no")
    elif value.text not in ("yes", "no"):
        context.legacy(value, "yes" if truth else "no")
    return truth


def read_occurs(key: Words, value: Value, context: Context) -> str | None:
    """BOOL or ``conditional``; gives yes, no or conditional."""
    low = value.text.lower()
    if low == "conditional":
        if value.text != low:
            context.legacy(value, low)
        return low
    if low not in _TRUTH:
        message = f"'{value.text}' is none of yes, no, conditional"
        context.error("unknown-token", value, message)
        return None
    return "yes" if read_bool(key, value, context) else "no"


def read_int(key: Words, value: Value, context: Context) -> int | None:
    """INT literal."""
    number = integer(value.text)
    if number is None:
        context.error("bad-value", value, f"'{value.text}' is no number")
    return number


def read_priority(key: Words, value: Value, context: Context) -> int | None:
    """INT from 0 to 255."""
    number = read_int(key, value, context)
    if number is not None and not 0 <= number <= 255:
        context.error("bad-value", value, f"{number} is not in 0..255")
        return None
    return number


def read_version(key: Words, value: Value, context: Context) -> int | None:
    """A grammar version that exists."""
    number = read_int(key, value, context)
    if number is not None and number not in (1, 2):
        context.error("bad-version", value, f"no api-version {number} exists; use 1 or 2")
        return None
    return number


def read_word(key: Words, value: Value, context: Context) -> str | None:
    """One word."""
    if not _WORD.match(value.text):
        context.error("bad-value", value, f"'{key.name}' takes one word, not '{value.text}'")
        return None
    return value.text


def read_label(key: Words, value: Value, context: Context) -> str | None:
    """A label: lower-case words and digits joined by hyphens."""
    if not _LABEL.match(value.text):
        message = f"label '{value.text}' must be lower-case letters, digits and hyphens"
        context.error("bad-value", value, message)
        return None
    return value.text


def errno_name(value: Value, context: Context) -> str | None:
    """An errno name without sign; a sign is reported and dropped."""
    text = value.text
    if text.startswith("-"):
        text = text[1:].lstrip(" ")
        context.error("errno-sign", value, f"write '{text}' without its sign")
    if not _ERRNO.match(text):
        hint = f"; did you mean '{text.upper()}'?" if _ERRNO.match(text.upper()) else ""
        context.error("unknown-errno", value, f"'{text}' is no errno name{hint}")
        return None
    return text


def read_errnos(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """Errno names or numbers, sign optional, kept positive."""
    parts = [(_positive_errno(part, context), part) for part in elements(value, context)]
    if not any(name for name, _ in parts):
        return None
    for name, part in parts:
        if name is None:
            context.lose(key.name, part)
    return tuple(dict.fromkeys(name for name, _ in parts if name))


def _positive_errno(value: Value, context: Context) -> str | None:
    """One errno, name or number, without its sign."""
    text = value.text.removeprefix("-").lstrip(" ")
    if _ERRNO.match(text):
        return text
    number = integer(text)
    if number is None or not text[0].isdigit():
        context.error("unknown-errno", value, f"'{value.text}' is no errno")
        return None
    return str(number)


def read_signal_errno(key: Words, value: Value, context: Context) -> str | None:
    """``-EINTR``: always an error result; a missing sign is reported."""
    if not value.text.startswith("-"):
        context.error("missing-sign", value, f"write '-{value.text}': it is an error result")
    return _positive_errno(value, context)


def read_signum(key: Words, value: Value, context: Context) -> str | None:
    """A SIG name or a number, kept as written."""
    number = integer(value.text)
    if not _SIGNAL.match(value.text) and (number is None or number < 0):
        context.error("bad-value", value, f"'{value.text}' is neither a SIG name nor a number")
        return None
    return value.text
