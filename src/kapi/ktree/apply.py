# SPDX-License-Identifier: GPL-2.0-or-later
"""Applies kapi to a tree, says what is applied, and takes it out again, byte for byte.

In: a tree. Out: a changed tree, or an error and the tree as it was. What was done is written down
in ``kernel/api/.applied.json`` of the tree.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import kapi
from kapi.errors import SourceError
from kapi.ktree.content import Content, build_content, remove_block
from kapi.ktree.view import TreeView

MANIFEST: Final = "kernel/api/.applied.json"
"""Where a tree says what is applied to it."""

_FORMAT = 1


class Manifest(NamedTuple):
    """What stands in a tree.

    :param version: of the kapi that applied it.
    :param inline: whether specs stand in the annotated sources.
    :param files: SHA-256 of each new file by path.
    :param insertions: path and block of each edit, in the order they were made.
    """

    version: str
    inline: bool
    files: dict[str, str]
    insertions: list[list[str]]


def read_manifest(view: TreeView) -> Manifest | None:
    """What is applied to a tree; ``None`` if nothing is.

    :raises SourceError: if the file that tells so cannot be understood.
    """
    if not view.exists(MANIFEST):
        return None
    try:
        return _checked(json.loads(view.read(MANIFEST)))
    except (ValueError, TypeError, KeyError, AttributeError):
        mend = "it does not say what this kapi could have applied; take the tree afresh"
        raise SourceError(str(view.top / MANIFEST), mend) from None


def _checked(document: Any) -> Manifest:
    """The manifest of a JSON document.

    :raises ValueError: or another error of Python, if it is none.
    """
    if document.pop("format") != _FORMAT:
        raise ValueError
    manifest = Manifest(**document)
    paths = [*manifest.files, *(path for path, _ in manifest.insertions)]
    texts = [manifest.version, *manifest.files.values(), *(one for _, one in manifest.insertions)]
    if not all(isinstance(one, str) for one in texts):
        raise ValueError
    # What is taken out must lie in the tree, whoever wrote this.
    parts = [PurePosixPath(path).parts for path in paths]
    if any(not one or one[0] == "/" or ".." in one for one in parts):
        raise ValueError
    return manifest


def apply(tree: Path, *, inline: bool = False, force: bool = False) -> Content:
    """Put framework, generator and catalogue into a tree; one that has them gets ours instead.

    Files that need no change keep their time stamps, so that a build does not start anew.

    :param force: whether what somebody changed since an earlier call is lost.
    :raises SourceError: if the tree does not fit; it is left as it was.
    """
    view, content = _applied(tree, inline, force)
    view.write()
    return content


def outdated_files(tree: Path, *, inline: bool = False, force: bool = False) -> list[str]:
    """What :func:`apply` would write or take away; nothing if the tree is up to date.

    :raises SourceError: as :func:`apply` would.
    """
    view, _ = _applied(tree, inline, force)
    return sorted(view.changes())


def overlay_files(tree: Path, *, inline: bool = False) -> dict[str, bytes]:
    """Every file in which a tree would differ from itself with kapi applied; nothing is written.

    For a copy of a tree that others share.

    :param tree: one to which kapi is not applied.
    :raises SourceError: as :func:`apply` would.
    """
    view, _ = _applied(tree, inline, force=False)
    return {path: data for path, data in view.changes().items() if data is not None}


def _applied(tree: Path, inline: bool, force: bool) -> tuple[TreeView, Content]:
    """The tree as it shall be."""
    view = TreeView(tree)
    manifest = read_manifest(view)
    if manifest:
        take_out(view, manifest, force=force)
    content = build_content(view, inline=inline)
    manifest = Manifest(
        kapi.__version__,
        inline,
        {path: _digest(view.read(path)) for path in content.files},
        [[path, block] for path, block in content.insertions],
    )
    text = json.dumps({"format": _FORMAT, **manifest._asdict()}, indent=1)
    view.put(MANIFEST, text.encode() + b"\n")
    return view, content


def revert(tree: Path, *, force: bool = False) -> Manifest:
    """Take out what is applied; other edits of the same files stay.

    :param force: whether what somebody changed since it was applied is lost.
    :return: what was applied.
    :raises SourceError: if nothing is, or somebody changed it; then the tree is left as it is.
    """
    view = TreeView(tree)
    manifest = read_manifest(view)
    if manifest is None:
        raise SourceError(str(tree), "kapi is not applied here")
    take_out(view, manifest, force=force)
    view.write()
    return manifest


def changed_files(view: TreeView, manifest: Manifest) -> list[str]:
    """What somebody changed since it was applied: new files that are there still, and blocks."""
    found = {
        path
        for path, digest in manifest.files.items()
        if view.exists(path) and _digest(view.read(path)) != digest
    }
    for path, block in manifest.insertions:
        if not view.exists(path) or remove_block(view.read_text(path), block) is None:
            found.add(path)
    return sorted(found)


def take_out(view: TreeView, manifest: Manifest, *, force: bool) -> None:
    """Make a view one without what is applied.

    :raises SourceError: if somebody changed it, unless forced.
    """
    changed = [] if force else changed_files(view, manifest)
    if changed:
        others = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        mend = "what kapi put there was changed; save that, then force it"
        raise SourceError(str(view.top / changed[0]), f"{mend}{others}")
    for path in (*manifest.files, MANIFEST):
        view.remove(path)
    for path, block in reversed(manifest.insertions):
        text = remove_block(view.read_text(path), block) if view.exists(path) else None
        if text is not None:
            view.put_text(path, text)


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
