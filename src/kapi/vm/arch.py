# SPDX-License-Identifier: GPL-2.0-or-later
"""The architectures that kernels are built for, and what differs between them.

A table; to add one is to add an entry.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Architecture:
    """What make needs to know of an architecture.

    :ivar name: as ``uname -m`` says it, but for ``um``, whose kernels are programs of this machine.
    :ivar make_arch: make's ``ARCH``.
    :ivar cross_prefix: make's ``CROSS_COMPILE`` on another machine.
    :ivar target: what make is asked for.
    :ivar image: what a boot loader, or for ``um`` the user, starts; below the output folder.
    :ivar typical_objects: how many files a small kernel compiles, for a first guess at progress.
    :ivar package: Debian's package of the cross compiler.
    """

    name: str
    make_arch: str
    cross_prefix: str
    target: str
    image: str
    typical_objects: int
    package: str

    @property
    def prefix(self) -> str:
        """``CROSS_COMPILE`` on this machine; empty where the plain compiler is the right one."""
        return "" if self.name in (os.uname().machine, "um") else self.cross_prefix


ARCHITECTURES: Final[Mapping[str, Architecture]] = {
    arch.name: arch
    for arch in (
        Architecture(
            name="x86_64",
            make_arch="x86_64",
            cross_prefix="x86_64-linux-gnu-",
            target="bzImage",
            image="arch/x86/boot/bzImage",
            typical_objects=1200,
            package="gcc-x86-64-linux-gnu",
        ),
        Architecture(
            name="aarch64",
            make_arch="arm64",
            cross_prefix="aarch64-linux-gnu-",
            target="Image",
            image="arch/arm64/boot/Image",
            typical_objects=1100,
            package="gcc-aarch64-linux-gnu",
        ),
        Architecture(
            name="um",
            make_arch="um",
            cross_prefix="",
            target="linux",
            image="linux",
            typical_objects=470,
            package="gcc",
        ),
    )
}
"""By name."""
