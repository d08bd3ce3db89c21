"""Trees to apply kapi to."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.vm.source import ARCHIVES
from tests.ktree.trees import copy_parts, parts, write_tiny_tree


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A tree with no more than every place that is looked for."""
    return write_tiny_tree(tmp_path / "linux")


@pytest.fixture(scope="session")
def linux_6_1(linux_tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An older tree, to be read only: its version of what is looked at in the other one."""
    archive = ARCHIVES / "linux-source-6.1.tar.xz"
    if not archive.exists():
        pytest.skip("linux-source-6.1 is missing: apt-get install linux-source-6.1")
    folder = tmp_path_factory.mktemp("older")
    top = "linux-source-6.1"
    names = [f"{top}/{path}" for path in parts(linux_tree)]
    subprocess.run(["tar", "-C", str(folder), "-xf", str(archive), *names], check=True)
    return folder / top


@pytest.fixture(params=["linux_tree", "linux_6_1"])
def real_tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Parts of each real tree in turn."""
    return copy_parts(request.getfixturevalue(request.param), tmp_path / "linux")


@pytest.fixture(params=["tiny", "linux_tree", "linux_6_1"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Each kind of tree in turn."""
    if request.param == "tiny":
        return write_tiny_tree(tmp_path / "linux")
    return copy_parts(request.getfixturevalue(request.param), tmp_path / "linux")
