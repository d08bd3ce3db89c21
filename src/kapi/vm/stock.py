# SPDX-License-Identifier: GPL-2.0-or-later
"""Kernels of the distribution that are installed here, and their modules.

In: a release such as ``6.12``, names of modules. Out: image and configuration of a kernel, modules
with all that they depend on, in the order in which they are to be loaded.
"""

from __future__ import annotations

import gzip
import lzma
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from kapi.vm.errors import VmError


@dataclass(frozen=True, slots=True)
class StockKernel:
    """An installed kernel.

    :ivar release: as ``uname -r`` says it.
    :ivar image: what a boot loader starts.
    :ivar config: its ``.config``.
    :ivar modules: the folder of its modules.
    """

    release: str
    image: Path
    config: Path
    modules: Path


def stock_kernels(root: Path = Path("/")) -> list[StockKernel]:
    """All installed kernels that have their modules, oldest release first."""
    found = []
    for image in root.glob("boot/vmlinuz-*"):
        release = image.name.removeprefix("vmlinuz-")
        modules = root / "lib/modules" / release
        if (modules / "modules.dep").exists():
            config = root / "boot" / f"config-{release}"
            found.append(StockKernel(release, image, config, modules))
    return sorted(found, key=lambda kernel: _order(kernel.release))


def stock_kernel(release: str = "6.12", root: Path = Path("/")) -> StockKernel:
    """The newest installed kernel of a release.

    :param release: the first numbers, such as ``6.12``.
    :raises VmError: if none is installed.
    """
    for kernel in reversed(stock_kernels(root)):
        if re.match(rf"{re.escape(release)}(?!\d)", kernel.release):
            return kernel
    reason = f"none is in {root / 'boot'}: apt-get install linux-image-{release}-amd64"
    raise VmError(f"find a stock kernel {release}", reason)


def read_modules(folder: Path, names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """File name and content of modules, unpacked, each behind those it depends on.

    :param folder: of one kernel, with its ``modules.dep``.
    :param names: such as ``virtio_blk``; one that is built into the kernel is left out.
    :raises VmError: if there is no such module.
    """
    try:
        index = _read_index(folder)
    except OSError as error:
        raise VmError(f"read the modules of {folder.name}", str(error)) from None
    order: dict[str, None] = {}
    for name in names:
        if not index.visit(name, order):
            raise VmError(f"load the module {name}", f"{folder} has none of this name")
    return [(f"{_name(path)}.ko", _unpack(folder / path)) for path in order]


@dataclass(frozen=True, slots=True)
class _Index:
    """What the files that depmod writes say.

    :ivar paths: of each module, below the folder, by its name.
    :ivar needs: names of the modules that a module cannot do without.
    :ivar wishes: names or aliases of those that it asks for while it works.
    :ivar aliases: names of modules by their other names.
    :ivar builtin: names of what is in the kernel itself.
    """

    paths: Mapping[str, str]
    needs: Mapping[str, list[str]]
    wishes: Mapping[str, list[str]]
    aliases: Mapping[str, str]
    builtin: frozenset[str]

    def visit(self, name: str, order: dict[str, None]) -> bool:
        """Add the paths of a module and of what it needs; False if there is no such module."""
        wanted = name.replace("-", "_")
        if wanted in self.builtin:
            return True
        if wanted not in self.paths:
            wanted = self.aliases.get(name, "")
        if wanted not in self.paths:
            return False
        if self.paths[wanted] not in order:
            for wish in self.wishes.get(wanted, ()):
                self.visit(wish, order)
            for need in self.needs[wanted]:
                self.visit(need, order)
            order[self.paths[wanted]] = None
        return True


def _read_index(folder: Path) -> _Index:
    """Read what depmod wrote for one kernel.

    Grammar, of lines: modules.dep = path ":" { " " path }; modules.alias = "alias " pattern " "
    name; modules.softdep = "softdep " name [ " pre: " { name } ] [ " post: " { name } ]
    """

    def lines(name: str) -> list[str]:
        return (folder / name).read_text(encoding="utf-8").splitlines()

    dependencies = [line.partition(":")[::2] for line in lines("modules.dep")]
    soft = [line.partition(" pre:") for line in lines("modules.softdep")]
    return _Index(
        {_name(path): path for path, _ in dependencies},
        {_name(path): [_name(need) for need in rest.split()] for path, rest in dependencies},
        {
            head.removeprefix("softdep ").strip(): rest.partition(" post:")[0].split()
            for head, mark, rest in soft
            if mark
        },
        # Of several modules with one other name the last is the generic one.
        {
            words[1]: words[2]
            for words in (line.split() for line in lines("modules.alias"))
            if len(words) == 3 and words[0] == "alias"
        },
        frozenset(_name(line) for line in lines("modules.builtin")),
    )


def _name(path: str) -> str:
    """Name of a module, with underscores as the kernel has it."""
    return PurePosixPath(path).name.partition(".ko")[0].replace("-", "_")


def _zstd(data: bytes) -> bytes:
    """Unpack by a program: Python before 3.14 cannot."""
    if shutil.which("zstd") is None:
        raise VmError("unpack a module", "zstd is missing: apt-get install zstd")
    done = subprocess.run(["zstd", "-dcq"], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise VmError("unpack a module", done.stderr.decode(errors="replace").strip())
    return done.stdout


_UNPACKERS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    ".gz": gzip.decompress,
    ".ko": bytes,
    ".xz": lzma.decompress,
    ".zst": _zstd,
}


def _unpack(path: Path) -> bytes:
    try:
        return _UNPACKERS[path.suffix](path.read_bytes())
    except KeyError:
        raise VmError(f"unpack {path}", "packed in an unknown way") from None
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise VmError(f"unpack {path}", str(error)) from None


def _order(release: str) -> list[tuple[int, str]]:
    """Sorts 6.9 before 6.12."""
    return [(int(word), "") if word.isdigit() else (-1, word) for word in re.split(r"\W", release)]
