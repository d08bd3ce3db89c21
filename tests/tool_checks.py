"""Outside parts that some tests need: programs, header files, a kernel tree.

A test says what it needs with ``@pytest.mark.requires("mandoc")`` or ``require("mandoc")``, and is
skipped with a reason where the part is missing. ``KAPI_REQUIRE=gcc,mandoc`` in the environment,
which continuous integration sets, makes a missing part a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest


class Part(NamedTuple):
    """How to find an outside part, and how to get it."""

    find: Callable[[], Path | None]
    mend: str


def _program(name: str, package: str | None = None) -> Part:
    def find() -> Path | None:
        path = shutil.which(name)
        return Path(path) if path else None

    return Part(find, f"apt-get install {package or name}")


def _linux_tree() -> Path | None:
    tree = Path(os.environ.get("KAPI_LINUX_TREE") or "/nonexistent")
    return tree if (tree / "Kbuild").exists() and (tree / "fs/open.c").exists() else None


def _system_headers() -> Path | None:
    include = Path("/usr/include")
    return include if (include / "asm-generic/errno.h").exists() else None


PARTS: dict[str, Part] = {
    "gcc": _program("gcc"),
    "groff": _program("groff"),
    "linux-tree": Part(
        _linux_tree, "set KAPI_LINUX_TREE to an unpacked Linux tree, as make test does"
    ),
    "make": _program("make"),
    "man": _program("man", "man-db"),
    "mandoc": _program("mandoc"),
    "root": Part(lambda: None if os.geteuid() else Path("/"), "run the tests as root"),
    "strace": _program("strace"),
    "system-headers": Part(_system_headers, "apt-get install linux-libc-dev"),
}


def unknown_parts() -> list[str]:
    """Words of ``KAPI_REQUIRE`` that name no part."""
    return sorted(_required() - PARTS.keys())


def require(name: str) -> Path:
    """The path of a part; without it the running test is skipped, or fails if it must not be."""
    part = PARTS[name]
    path = part.find()
    if path is not None:
        return path
    reason = f"{name} is missing: {part.mend}"
    if name in _required():
        pytest.fail(f"{reason} (KAPI_REQUIRE names it)", pytrace=False)
    pytest.skip(reason)


def _required() -> set[str]:
    words = os.environ.get("KAPI_REQUIRE", "").replace(",", " ")
    return set(words.split())
