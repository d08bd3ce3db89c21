# SPDX-License-Identifier: GPL-2.0-or-later
"""Frozen dataclasses with slots that cost next to nothing at start-up.

In: classes with annotations and :func:`field` values, as for ``dataclasses``, which type checkers
take them for. Out: classes with the same behaviour, of which ``dataclasses.fields`` and
``dataclasses.replace`` know all. Their methods are those of :class:`Base`, written here once;
``dataclasses`` would compile six for each of the 25 classes of the model, and to import it takes
longer than Python takes to start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

__all__ = ["Base", "FieldInfo", "field", "field_infos", "node", "replace"]

_NEEDED: Any = object()
_NO_FIELDS: dict[str, FieldInfo] = {}
_B = TypeVar("_B", bound="Base")


class FieldInfo(NamedTuple):
    """One field of a class.

    :param type: its annotation, as text.
    :param default: its value if none is given; another object if it must be given.
    :param metadata: what the class says about it.
    :param compare: whether equality looks at it.
    :param repr: whether ``repr`` shows it.
    """

    type: str
    default: Any
    metadata: dict[str, Any]
    compare: bool
    repr: bool

    @property
    def is_needed(self) -> bool:
        """Whether it must be given."""
        return self.default is _NEEDED


if TYPE_CHECKING:
    from dataclasses import dataclass as node
    from dataclasses import field
else:

    def field(*, metadata, default=_NEEDED, compare=True, repr=True):
        """What ``dataclasses.field`` does."""
        return FieldInfo("", default, metadata, compare, repr)

    def node(*, frozen, slots, kw_only):
        """What ``dataclasses.dataclass`` does with these options, for children of Base."""
        assert frozen
        assert slots
        assert kw_only
        return _make


def _make(cls: type[_B]) -> type[_B]:
    """The class with its annotations as slots."""
    own = {
        name: vars(cls)[name]._replace(type=annotation)
        for name, annotation in cls.__annotations__.items()
    }
    dropped = own.keys() | {"__dict__", "__weakref__"}
    members = {name: value for name, value in vars(cls).items() if name not in dropped}
    members |= {"__slots__": tuple(own), "_infos": getattr(cls, "_infos", {}) | own}
    made: Any = type(cls.__name__, cls.__bases__, members)
    return made  # type: ignore[no-any-return]


class _Plan(NamedTuple):
    """What the methods of one class look up: fields with defaults, and some of their names."""

    defaults: dict[str, Any]
    needed: frozenset[str]
    compared: tuple[str, ...]


_PLANS: dict[type, _Plan] = {}
_set = object.__setattr__


def _plan_of(cls: type[Base]) -> _Plan:
    """The plan of a class, made when it is first used."""
    found = _PLANS.get(cls)
    if found is None:
        infos = field_infos(cls)
        found = _PLANS[cls] = _Plan(
            {name: info.default for name, info in infos.items()},
            frozenset(name for name, info in infos.items() if info.is_needed),
            tuple(name for name, info in infos.items() if info.compare),
        )
    return found


class _DataclassFields:
    """``__dataclass_fields__`` of a class, made if ``dataclasses`` asks for it."""

    def __init__(self) -> None:
        self._known: dict[type, dict[str, Any]] = {}

    def __get__(self, _instance: object, cls: type[Base]) -> dict[str, Any]:
        if cls not in self._known:
            import dataclasses

            rows = [(name, info.type, _stdlib_field(info)) for name, info in cls._infos.items()]
            twin = dataclasses.make_dataclass(cls.__name__, rows)
            self._known[cls] = {one.name: one for one in dataclasses.fields(twin)}
        return self._known[cls]


def _stdlib_field(info: FieldInfo) -> Any:
    """The same field as ``dataclasses`` makes it."""
    import dataclasses

    default: Any = dataclasses.MISSING if info.is_needed else info.default
    return dataclasses.field(
        default=default,
        compare=info.compare,
        repr=info.repr,
        metadata=info.metadata,
        kw_only=True,
    )


class Base:
    """The methods of a frozen dataclass with keyword arguments."""

    __slots__ = ()
    _infos = _NO_FIELDS

    if not TYPE_CHECKING:
        __dataclass_fields__ = _DataclassFields()

        def __init__(self, **values):
            defaults, needed, _ = _plan_of(type(self))
            given = defaults | values
            if len(given) != len(defaults):
                name = min(given.keys() - defaults.keys())
                raise TypeError(f"{type(self).__name__} has no field '{name}'")
            if not needed <= values.keys():
                name = min(needed - values.keys())
                raise TypeError(f"{type(self).__name__} needs its field '{name}'")
            for name, value in given.items():
                _set(self, name, value)

        def __setattr__(self, name, value):
            raise _frozen(f"cannot assign to field '{name}'")

        def __delattr__(self, name):
            raise _frozen(f"cannot delete field '{name}'")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        compared = _plan_of(type(self)).compared
        return all(getattr(self, name) == getattr(other, name) for name in compared)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in _plan_of(type(self)).compared))

    def __repr__(self) -> str:
        infos = field_infos(type(self))
        shown = (f"{name}={getattr(self, name)!r}" for name, info in infos.items() if info.repr)
        return f"{type(self).__name__}({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), _values(self))


def field_infos(cls: type[Base]) -> dict[str, FieldInfo]:
    """The fields of a class by name, inherited ones first."""
    return cls._infos


def replace(old: _B, **changes: Any) -> _B:
    """The same node with some fields changed: ``dataclasses.replace``, without importing that."""
    return type(old)(**_values(old) | changes)


def _values(old: Base) -> dict[str, Any]:
    return {name: getattr(old, name) for name in field_infos(type(old))}


def _rebuild(cls: type[Base], values: dict[str, Any]) -> Base:
    """Undo ``__reduce__``."""
    return cls(**values)


def _frozen(message: str) -> AttributeError:
    """The error of a frozen dataclass."""
    from dataclasses import FrozenInstanceError

    return FrozenInstanceError(message)
