# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi fmt``: specifications in canonical form."""

from __future__ import annotations

import argparse
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from kapi.cli import output
from kapi.cli.report import text_report
from kapi.cli.sources import Files
from kapi.csource.rewrite import Rewritten, rewrite
from kapi.errors import KapiError, SourceError, UsageError

DESCRIPTION: Final = (
    "Rewrites the comments of specifications in canonical form, in place; everything else in a"
    " file stays as it is. A comment with errors is left alone, and the errors are printed.\n\n"
    "The path '-' stands for stdin; the result then goes to stdout."
)
EXAMPLES: Final = ("kapi fmt --diff frob.c", "kapi fmt --check specs", "kapi fmt - < frob.c")

_STDIN: Final = "<stdin>"


class Request(NamedTuple):
    """What to rewrite and what to do with the result.

    :param paths: files, folders and trees; or ``-`` alone.
    :param check: whether to say which files would change, in place of writing them.
    :param diff: whether to print what would change, in place of writing it.
    """

    paths: Sequence[str]
    check: bool
    diff: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi fmt``."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="C file, folder or kernel tree; - for stdin"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing, name the files that would change; exit status 1 if there are any",
    )
    parser.add_argument("--diff", action="store_true", help="write nothing, print the changes")


def run(args: argparse.Namespace) -> int:
    """Rewrite; 1 if a comment was left alone, or with ``--check`` if a file would change."""
    request = Request(args.paths, args.check, args.diff)
    if "-" in request.paths and len(request.paths) > 1:
        raise UsageError("'-' stands alone: stdin cannot be rewritten together with files")
    files = _Stdin() if request.paths == ["-"] else Files(request.paths)
    status = 0
    for path, data in files:
        status |= _treat(path, data, request)
    return 2 if files.problems else status


class _Stdin:
    """The text of stdin as the one file."""

    problems = 0

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        if sys.stdin is None:
            raise KapiError("stdin: it is closed")
        try:
            yield _STDIN, sys.stdin.buffer.read()
        except OSError as error:
            raise SourceError("stdin", output.reason_of(error)) from None


def _treat(path: str, data: bytes, request: Request) -> int:
    """Rewrite one file, or say what would change."""
    found = rewrite(path, data)
    report = text_report(found.diagnostics, {path: found.source})
    if report:
        output.remark(report.rstrip("\n"))
    for span in found.unsafe:
        output.warn(f"{span}: left alone, as its canonical form would not say the same")
    changed = found.data != data
    if request.diff and changed:
        output.write_bytes(b"".join(_diff(path, data, found.data)))
    elif request.check and changed:
        output.write(f"{path}: not in canonical form\n")
    elif not request.check and not request.diff:
        _write(path, found, changed)
    refused = bool(found.diagnostics or found.unsafe)
    return int(refused or (request.check and changed))


def _write(path: str, found: Rewritten, changed: bool) -> None:
    if path == _STDIN:
        output.write_bytes(found.data)
    elif changed:
        _replace(path, found.data)


def _replace(path: str, data: bytes) -> None:
    """Put new bytes in the place of a file as a whole; mode and, if possible, owner stay.

    A link keeps leading to the file; other hard links keep the old bytes.
    """
    real = os.path.realpath(path)
    temporary = ""
    try:
        if not os.access(real, os.W_OK):
            raise PermissionError(13, "permission denied")
        status = os.stat(real)
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(real), prefix=".kapi-fmt-")
        with open(descriptor, "wb") as stream:
            stream.write(data)
            with suppress(OSError):
                os.fchown(stream.fileno(), status.st_uid, status.st_gid)
            os.fchmod(stream.fileno(), stat.S_IMODE(status.st_mode))
        os.replace(temporary, real)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise SourceError(path, output.reason_of(error)) from None
        raise


def _diff(path: str, old: bytes, new: bytes) -> Iterable[bytes]:
    """A unified diff that patch(1) takes; bytes that are no UTF-8 stay as they are."""
    from difflib import diff_bytes, unified_diff

    name = os.fsencode(path.lstrip("/"))
    lines = diff_bytes(
        unified_diff, _lines(old), _lines(new), b"a/" + name, b"b/" + name, lineterm=b"\n"
    )
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[bytes]:
    """Lines with their ends; only a newline ends one."""
    parts = data.split(b"\n")
    ends = [part + b"\n" for part in parts[:-1]]
    return [*ends, parts[-1]] if parts[-1] else ends
