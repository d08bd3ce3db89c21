"""QEMU gets the machine that was asked for, and ends with the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from kapi.vm.errors import VmError
from kapi.vm.qemu import PORTS, Machine, Qemu, check_program, command_line
from tests.vm.fake_qemu import FakeQemu


def pairs(words: list[str]) -> set[tuple[str, str]]:
    """All options with the word behind them."""
    return set(pairwise(words))


def test_a_plain_machine() -> None:
    words = command_line(Machine(kernel=Path("/k")), "tcg", Path("/i"))
    assert words[0] == "qemu-system-x86_64"
    assert pairs(words) >= {
        ("-kernel", "/k"),
        ("-initrd", "/i"),
        ("-accel", "tcg"),
        ("-cpu", "max"),
        ("-m", "512M"),
        ("-smp", "1,sockets=1,cores=1,threads=1"),
        ("-append", "console=ttyS0 panic=-1 oops=panic printk.time=1"),
    }
    assert {"-no-reboot", "-nodefaults"} <= set(words)
    assert "-icount" not in words
    assert "-initrd" not in command_line(Machine(kernel=Path("/k")), "tcg", None)


def test_everything_that_can_be_asked_for(tmp_path: Path) -> None:
    machine = Machine(
        kernel=Path("/k"),
        memory_mb=99,
        processors=3,
        icount=True,
        append="quiet x=1",
        disks=(tmp_path / "a,b",),
    )
    words = command_line(machine, "tcg", Path("/i"))
    append = words[words.index("-append") + 1]
    assert append.endswith(" nokaslr norandmaps quiet x=1")
    assert pairs(words) >= {
        ("-m", "99M"),
        ("-smp", "3,sockets=3,cores=1,threads=1"),
        ("-icount", "shift=0,sleep=off"),
        ("-rtc", "base=2024-01-01,clock=vm"),
        ("-seed", "1"),
        ("-drive", f"file={tmp_path}/a,,b,format=raw,if=virtio"),
    }


def heard(qemu: Qemu) -> dict[str, bytes]:
    """All that comes from the ports."""
    found = dict.fromkeys(PORTS, b"")
    deadline = time.monotonic() + 20
    while qemu.has_output and time.monotonic() < deadline:
        for port, data in qemu.read(1.0):
            found[port] += data
    return found


def test_every_port_is_apart(qemu: FakeQemu) -> None:
    qemu.plays(*((port, f"from {port}\n" * 10_000) for port in PORTS), status=3)
    with Qemu(["qemu-system-x86_64"]) as running:
        assert heard(running) == {port: f"from {port}\n".encode() * 10_000 for port in PORTS}
        assert running.wait(20) == 3


def test_what_qemu_itself_says(qemu: FakeQemu) -> None:
    qemu.plays(("stderr of qemu", "no such disk\n"), status=1)
    with Qemu(["qemu-system-x86_64"]) as running:
        assert running.wait(20) == 1
        assert running.complaints() == "no such disk"


def test_leaving_the_context_ends_it(qemu: FakeQemu) -> None:
    qemu.plays(("sleep", "60"))
    with Qemu(["qemu-system-x86_64"]) as running:
        assert running.wait(0.05) is None
        process = running._process
    assert process.returncode == -signal.SIGKILL


def test_a_program_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VmError, match=r"it is missing: apt-get install qemu-system-x86$"):
        check_program()
    before = os.listdir("/proc/self/fd")
    with pytest.raises(VmError, match="cannot run qemu-system-x86_64: "):
        Qemu(["qemu-system-x86_64"])
    assert len(os.listdir("/proc/self/fd")) == len(before)


ORPHAN = """\
import os, signal, sys
from kapi.vm.qemu import Qemu
qemu = Qemu(["qemu-system-x86_64"])
print(qemu._process.pid, flush=True)
assert list(qemu.read(20))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.requires("setpriv")
def test_it_does_not_outlive_the_process_that_started_it(qemu: FakeQemu) -> None:
    qemu.plays(("console", "x"), ("sleep", "60"))
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    status = Path(f"/proc/{int(done.stdout)}/stat")
    deadline = time.monotonic() + 20
    while status.exists() and status.read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.02)
