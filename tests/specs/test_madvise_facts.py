"""What the specification of madvise claims, tried on the running kernel."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.specs.rawcall import ALL_ONES, PAGE, call, descriptor, in_child, needs_root, pages

pytestmark = pytest.mark.requires("gcc", "system-headers")

NOBODY = 65534
READ, WRITE = mmap.PROT_READ, mmap.PROT_WRITE
SHARED, PRIVATE = mmap.MAP_SHARED, mmap.MAP_PRIVATE
#: The one number that headers older than the kernel may lack; it is the same everywhere.
MSEAL = 462

ALWAYS = """
    NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED FREE REMOVE DONTFORK DOFORK DONTDUMP DODUMP
    WIPEONFORK KEEPONFORK COLD PAGEOUT POPULATE_READ POPULATE_WRITE DONTNEED_LOCKED
""".split()


@cache
def values() -> dict[str, int]:
    """Each MADV_ value of the kernel's headers."""
    run = subprocess.run(
        ["gcc", "-E", "-dM", "-"],
        input="#include <asm/mman.h>\n",
        text=True,
        capture_output=True,
        check=True,
    )
    words = [line.split() for line in run.stdout.splitlines()]
    return {
        word[1].removeprefix("MADV_"): int(word[2], 0)
        for word in words
        if len(word) >= 3 and word[1].startswith("MADV_")
    }


def madvise(start: int, length: int, name: str) -> int:
    return call("madvise", start, length, values()[name])


def byte(address: int) -> int:
    return ctypes.c_ubyte.from_address(address).value


def put(address: int, value: int) -> None:
    ctypes.c_ubyte.from_address(address).value = value


@contextmanager
def mapped(fd: int, length: int, protection: int, flags: int) -> Iterator[int]:
    """Address of a mapping of ``fd``, or of anonymous memory for -1."""
    if fd < 0:
        flags |= mmap.MAP_ANONYMOUS
    base = call("mmap", 0, length, protection, flags, fd, 0)
    assert base > 0
    try:
        yield base
    finally:
        call("munmap", base, length)


@contextmanager
def tmpfs_file(count: int = 2) -> Iterator[int]:
    with descriptor(os.memfd_create("facts", os.MFD_ALLOW_SEALING)) as fd:
        os.ftruncate(fd, count * PAGE)
        yield fd


# Order of checks.


@pytest.mark.parametrize("behavior", [9999, -1, 5, 7])
@pytest.mark.parametrize("length", [0, PAGE])
def test_an_unknown_value_is_refused_even_for_length_0(behavior: int, length: int) -> None:
    """sys_madvise.param.behavior.constraint."""
    with pages(1) as base:
        assert call("madvise", base, length, behavior) == -errno.EINVAL


@pytest.mark.parametrize("length", [0, PAGE])
def test_a_start_inside_a_page_is_refused_even_for_length_0(length: int) -> None:
    """sys_madvise.param.start.constraint."""
    with pages(2) as base:
        assert madvise(base + 1, length, "NORMAL") == -errno.EINVAL


@pytest.mark.parametrize("name", ALWAYS)
def test_values_that_every_kernel_knows(name: str) -> None:
    """sys_madvise.param.behavior.constraint: length 0 needs no mapping."""
    assert madvise(0, 0, name) == 0


def test_only_the_low_half_of_the_register_is_the_advice() -> None:
    """sys_madvise.param.behavior."""
    with pages(1) as base:
        assert call("madvise", base, PAGE, values()["NORMAL"] | 1 << 32) == 0


def test_a_length_that_overflows_is_refused() -> None:
    """sys_madvise.param.len_in.require.no-wrap."""
    with pages(1) as base:
        assert madvise(base, ALL_ONES, "NORMAL") == -errno.EINVAL
        assert madvise(base, ALL_ONES - PAGE + 1, "NORMAL") == -errno.EINVAL


