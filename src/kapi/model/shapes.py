# SPDX-License-Identifier: GPL-2.0-or-later
"""What the fields of the model's classes hold, read from their annotations once for each class.

In: a class of :mod:`kapi.model.spec`. Out: its :class:`Entry` rows in the order of the JSON form.
The codec and the schema are both made from these rows, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from kapi.model import spec
from kapi.model.base import FieldInfo, field_infos
from kapi.model.spec import Node, Spec

#: The fields that say where a node was written: location and locations in JSON.
PLACE_FIELDS = ("span", "places")

#: JSON keys that come first; the others follow in the order of the class.
_FIRST: dict[type[Node], tuple[str, ...]] = {
    Spec: (
        *("name", "kind", "version", "description", "long_description", "context_flags"),
        *("parameters", "return", "errors", "locks", "capabilities", "constraints", "signals"),
        *("side_effects", "examples", "notes"),
    ),
}


_T = TypeVar("_T")


class PerClass(dict[type[Node], _T], Generic[_T]):
    """What is worked out once for each class of the model, when it is first asked for.

    :param make: works it out.
    """

    def __init__(self, make: Callable[[type[Node]], _T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, cls: type[Node]) -> _T:
        found = self[cls] = self._make(cls)
        return found


class Entry(NamedTuple):
    """One field of a model class.

    :param attribute: its name in Python.
    :param key: its name in JSON.
    :param doc: what it means, one line.
    :param base: ``str``, ``int``, ``bool`` or a class of the model.
    :param many: whether it is a tuple of those.
    :param optional: whether it may be ``None``, which JSON leaves out. All others are required.
    """

    attribute: str
    key: str
    doc: str
    base: type
    many: bool
    optional: bool

    @property
    def is_expr(self) -> bool:
        """Whether it holds expressions; the model marks them in their documentation."""
        return self.doc.startswith("EXPR")


def entries(cls: type[Node]) -> tuple[Entry, ...]:
    """The fields of a class but for its places, in JSON order: its own before inherited ones."""
    return _ENTRIES[cls]


def _entries(cls: type[Node]) -> tuple[Entry, ...]:
    infos = field_infos(cls)
    found = [_entry(name, info) for name, info in infos.items() if name not in PLACE_FIELDS]
    inherited = {
        name for base in cls.__mro__[1:] if issubclass(base, Node) for name in field_infos(base)
    }
    first = _FIRST.get(cls, ())
    rank = {key: number for number, key in enumerate(first)}
    found.sort(key=lambda entry: (rank.get(entry.key, len(rank)), entry.attribute in inherited))
    return tuple(found)


def _entry(name: str, info: FieldInfo) -> Entry:
    """A field by its annotation: ``TYPE``, ``tuple[TYPE, ...]``, and either with ``| None``."""
    bare = info.type.removesuffix(" | None")
    item = bare.removeprefix("tuple[").removesuffix(", ...]")
    base: type = _SCALARS.get(item) or getattr(spec, item)
    key: str = info.metadata.get("json", name)
    return Entry(name, key, info.metadata["doc"], base, item != bare, bare != info.type)


_SCALARS: dict[str, type] = {"str": str, "int": int, "bool": bool}

_ENTRIES = PerClass(_entries)
