# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers about pathnames.

In: a pathname as it was seen. Out: the answer to one predicate, ``None`` if it is not certain; an
empty or unreadable string has no answers. Idmapped mounts are not recognised: cases that make some
must not ask who owns a file.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from typing import Final

from kapi.expr.evaluate import Value
from kapi.testgen.seen import Process, SeenPath, Thing
from kapi.testgen.setting import Setting

#: What stops a walk, by errno; ENOENT needs a closer look.
_STOPS: Final = {
    "EACCES": "noaccess",
    "ELOOP": "loop",
    "ENAMETOOLONG": "longname",
    "ENOTDIR": "notdir",
}
#: Outcomes after which there is surely no object.
_NO_OBJECT: Final = frozenset(("none", "missing", "notdir", "loop", "longname"))

#: MOUNT_ATTR_ flags by the flag of statfs that tells of them: include/linux/statfs.h.
_MOUNT_FLAGS: Final = {
    0x0001: "MOUNT_ATTR_RDONLY",
    0x0002: "MOUNT_ATTR_NOSUID",
    0x0004: "MOUNT_ATTR_NODEV",
    0x0008: "MOUNT_ATTR_NOEXEC",
    0x0400: "MOUNT_ATTR_NOATIME",
    0x0800: "MOUNT_ATTR_NODIRATIME",
    0x2000: "MOUNT_ATTR_NOSYMFOLLOW",
}
_ST_VALID: Final = 0x0020
#: File systems with SB_I_NODEV, which no flag of statfs tells of.
_WITHOUT_DEVICES: Final = frozenset(("proc", "sysfs"))

Answer = Callable[[Setting, SeenPath, Process], Value]


def _stop(setting: Setting, error: int, parent: Thing | None) -> str | None:
    """The word for an errno of stat."""
    if error == setting.number("ENOENT"):
        # A directory that was removed has no links, and nothing is found in it.
        exists = parent is not None and stat.S_ISDIR(parent.mode) and parent.nlink > 0
        return "none" if exists else "missing"
    words = (word for name, word in _STOPS.items() if setting.number(name) == error)
    return next(words, None)


def path_kind(setting: Setting, seen: SeenPath, _: Process) -> str | None:
    """What stat would find."""
    if seen.thing is not None:
        return setting.kind(seen.thing, setting.fs_type(seen.fs, seen.thing))
    if seen.error is None or seen.folder is None:
        return None
    return _stop(setting, seen.error, seen.folder.thing)


def path_lkind(setting: Setting, seen: SeenPath, process: Process) -> str | None:
    """What lstat would find."""
    if seen.lthing is not None:
        kind = setting.kind(seen.lthing, None)
        # Only by way of a link to a descriptor a pipe without a name is reached.
        return path_kind(setting, seen, process) if kind == "fifo" else kind
    if seen.lerror is None:
        return None
    parent = None
    if seen.parent_links is not None and seen.parent_mode is not None:
        parent = Thing(seen.parent_mode, seen.parent_links, 0, 0, 0, (0, 0), (0, 0), 0)
    return _stop(setting, seen.lerror, parent)


def path_slash(_: Setting, seen: SeenPath, __: Process) -> bool | None:
    """Whether the pathname ends with a slash, or a link at its end does."""
    return seen.slash


def path_mount(setting: Setting, seen: SeenPath, process: Process) -> int | None:
    """Flags in force for the object, or for the directory that it would come to."""
    flags, magic, thing = seen.mount, seen.fs, seen.thing
    if path_kind(setting, seen, process) == "none" and seen.folder is not None:
        flags, magic, thing = seen.folder.mount, seen.folder.fs, seen.folder.thing
    fs = setting.fs_type(magic, thing)
    # A file system of another user namespace has no devices, and does not say so.
    if flags is None or not flags & _ST_VALID or not setting.is_initial_user_ns(process):
        return None
    found = setting.number("MOUNT_ATTR_NODEV") if fs in _WITHOUT_DEVICES else 0
    for flag, name in _MOUNT_FLAGS.items():
        found |= setting.number(name) if flags & flag else 0
    return found


def path_attr(setting: Setting, seen: SeenPath, process: Process) -> int | None:
    """Attributes of the object; what does not exist has none."""
    if seen.thing is not None:
        return seen.thing.attributes
    return 0 if path_kind(setting, seen, process) in _NO_OBJECT else None


def dir_attr(_: Setting, seen: SeenPath, __: Process) -> int | None:
    """Attributes of the directory that a new file would go to."""
    if seen.folder is None or seen.folder.thing is None:
        return None
    return seen.folder.thing.attributes


def _permission(setting: Setting, answer: int | None, thing: Thing | None) -> bool | None:
    """What the answer to a request for permission means."""
    if answer is None or thing is None:
        return None
    if answer == 0:
        return True
    return False if answer == -setting.number("EACCES") else None


def path_may_read(setting: Setting, seen: SeenPath, _: Process) -> bool | None:
    """Whether the caller may read the object."""
    return _permission(setting, seen.read, seen.thing)


def path_may_write(setting: Setting, seen: SeenPath, process: Process) -> bool | None:
    """Whether the caller may write the object, but for read-only mounts and attributes."""
    found = _permission(setting, seen.write, seen.thing)
    return _despite_others(setting, found, seen.thing, process)


def dir_may_create(setting: Setting, seen: SeenPath, process: Process) -> bool | None:
    """Whether the caller may make an entry in the directory that a new file would go to."""
    folder = seen.folder
    if folder is None or folder.thing is None or not stat.S_ISDIR(folder.thing.mode):
        return None
    found = _permission(setting, folder.wx, folder.thing)
    return _despite_others(setting, found, folder.thing, process)


def _despite_others(
    setting: Setting, found: bool | None, thing: Thing | None, process: Process
) -> bool | None:
    """Where something else than permission refused first: who overrides permission has it."""
    if found is not None or thing is None:
        return found
    return True if setting.has_capability(process, "CAP_DAC_OVERRIDE") else None


def path_owned(setting: Setting, seen: SeenPath, process: Process) -> bool | None:
    """Whether the caller owns the object, or has CAP_FOWNER over it."""
    if seen.thing is None:
        return None
    if seen.thing.uid == process.fsuid:
        return True
    # In another user namespace it depends on which owners are mapped there.
    if not setting.is_initial_user_ns(process):
        return None
    return setting.has_capability(process, "CAP_FOWNER")


def fifo_readers(setting: Setting, seen: SeenPath, process: Process) -> int | None:
    """Open read ends of a FIFO; of what is none there are none."""
    kind = path_kind(setting, seen, process)
    if kind in ("fifo", "pipe"):
        return seen.readers
    return None if kind in (None, "noaccess") else 0


ANSWERS: Final[dict[str, Answer]] = {
    "path_kind": path_kind,
    "path_lkind": path_lkind,
    "path_slash": path_slash,
    "path_mount": path_mount,
    "path_attr": path_attr,
    "dir_attr": dir_attr,
    "path_may_read": path_may_read,
    "path_may_write": path_may_write,
    "dir_may_create": dir_may_create,
    "path_owned": path_owned,
    "fifo_readers": fifo_readers,
}