def test_a_huge_length_without_overflow_has_holes() -> None:
    """sys_madvise.error.ENOMEM.hole."""
    with pages(1) as base:
        assert in_child(lambda: madvise(base, 1 << 63, "NORMAL")) == -errno.ENOMEM


def test_length_0_needs_no_privilege() -> None:
    """sys_madvise.error.EPERM.inject: the capability comes after the length."""
    needs_root()
    known = madvise(0, 0, "HWPOISON") == 0
    answer = in_child(lambda: madvise(0, 0, "HWPOISON"), uid=NOBODY)
    assert answer == (0 if known else -errno.EINVAL)


@pytest.mark.parametrize("name", ["HWPOISON", "SOFT_OFFLINE"])
def test_injecting_errors_needs_cap_sys_admin(name: str) -> None:
    """sys_madvise.error.EPERM.inject, sys_madvise.capability.CAP_SYS_ADMIN."""
    needs_root()
    known = madvise(0, 0, name) == 0
    with pages(1) as base:
        answer = in_child(lambda: madvise(base, PAGE, name), uid=NOBODY)
    assert answer == (-errno.EPERM if known else -errno.EINVAL)


# Ranges.


def test_a_hole_is_reported_and_both_sides_are_treated() -> None:
    """sys_madvise.error.ENOMEM.hole."""
    with pages(3, hole=1) as base:
        put(base, 1)
        put(base + 2 * PAGE, 1)
        assert madvise(base, 3 * PAGE, "DONTNEED") == -errno.ENOMEM
        assert byte(base) == 0
        assert byte(base + 2 * PAGE) == 0


def test_the_length_is_rounded_up() -> None:
    """sys_madvise.param.len_in: one byte more is one page more."""
    with pages(2) as base:
        put(base + PAGE, 1)
        assert madvise(base, PAGE + 1, "DONTNEED") == 0
        assert byte(base + PAGE) == 0


# Discarding.


@pytest.mark.parametrize("name", ["DONTNEED", "DONTNEED_LOCKED"])
def test_discarded_anonymous_memory_reads_as_zero(name: str) -> None:
    """sys_madvise.state-trans.page of private anonymous memory."""
    with pages(1) as base:
        put(base, 7)
        assert madvise(base, PAGE, name) == 0
        assert byte(base) == 0


def test_locked_memory_is_not_discarded() -> None:
    """sys_madvise.error.EINVAL.locked, sys_madvise.error.EINVAL.lru."""
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == 0:
        needs_root()
    with pages(1) as base, tmpfs_file(1) as fd, mapped(fd, PAGE, READ | WRITE, SHARED) as file:
        assert call("mlock", base, PAGE) == 0
        assert call("mlock", file, PAGE) == 0
        for name in ("DONTNEED", "FREE", "COLD", "PAGEOUT"):
            assert madvise(base, PAGE, name) == -errno.EINVAL
        assert madvise(file, PAGE, "REMOVE") == -errno.EINVAL
        put(base, 7)
        assert madvise(base, PAGE, "DONTNEED_LOCKED") == 0
        assert byte(base) == 0


def test_free_is_for_private_anonymous_memory() -> None:
    """sys_madvise.error.EINVAL.free-file."""
    with (
        pages(1) as base,
        mapped(-1, PAGE, READ | WRITE, SHARED) as shared,
        tmpfs_file(1) as fd,
        mapped(fd, PAGE, READ | WRITE, PRIVATE) as private,
    ):
        assert madvise(base, PAGE, "FREE") == 0
        assert madvise(shared, PAGE, "FREE") == -errno.EINVAL
        assert madvise(private, PAGE, "FREE") == -errno.EINVAL


def test_remove_punches_a_hole_into_the_file() -> None:
    """sys_madvise.side-effect.punch."""
    with tmpfs_file(1) as fd, mapped(fd, PAGE, READ | WRITE, SHARED) as base:
        put(base, 7)
        assert madvise(base, PAGE, "REMOVE") == 0
        assert os.pread(fd, 1, 0) == b"\0"
        assert os.fstat(fd).st_size == PAGE


