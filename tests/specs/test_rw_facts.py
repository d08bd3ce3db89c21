"""What the specifications of read and write claim, tried on the running kernel."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import resource
import signal
import socket
import struct
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.specs.rawcall import (
    ALL_ONES,
    MAX_RW_COUNT,
    PAGE,
    call,
    descriptor,
    in_child,
    needs_root,
    pages,
    unmapped,
)

pytestmark = pytest.mark.requires("gcc")

LLONG_MAX = (1 << 63) - 1
NOBODY = 65534


@contextmanager
def opened(path: str | Path, flags: int) -> Iterator[int]:
    with descriptor(os.open(path, flags, 0o644)) as fd:
        yield fd


@contextmanager
def pipe(flags: int = 0) -> Iterator[tuple[int, int]]:
    source, sink = os.pipe2(flags)
    with descriptor(source), descriptor(sink):
        yield source, sink


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text"
    path.write_bytes(b"0123456789")
    return path


# The descriptor comes first.


@pytest.mark.parametrize("name", ["read", "write"])
@pytest.mark.parametrize("fd", [-1, 0x7FFFFFFF, 0x80000000])
def test_a_bad_descriptor_wins_over_a_bad_buffer(name: str, fd: int) -> None:
    """sys_read.error.EBADF.not-open, sys_write.error.EBADF.not-open."""
    assert call(name, fd, ALL_ONES, ALL_ONES) == -errno.EBADF


def test_only_the_low_half_of_the_register_names_a_descriptor(text: Path) -> None:
    """sys_read.param.fd."""
    with opened(text, os.O_RDONLY) as fd:
        assert call("read", fd | 1 << 32, ctypes.create_string_buffer(4), 4) == 4


@pytest.mark.parametrize("name", ["read", "write"])
def test_a_descriptor_that_marks_a_place_is_refused(name: str, text: Path) -> None:
    """sys_read.error.EBADF.path-only."""
    with opened(text, os.O_PATH) as fd:
        assert call(name, fd, ALL_ONES, 1) == -errno.EBADF


def test_reading_needs_read_access(text: Path) -> None:
    """sys_read.error.EBADF.not-readable."""
    with opened(text, os.O_WRONLY) as fd:
        assert call("read", fd, ALL_ONES, ALL_ONES) == -errno.EBADF
    with opened("/dev/null", 3) as fd:
        assert call("read", fd, None, 0) == -errno.EBADF
        assert call("write", fd, None, 0) == -errno.EBADF


def test_writing_needs_write_access(text: Path, tmp_path: Path) -> None:
    """sys_write.error.EBADF.not-writable."""
    with opened(text, os.O_RDONLY) as fd:
        assert call("write", fd, ALL_ONES, ALL_ONES) == -errno.EBADF
    with opened(tmp_path, os.O_RDONLY | os.O_DIRECTORY) as fd:
        assert call("write", fd, b"x", 1) == -errno.EBADF


def test_a_file_without_the_operation_gives_einval() -> None:
    """sys_read.error.EINVAL.no-read, sys_write.error.EINVAL.no-write."""
    with descriptor(call("epoll_create1", 0)) as fd:
        assert call("read", fd, ALL_ONES, 8) == -errno.EINVAL
        assert call("write", fd, b"x", 1) == -errno.EINVAL
    with descriptor(call("timerfd_create", 1, 0)) as fd:
        assert call("write", fd, bytes(8), 8) == -errno.EINVAL


# Addresses and counts.


@pytest.mark.parametrize("name", ["read", "write"])
@pytest.mark.parametrize(("buf", "count"), [(ALL_ONES, 1), (ALL_ONES, 0), (PAGE, ALL_ONES)])
def test_a_range_outside_user_space_is_refused(name: str, buf: int, count: int) -> None:
    """sys_read.error.EFAULT.outside-user-space."""
    with opened("/dev/null", os.O_RDWR) as fd:
        assert call(name, fd, buf, count) == -errno.EFAULT


@pytest.mark.parametrize("name", ["read", "write"])
def test_a_negative_count_is_efault_where_the_kernel_owns_the_upper_half(name: str) -> None:
    """sys_read.error.EFAULT.outside-user-space: on x86-64 it comes before count-too-large."""
    if os.uname().machine != "x86_64":
        pytest.skip("other architectures have other address limits")
    with opened("/dev/null", os.O_RDWR) as fd:
        assert call(name, fd, PAGE, 1 << 63) == -errno.EFAULT


@pytest.mark.parametrize("name", ["read", "write"])
def test_a_null_pointer_is_fine_for_no_bytes(name: str, text: Path) -> None:
    """sys_read.param.buf.null-ok."""
    with opened(text, os.O_RDWR) as fd, pipe() as (source, sink):
        assert call(name, fd, None, 0) == 0
        assert call(name, source if name == "read" else sink, None, 0) == 0


def test_dev_null_never_looks_at_memory() -> None:
    """sys_read.error.EFAULT.unmapped is no must."""
    with opened("/dev/null", os.O_RDWR) as fd, unmapped() as address:
        assert call("read", fd, address, 16) == 0
        assert call("write", fd, address, 16) == 16
        assert call("write", fd, None, 16) == 16


@pytest.mark.parametrize("count", [0x7FFFF000, 0x80000000, 1 << 40])
def test_a_large_count_is_cut_down(count: int) -> None:
    """sys_write.param.count.constraint."""
    with opened("/dev/null", os.O_WRONLY) as fd:
        assert call("write", fd, PAGE, count) == min(count, MAX_RW_COUNT)


def test_an_unmapped_buffer_is_noticed_when_bytes_are_copied(text: Path) -> None:
    """sys_read.error.EFAULT.unmapped: the end of a file needs no memory."""
    with opened(text, os.O_RDONLY) as fd, unmapped() as address:
        assert call("read", fd, address, 4) == -errno.EFAULT
        assert os.lseek(fd, 0, os.SEEK_CUR) == 0
        os.lseek(fd, 0, os.SEEK_END)
        assert call("read", fd, address, 4) == 0


def test_a_pipe_keeps_what_could_not_be_delivered() -> None:
    """sys_read.error.EFAULT.unmapped."""
    with pipe() as (source, sink), unmapped() as address:
        os.write(sink, b"kept")
        assert call("read", source, address, 4) == -errno.EFAULT
        assert os.read(source, 4) == b"kept"


def test_a_read_stops_at_a_hole_in_memory(text: Path) -> None:
    """sys_read.return.success: a fault after some bytes is not reported."""
    with opened(text, os.O_RDONLY) as fd, pages(2, hole=1) as base:
        assert call("read", fd, base + PAGE - 4, 8) == 4
        assert os.lseek(fd, 0, os.SEEK_CUR) == 4


def test_a_write_across_a_hole_depends_on_the_file() -> None:
    """sys_write.error.EFAULT.unmapped: tmpfs takes the front part, a pipe nothing."""
    with pages(2, hole=1) as base, pipe() as (_, sink):
        with descriptor(os.memfd_create("hole")) as fd:
            assert call("write", fd, base + PAGE - 4, 8) == 4
        assert call("write", sink, base + PAGE - 4, 8) == -errno.EFAULT


# The position.


def test_a_success_moves_the_position_by_the_result() -> None:
    """sys_read.return.ensures, sys_write.return.ensures."""
    with descriptor(os.memfd_create("position")) as fd:
        assert call("write", fd, b"0123456789", 10) == 10
        assert os.lseek(fd, 0, os.SEEK_CUR) == 10
        os.lseek(fd, 3, os.SEEK_SET)
        assert call("read", fd, ctypes.create_string_buffer(100), 100) == 7
        assert os.lseek(fd, 0, os.SEEK_CUR) == 10


def test_append_writes_at_the_end(text: Path) -> None:
    """sys_write.state-trans.file position."""
    with opened(text, os.O_WRONLY | os.O_APPEND) as fd:
        assert call("write", fd, b"ab", 2) == 2
        assert os.lseek(fd, 0, os.SEEK_CUR) == 12
    assert text.read_bytes() == b"0123456789ab"


def test_position_plus_count_may_not_overflow() -> None:
    """sys_read.error.EINVAL.position-overflow."""
    with descriptor(os.memfd_create("far")) as fd:
        assert os.lseek(fd, LLONG_MAX, os.SEEK_SET) == LLONG_MAX
        room = ctypes.create_string_buffer(8)
        assert call("read", fd, room, 1) == -errno.EINVAL
        assert call("write", fd, b"x", 1) == -errno.EINVAL
        assert call("read", fd, room, 0) == 0


def test_unsigned_offsets_may_not_pass_the_top() -> None:
    """sys_read.error.EOVERFLOW.offset-top."""
    with opened("/proc/self/mem", os.O_RDONLY) as fd:
        call("lseek", fd, ALL_ONES - 7, os.SEEK_SET)  # the offset itself looks like an error
        assert call("read", fd, ctypes.create_string_buffer(16), 16) == -errno.EOVERFLOW


# Kinds of files.


def test_a_directory_cannot_be_read(tmp_path: Path) -> None:
    """sys_read.error.EISDIR.directory."""
    with opened(tmp_path, os.O_RDONLY | os.O_DIRECTORY) as fd:
        for count in (0, 1, 1 << 40):
            assert call("read", fd, PAGE, count) == -errno.EISDIR
        assert call("read", fd, ALL_ONES, 1) == -errno.EFAULT


def test_an_eventfd_moves_eight_bytes() -> None:
    """sys_read.error.EINVAL.eventfd-size, sys_write.error.EINVAL.eventfd-value."""
    with descriptor(call("eventfd2", 1, os.O_NONBLOCK)) as fd:
        room = ctypes.create_string_buffer(16)
        assert call("read", fd, room, 7) == -errno.EINVAL
        assert call("read", fd, None, 0) == -errno.EINVAL
        assert call("read", fd, room, 16) == 8
        assert call("read", fd, room, 8) == -errno.EAGAIN
        assert call("write", fd, bytes(7), 7) == -errno.EINVAL
        assert call("write", fd, bytes(9), 9) == -errno.EINVAL
        assert call("write", fd, b"\xff" * 8, 8) == -errno.EINVAL
        assert call("write", fd, struct.pack("=Q", ALL_ONES - 1), 8) == 8
        assert call("write", fd, struct.pack("=Q", 1), 8) == -errno.EAGAIN


def test_a_timerfd_hands_out_eight_bytes() -> None:
    """sys_read.error.EINVAL.timerfd-size."""
    with descriptor(call("timerfd_create", 1, os.O_NONBLOCK)) as fd:
        room = ctypes.create_string_buffer(16)
        assert call("read", fd, room, 7) == -errno.EINVAL
        assert call("read", fd, room, 8) == -errno.EAGAIN
        at_once = struct.pack("=qqqq", 0, 0, 0, 1)
        assert call("timerfd_settime", fd, 0, at_once, None) == 0
        time.sleep(0.01)
        assert call("read", fd, room, 16) == 8


def test_a_signalfd_hands_out_whole_records() -> None:
    """sys_read.error.EINVAL.signalfd-size."""
    with descriptor(call("signalfd4", -1, bytes(8), 8, os.O_NONBLOCK)) as fd:
        room = ctypes.create_string_buffer(128)
        assert call("read", fd, room, 127) == -errno.EINVAL
        assert call("read", fd, room, 128) == -errno.EAGAIN


def test_an_inotify_event_must_fit(tmp_path: Path) -> None:
    """sys_read.error.EINVAL.inotify-size."""
    with descriptor(call("inotify_init1", os.O_NONBLOCK)) as fd:
        assert call("inotify_add_watch", fd, os.fsencode(tmp_path), 0x100) >= 0
        room = ctypes.create_string_buffer(4096)
        assert call("read", fd, room, 4096) == -errno.EAGAIN
        (tmp_path / "new").touch()
        assert call("read", fd, room, 15) == -errno.EINVAL
        assert call("read", fd, room, 4096) > 16


def test_an_empty_pipe_without_writers_is_at_its_end() -> None:
    """sys_read.return.success: 0, and memory is not looked at."""
    with pipe() as (source, sink), unmapped() as address:
        os.close(sink)
        assert call("read", source, address, 4) == 0


def test_a_pipe_that_would_block_gives_eagain() -> None:
    """sys_read.error.EAGAIN.nonblocking, sys_write.error.EAGAIN.nonblocking."""
    with pipe(os.O_NONBLOCK) as (source, sink):
        assert call("read", source, ctypes.create_string_buffer(1), 1) == -errno.EAGAIN
        room = fcntl.fcntl(sink, fcntl.F_GETPIPE_SZ)
        assert call("write", sink, bytes(2 * room), 2 * room) == room
        assert call("write", sink, b"x", 1) == -errno.EAGAIN


def test_a_pipe_without_readers_gives_epipe_and_one_signal() -> None:
    """sys_write.error.EPIPE.no-reader, sys_write.signal.SIGPIPE."""

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGPIPE, lambda number, _: seen.append(number))
        source, sink = os.pipe()
        os.close(source)
        assert call("write", sink, None, 0) == 0
        assert not seen
        assert call("write", sink, PAGE, 1) == -errno.EPIPE
        return len(seen)

    assert in_child(work) == 1


def test_a_socket_whose_peer_is_gone_gives_epipe_and_a_signal() -> None:
    """sys_write.error.EPIPE.socket-shut."""

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGPIPE, lambda number, _: seen.append(number))
        here, there = socket.socketpair()
        there.close()
        assert call("write", here.fileno(), b"x", 1) == -errno.EPIPE
        return len(seen)

    assert in_child(work) == 1


def test_sockets_without_a_peer() -> None:
    """sys_write.error.EDESTADDRREQ.no-address, sys_write.error.ENOTCONN.not-connected."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        assert call("write", udp.fileno(), b"x", 1) == -errno.EDESTADDRREQ
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as local:
        assert call("write", local.fileno(), b"x", 1) == -errno.ENOTCONN
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
        room = ctypes.create_string_buffer(1)
        assert call("read", tcp.fileno(), room, 1) == -errno.ENOTCONN


