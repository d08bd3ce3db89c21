# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi explain``: why a system call may have failed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from kapi import catalogue
from kapi.cli import output
from kapi.errors import UsageError

if TYPE_CHECKING:
    from kapi.trace.explain import Cause
    from kapi.trace.lines import Call

DESCRIPTION: Final = (
    "Lists the causes of an error that the specification of a call knows, and looks at each on this"
    " machine as it is now: the files on the way, permissions, mounts, limits. The call is written"
    " as strace writes it, as an argument or on standard input; or a program is run, and its last"
    " call that failed and has a specification is explained. Exit status 1: no cause is possible."
)
EXAMPLES: Final = (
    "kapi explain 'openat(AT_FDCWD, \"/etc/passwd/x\", O_RDONLY) = -1 ENOTDIR'",
    "strace cat /etc/shadow 2>&1 | tail -n 20 | kapi explain",
    "kapi explain -- cat /nonexistent/x",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi explain``."""
    parser.add_argument(
        "call",
        nargs="*",
        metavar="CALL",
        help="a call as strace shows it; or, behind --, a program with its arguments",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="causes too that are certainly not so"
    )


def run(args: argparse.Namespace) -> int:
    """Read the call, look around, tell."""
    from kapi.oracle.kernel import running_kernel
    from kapi.trace.explain import explain
    from kapi.trace.misuse import shown
    from kapi.trace.numbers import Numbers
    from kapi.trace.values import split_arguments

    call = _last_failed(_lines(args.call))
    if call is None:
        raise UsageError("no call that failed and has a specification")
    (spec,) = catalogue.read_call(f"sys_{call.name}")
    found = explain(call, spec, running_kernel(), Numbers())
    output.write(f"{shown(call, split_arguments(call.args))}\n")
    for text in _texts(found, args.verbose):
        output.write(f"  {text}\n")
    return 0 if any(one.holds is not False for one in found) else 1


def _lines(words: list[str]) -> Iterator[str]:
    """The lines of strace: those given, of standard input, or of a program that is run."""
    if len(words) == 1 and "(" in words[0]:
        yield f"{words[0]}\n"
    elif words:
        from kapi.trace.strace import Run

        traced = Run(catalogue.native_calls(), ("--", *words))
        try:
            yield from traced.lines()
        finally:
            traced.close()
    else:
        yield from sys.stdin


def _last_failed(lines: Iterable[str]) -> Call | None:
    from kapi.trace.lines import Call, Reader

    known = catalogue.native_calls()
    last = None
    for event in Reader().read(lines):
        if not isinstance(event, Call) or not event.error or event.name not in known:
            continue
        # C libraries look for a translation of the message before they tell the user.
        if '.mo"' not in event.args:
            last = event
    return last


def _texts(found: list[Cause], verbose: bool) -> Iterator[str]:
    for one in found:
        if one.holds is not False or verbose:
            yield f"{one.word}: {one.text} [{one.claim}]"
    if not found:
        yield "the specification does not list this error"
    elif all(one.holds is False for one in found):
        yield "no cause that the specification lists is so now; it may have been"
