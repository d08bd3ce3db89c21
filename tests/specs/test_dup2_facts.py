"""What the specification of dup2 claims, tried on the running kernel."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.specs.rawcall import call, descriptor, in_child

pytestmark = pytest.mark.requires("gcc")


@pytest.fixture
def source() -> Iterator[int]:
    """A descriptor with close-on-exec."""
    with descriptor(os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)) as fd:
        yield fd


def flags_of(fd: int) -> int:
    return fcntl.fcntl(fd, fcntl.F_GETFD)


def soft_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


@pytest.mark.parametrize("fd", [-1, 0x7FFFFFFF, 0x80000000])
def test_an_old_number_that_is_not_open_is_refused(fd: int, source: int) -> None:
    """sys_dup2.error.EBADF.not-open: and the new number stays what it was."""
    assert call("dup2", fd, source) == -errno.EBADF
    assert call("dup2", fd, fd) == -errno.EBADF
    assert flags_of(source) == fcntl.FD_CLOEXEC


@pytest.mark.parametrize("fd", [-1, 0x7FFFFFFF])
def test_a_new_number_above_the_limit_is_ebadf(fd: int, source: int) -> None:
    """sys_dup2.error.EBADF.newfd-limit."""
    assert call("dup2", source, fd) == -errno.EBADF


def test_the_limit_itself_is_the_first_number_refused(source: int) -> None:
    """sys_dup2.param.newfd.require.below-limit."""

    def work() -> int:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
        assert call("dup2", source, 199) == 199
        return call("dup2", source, 200)

    assert in_child(work) == -errno.EBADF


def test_equal_numbers_do_nothing_even_above_the_limit(source: int) -> None:
    """sys_dup2.return.success: close-on-exec stays, and the limit is not asked."""

    def work() -> int:
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        assert call("dup2", source, 150) == 150
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
        assert call("dup2", source, 151) == -errno.EBADF
        return call("dup2", 150, 150)

    assert call("dup2", source, source) == source
    assert flags_of(source) == fcntl.FD_CLOEXEC
    assert in_child(work) == 150


def test_the_copy_has_no_close_on_exec(source: int) -> None:
    """sys_dup2.return.ensures."""
    with descriptor(os.open("/dev/zero", os.O_RDONLY | os.O_CLOEXEC)) as target:
        assert call("dup2", source, target) == target
        assert flags_of(target) == 0
        assert os.fstat(target).st_rdev == os.fstat(source).st_rdev


def test_both_share_the_position(tmp_path: Path) -> None:
    """sys_dup2.state-trans.descriptor newfd: one description, two numbers."""
    path = tmp_path / "text"
    path.write_bytes(b"0123456789")
    with (
        descriptor(os.open(path, os.O_RDONLY)) as one,
        descriptor(os.open("/dev/null", os.O_RDONLY)) as two,
    ):
        assert call("dup2", one, two) == two
        assert os.read(one, 4) == b"0123"
        assert os.read(two, 4) == b"4567"


def test_what_the_new_number_meant_is_closed(source: int) -> None:
    """sys_dup2.side-effect.close-old: the last writer is gone."""
    reader, writer = os.pipe()
    with descriptor(reader), descriptor(writer):
        assert call("dup2", source, writer) == writer
        assert os.read(reader, 1) == b""


def test_closing_the_old_file_drops_record_locks(source: int, tmp_path: Path) -> None:
    """sys_dup2.side-effect.close-old."""
    path = tmp_path / "locked"
    path.touch()

    def blocked() -> int:
        fd = os.open(path, os.O_RDWR)
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 1
        return 0

    with (
        descriptor(os.open(path, os.O_RDWR)) as holder,
        descriptor(os.open(path, os.O_RDWR)) as other,
    ):
        fcntl.lockf(holder, fcntl.LOCK_EX)
        assert in_child(blocked) == 1
        assert call("dup2", source, other) == other
        assert in_child(blocked) == 0


def test_a_descriptor_that_marks_a_place_can_be_copied(tmp_path: Path) -> None:
    """sys_dup2.param.oldfd: O_PATH is no obstacle."""
    with (
        descriptor(os.open(tmp_path, os.O_PATH)) as place,
        descriptor(os.open("/dev/null", os.O_RDONLY)) as target,
    ):
        assert call("dup2", place, target) == target
        assert os.fstat(target).st_ino == tmp_path.stat().st_ino


def test_a_number_that_is_being_opened_is_busy(source: int, tmp_path: Path) -> None:
    """sys_dup2.error.EBUSY.half-open: a FIFO without a writer keeps its reader in open."""
    fifo = os.fsencode(tmp_path / "fifo")
    os.mkfifo(fifo)

    def work() -> int:
        taken = os.dup(source)
        os.close(taken)  # the number that the next open reserves
        opener = threading.Thread(target=os.open, args=(fifo, os.O_RDONLY), daemon=True)
        opener.start()
        answers = set()
        for _ in range(100):
            time.sleep(0.01)
            free = os.dup(source)
            os.close(free)
            if free != taken:
                answers.add(call("dup2", source, taken))
                break
        os.close(os.open(fifo, os.O_WRONLY))
        opener.join()
        return answers.pop()

    assert in_child(work) == -errno.EBUSY


def test_the_table_grows_on_demand(source: int) -> None:
    """sys_dup2.side-effect.grow."""

    def table_size() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("FDSize"))

    def work() -> int:
        top = min(soft_limit(), 4096) - 1
        assert table_size() <= top
        # The table grows before the old number is looked up.
        assert call("dup2", -1, top) == -errno.EBADF
        assert table_size() > top
        return call("dup2", source, top) - top

    assert in_child(work) == 0


def test_only_the_low_half_of_the_registers_counts(source: int) -> None:
    """sys_dup2.param.newfd."""
    with descriptor(os.open("/dev/zero", os.O_RDONLY)) as target:
        assert call("dup2", source | 1 << 32, target | 1 << 33) == target
