# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel format-patch``: the specifications for a Linux tree as a series of patches."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from kapi.cli import output

DESCRIPTION: Final = (
    "Writes what 'kapi kernel apply' puts into a tree as a series of patches that 'git am' takes."
    " The tree itself is not changed. Prints the names of the files."
)
EXAMPLES: Final = ("kapi kernel format-patch ~/linux -o patches --cover-letter",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel format-patch``."""
    parser.add_argument("tree", metavar="PATH", help="top folder of a Linux tree")
    parser.add_argument(
        "-o", "--output", default="patches", metavar="PATH", help="folder to write to (patches)"
    )
    parser.add_argument(
        "--author", metavar="'NAME <ADDRESS>'", help="author (what git is set to by default)"
    )
    parser.add_argument("--cover-letter", action="store_true", help="a letter in front")


def run(args: argparse.Namespace) -> int:
    """Write the patches."""
    from kapi.ktree.patches import format_patch

    paths = format_patch(
        Path(args.tree), Path(args.output), author=args.author, cover_letter=args.cover_letter
    )
    output.write("".join(f"{path}\n" for path in paths))
    return 0
