# SPDX-License-Identifier: GPL-2.0-or-later
"""What the readers of values share: the context of one spec, lists, integers, constants.

In: a :class:`kapi.lang.text.Value`. Out: its elements or parts; diagnostics go to the context.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import pairwise
from typing import Protocol

from kapi.diagnostics import Sink
from kapi.lang.text import Value, separator_offsets
from kapi.model.spec import Text

_INT = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,64}|0[0-7]{0,99}|[1-9][0-9]{0,99})[uUlL]{0,3}\Z")
_BRACKET = re.compile(r"[()]")
_CONFIG = re.compile(r"\bconfig\(\s*\w+\s*\)")
SYMBOL = re.compile(r"(?<![\w.])(?:[A-Z][A-Z0-9_]*|_+[A-Z][A-Z0-9_]*)\b")


class Words(Protocol):
    """What a reader must know of its key or tag."""

    @property
    def name(self) -> str:
        """Preferred spelling."""
        ...

    @property
    def family(self) -> str:
        """Token family, if it takes tokens."""
        ...


class Context:
    """What is known while one spec is lowered.

    :param sink: collects diagnostics.
    :param params: names of the C parameters, in order.
    :param index: the place of each parameter, if it has been worked out.

    ``symbols`` collects the constants that expressions use, ``lost`` the text without a place.
    """

    def __init__(
        self, sink: Sink, params: tuple[str, ...], index: dict[str, int] | None = None
    ) -> None:
        self.sink = sink
        self.params = params
        if index is None:
            index = {name: at for at, name in reversed([*enumerate(params)])}
        self.index = index
        self.symbols: set[str] = set()
        self.lost: list[Text] = []

    def scratch(self) -> Context:
        """A context of the same spec whose findings nobody sees."""
        return Context(Sink(self.sink.version), self.params, self.index)

    def lose(self, word: str, value: Value) -> None:
        """Keep text that has been reported and has no place in the model.

        :param word: the tag, sub-key or ``@name`` that the text belongs to; empty if none.
        """
        self.lost.append(Text(name=word, text=value.prose, span=value.span()))

    def error(self, code: str, value: Value, message: str) -> None:
        """Report a finding about a whole value."""
        self.sink.add(code, value.span(), message)

    def legacy(self, value: Value, better: str) -> None:
        """Report a spelling that version 2 refuses."""
        self.sink.add("legacy-spelling", value.span(), f"write '{better}' for '{value.text}'")


def integer(text: str) -> int | None:
    """The value of a C integer literal (decimal, hex or octal); ``None`` if it is none."""
    if not _INT.match(text):
        return None
    digits = text.rstrip("uUlL").lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
    number = int(digits, 8 if octal else 0)
    return -number if text.startswith("-") else number


def symbols_of(text: str, params: Container[str]) -> list[str]:
    """C constants used by an expression; parameters and config() arguments are none."""
    if "config(" in text:
        text = _CONFIG.sub("", text)
    return [name for name in SYMBOL.findall(text) if name not in params]


def elements(value: Value, context: Context, separators: str = ",|") -> list[Value]:
    """The elements of a LIST; wrong separators and repeated elements are reported."""
    text = value.text
    offsets = separator_offsets(text, ",|")
    used = {text[at] for at in offsets}
    if len(used) > 1:
        context.error("separator", value, f"'{text}' mixes ',' and '|'; use one of them")
    elif used - set(separators):
        context.error("separator", value, f"separate by '{separators[0]}', not by '{used.pop()}'")
    bounds = [(start + 1, end) for start, end in pairwise([-1, *offsets, len(text)])]
    parts = [value.cut(start, end) for start, end in bounds if text[start:end].strip(" ")]
    if len(parts) < len(bounds):
        context.error("separator", value, f"an element is missing in '{text}'")
    found: dict[str, Value] = {}
    for part in parts:
        if found.setdefault(part.text.lower(), part) is not part:
            context.error("repeated-word", part, f"'{part.text}' stands in this list already")
    return list(found.values())


def balanced(text: str) -> bool:
    """Whether round brackets match."""
    depth = 0
    for char in _BRACKET.findall(text):
        depth += 1 if char == "(" else -1
        if depth < 0:
            return False
    return depth == 0
