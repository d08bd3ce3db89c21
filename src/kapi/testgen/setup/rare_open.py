# SPDX-License-Identifier: GPL-2.0-or-later
"""Rare reasons for open and openat to fail: on the way to the object and at it.

In: nothing. Out: the table :data:`RARE_OPEN`. What only a server, a device or a failure inside the
kernel brings about is in :mod:`kapi.testgen.setup.rare_served`.
"""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Arg, Data, Joined, Slot, Words
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, machine, mounts, process, served
from kapi.testgen.setup.memory import memfd
from kapi.testgen.setup.rare_entry import AS_ROOT, IN_GUEST, Make, Rare, alarm
from kapi.testgen.setup.steps import AT_FDCWD, Steps

_Args = tuple[Arg, ...]
_SOMEBODY: Final = 1000
_READ: Final = ("O_RDONLY", 0)
_CREATE: Final = ("O_CREAT | O_WRONLY", 0o600)
#: Descriptors that fill the first table of a process.
_TABLE: Final = 64


def _escaped(steps: Steps, arming: Steps) -> _Args:
    """The working directory is moved out of the part of its file system that is mounted."""
    mounts.own_mounts(steps)
    for name in (b"part", b"part/deep", b"there"):
        files.folder(steps, name)
    files.file(steps, b"part/file")
    top = fds.opened(steps, b".", "O_PATH")
    steps.do("mount", b"part", b"there", 0, "MS_BIND", 0)
    steps.do("chdir", b"there/deep")
    arming.do("renameat2", top, b"part/deep", top, b"away", 0)
    return b"../file", *_READ


def _map_file(steps: Steps, _arming: Steps) -> _Args:
    """A file by way of map_files, without any capability."""
    fd = fds.regular(steps, size=4096)
    steps.do("mmap", 0x200000000, 4096, "PROT_READ", "MAP_PRIVATE | MAP_FIXED", fd, 0)
    process.keep_capabilities(steps, 0)
    return b"/proc/self/map_files/200000000-200001000", *_READ


def _ended_process(steps: Steps, _arming: Steps) -> _Args:
    """The working directory is that of a process in procfs, which has ended."""
    steps.add("signal", "SIGCHLD", word="ignore")
    child = steps.make("child")
    steps.do("chdir", Joined((b"/proc/", child)))
    steps.do("kill", child, "SIGKILL")
    served.pause(steps, 50)
    return b"status", *_READ


def _table_at_limit(steps: Steps, _arming: Steps) -> _Args:
    """The table is full, and fs.nr_open does not let it grow."""
    fd = fds.regular(steps)
    for _ in range(_TABLE - 2):
        steps.do("dup", fd)
    machine.sysctl(steps, "fs.nr_open", _TABLE)
    steps.do("dup", fd)
    return b"file", *_READ


def _foreign_in_sticky(steps: Steps, _arming: Steps) -> _Args:
    machine.sysctl(steps, "fs.protected_regular", 1)
    files.folder(steps, b"sticky", 0o1777, owner=_SOMEBODY)
    return files.file(steps, b"sticky/file", mode=0o666, owner=_SOMEBODY + 1), *_CREATE


def _mapped_mount(steps: Steps, arming: Steps) -> None:
    """A tmpfs is mounted on itself once more, where of all users only root has a number."""
    mounts.tmpfs(steps)
    files.file(steps, b"mnt/foreign", mode=0o666, owner=_SOMEBODY)
    namespace = fds.opened(
        steps, Joined((b"/proc/", steps.make("userns"), b"/ns/user")), "O_RDONLY"
    )
    tree = steps.call("open_tree", AT_FDCWD, b"mnt", "OPEN_TREE_CLONE")
    attributes = steps.room(32)  # struct mount_attr
    steps.store(attributes, 8, "MOUNT_ATTR_IDMAP")
    steps.store(attributes + 24, 8, namespace)
    steps.do("mount_setattr", tree, b"", "AT_EMPTY_PATH", attributes, 32)
    arming.do("move_mount", tree, b"", AT_FDCWD, b"mnt", "MOVE_MOUNT_F_EMPTY_PATH")


def _unmapped_owner(steps: Steps, arming: Steps) -> _Args:
    _mapped_mount(steps, arming)
    return b"mnt/foreign", "O_WRONLY", 0


def _unmapped_caller(steps: Steps, arming: Steps) -> _Args:
    _mapped_mount(steps, arming)
    process.become(arming, _SOMEBODY)
    return b"mnt/new", *_CREATE


