"""Reads specs for the tests of the language, and checks that no word of them is lost.

``read`` puts a body below a name line and ``@`` lines and above a system call; lines of findings
count from the body's first line, columns are those of the file. ``read_text`` takes a whole file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kapi.csource.collect import Collection, collect
from kapi.csource.specs import FileSpecs, Found, read_specs
from kapi.diagnostics import ERROR, Diagnostic
from kapi.lang import fields
from kapi.lang.context import integer
from kapi.lang.printer import print_comment
from kapi.model.codec import encode, normalise
from kapi.model.spec import Spec
from kapi.model.tokens import FAMILIES, look_up
from kapi.source import SourceFile

CODE = "SYSCALL_DEFINE3(frob, int, wfd, size_t, len, char __user *, buf)"
HEAD = (
    "/**",
    " * sys_frob - tune a widget",
    " * @wfd: descriptor of the widget",
    " * @len: room in bytes",
    " * @buf: receives the setting",
    " *",
)

#: Code, ``E`` or ``W``, line of the body, column of the file.
Finding = tuple[str, str, int, int]


class Read(NamedTuple):
    """One spec with the findings about it, by place."""

    spec: Spec
    findings: list[Finding]
    diagnostics: list[Diagnostic]

    @property
    def codes(self) -> list[str]:
        """The codes of the findings."""
        return [finding[0] for finding in self.findings]

    @property
    def messages(self) -> list[str]:
        """The messages of the findings."""
        return [diagnostic.message for diagnostic in self.diagnostics]

    @property
    def unparsed(self) -> list[tuple[str, str]]:
        """Raw text that has no other place."""
        return [(text.name, text.text) for text in self.spec.unparsed]


def comment(body: str, head: Iterable[str] = HEAD) -> str:
    """A comment with that body, whose lines are given without the asterisk."""
    lines = [f" * {line}".rstrip(" ") for line in body.split("\n")]
    return "\n".join([*head, *lines, " */"])


def read(body: str, code: str = CODE, head: Iterable[str] = HEAD) -> Read:
    """The spec that a body makes of a system call with three parameters."""
    head = tuple(head)
    return read_text(f"{comment(body, head)}\n{code}\n", len(head))


def read_2(body: str, code: str = CODE) -> Read:
    """As :func:`read`, in version 2 of the grammar; line 0 has the ``api-version``."""
    return read(body, code, (*HEAD, " * api-version: 2"))


def read_text(text: str | bytes, above: int = 0) -> Read:
    """The one spec of a file.

    :param above: lines of the file that findings do not count.
    """
    source = source_of(text)
    read = read_specs(source)
    assert len(read.specs) == 1, read.diagnostics
    found = read.specs[0]
    diagnostics = [*found.sink.sorted(), *read.diagnostics]
    assert lost_words(found, source) == []
    return Read(found.spec, findings(diagnostics, above), diagnostics)


def source_of(text: str | bytes) -> SourceFile:
    """A file under a name of no folder."""
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return SourceFile("a.c", data)


def read_file(text: str | bytes) -> FileSpecs:
    """All specs of a file, which may be none; no word of them is lost."""
    source = source_of(text)
    read = read_specs(source)
    for found in read.specs:
        assert lost_words(found, source) == []
    return read


def read_set(*texts: str) -> Collection:
    """Specs of several files as one set, includes resolved."""
    files = [(f"{number}.c", text.encode()) for number, text in enumerate(texts)]
    return collect(files)


def findings(diagnostics: Iterable[Diagnostic], above: int = 0) -> list[Finding]:
    """Diagnostics in short."""
    return [
        (
            one.code,
            "E" if one.severity == ERROR else "W",
            one.span.line - above,
            one.span.column,
        )
        for one in diagnostics
    ]


def has_errors(read: Read) -> bool:
    """Whether the spec is not clean."""
    return any(finding[1] == "E" for finding in read.findings)


def printed_again(spec: Spec, code: str = CODE) -> Read:
    """What the canonical comment of a spec says; printing that again changes nothing."""
    text = print_comment(spec)
    again = read_text(f"{text}\n{code}\n")
    assert print_comment(again.spec) == text
    return again


def assert_round_trip(read: Read, code: str = CODE) -> None:
    """Printing and reading again is the identity."""
    again = printed_again(read.spec, code)
    assert normalise(again.spec) == normalise(read.spec)
    assert not has_errors(again)


# No silent loss.

_WORD = re.compile(r"\w+")
_BODY = re.compile(r"[ \t]*\*?(.*?)(?:\*/)?\s*\Z", re.DOTALL)

#: Words of the grammar itself, and of values that become truth values.
_GRAMMAR = {
    part
    for tag in fields.all_tags().values()
    for word in (
        tag.name,
        *(name for key in tag.keys for name in (key.name, *key.synonyms)),
    )
    for part in _WORD.findall(word)
} | set("returns kapi yes no true false 1 0 closed open if KAPI_CONSTRAINT_CUSTOM".split())


def lost_words(found: Found, source: SourceFile) -> list[str]:
    """Words of a comment that are neither in its spec nor in a finding on their line.

    Words of the grammar do not count: that a tag or key is where it should be, other tests show.
    """
    said = _words_of(encode(found.spec, locations=False))
    quoted = _quoted_words(found.sink.sorted())
    lost = []
    first = source.line_of(found.comment.start)
    lines = source.text[found.comment.start : found.comment.end].split("\n")
    for number, line in enumerate(lines[1:], first + 1):
        match = _BODY.match(line)
        assert match
        text = "".join(map(_escaped, match[1]))
        for word in _WORD.findall(text):
            spellings = {word, word.lower(), *_meanings(word)}
            if not spellings & (said | quoted.get(number, set()) | _GRAMMAR):
                lost.append(f"{number}: {word}")
    return lost


def _escaped(char: str) -> str:
    """How the model keeps a character."""
    if char in "\t\r":
        return " "
    if char < " " or char == "\x7f" or "\ud800" <= char <= "\udfff":
        return f"\\x{ord(char) & 0xFF:02x}"
    return f"\\u{ord(char):04x}" if "\x80" <= char <= "\x9f" else char


def _meanings(word: str) -> Iterator[str]:
    """What a word may have become in the model."""
    for family in FAMILIES:
        known = look_up(family, word)
        for token in known.tokens if known else ():
            yield "input" if token == "inout" else token
    if (number := integer(word)) is not None:
        yield str(number)


def _words_of(value: Any) -> set[str]:
    """All words in the JSON form of a spec."""
    if isinstance(value, dict):
        return set().union(*map(_words_of, value.values()))
    if isinstance(value, list):
        return set().union(*map(_words_of, value))
    return set(_WORD.findall(str(value)))


def _quoted_words(diagnostics: Iterable[Diagnostic]) -> dict[int, set[str]]:
    """The words of the messages about each line."""
    found: dict[int, set[str]] = {}
    for one in diagnostics:
        for line in range(one.span.line, one.span.end_line + 1):
            found.setdefault(line, set()).update(_WORD.findall(one.message))
    return found
