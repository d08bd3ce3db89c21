"""``--source`` and the paths of lint: every kind of file that a user may point at."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kapi.cli.main import main
from tests.cli.conftest import GOOD, Run

TIMEOUT_S = 60


@pytest.mark.parametrize("command", [["list", "--source"], ["show", "--source"], ["lint"], ["fmt"]])
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("no-such-file.c", "no such file or folder"),
        ("good.c/below", "no such file or folder"),
        ("", "no such file or folder"),
        ("loop", "too many levels of symbolic links"),
        ("dangling.c", "no such file or folder"),
        ("fifo", "a FIFO, neither a regular file nor a folder"),
        ("socket", "a socket, neither a regular file nor a folder"),
        ("/dev/null", "a device, neither a regular file nor a folder"),
        ("/dev/zero", "a device, neither a regular file nor a folder"),
        ("sparse.c", "larger than 64 MiB"),
    ],
)
def test_what_is_no_source(
    kapi: Run, good: Path, tmp_path: Path, command: list[str], path: str, reason: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling.c").symlink_to("nowhere")
    os.mkfifo(tmp_path / "fifo")
    with (tmp_path / "sparse.c").open("wb") as stream:
        stream.truncate(300 << 20)
    with bound_socket(tmp_path / "socket"):
        done = kapi(*command, path, timeout=TIMEOUT_S)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"kapi: error: {path}: {reason}\n"


@contextmanager
def bound_socket(path: Path) -> Iterator[None]:
    """A socket in the file system."""
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))
        yield


def test_one_bad_path_of_several_is_an_error(kapi: Run, good: Path) -> None:
    done = kapi("list", "--source", good, "--source", "none.c")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kapi: error: none.c: no such file or folder\n"


def test_a_folder_with_all_that_does_not_belong_there(kapi: Run, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "deep" / "er" / "good.c").write_text(GOOD)
    (folder / "deep" / "loop").symlink_to("..")
    (folder / "link.c").symlink_to("deep/er/good.c")
    os.mkfifo(folder / "fifo.c")
    with (folder / "sparse.h").open("wb") as stream:
        stream.truncate(300 << 20)
    (folder / "binary.c").write_bytes(bytes(range(256)) * 100)
    done = kapi("list", "--source", "tree", "-f", "json", timeout=TIMEOUT_S)
    specs = json.loads(done.stdout)["specs"]
    assert [one["location"]["file"] for one in specs] == ["tree/deep/er/good.c"] * 2
    assert done.stderr == "kapi: warning: tree/sparse.h: larger than 64 MiB\n"
    assert done.returncode == 0


def test_what_cannot_be_read_in_a_tree_is_said(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lint cannot call a tree clean that it did not read; a list just says so."""
    locked = tmp_path / "locked"
    locked.mkdir()
    original = os.scandir

    def scandir(path: str) -> object:
        if path == str(locked):
            raise PermissionError(13, "Permission denied", path)
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    warning = f"kapi: warning: {locked}: permission denied\n"
    assert main(["list", "--source", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("sys_frob ")
    assert err == warning
    assert main(["lint", str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", warning)


def test_a_path_that_is_named_twice_counts_once(kapi: Run, good: Path) -> None:
    done = kapi("list", "--source", good, "--source", "./good.c", "--source", ".")
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == ""


def test_a_link_to_a_file_may_be_named(kapi: Run, good: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(good)
    assert kapi("list", "--source", "link").stdout.startswith("sys_frob ")


def test_a_path_in_bytes_that_are_no_utf8(kapi: Run, tmp_path: Path) -> None:
    name = b"caf\xe9.c"
    (tmp_path / os.fsdecode(name)).write_text(GOOD)
    assert kapi("list", "--source", name).stdout.startswith("sys_frob ")
    done = kapi("lint", "--format", "json", b".")
    assert (done.returncode, done.stdout.count("caf")) == (0, 0)
    done = kapi("show", "--source", name, "frob", "-v")
    assert (done.returncode, done.stderr) == (0, "")
    assert "caf\\udce9.c:3:1" in done.stdout


def test_bytes_that_are_no_utf8_and_null_bytes(kapi: Run, good: Path) -> None:
    data = good.read_bytes().replace(b"tune a widget", b"tune \xff a\x00 widget")
    good.write_bytes(b"\xef\xbb\xbf" + b"char x = '\xfe';\n\x00\n" + data)
    done = kapi("list", "--source", good)
    assert done.stdout.startswith("sys_frob  tune \\xff a\\x00 widget\n")
    assert done.stderr.startswith("kapi: warning: 1 error in these specifications; see: kapi lint")
    assert done.returncode == 0


def test_a_source_without_specs_is_said(kapi: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.c").touch()
    done = kapi("list", "--source", "empty.c")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "kapi: warning: no specification in empty.c\n"
    done = kapi("show", "--source", "empty.c", "x")
    assert done.returncode == 2
    assert done.stderr.endswith(
        "kapi: error: no specification of 'x'; 'kapi list' shows what there is\n"
    )


def test_errors_in_a_source_are_counted(kapi: Run, bad: Path, tmp_path: Path) -> None:
    spaced = tmp_path / "a b.c"
    bad.rename(spaced)
    done = kapi("show", "--source", spaced.name, "bad")
    assert done.returncode == 0
    assert done.stdout.startswith("sys_bad - has faults\n")
    assert done.stderr == (
        "kapi: warning: 1 error in these specifications; see: kapi lint 'a b.c'\n"
    )


def test_shared_specs_of_the_catalogue_can_be_included(kapi: Run, tmp_path: Path) -> None:
    (tmp_path / "own.c").write_text(
        "/**\n * sys_own - x\n * @fd: x\n *\n * api-version: 2\n * api-type: syscall\n"
        " * include: fd_lookup(fd)\n */\nSYSCALL_DEFINE1(own, int, fd);\n"
    )
    done = kapi("show", "--source", "own.c", "own")
    assert done.stderr == ""
    assert "EBADF - not an open descriptor" in done.stdout
