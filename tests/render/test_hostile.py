"""Texts that no author would write: every output stays valid and harmless."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from unicodedata import category

import pytest
from docutils.core import publish_doctree
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from render_reflection import hostile

from kapi.model.spec import Spec
from kapi.render import RENDERERS, Options, plain, render
from kapi.render.document import build_pages
from kapi.render.layout import columns_of
from kapi.render.nodes import Blocks, Bullets, Definitions, Verbatim

_specs = st.lists(hostile(Spec), min_size=1, max_size=2)
_effort = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),  # To make a failing spec smaller takes minutes.
    suppress_health_check=list(HealthCheck),
)


@_effort
@given(_specs, st.sampled_from(sorted(RENDERERS)), st.booleans())
def test_no_control_characters(specs: list[Spec], format: str, verbose: bool) -> None:
    text = render(format, specs, Options(verbose=verbose))
    unsafe = [character for character in text if category(character) in ("Cc", "Cs", "Zl", "Zp")]
    assert set(unsafe) == {"\n"}
    text.encode("utf-8")
    assert [line for line in text.split("\n") if line != line.rstrip(" \t")] == [], format


@_effort
@given(_specs)
def test_rst_is_valid(specs: list[Spec]) -> None:
    publish_doctree(
        render("rst", specs),
        settings_overrides={"report_level": 1, "halt_level": 1, "warning_stream": ""},
    )


@_effort
@given(_specs)
def test_markdown_has_no_html(specs: list[Spec]) -> None:
    for token in MarkdownIt("commonmark").enable("table").parse(render("md", specs)):
        assert token.type not in ("html_block", "table_open", "code_block", "blockquote_open")
        for child in token.children or ():
            assert child.type not in ("html_inline", "image"), child.content


@_effort
@given(_specs, st.integers(40, 120))
def test_plain_lines_fit(specs: list[Spec], width: int) -> None:
    for page in build_pages(specs, Options(), columns=width - 4):
        kept = {line.strip() for section in page.sections for line in _kept(section.blocks)}
        text = "\n".join(plain.page_lines(page, Options(width=width)))
        text = text.replace(page.synopsis.replace("\n", "\n    "), "")
        for line in text.split("\n"):
            fits = columns_of(line) <= width or len(line.split()) <= 2
            assert fits or line.strip("- ") in kept, line


def _kept(blocks: Blocks) -> Iterator[str]:
    """The lines that are not wrapped."""
    for block in blocks:
        if isinstance(block, Verbatim):
            yield from block.text.split("\n")
        elif isinstance(block, Bullets):
            yield from (line for item in block.items for line in _kept(item))
        elif isinstance(block, Definitions):
            yield from (line for entry in block.entries for line in _kept(entry.body))


@pytest.mark.requires("mandoc")
@_effort
@given(hostile(Spec))
def test_manual_page_is_valid(spec: Spec) -> None:
    lint = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "error"],
        check=False,
        input=render("man", [spec]),
        capture_output=True,
        encoding="utf-8",
    )
    assert lint.stdout == ""
