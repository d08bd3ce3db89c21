"""What the specification of close claims, tried on the running kernel."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import signal
import socket
import stat
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.specs import fuse_server, namespaces
from tests.specs.opening import closed
from tests.specs.rawcall import call, descriptor, in_child, needs_root

pytestmark = [pytest.mark.requires("gcc"), pytest.mark.usefixtures("objects")]


def is_open(fd: int) -> bool:
    return call("fcntl", fd, fcntl.F_GETFD) >= 0


# The number.


@pytest.mark.parametrize("fd", [-1, 9999, 0x7FFFFFFF, 0x80000000, -100])
def test_a_number_that_is_not_open(fd: int) -> None:
    """sys_close.error.EBADF.not-open."""
    assert call("close", fd) == -errno.EBADF


def test_the_number_is_free_afterwards() -> None:
    """sys_close.return.success, sys_close.return.ensures, sys_close.side-effect.descriptor.

    sys_close.state-trans.descriptor-fd.
    """
    fd = os.open("file", os.O_RDONLY)
    assert call("close", fd) == 0
    assert not is_open(fd)
    assert call("close", fd) == -errno.EBADF
    assert os.open("file", os.O_RDONLY) == fd
    os.close(fd)


def test_only_the_low_half_of_the_register_names_a_descriptor() -> None:
    """sys_close.param.fd."""
    fd = os.open("file", os.O_RDONLY)
    assert call("close", fd | 1 << 32) == 0
    assert not is_open(fd)


@pytest.mark.parametrize("name", ["file", "dir", "fifo", "sock"])
def test_a_descriptor_that_marks_a_place_is_closed_like_others(name: str) -> None:
    """sys_close.param.fd."""
    fd = os.open(name, os.O_PATH)
    assert call("close", fd) == 0
    assert not is_open(fd)


def test_objects_without_a_name_are_closed() -> None:
    """sys_close.error-set: closed for what has no flush operation."""
    source, sink = os.pipe()
    here, there = socket.socketpair()
    numbers = [
        source,
        sink,
        here.detach(),
        there.detach(),
        os.memfd_create("x"),
        call("eventfd2", 0, 0),
        call("timerfd_create", 1, 0),
        call("signalfd4", -1, bytes(8), 8, 0),
        call("inotify_init1", 0),
        call("epoll_create1", 0),
    ]
    assert min(numbers) >= 0
    assert [call("close", fd) for fd in numbers] == [0] * len(numbers)


def test_a_number_that_is_being_opened_is_not_open_yet() -> None:
    """sys_close.error.EBADF.not-open, sys_open.state-trans.descriptor-number.

    A FIFO without a writer keeps its reader in open.
    """

    def work() -> int:
        taken = os.dup(0)
        os.close(taken)  # the number that the next open reserves
        reader: list[int] = []
        opener = threading.Thread(target=lambda: reader.append(os.open("fifo", os.O_RDONLY)))
        opener.start()
        free = taken
        while free == taken:
            time.sleep(0.01)
            free = os.dup(0)
            os.close(free)
        answer = call("close", taken)
        os.close(os.open("fifo", os.O_WRONLY))
        opener.join()
        assert reader == [taken]
        return -answer

    assert in_child(work) == errno.EBADF


# The description.


def test_copies_keep_the_description_alive() -> None:
    """sys_close.side-effect.description."""
    source, sink = os.pipe()
    with descriptor(source):
        copy = os.dup(sink)
        assert call("close", sink) == 0
        os.set_blocking(source, False)
        with pytest.raises(BlockingIOError):
            os.read(source, 1)
        assert call("close", copy) == 0
        assert os.read(source, 1) == b""


def test_a_call_at_work_keeps_the_description_alive() -> None:
    """sys_close.side-effect.description: close does not wake a reader."""
    source, sink = os.pipe()
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(os.read(source, 1)))
    reader.start()
    time.sleep(0.1)
    assert call("close", source) == 0
    reader.join(0.1)
    assert reader.is_alive()
    os.write(sink, b"x")
    reader.join()
    os.close(sink)
    assert got == [b"x"]


def test_a_mapping_keeps_a_file_without_name_alive() -> None:
    """sys_close.side-effect.description: its room is free when the mapping is gone too."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"), data="size=1m")

        def used() -> int:
            found = os.statvfs("dir")
            return (found.f_blocks - found.f_bfree) * found.f_frsize

        fd = os.open("dir/file", os.O_RDWR | os.O_CREAT)
        os.write(fd, bytes(8192))
        address = call("mmap", 0, 8192, 1, 1, fd, 0)  # readable, shared
        Path("dir/file").unlink()
        assert call("close", fd) == 0
        assert used() == 8192
        assert call("munmap", address, 8192) == 0
        return used()

    assert in_child(work) == 0


