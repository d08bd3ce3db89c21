# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi lint``: what is wrong with specifications."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kapi import catalogue
from kapi.check.specs import check_specs
from kapi.cli import output, terminal
from kapi.cli.report import Sources, github_report, json_report, summary, text_report
from kapi.cli.sources import collect_paths
from kapi.diagnostics import CODES, ERROR, Diagnostic
from kapi.errors import SourceError, UsageError
from kapi.uapi.headers import open_names
from kapi.uapi.names import UapiNames
from kapi.uapi.tree import find_tree

DESCRIPTION: Final = (
    "Finds what is wrong with the specifications in C files, folders and kernel trees: in the"
    " catalogue by default. It says nothing if all is well.\n\n"
    "Errnos, capabilities, signals and constants are looked up in the headers of the kernel tree"
    " that holds the file; without a tree, in those of this system and in the tables that come"
    " with kapi."
)
EXAMPLES: Final = (
    "kapi lint frob.c",
    "kapi lint --tree ~/linux specs",
    "kapi lint --format sarif specs > kapi.sarif",
)


class Request(NamedTuple):
    """What to check and how to say it.

    :param paths: files, folders and trees.
    :param tree: the kernel tree that answers for all names; ``None`` for that of each file.
    :param format: a key of :data:`FORMATS`.
    :param errors_only: whether warnings are left out.
    :param ignored: codes that are left out.
    :param colour: one of :data:`kapi.cli.terminal.COLOURS`.
    """

    paths: Sequence[str]
    tree: Path | None
    format: str
    errors_only: bool
    ignored: frozenset[str]
    colour: str


def _text(found: Sequence[Diagnostic], sources: Sources, colour: bool) -> str:
    return text_report(found, sources, colour=colour)


def _json(found: Sequence[Diagnostic], _sources: Sources, _colour: bool) -> str:
    return json_report(found)


def _sarif(found: Sequence[Diagnostic], _sources: Sources, _colour: bool) -> str:
    from kapi.cli.sarif import sarif_report

    return sarif_report(found)


def _github(found: Sequence[Diagnostic], _sources: Sources, _colour: bool) -> str:
    return github_report(found)


FORMATS: Final[dict[str, Callable[[Sequence[Diagnostic], Sources, bool], str]]] = {
    "text": _text,
    "json": _json,
    "sarif": _sarif,
    "github": _github,
}
"""Format -> its writer."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi lint``."""
    parser.add_argument("paths", nargs="*", metavar="PATH", help="C file, folder or kernel tree")
    parser.add_argument(
        "--source",
        action="append",
        default=[],
        metavar="PATH",
        help="the same as PATH alone, as list and show have it; may be repeated",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=tuple(FORMATS),
        default="text",
        metavar="FORMAT",
        help="format: text (default), json, sarif (2.1.0) or github (annotations of a workflow)",
    )
    parser.add_argument("--errors-only", action="store_true", help="leave out warnings")
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="CODE",
        help="leave out findings with this code, the word in brackets; may be repeated",
    )
    parser.add_argument(
        "--tree", metavar="PATH", help="look up all names in the headers of this kernel tree"
    )
    terminal.add_colour_argument(parser)


def run(args: argparse.Namespace) -> int:
    """Print the findings; 1 if there are any, 2 if something could not be read."""
    request = Request(
        [*args.paths, *args.source] or [catalogue.folder()],
        _tree(args.tree),
        args.format,
        args.errors_only,
        _codes(args.ignore),
        args.color,
    )
    collection, unread = collect_paths(request.paths)
    checked = check_specs(collection, lambda tree: _names(request.tree or tree))
    found = [
        one
        for one in sorted({*collection.diagnostics, *checked})
        if one.code not in request.ignored and (one.severity == ERROR or not request.errors_only)
    ]
    colour = terminal.wants_colour(request.colour)
    output.write(FORMATS[request.format](found, collection.sources, colour))
    if found:
        output.remark(f"kapi: {summary(found)}")
    return 2 if unread else int(bool(found))


def _names(tree: Path | None) -> UapiNames:
    return open_names(tree)


def _tree(path: str | None) -> Path | None:
    """The root of the kernel tree that ``--tree`` names."""
    if path is None:
        return None
    tree = find_tree(Path(path))
    if tree is None:
        raise SourceError(path, "no kernel tree, nor inside one")
    return tree


def _codes(words: Sequence[str]) -> frozenset[str]:
    """The codes to ignore; a misspelt one would ignore nothing."""
    for word in words:
        if word not in CODES:
            from difflib import get_close_matches

            near = get_close_matches(word, CODES, 1, 0.6)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise UsageError(f"--ignore: no code '{word}'{hint}")
    return frozenset(words)
