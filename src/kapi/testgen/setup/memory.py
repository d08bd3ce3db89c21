# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of memory: buffers to move bytes with, strings, and ranges of mappings."""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import GUEST, Arg, Repeated, Slot
from kapi.testgen.setup.steps import Recipe, State, Steps, table

#: Of x86-64 and most architectures; recipes make whole pages.
PAGE: Final = 4096
ANONYMOUS: Final = "MAP_PRIVATE | MAP_ANONYMOUS"
READ_WRITE: Final = "PROT_READ | PROT_WRITE"

#: Seed of the pattern in buffers.
SEED: Final = 65


def mapping(
    steps: Steps,
    pages: int = 1,
    protection: str = READ_WRITE,
    flags: str = ANONYMOUS,
    fd: Arg = -1,
) -> Slot:
    """A new mapping; its address."""
    return steps.call("mmap", 0, pages * PAGE, protection, flags, fd, 0)


def filled(steps: Steps, pages: int = 1) -> Slot:
    """Private memory with a pattern."""
    base = mapping(steps, pages)
    steps.add("fill", base, pages * PAGE, SEED)
    return base


def protected(steps: Steps, protection: str, pages: int = 1) -> Slot:
    """Private memory with a pattern and another protection."""
    base = filled(steps, pages)
    steps.do("mprotect", base, pages * PAGE, protection)
    return base


def unmapped(steps: Steps, pages: int = 1) -> Slot:
    """An address of user space with nothing behind it, nor beside it."""
    base = mapping(steps, pages + 2)
    steps.do("munmap", base, (pages + 2) * PAGE)
    return steps.let(base + PAGE)


def with_hole(steps: Steps, pages: int = 3, hole: int = 1) -> Slot:
    """Private memory with a pattern, one page of which is unmapped."""
    base = filled(steps, pages)
    steps.do("munmap", base + hole * PAGE, PAGE)
    return base


