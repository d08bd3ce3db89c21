"""kapi explain, as a user gives it."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

LINE = 'openat(AT_FDCWD, "/dev/null/x", O_RDONLY) = -1 ENOTDIR (Not a directory)'
CLAIM = "sys_openat.error.ENOTDIR.component"


def test_a_call_as_an_argument(kapi: Run) -> None:
    done = kapi("explain", LINE)
    assert done.returncode == 0
    first, second = done.stdout.splitlines()[:2]
    assert first == 'openat(AT_FDCWD, "/dev/null/x", O_RDONLY) = -1 ENOTDIR'
    assert second.startswith("  it is so: ") and second.endswith(f"[{CLAIM}]")


def test_lines_on_standard_input(kapi: Run) -> None:
    done = kapi("explain", input=f"12 close(3) = 0\n12 {LINE}\n12 +++ exited with 1 +++\n")
    assert CLAIM in done.stdout


def test_what_is_not_so(kapi: Run) -> None:
    line = 'open("/dev/null", O_RDONLY|O_CREAT|O_EXCL) = -1 ENOTDIR'
    done = kapi("explain", line)
    assert done.returncode == 1 and "no cause" in done.stdout
    assert "not so: " in kapi("explain", "-v", line).stdout
    done = kapi("explain", "dup2(1, 2) = -1 EINTR")
    assert done.returncode == 1 and "does not list" in done.stdout


def test_nothing_to_explain(kapi: Run) -> None:
    done = kapi("explain", input="close(3) = 0\n")
    assert done.returncode == 2 and "no call that failed" in done.stderr


@pytest.mark.requires("strace")
def test_a_program(kapi: Run) -> None:
    done = kapi("explain", "--", "cat", "/dev/null/x")
    assert CLAIM in done.stdout
