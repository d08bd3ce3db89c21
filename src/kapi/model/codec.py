# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON form of specs, generic over the classes of the model.

In: specs, or JSON text. Out: JSON text, or specs; :func:`decode` undoes :func:`encode` exactly.
Knows the shape of the model and nothing of its meaning: any text is a legal token here.

* A field that is ``None`` is left out; every other field is always there, empty lists included.
* ``span`` is ``location``. Its ``file`` is left out if it is that of the enclosing node, and its
  ``end_line`` if it equals ``line``.
* ``places`` are ``locations``, an object with a location for each field written. The second
  place of a field is under ``NAME#2``, the third under ``NAME#3``.
* Documents are ASCII: bytes of a source file that are no UTF-8 survive as escaped surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, NamedTuple

from kapi.errors import CodecError
from kapi.model.decoder import SCHEMA, SCHEMA_VERSION, decode, load, paused_collector
from kapi.model.shapes import PerClass, entries
from kapi.model.spec import Node, Places, Spec
from kapi.source import Span

__all__ = ["SCHEMA", "SCHEMA_VERSION", "decode", "document", "dump", "encode", "load", "normalise"]


class _Writer(NamedTuple):
    """How a class is written: all values in one go, and (key, many, nested) for each."""

    values: Callable[[Any], tuple[Any, ...]]
    steps: tuple[tuple[str, bool, bool], ...]
    keys: dict[str, str]  # attribute -> key, where they differ


def _writer(cls: type[Node]) -> _Writer:
    rows = entries(cls)
    names = [entry.attribute for entry in rows]
    steps = tuple((entry.key, entry.many, issubclass(entry.base, Node)) for entry in rows)
    keys = {entry.attribute: entry.key for entry in rows if entry.attribute != entry.key}
    # Asking for two names at least makes attrgetter give a tuple.
    return _Writer(attrgetter(*names, "span"), steps, keys)


_WRITERS = PerClass(_writer)


def encode(spec: Spec, *, locations: bool = True) -> dict[str, Any]:
    """The JSON form of a spec, as dicts, lists and scalars.

    :param locations: whether it says where things were written.
    """
    return _encode(spec, None, locations)


def _encode(node: Node, file: str | None, located: bool) -> dict[str, Any]:
    """``file`` is that of the enclosing node."""
    outer, span = file, node.span
    if span is not None:
        file = span.path
    values, steps, keys = _WRITERS[type(node)]
    found: dict[str, Any] = {}
    for value, (key, many, nested) in zip(values(node), steps, strict=False):
        if value is None:
            continue
        if many:
            found[key] = [_encode(item, file, located) for item in value] if nested else [*value]
        else:
            found[key] = _encode(value, file, located) if nested else value
    if located:
        if span is not None:
            found["location"] = _location(span, outer)
        if node.places:
            found["locations"] = _locations(node.places, keys, file)
    return found


def _location(span: Span, file: str | None) -> dict[str, Any]:
    path, line, column, end_line, end_column = span
    found: dict[str, Any] = {} if path == file else {"file": path}
    found["line"] = line
    found["column"] = column
    if end_line != line:
        found["end_line"] = end_line
    found["end_column"] = end_column
    return found


def _locations(places: Places, keys: dict[str, str], file: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, span in places:
        key = keys.get(name, name)
        if key in found:
            number = 2
            while f"{key}#{number}" in found:
                number += 1
            key = f"{key}#{number}"
        found[key] = _location(span, file)
    return found


def normalise(spec: Spec) -> Spec:
    """The spec without its places: equal for every carrier that says the same."""
    return decode(encode(spec, locations=False), spec.name)


@paused_collector()
def document(specs: Iterable[Spec], *, locations: bool = True) -> dict[str, Any]:
    """The JSON document of some specs, as dicts, lists and scalars."""
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "specs": [encode(spec, locations=locations) for spec in specs],
    }


#: Two surrogates that a reader of JSON would take for one character.
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@paused_collector()
def dump(specs: Iterable[Spec], *, indent: int | None = None, locations: bool = True) -> str:
    """The JSON document of some specs: ASCII text without a newline at its end.

    :param indent: blanks for each level; ``None`` puts all on one line.
    :raises CodecError: if a text holds a pair of surrogates in place of one character.
    """
    value = document(specs, locations=locations)
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    if text.isascii():
        return text
    if _PAIR.search(text):
        raise CodecError("document", "a text holds two surrogates that JSON would join")
    return re.sub("[^\x00-\x7f]+", lambda match: json.dumps(match[0])[1:-1], text)
