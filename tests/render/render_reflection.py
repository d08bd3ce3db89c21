"""Specs made by reflection over the fields of the model: full ones, and hostile ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from kapi.model.spec import Node, Places, Spec
from kapi.source import Span

#: (name of the class, name of the field) -> value to use for it.
Overrides = Mapping[tuple[str, str], object]


def hints_of(cls: Any) -> dict[str, Any]:
    """The type of each field of a model class."""
    return get_type_hints(cls)


def node_classes() -> list[type[Node]]:
    """All classes of the model that a spec can hold, :class:`Spec` first."""
    found: list[type[Node]] = [Spec]
    for cls in found:
        for hint in hints_of(cls).values():
            for inner in _classes_in(hint):
                if isinstance(inner, type) and issubclass(inner, Node) and inner not in found:
                    found.append(inner)
    return found


def _classes_in(hint: Any) -> list[Any]:
    if get_args(hint):
        return [inner for argument in get_args(hint) for inner in _classes_in(argument)]
    return [hint]


class Marker:
    """Fills every field of a spec and remembers with what."""

    def __init__(self, overrides: Overrides | None = None) -> None:
        self.marks: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self._overrides = overrides or {}
        self._count = 0

    def spec(self) -> Spec:
        """A spec in which every field is set, every list has two items."""
        made = self._node(Spec)
        assert isinstance(made, Spec)
        return made

    def _node(self, cls: type[Node]) -> Node:
        hints = hints_of(cls)
        values: dict[str, Any] = {}
        for entry in fields(cls):
            where = f"{cls.__name__}.{entry.name}"
            key = (cls.__name__, entry.name)
            values[entry.name] = (
                self._overrides[key]
                if key in self._overrides
                else self._value(hints[entry.name], where)
            )
        return cls(**values)

    def _value(self, hint: Any, where: str) -> Any:
        if get_origin(hint) is UnionType:
            hint = next(inner for inner in get_args(hint) if inner is not type(None))
        if hint == Places:
            return (("field", self._span(where)),)
        if hint is Span:
            return self._span(where)
        if get_origin(hint) is tuple:
            return tuple(self._value(get_args(hint)[0], where) for _ in range(2))
        if isinstance(hint, type) and issubclass(hint, Node):
            return self._node(hint)
        return self._scalar(hint, where)

    def _scalar(self, hint: Any, where: str) -> object:
        if hint is bool:
            return True
        self._count += 1
        if hint is int:
            self.marks[str(70000 + self._count)] = where
            return 70000 + self._count
        assert hint is str, where
        mark = f"mk{self._count}x"
        self.marks[mark] = where
        return mark

    def _span(self, where: str) -> Span:
        self._count += 1
        mark = f"at{self._count}x.c"
        self.places[mark] = where
        return Span(mark, 1, 2, 1, 3)


NASTY = (
    *("", " ", "``", "*", "**x", "*x*", "|a|", "_", "a_", "__a", "`x`_", "`a <b_>`__", "a::", "::"),
    *(".. note::", ".. _x:", "- x", "+ x", "* x", "1. x", "(a) x", "a. x", "#. x", ":a: b", "-a b"),
    *("\\", "\\\\", "\\fB", ".TH a", "'x", ".", "'", "\\*", "\\(xx", "\\n[.g]", "\\c", '"', '""'),
    *("<b>", "</b>", "<!-- a", "&amp;", "![x](y)", "[x]: y", "[x](y)", "~~~", "```", "> a", "# a"),
    *(
        "====",
        "----",
        "a\n====",
        "a\n----",
        "| a | b |\n|---|---|",
        "    code",
        "a\n    b",
        ">>> a",
    ),
    *(
        "- a\n  - b\n    - c\n      - d\n        - e",
        "1. a\n2. b",
        "7. a\n9) b",
        "- a\n\n      b\n- c",
    ),
    *("http://a.b/c_", "a@b.c", "<http://a.b>", "@flags @x %NULL sys_x() open(2)", "\t", "a\tb"),
    *(
        "\x00",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\u202e",
        "\ud800",
        "\udcff",
        "\ufeff",
        "\uffff",
    ),
    *(
        "\u0645\u0631\u062d",
        "\u4e2d\u6587",
        "e\u0301",
        "\U0001f600",
        "\xa0",
        "\u3000",
        "\xad",
        "\u2022 x",
    ),
    *(
        "x" * 300,
        "[",
        "]",
        "(",
        ")",
        "{",
        "$x$",
        "$$",
        "^",
        "~",
        "a | b",
        "=== ===",
        "+---+",
        "__ a",
    ),
)

_texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.lists(st.sampled_from(NASTY), max_size=4).map(" ".join),
    st.lists(st.sampled_from(NASTY), max_size=3).map("\n".join),
    st.lists(st.sampled_from(NASTY), max_size=3).map("".join),
)


def _strategy(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is UnionType:
        return st.one_of([_strategy(inner) for inner in get_args(hint)])
    if hint is type(None):
        return st.none()
    if hint is bool:
        return st.booleans()
    if hint is int:
        return st.integers()
    if hint is str:
        return _texts
    if get_origin(hint) is tuple:
        return st.lists(_strategy(get_args(hint)[0]), max_size=2).map(tuple)
    return hostile(hint)


@cache
def hostile(cls: Any) -> st.SearchStrategy[Any]:
    """Nodes of a class with texts that no author would write."""
    return st.builds(
        cls,
        **{
            name: _strategy(hint)
            for name, hint in hints_of(cls).items()
            if name not in ("span", "places")
        },
    )
