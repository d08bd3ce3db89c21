"""Causes of failed calls, looked at on this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kapi.trace.explain import explain
from kapi.trace.lines import Call, Reader
from kapi.trace.paths import (
    dir_may_create,
    path_kind,
    path_lkind,
    path_mount,
    path_owned,
    path_slash,
)
from tests.trace.checking import KERNEL, NUMBERS, specs


def causes(line: str) -> list[tuple[str, str]]:
    """Label and word of each cause that is possible."""
    (call,) = Reader().read([f"{line}\n"])
    assert isinstance(call, Call)
    found = explain(call, specs()[call.name], KERNEL, NUMBERS)
    return [(one.claim.rpartition(".")[2], one.word) for one in found if one.holds is not False]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to("gone")
    (tmp_path / "far").symlink_to("gone/away")
    (tmp_path / "slash").symlink_to("./")
    (tmp_path / "loop").symlink_to("loop")
    return tmp_path


@pytest.mark.parametrize(
    ("call", "errno", "label"),
    [
        ('openat(AT_FDCWD, "{}/file/x", O_RDONLY)', "ENOTDIR", "component"),
        ('openat(AT_FDCWD, "{}/file", O_RDONLY|O_DIRECTORY)', "ENOTDIR", "not-directory"),
        ('openat(AT_FDCWD, "{}/gone", O_RDONLY)', "ENOENT", "missing"),
        ('openat(AT_FDCWD, "{}/gone/x", O_RDONLY|O_CREAT, 0600)', "ENOENT", "directory"),
        ('open("", O_RDONLY)', "ENOENT", "empty"),
        ('openat(-1, "x", O_RDONLY)', "EBADF", "start"),
        ('open("{}", O_WRONLY)', "EISDIR", "write-directory"),
        ("read(-1, 0x1000, 5)", "EBADF", "not-open"),
        ("madvise(0x1001, 5, MADV_NORMAL)", "EINVAL", "constraint"),
    ],
)
def test_the_one_that_is_so(folder: Path, call: str, errno: str, label: str) -> None:
    assert causes(f"{call.format(folder)} = -1 {errno}")[0] == (label, "it is so")


def test_what_is_not_known_may_be(folder: Path) -> None:
    assert ("not-open", "may be") in causes("read(3, 0x1000, 5) = -1 EBADF")
    line = f'openat(3, "{folder.name}", O_RDONLY) = -1 ENOENT'
    assert {word for _, word in causes(line)} == {"may be"}
    assert causes("dup2(0, 5) = -1 EINTR") == []
    assert causes(f'open("{folder}/file", O_RDONLY) = -1 EISDIR') == []


def test_kinds_of_paths(folder: Path) -> None:
    path = os.fsencode(folder)
    assert path_kind(path) == path_kind(path + b"/slash") == "dir"
    assert path_lkind(path + b"/slash") == "symlink"
    assert path_lkind(path + b"/slash/") == "dir"
    assert path_kind(path + b"/gone") == path_kind(path + b"/dangling") == "none"
    assert path_lkind(path + b"/dangling") == "symlink"
    assert path_kind(path + b"/far") == path_kind(path + b"/gone/x") == "missing"
    assert path_kind(path + b"/loop") == "loop"
    assert path_kind(path + b"/file/x") == "notdir"
    assert path_kind(path + b"/" + b"x" * 300) == "longname"
    assert path_kind(b"/dev/null") == "chardev"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(folder / "socket"))
        assert path_kind(path + b"/socket") == "socket"
    assert path_kind(b"") is None and path_kind(b"a\0b") is None


def test_other_answers(folder: Path) -> None:
    path = os.fsencode(folder)
    assert path_slash(path + b"/slash") is True
    assert path_slash(path + b"/dangling") is False
    assert path_slash(path + b"/loop") is None
    assert path_owned(path) is True and path_owned(path + b"/gone") is None
    assert dir_may_create(path + b"/gone") is True
    assert path_mount(path + b"/file") == path_mount(path + b"/gone")
