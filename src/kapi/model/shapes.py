"""What the fields of the model's classes hold, read from their type hints once for each class.

In: a class of :mod:`kapi.model.spec`. Out: its :class:`Entry` rows in the order of the JSON form.
The codec and the schema are both made from these rows, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields
from types import NoneType, UnionType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

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
    hints = get_type_hints(cls)
    found = [_entry(item, hints[item.name]) for item in fields(cls)]
    inherited = {item.name for base in cls.__mro__[1:-1] for item in fields(base)}
    first = _FIRST.get(cls, ())
    rank = {key: number for number, key in enumerate(first)}
    found.sort(key=lambda entry: (rank.get(entry.key, len(rank)), entry.attribute in inherited))
    return tuple(entry for entry in found if entry.attribute not in PLACE_FIELDS)


def _entry(item: Field[Any], hint: Any) -> Entry:
    optional = get_origin(hint) is UnionType
    if optional:
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    many = get_origin(hint) is tuple
    base: type = get_args(hint)[0] if many else hint
    key: str = item.metadata.get("json", item.name)
    return Entry(item.name, key, item.metadata["doc"], base, many, optional)


_ENTRIES = PerClass(_entries)
