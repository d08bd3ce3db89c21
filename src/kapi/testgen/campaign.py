# SPDX-License-Identifier: GPL-2.0-or-later
"""All cases of some specs on one kind of kernel.

In: specs, the kind of kernel. Out: records. ``host`` is the machine that runs this, where nothing
is done that would stay; ``built`` is a kernel that kapi builds, ``stock`` one of the distribution,
both in guests, several at once.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kapi.evidence import BUILT, HOST, STOCK
from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel, read_config, running_kernel
from kapi.testgen.case import ROOT, Case
from kapi.testgen.cases import make_cases
from kapi.testgen.errors import ExecutorError
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import InGuest, OnHost, Place
from kapi.testgen.record import Record
from kapi.testgen.run import Batch, run_cases

#: Bytes of the disk that guests of a built kernel get.
_DISK: Final = 16 << 20
_GUEST_TIMEOUT_MS: Final = 1000

#: Guests are quick to boot; smaller parts are spread over the cores more evenly.
_CASES_PER_GUEST: Final = 2000
_MEMORY_MB: Final = 1024

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What to run.

    :ivar specs: their includes resolved.
    :ivar kind: one of :data:`kapi.evidence.KINDS`.
    :ivar short: only a part of the cases.
    :ivar seed: of the cases.
    :ivar tree: Linux tree to build; None is Debian's.
    :ivar release: of the distribution's kernel or source.
    :ivar jobs: guests at once.
    """

    specs: tuple[Spec, ...]
    kind: str = HOST
    short: bool = False
    seed: int = 0
    tree: Path | None = None
    release: str = "6.12"
    jobs: int = os.cpu_count() or 1

    def cases(self, numbers: Numbers) -> list[Case]:
        """The cases that this kind of kernel can have."""
        found = [
            case
            for spec in self.specs
            for case in make_cases(spec, numbers, short=self.short, seed=self.seed)
        ]
        if self.kind != HOST:
            return found
        is_root = os.geteuid() == 0
        return [one for one in found if not one.is_guest and (is_root or ROOT not in one.tags)]

    def run(self, progress: Progress = lambda _text: None) -> list[Record]:
        """Run it.

        :param progress: is told what is being done.
        :raises ExecutorError: if cases cannot be run at all.
        :raises kapi.vm.errors.VmError: if there is no such kernel, or no machine for it.
        """
        numbers = Numbers()
        cases = self.cases(numbers)
        specs = {spec.name: spec for spec in self.specs}
        parts = [cases] if self.kind == HOST else _parts(cases, self.jobs)
        with self._places(len(parts), progress) as (places, kernel):
            progress(f"{len(cases)} cases on {self.kind}")

            def work(part: Sequence[Case], place: Place) -> list[Record]:
                return run_cases(Batch(tuple(part), specs, numbers), place, kernel)

            with ThreadPoolExecutor(self.jobs) as pool:
                return [record for found in pool.map(work, parts, places) for record in found]

    @contextmanager
    def _places(self, count: int, progress: Progress) -> Iterator[tuple[list[Place], Kernel]]:
        """So many places that do not disturb each other, and the kernel that they have."""
        if self.kind == HOST:
            yield [OnHost()] * count, running_kernel()
            return
        with tempfile.TemporaryDirectory(prefix="kapi-verify-") as name:
            image, config = self._kernel(progress)
            disks = [
                make_disk(Path(name) / f"disk{number}") if self.kind == BUILT else None
                for number in range(count)
            ]
            places: list[Place] = [_guest(image, disk) for disk in disks]
            yield places, Kernel("", read_config(config.read_text("utf-8")))

    def _kernel(self, progress: Progress) -> tuple[Path, Path]:
        """Image and configuration of the kernel for guests."""
        if self.kind == STOCK:
            from kapi.vm.stock import stock_kernel

            stock = stock_kernel(self.release)
            return stock.image, stock.config
        from kapi.vm.build import build_kernel
        from kapi.vm.kconfig import CONFIGS
        from kapi.vm.source import debian_tree

        tree = self.tree or debian_tree(self.release, on_unpack=progress)
        built = build_kernel(
            tree,
            CONFIGS["small"],
            on_progress=lambda now: progress(f"building the kernel: {now.objects} files"),
        )
        return built.image, built.config


def _guest(image: Path, disk: Path | None) -> InGuest:
    from kapi.vm.initrd import Content, GuestFile
    from kapi.vm.qemu import Machine

    disks = (disk,) if disk else ()
    files = {"/disk": GuestFile(data=disk)} if disk else {}
    return InGuest(
        machine=Machine(kernel=image, memory_mb=_MEMORY_MB, disks=disks),
        content=Content(files=files),
        timeout_ms=_GUEST_TIMEOUT_MS,
    )


def make_disk(path: Path, size: int = _DISK) -> Path:
    """An image with an empty ext4 that can have quotas, encryption and verity.

    :param size: of the image, in bytes.
    :raises ExecutorError: if it cannot be made.
    """
    path.write_bytes(bytes(size))
    options = ("-q", "-F", "-t", "ext4", "-O", "quota,encrypt,verity", "-E", "quotatype=usrquota")
    try:
        done = subprocess.run(["mke2fs", *options, str(path)], capture_output=True, check=False)
    except FileNotFoundError:
        raise ExecutorError("make a disk", "mke2fs is missing: apt-get install e2fsprogs") from None
    if done.returncode:
        raise ExecutorError("make a disk", done.stderr.decode(errors="replace").strip())
    return path


def _parts(cases: list[Case], jobs: int) -> list[list[Case]]:
    """Cases in parts of about the same size, in order: one for each guest."""
    count = max(jobs, -(-len(cases) // _CASES_PER_GUEST))
    size = -(-len(cases) // count) or 1
    return [cases[start : start + size] for start in range(0, len(cases), size)]
