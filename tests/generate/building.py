"""Runs the generator and a compiler as a kernel build does, without a kernel."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import pytest

from kapi.csource.collect import collect
from kapi.generate.__main__ import main
from kapi.generate.constants import Values, Wanted, constants_source, read_assembly
from kapi.generate.record import Record, build_record, wanted
from kapi.model.spec import Spec
from tests.binary.kernel_headers import HEADERS, write_stubs


class Target(NamedTuple):
    """A compiler, and what it makes.

    :param order: of bytes, as :mod:`struct` says it.
    """

    name: str
    command: tuple[str, ...]
    bits: int
    order: str


_ARM = "aarch64-linux-gnu-gcc"

TARGETS = (
    Target("x86_64", ("gcc", "-m64"), 64, "<"),
    Target("i386", ("gcc", "-m32"), 32, "<"),
    Target("arm64", (_ARM,), 64, "<"),
    Target("arm64-big-endian", (_ARM, "-mbig-endian"), 64, ">"),
)
X86_64 = TARGETS[0]


def target_params() -> list[object]:
    """Each target, as a parameter that is skipped where the compiler is missing."""
    return [
        pytest.param(
            target,
            marks=pytest.mark.requires("gcc" if target.command[0] == "gcc" else "aarch64-gcc"),
            id=target.name,
        )
        for target in TARGETS
    ]


def compile_file(
    target: Target, folder: Path, source: Path, *flags: str
) -> subprocess.CompletedProcess[str]:
    """What the compiler says of a file; all that a kernel build warns of is an error."""
    command = [*target.command, "-nostdinc", "-O2", "-ffreestanding", "-Wall", "-Wextra", "-Werror"]
    # As in the kernel, initialisers name what they set.
    command += [
        "-Wno-missing-field-initializers",
        "-DCONFIG_KAPI_SPEC=1",
        f"-I{folder}/include",
        f"-I{HEADERS}",
        *flags,
    ]
    return subprocess.run([*command, str(source)], capture_output=True, text=True, check=False)


def assert_silent(done: subprocess.CompletedProcess[str]) -> None:
    """The compiler has nothing to say."""
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def ask(target: Target, folder: Path, questions: list[Wanted]) -> Values:
    """The values of expressions, as the compiler of a target has them."""
    write_stubs(folder)
    source, assembly = folder / "const.c", folder / "const.s"
    source.write_text(constants_source(questions, ["<linux/frob.h>"]))
    done = compile_file(target, folder, source, "-S", "-o", str(assembly))
    assert_silent(done)
    return read_assembly(assembly.read_text(), questions)


class Built(NamedTuple):
    """What the generator and the compiler made of a file of specs."""

    constants: Path
    assembly: Path
    data: Path
    prose: Path
    object: Path


def build(target: Target, folder: Path, text: str, *flags: str) -> Built:
    """The object file of some specs, as a kernel build makes it."""
    write_stubs(folder)
    spec = folder / "frob.c"
    spec.write_text(text)
    names = ("frob.const.c", "frob.const.s", "frob.data.c", "frob.prose", "frob.o")
    built = Built(*(folder / name for name in names))
    assert main(["constants", str(spec), "--output", str(built.constants)]) == 0
    done = compile_file(target, folder, built.constants, "-S", "-o", str(built.assembly))
    assert_silent(done)
    step = ["data", str(spec), "--output", str(built.data)]
    assert main([*step, "--assembly", str(built.assembly), "--prose", str(built.prose)]) == 0
    done = compile_file(target, folder, built.data, "-c", "-o", str(built.object), *flags)
    assert_silent(done)
    return built


def section(target: Target, path: Path, name: str) -> bytes:
    """The bytes of a section of an object file."""
    prefix = "aarch64-linux-gnu-" if target.command[0] == _ARM else ""
    objcopy = shutil.which(f"{prefix}objcopy")
    assert objcopy
    output = path.with_suffix(".bin")
    # objcopy knows no content for sections that are not loaded, unless they are dumped.
    subprocess.run([objcopy, "--dump-section", f"{name}={output}", path], check=True)
    return output.read_bytes()


def read_one(text: str, path: str = "frob.c") -> Spec:
    """The spec of a text that holds one, without a fault."""
    found = collect([(path, text.encode())])
    assert [str(one) for one in found.diagnostics] == []
    (spec,) = found.specs
    return spec


def record_of(spec: Spec, known: dict[str, int] | None = None) -> tuple[Record, Values]:
    """The record of a spec and the values of its constants.

    :param known: values by expression; others are made up.
    """
    values = made_up(wanted(spec), known or {})
    return build_record(spec, values), values


def made_up(questions: Iterable[Wanted], known: dict[str, int]) -> Values:
    """A value for each question."""
    asked = list(questions)
    return Values(asked, (known.get(one.text, _number(one.text)) for one in asked))


def _number(text: str) -> int:
    if re.fullmatch(r"sizeof\(.*\) \* 8", text):
        return 32 if "int" in text else 64
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if text.startswith("is_signed_type"):
        return int(re.search(r"\((int|long|signed char)\)", text) is not None)
    # A power of two suits an alignment as well.
    return 1 << crc32(text.encode()) % 31
