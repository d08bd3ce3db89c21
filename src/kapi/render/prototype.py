# SPDX-License-Identifier: GPL-2.0-or-later
"""C declarations from a type and a name, and the prototype of a call, wrapped."""

from __future__ import annotations

import re
from typing import NamedTuple

from kapi.model.spec import Spec
from kapi.render.clean import clean_text

_POINTER_TO_FUNCTION = re.compile(r"\(\s*\*+\s*(?:const\s*)?\)")
_ARRAY = re.compile(r"\s*(?:\[[^][]*\]\s*)+$")


class Declaration(NamedTuple):
    """A C declaration cut around its name: ``int (*``, ``fn``, ``)(void *)``."""

    before: str
    name: str
    after: str

    def __str__(self) -> str:
        return self.before + self.name + self.after


def declare(c_type: str | None, name: str) -> Declaration:
    """The declaration of ``name`` with a C type that has no name in it."""
    name = clean_text(name) or "(unnamed)"
    kind = clean_text(c_type or "")
    if not kind or name == "...":
        return Declaration("", name, "")
    function = _POINTER_TO_FUNCTION.search(kind)
    if function:
        end = function.end() - 1
        return Declaration(_spaced(kind[:end]), name, kind[end:])
    array = _ARRAY.search(kind)
    before, after = (kind[: array.start()], array[0].strip()) if array else (kind, "")
    return Declaration(_spaced(before), name, after)


def _spaced(before: str) -> str:
    return before if before.endswith("*") else before + " "


def prototype(spec: Spec, name: str, columns: int) -> str:
    """The C prototype of the call under ``name``, its lines at most ``columns`` long if possible.

    Lines that do not fit start below the first parameter, or, if that is too far right, at a
    depth of eight, as kernel sources do.
    """
    result = spec.returns.type if spec.returns else None
    if result is None and spec.kind in ("syscall", "compat_syscall"):
        result = "long"
    head = str(declare(result, name)) + "("
    parts = [str(declare(param.type, param.name)) for param in spec.parameters] or ["void"]
    room = columns - max(map(len, parts)) - len(");")
    indent = len(head) if len(head) <= min(columns // 2, room) else 8
    lines = [head]
    for at, part in enumerate(parts):
        piece = part + (");" if at == len(parts) - 1 else ",")
        separator = "" if lines[-1].endswith("(") else " "
        if len(lines[-1]) + len(separator) + len(piece) <= columns:
            lines[-1] += separator + piece
        elif len(lines) == 1 and separator == "" and indent == len(head):
            lines[-1] += piece
        else:
            lines.append(" " * indent + piece)
    return "\n".join(lines)
