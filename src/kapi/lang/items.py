# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers blocks into nodes of the model: headers, sub-keys, and what they imply for each other.

In: a :class:`kapi.lang.blocks.Block` and the context of its spec. Out: one node.
One function for each tag; :data:`BUILDERS` lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from kapi.diagnostics import Note
from kapi.lang import fields
from kapi.lang.blocks import Block, Entry
from kapi.lang.context import Context, elements
from kapi.lang.locks import derive_scope
from kapi.lang.text import Value, separator_offsets
from kapi.lang.values import READERS
from kapi.lang.words import errno_name, in_order, read_label, token_set
from kapi.model import tokens
from kapi.model.base import replace
from kapi.model.spec import (
    Capability,
    Cause,
    Errno,
    Lock,
    Node,
    Range,
    Require,
    Return,
    Rule,
    SideEffect,
    Signal,
    StateTransition,
)
from kapi.source import Span

_CAPABILITY = re.compile(r"CAP_[A-Z0-9_]+\Z")
_FLAT_EFFECT = re.compile(r"(condition|reversible)\s*=")


def entry_of(tag: str, key: str, value: Value) -> Entry:
    """A sub-key that the author wrote in a legacy place, such as a header."""
    owner = fields.tag(tag)
    found = owner and fields.key(owner, key)
    assert found
    return Entry(found, key, value.span(), value, None)


def read_entries(entries: list[Entry], context: Context) -> dict[str, Any]:
    """Model attributes of sub-keys, with ``places``; unreadable values are kept as lost text."""
    if not entries:
        return {"places": ()}
    attrs: dict[str, Any] = {}
    repeated: dict[str, list[object]] = {}
    places: dict[str, Span] = {}
    more: list[tuple[str, Span]] = []
    for entry in entries:
        found = READERS[entry.key.kind](entry.key, entry.value, context)
        target = entry.key.target
        if isinstance(found, Range) and target == "success":
            target = "success_range"
        if found is None:
            context.lose(entry.head, entry.value)
            continue
        if entry.label is not None and isinstance(found, Cause | Require):
            found = replace(found, label=read_label(entry.key, entry.label, context))
        if entry.key.repeats:
            repeated.setdefault(target, []).append(found)
            more.append((target, entry.value.span()))
        elif attrs.setdefault(target, found) == found:
            places.setdefault(target, entry.value.span())
        else:
            note = Note(places[target], "first given here")
            message = f"'{entry.word}' says something else than an earlier line"
            context.sink.add("conflict", entry.span, message, note)
            context.lose(entry.head, entry.value)
    attrs |= {target: tuple(nodes) for target, nodes in repeated.items()}
    return attrs | {"places": (*places.items(), *more)}


def lose_block(block: Block, context: Context) -> None:
    """Keeps a whole block as raw text, after a diagnostic about its header."""
    context.lose(block.tag.name, block.header)
    for entry in block.entries:
        context.lose(entry.head, entry.value)


def need_header(block: Block, context: Context) -> bool:
    """Whether the tag has a header; a missing one is reported."""
    if not block.header:
        form = block.tag.header
        context.sink.add("empty-value", block.span, f"'{block.tag.name}:' takes '{form}'")
    return bool(block.header)


def _whole(parts: list[Value], header: Value, context: Context) -> list[Value]:
    """The parts of a header that are there; missing ones are reported."""
    if not all(parts):
        context.error("separator", header, f"a part is missing in '{header.text}'")
    return [part for part in parts if part]


def return_entries(block: Block, context: Context) -> list[Entry]:
    """The sub-keys of ``return``; a header is refused, and kept as ``desc`` if that is missing."""
    entries = list(block.entries)
    if block.header:
        message = "text stands behind 'return:'; use the sub-key desc"
        context.error("bad-value", block.header, message)
        if any(entry.key.name == "desc" for entry in entries):
            context.lose("return", block.header)
        else:
            entries.append(entry_of("return", "desc", block.header))
    return entries


def build_return(
    entries: list[Entry], c_type: str | None, span: Span | None, context: Context
) -> Return:
    """``return`` and the flat attributes that say the same.

    :param span: where it was written first; ``None`` if only the code says something.
    """
    attrs = read_entries(entries, context)
    if span:
        _check_return(attrs, span, context)
    return Return(type=c_type, span=span, **attrs)


def _check_return(attrs: dict[str, Any], span: Span, context: Context) -> None:
    """Says which check lacks its value, and which values contradict each other."""
    check = attrs.get("check_type")
    success, bounds = attrs.get("success"), attrs.get("success_range")
    if check == "exact" and success is None:
        context.sink.add("missing-value", span, "check-type exact needs 'success'")
    if check == "range" and success is None and bounds is None:
        context.sink.add("missing-value", span, "check-type range needs 'success-range'")
    if success is not None and bounds is not None:
        message = "both a predicate and a range say what success is"
        context.sink.add("contradiction", span, message)


