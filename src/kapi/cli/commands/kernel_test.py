# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel test``: the kernel part on real kernels."""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kapi.cli import output
from kapi.cli.kernels import add_kernel_arguments, kernel_of
from kapi.cli.terminal import Status
from kapi.errors import UsageError

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.vm.ktap import TestResult

DESCRIPTION: Final = (
    "Builds the kernel part with its KUnit cases, for UML and for x86-64, and runs them; then"
    " compares what the x86-64 kernel shows in debugfs, and what its image holds, with the"
    " catalogue. Prints one line for each step, and everything about what failed; the exit status"
    " is 1 then."
)
EXAMPLES: Final = ("kapi kernel test", "kapi kernel test --only um")

_STEPS: Final = ("um", "guest")
_DEBUGFS: Final = "/sys/kernel/debug/kapi"
_KUNIT: Final = ("kunit.enable=1", "kunit.filter_glob=kapi*")


class Step(NamedTuple):
    """What a step found: one line about it, and complaints if it failed."""

    summary: str
    complaints: list[str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel test``."""
    add_kernel_arguments(parser)
    parser.add_argument(
        "--only", choices=_STEPS, metavar="STEP", help="one step: um or guest (both by default)"
    )


def run(args: argparse.Namespace) -> int:
    """Run the steps."""
    if args.plain:
        raise UsageError("--plain leaves out what is to be tested")
    failed = False
    for name, step in (("um", _kunit_um), ("guest", _guest)):
        if args.only in (None, name):
            for found in step(args):
                output.write(f"{found.summary}\n" + "".join(f"  {c}\n" for c in found.complaints))
                failed = failed or bool(found.complaints)
    return 1 if failed else 0


def _with_arch(args: argparse.Namespace, arch: str) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(args), "arch": arch})


def _kunit_um(args: argparse.Namespace) -> Iterator[Step]:
    """KUnit in a kernel that is a program."""
    from kapi.vm.uml import run_uml

    kernel = kernel_of(_with_arch(args, "um"))
    yield _kunit("KUnit on UML", run_uml(kernel.image, _KUNIT).console)


def _guest(args: argparse.Namespace) -> Iterator[Step]:
    """KUnit in a guest, and the specs that it and its image show."""
    from kapi.vm.guest import Limits, run_guest
    from kapi.vm.initrd import Command
    from kapi.vm.qemu import Machine

    kernel = kernel_of(_with_arch(args, "x86_64"))
    status = Status()
    status.show(f"booting {kernel.image}")
    script = f"cp -r {_DEBUGFS} /tmp/kapi"
    result = run_guest(
        Machine(kernel=kernel.image, append=" ".join(_KUNIT)),
        Command(argv=("/bin/sh", "-c", script)),
        bring=("/tmp/kapi",),
        limits=Limits(run_s=120),
    )
    status.clear()
    yield _kunit("KUnit in a guest", result.console)
    yield from _compare(dict(result.files), kernel.vmlinux)


def _kunit(title: str, console: str) -> Step:
    """The results of KUnit on a console."""
    from kapi.vm.ktap import FAILED, PASSED, SKIPPED, parse_ktap

    results = parse_ktap(console)
    counts = Counter(result.status for result in results)
    bad = [result for result in results if result.status not in (PASSED, SKIPPED)]
    complaints = [line for result in bad for line in _explain(result)]
    if not results:
        complaints.append("no results; the last lines of the console:")
        complaints += console.splitlines()[-20:]
    failures = counts[FAILED] + len(bad) - counts[FAILED]
    summary = f"{title}: {counts[PASSED]} passed, {failures} failed, {counts[SKIPPED]} skipped"
    return Step(summary, complaints)


def _explain(result: TestResult) -> Iterable[str]:
    return (f"{result.status}: {result.suite}.{result.name}", *result.lines[-20:])


def _compare(files: dict[str, bytes], vmlinux: Path) -> Iterator[Step]:
    """What debugfs and the image say, against the catalogue."""
    from kapi import catalogue
    from kapi.binary.debugfs import read_debugfs
    from kapi.binary.image import read_image
    from kapi.model.codec import normalise

    expected = {
        spec.name: normalise(spec) for spec in catalogue.read_all().specs if spec.kind != "shared"
    }
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        for path, data in files.items():
            target = top / path.removeprefix("/tmp/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        yield _difference("debugfs", read_debugfs(name).specs, expected)
        yield _json_files(top / "kapi/specs-json", expected)
    yield _difference("image", read_image(str(vmlinux)).specs, expected)


def _json_files(folder: Path, expected: dict[str, Spec]) -> Step:
    """The JSON files of debugfs."""
    from kapi.model.codec import load

    specs = [spec for path in sorted(folder.glob("*")) for spec in load(path.read_text())]
    return _difference("debugfs, JSON files", specs, expected)


def _difference(what: str, specs: Iterable[Spec], expected: dict[str, Spec]) -> Step:
    found = {spec.name: spec for spec in specs}
    complaints = [f"missing: {name}" for name in expected if name not in found]
    complaints += [f"unexpected: {name}" for name in found if name not in expected]
    complaints += [
        f"differs from the catalogue: {name}"
        for name, spec in found.items()
        if name in expected and spec != expected[name]
    ]
    return Step(f"{what}: {len(found)} specifications, {len(complaints)} differ", complaints)
