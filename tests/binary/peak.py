"""Reads one image and says what that took: ``python -m tests.binary.peak PATH``.

Prints the number of specs, or the error, and the most memory that the process had, in MiB.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


def peak_mib() -> int:
    """The most memory that this process had, its own alone: ``ru_maxrss`` counts the parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(line.split()[1]) >> 10


class Taken(NamedTuple):
    """What one image took."""

    outcome: str
    mib: int


def read_alone(path: Path) -> Taken:
    """Read an image in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.binary.peak", path],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    outcome, _, mib = done.stdout.strip().rpartition(" ")
    return Taken(outcome, int(mib))


def main(path: str) -> None:
    """Read and report."""
    from kapi.binary.image import read_image
    from kapi.errors import ImageError

    try:
        found = read_image(path)
        outcome = f"{len(found.specs)} specs, {len(found.problems)} problems"
    except ImageError as error:
        outcome = error.reason
    sys.stdout.write(f"{outcome} {peak_mib()}\n")


if __name__ == "__main__":
    main(sys.argv[1])
