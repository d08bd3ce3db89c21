# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether KVM works here: not whether ``/dev/kvm`` is there, but whether a kernel boots with it.

In: the image of some kernel. Out: ``kvm`` or ``tcg``. A machine that is a guest itself may have a
device that refuses to run one, or runs one that never gets anywhere, so the only proof is a boot.
The answer is kept until this machine boots anew.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from kapi.vm.cache import Cache
from kapi.vm.qemu import Machine, Qemu, command_line

DEVICE: Final = Path("/dev/kvm")
BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")

_FILE: Final = "kvm-probe.json"
_PROBE_TIMEOUT_S: Final = 15.0


def choose_accel(machine: Machine, cache: Cache) -> str:
    """What QEMU shall use for a machine: ``kvm`` or ``tcg``.

    :param machine: its kernel is the one that is booted for the probe, if there must be one.
    """
    if machine.icount:
        return "tcg"
    if machine.accel != "auto":
        return machine.accel
    return "kvm" if kvm_works(machine.kernel, cache) else "tcg"


def kvm_works(kernel: Path, cache: Cache, device: Path = DEVICE) -> bool:
    """Whether a guest boots under KVM, as found out since this machine booted."""
    if not os.access(device, os.R_OK | os.W_OK):
        return False
    boot = BOOT_ID.read_text(encoding="ascii").strip()
    memory = cache.folder() / _FILE
    with cache.lock("kvm-probe"):
        known = _recall(memory, boot)
        if known is None:
            known = probe_kvm(kernel)
            with suppress(OSError):
                memory.write_text(json.dumps({"boot": boot, "works": known}), encoding="ascii")
    return known


def probe_kvm(kernel: Path, timeout_s: float = _PROBE_TIMEOUT_S) -> bool:
    """Boot a kernel under KVM without a file system: it works if it gets as far as to miss one.

    A kernel that fails earlier, by itself, shows that KVM runs it, too. One that hangs does not.
    """
    machine = Machine(kernel=kernel, append="root=")
    console = b""
    deadline = time.monotonic() + timeout_s
    with Qemu(command_line(machine, "kvm", None)) as qemu:
        while qemu.has_output and time.monotonic() < deadline:
            for port, data in qemu.read(deadline - time.monotonic()):
                console += data if port == "console" else b""
        status = qemu.wait(0.0 if qemu.has_output else 5.0)
    return status == 0 and b"Kernel panic" in console


def _recall(memory: Path, boot: str) -> bool | None:
    """The answer of an earlier probe since the last boot; None if there is none."""
    try:
        state = json.loads(memory.read_bytes())
        return bool(state["works"]) if state["boot"] == boot else None
    except (OSError, ValueError, TypeError, KeyError):
        return None
