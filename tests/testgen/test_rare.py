"""Each rare entry brings its cause about: in a guest all, on this machine what does no harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from kapi.model.claims import claims
from kapi.model.spec import Spec
from kapi.testgen.case import ROOT, Case, Room
from kapi.testgen.numbers import Numbers
from kapi.testgen.reasons import REASONS
from kapi.testgen.record import Record
from kapi.testgen.run import judge_records, violations
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import served
from kapi.testgen.setup.rare import rare_cases
from kapi.testgen.setup.steps import Steps
from kapi.vm import build as vm_build
from kapi.vm.cache import Cache
from tests.testgen.conftest import CALLS
from tests.testgen.guests import Runner, guest_with_disk
from tests.testgen.running import Run, case_of
from tests.vm.conftest import kernel_cache, kernel_tree, small_kernel

__all__ = ["kernel_cache", "kernel_tree", "small_kernel"]

CASES = [case for call in CALLS for case in rare_cases(call)]
HARMLESS = [case for case in CASES if not case.is_guest]


def wrong(records: Iterable[Record]) -> dict[str, object]:
    """What came of records that do not have the errno that their case promises."""
    found: dict[str, object] = {}
    numbers = Numbers()
    for record in records:
        number = numbers.value(record.brings[0].split(".")[1])
        if record.end != "done":
            found[record.case] = (record.end, record.why)
        elif record.ret != -number:
            found[record.case] = record.ret
    return found


# What the tables say.


def test_each_entry_names_a_cause_of_its_call(specs: dict[str, Spec]) -> None:
    ids = {claim.id for spec in specs.values() for claim in claims(spec)}
    named = {f"{case.call}.{brought}" for case in CASES for brought in case.brings}
    assert named - ids == set()
    assert len({case.id for case in CASES}) == len(CASES)
    # No call closes a drive's door or asks SELinux: these have a reason instead.
    assert {name.partition(".")[2] for name in named} & set(REASONS) == set()


def test_each_reason_is_about_a_cause(specs: dict[str, Spec]) -> None:
    ids = {claim.id.partition(".")[2] for spec in specs.values() for claim in claims(spec)}
    assert set(REASONS) - ids == set()


def test_openat_has_what_open_has() -> None:
    plain, at = list(rare_cases("open")), list(rare_cases("openat"))
    assert [case.args for case in at] == [("AT_FDCWD", *case.args) for case in plain]
    assert [case.brings for case in at] == [case.brings for case in plain]
    assert list(rare_cases("mlock")) == []


# On this machine.


@pytest.fixture(scope="module")
def records(run: Run) -> list[Record]:
    """All cases that may run here, once."""
    return run(*(case for case in HARMLESS if ROOT not in case.tags or os.geteuid() == 0))


@pytest.mark.requires("gcc", "system-headers")
def test_harmless_ones_keep_their_word(records: list[Record]) -> None:
    # A kernel may lack landlock, leases on this file system, or pipes for notifications.
    done = [record for record in records if record.end != "setup"]
    assert wrong(done) == {}
    assert len(done) > len(records) * 3 // 4


@pytest.mark.requires("gcc", "system-headers")
def test_harmless_ones_conform(records: list[Record], specs: dict[str, Spec]) -> None:
    assert violations(judge_records(records, specs)) == []


@pytest.mark.requires("gcc", "system-headers")
def test_a_wrong_label_is_found(records: list[Record]) -> None:
    good = [record for record in records if record.end == "done"]
    for record in good:
        planted = replace(record, brings=("error.EDOM.wrong",))
        assert list(wrong([planted])) == [record.case]


# In a guest.


@pytest.fixture(scope="module")
def in_guest(
    program: Path,
    specs: dict[str, Spec],
    numbers: Numbers,
    small_kernel: vm_build.Kernel,
    kernel_cache: Cache,
    tmp_path_factory: pytest.TempPathFactory,
) -> Runner:
    """Runs cases in a guest of the small kernel."""
    folder = tmp_path_factory.mktemp("disk")
    return guest_with_disk(program, specs, numbers, small_kernel, kernel_cache, folder)


GUEST = [
    pytest.mark.guest,
    pytest.mark.kernel,
    pytest.mark.timeout(3600),  # the first test of all builds the kernel
    pytest.mark.requires("gcc", "system-headers", "qemu", "busybox", "mkfs"),
]


def in_guests(test: Callable[..., None]) -> Callable[..., None]:
    """A test that needs a guest."""
    for mark in GUEST:
        test = mark(test)
    return test


@in_guests
def test_all_keep_their_word_in_a_guest(
    in_guest: Callable[..., list[Record]], specs: dict[str, Spec]
) -> None:
    found = in_guest(*CASES)
    assert wrong(found) == {}
    assert violations(judge_records(found, specs)) == []


def served_case(name: str, call: str, path: bytes, *args: object) -> Case:
    """A call on what is served when nobody asked it to fail."""
    steps = Steps()
    served.file_system(steps)
    served.device(steps)
    fd = fds.opened(steps, path)
    return case_of(name, call, steps, fd, *args)


@in_guests
def test_what_is_served_works_until_it_shall_fail(
    in_guest: Callable[..., list[Record]],
) -> None:
    found = in_guest(
        served_case("read", "read", served.FILE, Room(16), 16),
        served_case("write", "write", served.FILE, b"x", 1),
        served_case("close", "close", served.FILE),
        served_case("read-device", "read", served.DEVICE, Room(16), 16),
        served_case("write-device", "write", served.DEVICE, b"xy", 2),
        case_of("gone", "open", Steps(), served.DEVICE, "O_RDONLY", 0),
    )
    assert [(record.end, record.ret) for record in found] == [
        *(("done", ret) for ret in (16, 1, 0, 16, 2, -2))
    ]
