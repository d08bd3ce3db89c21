# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi list``: names and summaries."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kapi.cli import output
from kapi.cli.filters import FIELDS, doubts, parse_filters
from kapi.cli.sources import add_source_arguments, read_specs

if TYPE_CHECKING:
    from kapi.model.spec import Spec

DESCRIPTION: Final = (
    "Lists what has a specification: name and summary, of all or of those that names and patterns"
    " such as 'open*' stand for. A name may leave out 'sys_'. A name that stands for nothing is an"
    " error; filters that let nothing through print nothing, and a warning if they"
    " name what no kernel has."
)
EXAMPLES: Final = (
    "kapi list 'open*'",
    "kapi list --filter errno=EINTR --filter effect=filesystem",
    "kapi list --source ~/linux --filter capability=CAP_SYS_ADMIN",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi list``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="name or pattern")
    add_source_arguments(parser)
    parser.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=f"only those that say so: {', '.join(FIELDS)}; may be repeated, then all must hold",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=("plain", "json", "names"),
        default="plain",
        metavar="FORMAT",
        help="format: plain (default), json, or names: those that programs use, one a line",
    )


def run(args: argparse.Namespace) -> int:
    """Print the list."""
    filters = parse_filters(args.filter)
    shared = args.shared or any(one.field == "kind" and one.value == "shared" for one in filters)
    specs = read_specs(args, args.names, shared=shared)
    found = [spec for spec in specs if all(f(spec) for f in filters)]
    if not found:
        for doubt in doubts(filters):
            output.warn(doubt)
    output.write(_WRITERS[args.format](found))
    return 0


def _plain(specs: Sequence[Spec]) -> str:
    """Names, and summaries in a column."""
    from kapi.render.clean import clean_text

    rows = [(clean_text(spec.name), clean_text(spec.description or "")) for spec in specs]
    column = max((len(name) for name, _ in rows), default=0) + 2
    return "".join(f"{name:{column}}{summary}".rstrip() + "\n" for name, summary in rows)


def _names(specs: Sequence[Spec]) -> str:
    """What people and programs call them: ``open`` for ``sys_open``."""
    from kapi.catalogue import call_name
    from kapi.render.clean import clean_text

    return "".join(f"{name}\n" for name in sorted({clean_text(call_name(s.name)) for s in specs}))


def _json(specs: Sequence[Spec]) -> str:
    """Name, kind, summary and place of each; the keys are those of a whole specification."""
    import json

    rows = []
    for spec in specs:
        row: dict[str, Any] = {"name": spec.name, "kind": spec.kind}
        if spec.description is not None:
            row["description"] = spec.description
        if spec.span is not None:
            row["location"] = {"file": spec.span.path, "line": spec.span.line}
        rows.append(row)
    document = {"schema": "kapi-list", "schema_version": 1, "specs": rows}
    return json.dumps(document, indent=2) + "\n"


_WRITERS: Final = {"plain": _plain, "names": _names, "json": _json}
