"""The layout in Python is that of the C headers, as a compiler sees them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.binary import layout
from kapi.binary.layout import ParamHead, Part, ProseHead, SpecHead
from tests.binary.kernel_headers import HEADERS, write_stubs

STRUCTS: dict[str, tuple[tuple[str, ...], str]] = {
    "kapi_part": (Part._fields, "part"),
    "kapi_spec": (SpecHead._fields, "spec"),
    "kapi_param": (ParamHead._fields, "param"),
    "kapi_prose": (ProseHead._fields, "prose"),
}

#: Words of the model by the prefix of their C names, with the first value.
ENUMS = {
    "KAPI_KIND_": layout.KINDS,
    "KAPI_TYPE_": layout.TYPES,
    "KAPI_CONSTRAINT_": layout.CONSTRAINTS,
    "KAPI_RETURN_": layout.RETURNS,
}
FLAGS = {
    "KAPI_PARAM_": layout.PARAM_FLAGS,
    "KAPI_OUTCOME_": layout.OUTCOMES,
    "KAPI_SPEC_": layout.SPEC_FLAGS,
}
RAW = {"KAPI_PARAM_INPUT": "KAPI_PARAM_IN", "KAPI_PARAM_OUTPUT": "KAPI_PARAM_OUT"}

NUMBERS = {
    "KAPI_BYTE_ORDER": layout.BYTE_ORDER,
    "KAPI_FORMAT": layout.FORMAT,
    "KAPI_MAX_PARAMS": layout.MAX_PARAMS,
}


def run_c(folder: Path, lines: list[str]) -> list[str]:
    """What a C program prints that has these statements."""
    write_stubs(folder)
    source = folder / "program.c"
    body = "\n".join(lines)
    source.write_text(
        "#include <linux/kapi.h>\n"
        f'#include "{HEADERS.parent / "kernel/api/internal.h"}"\n'
        "int printf(const char *form, ...);\n"
        f"int main(void) {{\n{body}\nreturn 0; }}\n"
    )
    program = folder / "program"
    options = ["-nostdinc", f"-I{folder}/include", f"-I{HEADERS}"]
    subprocess.run(["gcc", *options, source, "-o", program], check=True)
    return subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()


def members(struct: str, fields: tuple[str, ...]) -> list[str]:
    """Statements that print the size of a struct, and place and size of each member."""
    number = "(unsigned int)"
    lines = [f'printf("%u\\n", {number}sizeof(struct {struct}));']
    for name in (field.rstrip("_") for field in fields):
        offset = f"{number}__builtin_offsetof(struct {struct}, {name})"
        size = f"{number}sizeof(((struct {struct} *)0)->{name})"
        lines.append(f'printf("%u+%u\\n", {offset}, {size});')
    return lines


@pytest.mark.requires("gcc")
@pytest.mark.parametrize("struct", STRUCTS)
def test_struct(struct: str, tmp_path: Path) -> None:
    fields, name = STRUCTS[struct]
    printed = run_c(tmp_path, members(struct, fields))
    form = getattr(layout.STRUCTS["<"], name)
    assert printed == [str(form.size), *places(form.format[1:])]
    assert getattr(layout.STRUCTS[">"], name).format == ">" + form.format[1:]


def places(form: str) -> list[str]:
    """Offset and size of each member of a format without holes."""
    sizes = {"B": 1, "H": 2, "i": 4, "I": 4, "q": 8, "Q": 8}
    found, at, count = [], 0, ""
    for char in form:
        if char.isdigit():
            count += char
            continue
        many = 1 if char == "s" else int(count or 1)
        for _ in range(many):
            size = int(count) if char == "s" else sizes[char]
            found.append(f"{at}+{size}")
            at += size
        count = ""
    return found


@pytest.mark.requires("gcc")
def test_words_and_numbers(tmp_path: Path) -> None:
    expected = dict(NUMBERS)
    for prefix, words in ENUMS.items():
        expected |= {prefix + (word or "none").upper(): value for value, word in enumerate(words)}
    for prefix, flags in FLAGS.items():
        expected |= {prefix + word.upper(): 1 << bit for bit, word in enumerate(flags)}
    expected = {RAW.get(name, name): value for name, value in expected.items()}
    printed = run_c(tmp_path, [f'printf("%d\\n", (int)({name}));' for name in expected])
    assert dict(zip(expected, map(int, printed), strict=True)) == expected


def test_no_word_is_missing() -> None:
    header = (HEADERS / "linux/kapi.h").read_text()
    for prefix, words in {**ENUMS, **FLAGS}.items():
        lines = [line.split() for line in header.splitlines()]
        defined = {
            word.rstrip(",")
            for line in lines
            for word in line[: 2 if line[:1] == ["#define"] else 1]
            if word.startswith(prefix)
        }
        assert len(defined) == len(words), prefix


@pytest.mark.requires("gcc")
def test_magics(tmp_path: Path) -> None:
    names = ("KAPI_MAGIC", "KAPI_PROSE_MAGIC")
    printed = run_c(tmp_path, [f'printf("%s\\n", {name});' for name in names])
    assert printed == [layout.PART_MAGIC.decode(), layout.PROSE_MAGIC.decode()]
