# SPDX-License-Identifier: GPL-2.0-or-later
"""The parsers of the command line: one for each subcommand, made when it is asked for.

Each subcommand is a module of :mod:`kapi.cli.commands` with ``add_arguments(parser)`` and
``run(args) -> int``, and with its ``DESCRIPTION`` and ``EXAMPLES``. The word for a value says what
it is: ``PATH`` and ``FILE`` are files, ``NAME`` is a specification. Completions go by that.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple, NoReturn

import kapi
from kapi.cli import output
from kapi.cli.terminal import width
from kapi.errors import UsageError

COMMANDS: Final[dict[str, str]] = {
    "list": "list what has a specification",
    "show": "show specifications as text, JSON, RST, manual page or Markdown",
    "lint": "find what is wrong with specifications",
    "fmt": "rewrite specifications in canonical form",
    "schema": "print the JSON Schema of specifications",
    "completion": "print completions for a shell",
    "check": "run a program and say what is wrong with its system calls",
    "explain": "say why a system call may have failed",
    "verify": "test every claim against a real kernel",
    "test generate": "write tests in C from a specification",
    "kernel apply": "put the specifications into a Linux tree, or take them out",
    "kernel format-patch": "write the same as a series of patches",
    "kernel build": "build a kernel with the specifications in it",
    "kernel boot": "run a command in a virtual machine with such a kernel",
    "kernel shell": "use such a machine yourself",
    "kernel test": "test the kernel part: KUnit, and what a running kernel shows",
}
"""Subcommand, of one or two words, which also name its module -> what it does, in one line."""

DESCRIPTION: Final = "Reads, checks, formats and shows specifications of Linux system calls."

SHORT_FORM: Final = (
    "Without a command, 'kapi --source PATH NAME' is short for 'kapi show --source PATH NAME', and"
    " without a name for 'kapi list', or for 'kapi show' in any other format than plain. The same"
    " goes for '--vmlinux FILE' and '--debugfs'."
)

STATUS: Final = (
    "Exit status: 0 if all is well; 1 if lint, fmt or check found something; 2 if the command line"
    " is wrong or something cannot be read or written; 141 if the reader of the output went away."
)

DEBUGFS: Final = "--debugfs"
DEBUGFS_MOUNT: Final = "/sys/kernel/debug"

_MOST_WIDTH: Final = 100


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, but not too wide to read."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=min(width(), _MOST_WIDTH) - 2)

    def _fill_text(self, text: str, width: int, _indent: str) -> str:
        """Wrap paragraphs, but keep those whose lines are indented."""
        import textwrap

        return "\n\n".join(
            part if "\n " in part else textwrap.fill(part, width) for part in text.split("\n\n")
        )


class Argument(NamedTuple):
    """One argument of a command, as completions and the manual page need it.

    :param flags: the spellings of an option, short ones first; empty for a positional argument.
    :param value: the word for its value; empty if it takes none.
    :param choices: the values that it takes; empty if they are open.
    :param many: whether a positional argument takes several values.
    :param needed: whether a positional argument must be there.
    """

    flags: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str
    many: bool
    needed: bool


class Parser(argparse.ArgumentParser):
    """Raises :class:`UsageError` where argparse would end the process."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(
            prog=prog, formatter_class=Formatter, allow_abbrev=False, add_help=False, **options
        )
        self.add_argument("-h", "--help", action="help", help="show this help and exit")

    def arguments(self) -> tuple[Argument, ...]:
        """All arguments, in the order in which they were added."""
        return tuple(map(_argument, self._actions))

    def _print_message(self, message: str, _file: object = None) -> None:
        """Print help or version as a product, so that a full disk is noticed."""
        output.write(message)

    def error(self, message: str) -> NoReturn:
        """Report wrong arguments."""
        raise UsageError(f"{message}; try '{self.prog} --help'")


def _argument(action: argparse.Action) -> Argument:
    takes_value = action.nargs != 0
    return Argument(
        tuple(sorted(action.option_strings, key=len)),
        str(action.metavar or action.dest.upper()) if takes_value else "",
        tuple(action.choices or ()),
        action.help or "",
        action.nargs in ("*", "+"),
        action.nargs != "*",
    )


def command_module(name: str) -> Any:
    """The module of a subcommand, imported now."""
    return import_module(f"kapi.cli.commands.{name.replace(' ', '_').replace('-', '_')}")


def find_command(arguments: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The subcommand that arguments begin with, and the rest of them.

    :raises UsageError: if the first word is one of several subcommands, and the second is none.
    """
    for count in (2, 1):
        name = " ".join(arguments[:count])
        if name in COMMANDS:
            return name, arguments[count:]
    first = arguments[0] if arguments else ""
    actions = seconds(first)
    if actions:
        raise UsageError(f"'kapi {first}' takes one of: {', '.join(actions)}")
    return "", arguments


def firsts() -> list[str]:
    """The first words of all subcommands."""
    return list(dict.fromkeys(name.split()[0] for name in COMMANDS))


def seconds(first: str) -> list[str]:
    """The second words of those subcommands that have two and begin with ``first``."""
    pairs = (name.split() for name in COMMANDS)
    return [pair[1] for pair in pairs if len(pair) > 1 and pair[0] == first]


def command_parser(name: str) -> Parser:
    """The parser of one subcommand."""
    module = command_module(name)
    examples = "\n".join(f"  {line}" for line in module.EXAMPLES)
    parser = Parser(
        f"kapi {name}",
        description=module.DESCRIPTION,
        epilog=f"examples:\n{examples}" if examples else None,
    )
    module.add_arguments(parser)
    return parser


def short_form_parser() -> Parser:
    """The parser of options without a subcommand."""
    parser = Parser("kapi", usage="kapi --source PATH [NAME ...] [OPTION ...]")
    command_module("show").add_arguments(parser)
    return parser


def top_parser() -> Parser:
    """The parser of the program: its help and its version. It imports no subcommand."""
    column = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:{column}}{text}" for name, text in COMMANDS.items())
    parser = Parser(
        "kapi",
        usage="kapi COMMAND ...\n       kapi --source PATH [NAME ...] [OPTION ...]",
        description=f"{DESCRIPTION}\n\ncommands:\n{commands}",
        epilog=f"{SHORT_FORM}\n\n{STATUS}\n\n'kapi COMMAND --help' says more about a command.",
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"kapi {kapi.__version__}",
        help="show the version and exit",
    )
    return parser


def parse(parser: Parser, arguments: Sequence[str]) -> argparse.Namespace:
    """Parse, options and names mixed in any order."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    arguments = [*map(_with_value, arguments[:end]), *arguments[end:]]
    args, rest = parser.parse_known_args(arguments)
    # Slower, so only if names stand on both sides of an option, or for the error.
    return parser.parse_intermixed_args(arguments) if rest else args


def _with_value(argument: str) -> str:
    """``--debugfs`` may lack its value, but never takes the next argument for it."""
    return f"{DEBUGFS}={DEBUGFS_MOUNT}" if argument == DEBUGFS else argument
