# SPDX-License-Identifier: GPL-2.0-or-later
"""Which source file of a tree defines what the catalogue describes.

In: a tree and the specs of the catalogue. Out: a :class:`Unit` for each file of specs. Works for
any version of Linux: calls are found by their definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kapi.csource.collect import Collection
from kapi.csource.definitions import Definition, find_definition
from kapi.csource.specs import Found
from kapi.errors import SourceError
from kapi.ktree.view import TreeView


class Place(NamedTuple):
    """Where a tree defines a call.

    :param path: below the top of the tree.
    :param offset: of the definition in the file's text, at the start of its line.
    """

    found: Found
    path: str
    offset: int


class Unit(NamedTuple):
    """The specs of one file of the catalogue, in a tree.

    :param spec_file: path below the catalogue, such as ``fs/open.c``.
    :param places: of its calls, in the order of the file.
    """

    spec_file: str
    places: tuple[Place, ...]


def find_units(view: TreeView, catalogue: Collection) -> list[Unit]:
    """One unit for each file of the catalogue that describes calls.

    :raises SourceError: if the tree does not define one of the calls, or otherwise than described.
    """
    by_file: dict[str, list[Found]] = {}
    for one in catalogue.found:
        if one.spec.kind != "shared" and one.spec.span:
            by_file.setdefault(one.spec.span.path, []).append(one)
    return [
        Unit(name, tuple(_place(view, name, one) for one in found))
        for name, found in by_file.items()
    ]


def _place(view: TreeView, name: str, found: Found) -> Place:
    """Where the tree defines the call of a spec: in the file of the same name, or near it."""
    pattern = _head(found.definition)
    for path in _candidates(view.top, name):
        text = view.read_text(path)
        for match in pattern.finditer(text):
            below = find_definition(text, match.start())
            if isinstance(below, Definition) and below.name == found.spec.name:
                _compare(found, below, str(view.top / path))
                return Place(found, path, below.offset)
    raise SourceError(str(view.top), f"defines no {found.spec.name}; this tree does not fit")


def _head(definition: Definition) -> re.Pattern[str]:
    """The first line of a definition, at the left edge."""
    if definition.kind == "function":
        head = rf"^[A-Za-z][\w \t*]*\b{definition.name}\((?=[^;{{]*\)\s*\{{)"
        return re.compile(head, re.MULTILINE)
    name = definition.name.removeprefix("compat_").removeprefix("sys_")
    compat = "COMPAT_" if definition.kind == "compat_syscall" else ""
    return re.compile(rf"^{compat}SYSCALL_DEFINE\d\({name}\b", re.MULTILINE)


def _candidates(top: Path, name: str) -> Iterator[str]:
    """Paths of the file itself, of those beside it, and of those below the same folder."""
    first = top / name
    if first.is_file():
        yield name
    others = [*sorted(first.parent.glob("*.c")), *sorted((top / Path(name).parts[0]).rglob("*.c"))]
    for path in dict.fromkeys(others):
        if path != first:
            yield str(path.relative_to(top))


def _compare(found: Found, below: Definition, path: str) -> None:
    """A definition with other parameters is another call."""
    ours = [(param.name, param.c_type) for param in found.definition.params]
    theirs = [(param.name, param.c_type) for param in below.params]
    if ours != theirs:
        shown = ", ".join(f"{kind} {name}" for name, kind in theirs)
        raise SourceError(path, f"{below.name} takes ({shown}); the catalogue says otherwise")
