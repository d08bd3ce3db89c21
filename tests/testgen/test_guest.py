"""The executor in guests: what would change a machine, and kernels that fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import GUEST, Case
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import InGuest
from kapi.testgen.record import Record
from kapi.testgen.run import judge_records, violations
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, machine, memory, mounts, process
from kapi.testgen.setup.steps import Steps
from kapi.vm import build as vm_build
from kapi.vm.cache import Cache
from kapi.vm.qemu import Machine
from kapi.vm.stock import StockKernel
from tests.testgen.chosen import WAITS, all_chosen
from tests.testgen.guests import Runner, guest_with_disk, runner
from tests.testgen.running import case_of
from tests.vm.conftest import kernel_cache, kernel_tree, small_kernel, stock

__all__ = ["kernel_cache", "kernel_tree", "small_kernel", "stock"]

pytestmark = [
    pytest.mark.guest,
    pytest.mark.kernel,
    pytest.mark.timeout(3600),  # the first test of all builds the kernel
    pytest.mark.requires("gcc", "system-headers", "qemu", "busybox"),
]


@pytest.fixture(scope="module")
def small(
    program: Path,
    specs: dict[str, Spec],
    numbers: Numbers,
    small_kernel: vm_build.Kernel,
    kernel_cache: Cache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Runner:
    """A guest of the small kernel, with a disk and the image of one."""
    folder = tmp_path_factory.mktemp("disk")
    return guest_with_disk(program, specs, numbers, small_kernel, kernel_cache, folder)


def result(record: Record) -> int | None:
    assert record.end == "done", (record.case, record.why)
    return record.ret


def dup2_with_fault(nth: int) -> Case:
    """The table must grow for the new number."""
    steps, arming = Steps(), Steps()
    machine.allow_faults(steps)
    fd = fds.regular(steps)
    machine.fault(arming, nth)
    return case_of(f"dup2-{nth}", "dup2", steps, fd, 500, arming=arming)


@pytest.mark.requires("mkfs")
def test_what_only_guests_allow(small: Runner, specs: dict[str, Spec]) -> None:
    cases = [*map(dup2_with_fault, (1, 2, 3, 99))]

    steps = Steps()
    machine.sysctl(steps, "fs.file-max", 0)
    process.become(steps)
    cases.append(case_of("file-max", "open", steps, b".", "O_RDONLY"))
    steps = Steps()
    process.become(steps)
    cases.append(case_of("file-max-again", "open", steps, b".", "O_RDONLY"))

    for name, attribute, flags in (
        ("immutable", "FS_IMMUTABLE_FL", "O_RDWR"),
        ("immutable-read", "FS_IMMUTABLE_FL", "O_RDONLY"),
        ("append", "FS_APPEND_FL", "O_WRONLY"),
        ("append-append", "FS_APPEND_FL", "O_WRONLY | O_APPEND"),
    ):
        steps = Steps()
        path = files.file(steps)
        files.attribute(steps, path, attribute)
        cases.append(case_of(name, "open", steps, path, flags))

    steps = Steps()
    cases.append(case_of("huge", "madvise", steps, memory.huge(steps), 4096, "MADV_COLD"))

    steps = Steps()
    folder = mounts.disk(steps, b"/dev/vda")
    fd = fds.opened(steps, folder + b"/new", "O_CREAT | O_WRONLY", 0o600)
    cases.append(case_of("disk", "write", steps, fd, b"x", 1))

    steps = Steps()
    folder = mounts.disk(steps, mounts.loop_device(steps, b"/disk"))
    fd = fds.opened(steps, folder + b"/new", "O_CREAT | O_WRONLY", 0o600)
    cases.append(case_of("loop", "write", steps, fd, b"x", 1))

    records = {record.case: record for record in small(*cases)}
    assert {name: result(record) for name, record in records.items()} == {
        "dup2-1": -12,
        "dup2-2": -12,
        "dup2-3": -12,
        "dup2-99": 500,
        "file-max": -23,
        "file-max-again": 0,
        "immutable": -1,
        "immutable-read": 0,
        "append": -1,
        "append-append": 0,
        "huge": -22,
        "disk": 1,
        "loop": 1,
    }
    assert [records[f"dup2-{nth}"].before.get("pending_fault()") for nth in (1, 2, 3, 99)] == [
        *(True, True, True, None)
    ]
    immutable = Numbers().value("STATX_ATTR_IMMUTABLE")
    assert records["immutable"].before["path_attr(AT_FDCWD, filename)"] == immutable
    flags_asked = "vma_flags_any(start, len_in, VM_LOCKED | VM_PFNMAP | VM_HUGETLB)"
    asked = [text for text in records["huge"].before if "VM_HUGETLB" in text]
    assert any(records["huge"].before[text] is True for text in asked), flags_asked
    assert records["disk"].before["fs_type(fd)"] == "ext4"
    assert all(record.is_guest for record in records.values())
    assert violations(judge_records(records.values(), specs)) == []


def test_a_kernel_that_fails_is_to_blame_for_one_case(small: Runner) -> None:
    steps = Steps()
    steps.add("echo", b"/proc/sysrq-trigger", b"c")
    good = case_of("good", "close", Steps(), 99)
    crash = case_of("crash", "close", steps, 99)
    again = case_of("again", "close", Steps(), 99)
    records = small(good, crash, again)
    assert [record.end for record in records] == ["done", "lost", "done"]
    assert "sysrq triggered crash" in records[1].why


def test_the_chosen_cases_conform_on_the_stock_kernel(
    program: Path,
    specs: dict[str, Spec],
    numbers: Numbers,
    stock: StockKernel,
    kernel_cache: Cache,
) -> None:
    place = InGuest(
        machine=Machine(kernel=stock.image, memory_mb=1024), executor=program, cache=kernel_cache
    )
    chosen = [one for one in all_chosen() if one.expected != WAITS and "many-" not in one.case.id]
    cases = [one.case for one in chosen]
    # Known of this kernel alone: its raw memory can be opened.
    raw = Steps()
    fd = fds.DESCRIPTORS["raw-memory"].make(raw)
    cases.append(case_of("raw", "read", raw, fd, memory.filled(raw), 16, tags=frozenset((GUEST,))))
    records = runner(specs, numbers, place, stock.config)(*cases)
    ends = {record.case: record.why for record in records if record.end != "done"}
    # Guests have no loop device without its module.
    assert set(ends) == set()
    assert violations(judge_records(records, specs)) == []
    wrong = {
        one.case.id: record.ret
        for one, record in zip(chosen, records, strict=False)
        if isinstance(one.expected, int) and record.ret != one.expected
    }
    assert wrong == {}
    assert records[-1].before["fd_unsigned_offset(fd)"] is True
