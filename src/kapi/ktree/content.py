"""What goes into a tree: new files, and the new text of files that it has.

In: a tree, whether specs go inline. Out: a :class:`Content`, worked out in memory before anything
is written, so that a tree that does not fit is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from kapi import catalogue
from kapi.csource.collect import Collection
from kapi.errors import SourceError
from kapi.ktree.hooks import MAINTAINERS, all_hooks, insert
from kapi.ktree.makefiles import condition
from kapi.ktree.units import Place, Unit, find_units
from kapi.ktree.view import TreeView

_PACKAGE = Path(__file__).parent.parent

GENERATOR: Final = ("errors", "source", "diagnostics", "model", "lang", "csource", "generate")
"""Parts of this package that the generator in a kernel build consists of."""

MARKS: Final = ("Kbuild", "MAINTAINERS", "include/uapi/asm-generic/errno.h", "kernel/module/main.c")
"""Files that every Linux tree has; 5.18 and older have no kernel/module."""


class Content(NamedTuple):
    """What a tree got.

    :param files: paths of new files below the top.
    :param insertions: path and block of each edit of a file that was there, in order.
    """

    files: list[str]
    insertions: list[tuple[str, str]]


def kernel_folder() -> Path:
    """Where the kernel part is: inside the package, or beside it in a checkout."""
    installed = _PACKAGE / "kernel_tree"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "kernel" / "tree"


def build_content(view: TreeView, *, inline: bool) -> Content:
    """Puts all that a tree needs into a view of it.

    :raises SourceError: if it is no Linux tree, or one that does not fit.
    """
    for mark in MARKS:
        if not view.exists(mark):
            raise SourceError(str(view.top), f"has no {mark}, so it is no Linux tree kapi knows")
    collection = catalogue.read_all()
    units = find_units(view, collection)
    content = Content([], [])
    index = (INDEX, _index(view, units, inline=inline).encode())
    for path, data in (*_framework(), *_generator(), *_specs(collection, inline), index):
        if view.exists(path):
            raise SourceError(str(view.top / path), "exists already, and kapi did not put it there")
        view.put(path, data)
        content.files.append(path)
    for hook in all_hooks(view.read_text(MAINTAINERS)):
        text = insert(hook, view.read_text(hook.path), str(view.top / hook.path))
        _edit(view, content, hook.path, text, hook.text)
    if inline:
        _inline(view, collection, units, content)
    return content


def _edit(view: TreeView, content: Content, path: str, text: str, block: str) -> None:
    """Gives a file that exists its new text, which has a block more."""
    content.insertions.append((path, block))
    view.put_text(path, text)


def _framework() -> Iterator[tuple[str, bytes]]:
    """The kernel part, as it lies in its folder."""
    top = kernel_folder()
    for path in _files(top, "*"):
        yield str(path.relative_to(top)), path.read_bytes()


def _generator() -> Iterator[tuple[str, bytes]]:
    """The files of this package that the generator needs."""
    yield "tools/kapi/kapi/__init__.py", (_PACKAGE / "__init__.py").read_bytes()
    for part in GENERATOR:
        single = _PACKAGE / f"{part}.py"
        paths = [single] if single.is_file() else _files(_PACKAGE / part, "*.py")
        for path in paths:
            yield f"tools/kapi/kapi/{path.relative_to(_PACKAGE)}", path.read_bytes()


def _specs(collection: Collection, shared_only: bool) -> Iterator[tuple[str, bytes]]:
    """The files of the catalogue."""
    for path in _files(Path(catalogue.folder()), "*.c"):
        name = str(path.relative_to(catalogue.folder()))
        found = [one for one in collection.found if one.spec.span and one.spec.span.path == name]
        if not shared_only or any(one.spec.kind == "shared" for one in found):
            yield f"kernel/api/specs/{name}", path.read_bytes()


def _files(folder: Path, pattern: str) -> Iterable[Path]:
    """Regular files below a folder, sorted; nothing that Python left there."""
    return sorted(
        path for path in folder.rglob(pattern) if path.is_file() and "__pycache__" not in path.parts
    )


INDEX: Final = "kernel/api/index"
"""The file that says which object has specs, and which file holds them."""

_INDEX_HEAD = """\
# SPDX-License-Identifier: GPL-2.0
#
# Objects whose source has specifications, and the file that holds them:
# kapi-y += OBJECT:FILE
"""


def _index(view: TreeView, units: list[Unit], *, inline: bool) -> str:
    """The index file of kernel/api."""
    lines = []
    for unit in units:
        paths = dict.fromkeys(place.path for place in unit.places)
        for path in paths if inline else [unit.places[0].path]:
            file = path if inline else f"kernel/api/specs/{unit.spec_file}"
            entry = f"{Path(path).with_suffix('.o')}:{file}"
            lines.append(f"kapi-{condition(view, path)} += {entry}")
    return "\n".join([_INDEX_HEAD, *lines, ""])


def _inline(view: TreeView, collection: Collection, units: list[Unit], content: Content) -> None:
    """Puts each spec above its definition, the last of a file first, so that offsets hold."""
    places = [place for unit in units for place in unit.places]
    for place in sorted(places, key=lambda one: (one.path, -one.offset)):
        text = view.read_text(place.path)
        block = _comment(collection, place)
        edited = text[: place.offset] + block + text[place.offset :]
        _edit(view, content, place.path, edited, block)


def _comment(collection: Collection, place: Place) -> str:
    """The comment of a spec as the catalogue has it, as whole lines."""
    found = place.found
    assert found.spec.span
    source = collection.sources[found.spec.span.path]
    return source.text[found.comment.start : found.comment.end] + "\n"


def remove_block(text: str, block: str) -> str | None:
    """``text`` without the first block of whole lines that is equal; ``None`` if there is none."""
    match = re.search(rf"^{re.escape(block)}", text, re.MULTILINE)
    return text[: match.start()] + text[match.end() :] if match else None
