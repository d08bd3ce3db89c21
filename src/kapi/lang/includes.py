# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes the facts of shared specs over into the specs that include them.

In: a spec, and a way to find shared specs. Out: the spec with their items behind its own, each
marked with the shared spec it came from, parameters replaced by the arguments of the include.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from kapi.diagnostics import Note, Sink
from kapi.lang.context import symbols_of
from kapi.model.base import replace
from kapi.model.shapes import Entry, entries
from kapi.model.spec import Include, Item, Node, Spec

#: Fields of a spec that an include adds to. Parameters, results and prose stay with the caller.
TAKEN = (
    *("errors", "locks", "signals", "side_effects", "state_transitions"),
    *("capabilities", "constraints"),
)

#: Shared specs that one spec may include, those included by others counted each time.
_MOST = 100

Find = Callable[[str], Spec | None]


class _Step(NamedTuple):
    """An include to be carried out.

    :param path: names of the specs whose includes led here; the last is the one that includes.
    :param owner: the spec that includes.
    :param arguments: what stands for the parameters of ``owner``.
    """

    include: Include
    owner: Spec
    path: tuple[str, ...]
    arguments: dict[str, str]


def resolve(spec: Spec, find: Find, sink: Sink) -> Spec:
    """``spec`` with the facts of its includes, those of shared specs that they include, and so on.

    What is included with the same arguments on several ways is taken once.

    :param find: the shared spec of a name, as written, its own includes not resolved.
    """
    if not spec.includes:
        return spec
    params = {param.name for param in spec.parameters}
    taken: dict[str, list[Item]] = {name: list(getattr(spec, name)) for name in TAKEN}
    symbols = set(spec.symbols)
    done: set[tuple[str, tuple[str, ...]]] = set()
    steps = _steps(spec, (spec.name,), {})
    while steps:
        step = steps.pop()
        shared = _shared(step.include, find, sink, step.path)
        if shared is None:
            continue
        arguments = tuple(step.arguments.get(word, word) for word in step.include.arguments)
        if (shared.name, arguments) in done:
            continue
        done.add((shared.name, arguments))
        _check_closure(step.owner, shared, step.include, sink)
        if len(done) > _MOST:
            _report_endless(step, spec, sink)
            break
        names = (param.name for param in shared.parameters)
        by_name = dict(zip(names, arguments, strict=True))
        change = _Change(by_name, params)
        for name, items in taken.items():
            items.extend(_taken(item, shared.name, change) for item in getattr(shared, name))
        symbols.update(shared.symbols, *(symbols_of(word, params) for word in arguments))
        steps += _steps(shared, (*step.path, shared.name), by_name)
    lists: dict[str, Any] = {name: tuple(items) for name, items in taken.items()}
    return replace(spec, symbols=tuple(sorted(symbols)), **lists)


def _steps(owner: Spec, path: tuple[str, ...], arguments: dict[str, str]) -> list[_Step]:
    """The includes of a spec, the first one last."""
    return [_Step(include, owner, path, arguments) for include in reversed(owner.includes)]


def _report_endless(step: _Step, spec: Spec, sink: Sink) -> None:
    """Reports that includes bring ever more shared specs."""
    assert step.include.span
    message = f"'{spec.name}' includes more than {_MOST} shared specs"
    sink.add("include-cycle", step.include.span, message)


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
    return replace(item, **change.values(item), shared=name)


class _Change:
    """Puts arguments in the place of parameters.

    :param arguments: by the name of the shared spec's parameter.
    :param params: names of the parameters of the including spec.
    """

    def __init__(self, arguments: dict[str, str], params: set[str]) -> None:
        self._arguments = {old: new for old, new in arguments.items() if old not in (new, "")}
        self._params = params
        names = "|".join(map(re.escape, self._arguments))
        self._in_code = re.compile(rf"(?<![\w.])(?<!->)(@?)({names})\b")
        self._in_prose = re.compile(rf"(?<!\w)(@)({names})\b")

    def values(self, node: Node) -> dict[str, Any]:
        """The expressions and prose of a node that differ with the arguments."""
        if not self._arguments:
            return {}
        pairs = ((entry, getattr(node, entry.attribute)) for entry in entries(type(node)))
        return {
            entry.attribute: self._value(entry, value)
            for entry, value in pairs
            if isinstance(value, (str, tuple, Node))
        }

    def _value(self, entry: Entry, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple([self._value(entry, item) for item in value])
        if isinstance(value, Node):
            return replace(value, **self.values(value))
        return (self._in_code if entry.is_expr else self._in_prose).sub(self._argument, value)

    def _argument(self, match: re.Match[str]) -> str:
        """What stands for a parameter: in prose ``@NAME`` or a bare constant, in code a term."""
        argument = self._arguments[match[2]]
        if match[1]:
            return f"@{argument}" if argument in self._params else argument
        return f"({argument})" if argument.startswith(("-", "+")) else argument
