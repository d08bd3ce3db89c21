# SPDX-License-Identifier: GPL-2.0-or-later
"""Definitions of constants in C text: object- and function-like macros, enum constants.

In: the bytes of headers. Out: the names they define. Works on text, needs no compiler, and
ignores conditionals: a name that is defined on *some* configuration or architecture exists.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

# Unanchored on purpose: a literal head ("#") lets the regex engine skip three times faster than
# "^[ \t]*#" does; the price is a "#define" inside a comment counting as a definition.
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+([A-Za-z_]\w*)")
_VALUE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w*)[ \t]+(\(?-?\w+\)?)", re.MULTILINE)
_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_ENUM_HEAD = re.compile(rb"\benum\b[^{};()=]*\{([^{}]*)")
_DIRECTIVE = re.compile(rb"^[ \t]*#(?:[^\n\\]|\\.)*", re.MULTILINE | re.DOTALL)
_PARENTHESES = re.compile(rb"\([^()]*\)")
_IDENTIFIER = re.compile(rb"[A-Za-z_]\w*")


def read_bytes(path: str) -> bytes:
    """The bytes of a file; a file that cannot be read defines nothing."""
    try:
        with open(path, "rb", 0) as file:
            return file.read()
    except OSError:
        return b""


def header_files(folders: Iterable[Path]) -> Iterator[str]:
    """Every ``*.h`` below the folders, in a fixed order."""
    for folder in folders:
        for parent, directories, files in os.walk(folder):
            directories.sort()
            for name in sorted(files):
                if name.endswith(".h"):
                    yield f"{parent}/{name}"


def macro_names(data: bytes) -> list[bytes]:
    """Names of all macros that the text defines, function-like ones included."""
    return _DEFINE.findall(data)


def macro_values(data: bytes) -> Iterator[tuple[str, str]]:
    """``(name, word)`` of each macro whose value begins with one word: a number or a name."""
    for name, value in _VALUE.findall(data):
        yield name.decode(), value.strip(b"()").decode("ascii", "replace")


def enum_names(data: bytes) -> set[bytes]:
    """Names of all enum constants in the text; comments and directives inside are skipped."""
    if b"enum" not in data:
        return set()
    bare = _DIRECTIVE.sub(b"", _COMMENT.sub(b" ", data))
    found: set[bytes] = set()
    for body in _ENUM_HEAD.findall(bare):
        found.update(_constants(body))
    return found


def _constants(body: bytes) -> Iterator[bytes]:
    """The constants of one enum: ``NAME [= value] { , NAME [= value] } [,]``."""
    shorter = _PARENTHESES.sub(b"", body)
    while shorter != body:
        body, shorter = shorter, _PARENTHESES.sub(b"", shorter)
    for item in body.split(b","):
        match = _IDENTIFIER.match(item.strip())
        if match:
            yield match.group()


def defined_names(paths: Iterable[str], wanted: Collection[str]) -> set[str]:
    """Which of the wanted names some file defines: one pass over the files.

    The cheap test for macros goes over every file; enums are only looked for in files that
    hold a wanted name at all.
    """
    names = {name.encode() for name in wanted}
    found: set[bytes] = set()
    enum_files: list[bytes] = []
    for path in paths:
        data = read_bytes(path)
        found.update(names.intersection(_DEFINE.findall(data)))
        if b"enum" in data and any(name in data for name in names - found):
            enum_files.append(data)
    for data in enum_files:
        if not names - found:
            break
        found.update(names & enum_names(data))
    return {name.decode() for name in found}
