# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a command takes its specifications from: catalogue, source files, image, running kernel.

In: the options that say so and the names asked for. Out: specs. What cannot be read inside a tree
or an image is said on stderr, and so is the number of errors in what was read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import kapi
from kapi import catalogue
from kapi.cli import output
from kapi.cli.parser import DEBUGFS, DEBUGFS_MOUNT
from kapi.cli.terminal import Progress

if TYPE_CHECKING:
    from kapi.csource.collect import Collection
    from kapi.model.spec import Spec


def add_source_arguments(parser: argparse.ArgumentParser) -> None:
    """Add ``--source``, ``--vmlinux``, ``--debugfs`` and ``--shared``."""
    carrier = parser.add_mutually_exclusive_group()
    carrier.add_argument(
        "--source",
        action="append",
        metavar="PATH",
        help="read this C file, folder or kernel tree in place of the catalogue; may be repeated",
    )
    carrier.add_argument(
        "--vmlinux",
        metavar="FILE",
        help="read this kernel image or module: vmlinux, vmlinuz, bzImage, Image, .ko",
    )
    carrier.add_argument(
        DEBUGFS,
        metavar="PATH",
        help=f"read the running kernel; PATH is where debugfs is mounted ({DEBUGFS_MOUNT})",
    )
    parser.add_argument(
        "--shared",
        action="store_true",
        help="shared specifications too, which others include",
    )


def read_specs(args: argparse.Namespace, names: Sequence[str], *, shared: bool) -> tuple[Spec, ...]:
    """The specs that names and patterns stand for, in the order of the names; all without names.

    :param args: what the options of :func:`add_source_arguments` say.
    :param shared: whether a shared spec is found without being named exactly.
    :raises UsageError: if a name stands for nothing.
    """
    specs = _read_all(args, names)
    exact = {prefix + name for name in names for prefix in catalogue.PREFIXES}
    found = catalogue.select(specs, names) if names else specs
    return tuple(spec for spec in found if shared or spec.kind != "shared" or spec.name in exact)


def _read_all(args: argparse.Namespace, names: Sequence[str]) -> tuple[Spec, ...]:
    """The specs of where the options point; of the catalogue perhaps only those asked for."""
    if args.source:
        return _read_paths(args.source)
    if args.vmlinux is None and args.debugfs is None:
        return _read_catalogue(names)
    if args.vmlinux is not None:
        from kapi.binary.image import read_image

        image = read_image(args.vmlinux)
    else:
        from kapi.binary.debugfs import read_debugfs

        image = read_debugfs(args.debugfs)
    for problem in image.problems:
        output.warn(problem)
    return image.specs


def _read_catalogue(names: Sequence[str]) -> tuple[Spec, ...]:
    """All specs of the catalogue; if all names are exact, only what they need is parsed."""
    if names and not any(map(catalogue.is_pattern, names)):
        found = [catalogue.read_call(name) for name in names]
        if all(found):
            return tuple(spec for specs in found for spec in specs)
    return catalogue.read_all().specs


def _read_paths(paths: Sequence[str]) -> tuple[Spec, ...]:
    """The specs of files, folders and trees."""
    collection, _ = collect_paths(paths)
    errors = sum(found.severity == "error" for found in collection.diagnostics)
    if errors:
        what = "1 error" if errors == 1 else f"{errors} errors"
        output.warn(f"{what} in these specifications; see: kapi lint {_quoted(paths)}")
    elif not collection.found:
        output.warn(f"no specification in {', '.join(paths)}")
    return collection.specs


def _quoted(paths: Sequence[str]) -> str:
    """Paths as a shell takes them."""
    from shlex import join

    return join(paths)


def collect_paths(paths: Sequence[str]) -> tuple[Collection, int]:
    """The specs of files, folders and trees, and how many files and folders could not be read.

    :raises SourceError: if a path that is named does not exist or cannot be read.
    """
    from kapi.csource.collect import collect

    files = Files(paths)
    return collect(files, catalogue.find_shared), files.problems


class Files:
    """The files of some paths, with progress on a terminal and warnings on stderr.

    ``problems`` counts files and folders of trees that could not be read.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._progress = Progress()
        self.problems = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        from kapi.csource.needles import TREE_NEEDLES
        from kapi.csource.walk import find_files

        try:
            yield from find_files(
                self._paths, TREE_NEEDLES, self._problem, self._progress, kapi.__version__
            )
        finally:
            self._progress.clear()

    def _problem(self, path: str, reason: str) -> None:
        self.problems += 1
        self._progress.clear()
        output.warn(f"{path}: {reason}")
