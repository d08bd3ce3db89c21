"""No writer forgets a field: every field of the model is set and looked for in every output."""

from __future__ import annotations

from dataclasses import fields

import pytest
from render_reflection import Marker, hints_of, node_classes

from kapi.model.spec import Spec
from kapi.render import RENDERERS, Options, render

_BOOLS = [
    (cls.__name__, name)
    for cls in node_classes()
    for name, hint in hints_of(cls).items()
    if "bool" in str(hint)
]


@pytest.mark.parametrize("format", RENDERERS)
def test_every_field_is_shown(format: str) -> None:
    marker = Marker()
    text = render(format, [marker.spec()]).lower()
    assert [where for mark, where in marker.marks.items() if mark not in text] == []
    assert len(marker.marks) > 150


@pytest.mark.parametrize("format", RENDERERS)
def test_places_are_shown_on_demand(format: str) -> None:
    marker = Marker()
    spec = marker.spec()
    quiet = render(format, [spec])
    assert [where for mark, where in marker.places.items() if mark in quiet] == []
    verbose = render(format, [spec], Options(verbose=True))
    assert [where for mark, where in marker.places.items() if mark not in verbose] == []


@pytest.mark.parametrize("format", RENDERERS)
@pytest.mark.parametrize("key", _BOOLS, ids=".".join)
def test_yes_no_and_absent_differ(format: str, key: tuple[str, str]) -> None:
    values: list[object] = [True, False, *([] if key == ("Errno", "internal") else [None])]
    texts = {render(format, [Marker({key: value}).spec()]) for value in values}
    assert len(texts) == len(values)


@pytest.mark.parametrize("format", RENDERERS)
def test_zero_is_shown(format: str) -> None:
    full = Marker({("Signal", "priority"): None}).spec()
    zero = Marker({("Signal", "priority"): 0}).spec()
    assert render(format, [full]) != render(format, [zero])


@pytest.mark.parametrize("format", RENDERERS)
def test_absent_fields_give_nothing(format: str) -> None:
    text = render(format, [Spec(name="sys_getpid", kind="syscall")])
    assert "None" not in text
    assert "Parameters" not in text and "PARAMETERS" not in text


def test_the_reflection_reaches_every_class() -> None:
    names = {cls.__name__ for cls in node_classes()}
    assert {"Spec", "Param", "Constraint", "ArchMask", "Errno", "Cause", "StructField"} <= names
    assert {entry.name for entry in fields(Spec)} >= {"counts", "unparsed", "symbols"}
