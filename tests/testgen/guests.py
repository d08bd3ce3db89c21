"""Guests that cases run in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel, read_config
from kapi.testgen.campaign import make_disk
from kapi.testgen.case import Case
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import InGuest
from kapi.testgen.record import Record
from kapi.testgen.run import Batch, run_cases
from kapi.vm import build as vm_build
from kapi.vm.cache import Cache
from kapi.vm.initrd import Content, GuestFile
from kapi.vm.qemu import Machine

Runner = Callable[..., list[Record]]

_DISK = 4 << 20


def runner(specs: dict[str, Spec], numbers: Numbers, place: InGuest, config: Path) -> Runner:
    """Runs cases in a guest whose kernel has some configuration."""
    kernel = Kernel("", read_config(config.read_text()))

    def work(*cases: Case) -> list[Record]:
        return run_cases(Batch(cases, specs, numbers), place, kernel)

    return work


def guest_with_disk(
    program: Path,
    specs: dict[str, Spec],
    numbers: Numbers,
    kernel: vm_build.Kernel,
    cache: Cache,
    folder: Path,
) -> Runner:
    """A guest with a disk and the image of one."""
    disk = make_disk(folder / "ext4", _DISK)
    place = InGuest(
        machine=Machine(kernel=kernel.image, disks=(disk,)),
        executor=program,
        content=Content(files={"/disk": GuestFile(data=disk)}),
        cache=cache,
    )
    return runner(specs, numbers, place, kernel.config)
