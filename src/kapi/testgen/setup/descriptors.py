# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of descriptors of every kind and state."""

from __future__ import annotations

from typing import Final, NamedTuple

from kapi.testgen.case import GUEST, ROOT, WAITS, Arg, Data, Joined, Room, Slot, Words
from kapi.testgen.setup import files
from kapi.testgen.setup.memory import memfd
from kapi.testgen.setup.process import limit, next_number, reserve_number
from kapi.testgen.setup.steps import AT_FDCWD, Recipe, State, Steps, table

LLONG_MAX: Final = (1 << 63) - 1


def opened(steps: Steps, name: Arg, flags: str = "O_RDWR", mode: int = 0) -> Slot:
    """A pathname, open."""
    return steps.call("openat", AT_FDCWD, name, flags, mode)


def regular(steps: Steps, flags: str = "O_RDWR", size: int = 10, at: int | None = None) -> Slot:
    """A regular file with a pattern.

    :param at: its position, or that which O_APPEND leaves.
    """
    fd = opened(steps, files.file(steps, size=size), flags)
    if at is not None:
        steps.do("lseek", fd, at, "SEEK_SET")
    return fd


class Ends(NamedTuple):
    """Two descriptors that belong together: of a pipe, what is read first."""

    first: Slot
    second: Slot


def _pair(steps: Steps, address: Slot) -> Ends:
    return Ends(steps.load(address), steps.load(address + 4))


def pipe(steps: Steps, flags: Arg = 0) -> Ends:
    """A pipe."""
    both = steps.room(8)
    steps.do("pipe2", both, flags)
    return _pair(steps, both)


def pipe_with_data(steps: Steps, flags: Arg = 0, data: bytes = b"0123456789") -> Ends:
    """A pipe with some bytes in it."""
    ends = pipe(steps, flags)
    steps.do("write", ends.second, data, len(data))
    return ends


def full_pipe(steps: Steps, flags: Arg = 0) -> Ends:
    """A pipe that takes not one byte more."""
    ends = pipe(steps, flags)
    steps.do("fcntl", ends.second, "F_SETPIPE_SZ", 4096)
    steps.do("write", ends.second, steps.room(4096), 4096)
    return ends


def alone(steps: Steps, ends: Ends, kept: int) -> Slot:
    """One end, the other being closed."""
    steps.do("close", ends[1 - kept])
    return ends[kept]


def socket_pair(steps: Steps, kind: str = "SOCK_STREAM") -> Ends:
    """Two connected sockets."""
    both = steps.room(8)
    steps.do("socketpair", "AF_UNIX", kind, 0, both)
    return _pair(steps, both)


def socket_with_data(steps: Steps, kind: str = "SOCK_STREAM", data: bytes = b"0123456789") -> Slot:
    """A socket with something to read."""
    ends = socket_pair(steps, kind)
    steps.do("write", ends.second, data, len(data))
    return ends.first


def socket_with_timeout(steps: Steps, option: str = "SO_RCVTIMEO", ms: int = 10) -> Slot:
    """A socket with a time-out and nothing to read."""
    ends = socket_pair(steps)
    steps.do("setsockopt", ends.first, "SOL_SOCKET", option, Words((0, ms * 1000)), 16)
    return ends.first


def socket_reset(steps: Steps) -> Slot:
    """A socket whose peer closed with something unread."""
    ends = socket_pair(steps)
    steps.do("write", ends.first, b"unread", 6)
    return alone(steps, ends, 0)


def eventfd(steps: Steps, value: int = 0, flags: Arg = 0) -> Slot:
    """An eventfd with a value."""
    fd = steps.call("eventfd2", min(value, 1), flags)
    if value > 1:
        steps.do("write", fd, Data((value - 1).to_bytes(8, "little")), 8)
    return fd


def timerfd(steps: Steps, flags: Arg = 0, expired: bool = False) -> Slot:
    """A timerfd, not armed or run out."""
    fd = steps.call("timerfd_create", "CLOCK_MONOTONIC", flags)
    if expired:
        steps.do("timerfd_settime", fd, 0, Words((0, 0, 0, 1)), 0)
        steps.do("nanosleep", Words((0, 2_000_000)), 0)
    return fd


def timerfd_cancelable(steps: Steps) -> Slot:
    """A timerfd that is told when the clock is set."""
    fd = steps.call("timerfd_create", "CLOCK_REALTIME", "TFD_NONBLOCK")
    flags = "TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET"
    steps.do("timerfd_settime", fd, flags, Words((0, 0, 1 << 32, 0)), 0)
    return fd


def signalfd(steps: Steps, flags: Arg = 0, pending: bool = False) -> Slot:
    """A signalfd for SIGUSR1, which is blocked."""
    mask = (1 << 9).to_bytes(8, "little")  # SIGUSR1 is 10
    steps.do("rt_sigprocmask", "SIG_BLOCK", Data(mask), 0, 8)
    fd = steps.call("signalfd4", -1, Data(mask), 8, flags)
    if pending:
        steps.do("kill", steps.call("getpid"), "SIGUSR1")
    return fd


