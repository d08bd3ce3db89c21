"""What the specifications of open and openat claim of the last step, tried on the running kernel.

Most tests run once with each call: an id of ``sys_open`` stands for that of ``sys_openat`` too.
"""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.specs import fuse_server, namespaces
from tests.specs.capabilities import (
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_FOWNER,
    CAP_FSETID,
    give_up,
)
from tests.specs.opening import (
    AT_FDCWD,
    NO_DIRECTION,
    NOBODY,
    TMPFILE_BIT,
    Attempt,
    closed,
    status_flags,
)
from tests.specs.rawcall import ALL_ONES, call, descriptor, in_child, needs_root

pytestmark = [pytest.mark.requires("gcc"), pytest.mark.usefixtures("objects")]


# Flags and mode.


@pytest.mark.parametrize("flags", [0x10000000, 0x40000000, 1 << 31, 1 << 32, ALL_ONES ^ 0xFFFFFFFF])
def test_unknown_flags_mean_nothing(attempt: Attempt, flags: int) -> None:
    """sys_open.param.flags.constraint: and none is kept."""
    with descriptor(attempt("file", flags)) as fd:
        assert not status_flags(fd) & flags


def test_all_flags_at_once_are_those_of_o_path(attempt: Attempt) -> None:
    """sys_open.param.flags.require.path-only, sys_open.error.ENOTDIR.not-directory."""
    assert closed(attempt("/dev/null", 0xFFFFFFFF)) == errno.ENOTDIR
    with descriptor(attempt("dir", 0xFFFFFFFF)) as fd:
        assert status_flags(fd) == os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW


@pytest.mark.parametrize(
    "more", [os.O_CREAT, os.O_CREAT | os.O_DIRECTORY, os.O_TMPFILE, os.O_TRUNC]
)
def test_o_path_drops_other_flags(attempt: Attempt, more: int) -> None:
    """sys_open.param.flags.require.path-only, sys_open.constraint.O_PATH-stands-alone.path-only."""
    assert closed(attempt("gone", os.O_PATH | more)) == errno.ENOENT
    assert closed(attempt("dir", os.O_PATH | more | os.O_RDWR)) == 0
    assert Path("file").read_bytes() == b"0123456789"


@pytest.mark.parametrize(
    "flags",
    [
        os.O_CREAT | os.O_DIRECTORY,
        os.O_CREAT | os.O_DIRECTORY | os.O_EXCL | os.O_RDWR,
        os.O_CREAT | os.O_TMPFILE | os.O_RDWR,
        TMPFILE_BIT | os.O_RDWR,
        os.O_TMPFILE | os.O_RDONLY,
        os.O_TMPFILE | os.O_TRUNC,
    ],
)
def test_flags_that_exclude_each_other_come_first(attempt: Attempt, flags: int) -> None:
    """sys_open.error.EINVAL.create-directory, sys_open.error.EINVAL.tmpfile-directory.

    sys_open.error.EINVAL.tmpfile-readonly.
    """
    for name in ("new", "dir", "file", "", None, ALL_ONES):
        assert closed(attempt(name, flags)) == errno.EINVAL
    assert not Path("new").exists()


@pytest.mark.parametrize("mode", [0xFFFF, stat.S_IFREG | 0o7777, stat.S_IFIFO | 0xDEAD7FFF])
def test_mode_bits_beyond_07777_are_masked(attempt: Attempt, mode: int) -> None:
    """sys_open.param.mode.constraint."""
    old = os.umask(0)
    try:
        assert closed(attempt("new", os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)) == 0
    finally:
        os.umask(old)
    assert stat.S_ISREG(Path("new").stat().st_mode)
    assert stat.S_IMODE(Path("new").stat().st_mode) == 0o7777


def test_mode_is_for_new_files_only(attempt: Attempt) -> None:
    """sys_open.param.mode.require.making."""
    before = Path("file").stat().st_mode
    assert closed(attempt("file", os.O_RDWR, 0xDEADBEEF)) == 0
    assert closed(attempt("file", os.O_RDWR | os.O_CREAT, 0o7777)) == 0
    assert Path("file").stat().st_mode == before


def test_the_umask_and_the_caller_make_the_new_file(attempt: Attempt) -> None:
    """sys_open.constraint.mode-of-a-new-file.new-mode, sys_open.side-effect.create.

    sys_open.state-trans.name-of-the-last-component.
    """
    old = os.umask(0o027)
    try:
        assert closed(attempt("new", os.O_CREAT | os.O_WRONLY, 0o666)) == 0
    finally:
        os.umask(old)
    made = Path("new").stat()
    assert stat.S_IMODE(made.st_mode) == 0o640
    assert (made.st_uid, made.st_size) == (os.geteuid(), 0)


def test_a_new_file_is_not_judged_by_its_mode(attempt: Attempt, public: Path) -> None:
    """sys_open.constraint.mode-of-a-new-file.new-mode: the second opening is."""
    needs_root()
    public.chmod(0o777)

    def work() -> int:
        fd = attempt("new", os.O_CREAT | os.O_RDWR, 0)
        assert os.write(fd, b"x") == 1
        assert closed(attempt("new", os.O_RDWR | os.O_CREAT)) == errno.EACCES
        assert closed(attempt("new", NO_DIRECTION)) == errno.EACCES
        return closed(attempt("new", os.O_PATH))

    assert in_child(work, uid=NOBODY) == 0


