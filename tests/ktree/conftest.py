"""Trees to apply kapi to."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.vm.cache import default_cache
from kapi.vm.source import ARCHIVES, debian_tree
from tests.ktree.trees import copy_parts, write_tiny_tree

#: Taken while tests are collected, before a fixture moves XDG_CACHE_HOME to a temporary folder.
CACHE = default_cache()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tree with no more than every place that is looked for."""
    return write_tiny_tree(tmp_path / "linux")


@pytest.fixture(scope="session")
def linux_6_1() -> Path:
    """An older tree, to be read only."""
    if not (ARCHIVES / "linux-source-6.1.tar.xz").exists():
        pytest.skip("linux-source-6.1 is missing: apt-get install linux-source-6.1")
    return debian_tree("6.1", CACHE)


@pytest.fixture(params=["tiny", "6.12", "6.1"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Each kind of tree in turn."""
    if request.param == "tiny":
        return write_tiny_tree(tmp_path / "linux")
    name = {"6.12": "linux_tree", "6.1": "linux_6_1"}[request.param]
    return copy_parts(request.getfixturevalue(name), tmp_path / "linux")
