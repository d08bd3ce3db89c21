"""Definitions in C text."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.uapi.text import defined_names, enum_names, header_files, macro_names, macro_values


def test_macro_names_of_every_form() -> None:
    text = b"#define A 1\n #\tdefine B(x) x\n#  define _C\n#undef D\nint E;\n"
    assert macro_names(text) == [b"A", b"B", b"_C"]


def test_macro_values_are_words() -> None:
    text = b"#define A 1\n#define\tB\tC /* d */\n#define E (-5)\n#define F(x) x\n#define G\n"
    assert dict(macro_values(text)) == {"A": "1", "B": "C", "E": "-5"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"enum { A, B = 2, C, };", {b"A", b"B", b"C"}),
        (b"enum x {\n\tA /* , Z */,\n\tB, // Y,\n};", {b"A", b"B"}),
        (b"enum __attribute__((packed)) x { A };", set()),
        (b"typedef enum x { A = F(1, (2, Q)), B } y_t;", {b"A", b"B"}),
        (b"enum {\n#ifdef Q\n A,\n#endif\n#define B B\n B\n};", {b"A", b"B"}),
        (b"enum x f(void) { return A; }", set()),
        (b"struct { int A; };", set()),
        (b"enum x v = { A };", set()),
    ],
)
def test_enum_names(text: bytes, names: set[bytes]) -> None:
    assert enum_names(text) == names


def test_defined_names_over_files(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.h").write_text("#define A 1\nint C;\n")
    (tmp_path / "b/b.h").write_text("enum { B };\n")
    (tmp_path / "b/c.c").write_text("#define D 1\n")
    paths = [*header_files([tmp_path]), str(tmp_path / "none.h")]
    assert [Path(path).name for path in paths] == ["a.h", "b.h", "none.h"]
    assert defined_names(paths, ["A", "B", "C", "D"]) == {"A", "B"}
