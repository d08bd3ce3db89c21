# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what a kernel under test has said: results of KUnit, and the specs that it shows.

In: consoles, copies of debugfs, an image, the specs that went in. Out: steps, each with one line
about it and complaints if it failed.
"""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.vm.ktap import TestResult

_LAST_LINES: Final = 20


class Step(NamedTuple):
    """What a step found.

    :param summary: one line about it.
    :param complaints: what is wrong; empty if nothing is.
    """

    summary: str
    complaints: list[str]


def kunit_step(title: str, console: str) -> Step:
    """The results of KUnit on a console; none at all is a failure, too."""
    from kapi.vm.ktap import PASSED, SKIPPED, parse_ktap

    results = parse_ktap(console)
    counts = Counter(result.status for result in results)
    bad = [result for result in results if result.status not in (PASSED, SKIPPED)]
    complaints = [line for result in bad for line in _explain(result)]
    if not results:
        complaints.append("no results; the last lines of the console:")
        complaints += console.splitlines()[-_LAST_LINES:]
    summary = f"{title}: {counts[PASSED]} passed, {len(bad)} failed, {counts[SKIPPED]} skipped"
    return Step(summary, complaints)


def _explain(result: TestResult) -> Iterable[str]:
    return (f"{result.status}: {result.suite}.{result.name}", *result.lines[-_LAST_LINES:])


def difference(what: str, specs: Iterable[Spec], expected: Mapping[str, Spec]) -> Step:
    """Specs that were read, against those that went in."""
    found = {spec.name: spec for spec in specs}
    complaints = [f"missing: {name}" for name in expected if name not in found]
    complaints += [f"unexpected: {name}" for name in found if name not in expected]
    complaints += [
        f"differs from its source: {name}"
        for name, spec in found.items()
        if name in expected and spec != expected[name]
    ]
    return Step(f"{what}: {len(found)} specifications, {len(complaints)} differ", complaints)


def debugfs_steps(what: str, top: Path, expected: Mapping[str, Spec]) -> Iterator[Step]:
    """A copy of the folder ``kapi`` of debugfs: its sections, its JSON files, its list.

    :param what: whose it is, for the summaries.
    """
    from kapi.binary.debugfs import read_debugfs
    from kapi.errors import KapiError
    from kapi.model.codec import load

    try:
        sections = read_debugfs(str(top))
        yield difference(f"{what}, sections", sections.specs, expected)
        json = [spec for path in _files(top / "specs-json") for spec in load(path.read_text())]
        yield difference(f"{what}, JSON files", json, expected)
    except (KapiError, ValueError) as error:
        yield Step(f"{what}: cannot be read", [str(error)])
    yield _names(what, top, expected)


def _names(what: str, top: Path, expected: Mapping[str, Spec]) -> Step:
    """The names of the text files, and those in the list."""
    listed = (top / "list").read_text() if (top / "list").exists() else ""
    head, _, rest = listed.partition("\n\n")
    names, _, total = rest.rpartition("\n\n")
    complaints = []
    if head != "Available Kernel API Specifications\n" + "=" * 35:
        complaints.append("list: bad title")
    if total != f"Total: {len(expected)} specifications\n":
        complaints.append(f"list: bad total: {total.strip()}")
    seen = {
        "list": sorted(line.partition(" - ")[0] for line in names.splitlines()),
        "specs": [path.name for path in _files(top / "specs")],
    }
    for where, found in seen.items():
        if found != sorted(expected):
            complaints.append(f"{where}: {' '.join(found)}")
    return Step(f"{what}, list: {len(seen['list'])} names, {len(complaints)} differ", complaints)


def text_step(what: str, top: Path, vmlinux: Path, expected: Iterable[str]) -> Step:
    """The text files of debugfs: each has to be in the image, byte by byte and whole."""
    complaints = []
    paths = [top / "specs" / name for name in expected]
    with open(vmlinux, "rb") as stream, mmap.mmap(stream.fileno(), 0, prot=mmap.PROT_READ) as image:
        for path in paths:
            text = path.read_bytes() if path.exists() else b""
            if not text or image.find(b"\0" + text + b"\0") < 0:
                complaints.append(f"not what the image has: {path.name}")
    return Step(f"{what}: {len(paths)} texts, {len(complaints)} differ", complaints)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_file())