def lock_is_free(kind: int) -> bool:
    """Whether another process could lock ``file``: by POSIX record lock or by flock."""

    def work() -> int:
        fd = os.open("file", os.O_RDWR)
        try:
            if kind == fcntl.F_SETLK:
                fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 0
        return 1

    return in_child(work) == 1


def test_record_locks_go_with_any_descriptor_of_the_file() -> None:
    """sys_close.side-effect.posix-locks."""
    with descriptor(os.open("file", os.O_RDWR)) as holder:
        fcntl.lockf(holder, fcntl.LOCK_EX)
        marked = os.open("file", os.O_PATH)
        assert call("close", marked) == 0
        assert not lock_is_free(fcntl.F_SETLK)
        other = os.open("file", os.O_RDONLY)
        assert call("close", other) == 0
        assert lock_is_free(fcntl.F_SETLK)


def test_flock_locks_go_with_the_description() -> None:
    """sys_close.side-effect.description."""
    with descriptor(os.open("file", os.O_RDWR)) as holder:
        fcntl.flock(holder, fcntl.LOCK_EX)
        copy = os.dup(holder)
        other = os.open("file", os.O_RDONLY)
        for fd in (copy, other):
            assert call("close", fd) == 0
        assert not lock_is_free(0)
        assert call("close", holder) == 0
        assert lock_is_free(0)


def test_epoll_forgets_the_description() -> None:
    """sys_close.side-effect.description: with its last descriptor, not before."""
    source, sink = os.pipe()
    with select.epoll() as poll, descriptor(sink):
        poll.register(source, select.EPOLLIN)
        os.write(sink, b"x")
        copy = os.dup(source)
        assert call("close", source) == 0
        assert poll.poll(0) == [(source, select.EPOLLIN)]
        assert call("close", copy) == 0
        assert poll.poll(0) == []


def test_watchers_are_told_when_the_description_ends(tmp_path: Path) -> None:
    """sys_close.side-effect.notify."""
    close_write, close_nowrite = 0x8, 0x10
    with descriptor(call("inotify_init1", os.O_NONBLOCK)) as fd:
        name = bytes(tmp_path / "file")
        assert call("inotify_add_watch", fd, name, close_write | close_nowrite) >= 0

        def events() -> list[int]:
            try:
                data = os.read(fd, 4096)
            except BlockingIOError:
                return []
            return [struct.unpack_from("=iI", data, at)[1] for at in range(0, len(data), 16)]

        one = os.open("file", os.O_RDWR)
        copy = os.dup(one)
        assert call("close", one) == 0
        assert events() == []
        assert call("close", copy) == 0
        assert events() == [close_write]
        assert closed(call("openat", -100, name, os.O_PATH, 0)) == 0
        assert events() == []


def test_directory_notifications_end() -> None:
    """sys_close.side-effect.notify: those of dnotify, with any descriptor of the description."""

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGIO, lambda number, _: seen.append(number))
        fd = os.open("dir", os.O_RDONLY)
        other, copy = os.open("dir", os.O_RDONLY), os.dup(fd)
        fcntl.fcntl(fd, fcntl.F_NOTIFY, fcntl.DN_CREATE | fcntl.DN_MULTISHOT)
        assert call("close", other) == 0
        Path("dir/one").touch()
        assert len(seen) == 1
        assert call("close", copy) == 0
        Path("dir/two").touch()
        return len(seen)

    if not Path("/proc/sys/fs/dir-notify-enable").exists():
        pytest.skip("needs dnotify")
    assert in_child(work) == 1


# Signals and waiting.


