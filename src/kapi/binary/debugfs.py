# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the specs of the running kernel and its modules from debugfs.

In: where debugfs is mounted; ``kapi/sections/SOURCE/{specs,prose}`` there are the bytes of the two
sections of vmlinux and of each module. Out: :class:`~kapi.binary.join.ImageSpecs`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import IO, Final

from kapi.binary.join import ImageSpecs, Joiner, Source
from kapi.binary.records import MAX_SECTION, Machine, machine_of_part
from kapi.binary.window import CHUNK, Window, open_regular, spool
from kapi.errors import ImageError

MOUNTED: Final = "/sys/kernel/debug"
"""Where debugfs is mounted nearly everywhere."""

_VMLINUX = "vmlinux"
_MAX_PROSE: Final = 256 << 20
_THIS_MACHINE = Machine("<" if sys.byteorder == "little" else ">", 64)


def read_debugfs(path: str = MOUNTED) -> ImageSpecs:
    """The specs of the running kernel and its modules.

    A module that goes away meanwhile is a problem of the result, no failure.

    :param path: where debugfs is mounted, or its folder ``kapi``.
    :raises ImageError: if there is none, or nothing in it can be read.
    """
    folder, names = _sources(path)
    joiner = Joiner()
    failures: list[ImageError] = []
    for name in names:
        with ExitStack() as files:
            try:
                joiner.add(_source(os.path.join(folder, name), name, files))
            except ImageError as error:
                failures.append(error)
                joiner.problems.source = name
                joiner.problems.add(f"cannot be read: {error.reason}")
    if failures and len(failures) == len(names):
        raise failures[0]
    return joiner.result(f"debugfs, sources: {len(names)}")


def _sources(path: str) -> tuple[str, list[str]]:
    """The folder of all sources, and their names, vmlinux first as the kernel looks there first."""
    top = os.path.join(path, "kapi")
    if not os.path.isdir(top) and os.path.basename(os.path.abspath(path)) == "kapi":
        top = path
    folder = os.path.join(top, "sections")
    try:
        names = os.listdir(folder)
    except PermissionError:
        raise ImageError(path, None, "permission denied; debugfs is for root") from None
    except (OSError, ValueError):
        raise ImageError(path, None, _why_none(path)) from None
    if not names:
        raise ImageError(folder, None, "no kernel and no module has specifications")
    return folder, sorted(names, key=lambda name: (name != _VMLINUX, name))


def _why_none(path: str) -> str:
    """What to do where there is no folder of sources."""
    if not os.path.isdir(path):
        return "is no folder"
    if not os.listdir(path):
        return f"is empty; mount debugfs: mount -t debugfs debugfs {path}"
    return "no kapi/sections in it; was this kernel built with CONFIG_KAPI_SPEC_DEBUGFS?"


def _source(folder: str, name: str, files: ExitStack) -> Source:
    """The sections of one source, copied, as the kernel may take a module away."""
    specs = _copy(os.path.join(folder, "specs"), MAX_SECTION, files)
    prose = _copy(os.path.join(folder, "prose"), _MAX_PROSE, files)
    machine = machine_of_part(specs.peek(0, 64)) or _THIS_MACHINE
    return Source(name, (specs,), (prose,), machine, _architecture(machine))


def _architecture(machine: Machine) -> str | None:
    """The architecture of this machine, if the files may come from it."""
    from kapi.uapi.tree import host_architecture

    return host_architecture() if machine.order == _THIS_MACHINE.order else None


def _copy(path: str, limit: int, files: ExitStack) -> Window:
    """All of a file; in debugfs its size is known when it was read.

    :raises ImageError: if it cannot be read, or has more than ``limit`` bytes.
    """
    source, _ = open_regular(path)
    with source:
        return spool(_pieces(source, path, limit), path, "", files)


def _pieces(source: IO[bytes], path: str, limit: int) -> Iterator[bytes]:
    """A file piece by piece."""
    size = 0
    try:
        while data := source.read(CHUNK):
            size += len(data)
            if size > limit:
                raise ImageError(path, limit, f"more than {limit} bytes")
            yield data
    except OSError as error:
        raise ImageError(path, None, str(error.strerror)) from None
