"""``kapi fmt``: canonical comments in place, and nothing else changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kapi.cli.main import main
from kapi.csource.rewrite import rewrite
from tests.cli.conftest import Run

ROOT = Path(__file__).parent.parent.parent

MESSY = """\
int  before;   /* kept */

/**
 * sys_x:  tune
 *    it
 * @a:   text
 * api-version: 2
 * api-type: syscall
 * error:   EIO,
 *     broken
 *   condition:
 *       it is
 *       broken
 */
SYSCALL_DEFINE1(x,   int,a)
{ return  0 ; }
"""

TIDY = """\
int  before;   /* kept */

/**
 * sys_x - tune it
 * @a: text
 *
 * api-version: 2
 * api-type: syscall
 *
 * error: EIO, broken
 *   condition: it is broken
 */
SYSCALL_DEFINE1(x,   int,a)
{ return  0 ; }
"""


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A file that is not in canonical form."""
    path = tmp_path / "messy.c"
    path.write_text(MESSY)
    return path


def test_in_place(kapi: Run, messy: Path) -> None:
    messy.chmod(0o640)
    done = kapi("fmt", "messy.c")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert messy.read_text() == TIDY
    assert messy.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(messy.parent) == ["messy.c"]


def test_twice_is_once(kapi: Run, messy: Path) -> None:
    kapi("fmt", "messy.c")
    before = messy.stat()
    assert kapi("fmt", "messy.c").returncode == 0
    after = messy.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_the_catalogue_stays_what_it_means(tmp_path: Path, kapi: Run) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    before = kapi("show", "--source", "specs", "--shared", "-f", "json").stdout
    assert kapi("fmt", "specs").returncode == 0
    done = kapi("fmt", "--check", "specs")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    from kapi.model.codec import load, normalise

    after = kapi("show", "--source", "specs", "--shared", "-f", "json").stdout
    assert [*map(normalise, load(after))] == [*map(normalise, load(before))]


def test_check(kapi: Run, messy: Path) -> None:
    done = kapi("fmt", "--check", "messy.c")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "messy.c: not in canonical form\n"
    assert messy.read_text() == MESSY


def test_diff_is_a_patch(kapi: Run, messy: Path, tmp_path: Path) -> None:
    done = kapi("fmt", "--diff", "messy.c")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("--- a/messy.c\n+++ b/messy.c\n@@ -1,16 +1,14 @@\n")
    assert messy.read_text() == MESSY
    if shutil.which("patch"):
        patch = ["patch", "-p1", "--quiet"]
        subprocess.run(patch, cwd=tmp_path, input=done.stdout, text=True, check=True)
        assert messy.read_text() == TIDY


def test_check_and_diff(kapi: Run, messy: Path) -> None:
    done = kapi("fmt", "--check", "--diff", "messy.c")
    assert done.returncode == 1
    assert done.stdout.startswith("--- a/messy.c\n")
    kapi("fmt", "messy.c")
    done = kapi("fmt", "--check", "--diff", "messy.c")
    assert (done.returncode, done.stdout) == (0, "")


