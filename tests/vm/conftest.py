"""Kernels to test with: built once, and kept in the user's cache, which other tests never see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kapi.vm.build import Kernel, build_kernel
from kapi.vm.cache import Cache, default_cache
from kapi.vm.kconfig import CONFIGS
from kapi.vm.source import debian_tree
from kapi.vm.stock import StockKernel, stock_kernel
from tests.tool_checks import require
from tests.vm.fake_qemu import FakeQemu

KERNEL_CACHE = default_cache()
"""Taken while tests are collected, before a fixture moves XDG_CACHE_HOME to a temporary folder: a
kernel takes minutes to build, and is the same for every run."""


@pytest.fixture(autouse=True)
def _no_kernel_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever asks for the default cache gets one that is empty."""
    monkeypatch.setenv("KAPI_CACHE", str(tmp_path / "default-cache"))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """An empty cache."""
    return Cache(tmp_path / "cache")


@pytest.fixture
def qemu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeQemu:
    """A stand-in for QEMU."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return FakeQemu(folder)


@pytest.fixture(scope="session")
def kernel_cache() -> Cache:
    """The cache that outlives the tests."""
    return KERNEL_CACHE


@pytest.fixture(scope="session")
def kernel_tree() -> Path:
    """The tree that kernels are built from; nobody writes to it."""
    require("kernel-build")
    named = os.environ.get("KAPI_LINUX_TREE")
    return Path(named) if named else debian_tree(cache=KERNEL_CACHE)


def _built(name: str, tree: Path, request: pytest.FixtureRequest) -> Kernel:
    """A kernel from the cache; says so where it must be built first."""
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    told: list[str] = []

    def tell(_: object) -> None:
        if not told and reporter is not None:
            told.append(name)
            reporter.write_line(f"building the {name} kernel (once, takes minutes)")

    return build_kernel(tree, CONFIGS[name], cache=KERNEL_CACHE, on_progress=tell)


@pytest.fixture(scope="session")
def small_kernel(kernel_tree: Path, request: pytest.FixtureRequest) -> Kernel:
    """The small x86-64 kernel."""
    return _built("small", kernel_tree, request)


@pytest.fixture(scope="session")
def kunit_kernel(kernel_tree: Path, request: pytest.FixtureRequest) -> Kernel:
    """The kernel that is a program."""
    return _built("kunit", kernel_tree, request)


@pytest.fixture(scope="session")
def stock() -> StockKernel:
    """Debian's kernel."""
    require("stock-kernel")
    return stock_kernel()
