"""The entries of section .kapi_prose: heads of both byte orders, texts with their ends, digests."""

from __future__ import annotations

import json
import struct
from hashlib import sha256
from pathlib import Path

import pytest

from kapi.generate.debugfs_text import debugfs_text
from kapi.generate.prose import digest_of, json_of, prose_entry
from tests.generate.building import (
    TARGETS,
    Target,
    build,
    read_one,
    record_of,
    section,
    target_params,
)
from tests.generate.test_data import SPEC

HEAD = "8sQIIIIII"


def entry_of(text: str, *, big_endian: bool) -> bytes:
    record, values = record_of(read_one(text))
    return prose_entry(record, values, big_endian)


@pytest.mark.parametrize("order", ["<", ">"])
def test_an_entry_has_exactly_these_bytes(order: str) -> None:
    record, values = record_of(read_one(SPEC))
    text, document = debugfs_text(record, values).encode(), json_of(record)
    body = b"sys_frob\0tune a widget\0" + text + b"\0" + document + b"\0"
    length = (40 + len(body) + 7) // 8 * 8
    digest = int.from_bytes(sha256(document).digest()[:8], "big")
    sizes = (8, 13, len(text), len(document))
    expected = struct.pack(order + HEAD, b"KAPIPROS", digest, length, *sizes, 0) + body
    entry = prose_entry(record, values, order == ">")
    assert entry == expected.ljust(length, b"\0")
    assert len(entry) == length


def test_the_json_is_the_document_of_this_spec_without_places() -> None:
    record, _ = record_of(read_one(SPEC))
    document = json.loads(json_of(record))
    assert [spec["name"] for spec in document["specs"]] == ["sys_frob"]
    assert "location" not in json_of(record).decode()


def test_a_summary_of_several_lines_becomes_one() -> None:
    text = SPEC.replace("tune a widget", "tune a widget\n *   of any kind")
    line = entry_of(text, big_endian=False).split(b"\0")
    assert b"tune a widget of any kind" in line


def test_every_fact_is_part_of_the_digest() -> None:
    digests = {
        digest_of(json_of(record_of(read_one(text))[0]))
        for text in (SPEC, SPEC.replace("a signal came", "a signal"), SPEC.replace("early", "late"))
    }
    assert len(digests) == 3


def test_places_are_no_part_of_the_digest() -> None:
    moved = read_one("\n\n" + SPEC, "elsewhere.c")
    digests = [digest_of(json_of(record_of(spec)[0])) for spec in (read_one(SPEC), moved)]
    assert digests[0] == digests[1]


@pytest.mark.parametrize("target", target_params())
def test_records_and_texts_find_each_other(target: Target, tmp_path: Path) -> None:
    second = SPEC.replace("frob", "frib").replace("#include <linux/frib.h>\n", "")
    built = build(target, tmp_path, SPEC + second)
    specs = section(target, built.object, ".kapi_specs")
    prose = section(target, built.object, ".kapi_prose")
    (length,) = struct.unpack_from(f"{target.order}I", specs, 32 + 24)
    found = [struct.unpack_from(f"{target.order}Q", specs, at)[0] for at in (32, 32 + length)]
    (size,) = struct.unpack_from(f"{target.order}I", prose, 16)
    assert found == [struct.unpack_from(f"{target.order}Q", prose, at)[0] for at in (8, size + 8)]
    assert found[0] != found[1]
    assert prose[40:49] == b"sys_frob\0"
    assert prose[size + 40 : size + 49] == b"sys_frib\0"


def test_targets_have_both_byte_orders() -> None:
    assert {target.order for target in TARGETS} == {"<", ">"}
