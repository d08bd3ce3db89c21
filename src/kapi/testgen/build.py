# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds the executor on demand.

In: a compiler. Out: a static program. It is kept in the cache under a hash of all that it is made
of, so that it is built anew when its source, the compiler or the options change.
"""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from kapi.testgen.errors import ExecutorError
from kapi.vm.cache import Cache, default_cache

FOLDER: Final = Path(__file__).parent / "executor"
"""The source."""

COMPILER: Final = ("gcc",)
OPTIONS: Final = (
    *("-static", "-O1", "-Wall", "-Wextra", "-Werror"),
    *("-D_GNU_SOURCE", "-D_FILE_OFFSET_BITS=64"),
)

_KIND: Final = "executors"
_NAME: Final = "executor"


def build_executor(compiler: tuple[str, ...] = COMPILER, cache: Cache | None = None) -> Path:
    """The executor, built if it is not there yet.

    :param compiler: program and options that choose the machine, such as ``("gcc", "-m32")``.
    :raises ExecutorError: if there is no compiler, or it complains.
    """
    cache = cache or default_cache()
    command = (*compiler, *OPTIONS)
    key = _key(command, _version(compiler[0]))
    with cache.lock(f"executor-{key}"):
        found = cache.find(_KIND, key)
        if found is None:
            found = cache.store(_KIND, key, lambda folder: _build(command, folder / _NAME))
    return found / _NAME


def sources() -> list[Path]:
    """All files that the executor is made of."""
    return sorted([*FOLDER.glob("*.c"), *FOLDER.glob("*.h")])


def _key(command: tuple[str, ...], version: str) -> str:
    digest = hashlib.sha256("\0".join((*command, version)).encode())
    for path in sources():
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _version(compiler: str) -> str:
    return _run((compiler, "--version"))


def _build(command: tuple[str, ...], program: Path) -> None:
    files = [str(path) for path in sources() if path.suffix == ".c"]
    _run((*command, "-o", str(program), *files))


def _run(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        reason = f"{command[0]} is missing: apt-get install gcc libc6-dev"
        raise ExecutorError("build the executor", reason) from None
    if done.returncode != 0:
        raise ExecutorError("build the executor", done.stderr.strip())
    return done.stdout
