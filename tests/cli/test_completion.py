"""``kapi completion``: the scripts complete in the shells there are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kapi.cli.main import main
from kapi.cli.parser import COMMANDS, command_parser
from tests.cli.conftest import environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the program, and files to complete."""
    program = tmp_path / "kapi"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kapi "$@"\n')
    program.chmod(0o755)
    (tmp_path / "source.c").touch()
    return tmp_path


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The script for a shell."""
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def run(folder: Path, *command: str) -> list[str]:
    """The lines that a command prints; it must say nothing on stderr."""
    env = environment(PATH=f"{folder}:/usr/bin:/bin", HOME=str(folder))
    done = subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


CASES = [
    (["sh"], ["show"]),
    (["show", "--fo"], ["--format"]),
    (["show", "-f", "j"], ["json"]),
    (["show", "madv"], ["madvise"]),
    (["show", "fd_lookup_n"], ["fd_lookup_nopath"]),
    (["lint", "sou"], ["source.c"]),
    (["list", "--source", "sou"], ["source.c"]),
    (["completion", "z"], ["zsh"]),
    (["kern"], ["kernel"]),
    (["test", "gen"], ["generate"]),
    (["test", "generate", "madv"], ["madvise"]),
    (["kernel", "app"], ["apply"]),
    (["kernel", "boot", "--use"], ["--user"]),
    (["--sou"], ["--source"]),
]


@pytest.mark.parametrize(("words", "wanted"), CASES, ids=" ".join)
def test_bash(
    words: list[str], wanted: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "x.bash").write_text(
        script("bash", capsys)
        + f"COMP_WORDS=(kapi {' '.join(words)}); COMP_CWORD={len(words)}\n"
        + "_kapi kapi\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    assert run(folder, "bash", "x.bash") == wanted


def test_bash_completes_the_short_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "x.bash").write_text(
        script("bash", capsys)
        + "COMP_WORDS=(kapi --source source.c -f m); COMP_CWORD=4\n"
        + "_kapi kapi\nprintf '%s\\n' \"${COMPREPLY[@]}\"\ncomplete -p kapi\n"
    )
    assert run(folder, "bash", "x.bash") == ["man", "md", "complete -F _kapi kapi"]


@pytest.mark.requires("fish")
@pytest.mark.parametrize(("words", "wanted"), CASES, ids=" ".join)
def test_fish(
    words: list[str], wanted: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "x.fish").write_text(
        script("fish", capsys) + f"complete -C 'kapi {' '.join(words)}'\n"
    )
    assert [line.split("\t")[0] for line in run(folder, "fish", "x.fish")] == wanted


@pytest.mark.requires("zsh")
def test_zsh_loads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "_kapi").write_text(script("zsh", capsys))
    (folder / "x.zsh").write_text(
        "autoload -U compinit; compinit -u -D; source ./_kapi; print $_comps[kapi]\n"
        "fpath=($PWD $fpath); unfunction _kapi; compinit -u -D; print $_comps[kapi]\n"
    )
    assert run(folder, "zsh", "-f", "x.zsh") == ["_kapi", "_kapi"]
    assert run(folder, "zsh", "-n", "_kapi") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_option_of_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    for name in COMMANDS:
        for argument in command_parser(name).arguments():
            for flag in argument.flags:
                shown = flag.lstrip("-") if shell == "fish" else flag
                assert shown in text
