"""Kernels with kapi in them, as the command line builds them, from the cache that outlives tests.

``KAPI_KERNEL_CONFIG=debug`` in the environment builds them with that config fragment as well.
"""

from __future__ import annotations

import os

import pytest

from kapi.cli import parser
from kapi.cli.kernels import kernel_of, tree_of
from kapi.vm.build import Kernel, build_kernel
from kapi.vm.kconfig import KernelConfig
from tests.tool_checks import require
from tests.vm.conftest import KERNEL_CACHE

MODULE = "kernel/kernel/api/kapi_test_module.ko"
"""Below the modules of a kernel."""


def options() -> list[str]:
    """What the environment asks for, as options of ``kapi kernel build`` and its kin."""
    named = os.environ.get("KAPI_KERNEL_CONFIG")
    return ["--config", named] if named else []


def built(*words: str) -> Kernel:
    """The kernel that ``kapi kernel build`` makes with these options."""
    require("kernel-build")
    require("linux-source")
    args = parser.parse(parser.command_parser("kernel build"), [*options(), *words])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAPI_CACHE", str(KERNEL_CACHE.root))
        return kernel_of(args)


@pytest.fixture(scope="session")
def arm64_kernel() -> Kernel:
    """One that need not boot, and so has little else than kapi."""
    for part in ("aarch64-gcc", "kernel-build", "linux-source"):
        require(part)
    config = KernelConfig("aarch64", ("kapi", "kapi-module")).with_symbols(MODULES="y")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAPI_CACHE", str(KERNEL_CACHE.root))
        tree = tree_of(parser.parse(parser.command_parser("kernel build"), []))
        return build_kernel(tree, config)


@pytest.fixture(scope="session")
def kapi_kernel() -> Kernel:
    """The x86-64 kernel that ``kapi kernel test`` boots."""
    return built()


@pytest.fixture
def kernel_cache_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that a test runs find the kernels that were built before."""
    monkeypatch.setenv("KAPI_CACHE", str(KERNEL_CACHE.root))
