"""The records that a build makes, byte by byte."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest

from kapi.errors import KapiError
from kapi.generate.prose import digest_of, json_of
from tests.generate.building import (
    X86_64,
    Target,
    build,
    compile_file,
    read_one,
    record_of,
    section,
    target_params,
)

SPEC = """\
#include <linux/frob.h>

/**
 * sys_frob - tune a widget
 * @wfd: descriptor
 * @how: flags
 * @level: one of some
 *
 * api-version: 2
 * contexts: process
 * error-set: closed
 *
 * param: wfd
 *   type: fd, input
 *   constraint-type: range(-1, FROB_MAX)
 *   on-violation: EBADF
 *
 * param: how
 *   type: uint, input, optional
 *   constraint-type: mask(FROB_FAST | FROB_SAFE)
 *   on-violation: ignored
 *
 * param: level
 *   type: custom, input
 *   constraint-type: enum(FROB_SAFE, -2)
 *   on-violation: EINVAL
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..how
 *
 * error: EINTR, a signal came
 *   condition: early
 */
SYSCALL_DEFINE3(frob, int, wfd, unsigned long, how, signed char, level)
{
}
"""

#: include/linux/kapi.h, written down a second time.
PART = "8sHHBBBBIIQ"
HEAD = "QqqIiHHHHHBBBBH"
PARAM = "QQHHHHBBBBBBH"
FD, UINT, CUSTOM, INT = 10, 3, 13, 2
RANGE, MASK, ENUM = 1, 2, 3
IN, OPTIONAL = 1, 4
IGNORED, ERRNO = 1, 4


def expected_record(target: Target, digest: int, nr: int) -> bytes:
    """The record of ``SPEC``: head, parameters, values, errnos, names."""
    order = target.order
    params, values, errnos, name = 48, 144, 160, 166
    names = (name + len("sys_frob") + 1, name + 9 + len("wfd") + 1, name + 13 + len("how") + 1)
    length = (names[2] + len("level") + 1 + 7) // 8 * 8
    low = (1 << 64) - 1
    parts = [
        struct.pack(
            order + HEAD,
            *(digest, 0, 2, length, nr, name, params, errnos, 3),
            *(1 | 2 | 4, 3, 1, INT, 2, 0),
        ),
        struct.pack(order + PARAM, low, 4096, names[0], 0, 0, IN, FD, RANGE, 32, 1, 0, ERRNO, 0),
        struct.pack(
            *(order + PARAM, 0x41, 0, names[1], 0, 0, IN | OPTIONAL),
            *(UINT, MASK, target.bits, 0, 0, IGNORED, 0),
        ),
        struct.pack(order + PARAM, 0, 0, names[2], values, 2, IN, CUSTOM, ENUM, 8, 1, 0, ERRNO, 0),
        struct.pack(order + "qq", 0x40, -2),
        struct.pack(order + "HHH", 4, 9, 22),
        b"sys_frob\0wfd\0how\0level\0",
    ]
    return b"".join(parts).ljust(length, b"\0")


@pytest.mark.parametrize("target", target_params())
def test_a_record_has_exactly_these_bytes(target: Target, tmp_path: Path) -> None:
    built = build(target, tmp_path, SPEC)
    record, _ = record_of(read_one(SPEC, str(tmp_path / "frob.c")))
    body = expected_record(target, digest_of(json_of(record)), 77)
    head = struct.pack(
        target.order + PART,
        *(b"KAPISPEC", 0x0102, 1, target.bits // 8, 48, 32, 32, 32 + len(body), 1, 0),
    )
    assert section(target, built.object, ".kapi_specs") == head + body


@pytest.mark.parametrize("target", target_params())
def test_a_record_needs_no_relocation(target: Target, tmp_path: Path) -> None:
    built = build(target, tmp_path, SPEC)
    done = subprocess.run(
        ["readelf", "-rW", built.object], capture_output=True, text=True, check=True
    )
    assert "There are no relocations in this file." in done.stdout


def _sections(path: Path) -> dict[str, list[str]]:
    """Flags and alignment of the sections of an object file."""
    done = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True, check=True)
    rows = (line.partition("]")[2].split() for line in done.stdout.splitlines())
    return {
        row[0]: [row[-4] if len(row) == 10 else "", row[-1]]
        for row in rows
        if row and row[0].startswith(".kapi")
    }


@pytest.mark.requires("gcc")
def test_texts_are_loaded_only_for_debugfs(tmp_path: Path) -> None:
    built = build(X86_64, tmp_path, SPEC)
    assert _sections(built.object) == {".kapi_prose": ["", "8"], ".kapi_specs": ["A", "8"]}
    shown = build(X86_64, tmp_path, SPEC, "-DCONFIG_KAPI_SPEC_DEBUGFS=1")
    assert _sections(shown.object) == {".kapi_prose": ["A", "8"], ".kapi_specs": ["A", "8"]}
    assert section(X86_64, shown.object, ".kapi_prose") == shown.prose.read_bytes()


@pytest.mark.requires("gcc")
def test_a_call_that_the_architecture_has_not(tmp_path: Path) -> None:
    text = SPEC.replace("sys_frob", "sys_frib").replace("(frob,", "(frib,")
    built = build(X86_64, tmp_path, text)
    (number,) = struct.unpack_from("<i", section(X86_64, built.object, ".kapi_specs"), 32 + 28)
    assert number == -1


BARE = """\
/**
 * frob_reset - forget
 *
 * api-type: function
 */
