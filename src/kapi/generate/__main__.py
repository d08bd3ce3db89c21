# SPDX-License-Identifier: GPL-2.0-or-later
"""The generator of a kernel build: ``python3 -m kapi.generate constants|data SPEC ...``.

``constants`` writes the C file that asks the compiler for numbers, ``data`` writes the C file with
the records and the file with the prose. Each output is written whole or not at all.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from kapi.csource.collect import collect
from kapi.csource.walk import read_named
from kapi.diagnostics import ERROR
from kapi.errors import KapiError, SourceError
from kapi.generate.constants import Wanted, constants_source, read_assembly
from kapi.generate.data import data_source
from kapi.generate.prose import digest_of, json_of, prose_entry
from kapi.generate.record import build_record, wanted
from kapi.model.spec import Spec

_INCLUDE = re.compile(r"^#include[ \t]+(<[^>\n]+>|\"[^\"\n]+\")", re.MULTILINE)
_BIG_ENDIAN = "__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__"


class _Input(NamedTuple):
    """The specs of a file without shared ones, and the headers that it includes."""

    specs: list[Spec]
    headers: list[str]

    def wanted(self) -> list[Wanted]:
        """The byte order, and each constant once, where it is named first and most exactly."""
        found: dict[tuple[str, str | None], Wanted] = {}
        for spec in self.specs:
            for one in wanted(spec):
                found.setdefault((one.text, one.guard), one)
        return [Wanted(_BIG_ENDIAN), *found.values()]


def main(argv: list[str] | None = None) -> int:
    """Run one step; 0, or 1 after a message."""
    parser = argparse.ArgumentParser(prog="kapi-generate", description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=("constants", "data"))
    parser.add_argument("spec", help="C file with specifications")
    parser.add_argument("--shared", action="append", default=[], help="C file with shared specs")
    parser.add_argument("--output", required=True, help="C file to write")
    parser.add_argument("--assembly", help="data: what the compiler made of the constants")
    parser.add_argument("--prose", help="data: file to write the texts to")
    options = parser.parse_args(argv)
    if options.step == "data" and not (options.assembly and options.prose):
        parser.error("data needs --assembly and --prose")
    try:
        given = _read(options.spec, options.shared)
        if options.step == "constants":
            _write(options.output, constants_source(given.wanted(), given.headers).encode())
        else:
            _write_data(given, options)
    except KapiError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _read(path: str, shared: list[str]) -> _Input:
    """Reads a file of specs.

    :raises KapiError: if there is none in it, or anything is wrong with them.
    """
    data = read_named(path)
    found = collect([(path, data), *((name, read_named(name)) for name in shared)])
    errors = [one for one in found.diagnostics if one.severity == ERROR]
    if errors:
        lines = (f"{one.span}: error: {one.message} [{one.code}]" for one in errors)
        raise KapiError("\n".join(lines))
    specs = [
        spec
        for spec in found.specs
        if spec.span and spec.span.path == path and spec.kind != "shared"
    ]
    if not specs:
        raise SourceError(path, "no specification of a call in it, though the build asks for one")
    return _Input(specs, list(_headers(path, data.decode("utf-8", "replace"))))


def _headers(path: str, text: str) -> Iterator[str]:
    """What ``#include`` lines name; the generated file lies elsewhere and needs absolute paths."""
    folder = os.path.dirname(os.path.abspath(path))
    for name in _INCLUDE.findall(text):
        beside = os.path.join(folder, name[1:-1])
        yield f'"{beside}"' if name[0] == '"' and os.path.isfile(beside) else name


def _write_data(given: _Input, options: argparse.Namespace) -> None:
    assembly = read_named(options.assembly).decode("utf-8", "replace")
    values = read_assembly(assembly, given.wanted())
    records = [build_record(spec, values) for spec in given.specs]
    big_endian = bool(values(_BIG_ENDIAN))
    prose = b"".join(prose_entry(record, values, big_endian) for record in records)
    source = data_source(records, [digest_of(json_of(one)) for one in records], options.prose)
    _write(options.prose, prose)
    _write(options.output, source.encode())


def _write(path: str, data: bytes) -> None:
    """Replace a file as a whole."""
    temporary = f"{path}.tmp"
    try:
        try:
            with open(temporary, "wb") as stream:
                stream.write(data)
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise SourceError(path, f"cannot be written: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
