"""Lowers parameters: the code's own list, with what ``@name`` lines and ``param`` blocks add.

In: blocks and texts by parameter name. Out: one :class:`kapi.model.spec.Param` for each parameter
of the C definition, in its order.
"""

from __future__ import annotations

import re
from typing import Protocol

from kapi.diagnostics import Note
from kapi.lang import constraint
from kapi.lang.blocks import Block, Entry
from kapi.lang.context import Context, elements, integer
from kapi.lang.items import entry_of, lose_block, need_header, read_entries
from kapi.lang.text import Value
from kapi.lang.words import in_order, token_set
from kapi.model.spec import Constraint, Param
from kapi.source import Span

_UNSIGNED = re.compile(r"\b(?:unsigned|size_t|bool|u(?:8|16|32|64|int\w*|long|mode_t)|__u\d+)\b")
#: Classes whose values lie in user memory (the flag ``user`` follows from them).
USER_CLASSES = ("user_ptr", "path")


class CParam(Protocol):
    """A parameter of a C definition."""

    @property
    def name(self) -> str:
        """C name."""
        ...

    @property
    def c_type(self) -> str:
        """C type."""
        ...


class ParamText:
    """What a comment says of one parameter: its ``@name`` text and the sub-keys of its blocks."""

    def __init__(self) -> None:
        self.doc: Value | None = None
        self.span: Span | None = None
        self.entries: list[Entry] = []


def add_block(block: Block, texts: dict[str, ParamText], context: Context) -> None:
    """Adds a ``param`` block to the texts of its parameter; unknown names are reported."""
    if not need_header(block, context):
        lose_block(block, context)
        return
    name, *old = block.header.split(",", most=1)
    if old and old[0]:
        context.sink.add("legacy-spelling", old[0].span(), "write the type as sub-key 'type'")
        block.entries.insert(0, entry_of("param", "type", old[0]))
    text = find_param(name, texts, context)
    if text is None:
        lose_block(block, context)
        return
    if text.span:
        first = Note(text.span, "first block")
        message = f"second block for parameter '{name.text}'; the two are merged"
        context.sink.add("merged-param", block.span, message, first)
    text.span = text.span or block.span
    for entry in block.entries:
        _add_entry(text, entry, context)


def _add_entry(text: ParamText, entry: Entry, context: Context) -> None:
    """Adds one sub-key, unless an earlier block gave it."""
    old = next((one for one in text.entries if one.key.name == entry.key.name), None)
    if old and not entry.key.repeats:
        message = f"second '{entry.key.name}' for one parameter; the first is kept"
        if entry.value.text != old.value.text:
            context.sink.add("duplicate-key", entry.span, message, Note(old.span, "first given"))
            context.lose(entry.word, entry.value)
    else:
        text.entries.append(entry)


def add_flat(name: Value, entry: Entry, texts: dict[str, ParamText], context: Context) -> None:
    """Adds a flat attribute; one that says something else than the block is a conflict."""
    text = find_param(name, texts, context)
    if text is None:
        context.lose(entry.word, entry.value)
        return
    old = next((one for one in text.entries if one.key.name == entry.key.name), None)
    if old is None:
        text.entries.append(entry)
    elif old.value.text != entry.value.text:
        message = f"'{entry.word}' disagrees with the block of '{name.text}'"
        context.sink.add("conflict", entry.span, message, Note(old.span, "given here"))
        context.lose(entry.word, entry.value)


def find_param(
    name: Value, texts: dict[str, ParamText], context: Context, hint: str = ""
) -> ParamText | None:
    """The texts of a parameter that the code has; ``None`` after a diagnostic."""
    if name.text not in texts:
        hint = hint or context.sink.suggest(name.text, context.params)
        context.error("unknown-param", name, f"the code has no parameter '{name.text}'{hint}")
    return texts.get(name.text)


def build_params(
    code: tuple[CParam, ...], texts: dict[str, ParamText], context: Context
) -> tuple[Param, ...]:
    """All parameters in the order of the code."""
    return tuple(
        _build_param(index, one.name, one.c_type, texts[one.name], context)
        for index, one in enumerate(code)
    )


def _build_param(index: int, name: str, c_type: str, text: ParamText, context: Context) -> Param:
    """One parameter."""
    own = [entry for entry in text.entries if entry.key.name in constraint.KEYS]
    rest = [entry for entry in text.entries if entry.key.name not in constraint.KEYS]
    types = [entry for entry in rest if entry.key.kind == "type"]
    attrs = read_entries([entry for entry in rest if entry.key.kind != "type"], context)
    flags = set(attrs.pop("flags", ()))
    for entry in types:
        attrs["type_class"] = _read_type(entry.value, flags, context)
        attrs["places"] = (*attrs["places"], ("type_class", entry.value.span()))
    if attrs.get("type_class") in USER_CLASSES:
        flags.add("user")
    if "inout" in flags:
        flags = flags - {"inout"} | {"input", "output"}
    rule = constraint.build_rule(own, {entry.key.name for entry in rest}, context)
    if rule.size_param:
        sized = attrs.setdefault("size_param", rule.size_param)
        if sized != rule.size_param:
            message = f"buffer and size-param of '{name}' name different parameters"
            context.sink.add("conflict", own[0].span, message)
    _check_sign(c_type, rule.constraint, own, context)
    if text.doc is not None:
        attrs["description"] = text.doc.text
        attrs["places"] = (*attrs["places"], ("description", text.doc.span()))
    return Param(
        index=index,
        name=name,
        type=c_type,
        flags=in_order("flag", flags),
        constraint=rule.constraint,
        span=text.span or (text.doc.span() if text.doc else None),
        **attrs,
    )


def _read_type(value: Value, flags: set[str], context: Context) -> str | None:
    """``TOKEN, FLAG, ...``, commas only; adds the flags."""
    first, *others = elements(value, context, ",") or [value]
    found = token_set("type", first, context)
    if not found:
        context.lose("type", value)
    for other in others:
        known = token_set("flag", other, context)
        flags.update(known)
        if not known:
            context.lose("type", other)
    return found[0] if found else None


def _check_sign(
    c_type: str, rule: Constraint | None, entries: list[Entry], context: Context
) -> None:
    """Reports a negative bound for an unsigned C type."""
    if rule is None or rule.lo is None or not _UNSIGNED.search(c_type):
        return
    number = integer(rule.lo)
    if number is not None and number < 0:
        message = f"the bound {rule.lo} is negative, but the C type is '{c_type}'"
        context.sink.add("negative-unsigned", entries[0].span, message)
