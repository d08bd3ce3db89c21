# SPDX-License-Identifier: GPL-2.0-or-later
"""Which names exist: the one question that checks ask, whoever can answer it.

In: names from a spec. Out: known, missing or unsure. The answers come from a kernel tree, from
the running system's headers (:mod:`kapi.uapi.headers`) or from a shipped table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from kapi.uapi.tables import Table
from kapi.uapi.text import defined_names


class UapiNames(ABC):
    """Names of one kernel's headers.

    ``files`` of :meth:`missing` and :meth:`unsure` are C files, such as the one a spec stands in,
    whose own macros and enums count too, with those of the headers beside them.
    """

    @cached_property
    @abstractmethod
    def errnos(self) -> frozenset[str]:
        """Errnos that user space can see, of every architecture."""

    @cached_property
    @abstractmethod
    def internal_errnos(self) -> frozenset[str]:
        """Errnos of include/linux/errno.h, 512 and above, such as ERESTARTSYS."""

    @cached_property
    @abstractmethod
    def capabilities(self) -> frozenset[str]:
        """``CAP_*`` names."""

    @cached_property
    @abstractmethod
    def signals(self) -> frozenset[str]:
        """``SIG*`` names of signals."""

    @abstractmethod
    def describe(self) -> str:
        """Who answers: completes the sentence ``no EFOO in ...``."""

    @abstractmethod
    def errno_aliases(self, arch: str | None = None) -> dict[str, str]:
        """Errnos that share another one's number: alias to true name.

        :param arch: a name of arch/ or ``uname -m``; None for those of asm-generic/errno.h.
        """

    @abstractmethod
    def _constants_with(self, start: str) -> Iterable[str]:
        """Constants whose names start so, as far as they are at hand."""

    @abstractmethod
    def _unfound(self, names: set[str]) -> set[str]:
        """Those names that these headers do not define."""

    @abstractmethod
    def _surely_absent(self, names: set[str]) -> set[str]:
        """Those of the unfound names that exist nowhere else in the kernel's headers either."""

    def knows_errno(self, name: str) -> bool:
        """Whether an errno exists, a kernel-internal one included."""
        return name in self.errnos or name in self.internal_errnos

    def knows_capability(self, name: str) -> bool:
        """Whether a ``CAP_*`` name exists."""
        return name in self.capabilities

    def knows_signal(self, name: str) -> bool:
        """Whether a ``SIG*`` name exists."""
        return name in self.signals

    def constants_like(self, name: str) -> frozenset[str]:
        """Constants of the same family, such as ``MADV_*``: what a misspelt name may mean."""
        start, mark, _ = name.partition("_")
        return frozenset(self._constants_with(start + mark)) if mark else frozenset()

    def missing(self, names: Iterable[str], files: Iterable[Path] = ()) -> set[str]:
        """Names that surely do not exist. One pass answers for all: ask once."""
        return self._surely_absent(self._unresolved(names, files))

    def unsure(self, names: Iterable[str], files: Iterable[Path] = ()) -> set[str]:
        """Names that were not found and yet may exist, for the headers at hand are not all."""
        unresolved = self._unresolved(names, files)
        return unresolved - self._surely_absent(unresolved)

    def _unresolved(self, names: Iterable[str], files: Iterable[Path]) -> set[str]:
        """Names that neither the files nor these headers define."""
        wanted = set(names)
        own = {str(path) for path in files}
        own |= {str(header) for path in sorted(own) for header in Path(path).parent.glob("*.h")}
        if wanted and own:
            wanted -= defined_names(sorted(own), wanted)
        return self._unfound(wanted) if wanted else wanted


class TableNames(UapiNames):
    """Names by a shipped table: for machines with neither kernel tree nor headers."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @cached_property
    def errnos(self) -> frozenset[str]:
        return frozenset(self.table.errnos)

    @cached_property
    def internal_errnos(self) -> frozenset[str]:
        return frozenset(self.table.internal_errnos)

    @cached_property
    def capabilities(self) -> frozenset[str]:
        return frozenset(self.table.capabilities)

    @cached_property
    def signals(self) -> frozenset[str]:
        return frozenset(self.table.signals)

    def describe(self) -> str:
        return (
            f"the shipped table of linux {self.table.release}"
            " (there is no kernel tree and no system header to look in)"
        )

    def errno_aliases(self, arch: str | None = None) -> dict[str, str]:
        # asm-generic/errno.h is what x86 uses, see arch/x86/include/uapi/asm.
        return self.table.errno_aliases(arch or "x86_64")

    def _constants_with(self, start: str) -> Iterable[str]:
        return self.table.constants_with(start)

    def _unfound(self, names: set[str]) -> set[str]:
        return {name for name in names if not self.table.knows(name)}

    def _surely_absent(self, names: set[str]) -> set[str]:
        return {name for name in names if self.table.denies(name)}
