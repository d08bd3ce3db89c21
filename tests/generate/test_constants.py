"""The compiler is asked for numbers, and its answer is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.errors import KapiError
from kapi.generate.constants import Wanted, constants_source, read_assembly
from kapi.source import Span
from tests.binary.kernel_headers import write_stubs
from tests.generate.building import X86_64, Target, ask, compile_file, target_params


def _expected(target: Target) -> dict[str, int]:
    """Expressions and their values, as a mathematician sees them."""
    longest = (1 << target.bits) - 1
    return {
        "0": 0,
        "1": 1,
        "-1": -1,
        "-4096": -4096,
        "0x7fffffff": 0x7FFFFFFF,
        "-0x7fffffff - 1": -0x80000000,
        "0xffffffff": 0xFFFFFFFF,
        "0x80000000": 0x80000000,
        "~0UL": longest,
        "~0L": -1,
        "~0ULL": (1 << 64) - 1,
        "1ULL << 63": 1 << 63,
        "S64_MIN": -(1 << 63),
        "0x7fffffffffffffffLL": (1 << 63) - 1,
        "(unsigned char)200": 200,
        "(signed char)200": -56,
        "FROB_FAST | FROB_SAFE": 0x41,
        "FROB_SAFE == 0x40 && FROB_FAST": 1,
        "sizeof(long) * 8": target.bits,
        "is_signed_type(long)": 1,
        "is_signed_type(unsigned short)": 0,
        "__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__": int(target.order == ">"),
    }


@pytest.mark.parametrize("target", target_params())
def test_values_are_those_of_the_compiler(target: Target, tmp_path: Path) -> None:
    expected = _expected(target)
    values = ask(target, tmp_path, [Wanted(text) for text in expected])
    assert {text: values(text) for text in expected} == expected


@pytest.mark.requires("gcc")
def test_a_guard_that_does_not_hold_gives_nothing(tmp_path: Path) -> None:
    questions = [
        Wanted("FROB_SAFE"),
        Wanted("FROB_SAFE", None, "defined(CONFIG_FROB)"),
        # Nobody defines it, and nobody looks at it.
        Wanted("NO_SUCH_THING", None, "defined(CONFIG_FROB)"),
        Wanted("FROB_FAST", None, "!defined(CONFIG_FROB)"),
    ]
    values = ask(X86_64, tmp_path, questions)
    assert values("FROB_SAFE") == 0x40
    assert values("FROB_SAFE", "defined(CONFIG_FROB)") == 0
    assert values("NO_SUCH_THING", "defined(CONFIG_FROB)") == 0
    assert values("FROB_FAST", "!defined(CONFIG_FROB)") == 1


@pytest.mark.requires("gcc")
def test_an_unknown_constant_is_reported_where_the_spec_says_it(tmp_path: Path) -> None:
    write_stubs(tmp_path)
    source = tmp_path / "const.c"
    span = Span("fs/frob.c", 123, 4, 123, 9)
    source.write_text(constants_source([Wanted("FROB_SAFF", span)], ["<linux/frob.h>"]))
    done = compile_file(X86_64, tmp_path, source, "-S", "-o", "-")
    assert done.returncode == 1
    assert "fs/frob.c:123:" in done.stderr
    assert "error: 'FROB_SAFF' undeclared" in done.stderr.replace("\u2018", "'").replace(
        "\u2019", "'"
    )


@pytest.mark.requires("gcc")
def test_what_is_no_constant_is_reported(tmp_path: Path) -> None:
    write_stubs(tmp_path)
    source = tmp_path / "const.c"
    text = constants_source([Wanted("frob_size", Span("fs/frob.c", 7, 1, 7, 9))], [])
    source.write_text(f"extern int frob_size;\n{text}")
    done = compile_file(X86_64, tmp_path, source, "-S", "-o", "-")
    assert done.returncode == 1
    assert "fs/frob.c:7:" in done.stderr


def test_assembly_of_something_else_is_refused() -> None:
    answer = '.ascii "->kapi 0 $0 $0 $5"\n'
    with pytest.raises(KapiError, match="holds 1 constants, not 2"):
        read_assembly(answer, [Wanted("FROB_FAST"), Wanted("FROB_SAFE")])
    with pytest.raises(KapiError, match="holds 0 constants, not 1"):
        read_assembly("", [Wanted("FROB_FAST")])
    assert read_assembly(answer, [Wanted("FROB_FAST")])("FROB_FAST") == 5


@pytest.mark.parametrize("mark", ["", "$", "#"])
def test_the_marks_that_assemblers_put_before_numbers(mark: str) -> None:
    text = f'\t.ascii "->kapi 0 {mark}1 {mark}-1 {mark}4294967295"\t# tmp\n'
    assert read_assembly(text, [Wanted("X")])("X") == -1