def build_error(block: Block, context: Context) -> Errno | None:
    """``error: NAME, summary``: split once, at the first comma."""
    if not need_header(block, context):
        lose_block(block, context)
        return None
    first, *summary = _at_first_comma(block.header)
    name = errno_name(first, context)
    if name is None:
        lose_block(block, context)
        return None
    attrs = read_entries(block.entries, context)
    for text in _whole(summary, block.header, context):
        attrs["summary"] = text.prose
    internal = name in tokens.INTERNAL_ERRNOS
    if internal and attrs.get("internal") is False:
        context.error("conflict", block.header, f"{name} is internal to the kernel")
    attrs["internal"] = internal or attrs.get("internal", False)
    places = (("name", first.span()), *attrs.pop("places"))
    return Errno(name=name, span=block.span, places=places, **attrs)


def _at_first_comma(value: Value) -> list[Value]:
    """The value cut at its first comma, wherever that stands."""
    at = value.text.find(",")
    return [value] if at < 0 else [value.cut(0, at), value.cut(at + 1)]


def build_lock(block: Block, context: Context) -> Lock | None:
    """``lock: NAME``, or in old text ``NAME, TYPE``."""
    if not need_header(block, context):
        lose_block(block, context)
        return None
    name = block.header
    parts = name.split(",")
    if len(parts) > 1 and tokens.look_up("lock-type", parts[-1].text):
        at = parts[-1].span()
        context.sink.add("legacy-spelling", at, "write the lock type as sub-key 'type'")
        block.entries.insert(0, entry_of("lock", "type", parts[-1]))
        name = name.cut(0, name.text.rfind(","))
        if not name:
            context.error("empty-value", block.header, "a lock type without a lock")
    attrs = read_entries(block.entries, context)
    if "type" not in attrs:
        context.sink.add("missing-type", block.span, f"lock '{name.text}' has no type")
    attrs |= _lock_scope(block, attrs, context)
    return Lock(name=name.text, span=block.span, **attrs)


def _lock_scope(block: Block, attrs: dict[str, Any], context: Context) -> dict[str, Any]:
    """Scope and frequency, derived and compared with what the author says."""
    said = [attrs.get(name) for name in ("acquired", "released", "held_on_entry", "held_on_exit")]
    scope, held = attrs.get("scope"), attrs.get("held")
    derived = derive_scope(*said)
    if derived is None:
        message = "what the keys say of taking, dropping and holding the lock does not fit"
        context.sink.add("conflict", block.span, message)
        return {}
    if scope is not None and all(word is None for word in said):
        return {}
    if derived.odd:
        message = "held on exit, yet neither taken nor held on entry"
        context.sink.add("contradiction", block.span, message)
    if scope not in (None, derived.scope):
        message = f"scope '{scope}' disagrees with the other keys, which mean '{derived.scope}'"
        context.sink.add("conflict", block.span, message)
    if held is not None and derived.held not in (None, held):
        message = f"held '{held}' disagrees with the other keys, which mean '{derived.held}'"
        context.sink.add("conflict", block.span, message)
    return {"scope": scope or derived.scope, "held": held or derived.held}


def build_signal(block: Block, context: Context) -> Signal | None:
    """``signal: NAME``: commas belong to the name."""
    if not need_header(block, context):
        lose_block(block, context)
        return None
    attrs = read_entries(block.entries, context)
    return Signal(signal_name=block.header.text, span=block.span, **attrs)


def build_side_effect(block: Block, context: Context) -> SideEffect:
    """``side-effect: A | B``, or in old text ``A | B, target, desc, condition=..., ...``."""
    need_header(block, context)
    found: set[str] = set()
    for word in _effect_words(block, context):
        known = token_set("effect", word, context)
        found.update(known)
        if not known:
            context.lose("side-effect", word)
    attrs = read_entries(block.entries, context)
    if "irreversible" in found and attrs.get("reversible"):
        context.sink.add("contradiction", block.span, "irreversible, yet reversible")
    if "none" in found and len(found) > 1:
        context.sink.add("contradiction", block.span, "'none' stands beside other effects")
    return SideEffect(type=in_order("effect", found), span=block.span, **attrs)


def _effect_words(block: Block, context: Context) -> list[Value]:
    """The words of the header that are effects; the fields of a flat form become sub-keys."""
    if not block.header:
        return []
    parts = block.header.split(",")
    words = block.header.split(",|")
    if len(parts) > 1 and all(tokens.look_up("effect", word.text) for word in words):
        context.error("legacy", block.header, "join effects by '|', not by ','")
        return elements(block.header, context)
    if len(parts) > 1:
        _flat_effect(block, parts, context)
    return elements(parts[0], context)


