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

from kapi.vm.arch import ARCHITECTURES
from kapi.vm.toolchain import missing_packages


class Part(NamedTuple):
    """How to find an outside part, and how to get it."""

    find: Callable[[], Path | None]
    mend: str


def _program(name: str, package: str | None = None) -> Part:
    def find() -> Path | None:
        path = shutil.which(name)
        return Path(path) if path else None

    return Part(find, f"apt-get install {package or name}")


def _existing(name: str) -> Path | None:
    path = Path(name)
    return path if path.exists() else None


def _linux_tree() -> Path | None:
    tree = Path(os.environ.get("KAPI_LINUX_TREE") or "/nonexistent")
    return tree if (tree / "Kbuild").exists() and (tree / "fs/open.c").exists() else None


def _system_headers() -> Path | None:
    include = Path("/usr/include")
    return include if (include / "asm-generic/errno.h").exists() else None


def _busybox() -> Path | None:
    """A static one, as a guest has no libraries."""
    path = Path("/bin/busybox")
    return path if path.exists() and b"/ld-linux" not in path.read_bytes() else None


def _stock_kernel() -> Path | None:
    for image in sorted(Path("/boot").glob("vmlinuz-6.12*")):
        if Path("/lib/modules", image.name.removeprefix("vmlinuz-"), "modules.dep").exists():
            return image
    return None


def _kernel_build() -> Path | None:
    """The tree, or the archive of one, if all is there that builds it."""
    if missing_packages(ARCHITECTURES["x86_64"]):
        return None
    return _linux_tree() or _existing("/usr/src/linux-source-6.12.tar.xz")


_KERNEL_PACKAGES = "bc bison ccache flex gcc libelf-dev linux-source-6.12 make perl xz-utils"

PARTS: dict[str, Part] = {
    "aarch64-gcc": _program("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    "busybox": Part(_busybox, "apt-get install busybox-static"),
    "bzip2": _program("bzip2"),
    "cpio": _program("cpio"),
    "fish": _program("fish"),
    "gcc": _program("gcc"),
    "git": _program("git"),
    "groff": _program("groff"),
    "gzip": _program("gzip"),
    "kernel-build": Part(_kernel_build, f"apt-get install {_KERNEL_PACKAGES}"),
    "linux-source": Part(
        lambda: _existing("/usr/src/linux-source-6.12.tar.xz"), "apt-get install linux-source-6.12"
    ),
    "linux-tree": Part(
        _linux_tree, "set KAPI_LINUX_TREE to an unpacked Linux tree, as make test does"
    ),
    "lz4": _program("lz4"),
    "lzma": _program("lzma", "xz-utils"),
    "lzop": _program("lzop"),
    "make": _program("make"),
    "man": _program("man", "man-db"),
    "mandoc": _program("mandoc"),
    "mkfs": _program("mke2fs", "e2fsprogs"),
    "perl": _program("perl"),
    "musl-gcc": _program("musl-gcc", "musl-tools"),
    "qemu": _program("qemu-system-x86_64", "qemu-system-x86"),
    "root": Part(lambda: None if os.geteuid() else Path("/"), "run the tests as root"),
    "setpriv": _program("setpriv", "util-linux"),
    "sparse": _program("sparse"),
    "stock-kernel": Part(_stock_kernel, "apt-get install linux-image-6.12-amd64"),
    "strace": _program("strace"),
    "system-headers": Part(_system_headers, "apt-get install linux-libc-dev"),
    "xz": _program("xz", "xz-utils"),
    "zsh": _program("zsh"),
    "zstd": _program("zstd"),
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
