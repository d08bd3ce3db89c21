"""The text for debugfs: the format that programs read, and every fact of a spec."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kapi import catalogue
from kapi.generate.debugfs_text import debugfs_text
from kapi.model import codec
from kapi.model.spec import Spec
from tests.generate.building import read_one, record_of
from tests.generate.debugfs_format import FormatError, check

TESTDATA = Path(__file__).parents[1] / "testdata/generate"
EVERYTHING = TESTDATA / "everything.c"
KNOWN = {
    "FROB_FAST": 1,
    "FROB_SAFE": 0x40,
    "FROB_HOT": 0x80,
    "FROB_MAX": 4096,
    "FROB_FAST | FROB_SAFE": 0x41,
    "EBADF": 9,
    "EINTR": 4,
    "EINVAL": 22,
    "ENOSYS": 38,
    "SIGUSR1": 10,
    "CAP_SYS_ADMIN": 21,
}


def text_of(spec: Spec) -> str:
    return debugfs_text(*record_of(spec, KNOWN))


def everything() -> Spec:
    """A spec that has all there is."""
    return read_one(EVERYTHING.read_text())


CATALOGUE = [spec for spec in catalogue.read_all().specs if spec.kind != "shared"]


def test_the_text_is_exactly_this() -> None:
    assert text_of(everything()) == (TESTDATA / "everything.txt").read_text()


@pytest.mark.parametrize("spec", [everything(), *CATALOGUE], ids=lambda spec: spec.name)
def test_the_text_has_the_format(spec: Spec) -> None:
    check(text_of(spec))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Kernel API Specification", "Kernel API specification"),
        ("Version: 2", "Version: two"),
        ("Context flags: PROCESS SLEEPABLE ", "Context flags: PROCESS SLEEPABLE"),
        ("Parameters (6):", "Parameters (5):"),
        ("  [1] how:", "  [2] how:"),
        ("type: uint (unsigned int)", "type: UINT (unsigned int)"),
        ("flags: INOUT OPTIONAL CONST ", "flags: CONST INOUT OPTIONAL "),
        ("    constraints:\n", ""),
        ("      min: -1\n", ""),
        ("valid_bits: 0xc1", "valid_bits: 193"),
        ("      type: user_path", "      type: pathname"),
        ("success: [0, len]", "success: 0 to len"),
        ("Errors (3):", "Errors (2):"),
        ("EBADF (-9):", "EBADF (9):"),
        ("(mutex)", "(unknown)"),
        ("scope: acquired and released", "scope: internal"),
        ("    action: TERMINATE", "    action: terminate"),
        ("idle -> turning", "idle to turning"),
        ("\nExamples:\n", "\nSamples:\n"),
    ],
)
def test_the_format_can_be_broken(right: str, wrong: str) -> None:
    text = text_of(everything())
    assert right in text
    with pytest.raises(FormatError):
        check(text.replace(right, wrong, 1))


ONE = """\
/**
 * sys_frob - x
 * @arg: y
 *
 * api-version: 2
 *
 * param: arg
 *   type: {kind}, input
 *   {rule}
 */
SYSCALL_DEFINE1(frob, {c_type}, arg);
"""


@pytest.mark.parametrize(
    ("kind", "rule", "lines"),
    [
        ("uint", "constraint-type: alignment(8)", ["type: alignment", "alignment: 8"]),
        (
            "uint",
            "constraint-type: alignment(FROB_SAFE)",
            ["type: alignment", "alignment: 64 (FROB_SAFE)"],
        ),
        ("uint", "constraint-type: power_of_two", ["type: power_of_two"]),
        ("uint", "constraint-type: page_aligned", ["type: page_aligned"]),
        ("uint", "constraint-type: nonzero", ["type: nonzero"]),
        ("uint", "constraint-type: mask(frob_bits(3))", ["type: mask", "valid_bits: frob_bits(3)"]),
        (
            "uint",
            "constraint-type: enum(frob_low(1), 7)",
            ["type: enum", "count: 2", "values: frob_low(1), 7"],
        ),
        ("uint", "constraint-type: custom(frob_fits)", ["type: custom", "function: frob_fits"]),
        ("uint", "cdesc: some rule", ["description: some rule"]),
        (
            "user_ptr",
            "constraint-type: user_ptr\n *   size: 24",
            ["type: user_ptr", "size: 24 bytes"],
        ),
        ("user_ptr", "constraint-type: user_ptr", ["type: user_ptr"]),
        (
            "user_ptr",
            "constraint-type: user_string(32)",
            ["type: user_string", "min_len: 0", "max_len: 32"],
        ),
        ("user_ptr", "constraint-type: user_string", ["type: user_string", "min_len: 0"]),
    ],
)
def test_constraints(kind: str, rule: str, lines: list[str]) -> None:
    c_type = "char __user *" if kind == "user_ptr" else "unsigned long"
    text = text_of(read_one(ONE.format(kind=kind, rule=rule, c_type=c_type)))
    check(text)
    shown = text.partition("    constraints:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.strip() for line in shown] == lines


def test_size_and_alignment_of_a_parameter() -> None:
    rule = "size: sizeof(struct frob)\n *   alignment: 16"
    spec = read_one(ONE.format(kind="user_ptr", rule=rule, c_type="struct frob __user *"))
    text = debugfs_text(*record_of(spec, {"sizeof(struct frob)": 48}))
    check(text)
    assert "    size: 48 (sizeof(struct frob))\n    alignment: 16\n" in text


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("fd\n *   success: >= 0", "valid file descriptor (>= 0)"),
        ("error_check", "error check"),
        ("custom", "custom check"),
        ("exact\n *   success: == 0", "== 0"),
        ("range\n *   success: 0..FROB_MAX", "[0, 4096]"),
        ("range\n *   success: 0..frob_size(arg)", "[0, frob_size(arg)]"),
    ],
)
def test_what_success_is(words: str, line: str) -> None:
    text = ONE.format(kind="uint", rule="cdesc: z", c_type="int").replace("type: uint", "type: int")
    returns = f" *\n * return:\n *   type: int\n *   check-type: {words}\n */\n"
    text = text_of(read_one(text.replace(" */\n", returns)))
    check(text)
    assert f"  success: {line}\n" in text


def facts(value: Any) -> Iterator[str]:
    """Every text and number of a JSON value."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in ("kind", "symbols", "check_type", "index"):
                yield from facts(one)
    elif isinstance(value, list):
        for one in value:
            yield from facts(one)
    elif not isinstance(value, bool):
        yield str(value)


@pytest.mark.parametrize("spec", [everything(), *CATALOGUE], ids=lambda spec: spec.name)
def test_no_fact_of_the_json_is_missing(spec: Spec) -> None:
    document = json.loads(codec.dump([spec], locations=False))["specs"]
    text = " ".join(text_of(spec).split()).lower()
    named = {"input": "in", "output": "out", "internal": "acquired and released"}
    missing = [
        fact
        for fact in facts(document)
        if " ".join(named.get(fact, fact).split()).lower() not in text
    ]
    assert missing == []


def test_what_nobody_said_is_not_there() -> None:
    spec = read_one("/**\n * frob - x\n *\n * api-type: function\n */\nvoid frob(void);\n")
    text = text_of(spec)
    check(text)
    assert text == (
        "Kernel API Specification\n========================\n\n"
        "Name: frob\nVersion: 1\nDescription: x\n\nContext flags: \n\n"
        "Other facts:\n  kind: function\n  api_type: function\n\n"
    )
