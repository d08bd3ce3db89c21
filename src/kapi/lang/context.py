"""What the readers of values share: the context of one spec, lists, integers, constants.

In: a :class:`kapi.lang.text.Value`. Out: its elements or parts; diagnostics go to the context.
"""

from __future__ import annotations

import re
from typing import Protocol

from kapi.diagnostics import Sink
from kapi.lang.text import Value
from kapi.model.spec import Text

_INT = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,64}|0[0-7]{0,99}|[1-9][0-9]{0,99})[uUlL]{0,3}\Z")
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

    ``symbols`` collects the constants that expressions use, ``lost`` the text without a place.
    """

    def __init__(self, sink: Sink, params: tuple[str, ...]) -> None:
        self.sink = sink
        self.params = params
        self.symbols: set[str] = set()
        self.lost: list[Text] = []

    def lose(self, name: str, value: Value) -> None:
        """Keep text that has been reported and has no place in the model."""
        self.lost.append(Text(name=name, text=value.prose, span=value.span()))

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


def symbols_of(text: str, params: tuple[str, ...]) -> list[str]:
    """C constants used by an expression; parameters and config() arguments are none."""
    return [name for name in SYMBOL.findall(_CONFIG.sub("", text)) if name not in params]


def elements(value: Value, context: Context, separators: str = ",|") -> list[Value]:
    """The elements of a LIST; mixed, foreign and surplus separators are reported."""
    used = {char for char in ",|" if len(value.split(char)) > 1}
    if len(used) > 1:
        context.error("separator", value, f"'{value.text}' mixes ',' and '|'; use one of them")
    elif used - set(separators):
        context.error("separator", value, f"separate by '{separators[0]}', not by '{used.pop()}'")
    parts = value.split(",|")
    if not all(parts):
        context.error("separator", value, f"an element is missing in '{value.text}'")
    return [part for part in parts if part]


def balanced(text: str) -> bool:
    """Whether round brackets match."""
    depth = 0
    for match in re.finditer(r"[()]", text):
        depth += 1 if match[0] == "(" else -1
        if depth < 0:
            return False
    return depth == 0
