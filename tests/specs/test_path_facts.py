"""What the specifications of open and openat claim of pathnames, tried on the running kernel.

Most tests run once with each call: an id of ``sys_open`` stands for that of ``sys_openat`` too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.specs import fuse_server, namespaces
from tests.specs.capabilities import (
    CAP_CHECKPOINT_RESTORE,
    CAP_DAC_OVERRIDE,
    CAP_DAC_READ_SEARCH,
    CAP_SYS_ADMIN,
    CAP_SYS_PTRACE,
    give_up,
)
from tests.specs.opening import NOBODY, Attempt, closed
from tests.specs.rawcall import (
    ALL_ONES,
    PAGE,
    call,
    descriptor,
    in_child,
    needs_root,
    pages,
    unmapped,
)

pytestmark = [pytest.mark.requires("gcc"), pytest.mark.usefixtures("objects")]

PATH_MAX, NAME_MAX = 4096, 255


@contextmanager
def string_before_a_hole(length: int) -> Iterator[int]:
    """The address of ``length`` slashes with unmapped memory behind them."""
    with pages(3, hole=2) as base:
        start = base + 2 * PAGE - length
        ctypes.memset(start, ord("/"), length)
        yield start


# The string.


def test_a_string_must_be_readable(attempt: Attempt) -> None:
    """sys_open.error.EFAULT.string, sys_open.param.filename.constraint."""
    assert closed(attempt(None, os.O_RDONLY)) == errno.EFAULT
    assert closed(attempt(ALL_ONES, os.O_RDONLY)) == errno.EFAULT
    with unmapped() as address:
        assert closed(attempt(address, os.O_RDONLY | os.O_CREAT)) == errno.EFAULT
    with string_before_a_hole(PATH_MAX - 1) as address:
        assert closed(attempt(address, os.O_RDONLY)) == errno.EFAULT


def test_nothing_behind_path_max_is_looked_at(attempt: Attempt) -> None:
    """sys_open.error.ENAMETOOLONG.whole."""
    with string_before_a_hole(PATH_MAX) as address:
        assert closed(attempt(address, os.O_RDONLY)) == errno.ENAMETOOLONG
    assert closed(attempt("/" * PATH_MAX, os.O_RDONLY)) == errno.ENAMETOOLONG
    assert closed(attempt("/" * (PATH_MAX - 1), os.O_RDONLY)) == 0


def test_what_links_contain_does_not_count(attempt: Attempt) -> None:
    """sys_open.error.ENAMETOOLONG.whole."""
    Path("long").symlink_to("./" * 1500)
    assert closed(attempt("long/long/long/file", os.O_RDONLY)) == 0


def test_an_empty_pathname_is_enoent(attempt: Attempt) -> None:
    """sys_open.error.ENOENT.empty."""
    for flags in (os.O_RDONLY, os.O_CREAT, os.O_PATH):
        assert closed(attempt("", flags)) == errno.ENOENT


# The walk.


@pytest.mark.parametrize("name", ["gone/x", "dangling/x", "gone/..", "dir/gone/x"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_CREAT, os.O_PATH, os.O_TMPFILE | os.O_RDWR])
def test_a_missing_directory(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.ENOENT.directory."""
    assert closed(attempt(name, flags)) == errno.ENOENT


def test_a_removed_working_directory_holds_nothing(attempt: Attempt) -> None:
    """sys_open.error.ENOENT.directory: but its dots are found."""
    os.chdir("dir")
    Path("../dir").rmdir()
    assert closed(attempt("x", os.O_RDONLY)) == errno.ENOENT
    assert closed(attempt("x", os.O_CREAT)) == errno.ENOENT
    for name in (".", ".."):
        assert closed(attempt(name, os.O_RDONLY)) == 0


def test_no_way_up_from_a_directory_that_left_the_mount(attempt: Attempt, tmp_path: Path) -> None:
    """sys_open.error.ENOENT.escaped."""
    needs_root()
    Path("part/deep").mkdir(parents=True)
    Path("mounted").mkdir()

    def work() -> int:
        namespaces.own_mounts()
        namespaces.mount(
            "", tmp_path / "mounted", namespaces.MS_BIND, source=str(tmp_path / "part")
        )
        os.chdir("mounted/deep")
        assert closed(attempt("..", os.O_RDONLY)) == 0
        (tmp_path / "part/deep").rename(tmp_path / "moved")
        assert closed(attempt(".", os.O_RDONLY)) == 0
        return closed(attempt("..", os.O_RDONLY))

    assert in_child(work) == errno.ENOENT


