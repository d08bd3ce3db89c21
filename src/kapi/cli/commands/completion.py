# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi completion``: scripts that complete commands, options and names in a shell."""

from __future__ import annotations

import argparse
from typing import Final

from kapi.cli import output
from kapi.cli.shells import SHELLS

DESCRIPTION: Final = (
    "Prints a script that completes commands, options, files and names of specifications in bash,"
    " zsh or fish."
)
EXAMPLES: Final = (
    'eval "$(kapi completion bash)"',
    "kapi completion zsh > ~/.zfunc/_kapi",
    "kapi completion fish > ~/.config/fish/completions/kapi.fish",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi completion``."""
    parser.add_argument("shell", choices=tuple(SHELLS), metavar="SHELL", help="bash, zsh or fish")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    output.write(SHELLS[args.shell]())
    return 0
