# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi test generate``: tests in C from specifications."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kapi.cli import output
from kapi.cli.sources import add_source_arguments, read_specs
from kapi.errors import SourceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kapi.model.spec import Spec
    from kapi.testgen.case import Case
    from kapi.testgen.numbers import Numbers
    from kapi.testgen.record import Record

DESCRIPTION: Final = (
    "Writes a test in C for one call: few cases that show all claims of its specification which"
    " can be shown on any machine, each with the only outcome that the specification allows. To"
    " find them, cases are run on this machine, as root also as nobody, unless --records gives"
    " what was seen elsewhere."
)
EXAMPLES: Final = (
    "kapi test generate dup2 --format kselftest -o dup2_test.c",
    "kapi test generate read --format c | gcc -Wall -pthread -x c -o read_test -",
    "kapi test generate openat --format json",
)

_FORMATS: Final = ("kselftest", "ltp", "c", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi test generate``."""
    parser.add_argument("name", metavar="NAME", help="the call; may leave out 'sys_'")
    add_source_arguments(parser)
    parser.add_argument(
        "-f",
        "--format",
        choices=_FORMATS,
        default="kselftest",
        metavar="FORMAT",
        help="format: kselftest (default), ltp, c (needs a C library alone) or json",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write to this file")
    parser.add_argument(
        "--records",
        action="append",
        metavar="FILE",
        help="take outcomes from these records, and run nothing; may be repeated",
    )
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="for cases that chance chooses (0)"
    )


def run(args: argparse.Namespace) -> int:
    """Choose cases and write them."""
    from kapi.testgen.cases import make_cases
    from kapi.testgen.ctest.as_json import write_json
    from kapi.testgen.ctest.choose import choose, expected_cases
    from kapi.testgen.ctest.document import Subject
    from kapi.testgen.ctest.formats import FORMATS
    from kapi.testgen.numbers import Numbers

    spec, numbers = _spec(args), Numbers()
    cases = make_cases(spec, numbers, seed=args.seed)
    records = _read(args.records) if args.records else _observe(cases, spec, numbers)
    chosen = choose(expected_cases(cases, records, spec, numbers), spec)
    if not chosen:
        raise UsageError(f"{spec.name}: no case whose outcome the specification decides")
    write = {**FORMATS, "json": write_json}[args.format]
    seed = f" --seed {args.seed}" if args.seed else ""
    origin = f"kapi test generate {args.name} --format {args.format}{seed}"
    text = write(chosen, Subject(spec, numbers, origin))
    if args.output is None:
        output.write(text)
    else:
        output.write_file(args.output, text)
    return 0


def _spec(args: argparse.Namespace) -> Spec:
    """The one spec of a name."""
    found = read_specs(args, [args.name], shared=False)
    if len(found) != 1 or found[0].kind != "syscall":
        names = ", ".join(spec.name for spec in found)
        raise UsageError(f"'{args.name}' is no single system call: {names}")
    return found[0]


def _read(paths: Sequence[str]) -> list[Record]:
    from kapi.testgen.record import read_records

    records: list[Record] = []
    for path in paths:
        try:
            records += read_records(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise SourceError(path, output.reason_of(error)) from None
    return records


def _observe(cases: Sequence[Case], spec: Spec, numbers: Numbers) -> list[Record]:
    from kapi.cli.terminal import Status
    from kapi.testgen.ctest.observe_cases import observe_cases

    status = Status()
    try:
        return observe_cases(cases, spec, numbers, status.show)
    finally:
        status.clear()