class TestStdin:
    """The path ``-``."""

    def test_stdin_to_stdout(self, kapi: Run) -> None:
        done = kapi("fmt", "-", input=MESSY)
        assert (done.returncode, done.stdout, done.stderr) == (0, TIDY, "")
        assert kapi("fmt", "-", input=TIDY).stdout == TIDY

    def test_check(self, kapi: Run) -> None:
        done = kapi("fmt", "--check", "-", input=MESSY)
        assert (done.returncode, done.stdout) == (1, "<stdin>: not in canonical form\n")

    def test_with_errors_all_comes_back(self, kapi: Run, bad: Path) -> None:
        done = kapi("fmt", "-", input=bad.read_text())
        assert (done.returncode, done.stdout) == (1, bad.read_text())
        assert done.stderr.startswith("<stdin>:11:6: error: 'param' has no sub-key")

    def test_not_beside_files(self, kapi: Run, messy: Path) -> None:
        done = kapi("fmt", "-", "messy.c")
        assert done.returncode == 2
        assert messy.read_text() == MESSY
        assert "'-' stands alone" in done.stderr

    def test_a_closed_stdin(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", None)
        assert main(["fmt", "-"]) == 2


def test_a_comment_with_errors_is_left_alone(kapi: Run, messy: Path, bad: Path) -> None:
    messy.write_text(bad.read_text() + MESSY)
    done = kapi("fmt", "messy.c")
    assert done.returncode == 1
    assert messy.read_text() == bad.read_text() + TIDY
    assert done.stderr == (
        "messy.c:11:6: error: 'param' has no sub-key 'reversable' [unknown-key]\n"
        " *   reversable: yes\n"
        "     ^~~~~~~~~~\n"
    )


def test_other_files_are_rewritten_all_the_same(kapi: Run, messy: Path, bad: Path) -> None:
    assert kapi("fmt", "bad.c", "messy.c").returncode == 1
    assert messy.read_text() == TIDY


def test_a_comment_that_is_no_spec_is_left_alone(kapi: Run, messy: Path) -> None:
    text = "/**\n * frob() -   x\n *   @a:   y\n * Return:   z\n */\nint frob(int a);\n"
    messy.write_text(text)
    assert kapi("fmt", "messy.c").returncode == 0
    assert messy.read_text() == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x \xff\n", b"\x00 \xfe"),
        (b"\xef\xbb\xbf", b""),
        (b"a\r\nb\rc\n", b"\x0c"),
    ],
)
def test_bytes_outside_comments_stay(before: bytes, after: bytes) -> None:
    found = rewrite("x.c", before + MESSY.encode() + after)
    assert found.data == before + TIDY.encode() + after


def test_windows_line_ends_stay() -> None:
    data = MESSY.replace("\n", "\r\n").encode()
    found = rewrite("x.c", data)
    assert found.data == TIDY.replace("\n", "\r\n").encode()
    assert rewrite("x.c", found.data).data == found.data


def test_an_indented_comment_stays_indented() -> None:
    comment, code = MESSY.partition("SYSCALL")[0], MESSY.partition("SYSCALL")[2]
    data = comment.replace("\n", "\n\t") + "SYSCALL" + code
    wanted, rest = TIDY.partition("SYSCALL")[0], TIDY.partition("SYSCALL")[2]
    tidy = wanted.replace("\n", "\n\t").replace("*\n\t *\n", "*\n\t *\n") + "SYSCALL" + rest
    first = rewrite("x.c", data.encode()).data.decode()
    assert [line.strip() for line in first.split("\n")] == [
        line.strip() for line in tidy.split("\n")
    ]
    assert "\n\t/**\n\t * sys_x - tune it\n" in first
    assert rewrite("x.c", first.encode()).data.decode() == first


def test_a_link_keeps_leading_to_the_file(kapi: Run, messy: Path, tmp_path: Path) -> None:
    (tmp_path / "link.c").symlink_to("messy.c")
    assert kapi("fmt", "link.c").returncode == 0
    assert (tmp_path / "link.c").is_symlink()
    assert messy.read_text() == TIDY


def test_a_file_that_must_not_be_written(
    messy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "access", lambda _path, mode, **_more: mode != os.W_OK)
    assert main(["fmt", str(messy)]) == 2
    assert capsys.readouterr().err == f"kapi: error: {messy}: permission denied\n"
    assert messy.read_text() == MESSY


def test_a_full_disk_leaves_the_file_alone(
    messy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert main(["fmt", str(messy)]) == 2
    assert capsys.readouterr().err == f"kapi: error: {messy}: no space left on device\n"
    assert os.listdir(messy.parent) == ["messy.c"]
    assert messy.read_text() == MESSY


def test_a_comment_that_would_change_its_meaning_is_left_alone(
    messy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is wrong with the printer, no fact is lost."""
    monkeypatch.setattr(
        "kapi.csource.rewrite.print_comment", lambda _spec: TIDY[27:].partition("SYS")[0].rstrip()
    )
    monkeypatch.setattr("kapi.cli.commands.fmt.rewrite", rewrite)
    text = MESSY.replace("broken\n *   condition", "worn out\n *   condition")
    messy.write_text(text)
    assert main(["fmt", str(messy)]) == 1
    assert messy.read_text() == text
    assert capsys.readouterr().err == (
        f"kapi: warning: {messy}:3:1: left alone, as its canonical form would not say the same\n"
    )
