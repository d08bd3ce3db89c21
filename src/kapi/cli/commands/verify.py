# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi verify``: every claim of specifications against a real kernel."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kapi.cli import output
from kapi.cli.sources import add_source_arguments, read_specs
from kapi.cli.terminal import Status
from kapi.errors import SourceError, UsageError
from kapi.evidence import HOST, KINDS

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.testgen.evidence import Contradiction, Report
    from kapi.testgen.record import Record

DESCRIPTION: Final = (
    "Makes test cases from specifications, runs them on a kernel, judges every call, and prints"
    " what came of each claim: observed, refuted, or unverified with the reason. On this machine"
    " nothing is done that would stay; what would change the machine runs in guests only. Exit"
    " status 1: something was refuted, or an errno came that no claim lists for that state."
)
EXAMPLES: Final = (
    "kapi verify read",
    "kapi verify --kernel built --evidence evidence/",
    "kapi verify --kernel stock --records run.jsonl open openat",
    "kapi verify --from run.jsonl --from other.jsonl --matrix",
    "kapi verify --from run.jsonl --teeth",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi verify``."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="specifications; all by default")
    add_source_arguments(parser)
    parser.add_argument(
        "--kernel",
        choices=KINDS,
        default=HOST,
        metavar="KERNEL",
        help="host (default), built (by kapi, in guests) or stock (the distribution's, in guests)",
    )
    parser.add_argument("--tree", metavar="PATH", help="Linux tree to build (Debian's by default)")
    parser.add_argument(
        "--release",
        default="6.12",
        metavar="RELEASE",
        help="release of the distribution's kernel or source (6.12)",
    )
    parser.add_argument("--short", action="store_true", help="a part of the cases")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="N", help="for cases that chance chooses (0)"
    )
    parser.add_argument("-j", "--jobs", type=int, metavar="N", help="guests at once (all cores)")
    parser.add_argument("--records", metavar="FILE", help="keep what was seen of every call")
    parser.add_argument(
        "--from",
        action="append",
        default=[],
        dest="stored",
        metavar="FILE",
        help="judge kept records again, and run nothing; may be repeated",
    )
    parser.add_argument(
        "--evidence", metavar="PATH", help="write the evidence, to a file or into a folder"
    )
    parser.add_argument(
        "--reproducer", metavar="FOLDER", help="write a C program for each refuted claim"
    )
    parser.add_argument(
        "--matrix", action="store_true", help="one column for each kernel and file system"
    )
    parser.add_argument(
        "--teeth",
        action="store_true",
        help="falsify claims and records instead, and tell how many of these faults are noticed",
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=("plain", "json"),
        default="plain",
        metavar="FORMAT",
        help="plain (default) or json",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="each claim, not only some")


def run(args: argparse.Namespace) -> int:
    """Run, judge, tell."""
    specs = _specs(args)
    records = _stored(args.stored) if args.stored else _run(args, specs)
    if args.records:
        _keep(Path(args.records), records)
    if args.teeth:
        from kapi.testgen.teeth.report import bite, report

        output.write(report(bite(specs, records), verbose=args.verbose))
        return 0
    if args.matrix:
        from kapi.testgen.matrix import matrix

        output.write(matrix(specs, records))
        return 0
    reports = _reports(specs, records)
    if args.evidence:
        _write_evidence(Path(args.evidence), reports, args)
    if args.format == "json":
        output.write(json.dumps([_document(one) for one in reports], indent=2) + "\n")
    else:
        from kapi.testgen.tables import table

        output.write(table(reports, verbose=args.verbose))
    wrong = [(report, one) for report in reports for one in report.contradictions]
    if wrong:
        _reproducers(args, wrong)
    odd = any(report.undocumented or report.unexplained for report in reports)
    return 1 if wrong or odd else 0


