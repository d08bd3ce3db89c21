# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one command on a kernel in a virtual machine.

In: a machine with its kernel, a command, files. Out: exit status, output, console and the files
that were asked for, or an error that says whose fault it is. Steps: make the first file system,
choose KVM or TCG, run QEMU and listen, judge what was heard.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kapi.vm.accel import choose_accel
from kapi.vm.cache import Cache, default_cache
from kapi.vm.errors import BootError, GuestTimeoutError, Transcript, VmError
from kapi.vm.initrd import Command, Content, make_initrd
from kapi.vm.protocol import Report
from kapi.vm.qemu import Machine, Qemu, check_program, command_line
from kapi.vm.splats import TOLERATED, Splat, failures, find_splats

MAX_OUTPUT_BYTES: Final = 256 << 20
"""A guest that prints more than this in all is ended."""

OnOutput = Callable[[str, bytes], None]
"""Takes ``console``, ``stdout`` or ``stderr`` and what just came from there."""

_END_S: Final = 10.0
"""How long a machine may take to end when all is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a guest may do before it is given up.

    :ivar boot_s: from the start of QEMU until the command starts.
    :ivar run_s: from then until everything is handed over.
    :ivar tolerated: kinds of reports, keys of ``kapi.vm.splats.KINDS``, that are no failure.
    """

    boot_s: float = 120.0
    run_s: float = 60.0
    tolerated: frozenset[str] = TOLERATED


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestResult:
    """A command that ended, on a kernel that did not complain.

    :ivar status: exit status as a shell says it, 128 + N for signal N.
    :ivar stdout: its standard output.
    :ivar stderr: its standard error.
    :ivar console: kernel messages.
    :ivar files: content of the files that were brought back, by path in the guest; a path that was
        asked for and does not exist is not there.
    :ivar splats: reports of tolerated kinds.
    :ivar boot_s: seconds until the command started.
    :ivar elapsed_s: seconds in all.
    :ivar accel: ``kvm`` or ``tcg``.
    """

    status: int
    stdout: bytes
    stderr: bytes
    console: str
    files: Mapping[str, bytes]
    splats: tuple[Splat, ...]
    boot_s: float
    elapsed_s: float
    accel: str


def run_guest(
    machine: Machine,
    command: Command,
    *,
    content: Content | None = None,
    bring: tuple[str, ...] = (),
    limits: Limits | None = None,
    on_output: OnOutput | None = None,
    cache: Cache | None = None,
) -> GuestResult:
    """Boot a machine, run a command as its only work, and end it.

    :param content: what is in the guest besides busybox.
    :param bring: absolute paths of files and folders to be handed over at the end.
    :param on_output: told of output as it comes.
    :raises BootError: if the kernel failed.
    :raises GuestTimeoutError: if a limit was exceeded.
    :raises VmError: if this machine failed.
    """
    limits = limits or Limits()
    accel = _prepare(machine, cache)
    initrd = make_initrd(content or Content(), command, bring)
    with _initrd_file(initrd) as path, Qemu(command_line(machine, accel, path)) as qemu:
        session = _Session(qemu, limits, on_output)
        session.listen()
        return session.judge(accel)


def run_shell(
    machine: Machine,
    *,
    content: Content | None = None,
    cache: Cache | None = None,
) -> int:
    """Boot a machine and give the terminal of this process to a shell in it.

    Ends when the shell does, or with Ctrl-A X.

    :return: QEMU's exit status.
    """
    accel = _prepare(machine, cache)
    initrd = make_initrd(content or Content(), None)
    with _initrd_file(initrd) as path:
        words = command_line(machine, accel, path)
        words += ["-chardev", "stdio,id=console,mux=on,signal=off"]
        words += ["-serial", "chardev:console", "-mon", "chardev=console,mode=readline"]
        return subprocess.run(words, check=False).returncode


def _prepare(machine: Machine, cache: Cache | None) -> str:
    """See that a machine can be run; return what it runs on."""
    check_program()
    for path in (machine.kernel, *machine.disks):
        if not path.is_file():
            raise VmError(f"boot {machine.kernel}", f"{path} is no file")
    return choose_accel(machine, cache or default_cache())


