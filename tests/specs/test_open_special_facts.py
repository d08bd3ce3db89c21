"""What the specifications of open and openat claim of special objects and of waiting.

Each test runs once with each call: an id of ``sys_open`` stands for that of ``sys_openat`` too.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import stat
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.specs import namespaces
from tests.specs.capabilities import (
    CAP_SYS_ADMIN,
    CAP_SYS_RAWIO,
    give_up,
)
from tests.specs.opening import (
    NO_DIRECTION,
    Attempt,
    closed,
)
from tests.specs.rawcall import call, descriptor, in_child, needs_root

pytestmark = [pytest.mark.requires("gcc"), pytest.mark.usefixtures("objects")]


# Sockets, pipes and FIFOs.


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_RDWR, NO_DIRECTION, os.O_NONBLOCK])
def test_a_socket_is_not_for_opening(attempt: Attempt, flags: int) -> None:
    """sys_open.error.ENXIO.socket."""
    assert closed(attempt("sock", flags)) == errno.ENXIO
    assert closed(attempt("sock", flags | os.O_PATH)) == 0
    with socket.socket() as one:
        assert closed(attempt(f"/proc/self/fd/{one.fileno()}", flags)) == errno.ENXIO


def test_what_only_descriptors_reach_is_not_for_opening(attempt: Attempt) -> None:
    """sys_open.error.ENXIO.anonymous."""
    for fd in (call("eventfd2", 0, 0), call("epoll_create1", 0), call("inotify_init1", 0)):
        with descriptor(fd):
            assert closed(attempt(f"/proc/self/fd/{fd}", os.O_RDONLY)) == errno.ENXIO
            assert closed(attempt(f"/proc/self/fd/{fd}", os.O_PATH)) == 0


def test_a_pipe_or_fifo_needs_a_direction(attempt: Attempt) -> None:
    """sys_open.error.EINVAL.fifo-access."""
    assert closed(attempt("fifo", NO_DIRECTION)) == errno.EINVAL
    assert closed(attempt("fifo", NO_DIRECTION | os.O_NONBLOCK)) == errno.EINVAL
    source, sink = os.pipe()
    with descriptor(source), descriptor(sink):
        assert closed(attempt(f"/proc/self/fd/{sink}", NO_DIRECTION)) == errno.EINVAL


def test_a_fifo_without_reader_refuses_a_writer_that_will_not_wait(attempt: Attempt) -> None:
    """sys_open.error.ENXIO.fifo-no-reader."""
    assert closed(attempt("fifo", os.O_WRONLY | os.O_NONBLOCK)) == errno.ENXIO
    with descriptor(attempt("fifo", os.O_RDONLY | os.O_NONBLOCK)):
        assert closed(attempt("fifo", os.O_WRONLY | os.O_NONBLOCK)) == 0
        assert closed(attempt("fifo", os.O_WRONLY)) == 0
    source, sink = os.pipe()
    with descriptor(sink):
        os.close(source)
        assert closed(attempt(f"/proc/self/fd/{sink}", os.O_WRONLY | os.O_NONBLOCK)) == 0


def test_a_fifo_for_both_directions_never_waits(attempt: Attempt) -> None:
    """sys_open.side-effect.wait."""
    assert closed(attempt("fifo", os.O_RDWR)) == 0


# Devices and terminals.


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_number_that_no_driver_serves(attempt: Attempt, kind: int) -> None:
    """sys_open.error.ENXIO.no-device."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"))
        os.mknod("dir/node", 0o666 | kind, os.makedev(4000, 7))
        assert closed(attempt("dir/node", os.O_PATH)) == 0
        return closed(attempt("dir/node", os.O_RDONLY))

    assert in_child(work) == errno.ENXIO


def test_a_number_behind_which_the_driver_has_nothing(attempt: Attempt) -> None:
    """sys_open.error.ENODEV.device: a miscellaneous device that nobody registered."""
    needs_root()
    miscellaneous = 10
    known = {line.split()[0] for line in Path("/proc/misc").read_text().splitlines()}
    minor = next(number for number in range(254, 0, -1) if str(number) not in known)

    def work() -> int:
        namespaces.tmpfs(Path("dir"))
        os.mknod("dir/node", 0o666 | stat.S_IFCHR, os.makedev(miscellaneous, minor))
        return closed(attempt("dir/node", os.O_RDONLY))

    assert in_child(work) == errno.ENODEV


def test_a_claimed_block_device_is_busy_for_o_excl(attempt: Attempt) -> None:
    """sys_open.error.EBUSY.device, sys_open.constraint.O_EXCL-without-O_CREAT.exclusive-claim."""
    needs_root()
    for disk in sorted(Path("/dev").glob("loop[0-9]*")):
        fd = attempt(disk, os.O_RDONLY | os.O_EXCL)
        if fd >= 0:
            break
    else:
        pytest.skip("needs a loop device that nobody uses")
    with descriptor(fd):
        assert closed(attempt(disk, os.O_RDONLY | os.O_EXCL)) == errno.EBUSY
        assert closed(attempt(disk, os.O_RDONLY)) == 0
    assert closed(attempt(disk, os.O_RDONLY | os.O_EXCL)) == 0


