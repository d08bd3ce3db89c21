# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of files and what else can have a name, in the folder of the case."""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import GUEST, ROOT, WAITS, Arg, Data, Joined, Repeated, Slot
from kapi.testgen.setup.steps import AT_FDCWD, Recipe, State, Steps, table

#: Content of files: byte i of the pattern of the executor's ``fill`` with this seed.
SEED: Final = 48


def pattern(size: int, seed: int = SEED) -> bytes:
    """The bytes that ``fill`` writes."""
    return bytes((seed + i + (i >> 8)) & 0xFF for i in range(size))


def file(
    steps: Steps, name: bytes = b"file", size: int = 10, mode: int = 0o644, owner: int | None = None
) -> bytes:
    """A regular file with a known pattern; its name."""
    fd = steps.call("openat", AT_FDCWD, name, "O_CREAT | O_EXCL | O_WRONLY", 0o600)
    if size:
        room = steps.room(size)
        steps.add("fill", room, size, SEED)
        steps.do("write", fd, room, size)
    if owner is not None:
        steps.do("fchown", fd, owner, owner)
    steps.do("fchmod", fd, mode)
    steps.do("close", fd)
    return name


def folder(
    steps: Steps, name: bytes = b"dir", mode: int = 0o755, owner: int | None = None
) -> bytes:
    """A directory; its name."""
    steps.do("mkdirat", AT_FDCWD, name, 0o700)
    if owner is not None:
        steps.do("fchownat", AT_FDCWD, name, owner, owner, 0)
    steps.do("fchmodat", AT_FDCWD, name, mode)
    return name


def link(steps: Steps, target: bytes, name: bytes = b"link") -> bytes:
    """A symbolic link; its name."""
    steps.do("symlinkat", target, AT_FDCWD, name)
    return name


def hard_link(steps: Steps, old: bytes, name: bytes = b"hard") -> bytes:
    """Another name of a file."""
    steps.do("linkat", AT_FDCWD, old, AT_FDCWD, name, 0)
    return name


def fifo(steps: Steps, name: bytes = b"fifo", mode: int = 0o644) -> bytes:
    """A FIFO; its name."""
    steps.do("mknodat", AT_FDCWD, name, f"S_IFIFO | {mode:#x}", 0)
    return name


def _fifo_with_reader(steps: Steps) -> bytes:
    """A FIFO that is open for reading."""
    name = fifo(steps)
    steps.call("openat", AT_FDCWD, name, "O_RDONLY | O_NONBLOCK", 0)
    return name


def socket(steps: Steps, name: bytes = b"sock") -> bytes:
    """A socket with a name, which nobody listens to; its name."""
    fd = steps.call("socket", "AF_UNIX", "SOCK_STREAM", 0)
    address = b"\x01\x00" + name + bytes(14 - len(name))  # struct sockaddr_un of AF_UNIX
    steps.do("bind", fd, Data(address), 3 + len(name))
    steps.do("close", fd)
    return name


def node(
    steps: Steps, kind: str, major: int, minor: int, name: bytes = b"node", mode: int = 0o666
) -> bytes:
    """A device node; its name.

    :param kind: ``S_IFCHR`` or ``S_IFBLK``.
    """
    number = (minor & 0xFF) | major << 8 | (minor & ~0xFF) << 12  # new_encode_dev()
    steps.do("mknodat", AT_FDCWD, name, f"{kind} | {mode:#x}", number)
    steps.do("fchmodat", AT_FDCWD, name, mode)
    return name


def program(steps: Steps, name: bytes = b"program") -> bytes:
    """A program that can be executed; its name."""
    steps.add("copy", name)
    return name


def running_program(steps: Steps, name: bytes = b"program") -> bytes:
    """A program that a process executes; its name."""
    program(steps, name)
    steps.make("spawn", name)
    return name


def attribute(steps: Steps, name: bytes, flags: str) -> None:
    """Give a file one of the attributes that chattr sets, such as ``FS_IMMUTABLE_FL``."""
    fd = steps.call("openat", AT_FDCWD, name, "O_RDONLY | O_NONBLOCK", 0)
    number = steps.room(8)
    steps.store(number, 4, flags)
    steps.do("ioctl", fd, "FS_IOC_SETFLAGS", number)
    steps.do("close", fd)


def _with_attribute(flag: str) -> Recipe:
    def make(steps: Steps) -> Arg:
        name = file(steps)
        attribute(steps, name, flag)
        return name

    return make


def chain(steps: Steps, length: int, target: bytes = b".") -> bytes:
    """A chain of symbolic links; the name of the first one."""
    link(steps, target, b"link0")
    for number in range(1, length):
        link(steps, b"link%d" % (number - 1), b"link%d" % number)
    return b"link%d" % (length - 1)


def removed_folder(steps: Steps) -> bytes:
    """The working directory is removed; a name in it."""
    name = folder(steps, b"removed")
    fd = steps.call("openat", AT_FDCWD, b".", "O_PATH", 0)
    steps.do("chdir", name)
    steps.do("unlinkat", fd, name, "AT_REMOVEDIR")
    steps.do("close", fd)
    return b"x"


