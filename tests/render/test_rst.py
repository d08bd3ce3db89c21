"""reStructuredText, as docutils reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from render_reflection import NASTY
from render_samples import openat, read

from kapi.model.spec import Include, Spec, Text
from kapi.render import Options, render


def _read(text: str) -> nodes.document:
    """The document, if docutils has not the least remark."""
    quiet = {"report_level": 1, "halt_level": 1, "warning_stream": ""}
    return publish_doctree(text, settings_overrides=quiet)


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_docutils_is_silent(count: int, verbose: bool) -> None:
    specs = [openat(), read(), openat()][:count]
    _read(render("rst", specs, Options(verbose=verbose)))


def test_one_spec_has_headings() -> None:
    document = _read(render("rst", [openat()]))
    titles = [title.astext() for title in document.findall(nodes.title)]
    assert titles[0] == "sys_openat - open a file relative to a directory descriptor"
    assert {"Parameters", "Errors", "Specification"} <= set(titles)


def test_several_specs_have_contents_and_anchors() -> None:
    document = _read(render("rst", [openat(), read()]))
    links = {link.astext(): link["refid"] for link in document.findall(nodes.reference)}
    assert links["sys_openat"] == "kapi-sys-openat"
    assert links["sys_read()"] == "kapi-sys-read"
    assert {"kapi-sys-openat", "kapi-sys-read"} <= set(document.ids)


def test_an_include_leads_to_the_shared_spec() -> None:
    shared = Spec(name="path_lookup", kind="shared", description="look a path up")
    spec = replace(read(), includes=(Include(name="path_lookup", arguments=("fd",)),))
    document = _read(render("rst", [spec, shared]))
    links = {link.astext(): link["refid"] for link in document.findall(nodes.reference)}
    assert links["path_lookup(fd)"] == "kapi-path-lookup"


def test_examples_are_code() -> None:
    blocks = list(_read(render("rst", [openat()])).findall(nodes.literal_block))
    assert blocks[-1].astext() == (openat().examples or "").expandtabs(8).rstrip()
    assert "c" in blocks[-1]["classes"]


@pytest.mark.parametrize("text", NASTY)
def test_text_is_text(text: str) -> None:
    """What looks like markup is shown as it was written."""
    spec = Spec(name="x", kind="function", ordinary_sections=(Text(name="Some", text=f"q {text}"),))
    document = _read(render("rst", [spec]))
    assert list(document.findall(nodes.problematic)) == []
    if "\n" not in text and "    " not in text and text.isascii() and text.isprintable():
        shown = " ".join(document.astext().split())
        assert " ".join(f"q {text}".split()).replace("%NULL", "NULL") in shown


def test_numbers_that_do_not_count_from_one_are_kept() -> None:
    spec = replace(read(), notes="3. three\n5. five")
    assert "(3)" in _read(render("rst", [spec])).astext()
    counted = _read(render("rst", [replace(read(), notes="1. one\n2) two")]))
    assert len(list(counted.findall(nodes.enumerated_list))) == 1
