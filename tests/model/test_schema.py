from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from render_reflection import Marker, hints_of, hostile, node_classes
from render_samples import openat, read

from kapi.errors import CodecError
from kapi.model import codec, tokens
from kapi.model.schema import _FAMILIES, _WORDS, _words, json_schema
from kapi.model.spec import Spec

SCHEMA = json_schema()
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)
OVERRIDES: dict[tuple[str, str], object] = {
    (cls.__name__, name): (words[0],) if "tuple" in str(hints_of(cls)[name]) else words[0]
    for cls, name in [*_FAMILIES, *_WORDS]
    if (words := _words(cls, name))
}


def full_document() -> Any:
    """A document in which everything is set, with legal words in the closed fields."""
    return json.loads(codec.dump([Marker(OVERRIDES).spec(), openat(), read()]))


def test_the_schema_is_a_schema() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert json.dumps(SCHEMA) == json.dumps(json_schema())
    assert SCHEMA["$id"] == "urn:kapi:spec:1"
    assert SCHEMA["$defs"].keys() == {cls.__name__ for cls in node_classes()} | {"Location"}


def test_documents_fit() -> None:
    VALIDATOR.validate(full_document())
    VALIDATOR.validate(json.loads(codec.dump([openat(), read()], locations=False)))
    VALIDATOR.validate(codec.document([]))


@given(hostile(Spec))
def test_only_closed_words_can_be_wrong(spec: Spec) -> None:
    """Whatever the codec writes has the shape of the schema."""
    try:
        value = json.loads(codec.dump([spec]))
        json.dumps(value, ensure_ascii=False).encode()
    except (CodecError, UnicodeEncodeError):  # texts that the validator cannot take
        return
    kinds = {error.kind.name.title() for error in VALIDATOR.iter_errors(value)}
    assert kinds <= {"Enum"}


def walk(value: Any, schema: Any, where: str) -> Iterator[tuple[str, Any, Any, Any]]:
    """Each place of a document with its holder, key and schema."""
    schema = resolve(schema)
    if isinstance(value, dict):
        for key, item in list(value.items()):
            inner = schema.get("properties", {}).get(key, schema["additionalProperties"])
            assert inner is not False, (where, key)
            yield f"{where}.{key}", value, key, inner
            yield from walk(item, inner, f"{where}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{where}[{index}]", value, index, schema["items"]
            yield from walk(item, schema["items"], f"{where}[{index}]")


def walk_once(value: Any) -> Iterator[tuple[str, Any, Any, Any]]:
    """The first place of each sort."""
    seen = set()
    for step in walk(value, SCHEMA, ""):
        sort = re.sub("[0-9]+", "", step[0])
        if sort not in seen:
            seen.add(sort)
            yield step


def wrong_values(good: object) -> tuple[object, ...]:
    return (None, 1.5, {"x": 1}, [[]], "yes" if isinstance(good, bool) else True)


def resolve(schema: Any) -> Any:
    found = schema.get("$ref")
    return SCHEMA["$defs"][found.rsplit("/", 1)[1]] if found else schema


def refused(document: Any) -> bool:
    return not VALIDATOR.is_valid(document)


def test_every_wrong_type_is_refused() -> None:
    document = full_document()
    places = 0
    for where, holder, key, schema in walk_once(document):
        good = holder[key]
        for bad in wrong_values(good):
            holder[key] = bad
            assert refused(document), (where, bad)
        if "enum" in resolve(schema):
            holder[key] = "no-such-word"
            assert refused(document), where
        holder[key] = good
        places += 1
    assert not refused(document)
    assert places > 300


def test_schema_and_codec_agree_on_missing_and_unknown_keys() -> None:
    document = full_document()
    required = 0
    for where, holder, key, _ in walk_once(document):
        if not isinstance(holder, dict) or where.rsplit(".", 1)[0].endswith(".locations"):
            continue
        kept = dict(holder)
        del holder[key]
        # Without its file here, a place may have it from the node around it.
        if not where.endswith((".file", ".location")):
            assert refused(document) == codec_refuses(document), where
            required += refused(document)
        holder["no such key"] = 1
        assert refused(document) and codec_refuses(document), where
        holder.clear()
        holder.update(kept)
    assert required > 100


def codec_refuses(document: Any) -> bool:
    try:
        codec.load(json.dumps(document))
    except CodecError:
        return True
    return False


def test_every_property_is_described() -> None:
    for name, definition in SCHEMA["$defs"].items():
        assert definition["title"] and definition["description"], name
        assert definition["additionalProperties"] is False
        for key, schema in definition["properties"].items():
            assert schema["title"] and schema["description"], (name, key)


@pytest.mark.parametrize(("cls", "name"), [*_FAMILIES, *_WORDS])
def test_the_table_of_words_names_fields_of_text(cls: Any, name: str) -> None:
    assert "str" in str(hints_of(cls)[name])
    assert _words(cls, name)


def test_words_are_those_of_the_tokens() -> None:
    assert set(_FAMILIES.values()) <= tokens.FAMILIES.keys()
    unused = tokens.FAMILIES.keys() - set(_FAMILIES.values())
    assert unused == {"queue"}  # words are legal there too