@pytest.mark.parametrize("name", ["file/x", "fifo/x", "to-file/x", "file/.", "/dev/null/x"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_CREAT, os.O_PATH])
def test_a_component_that_is_no_directory(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.ENOTDIR.component."""
    assert closed(attempt(name, flags)) == errno.ENOTDIR


@pytest.mark.parametrize("name", ["file/", "fifo///", "to-file/"])
@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_PATH, os.O_NOFOLLOW])
def test_a_slash_asks_for_a_directory(attempt: Attempt, name: str, flags: int) -> None:
    """sys_open.error.ENOTDIR.component."""
    assert closed(attempt(name, flags)) == errno.ENOTDIR


def test_every_directory_needs_search_permission(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EACCES.search: for a dot too, not for the root directory itself."""
    needs_root()
    Path("shut").mkdir()
    Path("shut/file").touch()
    Path("shut").chmod(0o766)

    def work() -> int:
        assert closed(attempt("shut/file", os.O_RDONLY)) == errno.EACCES
        assert closed(attempt("shut/gone", os.O_RDONLY)) == errno.EACCES
        assert closed(attempt("shut/file", os.O_PATH)) == errno.EACCES
        assert closed(attempt("shut/.", os.O_RDONLY)) == errno.EACCES
        assert closed(attempt("shut", os.O_RDONLY)) == 0
        return closed(attempt("/", os.O_RDONLY))

    assert in_child(work, uid=NOBODY) == 0


def test_either_of_two_capabilities_searches(attempt: Attempt, public: Path) -> None:
    """sys_open.capability.CAP_DAC_READ_SEARCH.search.

    sys_open.capability.CAP_DAC_OVERRIDE.search.
    """
    needs_root()
    Path("shut").mkdir()
    Path("shut/file").touch()
    os.chown("shut", NOBODY, NOBODY)
    Path("shut").chmod(0o700)

    def without(*capabilities: int) -> int:
        def work() -> int:
            give_up(*capabilities)
            return closed(attempt("shut/file", os.O_RDONLY))

        return in_child(work)

    assert without(CAP_DAC_OVERRIDE) == 0
    assert without(CAP_DAC_READ_SEARCH) == 0
    assert without(CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH) == errno.EACCES


def test_the_41st_link_is_too_many(attempt: Attempt) -> None:
    """sys_open.error.ELOOP.link for the last component.

    sys_open.error.ELOOP.links for one before it.
    """
    Path("link0").symlink_to(".")
    for number in range(1, 41):
        Path(f"link{number}").symlink_to(f"link{number - 1}")
    assert closed(attempt("link39", os.O_RDONLY)) == 0
    assert closed(attempt("link40", os.O_RDONLY)) == errno.ELOOP
    assert closed(attempt("link39/file", os.O_RDONLY)) == 0
    assert closed(attempt("link40/file", os.O_RDONLY)) == errno.ELOOP
    assert closed(attempt("link19/link19/file", os.O_RDONLY)) == 0
    assert closed(attempt("link19/link20/file", os.O_RDONLY)) == errno.ELOOP


def test_a_circle_of_links(attempt: Attempt) -> None:
    """sys_open.error.ELOOP.links, sys_open.error.ELOOP.link."""
    for flags in (os.O_RDONLY, os.O_CREAT, os.O_PATH, os.O_PATH | os.O_NOFOLLOW):
        assert closed(attempt("circle/x", flags)) == errno.ELOOP
    for flags in (os.O_RDONLY, os.O_CREAT, os.O_PATH):
        assert closed(attempt("circle", flags)) == errno.ELOOP


def test_a_mount_can_forbid_links(attempt: Attempt) -> None:
    """sys_open.error.ELOOP.link, sys_open.error.ELOOP.links: on a mount with nosymfollow."""
    needs_root()

    def work() -> int:
        namespaces.tmpfs(Path("dir"), namespaces.MS_NOSYMFOLLOW)
        os.chdir("dir")
        Path("file").touch()
        Path("to-file").symlink_to("file")
        Path("to-dir").symlink_to(".")
        assert closed(attempt("to-dir/file", os.O_RDONLY)) == errno.ELOOP
        assert closed(attempt("to-file", os.O_RDONLY)) == errno.ELOOP
        return closed(attempt("to-file", os.O_PATH | os.O_NOFOLLOW))

    assert in_child(work) == 0


@pytest.mark.parametrize("flags", [os.O_RDONLY, os.O_CREAT, os.O_PATH])
def test_a_component_can_be_too_long(attempt: Attempt, flags: int) -> None:
    """sys_open.error.ENAMETOOLONG.component, sys_open.error.ENAMETOOLONG.link."""
    assert closed(attempt("x" * NAME_MAX + "/y", flags)) == errno.ENOENT
    assert closed(attempt("x" * (NAME_MAX + 1), flags)) == errno.ENAMETOOLONG
    assert closed(attempt("x" * (NAME_MAX + 1) + "/y", flags)) == errno.ENAMETOOLONG
    Path("to-long").symlink_to("x" * (NAME_MAX + 1))
    assert closed(attempt("to-long", flags)) == errno.ENAMETOOLONG


def test_procfs_does_not_find_long_names(attempt: Attempt) -> None:
    """sys_open.error.ENAMETOOLONG.component: the limit is the file system's."""
    assert closed(attempt("/proc/" + "x" * (NAME_MAX + 1), os.O_RDONLY)) == errno.ENOENT


def test_procfs_can_hide_processes(attempt: Attempt, public: Path) -> None:
    """sys_open.error.EPERM.proc."""
    needs_root()
    Path("proc").mkdir()

    def work() -> int:
        namespaces.own_mounts()
        namespaces.mount("proc", public / "proc", data="hidepid=1")
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        assert closed(attempt("proc/self/status", os.O_RDONLY)) == 0
        return closed(attempt("proc/1/status", os.O_RDONLY))

    assert in_child(work) == errno.EPERM


def test_map_files_asks_for_a_capability(attempt: Attempt) -> None:
    """sys_open.error.EPERM.proc."""
    needs_root()

    def work() -> int:
        name = next(Path("/proc/self/map_files").iterdir())
        assert closed(attempt(name, os.O_RDONLY)) == 0
        give_up(CAP_SYS_ADMIN, CAP_CHECKPOINT_RESTORE)
        return closed(attempt(name, os.O_RDONLY))

    if not Path("/proc/self/map_files").exists():
        pytest.skip("needs /proc/self/map_files")
    assert in_child(work) == errno.EPERM


def test_a_process_that_is_gone_is_esrch() -> None:
    """sys_openat.error.ESRCH.proc."""
    child = subprocess.Popen(["sleep", "60"])
    with descriptor(os.open(f"/proc/{child.pid}", os.O_RDONLY | os.O_DIRECTORY)) as fd:
        assert closed(call("openat", fd, b"status", os.O_RDONLY, 0)) == 0
        child.kill()
        child.wait()
        assert closed(call("openat", fd, b"status", os.O_RDONLY, 0)) == errno.ESRCH


def test_links_of_procfs_need_ptrace_permission(attempt: Attempt) -> None:
    """sys_open.error.EACCES.search, sys_open.error.EACCES.link.

    sys_open.capability.CAP_SYS_PTRACE.proc-link.
    """
    needs_root()
    with subprocess.Popen(["sleep", "60"], user=NOBODY, group=NOBODY, extra_groups=[]) as other:
        root = f"/proc/{other.pid}/root"

        def without_capability() -> int:
            assert closed(attempt(root, os.O_RDONLY)) == 0
            give_up(CAP_SYS_PTRACE)
            assert closed(attempt(root + "/dev", os.O_RDONLY)) == errno.EACCES
            assert closed(attempt(root, os.O_PATH | os.O_NOFOLLOW)) == 0
            return closed(attempt(root, os.O_RDONLY))

        try:
            assert in_child(without_capability) == errno.EACCES
        finally:
            other.kill()


def test_following_a_link_updates_its_access_time(attempt: Attempt) -> None:
    """sys_open.side-effect.link-atime.

    sys_open.side-effect.last-link-atime: and none for the file itself.
    """
    if os.statvfs(".").f_flag & os.ST_NOATIME:
        pytest.skip("needs a mount with access times")
    long_ago = (1 << 30, 1 << 30)
    for link in ("to-dir", "to-file"):
        os.utime(link, long_ago, follow_symlinks=False)
    os.utime("file", long_ago)
    assert closed(attempt("to-dir/../to-file", os.O_RDONLY)) == 0
    assert Path("to-dir").lstat().st_atime > long_ago[0]
    assert Path("to-file").lstat().st_atime > long_ago[0]
    assert Path("file").stat().st_atime == long_ago[0]


@pytest.mark.parametrize("error", [errno.EIO, errno.EUCLEAN, errno.EINTR, errno.ESTALE])
def test_the_error_of_a_lookup_is_passed_on(attempt: Attempt, error: int) -> None:
    """sys_open.error.EIO.lookup, sys_open.error.EUCLEAN.lookup, sys_open.error.EINTR.server.

    sys_open.error.ESTALE.lookup.
    """

    def work(server: fuse_server.Server) -> int:
        answer = closed(attempt("dir/file", os.O_RDONLY))
        tries = server.requests().count(fuse_server.LOOKUP)
        assert tries > 1 if error == errno.ESTALE else tries == 1
        return answer

    assert fuse_server.served({fuse_server.LOOKUP: error}, work) == error


def test_a_server_that_is_gone(attempt: Attempt) -> None:
    """sys_open.error.ENOTCONN.server."""

    def work(server: fuse_server.Server) -> int:
        assert closed(attempt("dir/file", os.O_RDONLY)) == 0
        server.stop()
        return closed(attempt("dir/file", os.O_RDONLY))

    assert fuse_server.served({}, work) == errno.ENOTCONN


# The starting point.


@pytest.mark.parametrize("dfd", [-1, 0x7FFFFFFF, 0x80000000, -99, -101])
def test_a_relative_pathname_needs_a_descriptor(dfd: int) -> None:
    """sys_openat.error.EBADF.start."""
    assert closed(call("openat", dfd, b"file", os.O_RDONLY, 0)) == errno.EBADF
    assert closed(call("openat", dfd, b".", os.O_PATH, 0)) == errno.EBADF
    assert closed(call("openat", dfd, b"", os.O_RDONLY, 0)) == errno.ENOENT
    assert closed(call("openat", dfd, b"/dev/null", os.O_RDONLY, 0)) == 0


def test_only_the_low_half_of_the_register_names_the_start() -> None:
    """sys_openat.param.dfd."""
    assert closed(call("openat", 0xFFFFFF9C, b"file", os.O_RDONLY, 0)) == 0
    with descriptor(os.open("dir", os.O_RDONLY)) as fd:
        assert closed(call("openat", fd | 1 << 32, b"../file", os.O_RDONLY, 0)) == 0


def test_the_start_must_be_a_directory() -> None:
    """sys_openat.error.ENOTDIR.component."""
    for flags in (os.O_RDONLY, os.O_PATH):
        with descriptor(os.open("file", flags)) as fd:
            for name in (b".", b"x", b"../file"):
                assert closed(call("openat", fd, name, os.O_RDONLY, 0)) == errno.ENOTDIR


def test_the_start_may_be_a_marked_place() -> None:
    """sys_openat.error.EBADF.start is not for O_PATH, and the directory may be moved."""
    with descriptor(os.open("dir", os.O_PATH)) as fd:
        assert closed(call("openat", fd, b"new", os.O_CREAT | os.O_WRONLY, 0o600)) == 0
        Path("dir").rename("elsewhere")
        assert closed(call("openat", fd, b"new", os.O_RDONLY, 0)) == 0


def test_the_start_must_be_searchable_now(public: Path) -> None:
    """sys_openat.param.dfd, sys_openat.error.EACCES.search."""
    needs_root()
    Path("shut").mkdir()
    Path("shut/file").touch()

    def work() -> int:
        fd = os.open("shut", os.O_RDONLY)
        Path("shut").chmod(0o700)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        return closed(call("openat", fd, b"file", os.O_RDONLY, 0))

    assert in_child(work) == errno.EACCES
