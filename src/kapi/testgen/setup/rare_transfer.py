# SPDX-License-Identifier: GPL-2.0-or-later
"""Rare reasons for read and write to fail.

In: nothing. Out: the table :data:`RARE_TRANSFER`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kapi.testgen.case import Arg, Data, Slot, Words
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, memory, mounts, process, sockets
from kapi.testgen.setup.rare_entry import AS_ROOT, IN_GUEST, Make, Rare, alarm
from kapi.testgen.setup.rare_open import deny, listener
from kapi.testgen.setup.steps import AT_FDCWD, Steps

_Args = tuple[Arg, ...]
_COUNT: Final = 16


def _with(recipe: Callable[[Steps], Slot], count: int = _COUNT) -> Make:
    """A descriptor, good memory and a count."""

    def make(steps: Steps, _arming: Steps) -> _Args:
        return recipe(steps), memory.filled(steps), count

    return make


def _waiting(recipe: Callable[[Steps], Slot]) -> Make:
    """The same, and a signal comes while the call waits."""

    def make(steps: Steps, arming: Steps) -> _Args:
        alarm(steps, arming)
        return recipe(steps), memory.filled(steps), _COUNT

    return make


def _ram_disk(steps: Steps) -> Slot:
    return fds.opened(steps, b"/dev/ram0", "O_RDWR | O_DIRECT")


# Terminals.


def _stopping_terminal(steps: Steps) -> Slot:
    """A terminal that only the foreground may write to."""
    slave = fds.terminal(steps).second
    settings = steps.room(64)  # struct termios
    steps.do("ioctl", slave, "TCGETS", settings)
    steps.store(settings + 12, 4, "TOSTOP | ISIG | ICANON")
    steps.do("ioctl", slave, "TCSETS", settings)
    return slave


def _background(steps: Steps, slave: Slot, signal: str, how: str) -> Slot:
    """The caller is in a background process group of a terminal.

    :param how: what the caller does with the signal.
    """
    process.background_of_terminal(steps, slave)
    steps.add("signal", signal, *(("0",) if how == "count" else ()), word=how)
    return slave


def _ignorant_reader(steps: Steps) -> Slot:
    return _background(steps, fds.terminal(steps).second, "SIGTTIN", "ignore")


def _stopped_reader(steps: Steps) -> Slot:
    return _background(steps, fds.terminal(steps).second, "SIGTTIN", "count")


def _stopped_writer(steps: Steps) -> Slot:
    return _background(steps, _stopping_terminal(steps), "SIGTTOU", "count")


def _orphaned_writer(steps: Steps) -> Slot:
    """A child is in the foreground, and the parent of the caller is in another session."""
    slave = _stopping_terminal(steps)
    steps.do("ioctl", slave, "TIOCSCTTY", 0)
    child = steps.make("child")
    steps.do("setpgid", child, child)
    group = steps.room(8)
    steps.store(group, 4, child)
    steps.do("ioctl", slave, "TIOCSPGRP", group)
    return slave


# What the kernel tells.


def _clock_set(steps: Steps, arming: Steps) -> _Args:
    fd = fds.timerfd_cancelable(steps)
    arming.do("clock_settime", "CLOCK_REALTIME", Words((1_800_000_000, 0)))
    return fd, memory.filled(steps), 8


def notification_pipe(steps: Steps) -> fds.Ends:
    """A pipe that the kernel writes to: O_NOTIFICATION_PIPE is O_EXCL."""
    return fds.pipe(steps, "O_EXCL")


def _notified(steps: Steps) -> Slot:
    """A notification pipe with a message: a key was changed."""
    ends = notification_pipe(steps)
    steps.do("ioctl", ends.first, 0x5760, 8)  # IOC_WATCH_QUEUE_SET_SIZE
    key = steps.call("add_key", b"user", b"watched", b"x", 1, "KEY_SPEC_PROCESS_KEYRING")
    steps.do("keyctl", "KEYCTL_WATCH_KEY", key, ends.first, 1)
    steps.do("keyctl", "KEYCTL_UPDATE", key, b"y", 1)
    return ends.first


def _access_denied(steps: Steps, arming: Steps) -> _Args:
    """A listener refuses the read; since Linux 6.14 it must be there when the file is opened."""
    name = files.file(steps)
    group, _ = listener(steps)
    steps.do("fanotify_mark", group, "FAN_MARK_ADD", "FAN_ACCESS_PERM", AT_FDCWD, name)
    fd = fds.opened(steps, name)
    deny(steps, arming, group, process.next_number(steps))
    return fd, memory.filled(steps), _COUNT


def _answer_to_nobody(steps: Steps, _arming: Steps) -> tuple[Arg, ...]:
    """A listener is given an answer for an event that does not exist."""
    fd = steps.call("fanotify_init", "FAN_CLASS_CONTENT", "O_RDONLY")
    answer = Data((500).to_bytes(4, "little") + (1).to_bytes(4, "little"))  # FAN_ALLOW
    return fd, answer, 8


# Files.


def _on_disk(steps: Steps, name: bytes, data: Arg = 0) -> bytes:
    """The name of a file on the first disk that does not exist."""
    path = mounts.disk(steps, b"/dev/vda", data=data) + b"/" + name
    steps.attempt("unlinkat", AT_FDCWD, path, 0)
    return path


def _at_size_limit(steps: Steps) -> Slot:
    """A file at the largest offset of ext4 with blocks of 1024 bytes, or with any other.

    The largest offset is found by trying, from the largest block size on.
    """
    fd = fds.opened(steps, _on_disk(steps, b"large"), "O_CREAT | O_RDWR", 0o600)
    for bits in (16, 15, 14, 13, 12, 11, 10):
        steps.attempt("lseek", fd, ((1 << 32) - 1) << bits, "SEEK_SET")
    return fd


def _immutable(steps: Steps) -> Slot:
    """A file that became immutable when it was open; one of an earlier case is made to go."""
    path = mounts.disk(steps, b"/dev/vda") + b"/fixed"
    flags = steps.room(8)
    old = steps.attempt("openat", AT_FDCWD, path, "O_RDONLY", 0)
    steps.attempt("ioctl", old, "FS_IOC_SETFLAGS", flags)
    steps.attempt("close", old)
    fd = fds.opened(steps, path, "O_CREAT | O_RDWR", 0o600)
    steps.store(flags, 4, "FS_IMMUTABLE_FL")
    steps.do("ioctl", fd, "FS_IOC_SETFLAGS", flags)
    return fd


def _swapped_to(steps: Steps) -> Slot:
    fd = fds.opened(steps, b"/dev/ram0")
    steps.add("swap", b"/dev/ram0")
    return fd


def _no_quota(steps: Steps) -> Slot:
    folder = mounts.tmpfs_with_quota(steps)
    process.become(steps)
    fd = fds.opened(steps, folder + b"/new", "O_CREAT | O_WRONLY", 0o600)
    steps.do("write", fd, steps.room(4096), 4096)
    return fd


def _reserved_value(steps: Steps, _arming: Steps) -> _Args:
    return fds.eventfd(steps, 0, "EFD_NONBLOCK"), Data(b"\xff" * 8), 8


def _above_own_limit(steps: Steps) -> Slot:
    """A file whose position is above the limit of the caller."""
    fd = fds.regular(steps, at=10)
    process.limit(steps, "RLIMIT_FSIZE", 4)
    process.count_signal(steps, "SIGXFSZ")
    return fd


def _last_page(steps: Steps) -> Slot:
    """The memory of a process, as a file whose positions have no sign, at its last page."""
    fd = fds.opened(steps, b"/proc/self/mem")
    steps.attempt("lseek", fd, -memory.PAGE, "SEEK_SET")  # it gives that position
    return fd


# Sockets.


def _send_timeout(steps: Steps) -> Slot:
    """A socket with a full queue and a time-out."""
    ends = fds.socket_pair(steps)
    steps.do("fcntl", ends.first, "F_SETFL", "O_NONBLOCK")
    data = steps.room(1 << 16)
    for size in (1 << 16, 1 << 12, 1):
        for _ in range(16):
            steps.attempt("write", ends.first, data, size)
    steps.do("fcntl", ends.first, "F_SETFL", 0)
    timeout = Words((0, 10_000))
    steps.do("setsockopt", ends.first, "SOL_SOCKET", "SO_SNDTIMEO", timeout, 16)
    return ends.first


def _large_message(steps: Steps, _arming: Steps) -> _Args:
    ends = fds.socket_pair(steps, "SOCK_DGRAM | SOCK_NONBLOCK")
    return ends.first, memory.filled(steps, 1024), 1 << 22


def _with_loopback(recipe: Callable[[Steps], Slot]) -> Make:
    def make(steps: Steps, _arming: Steps) -> _Args:
        sockets.loopback_up(steps)
        return recipe(steps), memory.filled(steps), _COUNT

    return make


def _unaddressed(steps: Steps) -> Slot:
    return steps.call("socket", "AF_INET", "SOCK_DGRAM", 0)


def _unconnected(kind: str) -> Callable[[Steps], Slot]:
    return lambda steps: steps.call("socket", "AF_UNIX", kind, 0)


_DGRAM: Final = "SOCK_DGRAM | SOCK_NONBLOCK"

#: Entries of read and write.
RARE_TRANSFER: Final = (
    Rare("read", "EINVAL.direct-alignment", _with(_ram_disk), IN_GUEST),
    Rare("read", "EINVAL.inotify-size", _with(lambda s: fds.inotify(s, event=True))),
    Rare("read", "EOVERFLOW.offset-top", _with(_last_page, memory.PAGE)),
    Rare("read", "EAGAIN.receive-timeout", _with(fds.socket_with_timeout)),
    Rare("read", "EINTR", _waiting(lambda steps: fds.pipe(steps).first)),
    Rare(
        "read",
        "EIO.io",
        _with(lambda steps: fds.opened(steps, b"/proc/self/mem", "O_RDONLY")),
    ),
    Rare("read", "EIO.tty-background", _with(_ignorant_reader)),
    Rare("read", "EINTR", _with(_stopped_reader), name="SIGTTIN"),
    Rare("read", "ECANCELED.clock-set", _clock_set, IN_GUEST),
    Rare("read", "ENOBUFS.notification-size", _with(_notified, 1), IN_GUEST),
    Rare("read", "ENOTCONN.not-connected", _with(_unconnected("SOCK_SEQPACKET"))),
    Rare("read", "ECONNRESET.reset", _with(fds.socket_reset)),
    Rare("read", "ECONNREFUSED.refused", _with_loopback(sockets.udp_refused), IN_GUEST),
    Rare("read", "ETIMEDOUT.peer-timeout", _with_loopback(sockets.tcp_timed_out), IN_GUEST),
    Rare("read", "EPERM.fanotify", _access_denied, AS_ROOT),
    Rare("write", "EINVAL.direct-alignment", _with(_ram_disk), IN_GUEST),
    Rare("write", "ENOENT.fanotify-event", _answer_to_nobody, AS_ROOT),
    Rare("write", "EFBIG.rlimit-fsize", _with(_above_own_limit)),
    Rare("write", "EOVERFLOW.offset-top", _with(_last_page, memory.PAGE)),
    Rare("write", "EINVAL.eventfd-value", _reserved_value),
    Rare("write", "EAGAIN.send-timeout", _with(_send_timeout)),
    Rare("write", "EINTR", _waiting(lambda steps: fds.full_pipe(steps).second)),
    Rare("write", "EXDEV.notification-pipe", _with(lambda s: notification_pipe(s).second)),
    Rare("write", "EFBIG.size-limit", _with(_at_size_limit), IN_GUEST),
    Rare("write", "EPERM.immutable", _with(_immutable), IN_GUEST),
    Rare("write", "ETXTBSY.swapfile", _with(_swapped_to, 4096), IN_GUEST),
    Rare("write", "EDQUOT.quota", _with(_no_quota, 4096), IN_GUEST),
    Rare("write", "EIO.tty-background", _with(_orphaned_writer)),
    Rare("write", "EINTR", _with(_stopped_writer), name="SIGTTOU"),
    Rare("write", "EDESTADDRREQ.no-address", _with(_unaddressed)),
    Rare("write", "ENOTCONN.not-connected", _with(_unconnected(_DGRAM))),
    Rare(
        "write",
        "ECONNREFUSED.refused",
        _with(lambda s: fds.alone(s, fds.socket_pair(s, _DGRAM), 0)),
    ),
    Rare("write", "ECONNRESET.reset", _with_loopback(sockets.tcp_reset), IN_GUEST),
    Rare("write", "EMSGSIZE.message-size", _large_message),
)
