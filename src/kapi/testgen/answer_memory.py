# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers about memory and strings.

In: a range or string as it was seen. Out: the answer to one predicate, ``None`` if it is not
certain. Nothing of a range is looked at for 0 bytes.
"""

from __future__ import annotations

from typing import Final

from kapi.expr.typed import Typed
from kapi.testgen.seen import Range, SeenMemory, SeenString

#: Letters of VmFlags by flag: show_smap_vma_flags() in fs/proc/task_mmu.c.
_FLAGS: Final = {
    "VM_READ": "rd",
    "VM_WRITE": "wr",
    "VM_EXEC": "ex",
    "VM_SHARED": "sh",
    "VM_MAYREAD": "mr",
    "VM_MAYWRITE": "mw",
    "VM_MAYEXEC": "me",
    "VM_MAYSHARE": "ms",
    "VM_GROWSDOWN": "gd",
    "VM_PFNMAP": "pf",
    "VM_LOCKED": "lo",
    "VM_IO": "io",
    "VM_SEQ_READ": "sr",
    "VM_RAND_READ": "rr",
    "VM_DONTCOPY": "dc",
    "VM_DONTEXPAND": "de",
    "VM_LOCKONFAULT": "lf",
    "VM_ACCOUNT": "ac",
    "VM_NORESERVE": "nr",
    "VM_HUGETLB": "ht",
    "VM_SYNC": "sf",
    "VM_WIPEONFORK": "wf",
    "VM_DONTDUMP": "dd",
    "VM_MIXEDMAP": "mm",
    "VM_HUGEPAGE": "hg",
    "VM_NOHUGEPAGE": "nh",
    "VM_MERGEABLE": "mg",
    "VM_UFFD_MISSING": "um",
    "VM_UFFD_WP": "uw",
    "VM_UFFD_MINOR": "ui",
    "VM_DROPPABLE": "dp",
    "VM_SEALED": "sl",
}

#: The executor looks at so many pages of a range at most.
_PROBED_PAGES: Final = 1 << 16

#: By architecture: a range that ends so low is in user space, one that ends above the second number
#: is not. Between them it depends on the kernel and the processor: TASK_SIZE_MAX, USER_PTR_MAX.
_USER_ENDS: Final = {
    "x86_64": ((1 << 47) - 4096, (1 << 63) - 1),
    "arm64": (1 << 36, None),
}


def user_range(machine: str, address: int, count: int, word_bits: int) -> bool | None:
    """Whether a range does not wrap and ends within user addresses."""
    end = address + count
    if end >= 1 << word_bits:
        return False
    low, high = _USER_ENDS.get(machine, (0, None))
    if end <= low:
        return True
    return False if high is not None and end > high else None


def readable(seen: SeenMemory, page: int) -> bool | None:
    """Whether every byte can be read."""
    if seen.size == 0:
        return True
    if seen.readable is None:
        return None
    if seen.readable >= seen.size:
        return True
    return None if seen.readable > (_PROBED_PAGES - 2) * page else False


def writable(seen: SeenMemory, page: int) -> bool | None:
    """Whether every byte can be written: its mapping allows it, and there is something behind."""
    if seen.size == 0:
        return True
    if seen.ranges is None:
        return None
    allowed = [each for each in seen.ranges if "w" in each.perms]
    if not _is_covered(seen, allowed, page):
        return False
    return readable(seen, page)


def mapped(seen: SeenMemory, page: int) -> bool | None:
    """Whether every page is mapped."""
    if seen.size == 0:
        return True
    return None if seen.ranges is None else _is_covered(seen, list(seen.ranges), page)


def _is_covered(seen: SeenMemory, ranges: list[Range], page: int) -> bool:
    """Whether mappings leave no hole in the pages of a range."""
    at, end = seen.address & ~(page - 1), seen.address + seen.size
    for each in sorted(ranges, key=lambda one: one.start):
        if each.start > at:
            break
        at = max(at, each.end)
    return at >= end


def flag_names(node: Typed) -> frozenset[str] | None:
    """The constants that an expression joins by ``|``; ``None`` if it does anything else."""
    if node.op == "constant":
        return frozenset((str(node.value),))
    if node.op != "|":
        return None
    parts = [flag_names(part) for part in node.operands]
    known = [part for part in parts if part is not None]
    return frozenset().union(*known) if len(known) == len(parts) else None


def vma_flags_any(seen: SeenMemory, names: frozenset[str]) -> bool | None:
    """Whether a mapping has one of some flags."""
    letters = {_FLAGS.get(name) for name in names}
    if None in letters or seen.ranges is None:
        return None
    if any(each.flags is None for each in seen.ranges):
        return None
    return any(each.flags and each.flags & letters for each in seen.ranges)


def vma_anonymous(seen: SeenMemory) -> bool | None:
    """Whether every mapping is private and anonymous."""
    if seen.ranges is None:
        return None
    found = [_is_anonymous(each) for each in seen.ranges]
    if False in found:
        return False
    return None if None in found else True


def _is_anonymous(each: Range) -> bool | None:
    if "p" not in each.perms:
        return False
    if each.inode:
        # A private mapping of /dev/zero is as good as anonymous: mmap_zero().
        return None if each.name == "/dev/zero" else False
    if each.name in ("", "[heap]", "[stack]") or each.name.startswith("[anon:"):
        return True
    return None


def string_readable(seen: SeenString, asked: int) -> bool | None:
    """Whether the bytes up to the NUL, or so many, can be read."""
    if seen.length < 0:
        return False
    return True if seen.length < seen.most or seen.most >= asked else None


def string_len(seen: SeenString, asked: int) -> int | None:
    """Bytes before the NUL, at most so many."""
    return seen.length if string_readable(seen, asked) else None


def path_absolute(seen: SeenString) -> bool | None:
    """Whether the pathname begins with a slash."""
    return None if seen.length < 0 else seen.text.startswith("/")
