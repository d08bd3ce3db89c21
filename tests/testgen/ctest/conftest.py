"""Tests in C made from the cases chosen by hand, and what builds and runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import ROOT
from kapi.testgen.ctest.choose import Chosen, choose, expected_cases
from kapi.testgen.ctest.document import Subject
from kapi.testgen.ctest.formats import FORMATS
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record
from kapi.testgen.setup.process import NOBODY
from tests.testgen.chosen import WAITS, all_chosen
from tests.testgen.conftest import CALLS
from tests.testgen.running import Run
from tests.vm.conftest import kernel_cache, kernel_tree, stock

__all__ = ["kernel_cache", "kernel_tree", "stock"]

STUB = Path(__file__).parent / "ltp_stub"
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-O2", "-pthread")

Build = Callable[..., Path]


@pytest.fixture(scope="session")
def seen(run: Run) -> list[Record]:
    """What comes of the cases here: of root both as root and as nobody."""
    cases = [one.case for one in all_chosen() if one.expected != WAITS]
    free = [case for case in cases if ROOT not in case.tags]
    if os.geteuid():
        return run(*free)
    return [*run(*cases), *run(*free, uid=NOBODY)]


@pytest.fixture(scope="session")
def decided(
    seen: list[Record], specs: dict[str, Spec], numbers: Numbers
) -> dict[str, list[Chosen]]:
    """By name of a call, the cases whose outcome its spec decides."""
    cases = [one.case for one in all_chosen()]
    return {call: expected_cases(cases, seen, specs[f"sys_{call}"], numbers) for call in CALLS}


@pytest.fixture(scope="session")
def chosen(
    decided: dict[str, list[Chosen]], specs: dict[str, Spec]
) -> dict[str, tuple[Chosen, ...]]:
    """By name of a call, the few cases that show all claims."""
    return {call: choose(found, specs[f"sys_{call}"]) for call, found in decided.items()}


@pytest.fixture(scope="session")
def texts(
    chosen: dict[str, tuple[Chosen, ...]], specs: dict[str, Spec], numbers: Numbers
) -> dict[tuple[str, str], str]:
    """The file of each call in each format."""
    return {
        (call, name): write(found, Subject(specs[f"sys_{call}"], numbers, "kapi test generate"))
        for call, found in chosen.items()
        for name, write in FORMATS.items()
    }


@pytest.fixture(scope="session")
def build(kernel_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Compiles a text; the program."""
    selftests = kernel_tree / "tools/testing/selftests"

    def work(text: str, name: str, *options: str) -> Path:
        folder = tmp_path_factory.mktemp("ctest")
        folder.chmod(0o755)
        source, program = folder / f"{name}.c", folder / name
        source.write_text(text)
        # The harness of the kernel has parameters that it does not use.
        search = ("-isystem", str(selftests), "-I", str(STUB))
        done = subprocess.run(
            ["gcc", *WARNINGS, *options, *search, "-o", program, source],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stderr[:2000]
        return program

    return work


def execute(program: Path, uid: int | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program, perhaps as somebody else, who cannot look into folders of tests."""
    with tempfile.TemporaryDirectory(prefix="kapi-ctest-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o1777)
        return subprocess.run(
            [shutil.copy(program, folder)],
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
            cwd="/",
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder / "tmp")},
        )
