"""The executor, built once, and the specs of the catalogue that have tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kapi.catalogue import read_call
from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel, running_kernel
from kapi.testgen.build import build_executor
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import OnHost
from kapi.testgen.run import Batch, run_cases
from tests.testgen.running import Executor, Run
from tests.tool_checks import require

CALLS = ("open", "openat", "close", "read", "write", "dup2", "madvise")


@pytest.fixture(scope="session")
def program() -> Path:
    """The executor."""
    require("gcc")
    require("system-headers")
    return build_executor()


@pytest.fixture
def executor(program: Path, tmp_path: Path) -> Executor:
    """Runs the executor on text."""
    return Executor(program, tmp_path)


@pytest.fixture(scope="session")
def numbers() -> Numbers:
    """The numbers of this machine."""
    return Numbers()


@pytest.fixture(scope="session")
def specs() -> dict[str, Spec]:
    """Specs by name, their includes resolved."""
    return {spec.name: spec for call in CALLS for spec in read_call(call)}


@pytest.fixture(scope="session")
def kernel() -> Kernel:
    """The kernel of this machine."""
    return running_kernel()


@pytest.fixture(scope="session")
def run(program: Path, numbers: Numbers, specs: dict[str, Spec], kernel: Kernel) -> Run:
    """Runs cases on this machine."""

    def work(*cases, uid=None):  # type: ignore[no-untyped-def]
        place = OnHost(executor=program, uid=uid)
        return run_cases(Batch(cases, specs, numbers), place, kernel)

    return work


def is_root() -> bool:
    """Whether cases that need privileges can run."""
    return os.geteuid() == 0
