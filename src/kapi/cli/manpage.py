# SPDX-License-Identifier: GPL-2.0-or-later
"""The manual page ``kapi(1)``, made from the parsers.

In: the parsers of all subcommands. Out: text in man(7), which tools/make_man_page.py keeps in
docs/man/kapi.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import kapi
from kapi.cli import parser
from kapi.cli.parser import Argument
from kapi.render.nodes import Inline, Run
from kapi.render.roff import argument, fill, literal_line, words

#: Day of the last change of the command line; a page must carry a date, and a fixed one keeps it
#: reproducible.
_DATE: Final = "2026-11-24"

_ENVIRONMENT: Final = {
    "COLUMNS": "Columns of a line of plain text, before those of the terminal.",
    "NO_COLOR": "If not empty: no colours unless an option asks for them.",
    "FORCE_COLOR": "If not empty: colours even if the output is no terminal.",
    "TERM": "'dumb' means a terminal without colours and without progress.",
    "XDG_CACHE_HOME": (
        "Folder of the cache; kapi keeps in its subfolder 'kapi' which files of a large tree hold"
        " specifications. Nothing breaks if it is missing. The default is ~/.cache."
    ),
}

_STATUS: Final = {
    "0": "All is well.",
    "1": (
        "lint found something, or fmt left a comment alone or, with --check, would change a file."
    ),
    "2": "The command line is wrong, or something could not be read or written.",
    "130": "The user interrupted the program.",
    "141": "The reader of the output went away.",
}


def manual_page() -> str:
    """The page."""
    lines = [f".TH KAPI 1 {_DATE} {argument(f'kapi {kapi.__version__}')}", ".nh", ".ad l"]
    lines += [".SH NAME", "kapi \\- specifications of Linux system calls"]
    lines += [".SH SYNOPSIS"]
    for name in parser.COMMANDS:
        lines += [*_synopsis(f"kapi {name}", parser.command_parser(name).arguments()), ".br"]
    lines += [words((_name("kapi --source"), _space(), _value("PATH"), _text_run(" [NAME ...]")))]
    lines += [".SH DESCRIPTION", *_text(parser.DESCRIPTION), ".PP", *_text(parser.SHORT_FORM)]
    lines += [".SH COMMANDS"]
    for name in parser.COMMANDS:
        lines += _command(name)
    lines += [".SH EXIT STATUS", *_terms(_STATUS), ".SH ENVIRONMENT", *_terms(_ENVIRONMENT)]
    lines += [".SH EXAMPLES", ".EX", *(literal_line(line) for line in _examples()), ".EE"]
    lines += [
        ".SH SEE ALSO",
        *_text(
            "The language of specifications and all else is described in the folder docs of kapi."
        ),
    ]
    return "\n".join(lines) + "\n"


def _command(name: str) -> Iterator[str]:
    """A subsection: what a command does, and its arguments."""
    yield f".SS {argument(f'kapi {name}')}"
    paragraphs = parser.command_module(name).DESCRIPTION.split("\n\n")
    for at, paragraph in enumerate(paragraphs):
        yield from ([".PP"] if at else [])
        yield from _text(paragraph)
    for one in parser.command_parser(name).arguments():
        if one.flags != ("-h", "--help"):
            yield ".TP"
            yield words(_usage(one))
            yield from _text(_sentence(one.help))


def _usage(one: Argument) -> Inline:
    """An argument as the list of a command shows it: ``-f, --format FORMAT``."""
    if not one.flags:
        return (_value(one.value), *([_text_run(" ...")] if one.many else []))
    found: list[Run] = []
    for flag in one.flags:
        found += [_text_run(", ")] if found else []
        found.append(_name(flag))
    return (*found, *((_space(), _value(one.value)) if one.value else ()))


def _synopsis(head: str, arguments: tuple[Argument, ...]) -> list[str]:
    """One line of the synopsis."""
    runs: list[Run] = [_name(head)]
    options = [one for one in arguments if one.flags and one.flags != ("-h", "--help")]
    if options:
        runs.append(_text_run(" [OPTION ...]"))
    for one in arguments:
        if not one.flags:
            text = f"{one.value} ..." if one.many else one.value
            runs += [_space(), _value(text) if one.needed else _text_run(f"[{text}]")]
    return [words(tuple(runs))]


def _examples() -> Iterator[str]:
    for name in parser.COMMANDS:
        yield from parser.command_module(name).EXAMPLES


def _terms(entries: dict[str, str]) -> Iterator[str]:
    for term, text in entries.items():
        yield ".TP"
        yield words((_name(term),))
        yield from _text(text)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _text(text: str) -> list[str]:
    return fill((Run("text", text),))


def _name(text: str) -> Run:
    return Run("name", text)


def _value(text: str) -> Run:
    return Run("param", text)


def _text_run(text: str) -> Run:
    return Run("text", text)


def _space() -> Run:
    return Run("text", " ")
