"""Small programs with one fault each: it is found, and their corrected twins are silent."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from kapi.oracle.kernel import running_kernel
from kapi.trace.check import Checker, Setting
from kapi.trace.findings import Finding
from kapi.trace.numbers import Numbers
from kapi.trace.strace import Run, child_to_be
from tests.trace.checking import specs

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.c"))
FIRST_LINE = re.compile(r"/\* ([a-z-]+): (\w+) \*/\n")

pytestmark = pytest.mark.requires("strace", "gcc")


def run(program: Path, folder: Path) -> list[Finding]:
    """What is found in a run of a program, with notes and leaks."""
    numbers = Numbers()
    first = child_to_be()
    setting = Setting(running_kernel(), first, whole=True, decoded=True, leaks=True)
    checker = Checker(specs(), setting, numbers)
    traced = Run(
        specs(), ("--", "sh", "-c", 'cd "$1"; exec "$0" </dev/null', str(program), str(folder))
    )
    try:
        checker.run(traced.lines())
    finally:
        traced.close()
    assert traced.status == 0
    return checker.sorted()


def build(source: Path, folder: Path, *options: str) -> Path:
    program = folder / source.stem
    command: list[str | Path] = [
        "gcc",
        "-w",
        "-g",
        "-O0",
        "-pthread",
        *options,
        "-o",
        program,
        source,
    ]
    subprocess.run(command, check=True)
    return program


@pytest.mark.parametrize("source", PROGRAMS, ids=[path.stem for path in PROGRAMS])
def test_the_fault_is_found_and_its_mend_is_silent(source: Path, tmp_path: Path) -> None:
    match = FIRST_LINE.match(source.read_text())
    assert match is not None
    found = run(build(source, tmp_path), tmp_path)
    assert [(one.kind, one.call.partition("(")[0]) for one in found] == [match.groups()]
    assert run(build(source, tmp_path, "-DFIXED"), tmp_path) == []


def test_there_are_enough() -> None:
    assert len(PROGRAMS) >= 60
    assert os.access(PROGRAMS[0], os.R_OK)


def test_threads_that_race_without_a_fault(tmp_path: Path) -> None:
    source = Path(__file__).parent / "racing.c"
    assert run(build(source, tmp_path), tmp_path) == []
