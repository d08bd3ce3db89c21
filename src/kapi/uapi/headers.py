# SPDX-License-Identifier: GPL-2.0-or-later
"""Names by the text of headers: those of a kernel tree, or those the running system installs.

In: a tree's root, or /usr/include. Out: :class:`kapi.uapi.names.UapiNames`. Nothing is read before
it is asked for: errnos, capabilities and signals take a few files, other UAPI names one pass over
the UAPI folders, kernel-internal names one pass over the rest for all asked names together.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kapi.uapi import errnos as errno_text
from kapi.uapi.names import TableNames, UapiNames
from kapi.uapi.tables import Table
from kapi.uapi.text import defined_names, enum_names, header_files, macro_names, read_bytes
from kapi.uapi.tree import (
    SYSTEM_INCLUDE,
    architecture,
    asm_folder,
    find_tree,
    headers_release,
    kernel_release,
)

# Kernel folders that hold nearly all constants a spec names; the others are read after them.
_NEAR = ("linux", "vdso", "asm-generic")

# The folders that "make headers_install" fills, beside asm and asm-generic.
_INSTALLED = ("linux", "drm", "misc", "mtd", "rdma", "scsi", "sound", "video", "xen")


class HeaderIndex:
    """Names of every macro and enum constant of some header folders, read when first asked."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)

    @cached_property
    def _texts(self) -> list[bytes]:
        return [read_bytes(path) for path in header_files(self._folders)]

    @cached_property
    def _macros(self) -> set[bytes]:
        return {name for text in self._texts for name in macro_names(text)}

    @cached_property
    def _enums(self) -> set[bytes]:
        return {name for text in self._texts for name in enum_names(text)}

    def starting(self, start: str) -> list[str]:
        """Names that start so."""
        head = start.encode()
        return [name.decode() for name in self._macros | self._enums if name.startswith(head)]

    def unfound(self, names: set[str]) -> set[str]:
        """Those names that no header defines. Enums are indexed only if macros do not do."""
        rest = {name.encode() for name in names} - self._macros
        if rest:
            rest -= self._enums
        return {name.decode() for name in rest}


class TreeNames(UapiNames):
    """Names of a kernel tree, of all its architectures."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree
        self._include = tree / "include"
        self._uapi = self._include / "uapi"
        arches = sorted(tree.glob("arch/*/include"))
        self._index = HeaderIndex([self._uapi, *(arch / "uapi" for arch in arches)])
        self._kernel = {True: set[str](), False: set[str]()}  # asked before: found, not found

    @cached_property
    def errnos(self) -> frozenset[str]:
        return frozenset(errno_text.errno_names(self._asm_headers("errno*.h")))

    @cached_property
    def internal_errnos(self) -> frozenset[str]:
        return frozenset(errno_text.errno_names([str(self._include / "linux/errno.h")]))

    @cached_property
    def capabilities(self) -> frozenset[str]:
        return frozenset(errno_text.capability_names(str(self._uapi / "linux/capability.h")))

    @cached_property
    def signals(self) -> frozenset[str]:
        return frozenset(errno_text.signal_names(self._asm_headers("signal*.h")))

    def describe(self) -> str:
        release = kernel_release(self.tree)
        return f"the headers of linux {release}" if release else f"the headers of {self.tree}"

    def errno_aliases(self, arch: str | None = None) -> dict[str, str]:
        own = self.tree / f"arch/{_folder_of(arch)}/include/uapi" if arch else None

        def find(name: str) -> str:
            if own and (own / name).exists():
                return str(own / name)
            # An architecture without the header uses the one of asm-generic (Kbuild mandatory-y).
            return str(self._uapi / name.replace("asm/", "asm-generic/"))

        return errno_text.aliases(errno_text.errno_definitions("asm/errno.h", find))

    def _asm_headers(self, pattern: str) -> list[str]:
        """The headers of a name in asm-generic and in each architecture's asm folder."""
        found = [*self._uapi.glob(f"asm-generic/{pattern}")]
        found += self.tree.glob(f"arch/*/include/uapi/asm/{pattern}")
        return sorted(map(str, found))

    def _constants_with(self, start: str) -> Iterable[str]:
        return self._index.starting(start)

    def _unfound(self, names: set[str]) -> set[str]:
        rest = self._index.unfound(names) - self._kernel[True]
        unasked = rest - self._kernel[False]
        if unasked:
            found = self._scan(unasked)
            self._kernel[True] |= found
            self._kernel[False] |= unasked - found
        return rest & self._kernel[False]

    def _scan(self, names: set[str]) -> set[str]:
        """Which names the kernel-internal headers define; the near folders first."""
        near = [self._include / name for name in _NEAR]
        found = defined_names(header_files(near), names)
        if names - found:
            others = [path for path in sorted(self._include.iterdir()) if path not in near]
            others += sorted(self.tree.glob("arch/*/include"))
            found |= defined_names(header_files(others), names - found)
        return found

    def _surely_absent(self, names: set[str]) -> set[str]:
        return names


