"""Generated tests on an unmodified kernel of a distribution, in a guest."""

from __future__ import annotations

import pytest

from kapi.testgen.ctest.choose import Chosen
from kapi.vm.cache import Cache
from kapi.vm.guest import Limits, run_guest
from kapi.vm.initrd import Command, Content, GuestFile
from kapi.vm.ktap import PASSED, SKIPPED, parse_ktap
from kapi.vm.qemu import Machine
from kapi.vm.stock import StockKernel
from tests.testgen.ctest.conftest import Build

pytestmark = [
    pytest.mark.guest,
    pytest.mark.timeout(1200),
    pytest.mark.requires("gcc", "system-headers", "kernel-build", "qemu", "busybox"),
]


def test_all_pass_on_the_stock_kernel(
    texts: dict[tuple[str, str], str],
    chosen: dict[str, tuple[Chosen, ...]],
    build: Build,
    stock: StockKernel,
    kernel_cache: Cache,
) -> None:
    keys = [key for key in texts if key[1] != "ltp"]
    programs = {
        f"/tests/{call}_{name}": build(texts[call, name], f"{call}_{name}", "-static")
        for call, name in keys
    }
    script = "chmod 1777 /tmp; for test in /tests/*; do echo program $test; $test; done; exit 0"
    files = {path: GuestFile(data=program, mode=0o755) for path, program in programs.items()}
    done = run_guest(
        Machine(kernel=stock.image, memory_mb=1024),
        Command(argv=("/bin/sh", "-c", script)),
        content=Content(files=files),
        limits=Limits(boot_s=300, run_s=600),
        cache=kernel_cache,
    )
    output = done.stdout.decode()
    assert done.status == 0
    parts = output.split("program /tests/")[1:]
    assert len(parts) == len(programs)
    for part in parts:
        call = part.split("_")[0]
        results = parse_ktap(part)
        assert len(results) == len(chosen[call]), part
        bad = [one for one in results if one.status not in (PASSED, SKIPPED)]
        assert bad == [], part
        # Nothing is missing there: root runs it, and the kernel has all that tests need.
        assert [one.name for one in results if one.status == SKIPPED] == []
