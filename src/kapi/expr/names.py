# SPDX-License-Identifier: GPL-2.0-or-later
"""What expressions may ask of the state: the one table of predicates, quantities and kinds.

Everything that reads, judges or emits expressions is driven by this table; ``kapi lint`` refuses
any other name, and docs/expressions.md shows it. Pure data.

A *backend* is who observes the state. ``test`` is a test program that set the state up and looks
before and after the call; ``trace`` is a tracer of a running program that keeps books on
descriptors; ``kernel`` is the checker inside the kernel, which looks at no user memory. A predicate
that a backend cannot observe is unknown there, and unknown never becomes a verdict.
"""

from __future__ import annotations

from typing import NamedTuple

INT = "int"
BOOL = "bool"

#: Result types that are kinds: name -> the words they may be.
KINDS: dict[str, tuple[str, ...]] = {
    "fd kind": (
        *("none", "reg", "memfd", "dir", "symlink", "path", "pipe", "fifo", "socket"),
        *("chardev", "blockdev", "eventfd", "timerfd", "signalfd", "epoll", "inotify"),
        *("fanotify", "pidfd", "other"),
    ),
    "path kind": (
        *("reg", "dir", "symlink", "fifo", "socket", "chardev", "blockdev", "pipe", "other"),
        *("none", "missing", "notdir", "noaccess", "loop", "longname"),
    ),
    "fs type": (
        *("ext4", "xfs", "btrfs", "tmpfs", "ramfs", "proc", "sysfs", "devpts", "devtmpfs"),
        *("debugfs", "tracefs", "hugetlbfs", "overlay", "nfs", "fuse", "pipefs", "sockfs"),
        *("other",),
    ),
}

# What an argument must be.
FD = "descriptor"
ADDRESS = "address"
SIZE = "number"
PATH = "pathname"
RLIMIT = "RLIMIT_ constant"
CAPABILITY = "CAP_ constant"
CONFIG = "Kconfig symbol without CONFIG_"
ARCH = "architecture"
VERSION = "release such as 6.4"


class Predicate(NamedTuple):
    """One question about the state.

    :param arguments: what each argument must be.
    :param result: :data:`INT`, :data:`BOOL` or a name of :data:`KINDS`.
    :param doc: exactly when it is true, or what its value is.
    :param backends: who can observe it.
    :param fixed: a call cannot change it, so it means the same before and after.
    """

    arguments: tuple[str, ...]
    result: str
    doc: str
    backends: str = "test"
    fixed: bool = False

    def seen_by(self, backend: str) -> bool:
        """Whether a backend can observe it."""
        return backend in self.backends.split()


