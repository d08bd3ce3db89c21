# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the JSON form of specs; :mod:`kapi.model.codec` describes it.

In: JSON text or its values. Out: specs, or a :class:`CodecError` that names the exact place.
An error climbs up as :class:`_Wrong`, and each level adds its part of the place.
"""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn, TypeVar

from kapi.errors import CodecError
from kapi.model.shapes import Entry, PerClass, entries
from kapi.model.spec import Node, Places, Spec
from kapi.source import Span

SCHEMA = "kapi-spec"
SCHEMA_VERSION = 1

_N = TypeVar("_N", bound=Node)

#: Reads one JSON value that stands inside a node of the given file.
_Reader = Callable[[Any, str | None], Any]

_TYPE_WORDS = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    float: "a fraction",
    type(None): "null",
}


class _Wrong(Exception):  # noqa: N818 - it is turned into a CodecError, nobody else sees it
    """A value that does not fit; ``path`` grows from the inside out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path: list[str] = []


class _Repeated(dict[str, Any]):
    """An object of a document with a key that is given twice; no place accepts it."""

    key = ""


def _refuse(value: object, wanted: str) -> NoReturn:
    if isinstance(value, _Repeated):
        raise _Wrong(f"key {_shown(value.key)} is given twice")
    found = _TYPE_WORDS.get(type(value), type(value).__name__)
    raise _Wrong(f"expected {wanted}, found {found}")


def _shown(key: object) -> str:
    """A key as messages quote it: short, and without characters that cannot be printed."""
    return ascii(key[:37] + "..." if isinstance(key, str) and len(key) > 40 else key)


def decode(value: object, where: str = "spec") -> Spec:
    """The spec of a JSON form.

    :param value: what :func:`encode` gave, or a JSON reader.
    :param where: the place of ``value``, which error messages start with.
    :raises CodecError: if it is not exactly the form of a spec.
    """
    try:
        return _decode(Spec, value, None)
    except _Wrong as wrong:
        raise CodecError(where + "".join(reversed(wrong.path)), wrong.reason) from None


class _ReadPlan(NamedTuple):
    """How a class is read: key -> (attribute, reader)."""

    readers: dict[str, tuple[str, _Reader]]
    required: frozenset[str]
    names: dict[str, str]  # key -> attribute, where they differ


def _read_plan(cls: type[Node]) -> _ReadPlan:
    rows = entries(cls)
    return _ReadPlan(
        {entry.key: (entry.attribute, _reader(entry)) for entry in rows},
        frozenset(entry.key for entry in rows if not entry.optional),
        {entry.key: entry.attribute for entry in rows if entry.attribute != entry.key},
    )


_READ_PLANS = PerClass(_read_plan)


def _decode(cls: type[_N], value: Any, file: str | None) -> _N:
    """A node of ``cls``; ``file`` is that of the enclosing node."""
    if type(value) is not dict:
        _refuse(value, "an object")
    readers, required, names = _READ_PLANS[cls]
    if not required <= value.keys():
        key = min(required - value.keys())
        raise _Wrong(f"key {_shown(key)} is missing")
    attrs: dict[str, Any] = {}
    key = "location"
    try:
        if key in value:
            attrs["span"] = span = _read_location(value[key], file)
            file = span.path
        for key, item in value.items():
            step = readers.get(key)
            if step is not None:
                attrs[step[0]] = step[1](item, file)
            elif key == "locations":
                attrs["places"] = _read_locations(item, names, file)
            elif key != "location":
                break
        else:
            return cls(**attrs)
    except _Wrong as wrong:
        wrong.path.append(f".{key}")
        raise
    raise _Wrong(f"unknown key {_shown(key)}")


def _reader(entry: Entry) -> _Reader:
    if issubclass(entry.base, Node):
        return _nodes_reader(entry.base) if entry.many else _node_reader(entry.base)
    return _scalars_reader(entry.base) if entry.many else _scalar_reader(entry.base)


def _node_reader(cls: type[Node]) -> _Reader:
    return lambda value, file: _decode(cls, value, file)


def _nodes_reader(cls: type[Node]) -> _Reader:
    def read(value: Any, file: str | None) -> tuple[Node, ...]:
        if type(value) is not list:
            _refuse(value, "a list")
        found: list[Node] = []
        try:
            for item in value:
                found.append(_decode(cls, item, file))  # noqa: PERF401 - its length is the index
        except _Wrong as wrong:
            wrong.path.append(f"[{len(found)}]")
            raise
        return tuple(found)

    return read


