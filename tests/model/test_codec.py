from __future__ import annotations

import dataclasses
import gc
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_reflection import Marker, hostile
from render_samples import openat, read

import kapi
from kapi.errors import CodecError
from kapi.model import codec
from kapi.model.shapes import entries
from kapi.model.spec import Cause, Errno, Node, Return, Spec
from kapi.source import Span

SRC = str(Path(kapi.__file__).parent.parent)

SMALL = Spec(name="sys_x", kind="syscall", errors=(Errno(name="EIO"),), returns=Return())


def places_of(node: Node) -> Iterator[tuple[str, object, object]]:
    """The places of a node and of all below it, which comparison leaves out."""
    yield type(node).__name__, node.span, node.places
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        for item in value if entry.many and value else (value,):
            if isinstance(item, Node):
                yield from places_of(item)


def assert_same(left: Spec, right: Spec) -> None:
    assert left == right
    assert list(places_of(left)) == list(places_of(right))


def full() -> Spec:
    """Every field of every class is set."""
    return Marker().spec()


@pytest.mark.parametrize("spec", [openat(), read(), SMALL, full()], ids=lambda spec: spec.name)
def test_decode_undoes_encode(spec: Spec) -> None:
    assert_same(codec.decode(codec.encode(spec)), spec)
    (back,) = codec.load(codec.dump([spec]))
    assert_same(back, spec)
    (back,) = codec.load(codec.dump([spec], indent=2))
    assert_same(back, spec)


def dumped(spec: Spec) -> str | None:
    """The document of a spec; nothing if its texts cannot be told from others in JSON."""
    try:
        return codec.dump([spec])
    except CodecError as error:
        if "surrogates" not in error.reason:
            raise
        return None


@given(hostile(Spec))
def test_any_text_survives_or_is_refused(spec: Spec) -> None:
    text = dumped(spec)
    if text is None:
        return
    assert text.isascii()
    assert codec.load(text) == (spec,)


spans = st.builds(
    Span, st.sampled_from(["a.c", "b.c", ""]), *[st.integers(min_value=1, max_value=3)] * 4
)
places = st.lists(st.tuples(st.sampled_from(["name", "returns", "when"]), spans), max_size=6)


@given(st.none() | spans, places, st.none() | spans, places)
def test_any_places_survive(
    outer: Span | None,
    outer_places: list[tuple[str, Span]],
    inner: Span | None,
    inner_places: list[tuple[str, Span]],
) -> None:
    error = Errno(name="EIO", span=inner, places=tuple(inner_places))
    spec = dataclasses.replace(SMALL, errors=(error,), span=outer, places=tuple(outer_places))
    (back,) = codec.load(codec.dump([spec]))
    assert_same(back, spec)


def test_a_location_says_only_what_is_new() -> None:
    here = Span("a.c", 3, 4, 3, 9)
    error = Errno(
        name="EIO",
        span=Span("a.c", 5, 1, 6, 2),
        places=(("when", here), ("must", Span("b.c", 1, 1, 1, 2)), ("when", here)),
    )
    spec = dataclasses.replace(SMALL, span=here, errors=(error,), places=(("returns", here),))
    value = codec.encode(spec)
    short = {"line": 3, "column": 4, "end_column": 9}
    assert value["location"] == {"file": "a.c", **short}
    assert value["locations"] == {"return": short}
    (found,) = value["errors"]
    assert found["location"] == {"line": 5, "column": 1, "end_line": 6, "end_column": 2}
    other = {"file": "b.c", "line": 1, "column": 1, "end_column": 2}
    assert found["locations"] == {"when": short, "must": other, "when#2": short}


def test_key_order() -> None:
    keys = list(codec.encode(full()))
    assert keys[:16] == (
        "name kind version description long_description context_flags parameters return errors"
        " locks capabilities constraints signals side_effects examples notes".split()
    )
    assert keys[-2:] == ["location", "locations"]
    (error, _) = codec.encode(full())["errors"]
    assert next(iter(error)) == "name" and [*error][-5:-2] == ["label", "origin", "shared"]


def test_absent_and_empty_differ() -> None:
    value = codec.encode(SMALL)
    assert "context_flags" not in value and "version" not in value
    assert value["locks"] == [] and value["symbols"] == []
    assert codec.encode(dataclasses.replace(SMALL, context_flags=()))["context_flags"] == []
    assert value["return"] == {"ensures": []}
    assert value["errors"][0] == {"name": "EIO", "internal": False, "causes": []}
    assert codec.decode({**value, "context_flags": []}).context_flags == ()


def test_normalise_drops_places_alone() -> None:
    spec = full()
    found = codec.normalise(spec)
    assert found == spec
    assert all(span is None and where == () for _, span, where in places_of(found))
    assert "location" not in codec.dump([spec], locations=False)


def test_every_wrong_value_is_refused_at_its_place() -> None:
    """Walk a document in which everything is set, and break one place at a time."""
    broken = 0
    document = json.loads(codec.dump([full()]))
    seen = set()
    for where, holder, key in walk(document, ""):
        sort = re.sub("[0-9]+", "", where)
        if sort in seen:
            continue
        seen.add(sort)
        good = holder[key]
        for bad in wrong_values(good):
            holder[key] = bad
            with pytest.raises(CodecError) as caught:
                codec.load(json.dumps(document))
            assert caught.value.where.startswith(where), (where, bad)
            broken += 1
        holder[key] = good
    assert codec.load(json.dumps(document)) == (full(),)
    assert broken > 1000


