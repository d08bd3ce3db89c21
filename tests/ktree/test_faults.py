"""A running kernel without memory: debugfs shows the specs of a source whole or not at all."""

from __future__ import annotations

import errno
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kapi.vm.build import Kernel
from kapi.vm.guest import GuestResult, Limits, run_guest
from kapi.vm.initrd import Command, Content, GuestFile
from kapi.vm.qemu import Machine
from tests.kernels import MODULE, kapi_kernel
from tests.vm.conftest import KERNEL_CACHE

__all__ = ["kapi_kernel"]

pytestmark = [
    pytest.mark.guest,
    pytest.mark.kernel,
    pytest.mark.timeout(3600),  # the first test of all builds the kernel
    pytest.mark.requires("gcc", "qemu", "busybox"),
]

KAPI = "/sys/kernel/debug/kapi"
NAME = "kapi_test_module"
SPEC = "kapi_test_scale"
SECTIONS = f"{KAPI}/sections/{NAME}"
FILES = (
    f"{KAPI}/list",
    f"{KAPI}/specs/{SPEC}",
    f"{KAPI}/specs-json/{SPEC}",
    f"{SECTIONS}/specs",
    f"{SECTIONS}/prose",
)
FAILURES = (str(errno.ENOMEM), str(errno.EFAULT))
READ = (f"{KAPI}/list", f"{KAPI}/specs/sys_read", f"{KAPI}/sections/vmlinux/prose")

#: Every kind of allocation may fail, and every copy from and to user space; without a word.
ARMED = """\
set -e
cd /sys/kernel/debug
for kind in failslab fail_page_alloc fail_usercopy; do
    [ ! -e $kind/ignore-gfp-wait ] || echo N >$kind/ignore-gfp-wait
    echo 0 >$kind/verbose
done
echo N >fail_page_alloc/ignore-gfp-highmem
echo 0 >fail_page_alloc/min-order
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """tests/ktree/faults.c."""
    path = tmp_path_factory.mktemp("faults") / "faults"
    source = Path(__file__).with_name("faults.c")
    command = ["gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-static", str(source), "-o", str(path)]
    subprocess.run(command, check=True)
    return path


def run(kernel: Kernel, program: Path, script: str) -> GuestResult:
    files = {
        "/faults": GuestFile(data=program, mode=0o755),
        "/module.ko": GuestFile(data=kernel.modules / MODULE),
    }
    return run_guest(
        Machine(kernel=kernel.image),
        Command(argv=("sh", "-c", ARMED + script)),
        content=Content(files=files),
        limits=Limits(boot_s=300, run_s=900),
        cache=KERNEL_CACHE,
    )


def judge_load(line: str) -> str:
    """What is wrong with the outcome of a load; empty if nothing is.

    The list is there in any case, with other specs in it, so it may differ where the others lack.
    """
    _, nth, error, listed, *states = line.split()
    kinds = set(states)
    if error not in ("0", *FAILURES):
        return f"{nth}: errno {error}"
    if kinds not in ({"whole"}, {"missing"}):
        return f"{nth}: some files are there: {' '.join(states)}"
    if error != "0" and kinds == {"whole"}:
        return f"{nth}: files of a module that is not there"
    if (listed == "whole") != (kinds == {"whole"}) or not re.match("whole|other-", listed):
        return f"{nth}: list is {listed}, files are {' '.join(states)}"
    return ""


def judge_read(line: str) -> str:
    """What is wrong with the outcome of reading; empty if nothing is."""
    _, nth, state = line.split()
    return "" if state in ("whole", *(f"errno-{one}" for one in FAILURES)) else f"{nth}: {state}"


def complaints(lines: list[str]) -> Iterator[str]:
    """All that is wrong."""
    for line in lines:
        why = judge_load(line) if line.startswith("load") else judge_read(line)
        if why:
            yield why


def test_a_module_that_comes_without_memory(kapi_kernel: Kernel, program: Path) -> None:
    result = run(kapi_kernel, program, f"/faults load /module.ko {NAME} {' '.join(FILES)}")
    lines = result.stdout.decode().splitlines()
    assert (result.status, result.stderr) == (0, b""), lines[-5:]
    assert list(complaints(lines)) == []
    # Some failed within the loader, some within kapi after it, and the last one did not fail.
    shapes = {(line.split()[2] == "0", "missing" in line) for line in lines}
    assert shapes == {(False, True), (True, True), (True, False)}
    assert lines[-1].split()[2:] == ["0", *["whole"] * len(FILES)]


def test_files_that_are_read_without_memory(kapi_kernel: Kernel, program: Path) -> None:
    script = "".join(f"/faults read {path}\n" for path in READ)
    result = run(kapi_kernel, program, script)
    lines = result.stdout.decode().splitlines()
    assert (result.status, result.stderr) == (0, b""), lines[-5:]
    assert list(complaints(lines)) == []
    assert sum(line.endswith(" whole") for line in lines) >= len(READ)
    assert sum("errno-12" in line for line in lines) >= len(READ)


@pytest.mark.parametrize(
    "line",
    [
        "load 7 0 whole whole missing whole whole",
        "load 7 0 whole missing missing missing missing",
        "load 7 0 other-70-bytes whole whole whole whole",
        "load 7 12 whole whole whole whole whole",
        "load 7 0 errno-12 missing missing missing missing",
        "load 7 0 whole whole other-5-bytes whole whole",
        "load 7 22 missing missing missing missing missing",
        "load 7 1 other-70-bytes missing missing missing missing",
        "read 7 other-5-bytes",
        "read 7 missing",
    ],
)
def test_half_an_answer_would_be_noticed(line: str) -> None:
    assert len(list(complaints([line]))) == 1


def test_sound_outcomes() -> None:
    lines = ["load 7 0 whole whole whole whole whole", "read 7 errno-12", "read 8 whole"]
    lines.append("load 7 12 other-70-bytes missing missing missing missing")
    assert list(complaints(lines)) == []