def test_access_mode_3_opens_for_neither(attempt: Attempt) -> None:
    """sys_open.return.ensures: no reading, no writing, and F_GETFL shows 3."""
    with descriptor(attempt("file", NO_DIRECTION)) as fd:
        assert status_flags(fd) & os.O_ACCMODE == 3
        assert call("read", fd, None, 0) == -errno.EBADF
        assert call("write", fd, None, 0) == -errno.EBADF


@pytest.mark.parametrize("flags", [os.O_ASYNC, os.O_APPEND, os.O_NONBLOCK, os.O_DSYNC, os.O_SYNC])
def test_status_flags_are_kept(attempt: Attempt, flags: int) -> None:
    """sys_open.param.flags."""
    with descriptor(attempt("file", flags)) as fd:
        assert status_flags(fd) & flags == flags


def test_flags_of_opening_are_forgotten(attempt: Attempt) -> None:
    """sys_open.return.ensures: O_CREAT, O_EXCL, O_NOCTTY and O_TRUNC are no status flags."""
    once = os.O_CREAT | os.O_EXCL | os.O_NOCTTY | os.O_TRUNC
    with descriptor(attempt("new", once | os.O_RDWR)) as fd:
        assert not status_flags(fd) & once


def test_the_upper_bit_of_o_sync_is_completed(attempt: Attempt) -> None:
    """sys_open.param.flags."""
    with descriptor(attempt("file", os.O_SYNC & ~os.O_DSYNC)) as fd:
        assert status_flags(fd) & os.O_SYNC == os.O_SYNC


# What comes back.


@pytest.mark.parametrize("more", [0, os.O_CLOEXEC])
def test_close_on_exec_as_asked(attempt: Attempt, more: int) -> None:
    """sys_open.return.ensures."""
    for flags in (os.O_RDONLY, os.O_PATH):
        with descriptor(attempt("file", flags | more)) as fd:
            assert fcntl.fcntl(fd, fcntl.F_GETFD) == (fcntl.FD_CLOEXEC if more else 0)


def test_each_opening_has_its_own_position(attempt: Attempt) -> None:
    """sys_open.side-effect.description: and the position is 0, with O_APPEND too."""
    with (
        descriptor(attempt("file", os.O_RDONLY)) as one,
        descriptor(attempt("file", os.O_RDWR | os.O_APPEND)) as two,
    ):
        assert os.read(one, 4) == b"0123"
        assert os.lseek(two, 0, os.SEEK_CUR) == 0


def test_the_lowest_free_number_is_given(attempt: Attempt) -> None:
    """sys_open.constraint.lowest-number.lowest, sys_open.side-effect.descriptor."""
    with (
        descriptor(attempt("file", os.O_RDONLY)) as one,
        descriptor(attempt("file", os.O_RDONLY)) as two,
    ):
        os.close(one)
        assert closed(attempt("gone", os.O_RDONLY)) == errno.ENOENT
        assert attempt("file", os.O_RDONLY) == one != two


def test_the_limit_is_judged_between_string_and_walk(attempt: Attempt) -> None:
    """sys_open.error.EMFILE.rlimit, sys_open.constraint.order-of-checks.order.

    sys_open.constraint.string-first.string-first.
    """

    def work() -> int:
        free = os.dup(0)
        os.close(free)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
        assert closed(attempt("file", os.O_TMPFILE)) == errno.EINVAL
        assert closed(attempt(None, os.O_RDONLY)) == errno.EFAULT
        assert closed(attempt("", os.O_RDONLY)) == errno.ENOENT
        assert closed(attempt("gone", os.O_RDONLY)) == errno.EMFILE
        assert closed(attempt("file", os.O_PATH)) == errno.EMFILE
        assert closed(attempt("new", os.O_CREAT)) == errno.EMFILE
        assert not Path("new").exists()
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, hard))
        return attempt("file", os.O_RDONLY) - free

    assert in_child(work) == 0


def test_the_table_grows_and_stays_large(attempt: Attempt) -> None:
    """sys_open.side-effect.grow."""

    def table_size() -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("FDSize"))

    def work() -> int:
        room = table_size()
        taken = [attempt("file", os.O_RDONLY) for _ in range(room)]
        assert taken[-1] >= room
        for fd in taken:
            os.close(fd)
        return int(table_size() > room)

    assert in_child(work) == 1


# Does it exist?


