# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine that QEMU plays, and its process.

In: what the machine is. Out: a running QEMU with one pipe for each serial port, which ends when it
is told to, and with the process that started it. Knows nothing of what a guest does.
"""

from __future__ import annotations

import os
import selectors
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from kapi.vm.errors import VmError

PROGRAM: Final = "qemu-system-x86_64"
PORTS: Final = ("console", "stdout", "stderr", "report")
"""What the guest writes to its serial ports ttyS0 to ttyS3."""

_READ_BYTES: Final = 1 << 16
_PACKAGE: Final = "qemu-system-x86"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """An x86-64 machine and the kernel that it boots.

    :ivar kernel: the image.
    :ivar memory_mb: its memory in MiB.
    :ivar processors: how many; more than one makes ``icount`` runs differ.
    :ivar accel: ``kvm``, ``tcg``, or ``auto``: KVM if a probe showed that it works.
    :ivar icount: one nanosecond of guest time is one instruction, and nothing that differs between
        two runs gets in, so that runs can be compared by the instruction. Never with KVM.
    :ivar append: more of the kernel's command line.
    :ivar disks: raw images, ``/dev/vda`` and so on; the guest may write to them.
    """

    kernel: Path
    memory_mb: int = 512
    processors: int = 1
    accel: str = "auto"
    icount: bool = False
    append: str = ""
    disks: tuple[Path, ...] = ()


def command_line(machine: Machine, accel: str, initrd: Path | None) -> list[str]:
    """QEMU's arguments but for the serial ports.

    :param accel: ``kvm`` or ``tcg``.
    """
    words = [PROGRAM, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    words += ["-machine", "pc", "-accel", accel, "-cpu", "max"]
    # The table that a kernel without ACPI reads has one processor of each socket.
    words += ["-smp", f"{machine.processors},sockets={machine.processors},cores=1,threads=1"]
    words += ["-m", f"{machine.memory_mb}M"]
    words += ["-kernel", str(machine.kernel)]
    if initrd:
        words += ["-initrd", str(initrd)]
    # A kernel that fails ends the machine at once, and time stamps tell its words from others.
    append = "console=ttyS0 panic=-1 oops=panic printk.time=1"
    if machine.icount:
        # Clock, random numbers and places in memory are the same in every run.
        words += ["-icount", "shift=0,sleep=off", "-rtc", "base=2024-01-01,clock=vm", "-seed", "1"]
        append += " nokaslr norandmaps"
    words += ["-append", f"{append} {machine.append}".strip()]
    for disk in machine.disks:
        words += ["-drive", f"file={_escaped(disk)},format=raw,if=virtio"]
    return words


def _escaped(path: Path) -> str:
    """A path inside an option of QEMU, where a comma separates."""
    return str(path.resolve()).replace(",", ",,")


class Qemu:
    """A running QEMU; leaving the context ends it.

    :param arguments: by :func:`command_line`.
    """

    def __init__(self, arguments: list[str]) -> None:
        self._stack = ExitStack()
        self._selector = self._stack.enter_context(selectors.DefaultSelector())
        self._stderr = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        try:
            self._process = self._start(arguments)
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()
        self._stack.close()

    @property
    def has_output(self) -> bool:
        """Whether more may come; False once QEMU closed all ports, as it does at its end."""
        return bool(self._selector.get_map())

    def read(self, timeout_s: float) -> Iterator[tuple[str, bytes]]:
        """Port and bytes of what comes within some time; nothing if nothing does."""
        for key, _ in self._selector.select(max(0.0, timeout_s)):
            data = os.read(key.fd, _READ_BYTES)
            if data:
                yield key.data, data
            else:
                self._selector.unregister(key.fd)

    def wait(self, timeout_s: float) -> int | None:
        """Exit status of QEMU, negative for a signal; None if it still runs."""
        try:
            return self._process.wait(max(0.0, timeout_s))
        except subprocess.TimeoutExpired:
            return None

    def complaints(self) -> str:
        """What QEMU itself said on standard error."""
        self._stderr.seek(0)
        return self._stderr.read().decode(errors="replace").strip()

    def end(self) -> None:
        """End this QEMU, and only this one."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        words = list(arguments)
        writers = []
        for port in PORTS:
            reader, writer = os.pipe()
            self._stack.callback(os.close, reader)
            self._selector.register(reader, selectors.EVENT_READ, port)
            writers.append(writer)
            words += ["-chardev", f"file,id={port},path=/proc/self/fd/{writer}"]
            words += ["-serial", f"chardev:{port}"]
        try:
            return subprocess.Popen(
                [*_tether(), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=writers,
            )
        except OSError as error:
            raise VmError(f"run {words[0]}", str(error)) from None
        finally:
            for writer in writers:
                os.close(writer)


def check_program() -> None:
    """See that QEMU is there.

    :raises VmError: if it is not.
    """
    if shutil.which(PROGRAM) is None:
        raise VmError(f"run {PROGRAM}", f"it is missing: apt-get install {_PACKAGE}")


def _tether() -> list[str]:
    """A prefix that makes the kernel end QEMU if this process dies without a chance to do so."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
