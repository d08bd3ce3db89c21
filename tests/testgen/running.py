"""Runs the executor, with text or with cases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Protocol

from kapi.testgen.case import Case
from kapi.testgen.record import Record
from kapi.testgen.setup.steps import Steps

Line = dict[str, Any]


class Executor:
    """Runs the executor on the text of cases."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program = program
        self.folder = folder / "cases"
        self.folder.mkdir()

    def run(self, text: str, *options: str) -> subprocess.CompletedProcess[str]:
        """What it says on text."""
        return subprocess.run(
            [self.program, "--folder", self.folder, "--timeout", "300", *options],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def results(self, text: str, *options: str) -> list[Line]:
        """Its lines but for the first one."""
        done = self.run(text, *options)
        assert (done.returncode, done.stderr) == (0, "")
        return [json.loads(line) for line in done.stdout.splitlines()[1:]]

    def one(self, lines: str, *options: str) -> Line:
        """The result of one case with some lines."""
        (found,) = self.results(f"case one\n{lines}\nend\n", *options)
        return found


class Run(Protocol):
    """Runs cases on this machine; ``uid`` is who makes the calls."""

    def __call__(self, *cases: Case, uid: int | None = None) -> list[Record]: ...


def case_of(
    name: str, call: str, steps: Steps, *args: Any, arming: Steps | None = None, **more: Any
) -> Case:
    """A case with a set-up."""
    return Case(
        id=name,
        call=f"sys_{call}",
        args=args,
        setup=tuple(steps.ops),
        arming=tuple(arming.ops) if arming else (),
        **more,
    )
