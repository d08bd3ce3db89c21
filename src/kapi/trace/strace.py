# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs strace on a program or on a running process, and gives its output line by line.

The output comes by a FIFO, so that the program inherits nothing of it. Which calls are traced is
said by exclusion: a call that nobody here has heard of is seen, and makes the books careful.
"""

from __future__ import annotations

import fcntl
import os
import resource
import select
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kapi.errors import KapiError
from kapi.trace.books import CLOSED, Description, Process, Slot, Table, Thread
from kapi.trace.names import HARMLESS, RAW

_LOOK_S: Final = 0.1
#: Room for lines that are not yet read, so that the program need not wait; fcntl(2).
_PIPE_BYTES: Final = 1 << 20
#: So long the reader leaves the processor to the program, if little has come.
_PAUSE_S: Final = 0.02


class StraceError(KapiError):
    """A program cannot be traced.

    :param reason: what is wrong and the mend.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def command(
    specified: Iterable[str], target: Sequence[str], output: str, *, stacks: bool = False
) -> list[str]:
    """The command line of strace.

    :param specified: names of calls that must be seen, for they have a spec.
    :param target: ``-p PID``, or ``--`` and a program.
    :param stacks: whether the stack of each call is shown; that costs nine times as much.
    """
    program = shutil.which("strace")
    if program is None:
        raise StraceError("strace is missing: apt-get install strace")
    hidden = ",".join(f"?{name}" for name in sorted(HARMLESS - set(specified)))
    options = ["-f", "-ttt", "-X", "verbose", "-o", output, "-e", "quiet=attach"]
    if target[0] != "-p":
        options.append("--seccomp-bpf")
    if stacks:
        options.append("-k")
    raw = ",".join(f"?{name}" for name in sorted(RAW))
    return [program, *options, "-e", f"trace=!{hidden}", "-e", f"raw={raw}", *target]


class Run:
    """strace at work.

    :ivar status: the exit status of the program; negative is the number of the signal that ended
        it. Known when the lines have come to their end.
    """

    def __init__(
        self, specified: Iterable[str], target: Sequence[str], *, stacks: bool = False
    ) -> None:
        self.status = 0
        self._folder = tempfile.TemporaryDirectory(prefix="kapi-")
        path = str(Path(self._folder.name) / "trace")
        os.mkfifo(path, 0o600)
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._pid = 0
        with suppress(OSError):
            fcntl.fcntl(self._reader, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        try:
            # What this process has inherited, the program inherits as well.
            self._child = subprocess.Popen(
                command(specified, target, path, stacks=stacks),
                close_fds=False,
                restore_signals=True,
            )
        except StraceError:
            self._remove()
            raise
        except OSError as error:
            self._remove()
            raise StraceError(f"strace cannot be run: {error.strerror}") from None

    def lines(self) -> Iterator[str]:
        """The lines as they come, until the program and all its children have ended."""
        if self._wait_for_output():
            os.set_blocking(self._reader, True)
            yield from self._read()
        self.status = self._child.wait()

    def _read(self) -> Iterator[str]:
        """Lines, many at a time: who wakes up for each would take the processor from the others."""
        ended = select.poll()
        ended.register(self._reader, 0)
        rest = b""
        while data := os.read(self._reader, _PIPE_BYTES):
            # Of bytes, unlike of text, only \n and \r end lines, and strace writes no \r.
            lines = (rest + data).splitlines(keepends=True)
            rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
            if not self._pid and lines and lines[0][:1].isdigit():
                self._pid = int(lines[0].split(None, 1)[0])
            for line in lines:
                yield line.decode("latin-1")
            if len(data) < _PIPE_BYTES // 4:
                ended.poll(_PAUSE_S * 1000)
        if rest:
            yield rest.decode("latin-1")

    def _wait_for_output(self) -> bool:
        """Wait until strace has written something; false if it never did."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        while True:
            if any(event & select.POLLIN for _, event in poll.poll(_LOOK_S * 1000)):
                return True
            if self._child.poll() is not None:
                return bool(poll.poll(0)) and bool(poll.poll(0)[0][1] & select.POLLIN)

    def send(self, number: int) -> None:
        """Pass a signal on to the program, or to strace before it has begun."""
        with suppress(OSError):
            os.kill(self._pid or self._child.pid, number)

    def detach(self) -> None:
        """Let go of a process that was running before."""
        with suppress(OSError):
            self._child.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Leave nothing behind; a program that still runs must not go on unseen."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._remove()

    def _remove(self) -> None:
        os.close(self._reader)
        self._folder.cleanup()


@contextmanager
def signals_passed_on(run: Run, *, attached: bool) -> Iterator[None]:
    """While a program runs, signals to us are for it; the terminal sends it its own."""
    if attached:
        handlers = {signal.SIGINT: lambda *_: run.detach(), signal.SIGTERM: lambda *_: run.detach()}
    else:
        handlers = {
            signal.SIGINT: lambda *_: None,
            signal.SIGQUIT: lambda *_: None,
            signal.SIGTERM: lambda *_: run.send(signal.SIGTERM),
            signal.SIGHUP: lambda *_: run.send(signal.SIGHUP),
        }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def child_to_be() -> Thread:
    """What a program that this process starts will find: descriptors, limits, filters."""
    table = Table(rest=CLOSED)
    for number, inheritable in _own_descriptors():
        if inheritable:
            table.slots[number] = Slot(True, _inherited(number), cloexec=False)
    process = Process(
        limits=_limits(), nr_open=_read_number("/proc/sys/fs/nr_open"), tampered=_filtered()
    )
    return Thread(0, process, table)


def _own_descriptors() -> Iterator[tuple[int, bool]]:
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            yield int(name), os.get_inheritable(int(name))


def _inherited(number: int) -> Description:
    """A description that others may share, hence with status flags that may change."""
    flags = fcntl.fcntl(number, fcntl.F_GETFL)
    if flags & os.O_PATH:
        return Description("path", None, readable=False, writable=False)
    mode = flags & os.O_ACCMODE
    readable, writable = mode in (os.O_RDONLY, os.O_RDWR), mode in (os.O_WRONLY, os.O_RDWR)
    return Description(_kind(number), None, readable, writable)


def _kind(number: int) -> str | None:
    """The kind, where the type of the inode says it; of files without name it does not."""
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return None
    if stat.S_ISFIFO(mode):
        link = os.readlink(f"/proc/self/fd/{number}")
        return "pipe" if link.startswith("pipe:[") else "fifo"
    tests = (("dir", stat.S_ISDIR), ("socket", stat.S_ISSOCK), ("chardev", stat.S_ISCHR))
    return next((kind for kind, test in tests if test(mode)), None)


def _limits() -> dict[int, int]:
    """Soft limits by number; RLIM_INFINITY is the largest word, which Python shows as -1."""
    found = {}
    for number in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
        soft = resource.getrlimit(number)[0]
        found[number] = soft if soft >= 0 else 2**64 - 1
    return found


def _read_number(path: str) -> int | None:
    try:
        return int(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _filtered() -> bool:
    """Whether a seccomp filter of ours, or of who started us, may answer."""
    try:
        text = Path("/proc/self/status").read_text(encoding="latin-1")
    except OSError:
        return True
    return "\nSeccomp:\t0\n" not in text
