# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi check``: what a program does wrong with system calls, and what the kernel answers."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from kapi import catalogue
from kapi.cli import output
from kapi.cli.sources import add_source_arguments, read_specs
from kapi.errors import SourceError, UsageError

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.trace.books import Thread
    from kapi.trace.check import Checker, Setting, Tally
    from kapi.trace.findings import Finding

DESCRIPTION: Final = (
    "Runs a program under strace and compares its system calls with their specifications: arguments"
    " that are refused or ignored, descriptors that are not open, and answers that the kernel must"
    " not give. The program's output and exit status stay as they are; the report goes to stderr."
    " Without findings nothing is printed."
)
EXAMPLES: Final = (
    "kapi check -- ls -R /usr/share/doc",
    "kapi check --fail-on warning -f sarif -o check.sarif -- make test",
    "kapi check -p 4711",
    "strace -f -o trace.log ./server; kapi check --log trace.log",
)

_FORMATS: Final = ("text", "json", "sarif")
_LEVELS: Final = ("error", "warning", "note", "never")
_STDIN: Final = "-"


class Result(NamedTuple):
    """What a trace shows.

    :param tallies: figures by call.
    """

    found: list[Finding]
    tallies: dict[str, Tally]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi check``."""
    parser.add_argument(
        "program", nargs="*", metavar="PROGRAM", help="the program and its arguments, behind --"
    )
    parser.add_argument(
        "-p", "--pid", type=int, metavar="PID", help="watch this process until it ends or Ctrl-C"
    )
    parser.add_argument(
        "--log",
        action="append",
        default=[],
        metavar="FILE",
        help="check what strace has written; - for standard input; may be repeated",
    )
    parser.add_argument(
        "--here",
        action="store_true",
        help="the logs are of this kernel, and no seccomp filter was in the way",
    )
    add_source_arguments(parser)
    parser.add_argument(
        "--leaks", action="store_true", help="descriptors that are never closed too"
    )
    parser.add_argument(
        "--stacks", action="store_true", help="where in the program, with lines; nine times slower"
    )
    parser.add_argument("--notes", action="store_true", help="harmless oddities too")
    parser.add_argument(
        "--summary", action="store_true", help="a table of all calls that were seen"
    )
    parser.add_argument(
        "-f",
        "--format",
        choices=_FORMATS,
        default="text",
        metavar="FORMAT",
        help="text (default), json or sarif",
    )
    parser.add_argument(
        "--fail-on",
        choices=_LEVELS,
        metavar="LEVEL",
        help="exit status 1 for findings of this level or worse: error, warning, note or never"
        " (default: never for a program, whose own status counts; warning for logs)",
    )
    parser.add_argument(
        "--suppress", metavar="FILE", help="leave out the findings that this file lists"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to this file")


def run(args: argparse.Namespace) -> int:
    """Trace or read, check, tell."""
    if bool(args.program) + (args.pid is not None) + bool(args.log) != 1:
        raise UsageError("give a program behind --, or -p PID, or --log FILE")
    if args.here and not args.log:
        raise UsageError("--here is for logs")
    if args.stacks and args.log:
        raise UsageError("a log has the stacks that strace -k has written, or none")
    specs = _specs(args)
    suppressions = _suppressions(args)
    status = 0
    if args.log:
        results = list(_check_logs(args, specs))
    else:
        checker, status = _check_program(specs, args)
        results = [Result(checker.sorted(), checker.tallies)]
    found = [one for result in results for one in result.found]
    if suppressions:
        from kapi.trace.suppress import read_suppressions, without

        found = without(found, read_suppressions(suppressions, args.suppress))
    _report(found, results, args)
    return _status(found, status, args)


def _specs(args: argparse.Namespace) -> Mapping[str, Spec]:
    """Specs of system calls by the names that strace prints; of the catalogue read when needed."""
    if not args.source and args.vmlinux is None and args.debugfs is None:
        return _OfCatalogue()
    return {
        spec.name.removeprefix("sys_"): spec
        for spec in read_specs(args, (), shared=False)
        if spec.kind == "syscall"
    }


class _OfCatalogue(Mapping[str, "Spec"]):
    """The system calls of the catalogue; parsed one by one, as few programs use all."""

    def __getitem__(self, name: str) -> Spec:
        return catalogue.read_call(f"sys_{name}")[0]

    def __iter__(self) -> Iterator[str]:
        return iter(catalogue.native_calls())

    def __len__(self) -> int:
        return len(catalogue.native_calls())


def _suppressions(args: argparse.Namespace) -> str:
    """The text of the file, read before anything is run."""
    if args.suppress is None:
        return ""
    from kapi.trace.suppress import read_suppressions

    try:
        with open(args.suppress, encoding="utf-8", errors="surrogateescape") as stream:
            text = stream.read()
    except OSError as error:
        raise SourceError(args.suppress, output.reason_of(error)) from None
    read_suppressions(text, args.suppress)
    return text


def _check_program(specs: Mapping[str, Spec], args: argparse.Namespace) -> tuple[Checker, int]:
    """Run a program, or watch one."""
    from kapi.trace.strace import Run, child_to_be, signals_passed_on

    attached = args.pid is not None
    target = ("-p", str(args.pid)) if attached else ("--", *args.program)
    before = None if attached else child_to_be()
    run = Run(specs, target, stacks=args.stacks)
    try:
        with signals_passed_on(run, attached=attached):
            checker = _checker(specs, before, args)
            checker.run(run.lines())
    finally:
        run.close()
    if run.status and not checker.lines:
        raise UsageError("strace could not start; see its message above")
    return checker, 0 if attached else run.status


def _checker(specs: Mapping[str, Spec], before: Thread | None, args: argparse.Namespace) -> Checker:
    """Who checks what is run here."""
    from kapi.oracle.kernel import running_kernel
    from kapi.trace.check import Checker, Setting, unknown_process
    from kapi.trace.numbers import Numbers

    setting = Setting(
        running_kernel(),
        before or unknown_process(),
        whole=before is not None,
        decoded=True,
        leaks=args.leaks,
    )
    return Checker(specs, setting, Numbers())


def _check_logs(args: argparse.Namespace, specs: Mapping[str, Spec]) -> Iterator[Result]:
    """What each log shows, in their order; several are read at once, one by each processor."""
    from kapi.cli.terminal import Status

    workers = min(len(args.log), os.cpu_count() or 1)
    if workers == 1 or _STDIN in args.log:
        yield from (_check_log(path, specs, args) for path in args.log)
        return
    from concurrent.futures import ProcessPoolExecutor
    from functools import partial

    status = Status()
    try:
        with ProcessPoolExecutor(workers) as pool:
            found = pool.map(partial(_check_log, specs=specs, args=args), args.log)
            for number, result in enumerate(found, 1):
                status.show(f"{number} of {len(args.log)} logs")
                yield result
    finally:
        status.clear()


def _check_log(path: str, specs: Mapping[str, Spec], args: argparse.Namespace) -> Result:
    from kapi.trace.check import Checker
    from kapi.trace.numbers import Numbers

    checker = Checker(specs, _log_setting(path, args), Numbers())
    checker.run(_lines_of(path))
    return Result(checker.sorted(), checker.tallies)


def _log_setting(path: str, args: argparse.Namespace) -> Setting:
    from kapi.oracle.kernel import Kernel, running_kernel
    from kapi.trace.check import Setting, unknown_process

    suffix = path.rpartition(".")[2]
    return Setting(
        running_kernel() if args.here else Kernel(),
        unknown_process(tampered=not args.here),
        leaks=args.leaks,
        log="standard input" if path == _STDIN else path,
        pid=int(suffix) if suffix.isascii() and suffix.isdigit() else 0,
    )


def _lines_of(path: str) -> Iterator[str]:
    try:
        # Not a byte is lost: strace escapes what is no ASCII, others may not.
        number: int | str = sys.stdin.fileno() if path == _STDIN else path
        with open(number, encoding="latin-1", newline="\n", closefd=path != _STDIN) as stream:
            yield from stream
    except OSError as error:
        raise SourceError(path, output.reason_of(error)) from None


def _report(found: list[Finding], results: list[Result], args: argparse.Namespace) -> None:
    from kapi.cli import check_report

    shown = found if args.notes else check_report.at_least(found, "warning")
    if args.format == "text":
        text = check_report.text_report(shown)
    elif args.format == "json":
        text = check_report.json_report(shown)
    else:
        text = check_report.sarif_report(shown)
    if args.summary and args.format == "text":
        text += check_report.summary(_together(results))
    if args.output is not None:
        output.write_file(args.output, text)
    elif args.log:
        output.write(text)
    elif text:
        output.remark(text.rstrip("\n"))


def _together(results: Iterable[Result]) -> dict[str, Tally]:
    """The figures of all logs."""
    from kapi.trace.check import Tally

    found: dict[str, Tally] = {}
    for result in results:
        for name, tally in result.tallies.items():
            found.setdefault(name, Tally()).add(tally)
    return found


def _status(found: list[Finding], status: int, args: argparse.Namespace) -> int:
    """Ours if findings shall count, else that of the program, its death by a signal included."""
    from kapi.cli.check_report import at_least

    level = args.fail_on or ("warning" if args.log else "never")
    if level != "never" and at_least(found, level):
        return 1
    if status < 0:
        _die_of(-status)
        return 128 - status
    return status


def _die_of(number: int) -> None:
    """End by the signal that has ended the program, and leave no second core file."""
    import resource
    import signal

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
