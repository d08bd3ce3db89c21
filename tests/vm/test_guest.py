"""What is heard from a guest becomes a result, or the error that says whose fault it was."""

from __future__ import annotations

import signal
import tempfile
from pathlib import Path

import pytest

from kapi.vm import guest
from kapi.vm.cache import Cache
from kapi.vm.errors import BootError, GuestTimeoutError, VmError
from kapi.vm.guest import GuestResult, Limits, run_guest, run_shell
from kapi.vm.initrd import Command, Content
from kapi.vm.qemu import Machine
from tests.vm.fake_qemu import FakeQemu

BOOT = ("console", "[    0.000000] Linux version 6.12\r\n")
READY = ("report", "ready\n")
STATUS = ("report", "status 7\n")
END = ("report", "end\n")
STALL = ("console", "[   60.000001] watchdog: BUG: soft lockup - CPU#0 stuck for 26s!\r\n")
WARNING = ("console", "[    1.000001] WARNING: CPU: 0 PID: 1 at fs/open.c:9 f+0x1/0x2\r\n")
PANIC = ("console", "[    2.000001] Kernel panic - not syncing: no\r\n")


class Runner:
    """Runs a command in the stand-in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("kernel", "busybox"):
            (folder / name).write_bytes(b"x")
        self.machine = Machine(kernel=folder / "kernel", accel="tcg")
        self.content = Content(busybox=folder / "busybox")
        self.heard: list[tuple[str, bytes]] = []

    def __call__(self, limits: Limits | None = None) -> GuestResult:
        return run_guest(
            self.machine,
            Command(argv=("x",)),
            content=self.content,
            limits=limits,
            on_output=lambda port, data: self.heard.append((port, data)),
            cache=Cache(self._folder / "cache"),
        )


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_a_command_that_ended(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, ("stdout", "out\r\n"), ("stderr", "err"), STATUS, END)
    result = run()
    assert (result.status, result.stdout, result.stderr) == (7, b"out\r\n", b"err")
    assert result.console == "[    0.000000] Linux version 6.12\n"
    assert (dict(result.files), result.splats, result.accel) == ({}, (), "tcg")
    assert 0 < result.boot_s <= result.elapsed_s
    assert {port for port, _ in run.heard} == {"console", "stdout", "stderr"}


def test_a_kernel_that_panics(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, ("stdout", "so far"), PANIC)
    with pytest.raises(BootError) as caught:
        run()
    error = caught.value
    assert error.reason == "Kernel panic - not syncing: no"
    assert [splat.kind for splat in error.splats] == ["panic"]
    assert error.transcript.stdout == b"so far"
    assert str(error).startswith("the kernel under test failed: Kernel panic - not syncing: no\n[")


def test_a_kernel_that_complained_although_the_command_ended(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, WARNING, STATUS, END)
    with pytest.raises(BootError, match="WARNING: CPU: 0"):
        run()


def test_a_complaint_that_is_tolerated(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, WARNING, STALL, STATUS, END)
    result = run(Limits(tolerated=frozenset(("stall", "warning"))))
    assert [splat.kind for splat in result.splats] == ["warning", "stall"]


def test_a_stall_alone_is_no_failure(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, STALL, STATUS, END)
    assert [splat.kind for splat in run().splats] == ["stall"]


@pytest.mark.parametrize(
    ("says", "when"), [([BOOT], "before it was ready"), ([BOOT, READY], "while its command ran")]
)
def test_a_machine_that_is_reset(
    qemu: FakeQemu, run: Runner, says: list[tuple[str, str]], when: str
) -> None:
    qemu.plays(*says)
    with pytest.raises(BootError, match=f"the machine was reset {when}$"):
        run()


def test_a_boot_that_takes_too_long(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, ("sleep", "60"))
    with pytest.raises(GuestTimeoutError) as caught:
        run(Limits(boot_s=0.4))
    assert (caught.value.phase, caught.value.timeout_s) == ("boot", 0.4)
    assert str(caught.value) == (
        "the guest did not boot within 0.4 s; last on its console: "
        "[    0.000000] Linux version 6.12"
    )


def test_a_command_that_takes_too_long(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, ("stdout", "so far"), ("sleep", "60"))
    with pytest.raises(GuestTimeoutError, match=r"did not end its command within 0.3 s") as caught:
        run(Limits(run_s=0.3))
    assert caught.value.phase == "run"
    assert caught.value.transcript.stdout == b"so far"


def test_files_that_take_too_long(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, STATUS, ("report", "files\n"), ("sleep", "60"))
    with pytest.raises(GuestTimeoutError):
        run(Limits(run_s=0.3))


def test_a_panic_explains_a_hang(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, PANIC, ("sleep", "60"))
    with pytest.raises(BootError):
        run(Limits(run_s=0.3))


def test_a_machine_that_does_not_end_by_itself(
    qemu: FakeQemu, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest, "_END_S", 0.2)
    qemu.plays(BOOT, READY, STATUS, END, ("sleep", "60"))
    assert run().status == 7


@pytest.mark.parametrize(
    ("status", "number", "how"), [(1, 0, "exit status 1"), (0, signal.SIGSEGV, "signal 11")]
)
def test_a_qemu_that_fails(qemu: FakeQemu, run: Runner, status: int, number: int, how: str) -> None:
    qemu.plays(BOOT, ("stderr of qemu", "cannot set up memory\n"), status=status, signal=number)
    with pytest.raises(VmError, match=f"^cannot run QEMU: .* {how}: cannot set up memory$"):
        run()


def test_what_the_kernel_says_while_it_ends_counts_too(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, READY, STATUS, END, ("sleep", "0.3"), PANIC)
    with pytest.raises(BootError):
        run()


def test_a_disk_without_room_is_our_fault(
    qemu: FakeQemu, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    with pytest.raises(VmError, match=r"cannot make a guest: .*No such file"):
        run()


def test_a_module_that_cannot_be_loaded(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, ("report", "failed insmod x.ko\nready\n"), STATUS, END)
    with pytest.raises(VmError, match=r"cannot prepare the guest: insmod x.ko"):
        run()


def test_a_report_that_is_none(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(BOOT, ("report", "hello\n"), ("sleep", "60"))
    with pytest.raises(VmError, match="cannot understand the guest"):
        run()


def test_a_guest_that_never_stops_printing(
    qemu: FakeQemu, run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest, "MAX_OUTPUT_BYTES", 1000)
    qemu.plays(BOOT, READY, *[("stdout", "x" * 600)] * 9, ("sleep", "60"))
    with pytest.raises(VmError, match="it printed more than 1000 bytes"):
        run()


def test_a_kernel_that_is_no_file(qemu: FakeQemu, run: Runner) -> None:
    run.machine = Machine(kernel=Path("/nonexistent/k"), accel="tcg")
    with pytest.raises(VmError, match="/nonexistent/k is no file"):
        run()
    assert not qemu.was_run


def test_a_shell_has_the_terminal_of_this_process(qemu: FakeQemu, run: Runner) -> None:
    qemu.plays(status=5)
    assert run_shell(run.machine, content=run.content) == 5
    assert "stdio,id=console,mux=on,signal=off" in qemu.arguments
