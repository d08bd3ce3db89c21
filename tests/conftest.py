"""What all tests share: the outside parts they may need, and a home of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tool_checks import PARTS, require, unknown_parts


def pytest_configure() -> None:
    """Refuse a ``KAPI_REQUIRE`` with a misspelt word: it would require nothing."""
    unknown = unknown_parts()
    if unknown:
        known = ", ".join(sorted(PARTS))
        raise pytest.UsageError(f"KAPI_REQUIRE: no part {', '.join(unknown)}; there are {known}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Carry out ``@pytest.mark.requires(part, ...)``."""
    for mark in item.iter_markers("requires"):
        for name in mark.args:
            require(name)


@pytest.fixture(scope="session")
def linux_tree() -> Path:
    """A real kernel tree, to be read only."""
    return require("linux-tree")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the cache of the user."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
