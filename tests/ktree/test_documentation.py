"""The two pages about the kernel part say what the code does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import docutils.core
import pytest

from kapi.ktree.content import kernel_folder
from kapi.ktree.hooks import all_hooks
from tests.binary.kernel_headers import HEADERS, write_stubs
from tests.ktree.test_patches import INHERENT
from tests.ktree.trees import write_tiny_tree

PAGE = kernel_folder() / "Documentation/dev-tools/kapi.rst"
OURS = Path(__file__).parents[2] / "docs/kernel.md"

STRUCTS = {"kapi_part": 1, "kapi_spec": 2, "kapi_param": 3, "kapi_prose": 4}


def test_the_page_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    settings = {"report_level": 1, "halt_level": 5}
    docutils.core.publish_string(PAGE.read_text(), writer="html", settings_overrides=settings)
    assert capsys.readouterr().err == ""


def tables() -> list[list[list[str]]]:
    """The rows of every simple table of the page: from, member, type, meaning."""
    found = []
    for table in re.findall(
        r"^=+ +=+ .*\nfrom .*\n=.*\n((?:.+\n)+?)=", PAGE.read_text(), re.MULTILINE
    ):
        rows: list[list[str]] = []
        for line in table.splitlines():
            if line.startswith(" "):
                rows[-1][3] += " " + line.strip()
            else:
                rows.append(line.split(None, 3))
        found.append(rows)
    return found


def test_the_tables_are_those_of_four_structs() -> None:
    assert [table[0][1] for table in tables()] == ["magic", "digest", "lo", "magic"]


SIZES = {"char[8]": 8, "u8": 1, "u16": 2, "u32": 4, "s32": 4, "u64": 8, "s64": 8}


def holds(condition: str) -> str:
    """A line of C that compiles if a condition holds."""
    return f'_Static_assert({condition}, "");'


def compile_check(folder: Path, text: str) -> str:
    """What the compiler has against a file that includes the headers."""
    write_stubs(folder)
    source = folder / "check.c"
    source.write_text(f'#include <linux/kapi_spec.h>\n#include "internal.h"\n{text}')
    command = ["gcc", "-nostdinc", "-fsyntax-only", "-DCONFIG_KAPI_SPEC=1", f"-I{folder}/include"]
    command += [f"-I{HEADERS}", f"-I{kernel_folder()}/kernel/api", str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr


@pytest.mark.requires("gcc")
@pytest.mark.parametrize("name", STRUCTS)
def test_the_layout_is_that_of_the_headers(name: str, tmp_path: Path) -> None:
    rows = tables()[STRUCTS[name] - 1]
    end = 0
    lines = []
    for offset, member, kind, _ in rows:
        assert int(offset) == end
        end += SIZES[kind]
        lines.append(f'_Static_assert(offsetof(struct {name}, {member}) == {offset}, "");')
        lines.append(
            f'_Static_assert(sizeof(((struct {name} *)0)->{member}) == {SIZES[kind]}, "");'
        )
    lines.append(f'_Static_assert(sizeof(struct {name}) == {end}, "");')
    assert compile_check(tmp_path, "\n".join(lines)) == ""


def meaning(struct: str, member: str) -> str:
    return next(row[3] for row in tables()[STRUCTS[struct] - 1] if row[1] == member)


#: Member -> the prefix of the constants that it holds, and words of the page for some of them.
NUMBERS = {
    ("kapi_spec", "kind"): (
        "KAPI_KIND_",
        {"system call": "SYSCALL", "compat system call": "COMPAT_SYSCALL"},
    ),
    ("kapi_spec", "ret_check"): ("KAPI_RETURN_", {"not said": "NONE"}),
    ("kapi_param", "type"): ("KAPI_TYPE_", {"not said": "NONE"}),
    ("kapi_param", "constraint"): ("KAPI_CONSTRAINT_", {}),
}


@pytest.mark.requires("gcc")
@pytest.mark.parametrize(("struct", "member"), NUMBERS)
def test_the_numbers_are_those_of_the_headers(struct: str, member: str, tmp_path: Path) -> None:
    prefix, words = NUMBERS[struct, member]
    found = re.findall(r"(\d+) ([a-z_ ]+)", meaning(struct, member))
    assert len(found) > 2
    lines = [
        f'_Static_assert({prefix}{words.get(word, word).upper()} == {number}, "");'
        for number, word in found
    ]
    assert compile_check(tmp_path, "\n".join(lines)) == ""
    header = (HEADERS / "linux/kapi.h").read_text()
    assert {int(number) for number, _ in found} >= set(
        range(1, len(re.findall(rf"^\t{prefix}\w+,$", header, re.MULTILINE)))
    )


@pytest.mark.requires("gcc")
def test_the_bits_are_those_of_the_headers(tmp_path: Path) -> None:
    flags = re.findall(r"(\d) (\w+)", meaning("kapi_param", "flags"))
    outcomes = re.findall(r"(\d) (?:an )?(\w+)", meaning("kapi_param", "outcome"))
    assert (len(flags), len(outcomes)) == (8, 3)
    lines = [
        *(f'_Static_assert(KAPI_PARAM_{word.upper()} == 1 << {bit}, "");' for bit, word in flags),
        *(
            f'_Static_assert(KAPI_OUTCOME_{word.upper()} == 1 << {bit}, "");'
            for bit, word in outcomes
        ),
        holds("KAPI_SPEC_CLOSED == 1 && KAPI_SPEC_SUCCESS == 2 && KAPI_SPEC_HI_COUNT == 4"),
        holds("KAPI_MAX_PARAMS == 16"),
    ]
    assert compile_check(tmp_path, "\n".join(lines)) == ""


def test_a_wrong_number_would_be_noticed(tmp_path: Path) -> None:
    assert "KAPI_TYPE_INT" in compile_check(tmp_path, holds("KAPI_TYPE_INT == 3"))


def test_every_option_is_described() -> None:
    kconfig = (kernel_folder() / "kernel/api/Kconfig").read_text()
    options = re.findall(r"^config (\w+)$", kconfig, re.MULTILINE)
    assert len(options) == 4
    text = PAGE.read_text()
    assert [name for name in options if f"``CONFIG_{name}``" not in text] == []


def test_our_page_lists_every_edit(tmp_path: Path) -> None:
    maintainers = (write_tiny_tree(tmp_path) / "MAINTAINERS").read_text()
    rows = [f"| `{hook.path}` | {hook.why} |" for hook in all_hooks(maintainers)]
    text = OURS.read_text()
    assert "\n".join(rows) in text


def test_our_page_lists_every_remark_of_checkpatch() -> None:
    listed = re.findall(r"^\| ([A-Z]+(?:_[A-Z]+)*) \|", OURS.read_text(), re.MULTILINE)
    assert set(listed) == set(INHERENT)
