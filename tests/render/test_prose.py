"""Prose with kept lines, and the marks in it."""

from __future__ import annotations

import pytest

from kapi.render.clean import clean_lines, clean_text
from kapi.render.inline import Scope, parse_inline
from kapi.render.nodes import Bullets, Paragraph, Verbatim, plain_text
from kapi.render.prose import parse_prose


def _scope() -> Scope:
    known = {"read": "sys_read", "sys_read": "sys_read"}
    return Scope(frozenset({"fd"}), frozenset({"EIO"}), lambda name: known.get(name, ""), set())


def _shape(text: str) -> list[object]:
    """Blocks in short: text of paragraphs, lists of items, (verbatim,)."""
    return _shapes(parse_prose(text, _scope()))


def _shapes(blocks: object) -> list[object]:
    assert isinstance(blocks, tuple)
    found: list[object] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(plain_text(block.runs))
        elif isinstance(block, Verbatim):
            found.append((block.text,))
        elif isinstance(block, Bullets):
            found.append([_shapes(item) for item in block.items])
    return found


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("", []),
        (" \n\n", []),
        ("a\nb\n\nc", ["a b", "c"]),
        ("a:\n    code\n\n      more\nb", ["a:", ("code\n\n  more",), "b"]),
        ("a\n b", ["a b"]),
        ("  a\n  b", ["a b"]),
        ("- a\n- b", [[["a"], ["b"]]]),
        ("x:\n- a\n  b\n* c\n\n- d", ["x:", [["a b"], ["c"], ["d"]]]),
        ("- a\n\n  b\nc", [[["a", "b"]], "c"]),
        ("- a:\n      code", [[["a:", ("code",)]]]),
        ("- a\n  - b\n  - c", [[["a", [["b"], ["c"]]]]]),
        ("1. a\n2. b", [[["a"], ["b"]]]),
        ("1. a\n- b", [[["a"]], [["b"]]]),
        ("a 1. b\n2. c", ["a 1. b 2. c"]),
        ("-a\n-1", ["-a -1"]),
    ],
)
def test_blocks(text: str, shape: list[object]) -> None:
    assert _shape(text) == shape


def test_numbers_are_kept() -> None:
    (block,) = parse_prose("3. a\n4) b", _scope())
    assert isinstance(block, Bullets)
    assert block.markers == ("3.", "4)")


def test_marks() -> None:
    scope = _scope()
    text = (
        "@fd of read(2), @no, a@fd, %NULL, O_CREAT, EIO, EINVAL, ``x y``, foo(), sys_read() @E_X."
    )
    runs = [(run.style, run.text, run.target) for run in parse_inline(text, scope)]
    assert [run for run in runs if run[0] != "text"] == [
        ("param", "fd", ""),
        ("ref", "read(2)", "sys_read"),
        ("const", "NULL", ""),
        ("const", "O_CREAT", ""),
        ("const", "EIO", ""),
        ("code", "x y", ""),
        ("code", "foo()", ""),
        ("ref", "sys_read()", "sys_read"),
        ("const", "E_X", ""),
    ]
    assert "@no, a@fd, " in "".join(run[1] for run in runs)
    assert scope.mentions == {"read(2)"}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\tb\n c", "a b c"),
        ("a\x1b[1mb", "a\\x1b[1mb"),
        ("\u202eab", "\\u202eab"),
        ("\udc80", "\\udc80"),
        ("\U000e0041", "\\U000e0041"),
        ("\u00a0a\u3000", "a"),
        ("caf\u00e9 \u4e2d", "caf\u00e9 \u4e2d"),
    ],
)
def test_clean_text(text: str, clean: str) -> None:
    assert clean_text(text) == clean


def test_clean_lines() -> None:
    assert clean_lines("\n\na \r\n\tb\x00\n\n") == "a\n        b\\x00"
