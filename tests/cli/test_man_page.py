"""docs/man/kapi.1 is what the parsers say."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kapi.cli.manpage import manual_page
from kapi.cli.parser import COMMANDS, command_parser

PAGE = Path(__file__).parent.parent.parent / "docs" / "man" / "kapi.1"


def test_it_is_up_to_date() -> None:
    assert PAGE.read_text() == manual_page(), "run: python tools/make_man_page.py"


def test_it_has_every_option() -> None:
    page = manual_page().replace("\\-", "-")
    for name in COMMANDS:
        assert f'.SS "kapi {name}"' in page
        for argument in command_parser(name).arguments():
            assert all(flag in page for flag in argument.flags if flag not in ("-h", "--help"))


@pytest.mark.requires("mandoc")
def test_mandoc_is_silent() -> None:
    done = subprocess.run(
        ["mandoc", "-T", "lint", "-W", "style", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""


@pytest.mark.requires("groff")
def test_groff_is_silent() -> None:
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8", str(PAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
