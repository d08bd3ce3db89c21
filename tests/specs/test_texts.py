"""What the catalogue says beside its claims: where in the kernel it was read, and examples."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kapi import catalogue
from kapi.model.shapes import entries
from kapi.model.spec import Node, Spec

SPECS = catalogue.read_all().specs
WITH_EXAMPLES = [spec for spec in SPECS if spec.examples]

#: What examples may take for granted.
HEADERS = "errno fcntl stddef stdio stdlib string sys/mman sys/stat sys/types unistd".split()


def origins(node: Node) -> Iterator[str]:
    """Every origin of a spec and of what it says."""
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        if entry.attribute == "origin" and value is not None:
            yield value
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Node):
                yield from origins(part)


def unfound(tree: Path, origin: str) -> Iterator[str]:
    """What a tree does not have: files, or in them definitions of functions, or constants."""
    for part in origin.split("; "):
        path, _, names = part.partition(": ")
        if not (tree / path).is_file():
            yield f"{origin}: no file {path}"
            continue
        text = (tree / path).read_text()
        functions = re.findall(r"\w+(?=\()", names)
        constants = re.findall(r"\b[A-Z][A-Z_]+\b(?!\()", names)
        if not functions and not constants:
            yield f"{origin}: names nothing in {path}"
        # Kernel style begins definitions of functions and macros at the left edge.
        starts = [(name, r"^(?![ \t*]).*") for name in functions]
        for name, start in [*starts, *((name, "") for name in constants)]:
            if not re.search(rf"{start}\b{name}\b", text, re.MULTILINE):
                yield f"{origin}: no {name} in {path}"


def test_origins_are_in_the_kernel(linux_tree: Path) -> None:
    found = sorted({origin for spec in SPECS for origin in origins(spec)})
    assert len(found) > 200
    assert [complaint for origin in found for complaint in unfound(linux_tree, origin)] == []


@pytest.mark.parametrize(
    ("origin", "complaint"),
    [
        ("fs/opne.c: do_dentry_open()", "no file fs/opne.c"),
        ("fs/open.c", "names nothing in fs/open.c"),
        ("fs/open.c: somewhere", "names nothing in fs/open.c"),
        ("fs/file.c: alloc_fd(); fs/open.c: alloc_fd()", "no alloc_fd in fs/open.c"),
        ("fs/open.c: may_open()", "no may_open in fs/open.c"),
    ],
)
def test_origins_that_are_not(linux_tree: Path, origin: str, complaint: str) -> None:
    assert list(unfound(linux_tree, origin)) == [f"{origin}: {complaint}"]


def compile_example(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What the compiler says of a text as the body of a function."""
    includes = "".join(f"#include <{name}.h>\n" for name in HEADERS)
    path = folder / "example.c"
    path.write_text(
        f"#define _GNU_SOURCE\n{includes}void example(void);\nvoid example(void)\n{{\n{text}\n}}\n"
    )
    command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-c", "-o", "/dev/null"]
    return subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)


def test_calls_have_examples() -> None:
    assert {spec.name for spec in SPECS if spec.kind == "syscall"} == {
        spec.name for spec in WITH_EXAMPLES
    }


@pytest.mark.requires("gcc")
@pytest.mark.parametrize("spec", WITH_EXAMPLES, ids=lambda spec: spec.name)
def test_examples_compile(spec: Spec, tmp_path: Path) -> None:
    assert spec.examples
    done = compile_example(spec.examples, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.requires("gcc")
def test_an_example_that_does_not(tmp_path: Path) -> None:
    done = compile_example("int fd = opne(1);", tmp_path)
    assert done.returncode == 1
    assert "opne" in done.stderr
