# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs that build a kernel: whether they are there, and which they are.

In: an architecture. Out: versions, or the packages that have to be installed.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from kapi.vm.arch import Architecture
from kapi.vm.errors import VmError

_PROGRAMS: Final = {
    "bc": "bc",
    "bison": "bison",
    "flex": "flex",
    "gcc": "gcc",
    "ld": "binutils",
    "make": "make",
    "perl": "perl",
    "tar": "tar",
    "xz": "xz-utils",
}
"""What every build runs, and Debian's package of it."""

_HEADERS: Final = {
    # objtool reads ELF files; kernels that sign modules need openssl as well.
    "/usr/include/libelf.h": "libelf-dev",
    "/usr/include/stdio.h": "libc6-dev",
}


def missing_packages(arch: Architecture) -> list[str]:
    """Debian's packages that a build needs and that are not installed."""
    missing = [package for program, package in _PROGRAMS.items() if not shutil.which(program)]
    missing += [package for header, package in _HEADERS.items() if not Path(header).exists()]
    if arch.prefix and not shutil.which(f"{arch.prefix}gcc"):
        missing.append(arch.package)
    return sorted(set(missing))


def check_tools(arch: Architecture) -> None:
    """See that a kernel can be built here.

    :raises VmError: if it cannot.
    """
    missing = missing_packages(arch)
    if missing:
        mend = f"apt-get install {' '.join(missing)}"
        raise VmError(f"build a kernel for {arch.name}", f"programs are missing: {mend}")


def toolchain_versions(arch: Architecture) -> tuple[str, str]:
    """What compiler and linker say of themselves, in one line each."""
    return _version(f"{arch.prefix}gcc"), _version(f"{arch.prefix}ld")


def _version(program: str) -> str:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise VmError(f"run {program}", str(error)) from None
    return done.stdout.partition("\n")[0]