void frob_reset(void);

/**
 * compat_sys_frob - tune a widget
 * @wfd: descriptor
 *
 * param: wfd
 *   type: fd, input
 */
COMPAT_SYSCALL_DEFINE1(frob, int, wfd);
"""


@pytest.mark.parametrize("target", target_params())
def test_records_of_specs_that_say_nothing(target: Target, tmp_path: Path) -> None:
    """No parameters, no errnos, no result; and no number of a call that has one natively."""
    built = build(target, tmp_path, BARE)
    data = section(target, built.object, ".kapi_specs")
    first = struct.unpack_from(target.order + HEAD, data, 32)
    assert first[1:] == (0, 0, 64, -1, 48, 0, 0, 0, 0, 0, 3, 0, 0, 0)
    assert data[32 + 48 : 32 + 64] == b"frob_reset".ljust(16, b"\0")
    second = struct.unpack_from(target.order + HEAD, data, 32 + 64)
    assert (second[4], second[10:12]) == (-1, (1, 2))
    assert len(data) == 32 + 64 + second[3]


@pytest.mark.requires("gcc")
def test_a_record_too_large_for_its_offsets_does_not_compile(tmp_path: Path) -> None:
    many = ", ".join(str(number) for number in range(9000))
    built = build(X86_64, tmp_path, SPEC)
    text = built.data.read_text().replace("values2[2]", "values2[9000]")
    built.data.write_text(text.replace("{ 64LL, -2LL }", f"{{ {many} }}"))
    done = compile_file(X86_64, tmp_path, built.data, "-c", "-o", "/dev/null")
    assert "specification too large" in done.stderr


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("range(5, 4)", "no number lies between 5 and 4"),
        ("range(FROB_LEAST, 4)", "'how' has an unsigned type and cannot be -3"),
        ("alignment(12)", "an alignment is a power of two, and 12 is none"),
        ("alignment(0)", "an alignment is a power of two, and 0 is none"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: str, message: str) -> None:
    text = SPEC.replace("mask(FROB_FAST | FROB_SAFE)", rule)
    spec = read_one(text)
    with pytest.raises(KapiError) as caught:
        record_of(spec, {"FROB_LEAST": -3})
    assert str(caught.value) == f"frob.c:20:6: error: {message}"


@pytest.mark.parametrize(
    ("success", "bounds"),
    [
        (">= 0", (0, (1 << 63) - 1)),
        ("> 0", (1, (1 << 63) - 1)),
        ("<= 5", (-(1 << 63), 5)),
        ("< 5", (-(1 << 63), 4)),
        ("== 7", (7, 7)),
        ("3..9", (3, 9)),
        ("0..ULONG_MAX", (0, (1 << 63) - 1)),
        ("!= 3", None),
        ("== level", None),
        ("0..frob_size(how)", None),
    ],
)
def test_bounds_of_success(success: str, bounds: tuple[int, int] | None) -> None:
    spec = read_one(SPEC.replace("success: 0..how", f"success: {success}"))
    record, _ = record_of(spec, {"ULONG_MAX": (1 << 64) - 1})
    assert (record.success, record.count_param) == (bounds, 0)


def test_what_no_number_can_say_is_custom() -> None:
    text = SPEC.replace("range(-1, FROB_MAX)", "range(0, level)")
    record, _ = record_of(read_one(text))
    assert record.params[0].form == "custom"
    text = SPEC.replace("range(-1, FROB_MAX)", "range(0, frob_limit(3))")
    record, _ = record_of(read_one(text))
    assert record.params[0].form == "custom"


def test_a_size_is_a_constant() -> None:
    text = SPEC.replace("range(-1, FROB_MAX)", "range(1, sizeof(struct frob))")
    record, _ = record_of(read_one(text), {"sizeof(struct frob)": 24})
    assert (record.params[0].form, record.params[0].hi) == ("range", 24)


@pytest.mark.parametrize(
    ("c_type", "asked"),
    [
        ("__s32", "__s32"),
        ("umode_t", "umode_t"),
        ("enum frob_mode", "enum frob_mode"),
        ("const char __user *", "unsigned long"),
        ("struct frob", "unsigned long"),
    ],
)
def test_the_type_that_is_asked_for_width_and_sign(c_type: str, asked: str) -> None:
    text = SPEC.replace("signed char, level", f"{c_type}, level")
    spec = read_one(text)
    known = {f"sizeof({asked}) * 8": 16, f"is_signed_type({asked})": 1}
    known |= {"sizeof(unsigned long) * 8": 16} if asked == "unsigned long" else {}
    record, _ = record_of(spec, known)
    assert record.params[2].bits == 16
    assert record.params[2].is_signed
