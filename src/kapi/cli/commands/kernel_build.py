# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel build``: a kernel with the specifications in it."""

from __future__ import annotations

import argparse
from typing import Final

from kapi.cli import output
from kapi.cli.kernels import add_kernel_arguments, kernel_of

DESCRIPTION: Final = (
    "Builds a small kernel that boots in a virtual machine, and prints where its files are."
    " Without --tree it is made of Debian's package linux-source with kapi applied to a copy. A"
    " kernel that was built before comes from the cache, ~/.cache/kapi."
)
EXAMPLES: Final = (
    "kapi kernel build",
    "kapi kernel build --config debug --set KASAN_OUTLINE=n",
    "kapi list --vmlinux \"$(kapi kernel build | sed -n 's/^vmlinux: *//p')\"",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel build``."""
    add_kernel_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Build, and print the paths."""
    kernel = kernel_of(args)
    rows = {
        "release": kernel.release,
        "image": kernel.image,
        "vmlinux": kernel.vmlinux,
        "config": kernel.config,
        "map": kernel.system_map,
    }
    output.write("".join(f"{name + ':':9}{value}\n" for name, value in rows.items()))
    return 0
