"""KVM is used where a kernel booted with it since this machine started, and nowhere else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kapi.vm import accel
from kapi.vm.accel import choose_accel, kvm_works, probe_kvm
from kapi.vm.cache import Cache
from kapi.vm.qemu import Machine
from tests.vm.fake_qemu import FakeQemu

BOOTED = ("console", "Linux version 6.12\nKernel panic - not syncing: VFS: Unable to mount root\n")


@pytest.fixture
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for the device, which this user may use."""
    path = tmp_path / "kvm"
    path.touch()
    monkeypatch.setattr(accel, "DEVICE", path)
    return path


def test_a_kernel_that_gets_as_far_as_to_miss_its_file_system(qemu: FakeQemu) -> None:
    qemu.plays(BOOTED)
    assert probe_kvm(Path("/k"))
    words = qemu.arguments
    assert words[words.index("-accel") + 1] == "kvm"
    assert "-initrd" not in words


def test_a_kernel_that_hangs(qemu: FakeQemu) -> None:
    qemu.plays(("console", "Linux version 6.12\n"), ("sleep", "60"))
    assert not probe_kvm(Path("/k"), timeout_s=0.3)


def test_a_machine_that_is_reset_without_a_word(qemu: FakeQemu) -> None:
    qemu.plays(("console", "SeaBIOS\n"))
    assert not probe_kvm(Path("/k"))


def test_a_qemu_that_fails(qemu: FakeQemu) -> None:
    qemu.plays(BOOTED, signal=6)
    assert not probe_kvm(Path("/k"))


def test_the_answer_is_kept_until_the_next_boot(
    qemu: FakeQemu, cache: Cache, device: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    qemu.plays(BOOTED)
    assert kvm_works(Path("/k"), cache, device)
    qemu.plays(status=1)
    assert kvm_works(Path("/k"), cache, device)
    (tmp_path / "boot").write_text("another boot\n")
    monkeypatch.setattr(accel, "BOOT_ID", tmp_path / "boot")
    assert not kvm_works(Path("/k"), cache, device)


@pytest.mark.parametrize("junk", ["", "{}", "[]", '{"boot": 1}', "null"])
def test_an_answer_that_is_none_is_sought_again(
    qemu: FakeQemu, cache: Cache, device: Path, junk: str
) -> None:
    (cache.folder() / "kvm-probe.json").write_text(junk)
    qemu.plays(BOOTED)
    assert kvm_works(Path("/k"), cache, device)
    assert json.loads((cache.root / "kvm-probe.json").read_text())["works"] is True


def test_without_the_device_nothing_is_tried(qemu: FakeQemu, cache: Cache, tmp_path: Path) -> None:
    qemu.plays(BOOTED)
    assert not kvm_works(Path("/k"), cache, tmp_path / "none")
    assert not qemu.was_run


def test_a_device_of_somebody_else_is_not_tried(
    qemu: FakeQemu, cache: Cache, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not kvm_works(Path("/k"), cache, device)
    assert not qemu.was_run


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (Machine(kernel=Path("/k"), accel="tcg"), "tcg"),
        (Machine(kernel=Path("/k"), accel="kvm"), "kvm"),
        (Machine(kernel=Path("/k"), accel="kvm", icount=True), "tcg"),
    ],
)
def test_what_is_asked_for_is_not_probed(
    qemu: FakeQemu, cache: Cache, machine: Machine, expected: str
) -> None:
    assert choose_accel(machine, cache) == expected
    assert not qemu.was_run


@pytest.mark.parametrize(("says", "expected"), [((BOOTED,), "kvm"), ((), "tcg")])
def test_otherwise_the_probe_decides(
    qemu: FakeQemu,
    cache: Cache,
    device: Path,
    monkeypatch: pytest.MonkeyPatch,
    says: tuple[tuple[str, str], ...],
    expected: str,
) -> None:
    monkeypatch.setattr(accel.kvm_works, "__defaults__", (device,))
    qemu.plays(*says)
    assert choose_accel(Machine(kernel=Path("/k")), cache) == expected
