# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel boot``: a command in a virtual machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from kapi.cli import output
from kapi.cli.kernels import (
    add_kernel_arguments,
    add_machine_arguments,
    add_program_argument,
    machine_of,
    programs_of,
    words_of,
)
from kapi.cli.terminal import Status
from kapi.errors import SourceError, UsageError

DESCRIPTION: Final = (
    "Boots a kernel in QEMU with busybox as its user space, runs a command there as its only work,"
    " and ends. Its output and exit status are those of the command. If the kernel itself fails,"
    " its last words are shown and the exit status is 3; if this machine fails, it is 2."
)
EXAMPLES: Final = (
    "kapi kernel boot -- cat /sys/kernel/debug/kapi/list",
    "kapi kernel boot --stock --user nobody -- id",
    "kapi kernel boot --program ./reproducer -- /bin/reproducer",
)

_KERNEL_FAILED: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel boot``."""
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="program and arguments")
    add_kernel_arguments(parser)
    add_machine_arguments(parser)
    parser.add_argument(
        "--user",
        choices=("root", "user", "nobody"),
        default="root",
        metavar="USER",
        help="who runs it: root (default), user or nobody",
    )
    add_program_argument(parser)
    parser.add_argument(
        "--bring",
        action="append",
        default=[],
        metavar="FILE",
        help="file of the guest to bring into the working folder; may be repeated",
    )
    parser.add_argument(
        "--icount", action="store_true", help="one nanosecond is one instruction, exactly"
    )
    parser.add_argument(
        "--timeout", type=float, default=60, metavar="SECONDS", help="limit of the command (60)"
    )
    parser.add_argument("--console", action="store_true", help="kernel messages, on stderr")


def run(args: argparse.Namespace) -> int:
    """Boot, run, hand over."""
    from kapi.vm.errors import BootError
    from kapi.vm.guest import Limits, run_guest
    from kapi.vm.initrd import Command, Content

    words = words_of(args.command)
    if not words:
        raise UsageError("a command is missing; try 'kapi kernel shell'")
    machine = machine_of(args, icount=args.icount)
    status = Status()
    status.show(f"booting {machine.kernel}")

    def show(stream: str, data: bytes) -> None:
        status.clear()
        _show(stream, data, args.console)

    try:
        result = run_guest(
            machine,
            Command(argv=words, user=args.user),
            content=Content(programs=programs_of(args)),
            bring=tuple(args.bring),
            limits=Limits(run_s=args.timeout),
            on_output=show,
        )
    except BootError as error:
        output.complain(str(error))
        return _KERNEL_FAILED
    finally:
        status.clear()
    for path in args.bring:
        if path not in result.files:
            raise SourceError(path, "does not exist in the guest")
        Path(Path(path).name).write_bytes(result.files[path])
    return result.status


def _show(stream: str, data: bytes, console: bool) -> None:
    """Pass on what came from the guest, as it comes."""
    if stream == "stdout":
        output.write_bytes(data)
    elif (stream == "stderr" or console) and sys.stderr is not None:
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()
