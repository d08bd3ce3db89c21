"""Runs commands in turns and turns their times into rows of a table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Run:
    """One run of a command; ``peak_kib`` is the memory of the largest process in it."""

    seconds: float
    peak_kib: int


@dataclass(frozen=True)
class Command:
    """A command with variables of its environment; its output is dropped."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Run:
        """Run to the end.

        :raises SystemExit: if the command fails, as its time would mean nothing.
        """
        started = time.perf_counter()
        child = subprocess.Popen(
            self.arguments,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert child.stderr
        complaint = child.stderr.read().decode(errors="replace")
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stderr.close()
        if child.returncode:
            sys.exit(f"{' '.join(self.arguments)}: exit {child.returncode}\n{complaint}")
        return Run(seconds, usage.ru_maxrss)


@dataclass(frozen=True)
class Row:
    """A line of the table. ``ratio`` and ``budget`` are 0 where there is none."""

    what: str
    measured: str
    against: str = ""
    ratio: float = 0
    budget: float = 0
    peak_kib: int = 0

    @property
    def met(self) -> bool:
        """Whether the ratio keeps within the budget, if there is one."""
        return not self.budget or self.ratio <= self.budget

    def markdown(self) -> str:
        """The row as Markdown."""
        ratio = f"{self.ratio:.2f}" if self.ratio else ""
        budget = f"<= {self.budget:g}" if self.budget else ""
        verdict = ("met" if self.met else "**MISSED**") if self.budget else ""
        cells = (self.what, self.measured, self.against, ratio, budget, verdict)
        return f"| {' | '.join(cells)} |"


def compare(
    what: str, command: Command, baseline_name: str, baseline: Command, runs: int, budget: float
) -> Row:
    """Run two commands in turns, once unmeasured and then ``runs`` times."""
    baseline.run()
    command.run()
    theirs, ours = [], []
    for _ in range(runs):
        theirs.append(baseline.run())
        ours.append(command.run())
    our_time = median(run.seconds for run in ours)
    their_time = median(run.seconds for run in theirs)
    return Row(
        what,
        _time(our_time),
        f"{baseline_name}: {_time(their_time)}",
        our_time / their_time,
        budget,
        max(run.peak_kib for run in ours),
    )


def rate(what: str, command: Command, count: int, unit: str, runs: int) -> Row:
    """How many of ``count`` things a command does each second."""
    command.run()
    seconds = median(command.run().seconds for _ in range(runs))
    return Row(what, f"{_time(seconds)}, {count / seconds:.0f} {unit}")


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
