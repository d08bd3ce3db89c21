# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes kapi as a series of patches, for ``git am`` and for a mailing list.

In: a tree, which is not changed, and a folder. Out: numbered files, one for each commit. Needs git,
and works in a repository of its own that holds only the files concerned.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kapi.errors import KapiError, SourceError
from kapi.ktree.apply import read_manifest, take_out
from kapi.ktree.content import Content, build_content
from kapi.ktree.series import GROWING, Step, grown, steps_of
from kapi.ktree.view import TreeView

_COVER = """\
Specifications of system calls in the kernel

This series gives specifications of system calls a place in the kernel image:
what a call takes, what it returns, every error and when. They are kernel-doc
comments, checked and compiled while the kernel is built, and readable from an
image, from modules and through debugfs.

Nothing changes for the calls themselves: no code looks at a specification
while one runs.
"""


class _Commit(NamedTuple):
    """A step, and the files that it writes."""

    step: Step
    files: dict[str, bytes]


def format_patch(
    tree: Path, out_dir: Path, *, author: str | None = None, cover_letter: bool = False
) -> list[Path]:
    """Write the patches that put kapi into a tree, specs beside the annotated sources.

    :param tree: kapi may be applied to it or not.
    :param out_dir: is made; must not hold patches.
    :param author: ``NAME <ADDRESS>``; by default what git is set to.
    :param cover_letter: whether a letter that introduces the series comes first.
    :return: the files, in order.
    :raises SourceError: if the tree does not fit, or the folder holds patches.
    :raises KapiError: if there is no git, or no author.
    """
    before, content, after = _states(tree)
    commits = _commits(content, after)
    if out_dir.is_dir() and any(out_dir.glob("*.patch")):
        raise SourceError(str(out_dir), "holds patches already")
    with tempfile.TemporaryDirectory(prefix="kapi-patches-") as folder:
        git = _Git(Path(folder), author or _configured_author(tree))
        git.run("init", "--quiet")
        git.commit("base", _existing(content, before))
        for step, files in commits:
            git.commit(f"{step.subject}\n\n{step.body}", files, sign=True)
        options = ["--cover-letter"] if cover_letter else []
        output = str(out_dir.absolute())
        names = git.run("format-patch", "--output-directory", output, *options, f"-{len(commits)}")
    paths = [Path(name) for name in names.splitlines()]
    if cover_letter:
        _fill_in(paths[0])
    return paths


def _states(tree: Path) -> tuple[TreeView, Content, TreeView]:
    """The tree without kapi, what kapi brings, and the tree with it."""
    before, after = TreeView(tree), TreeView(tree)
    manifest = read_manifest(before)
    if manifest:
        for view in (before, after):
            take_out(view, manifest, force=False)
    return before, build_content(after, inline=False), after


def _existing(content: Content, before: TreeView) -> dict[str, bytes]:
    """The files of the tree that are edited."""
    return {path: before.read(path) for path, _ in content.insertions}


def _commits(content: Content, after: TreeView) -> list[_Commit]:
    """The steps that bring something."""
    there: set[str] = set()
    commits = []
    for step in steps_of(content.files):
        new = [path for path in content.files if _is_of(step, path)]
        there.update(new)
        files = {path: after.read(path) for path in (*new, *step.hooks)}
        for path in GROWING:
            text = grown(path, after.read_text(path), there)
            if text is not None:
                files[path] = text.encode("utf-8", "surrogateescape")
        if new:
            commits.append(_Commit(step, files))
    # A test sees to it that no file and no edit is forgotten.
    assert there == set(content.files)
    return commits


def _is_of(step: Step, path: str) -> bool:
    return any(PurePosixPath(path).match(pattern) for pattern in step.files)


class _Git:
    """A repository of our own, apart from anything that the user has set.

    :param folder: an empty one.
    :param author: ``NAME <ADDRESS>``.
    """

    def __init__(self, folder: Path, author: str) -> None:
        match = re.fullmatch(r"([^<>\n]*[^<>\s]) <([^<>\s]+)>", author)
        if match is None:
            raise KapiError(f"'{author}' is no author; write 'NAME <ADDRESS>'")
        self._folder = folder
        self._author = author
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ},
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": match[1],
            "GIT_AUTHOR_EMAIL": match[2],
            "GIT_COMMITTER_NAME": match[1],
            "GIT_COMMITTER_EMAIL": match[2],
            "LC_ALL": "C.UTF-8",
        }

    def run(self, *arguments: str) -> str:
        """What git prints.

        :raises KapiError: if it fails.
        """
        return _git(self._folder, arguments, self._environment)

    def commit(self, message: str, files: Mapping[str, bytes], *, sign: bool = False) -> None:
        """Write files and commit them."""
        for path, data in files.items():
            target = self._folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        self.run("add", "--all", "--force")
        text = f"{message}\nSigned-off-by: {self._author}\n" if sign else message
        self.run("commit", "--quiet", "--message", text)


def _git(folder: Path, arguments: tuple[str, ...], environment: dict[str, str] | None) -> str:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise KapiError("git is not installed, and patches are made with it") from None
    if done.returncode:
        raise KapiError(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def _configured_author(tree: Path) -> str:
    """Whom git takes for the author of what is committed in a tree."""
    try:
        found = _git(tree, ("var", "GIT_AUTHOR_IDENT"), None)
    except KapiError:
        raise KapiError("git knows no author; give one, or set user.name and user.email") from None
    return found.rpartition(">")[0] + ">"


def _fill_in(letter: Path) -> None:
    """Write the text of the letter where git left room for it."""
    subject, _, text = _COVER.partition("\n\n")
    filled = letter.read_text(encoding="utf-8")
    filled = filled.replace("*** SUBJECT HERE ***", subject)
    letter.write_text(filled.replace("*** BLURB HERE ***", text.rstrip()), encoding="utf-8")
