"""Measures what `kapi check` costs: programs under it, and logs.

Programs run bare, under strace with the same selection of calls and no reader, and under kapi
check, in turns. They run for some seconds, so that the start of kapi, which has a row of its own,
does not count. A log of a real run is read once and ten times over, to see speed, in lines for each
second of processor time, and memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from kapi import catalogue
from kapi.trace.strace import command
from measure import Command, Row, compare
from run import print_table

#: At most so much slower than strace alone.
_BUDGET = 1.3
_LINES = 400_000

PROGRAMS = {
    "dd bs=1": ("dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=50000", "status=none"),
    "find": ("find", "/usr", "-newer", "/etc/passwd"),
    "git log": ("git", "-C", str(Path(__file__).parent), "log", "--stat", "-300"),
    "compile": ("make", "-s", "-B"),
}


def program_rows(kapi: str, runs: int) -> Iterator[Row]:
    """Whole programs, against strace with the same selection."""
    nothing = Command((kapi, "check", "--", "true"))
    yield compare("start", nothing, "bare python", Command((sys.executable, "-c", "")), runs, 0)
    for what, program in PROGRAMS.items():
        traced = Command(command(catalogue.native_calls(), ("--", *program), "/dev/null"))
        checked = Command((kapi, "check", "--", *program))
        yield compare(what, checked, "strace, same calls", traced, runs, _BUDGET)
        yield compare(f"{what}, strace", traced, "bare", Command(program), runs, 0)


def log_rows(kapi: str, folder: Path, runs: int) -> Iterator[Row]:
    """Lines per second of one core, and memory of a log ten times as long."""
    log = folder / "once.log"
    script = "find /usr/share/doc -name copyright | head -200 | xargs cat; ls -lR /usr/share/doc"
    subprocess.run(
        command(["read", "write", "openat", "close"], ("--", "sh", "-c", script), str(log)),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    text = log.read_bytes()
    copies = _LINES // text.count(b"\n") + 1
    many = folder / "many.log"
    many.write_bytes(text * copies)
    longer = folder / "longer.log"
    with longer.open("wb") as stream:
        for _ in range(10):
            stream.write(text * copies)
    read = Command((kapi, "check", "--fail-on", "never", "--log", str(many)))
    speed = max(text.count(b"\n") * copies / _processor_s(read) for _ in range(runs))
    yield Row("log of files", f"{speed:,.0f} lines/s", "150,000", 150_000 / speed, 1)
    short, long = read.run(), Command((*read.arguments[:-1], str(longer))).run()
    yield Row(
        "memory, ten times the log",
        f"{long.peak_kib:,} KiB",
        f"once: {short.peak_kib:,} KiB",
        long.peak_kib / short.peak_kib,
        1.1,
    )


def _processor_s(command: Command) -> float:
    """Seconds of a processor that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command.run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each (5)")
    options = parser.parse_args()
    kapi = str(Path(sys.executable).parent / "kapi")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "hello.c").write_text('#include <stdio.h>\nint main(void) { return puts(""); }\n')
        names = " ".join(f"{number}.o" for number in range(20))
        rule = "\tgcc -O2 -c -o $@ hello.c"
        (folder / "Makefile").write_text(f"all: {names}\n{names}: hello.c\n{rule}\n")
        os.chdir(folder)
        rows = chain(program_rows(kapi, options.runs), log_rows(kapi, folder, options.runs))
        return 0 if print_table(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
