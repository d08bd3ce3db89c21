"""Records: as lines, merged, and what is no record."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kapi.testgen.errors import ExecutorError
from kapi.testgen.record import Record, merge_records, read_record, read_records, write_record

RECORD = Record(
    case="c",
    call="sys_read",
    release="6.12.1",
    machine="x86_64",
    page_size=4096,
    word_bits=64,
    fs="ext4",
    uid=1000,
    is_guest=True,
    end="done",
    args=(3, (1 << 64) - 1, 0, 0, 0, 0),
    before={"fd_kind(fd)": "pipe", "fd_open(fd)": True, "fd_pos(fd)": -8},
    after={"rlimit(RLIMIT_FSIZE)": (1 << 64) - 1},
    ret=-14,
    signals={"SIGPIPE": 1},
    tampered=True,
    extra={"data a1 a2": {"before": {"size": 8, "hash": "00", "changed": [0, 0, 0]}}},
)


def test_round_trip() -> None:
    line = write_record(RECORD)
    assert "\n" not in line
    assert read_record(line) == RECORD
    assert json.loads(line)["version"] == 1


def test_the_schema_of_version_1() -> None:
    """Whoever changes this changes the version, and docs/records.md."""
    found = json.loads(write_record(replace(RECORD, end="timeout", ret=None)))
    assert sorted(found) == [
        *("after", "args", "before", "brings", "call", "case", "end", "extra", "fs", "is_guest"),
        *("machine", "page_size", "release", "ret", "signals", "tampered", "twin", "uid"),
        *("version", "why", "word_bits"),
    ]
    assert found["ret"] is None
    assert found["args"][:2] == [3, (1 << 64) - 1]


def test_lines_of_a_file() -> None:
    other = replace(RECORD, case="d")
    text = f"{write_record(RECORD)}\n\n{write_record(other)}\n"
    assert list(read_records(text)) == [RECORD, other]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "frob",
        "[]",
        "{}",
        write_record(RECORD).replace('"version": 1', '"version": 2'),
        write_record(RECORD).replace('"args"', '"frob"'),
        '{"version": 1, "args": []}',
    ],
)
def test_what_is_no_record(line: str) -> None:
    with pytest.raises(ExecutorError, match="cannot read a record"):
        read_record(line)


def test_the_later_of_two_wins() -> None:
    later = replace(RECORD, ret=8)
    others = [replace(RECORD, uid=0), replace(RECORD, release="6.18.1"), replace(RECORD, case="b")]
    merged = merge_records([RECORD, *others], [later])
    assert len(merged) == 4
    assert later in merged
    assert RECORD not in merged
    assert merged == merge_records(reversed(others), [later])
