"""The scripts behind ``make test`` say which gate failed, and are silent otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent.parent / "tools"
SCRIPTS = sorted(TOOLS.glob("*.sh"))


def run(*command: str | Path, **environment: str) -> tuple[int, str]:
    """Exit status and everything printed."""
    done = subprocess.run(
        list(command),
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs that all succeed and say so."""
    for name in ("ruff", "mypy", "pytest"):
        write_program(tmp_path / name, f"echo output of {name}")
    return tmp_path


def write_program(path: Path, script: str) -> None:
    """A shell script that can be run."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


STEPS = [
    "==> [1/4] ruff format --check",
    "==> [2/4] ruff check",
    "==> [3/4] mypy",
    "==> [4/4] pytest",
    "output of pytest",
]


def test_gates_that_pass_print_their_steps_only(programs: Path) -> None:
    status, output = run(TOOLS / "gates.sh", programs, KAPI_LINUX_TREE="/nonexistent")
    assert (status, output.splitlines()) == (0, STEPS)


@pytest.mark.parametrize(
    ("name", "expected"), [("ruff", 11), ("mypy", 13), ("pytest", 14)], ids=str
)
def test_a_gate_that_fails_is_named_and_the_others_still_run(
    programs: Path, name: str, expected: int
) -> None:
    write_program(programs / name, "echo complaint; exit 3")
    status, output = run(TOOLS / "gates.sh", programs, KAPI_LINUX_TREE="/nonexistent")
    assert status == expected
    assert f"gate {expected - 10} failed with exit status 3: {name}" in output
    assert "complaint" in output
    assert [line for line in output.splitlines() if "/4]" in line] == STEPS[:4]


def test_a_tree_that_is_named_is_used() -> None:
    script = 'echo "$KAPI_LINUX_TREE $1"'
    arguments = ("bash", "-c", script, "x", "a  b")
    assert run(TOOLS / "with-tree.sh", *arguments, KAPI_LINUX_TREE="/t") == (0, "/t a  b\n")


def test_a_python_that_is_missing_is_reported() -> None:
    status, output = run(TOOLS / "check-python.sh", "no-such-python")
    assert status == 2
    assert "apt-get install python3" in output


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs without any that tests need, for a machine with nothing installed."""
    for name in ("bash", "mktemp", "rm", "tail"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    write_program(tmp_path / "apt-get", f'echo "$@" >>{tmp_path}/log; echo E: no; exit $APT_STATUS')
    return tmp_path


def install(bare: Path, user: int, apt_status: int = 0) -> tuple[int, str, list[str]]:
    """Run the script as if by a user: exit status, output, and the calls of apt-get."""
    write_program(bare / "id", f"echo {user}")
    environment = {"PATH": str(bare), "KAPI_LINUX_TREE": "", "APT_STATUS": str(apt_status)}
    status, output = run(TOOLS / "system-packages.sh", **environment)
    log = bare / "log"
    return status, output, log.read_text().splitlines() if log.exists() else []


def test_a_user_is_told_what_to_install(bare: Path) -> None:
    status, output, calls = install(bare, 1000)
    assert (status, calls) == (0, [])
    assert "some tests will skip; to run them: sudo apt-get install gcc make mandoc groff" in output


def test_root_installs(bare: Path) -> None:
    status, output, calls = install(bare, 0)
    assert status == 0
    assert output.startswith("==> installing system packages: gcc make mandoc groff man-db strace")
    assert len(output.splitlines()) == 1
    assert [call.split()[3] for call in calls] == ["update", "install"]
    assert "gcc make mandoc groff man-db strace" in calls[1]
    wanted = {"flex", "bison", "bc", "perl", "ccache", "gcc-aarch64-linux-gnu"}
    wanted |= {"qemu-system-x86", "cpio"}
    assert wanted <= set(calls[1].split())


def test_an_installation_that_fails_is_shown_and_tests_go_on(bare: Path) -> None:
    status, output, _ = install(bare, 0, apt_status=100)
    assert status == 0
    assert output.splitlines()[1:] == ["E: no", "==> not installed; some tests will skip"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_run(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert run("bash", "-n", script) == (0, "")
