# SPDX-License-Identifier: GPL-2.0-or-later
"""What calls do to descriptors and processes, by the name of the call.

In: a call that has returned, its arguments as text. Out: changed books. An effect that a trace does
not show makes numbers unknown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from kapi.trace.books import CLOSED, UNKNOWN, Description, Pending, Slot
from kapi.trace.context import Context
from kapi.trace.numbers import Numbers
from kapi.trace.process_effects import prctl, prlimit, seccomp, set_limit, unshare, unshare_table
from kapi.trace.values import field_of, number_of, pair_of

Effect = Callable[[Context, int], None]

_RDWR: Final = os.O_RDWR


def _made(kind: str | None, at: int, flag: str, access: int | None = _RDWR) -> Effect:
    """The effect of a call that gives a new descriptor of some kind.

    :param at: index of the argument with the flags; -1 if there are none.
    :param flag: the one for close-on-exec; empty if the flag is always set, ``-`` if never.
    """

    def effect(context: Context, ret: int) -> None:
        given = context.number(at) if at >= 0 else 0
        cloexec = not flag if flag in ("", "-") else context.has(given, flag)
        nonblocking = context.has(given, "O_NONBLOCK")
        flags = None
        if access is not None and nonblocking is not None and flag.endswith("O_CLOEXEC"):
            flags = access | (context.numbers.need("O_NONBLOCK") if nonblocking else 0)
        file = Description(kind, flags, *_modes(access))
        context.opened(ret, file, False if flag == "-" else cloexec)

    return effect


def _modes(access: int | None) -> tuple[bool | None, bool | None]:
    if access is None:
        return None, None
    mode = access & os.O_ACCMODE
    return mode in (os.O_RDONLY, os.O_RDWR), mode in (os.O_WRONLY, os.O_RDWR)


def _open_at(at: int) -> Effect:
    def effect(context: Context, ret: int) -> None:
        _opened(context, ret, context.number(at))

    return effect


def _openat2(context: Context, ret: int) -> None:
    text = context.args[2] if len(context.args) > 2 else ""
    _opened(context, ret, field_of(text, "flags", context.numbers.constant))


def _creat(context: Context, ret: int) -> None:
    _opened(context, ret, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)


def _opened(context: Context, ret: int, flags: int | None) -> None:
    """A descriptor from a pathname; fs/open.c: do_dentry_open() says which flags stay."""
    if flags is None:
        context.opened(ret, Description(), None)
        return
    found = _open_facts(flags & 0xFFFFFFFF, context.numbers.machine)
    context.opened(ret, Description(*found[:4]), found[4])


@lru_cache(256)
def _open_facts(flags: int, machine: str) -> tuple[str | None, int, bool | None, bool | None, bool]:
    """Kind, status flags, whether it can be read and written, close-on-exec."""
    need = Numbers(machine).need
    cloexec = bool(flags & need("O_CLOEXEC"))
    if flags & need("O_PATH"):
        kept = need("O_PATH") | need("O_DIRECTORY") | need("O_NOFOLLOW") | need("O_CLOEXEC")
        return "path", flags & kept, False, False, cloexec
    kind = None
    if _is_both(flags, need("O_TMPFILE")) or _is_both(flags, os.O_CREAT | os.O_EXCL):
        kind = "reg"
    elif flags & need("O_DIRECTORY"):
        kind = "dir"
    kept = flags & need("VALID_OPEN_FLAGS")
    kept &= ~(os.O_CREAT | os.O_EXCL | os.O_NOCTTY | os.O_TRUNC)
    return kind, kept | need("O_LARGEFILE"), *_modes(flags), cloexec


def _is_both(flags: int, wanted: int) -> bool:
    return flags & wanted == wanted


def _duplicate(context: Context, ret: int, cloexec: bool | None) -> None:
    old = context.fd(0)
    slot = UNKNOWN
    if old is not None:
        slot = context.thread.table.certain_slot(old, context.call.start)
    if slot.file is None:
        context.put(ret, Slot(True, None, cloexec))
    else:
        context.put(ret, Slot(True, slot.file, cloexec))


def _dup(context: Context, ret: int) -> None:
    _duplicate(context, ret, cloexec=False)


def _dup2(context: Context, ret: int) -> None:
    if context.fd(0) != ret:
        _duplicate(context, ret, cloexec=False)


def _dup3(context: Context, ret: int) -> None:
    _duplicate(context, ret, context.has(context.number(2), "O_CLOEXEC"))


@lru_cache(8)
def _commands(machine: str) -> dict[int, str]:
    names = ("F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETFD", "F_SETFL")
    return {Numbers(machine).need(name): name for name in names}


def _fcntl(context: Context, ret: int) -> None:
    number, command = context.fd(0), context.number(1)
    table = context.thread.table
    if command is None or number is None:
        table.forget(context.now)
        return
    name = _commands(context.numbers.machine).get(command)
    if name is None:
        return
    given = context.number(2)
    if name in ("F_DUPFD", "F_DUPFD_CLOEXEC"):
        _duplicate(context, ret, name == "F_DUPFD_CLOEXEC")
    elif name == "F_SETFD":
        cloexec = None if given is None else bool(given & 1)
        context.put(number, Slot(True, table.slot(number).file, cloexec))
    else:
        file = table.slot(number).file
        if file is not None:
            file.flags = _new_flags(context, file.flags, given)


def _new_flags(context: Context, old: int | None, given: int | None) -> int | None:
    """Status flags after F_SETFL; fs/fcntl.c: SETFL_MASK."""
    if old is None or given is None:
        return None
    names = ("O_APPEND", "O_NONBLOCK", "O_DIRECT", "O_NOATIME", "FASYNC")
    mask = sum(context.numbers.need(name) for name in names)
    return (old & ~mask) | (given & mask)


def _pair(kind: str, at: int, array: int, flag: str, modes: tuple[int, int]) -> Effect:
    """The effect of a call that stores two descriptors."""

    def effect(context: Context, _ret: int) -> None:
        found = pair_of(context.args[array]) if array < len(context.args) else None
        if found is None:
            context.thread.table.loosen(context.now)
            return
        given = context.number(at) if at >= 0 else 0
        cloexec = context.has(given, flag)
        mask = context.numbers.need("O_NONBLOCK") | context.numbers.need("O_DIRECT")
        for number, access in zip(found, modes, strict=True):
            flags = None if given is None else access | (given & mask)
            context.opened(number, Description(kind, flags, *_modes(access)), cloexec)

    return effect


def _close(context: Context, _ret: int) -> None:
    number = context.fd(0)
    table = context.thread.table
    if number is None:
        table.forget(context.now)
        return
    context.put(number, CLOSED)
    table.closings[number] = context.text


def _close_range(context: Context, _ret: int) -> None:
    first, last, flags = context.fd(0), context.fd(1), context.number(2)
    thread = context.thread
    if first is None or last is None or flags is None:
        thread.table.forget(context.now)
        return
    if context.has(flags, "CLOSE_RANGE_UNSHARE"):
        unshare_table(thread)
    table = thread.table
    on_exec = context.has(flags, "CLOSE_RANGE_CLOEXEC")
    for number, slot in list(table.slots.items()):
        if not first <= number <= last:
            continue
        if not on_exec:
            context.put(number, CLOSED)
            if slot.is_open:
                table.closings[number] = context.text
        elif slot.is_open is not False:
            context.put(number, Slot(slot.is_open, slot.file, cloexec=True))
    if not on_exec and first <= 3 and last == 0xFFFFFFFF and not table.pending and not table.wild:
        table.rest = CLOSED


def _ioctl(context: Context, ret: int) -> None:
    number, command = context.fd(0), context.number(1)
    constant = context.numbers.constant
    table = context.thread.table
    slot = UNKNOWN if number is None else table.slot(number)
    if number is not None and command in (constant("FIOCLEX"), constant("FIONCLEX")):
        context.put(number, Slot(True, slot.file, command == constant("FIOCLEX")))
    elif slot.file is not None and command in (constant("FIONBIO"), constant("FIOASYNC")):
        slot.file.flags = None
    elif command is None or not _is_plain_ioctl(command):
        table.loosen(context.now)
        if ret > 0:
            context.put(ret, UNKNOWN)


def _is_plain_ioctl(command: int) -> bool:
    """Whether it belongs to terminals or sockets and gives no descriptor.

    include/uapi/asm-generic/ioctls.h and include/uapi/linux/sockios.h; TIOCGPTPEER is 0x5441.
    """
    return command >> 8 in (0x54, 0x89) and command != 0x5441


_RIGHTS: Final = re.compile(
    r"cmsg_level=(?:0x1|1|SOL_SOCKET)\b[^,]*, cmsg_type=(?:0x1|1|SCM_RIGHTS)\b[^,]*,"
    r" cmsg_data=\[([^]]*)\]"
)
_NO_CONTROL: Final = re.compile(r"msg_controllen=0\b")


def _received(context: Context, _ret: int) -> None:
    """Descriptors that came by a socket: open, but of whatever kind."""
    text = context.call.args
    known = _RIGHTS.findall(text)
    controls = text.count("msg_control=") or text.count("msg_controllen=")
    shown = len(known) + len(_NO_CONTROL.findall(text))
    for numbers in known:
        for word in re.findall(r"(?<![<\w/:.])\d+(?:<[^>]*>)?", numbers):
            context.put(int(word.partition("<")[0]), Slot(True))
    if shown < controls or "..." in "".join(known):
        context.thread.table.loosen(context.now)


def _sent(context: Context, _ret: int) -> None:
    """Descriptors that somebody else gets, who may change their flags."""
    table = context.thread.table
    if "cmsg_" not in context.call.args:
        return
    for slot in table.slots.values():
        if slot.file is not None and slot.file.flags is not None:
            slot.file.flags = None


def _signalfd(at: int) -> Effect:
    make = _made("signalfd", at, "O_CLOEXEC" if at >= 0 else "-")

    def effect(context: Context, ret: int) -> None:
        if context.fd(0) != ret:
            make(context, ret)

    return effect


def _maybe_one(context: Context, ret: int) -> None:
    """A call that gives a descriptor for some commands, and a number for others."""
    context.thread.table.loosen(context.now)
    if ret > 0:
        context.put(ret, UNKNOWN)


def _io_uring(context: Context, ret: int) -> None:
    context.opened(ret, Description("other", None, None, None), cloexec=True)
    context.thread.table.forget(context.now)
    context.thread.table.wild = True


#: By call: what its success does. The result is that of the call.
EFFECTS: Final[dict[str, Effect]] = {
    "open": _open_at(1),
    "openat": _open_at(2),
    "openat2": _openat2,
    "creat": _creat,
    "open_by_handle_at": _open_at(2),
    "close": _close,
    "close_range": _close_range,
    "dup": _dup,
    "dup2": _dup2,
    "dup3": _dup3,
    "fcntl": _fcntl,
    "fcntl64": _fcntl,
    "pipe": _pair("pipe", -1, 0, "O_CLOEXEC", (os.O_RDONLY, os.O_WRONLY)),
    "pipe2": _pair("pipe", 1, 0, "O_CLOEXEC", (os.O_RDONLY, os.O_WRONLY)),
    "socketpair": _pair("socket", 1, 3, "O_CLOEXEC", (os.O_RDWR, os.O_RDWR)),
    "socket": _made("socket", 1, "O_CLOEXEC"),
    "accept": _made("socket", -1, "-"),
    "accept4": _made("socket", 3, "O_CLOEXEC"),
    "eventfd": _made("eventfd", -1, "-"),
    "eventfd2": _made("eventfd", 1, "O_CLOEXEC"),
    "timerfd_create": _made("timerfd", 1, "O_CLOEXEC"),
    "signalfd": _signalfd(-1),
    "signalfd4": _signalfd(3),
    "epoll_create": _made("epoll", -1, "-"),
    "epoll_create1": _made("epoll", 0, "O_CLOEXEC"),
    "inotify_init": _made("inotify", -1, "-", os.O_RDONLY),
    "inotify_init1": _made("inotify", 0, "O_CLOEXEC", os.O_RDONLY),
    "fanotify_init": _made("fanotify", 0, "FAN_CLOEXEC", None),
    "memfd_create": _made("memfd", 1, "MFD_CLOEXEC"),
    "memfd_secret": _made("other", 0, "O_CLOEXEC", None),
    "userfaultfd": _made("other", 0, "O_CLOEXEC", None),
    "perf_event_open": _made("other", 4, "PERF_FLAG_FD_CLOEXEC", None),
    "pidfd_open": _made("pidfd", -1, "", None),
    "pidfd_getfd": _made(None, -1, "", None),
    "mq_open": _made(None, -1, "", None),
    "fsopen": _made("other", 1, "FSOPEN_CLOEXEC", None),
    "fspick": _made("other", 2, "FSOPEN_CLOEXEC", None),
    "fsmount": _made("path", 1, "FSMOUNT_CLOEXEC", None),
    "open_tree": _made("path", 2, "OPEN_TREE_CLOEXEC", None),
    "open_tree_attr": _made("path", 2, "OPEN_TREE_CLOEXEC", None),
    "landlock_create_ruleset": _maybe_one,
    "bpf": _maybe_one,
    "ioctl": _ioctl,
    "recvmsg": _received,
    "recvmmsg": _received,
    "sendmsg": _sent,
    "sendmmsg": _sent,
    "io_uring_setup": _io_uring,
    "io_uring_enter": _maybe_one,
    "io_uring_register": _maybe_one,
    "seccomp": seccomp,
    "prctl": prctl,
    "ptrace": lambda _context, _ret: None,
    "personality": lambda _context, _ret: None,
    "unshare": unshare,
    "setrlimit": set_limit,
    "prlimit64": prlimit,
}


def pending_of(name: str, args: tuple[str, ...], numbers: Numbers) -> Pending | None:
    """What a call that is under way may change; ``None`` if nothing."""
    first = number_of(args[0], numbers.constant) if args else None
    if name == "close":
        return Pending(None if first is None else frozenset((first & 0xFFFFFFFF,)))
    if name in ("dup2", "dup3"):
        second = number_of(args[1], numbers.constant) if len(args) > 1 else None
        return Pending(None if second is None else frozenset((second & 0xFFFFFFFF,)))
    if name in ("fcntl", "fcntl64"):
        return Pending(None if first is None else frozenset((first & 0xFFFFFFFF,)), creates=True)
    if name in _NO_NUMBERS:
        return None
    if name in _CREATES:
        return Pending(frozenset(), creates=True)
    return Pending(None)


_NO_NUMBERS: Final = frozenset(
    """
    clone clone3 execve execveat fork personality prctl prlimit64 ptrace sendmmsg sendmsg setrlimit
    vfork
    """.split()
)
_CREATES: Final = frozenset(EFFECTS) - _NO_NUMBERS - {"close_range", "unshare"}