def _scalar_reader(base: type) -> _Reader:
    wanted = _TYPE_WORDS[base]

    def read(value: Any, _: str | None) -> Any:
        if type(value) is not base:
            _refuse(value, wanted)
        return value

    return read


def _scalars_reader(base: type) -> _Reader:
    read_one = _scalar_reader(base)

    def read(value: Any, file: str | None) -> tuple[Any, ...]:
        if type(value) is not list:
            _refuse(value, "a list")
        for index, item in enumerate(value):
            if type(item) is not base:
                try:
                    read_one(item, file)
                except _Wrong as wrong:
                    wrong.path.append(f"[{index}]")
                    raise
        return tuple(value)

    return read


def _read_location(value: Any, file: str | None) -> Span:
    if type(value) is not dict:
        _refuse(value, "an object")
    get: Callable[..., Any] = value.get
    span = Span(
        get("file", file), line := get("line"), get("column"), get("end_line", line),
        get("end_column"),
    )  # fmt: skip
    path, line, column, end_line, end_column = span
    if not (
        type(path) is str
        and type(line) is type(column) is type(end_line) is type(end_column) is int
        and value.keys() <= _LOCATION_KEYS
    ):
        _refuse_location(value, file)
    return span


_LOCATION_KEYS = frozenset(("file", "line", "column", "end_line", "end_column"))


def _refuse_location(value: dict[str, Any], file: str | None) -> NoReturn:
    for key, item in value.items():
        if key not in _LOCATION_KEYS:
            raise _Wrong(f"unknown key {_shown(key)}")
        base = str if key == "file" else int
        if type(item) is not base:
            try:
                _refuse(item, _TYPE_WORDS[base])
            except _Wrong as wrong:
                wrong.path.append(f".{key}")
                raise
    needed = ("line", "column", "end_column") if file is not None else ("file", "line", "column")
    missing = next((key for key in needed if key not in value), "end_column")
    raise _Wrong(f"key {_shown(missing)} is missing")


def _read_locations(value: Any, names: dict[str, str], file: str | None) -> Places:
    if type(value) is not dict:
        _refuse(value, "an object")
    found: list[tuple[str, Span]] = []
    turns: dict[str, int] = {}
    key = ""
    try:
        for key, item in value.items():
            name, mark, number = key.partition("#")
            name = names.get(name, name)
            turn = turns[name] = turns.get(name, 0) + 1
            if mark and number != str(turn):
                break
            found.append((name, _read_location(item, file)))
        else:
            return tuple(found)
    except _Wrong as wrong:
        wrong.path.append(f".{key}")
        raise
    raise _Wrong(f"key {_shown(key)} is out of turn")


@contextmanager
def paused_collector() -> Iterator[None]:
    """No search for reference cycles inside: bulk work makes none, and is 2 to 4 times as fast."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@paused_collector()
def load(text: str) -> tuple[Spec, ...]:
    """The specs of a JSON document.

    :raises CodecError: if it is no JSON, or not exactly such a document.
    """
    value = _parse(text)
    try:
        items = _specs_of(value)
    except _Wrong as wrong:
        raise CodecError("".join(wrong.path) or "document", wrong.reason) from None
    return tuple([decode(item, f"specs[{index}]") for index, item in enumerate(items)])


def _parse(text: str) -> Any:
    """The value of a JSON text; objects with a repeated key become :class:`_Repeated`."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CodecError(where, f"no JSON: {error.msg}") from None
    except RecursionError:
        raise CodecError("document", "no document of ours: nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits, or one that is none
        raise CodecError("document", f"no JSON: {error}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = _Repeated(found)
    times = Counter(key for key, _ in pairs)
    repeated.key = next(key for key, number in times.items() if number > 1)
    return repeated


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _specs_of(value: Any) -> list[Any]:
    """The list of specs in a document; everything around it is checked."""
    if type(value) is not dict:
        _refuse(value, "an object")
    for key, wanted in (("schema", SCHEMA), ("schema_version", SCHEMA_VERSION), ("specs", [])):
        if key not in value:
            raise _Wrong(f"key {_shown(key)} is missing")
        try:
            _check_header(value[key], wanted)
        except _Wrong as wrong:
            wrong.path.append(key)
            raise
    unknown = value.keys() - {"schema", "schema_version", "specs"}
    if unknown:
        raise _Wrong(f"unknown key {_shown(min(unknown))}")
    items: list[Any] = value["specs"]
    return items


def _check_header(found: object, wanted: object) -> None:
    if type(found) is not type(wanted):
        _refuse(found, _TYPE_WORDS[type(wanted)])
    if found != wanted and not isinstance(found, list):
        raise _Wrong(f"expected {_shown(wanted)}, found {_shown(found)}")