def _landlocked(steps: Steps, _arming: Steps) -> _Args:
    """Landlock lets no file be read."""
    name = files.file(steps)
    handled = Words((1 << 2,))  # LANDLOCK_ACCESS_FS_READ_FILE
    rules = steps.call("landlock_create_ruleset", handled, 8, 0)
    steps.do("prctl", "PR_SET_NO_NEW_PRIVS", 1, 0, 0, 0)
    steps.do("landlock_restrict_self", rules, 0)
    steps.do("close", rules)
    return name, *_READ


def _sealed(steps: Steps, _arming: Steps) -> _Args:
    fd = memfd(steps, 10)
    steps.do("fcntl", fd, "F_ADD_SEALS", "F_SEAL_SHRINK")
    return files.descriptor_path(steps, fd), "O_RDWR | O_TRUNC", 0


def _leased(steps: Steps, flags: str) -> _Args:
    """A file with a lease of the caller's own, which counts like others."""
    fd = fds.regular(steps, "O_RDONLY")
    steps.do("fcntl", fd, "F_SETLEASE", "F_RDLCK")
    steps.add("signal", "SIGIO", word="ignore")
    return b"file", f"O_WRONLY | {flags}", 0


def _lease_in_the_way(steps: Steps, _arming: Steps) -> _Args:
    return _leased(steps, "O_NONBLOCK")


def _wait_for_lease(steps: Steps, arming: Steps) -> _Args:
    alarm(steps, arming)
    return _leased(steps, "0")


def _wait_for_fifo(steps: Steps, arming: Steps) -> _Args:
    alarm(steps, arming)
    return files.fifo(steps), *_READ


def _denied(steps: Steps, arming: Steps) -> _Args:
    """A listener refuses the opening, which has reserved a number before the listener is told."""
    name = files.file(steps)
    group, number = listener(steps)
    arming.do("fanotify_mark", group, "FAN_MARK_ADD", "FAN_OPEN_PERM", AT_FDCWD, name)
    deny(steps, arming, group, steps.let(number + 1))
    return name, *_READ


def listener(steps: Steps) -> tuple[Slot, Slot]:
    """A group of fanotify that is asked for permission, and the number that comes next."""
    group = steps.call("fanotify_init", "FAN_CLASS_CONTENT", "O_RDONLY")
    return group, process.next_number(steps)


def deny(steps: Steps, arming: Steps, group: Slot, number: Slot) -> None:
    """A thread takes the first event, and another refuses what it is about.

    :param number: of the descriptor that comes with the event.
    """
    room = steps.room(256)
    reply = steps.room(8)  # struct fanotify_response
    steps.store(reply, 4, number)
    steps.store(reply + 4, 4, "FAN_DENY")
    arming.add("thread", 0, group, room, 256, word="read")
    arming.add("thread", 100, group, reply, 8, word="write")
    arming.add("thread", 150, group, "FAN_MARK_FLUSH", 0, AT_FDCWD, 0, word="fanotify_mark")


def _no_inode(steps: Steps, _arming: Steps) -> _Args:
    mounts.tmpfs(steps, data=b"nr_inodes=2,mode=1777")
    files.file(steps, b"mnt/last")
    return b"mnt/new", *_CREATE


def _no_quota(steps: Steps, _arming: Steps) -> _Args:
    mounts.tmpfs(steps, data=b"mode=1777,usrquota,usrquota_inode_hardlimit=1")
    process.become(steps)
    files.file(steps, b"mnt/last")
    return b"mnt/new", *_CREATE


def _too_many_files(steps: Steps, _arming: Steps) -> _Args:
    name = files.file(steps)
    machine.sysctl(steps, "fs.file-max", 0)
    process.become(steps)
    return name, *_READ


def _without_key(steps: Steps, _arming: Steps) -> _Args:
    """A directory that is encrypted with a key that nobody has."""
    name = mounts.disk(steps, b"/dev/vda") + b"/secret"
    steps.attempt("unlinkat", AT_FDCWD, name, "AT_REMOVEDIR")
    files.folder(steps, name)
    fd = fds.opened(steps, name, "O_RDONLY | O_DIRECTORY")
    # struct fscrypt_policy_v1: AES-256-XTS for content, AES-256-CTS for names.
    steps.do("ioctl", fd, "FS_IOC_SET_ENCRYPTION_POLICY", Data(bytes((0, 1, 4, 0)) + b"no-key.."))
    steps.do("close", fd)
    return name + b"/new", *_CREATE


