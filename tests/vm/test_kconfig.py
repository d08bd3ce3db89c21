"""Fragments are merged, and a symbol that does not come out as asked is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.vm.arch import ARCHITECTURES
from kapi.vm.cache import Cache
from kapi.vm.errors import ConfigError, Mismatch
from kapi.vm.kconfig import (
    CONFIGS,
    FRAGMENTS,
    Fragment,
    KernelConfig,
    configure,
    mismatches,
    parse_fragment,
    read_fragment,
)
from kapi.vm.make import Make
from tests.tool_checks import require
from tests.vm.kernel_trees import write_tree


def fragment(folder: Path, name: str, text: str) -> str:
    """Write a fragment; return how it is named."""
    (folder / name).write_text(text)
    return str(folder / name)


def make(tmp_path: Path) -> Make:
    """A make of a tree that builds in no time."""
    (tmp_path / "out").mkdir()
    arch = ARCHITECTURES["x86_64"]
    return Make(write_tree(tmp_path / "tree"), tmp_path / "out", arch, jobs=1)


def test_a_fragment_has_values_and_symbols_that_are_not_set() -> None:
    text = '# words\n\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C="x y"\nCONFIG_D=0x10 \n'
    text += "#? CONFIG_E=y\n#? # CONFIG_F is not set\n"
    symbols = {
        "CONFIG_A": "y",
        "CONFIG_B": "n",
        "CONFIG_C": '"x y"',
        "CONFIG_D": "0x10",
        "CONFIG_E": "y",
        "CONFIG_F": "n",
    }
    if_known = frozenset(("CONFIG_E", "CONFIG_F"))
    assert parse_fragment(text, "f") == Fragment(symbols, if_known)


@pytest.mark.parametrize(
    "line", ["CONFIG_A", "A=y", "CONFIG_A =y", " CONFIG_A=y", "CONFIG_A=", "#? words", "#? "]
)
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(SourceError, match=r"^f:2: expected CONFIG_NAME=value, found "):
        parse_fragment(f"# x\n{line}\n", "f")


def test_a_symbol_that_is_set_twice_is_named() -> None:
    with pytest.raises(SourceError, match=r"^f:2: CONFIG_A is set a second time$"):
        parse_fragment("CONFIG_A=y\n# CONFIG_A is not set\n", "f")


def test_a_fragment_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_fragment(str(tmp_path / "none"))


def test_the_later_of_two_fragments_wins(tmp_path: Path) -> None:
    first = fragment(tmp_path, "1", "CONFIG_A=y\nCONFIG_B=1\n")
    second = fragment(tmp_path, "2", "CONFIG_B=2\nCONFIG_C=3\n")
    config = KernelConfig("x86_64", (first,)).with_fragments(second).with_symbols(C="4")
    assert config.asked() == {"CONFIG_A": "y", "CONFIG_B": "2", "CONFIG_C": "4"}


def test_the_digest_is_that_of_what_is_asked_for(tmp_path: Path) -> None:
    first = fragment(tmp_path, "1", "# words\nCONFIG_A=y\nCONFIG_B=y\n")
    second = fragment(tmp_path, "2", "CONFIG_B=y\nCONFIG_A=y\n")
    one, two = (KernelConfig("x86_64", (name,)) for name in (first, second))
    assert one.digest() == two.digest()
    assert one.with_symbols(A="n").digest() != one.digest()
    assert KernelConfig("aarch64", (first,)).digest() != one.digest()
    assert KernelConfig("x86_64", (first,), base="defconfig").digest() != one.digest()


def test_symbols_that_did_not_come_out_as_asked() -> None:
    asked = {"CONFIG_A": "y", "CONFIG_B": "n", "CONFIG_C": "n", "CONFIG_D": "y", "CONFIG_E": '"x"'}
    final = 'CONFIG_A=m\n# CONFIG_B is not set\nCONFIG_D=y\nCONFIG_E="y"\nCONFIG_F=y\n'
    assert mismatches(asked, final) == [("CONFIG_A", "y", "m"), ("CONFIG_E", '"x"', '"y"')]
    assert mismatches({"CONFIG_Z": "y"}, final) == [("CONFIG_Z", "y", "n")]


def test_a_tree_is_configured_over_its_base(tmp_path: Path) -> None:
    name = fragment(tmp_path, "f", "CONFIG_SMP=y\nCONFIG_TEXT=1\n")
    path = configure(make(tmp_path), KernelConfig("x86_64", (name,)))
    assert path.read_text() == "CONFIG_BASE=y\nCONFIG_SMP=y\nCONFIG_TEXT=1\n"


def test_a_symbol_that_is_dropped_is_named_with_its_place(tmp_path: Path) -> None:
    name = fragment(tmp_path, "f", "CONFIG_SMP=y\nCONFIG_NEVER=y\nCONFIG_NEVER_HEARD_OF=7\n")
    with pytest.raises(ConfigError) as caught:
        configure(make(tmp_path), KernelConfig("x86_64", (name,)))
    assert caught.value.mismatches == (
        Mismatch("CONFIG_NEVER", "y", "n", "Kconfig:4"),
        Mismatch("CONFIG_NEVER_HEARD_OF", "7", "n", ""),
    )
    assert str(caught.value).splitlines()[1:] == [
        "  CONFIG_NEVER: asked for y, got n (see what it depends on, Kconfig:4)",
        "  CONFIG_NEVER_HEARD_OF: asked for 7, got n (no such symbol)",
    ]


def test_a_symbol_that_a_tree_need_not_have(tmp_path: Path) -> None:
    name = fragment(tmp_path, "f", "#? CONFIG_NEVER_HEARD_OF=y\n#? CONFIG_SMP=y\n")
    config = KernelConfig("x86_64", (name,))
    assert "CONFIG_SMP=y\n" in configure(make(tmp_path), config).read_text()
    dropped = KernelConfig("x86_64", (fragment(tmp_path, "g", "#? CONFIG_NEVER=y\n"),))
    (tmp_path / "again").mkdir()
    with pytest.raises(ConfigError, match="CONFIG_NEVER: asked for y, got n"):
        configure(make(tmp_path / "again"), dropped)


def test_every_shipped_fragment_can_be_read_and_starts_with_its_licence() -> None:
    names = {path.stem for path in FRAGMENTS.iterdir()}
    assert {name for config in CONFIGS.values() for name in config.fragments} <= names
    for name in names:
        assert read_fragment(name).symbols
        text = (FRAGMENTS / f"{name}.config").read_text()
        assert text.startswith("# SPDX-License-Identifier: GPL-2.0\n# ")


@pytest.mark.kernel
@pytest.mark.timeout(600)
@pytest.mark.requires("kernel-build")
@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_shipped_configurations_come_out_as_asked(
    name: str, kernel_tree: Path, kernel_cache: Cache
) -> None:
    config = CONFIGS[name]
    if config.arch == "aarch64":
        require("aarch64-gcc")
    output = kernel_cache.folder("build", f"configure-{name}")
    with kernel_cache.lock(output.name):
        configure(Make(kernel_tree, output, ARCHITECTURES[config.arch], jobs=2), config)
