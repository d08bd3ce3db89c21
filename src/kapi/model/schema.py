# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON Schema (2020-12) of our documents, made from the classes of the model.

In: their type hints and documentation. Out: plain dicts, always the same.
"""

from __future__ import annotations

import inspect
from typing import Any

from kapi.model import tokens
from kapi.model.codec import SCHEMA, SCHEMA_VERSION
from kapi.model.shapes import Entry, entries
from kapi.model.spec import (
    ArchMask,
    Capability,
    Constraint,
    Errno,
    ErrorSet,
    Lock,
    Node,
    Param,
    Return,
    SideEffect,
    Signal,
    Spec,
    Success,
)

SCHEMA_ID = "urn:kapi:spec:1"

#: Which family of tokens a field holds.
_FAMILIES: dict[tuple[type[Node], str], str] = {
    (Spec, "context_flags"): "context",
    (Param, "type_class"): "type",
    (Param, "flags"): "flag",
    (Constraint, "form"): "constraint",
    (Return, "type_class"): "type",
    (Return, "check_type"): "return-check",
    (Errno, "scope"): "error-scope",
    (ErrorSet, "scope"): "error-scope",
    (Lock, "type"): "lock-type",
    (Lock, "scope"): "lock-scope",
    (Lock, "held"): "lock-held",
    (Lock, "mode"): "lock-mode",
    (Signal, "direction"): "direction",
    (Signal, "action"): "action",
    (Signal, "timing"): "timing",
    (Signal, "state_required"): "state",
    (Signal, "state_forbidden"): "state",
    (SideEffect, "type"): "effect",
    (Capability, "action"): "capability-type",
}

#: Closed lists of words that are no family of tokens.
_WORDS: dict[tuple[type[Node], str], tuple[str, ...]] = {
    (Spec, "kind"): ("syscall", "compat_syscall", "function", "shared"),
    (ErrorSet, "kind"): ("closed", "open"),
    (Lock, "acquired"): ("yes", "no", "conditional"),
    (Lock, "released"): ("yes", "no", "conditional"),
    (Success, "op"): ("==", "!=", ">=", ">", "<=", "<"),
    (ArchMask, "arch"): tuple(tokens.ARCHES),
    (ArchMask, "config"): tuple(tokens.ARCHES.values()),
}

_SCALARS: dict[type, str] = {str: "string", int: "integer", bool: "boolean"}

_Schema = dict[str, Any]


def json_schema() -> _Schema:
    """The schema of a document, as plain dicts."""
    definitions: dict[str, _Schema] = {}
    for cls in _classes():
        definitions[cls.__name__] = _class_schema(cls)
    definitions["Location"] = _location_schema()
    properties = {
        "schema": _said("schema", "what kind of document this is", {"const": SCHEMA}),
        "schema_version": _said(
            "schema version", "grows when old readers would fail", {"const": SCHEMA_VERSION}
        ),
        "specs": _said("specs", "the specifications", _list(_ref(Spec.__name__))),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Specifications of kernel APIs",
        "description": (
            "A key that is missing means that nobody said it. Symbols are kept as written. EXPR"
            " marks C-like expressions."
        ),
        **_object(properties, list(properties)),
        "$defs": definitions,
    }


def _classes() -> list[type[Node]]:
    """The classes of the model that a spec can hold, in the order they are met."""
    found: list[type[Node]] = [Spec]
    for cls in found:
        for entry in entries(cls):
            if issubclass(entry.base, Node) and entry.base not in found:
                found.append(entry.base)
    return found


def _class_schema(cls: type[Node]) -> _Schema:
    rows = entries(cls)
    properties = {entry.key: _property(cls, entry) for entry in rows}
    properties["location"] = _said("location", "where it was written", _ref("Location"))
    properties["locations"] = _said(
        "locations",
        "where each field was written; NAME#2 is the second place of a field",
        {"type": "object", "additionalProperties": _ref("Location")},
    )
    return _said(
        cls.__name__,
        inspect.cleandoc(cls.__doc__ or ""),
        _object(properties, [entry.key for entry in rows if not entry.optional]),
    )


def _property(cls: type[Node], entry: Entry) -> _Schema:
    value: _Schema
    if issubclass(entry.base, Node):
        value = _ref(entry.base.__name__)
    else:
        value = {"type": _SCALARS[entry.base]}
        words = _words(cls, entry.attribute)
        if words:
            value["enum"] = list(words)
    return _said(entry.key.replace("_", " "), entry.doc, _list(value) if entry.many else value)


def _words(cls: type[Node], attribute: str) -> tuple[str, ...]:
    """The legal words of a field; empty if it is open."""
    family = _FAMILIES.get((cls, attribute))
    return tokens.words_of(family) if family else _WORDS.get((cls, attribute), ())


def _location_schema() -> _Schema:
    docs = {
        "file": "path of the file; absent means that of the enclosing object",
        "line": "first line, from 1",
        "column": "first column, from 1, in code points",
        "end_line": "last line; absent means the first",
        "end_column": "column behind the last character",
    }
    properties = {
        key: _said(key.replace("_", " "), doc, {"type": "string" if key == "file" else "integer"})
        for key, doc in docs.items()
    }
    return _said(
        "Location",
        "A part of one file.",
        _object(properties, ["line", "column", "end_column"]),
    )


def _said(title: str, description: str, value: _Schema) -> _Schema:
    return {"title": title, "description": description, **value}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _object(properties: dict[str, _Schema], required: list[str]) -> _Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }
