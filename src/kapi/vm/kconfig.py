# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations: fragments merged over a base, and the proof that each symbol came out as asked.

In: what is asked for, and a tree. Out: a ``.config`` in an output folder, or all symbols that ended
up otherwise: Kconfig drops without a word what depends on something that is off.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from kapi.errors import SourceError
from kapi.vm.errors import ConfigError, Mismatch
from kapi.vm.make import Make

FRAGMENTS: Final = Path(__file__).parent / "configs"
"""The fragments that ship with kapi; each explains its lines."""

_SET: Final = re.compile(r"(CONFIG_\w+)=(.+)")
_UNSET: Final = re.compile(r"# (CONFIG_\w+) is not set")
_IF_KNOWN: Final = "#? "
"""Before a line: of use only in trees that have the symbol. To Kconfig it is a comment."""


@dataclass(frozen=True, slots=True)
class KernelConfig:
    """What configuration is asked for.

    :ivar arch: a key of ``ARCHITECTURES``.
    :ivar fragments: names of shipped fragments, such as ``guest``, or paths of others; of two that
        set one symbol the later wins.
    :ivar symbols: more symbols, which win over all fragments: ``("CONFIG_KASAN", "y")``. ``n`` is
        not set.
    :ivar base: a target of make, such as ``allnoconfig`` or ``defconfig``.
    """

    arch: str
    fragments: tuple[str, ...]
    symbols: tuple[tuple[str, str], ...] = ()
    base: str = "allnoconfig"

    def with_symbols(self, **symbols: str) -> KernelConfig:
        """The same with more symbols, their prefix left out: ``with_symbols(KASAN="y")``."""
        more = tuple((f"CONFIG_{name}", value) for name, value in symbols.items())
        return KernelConfig(self.arch, self.fragments, self.symbols + more, self.base)

    def with_fragments(self, *fragments: str) -> KernelConfig:
        """The same with more fragments."""
        return KernelConfig(self.arch, self.fragments + fragments, self.symbols, self.base)

    def asked(self) -> dict[str, str]:
        """Every symbol that is asked for, by name with its prefix.

        :raises SourceError: if a fragment cannot be read or a line of it is none.
        """
        merged: dict[str, str] = {}
        for name in self.fragments:
            merged.update(read_fragment(name).symbols)
        merged.update(self.symbols)
        return merged

    def if_known(self) -> frozenset[str]:
        """Those of them that a tree need not have."""
        return frozenset[str]().union(*(read_fragment(name).if_known for name in self.fragments))

    def digest(self) -> str:
        """The same for two that ask for the same."""
        asked = self.asked().items()
        lines = [self.arch, self.base, *(f"{symbol}={value}" for symbol, value in sorted(asked))]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


CONFIGS: Final[Mapping[str, KernelConfig]] = {
    "small": KernelConfig("x86_64", ("guest", "x86_64")),
    "debug": KernelConfig("x86_64", ("guest", "x86_64", "debug")),
    "small-aarch64": KernelConfig("aarch64", ("guest", "aarch64")),
    "kunit": KernelConfig("um", ("kunit",)),
}
"""The configurations that kapi uses itself, by name."""


class Fragment(NamedTuple):
    """What a fragment asks for.

    :ivar symbols: values by symbol, as ``.config`` spells them; ``n`` for one that is not set.
    :ivar if_known: the symbols that a tree need not have.
    """

    symbols: dict[str, str]
    if_known: frozenset[str]


def read_fragment(name: str) -> Fragment:
    """A fragment.

    :param name: of a shipped one, or a path, which has a slash.
    """
    path = Path(name) if "/" in name else FRAGMENTS / f"{name}.config"
    try:
        return parse_fragment(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"cannot be read: {error}") from None


def parse_fragment(text: str, path: str) -> Fragment:
    """What a fragment, or a ``.config``, says.

    Grammar: line = [ "#? " ] ("CONFIG_" name "=" value | "# CONFIG_" name " is not set")
    | "#" comment | ""

    :param path: named if a line is wrong.
    :raises SourceError: if a line is none of these, or sets a symbol a second time.
    """
    symbols: dict[str, str] = {}
    if_known: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.removeprefix(_IF_KNOWN).rstrip()
        found = _SET.fullmatch(bare) or _UNSET.fullmatch(bare)
        if found is None:
            if line.strip() and (not line.startswith("#") or line.startswith(_IF_KNOWN)):
                raise SourceError(f"{path}:{number}", f"expected CONFIG_NAME=value, found {line!r}")
            continue
        if found[1] in symbols:
            raise SourceError(f"{path}:{number}", f"{found[1]} is set a second time")
        symbols[found[1]] = found[2] if found.re is _SET else "n"
        if line.startswith(_IF_KNOWN):
            if_known.add(found[1])
    return Fragment(symbols, frozenset(if_known))


def mismatches(asked: Mapping[str, str], config: str) -> list[tuple[str, str, str]]:
    """Symbol, asked value and value got of each symbol that did not come out as asked.

    :param config: text of the final ``.config``; a symbol that it does not name is not set.
    """
    got = parse_fragment(config, ".config").symbols
    return [
        (symbol, value, got.get(symbol, "n"))
        for symbol, value in asked.items()
        if got.get(symbol, "n") != value
    ]


def configure(make: Make, config: KernelConfig) -> Path:
    """Write the ``.config`` of an output folder.

    :return: its path.
    :raises ConfigError: if a symbol did not come out as asked.
    """
    asked = config.asked()
    path = make.output / ".config"
    make.run(config.base)
    lines = [line for line in path.read_text().splitlines() if _symbol_of(line) not in asked]
    lines += [_line(symbol, value) for symbol, value in asked.items()]
    path.write_text("\n".join(lines) + "\n")
    make.run("olddefconfig")
    wrong = mismatches(asked, path.read_text())
    if wrong:
        places = _places(make.tree, [symbol for symbol, _, _ in wrong])
        found = [Mismatch(*each, places.get(each[0], "")) for each in wrong]
        if_known = config.if_known()
        serious = [each for each in found if each.place or each.symbol not in if_known]
        if serious:
            raise ConfigError(make.tree, tuple(serious))
    return path


def _symbol_of(line: str) -> str:
    """The symbol that a line of ``.config`` is about; empty for a comment."""
    found = _SET.fullmatch(line) or _UNSET.fullmatch(line)
    return found[1] if found else ""


def _line(symbol: str, value: str) -> str:
    return f"# {symbol} is not set" if value == "n" else f"{symbol}={value}"


def _places(tree: Path, symbols: list[str]) -> dict[str, str]:
    """File and line that define each symbol; a symbol that none defines is left out."""
    names = "|".join(symbol.removeprefix("CONFIG_") for symbol in symbols)
    definition = re.compile(rf"^(?:menu)?config[ \t]+({names})[ \t]*$", re.MULTILINE)
    places: dict[str, str] = {}
    for path in _kconfig_files(tree):
        text = path.read_text(encoding="utf-8", errors="replace")
        for found in definition.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            places.setdefault(f"CONFIG_{found[1]}", f"{path.relative_to(tree)}:{line}")
    return places


def _kconfig_files(tree: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(tree):
        folders.sort()
        for name in sorted(names):
            if name.startswith("Kconfig"):
                yield Path(folder, name)