@pytest.mark.parametrize("name", ["gone", "dangling", "dir/gone", "gone/"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_WRONLY | os.O_EXCL, os.O_PATH, os.O_DIRECTORY])
def test_a_file_that_does_not_exist(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.ENOENT.missing, sys_open.error.ENOENT.dangling."""
    assert closed(attempt(name, flags)) == errno.ENOENT


def test_creating_through_a_link_to_nothing(attempt: Attempt) -> None:
    """sys_open.error.ENOENT.dangling-directory.

    sys_open.error.ENOENT.dangling is not for O_CREAT.
    """
    assert closed(attempt("dangling", os.O_CREAT | os.O_WRONLY)) == 0
    assert Path("gone").is_file()
    for flags in (os.O_RDONLY, os.O_PATH):
        assert closed(attempt("dangling-deep", flags)) == errno.ENOTDIR
    Path("gone").unlink()
    for flags in (os.O_RDONLY, os.O_CREAT, os.O_PATH):
        assert closed(attempt("dangling-deep", flags)) == errno.ENOENT


def test_file_systems_that_make_no_files(attempt: Attempt) -> None:
    """sys_open.error.ENOENT.no-create, sys_open.error.EACCES.no-create."""
    needs_root()
    for name in ("/proc/new", "/proc/self/new", "/proc/sys/new"):
        assert closed(attempt(name, os.O_CREAT | os.O_WRONLY)) == errno.ENOENT
    assert closed(attempt("/sys/new", os.O_CREAT | os.O_WRONLY)) == errno.EACCES


@pytest.mark.parametrize("name", ["file", "dir", "fifo", "sock", "to-file", "dangling", "circle"])
def test_exclusive_creation_minds_whatever_has_the_name(attempt: Attempt, name: str) -> None:
    """sys_open.error.EEXIST.exclusive: a link that leads nowhere too."""
    for more in (os.O_RDONLY, os.O_WRONLY | os.O_TRUNC, os.O_NOFOLLOW):
        assert closed(attempt(name, os.O_CREAT | os.O_EXCL | more)) == errno.EEXIST
    for dots in (".", "..", "/"):
        assert closed(attempt(dots, os.O_CREAT | os.O_EXCL)) == errno.EEXIST


def test_o_excl_alone_means_nothing(attempt: Attempt) -> None:
    """sys_open.constraint.O_EXCL-without-O_CREAT.exclusive-claim."""
    assert closed(attempt("file", os.O_RDWR | os.O_EXCL)) == 0


# What kind is it?


@pytest.mark.parametrize("name", ["file", "fifo", "sock", "to-file", "/dev/null"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_PATH, TMPFILE_BIT | os.O_RDWR])
def test_o_directory_wants_a_directory(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.ENOTDIR.not-directory: O_TMPFILE contains O_DIRECTORY."""
    assert closed(attempt(name, os.O_DIRECTORY | flags)) == errno.ENOTDIR


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_PATH, TMPFILE_BIT | os.O_RDWR])
def test_a_link_that_is_not_followed_is_no_directory(attempt: Attempt, flags: int) -> None:
    """sys_open.error.ENOTDIR.nofollow-directory."""
    for name in ("to-dir", "to-file", "dangling", "circle"):
        answer = closed(attempt(name, os.O_DIRECTORY | os.O_NOFOLLOW | flags))
        assert answer == errno.ENOTDIR
    assert closed(attempt("to-dir", os.O_DIRECTORY | flags)) == 0


def test_a_link_into_something_that_is_no_directory(attempt: Attempt) -> None:
    """sys_open.error.ENOTDIR.link."""
    Path("through-file").symlink_to("file/x")
    for flags in (os.O_RDONLY, os.O_CREAT, os.O_PATH):
        assert closed(attempt("through-file", flags)) == errno.ENOTDIR
    assert closed(attempt("to-file-slash", os.O_RDONLY)) == errno.ENOTDIR
    assert closed(attempt("to-file-slash", os.O_PATH | os.O_NOFOLLOW)) == 0


