"""Markdown, as a CommonMark parser reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from render_reflection import NASTY
from render_samples import openat, read

from kapi.model.spec import Spec, Text
from kapi.render import render

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _inline(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or ()]


def _text(tokens: list[Token]) -> str:
    return " ".join(" ".join(child.content for child in _inline(tokens)).split())


def test_one_spec() -> None:
    text = render("md", [openat()])
    assert text.startswith("# sys_openat\n\nopen a file relative to a directory descriptor\n")
    assert "\n## Errors\n" in text
    assert "+ **EACCES** - no permission\n" in text
    assert "  * *when*: `path_prefix(dfd, filename) == no_search` \\[search\\]\n" in text


def test_no_html() -> None:
    tokens = _PARSER.parse(render("md", [openat(), read()]))
    assert not any("html" in token.type for token in [*tokens, *_inline(tokens)])


def test_contents_lead_to_the_headings_of_github() -> None:
    text = render("md", [openat(), replace(read(), name="errors"), read()])
    assert "- [sys_openat](#sys_openat) - open a file" in text
    # "Errors" of sys_openat comes first and has the plain anchor.
    assert "- [errors](#errors-1) - read" in text
    assert "[sys_read()](#sys_read)" in text


def test_examples_are_fenced() -> None:
    fences = [token for token in _PARSER.parse(render("md", [openat()])) if token.type == "fence"]
    assert fences[-1].info == "c"
    assert fences[-1].content == (openat().examples or "").expandtabs(8)
    ticks = _PARSER.parse(render("md", [replace(read(), examples="a\n```\n~~~~\nb")]))
    assert [token.content for token in ticks if token.type == "fence"][-1] == "a\n```\n~~~~\nb\n"


@pytest.mark.parametrize("text", NASTY)
def test_text_is_text(text: str) -> None:
    spec = Spec(name="x", kind="function", ordinary_sections=(Text(name="Some", text=f"q {text}"),))
    tokens = _PARSER.parse(render("md", [spec]))
    kinds = {token.type for token in [*tokens, *_inline(tokens)]}
    assert not kinds & {"html_block", "html_inline", "image", "table_open", "s_open", "hr"}
    if "\n" not in text and "@" not in text and text.isascii() and text.isprintable():
        assert " ".join(f"q {text}".split()) in _text(tokens)


def test_code_with_backquotes() -> None:
    spec = replace(read(), symbols=("a`b", "``", "`"))
    code = [token.content for token in _inline(_PARSER.parse(render("md", [spec])))]
    assert {"a`b", "``", "`"} <= set(code)
