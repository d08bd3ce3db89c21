"""Frames of stacks, and the lines that they come from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.trace.stacks import MOST, located
from tests.trace.checking import check
from tests.trace.test_programs import build


def test_frames_without_a_file() -> None:
    assert located(["/gone/lib.so(read+0x12) [0xf1]"]) == ("read (/gone/lib.so)",)
    assert located(["/gone/prog() [0xf1]"]) == ("? (/gone/prog)",)
    assert located(["unexpected_backtracing_error [0x0]"]) == (
        "unexpected_backtracing_error [0x0]",
    )
    assert located(["/lib/libc.so(_start+0x1) [0x2]"]) == ()
    assert len(located([f"/gone/a(f{number}+0x1) [0x1]" for number in range(20)])) == MOST


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    for number, data in enumerate((b"", b"text", b"\x7fELF\x02\x01" + b"\xff" * 70)):
        path = tmp_path / str(number)
        path.write_bytes(data)
        assert located([f"{path}(f+0x1) [0x10]"]) == (f"f ({path})",)


@pytest.mark.requires("gcc")
@pytest.mark.parametrize("kind", ["-pie", "-no-pie"])
def test_the_line_of_a_program(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "prog.c"
    source.write_text("int f(int x)\n{\n\treturn x + 1;\n}\nint main(void)\n{\n\treturn f(1);\n}\n")
    program = build(source, tmp_path, kind)
    symbols = subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout
    address = next(int(line.split()[0], 16) for line in symbols.splitlines() if line.endswith(" f"))
    offset = address - (0x400000 if kind == "-no-pie" else 0)
    # A return address lies behind the call.
    (shown,) = located([f"{program}(f+0xc) [{offset + 0xC:#x}]"])
    assert shown == f"f ({source}:3)"


def test_frames_belong_to_the_call_before_them() -> None:
    log = (
        '1 openat(-100, "x", 0) = 3\n > /a(opens+0x1) [0x1]\n'
        "1 close(3) = 0\n > /a(closes+0x1) [0x1]\n"
        "1 close(3) = -1 EBADF (Bad file descriptor)\n"
        " > /a(again+0x1) [0x1]\n > /a(main+0x1) [0x2]\n"
        "1 read(-1, 0x1, 0x1) = -1 EBADF (Bad file descriptor)\n > /a(reads+0x1) [0x1]\n"
    )
    found = {one.kind: located(one.stack) for one in check(log).sorted()}
    assert found == {
        "double-close": ("again (/a)", "main (/a)"),
        "failed-result-used": ("reads (/a)",),
    }
