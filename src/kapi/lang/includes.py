"""Takes the facts of shared specs over into the specs that include them.

In: a spec, and a way to find shared specs. Out: the spec with their items behind its own, each
marked with the shared spec it came from, parameters replaced by the arguments of the include.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kapi.diagnostics import Note, Sink
from kapi.lang.context import symbols_of
from kapi.model.shapes import Entry, entries
from kapi.model.spec import Include, Item, Node, Spec

#: Fields of a spec that an include adds to. Parameters, results and prose stay with the caller.
TAKEN = (
    *("errors", "locks", "signals", "side_effects", "state_transitions"),
    *("capabilities", "constraints"),
)

Find = Callable[[str], Spec | None]


def resolve(spec: Spec, find: Find, sink: Sink) -> Spec:
    """``spec`` with the facts of its includes, those of shared specs that they include, and so on.

    :param find: the shared spec of a name, as written, its own includes not resolved.
    """
    return _resolve(spec, find, sink, (spec.name,)) if spec.includes else spec


def _resolve(spec: Spec, find: Find, sink: Sink, path: tuple[str, ...]) -> Spec:
    """``path``: names of the specs whose includes led here."""
    taken: dict[str, list[Item]] = {name: list(getattr(spec, name)) for name in TAKEN}
    symbols = set(spec.symbols)
    for include in spec.includes:
        shared = _shared(include, find, sink, path)
        if shared is None:
            continue
        shared = _resolve(shared, find, sink, (*path, shared.name))
        _check_closure(spec, shared, include, sink)
        names = tuple(param.name for param in shared.parameters)
        change = _Change(dict(zip(names, include.arguments, strict=True)))
        for name, items in taken.items():
            items.extend(_taken(item, shared.name, change) for item in getattr(shared, name))
        params = tuple(param.name for param in spec.parameters)
        symbols.update(shared.symbols)
        for argument in include.arguments:
            symbols.update(symbols_of(argument, params))
    lists: dict[str, Any] = {name: tuple(items) for name, items in taken.items()}
    return replace(spec, symbols=tuple(sorted(symbols)), **lists)


def _shared(include: Include, find: Find, sink: Sink, path: tuple[str, ...]) -> Spec | None:
    """The shared spec that an include names, if it can be included here."""
    assert include.span
    if include.name in path:
        circle = " -> ".join([*path[path.index(include.name) :], include.name])
        sink.add("include-cycle", include.span, f"shared specs include each other: {circle}")
        return None
    shared = find(include.name)
    if shared is None or shared.kind != "shared":
        message = f"no shared spec '{include.name}'"
        if shared is not None:
            message += "; a spec of that name exists, but its api-type is not 'shared'"
        sink.add("unknown-include", include.span, message)
        return None
    wanted = [param.name for param in shared.parameters]
    if len(wanted) != len(include.arguments):
        form = f"{include.name}({', '.join(wanted)})"
        given = len(include.arguments)
        sink.add("include-arity", include.span, f"'{form}' takes {len(wanted)}, not {given}")
        return None
    return shared


def _check_closure(spec: Spec, shared: Spec, include: Include, sink: Sink) -> None:
    """A closed set cannot take over an open one."""
    own, theirs = spec.error_set, shared.error_set
    if own is None or own.kind != "closed" or own.when is not None or include.span is None:
        return
    if theirs is None or theirs.kind != "closed" or theirs.when is not None:
        message = f"the error set of {spec.name} is closed, but that of {shared.name} is not"
        notes = [Note(own.span, "closed here")] if own.span else []
        sink.add("conflict", include.span, message, *notes)


def _taken(item: Item, name: str, change: _Change) -> Item:
    """An item of the shared spec ``name`` as an item of the including one."""
    changed = change.node(item)
    assert isinstance(changed, Item)
    return replace(changed, shared=item.shared or name)


class _Change:
    """Puts arguments in the place of parameters.

    :param arguments: by the name of the shared spec's parameter.
    """

    def __init__(self, arguments: dict[str, str]) -> None:
        self._arguments = {old: new for old, new in arguments.items() if old != new}
        names = "|".join(map(re.escape, self._arguments))
        self._in_code = re.compile(rf"(?<![\w.])(?:{names})\b")
        self._in_prose = re.compile(rf"@({names})\b")

    def node(self, node: Node) -> Node:
        """The node with all its expressions and prose changed."""
        if not self._arguments:
            return node
        values = {
            entry.attribute: self._value(entry, getattr(node, entry.attribute))
            for entry in entries(type(node))
        }
        return replace(node, **values)

    def _value(self, entry: Entry, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._value(entry, item) for item in value)
        if isinstance(value, Node):
            return self.node(value)
        if not isinstance(value, str):
            return value
        if entry.is_expr:
            return self._in_code.sub(lambda match: self._arguments[match[0]], value)
        return self._in_prose.sub(lambda match: self._mention(match[1]), value)

    def _mention(self, name: str) -> str:
        """How prose mentions what stands for a parameter: ``@NAME``, or a bare constant."""
        argument = self._arguments[name]
        return f"@{argument}" if argument[0].islower() else argument
