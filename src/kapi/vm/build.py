# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds kernels, and builds none twice.

In: a tree, a configuration. Out: a finished kernel in the cache. Its key is a digest of all that
can make a difference: the names and contents of all files of the tree, the configuration, the
compiler and linker. What has a key already is taken from there, in the second that it takes to see
that the tree is still the same.

For each tree and configuration there is one output folder, in which make builds again what changed.
make goes by time stamps alone, which is wrong for a file that changed and has an old one, as after
``cp -p`` or a new unpacking of the same path; then the folder is given up and made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kapi.vm.arch import ARCHITECTURES
from kapi.vm.cache import DEFAULT_LIMIT_BYTES, Cache, default_cache, mark_used
from kapi.vm.errors import BuildError, VmError, reason_of
from kapi.vm.index import TreeIndex, load_index, read_index, store_index
from kapi.vm.kconfig import KernelConfig, configure
from kapi.vm.make import LOG, Make, OnProgress
from kapi.vm.source import check_tree
from kapi.vm.toolchain import check_tools, toolchain_versions

_FORMAT: Final = "kapi kernel 1"
_INDEX: Final = ".kapi-index"
_FACTS: Final = "kapi.json"


@dataclass(frozen=True, slots=True)
class Kernel:
    """A finished kernel; the files are in the cache and must not be changed.

    :ivar arch: a key of ``ARCHITECTURES``.
    :ivar key: stands for everything that it is made of.
    :ivar folder: where it is.
    :ivar release: as ``uname -r`` says it.
    """

    arch: str
    key: str
    folder: Path
    release: str

    @property
    def image(self) -> Path:
        """What a boot loader starts; for ``um`` the program."""
        return self.folder / Path(ARCHITECTURES[self.arch].image).name

    @property
    def vmlinux(self) -> Path:
        """The kernel as an ELF file."""
        return self.folder / "vmlinux"

    @property
    def config(self) -> Path:
        """Its ``.config``."""
        return self.folder / "config"

    @property
    def system_map(self) -> Path:
        """Names and addresses of its symbols."""
        return self.folder / "System.map"

    @property
    def modules(self) -> Path:
        """The folder of its modules, as ``/lib/modules/RELEASE``; it may be missing."""
        return self.folder / "lib/modules" / self.release


def build_kernel(
    tree: Path,
    config: KernelConfig,
    *,
    cache: Cache | None = None,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
    limit_bytes: int = DEFAULT_LIMIT_BYTES,
) -> Kernel:
    """The kernel of a tree with a configuration, from the cache or built now.

    :param jobs: how many commands make runs at once; by default one for each processor.
    :param on_progress: told of every step of a build.
    :param limit_bytes: what the cache may take; old entries go when a new one comes.
    :raises SourceError: if there is no such tree or fragment.
    :raises ConfigError: if the configuration does not come out as asked.
    :raises BuildError: if the tree does not build.
    :raises VmError: if this machine fails.
    """
    cache = cache or default_cache()
    tree = check_tree(tree)
    check_tools(ARCHITECTURES[config.arch])
    index = read_index(tree, cache)
    key = kernel_key(index, config)
    found = _find(cache, key)
    if found:
        return found
    with cache.lock(key):
        # Another process may have built it while this one waited.
        found = _find(cache, key)
        if found is None:
            with _making(tree, config, index, cache, jobs) as make:
                make.on_progress = on_progress
                found = _build(make, config, index, key, cache)
            cache.prune(limit_bytes)
    return found


def build_targets(
    tree: Path,
    config: KernelConfig,
    targets: tuple[str, ...],
    *,
    cache: Cache | None = None,
    jobs: int | None = None,
    on_progress: OnProgress | None = None,
) -> Path:
    """Make parts of a kernel, for those who want no whole one.

    :param targets: what make is asked for, such as ``fs/open.o``, or ``W=1`` and ``kernel/api/``.
    :return: the output folder, in which another build of tree and configuration goes on.
    :raises KapiError: as :func:`build_kernel`.
    """
    cache = cache or default_cache()
    tree = check_tree(tree)
    check_tools(ARCHITECTURES[config.arch])
    with _making(tree, config, read_index(tree, cache), cache, jobs) as make:
        make.on_progress = on_progress
        configure(make, config)
        make.run(*targets)
    return make.output


