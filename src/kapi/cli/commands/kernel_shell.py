# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel shell``: a virtual machine for people."""

from __future__ import annotations

import argparse
from typing import Final

from kapi.cli.kernels import (
    add_kernel_arguments,
    add_machine_arguments,
    add_program_argument,
    machine_of,
    programs_of,
)

DESCRIPTION: Final = (
    "Boots a kernel in QEMU and gives you a shell in it. The machine ends when the shell does, or"
    " with Ctrl-A X."
)
EXAMPLES: Final = ("kapi kernel shell", "kapi kernel shell --stock --program /usr/bin/strace")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel shell``."""
    add_kernel_arguments(parser)
    add_machine_arguments(parser)
    add_program_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Boot, and hand over the terminal."""
    from kapi.vm.guest import run_shell
    from kapi.vm.initrd import Content

    machine = machine_of(args)
    return run_shell(machine, content=Content(programs=programs_of(args)))
