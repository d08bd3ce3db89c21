# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts the machine rule on a parameter together from its sub-keys.

In: the entries ``constraint-type``, ``range``, ``mask``, ``arch-mask`` and ``valid-values`` of one
``param`` block. Out: one :class:`kapi.model.spec.Constraint`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from kapi.lang.blocks import Entry
from kapi.lang.context import Context
from kapi.lang.text import Value
from kapi.lang.values import (
    Call,
    read_call,
    read_expr,
    read_range,
    read_values,
    size_param,
)
from kapi.model import tokens
from kapi.model.spec import ArchMask, Constraint, SizeParam

#: Form -> least and greatest number of arguments (``None``: any number).
_ARGUMENTS: dict[str, tuple[int, int | None]] = {
    "none": (0, 0),
    "range": (2, 2),
    "mask": (1, 1),
    "enum": (1, None),
    "alignment": (1, 1),
    "power_of_two": (0, 0),
    "page_aligned": (0, 0),
    "nonzero": (0, 0),
    "user_string": (0, 1),
    "user_path": (0, 0),
    "user_ptr": (0, 0),
    "buffer": (1, 1),
    "custom": (1, 1),
}

#: Form -> the sub-key that can hold its arguments.
_SUPPLIED_BY = {
    "range": "range",
    "mask": "mask",
    "enum": "valid-values",
    "alignment": "alignment",
    "buffer": "size-param",
}

_RAW = tokens.FAMILIES["constraint"].prefix

#: Form -> (the sub-key of the parameter that a raw name takes an argument from, the attribute).
_RAW_FROM = {"alignment": ("alignment", "align"), "user_string": ("size", "max_len")}

#: Sub-keys that are part of the constraint -> the form they imply.
IMPLIES = {"range": "range", "mask": "mask", "valid-values": "enum"}
KEYS = ("constraint-type", "arch-mask", *IMPLIES)


class Rule(NamedTuple):
    """The constraint, and the parameter that ``buffer(i)`` names."""

    constraint: Constraint | None
    size_param: SizeParam | None


def build_rule(entries: list[Entry], others: list[Entry], context: Context) -> Rule:
    """The rule that ``entries`` state; ``others`` are the block's other sub-keys."""
    by_name: dict[str, list[Entry]] = {}
    for entry in entries:
        by_name.setdefault(entry.key.name, []).append(entry)
    attrs: dict[str, Any] = {}
    sized = None
    for entry in by_name.get("constraint-type", []):
        present = {other.key.name: other for other in (*others, *entries)}
        sized = _read_form(entry, present, attrs, context)
        if "form" not in attrs:
            context.lose("constraint-type", entry.value)
    for name, form in IMPLIES.items():
        for entry in by_name.get(name, []):
            _read_part(entry, form, attrs, context)
    masks = [_read_arch_mask(entry, attrs, context) for entry in by_name.get("arch-mask", [])]
    if "form" not in attrs:
        return Rule(None, sized)
    places = tuple((_ATTRIBUTE.get(e.key.name, "form"), e.value.span()) for e in entries)
    arch_masks = tuple(mask for mask in masks if mask)
    span = entries[0].span
    return Rule(Constraint(**attrs, arch_masks=arch_masks, span=span, places=places), sized)


_ATTRIBUTE = {"range": "lo", "mask": "mask", "valid-values": "values", "arch-mask": "arch_masks"}


def _read_form(
    entry: Entry, present: dict[str, Entry], attrs: dict[str, Any], context: Context
) -> SizeParam | None:
    """``NAME`` or ``NAME(args)``; fills ``form`` and the arguments, unless they are wrong.

    :param present: the sub-keys of the block by name.
    """
    value = entry.value
    call = read_call(value)
    if call is None:
        context.error("bad-constraint", value, f"'{value.text}' is not 'NAME' or 'NAME(args)'")
        return None
    found = tokens.look_up("constraint", call.name)
    if found is None:
        hint = context.sink.suggest(call.name, tokens.words_of("constraint"))
        context.error("bad-constraint", value, f"no constraint form '{call.name}'{hint}")
        return None
    form = found.tokens[0]
    if not found.preferred:
        context.sink.add("legacy-spelling", value.span(), f"write '{form}' for '{call.name}'")
    problem = _count_problem(form, call, present)
    if problem:
        context.error("bad-constraint", value, problem)
        return None
    if call.arguments is None:
        _supply(form, call, present, attrs, context)
        return None
    return _read_arguments(form, call.arguments, attrs, context)