@pytest.mark.parametrize("end", [0, 1])
def test_the_other_end_of_a_pipe_hears_by_sigio(end: int) -> None:
    """sys_close.signal.SIGIO.last-end."""

    def work() -> int:
        seen: list[int] = []
        signal.signal(signal.SIGIO, lambda number, _: seen.append(number))
        ends = os.pipe()
        other = ends[1 - end]
        fcntl.fcntl(other, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(other, fcntl.F_SETFL, fcntl.fcntl(other, fcntl.F_GETFL) | os.O_ASYNC)
        copy = os.dup(ends[end])
        assert call("close", copy) == 0
        assert not seen
        assert call("close", ends[end]) == 0
        return len(seen)

    assert in_child(work) == 1


def test_closing_the_master_side_hangs_up() -> None:
    """sys_close.signal.SIGHUP.hangup."""

    def work() -> int:
        master, slave = os.openpty()
        name = os.ttyname(slave)
        os.close(slave)
        source, sink = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(master)
            os.setsid()
            os.open(name, os.O_RDWR)
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
            os.write(sink, b"x")
            os._exit(0 if signal.sigtimedwait([signal.SIGHUP], 10) else 1)
        os.read(source, 1)
        assert call("close", master) == 0
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert in_child(work) == 0


def test_a_socket_may_linger() -> None:
    """sys_close.side-effect.wait: a peer that does not read keeps data from being sent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client = socket.create_connection(server.getsockname())
        peer, _ = server.accept()
        with peer:
            client.setblocking(False)
            with suppress(BlockingIOError):
                while client.send(bytes(65536)):
                    pass
            client.setblocking(True)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 1))
            start = time.monotonic()
            assert call("close", client.detach()) == 0
            assert time.monotonic() - start > 0.9


def test_unread_data_resets_a_connection() -> None:
    """sys_close.side-effect.socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        peer, _ = server.accept()
        with peer:
            peer.send(b"unread")
            select.select([client], [], [], 10)
            assert call("close", client.detach()) == 0
            select.select([peer], [], [], 10)
            with pytest.raises(ConnectionResetError):
                peer.recv(1)


# Flushing.


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EINTR])
def test_an_error_of_flushing_is_the_result(error: int) -> None:
    """sys_close.error.EIO.flush, sys_close.error.ENOSPC.flush, sys_close.error.EDQUOT.flush.

    sys_close.error.EINTR.flush, and the ensures of each;
    sys_close.constraint.no-second-attempt.once: the number is free all the same.
    """

    def work(_: fuse_server.Server) -> int:
        fd = os.open("dir/file", os.O_RDWR)
        answer = -call("close", fd)
        assert not is_open(fd)
        assert os.dup(0) == fd
        return answer

    assert fuse_server.served({fuse_server.FLUSH: error}, work) == error


def test_the_file_flushes_at_each_close() -> None:
    """sys_close.side-effect.flush: for each copy of the descriptor, and not for O_PATH."""

    def work(server: fuse_server.Server) -> int:
        fd = os.open("dir/file", os.O_RDWR)
        copies = [fd, os.dup(fd), os.dup(fd)]
        place = os.open("dir/file", os.O_PATH)
        server.requests()
        assert call("close", place) == 0
        assert server.requests() == []
        for copy in copies[:-1]:
            assert call("close", copy) == -errno.EIO
            assert server.requests() == [fuse_server.FLUSH]
        assert call("close", copies[-1]) == -errno.EIO
        time.sleep(0.1)  # the release is not waited for
        return int(server.requests() == [fuse_server.FLUSH, fuse_server.RELEASE])

    assert fuse_server.served({fuse_server.FLUSH: errno.EIO}, work) == 1


def test_errors_of_releasing_are_thrown_away() -> None:
    """sys_close.side-effect.description."""

    def work(_: fuse_server.Server) -> int:
        return -call("close", os.open("dir/file", os.O_RDWR))

    assert fuse_server.served({fuse_server.RELEASE: errno.EIO}, work) == 0


def test_a_file_system_on_a_disk_reports_nothing() -> None:
    """sys_close.error.ENOSPC.flush is not for tmpfs: a write that failed is forgotten."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"), data="size=4k")
        fd = os.open("dir/file", os.O_RDWR | os.O_CREAT)
        assert call("write", fd, bytes(8192), 8192) == 4096
        assert call("write", fd, b"x", 1) == -errno.ENOSPC
        assert stat.S_ISREG(os.fstat(fd).st_mode)
        return -call("close", fd)

    assert in_child(work) == 0