def test_a_socket_reset_and_a_message_too_long() -> None:
    """sys_read.error.ECONNRESET.reset, sys_write.error.EMSGSIZE.message-size."""
    here, there = socket.socketpair()
    with here:
        here.send(b"unread")
        there.close()
        room = ctypes.create_string_buffer(1)
        assert call("read", here.fileno(), room, 1) == -errno.ECONNRESET
    one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, two:
        size = 1 << 24
        assert call("write", one.fileno(), bytes(size), size) == -errno.EMSGSIZE


def test_a_receive_timeout_gives_eagain_on_a_blocking_socket() -> None:
    """sys_read.error.EAGAIN.receive-timeout."""
    here, there = socket.socketpair()
    with here, there:
        here.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 1000))
        assert call("read", here.fileno(), ctypes.create_string_buffer(1), 1) == -errno.EAGAIN


def test_dev_full_has_no_room() -> None:
    """sys_write.error.ENOSPC."""
    with opened("/dev/full", os.O_WRONLY) as fd:
        assert call("write", fd, b"x", 1) == -errno.ENOSPC


def test_a_sealed_memfd_refuses_writes() -> None:
    """sys_write.error.EPERM.sealed."""
    with descriptor(os.memfd_create("sealed", os.MFD_ALLOW_SEALING)) as fd:
        assert call("write", fd, b"0123", 4) == 4
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_GROW)
        assert call("write", fd, b"4", 1) == -errno.EPERM
        os.lseek(fd, 0, os.SEEK_SET)
        assert call("write", fd, b"4", 1) == 1
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE)
        assert call("write", fd, b"4", 1) == -errno.EPERM
        assert call("write", fd, b"4", 0) == 0