def _supply(
    form: str, call: Call, present: dict[str, Entry], attrs: dict[str, Any], context: Context
) -> None:
    """A form without brackets; a raw name takes its argument from another sub-key."""
    attrs["form"] = form
    raw = call.name.startswith(_RAW)
    key, attribute = _RAW_FROM.get(form, ("", ""))
    if key in present and (raw or form in _SUPPLIED_BY):
        attrs[attribute] = read_expr(present[key].key, present[key].value, context.scratch())


def _count_problem(form: str, call: Call, present: dict[str, Entry]) -> str:
    """What is wrong with the number of arguments; empty if nothing is."""
    least, most = _ARGUMENTS[form]
    given = call.arguments
    if given is None:
        raw_custom = form == "custom" and call.name.startswith(_RAW)
        if least == 0 or _SUPPLIED_BY.get(form) in present or raw_custom:
            return ""
        return f"'{form}' needs its arguments, as in '{form}(...)'"
    if not all(given):
        return f"an argument of '{form}' is missing"
    wanted = str(least) if least == most else f"{least} or more" if most is None else "0 or 1"
    if len(given) < least or (most is not None and len(given) > most):
        what = "argument" if wanted == "1" else "arguments"
        return f"'{form}' takes {wanted} {what}, not {len(given)}"
    return "" if given or least == most else f"write '{form}' without empty brackets"


def _read_arguments(
    form: str, arguments: list[Value], attrs: dict[str, Any], context: Context
) -> SizeParam | None:
    """Fills the attributes that the arguments of a form set."""
    key = _Words(form)
    if form == "buffer" and arguments:
        sized = size_param(arguments[0], context)
        if sized:
            attrs["form"] = form
        return sized
    texts = [read_expr(key, argument, context) for argument in arguments]
    if not all(texts):
        return None
    names = {
        "range": ("lo", "hi"),
        "mask": ("mask",),
        "alignment": ("align",),
        "user_string": ("max_len",),
        "custom": ("function",),
    }.get(form, ())
    attrs.update(zip(names, texts, strict=False))
    if form == "enum" and texts:
        attrs["values"] = tuple(texts)
    attrs["form"] = form
    return None


class _Words(NamedTuple):
    name: str
    family: str = ""


def _read_part(entry: Entry, form: str, attrs: dict[str, Any], context: Context) -> None:
    """One of ``range``, ``mask``, ``valid-values``: sets the form or fills it."""
    parts: dict[str, Any] = {}
    if form == "range":
        bounds = read_range(entry.key, entry.value, context)
        parts = {"lo": bounds.lo, "hi": bounds.hi} if bounds else {}
    elif form == "mask":
        mask = read_expr(entry.key, entry.value, context)
        parts = {"mask": mask} if mask else {}
    else:
        values = read_values(entry.key, entry.value, context)
        parts = {"values": values} if values else {}
    if not parts:
        context.lose(entry.head, entry.value)
    elif attrs.get("form", form) != form:
        message = f"'{entry.word}' does not go with the constraint '{attrs['form']}'"
        context.sink.add("conflict", entry.span, message)
        context.lose(entry.head, entry.value)
    elif any(attrs.get(name, part) != part for name, part in parts.items()):
        message = f"'{entry.word}' disagrees with the constraint's own arguments"
        context.sink.add("conflict", entry.span, message)
        context.lose(entry.head, entry.value)
    else:
        attrs |= parts | {"form": form}


def _read_arch_mask(entry: Entry, attrs: dict[str, Any], context: Context) -> ArchMask | None:
    """``ARCH = EXPR``; needs a mask."""
    value = entry.value
    name, equals, rest = value.text.partition("=")
    name = name.strip(" ")
    arch = name.lower()
    if not equals or rest.startswith("="):
        context.error("bad-value", value, f"'arch-mask' takes 'ARCH = EXPR', not '{value.text}'")
    elif arch not in tokens.ARCHES:
        hint = context.sink.suggest(arch, tuple(tokens.ARCHES))
        context.error("unknown-arch", value, f"no architecture '{name}'{hint}")
    elif attrs.get("form") != "mask":
        context.error("conflict", value, "'arch-mask' needs a mask beside it")
    else:
        if name != arch:
            context.sink.add("legacy-spelling", value.span(), f"write '{arch}' in lower case")
        bits = value.cut(len(value.text) - len(rest))
        if not bits:
            context.error("empty-value", value, "'arch-mask' lacks its bits")
        elif expr := read_expr(entry.key, bits, context):
            return ArchMask(arch=arch, config=tokens.ARCHES[arch], expr=expr, span=value.span())
    context.lose(entry.word, value)
    return None