class SystemNames(UapiNames):
    """Names of the installed UAPI headers, and of a shipped table for what those do not hold.

    Installed headers know one architecture, and often an older kernel than the specs describe; so
    a name counts as absent only if the table too denies it.
    """

    def __init__(self, include: Path, table: Table) -> None:
        self._include = include
        self._table = table
        asm = asm_folder(include)
        self._asm = [include / "asm-generic", *([asm] if asm else [])]
        self._index = HeaderIndex([*self._asm, *(include / name for name in _INSTALLED)])

    @cached_property
    def errnos(self) -> frozenset[str]:
        return frozenset(self._table.errnos) | errno_text.errno_names(self._asm_headers("errno*.h"))

    @cached_property
    def internal_errnos(self) -> frozenset[str]:
        return frozenset(self._table.internal_errnos)

    @cached_property
    def capabilities(self) -> frozenset[str]:
        path = str(self._include / "linux/capability.h")
        return frozenset(self._table.capabilities) | errno_text.capability_names(path)

    @cached_property
    def signals(self) -> frozenset[str]:
        return frozenset(self._table.signals) | errno_text.signal_names(
            self._asm_headers("signal*.h")
        )

    def describe(self) -> str:
        release = headers_release(self._include)
        system = f" (linux {release})" if release else ""
        return (
            f"the headers in {self._include}{system}"
            f" or the shipped table of linux {self._table.release}"
        )

    def errno_aliases(self, arch: str | None = None) -> dict[str, str]:
        return self._table.errno_aliases(arch or "x86_64")

    def _asm_headers(self, pattern: str) -> list[str]:
        return sorted(str(path) for folder in self._asm for path in folder.glob(pattern))

    def _constants_with(self, start: str) -> Iterable[str]:
        return self._table.constants_with(start)

    def _unfound(self, names: set[str]) -> set[str]:
        rest = {name for name in names if not self._table.knows(name)}
        return self._index.unfound(rest) if rest else rest

    def _surely_absent(self, names: set[str]) -> set[str]:
        return {name for name in names if self._table.denies(name)}


def open_names(path: Path | None = None, include: Path = SYSTEM_INCLUDE) -> UapiNames:
    """The best answerer for specs of a file or folder.

    The kernel tree that holds ``path``; else the system's headers; else the newest table alone.
    """
    tree = find_tree(path) if path else None
    if tree:
        return TreeNames(tree)
    table = Table.load()
    if (include / "asm-generic/errno.h").exists():
        return SystemNames(include, table)
    return TableNames(table)


def _folder_of(arch: str) -> str:
    """The folder of arch/ for an architecture's name (SRCARCH of the top Makefile)."""
    name = architecture(arch)
    return "x86" if name in ("x86_64", "i386") else name