# Limits, signals, privileges.


def test_the_file_size_limit_cuts_and_then_refuses(tmp_path: Path) -> None:
    """sys_write.error.EFBIG.rlimit-fsize, sys_write.signal.SIGXFSZ."""
    path = tmp_path / "limited"

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGXFSZ, lambda number, _: seen.append(number))
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        assert call("write", fd, bytes(16), 16) == 10
        assert not seen
        assert call("write", fd, None, 0) == 0
        assert call("write", fd, bytes(1), 1) == -errno.EFBIG
        return len(seen)

    assert in_child(work) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_a_signal_interrupts_a_waiting_read(restart: bool) -> None:
    """sys_read.signal.interrupt, sys_read.error.EINTR."""

    def work() -> int:
        source, sink = os.pipe()
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.siginterrupt(signal.SIGALRM, not restart)
        if os.fork() == 0:
            time.sleep(0.3)
            os.write(sink, b"late")
            os._exit(0)
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        return call("read", source, ctypes.create_string_buffer(8), 8)

    assert in_child(work) == (4 if restart else -errno.EINTR)


def test_writing_drops_set_user_id_unless_cap_fsetid() -> None:
    """sys_write.capability.CAP_FSETID, sys_write.side-effect.drop-privileges."""
    needs_root()
    with descriptor(os.memfd_create("setuid")) as fd:

        def work() -> int:
            os.fchmod(fd, 0o6755)
            assert call("write", fd, None, 0) == 0
            before = os.fstat(fd).st_mode & 0o7777
            assert before == 0o6755
            assert call("write", fd, b"x", 1) == 1
            return os.fstat(fd).st_mode & 0o7777

        assert in_child(work) == 0o6755
        os.fchown(fd, NOBODY, NOBODY)
        assert in_child(work, uid=NOBODY) == 0o755


def test_a_background_reader_of_an_orphaned_group_gets_eio() -> None:
    """sys_read.error.EIO.tty-background."""

    def work() -> int:
        os.setsid()
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        source, sink = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTTIN, signal.SIG_IGN)
            answer = call("read", slave, ctypes.create_string_buffer(1), 1)
            os.write(sink, str(answer).encode())
            os._exit(0)
        answer = int(os.read(source, 16))
        os.waitpid(pid, 0)
        assert master >= 0  # still open: closing it would hang up on this process
        return answer

    assert in_child(work) == -errno.EIO
