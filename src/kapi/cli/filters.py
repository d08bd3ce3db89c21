# SPDX-License-Identifier: GPL-2.0-or-later
"""Questions to a spec: ``errno=EINTR`` and others, as ``kapi list --filter`` takes them.

In: texts of the form ``FIELD=VALUE``. Out: predicates on specs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from kapi.errors import UsageError

if TYPE_CHECKING:
    from kapi.model.spec import Node, Spec

_CLOSED: Final = ("context", "effect", "kind")
_KINDS: Final = ("syscall", "compat_syscall", "function", "shared")


@dataclass(frozen=True)
class Filter:
    """A question to a spec, to be called with it.

    :param field: one of :data:`FIELDS`.
    :param value: what the spec must say, in the spelling of the language.
    """

    field: str
    value: str

    def __call__(self, spec: Spec) -> bool:
        return self.value in FIELDS[self.field](spec)


def parse_filters(texts: Sequence[str]) -> list[Filter]:
    """The filters of ``FIELD=VALUE`` texts.

    :raises UsageError: if a text has no ``=`` or names no field.
    """
    return [_parse(text) for text in texts]


def _parse(text: str) -> Filter:
    field, mark, value = (part.strip() for part in text.partition("="))
    if field not in FIELDS:
        known = ", ".join(FIELDS)
        what = f"no field '{field}'" if mark else f"'{text}' is no FIELD=VALUE"
        raise UsageError(f"--filter: {what}; the fields are {known}")
    if not value:
        raise UsageError(f"--filter: '{text}' lacks a value")
    if field in _CLOSED:
        return Filter(field, _token(field, value.lower().replace("-", "_")))
    return Filter(field, _true_errno(value.upper()) if field == "errno" else value.upper())


def _token(field: str, value: str) -> str:
    """A word of a closed list; another one can only be a slip."""
    from kapi.model.tokens import look_up, words_of

    known: tuple[str, ...] = _KINDS
    found: tuple[str, ...] = (value,) if value in _KINDS else ()
    if field != "kind":
        family = look_up(field, value)
        known, found = words_of(field), family.tokens if family else ()
    if len(found) != 1:
        raise UsageError(f"--filter: no {field} '{value}'; there are {', '.join(known)}")
    return found[0]


def doubts(filters: Sequence[Filter]) -> Iterator[str]:
    """What may be wrong with filters that let nothing through: names that no kernel header has.

    A tree may have names that are newer than our table, so this is no error.
    """
    from difflib import get_close_matches

    from kapi.uapi.tables import Table

    table = Table.load()
    known = {
        "errno": [*table.errnos, *table.aliases, *table.internal_errnos],
        "capability": [*table.capabilities],
        "signal": [*table.signals],
    }
    for one in filters:
        names = known.get(one.field, [one.value])
        if one.value not in names:
            near = get_close_matches(one.value, names, 1, 0.6)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield f"--filter: linux {table.release} has no {one.field} '{one.value}'{hint}"


def _errnos(spec: Spec) -> set[str]:
    """Errnos of errors, of broken constraints and relations, of signals, and of the result."""
    return {_true_errno(name) for name in _written_errnos(spec)}


def _written_errnos(spec: Spec) -> Iterator[str]:
    for error in spec.errors:
        yield error.name
    for param in spec.parameters:
        yield from param.on_violation or ()
        for require in param.requires:
            yield from require.outcome
    for signal in spec.signals:
        if signal.error_on_signal is not None:
            yield signal.error_on_signal
    if spec.returns:
        yield from spec.returns.error_values or ()


def _true_errno(name: str) -> str:
    """One name for all that are one number: EAGAIN for EWOULDBLOCK, and for 11."""
    return _aliases().get(name, name)


@cache
def _aliases() -> dict[str, str]:
    """Other names of errnos, and their numbers on this machine, to their true names."""
    from kapi.uapi.tables import Table
    from kapi.uapi.tree import host_architecture

    table = Table.load()
    here = host_architecture()
    arch = here if here in table.arches() else "x86_64"
    numbers = {str(table.number(name, arch)): name for name in table.errnos}
    return numbers | table.errno_aliases(arch)


def _capabilities(spec: Spec) -> set[str]:
    return {capability.name.upper() for capability in spec.capabilities}


def _contexts(spec: Spec) -> set[str]:
    return set(spec.context_flags or ())


def _signals(spec: Spec) -> set[str]:
    found: set[str] = set()
    for signal in spec.signals:
        found.update(
            (signal.signal_name.upper(), signal.signal_num or "", signal.transform_to or "")
        )
    return found


def _effects(spec: Spec) -> set[str]:
    return {word for effect in spec.side_effects for word in effect.type}


def _kinds(spec: Spec) -> set[str]:
    return {spec.kind}


def _constants(spec: Spec) -> set[str]:
    """Constants that expressions use or prose mentions; examples do not count."""
    import re

    words: set[str] = set(spec.symbols)
    for text in _texts(spec):
        words.update(re.findall(r"\b_*[A-Z][A-Z0-9_]+\b", text))
    return words


def _texts(node: Node) -> Iterator[str]:
    """Every text in a node and below."""
    from kapi.model.shapes import entries
    from kapi.model.spec import Node

    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        values: Iterable[object] = (value or ()) if entry.many else (value,)
        for one in values:
            if isinstance(one, Node):
                yield from _texts(one)
            elif isinstance(one, str) and entry.attribute != "examples":
                yield one


FIELDS: Final[dict[str, Callable[[Spec], set[str]]]] = {
    "errno": _errnos,
    "capability": _capabilities,
    "context": _contexts,
    "flag": _constants,
    "signal": _signals,
    "effect": _effects,
    "kind": _kinds,
}
"""Field -> all that a spec says of it."""
