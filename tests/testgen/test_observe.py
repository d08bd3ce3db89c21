"""Answers to questions, in states whose answers are known."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from kapi.catalogue import read_call
from kapi.expr.evaluate import Value
from kapi.expr.names import PREDICATES
from kapi.testgen.case import Arg, Case, Slot
from kapi.testgen.numbers import Numbers
from kapi.testgen.observe import Answered
from kapi.testgen.places import OnHost
from kapi.testgen.questions import FIXED, is_answered
from kapi.testgen.results import Result
from kapi.testgen.seen import SeenFd
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, memory, mounts, process
from kapi.testgen.setup.steps import AT_FDCWD, Steps
from kapi.testgen.subject import Subject
from tests.testgen.asking import ask

pytestmark = pytest.mark.requires("gcc", "system-headers")

NUMBERS = Numbers()
PAGE = memory.PAGE
value = NUMBERS.value


class Known(NamedTuple):
    """A state and what it answers.

    :param answers: before the call; ``None`` is unknown.
    :param after: what is otherwise afterwards.
    """

    name: str
    call: str
    make: Callable[[Steps], tuple[Arg, ...]]
    answers: dict[str, Value]
    after: Mapping[str, Value] = MappingProxyType({})
    root: bool = False


def of_fd(
    name: str, recipe: Callable[[Steps], Arg], *, root: bool = False, **answers: Value
) -> Known:
    """What a descriptor answers; the call closes it."""
    asked = {f"{predicate}(fd)": answer for predicate, answer in answers.items()}
    return Known(f"fd-{name}", "close", lambda s: (recipe(s),), asked, {}, root)


def state(name: str, **answers: Value) -> Known:
    """What a descriptor of the table answers."""
    recipe = fds.DESCRIPTORS[name]
    return of_fd(name, recipe.make, root=bool(recipe.tags), **answers)


def of_path(
    name: str, make: Callable[[Steps], Arg], root: bool = False, uid: Any = 0, **answers: Value
) -> Known:
    """What a pathname answers; the call opens it as a marked place.

    :param uid: who calls, if not who runs this.
    """

    def work(steps: Steps) -> tuple[Arg, ...]:
        path = make(steps)
        if uid:
            process.become(steps, uid)
        return path, "O_PATH"

    asked = {
        f"{predicate}(filename, PATH_MAX)"
        if predicate.startswith("string")
        else f"{predicate}(filename)"
        if predicate == "path_absolute"
        else f"{predicate}(AT_FDCWD, filename)": answer
        for predicate, answer in answers.items()
    }
    return Known(f"path-{name}", "open", work, asked, {}, root or bool(uid))


def path(name: str, **answers: Value) -> Known:
    """What a pathname of the table answers."""
    recipe = files.PATHS[name]
    return of_path(name, recipe.make, bool(recipe.tags), **answers)


def of_buffer(name: str, size: int, **answers: Value) -> Known:
    """What a buffer of the table answers for so many bytes."""
    recipe = memory.BUFFERS[name]
    asked = {f"{predicate}(buf, count)": answer for predicate, answer in answers.items()}
    return Known(f"buffer-{name}-{size}", "read", lambda s: (-1, recipe.make(s), size), asked)


FLAGS = "VM_LOCKED | VM_PFNMAP"


def of_range(
    name: str, make: Callable[[Steps], Arg], size: int, any_of: str = FLAGS, **answers: Value
) -> Known:
    """What a range of memory answers; ``flags`` is whether one of some flags is there."""
    asked = {
        f"vma_flags_any(start, len_in, {any_of})"
        if predicate == "flags"
        else f"{predicate}(start, len_in)": answer
        for predicate, answer in answers.items()
    }
    return Known(f"range-{name}-{size}-{any_of}", "madvise", lambda s: (make(s), size, 0), asked)


def ranged(name: str, size: int = PAGE, any_of: str = FLAGS, **answers: Value) -> Known:
    """What a range of the table answers."""
    return of_range(name, memory.RANGES[name].make, size, any_of, **answers)


def of_process(
    name: str, make: Callable[[Steps], Any], root: bool = False, **asked: Value
) -> Known:
    """What a process answers; ``rlimit_NOFILE`` stands for ``rlimit(RLIMIT_NOFILE)``."""

    def work(steps: Steps) -> tuple[Arg, ...]:
        make(steps)
        return (-1,)

    answers = {}
    for key, answer in asked.items():
        predicate, _, constant = key.partition("__")
        prefix = {"rlimit": "RLIMIT_", "capable": "CAP_"}.get(predicate, "")
        answers[f"{predicate}({prefix}{constant})"] = answer
    return Known(f"process-{name}", "close", work, answers, {}, root)


NOTHING: dict[str, Value] = {
    "fd_open": False,
    "fd_kind": "none",
    "fd_flags": 0,
    "fd_cloexec": False,
    "fd_readable": False,
    "fd_writable": False,
    "fd_can_read": False,
    "fd_can_write": False,
    "fd_unsigned_offset": False,
    "fd_pos": 0,
    "fd_seals": 0,
    "fd_reserved": False,
    "pipe_readers": 0,
    "fs_type": None,
}


def number_of(name: str) -> Known:
    """A number that is not open answers nothing."""
    return state(name, **{**NOTHING, "fd_reserved": name == "reserved"})


def kind(name: str, found: str, *, read: bool | None, write: bool | None) -> Known:
    """A descriptor of some kind, and whether it has operations."""
    return state(name, fd_kind=found, fd_can_read=read, fd_can_write=write)


def two_readers(steps: Steps) -> Slot:
    """The write end of a pipe with two read ends, one of which has two descriptors."""
    ends = fds.pipe(steps)
    steps.do("dup", ends.first)
    fds.opened(steps, files.descriptor_path(steps, ends.first), "O_RDONLY")
    return ends.second


def with_position(steps: Steps) -> Slot:
    fd = fds.opened(steps, b"/proc/self/mem", "O_RDONLY")
    steps.attempt("lseek", fd, -8, "SEEK_SET")
    return fd


def after_fork(steps: Steps) -> Slot:
    """The write end of a pipe that another process has open as well."""
    end = fds.pipe(steps).second
    steps.make("fork")
    return end


def opener(steps: Steps) -> bytes:
    """A FIFO that a thread is about to open."""
    name = files.fifo(steps)
    steps.add("thread", 0, AT_FDCWD, name, "O_RDONLY", 0, word="openat")
    return name


def read_fifo(steps: Steps) -> bytes:
    fds.fifo(steps)
    return b"fifo"


def owned_by(owner: int, mode: int) -> Callable[[Steps], bytes]:
    return lambda steps: files.file(steps, owner=owner, mode=mode)


def in_folder(owner: int, mode: int, name: bytes = b"dir/new") -> Callable[[Steps], bytes]:
    def make(steps: Steps) -> bytes:
        files.folder(steps, owner=owner, mode=mode)
        return name

    return make


def on_tmpfs(flags: Arg = 0, name: bytes = b"mnt", **more: Any) -> Callable[[Steps], bytes]:
    def make(steps: Steps) -> bytes:
        mounts.tmpfs(steps, flags=flags)
        if more.get("read_only") is not None:
            mounts.make_read_only(steps, whole=more["read_only"])
        return name

    return make


def link_into(folder: bytes) -> Callable[[Steps], bytes]:
    """A link into a directory with permissions for nobody."""

    def make(steps: Steps) -> bytes:
        files.folder(steps, folder, mode=0o500)
        return files.link(steps, folder + b"/new")

    return make


def pages_with_hole(steps: Steps) -> Slot:
    return memory.with_hole(steps, 3, 1)


def half_locked(steps: Steps) -> Slot:
    base = memory.filled(steps, 2)
    steps.do("mlock", base + PAGE, PAGE)
    return base


def many_pages(steps: Steps) -> Slot:
    """More mappings than the executor tells of."""
    base = memory.mapping(steps, 200)
    steps.add("stripe", base, 200)
    return base


def drop_all(steps: Steps) -> None:
    process.keep_capabilities(steps, 0)


def own_user_namespace(steps: Steps) -> None:
    steps.do("unshare", "CLONE_NEWUSER")


def full_of_pipe(steps: Steps) -> None:
    fds.pipe(steps)
    process.hard_limit(steps, "RLIMIT_NOFILE", 2)


def full_with_thread(steps: Steps) -> None:
    process.reserve_number(steps)
    process.fill_table(steps)


def limits(steps: Steps) -> None:
    process.limit(steps, "RLIMIT_NOFILE", 77)
    process.limit(steps, "RLIMIT_FSIZE", 4096)


RDONLY, NODEV = value("MOUNT_ATTR_RDONLY"), value("MOUNT_ATTR_NODEV")

KNOWN = [
    # Descriptors.
    *(
        number_of(name)
        for name in ("closed", "minus-1", "int-max", "int-min", "at-fdcwd", "reserved")
    ),
    state(
        "reg-cloexec",
        fd_open=True,
        fd_kind="reg",
        fd_flags=value("O_RDWR | O_LARGEFILE"),
        fd_cloexec=True,
        fd_readable=True,
        fd_writable=True,
        fd_can_read=True,
        fd_can_write=True,
        fd_unsigned_offset=False,
        fd_pos=0,
        fd_seals=0,
        fd_reserved=False,
        pipe_readers=0,
    ),
    state("reg-end", fd_pos=10),
    state("reg-duplicate", fd_open=True, fd_cloexec=False, fd_pos=0),
    state("reg-append", fd_flags=value("O_WRONLY | O_APPEND | O_LARGEFILE"), fd_readable=False),
    state("reg-read", fd_readable=True, fd_writable=False, fd_can_write=False),
    state(
        "reg-mode-3", fd_readable=False, fd_writable=False, fd_can_read=False, fd_can_write=False
    ),
    state("path-file", fd_kind="path", fd_flags=value("O_PATH"), fd_readable=False, fd_pos=0),
    kind("folder", "dir", read=True, write=False),
    kind("path-folder", "path", read=False, write=False),
    kind("path-link", "path", read=False, write=False),
    kind("pipe-read", "pipe", read=True, write=False),
    kind("pipe-write", "pipe", read=False, write=True),
    kind("fifo-both", "fifo", read=True, write=True),
    kind("stream", "socket", read=True, write=True),
    kind("udp", "socket", read=True, write=True),
    kind("eventfd-1", "eventfd", read=True, write=True),
    kind("timerfd", "timerfd", read=True, write=False),
    kind("signalfd", "signalfd", read=True, write=False),
    kind("epoll", "epoll", read=False, write=False),
    kind("inotify", "inotify", read=True, write=False),
    kind("fanotify", "fanotify", read=True, write=True),
    kind("memfd", "memfd", read=True, write=True),
    kind("pidfd", "pidfd", read=False, write=False),
    kind("null", "chardev", read=True, write=True),
    kind("random", "chardev", read=True, write=False),
    kind("terminal", "chardev", read=True, write=True),
    kind("terminal-master", "chardev", read=True, write=True),
    kind("proc-status", "reg", read=None, write=False),
    of_fd(
        "userfaultfd", lambda s: s.call("userfaultfd", 0x80001), fd_kind="other", fd_can_read=None
    ),
    of_fd(
        "disk", lambda s: fds.opened(s, b"/dev/loop0", "O_RDONLY"), root=True, fd_kind="blockdev"
    ),
    state("pipe-read", fs_type="pipefs"),
    state("stream", fs_type="sockfs"),
    state("memfd", fs_type="tmpfs"),
    state("null", fs_type="devtmpfs"),
    state("proc-status", fs_type="proc"),
    state("eventfd-0", fs_type="other"),
    of_fd("sysfs", lambda s: fds.opened(s, b"/sys", "O_RDONLY"), fs_type="sysfs", fd_kind="dir"),
    of_fd("pts", lambda s: fds.terminal(s).second, fs_type="devpts"),
    of_fd(
        "tmpfs",
        lambda s: fds.opened(s, mounts.tmpfs(s) + b"/x", "O_CREAT | O_RDWR", 0o600),
        root=True,
        fs_type="tmpfs",
        fd_kind="reg",
        fd_seals=value("F_SEAL_SEAL"),
    ),
    of_fd("mem-position", with_position, fd_pos=-8, fd_unsigned_offset=True, fd_kind="reg"),
    state("proc-status", fd_unsigned_offset=False),
    state("null", fd_unsigned_offset=False),
    state("memfd-last-position", fd_pos=(1 << 63) - 1),
    state("memfd-sealed-grow", fd_seals=value("F_SEAL_GROW")),
    state("memfd", fd_seals=0),
    state("pipe-write-broken", pipe_readers=0, fd_kind="pipe"),
    state("pipe-read-end", pipe_readers=1),
    of_fd("two-readers", two_readers, pipe_readers=2),
    of_fd("after-fork", after_fork, pipe_readers=None, fd_kind="pipe"),
    state("fifo-read", pipe_readers=1),
    Known(
        "after-close",
        "close",
        lambda s: (fds.regular(s),),
        {"fd_open(fd)": True, "fd_kind(fd)": "reg", "fds_free()": True},
        {"fd_open(fd)": False, "fd_kind(fd)": "none"},
    ),
    Known(
        "after-write",
        "write",
        lambda s: (fds.regular(s, at=3), b"abcd", 4),
        {"fd_pos(fd)": 3},
        {"fd_pos(fd)": 7},
    ),
    Known(
        "result",
        "open",
        lambda s: (files.file(s), "O_RDONLY | O_CLOEXEC"),
        {"fd_open(ret)": None},
        {"fd_open(ret)": True, "fd_kind(ret)": "reg", "fd_cloexec(ret)": True},
    ),
    # Pathnames.
    path("file", path_kind="reg", path_lkind="reg", path_slash=False, path_absolute=False),
    path("folder", path_kind="dir", path_lkind="dir", path_slash=False),
    path("fifo", path_kind="fifo", path_lkind="fifo", fifo_readers=0),
    path("socket", path_kind="socket", path_lkind="socket"),
    path("to-file", path_kind="reg", path_lkind="symlink", path_slash=False),
    path("to-folder", path_kind="dir", path_lkind="symlink"),
    path("to-nothing", path_kind="none", path_lkind="symlink"),
    path("to-nothing-deep", path_kind="missing", path_lkind="symlink"),
    path("to-itself", path_kind="loop", path_lkind="symlink"),
    path("to-file-slash", path_kind="notdir", path_lkind="symlink", path_slash=True),
    path("to-new-slash", path_kind="none", path_lkind="symlink", path_slash=True),
    path("to-link-to-slash", path_kind="none", path_slash=True),
    path("to-through-file", path_kind="notdir", path_lkind="symlink"),
    path("to-long-name", path_kind="longname", path_lkind="symlink"),
    path("links-40", path_kind="dir", path_lkind="symlink"),
    path("links-41", path_kind="loop", path_lkind="symlink"),
    path("missing", path_kind="none", path_lkind="none", path_attr=0, path_may_read=None),
    path("missing-slash", path_kind="none", path_lkind="none", path_slash=True),
    path("missing-folder", path_kind="missing", path_lkind="missing", dir_attr=None),
    path("missing-up", path_kind="missing", path_lkind="missing"),
    path("file-slash", path_kind="notdir", path_lkind="notdir", path_slash=True),
    path("file-as-folder", path_kind="notdir", path_lkind="notdir"),
    path("folder-slash", path_kind="dir", path_slash=True),
    path("root", path_kind="dir", path_slash=True, path_absolute=True),
    path("empty", path_kind=None, string_len=0, string_readable=True, path_absolute=False),
    path("name-255", path_kind="none"),
    path("name-256", path_kind="longname", path_lkind="longname"),
    path("name-256-as-folder", path_kind="longname", path_lkind="longname"),
    path("slashes-4095", path_kind="dir", string_len=4095, string_readable=True),
    path("slashes-4096", path_kind=None, string_len=4096, string_readable=True),
    path("removed-folder", path_kind="missing", path_lkind="missing"),
    path("null", path_kind="chardev", path_absolute=True),
    path("proc-long-name", path_kind="none"),
    path("pipe-by-descriptor", path_kind="pipe", path_lkind="symlink", fifo_readers=1),
    path("node-null", path_kind="chardev"),
    path("node-nothing", path_kind="blockdev"),
    of_path(
        "event",
        lambda s: files.descriptor_path(s, fds.eventfd(s)),
        path_kind="other",
        path_lkind="symlink",
    ),
    of_path("reader", read_fifo, fifo_readers=1, path_kind="fifo"),
    of_path("opener", opener, fifo_readers=None, path_kind="fifo"),
    of_path("null-pointer", lambda _: 0, string_readable=False, string_len=None, path_kind=None),
    of_path("4095-hole", lambda s: memory.string_before_hole(s, 4095), string_readable=False),
    of_path(
        "4096-hole",
        lambda s: memory.string_before_hole(s, 4096),
        string_readable=True,
        string_len=4096,
        path_absolute=True,
    ),
    # Permission. The caller is nobody.
    of_path("theirs-open", owned_by(0, 0o644), uid=65534, path_may_read=True, path_may_write=False),
    of_path("theirs-shut", owned_by(0, 0o600), uid=65534, path_may_read=False, path_owned=False),
    of_path("mine", owned_by(65534, 0o600), uid=65534, path_may_write=True, path_owned=True),
    of_path("mine-shut", owned_by(65534, 0), uid=65534, path_may_read=False, path_owned=True),
    of_path("shut", in_folder(0, 0o600, b"dir/x"), uid=65534, path_kind="noaccess"),
    of_path("shut-lstat", in_folder(0, 0o600, b"dir/x"), uid=65534, path_lkind="noaccess"),
    of_path("create", in_folder(65534, 0o700), uid=65534, dir_may_create=True),
    of_path("create-theirs", in_folder(0, 0o755), uid=65534, dir_may_create=False),
    of_path("create-search", in_folder(65534, 0o600), uid=65534, dir_may_create=False),
    of_path("itself", in_folder(65534, 0o700, b"dir"), uid=65534, dir_may_create=True),
    of_path("linked", link_into(b"deep"), uid=65534, dir_may_create=False, path_kind="noaccess"),
    of_path("root-overrides", owned_by(65534, 0), root=True, path_may_write=True, path_owned=True),
    of_path("folder-missing", lambda _: b"gone/x", dir_may_create=None, path_owned=None),
    # Mounts and attributes.
    of_path("plain", on_tmpfs(), root=True, path_mount=0, path_attr=value("STATX_ATTR_MOUNT_ROOT")),
    of_path("nodev", on_tmpfs("MS_NODEV"), root=True, path_mount=NODEV),
    of_path("new-nodev", on_tmpfs("MS_NODEV", b"mnt/new"), root=True, path_mount=NODEV),
    of_path(
        "many",
        on_tmpfs("MS_NOSUID | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME"),
        root=True,
        path_mount=value(
            "MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOATIME | MOUNT_ATTR_NODIRATIME"
        ),
    ),
    of_path("links", on_tmpfs("0x100"), root=True, path_mount=value("MOUNT_ATTR_NOSYMFOLLOW")),
    of_path("read-only", on_tmpfs(read_only=True), root=True, path_mount=RDONLY),
    of_path("read-only-mount", on_tmpfs(read_only=False), root=True, path_mount=RDONLY),
    of_path("missing-mount", lambda _: b"gone/x", path_mount=None),
    # Memory.
    *(of_buffer(name, 0, readable=True, writable=True) for name in ("good", "unmapped", "null")),
    of_buffer("good", 64, readable=True, writable=True, user_range=True),
    of_buffer("good", PAGE, readable=True, writable=True),
    of_buffer("read-only", 64, readable=True, writable=False),
    of_buffer("no-access", 64, readable=False, writable=False),
    of_buffer("unmapped", 64, readable=False, writable=False, user_range=True),
    of_buffer("null", 64, readable=False, writable=False, user_range=True),
    of_buffer("last-byte", 64, readable=False, writable=False, user_range=False),
    of_buffer("last-byte", 0, user_range=False),
    of_buffer("last-byte", 1, user_range=False),
    of_buffer("kernel", 64, readable=False, writable=False, user_range=False),
    of_buffer("gap", 64, user_range=None),
    of_buffer("good", (1 << 64) - 1, user_range=False),
    of_buffer("8-then-hole", 8, readable=True, writable=True),
    of_buffer("8-then-hole", 9, readable=False, writable=False),
    of_buffer("behind-end-of-file", 8, readable=False, writable=False),
    ranged("anonymous", mapped=True, vma_anonymous=True, flags=False),
    ranged("anonymous", size=0, mapped=True, vma_anonymous=True, flags=False),
    ranged("anonymous-no-access", mapped=True, vma_anonymous=True),
    ranged("unmapped", mapped=False, vma_anonymous=True, flags=False),
    ranged("anonymous-shared", mapped=True, vma_anonymous=False),
    ranged("memfd-shared", mapped=True, vma_anonymous=False),
    ranged("memfd-private", vma_anonymous=False),
    ranged("file-private", vma_anonymous=False),
    ranged("locked", flags=True, vma_anonymous=True),
    ranged("special", flags=True, any_of="VM_PFNMAP"),
    ranged("special", flags=False, any_of="VM_LOCKED | VM_HUGETLB"),
    ranged("anonymous", flags=True, any_of="VM_READ"),
    ranged("anonymous", flags=None, any_of="VM_READ | VM_FROB"),
    ranged("anonymous", flags=None, any_of="VM_READ + VM_WRITE"),
    of_range("hole", pages_with_hole, 3 * PAGE, mapped=False, vma_anonymous=True),
    of_range("first", pages_with_hole, PAGE, mapped=True),
    of_range("one-more", pages_with_hole, PAGE + 1, mapped=False),
    of_range("half", half_locked, PAGE, flags=False),
    of_range("both", half_locked, 2 * PAGE, flags=True),
    of_range("both-by-a-byte", half_locked, PAGE + 1, flags=True),
    of_range("inside", lambda s: s.let(memory.filled(s) + 100), 1, mapped=True),
    of_range("many", many_pages, 200 * PAGE, mapped=None, vma_anonymous=None, flags=None),
    of_range("wraps", memory.filled, (1 << 64) - 1, mapped=False),
    # The process.
    of_process("limits", limits, rlimit__NOFILE=77, rlimit__FSIZE=4096, fds_free=True),
    of_process("full", process.fill_table, fds_free=False),
    of_process(
        "full-hard",
        full_of_pipe,
        fds_free=False,
        rlimit__NOFILE=2,
        nr_open=int(Path("/proc/sys/fs/nr_open").read_text()),
    ),
    of_process("thread", process.reserve_number, fds_free=True),
    of_process(
        "thread-full",
        full_with_thread,
        fds_free=False,
    ),
    of_process("root", lambda _: None, root=True, capable__SYS_ADMIN=True),
    of_process("no-capability", drop_all, root=True, capable__SYS_ADMIN=False),
    of_process("nobody", process.become, root=True, capable__SYS_ADMIN=False),
    of_process("namespace", own_user_namespace, root=True, capable__SYS_ADMIN=False),
    of_process("no-fault", lambda _: None, pending_fault=None),
]


def runnable(known: Known) -> bool:
    return os.geteuid() == 0 or not known.root


@pytest.fixture(scope="module")
def answered(program: Path) -> dict[str, tuple[Result, Answered]]:
    """All cases, run at once."""
    asked = []
    for number, known in enumerate(KNOWN):
        if not runnable(known):
            continue
        steps = Steps()
        args = known.make(steps)
        call = f"sys_{known.call}"
        case = Case(id=str(number), call=call, args=args, setup=tuple(steps.ops))
        wanted = tuple({**known.answers, **known.after})
        asked.append((case, subject(known.call), wanted))
    found = ask(OnHost(executor=program, timeout_ms=1000), NUMBERS, asked)
    return {result.case: (result, answers) for result, answers in found}


@cache
def subject(call: str) -> Subject:
    (spec,) = read_call(call)
    return Subject.of(spec, NUMBERS)


@pytest.mark.parametrize("number", range(len(KNOWN)), ids=[known.name for known in KNOWN])
def test_a_known_state(number: int, answered: dict[str, tuple[Result, Answered]]) -> None:
    known = KNOWN[number]
    if not runnable(known):
        pytest.skip("needs root")
    result, answers = answered[str(number)]
    if result.end == "setup":
        pytest.skip(f"this machine cannot do it: {result.note}, errno {result.error}")
    assert result.end == "done", result.note
    assert {text: answers.before.get(text) for text in known.answers} == known.answers
    expected = {**known.answers, **known.after} if known.after else {}
    assert {text: answers.after.get(text) for text in expected} == expected


def test_every_predicate_has_an_answer_and_a_state() -> None:
    tested = {
        text.partition("(")[0] for known in KNOWN for text in {**known.answers, **known.after}
    }
    for name, predicate in PREDICATES.items():
        if predicate.seen_by("test"):
            assert is_answered(name), name
            assert name in tested | FIXED, name


@pytest.mark.parametrize("name", ["fd_kind", "path_kind", "fs_type"])
def test_most_words_of_a_kind_are_seen(name: str) -> None:
    from kapi.expr.names import KINDS

    seen = {
        answer
        for known in KNOWN
        for text, answer in {**known.answers, **known.after}.items()
        if text.partition("(")[0] in (name, name.replace("_kind", "_lkind"))
    }
    missing = set(KINDS[PREDICATES[name].result]) - seen
    never = {
        # An open symbolic link is open with O_PATH, so that is its kind.
        "fd_kind": {"symlink"},
        "path_kind": set(),
        # What is mounted where the tests run differs.
        "fs_type": {
            *("ext4", "xfs", "btrfs", "ramfs", "debugfs", "tracefs", "hugetlbfs", "overlay"),
            *("nfs", "fuse"),
        },
    }[name]
    assert missing == never


def test_looking_changes_nothing(program: Path) -> None:
    """Nothing was read, no position moved, no time of a file changed."""
    recipes: dict[str, Callable[[Steps], Arg]] = {
        "pipe": lambda s: fds.pipe_with_data(s).first,
        "stream": fds.socket_with_data,
        "inotify": lambda s: fds.inotify(s, event=True),
        "file": lambda s: fds.regular(s, at=3),
        "terminal": lambda s: fds.terminal(s).second,
    }
    asked = []
    for name, recipe in recipes.items():
        steps = Steps()
        # A bad address: the call changes nothing either.
        args = (recipe(steps), (1 << 64) - 1, 1)
        case = Case(id=name, call="sys_read", args=args, setup=tuple(steps.ops))
        asked.append((case, subject("read"), ("fd_pos(fd)", "fd_kind(fd)")))
    queued = {}
    for result, _ in ask(OnHost(executor=program), NUMBERS, asked):
        assert (result.end, result.ret) == ("done", -14)
        assert result.before == result.after
        assert result.before is not None
        (seen,) = result.before.seen
        assert isinstance(seen, SeenFd)
        queued[result.case] = seen.queued
    assert queued == {"pipe": 10, "stream": 10, "inotify": 32, "file": 7, "terminal": 0}
