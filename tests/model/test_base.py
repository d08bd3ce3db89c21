"""The classes of the model are frozen dataclasses, though their methods are not generated."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from kapi.model.base import field_infos, replace
from kapi.model.spec import Cause, Errno, Item, Node, Param, Spec
from kapi.source import Span

ERROR = Errno(name="EIO", causes=(Cause(when="x"),), span=Span("x.c", 1, 1, 1, 2))


def test_dataclasses_knows_them() -> None:
    assert dataclasses.is_dataclass(Errno)
    names = [one.name for one in dataclasses.fields(Errno)]
    assert names[:5] == ["span", "places", "label", "origin", "shared"]
    assert names == list(field_infos(Errno))
    by_name = {one.name: one for one in dataclasses.fields(Errno)}
    assert by_name["name"].default is dataclasses.MISSING
    assert by_name["internal"].default is False
    assert by_name["name"].metadata["doc"] == "errno name, without sign"
    assert not by_name["span"].compare and not by_name["span"].repr
    assert all(one.kw_only for one in by_name.values())
    assert dataclasses.asdict(Cause(when="x"))["when"] == "x"


@pytest.mark.parametrize("change", [dataclasses.replace, replace])
def test_replace(change: Any) -> None:
    changed = change(ERROR, name="EDOM")
    assert (changed.name, changed.causes, changed.span) == ("EDOM", ERROR.causes, ERROR.span)
    assert ERROR.name == "EIO"
    with pytest.raises(TypeError):
        change(ERROR, colour="red")


def test_slots_and_nothing_else() -> None:
    assert not hasattr(ERROR, "__dict__")
    assert Errno.__mro__[1:3] == (Item, Node)
    assert Errno.__doc__ == "An error that the call may fail with."
    assert Errno.__module__ == "kapi.model.spec"


def test_frozen() -> None:
    node: Any = ERROR
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        node.name = "EDOM"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del node.name


def test_places_do_not_count_for_equality() -> None:
    same = replace(ERROR, span=None)
    assert same == ERROR
    assert hash(same) == hash(ERROR)
    assert replace(ERROR, must=True) != ERROR
    assert replace(ERROR, causes=(Cause(when="y"),)) != ERROR
    assert Param(index=0, name="EIO") != ERROR
    assert ERROR != "EIO"


def test_repr_leaves_places_out() -> None:
    assert repr(Cause(when="x", span=ERROR.span)) == "Cause(when='x', label=None)"


def test_wrong_arguments() -> None:
    make: Any = Errno
    with pytest.raises(TypeError, match="Errno has no field 'colour'"):
        make(name="EIO", colour="red")
    with pytest.raises(TypeError, match="Errno needs its field 'name'"):
        make(must=True)
    with pytest.raises(TypeError):
        make("EIO")


def test_copies() -> None:
    spec = Spec(name="sys_x", kind="syscall", errors=(ERROR,))
    for other in (pickle.loads(pickle.dumps(spec)), copy.copy(spec), copy.deepcopy(spec)):
        assert other == spec
        assert other.errors[0].span == ERROR.span


def test_the_names_of_a_match_are_its_fields() -> None:
    match ERROR:
        case Errno(name=name, must=None):
            assert name == "EIO"
        case _:
            pytest.fail("no match")
