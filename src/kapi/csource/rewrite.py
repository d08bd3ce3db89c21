# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the spec comments of a C file into canonical form; all else stays as it is, byte for byte.

In: a C file. Out: the same file with other comments, and findings about comments that were left
alone. A comment is only replaced by one that says the same: it is read again and compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kapi.csource.specs import Found, read_specs
from kapi.diagnostics import ERROR, Diagnostic
from kapi.lang.printer import print_comment
from kapi.source import SourceFile, Span

_BOM = b"\xef\xbb\xbf"


class Rewritten(NamedTuple):
    """What came of one file.

    :param source: the file as it was.
    :param data: its new bytes.
    :param diagnostics: errors, because of which comments were left alone.
    :param unsafe: places of comments without errors that were left alone nevertheless, as their
        canonical form would not say the same. There should be none.
    """

    source: SourceFile
    data: bytes
    diagnostics: tuple[Diagnostic, ...]
    unsafe: tuple[Span, ...]


def rewrite(path: str, data: bytes) -> Rewritten:
    """The file with all its spec comments in canonical form, but for those that have errors."""
    source = SourceFile(path, data)
    read = read_specs(source)
    errors = _errors(read.diagnostics)
    unsafe: list[Span] = []
    parts: list[str] = []
    at = 0
    for found in read.specs:
        wrong = _errors(found.sink.sorted())
        errors += wrong
        comment = None if wrong else _canonical(found, source)
        if comment is not None:
            parts += [source.text[at : found.comment.start], comment]
            at = found.comment.end
        elif not wrong:
            unsafe.append(source.span(found.comment.start, found.comment.end))
    text = "".join([*parts, source.text[at:]])
    mark = _BOM if data.startswith(_BOM) else b""
    new = mark + text.encode("utf-8", "surrogateescape")
    return Rewritten(source, new, tuple(sorted(errors)), tuple(unsafe))


def _errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return [one for one in found if one.severity == ERROR]


def _canonical(found: Found, source: SourceFile) -> str | None:
    """The canonical comment, indented and with line ends as the old one; ``None`` if unsafe."""
    start, end = found.comment.start, found.comment.end
    old = source.text[start:end]
    if found.spec.unparsed:
        return None
    indent = source.text[source.text.rfind("\n", 0, start) + 1 : start]
    newline = "\r\n" if "\r\n" in old else "\n"
    bare = print_comment(found.spec)
    new = bare.replace("\n", newline + indent)
    return new if new == old or _says_the_same(bare, found, source) else None


def _says_the_same(comment: str, found: Found, source: SourceFile) -> bool:
    """Whether a comment above the same code makes an equal spec, which prints as that comment."""
    code = source.text[found.definition.offset : found.definition.end]
    text = f"{comment}\n{code};\n".encode("utf-8", "surrogateescape")
    again = read_specs(SourceFile(source.path, text)).specs
    if len(again) != 1 or again[0].spec != found.spec or _errors(again[0].sink.sorted()):
        return False
    return print_comment(again[0].spec) == comment