def epoll(steps: Steps, ready: bool = False) -> Slot:
    """An epoll descriptor, which watches a ready eventfd or nothing."""
    fd = steps.call("epoll_create1", 0)
    if ready:
        event = b"\x01" + bytes(11)  # struct epoll_event: EPOLLIN
        steps.do("epoll_ctl", fd, "EPOLL_CTL_ADD", eventfd(steps, 1), Data(event))
    return fd


def inotify(steps: Steps, flags: Arg = "IN_NONBLOCK", event: bool = False) -> Slot:
    """An inotify descriptor, with an event that has a name or without."""
    fd = steps.call("inotify_init1", flags)
    steps.do("inotify_add_watch", fd, b".", "IN_CREATE")
    if event:
        files.file(steps, b"event")
    return fd


def fanotify(steps: Steps) -> Slot:
    """An fanotify descriptor without an event; needs root."""
    return steps.call("fanotify_init", "FAN_CLASS_NOTIF | FAN_NONBLOCK", "O_RDONLY")


def sealed_memfd(steps: Steps, seals: str) -> Slot:
    """A memfd with a pattern and seals, at its start."""
    fd = memfd(steps, 10)
    steps.do("fcntl", fd, "F_ADD_SEALS", seals)
    return fd


def far_memfd(steps: Steps) -> Slot:
    """A memfd at the last position that there is."""
    fd = memfd(steps, 10)
    steps.do("lseek", fd, LLONG_MAX, "SEEK_SET")
    return fd


def pidfd(steps: Steps) -> Slot:
    """A pidfd of a process that does nothing."""
    return steps.call("pidfd_open", steps.make("child"), 0)


def terminal(steps: Steps, flags: str = "O_RDWR | O_NOCTTY") -> Ends:
    """A pseudo-terminal: the master side and the other one."""
    master = opened(steps, b"/dev/ptmx", flags)
    number = steps.room(8)
    steps.do("ioctl", master, "TIOCSPTLCK", Room(4))
    steps.do("ioctl", master, "TIOCGPTN", number)
    name = Joined((b"/dev/pts/", steps.load(number)))
    return Ends(master, opened(steps, name, flags))


def fifo(steps: Steps, flags: str = "O_RDONLY | O_NONBLOCK") -> Slot:
    """A FIFO, open for one direction or both."""
    return opened(steps, files.fifo(steps), flags)


def fifo_without_reader(steps: Steps) -> Slot:
    """The write end of a FIFO whose reader is gone."""
    name = files.fifo(steps)
    reader = opened(steps, name, "O_RDONLY | O_NONBLOCK")
    writer = opened(steps, name, "O_WRONLY | O_NONBLOCK")
    steps.do("close", reader)
    return writer


def closed(steps: Steps) -> Slot:
    """A number that was open."""
    return next_number(steps)


def above_limit(steps: Steps) -> Slot:
    """An open number above the limit."""
    fd = steps.call("fcntl", regular(steps), "F_DUPFD", 100)
    limit(steps, "RLIMIT_NOFILE", 50)
    return fd


def duplicate(steps: Steps) -> Slot:
    """A second descriptor of one description."""
    return steps.call("dup", regular(steps))


def _file(name: bytes, flags: str = "O_RDWR") -> Recipe:
    return lambda steps: opened(steps, name, flags)


_ROOT: Final = frozenset((ROOT,))
_WAITS: Final = frozenset((WAITS,))
_NONBLOCK: Final = "O_NONBLOCK"

