"""``kapi show``: formats, files, widths, colours."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import jsonschema_rs
import pytest

from kapi.cli.main import main
from kapi.model.codec import load
from tests.cli.conftest import Run, environment


def test_plain(kapi: Run, good: Path) -> None:
    done = kapi("show", "--source", good, "frob")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sys_frob - tune a widget\n\nSYNOPSIS\n")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.split("\n"))) <= 80


def test_the_catalogue_by_the_name_of_a_call(kapi: Run) -> None:
    done = kapi("show", "read")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sys_read - ")
    assert kapi("show", "sys_read").stdout == done.stdout


def test_one_call_is_as_in_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Only what a name needs is parsed; what comes out is the same."""
    assert main(["show", "-f", "json", "--shared"]) == 0
    everything = {spec.name: spec for spec in load(capsys.readouterr().out)}
    assert len(everything) > 5
    for name, spec in everything.items():
        assert main(["show", "-f", "json", name]) == 0
        assert load(capsys.readouterr().out) == (spec,)


def test_json_obeys_the_schema(kapi: Run) -> None:
    schema = json.loads(kapi("schema").stdout)
    validator = jsonschema_rs.validator_for(schema)
    document = json.loads(kapi("show", "-f", "json").stdout)
    validator.validate(document)
    assert document["specs"]
    assert not validator.is_valid({"specs": []})


@pytest.mark.parametrize(
    ("format", "start"),
    [
        ("rst", "sys_frob - tune a widget\n====="),
        ("md", "# sys_frob\n\ntune a widget\n"),
        ("man", '.TH FROB 2 2024-11-17 Linux "System Calls Manual"\n'),
    ],
)
def test_other_formats(kapi: Run, good: Path, format: str, start: str) -> None:
    assert kapi("show", "--source", good, "frob", "-f", format).stdout.startswith(start)


def test_a_manual_page_names_its_kernel(kapi: Run, tmp_path: Path, good: Path) -> None:
    assert '"Linux 6.12"' in kapi("show", "read", "-f", "man").stdout.split("\n")[0]
    marks = ("Kbuild", "MAINTAINERS", "include/uapi/asm-generic/errno.h")
    for name in marks:
        (tmp_path / "linux" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "linux" / name).touch()
    (tmp_path / "linux/Makefile").write_text("VERSION = 7\nPATCHLEVEL = 3\n")
    good.rename(tmp_path / "linux/good.c")
    shown = kapi("--source", "linux/good.c", "frob", "-f", "man").stdout
    assert '"Linux 7.3"' in shown.split("\n")[0]


def test_places_on_demand(kapi: Run, good: Path) -> None:
    assert str(good) not in kapi("show", "--source", good, "frob").stdout
    assert f"{good}:3:1" in kapi("show", "--source", good, "frob", "-v").stdout


def test_shared_specs_only_if_asked_for(kapi: Run, good: Path) -> None:
    def names(*arguments: str) -> list[str]:
        done = kapi("show", "--source", good, "-f", "json", *arguments)
        return [one["name"] for one in json.loads(done.stdout)["specs"]]

    assert names() == ["sys_frob", "frob_all"]
    assert names("--shared") == ["sys_frob", "widget_lookup", "frob_all"]
    assert names("widget_lookup") == ["widget_lookup"]


class TestFiles:
    """``-o``."""

    def test_one_file(self, kapi: Run, good: Path, tmp_path: Path) -> None:
        done = kapi("show", "--source", good, "frob", "-f", "man", "-o", "frob.2")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (tmp_path / "frob.2").read_text() == kapi(
            "show", "--source", good, "frob", "-f", "man"
        ).stdout

    def test_a_folder_gets_a_file_for_each(self, kapi: Run, good: Path, tmp_path: Path) -> None:
        for form in ("man", "json", "plain"):
            assert kapi("show", "--source", good, "-f", form, "-o", "out/new/").returncode == 0
        assert sorted(path.name for path in (tmp_path / "out/new").iterdir()) == [
            *("frob.2", "frob_all.9"),
            *("frob_all.json", "frob_all.txt", "sys_frob.json", "sys_frob.txt"),
        ]
        (spec,) = load((tmp_path / "out/new/sys_frob.json").read_text())
        assert spec.name == "sys_frob"

    @pytest.mark.parametrize(
        ("target", "reason"),
        [
            ("none/x", "none/x: no such file or directory"),
            (".", ".: is a directory"),
            ("good.c/", "good.c/: file exists"),
            ("/dev/full", "/dev/full: no space left on device"),
        ],
    )
    def test_what_cannot_be_written(self, kapi: Run, good: Path, target: str, reason: str) -> None:
        done = kapi("show", "--source", good, "frob", "-o", target)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"kapi: error: {reason}\n")


class TestTerminal:
    """Widths and colours."""

    def test_width(self, kapi: Run, good: Path) -> None:
        narrow = kapi("show", "--source", good, "frob", "--width", "50").stdout
        assert 40 < max(map(len, narrow.split("\n"))) <= 50
        assert kapi("show", "--source", good, "frob", env={"COLUMNS": "50"}).stdout == narrow
        wide = kapi("show", "--source", good, "frob", env={"COLUMNS": "none"}).stdout
        assert wide == kapi("show", "--source", good, "frob").stdout

    @pytest.mark.parametrize(
        ("arguments", "env", "coloured"),
        [
            ([], {}, False),
            ([], {"FORCE_COLOR": "1"}, True),
            ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
            ([], {"FORCE_COLOR": "", "NO_COLOR": ""}, False),
            (["--color", "always"], {"NO_COLOR": "1"}, True),
            (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ],
    )
    def test_colours_without_a_terminal(
        self, kapi: Run, arguments: list[str], env: dict[str, str], coloured: bool
    ) -> None:
        assert ("\x1b[1m" in kapi("show", "read", *arguments, env=env).stdout) == coloured

    def test_only_plain_text_has_colours(self, kapi: Run) -> None:
        for form in ("json", "man", "rst", "md"):
            assert "\x1b" not in kapi("show", "read", "-f", form, "--color", "always").stdout

    @pytest.mark.parametrize(
        ("env", "coloured"),
        [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)],
    )
    def test_on_a_terminal(self, good: Path, env: dict[str, str], coloured: bool) -> None:
        arguments = ["show", "--source", str(good), "frob"]
        text = run_on_terminal(arguments, environment() | env, columns=64)
        assert ("\x1b[1m" in text) == coloured
        if not coloured:
            assert 50 < max(map(len, text.split("\r\n"))) <= 64


def run_on_terminal(arguments: list[str], env: dict[str, str], columns: int) -> str:
    """What the program writes to a terminal of a width."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, columns, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-m", "kapi", *arguments], stdin=slave, stdout=slave, stderr=slave, env=env
    )
    os.close(slave)
    found = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # EIO: the other side is closed
            break
        if not part:
            break
        found += part
    os.close(master)
    assert child.wait() == 0
    return found.decode()
