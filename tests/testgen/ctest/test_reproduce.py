"""A contradiction as a program: it comes again, or not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import GUEST, ROOT, Case
from kapi.testgen.cases import make_cases
from kapi.testgen.ctest.reproduce import reproducer
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup.steps import Steps
from tests.testgen.chosen import all_chosen
from tests.testgen.conftest import CALLS
from tests.testgen.running import case_of

pytestmark = pytest.mark.requires("gcc", "system-headers")

CASES = {one.case.id: one.case for one in all_chosen()}
WARNINGS = ("-Wall", "-Wextra", "-Werror", "-O2", "-pthread")


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build and run a program in an empty folder."""
    source, program, empty = folder / "x.c", folder / "x", folder / "empty"
    source.write_text(text)
    empty.mkdir(exist_ok=True)
    built = subprocess.run(
        ["gcc", *WARNINGS, "-o", program, source], capture_output=True, text=True, check=False
    )
    assert (built.returncode, built.stderr) == (0, "")
    return subprocess.run(
        [program], cwd=empty, capture_output=True, text=True, check=False, timeout=30
    )


@pytest.mark.parametrize("with_spec", [True, False])
@pytest.mark.parametrize(
    ("case", "expected", "got", "status"),
    [
        ("read-pipe-write", "success", "-EBADF", 1),  # as planted: the kernel says EBADF
        ("read-pipe-write", "success", "-EIO", 0),
        ("write-pipe-write", "EBADF, EINVAL", "8", 1),
        ("write-pipe-write", "success", "8", 1),
        ("write-pipe-write", "success", "7", 0),
        ("write-pipe-write", "success", "timeout", 0),
        ("open-file-O_WRONLY|O_CREAT|O_EXCL", "success", "-EEXIST", 1),
    ],
)
def test_it_says_whether_the_same_comes_again(
    case: str,
    expected: str,
    got: str,
    status: int,
    with_spec: bool,
    specs: dict[str, Spec],
    tmp_path: Path,
) -> None:
    known = CASES.get(case) or CASES[case.replace("open-", "openat-")]
    spec = specs[known.call] if with_spec else None
    done = run(reproducer(known, expected, got, spec), tmp_path)
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stdout.startswith(f"expected: {expected}\ngot:      ")


def test_it_is_short_and_says_how_to_run_it(specs: dict[str, Spec]) -> None:
    steps = Steps()
    case = case_of("gone", "close", steps, fds.closed(steps), tags=frozenset((ROOT,)))
    text = reproducer(case, "success", "-EBADF", specs["sys_close"])
    assert " * close: run it as root in an empty directory; what it makes there stays." in text
    assert "\treturn result == -EBADF;\n" in text
    assert text.count("\n") < 70
    guest = case_of("gone", "close", steps, 7, tags=frozenset((GUEST,)))
    assert "in a virtual machine" in reproducer(guest, "success", "-EBADF")


def test_what_cannot_be_set_up_is_told(tmp_path: Path) -> None:
    steps = Steps()
    fd = fds.opened(steps, b"/nonexistent")
    done = run(reproducer(case_of("x", "close", steps, fd), "success", "-EBADF"), tmp_path)
    assert done.returncode == 2
    assert "cannot be shown here: open(" in done.stderr


def odd_cases(specs: dict[str, Spec]) -> list[Case]:
    """For each step that there is, a case with it."""
    seen: set[tuple[str, str]] = set()
    found = []
    for call in CALLS:
        for case in make_cases(specs[f"sys_{call}"], Numbers(), short=True):
            steps = {(op.verb, op.word) for op in (*case.setup, *case.arming)}
            if steps - seen:
                found.append(case)
            seen |= steps
    return found


def test_every_step_compiles(specs: dict[str, Spec], tmp_path: Path) -> None:
    cases = odd_cases(specs)
    assert len(cases) > 20
    for case in cases:
        source = tmp_path / "x.c"
        source.write_text(reproducer(case, "success", "-EIO", specs[case.call]))
        done = subprocess.run(
            ["gcc", *WARNINGS, "-fsyntax-only", source], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), case.id