def _verified(steps: Steps, _arming: Steps) -> _Args:
    """A file whose content fs-verity vouches for."""
    name = mounts.disk(steps, b"/dev/vda") + b"/verified"
    steps.attempt("unlinkat", AT_FDCWD, name, 0)
    files.file(steps, name)
    fd = fds.opened(steps, name, "O_RDONLY")
    argument = steps.room(128)  # struct fsverity_enable_arg
    for offset, value in ((0, 1), (4, 1), (8, 1024)):  # version, FS_VERITY_HASH_ALG_SHA256, block
        steps.store(argument + offset, 4, value)
    steps.do("ioctl", fd, "FS_IOC_ENABLE_VERITY", argument)
    steps.do("close", fd)
    return name, "O_WRONLY", 0


def _raw_memory(steps: Steps, _arming: Steps) -> _Args:
    process.keep_capabilities(steps, 0)
    return b"/dev/mem", *_READ


def _unknown_device(steps: Steps, _arming: Steps) -> _Args:
    """A number of the driver of miscellaneous devices that nobody has registered."""
    return files.node(steps, "S_IFCHR", 10, 250), *_READ


def _exclusive_terminal(steps: Steps, _arming: Steps) -> _Args:
    ends = fds.terminal(steps)
    steps.do("ioctl", ends.second, "TIOCEXCL", 0)
    process.keep_capabilities(steps, 0)
    return files.descriptor_path(steps, ends.second), "O_RDWR | O_NOCTTY", 0


def _read_only(steps: Steps, _arming: Steps) -> _Args:
    mounts.tmpfs(steps)
    name = files.file(steps, b"mnt/file")
    mounts.make_read_only(steps)
    return name, "O_ACCMODE", 0


def _literal(*args: Arg) -> Make:
    return lambda _steps, _arming: args


def _anonymous(steps: Steps, _arming: Steps) -> _Args:
    return files.descriptor_path(steps, fds.eventfd(steps)), *_READ


def _executed(steps: Steps, _arming: Steps) -> _Args:
    return files.running_program(steps), "O_WRONLY", 0


#: Entries of open; openat has the same.
RARE_OPEN: Final = (
    Rare("open", "ENOENT.escaped", _escaped, AS_ROOT),
    Rare("open", "ENOENT.no-create", _literal(b"/proc/gone", *_CREATE), IN_GUEST),
    Rare("open", "EPERM.proc", _map_file),
    Rare("open", "ESRCH.proc", _ended_process),
    Rare("open", "EMFILE.nr-open", _table_at_limit, IN_GUEST),
    Rare("open", "ENFILE.file-max", _too_many_files, IN_GUEST),
    Rare("open", "EINVAL.direct", _literal(b"/dev/null", "O_RDONLY | O_DIRECT", 0)),
    Rare("open", "EACCES.sticky", _foreign_in_sticky, IN_GUEST),
    Rare("open", "EACCES.no-create", _literal(b"/sys/gone", *_CREATE), IN_GUEST),
    Rare("open", "EACCES.unmapped", _unmapped_owner, AS_ROOT),
    Rare("open", "EACCES.open-lsm", _landlocked),
    Rare("open", "EOVERFLOW.unmapped-create", _unmapped_caller, AS_ROOT),
    Rare("open", "EPERM.sealed", _sealed),
    Rare("open", "EPERM.verity", _verified, IN_GUEST),
    Rare("open", "EPERM.fanotify", _denied, AS_ROOT),
    Rare("open", "EPERM.device", _raw_memory, IN_GUEST),
    Rare("open", "EROFS.access-mode-3", _read_only, AS_ROOT),
    Rare("open", "ETXTBSY.executed", _executed),
    Rare("open", "ENXIO.anonymous", _anonymous),
    Rare("open", "ENXIO.no-device", _literal(b"/dev/tty", *_READ)),
    Rare("open", "ENODEV.device", _unknown_device, IN_GUEST),
    Rare("open", "EBUSY.device", _exclusive_terminal, AS_ROOT),
    Rare("open", "EAGAIN.lease", _lease_in_the_way),
    Rare("open", "EINTR.lease", _wait_for_lease),
    Rare("open", "EINTR.fifo", _wait_for_fifo),
    Rare("open", "ENOSPC.space", _no_inode, AS_ROOT),
    Rare("open", "EDQUOT.quota", _no_quota, IN_GUEST),
    Rare("open", "ENOKEY.encrypted", _without_key, IN_GUEST),
)
