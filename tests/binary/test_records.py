"""A record or part that is not sound is left out, with one message; the others are read."""

from __future__ import annotations

import struct

import pytest

from kapi.binary import layout, records
from kapi.binary.problems import MAX_SHOWN, Problems
from kapi.binary.records import Machine, read_records, sound_part
from kapi.errors import ImageError
from kapi.generate.record import ParamRecord, build_record
from kapi.generate.record import Record as Written
from kapi.model.spec import Spec
from tests.binary.elfwriter import TARGETS, Target
from tests.binary.images import catalogue_specs, memory, pack_part, pack_record, values_of

MACHINE = Machine("<", 64)
PARAM = ParamRecord("arg", "enum", (), "enum", 32, True, 0, 0, (1, 2), 0, ())
FUNCTION = Written(Spec(name="call", kind="function"), (PARAM,), (1, 2), None, 0)
GOOD = pack_record(FUNCTION._replace(spec=Spec(name="good", kind="function")))


def read(data: bytes, machine: Machine = MACHINE) -> tuple[list[str], tuple[str, ...]]:
    """Names of the records of a section, and problems."""
    problems = Problems()
    found = [record.name for record in read_records(memory(data), machine, problems)]
    return found, problems.texts()


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_sound_records(target: Target) -> None:
    specs = catalogue_specs()
    written = [build_record(spec, values_of(spec, target.machine)) for spec in specs]
    data = pack_part([pack_record(one, target) for one in written], target)
    problems = Problems()
    found = list(read_records(memory(data), Machine(target.order, target.bits), problems))
    assert problems.texts() == ()
    assert [one.errnos for one in found] == [one.errnos for one in written]
    assert [[param.values for param in one.params] for one in found] == [
        [param.values for param in one.params] for one in written
    ]
    assert [one.name for one in found] == [spec.name for spec in specs]


AT = layout.PART_SIZE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": 0}, "no name"),
        ({"name": 47}, "no name"),
        ({"name": 0xFFFF}, "no name"),
        ({"kind": 0}, "unknown kind"),
        ({"kind": 4}, "unknown kind"),
        ({"nr": -2}, "bad number"),
        ({"nr": 0x8000}, "bad number"),
        ({"nr_params": 17}, "too many parameters"),
        ({"nr_params": 7, "kind": 1}, "too many parameters"),
        ({"params": 0}, "parameters outside the record"),
        ({"params": 52}, "parameters outside the record"),
        ({"params": 0xFFF8}, "parameters outside the record"),
        ({"nr_params": 16}, "parameters outside the record"),
        ({"errnos": 0}, "errnos outside the record"),
        ({"errnos": 97}, "errnos outside the record"),
        ({"errnos": 110}, "errnos outside the record"),
        ({"nr_errnos": 0xFFFF}, "more items than there is room for"),
        ({"ret_type": 14}, "unknown result"),
        ({"ret_check": 7}, "unknown result"),
        ({"flags": 4}, "bound of the result is no parameter"),
        ({"flags": 4, "success_hi": 2}, "bound of the result is no parameter"),
        ({"length": 0}, "bad length"),
        ({"length": 0xFFFFFFFF}, "bad length"),
        ({"length": 0x7FFFFFF8}, "bad length"),
    ],
)
def test_bad_head(changes: dict[str, int], reason: str) -> None:
    bad = pack_record(FUNCTION, changes=changes)
    found, problems = read(pack_part([GOOD, bad]))
    assert found == ["good"]
    assert problems == (f"spec at offset {AT + len(GOOD)} refused: {reason}",)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": 0}, "parameter without name"),
        ({"type": 14}, "unknown type or constraint"),
        ({"constraint": 13}, "unknown type or constraint"),
        ({"bits": 0}, "bad parameter width"),
        ({"bits": 24}, "bad parameter width"),
        ({"bits": 128}, "bad parameter width"),
        ({"values": 0}, "values outside the record"),
        ({"values": 84}, "values outside the record"),
        ({"values": 104}, "values outside the record"),
        ({"nr_values": 0xFFFF}, "more items than there is room for"),
        ({"nr_values": 0}, "enum without values"),
        ({"constraint": 4}, "alignment is no power of two"),
        ({"constraint": 4, "lo": 12}, "alignment is no power of two"),
        ({"size_param": 2}, "size parameter does not exist"),
        ({"constraint": 11}, "buffer without size parameter"),
    ],
)
def test_bad_parameter(changes: dict[str, int], reason: str) -> None:
    bad = pack_record(FUNCTION, param_changes=changes)
    found, problems = read(pack_part([bad, GOOD]))
    assert found == ["good"]
    assert problems == (f"spec at offset {AT} refused: {reason}",)


@pytest.mark.parametrize(
    ("errnos", "reason"),
    [
        ((0, 1), "no errno"),
        ((1, 4096), "no errno"),
        ((2, 1), "errnos out of order"),
        ((2, 2), "errnos out of order"),
    ],
)
def test_bad_errnos(errnos: tuple[int, ...], reason: str) -> None:
    bad = pack_record(FUNCTION._replace(errnos=errnos))
    assert read(pack_part([bad]))[1] == (f"spec at offset {AT} refused: {reason}",)


