# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi show``: specifications as text, JSON, RST, manual page or Markdown."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kapi.cli import output, terminal
from kapi.cli.sources import add_source_arguments, read_specs
from kapi.errors import SourceError
from kapi.render import RENDERERS

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.render import Options

DESCRIPTION: Final = (
    "Shows specifications: those that names and patterns such as 'open*' stand for, all without a"
    " name. A name may leave out 'sys_'. Colours are for terminals; NO_COLOR and FORCE_COLOR in"
    " the environment decide otherwise."
)
EXAMPLES: Final = (
    "kapi show openat",
    "kapi show openat -f man | man -l -",
    "kapi show --source ~/linux/fs -f json > fs.json",
    "kapi show -f man -o man2/",
    "kapi show --vmlinux /boot/vmlinuz read",
)

_SUFFIXES: Final = {"plain": ".txt", "json": ".json", "rst": ".rst", "md": ".md"}


class Request(NamedTuple):
    """How to show.

    :param format: a format of :data:`kapi.render.RENDERERS`, or ``json``.
    :param width: columns of a line of plain text; ``None`` for those of the terminal.
    :param colour: one of :data:`kapi.cli.terminal.COLOURS`.
    :param verbose: whether places in the source are shown.
    :param release: what the specs describe, for manual pages.
    :param evidence: whether what was seen of each claim is shown.
    :param output: a file, or a folder with a slash at its end; ``None`` for stdout.
    """

    format: str
    width: int | None
    colour: str
    verbose: bool
    release: str
    evidence: bool
    output: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi show``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="name or pattern")
    add_source_arguments(parser)
    parser.add_argument(
        "-f",
        "--format",
        choices=("plain", "json", *(name for name in RENDERERS if name != "plain")),
        default="plain",
        metavar="FORMAT",
        help="format: plain (default), json, rst, man or md",
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="write to this file; with a slash at its end, a folder: one file for each",
    )
    parser.add_argument(
        "--width",
        type=_columns,
        metavar="N",
        help="columns of a line of plain text, 40 at least (the terminal's by default)",
    )
    terminal.add_colour_argument(parser)
    parser.add_argument(
        "--no-evidence",
        dest="evidence",
        action="store_false",
        help="without what was seen of each claim on real kernels",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="where in the source each part stands"
    )


def _columns(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of columns")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print or write the specs."""
    specs = read_specs(args, args.names, shared=args.shared)
    request = Request(
        args.format,
        args.width,
        args.color,
        args.verbose,
        _release(args) if args.format == "man" else "",
        args.evidence and args.format not in ("man", "json"),
        args.output,
    )
    if request.output is None:
        colour = request.format == "plain" and terminal.wants_colour(request.colour)
        output.write(_text(specs, request, colour))
    elif request.output.endswith("/"):
        _write_folder(specs, request, request.output)
    else:
        output.write_file(request.output, _text(specs, request, request.colour == "always"))
    return 0


def _release(args: argparse.Namespace) -> str:
    """What the specs describe: the kernel of the catalogue, or of the tree that holds a path."""
    if args.vmlinux is not None or args.debugfs is not None:
        return "Linux"
    if not args.source:
        from kapi.catalogue import RELEASE

        return RELEASE
    from pathlib import Path

    from kapi.uapi.tree import find_tree, kernel_release

    tree = find_tree(Path(args.source[0]))
    release = kernel_release(tree) if tree else None
    return f"Linux {release}" if release else "Linux"


def _text(specs: Sequence[Spec], request: Request, colour: bool) -> str:
    """Specs in the format asked for, as one document."""
    if request.format == "json":
        from kapi.model.codec import dump

        return dump(specs, indent=2) + "\n"
    from kapi.render import render

    return render(request.format, specs, _options(specs, request, colour))


def _options(specs: Sequence[Spec], request: Request, colour: bool) -> Options:
    from kapi.render import Options

    marks: dict[str, str] = {}
    if request.evidence:
        from kapi import evidence

        known = evidence.read_all([spec.name for spec in specs])
        for spec in specs if known else ():
            from kapi.model.claims import claims

            marks.update(evidence.marks(claims(spec), known))

    return Options(
        width=request.width if request.width is not None else terminal.width(),
        colour=colour,
        verbose=request.verbose,
        release=request.release,
        marks=marks,
    )


def _write_folder(specs: Sequence[Spec], request: Request, folder: str) -> None:
    """Write a file for each spec: ``openat.2`` for a manual page, ``sys_openat.json`` and so on."""
    try:
        os.makedirs(folder, exist_ok=True)
    except (OSError, ValueError) as error:
        raise SourceError(folder, output.reason_of(error)) from None
    for spec in specs:
        path = os.path.join(folder, _file_name(spec, request.format))
        output.write_file(path, _text([spec], request, request.colour == "always"))


def _file_name(spec: Spec, format: str) -> str:
    """The name of the file for one spec; a name of C holds no slash."""
    if format == "man":
        from kapi.render.man import page_name

        return ".".join(page_name(spec))
    return spec.name + _SUFFIXES[format]
