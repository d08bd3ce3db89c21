# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the kernel's make in an output folder, and says how far it is.

In: a tree, an output folder outside it, targets. Out: what make made, a log of all that it
printed, and on failure the lines that say why. The environment is a clean one: a variable such as
``KCFLAGS``, or the flags of an outer make, would build another kernel than the one asked for.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kapi.vm.arch import Architecture
from kapi.vm.errors import BuildError, VmError

LOG: Final = "kapi-make.log"
"""Everything that make printed, in the output folder."""

_OBJECT: Final = re.compile(r"  (?:CC|AS)\s")
_COMPLAINT: Final = re.compile(
    # Not make's own "make[1]: *** [Makefile:9: x.o] Error 1", which does not say why.
    r"(?i)(?!make\b).*(?:\berror\b|undefined reference|multiple definition)"
)
_EXCERPT_LINES: Final = 20
_MACHINE_REASONS: Final = ("No space left on device", "Cannot allocate memory", "Killed signal")
_KEPT: Final = ("HOME", "LOGNAME", "PATH", "TMPDIR", "USER")
_FIXED: Final = {
    # Neither time nor place nor person goes into an image: what is built alike is alike.
    "KBUILD_BUILD_HOST": "kapi",
    "KBUILD_BUILD_TIMESTAMP": "@0",
    "KBUILD_BUILD_USER": "kapi",
    "KBUILD_BUILD_VERSION": "1",
    "LC_ALL": "C",
    # Set, though empty: the state of a git repository is no part of the release.
    "LOCALVERSION": "",
}


class Progress(NamedTuple):
    """How far a build is.

    :ivar objects: files compiled so far.
    :ivar expected: files that are compiled in all, by experience; None where there is none.
    :ivar elapsed_s: since the build began.
    :ivar step: what make does now, such as ``CC      fs/open.o``.
    """

    objects: int
    expected: int | None
    elapsed_s: float
    step: str


OnProgress = Callable[[Progress], None]


@dataclass(slots=True)
class Make:
    """A tree and an output folder.

    :ivar jobs: how many commands run at once.
    :ivar ccache: folder of ccache; without one, or without the program, it is not used.
    :ivar on_progress: told of every step.
    :ivar expected: see ``Progress``.
    :ivar objects: files compiled by all runs.
    """

    tree: Path
    output: Path
    arch: Architecture
    jobs: int
    ccache: Path | None = None
    on_progress: OnProgress | None = None
    expected: int | None = None
    objects: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether nothing was built in the output folder yet."""
        return not (self.output / "vmlinux").exists()

    def command(self, *targets: str) -> list[str]:
        """The command line that makes targets."""
        words = ["make", "-C", str(self.tree), f"O={self.output}", f"-j{self.jobs}"]
        words += [f"ARCH={self.arch.make_arch}"]
        if self.arch.prefix:
            words += [f"CROSS_COMPILE={self.arch.prefix}"]
        if self._uses_ccache():
            words += [f"CC=ccache {self.arch.prefix}gcc"]
        return [*words, *targets]

    def environment(self) -> dict[str, str]:
        """All of the environment that make gets."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        variables = {**kept, **_FIXED}
        if self._uses_ccache():
            variables["CCACHE_DIR"] = str(self.ccache)
            # Paths become relative to the output folder, which makes two trees look alike.
            variables["CCACHE_BASEDIR"] = "/"
            variables["CCACHE_NOHASHDIR"] = "1"
            variables["CCACHE_MAXSIZE"] = "5G"
        return variables

    def _uses_ccache(self) -> bool:
        return self.ccache is not None and shutil.which("ccache") is not None

    def run(self, *targets: str) -> None:
        """Make targets.

        :raises BuildError: if make fails because of the tree.
        :raises VmError: if it fails because of this machine.
        """
        started = time.monotonic()
        log = self.output / LOG
        command = self.command(*targets)
        lines = []
        with (
            open(log, "a", encoding="utf-8") as stream,
            _group(command, self.environment()) as process,
        ):
            assert process.stdout is not None
            for line in process.stdout:
                stream.write(line)
                # The time of the log says when make did something last; build.py relies on it.
                stream.flush()
                lines.append(line.rstrip())
                self._note(line, started)
        if process.returncode != 0:
            raise self._failure(" ".join(targets), lines, process.returncode)

    def _note(self, line: str, started: float) -> None:
        """Count a line of output and tell who listens."""
        if _OBJECT.match(line):
            self.objects += 1
        if self.on_progress and line.startswith("  "):
            elapsed_s = time.monotonic() - started
            self.on_progress(Progress(self.objects, self.expected, elapsed_s, line.strip()))

    def _failure(self, target: str, lines: list[str], status: int) -> BuildError | VmError:
        """Why make failed: the tree, or this machine."""
        log = self.output / LOG
        complaints = [line for line in lines if _COMPLAINT.match(line)]
        for reason in _MACHINE_REASONS:
            if any(reason in line for line in lines):
                return VmError(f"make {target}", f"{reason.lower()}, see {log}")
        if status < 0:
            return VmError(f"make {target}", f"it was ended by signal {-status}, see {log}")
        excerpt = "\n".join(complaints[:_EXCERPT_LINES] or lines[-_EXCERPT_LINES:])
        return BuildError(self.tree, target, log, excerpt)


@contextmanager
def _group(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process and, if this one is interrupted, the end of it and all its children."""
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise VmError(f"run {command[0]}", str(error)) from None
    with process:
        try:
            yield process
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            raise
