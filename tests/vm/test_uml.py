"""A kernel that is a program runs to its end, or says why not."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from kapi.vm import uml
from kapi.vm.build import Kernel
from kapi.vm.errors import BootError, GuestTimeoutError, VmError
from kapi.vm.uml import run_uml


def program(folder: Path, script: str) -> Path:
    """A stand-in for a kernel."""
    path = folder / "linux"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_kernel_that_ends(tmp_path: Path) -> None:
    result = run_uml(program(tmp_path, 'echo "$@"; echo two >&2'), ("kunit.x=1",))
    first, second = result.console.splitlines()
    assert first.startswith("mem=256M ")
    assert first.endswith(" kunit.x=1")
    assert second == "two"
    assert result.splats == ()
    assert result.elapsed_s > 0


def test_a_kernel_that_panics(tmp_path: Path) -> None:
    script = 'echo "Kernel panic - not syncing: no init"; exit 1'
    with pytest.raises(BootError, match="Kernel panic - not syncing: no init"):
        run_uml(program(tmp_path, script))


def test_a_kernel_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    script = f"sleep 60 & echo $! >{tmp_path}/child; echo started; wait"
    with pytest.raises(GuestTimeoutError) as caught:
        run_uml(program(tmp_path, script), timeout_s=0.5)
    assert caught.value.transcript.console == "started\n"
    child = Path("/proc", (tmp_path / "child").read_text().strip(), "stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_a_kernel_that_prints_without_end(tmp_path: Path) -> None:
    with pytest.raises(VmError, match=r"cannot run the kernel: it printed more than \d+ bytes"):
        run_uml(program(tmp_path, f"echo $$ >{tmp_path}/pid; exec yes"))
    kernel = Path("/proc", (tmp_path / "pid").read_text().strip(), "stat")
    assert not kernel.exists() or kernel.read_text().split()[2] == "Z"


def test_a_kernel_that_stays_without_a_console(tmp_path: Path) -> None:
    with pytest.raises(GuestTimeoutError):
        run_uml(program(tmp_path, "exec sleep 60 >/dev/null 2>&1"), timeout_s=0.5)


def test_an_interrupt_ends_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupt(process: subprocess.Popen[bytes], *_: object) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(uml, "_listen", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_uml(program(tmp_path, "sleep 60"))
    assert started[0].wait(20) == -signal.SIGKILL


def test_a_kernel_that_cannot_run_here(tmp_path: Path) -> None:
    with pytest.raises(VmError, match="it ended with status 1; it said last: no memory"):
        run_uml(program(tmp_path, "echo no memory; exit 1"))
    with pytest.raises(VmError, match=r"cannot run .*none"):
        run_uml(tmp_path / "none")


@pytest.mark.kernel
@pytest.mark.timeout(1800)
@pytest.mark.requires("kernel-build")
def test_kunit_runs_its_own_tests(kunit_kernel: Kernel) -> None:
    result = run_uml(kunit_kernel.image, ("kunit.filter_glob=example",))
    assert "# Subtest: example" in result.console
    assert "ok 1 example_simple_test" in result.console
    assert "not ok" not in result.console
