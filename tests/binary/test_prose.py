"""Records meet their prose by name and digest; what does not fit is said."""

from __future__ import annotations

import pytest

from kapi.binary import join, prose
from kapi.binary.join import Joiner, Source
from kapi.binary.problems import Problems
from kapi.binary.prose import read_prose, sound_entry
from kapi.binary.records import Machine
from kapi.errors import ImageError
from kapi.generate.prose import digest_of
from kapi.model import codec
from kapi.model.codec import normalise
from kapi.model.spec import Param, Spec
from tests.binary.images import contents, memory, pack_part, pack_prose, pack_record, written_of

MACHINE = Machine("<", 64)
WHOLE = Spec(name="call", kind="function", description="does things")
OTHER = Spec(name="other", kind="function", description="does \u201eother\u201c things")
BARE = Spec(name="call", kind="function")


def json_of(*specs: Spec) -> bytes:
    """A document."""
    return codec.dump(specs, locations=False).encode() + b"\n"


def record_of(spec: Spec, json: bytes) -> bytes:
    """A part with the record of a spec whose prose has some JSON."""
    return pack_part([pack_record(written_of(spec), changes={"digest": digest_of(json)})])


def joined(specs: bytes, texts: bytes, arch: str | None = None) -> tuple[list[Spec], list[str]]:
    """Specs and problems of an image."""
    joiner = Joiner()
    joiner.add(Source("", (memory(specs),), (memory(texts),), MACHINE, arch))
    result = joiner.result("test")
    return [*result.specs], [*result.problems]


def with_json(json: bytes) -> tuple[list[Spec], list[str]]:
    """The same, of one record whose prose has some JSON."""
    return joined(record_of(WHOLE, json), pack_prose("call", json))


def test_whole() -> None:
    content = contents([WHOLE, OTHER])
    assert joined(*content) == ([normalise(WHOLE), normalise(OTHER)], [])


def test_no_prose_at_all() -> None:
    lost = "only what the kernel checks is there"
    one = joined(contents([WHOLE]).specs, b"")
    assert one == ([BARE], [f"the texts of 1 spec are missing: {lost}"])
    assert joined(contents([WHOLE, OTHER]).specs, b"")[1] == [
        f"the texts of 2 specs are missing: {lost}"
    ]


def test_prose_of_some() -> None:
    found, problems = joined(contents([WHOLE, OTHER]).specs, contents([OTHER]).prose)
    assert found == [BARE, normalise(OTHER)]
    assert problems == ["no prose of call"]


def test_prose_without_record() -> None:
    found, problems = joined(contents([WHOLE]).specs, contents([WHOLE, OTHER]).prose)
    assert found == [normalise(WHOLE)]
    assert problems == ["prose of other ignored: there is no record of it"]


def test_prose_of_another_digest() -> None:
    newer = Spec(name="call", kind="function", description="does more")
    found, problems = joined(contents([WHOLE]).specs, contents([newer]).prose)
    assert found == [BARE]
    assert problems == ["prose of call ignored: its digest is not the record's"]


def test_second_record_of_a_name() -> None:
    content = contents([WHOLE])
    found, problems = joined(content.specs * 2, content.prose)
    assert found == [normalise(WHOLE)]
    assert problems == ["no prose of call", "second spec of call refused"]


def test_second_prose_of_a_name_and_digest() -> None:
    content = contents([WHOLE])
    assert joined(content.specs, content.prose * 2) == ([normalise(WHOLE)], [])


@pytest.mark.parametrize(
    ("json", "reason"),
    [
        (b"", "no JSON that this kapi knows: line 1, column 1: no JSON: Expecting value"),
        (b"\xff", "no JSON of ours: not ASCII"),
        (
            b"[" * 200_000,
            "no JSON that this kapi knows: document: no document of ours: nested too deeply",
        ),
        (
            json_of(WHOLE).replace(b'"schema_version": 1', b'"schema_version": 9'),
            "no JSON that this kapi knows: schema_version: expected 1, found 9",
        ),
        (json_of(), "0 specs where there should be one"),
        (json_of(WHOLE, OTHER), "2 specs where there should be one"),
        (json_of(OTHER), "it tells of another call"),
        (json_of(Spec(name="call", kind="syscall")), "it tells of another call"),
        (
            json_of(Spec(name="call", kind="function", parameters=(Param(index=0, name="a"),))),
            "it tells of another call",
        ),
    ],
)
def test_json_that_cannot_be_used(json: bytes, reason: str) -> None:
    assert with_json(json) == ([BARE], [f"prose of call ignored: {reason}"])