def descriptor_path(steps: Steps, fd: Arg) -> Joined:
    """The pathname that leads to what a descriptor is open on."""
    held = fd if isinstance(fd, Slot) else steps.let(fd)
    return Joined((b"/proc/self/fd/", held))


def _beside(steps: Steps, *targets: bytes) -> bytes:
    """A file and a directory, and symbolic links; the name of the last one."""
    file(steps)
    folder(steps)
    for number, target in enumerate(targets):
        link(steps, target, b"link%d" % number)
    return b"link%d" % (len(targets) - 1)


def _to(*targets: bytes) -> Recipe:
    return lambda steps: _beside(steps, *targets)


def _literal(name: Arg) -> Recipe:
    def make(steps: Steps) -> Arg:
        file(steps)
        folder(steps)
        return name

    return make


def _in_folder(mode: int, name: bytes) -> Recipe:
    """A name in a directory with some permission bits, which has a file."""

    def make(steps: Steps) -> Arg:
        folder(steps, b"shut")
        file(steps, b"shut/file")
        steps.do("fchmodat", AT_FDCWD, b"shut", mode)
        return b"shut/" + name

    return make


def _to_no_search(steps: Steps) -> Arg:
    """A symbolic link to a file in a directory that may not be searched."""
    _in_folder(0o600, b"file")(steps)
    return link(steps, b"shut/file")


#: Pathnames by what is found there. The folder of the case is the working directory.
PATHS: Final = table(
    State("file", file),
    State("file-empty", lambda steps: file(steps, size=0)),
    State("file-mode-0", lambda steps: file(steps, mode=0)),
    State("file-read-only", lambda steps: file(steps, mode=0o444)),
    State("file-write-only", lambda steps: file(steps, mode=0o222)),
    State("file-setuid", lambda steps: file(steps, mode=0o6755)),
    State("file-foreign", lambda steps: file(steps, owner=65534, mode=0o600), frozenset((ROOT,))),
    State("hard-link", lambda steps: hard_link(steps, file(steps))),
    State("folder", folder),
    State("fifo", fifo, frozenset((WAITS,))),
    State("fifo-with-reader", _fifo_with_reader),
    State("socket", socket),
    State("program", program),
    State("program-running", running_program),
    State("to-file", _to(b"file")),
    State("to-folder", _to(b"dir")),
    State("to-nothing", _to(b"gone")),
    State("to-nothing-deep", _to(b"gone/deep")),
    State("to-itself", _to(b"link0")),
    State("to-file-slash", _to(b"file/")),
    State("to-new-slash", _to(b"new/")),
    State("to-through-file", _to(b"file/x")),
    State("to-long-name", _to(b"x" * 256)),
    State("to-link-to-slash", _to(b"new/", b"link0")),
    State("links-40", lambda steps: chain(steps, 40)),
    State("links-41", lambda steps: chain(steps, 41)),
    State("links-41-as-folder", lambda steps: chain(steps, 41) + b"/x"),
    State("folder-read-only", lambda steps: folder(steps, mode=0o555)),
    State("to-no-search", _to_no_search),
    State("missing", _literal(b"gone")),
    State("missing-slash", _literal(b"gone/")),
    State("missing-folder", _literal(b"gone/deep")),
    State("missing-up", _literal(b"gone/..")),
    State("file-slash", _literal(b"file/")),
    State("file-as-folder", _literal(b"file/x")),
    State("folder-slash", _literal(b"dir/")),
    State("folder-dot", _literal(b"dir/.")),
    State("folder-up", _literal(b"dir/../file")),
    State("dot", _literal(b".")),
    State("root", _literal(b"/")),
    State("empty", _literal(b"")),
    State("name-255", _literal(b"x" * 255)),
    State("name-256", _literal(b"x" * 256)),
    State("name-256-as-folder", _literal(b"x" * 256 + b"/y")),
    State("slashes-4095", _literal(Repeated(b"/", 4095))),
    State("slashes-4096", _literal(Repeated(b"/", 4096))),
    State("removed-folder", removed_folder),
    State("no-search", _in_folder(0o600, b"file")),
    State("no-write", _in_folder(0o555, b"new")),
    State("search-only", _in_folder(0o111, b"file")),
    State("null", _literal(b"/dev/null")),
    State("proc", _literal(b"/proc/self/status")),
    State("proc-long-name", _literal(Joined((b"/proc/", b"x" * 256)))),
    State(
        "pipe-by-descriptor",
        lambda steps: descriptor_path(steps, _pipe_end(steps)),
    ),
    State("file-immutable", _with_attribute("FS_IMMUTABLE_FL"), frozenset((ROOT, GUEST))),
    State("file-append", _with_attribute("FS_APPEND_FL"), frozenset((ROOT, GUEST))),
    State("node-null", lambda steps: node(steps, "S_IFCHR", 1, 3), frozenset((ROOT,))),
    State("node-nothing", lambda steps: node(steps, "S_IFBLK", 4000, 7), frozenset((ROOT,))),
)


def _pipe_end(steps: Steps) -> Slot:
    both = steps.room(8)
    steps.do("pipe2", both, 0)
    return steps.load(both)
