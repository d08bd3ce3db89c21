# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion scripts for shells, made from the parsers.

In: the arguments of every subcommand. Out: the text of a script. A value whose word is ``PATH`` or
``FILE`` is completed as a file, ``NAME`` as the name of a specification.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import Final

from kapi.cli.parser import COMMANDS, Argument, command_parser, firsts, seconds, top_parser

_HEAD: Final = "# Completions of kapi for {shell}, made by: kapi completion {shell}\n"
_LIST_NAMES: Final = "list --shared --format names 2>/dev/null"
_FILES: Final = ("PATH", "FILE")
_NAME: Final = "NAME"


def _arguments() -> dict[str, tuple[Argument, ...]]:
    """The arguments of every subcommand; under the empty word those of no subcommand."""
    found = {name: command_parser(name).arguments() for name in COMMANDS}
    source = next(one for one in found["show"] if "--source" in one.flags)
    return {"": (*top_parser().arguments(), source)} | found


def _options(arguments: tuple[Argument, ...]) -> list[str]:
    return [flag for argument in arguments for flag in argument.flags]


def _positional(arguments: tuple[Argument, ...]) -> Argument | None:
    return next((argument for argument in arguments if not argument.flags), None)


def _groups() -> list[str]:
    """First words that take a second one."""
    return [first for first in firsts() if seconds(first)]


def bash() -> str:
    """The script for bash."""
    known = _arguments()
    lines = [
        _HEAD.format(shell="bash").rstrip("\n"),
        '_kapi_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2"); }',
        "_kapi_files() {",
        "    compopt -o filenames 2>/dev/null",
        '    mapfile -t COMPREPLY < <(compgen -f -- "$1")',
        "}",
        "_kapi() {",
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=",
        "    COMPREPLY=()",
        '    [ "$COMP_CWORD" -le 1 ] || command=${COMP_WORDS[1]}',
        *(
            f'    [[ $command != {first} || $COMP_CWORD -le 2 ]] || command+=" ${{COMP_WORDS[2]}}"'
            for first in _groups()
        ),
        "    # Options without a command are those of show.",
        "    case $command in -*) command=show ;; esac",
        '    case "$command $prev" in',
    ]
    for name, arguments in known.items():
        for argument in arguments:
            if argument.value and argument.flags:
                words = " | ".join(f'"{name} {flag}"' for flag in argument.flags)
                lines.append(f"        {words}) {_bash_value(argument)}; return ;;")
    lines += ["    esac", '    case "$command $cur" in']
    for name, arguments in known.items():
        options = shlex.quote(" ".join(_options(arguments)))
        lines.append(f'        "{name} -"*) _kapi_words {options} "$cur" ;;')
    for name, arguments in known.items():
        positional = _positional(arguments)
        if not name:
            lines.append(f'        " "*) _kapi_words {shlex.quote(" ".join(firsts()))} "$cur" ;;')
            for first in _groups():
                words = shlex.quote(" ".join(seconds(first)))
                lines.append(f'        "{first} $cur") _kapi_words {words} "$cur" ;;')
        elif positional:
            lines.append(f'        "{name} "*) {_bash_value(positional)} ;;')
    return "\n".join([*lines, "    esac", "}", "complete -F _kapi kapi", ""])


def _bash_value(argument: Argument) -> str:
    if argument.choices:
        return f'_kapi_words {shlex.quote(" ".join(argument.choices))} "$cur"'
    if argument.value in _FILES:
        return '_kapi_files "$cur"'
    if argument.value == _NAME:
        return f'_kapi_words "$("${{COMP_WORDS[0]}}" {_LIST_NAMES})" "$cur"'
    return ":"


def zsh() -> str:
    """The script for zsh."""
    commands = " ".join(shlex.quote(f"{word}:{text}") for word, text in _described(""))
    lines = [
        "#compdef kapi",
        _HEAD.format(shell="zsh").rstrip("\n"),
        "_kapi_names() {",
        f'    local -a names=(${{(f)"$(kapi {_LIST_NAMES})"}})',
        "    compadd -a names",
        "}",
        "_kapi() {",
        f"    local -a commands=({commands})",
        "    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then",
        "        _describe command commands",
        "        return",
        "    fi",
        "    local command=$words[2]",
        *(line for first in _groups() for line in _zsh_group(first)),
        "    # Options without a command are those of show.",
        "    if [[ $command == -* ]]; then",
        "        command=show",
        "    else",
        "        shift words",
        "        (( CURRENT-- ))",
        "    fi",
        "    case $command in",
    ]
    for name, arguments in _arguments().items():
        if name:
            specs = [shlex.quote(spec) for one in arguments for spec in _zsh_specs(one)]
            lines.append(f"        {shlex.quote(name)}) _arguments -s : {' '.join(specs)} ;;")
    lines += ["    esac", "}"]
    lines += ["if [[ $funcstack[1] == _kapi ]]; then", '    _kapi "$@"', "else"]
    return "\n".join([*lines, "    compdef _kapi kapi", "fi", ""])


