"""The documentation is true: its commands work and its links lead somewhere.

A ``console`` block is run line by line, each line that starts with ``$ kapi`` in one folder per
document that holds the catalogue as ``specs``. Words after ``console`` change that: ``exit=1`` is
the expected exit status of every command of the block, ``skip=REASON`` leaves the block out. A
block ``c file=NAME`` becomes a file of that folder.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

_BLOCK = re.compile(r"^```(\S*)[ ]*([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, the words after it, its text and its first line's number."""

    language: str
    options: dict[str, str]
    text: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    """All fenced blocks of a page."""
    for match in _BLOCK.finditer(text):
        words = dict(word.partition("=")[::2] for word in match[2].split())
        yield Block(match[1], words, match[3], text.count("\n", 0, match.start()) + 2)


def commands(block: Block) -> Iterator[tuple[int, str]]:
    """Line number and text of each kapi command of a block."""
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ kapi"):
            yield number, line.removeprefix("$ ")


def run_page(text: str, folder: Path) -> list[str]:
    """Run the commands of a page in ``folder``; return complaints."""
    complaints = []
    for block in blocks(text):
        if "file" in block.options:
            path = folder / block.options["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        if block.language != "console" or "skip" in block.options:
            continue
        for number, command in commands(block):
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env={
                    "PATH": f"{folder}/bin:/usr/bin:/bin",
                    "HOME": str(folder),
                    "LC_ALL": "C.UTF-8",
                },
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            expected = int(block.options.get("exit", "0"))
            if done.returncode != expected:
                message = f"exit status {done.returncode}, not {expected}\n{done.stderr}"
                complaints.append(f"line {number}: {command}: {message}")
    return complaints


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the catalogue and, in ``bin``, the program."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "kapi"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kapi "$@"\n')
    program.chmod(0o755)
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_work(page: Path, folder: Path) -> None:
    assert run_page(page.read_text(), folder) == []


def test_a_command_that_fails_is_reported(folder: Path) -> None:
    page = "# T\n\n```console\n$ kapi no-such-command-at-all\n```\n"
    (complaint,) = run_page(page, folder)
    assert complaint.startswith("line 4: kapi no-such-command-at-all: exit status 2, not 0\n")
    assert run_page(page.replace("console", "console exit=2"), folder) == []
    assert run_page(page.replace("console", "console skip=why"), folder) == []


def slugs(text: str) -> set[str]:
    """The anchors that forges give the headings of a page."""
    bare = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(bare)
    }


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead nowhere."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for link in _LINK.findall(text):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in slugs(target.read_text())):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# The `one` thing\n[x](#the-one-thing) [y](#two) [z](b.md) [w](a.md#none)\n")
    assert broken_links(page) == ["#two", "b.md", "a.md#none"]


def test_every_page_of_docs_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    pages = {page for page in PAGES if page.parent != ROOT} - {index}
    assert pages - linked == set()


def links(page: Path) -> list[str]:
    """All links of a page."""
    return _LINK.findall(page.read_text())