def wrong_values(good: object) -> tuple[object, ...]:
    return (None, 1.5, {"x": 1}, [[]], "yes" if isinstance(good, bool) else True)


def walk(value: Any, where: str) -> Iterator[tuple[str, Any, Any]]:
    """Each place of a document: its name, what holds it, and under which key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(pairs):
        place = f"[{key}]" if isinstance(key, int) else f".{key}"
        place = (where + place).removeprefix(".")
        yield place, value, key
        if isinstance(item, dict | list):
            yield from walk(item, place)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: no JSON"),
        ("[]", "document: expected an object, found a list"),
        ("{}", "document: key 'schema' is missing"),
        ('{"schema": "x"}', "schema: expected 'kapi-spec', found 'x'"),
        ('{"schema": "kapi-spec"}', "document: key 'schema_version' is missing"),
        ('{"schema": "kapi-spec", "schema_version": 2}', "schema_version: expected 1, found 2"),
        ('{"schema": "kapi-spec", "schema_version": true}', "schema_version: expected a whole num"),
        ('{"schema": "kapi-spec", "schema_version": 1}', "document: key 'specs' is missing"),
        ('{"schema": "kapi-spec", "schema_version": 1, "specs": {}}', "specs: expected a list"),
        (
            '{"schema": "kapi-spec", "schema_version": 1, "specs": [], "x\\ud800": 1}',
            "document: unknown key 'x\\ud800'",
        ),
        ('{"schema": "kapi-spec", "schema": 1}', "document: key 'schema' is given twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ("NaN", "NaN is no number"),
        ("-Infinity", "-Infinity is no number"),
        ("1" * 5000, "document: no JSON"),
        ("\ufeff{}", "no JSON"),
    ],
)
def test_a_wrong_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(CodecError) as caught:
        codec.load(text)
    assert message in str(caught.value)
    str(caught.value).encode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("errors", [{"name": 1}]), "specs[0].errors[0]: key 'causes' is missing"),
        (("errors", "x"), "specs[0].errors: expected a list, found text"),
        (("kind", None), "specs[0].kind: expected text, found null"),
        (("version", True), "specs[0].version: expected a whole number, found true or false"),
        (("version", 1.0), "specs[0].version: expected a whole number, found a fraction"),
        (("symbols", ["A", 2]), "specs[0].symbols[1]: expected text, found a whole number"),
        (("nonsense", 1), "specs[0]: unknown key 'nonsense'"),
        (("n" * 50, 1), "specs[0]: unknown key 'nnn"),
        (("location", {"line": 1}), "specs[0].location: key 'file' is missing"),
        (("location", {"x": 1}), "specs[0].location: unknown key 'x'"),
        (("location", 1), "specs[0].location: expected an object"),
        (("location", {"file": 1}), "specs[0].location.file: expected text"),
        (("locations", {"a#2": {}}), "specs[0].locations: key 'a#2' is out of turn"),
        (("locations", []), "specs[0].locations: expected an object, found a list"),
        (("locations", {"a": {"line": "1"}}), "specs[0].locations.a.line: expected a whole num"),
    ],
)
def test_a_wrong_spec_is_refused(change: tuple[str, Any], message: str) -> None:
    document = codec.document([SMALL])
    document["specs"][0][change[0]] = change[1]
    with pytest.raises(CodecError) as caught:
        codec.load(json.dumps(document))
    assert str(caught.value).startswith(message)


def test_a_key_given_twice_is_named_with_its_place() -> None:
    text = codec.dump([SMALL]).replace('"internal": false', '"internal": false, "internal": true')
    with pytest.raises(CodecError) as caught:
        codec.load(text)
    assert str(caught.value) == "specs[0].errors[0]: key 'internal' is given twice"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("name"), inner),
    )
)
def test_any_other_value_is_a_codec_error(value: object) -> None:
    with pytest.raises(CodecError):
        codec.decode(value)


def test_surrogates() -> None:
    """A byte that was no UTF-8 survives; what JSON would join to one character is refused."""
    spec = dataclasses.replace(SMALL, notes="a\udcff \U0001f600 \u00e9\ud800")
    text = codec.dump([spec])
    assert text.isascii()
    assert codec.load(text) == (spec,)
    with pytest.raises(CodecError, match="surrogates"):
        codec.dump([dataclasses.replace(SMALL, notes="\ud83d\ude00")])


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    with pytest.raises(CodecError):
        codec.load("x")
    assert gc.isenabled()
    gc.disable()
    try:
        codec.dump([SMALL])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_package_imports_none_of_its_modules() -> None:
    program = "import sys, kapi.model; print([m for m in sys.modules if 'kapi.model.' in m])"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {SRC!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_causes_keep_their_order() -> None:
    causes = tuple(Cause(when=text) for text in ("b", "a", "b"))
    spec = dataclasses.replace(SMALL, errors=(Errno(name="EIO", causes=causes),))
    assert codec.decode(codec.encode(spec)).errors[0].causes == causes


def test_hostile_documents_take_time_in_proportion() -> None:
    """A hundred thousand keys, in each place that counts them, are no work for minutes."""
    place = {"file": "a.c", "line": 1, "column": 1, "end_column": 2}
    turns = {"a": place} | {f"a#{number}": place for number in range(2, 100_000)}
    value = {**codec.encode(SMALL), "locations": turns}
    assert len(codec.decode(value).places) == 99_999
    many = ",".join(f'"{number}": 1' for number in range(100_000))
    with pytest.raises(CodecError, match="key '99999' is given twice"):
        codec.load(f'{{{many}, "99999": 1}}')
