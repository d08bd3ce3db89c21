"""Gives up capabilities in a forked child."""

from __future__ import annotations

import ctypes
import struct

from tests.specs.rawcall import call

# Of the header linux/capability.h; the same on every architecture.
_VERSION = 0x20080522
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_FSETID = 1, 2, 3, 4
CAP_SYS_RAWIO, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_CHECKPOINT_RESTORE = 17, 19, 21, 40


def give_up(*capabilities: int) -> None:
    """Take capabilities out of the effective set of this process."""
    header = struct.pack("=Ii", _VERSION, 0)
    data = ctypes.create_string_buffer(24)
    assert call("capget", header, data) == 0
    words = list(struct.unpack("=6I", data.raw))
    for capability in capabilities:
        words[3 * (capability // 32)] &= ~(1 << capability % 32)
    assert call("capset", header, struct.pack("=6I", *words)) == 0
