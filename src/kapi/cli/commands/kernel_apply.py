# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel apply``: the specifications into a Linux tree, and out of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from kapi.cli import output
from kapi.errors import UsageError

DESCRIPTION: Final = (
    "Puts framework, generator and catalogue into a Linux source tree, or brings a tree that has"
    " them up to date. The annotated sources stay as they are unless --inline is given. A tree"
    " that does not fit is left untouched."
)
EXAMPLES: Final = (
    "kapi kernel apply ~/linux",
    "kapi kernel apply --check ~/linux",
    "kapi kernel apply --revert ~/linux",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel apply``."""
    parser.add_argument("tree", metavar="PATH", help="top folder of a Linux tree")
    parser.add_argument(
        "--inline", action="store_true", help="put each spec above the definition of its call"
    )
    parser.add_argument(
        "--check", action="store_true", help="say what would change, write nothing; 1 if anything"
    )
    parser.add_argument("--revert", action="store_true", help="take everything out again")
    parser.add_argument(
        "--force", action="store_true", help="even if that loses what you changed since"
    )


def run(args: argparse.Namespace) -> int:
    """Apply, revert or look."""
    from kapi.ktree import apply

    tree = Path(args.tree)
    if args.check and args.revert:
        raise UsageError("--check and --revert exclude each other")
    if args.revert:
        manifest = apply.revert(tree, force=args.force)
        output.write(f"{tree}: kapi {manifest.version} is taken out\n")
        return 0
    if args.check:
        outdated = apply.outdated_files(tree, inline=args.inline, force=args.force)
        output.write("".join(f"{path}\n" for path in outdated))
        return 1 if outdated else 0
    content = apply.apply(tree, inline=args.inline, force=args.force)
    edited = len({path for path, _ in content.insertions})
    output.write(f"{tree}: kapi is applied: {len(content.files)} new files, {edited} edited\n")
    return 0
