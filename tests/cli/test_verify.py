"""kapi verify, as a user gives it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = [
    pytest.mark.requires("gcc", "system-headers"),
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

CATALOGUE = Path(__file__).parent.parent.parent / "specs"


@pytest.fixture
def planted(tmp_path: Path) -> Callable[[str, str, str], Path]:
    """A copy of the catalogue with one text in place of another in one file."""

    def plant(name: str, true: str, false: str) -> Path:
        folder = tmp_path / "planted"
        shutil.copytree(CATALOGUE, folder)
        text = (folder / name).read_text()
        assert text.count(true) == 1
        (folder / name).write_text(text.replace(true, false))
        return folder

    return plant


def test_figures_and_what_was_not_seen(kapi: Run) -> None:
    done = kapi("verify", "--short", "close")
    assert (done.returncode, done.stderr) == (0, "")
    head, row = done.stdout.splitlines()[:2]
    assert head.split()[:3] == ["call", "calls", "claims"]
    assert row.split()[0] == "close"
    assert "needs" in done.stdout or "no case met it" in done.stdout


def test_records_are_judged_again(kapi: Run, tmp_path: Path) -> None:
    first = kapi("verify", "--short", "--records", "run.jsonl", "-f", "json", "close", "dup2")
    again = kapi("verify", "--from", "run.jsonl", "-f", "json", "close", "dup2")
    assert first.returncode == again.returncode == 0
    assert json.loads(first.stdout) == json.loads(again.stdout)
    matrix = kapi("verify", "--from", "run.jsonl", "--matrix", "close").stdout
    assert " +  sys_close.error.EBADF.not-open" in matrix


def test_evidence_is_written_by_kernel(kapi: Run, tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    for name in ("close", "dup2"):
        assert kapi("verify", "--short", "--evidence", "seen/", name).returncode == 0
    (path,) = (tmp_path / "seen").iterdir()
    found = json.loads(path.read_text())
    assert path.name == f"{found['release']}.json"
    claims = found["claims"]
    assert claims["sys_close.error.EBADF.not-open"]["status"] == "observed"
    assert "sys_dup2.return.success" in claims


# Claims that are false, each refuted with its place and a program that shows it.

FALSE = {
    "wrong-errno": (
        "fs/file.c",
        " * error: EBUSY,",
        " * error: ETXTBSY,",
        "dup2",
        "sys_dup2.error-set",
    ),
    "wrong-condition": (
        "shared/fd.c",
        " *   when(not-open): !fd_open(fd)\n *   must: yes",
        " *   when(not-open): !fd_open(fd) || fd_kind(fd) == pipe\n *   must: yes",
        "read",
        "sys_read.error.EBADF.not-open",
    ),
    "wrong-must": (
        "shared/fd.c",
        " *   when(inotify-size): fd_kind(fd) == inotify",
        " *   when(inotify-size): fd_kind(fd) == inotify\n *   must: yes",
        "read",
        "sys_read.error.EINVAL.inotify-size",
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_claim_is_refuted(
    name: str, kapi: Run, planted: Callable[[str, str, str], Path], tmp_path: Path
) -> None:
    path, true, false, call, claim = FALSE[name]
    folder = planted(path, true, false)
    done = kapi("verify", "--source", str(folder), "--reproducer", "out", call)
    assert done.returncode == 1, done.stdout
    assert claim in done.stdout
    assert f"stands in {folder / path}:" in done.stdout
    assert "reproducer: out/" in done.stdout
    source = next(one for one in (tmp_path / "out").iterdir() if claim in one.name)
    program = tmp_path / "reproducer"
    subprocess.run(["gcc", "-Wall", "-Werror", "-o", program, source], check=True)
    (tmp_path / "empty").mkdir()
    shown = subprocess.run([program], cwd=tmp_path / "empty", check=False, timeout=30)
    assert shown.returncode == 1


def test_what_cannot_be_verified(kapi: Run) -> None:
    done = kapi("verify", "nothing")
    assert done.returncode == 2
    assert "no specification of 'nothing'" in done.stderr
    done = kapi("verify", "get_unused_fd_flags")
    assert done.returncode == 2
    assert "no system call" in done.stderr
    done = kapi("verify", "--from", "gone.jsonl", "close")
    assert done.returncode == 2
    assert "gone.jsonl" in done.stderr