def before_hole(steps: Steps, size: int) -> Slot:
    """So many good bytes, and unmapped memory behind them."""
    pages = -(-size // PAGE)
    base = with_hole(steps, pages + 1, pages)
    return steps.let(base + (pages * PAGE - size))


def shared_file(
    steps: Steps, pages: int = 1, protection: str = READ_WRITE, flags: str = "MAP_SHARED"
) -> Slot:
    """A mapping of a memfd with a pattern that is as long as the mapping."""
    fd = memfd(steps, pages * PAGE)
    return mapping(steps, pages, protection, flags, fd)


def memfd(steps: Steps, size: int, flags: str = "MFD_ALLOW_SEALING") -> Slot:
    """A memfd with a pattern; its descriptor."""
    fd = steps.call("memfd_create", b"memory", flags)
    if size:
        room = steps.room(size)
        steps.add("fill", room, size, SEED)
        steps.do("pwrite64", fd, room, size, 0)
    return fd


def behind_end_of_file(steps: Steps) -> Slot:
    """A mapped page behind the end of the file."""
    fd = memfd(steps, PAGE)
    base = mapping(steps, 2, READ_WRITE, "MAP_SHARED", fd)
    return steps.let(base + PAGE)


def locked(steps: Steps, pages: int = 1) -> Slot:
    """Locked private memory."""
    base = filled(steps, pages)
    steps.do("mlock", base, pages * PAGE)
    return base


def sealed(steps: Steps, protection: str) -> Slot:
    """Private memory that mseal protects; Linux 6.10 and later."""
    base = protected(steps, protection)
    steps.do("mseal", base, PAGE, 0)
    return base


def sealed_file(steps: Steps) -> Slot:
    """A shared mapping of a memfd that is sealed against later writing."""
    fd = memfd(steps, PAGE)
    base = mapping(steps, 1, READ_WRITE, "MAP_SHARED", fd)
    steps.do("fcntl", fd, "F_ADD_SEALS", "F_SEAL_FUTURE_WRITE")
    return base


def file_mapping(steps: Steps, mode: str, protection: str, flags: str) -> Slot:
    """A mapping of a file in the folder of the case.

    :param mode: how the file is open.
    """
    from kapi.testgen.setup.files import file

    name = file(steps, b"mapped", PAGE)
    fd = steps.call("openat", "AT_FDCWD", name, mode, 0)
    return mapping(steps, 1, protection, flags, fd)


def special(steps: Steps) -> Slot:
    """Memory of the kernel's own that every process has: VM_IO, VM_PFNMAP and others."""
    return steps.make("find", b"[vvar]")


def huge(steps: Steps) -> Slot:
    """Huge pages, of which the guest gets some first."""
    steps.add("echo", b"/proc/sys/vm/nr_hugepages", b"8")
    return steps.call(
        "mmap", 0, 2 << 20, READ_WRITE, "MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB", -1, 0
    )


def many_mappings(steps: Steps) -> Slot:
    """As many mappings as the process may have; the address of two pages of one of them."""
    base = mapping(steps, 1 << 17, READ_WRITE, f"{ANONYMOUS} | MAP_NORESERVE")
    spare = mapping(steps, 4)
    steps.add("stripe", base, 1 << 17)
    return steps.let(spare + PAGE)


def string_before_hole(steps: Steps, size: int) -> Slot:
    """So many slashes without a NUL, and unmapped memory behind them."""
    start = before_hole(steps, size)
    pages = -(-size // PAGE)
    fd = steps.call("memfd_create", b"slashes", 0)
    steps.do("pwrite64", fd, Repeated(b"/", pages * PAGE), size, 0)
    steps.do("pread64", fd, start, size, 0)
    steps.do("close", fd)
    return start


def _ones(steps: Steps) -> Slot:
    """Memory with all bits set in its first bytes."""
    base = filled(steps)
    steps.store(base, 8, (1 << 64) - 1)
    return base


def _at(address: int) -> Recipe:
    return lambda _steps: address


#: Addresses of buffers, by what is there for at least 64 bytes.
BUFFERS: Final = table(
    State("good", filled),
    State("read-only", lambda steps: protected(steps, "PROT_READ")),
    State("write-only", lambda steps: protected(steps, "PROT_WRITE")),
    State("no-access", lambda steps: protected(steps, "PROT_NONE")),
    State("unmapped", unmapped),
    State("null", _at(0)),
    State("low", _at(PAGE)),
    State("last-byte", _at((1 << 64) - 1)),
    State("kernel", _at(0xFFFF_8000_0000_0000)),
    State("gap", _at(1 << 47)),
    State("8-then-hole", lambda steps: before_hole(steps, 8)),
    State("behind-end-of-file", behind_end_of_file),
    State("ones", _ones, brings=("error.EINVAL.eventfd-value",)),
)

#: Addresses of strings that are no plain pathnames.
STRINGS: Final = table(
    State("null", _at(0)),
    State("last-byte", _at((1 << 64) - 1)),
    State("unmapped", unmapped),
    State("4095-then-hole", lambda steps: string_before_hole(steps, PAGE - 1)),
    State("4096-then-hole", lambda steps: string_before_hole(steps, PAGE)),
)

_GUEST: Final = frozenset((GUEST,))
_MSEAL: Final = ("error.EPERM.mseal",)

#: Addresses of ranges of one page for calls on mappings.
RANGES: Final = table(
    State("anonymous", filled),
    State("inside-page", lambda steps: filled(steps) + 1),
    State("anonymous-untouched", mapping),
    State("anonymous-read-only", lambda steps: protected(steps, "PROT_READ")),
    State("anonymous-no-access", lambda steps: protected(steps, "PROT_NONE")),
    State("anonymous-shared", lambda steps: mapping(steps, flags="MAP_SHARED | MAP_ANONYMOUS")),
    State("memfd-shared", shared_file),
    State("memfd-shared-no-access", lambda steps: shared_file(steps, protection="PROT_NONE")),
    State("memfd-private", lambda steps: shared_file(steps, flags="MAP_PRIVATE")),
    State("memfd-sealed", sealed_file, brings=("error.EPERM.remove-sealed",)),
    State("memfd-behind-end", behind_end_of_file),
    State("file-shared", lambda steps: file_mapping(steps, "O_RDWR", READ_WRITE, "MAP_SHARED")),
    State(
        "file-shared-read-only",
        lambda steps: file_mapping(steps, "O_RDONLY", "PROT_READ", "MAP_SHARED"),
    ),
    State("file-private", lambda steps: file_mapping(steps, "O_RDONLY", READ_WRITE, "MAP_PRIVATE")),
    State("locked", locked),
    State("mseal-writable", lambda steps: sealed(steps, READ_WRITE), brings=_MSEAL),
    State("mseal-read-only", lambda steps: sealed(steps, "PROT_READ"), brings=_MSEAL),
    State("special", special),
    State("unmapped", unmapped),
    State("huge", huge, _GUEST),
)
