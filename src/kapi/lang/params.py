# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers parameters: the code's own list, with what ``@name`` lines and ``param`` blocks add.

In: blocks and texts by parameter name. Out: one :class:`kapi.model.spec.Param` for each parameter
of the C definition, in its order.
"""

from __future__ import annotations

import re
from typing import Protocol

from kapi.diagnostics import Note
from kapi.lang import constraint, fields
from kapi.lang.blocks import Block, Entry
from kapi.lang.context import Context, elements, integer
from kapi.lang.items import entry_of, lose_block, need_header, read_entries
from kapi.lang.text import Value
from kapi.lang.values import READERS
from kapi.lang.words import in_order, token_set
from kapi.model.spec import Constraint, Param
from kapi.source import Span

_UNSIGNED = re.compile(
    r"\b(?:unsigned|bool|(?:compat_)?(?:size_t|ulong_t|uint_t|u64)|u(?:8|16|32|64|int\w*|long|short)"
    r"|u?mode_t|[ugq]id_t|dev_t|__(?:u|le|be)(?:8|16|32|64))\b(?!.*\*)"
)
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
        self._first: dict[str, Entry] = {}

    def add(self, entry: Entry) -> Entry | None:
        """Adds a sub-key; returns the earlier one if it is there already."""
        old = self._first.setdefault(entry.key.name, entry)
        if old is entry or entry.key.repeats:
            self.entries.append(entry)
            return None
        return old


def add_block(block: Block, texts: dict[str, ParamText], context: Context) -> None:
    """Adds a ``param`` block to the texts of its parameter; unknown names are reported."""
    if not need_header(block, context):
        lose_block(block, context)
        return
    name, *old = block.header.split(",", most=1)
    if old and old[0]:
        context.sink.add("legacy-spelling", old[0].span(), "write the type as sub-key 'type'")
        block.entries.insert(0, entry_of("param", "type", old[0]))
    elif old:
        context.error("separator", block.header, "a comma without a type")
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
        first_entry = text.add(entry)
        if first_entry and _is_flat(first_entry):
            _compare(first_entry, entry, context)
        elif first_entry:
            message = f"second '{entry.key.name}' for one parameter; the first is kept"
            note = Note(first_entry.span, "first given here")
            context.sink.add("duplicate-key", entry.span, message, note)
            context.lose(entry.head, entry.value)


def add_flat(name: Value, entry: Entry, texts: dict[str, ParamText], context: Context) -> None:
    """Adds a flat attribute, which may repeat what a block says."""
    text = find_param(name, texts, context)
    if text is None:
        context.lose(entry.head, entry.value)
        return
    old = text.add(entry)
    if old:
        _compare(old, entry, context)


def _is_flat(entry: Entry) -> bool:
    """Whether a sub-key was written as a flat attribute."""
    tag = fields.tag(entry.word)
    return tag is not None and tag.flat is not None


def _compare(old: Entry, new: Entry, context: Context) -> None:
    """Reports a flat attribute and a sub-key that say different things."""
    if old.value.text == new.value.text:
        return
    said = _read_alone(new, context)
    if said is None or said != _read_alone(old, context):
        message = f"'{new.word}' says something else than '{old.word}' before"
        context.sink.add("conflict", new.span, message, Note(old.span, "first given here"))
        context.lose(new.head, new.value)


def _read_alone(entry: Entry, context: Context) -> object:
    """What a sub-key says; ``None`` if there is anything wrong with it."""
    scratch = context.scratch()
    found: object
    if entry.key.kind == "type":
        flags: set[str] = set()
        found = (_read_type(entry.value, flags, scratch), flags)
    else:
        found = READERS[entry.key.kind](entry.key, entry.value, scratch)
    return None if scratch.lost else found


def find_param(
    name: Value, texts: dict[str, ParamText], context: Context, hint: str = ""
) -> ParamText | None:
    """The texts of a parameter that the code has; ``None`` after a diagnostic."""
    if not name or name.text not in texts:
        hint = hint or context.sink.suggest(name.text, context.params)
        context.error("unknown-param", name, f"the code has no parameter '{name.text}'{hint}")
        return None
    return texts[name.text]


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
    rule = constraint.build_rule(own, rest, context)
    if rule.size_param:
        sized = attrs.setdefault("size_param", rule.size_param)
        if sized != rule.size_param:
            message = f"buffer and size-param of '{name}' name different parameters"
            context.sink.add("conflict", own[0].span, message)
            context.lose(own[0].word, own[0].value)
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
        context.lose("type", first)
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
