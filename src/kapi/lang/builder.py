# SPDX-License-Identifier: GPL-2.0-or-later
"""What has been read of one spec so far, while its segments are lowered one after another."""

from __future__ import annotations

from collections import Counter
from typing import Any, Protocol

from kapi.diagnostics import Note, Sink
from kapi.lang.blocks import Entry
from kapi.lang.context import Context
from kapi.lang.params import CParam, ParamText
from kapi.lang.structs import Structs
from kapi.model.spec import Node
from kapi.source import Span


class Prototype(Protocol):
    """The C definition or declaration below a comment."""

    @property
    def name(self) -> str:
        """Canonical name, such as ``sys_open``."""
        ...

    @property
    def kind(self) -> str:
        """``syscall``, ``compat_syscall`` or ``function``."""
        ...

    @property
    def params(self) -> tuple[CParam, ...]:
        """Parameters in order."""
        ...

    @property
    def return_type(self) -> str:
        """C type of the result."""
        ...

    @property
    def variadic(self) -> bool:
        """Whether ``...`` follows the parameters."""
        ...


class Builder:
    """What has been read of one spec so far.

    ``proses`` has the texts of each prose tag, ``returns`` the sub-keys of the result, ``seen`` how
    often each tag occurs, ``flat_rules`` the places of constraints that only flat attributes name.
    """

    def __init__(self, path: str, prototype: Prototype, sink: Sink) -> None:
        self.path = path
        self.prototype = prototype
        self.sink = sink
        self.context = Context(sink, tuple(one.name for one in prototype.params))
        self.attrs: dict[str, Any] = {}
        self.places: list[tuple[str, Span]] = []
        self.items: dict[str, list[Node]] = {}
        self.proses: dict[str, list[str]] = {}
        self.texts = {one.name: ParamText() for one in prototype.params}
        self.returns: list[Entry] = []
        self.returns_span: Span | None = None
        self.structs = Structs(self.context)
        self.rules: dict[str, int] = {}
        self.flat_rules: set[str] = set()
        self.free: list[str] = []
        self.first: dict[str, Span] = {}
        self.seen: Counter[str] = Counter()

    def add(self, target: str, node: Node | None) -> None:
        """Append to a list of the spec."""
        if node is not None:
            self.items.setdefault(target, []).append(node)

    def set(self, target: str, value: object, span: Span) -> None:
        """Set a field of the spec."""
        self.attrs[target] = value
        self.places.append((target, span))

    def once(self, target: str, span: Span, word: str) -> bool:
        """Whether a tag that may occur once occurs for the first time; others are reported."""
        if target in self.first:
            message = f"second '{word}'; only one is allowed, the first is kept"
            note = Note(self.first[target], "first given here")
            self.sink.add("duplicate-tag", span, message, note)
            return False
        self.first[target] = span
        return True