def _specs(args: argparse.Namespace) -> tuple[Spec, ...]:
    """The specs to verify, includes resolved: of system calls, as nothing else can be called."""
    found = read_specs(args, args.names, shared=False)
    calls = tuple(spec for spec in found if spec.kind == "syscall")
    if not calls:
        raise UsageError("no system call among these specifications")
    return calls


def _run(args: argparse.Namespace, specs: tuple[Spec, ...]) -> list[Record]:
    import os

    from kapi.testgen.campaign import Campaign

    status = Status()
    campaign = Campaign(
        specs=specs,
        kind=args.kernel,
        short=args.short,
        seed=args.seed,
        tree=Path(args.tree) if args.tree else None,
        release=args.release,
        jobs=args.jobs or os.cpu_count() or 1,
    )
    try:
        return campaign.run(status.show)
    finally:
        status.clear()


def _stored(paths: Iterable[str]) -> list[Record]:
    from kapi.testgen.record import merge_records, read_records

    parts = []
    for path in paths:
        try:
            parts.append(list(read_records(Path(path).read_text(encoding="utf-8"))))
        except OSError as error:
            raise SourceError(path, str(error.strerror).lower()) from None
    return merge_records(*parts)


def _keep(path: Path, records: Iterable[Record]) -> None:
    from kapi.testgen.record import write_record

    output.write_file(str(path), "".join(f"{write_record(one)}\n" for one in records))


def _reports(specs: tuple[Spec, ...], records: list[Record]) -> list[Report]:
    """A report of each spec on each kernel that has records."""
    from kapi.testgen.evidence import examine

    kernels = dict.fromkeys((one.release, one.machine) for one in records)
    return [
        examine(spec, [one for one in records if (one.release, one.machine) == kernel])
        for kernel in kernels
        for spec in specs
    ]


def _write_evidence(path: Path, reports: list[Report], args: argparse.Namespace) -> None:
    from kapi.evidence import write_evidence
    from kapi.testgen.evidence import make_evidence

    kernels = dict.fromkeys((one.release, one.machine) for one in reports if one.release)
    if len(kernels) > 1 and not path.is_dir():
        raise UsageError("--evidence needs a folder, as the records are of several kernels")
    for release, machine in kernels:
        some = [one for one in reports if (one.release, one.machine) == (release, machine)]
        evidence = make_evidence(some, kind=args.kernel, seed=args.seed)
        target = path / f"{release}.json" if path.is_dir() else path
        write_evidence(evidence, str(target))


def _document(report: Report) -> dict[str, object]:
    """A report as JSON."""
    return {
        "name": report.spec.name,
        "release": report.release,
        "machine": report.machine,
        "calls": report.calls,
        "claims": [
            {
                "id": one.claim.id,
                "hash": one.claim.hash,
                "kind": one.claim.kind,
                "status": one.status,
                "reason": one.reason,
                "calls": one.calls,
                "cases": [{"case": case, "fs": fs} for case, fs in one.cases],
            }
            for one in report.findings
        ],
        "undocumented": [
            {"case": one.case, "fs": one.fs, "ret": one.ret} for one in report.undocumented
        ],
        "unexplained": [
            {"case": one.case, "fs": one.fs, "ret": one.ret} for one in report.unexplained
        ],
    }


def _reproducers(args: argparse.Namespace, wrong: list[tuple[Report, Contradiction]]) -> None:
    """Say what contradicts which claim; one C program for each claim if they are wanted."""
    from kapi.testgen.refuted import explain, reproducer

    done: set[str] = set()
    folder = Path(args.reproducer) if args.reproducer else None
    for report, one in wrong:
        new = [claim for claim in one.claims if claim not in done]
        if not new:
            continue
        done.update(new)
        output.write(explain(report.spec, one))
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{new[0]}.c"
            text = reproducer(report.spec, one, seed=args.seed)
            if text is None:
                output.complain(f"{one.record.case}: its case is not among those of this seed")
                continue
            output.write_file(str(path), text)
            output.write(f"  reproducer: {path}\n")