def test_json_that_was_changed() -> None:
    json = json_of(WHOLE)
    changed = json.replace(b"things", b"thongs")
    texts = pack_prose("call", changed, digest=digest_of(json))
    found, problems = joined(record_of(WHOLE, json), texts)
    assert found == [BARE]
    assert problems == ["prose of call ignored: damaged: its digest is another"]


def test_too_long_a_json(monkeypatch: pytest.MonkeyPatch) -> None:
    json = json_of(WHOLE)
    monkeypatch.setattr(prose, "MAX_JSON", len(json) - 1)
    assert with_json(json) == ([BARE], [f"prose of call ignored: too long: {len(json)} bytes"])


@pytest.mark.parametrize("limit", [100, 3000])
def test_texts_that_need_too_much_memory(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose, "MAX_MEMORY", limit)
    reason = "the texts of the image need too much memory"
    assert with_json(json_of(WHOLE)) == ([BARE], [f"prose of call ignored: {reason}"])


def test_a_wide_character_needs_more_memory() -> None:
    narrow, wide = json_of(Spec(name="x", kind="function")), json_of(OTHER)
    assert prose._memory_of(narrow) < prose._memory_of(narrow + b"\\u201e") - 3 * len(narrow)
    assert prose._memory_of(wide) > 4 * len(wide)


def entries(data: bytes) -> tuple[list[str], list[str]]:
    """Names of entries, and problems."""
    problems = Problems()
    found = read_prose(memory(data), "<", problems)
    return [entry.name for entry in found], [*problems.texts()]


GOOD = pack_prose("good", b"{}")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"magic": b"KAPIPROX"}, "bad magic"),
        ({"length": 32}, "bad length"),
        ({"length": 44}, "bad length"),
        ({"length": 0xFFFFFFF8}, "bad length"),
        ({"text_size": 9}, "texts outside the entry"),
        ({"json_size": 0xFFFFFFFF}, "texts outside the entry"),
    ],
)
def test_bad_entry_ends_the_section(changes: dict[str, int | bytes], reason: str) -> None:
    bad = pack_prose("call", b"{}", changes=changes)
    found, problems = entries(GOOD + bad + GOOD)
    assert (found, problems) == (["good"], [f"prose at offset {len(GOOD)} ignored: {reason}"])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (pack_prose("1st", b"{}"), "no name"),
        (pack_prose("", b"{}"), "no name"),
        (pack_prose("x" * 513, b"{}"), "no name"),
        (pack_prose("call", b"{}", changes={"name_size": 5}), "no name"),
    ],
)
def test_bad_entry_is_left_out(bad: bytes, reason: str) -> None:
    found, problems = entries(bad + GOOD)
    assert (found, problems) == (["good"], [f"prose at offset 0 refused: {reason}"])


def test_entry_that_is_cut_off() -> None:
    assert entries(GOOD + GOOD[:39])[1] == [f"prose at offset {len(GOOD)} ignored: truncated head"]
    assert entries(GOOD + GOOD[:-8])[1] == [f"prose at offset {len(GOOD)} ignored: bad length"]


def test_too_many_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prose, "MAX_RECORDS", 2)
    found, problems = entries(GOOD * 3)
    assert len(found) == 2
    assert problems == [f"prose at offset {2 * len(GOOD)} ignored: more than 2 entries"]


def test_too_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    content = contents([WHOLE, OTHER])
    monkeypatch.setattr(join, "MAX_RECORDS", 1)
    with pytest.raises(ImageError, match="has more than 1 specs"):
        joined(*content)


def test_only_what_is_wholly_sound_is_an_entry() -> None:
    assert sound_entry(GOOD, "<") == len(GOOD)
    assert sound_entry(GOOD[:39], "<") is None
    assert sound_entry(pack_prose("call", b"{}", changes={"reserved": 1}), "<") is None
