# SPDX-License-Identifier: GPL-2.0-or-later
"""Where headers are: the kernel tree around a file, the running system's folders, their release.

In: paths. Out: paths and release strings. Reads a Makefile or a version header, nothing else.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from kapi.uapi.text import macro_values, read_bytes

SYSTEM_INCLUDE = Path("/usr/include")

# What every kernel tree has at its top and nothing else does.
_TREE_MARKS = ("Kbuild", "MAINTAINERS", "include/uapi/asm-generic/errno.h")
_MAKE_VARIABLE = re.compile(
    r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)", re.MULTILINE
)

# The names that ``uname -m`` and compilers give, beside the names of the folders of arch/.
# Source: scripts/subarch.include of the kernel, which maps the machine name the same way.
_MACHINES = {
    "aarch64": "arm64",
    "amd64": "x86_64",
    "hppa": "parisc",
    "parisc64": "parisc",
    "loongarch64": "loongarch",
    "mips64": "mips",
    "ppc64": "powerpc",
    "ppc64le": "powerpc",
    "riscv64": "riscv",
    "s390x": "s390",
    "sparc64": "sparc",
    "x86": "x86_64",
}


def architecture(name: str) -> str:
    """The table's name of an architecture, from its name in ``uname -m`` or in arch/."""
    name = name.lower()
    if re.fullmatch(r"i[3-6]86", name):
        return "i386"
    if re.fullmatch(r"armv[4-8]\w*", name):
        return "arm"
    return _MACHINES.get(name, name)


def arch_folder(machine: str) -> str:
    """The folder of arch/ that has the code for an architecture of the tables."""
    return {"x86_64": "x86", "i386": "x86"}.get(machine, machine)


def host_architecture() -> str:
    """The architecture that this program runs on, as the tables name it."""
    name = architecture(os.uname().machine)
    return "i386" if name == "x86_64" and sys.maxsize < 2**32 else name


def find_tree(path: Path) -> Path | None:
    """The kernel tree that holds a file or folder; None if none does."""
    path = path.absolute()
    for folder in (path, *path.parents):
        if all((folder / mark).exists() for mark in _TREE_MARKS):
            return folder
    return None


def kernel_release(tree: Path) -> str | None:
    """Release by the top Makefile, such as ``6.12.117`` or ``6.13.0-rc1``; None if unreadable."""
    text = read_bytes(str(tree / "Makefile"))[:4096].decode("utf-8", "replace")
    values: dict[str, str] = dict(_MAKE_VARIABLE.findall(text))
    if not values.get("VERSION") or not values.get("PATCHLEVEL"):
        return None
    numbers = [values["VERSION"], values["PATCHLEVEL"], values.get("SUBLEVEL", "")]
    return ".".join(filter(None, numbers)) + values.get("EXTRAVERSION", "")


def headers_release(include: Path) -> str | None:
    """Release of installed headers, by LINUX_VERSION_CODE in linux/version.h (top Makefile)."""
    values = dict(macro_values(read_bytes(str(include / "linux/version.h"))))
    code = values.get("LINUX_VERSION_CODE", "")
    if not code.isdigit():
        return None
    number = int(code)
    return f"{number >> 16}.{(number >> 8) & 255}.{number & 255}"


def asm_folder(include: Path) -> Path | None:
    """The folder of the running architecture's <asm/...> headers; Debian keeps it by triplet."""
    import sysconfig  # slow to load, and only this needs it

    triplet = sysconfig.get_config_var("MULTIARCH") or f"{os.uname().machine}-linux-gnu"
    for folder in (include / str(triplet) / "asm", include / "asm"):
        if folder.is_dir():
            return folder
    return None
