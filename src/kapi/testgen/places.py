# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the executor runs: this machine, as any user, or a guest with a kernel of its own.

In: the text of cases and the number of the first to run. Out: the lines of the executor as far as
they came, and what went wrong if it did not come to its end.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from kapi.testgen.build import build_executor
from kapi.vm.cache import Cache
from kapi.vm.errors import BootError, GuestTimeoutError
from kapi.vm.guest import Limits, run_guest
from kapi.vm.initrd import Command, Content, GuestFile
from kapi.vm.qemu import Machine

#: Where programs and cases are in a guest.
_GUEST_PROGRAM: Final = "/bin/executor"
_GUEST_CASES: Final = "/cases"


class Heard(NamedTuple):
    """What came of one run of the executor.

    :param lines: complete lines.
    :param complaint: why it did not come to its end; empty if it did.
    """

    lines: list[str]
    complaint: str = ""


class Place(Protocol):
    """Somewhere to run cases."""

    def run(self, text: str, start: int, count: int) -> Heard:
        """Run the executor.

        :param text: all cases.
        :param start: number of the first to run, from 0.
        :param count: how many to run.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHost:
    """The machine that runs this. What would change it is refused.

    :ivar uid: user and group to run as, which takes root; None is who runs this.
    :ivar timeout_ms: how long a call may take.
    :ivar folder: where the folders of cases are made; None is the folder for temporary files.
    """

    executor: Path = field(default_factory=build_executor)
    uid: int | None = None
    timeout_ms: int = 500
    folder: Path | None = None

    def run(self, text: str, start: int, count: int) -> Heard:
        """Run the executor in a folder that is removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="kapi-test-", dir=self.folder) as name:
            folder = Path(name)
            folder.chmod(0o755)
            program = Path(shutil.copy(self.executor, folder / "executor"))
            cases = folder / "cases"
            cases.mkdir()
            if self.uid is not None:
                os.chown(cases, self.uid, self.uid)
            command = [str(program), "--folder", str(cases), "--start", str(start)]
            command += ["--count", str(count), "--timeout", str(self.timeout_ms)]
            return self._listen(command, text, 60 + count * (1 + self.timeout_ms / 500))

    def _listen(self, command: list[str], text: str, limit_s: float) -> Heard:
        groups: list[int] | None = None if self.uid is None else []
        try:
            done = subprocess.run(
                command,
                input=text.encode(),
                capture_output=True,
                check=False,
                timeout=limit_s,
                env={},
                cwd="/",
                user=self.uid,
                group=self.uid,
                extra_groups=groups,
            )
        except subprocess.TimeoutExpired as error:
            return Heard(_lines(error.stdout or b""), f"nothing more within {limit_s:.0f} s")
        complaint = ""
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()
            complaint = f"the executor ended with {done.returncode}: {said}"
        return Heard(_lines(done.stdout), complaint)


@dataclass(frozen=True, slots=True, kw_only=True)
class InGuest:
    """A guest, booted anew for each run.

    :ivar executor: built for the guest's machine.
    :ivar content: more of what is in the guest, such as modules and images of disks.
    :ivar user: who runs the executor.
    :ivar timeout_ms: how long a call may take.
    :ivar folder: of the guest, where the folders of cases are made.
    :ivar run_s: how long one run may take; None reckons it from the number of cases.
    """

    machine: Machine
    executor: Path = field(default_factory=build_executor)
    content: Content = field(default_factory=Content)
    user: str = "root"
    timeout_ms: int = 3000
    folder: str = "/tmp"
    run_s: float | None = None
    cache: Cache | None = None

    def run(self, text: str, start: int, count: int) -> Heard:
        """Boot a guest whose only work is the executor."""
        files = {
            **self.content.files,
            _GUEST_PROGRAM: GuestFile(data=self.executor, mode=0o755),
            _GUEST_CASES: GuestFile(data=text.encode()),
        }
        content = Content(
            files=files,
            programs=self.content.programs,
            folders=self.content.folders,
            modules=self.content.modules,
            busybox=self.content.busybox,
        )
        words = [_GUEST_PROGRAM, "--guest", "--folder", self.folder, "--start", str(start)]
        words += ["--count", str(count), "--timeout", str(self.timeout_ms), _GUEST_CASES]
        limits = Limits(boot_s=300, run_s=self.run_s or 120 + count * (1 + self.timeout_ms / 500))
        try:
            done = run_guest(
                self.machine,
                Command(argv=tuple(words), user=self.user),
                content=content,
                limits=limits,
                cache=self.cache,
            )
        except (BootError, GuestTimeoutError) as error:
            # The kernel failed: that is the result of the case at which it did.
            return Heard(_lines(error.transcript.stdout), str(error))
        complaint = ""
        if done.status:
            said = done.stderr.decode(errors="replace").strip()
            complaint = f"the executor ended with {done.status}: {said}"
        return Heard(_lines(done.stdout), complaint)


def _lines(output: bytes) -> list[str]:
    """The complete lines."""
    return output.decode(errors="replace").split("\n")[:-1]