def test_raw_memory_is_for_cap_sys_rawio(attempt: Attempt) -> None:
    """sys_open.error.EPERM.device, sys_open.capability.CAP_SYS_RAWIO."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"))
        os.mknod("dir/port", 0o666 | stat.S_IFCHR, os.makedev(1, 4))
        if closed(attempt("dir/port", os.O_RDONLY)) != 0:
            return 0
        give_up(CAP_SYS_RAWIO)
        return closed(attempt("dir/port", os.O_RDONLY))

    answer = in_child(work)
    if answer == 0:
        pytest.skip("needs /dev/port in the kernel")
    assert answer == errno.EPERM


@contextmanager
def terminal() -> Iterator[tuple[int, str]]:
    """The master side of a pseudo-terminal, and the name of the other side."""
    master, slave = os.openpty()
    with descriptor(master), descriptor(slave):
        yield master, os.ttyname(slave)


def test_an_exclusive_terminal_is_for_cap_sys_admin(attempt: Attempt) -> None:
    """sys_open.error.EBUSY.device, sys_open.capability.CAP_SYS_ADMIN.exclusive-terminal."""
    needs_root()
    with terminal() as (master, name):
        fcntl.ioctl(master, termios.TIOCEXCL)  # of the master, which changes nothing
        with descriptor(os.open(name, os.O_RDWR | os.O_NOCTTY)) as slave:
            fcntl.ioctl(slave, termios.TIOCEXCL)

            def work() -> int:
                assert closed(attempt(name, os.O_RDWR | os.O_NOCTTY)) == 0
                give_up(CAP_SYS_ADMIN)
                return closed(attempt(name, os.O_RDWR | os.O_NOCTTY))

            assert in_child(work) == errno.EBUSY


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (os.O_RDWR, 0),
        (os.O_RDONLY, 0),
        (os.O_WRONLY, errno.ENXIO),
        (os.O_RDWR | os.O_NOCTTY, errno.ENXIO),
        (os.O_PATH, errno.ENXIO),
    ],
)
def test_a_session_leader_gets_its_terminal(attempt: Attempt, flags: int, expected: int) -> None:
    """sys_open.side-effect.controlling-terminal.

    sys_open.state-trans.controlling-terminal-of-the-session, sys_open.error.ENXIO.no-device:
    /dev/tty.
    """
    with terminal() as (_, name):

        def work() -> int:
            os.setsid()
            assert closed(attempt("/dev/tty", os.O_RDWR)) == errno.ENXIO
            assert attempt(name, flags) >= 0
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            return closed(attempt("/dev/tty", os.O_RDWR))

        assert in_child(work) == expected


# Leases, signals, waiting.


def leased(kind: int) -> int:
    """A descriptor of ``file`` that holds a lease."""
    fd = os.open("file", os.O_RDONLY if kind == fcntl.F_RDLCK else os.O_RDWR)
    try:
        fcntl.fcntl(fd, fcntl.F_SETLEASE, kind)
    except OSError:
        pytest.skip("needs a file system with leases")
    return fd


@pytest.mark.parametrize(
    ("kind", "flags", "expected"),
    [
        (fcntl.F_RDLCK, os.O_RDONLY, 0),
        (fcntl.F_RDLCK, os.O_WRONLY, errno.EAGAIN),
        (fcntl.F_RDLCK, os.O_PATH | os.O_WRONLY, 0),
        (fcntl.F_WRLCK, os.O_RDONLY, errno.EAGAIN),
        (fcntl.F_WRLCK, os.O_RDWR, errno.EAGAIN),
        (fcntl.F_WRLCK, os.O_PATH, 0),
    ],
)
def test_a_lease_refuses_an_opening_that_will_not_wait(
    attempt: Attempt, kind: int, flags: int, expected: int
) -> None:
    """sys_open.error.EAGAIN.lease, sys_open.signal.SIGIO.lease, sys_open.side-effect.break-lease.

    sys_open.state-trans.lease-on-the-file: the holder is told all the same.
    """
    with descriptor(os.open("file", os.O_RDONLY)):
        pass

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGIO, lambda number, _: seen.append(number))
        holder = leased(kind)
        assert closed(attempt("file", flags | os.O_NONBLOCK)) == expected
        assert len(seen) == (1 if expected else 0)
        os.close(holder)
        return closed(attempt("file", flags | os.O_NONBLOCK))

    assert in_child(work) == 0


@pytest.mark.parametrize("restart", [False, True])
def test_a_signal_interrupts_the_wait_for_a_lease(attempt: Attempt, restart: bool) -> None:
    """sys_open.error.EINTR.lease, sys_open.signal.any-caught-signal.interrupt."""

    def work() -> int:
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.siginterrupt(signal.SIGALRM, not restart)
        holder = leased(fcntl.F_RDLCK)
        if os.fork() == 0:
            time.sleep(0.3)
            fcntl.fcntl(holder, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            os._exit(0)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        return closed(attempt("file", os.O_WRONLY))

    assert in_child(work) == (0 if restart else errno.EINTR)


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY])
def test_a_signal_interrupts_the_wait_for_a_partner(
    attempt: Attempt, flags: int, restart: bool
) -> None:
    """sys_open.error.EINTR.fifo, sys_open.signal.any-caught-signal.interrupt."""

    def work() -> int:
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.siginterrupt(signal.SIGALRM, not restart)
        if os.fork() == 0:
            time.sleep(0.3)
            partner = os.O_RDWR if flags == os.O_WRONLY else os.O_WRONLY | os.O_NONBLOCK
            if restart:
                os.open("fifo", partner)
            os._exit(0)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        return closed(attempt("fifo", flags))

    assert in_child(work) == (0 if restart else errno.EINTR)
