"""Lowers ``struct:`` and ``struct-field...:`` tags into structs with their members.

In: headers in source order. Out: :class:`kapi.model.spec.Struct` values.
"""

from __future__ import annotations

from dataclasses import replace

from kapi.lang.context import Context
from kapi.lang.text import Value
from kapi.lang.values import read_expr
from kapi.model.spec import Struct, StructField


class _Words:
    name = "struct"
    family = ""


class Structs:
    """The structs of one spec as they are read."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._structs: list[Struct] = []
        self._fields: list[list[StructField]] = []

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
        return tuple(replace(struct, fields=tuple(fields)) for struct, fields in pairs)

    def _open(self, header: Value) -> None:
        name, *text = header.split(",", most=1)
        prose = text[0].prose if text and text[0] else None
        self._structs.append(Struct(name=name.text, description=prose, span=header.span()))
        self._fields.append([])

    def _field(self, header: Value) -> None:
        parts = header.split(",", most=2)
        if len(parts) < 2 or not parts[0] or not parts[1]:
            self._refuse("struct-field", header, "NAME, CTYPE, text")
            return
        if not self._structs:
            self._structs.append(Struct(name=None, span=header.span()))
            self._fields.append([])
        prose = parts[2].prose if len(parts) > 2 and parts[2] else None
        names = [field.name for field in self._fields[-1]]
        if parts[0].text in names:
            message = f"second member '{parts[0].text}'; the first is kept"
            self._context.error("duplicate-key", parts[0], message)
            self._context.lose("struct-field", header)
            return
        field = StructField(
            name=parts[0].text, type=parts[1].text, description=prose, span=header.span()
        )
        self._fields[-1].append(field)

    def _range(self, header: Value) -> None:
        parts = header.split(",")
        if len(parts) != 3 or not all(parts):
            self._refuse("struct-field-range", header, "NAME, lo, hi")
            return
        lo, hi = (read_expr(_Words(), part, self._context) for part in parts[1:])
        self._limit("struct-field-range", header, parts[0], {"lo": lo, "hi": hi})

    def _mask(self, header: Value) -> None:
        parts = header.split(",", most=1)
        if len(parts) != 2 or not all(parts):
            self._refuse("struct-field-mask", header, "NAME, EXPR")
            return
        mask = read_expr(_Words(), parts[1], self._context)
        self._limit("struct-field-mask", header, parts[0], {"mask": mask})

    def _limit(self, tag: str, header: Value, name: Value, limits: dict[str, str | None]) -> None:
        """Sets bounds or bits of an earlier member."""
        fields = self._fields[-1] if self._fields else []
        for index, field in enumerate(fields):
            if field.name == name.text:
                old = {key: getattr(field, key) for key in limits}
                if any(value is not None and value != limits[key] for key, value in old.items()):
                    message = f"'{name.text}' has other limits already"
                    self._context.error("conflict", header, message)
                    self._context.lose(tag, header)
                else:
                    fields[index] = replace(
                        field,
                        lo=limits.get("lo", field.lo),
                        hi=limits.get("hi", field.hi),
                        mask=limits.get("mask", field.mask),
                    )
                return
        hint = self._context.sink.suggest(name.text, [field.name for field in fields])
        message = f"no earlier struct-field '{name.text}'{hint}"
        self._context.error("unknown-field", name, message)
        self._context.lose(tag, header)

    def _refuse(self, tag: str, header: Value, form: str) -> None:
        self._context.error("bad-value", header, f"'{tag}' takes '{form}'")
        self._context.lose(tag, header)
