# SPDX-License-Identifier: GPL-2.0-or-later
"""Numbers of errnos, signals, capabilities and flags, per kernel release and architecture.

In: the JSON files of tables/, which tools/make_uapi_tables.py makes by compiling a kernel tree's
headers. Out: numbers. A number that is not in a table is None, never 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kapi.errors import SourceError
from kapi.uapi.tree import architecture

FORMAT = 1
FOLDER = Path(__file__).parent / "tables"

# A value that all architectures share, or one by architecture where "*" stands for the others
# and None for "not defined there".
PerArch = int | str | dict[str, int | str | None]


@dataclass(frozen=True, slots=True)
class Table:
    """Names and numbers of the headers of one kernel release.

    :param release: such as ``6.12.117``.
    :param made_by: how the numbers were made.
    :param bits: word size of each architecture, in bits; its keys are the architectures.
    :param errnos, internal_errnos, capabilities, signals, constants: name to value.
    :param aliases: errno to the errno whose number it shares.
    :param unnumbered: names that exist but are no integer constants, or depend on the kernel's
        configuration.
    :param complete_prefixes: name parts up to the first ``_``, such as ``MADV``; every name of
        the kernel's headers that begins so is in this table, hence another one does not exist.
    """

    release: str
    made_by: str
    bits: Mapping[str, int]
    errnos: Mapping[str, PerArch]
    internal_errnos: Mapping[str, PerArch]
    capabilities: Mapping[str, PerArch]
    signals: Mapping[str, PerArch]
    constants: Mapping[str, PerArch]
    aliases: Mapping[str, PerArch]
    unnumbered: frozenset[str]
    complete_prefixes: frozenset[str]

    @staticmethod
    def load(release: str | None = None) -> Table:
        """The table of a release such as ``6.12`` or ``6.12.117``; the newest one for None.

        :raises SourceError: if no table of that series ships with kapi.
        """
        series = releases()
        wanted = ".".join(release.split("-")[0].split(".")[:2]) if release else series[-1]
        if wanted not in series:
            have = ", ".join(series)
            raise SourceError(str(release), f"no table of this kernel release (there are: {have})")
        return _read(FOLDER / f"{wanted}.json")

    def arches(self) -> tuple[str, ...]:
        """The architectures of this table; the numbers of each are those of its ``bits``."""
        return tuple(self.bits)

    def number(self, name: str, arch: str) -> int | None:
        """The number of an errno, signal, capability or constant; None if it is unknown.

        :param arch: a name of :meth:`arches`, of arch/ or of ``uname -m``.
        """
        for group in self._groups():
            if name in group:
                value = self._on(group[name], arch)
                return value if isinstance(value, int) else None
        return None

    def name_of_errno(self, number: int, arch: str) -> str | None:
        """The errno of a positive number, internal ones included.

        Of several names that share the number it is the one that x86 too has for a number of
        its own: EAGAIN, not EWOULDBLOCK; on parisc ECANCELED, not ECANCELLED.
        """
        named = [*self.errnos.items(), *self.internal_errnos.items()]
        names = [name for name, value in named if self._on(value, arch) == number]
        others = self.errno_aliases("x86_64")
        names.sort(key=lambda name: (name in others, self.number(name, "x86_64") is None, name))
        return names[0] if names else None

    def errno_aliases(self, arch: str) -> dict[str, str]:
        """Errnos that share another one's number on an architecture: alias to true name."""
        pairs = ((name, self._on(value, arch)) for name, value in self.aliases.items())
        return {name: value for name, value in pairs if isinstance(value, str)}

    def knows(self, name: str) -> bool:
        """Whether the table has a name, for any architecture, with or without a number."""
        return name in self.unnumbered or any(name in group for group in self._groups())

    def denies(self, name: str) -> bool:
        """Whether a name surely does not exist: all names of its prefix are in the table."""
        prefix = name.partition("_")[0]
        return prefix in self.complete_prefixes and "_" in name and not self.knows(name)

    def constants_with(self, start: str) -> list[str]:
        """Names of constants that start so."""
        return [name for name in (*self.constants, *self.unnumbered) if name.startswith(start)]

    def _groups(self) -> tuple[Mapping[str, PerArch], ...]:
        named = (self.errnos, self.internal_errnos, self.capabilities, self.signals)
        return (*named, self.constants)

    def _on(self, value: PerArch, arch: str) -> int | str | None:
        """The value on one architecture; None if not defined there or no such architecture."""
        arch = architecture(arch)
        if arch not in self.bits:
            return None
        if isinstance(value, dict):
            return value.get(arch, value.get("*"))
        return value


def page_constant(name: str, page_size: int) -> int | None:
    """A constant that depends on the size of a page, hence in no table; ``None`` for others."""
    if name == "MAX_RW_COUNT":  # include/linux/fs.h: INT_MAX & PAGE_MASK
        return 0x7FFFFFFF & ~(page_size - 1)
    return page_size if name == "PAGE_SIZE" else None


def releases() -> list[str]:
    """Kernel series that tables ship for, such as ``6.12``, oldest first."""
    series = [path.stem for path in FOLDER.glob("*.json")]
    return sorted(series, key=lambda name: [int(part) for part in name.split(".")])


@cache
def _read(path: Path) -> Table:
    """One file of tables/."""
    document: dict[str, Any] = json.loads(path.read_bytes())
    if document.get("format") != FORMAT:
        raise SourceError(str(path), f"table format is not {FORMAT}")
    return Table(
        release=document["release"],
        made_by=document["made_by"],
        bits={name: arch["bits"] for name, arch in document["arches"].items()},
        errnos=document["errno"],
        internal_errnos=document["internal_errno"],
        capabilities=document["capability"],
        signals=document["signal"],
        constants=document["constant"],
        aliases=document["errno_alias"],
        unnumbered=frozenset(document["unnumbered"]),
        complete_prefixes=frozenset(document["complete_prefixes"]),
    )
