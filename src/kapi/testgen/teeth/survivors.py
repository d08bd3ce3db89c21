# SPDX-License-Identifier: GPL-2.0-or-later
"""Why some faults are not noticed: by the id of a mutant, in which ``*`` stands for anything."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

_NO_STATE: Final = "no case makes the state in which it makes a difference: "
_SAME: Final = "it means the same on machines of this kind: "
_COVERED: Final = "states that it adds fail anyway: "

_TRUE: Final = "it is true as well: "

#: How reasons begin that say that a fault makes nothing false.
HARMLESS: Final = (_SAME, _COVERED, _TRUE)

#: Patterns of ids and reasons; the first that matches counts.
REASONS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sys_*.error.EINVAL.position-overflow *",
        _SAME + "a count above SSIZE_MAX is EFAULT first, and few files have other positions",
    ),
    ("sys_*.error.EBADF.not-readable drop-conjunct: *", _COVERED + "what is not open is EBADF"),
    ("sys_*.error.EBADF.not-writable drop-conjunct: *", _COVERED + "what is not open is EBADF"),
    (
        "sys_madvise.error.ENOMEM.hole drop-conjunct: *behavior in*",
        _NO_STATE + "needs a kernel with MEMORY_FAILURE",
    ),
    (
        "sys_madvise.error.ENOMEM.hole member: *",
        _NO_STATE + "needs a kernel with MEMORY_FAILURE",
    ),
    ("sys_madvise.error.ENOMEM.hole *len_in > 0*", _SAME + "no byte is always mapped"),
    ("sys_madvise.return.ensures drop-disjunct: len_in == 0", _SAME + "no byte is always mapped"),
    ("sys_*.nr-open add-must", _TRUE + "no descriptor is above that number"),
    ("sys_dup2.error.EBUSY.half-open add-must", _TRUE + "the number stays taken"),
    (
        "sys_dup2.error.ENOMEM.table add-must",
        _TRUE + "it asks about the one allocation that failed",
    ),
    ("sys_read.error.EISDIR.directory add-must", _TRUE + "no file system reads directories so"),
    (
        "sys_madvise.param.start.constraint constraint: to 512",
        _NO_STATE + "an address that is a multiple of 512 inside a page",
    ),
    (
        "sys_madvise.param.behavior.require.memory-failure drop-disjunct: config*",
        _NO_STATE + "needs a kernel with MEMORY_FAILURE",
    ),
    (
        "sys_*.error.EOVERFLOW.offset-top *",
        _NO_STATE + "more positions of a file with unsigned offsets",
    ),
    ("sys_write.error.EFBIG.rlimit-fsize *", "size-limit says less and allows the errno as well"),
    ("sys_write.error.EINVAL.eventfd-value add-must", _NO_STATE + "an eventfd that has room"),
    ("sys_madvise.error.EINVAL.droppable *", _NO_STATE + "droppable memory with other advice"),
    ("sys_open*.error.ENXIO.anonymous add-must", _TRUE + "no such object can be opened"),
    ("sys_open*.error.EBUSY.device *blockdev*", _NO_STATE + "a block device that is in use"),
    ("sys_open*.error.ENOSPC.space *", _NO_STATE + "a full file system with other flags"),
    ("sys_madvise.error.EAGAIN.split *", _NO_STATE + "many mappings with each advice"),
    ("sys_madvise.error.EPERM.mseal *DONTFORK*", _NO_STATE + "sealed memory with MADV_DONTFORK"),
    (
        "sys_madvise.error.EINVAL.* *VM_HUGETLB*",
        _NO_STATE + "huge pages that are locked or special",
    ),
    (
        "sys_read.error.EINVAL.eventfd-size *",
        _NO_STATE + "8 bytes from an eventfd that has something",
    ),
    (
        "sys_read.error.EINVAL.timerfd-size *",
        _NO_STATE + "8 bytes from a timerfd that has something",
    ),
    (
        "sys_read.error.EINVAL.signalfd-size *",
        _NO_STATE + "128 bytes from a signalfd that has something",
    ),
    (
        "sys_write.error.EINVAL.eventfd-size drop-conjunct: *",
        _NO_STATE + "8 bytes into an eventfd that has room",
    ),
    ("sys_write.return.ensures.* *ret == 8*", _NO_STATE + "8 bytes into an eventfd that has room"),
    (
        "sys_*.return.ensures.9f062c14 *MAX_RW_COUNT*",
        _NO_STATE + "a transfer of MAX_RW_COUNT bytes",
    ),
    (
        "sys_*.param.count.constraint *",
        _NO_STATE + "memory with more than MAX_RW_COUNT bytes of user space behind it",
    ),
    (
        "sys_read.return.ensures.788ea979 drop-disjunct: *",
        _TRUE + "it is so for other files, too, and the spec promises less",
    ),
    (
        "sys_write.return.ensures.9bc78c0c drop-disjunct: *",
        _TRUE + "it is so for other files, too, and the spec promises less",
    ),
    ("sys_read.error.EISDIR.directory add-must", "no directory here has a read operation"),
    ("sys_read.error.EINVAL.inotify-size add-must", _NO_STATE + "an event that fits"),
    ("sys_write.*PIPE* *fifo*", _NO_STATE + "a FIFO whose readers are gone"),
    ("sys_write.error.EPERM.sealed *FUTURE*", _NO_STATE + "a memfd with F_SEAL_FUTURE_WRITE alone"),
    ("sys_dup2.error.EBADF.newfd-limit *", _NO_STATE + "two equal numbers above the limit"),
    ("sys_dup2.param.newfd.require.below-limit *", _NO_STATE + "two equal numbers above the limit"),
    (
        "sys_dup2.return.ensures.4b0bae96 *",
        _NO_STATE + "two equal numbers with close-on-exec",
    ),
    (
        "sys_dup2.error.EBUSY.half-open add-must",
        _TRUE + "the number stays reserved during the call",
    ),
    ("sys_open*.return.ensures.85f33cca bound: *", _NO_STATE + "the last number below the limit"),
    (
        "sys_open*.return.ensures.2ecdb039 drop-disjunct: *",
        _TRUE + "it is so for other kinds, too, and the spec promises less",
    ),
    ("sys_open*.error.*link* drop-conjunct: path_lkind*", _COVERED + "the walk stops the same way"),
    (
        "sys_open*.error.ENOENT.dangling* drop-conjunct: path_lkind*",
        _COVERED + "the walk stops the same way",
    ),
    (
        "sys_open*.error.EACCES.create drop-conjunct: *",
        _COVERED + "without O_CREAT it is ENOENT",
    ),
    ("sys_open*.error.EROFS.create drop-conjunct: *", _COVERED + "without O_CREAT it is ENOENT"),
    (
        "sys_open*.error.ELOOP.nofollow *O_DIRECTORY*",
        _COVERED + "with O_DIRECTORY it is ENOTDIR",
    ),
    (
        "sys_open*.error.E*.tmpfile drop-conjunct: path_kind*",
        _COVERED + "O_TMPFILE at what is no directory is ENOTDIR or ENOENT",
    ),
    (
        "sys_open*.error.ENOTDIR.nofollow-directory *flags*",
        _NO_STATE + "O_PATH with O_NOFOLLOW on a link",
    ),
    ("sys_open*.error.EEXIST.exclusive member: *", _SAME + "lstat never finds that kind"),
    (
        "sys_open*.error.ENOTDIR.not-directory *other*",
        _NO_STATE + "O_DIRECTORY on an object that lives by its descriptors only",
    ),
    (
        "sys_open*.error.EACCES.read *O_*",
        _NO_STATE + "writing a file that may be written and not be read",
    ),
    ("sys_open*.error.ENXIO.fifo-no-reader *", _NO_STATE + "a FIFO that has a reader"),
    ("sys_open*.error.ENXIO.no-device *chardev*", _NO_STATE + "a character device without driver"),
    ("sys_open*.return.success success: 0..2", _NO_STATE + "three numbers that are taken"),
    ("sys_open*.capability.* *", _NO_STATE + "a privilege that matters beside such flags"),
    ("sys_open*.error.* *O_PATH*", _NO_STATE + "O_PATH beside all else that makes the error"),
    ("sys_open*.error.* *__O_TMPFILE*", _NO_STATE + "O_TMPFILE beside what makes the error"),
    ("sys_open*.error.* *O_NOFOLLOW*", _NO_STATE + "O_PATH with O_NOFOLLOW on such a link"),
    (
        "sys_open*.param.flags.require.path-only *",
        _NO_STATE + "no twin differs in a flag that counts",
    ),
    ("sys_open*.param.mode.require.making *", "no answer tells the mode of the new file"),
    ("sys_open*.param.mode.constraint *", "no answer tells the mode of the new file"),
    (
        "sys_open*.param.flags.constraint constraint: *",
        _NO_STATE + "no twin differs in a flag that counts",
    ),
)


def is_harmless(mutant: str) -> bool:
    """Whether a fault that survives is known to make nothing false."""
    return reason_of(mutant).startswith(HARMLESS)


def reason_of(mutant: str) -> str:
    """Why a fault survives; empty if nobody knows."""
    return next((why for pattern, why in REASONS if fnmatchcase(mutant, pattern)), "")