def _flat_effect(block: Block, parts: list[Value], context: Context) -> None:
    """Adds the fields of the flat form as sub-keys; each text runs to the next ``name=`` field."""
    header = block.header
    context.sink.add("legacy-spelling", header.span(), "write target and desc as sub-keys")
    ends = [*separator_offsets(header.text, ","), len(header.text)]
    named = [at for at in range(1, len(parts)) if _FLAT_EFFECT.match(parts[at].text)]
    bounds = [*named, len(parts)]
    places = [index for index in (1, 2) if index < bounds[0]]
    flat = [
        (key, header.cut(ends[at - 1] + 1, ends[stop - 1]))
        for key, at, stop in zip(("target", "desc"), places, (2, bounds[0]), strict=False)
    ]
    for at, stop in pairwise(bounds):
        field = header.cut(ends[at - 1] + 1, ends[stop - 1])
        match = _FLAT_EFFECT.match(field.text)
        assert match
        flat.append((match[1], field.cut(match.end())))
    if not all(value for _, value in flat):
        context.error("separator", header, f"a part is missing in '{header.text}'")
    block.entries[:0] = [entry_of("side-effect", key, value) for key, value in flat if value]


def build_capability(block: Block, context: Context) -> Capability | None:
    """``capability: CAP_X``, or in old text ``CAP_X, TYPE, text``."""
    if not need_header(block, context):
        lose_block(block, context)
        return None
    name, *parts = block.header.split(",", most=2)
    if name.text != "none" and not _CAPABILITY.match(name.text):
        context.error("bad-value", name, f"'{name.text}' is no CAP_ name")
    _capability_parts(block, _whole(parts, block.header, context), context)
    attrs = read_entries(block.entries, context)
    places = (("name", name.span()), *attrs.pop("places"))
    return Capability(name=name.text, span=block.span, places=places, **attrs)


def _capability_parts(block: Block, parts: list[Value], context: Context) -> None:
    """The type and the text of an old header; a second capability is refused."""
    if parts and parts[0].text.startswith("CAP_"):
        for part in parts:
            context.error("bad-value", part, f"'{part.text}' needs a block of its own")
            context.lose("capability", part)
        return
    for part in parts:
        context.sink.add("legacy-spelling", part.span(), "write type and desc as sub-keys")
    old = zip(("type", "desc"), parts, strict=False)
    block.entries[:0] = [entry_of("capability", key, part) for key, part in old]


def build_rule(block: Block, context: Context) -> Rule | None:
    """``constraint: NAME``, or in old text ``NAME, text``."""
    if not need_header(block, context):
        lose_block(block, context)
        return None
    name, *parts = block.header.split(",", most=1)
    attrs = read_entries(block.entries, context)
    _whole([name, *parts], block.header, context)
    for part in filter(None, parts):
        context.sink.add("legacy-spelling", part.span(), "write the text as sub-key desc")
        texts = [part.prose, attrs.get("description")]
        attrs["description"] = " ".join(text for text in texts if text)
    return Rule(name=name.text, span=block.span, **attrs)


def build_state_transition(block: Block, context: Context) -> StateTransition | None:
    """``state-trans: OBJECT``, or in old text ``object, from, to[, condition], desc``."""
    parts = block.header.split(",", most=4) if block.header else []
    flat = _FLAT_STATE.get(len(parts), ())
    if flat:
        message = "write from, to and desc as sub-keys"
        context.sink.add("legacy-spelling", block.header.span(), message)
        _whole(parts, block.header, context)
        pairs = zip(flat, parts, strict=True)
        block.entries[:0] = [entry_of("state-trans", key, part) for key, part in pairs if part]
    elif block.header:
        block.entries.insert(0, entry_of("state-trans", "object", block.header))
    attrs = read_entries(block.entries, context)
    for key, attr in (("object", "object"), ("from", "from_state"), ("to", "to_state")):
        if attr not in attrs:
            context.sink.add("missing-key", block.span, f"'state-trans' needs '{key}'")
    return StateTransition(span=block.span, **({"object": ""} | attrs))


#: Number of parts of a flat ``state-trans`` header -> the sub-keys that they are.
_FLAT_STATE: dict[int, tuple[str, ...]] = {
    3: ("object", "from", "to"),
    4: ("object", "from", "to", "desc"),
    5: ("object", "from", "to", "condition", "desc"),
}

Builder = Callable[[Block, Context], Node | None]

#: Tag -> the function that makes its node. ``param`` and structs need more than one block.
BUILDERS: dict[str, Builder] = {
    "error": build_error,
    "lock": build_lock,
    "signal": build_signal,
    "side-effect": build_side_effect,
    "capability": build_capability,
    "constraint": build_rule,
    "state-trans": build_state_transition,
}