PREDICATES: dict[str, Predicate] = {
    # Descriptors. Of one that is not open: kind none, all bits 0, nothing true.
    "fd_open": Predicate((FD,), BOOL, "the number names an open file", "test trace kernel"),
    "fd_kind": Predicate(
        (FD,),
        "fd kind",
        "what the open file is; path if it was opened with O_PATH, whatever it marks",
        "test trace kernel",
    ),
    "fd_flags": Predicate(
        (FD,), INT, "file status flags of the description, as F_GETFL gives", "test trace kernel"
    ),
    "fd_cloexec": Predicate((FD,), BOOL, "the close-on-exec flag is set", "test trace kernel"),
    "fd_readable": Predicate((FD,), BOOL, "opened for reading (FMODE_READ)", "test trace kernel"),
    "fd_writable": Predicate((FD,), BOOL, "opened for writing (FMODE_WRITE)", "test trace kernel"),
    "fd_can_read": Predicate(
        (FD,), BOOL, "the file has a read operation (FMODE_CAN_READ)", "test kernel"
    ),
    "fd_can_write": Predicate(
        (FD,), BOOL, "the file has a write operation (FMODE_CAN_WRITE)", "test kernel"
    ),
    "fd_unsigned_offset": Predicate(
        (FD,), BOOL, "positions are unsigned (FMODE_UNSIGNED_OFFSET)", "test kernel"
    ),
    "fd_pos": Predicate((FD,), INT, "position of the description in bytes, signed", "test kernel"),
    "fd_seals": Predicate((FD,), INT, "seals of a memfd or shmem file, as F_GET_SEALS gives"),
    "fd_reserved": Predicate(
        (FD,), BOOL, "the number is taken but no file is behind it yet: it is being opened"
    ),
    "fds_free": Predicate((), BOOL, "a number below the soft RLIMIT_NOFILE is free", "test"),
    "pipe_readers": Predicate((FD,), INT, "open read ends of the pipe or FIFO of a descriptor"),
    "fs_type": Predicate((FD,), "fs type", "file system of the file", "test kernel"),
    # User memory. Nothing of it is looked at for 0 bytes.
    "user_range": Predicate(
        (ADDRESS, SIZE),
        BOOL,
        "the range of bytes does not wrap and ends within user addresses (access_ok)",
        "test kernel",
    ),
    "readable": Predicate((ADDRESS, SIZE), BOOL, "every byte of the range can be read"),
    "writable": Predicate((ADDRESS, SIZE), BOOL, "every byte of the range can be written"),
    "mapped": Predicate((ADDRESS, SIZE), BOOL, "every page of the range is mapped"),
    "vma_flags_any": Predicate(
        (ADDRESS, SIZE, SIZE), BOOL, "a mapping in the range has one of the VM_ flags"
    ),
    "vma_anonymous": Predicate(
        (ADDRESS, SIZE), BOOL, "every mapping in the range is private and anonymous"
    ),
    # Strings and pathnames.
    "string_readable": Predicate(
        (PATH, SIZE),
        BOOL,
        "the bytes up to the first NUL, or up to that many, can be read",
        "test trace",
    ),
    "string_len": Predicate(
        (PATH, SIZE), INT, "bytes before the first NUL, at most that many", "test trace"
    ),
    "path_absolute": Predicate((PATH,), BOOL, "the pathname begins with a slash", "test trace"),
    "path_slash": Predicate(
        (FD, PATH),
        BOOL,
        "the pathname ends with a slash, or its last component is a symbolic link whose target"
        " does, and so on along the chain",
    ),
    "path_kind": Predicate(
        (FD, PATH),
        "path kind",
        "what stat() of the pathname would find: an object; none if only the last component does"
        " not exist; or what stops the walk: missing, notdir, noaccess, loop, longname",
    ),
    "path_lkind": Predicate(
        (FD, PATH),
        "path kind",
        "the same for lstat(), which does not follow the last component unless a slash is behind"
        " it",
    ),
    "path_mount": Predicate(
        (FD, PATH),
        INT,
        "MOUNT_ATTR_ flags in force where the object is or would be: those of the mount and what"
        " the file system imposes",
    ),
    "path_attr": Predicate((FD, PATH), INT, "STATX_ATTR_ bits of the object"),
    "dir_attr": Predicate(
        (FD, PATH),
        INT,
        "STATX_ATTR_ bits of the directory that a new file would go to: that of the followed last"
        " component, or the object itself if it is a directory",
    ),
    "path_may_read": Predicate(
        (FD, PATH), BOOL, "mode bits, ACL and capabilities grant reading the object"
    ),
    "path_may_write": Predicate(
        (FD, PATH), BOOL, "the same for writing; read-only mounts and attributes do not count"
    ),
    "dir_may_create": Predicate(
        (FD, PATH), BOOL, "write and search permission on the directory of dir_attr"
    ),
    "path_owned": Predicate(
        (FD, PATH),
        BOOL,
        "the caller's file system user ID owns the object, or it has CAP_FOWNER over it",
    ),
    "fifo_readers": Predicate((FD, PATH), INT, "open read ends of the FIFO at the pathname"),
    # The process and the system.
    "rlimit": Predicate(
        (RLIMIT,), INT, "soft limit of the process", "test trace kernel", fixed=True
    ),
    "capable": Predicate(
        (CAPABILITY,), BOOL, "the caller has the capability", "test trace kernel", fixed=True
    ),
    "nr_open": Predicate((), INT, "the sysctl fs.nr_open", "test trace", fixed=True),
    "pending_fault": Predicate(
        (), BOOL, "fault injection makes an allocation of this call fail; otherwise unknown", "test"
    ),
    "config": Predicate(
        (CONFIG,), BOOL, "the kernel was built with the symbol, y or m", "test trace kernel", True
    ),
    "arch": Predicate((ARCH,), BOOL, "the kernel's architecture", "test trace kernel", True),
    "since": Predicate(
        (VERSION,), BOOL, "the kernel is of that release or a later one", "test trace kernel", True
    ),
    "until": Predicate(
        (VERSION,),
        BOOL,
        "the kernel is of that release or an earlier one",
        "test trace kernel",
        True,
    ),
}

#: Bare names with a value that is neither a parameter nor a constant.
QUANTITIES: dict[str, str] = {
    "page_size": "bytes of a page",
    "ret": "the result; only in what holds after the call",
}
