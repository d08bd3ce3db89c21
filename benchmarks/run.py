"""Measures the budgets of docs/architecture.md and prints them as a Markdown table.

Each row compares two commands that run in turns, A B A B ..., in one go; its figures are medians
and their ratio. A ratio says more than seconds do: it holds on a machine of another speed.
Nothing here is a test, as a busy machine would fail it.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from catalogue_copies import write_copies
from measure import Command, Row, compare, rate

ROOT = Path(__file__).resolve().parent.parent
COPIES = 1000
JUDGEMENTS = 100_000
NEEDLE = "SYSCALL_DEFINE"


def startup_rows(kapi: list[str], runs: int) -> Iterator[Row]:
    """Whole processes that do little, against an interpreter that does nothing."""
    nothing = Command([sys.executable, "-c", "pass"])
    show = Command([*kapi, "show", "open"])
    usage = Command([*kapi, "--help"])
    yield compare("`kapi show open`", show, "`python3 -c pass`", nothing, runs, budget=8)
    yield compare("`kapi --help`", usage, "`python3 -c pass`", nothing, runs, budget=4)


def tree_rows(kapi: list[str], tree: Path, cache: Path, runs: int) -> Iterator[Row]:
    """Scans of a whole tree, against grep for one word in the same files."""
    grep = Command(
        ["grep", "-rlF", "--include=*.c", "--include=*.h", NEEDLE, str(tree)],
        {"LC_ALL": "C"},
    )
    scan = [*kapi, "list", "--source", str(tree)]
    # A folder that anybody may write to is not trusted, so nothing is remembered there.
    nowhere = cache / "nowhere"
    (nowhere / "kapi").mkdir(parents=True)
    (nowhere / "kapi").chmod(0o777)
    fresh = Command(scan, {"XDG_CACHE_HOME": str(nowhere)})
    warm = Command(scan, {"XDG_CACHE_HOME": str(cache / "warm")})
    warm.run()
    baseline = f"`grep -rlF {NEEDLE}`"
    first = compare("`kapi list --source TREE`, no cache", fresh, baseline, grep, runs, budget=3)
    yield first
    yield compare("the same, own cache warm", warm, baseline, grep, runs, budget=0.7)
    yield Row(
        "peak memory of the scan without cache",
        f"{first.peak_kib / 1024:.0f} MiB (largest process)",
    )


def parse_rows(kapi: list[str], folder: Path, runs: int) -> Iterator[Row]:
    """One file with a thousand specs: the catalogue again and again under other names."""
    path = folder / "copies.c"
    count, size_bytes = write_copies(ROOT / "specs", path, COPIES)
    command = Command([*kapi, "list", "--source", str(path)])
    what = f"parse {count} specs ({size_bytes / 1e6:.1f} MB), whole process"
    yield rate(what, command, count, "specs/s", runs)


def oracle_rows(runs: int) -> Iterator[Row]:
    """Judgements of calls of read in one process, against calls of a function that does nothing."""
    from kapi.catalogue import read_call
    from kapi.oracle.kernel import running_kernel
    from kapi.testgen.numbers import Numbers
    from kapi.testgen.subject import Subject

    judge = Subject.of(read_call("read")[0], Numbers()).judge(running_kernel())
    before = {
        "fd_open(fd)": True,
        "fd_kind(fd)": "reg",
        "fd_flags(fd)": 0x8000,
        "fd_pos(fd)": 0,
        "fd_readable(fd)": True,
        "fd_can_read(fd)": True,
        "fd_unsigned_offset(fd)": False,
        "user_range(buf, count)": True,
        "writable(buf, count)": True,
        "fs_type(fd)": "ext4",
    }
    after = {**before, "fd_pos(fd)": 16}
    args = (3, 4096, 16, 0, 0, 0)

    def nothing(*_args: object, **_options: object) -> None:
        return None

    speeds = [
        [_per_second(one, args, before, after) for one in (judge.judge, nothing)]
        for _ in range(runs)
    ]
    judged, called = (statistics.median(column) for column in zip(*speeds, strict=True))
    yield Row(
        "judgements of successful reads",
        f"{judged:,.0f}/s",
        f"calls of a function that does nothing: {called:,.0f}/s",
        called / judged,
    )


def _per_second(call: Callable[..., object], *args: object) -> float:
    """How often something can be called with a result of 16."""
    start = time.perf_counter()
    for _ in range(JUDGEMENTS):
        call(*args, 16)
    return JUDGEMENTS / (time.perf_counter() - start)


def print_table(rows: Iterator[Row]) -> bool:
    """Print rows as they come; return whether every budget was met."""
    print("| what | measured | against | ratio | budget | |")
    print("|---|---:|---|---:|---:|---|", flush=True)
    met = True
    for row in rows:
        print(row.markdown(), flush=True)
        met = met and row.met
    return met


def main() -> int:
    """Run what the options ask for; 1 if a budget is missed, 2 if there is nothing to measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="runs of quick commands (%(default)s)")
    parser.add_argument("--tree-runs", type=int, default=5, help="runs of scans (%(default)s)")
    tree = os.environ.get("KAPI_LINUX_TREE") or None
    parser.add_argument("--tree", type=Path, default=tree, help="kernel tree ($KAPI_LINUX_TREE)")
    parser.add_argument(
        "--only", choices=("startup", "tree", "parse", "oracle"), help="one group alone"
    )
    options = parser.parse_args()
    kapi = [str(Path(sys.executable).parent / "kapi")]
    if not Path(kapi[0]).exists():
        print(f"error: no {kapi[0]}; run: make bench", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows: list[Iterator[Row]] = []
        if options.only in (None, "startup"):
            rows.append(startup_rows(kapi, options.runs))
        if options.only in (None, "tree"):
            if options.tree:
                rows.append(tree_rows(kapi, options.tree, folder, options.tree_runs))
            else:
                print("no kernel tree: set KAPI_LINUX_TREE or --tree\n", file=sys.stderr)
        if options.only in (None, "parse"):
            rows.append(parse_rows(kapi, folder, options.tree_runs))
        if options.only in (None, "oracle"):
            rows.append(oracle_rows(options.tree_runs))
        python = platform.python_version()
        print(f"Python {python}, {os.cpu_count()} processors, Linux {platform.release()}\n")
        return 0 if print_table(row for group in rows for row in group) else 1


if __name__ == "__main__":
    sys.exit(main())