def kernel_key(index: TreeIndex, config: KernelConfig) -> str:
    """What stands for a kernel: the same for two that are made of the same."""
    arch = ARCHITECTURES[config.arch]
    parts = [_FORMAT, index.digest, config.digest(), *toolchain_versions(arch), arch.target]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def build_folder(tree: Path, config: KernelConfig, cache: Cache) -> Path:
    """The output folder of a tree and a configuration.

    A tree in the cache has its folders beside it, see :mod:`kapi.vm.overlay` for why.
    """
    name = hashlib.sha256(f"{tree}\n{config.digest()}".encode()).hexdigest()[:32]
    inside = tree.is_relative_to(cache.root.resolve())
    return (tree.parent if inside else cache.root) / "build" / name


def _find(cache: Cache, key: str) -> Kernel | None:
    folder = cache.find("kernels", key)
    if folder is None:
        return None
    with suppress(OSError):
        facts = json.loads((folder / _FACTS).read_bytes())
        return Kernel(facts["arch"], key, folder, facts["release"])
    return None


@contextmanager
def _making(
    tree: Path, config: KernelConfig, index: TreeIndex, cache: Cache, jobs: int | None
) -> Iterator[Make]:
    """Hold the output folder, ready for make to build what changed in it."""
    folder = build_folder(tree, config, cache)
    with cache.lock(folder.name):
        if _is_stale(folder, index):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / LOG).unlink(missing_ok=True)
        except OSError as error:
            raise VmError(f"make the folder {folder}", reason_of(error)) from None
        store_index(folder / _INDEX, index)
        mark_used(folder)
        make = Make(tree, folder, ARCHITECTURES[config.arch], jobs or len(os.sched_getaffinity(0)))
        make.ccache = cache.folder("ccache")
        yield make
        mark_used(folder)


def _is_stale(folder: Path, index: TreeIndex) -> bool:
    """Whether a file changed in a way that make would not notice.

    Such a file has a time stamp from before the last time that make did something here.
    """
    with suppress(OSError):
        last_ns = (folder / LOG).stat().st_mtime_ns
        changed = index.changed_since(load_index(folder / _INDEX))
        return any(index.files[path].mtime_ns <= last_ns for path in changed)
    return folder.exists()


def _build(make: Make, config: KernelConfig, index: TreeIndex, key: str, cache: Cache) -> Kernel:
    """Configure, make and store a kernel."""
    make.expected = _expected(make, config, cache)
    dot_config = configure(make, config)
    targets = [make.arch.target]
    if "CONFIG_MODULES=y" in dot_config.read_text().splitlines():
        targets.append("modules")
    was_fresh = make.is_fresh
    make.run(*targets)
    if read_index(make.tree, cache).digest != index.digest:
        reason = "the tree changed while it was built; build it again"
        raise BuildError(make.tree, make.arch.target, make.output / LOG, reason)
    if was_fresh:
        _count_file(config, cache).write_text(f"{make.objects}\n", encoding="ascii")
    return _store(make, key, cache)


def _expected(make: Make, config: KernelConfig, cache: Cache) -> int | None:
    """How many files will be compiled: as many as last time, or as is usual."""
    if not make.is_fresh:
        return None
    try:
        return int(_count_file(config, cache).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return make.arch.typical_objects


def _count_file(config: KernelConfig, cache: Cache) -> Path:
    """Holds how many files the last whole build of a configuration compiled."""
    return cache.folder("objects") / config.digest()[:32]


def _store(make: Make, key: str, cache: Cache) -> Kernel:
    """Put what was built into the cache."""
    release = (make.output / "include/config/kernel.release").read_text().strip()

    def fill(folder: Path) -> None:
        for name in (make.arch.image, "vmlinux", "System.map"):
            shutil.copy2(make.output / name, folder / Path(name).name)
        shutil.copy2(make.output / ".config", folder / "config")
        order = make.output / "modules.order"
        if order.exists() and order.stat().st_size:
            make.run(f"INSTALL_MOD_PATH={folder}", "modules_install")
        facts = {"arch": make.arch.name, "release": release}
        (folder / _FACTS).write_text(json.dumps(facts), encoding="ascii")

    return Kernel(make.arch.name, key, cache.store("kernels", key, fill), release)
