# SPDX-License-Identifier: GPL-2.0-or-later
"""Rare reasons for madvise to fail.

In: nothing. Out: the table :data:`RARE_MEMORY`.
"""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg, Slot
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, machine, memory, mounts
from kapi.testgen.setup.memory import ANONYMOUS, PAGE, READ_WRITE
from kapi.testgen.setup.process import count_signal
from kapi.testgen.setup.rare_entry import AS_ROOT, IN_GUEST, Make, Rare, alarm
from kapi.testgen.setup.steps import AT_FDCWD, Recipe, Steps

_Args = tuple[Arg, ...]
_HUGE: Final = 2 << 20
_SWAP: Final = 256 << 10


def _on(recipe: Recipe, advice: str, size: int = PAGE) -> Make:
    """Advice on a range."""

    def make(steps: Steps, _arming: Steps) -> _Args:
        return recipe(steps), size, advice

    return make


def _droppable(steps: Steps) -> Slot:
    """Memory that the kernel may empty: MAP_DROPPABLE, Linux 6.11 and later."""
    return steps.call("mmap", 0, PAGE, READ_WRITE, "MAP_ANONYMOUS | 0x08", -1, 0)


def _inside_huge_page(steps: Steps) -> Slot:
    return steps.let(memory.huge(steps) + PAGE)


def _hold_page(steps: Steps, base: Slot) -> Slot:
    """A pipe refers to a page."""
    ends = fds.pipe(steps)
    part = steps.room(16)  # struct iovec
    steps.store(part, 8, base)
    steps.store(part + 8, 8, PAGE)
    steps.do("vmsplice", ends.second, part, 1, 0)
    return base


def _huge_page_in_use(steps: Steps) -> Slot:
    """Private memory that could be one huge page if nobody referred to a part of it."""
    base = steps.call("mmap", 0x300000000, _HUGE, READ_WRITE, f"{ANONYMOUS} | MAP_FIXED", -1, 0)
    steps.do("madvise", base, _HUGE, "MADV_NOHUGEPAGE")
    steps.add("fill", base, _HUGE, memory.SEED)
    _hold_page(steps, base)
    steps.do("madvise", base, _HUGE, "MADV_HUGEPAGE")
    return base


def _page_in_use(steps: Steps) -> Slot:
    return _hold_page(steps, memory.filled(steps))


def _without_punching(steps: Steps) -> Slot:
    """A file of a file system that cannot make holes."""
    mounts.own_mounts(steps)
    folder = mounts.mount(steps, b"ramfs")
    name = files.file(steps, folder + b"/file", PAGE)
    return memory.mapping(steps, 1, READ_WRITE, "MAP_SHARED", fds.opened(steps, name))


def _swap_file(steps: Steps) -> Slot:
    """A file of a disk in use as swap space."""
    name = mounts.disk(steps, b"/dev/vda") + b"/swap"
    steps.attempt("unlinkat", AT_FDCWD, name, 0)
    fd = fds.opened(steps, name, "O_CREAT | O_RDWR", 0o600)
    steps.do("fallocate", fd, 0, 0, _SWAP)
    base = memory.mapping(steps, 1, READ_WRITE, "MAP_SHARED", fd)
    steps.add("swap", name)
    return base


def _no_offlining(steps: Steps) -> Slot:
    machine.sysctl(steps, "vm.enable_soft_offline", 0)
    return memory.filled(steps)


def _poisoned(steps: Steps) -> Slot:
    count_signal(steps, "SIGBUS")
    base = memory.filled(steps)
    steps.do("madvise", base, PAGE, "MADV_HWPOISON")
    return base


def _kernel_page(steps: Steps) -> Slot:
    """A page of the kernel's own that the process may read."""
    return steps.make("find", b"[vdso]")


def _merging(steps: Steps, arming: Steps) -> _Args:
    """So much memory that may be merged that going through it takes longer than a signal."""
    pages = 1 << 24
    base = memory.mapping(steps, pages, READ_WRITE, f"{ANONYMOUS} | MAP_NORESERVE")
    steps.store(base, 8, 1)
    steps.do("madvise", base, pages * PAGE, "MADV_MERGEABLE")
    alarm(steps, arming)
    return base, pages * PAGE, "MADV_UNMERGEABLE"


#: Entries of madvise.
RARE_MEMORY: Final = (
    Rare("madvise", "EINVAL.droppable", _on(_droppable, "MADV_KEEPONFORK")),
    Rare("madvise", "EINVAL.remove-anonymous", _on(memory.filled, "MADV_REMOVE")),
    Rare("madvise", "EINVAL.hugetlb", _on(_inside_huge_page, "MADV_DONTNEED"), IN_GUEST),
    Rare("madvise", "EINVAL.collapse", _on(memory.filled, "MADV_COLLAPSE")),
    Rare("madvise", "EAGAIN.split", _on(memory.many_mappings, "MADV_DONTFORK")),
    Rare("madvise", "EAGAIN.collapse-busy", _on(_huge_page_in_use, "MADV_COLLAPSE", _HUGE)),
    Rare("madvise", "EBUSY.offline-busy", _on(_page_in_use, "MADV_SOFT_OFFLINE"), IN_GUEST),
    Rare("madvise", "EPERM.remove-sealed", _on(memory.sealed_file, "MADV_REMOVE")),
    Rare("madvise", "EOPNOTSUPP.remove-punch", _on(_without_punching, "MADV_REMOVE"), AS_ROOT),
    Rare("madvise", "ETXTBSY.remove-swapfile", _on(_swap_file, "MADV_REMOVE"), IN_GUEST),
    Rare(
        "madvise",
        "EOPNOTSUPP.soft-offline-off",
        _on(_no_offlining, "MADV_SOFT_OFFLINE"),
        IN_GUEST,
    ),
    Rare(
        "madvise",
        "EFAULT.populate-fault",
        _on(memory.behind_end_of_file, "MADV_POPULATE_READ"),
    ),
    Rare("madvise", "EFAULT.inject-hole", _on(memory.unmapped, "MADV_SOFT_OFFLINE"), IN_GUEST),
    Rare("madvise", "EHWPOISON.poisoned", _on(_poisoned, "MADV_POPULATE_READ"), IN_GUEST),
    Rare("madvise", "EIO.inject-unknown", _on(_kernel_page, "MADV_SOFT_OFFLINE"), IN_GUEST),
    Rare("madvise", "EINTR.unmerge", _merging),
)
