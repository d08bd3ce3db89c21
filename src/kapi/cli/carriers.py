"""Words of the options that say what carries the specifications; imported by every start."""

from __future__ import annotations

from typing import Final

DEBUGFS: Final = "--debugfs"
DEBUGFS_MOUNT: Final = "/sys/kernel/debug"
