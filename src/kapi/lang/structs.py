# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers ``struct:`` and ``struct-field...:`` tags into structs with their members.

In: headers in source order. Out: :class:`kapi.model.spec.Struct` values.
"""

from __future__ import annotations

from typing import Any

from kapi.lang.context import Context
from kapi.lang.text import Value
from kapi.lang.values import read_expr
from kapi.model.base import replace
from kapi.model.spec import Struct, StructField


class _Words:
    name = "struct"
    family = ""


class Structs:
    """The structs of one spec as they are read."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._structs: list[Struct] = []
        self._fields: list[dict[str, StructField]] = []

    def add(self, tag: str, header: Value) -> None:
        """One tag with its header."""
        {
            "struct": self._open,
            "struct-field": self._field,
            "struct-field-range": self._range,
            "struct-field-mask": self._mask,
        }[tag](header)

    def build(self) -> tuple[Struct, ...]:
        """All structs in order."""
        pairs = zip(self._structs, self._fields, strict=True)
        return tuple(replace(struct, fields=tuple(fields.values())) for struct, fields in pairs)

    def _open(self, header: Value) -> None:
        parts = header.split(",", most=1)
        if not all(parts):
            self._complain("struct", header, "NAME, text")
        name = parts[0].text or None
        prose = parts[1].prose if parts[1:] and parts[1] else None
        self._structs.append(Struct(name=name, description=prose, span=header.span()))
        self._fields.append({})

    def _field(self, header: Value) -> None:
        parts = header.split(",", most=2)
        if len(parts) < 2 or not all(parts):
            self._complain("struct-field", header, "NAME, CTYPE, text")
        if len(parts) < 2 or not all(parts[:2]):
            self._context.lose("struct-field", header)
            return
        if not self._structs:
            self._structs.append(Struct(name=None, span=header.span()))
            self._fields.append({})
        name, c_type, *prose = parts
        field = StructField(
            name=name.text,
            type=c_type.text,
            description=prose[0].prose if prose and prose[0] else None,
            span=header.span(),
        )
        if self._fields[-1].setdefault(name.text, field) is not field:
            message = f"second member '{name.text}'; the first is kept"
            self._context.error("duplicate-key", name, message)
            self._context.lose("struct-field", header)

    def _range(self, header: Value) -> None:
        parts = header.split(",")
        if len(parts) != 3 or not all(parts):
            self._complain("struct-field-range", header, "NAME, lo, hi")
            self._context.lose("struct-field-range", header)
            return
        lo, hi = (read_expr(_Words(), part, self._context) for part in parts[1:])
        self._limit("struct-field-range", header, parts[0], {"lo": lo, "hi": hi})

    def _mask(self, header: Value) -> None:
        parts = header.split(",", most=1)
        if len(parts) != 2 or not all(parts):
            self._complain("struct-field-mask", header, "NAME, EXPR")
            self._context.lose("struct-field-mask", header)
            return
        mask = read_expr(_Words(), parts[1], self._context)
        self._limit("struct-field-mask", header, parts[0], {"mask": mask})

    def _limit(self, tag: str, header: Value, name: Value, limits: dict[str, str | None]) -> None:
        """Sets bounds or bits of an earlier member."""
        if None in limits.values():
            self._context.lose(tag, header)
            return
        fields = self._fields[-1] if self._fields else {}
        field = fields.get(name.text)
        if field is None:
            hint = self._context.sink.suggest(name.text, fields)
            message = f"no earlier struct-field '{name.text}'{hint}"
            self._context.error("unknown-field", name, message)
            self._context.lose(tag, header)
        elif any(getattr(field, key) is not None for key in limits):
            message = f"'{name.text}' has such limits already"
            self._context.error("conflict", header, message)
            self._context.lose(tag, header)
        else:
            found: dict[str, Any] = {**limits}
            fields[name.text] = replace(field, **found)

    def _complain(self, tag: str, header: Value, form: str) -> None:
        self._context.error("bad-value", header, f"'{tag}' takes '{form}', not '{header.text}'")
