"""The maker of the tables: its parts, and one architecture made anew."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kapi.uapi.tables import Table
from tests.tool_checks import require

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    sys.path.insert(0, str(TOOLS))
    spec = importlib.util.spec_from_file_location("maker", TOOLS / "make_uapi_tables.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.remove(str(TOOLS))
    return module


@pytest.fixture
def gcc() -> list[str]:
    require("gcc")
    return ["gcc", "-xc"]


def test_values_of_all_kinds(maker: ModuleType, gcc: list[str]) -> None:
    text = (
        "#define MINUS -100\n#define TOP 0xffffffffffffffffULL\n#define BIT31 0x80000000\n"
        '#define TEXT "x"\n#define POINTER ((void *)1)\n#define CALL(x) x\n#define EMPTY\n'
        "#define MORE (1LL << 40)\nenum { CONSTANT = 7 };\nint variable;\n#define VAR variable\n"
    )
    names = "MINUS TOP BIT31 TEXT POINTER CALL EMPTY MORE CONSTANT VAR NOWHERE".split()
    values = maker.evaluate(gcc, text, names)
    assert {name: value for name, value in values.items() if value is not None} == {
        "MINUS": -100,
        "TOP": 2**64 - 1,
        "BIT31": 2**31,
        "MORE": 2**40,
        "CONSTANT": 7,
    }
    assert set(values) == set(names)


def test_names_of_a_text(maker: ModuleType, gcc: list[str]) -> None:
    text = "#define A 1\n#define B 2\n#undef B\nenum { C };\n#define _D 1\n#define __O_E 1\n"
    assert maker.constant_names(gcc, text) == ["A", "C", "__O_E"]


def test_merging(maker: ModuleType) -> None:
    by_arch = {"a": {"X": 1, "Y": 1, "Z": None}, "b": {"X": 1, "Y": 1}, "c": {"X": 1, "Z": 3}}
    merged = maker.merge(by_arch, {"X", "Y", "Z"})
    assert merged == {"X": 1, "Y": {"*": 1, "c": None}, "Z": {"c": 3}}


def test_kernel_macros_with_two_values_get_none(
    maker: ModuleType, gcc: list[str], tmp_path: Path
) -> None:
    header = tmp_path / "include/linux/stat.h"
    header.parent.mkdir(parents=True)
    header.write_text("#define S_ONE 1 /* a\n b */\n#define S_TWO 1\n#define S_TWO 2\n")
    text = maker.kernel_macros(tmp_path)
    assert maker.evaluate(gcc, text, ["S_ONE", "S_TWO"]) == {"S_ONE": 1, "S_TWO": None}


@pytest.mark.requires("make")
def test_one_architecture_again(
    maker: ModuleType, gcc: list[str], linux_tree: Path, tmp_path: Path
) -> None:
    table = Table.load()
    if maker.kernel_release(linux_tree) != table.release:
        pytest.skip(f"the tree is not linux {table.release}")
    arch = next(arch for arch in maker.ARCHES if arch.name == "alpha")
    command = maker.compiler(arch, maker.install_headers(linux_tree, arch, tmp_path))
    text = maker.preamble(linux_tree)
    values = maker.evaluate(command, text, maker.constant_names(command, text))
    assert len(values) > 2000
    assert {n: table.number(n, "alpha") for n in values} == values