def test_remove_needs_a_shared_mapping_with_the_right_to_write(tmp_path: Path) -> None:
    """sys_madvise.error.EACCES.remove-private, sys_madvise.error.EINVAL.remove-anonymous."""
    path = tmp_path / "file"
    path.write_bytes(bytes(PAGE))
    with (
        pages(1) as anonymous,
        mapped(-1, PAGE, READ | WRITE, SHARED) as hidden_file,
        descriptor(os.open(path, os.O_RDONLY)) as fd,
        mapped(fd, PAGE, READ, SHARED) as read_only,
        mapped(fd, PAGE, READ | WRITE, PRIVATE) as private,
        tmpfs_file(1) as memory,
        mapped(memory, PAGE, 0, SHARED) as protected,
    ):
        assert madvise(anonymous, PAGE, "REMOVE") == -errno.EINVAL
        assert madvise(hidden_file, PAGE, "REMOVE") == 0
        assert madvise(read_only, PAGE, "REMOVE") == -errno.EACCES
        assert madvise(private, PAGE, "REMOVE") == -errno.EACCES
        assert madvise(protected, PAGE, "REMOVE") == 0


def test_remove_on_a_sealed_file_is_refused() -> None:
    """sys_madvise.error.EPERM.remove-sealed."""
    with tmpfs_file(1) as fd, mapped(fd, PAGE, READ | WRITE, SHARED) as base:
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, 0x10)  # F_SEAL_FUTURE_WRITE
        assert madvise(base, PAGE, "REMOVE") == -errno.EPERM


