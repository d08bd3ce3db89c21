"""Each part of a spec knows where it was written, to the column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kapi.csource.specs import read_specs
from kapi.lang.text import Piece, Value
from kapi.model.shapes import entries
from kapi.model.spec import Node, Spec
from kapi.source import SourceFile, Span
from tests.lang.reading import read, read_2, read_text

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("specs/**/*.c"), *ROOT.glob("tests/testdata/clean/*.c")])

#: Fields that hold the text as written, blanks and line breaks aside.
TEXTS = frozenset(
    (
        *("description", "details", "constraint_description", "condition", "target", "expression"),
        *("origin", "size", "alignment", "struct_type", "null_ok", "ensures", "when", "allows"),
        *("without_cap", "check_condition", "from_state", "to_state", "long_description", "notes"),
        *("examples", "label", "name", "sa_flags_required", "sa_flags_forbidden", "api_type"),
    )
)


def text_at(source: SourceFile, span: Span) -> str:
    """The text of a place, without the asterisks between its lines."""
    lines = [source.line_text(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    first, *others = [lines[0][span.column - 1 :], *lines[1:]]
    return " ".join([first, *(line.lstrip(" \t").removeprefix("*") for line in others)])


def nodes(value: Any) -> Iterator[Node]:
    """A node and all nodes in it."""
    if isinstance(value, Node):
        yield value
        for entry in entries(type(value)):
            yield from nodes(getattr(value, entry.attribute))
    elif isinstance(value, tuple):
        for item in value:
            yield from nodes(item)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_places_are_where_the_text_is(path: Path) -> None:
    source = SourceFile(path.name, path.read_bytes())
    seen = 0
    for found in read_specs(source).specs:
        for node in nodes(found.spec):
            assert node.span is None or text_at(source, node.span)
            for name, span in node.places:
                value = getattr(node, name)
                written = " ".join(text_at(source, span).split())
                assert written
                if name in TEXTS and isinstance(value, str) and not isinstance(node, Spec):
                    assert written == " ".join(value.split())
                    seen += 1
    assert seen > 5


def test_places_of_a_block() -> None:
    found = read_2("error: EIO, x\n  desc: a\n    b\n  when(p): c\n  when(q): d\n  must: yes")
    (error,) = found.spec.errors
    places = [
        (name, span.line - 7, span.column, span.end_line - 7, span.end_column)
        for name, span in error.places
    ]
    assert sorted(places) == [
        ("causes", 4, 15, 4, 16),
        ("causes", 5, 15, 5, 16),
        ("description", 2, 12, 3, 9),
        ("must", 6, 12, 6, 15),
        ("name", 1, 11, 1, 14),
    ]
    assert error.span is not None
    assert (error.span.line - 7, error.span.column, error.span.end_column) == (1, 4, 9)


def test_places_of_whole_texts() -> None:
    found = read_2("contexts: nmi\nlong-desc: a\n  b\norigin: c,\n    d\nnotes: e\nerror-set: open")
    places = {name: (span.line - 7, span.column) for name, span in found.spec.places}
    assert places == {
        "description": (-5, 15),
        "version": (0, 17),
        "context_flags": (1, 14),
        "long_description": (2, 4),
        "origin": (4, 12),
        "notes": (6, 4),
        "error_set": (7, 15),
    }


def test_the_place_of_a_spec_is_its_comment() -> None:
    span = read("contexts: process").spec.span
    assert span == Span("a.c", 1, 1, 8, 4)


def test_repeated_facts_of_the_result_have_a_place_each() -> None:
    returns = read_2("return:\n  ensures: a\n  ensures: b").spec.returns
    assert returns is not None
    assert [(name, span.line - 7) for name, span in returns.places] == [
        ("ensures", 2),
        ("ensures", 3),
    ]


def test_unparsed_text_is_in_the_order_of_the_file() -> None:
    found = read("error: eio\n  dsc: x\nparam: nope\nlock: l\n  type: y\nfoo: z")
    assert [text.span.line - 6 for text in found.spec.unparsed if text.span] == [1, 2, 3, 5, 6]


# Values of several lines.


def value() -> Value:
    """Three lines of a file, the second one further to the right."""
    return Value("a.c", [Piece("ab cd", 10, 5), Piece("(e,", 11, 9), Piece("f), g", 12, 5, True)])


def test_text_and_prose() -> None:
    assert value().text == "ab cd (e, f), g"
    assert value().prose == "ab cd (e,\n\nf), g"


@pytest.mark.parametrize(
    ("start", "end", "text", "place"),
    [
        (0, None, "ab cd (e, f), g", (10, 5, 12, 10)),
        (0, 2, "ab", (10, 5, 10, 7)),
        (2, 6, "cd", (10, 7, 10, 10)),
        (3, 5, "cd", (10, 8, 10, 10)),
        (6, 9, "(e,", (11, 9, 11, 12)),
        (7, 12, "e, f)", (11, 10, 12, 7)),
        (14, 15, "g", (12, 9, 12, 10)),
        (15, 15, "", (12, 10, 12, 10)),
        (5, 6, "", (10, 10, 10, 10)),
        (0, 0, "", (10, 5, 10, 5)),
    ],
)
def test_cuts_keep_their_places(
    start: int, end: int | None, text: str, place: tuple[int, int, int, int]
) -> None:
    cut = value().cut(start, end)
    assert cut.text == text
    assert value().span(start, end)[1:] == place


def test_cut_parts_know_their_places() -> None:
    parts = value().split(",")
    assert [(part.text, *part.span()[1:]) for part in parts] == [
        ("ab cd (e, f)", 10, 5, 12, 7),
        ("g", 12, 9, 12, 10),
    ]
    assert [part.text for part in value().split(" ", most=1)] == ["ab", "cd (e, f), g"]


def test_a_cut_begins_no_paragraph() -> None:
    assert value().cut(10).prose == "f), g"
    assert value().cut(7).prose == "e,\n\nf), g"


def test_empty_values_have_a_place() -> None:
    found = read_text("/**\n * f - x\n *\n * kapi-a: b\n * contexts:\n */\nint f(void);\n", 4)
    assert found.findings == [("empty-value", "E", 1, 4)]