@contextmanager
def _initrd_file(data: bytes) -> Iterator[Path]:
    try:
        with tempfile.NamedTemporaryFile(prefix="kapi-initrd-") as stream:
            stream.write(data)
            stream.flush()
            yield Path(stream.name)
    except OSError as error:
        raise VmError("make a guest", str(error)) from None


@dataclass(slots=True)
class _Session:
    """What is heard from one guest."""

    qemu: Qemu
    limits: Limits
    on_output: OnOutput | None
    report: Report = field(default_factory=Report)
    heard: dict[str, bytearray] = field(default_factory=dict)
    started: float = field(default_factory=time.monotonic)
    boot_s: float | None = None
    late: str = ""
    """The phase that took too long."""

    def listen(self) -> None:
        """Listen until the guest has said everything, ended, or took too long."""
        total = 0
        while self.qemu.has_output and not self.late:
            if self.report.is_complete:
                self.finish()
                return
            for port, data in self.qemu.read(min(1.0, self._left_s())):
                total += len(data)
                self._take(port, data)
            if total > MAX_OUTPUT_BYTES:
                raise VmError("run the guest", f"it printed more than {MAX_OUTPUT_BYTES} bytes")
            if self._left_s() <= 0 and not self.report.is_complete:
                self.late = "run" if self.report.is_ready else "boot"

    def finish(self) -> None:
        """Give the machine a moment to end; what the kernel says meanwhile counts, too."""
        deadline = time.monotonic() + _END_S
        while self.qemu.has_output and time.monotonic() < deadline:
            for port, data in self.qemu.read(deadline - time.monotonic()):
                self._take(port, data)

    def judge(self, accel: str) -> GuestResult:
        """The result, or the error that says why there is none."""
        transcript = self._transcript()
        splats = find_splats(transcript.console)
        failed = failures(splats, self.limits.tolerated)
        if failed:
            raise BootError(failed[0].title, failed, transcript)
        if self.report.failure:
            raise VmError("prepare the guest", f"{self.report.failure}\n{transcript.console}")
        if self.late:
            limit = self.limits.boot_s if self.late == "boot" else self.limits.run_s
            raise GuestTimeoutError(self.late, limit, transcript)
        if not self.report.is_complete:
            raise self._stopped(transcript)
        return GuestResult(
            status=self.report.status or 0,
            stdout=transcript.stdout,
            stderr=transcript.stderr,
            console=transcript.console,
            files=self.report.files(),
            splats=splats,
            boot_s=self.boot_s or 0.0,
            elapsed_s=time.monotonic() - self.started,
            accel=accel,
        )

    def _take(self, port: str, data: bytes) -> None:
        if port == "report":
            self.report.feed(data)
            if self.report.is_ready and self.boot_s is None:
                self.boot_s = time.monotonic() - self.started
            return
        self.heard.setdefault(port, bytearray()).extend(data)
        if self.on_output:
            self.on_output(port, data)

    def _left_s(self) -> float:
        """Seconds until a limit is exceeded."""
        now = time.monotonic() - self.started
        if self.boot_s is None:
            return self.limits.boot_s - now
        return self.boot_s + self.limits.run_s - now

    def _stopped(self, transcript: Transcript) -> BootError | VmError:
        """Why a machine ended before its guest had said everything."""
        status = self.qemu.wait(_END_S)
        if status != 0:
            said = self.qemu.complaints()
            how = f"signal {-status}" if status and status < 0 else f"exit status {status}"
            return VmError("run QEMU", f"it ended with {how}: {said}")
        when = "while its command ran" if self.report.is_ready else "before it was ready"
        return BootError(f"the machine was reset {when}", (), transcript)

    def _transcript(self) -> Transcript:
        console = bytes(self.heard.get("console", b"")).decode(errors="replace")
        stdout, stderr = (bytes(self.heard.get(port, b"")) for port in ("stdout", "stderr"))
        return Transcript(console.replace("\r\n", "\n").replace("\r", ""), stdout, stderr)
