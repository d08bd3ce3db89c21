"""A kernel tree without specs gives none, and no finding either."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kapi.csource.needles import TREE_NEEDLES
from kapi.csource.specs import read_specs
from kapi.csource.walk import find_files, list_sources
from kapi.source import SourceFile

pytestmark = pytest.mark.slow


def said(files: Iterable[tuple[str, bytes]]) -> tuple[list[str], int]:
    """Names of specs and texts of findings, and the number of files."""
    found: list[str] = []
    number = 0
    for path, data in files:
        read = read_specs(SourceFile(path, data))
        found += [f"{path}: {one.spec.name}" for one in read.specs]
        found += [f"{one.span}: {one.message} [{one.code}]" for one in read.diagnostics]
        number += 1
    return found, number


def fail(path: str, reason: str) -> None:
    """No file of a tree may be unreadable."""
    raise AssertionError(f"{path}: {reason}")


def test_the_files_that_a_scan_reads(linux_tree: Path) -> None:
    found, number = said(find_files([str(linux_tree)], TREE_NEEDLES, fail))
    assert found == []
    assert number > 20


@pytest.mark.timeout(600)
@pytest.mark.parametrize("folder", ["drivers", "fs"])
def test_all_files_of_a_folder(linux_tree: Path, folder: str) -> None:
    paths = sorted(list_sources(str(linux_tree / folder), fail))
    found, number = said((path, Path(path).read_bytes()) for path in paths)
    assert found == []
    assert number > 50
