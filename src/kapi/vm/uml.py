# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a kernel that is a program, as ``ARCH=um`` makes it.

In: the program, arguments. Out: what its console showed. Needs neither QEMU nor KVM; made for
KUnit, whose tests run while the kernel starts and whose results are on the console.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Final

from kapi.vm.errors import BootError, GuestTimeoutError, Transcript, VmError
from kapi.vm.splats import TOLERATED, Splat, failures, find_splats

MAX_OUTPUT_BYTES: Final = 64 << 20
"""A kernel that prints more than this is ended; a fault can make one print without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UmlResult:
    """A kernel that ran to its end.

    :ivar console: everything that it printed.
    :ivar splats: reports of tolerated kinds.
    :ivar elapsed_s: seconds in all.
    """

    console: str
    splats: tuple[Splat, ...]
    elapsed_s: float


def run_uml(
    program: Path,
    arguments: tuple[str, ...] = (),
    *,
    memory_mb: int = 256,
    timeout_s: float = 60.0,
    tolerated: frozenset[str] = TOLERATED,
) -> UmlResult:
    """Run a kernel until it ends, which one with KUnit does after its tests.

    :param program: the image of a kernel for ``um``.
    :param arguments: its command line, such as ``kunit.filter_glob=kapi``.
    :raises BootError: if it failed.
    :raises GuestTimeoutError: if it took too long.
    :raises VmError: if it cannot be run here, or prints without end.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kapi-uml-") as folder:
        words = [str(program), f"mem={memory_mb}M", f"uml_dir={folder}/", "panic=-1"]
        words += ["console=tty", "con0=fd:0,fd:1", "kunit_shutdown=halt", *arguments]
        status, output = _run(words, timeout_s)
    console = output.decode(errors="replace").replace("\r\n", "\n")
    splats = find_splats(console)
    failed = failures(splats, tolerated)
    if failed:
        raise BootError(failed[0].title, failed, Transcript(console))
    if status is None:
        raise GuestTimeoutError("run", timeout_s, Transcript(console))
    if status != 0:
        last = console.rstrip().rpartition("\n")[2]
        raise VmError(f"run {program}", f"it ended with status {status}; it said last: {last}")
    return UmlResult(console=console, splats=splats, elapsed_s=time.monotonic() - started)


def _run(words: list[str], timeout_s: float) -> tuple[int | None, bytes]:
    """Exit status, None if the time was up, and output. The kernel's processes are one group."""
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise VmError(f"run {words[0]}", str(error)) from None
    output = bytearray()
    with process:
        try:
            if not _listen(process, output, time.monotonic() + timeout_s):
                _end(process)
                return None, bytes(output)
        except BaseException:
            _end(process)
            raise
    return process.returncode, bytes(output)


def _listen(process: subprocess.Popen[bytes], output: bytearray, deadline: float) -> bool:
    """Collect what a kernel prints; False if it still runs at the deadline.

    :raises VmError: if it prints without end.
    """
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    while (left_s := deadline - time.monotonic()) > 0:
        if not select([descriptor], [], [], left_s)[0]:
            continue
        data = os.read(descriptor, 1 << 16)
        if not data:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(1.0, deadline - time.monotonic()))
            return process.returncode is not None
        output += data
        if len(output) > MAX_OUTPUT_BYTES:
            raise VmError("run the kernel", f"it printed more than {MAX_OUTPUT_BYTES} bytes")
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the kernel and the processes that it made."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
