"""Changing any one word of a spec changes what it says, or is reported.

The words are those of every spec of the catalogue, and of two files that use every tag and key.
Each block is changed by itself, below a short head, so that tens of thousands of changes take
seconds. ``KAPI_ALL_CHANGES=1`` makes all of them where an ordinary run makes every n-th.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kapi.csource.definitions import Definition
from kapi.csource.specs import read_specs
from kapi.diagnostics import Sink
from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.lower import lower
from kapi.lang.text import read_lines
from kapi.model.spec import Spec
from kapi.source import SourceFile, Span
from tests.lang.reading import findings, printed_again, read_file

ROOT = Path(__file__).parents[2]
CLEAN = sorted(ROOT.glob("tests/testdata/clean/*.c"))
FILES = sorted([*ROOT.glob("specs/**/*.c"), *CLEAN])

#: Most changes that an ordinary run makes, all files together.
MOST = 60_000

BLOCKS = {tag.name for tag in fields.all_tags().values() if tag.kind == "block"}


class Part(NamedTuple):
    """A comment with one block of a spec, and the code below it.

    :param first: the first line that may be changed.
    :param stop: one past the last.
    """

    lines: tuple[str, ...]
    first: int
    stop: int
    code: Definition


class Change(NamedTuple):
    """A line that becomes another, or several, or none."""

    kind: str
    line: int
    new: tuple[str, ...]


# Parts.


def parts(path: Path) -> Iterator[Part]:
    """The head of each spec of a file, and each of its blocks below a short head."""
    source = SourceFile(path.name, path.read_bytes())
    for found in read_specs(source).specs:
        text = source.text[found.comment.start : found.comment.end]
        lines = [line[3:] for line in text.split("\n")[1:-1]]
        starts = [at for at, line in enumerate(lines) if _opens_block(line)]
        ends = [*starts[1:], len(lines)]
        top = lines[: starts[0]] if starts else lines
        yield Part((*top, "kapi-mark: x"), 0, len(top), found.definition)
        head = (found.spec.name + " - x", f"api-version: {found.spec.version or 1}", "api-type: x")
        for start, end in zip(starts, ends, strict=True):
            block = (*head, *lines[start:end])
            yield Part(block, len(head), len(block), found.definition)


def _opens_block(line: str) -> bool:
    word = line.partition(":")[0]
    return word in BLOCKS or word.startswith(("examples", "notes", "kapi-", "struct"))


# What a comment says.


def read(part: Part, lines: tuple[str, ...]) -> tuple[Spec | None, list[str]]:
    """The spec that lines make of the code, and the findings about it in words."""
    text = "/**\n" + "".join(f" * {line}\n" for line in lines) + " */"
    source = SourceFile("a.c", text.encode("utf-8", "surrogateescape"))
    sink = Sink()
    read = read_lines(source, 0, len(source.text), sink)
    segments = seg.cut_segments(read)
    if not seg.is_spec(segments):
        return None, []
    sink.version = seg.version_of(segments)
    spec = lower("a.c", segments, part.code, Span("a.c", 1, 1, len(lines) + 2, 4), sink)
    return spec, [one.code + one.message for one in sink.sorted()]


# Changes.


def changes(part: Part) -> Iterator[Change]:
    """Every change of one thing."""
    for number in range(part.first, part.stop):
        line = part.lines[number]
        if not line:
            continue
        yield Change("line twice", number, (line, line))
        yield Change("line gone", number, ())
        yield Change("deeper", number, (" " + line,))
        if line.startswith(" "):
            yield Change("less deep", number, (line[1:],))
        for at, char in enumerate(line):
            if char in ",|":
                other = "|" if char == "," else ","
                yield Change("separator", number, (line[:at] + other + line[at + 1 :],))
        yield from _word_changes(line, number)


def _word_changes(line: str, number: int) -> Iterator[Change]:
    """Each word gone, and each word with another letter."""
    at = 0
    for word in line.split(" "):
        if word:
            rest = line[at + len(word) :]
            before = line[:at]
            joined = before + rest.removeprefix(" ") if before.strip() else before + rest.lstrip()
            yield Change("word gone", number, (joined.rstrip(),))
            middle = len(word) // 2
            changed = word[:middle] + _other(word[middle]) + word[middle + 1 :]
            yield Change("word changed", number, (before + changed + rest,))
        at += len(word) + 1


def _other(char: str) -> str:
    """Another character of the same sort."""
    if char.isdigit():
        return str((int(char) + 1) % 10)
    if char.isalpha():
        other = "q" if char.lower() != "q" else "z"
        return other.upper() if char.isupper() else other
    return "~" if char != "~" else "^"


# Changes that rightly change nothing.


def changes_nothing(part: Part, change: Change) -> bool:
    """Whether the reference says that both forms mean the same."""
    line = part.lines[change.line]
    if change.kind in ("deeper", "less deep"):
        depth = len(line) - len(line.lstrip(" "))
        return _is_same_depth(part, change.line, {depth, depth + len(change.new[0]) - len(line)})
    if change.kind == "separator":
        return _in_list(part, change.line)
    if change.kind == "word gone":
        # A bare expression means '==' in version 1.
        return line.startswith("  success: == ") and "==" not in change.new[0]
    # How often a lock is held may repeat what 'acquired' and 'released' mean.
    return change.kind == "line gone" and line.startswith("  held: ")


def _is_same_depth(part: Part, number: int, depths: set[int]) -> bool:
    """Whether a line says the same at two depths: text that goes on, and the first line."""
    owner = _owner(part, number)
    tag = fields.tag(owner.partition(":")[0])
    if owner == part.lines[0] or owner.startswith("@"):
        return number == 0 or 0 not in depths
    return tag is not None and tag.kind != "prose" and min(depths) >= 4


def _owner(part: Part, number: int) -> str:
    """The line at indentation 0 that a line belongs to, or itself."""
    while number and (not part.lines[number] or part.lines[number].startswith(" ")):
        number -= 1
    return part.lines[number]


def _in_list(part: Part, number: int) -> bool:
    """Whether a line belongs to a LIST of two elements, which ``,`` or ``|`` may part."""
    owner, line = _owner(part, number), part.lines[number]
    tag = fields.tag(owner.partition(":")[0])
    if tag is None:
        return False
    entry = fields.key(tag, line.strip().partition(":")[0].partition("(")[0])
    kind = entry.kind if entry else tag.kind
    in_header = tag.name == "side-effect" and line == owner
    return kind in ("tokens", "errnos") or in_header


# Tests.


def all_changes() -> int:
    """How many changes there are."""
    return sum(len(line.split()) * 2 + 4 for path in FILES for line in path.read_text().split("\n"))


STEP = 1 if os.environ.get("KAPI_ALL_CHANGES") else max(all_changes() // MOST, 1)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
@pytest.mark.timeout(600)
def test_every_change_is_seen(path: Path) -> None:
    silent = []
    number = 0
    for part in parts(path):
        before = read(part, part.lines)
        for change in changes(part):
            number += 1
            if number % STEP:
                continue
            lines = (*part.lines[: change.line], *change.new, *part.lines[change.line + 1 :])
            if read(part, lines) == before and not changes_nothing(part, change):
                silent.append((change.kind, part.lines[change.line], change.new))
    assert silent == []
    assert number > 0


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.stem)
def test_the_samples_are_clean_and_print_as_they_should(path: Path) -> None:
    text = path.read_text()
    found = read_file(text)
    assert findings(found.diagnostics) == []
    for one in found.specs:
        assert findings(one.sink.sorted()) == []
        code = text[one.definition.offset : one.definition.end]
        assert printed_again(one.spec, f"{code};").spec == one.spec


def test_the_samples_use_every_tag_and_key() -> None:
    used = set()
    for path in CLEAN:
        owner = ""
        for line in path.read_text().split("\n"):
            word = line[3:].strip().partition(":")[0].partition("(")[0]
            if line.startswith(" *   "):
                used.add((owner, word))
            elif line.startswith(" * ") and ":" in line:
                owner = word
                used.add((owner, ""))
    wanted = {
        (tag.name, key)
        for tag in fields.all_tags().values()
        for key in ("", *(entry.name for entry in tag.keys))
        if tag.kind not in ("flat", "reserved", "count") and not _is_old(tag.name, key)
    }
    assert wanted - used == set()


def _is_old(tag: str, key: str) -> bool:
    """Tags and keys that are never clean, or stand for others."""
    return tag in ("context", "context-flags") or (tag, key) in (
        ("param", "struct-type"),
        ("state-trans", "object"),
    )