def _described(first: str) -> Iterator[tuple[str, str]]:
    """The words that may follow ``first``, or begin a line, with what they do."""
    for name, text in COMMANDS.items():
        head, _, second = name.partition(" ")
        if first and head == first:
            yield second, text
        elif not first and not second:
            yield head, text
    if not first:
        yield from ((group, f"{', '.join(seconds(group))}") for group in _groups())


def _zsh_group(first: str) -> Iterator[str]:
    """Lines that complete the second word of a command, and join both words."""
    words = " ".join(shlex.quote(f"{word}:{text}") for word, text in _described(first))
    yield f"    if [[ $command == {first} ]]; then"
    yield "        if (( CURRENT == 3 )); then"
    yield f"            local -a actions=({words})"
    yield "            _describe action actions"
    yield "            return"
    yield "        fi"
    yield '        command="$command $words[3]"'
    yield "        shift words"
    yield "        (( CURRENT-- ))"
    yield "    fi"


def _zsh_specs(argument: Argument) -> Iterator[str]:
    """What ``_arguments`` takes: ``-f[help]:FORMAT:(plain json)``."""
    value = f":{argument.value}:{_zsh_action(argument)}" if argument.value else ""
    if not argument.flags:
        yield f"{'*' if argument.many else ''}:{argument.value}:{_zsh_action(argument)}"
    for flag in argument.flags:
        text = argument.help.replace("[", "(").replace("]", ")").replace(":", "\\:")
        yield f"*{flag}[{text}]{value}"


def _zsh_action(argument: Argument) -> str:
    if argument.choices:
        return f"({' '.join(argument.choices)})"
    if argument.value in _FILES:
        return "_files"
    return "_kapi_names" if argument.value == _NAME else " "


def fish() -> str:
    """The script for fish."""
    lines = [_HEAD.format(shell="fish").rstrip("\n"), "complete -c kapi -f"]
    for first in ("", *_groups()):
        for word, text in _described(first):
            when = _fish_group(first) if first else "__fish_use_subcommand"
            lines.append(f"complete -c kapi -n {when} -a {word} -d {_fish_quoted(text)}")
    for name, arguments in _arguments().items():
        when = _fish_when(name)
        for argument in arguments:
            words = [f"complete -c kapi -n {when}", *_fish_flags(argument), *_fish_value(argument)]
            if argument.flags:
                words.append(f"-d {_fish_quoted(argument.help)}")
            lines.append(" ".join(words))
    return "\n".join([*lines, ""])


def _fish_group(first: str) -> str:
    """The condition that the second word of a command comes next."""
    seen = f"__fish_seen_subcommand_from {first}"
    return f"'{seen}; and not __fish_seen_subcommand_from {' '.join(seconds(first))}'"


def _fish_when(name: str) -> str:
    """The condition that a command stands on the line."""
    words = name.split()
    if not words:
        return "__fish_use_subcommand"
    return f"'{'; and '.join(f'__fish_seen_subcommand_from {word}' for word in words)}'"


def _fish_flags(argument: Argument) -> Iterator[str]:
    for flag in argument.flags:
        yield f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}"


def _fish_value(argument: Argument) -> Iterator[str]:
    if argument.flags and argument.value:
        yield "-r" if argument.value in _FILES else "-x"
    if argument.choices:
        yield f"-a {_fish_quoted(' '.join(argument.choices))}"
    elif argument.value in _FILES:
        yield "-F"
    elif argument.value == _NAME:
        yield f"-a {_fish_quoted(f'(kapi {_LIST_NAMES})')}"


def _fish_quoted(text: str) -> str:
    """A word for fish, which knows two escapes between single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


SHELLS: Final[dict[str, Callable[[], str]]] = {"bash": bash, "zsh": zsh, "fish": fish}
"""Shell -> the maker of its script."""