def test_length_that_is_no_multiple_of_8() -> None:
    bad = pack_record(FUNCTION, changes={"length": len(GOOD) - 4})
    found, problems = read(pack_part([bad]))
    assert (found, problems) == ([], (f"spec at offset {AT} refused: bad length",))


@pytest.mark.parametrize("name", ["", "1st", "a b", "x" * 512, "caf\u00e9"])
def test_names_that_are_none(name: str) -> None:
    bad = pack_record(FUNCTION._replace(spec=Spec(name=name, kind="function")))
    assert read(pack_part([bad, GOOD])) == (["good"], (f"spec at offset {AT} refused: no name",))


def test_name_without_an_end() -> None:
    record = pack_record(FUNCTION)
    end = record.index(b"call")
    bad = record[:end] + b"x" * (len(record) - end)
    assert read(pack_part([bad]))[1] == (f"spec at offset {AT} refused: no name",)


def test_longest_name() -> None:
    longest = "x" * 511
    record = pack_record(FUNCTION._replace(spec=Spec(name=longest, kind="function")))
    assert read(pack_part([record])) == ([longest], ())


def test_arrays_that_share_bytes_are_refused() -> None:
    params = tuple(PARAM._replace(name=f"arg{number}", values=(1, 2, 3)) for number in range(2))
    record = bytearray(pack_record(FUNCTION._replace(params=params)))
    second = layout.SPEC_SIZE + layout.PARAM_SIZE
    values, number = struct.unpack_from("<2H", record, layout.SPEC_SIZE + 18)
    assert number == 3
    struct.pack_into("<2H", record, layout.SPEC_SIZE + 18, values, 6)
    struct.pack_into("<2H", record, second + 18, values, 6)
    reason = "more items than there is room for"
    assert read(pack_part([bytes(record)]))[1] == (f"spec at offset {AT} refused: {reason}",)


def test_count_that_is_too_high() -> None:
    found, problems = read(pack_part([GOOD], changes={"count_": 2}))
    assert found == ["good"]
    assert problems == (f"spec at offset {AT + len(GOOD)} refused: bad length",)


def test_count_that_is_too_low() -> None:
    assert read(pack_part([GOOD, GOOD], changes={"count_": 1})) == (["good"], ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"magic": b"KAPISPEX"}, "bad magic"),
        ({"byte_order": 0x0201}, "foreign byte order"),
        ({"byte_order": 7}, "foreign byte order"),
        ({"format": 2}, "unknown format 2; a newer kapi may know it"),
        ({"word_size": 4}, "foreign word size"),
        ({"head_size": 40}, "unknown layout"),
        ({"spec_size": 56}, "unknown layout"),
        ({"param_size": 24}, "unknown layout"),
        ({"length": 24}, "bad length"),
        ({"length": 36}, "bad length"),
        ({"length": 0xFFFFFFF8}, "bad length"),
    ],
)
def test_bad_part_ends_the_section(changes: dict[str, int | bytes], reason: str) -> None:
    good = pack_part([GOOD])
    bad = pack_part([pack_record(FUNCTION)], changes=changes)
    found, problems = read(good + bad + good)
    assert (found, problems) == (["good"], (f"specs at offset {len(good)} ignored: {reason}",))


def test_part_that_is_cut_off() -> None:
    good = pack_part([GOOD])
    at = len(good)
    assert read(good + good[:31]) == (["good"], (f"specs at offset {at} ignored: truncated head",))
    assert read(good + good[:-8]) == (["good"], (f"specs at offset {at} ignored: bad length",))


def test_empty_section() -> None:
    assert read(b"") == ([], ())


def test_every_cut_of_a_section() -> None:
    data = pack_part([GOOD, pack_record(FUNCTION)]) + pack_part([GOOD])
    for size in range(len(data)):
        found, problems = read(data[:size])
        assert len(found) < 3
        assert problems or size in (0, len(data) - len(pack_part([GOOD])))


def test_only_what_is_wholly_sound_is_a_part() -> None:
    good = pack_part([GOOD])
    assert sound_part(good) == (MACHINE, len(good))
    assert sound_part(good[:31]) is None
    for changes in ({"reserved": 1}, {"format": 2}, {"length": 36}, {"word_size": 2}):
        assert sound_part(pack_part([GOOD], changes=changes)) is None


def test_too_large_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack_part([GOOD])
    monkeypatch.setattr(records, "MAX_SECTION", len(data) - 1)
    with pytest.raises(ImageError, match=f"too many records: {len(data)} bytes"):
        read(data)


def test_problems_are_not_endless() -> None:
    bad = pack_record(FUNCTION, changes={"kind": 9})
    _, problems = read(pack_part([bad] * (MAX_SHOWN + 7)))
    assert len(problems) == MAX_SHOWN + 1
    assert problems[-1] == "and 7 more problems"


def test_a_record_knows_its_head() -> None:
    (record,) = read_records(memory(pack_part([GOOD])), MACHINE, Problems())
    assert record.head.length == len(GOOD)
