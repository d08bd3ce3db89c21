"""Measures what specifications cost a kernel, beside the figures of the posted series.

Builds Linux 6.12 of Debian's package three times, with the small configuration of kapi's guests:
without kapi, with specifications, and with debugfs on top. Kernels that were built before come from
the cache. The figures of the series were measured with the same release and a small configuration
too, and five specifications. Times are medians of runs that take turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from elftools.elf.elffile import ELFFile

from kapi.binary.image import read_image
from kapi.cli import parser
from kapi.cli.kernels import config_of, kernel_of, tree_of
from kapi.vm.arch import ARCHITECTURES
from kapi.vm.build import Kernel, build_folder
from kapi.vm.cache import default_cache
from kapi.vm.make import Make
from measure import Command

_SHF_ALLOC = 2
_NO_KUNIT = ("--set", "KUNIT=n", "--set", "KAPI_KUNIT_TEST=n", "--set", "KAPI_TEST_MODULE=n")

PLAIN = ("--plain",)
SPECS = (*_NO_KUNIT, "--set", "KAPI_SPEC_DEBUGFS=n")
DEBUGFS = _NO_KUNIT

#: Objects of the framework; the others of kernel/api hold the records.
FRAMEWORK = ("core.o", "clauses.o", "debugfs.o")


class Figure(NamedTuple):
    """A row of the table.

    :param ours: as it is printed.
    :param theirs: what the posted series needs, or a budget, or nothing.
    """

    what: str
    ours: str
    theirs: str = ""


class Sizes(NamedTuple):
    """What an ELF file takes in memory.

    :param loaded: bytes by name of each section that is loaded.
    :param idle: bytes of each that is not.
    """

    loaded: dict[str, int]
    idle: dict[str, int]

    @property
    def total(self) -> int:
        """All that is loaded."""
        return sum(self.loaded.values())


def sizes_of(path: Path) -> Sizes:
    """The sections of a file."""
    sizes = Sizes({}, {})
    with path.open("rb") as stream:
        for section in ELFFile(stream).iter_sections():
            kind = sizes.loaded if section["sh_flags"] & _SHF_ALLOC else sizes.idle
            kind[section.name] = section["sh_size"]
    return sizes


def options_of(words: Sequence[str]) -> argparse.Namespace:
    """Arguments of ``kapi kernel build``."""
    return parser.parse(parser.command_parser("kernel build"), list(words))


def output_of(words: Sequence[str]) -> Make:
    """make, in the folder in which such a kernel was built."""
    args = options_of(words)
    tree, cache = tree_of(args), default_cache()
    folder = build_folder(tree, config_of(args), cache)
    make = Make(tree, folder, ARCHITECTURES["x86_64"], jobs=2, ccache=cache.folder("ccache"))
    make.run("bzImage", "modules")
    return make


def memory_figures(specs: Kernel, debugfs: Kernel) -> Iterator[Figure]:
    """Loaded bytes for each spec."""
    found = read_image(str(specs.vmlinux)).specs
    count = len(found)
    core, shown = sizes_of(specs.vmlinux), sizes_of(debugfs.vmlinux)
    prose = ".kapi_prose"
    yield Figure(
        f"loaded for each specification, mean of {count}",
        f"{core.loaded['.kapi_specs'] / count:,.0f} bytes",
        "26,400 bytes, and budget 1,024",
    )
    yield Figure(
        "prose of it that is loaded", f"{core.loaded.get(prose, 0):,} bytes", "about 15,000 bytes"
    )
    yield Figure("prose in the image, not loaded, each", f"{core.idle[prose] // count:,} bytes")
    yield Figure(
        "prose that is loaded with debugfs, each", f"{shown.loaded[prose] // count:,} bytes"
    )


def growth_figures(plain: Kernel, specs: Kernel, debugfs: Kernel) -> Iterator[Figure]:
    """How much larger the images are."""
    base = sizes_of(plain.vmlinux).total
    boot = plain.image.stat().st_size
    for name, kernel, data, image in (
        ("specifications", specs, "", ""),
        ("debugfs, too", debugfs, "+208,946 bytes of data alone", "+24,576 bytes"),
    ):
        grown = sizes_of(kernel.vmlinux).total - base
        yield Figure(f"vmlinux loaded, {name}", f"+{grown:,} bytes", data)
        grown = kernel.image.stat().st_size - boot
        yield Figure(f"bzImage of {boot:,} bytes, {name}", f"+{grown:,} bytes", image)


def framework_figures(make: Make) -> Iterator[Figure]:
    """The code of the framework."""
    objects = [make.output / "kernel/api" / name for name in FRAMEWORK]
    said = subprocess.run(["size", *map(str, objects)], capture_output=True, text=True, check=True)
    text = [int(line.split()[0]) for line in said.stdout.splitlines()[1:]]
    yield Figure("code of the framework, debugfs included", f"{sum(text):,} bytes", "8,500 bytes")


def make_figures(without: Make, with_kapi: Make, runs: int) -> Iterator[Figure]:
    """A make with nothing to do."""
    times: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(runs):
        for name, make in (("without", without), ("with", with_kapi)):
            started = time.perf_counter()
            make.run("bzImage", "modules")
            times[name].append(time.perf_counter() - started)
    first, second = median(times["without"]), median(times["with"])
    spread = max(times["without"]) - min(times["without"])
    yield Figure(
        "make with nothing to do",
        f"{second:.2f} s ({second - first:+.2f} s)",
        f"without kapi {first:.2f} s, spread {spread:.2f} s",
    )


def reading_figures(kernel: Kernel, runs: int) -> Iterator[Figure]:
    """Reading all specs of an image, as a whole process."""
    kapi = str(Path(sys.executable).parent / "kapi")
    for name, path in (("vmlinux", kernel.vmlinux), ("bzImage", kernel.image)):
        command = Command([kapi, "show", "--vmlinux", str(path), "-f", "json"])
        done = [command.run() for _ in range(runs + 1)][1:]
        size = path.stat().st_size / 1e6
        seconds, peak = median(run.seconds for run in done), max(run.peak_kib for run in done)
        ours = f"{seconds:.2f} s, {peak >> 10} MiB"
        theirs = "budget 0.30 s for 60 MB" if name == "vmlinux" else ""
        yield Figure(f"all specifications of {name} ({size:.0f} MB) as JSON", ours, theirs)


def main() -> int:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5, help="runs of each command (%(default)s)")
    runs = options.parse_args().runs
    plain, specs, debugfs = (kernel_of(options_of(words)) for words in (PLAIN, SPECS, DEBUGFS))
    makes = [output_of(words) for words in (PLAIN, DEBUGFS)]
    groups = (
        memory_figures(specs, debugfs),
        growth_figures(plain, specs, debugfs),
        framework_figures(makes[1]),
        make_figures(makes[0], makes[1], runs),
        reading_figures(debugfs, runs),
    )
    print(f"Linux {plain.release}, x86-64\n")
    print("| what | kapi | the posted series, or a budget |\n|---|---:|---:|", flush=True)
    for group in groups:
        for figure in group:
            print(f"| {figure.what} | {figure.ours} | {figure.theirs} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