def test_sealed_memory_is_not_discarded_unless_writable() -> None:
    """sys_madvise.error.EPERM.mseal."""

    def work() -> int:
        base = call("mmap", 0, 2 * PAGE, READ | WRITE, PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        assert call("mprotect", base, PAGE, READ) == 0
        libc = ctypes.CDLL(None, use_errno=True)
        sealed = libc.syscall(MSEAL, ctypes.c_ulong(base), ctypes.c_ulong(2 * PAGE), 0)
        if sealed and ctypes.get_errno() == errno.ENOSYS:
            return 1
        assert madvise(base + PAGE, PAGE, "DONTNEED") == 0
        assert madvise(base, PAGE, "NORMAL") == 0
        for name in ("FREE", "DONTNEED", "DONTNEED_LOCKED", "DONTFORK", "WIPEONFORK"):
            assert madvise(base, PAGE, name) == -errno.EPERM
        return 0

    if in_child(work):
        pytest.skip("this kernel has no mseal")


# Flags of mappings.


def test_wiped_memory_is_zero_in_a_child() -> None:
    """sys_madvise.state-trans.memory of a child."""
    with pages(1) as base:
        put(base, 7)
        assert in_child(lambda: byte(base)) == 7
        assert madvise(base, PAGE, "WIPEONFORK") == 0
        assert in_child(lambda: byte(base)) == 0
        assert madvise(base, PAGE, "KEEPONFORK") == 0
        assert in_child(lambda: byte(base)) == 7


def test_wiping_is_for_private_anonymous_memory() -> None:
    """sys_madvise.error.EINVAL.wipeonfork-file."""
    with (
        mapped(-1, PAGE, READ | WRITE, SHARED) as shared,
        tmpfs_file(1) as fd,
        mapped(fd, PAGE, READ, PRIVATE) as private,
    ):
        assert madvise(shared, PAGE, "WIPEONFORK") == -errno.EINVAL
        assert madvise(private, PAGE, "WIPEONFORK") == -errno.EINVAL


def test_memory_kept_from_a_child_is_absent_there() -> None:
    """sys_madvise.state-trans.memory of a child: the range is a hole."""
    with pages(1) as base:
        assert madvise(base, PAGE, "DONTFORK") == 0
        assert in_child(lambda: madvise(base, PAGE, "NORMAL")) == -errno.ENOMEM
        assert madvise(base, PAGE, "DOFORK") == 0
        assert in_child(lambda: madvise(base, PAGE, "NORMAL")) == 0


def test_too_many_mappings_give_eagain() -> None:
    """sys_madvise.error.EAGAIN.split."""
    limit = int(Path("/proc/sys/vm/max_map_count").read_text())
    if limit > 300_000:
        pytest.skip("vm.max_map_count is too large to be used up quickly")

    def work() -> int:
        size = (limit + 64) * PAGE
        base = call("mmap", 0, size, READ | WRITE, PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
        assert base > 0
        for page in range(1, limit + 64, 2):
            answer = madvise(base + page * PAGE, PAGE, "DONTDUMP")
            if answer:
                return answer
        return 0

    assert in_child(work) == -errno.EAGAIN


# Populating.


def test_populating_checks_the_protection() -> None:
    """sys_madvise.error.EINVAL.populate-access."""
    with mapped(-1, PAGE, READ, PRIVATE) as base:
        assert madvise(base, PAGE, "POPULATE_READ") == 0
        assert madvise(base, PAGE, "POPULATE_WRITE") == -errno.EINVAL
        assert call("mprotect", base, PAGE, 0) == 0
        assert madvise(base, PAGE, "POPULATE_READ") == -errno.EINVAL


def test_populating_behind_the_end_of_a_file_sends_no_signal() -> None:
    """sys_madvise.error.EFAULT.populate-fault: no SIGBUS."""
    with tmpfs_file(1) as fd, mapped(fd, 2 * PAGE, READ | WRITE, SHARED) as base:
        assert madvise(base, PAGE, "POPULATE_READ") == 0
        assert madvise(base + PAGE, PAGE, "POPULATE_READ") == -errno.EFAULT


def test_populating_stops_at_a_hole() -> None:
    """sys_madvise.error.ENOMEM.hole: what lies behind it is left alone."""
    with pages(3, hole=1) as base:
        assert madvise(base, 3 * PAGE, "POPULATE_WRITE") == -errno.ENOMEM
        resident = ctypes.create_string_buffer(1)
        assert call("mincore", base, PAGE, resident) == 0
        assert resident.raw[0] & 1 == 1
        assert call("mincore", base + 2 * PAGE, PAGE, resident) == 0
        assert resident.raw[0] & 1 == 0


# Advice that is ignored or refused.


def test_pageout_of_a_foreign_shared_file_is_ignored(tmp_path: Path) -> None:
    """sys_madvise.notes: 0 although nothing is done."""
    needs_root()
    path = tmp_path / "foreign"
    path.write_bytes(bytes(PAGE))
    path.chmod(0o444)
    with (
        descriptor(os.open(path, os.O_RDONLY)) as fd,
        mapped(fd, PAGE, READ, SHARED) as base,
    ):
        assert in_child(lambda: madvise(base, PAGE, "PAGEOUT"), uid=NOBODY) == 0


def test_a_page_that_cannot_be_merged_is_no_error() -> None:
    """sys_madvise.notes."""
    if madvise(0, 0, "MERGEABLE") == -errno.EINVAL:
        pytest.skip("this kernel has no CONFIG_KSM")
    with mapped(-1, PAGE, READ | WRITE, SHARED) as base:
        assert madvise(base, PAGE, "MERGEABLE") == 0
        assert madvise(base, PAGE, "UNMERGEABLE") == 0


def test_collapsing_memory_too_small_for_a_huge_page_is_refused() -> None:
    """sys_madvise.error.EINVAL.collapse."""
    if madvise(0, 0, "COLLAPSE") == -errno.EINVAL:
        pytest.skip("this kernel has no CONFIG_TRANSPARENT_HUGEPAGE")
    with pages(1) as base:
        assert madvise(base, PAGE, "COLLAPSE") == -errno.EINVAL
