"""The program as a whole: help, dispatch, the short form, and how it fails."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kapi as package
from kapi.cli import parser
from kapi.cli.main import main
from tests.cli.conftest import Run, environment


def test_version(kapi: Run) -> None:
    done = kapi("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"kapi {package.__version__}\n", "")


def test_help_names_every_command(kapi: Run) -> None:
    done = kapi("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name, text in parser.COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(text)}$", done.stdout, re.MULTILINE)


def test_help_imports_no_command() -> None:
    program = (
        "import sys; from kapi.cli.main import main; main(['--help']);"
        "print(*[name for name in sys.modules if name.startswith('kapi')], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert set(done.stderr.split()) <= {
        *("kapi", "kapi.errors"),
        *("kapi.cli", "kapi.cli.main", "kapi.cli.output", "kapi.cli.parser", "kapi.cli.terminal"),
    }


@pytest.mark.parametrize("name", parser.COMMANDS)
def test_help_of_each_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: kapi {name} ")
    module = parser.command_module(name)
    for example in module.EXAMPLES:
        assert f"  {example}\n" in shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "no command 'lst'; did you mean 'list'?"),
        (
            ["openat"],
            "no command 'openat'; 'kapi --help' lists them, 'kapi show openat' looks it up",
        ),
        (["-f", "json"], "a command is missing in front of the options; try 'kapi --help'"),
        (["--sauce", "x"], "unrecognized arguments: --sauce; try 'kapi --help'"),
        (["show", "--nothing"], "unrecognized arguments: --nothing; try 'kapi show --help'"),
        (["fmt"], "the following arguments are required: PATH; try 'kapi fmt --help'"),
        (
            ["show", "--width", "0"],
            "argument --width: '0' is no number of columns; try 'kapi show --help'",
        ),
        (["show", "reed"], "no specification of 'reed'; did you mean 'read'?"),
        (["show", "x*y"], "no specification of 'x*y'; 'kapi list' shows what there is"),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr() == ("", f"kapi: error: {message}\n")


def test_a_wrong_format_names_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "-f", "html"]) == 2
    shown = capsys.readouterr().err
    assert "html" in shown
    assert all(word in shown for word in ("plain", "json", "rst", "man", "md"))


def test_without_arguments_it_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: kapi COMMAND ...\n")


class TestShortForm:
    """Options first, no command."""

    def test_a_name_is_shown(self, kapi: Run, good: Path) -> None:
        short = kapi("--source", good, "frob")
        long = kapi("show", "--source", good, "frob")
        assert (short.returncode, short.stdout) == (0, long.stdout)
        assert short.stdout.startswith("sys_frob - tune a widget\n")

    def test_without_a_name_all_are_listed(self, kapi: Run, good: Path) -> None:
        short = kapi("--source", good)
        assert short.stdout == kapi("list", "--source", good).stdout
        assert "widget_lookup" not in short.stdout
        assert "widget_lookup" in kapi("--source", good, "--shared").stdout

    def test_in_json_all_are_shown(self, kapi: Run, good: Path) -> None:
        short = kapi("--source", good, "-f", "json")
        assert short.stdout == kapi("show", "--source", good, "-f", "json").stdout
        assert [one["name"] for one in json.loads(short.stdout)["specs"]] == [
            *("sys_frob", "frob_all")
        ]

    def test_any_order_of_options(self, kapi: Run, good: Path) -> None:
        short = kapi("-f", "json", f"--source={good}", "frob_all")
        assert json.loads(short.stdout)["specs"][0]["name"] == "frob_all"


class TestStreams:
    """What happens if output cannot be written."""

    @pytest.mark.parametrize("unbuffered", [None, "1"])
    def test_a_reader_that_goes_away_is_no_error(self, unbuffered: str | None) -> None:
        command = f"{sys.executable} -m kapi show -f json | head -c 1; exit ${{PIPESTATUS[0]}}"
        env = environment(PYTHONUNBUFFERED=unbuffered)
        done = subprocess.run(["bash", "-c", command], env=env, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (141, b"{", b"")

    @pytest.mark.parametrize("command", ["--help", "show", "list", "lint", "schema", "fmt"])
    def test_a_full_disk_is_an_error(self, kapi: Run, bad: Path, command: str) -> None:
        paths: list[str | Path] = [bad] if command == "lint" else []
        options = {}
        if command == "fmt":
            paths, options = ["-"], {"input": bad.read_text().replace("   reversable: yes", "")}
        with open("/dev/full", "w") as full:
            done = kapi(command, *paths, stdout=full, stderr=subprocess.PIPE, **options)
        assert (done.returncode, done.stderr.split("\n")[-2:]) == (
            2,
            ["kapi: error: stdout: no space left on device", ""],
        )

    def test_a_closed_stdout_is_an_error(self) -> None:
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m kapi list >&-"],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (2, "kapi: error: stdout: it is closed\n")

    @pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
    def test_without_stderr_the_status_still_tells(self, where: str) -> None:
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} -m kapi list no-such-call {where}"],
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")

    def test_an_encoding_without_the_characters_gets_escapes(self, kapi: Run) -> None:
        done = kapi("show", "read", "write", env={"PYTHONIOENCODING": "latin-1"})
        assert (done.returncode, done.stderr) == (0, "")
        assert "\\u2500\\u2500" in done.stdout


def test_an_interrupt_ends_it_silently(tmp_path: Path) -> None:
    """A FIFO as stdin keeps ``fmt -`` waiting until a timer interrupts it."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    stdin = os.open(fifo, os.O_RDWR)
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED], stdin=stdin, capture_output=True, check=False
    )
    os.close(stdin)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


_INTERRUPTED = """
import signal, sys
import kapi.cli.commands.fmt
from kapi.cli.main import main
signal.signal(signal.SIGALRM, signal.default_int_handler)
signal.setitimer(signal.ITIMER_REAL, 0.5)
sys.exit(main(["fmt", "-"]))
"""
