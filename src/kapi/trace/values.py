# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments of calls as strace writes them: where each ends, and what number or string it is.

In: text. Out: numbers, bytes, or ``None`` for what the text does not say. strace writes names of
flags, numbers, or with ``-X verbose`` both; strings with escapes; and with ``-y`` what a descriptor
is behind its number. All of it is understood, in any mixture.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

Constants = Callable[[str], int | None]

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"(?:\.\.\.)?'  # a string
    r"|/\*.*?\*/"
    r"|(?<=[0-9D])<[^>]*>(?:\([^)]*\))?"  # what a descriptor is
    r"|[^][{}()\",/<]+|(.)",
    re.DOTALL,
)
_OPENING: Final = frozenset("[{(")
_CLOSING: Final = frozenset("]})")
#: Texts of so many arguments are remembered: programs repeat themselves.
_REMEMBERED: Final = 4096


def split_arguments(text: str) -> tuple[str, ...]:
    """The arguments of a call, each without blanks around it."""
    for character in '"{[(<*':
        if character in text:
            return _split(text)
    return tuple(text.split(", ")) if text else ()


@lru_cache(_REMEMBERED)
def _split(text: str) -> tuple[str, ...]:
    parts: list[str] = []
    depth = start = 0
    for found in _TOKEN.finditer(text):
        character = found[1]
        if character is None:
            continue
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start : found.start()].strip())
            start = found.end()
    last = text[start:].strip()
    return (*parts, last) if last or parts else ()


_NUMBER: Final = re.compile(r"-?(?:0x[0-9a-f]+|[1-9]\d*|0[0-7]*)\Z")
_COMMENT: Final = re.compile(r" */\*.*?\*/", re.DOTALL)
_BEHIND: Final = re.compile(r"<.*>(?:\([^)]*\))?\Z", re.DOTALL)
_NAME: Final = re.compile(r"_*[A-Z][A-Z0-9_]*\Z")


def number_of(text: str, constants: Constants) -> int | None:
    """The number of an argument; ``None`` if the text does not say it."""
    try:
        return int(text, 0)
    except ValueError:
        return _named_number(text, constants)


@lru_cache(_REMEMBERED)
def _named_number(text: str, constants: Constants) -> int | None:
    """The number of an argument that is more than digits, or octal."""
    if text[:1] in '"[{~&':
        return None
    text = _BEHIND.sub("", _COMMENT.sub("", text)).strip()
    if text == "NULL":
        return 0
    result = 0
    for word in text.split("|"):
        if _NUMBER.match(word):
            result |= _integer(word)
            continue
        known = constants(word) if _NAME.match(word) else None
        if known is None:
            return None
        result |= known
    return result


def _integer(text: str) -> int:
    """A number; a leading 0 means octal, as strace writes modes."""
    bare = text.lstrip("-")
    if len(bare) > 1 and bare[0] == "0" and bare[1] != "x":
        return int(text, 8)
    return int(text, 0)


_STRING: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(\.\.\.)?\Z', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED: Final = {"n": 10, "t": 9, "r": 13, "v": 11, "f": 12, "a": 7, "b": 8}


@lru_cache(_REMEMBERED)
def string_of(text: str) -> bytes | None:
    """The bytes of a string that is shown whole; ``None`` of anything else."""
    found = _STRING.match(text)
    if found is None or found[2]:
        return None
    shown = _ESCAPE.sub(_unescape, found[1]) if "\\" in found[1] else found[1]
    return shown.encode("latin-1", "surrogateescape")


def shown_length(text: str) -> int:
    """How many bytes of a string are shown that is cut off; 0 of anything else."""
    found = _STRING.match(text)
    if found is None or not found[2]:
        return 0
    return len(string_of(f'"{found[1]}"') or b"")


def _unescape(found: re.Match[str]) -> str:
    word = found[1]
    if word[0] == "x" and len(word) == 3:
        return chr(int(word[1:], 16))
    if word.isdigit():
        return chr(int(word, 8) & 0xFF)
    return chr(_ESCAPED.get(word, ord(word)))


_IN_LIST: Final = re.compile(r"\[(\d+)(?:<[^>]*>)?, (\d+)(?:<[^>]*>)?\]\Z")
_FIELD: Final = r"{}=((?:[^,{{}}\[\]<]|<[^>]*>)+)"


def pair_of(text: str) -> tuple[int, int] | None:
    """Two descriptors that a call has stored, as pipe does."""
    found = _IN_LIST.match(text)
    return (int(found[1]), int(found[2])) if found else None


@lru_cache(64)
def _field(name: str) -> re.Pattern[str]:
    return re.compile(_FIELD.format(name))


def field_of(text: str, name: str, constants: Constants) -> int | None:
    """The number of a field of a struct, or of an argument that is shown with its name."""
    found = _field(name).search(text)
    return number_of(found[1].strip(), constants) if found else None


def without_numbers(text: str) -> str:
    """The text for people: of ``0x80000 /* O_CLOEXEC */`` only the name."""
    return re.sub(r'("(?:[^"\\]|\\.)*")|-?\w+ /\* ([^*]*) \*/', _named, text, flags=re.DOTALL)


def _named(found: re.Match[str]) -> str:
    return found[1] or found[2]


def shown_arguments(args: tuple[str, ...]) -> str:
    """Arguments as a person writes them."""
    return ", ".join(_decimal(without_numbers(one)) for one in args)


def shown_call(text: str) -> str:
    """A call as a person writes it, without its result."""
    name, _, args = text.partition("(")
    return f"{name}({shown_arguments(split_arguments(args[:-1]))})"


def _decimal(text: str) -> str:
    """Small numbers as people write them; addresses stay."""
    if not text.startswith("0x") or not text[2:].isalnum() or len(text) > 10:
        return text
    number = int(text, 16)
    return "-1" if number == 0xFFFFFFFF else str(number)
