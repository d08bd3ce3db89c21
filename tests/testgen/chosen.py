"""Cases chosen by hand, and what the kernel answers; they hold on Linux 6.12 and later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from kapi.testgen.case import ROOT, Arg, Case
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, memory, mounts, process
from kapi.testgen.setup.steps import AT_FDCWD, Steps

WAITS = "waits"
"""The expected outcome of a call that does not return."""

#: A number, the name of an errno, :data:`WAITS`, or ``None`` where file systems differ.
Expected = int | str | None


class Chosen(NamedTuple):
    """A case and the result that it has."""

    case: Case
    expected: Expected


def chosen(
    name: str,
    call: str,
    steps: Steps,
    args: tuple[Arg, ...],
    expected: Expected,
    arming: Steps | None = None,
    root: bool = False,
) -> Chosen:
    """One case; signals that would kill are counted."""
    for signal in ("SIGPIPE", "SIGXFSZ"):
        process.count_signal(steps, signal)
    case = Case(
        id=f"{call}-{name}",
        call=f"sys_{call}",
        args=args,
        setup=tuple(steps.ops),
        arming=tuple(arming.ops) if arming else (),
        tags=frozenset((ROOT,)) if root else frozenset(),
    )
    return Chosen(case, expected)


# What each descriptor of the table answers: to reading 16 bytes, to writing 8.

CLOSED = ("closed", "reserved", "minus-1", "int-max", "int-min", "at-fdcwd")
ON_DESCRIPTORS: dict[str, tuple[Expected, Expected]] = {
    "reg": (10, 8),
    "reg-read": (10, "EBADF"),
    "reg-write": ("EBADF", 8),
    "reg-append": ("EBADF", 8),
    "reg-nonblock": (10, 8),
    "reg-mode-3": ("EBADF", "EBADF"),
    "reg-cloexec": (10, 8),
    "reg-end": (0, 8),
    "reg-empty": (0, 8),
    "reg-duplicate": (10, 8),
    "folder": ("EISDIR", "EBADF"),
    "path-file": ("EBADF", "EBADF"),
    "path-folder": ("EBADF", "EBADF"),
    "path-link": ("EBADF", "EBADF"),
    "pipe-read": ("EAGAIN", "EBADF"),
    "pipe-read-blocking": (WAITS, "EBADF"),
    "pipe-read-data": (10, "EBADF"),
    "pipe-read-end": (0, "EBADF"),
    "pipe-write": ("EBADF", 8),
    "pipe-write-full": ("EBADF", "EAGAIN"),
    "pipe-write-full-blocking": ("EBADF", WAITS),
    "pipe-write-broken": ("EBADF", "EPIPE"),
    "fifo-read": (0, "EBADF"),
    "fifo-both": ("EAGAIN", 8),
    "fifo-write-broken": ("EBADF", "EPIPE"),
    "stream": ("EAGAIN", 8),
    "stream-data": (10, 8),
    "stream-closed": (0, "EPIPE"),
    "stream-reset": ("ECONNRESET", "EPIPE"),
    "stream-timeout": ("EAGAIN", 8),
    "datagram": ("EAGAIN", 8),
    "datagram-data": (10, 8),
    "datagram-closed": ("EAGAIN", "ECONNREFUSED"),
    "datagram-alone": (WAITS, "ENOTCONN"),
    "seqpacket-data": (10, 8),
    "tcp": ("ENOTCONN", "EPIPE"),
    "udp": ("EAGAIN", "EDESTADDRREQ"),
    "eventfd-0": ("EAGAIN", 8),
    "eventfd-1": (8, 8),
    "eventfd-most": (8, "EAGAIN"),
    "eventfd-semaphore": (8, 8),
    "eventfd-blocking": (WAITS, 8),
    "timerfd": ("EAGAIN", "EINVAL"),
    "timerfd-expired": (8, "EINVAL"),
    "timerfd-cancelable": ("EAGAIN", "EINVAL"),
    "signalfd": ("EINVAL", "EINVAL"),
    "signalfd-pending": ("EINVAL", "EINVAL"),
    "epoll": ("EINVAL", "EINVAL"),
    "epoll-ready": ("EINVAL", "EINVAL"),
    "inotify": ("EAGAIN", "EBADF"),
    "inotify-event": ("EINVAL", "EBADF"),
    "fanotify": ("EAGAIN", "EINVAL"),
    "memfd": (10, 8),
    "memfd-last-position": ("EINVAL", "EINVAL"),
    "memfd-sealed-write": (10, "EPERM"),
    "memfd-sealed-grow": (10, 8),
    "memfd-sealed-future": (10, "EPERM"),
    "memfd-sealed-all": (10, "EPERM"),
    "pidfd": ("EINVAL", "EINVAL"),
    "null": (0, 8),
    "null-mode-3": ("EBADF", "EBADF"),
    "zero": (16, 8),
    "full": (16, "ENOSPC"),
    "random": (16, "EBADF"),
    "terminal-master": ("EAGAIN", 8),
    "terminal": ("EAGAIN", 8),
    "proc-status": (16, "EBADF"),
    "proc-mem": ("EIO", "EBADF"),
    "above-limit": (10, 8),
    **dict.fromkeys(CLOSED, ("EBADF", "EBADF")),
}


def on_descriptors() -> Iterator[Chosen]:
    """Each of read, write, close and dup2 on each descriptor of the table."""
    for name, (read, write) in ON_DESCRIPTORS.items():
        state = fds.DESCRIPTORS[name]
        free = "EBADF" if name in CLOSED else 0
        copied: Expected = "EBADF" if name in (*CLOSED, "above-limit") else 60
        for call, rest, expected in (
            ("read", (memory.filled, 16), read),
            ("write", (memory.filled, 8), write),
            ("close", (), free),
            ("dup2", (60,), copied),
        ):
            steps = Steps()
            fd = state.make(steps)
            more = tuple(part(steps) if callable(part) else part for part in rest)
            yield chosen(name, call, steps, (fd, *more), expected, root=bool(state.tags))


def in_buffers() -> Iterator[Chosen]:
    """Each buffer of the table with read and write."""
    outside = ("last-byte", "kernel", "gap")
    for name, state in memory.BUFFERS.items():
        bad: Expected = "EFAULT"
        if name in ("good", "ones"):
            bad = 10
        for call, fd, count, expected in (
            (
                "read",
                "reg",
                10,
                10 if name == "write-only" else 8 if name == "8-then-hole" else bad,
            ),
            ("read", "null", 10, "EFAULT" if name in outside else 0),
            ("read", "pipe-read-end", 10, "EFAULT" if name in outside else 0),
            (
                "write",
                "memfd",
                10,
                10 if name in ("read-only", "write-only") else 8 if name == "8-then-hole" else bad,
            ),
            ("write", "null", 10, "EFAULT" if name in outside else 10),
            ("write", "pipe-write", 0, "EFAULT" if name in outside else 0),
        ):
            steps = Steps()
            descriptor = fds.DESCRIPTORS[fd].make(steps)
            args = (descriptor, state.make(steps), count)
            # Whether the gap between user and kernel addresses is user space depends.
            loose = None if name == "gap" else expected
            yield chosen(f"{fd}-{name}-{count}", call, steps, args, loose)


def more_transfers() -> Iterator[Chosen]:
    """Counts, limits, signals and file systems."""
    for count, expected in (
        (0x7FFFF000, 0x7FFFF000),
        (0x80000000, 0x7FFFF000),
        (1 << 40, 0x7FFFF000),
        (1 << 63, "EFAULT"),
        ((1 << 64) - 1, "EFAULT"),
    ):
        steps = Steps()
        fd = fds.opened(steps, b"/dev/null")
        yield chosen(f"null-{count:#x}", "write", steps, (fd, 4096, count), expected)
    items: tuple[tuple[str, Callable[[Steps], Arg], dict[int, Expected]], ...] = (
        ("eventfd", fds.DESCRIPTORS["eventfd-1"].make, {7: "EINVAL", 8: 8, 9: 8}),
        ("timerfd", fds.DESCRIPTORS["timerfd-expired"].make, {7: "EINVAL", 8: 8, 9: 8}),
        ("signalfd", lambda s: fds.signalfd(s, pending=True), {127: "EINVAL", 128: 128, 300: 128}),
        ("inotify", lambda s: fds.inotify(s, event=True), {31: "EINVAL", 32: 32}),
    )
    for name, make, answers in items:
        for size, answer in answers.items():
            steps = Steps()
            args = (make(steps), memory.filled(steps), size)
            yield chosen(f"{name}-{size}", "read", steps, args, answer)
    for value, expected in ((b"\xff" * 8, "EINVAL"), (b"\xfe" + b"\xff" * 7, "EAGAIN")):
        steps = Steps()
        fd = fds.eventfd(steps, 1, "EFD_NONBLOCK")
        yield chosen(f"eventfd-{value[:1].hex()}", "write", steps, (fd, value, 8), expected)
    for at, expected in ((0, 4), (4, "EFBIG"), (9, "EFBIG")):
        steps = Steps()
        fd = fds.regular(steps, at=at)
        process.limit(steps, "RLIMIT_FSIZE", 4)
        yield chosen(f"limit-{at}", "write", steps, (fd, b"0123456789", 10), expected)
    steps = Steps()
    fd = fds.sealed_memfd(steps, "F_SEAL_GROW")
    steps.do("lseek", fd, 10, "SEEK_SET")
    yield chosen("sealed-grow-end", "write", steps, (fd, b"x", 1), "EPERM")
    yield from _interrupted("read", lambda s: fds.pipe(s).first)
    yield from _interrupted("write", lambda s: fds.full_pipe(s).second)
    yield from _answered()
    yield from _background()
    steps = Steps()
    folder = mounts.full_tmpfs(steps)
    fd = fds.opened(steps, folder + b"/new", "O_CREAT | O_WRONLY", 0o600)
    yield chosen("no-room", "write", steps, (fd, b"x", 1), "ENOSPC", root=True)


def _interrupted(call: str, make: Callable[[Steps], Arg]) -> Iterator[Chosen]:
    steps, arming = Steps(), Steps()
    fd = make(steps)
    process.count_signal(steps, "SIGALRM")
    process.timer(arming, 30, 30)
    args = (fd, memory.filled(steps), 8)
    yield chosen("interrupted", call, steps, args, "EINTR", arming)


def _answered() -> Iterator[Chosen]:
    """A signal restarts the wait, and then somebody writes."""
    steps, arming = Steps(), Steps()
    ends = fds.pipe(steps)
    process.count_signal(steps, "SIGALRM", "SA_RESTART")
    process.later(steps, 150, "write", ends.second, b"late", 4)
    process.timer(arming, 30)
    args = (ends.first, memory.filled(steps), 8)
    yield chosen("restarted", "read", steps, args, 4, arming)
    steps, arming = Steps(), Steps()
    ends = fds.pipe_with_data(steps)
    process.answer_by_seccomp(arming, 0, "ENOSYS")
    yield chosen("seccomp", "read", steps, (ends.first, memory.filled(steps), 8), "ENOSYS", arming)


def _background() -> Iterator[Chosen]:
    """A process in the background, which nobody will bring back, reads its terminal."""
    steps = Steps()
    slave = fds.terminal(steps).second
    steps.add("signal", "SIGTTIN", word="ignore")
    process.background_of_terminal(steps, slave)
    yield chosen("background", "read", steps, (slave, memory.filled(steps), 8), "EIO")


def on_numbers() -> Iterator[Chosen]:
    """Numbers that close and dup2 get, and the limit."""
    for new, expected in (
        (0, 0),
        (49, 49),
        (50, "EBADF"),
        (0x7FFFFFFF, "EBADF"),
        (0xFFFFFFFF, "EBADF"),
        (5 | 1 << 32, 5),
    ):
        steps = Steps()
        fds.opened(steps, b"/dev/null")
        process.limit(steps, "RLIMIT_NOFILE", 50)
        yield chosen(f"to-{new:#x}", "dup2", steps, (0, new), expected)
    steps = Steps()
    fd = fds.above_limit(steps)
    yield chosen("same-above-limit", "dup2", steps, (fd, fd), 100)
    steps = Steps()
    yield chosen("same-closed", "dup2", steps, (40, 40), "EBADF")
    steps = Steps()
    fd = fds.regular(steps, "O_RDWR | O_CLOEXEC")
    yield chosen("same-cloexec", "dup2", steps, (fd, fd), 0)
    steps = Steps()
    reserved = process.reserve_number(steps)
    yield chosen("reserved-new", "dup2", steps, (fds.regular(steps), reserved), "EBUSY")
    steps = Steps()
    fd = fds.regular(steps)
    # The table needs no number of its own for a number that is given.
    process.fill_table(steps)
    yield chosen("table-full", "dup2", steps, (fd, fd), 0)
    steps = Steps()
    fd = fds.regular(steps)
    high = steps.let(fd + (1 << 32))
    yield chosen("high-bits", "close", steps, (high,), 0)


# Opening: flags and what the pathname answers.

Row = tuple[str, str, Expected]
OPENED: tuple[Row, ...] = (
    ("file", "O_RDONLY", 0),
    ("file", "O_WRONLY | O_CLOEXEC", 0),
    ("file", "O_RDWR | O_TRUNC", 0),
    ("file", "O_RDONLY | O_TRUNC", 0),
    ("file", "O_ACCMODE", 0),
    ("file", "O_PATH", 0),
    ("file", "O_PATH | O_CLOEXEC | O_TRUNC", 0),
    ("file", "O_RDWR | O_APPEND | O_NONBLOCK | O_SYNC", 0),
    ("file", "O_RDONLY | 0x40000000", 0),
    ("file", "O_RDONLY | O_CREAT", 0),
    ("file", "O_RDONLY | O_EXCL", 0),
    ("file", "O_WRONLY | O_CREAT | O_EXCL", "EEXIST"),
    ("file", "O_RDONLY | O_DIRECTORY", "ENOTDIR"),
    ("file", "O_RDWR | O_TMPFILE", "ENOTDIR"),
    ("file", "O_RDONLY | O_TMPFILE", "EINVAL"),
    ("file", "O_RDONLY | O_CREAT | O_DIRECTORY", "EINVAL"),
    ("file", "O_RDWR | __O_TMPFILE", "EINVAL"),
    ("hard-link", "O_RDWR", 0),
    ("folder", "O_RDONLY", 0),
    ("folder", "O_RDONLY | O_DIRECTORY", 0),
    ("folder", "O_WRONLY", "EISDIR"),
    ("folder", "O_RDONLY | O_TRUNC", "EISDIR"),
    ("folder", "O_RDONLY | O_CREAT", "EISDIR"),
    ("folder", "O_PATH | O_DIRECTORY", 0),
    ("folder", "O_RDONLY | O_CREAT | O_EXCL", "EEXIST"),
    ("fifo", "O_RDONLY | O_NONBLOCK", 0),
    ("fifo", "O_WRONLY | O_NONBLOCK", "ENXIO"),
    ("fifo", "O_RDWR", 0),
    ("fifo", "O_RDONLY", WAITS),
    ("fifo", "O_WRONLY", WAITS),
    ("fifo", "O_ACCMODE", "EINVAL"),
    ("fifo", "O_PATH", 0),
    ("fifo", "O_RDWR | O_DIRECT", "EINVAL"),
    ("socket", "O_RDONLY", "ENXIO"),
    ("socket", "O_PATH", 0),
    ("program-running", "O_WRONLY", "ETXTBSY"),
    ("program-running", "O_RDONLY | O_TRUNC", "ETXTBSY"),
    ("program-running", "O_RDONLY", 0),
    ("program", "O_RDWR", 0),
    ("to-file", "O_RDONLY", 0),
    ("to-file", "O_RDONLY | O_NOFOLLOW", "ELOOP"),
    ("to-file", "O_PATH | O_NOFOLLOW", 0),
    ("to-file", "O_WRONLY | O_CREAT | O_EXCL", "EEXIST"),
    ("to-file", "O_RDONLY | O_DIRECTORY | O_NOFOLLOW", "ENOTDIR"),
    ("to-folder", "O_RDONLY | O_DIRECTORY", 0),
    ("to-nothing", "O_RDONLY", "ENOENT"),
    ("to-nothing", "O_WRONLY | O_CREAT", 0),
    ("to-nothing", "O_WRONLY | O_CREAT | O_EXCL", "EEXIST"),
    ("to-nothing-deep", "O_WRONLY | O_CREAT", "ENOENT"),
    ("to-itself", "O_RDONLY", "ELOOP"),
    ("to-file-slash", "O_RDONLY", "ENOTDIR"),
    ("to-file-slash", "O_WRONLY | O_CREAT", "EISDIR"),
    ("to-new-slash", "O_WRONLY | O_CREAT", "EISDIR"),
    ("to-link-to-slash", "O_WRONLY | O_CREAT", "EISDIR"),
    ("to-through-file", "O_RDONLY", "ENOTDIR"),
    ("to-long-name", "O_RDONLY", "ENAMETOOLONG"),
    ("links-40", "O_RDONLY", 0),
    ("links-41", "O_RDONLY", "ELOOP"),
    ("missing", "O_RDONLY", "ENOENT"),
    ("missing", "O_WRONLY | O_CREAT", 0),
    ("missing", "O_WRONLY | O_CREAT | O_EXCL", 0),
    ("missing", "O_PATH | O_CREAT", "ENOENT"),
    ("missing-slash", "O_WRONLY | O_CREAT", "EISDIR"),
    ("missing-slash", "O_RDONLY", "ENOENT"),
    ("missing-folder", "O_WRONLY | O_CREAT", "ENOENT"),
    ("missing-up", "O_RDONLY", "ENOENT"),
    ("file-slash", "O_RDONLY", "ENOTDIR"),
    ("file-slash", "O_RDONLY | O_CREAT", "EISDIR"),
    ("file-as-folder", "O_WRONLY | O_CREAT", "ENOTDIR"),
    ("folder-slash", "O_RDONLY", 0),
    ("folder-dot", "O_RDONLY", 0),
    ("folder-up", "O_RDONLY", 0),
    ("dot", "O_RDONLY", 0),
    ("root", "O_RDONLY", 0),
    ("root", "O_RDWR", "EISDIR"),
    ("empty", "O_RDONLY", "ENOENT"),
    ("empty", "O_RDONLY | O_CREAT", "ENOENT"),
    ("name-255", "O_WRONLY | O_CREAT", 0),
    ("name-256", "O_WRONLY | O_CREAT", "ENAMETOOLONG"),
    ("name-256-as-folder", "O_RDONLY", "ENAMETOOLONG"),
    ("slashes-4095", "O_RDONLY", 0),
    ("slashes-4096", "O_RDONLY", "ENAMETOOLONG"),
    ("removed-folder", "O_WRONLY | O_CREAT", "ENOENT"),
    ("null", "O_RDWR | O_TRUNC", 0),
    ("null", "O_RDONLY | O_DIRECT", "EINVAL"),
    ("proc", "O_RDONLY", 0),
    ("proc-long-name", "O_RDONLY", "ENOENT"),
    ("pipe-by-descriptor", "O_WRONLY | O_NONBLOCK", 2),
)

#: The same for somebody who is nobody.
OPENED_BY_NOBODY: tuple[Row, ...] = (
    ("file", "O_RDONLY", 0),
    ("file", "O_WRONLY", "EACCES"),
    ("file", "O_RDONLY | O_TRUNC", "EACCES"),
    ("file", "O_RDONLY | O_NOATIME", "EPERM"),
    ("file", "O_PATH | O_NOATIME", 0),
    ("file-mode-0", "O_RDONLY", "EACCES"),
    ("file-mode-0", "O_ACCMODE", "EACCES"),
    ("file-mode-0", "O_PATH", 0),
    ("file-read-only", "O_RDWR", "EACCES"),
    ("file-foreign", "O_RDWR", 0),
    ("file-foreign", "O_RDONLY | O_NOATIME", 0),
    ("missing", "O_WRONLY | O_CREAT", "EACCES"),
    ("missing", "O_RDONLY", "ENOENT"),
    ("dot", "O_RDWR | O_TMPFILE", "EACCES"),
    ("no-search", "O_RDONLY", "EACCES"),
    ("no-search", "O_PATH", "EACCES"),
    ("no-write", "O_WRONLY | O_CREAT", "EACCES"),
    ("search-only", "O_RDONLY", 0),
)


def opening() -> Iterator[Chosen]:
    """Each row of the tables with open or openat in turn, and some with both."""
    for number, (name, flags, expected) in enumerate(OPENED):
        for call in ("open", "openat") if number % 3 == 0 else ("open", "openat")[number % 2 :][:1]:
            yield _opening(call, name, flags, expected, None)
    for number, (name, flags, expected) in enumerate(OPENED_BY_NOBODY):
        yield _opening(("open", "openat")[number % 2], name, flags, expected, process.NOBODY)
    yield from _strings()
    yield from _starts()
    yield from _read_only()
    steps = Steps()
    name_of_file = files.file(steps)
    process.fill_table(steps)
    yield chosen("full", "open", steps, (name_of_file, "O_RDONLY"), "EMFILE")
    yield chosen("full-missing", "open", steps, (b"gone", "O_RDONLY"), "EMFILE")
    yield chosen("full-empty", "open", steps, (b"", "O_RDONLY"), "ENOENT")


def _opening(call: str, name: str, flags: str, expected: Expected, uid: int | None) -> Chosen:
    state = files.PATHS[name]
    steps = Steps()
    path = state.make(steps)
    if uid is not None:
        process.become(steps, uid)
    # Whether a descriptor is free is no matter here; the first number is, unless some are in use.
    start: tuple[Arg, ...] = (AT_FDCWD,) if call == "openat" else ()
    by = "-nobody" if uid is not None else ""
    row = f"{name}{by}-{flags.replace(' ', '')}"
    root = bool(state.tags) or uid is not None
    return chosen(row, call, steps, (*start, path, flags, 0o644), expected, root=root)


def _strings() -> Iterator[Chosen]:
    for name, expected in (
        ("null", "EFAULT"),
        ("last-byte", "EFAULT"),
        ("unmapped", "EFAULT"),
        ("4095-then-hole", "EFAULT"),
        ("4096-then-hole", "ENAMETOOLONG"),
    ):
        for flags, answer in (("O_RDONLY", expected), ("O_CREAT | O_DIRECTORY", "EINVAL")):
            steps = Steps()
            args = (memory.STRINGS[name].make(steps), flags)
            yield chosen(f"string-{name}-{flags[:7]}", "open", steps, args, answer)


def _starts() -> Iterator[Chosen]:
    for name, fd_name, path, expected in (
        ("relative", "folder", b"../file", "ENOENT"),
        ("dot", "folder", b".", 1),
        ("path-only", "path-folder", b".", 1),
        ("file", "reg", b"x", "ENOTDIR"),
        ("closed", "minus-1", b"x", "EBADF"),
        ("closed-absolute", "minus-1", b"/dev/null", 0),
        ("closed-empty", "minus-1", b"", "ENOENT"),
        ("null", "null", b".", "ENOTDIR"),
    ):
        steps = Steps()
        fd = fds.DESCRIPTORS[fd_name].make(steps)
        yield chosen(f"start-{name}", "openat", steps, (fd, path, "O_RDONLY"), expected)


def _read_only() -> Iterator[Chosen]:
    for whole in (True, False):
        for path, flags, expected in (
            (b"mnt/old", "O_RDONLY", 0),
            (b"mnt/old", "O_WRONLY", "EROFS"),
            (b"mnt/old", "O_ACCMODE", "EROFS" if whole else 0),
            (b"mnt/new", "O_WRONLY | O_CREAT", "EROFS"),
            (b"mnt/new", "O_RDONLY", "ENOENT"),
            (b"mnt", "O_RDWR | O_TMPFILE", "EROFS"),
        ):
            steps = Steps()
            mounts.tmpfs(steps)
            files.file(steps, b"mnt/old")
            mounts.make_read_only(steps, whole=whole)
            kind = "whole" if whole else "mount"
            name = f"read-only-{kind}-{path.decode()}-{flags.replace(' ', '')}"
            yield chosen(name, "open", steps, (path, flags, 0o600), expected, root=True)
    steps = Steps()
    mounts.tmpfs(steps, flags="MS_NODEV")
    files.node(steps, "S_IFCHR", 1, 3, b"mnt/null")
    yield chosen("nodev", "open", steps, (b"mnt/null", "O_RDWR"), "EACCES", root=True)
    yield chosen("nodev-path", "open", steps, (b"mnt/null", "O_PATH"), 0, root=True)


# Advice by range of the table.

ADVISED: dict[str, dict[str, Expected]] = {
    "anonymous": {
        **dict.fromkeys(
            "NORMAL RANDOM SEQUENTIAL WILLNEED DONTNEED FREE DONTFORK DOFORK DONTDUMP DODUMP"
            " WIPEONFORK KEEPONFORK COLD PAGEOUT POPULATE_READ POPULATE_WRITE"
            " DONTNEED_LOCKED".split(),
            0,
        ),
        "REMOVE": "EINVAL",
    },
    "anonymous-read-only": {"POPULATE_WRITE": "EINVAL", "POPULATE_READ": 0, "DONTNEED": 0},
    "anonymous-no-access": {"POPULATE_READ": "EINVAL", "FREE": 0},
    "anonymous-shared": {"FREE": "EINVAL", "WIPEONFORK": "EINVAL", "REMOVE": 0},
    "memfd-shared": {"REMOVE": 0, "FREE": "EINVAL", "DONTNEED": 0},
    "memfd-shared-no-access": {"REMOVE": 0},
    "memfd-private": {"REMOVE": "EACCES", "FREE": "EINVAL", "WIPEONFORK": "EINVAL"},
    "memfd-sealed": {"REMOVE": "EPERM", "NORMAL": 0},
    "memfd-behind-end": {"POPULATE_READ": "EFAULT", "POPULATE_WRITE": "EFAULT"},
    "file-shared-read-only": {"REMOVE": "EACCES", "WILLNEED": 0},
    "locked": {
        **dict.fromkeys(("DONTNEED", "FREE", "COLD", "PAGEOUT"), "EINVAL"),
        "DONTNEED_LOCKED": 0,
        "NORMAL": 0,
    },
    "mseal-read-only": {
        **dict.fromkeys(("FREE", "DONTNEED", "DONTFORK", "WIPEONFORK"), "EPERM"),
        "NORMAL": 0,
    },
    "mseal-writable": {"DONTNEED": 0},
    "special": {
        **dict.fromkeys(("DONTNEED", "COLD", "DOFORK", "DODUMP"), "EINVAL"),
        "NORMAL": 0,
    },
    "unmapped": {
        **dict.fromkeys(("NORMAL", "DONTNEED", "POPULATE_READ", "COLD"), "ENOMEM"),
    },
}


def advising() -> Iterator[Chosen]:
    """Each range of the table with madvise, and lengths and values that are none."""
    for name, rows in ADVISED.items():
        for advice, expected in rows.items():
            steps = Steps()
            args = (memory.RANGES[name].make(steps), memory.PAGE, f"MADV_{advice}")
            yield chosen(f"{name}-{advice}", "madvise", steps, args, expected)
    odd: tuple[tuple[str, int, int, Any, Expected], ...] = (
        ("unknown", 0, 4096, 9999, "EINVAL"),
        ("unknown-empty", 0, 0, 5, "EINVAL"),
        ("minus", 0, 4096, -1, "EINVAL"),
        ("high-bits", 0, 4096, 1 << 32, 0),
        ("inside-page", 1, 4096, "MADV_NORMAL", "EINVAL"),
        ("inside-page-empty", 1, 0, "MADV_NORMAL", "EINVAL"),
        ("empty", 0, 0, "MADV_DONTNEED", 0),
        ("last-length", 0, (1 << 64) - 1, "MADV_NORMAL", "EINVAL"),
        ("last-page", 0, (1 << 64) - 4096, "MADV_NORMAL", "EINVAL"),
        ("half", 0, 1 << 63, "MADV_NORMAL", "ENOMEM"),
        ("one-byte", 0, 1, "MADV_DONTNEED", 0),
    )
    for name, add, length, value, expected in odd:
        steps = Steps()
        args = (memory.filled(steps) + add, length, value)
        yield chosen(name, "madvise", steps, args, expected)
    for advice in ("DONTNEED", "POPULATE_WRITE", "NORMAL"):
        steps = Steps()
        args = (memory.with_hole(steps), 3 * memory.PAGE, f"MADV_{advice}")
        yield chosen(f"hole-{advice}", "madvise", steps, args, "ENOMEM")
    steps = Steps()
    args = (memory.many_mappings(steps), memory.PAGE, "MADV_DONTDUMP")
    yield chosen("many-mappings", "madvise", steps, args, "EAGAIN")


def all_chosen() -> list[Chosen]:
    """All of them."""
    parts = (on_descriptors(), in_buffers(), more_transfers(), on_numbers(), opening(), advising())
    return [one for part in parts for one in part]
