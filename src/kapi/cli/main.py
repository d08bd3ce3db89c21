# SPDX-License-Identifier: GPL-2.0-or-later
"""The program ``kapi``: finds the subcommand, and turns failures into messages and exit statuses.

Nothing that only a subcommand needs is imported here: ``kapi --help`` must be quick.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kapi.cli import output
from kapi.errors import KapiError, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

_FAILED = 2
_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program.

    :param argv: its arguments, without its own name; those of the process by default.
    :return: the exit status.
    """
    if argv is None:
        # A run is short and makes next to no reference cycles, so looking for some is in vain.
        gc.disable()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KapiError as error:
        output.complain(str(error))
        return _FAILED
    except BrokenPipeError:
        return output.SIGPIPE_STATUS
    except KeyboardInterrupt:
        return _INTERRUPTED
    except SystemExit as end:  # what argparse does after --help
        return end.code if isinstance(end.code, int) else _FAILED
    finally:
        if argv is None:
            gc.freeze()


def _run(arguments: list[str]) -> int:
    """Dispatch to a subcommand, to the short form, or to the help of the program."""
    from kapi.cli import parser

    first = arguments[0] if arguments else ""
    name, rest = parser.find_command(arguments)
    if name:
        return _command(parser.parse(parser.command_parser(name), rest), name)
    if first.startswith("-") and first not in ("-h", "--help", "--version"):
        return _short_form(arguments)
    if not arguments:
        output.remark(parser.top_parser().format_help().rstrip("\n"))
        return _FAILED
    if not first.startswith("-"):
        raise UsageError(_unknown(first, parser.firsts()))
    parser.top_parser().parse_args(arguments[:1])
    return 0


def _short_form(arguments: list[str]) -> int:
    """``kapi --source PATH [NAME]``: show, or list where nothing is named."""
    from kapi.cli import parser

    args = parser.parse(parser.short_form_parser(), arguments)
    if not args.source and args.vmlinux is None and args.debugfs is None:
        raise UsageError("a command is missing in front of the options; try 'kapi --help'")
    if args.names or args.format != "plain" or args.output is not None:
        return _command(args, "show")
    args.filter = []
    return _command(args, "list")


def _command(args: Namespace, name: str) -> int:
    """Run a subcommand with arguments that have been parsed."""
    from kapi.cli import parser

    status: int = parser.command_module(name).run(args)
    return status


def _unknown(word: str, commands: list[str]) -> str:
    """The message for a first word that is no subcommand."""
    from difflib import get_close_matches

    near = get_close_matches(word, commands, 1, 0.6)
    if near:
        return f"no command '{word}'; did you mean '{near[0]}'?"
    return f"no command '{word}'; 'kapi --help' lists them, 'kapi show {word}' looks it up"