@pytest.mark.parametrize("name", ["dir", "dir/", "to-dir", ".", "/"])
@pytest.mark.parametrize("flags", [os.O_WRONLY, os.O_RDWR, NO_DIRECTION, os.O_TRUNC])
def test_a_directory_is_not_written(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.EISDIR.write-directory."""
    assert closed(attempt(name, flags)) == errno.EISDIR
    assert closed(attempt(name, flags | os.O_DIRECTORY)) == errno.EISDIR


def test_o_creat_is_not_for_directories(attempt: Attempt) -> None:
    """sys_open.error.EISDIR.create-directory."""
    for name in ("dir", "to-dir", ".", "/"):
        assert closed(attempt(name, os.O_CREAT)) == errno.EISDIR
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_APPEND):
        assert closed(attempt("dir", flags)) == 0


@pytest.mark.parametrize("name", ["new/", "file/", "dir/", "dangling/", "to-new-slash"])
def test_a_slash_at_the_end_creates_nothing(attempt: Attempt, name: str) -> None:
    """sys_open.error.EISDIR.create-slash."""
    assert closed(attempt(name, os.O_CREAT | os.O_WRONLY)) == errno.EISDIR
    assert not Path("new").exists()


def test_a_slash_comes_before_existence(attempt: Attempt) -> None:
    """sys_open.error.EISDIR.create-slash: O_EXCL does not matter."""
    for name in ("dir/", "file/"):
        assert closed(attempt(name, os.O_CREAT | os.O_EXCL)) == errno.EISDIR
    assert closed(attempt("to-file-slash", os.O_CREAT)) == errno.EISDIR


def test_o_nofollow_refuses_a_link(attempt: Attempt) -> None:
    """sys_open.error.ELOOP.nofollow."""
    for name in ("to-file", "to-dir", "dangling", "circle", "/proc/self/exe"):
        for flags in (os.O_RDONLY, os.O_WRONLY, os.O_CREAT):
            assert closed(attempt(name, os.O_NOFOLLOW | flags)) == errno.ELOOP
    assert closed(attempt("to-dir/", os.O_NOFOLLOW)) == 0
    assert closed(attempt("to-dir/../file", os.O_NOFOLLOW)) == 0


@pytest.mark.parametrize("name", ["to-file", "dangling", "dangling-deep", "circle"])
def test_o_path_with_o_nofollow_opens_the_link(attempt: Attempt, name: str) -> None:
    """sys_open.error.ELOOP.nofollow, sys_open.error.ENOENT.dangling: neither is for these two."""
    with descriptor(attempt(name, os.O_PATH | os.O_NOFOLLOW)) as fd:
        assert stat.S_ISLNK(os.fstat(fd).st_mode)


# Permission.


def test_permission_bits_are_judged_by_the_flags(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EACCES.read, sys_open.error.EACCES.write."""
    needs_root()
    for name, mode in {"r": 0o444, "w": 0o222, "none": 0}.items():
        Path(name).touch()
        Path(name).chmod(mode)
    os.mkfifo("fifo")
    Path("fifo").chmod(0o444)

    def refusals(flags: int) -> str:
        return " ".join(
            name for name in ("r", "w", "none") if closed(attempt(name, flags)) == errno.EACCES
        )

    def work() -> int:
        assert refusals(os.O_RDONLY) == "w none"
        assert refusals(os.O_WRONLY) == "r none"
        assert refusals(os.O_RDWR) == "r w none"
        assert refusals(NO_DIRECTION) == "r w none"
        assert refusals(os.O_RDONLY | os.O_TRUNC) == "r w none"
        assert refusals(os.O_RDONLY | os.O_CREAT) == "w none"
        assert refusals(os.O_PATH) == ""
        # On a FIFO O_TRUNC does nothing, and still asks for write permission.
        assert closed(attempt("fifo", os.O_RDONLY | os.O_NONBLOCK)) == 0
        return closed(attempt("fifo", os.O_RDONLY | os.O_NONBLOCK | os.O_TRUNC))

    assert in_child(work, uid=NOBODY) == errno.EACCES


def test_making_a_file_needs_permission_on_the_directory(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EACCES.create, sys_open.error.EACCES.tmpfile."""
    needs_root()
    for name, mode in {"no-write": 0o755, "no-search": 0o766, "free": 0o777}.items():
        Path(name).mkdir()
        (Path(name) / "old").touch()
        (Path(name) / "old").chmod(0o666)
        Path(name).chmod(mode)
    Path("to-new").symlink_to("no-write/new")

    def work() -> int:
        assert closed(attempt("no-write/new", os.O_CREAT | os.O_WRONLY)) == errno.EACCES
        assert closed(attempt("to-new", os.O_CREAT | os.O_WRONLY)) == errno.EACCES
        assert closed(attempt("no-search/new", os.O_CREAT | os.O_WRONLY)) == errno.EACCES
        assert closed(attempt("no-write/old", os.O_CREAT | os.O_WRONLY)) == 0
        for name in ("no-write", "no-search"):
            assert closed(attempt(name, os.O_TMPFILE | os.O_RDWR)) == errno.EACCES
        assert closed(attempt("free", os.O_TMPFILE | os.O_RDWR)) == 0
        return closed(attempt("free/new", os.O_CREAT | os.O_WRONLY))

    assert in_child(work, uid=NOBODY) == 0


def test_capabilities_stand_in_for_permission(attempt: Attempt, public: Path) -> None:
    """sys_open.capability.CAP_DAC_READ_SEARCH.read, sys_open.capability.CAP_DAC_OVERRIDE.access."""
    needs_root()
    Path("theirs").touch()
    os.chown("theirs", NOBODY, NOBODY)
    Path("theirs").chmod(0)

    def without(capability: int) -> list[int]:
        def work(flags: int) -> Callable[[], int]:
            def run() -> int:
                give_up(capability)
                return closed(attempt("theirs", flags))

            return run

        return [in_child(work(flags)) for flags in (os.O_RDONLY, os.O_RDWR, os.O_TRUNC)]

    assert without(CAP_DAC_READ_SEARCH) == [0, 0, 0]
    assert without(CAP_DAC_OVERRIDE) == [0, errno.EACCES, errno.EACCES]


def test_a_directory_behind_the_link_must_be_searchable(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EACCES.link."""
    needs_root()
    Path("shut").mkdir(0o700)
    Path("shut/file").touch()
    Path("to-shut").symlink_to("shut/file")

    def work() -> int:
        assert closed(attempt("to-shut", os.O_RDONLY)) == errno.EACCES
        assert closed(attempt("to-shut", os.O_PATH)) == errno.EACCES
        return closed(attempt("to-shut", os.O_PATH | os.O_NOFOLLOW))

    assert in_child(work, uid=NOBODY) == 0


def sysctl(name: str) -> int:
    return int(Path(f"/proc/sys/fs/{name}").read_text())


def test_links_in_sticky_directories_may_be_protected(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EACCES.link: by fs.protected_symlinks."""
    needs_root()
    Path("sticky").mkdir()
    Path("sticky").chmod(0o1777)
    Path("file").touch()
    Path("sticky/link").symlink_to("../file")
    os.lchown("sticky/link", NOBODY, NOBODY)
    expected = errno.EACCES if sysctl("protected_symlinks") else 0
    assert closed(attempt("sticky/link", os.O_RDONLY)) == expected
    os.lchown("sticky/link", 0, 0)
    assert closed(attempt("sticky/link", os.O_RDONLY)) == 0


def test_files_in_sticky_directories_may_be_protected(attempt: Attempt) -> None:
    """sys_open.error.EACCES.sticky: devices and sockets are, whatever the sysctls say."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"))
        os.chdir("dir")
        os.mknod("null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        os.mknod("sock", 0o666 | stat.S_IFSOCK)
        Path("file").touch()
        os.mkfifo("fifo")
        os.chown(".", 1, 1)
        for name in ("null", "sock", "file", "fifo"):
            os.chown(name, NOBODY, NOBODY)
        make = os.O_CREAT | os.O_RDWR
        assert closed(attempt("null", os.O_RDWR)) == 0
        assert closed(attempt("null", make)) == errno.EACCES
        assert closed(attempt("sock", make)) == errno.EACCES
        for name, setting in (("file", "protected_regular"), ("fifo", "protected_fifos")):
            assert closed(attempt(name, make)) == (errno.EACCES if sysctl(setting) else 0)
        os.chown("null", 1, 1)  # the owner of the directory
        return closed(attempt("null", make))

    assert in_child(work) == 0


def test_a_mount_can_forbid_devices(attempt: Attempt) -> None:
    """sys_open.error.EACCES.nodev."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"), namespaces.MS_NODEV)
        os.mknod("dir/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        for flags in (os.O_RDONLY, os.O_WRONLY, NO_DIRECTION):
            assert closed(attempt("dir/null", flags)) == errno.EACCES
        return closed(attempt("dir/null", os.O_PATH))

    assert in_child(work) == 0


@contextmanager
def mapped(folder: Path) -> Iterator[int]:
    """``folder`` on a mount that knows user and group 0 only."""
    try:
        with namespaces.idmapped(folder) as tree:
            yield tree
    except AssertionError:
        pytest.skip("needs a file system with idmapped mounts")


def test_owners_need_a_mapping_on_the_mount(public: Path) -> None:
    """sys_openat.error.EACCES.unmapped, sys_openat.error.EOVERFLOW.unmapped-create."""
    needs_root()
    public.chmod(0o777)
    Path("theirs").touch()
    os.chown("theirs", 1234, 1234)
    Path("theirs").chmod(0o666)
    Path("mine").touch()
    Path("mine").chmod(0o666)
    with mapped(public) as tree:

        def answer(name: str, flags: int, uid: int | None = None) -> int:
            name_bytes = name.encode()
            return in_child(lambda: closed(call("openat", tree, name_bytes, flags, 0o600)), uid=uid)

        assert answer("theirs", os.O_RDONLY) == 0
        assert answer("theirs", os.O_WRONLY) == errno.EACCES
        assert answer("theirs", os.O_RDONLY | os.O_TRUNC) == errno.EACCES
        assert answer("mine", os.O_WRONLY, uid=NOBODY) == 0
        assert answer("new", os.O_CREAT | os.O_WRONLY, uid=NOBODY) == errno.EOVERFLOW
        assert answer(".", os.O_TMPFILE | os.O_WRONLY) == 0


# Attributes.

FS_IMMUTABLE_FL, FS_APPEND_FL = 0x10, 0x20
_FS_IOC_GETFLAGS, _FS_IOC_SETFLAGS = 0x80086601, 0x40086602


@contextmanager
def attribute(name: str, flag: int) -> Iterator[None]:
    """Give a file one of the attributes that chattr sets."""
    if os.uname().machine not in ("x86_64", "aarch64", "riscv64", "s390x"):
        pytest.skip("the number of the ioctl differs here")
    with descriptor(os.open(name, os.O_RDONLY)) as fd:
        try:
            (old,) = struct.unpack_from("=i", fcntl.ioctl(fd, _FS_IOC_GETFLAGS, bytes(8)))
            fcntl.ioctl(fd, _FS_IOC_SETFLAGS, struct.pack("=ii", old | flag, 0))
        except OSError:
            pytest.skip("needs a file system with attributes")
        try:
            yield
        finally:
            fcntl.ioctl(fd, _FS_IOC_SETFLAGS, struct.pack("=ii", old, 0))


def test_an_immutable_file_is_only_read(attempt: Attempt) -> None:
    """sys_open.error.EPERM.immutable."""
    needs_root()
    with attribute("file", FS_IMMUTABLE_FL):
        assert closed(attempt("file", os.O_RDONLY)) == 0
        assert closed(attempt("file", os.O_RDONLY | os.O_CREAT)) == 0
        for flags in (os.O_WRONLY, os.O_RDWR | os.O_APPEND, NO_DIRECTION, os.O_TRUNC):
            assert closed(attempt("file", flags)) == errno.EPERM


def test_an_immutable_directory_gets_no_files(attempt: Attempt) -> None:
    """sys_open.error.EPERM.create-immutable, sys_open.error.EPERM.tmpfile-immutable."""
    needs_root()
    Path("dir/old").touch()
    Path("into-dir").symlink_to("dir/new")
    with attribute("dir", FS_IMMUTABLE_FL):
        for name in ("dir/new", "into-dir"):
            assert closed(attempt(name, os.O_CREAT | os.O_WRONLY)) == errno.EPERM
        assert closed(attempt("dir", os.O_TMPFILE | os.O_RDWR)) == errno.EPERM
        assert closed(attempt("dir/old", os.O_CREAT | os.O_WRONLY)) == 0


def test_an_append_only_file_is_only_appended_to(attempt: Attempt) -> None:
    """sys_open.error.EPERM.append-only, sys_open.error.EPERM.append-truncate."""
    needs_root()
    with attribute("file", FS_APPEND_FL):
        for flags in (os.O_RDONLY, os.O_WRONLY | os.O_APPEND, NO_DIRECTION | os.O_APPEND):
            assert closed(attempt("file", flags)) == 0
        for flags in (os.O_WRONLY, os.O_RDWR, NO_DIRECTION):
            assert closed(attempt("file", flags)) == errno.EPERM
        for flags in (os.O_TRUNC, os.O_WRONLY | os.O_APPEND | os.O_TRUNC):
            assert closed(attempt("file", flags)) == errno.EPERM
    with attribute("dir", FS_APPEND_FL):
        assert closed(attempt("dir/new", os.O_CREAT | os.O_WRONLY)) == 0
        assert closed(attempt("dir", os.O_TMPFILE | os.O_RDWR)) == 0


def test_o_noatime_is_for_the_owner(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EPERM.noatime, sys_open.capability.CAP_FOWNER."""
    needs_root()
    public.chmod(0o777)
    for name in ("mine", "theirs"):
        Path(name).touch()
        Path(name).chmod(0o666)
    os.chown("theirs", NOBODY, NOBODY)

    def without_capability() -> int:
        assert closed(attempt("theirs", os.O_NOATIME)) == 0
        give_up(CAP_FOWNER)
        assert closed(attempt("mine", os.O_NOATIME)) == 0
        return closed(attempt("theirs", os.O_NOATIME))

    def as_nobody() -> int:
        assert closed(attempt("theirs", os.O_NOATIME)) == 0
        assert closed(attempt("new", os.O_NOATIME | os.O_CREAT)) == 0
        assert closed(attempt(".", os.O_NOATIME | os.O_TMPFILE | os.O_RDWR)) == 0
        assert closed(attempt("mine", os.O_NOATIME | os.O_PATH)) == 0
        assert closed(attempt(".", os.O_NOATIME)) == errno.EPERM
        return closed(attempt("mine", os.O_NOATIME))

    assert in_child(without_capability) == errno.EPERM
    assert in_child(as_nobody, uid=NOBODY) == errno.EPERM


def test_a_memfd_sealed_against_shrinking_is_not_truncated(attempt: Attempt) -> None:
    """sys_open.error.EPERM.sealed."""
    with descriptor(os.memfd_create("sealed", os.MFD_ALLOW_SEALING)) as fd:
        name = f"/proc/self/fd/{fd}"
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
        assert closed(attempt(name, os.O_RDWR | os.O_TRUNC)) == 0  # nothing to shrink
        os.write(fd, b"x")
        assert closed(attempt(name, os.O_RDWR | os.O_TRUNC)) == errno.EPERM
        assert closed(attempt(name, os.O_RDWR)) == 0


def test_a_listener_can_deny_the_opening(attempt: Attempt) -> None:
    """sys_open.error.EPERM.fanotify."""
    needs_root()
    content_class, add, open_perm, deny = 4, 1, 0x10000, 2  # of linux/fanotify.h
    group = call("fanotify_init", content_class, os.O_RDONLY)
    if group < 0:
        pytest.skip("needs fanotify")
    with descriptor(group):
        if call("fanotify_mark", group, add, open_perm, AT_FDCWD, b"file") < 0:
            pytest.skip("needs permission events of fanotify")
        pid = os.fork()
        if pid == 0:
            event = os.read(group, 4096)
            (fd,) = struct.unpack_from("=i", event, 16)
            os.write(group, struct.pack("=iI", fd, deny))
            os._exit(0)
        assert closed(attempt("file", os.O_PATH)) == 0
        assert closed(attempt("file", os.O_RDONLY)) == errno.EPERM
        assert os.waitpid(pid, 0)[1] == 0


# Read-only and busy.


@pytest.mark.parametrize("whole", [True, False], ids=["file-system", "mount"])
def test_a_read_only_file_system_is_only_read(attempt: Attempt, whole: bool) -> None:
    """sys_open.error.EROFS.write, sys_open.error.EROFS.create, sys_open.error.EROFS.tmpfile.

    sys_open.error.EROFS.access-mode-3.
    """
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"))
        Path("dir/file").touch()
        Path("dir/to-new").symlink_to("new")
        os.mkfifo("dir/fifo")
        os.mknod("dir/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        bind = 0 if whole else namespaces.MS_BIND
        namespaces.mount("tmpfs", Path("dir"), namespaces.MS_REMOUNT | namespaces.MS_RDONLY | bind)
        os.chdir("dir")
        for flags in (os.O_WRONLY, os.O_RDWR, os.O_TRUNC, os.O_WRONLY | os.O_CREAT):
            assert closed(attempt("file", flags)) == errno.EROFS
        for name in ("new", "to-new"):
            assert closed(attempt(name, os.O_CREAT)) == errno.EROFS
        assert closed(attempt(".", os.O_TMPFILE | os.O_RDWR)) == errno.EROFS
        assert closed(attempt("file", os.O_CREAT | os.O_EXCL)) == errno.EEXIST
        assert closed(attempt(".", os.O_WRONLY)) == errno.EISDIR
        assert closed(attempt("file", NO_DIRECTION)) == (errno.EROFS if whole else 0)
        for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CREAT, os.O_PATH):
            assert closed(attempt("file", flags)) == 0
        assert closed(attempt("null", os.O_RDWR | os.O_TRUNC)) == 0
        return closed(attempt("fifo", os.O_RDWR))

    assert in_child(work) == 0


def test_a_running_program_is_not_written(attempt: Attempt, tmp_path: Path) -> None:
    """sys_open.error.ETXTBSY.executed."""
    if os.statvfs(".").f_flag & os.ST_NOEXEC:
        pytest.skip("needs a mount that lets programs run")
    shutil.copy(shutil.which("sleep") or "", "program")
    with subprocess.Popen([tmp_path / "program", "60"]) as child:
        try:
            for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC):
                assert closed(attempt("program", flags)) == errno.ETXTBSY
            for flags in (os.O_RDONLY, NO_DIRECTION, os.O_PATH):
                assert closed(attempt("program", flags)) == 0
        finally:
            child.kill()
    assert closed(attempt("program", os.O_WRONLY)) == 0


def test_a_running_script_may_be_written(attempt: Attempt, tmp_path: Path) -> None:
    """sys_open.error.ETXTBSY.executed is for programs only."""
    if os.statvfs(".").f_flag & os.ST_NOEXEC:
        pytest.skip("needs a mount that lets programs run")
    Path("script").write_text("#!/bin/sh\necho ready\nread line\n")
    Path("script").chmod(0o700)
    command = [tmp_path / "script"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdout.readline() == b"ready\n"
        assert closed(attempt("script", os.O_WRONLY)) == 0
        child.communicate(b"\n")


# Making, truncating, unnamed files.


def test_truncation_needs_no_write_access_mode(attempt: Attempt) -> None:
    """sys_open.side-effect.truncate, sys_open.state-trans.content-of-the-file."""
    assert closed(attempt("file", os.O_RDONLY | os.O_TRUNC)) == 0
    assert Path("file").stat().st_size == 0


def test_a_refused_opening_does_not_truncate(attempt: Attempt) -> None:
    """sys_open.side-effect.truncate."""
    assert closed(attempt("file", os.O_TRUNC | os.O_CREAT | os.O_EXCL)) == errno.EEXIST
    assert closed(attempt("file", os.O_TRUNC | os.O_DIRECTORY)) == errno.ENOTDIR
    assert closed(attempt("to-file", os.O_TRUNC | os.O_NOFOLLOW)) == errno.ELOOP
    assert Path("file").read_bytes() == b"0123456789"


def test_truncation_drops_privileges_unless_cap_fsetid(attempt: Attempt, public: Path) -> None:
    """sys_open.side-effect.truncate, sys_open.capability.CAP_FSETID."""
    needs_root()

    def mode_after(uid: int | None) -> int:
        Path("program").write_bytes(b"x")
        os.chown("program", NOBODY, NOBODY)
        Path("program").chmod(0o6755)
        assert in_child(lambda: closed(attempt("program", os.O_TRUNC)), uid=uid) == 0
        return stat.S_IMODE(Path("program").stat().st_mode)

    assert mode_after(None) == 0o6755
    assert mode_after(NOBODY) == 0o755


def test_the_group_of_a_new_file(attempt: Attempt, public: Path) -> None:
    """sys_open.side-effect.create, sys_open.capability.CAP_FSETID."""
    needs_root()
    Path("shared").mkdir()
    os.chown("shared", 0, 1234)
    Path("shared").chmod(0o2777)
    make = os.O_CREAT | os.O_WRONLY

    def work() -> int:
        os.umask(0)
        assert closed(attempt("shared/one", make, 0o2770)) == 0
        give_up(CAP_FSETID)
        return closed(attempt("shared/two", make, 0o2770))

    assert in_child(work) == 0
    one, two = Path("shared/one").stat(), Path("shared/two").stat()
    assert (one.st_gid, two.st_gid) == (1234, 1234)
    assert (one.st_mode & 0o7777, two.st_mode & 0o7777) == (0o2770, 0o770)


@pytest.mark.parametrize(("more", "expected"), [(0, 0), (os.O_EXCL, errno.ENOENT)])
def test_an_unnamed_file_can_get_a_name(attempt: Attempt, more: int, expected: int) -> None:
    """sys_open.side-effect.tmpfile, sys_open.constraint.O_EXCL-without-O_CREAT.exclusive-claim."""
    fd = attempt(".", os.O_TMPFILE | os.O_RDWR | more)
    if fd == -errno.EOPNOTSUPP:
        pytest.skip("needs a file system with unnamed files")
    follow = 0x400  # AT_SYMLINK_FOLLOW
    with descriptor(fd):
        assert os.fstat(fd).st_nlink == 0
        name = f"/proc/self/fd/{fd}".encode()
        assert -call("linkat", AT_FDCWD, name, AT_FDCWD, b"named", follow) == expected
    assert Path("named").exists() == (not more)


def test_not_every_file_system_has_unnamed_files(attempt: Attempt) -> None:
    """sys_open.error.EOPNOTSUPP.tmpfile."""
    needs_root()
    assert closed(attempt("/proc", os.O_TMPFILE | os.O_RDWR)) == errno.EOPNOTSUPP


def test_direct_transfers_are_refused_after_the_file_was_made(attempt: Attempt) -> None:
    """sys_open.error.EINVAL.direct, sys_open.side-effect.create: the file stays."""
    for name in ("/dev/null", "fifo"):
        assert closed(attempt(name, os.O_RDWR | os.O_DIRECT)) == errno.EINVAL
    needs_root()

    def work() -> int:
        namespaces.own_mounts()
        namespaces.mount("ramfs", Path("dir"))
        assert closed(attempt("dir/new", os.O_CREAT | os.O_RDWR | os.O_DIRECT)) == errno.EINVAL
        return int(Path("dir/new").exists())

    assert in_child(work) == 1


def test_no_inode_is_left(attempt: Attempt) -> None:
    """sys_open.error.ENOSPC.space."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"), data="nr_inodes=2")
        assert closed(attempt("dir/one", os.O_CREAT)) == 0
        assert closed(attempt("dir/one", os.O_CREAT | os.O_TRUNC)) == 0
        assert closed(attempt("dir", os.O_TMPFILE | os.O_RDWR)) == errno.ENOSPC
        return closed(attempt("dir/two", os.O_CREAT))

    assert in_child(work) == errno.ENOSPC


def test_watchers_are_told(attempt: Attempt, tmp_path: Path) -> None:
    """sys_open.side-effect.notify: of making and opening, and not of O_PATH."""
    modify, opened, created = 0x2, 0x20, 0x100
    with descriptor(call("inotify_init1", os.O_NONBLOCK)) as fd:
        assert call("inotify_add_watch", fd, bytes(tmp_path), modify | opened | created) >= 0

        def events() -> list[int]:
            try:
                data = os.read(fd, 4096)
            except BlockingIOError:
                return []
            found, at = [], 0
            while at < len(data):
                _, mask, _, length = struct.unpack_from("=iIII", data, at)
                found.append(mask)
                at += 16 + length
            return found

        assert closed(attempt("file", os.O_PATH)) == 0
        assert events() == []
        assert closed(attempt("new", os.O_CREAT)) == 0
        assert events() == [created, opened]
        assert closed(attempt("file", os.O_TRUNC)) == 0
        assert sorted(events()) == [modify, opened]


# A server that says what the test wants.


@pytest.mark.parametrize("error", [errno.EACCES, errno.EIO, errno.ENOSPC])
def test_the_error_of_an_open_operation_is_passed_on(attempt: Attempt, error: int) -> None:
    """sys_open.error.EACCES.server, sys_open.error.EIO.open: and O_PATH does not ask."""

    def work(server: fuse_server.Server) -> int:
        assert closed(attempt("dir/file", os.O_PATH)) == 0
        assert fuse_server.OPEN not in server.requests()
        return closed(attempt("dir/file", os.O_RDONLY))

    assert fuse_server.served({fuse_server.OPEN: error}, work) == error


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT])
def test_the_error_of_making_a_file_is_passed_on(attempt: Attempt, error: int) -> None:
    """sys_open.error.ENOSPC.space, sys_open.error.EDQUOT.quota."""

    def work(server: fuse_server.Server) -> int:
        return closed(attempt("dir/new", os.O_CREAT | os.O_WRONLY))

    assert fuse_server.served({fuse_server.CREATE: error}, work) == error