#: Descriptors by name.
DESCRIPTORS: Final = table(
    State("reg", regular),
    State("reg-read", lambda s: regular(s, "O_RDONLY")),
    State("reg-write", lambda s: regular(s, "O_WRONLY")),
    State("reg-append", lambda s: regular(s, "O_WRONLY | O_APPEND")),
    State("reg-nonblock", lambda s: regular(s, "O_RDWR | O_NONBLOCK")),
    State("reg-direct", lambda s: regular(s, "O_RDWR | O_DIRECT", 8192)),
    State("reg-mode-3", lambda s: regular(s, "O_ACCMODE")),
    State("reg-cloexec", lambda s: regular(s, "O_RDWR | O_CLOEXEC")),
    State("reg-end", lambda s: regular(s, at=10)),
    State("reg-empty", lambda s: regular(s, size=0)),
    State("reg-duplicate", duplicate),
    State("folder", lambda s: opened(s, files.folder(s), "O_RDONLY | O_DIRECTORY")),
    State("path-file", lambda s: opened(s, files.file(s), "O_PATH")),
    State("path-folder", lambda s: opened(s, files.folder(s), "O_PATH")),
    State("path-link", lambda s: opened(s, files.link(s, b"x"), "O_PATH | O_NOFOLLOW")),
    State("pipe-read", lambda s: pipe(s, _NONBLOCK).first),
    State("pipe-read-blocking", lambda s: pipe(s).first, _WAITS),
    State("pipe-read-data", lambda s: pipe_with_data(s).first),
    State("pipe-read-end", lambda s: alone(s, pipe(s), 0)),
    State("pipe-write", lambda s: pipe(s).second),
    State("pipe-write-full", lambda s: full_pipe(s, _NONBLOCK).second),
    State("pipe-write-full-blocking", lambda s: full_pipe(s).second, _WAITS),
    State("pipe-write-broken", lambda s: alone(s, pipe(s), 1)),
    State("fifo-read", fifo),
    State("fifo-both", lambda s: fifo(s, "O_RDWR | O_NONBLOCK")),
    State("fifo-write-broken", fifo_without_reader),
    State("stream", lambda s: socket_pair(s, "SOCK_STREAM | SOCK_NONBLOCK").first),
    State("stream-data", socket_with_data),
    State("stream-closed", lambda s: alone(s, socket_pair(s), 0)),
    State("stream-reset", socket_reset),
    State("stream-timeout", socket_with_timeout),
    State("datagram", lambda s: socket_pair(s, "SOCK_DGRAM | SOCK_NONBLOCK").first),
    State("datagram-data", lambda s: socket_with_data(s, "SOCK_DGRAM")),
    State("datagram-closed", lambda s: alone(s, socket_pair(s, "SOCK_DGRAM | SOCK_NONBLOCK"), 0)),
    State("datagram-alone", lambda s: s.call("socket", "AF_UNIX", "SOCK_DGRAM", 0), _WAITS),
    State("seqpacket-data", lambda s: socket_with_data(s, "SOCK_SEQPACKET")),
    State("tcp", lambda s: s.call("socket", "AF_INET", "SOCK_STREAM", 0)),
    State("udp", lambda s: s.call("socket", "AF_INET", "SOCK_DGRAM | SOCK_NONBLOCK", 0)),
    State("eventfd-0", lambda s: eventfd(s, 0, "EFD_NONBLOCK")),
    State("eventfd-1", lambda s: eventfd(s, 1, "EFD_NONBLOCK")),
    State("eventfd-most", lambda s: eventfd(s, (1 << 64) - 2, "EFD_NONBLOCK")),
    State("eventfd-semaphore", lambda s: eventfd(s, 3, "EFD_SEMAPHORE | EFD_NONBLOCK")),
    State("eventfd-blocking", eventfd, _WAITS),
    State("timerfd", lambda s: timerfd(s, "TFD_NONBLOCK")),
    State("timerfd-expired", lambda s: timerfd(s, expired=True)),
    State("timerfd-cancelable", timerfd_cancelable),
    State("signalfd", lambda s: signalfd(s, "SFD_NONBLOCK")),
    State("signalfd-pending", lambda s: signalfd(s, pending=True)),
    State("epoll", epoll),
    State("epoll-ready", lambda s: epoll(s, ready=True)),
    State("inotify", inotify),
    State("inotify-event", lambda s: inotify(s, event=True)),
    State("fanotify", fanotify, _ROOT),
    State("memfd", lambda s: memfd(s, 10)),
    State("memfd-last-position", far_memfd),
    State("memfd-sealed-write", lambda s: sealed_memfd(s, "F_SEAL_WRITE")),
    State("memfd-sealed-grow", lambda s: sealed_memfd(s, "F_SEAL_GROW")),
    State("memfd-sealed-future", lambda s: sealed_memfd(s, "F_SEAL_FUTURE_WRITE")),
    State("memfd-sealed-all", lambda s: sealed_memfd(s, "F_SEAL_SEAL | F_SEAL_WRITE")),
    State("pidfd", pidfd),
    State("null", _file(b"/dev/null")),
    State("null-mode-3", _file(b"/dev/null", "O_ACCMODE")),
    State("zero", _file(b"/dev/zero")),
    State("full", _file(b"/dev/full")),
    State("random", _file(b"/dev/urandom", "O_RDONLY")),
    State("terminal-master", lambda s: terminal(s, "O_RDWR | O_NOCTTY | O_NONBLOCK").first),
    State("terminal", lambda s: terminal(s, "O_RDWR | O_NOCTTY | O_NONBLOCK").second),
    State("proc-status", _file(b"/proc/self/status", "O_RDONLY")),
    State("proc-mem", _file(b"/proc/self/mem", "O_RDONLY")),
    State("closed", closed),
    State("above-limit", above_limit),
    State("reserved", reserve_number),
    State("minus-1", lambda _: -1),
    State("int-max", lambda _: 0x7FFFFFFF),
    State("int-min", lambda _: 0x80000000),
    State("at-fdcwd", lambda _: AT_FDCWD),
    State("raw-memory", _file(b"/dev/mem", "O_RDONLY"), frozenset((ROOT, GUEST))),
)
