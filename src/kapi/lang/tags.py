# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers tags: blocks, prose, single values, counts, structs and flat attributes.

In: segments of kind ``TAG`` and the builder of a spec. Out: parts of the spec in the builder, and
diagnostics. Each kind of tag has one function.
"""

from __future__ import annotations

from collections.abc import Callable

from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.blocks import Block, read_block, read_prose
from kapi.lang.builder import Builder
from kapi.lang.items import BUILDERS, entry_of, lose_block, return_entries
from kapi.lang.params import add_block, add_flat
from kapi.lang.text import Value
from kapi.lang.texts import text_of
from kapi.lang.values import READERS
from kapi.model.base import replace
from kapi.model.spec import Count, Node, Rule, Text


def lower_tag(builder: Builder, segment: seg.Segment) -> None:
    """A tag: dispatched by its kind."""
    tag = segment.tag
    assert tag
    builder.seen[tag.name] += 1
    if tag.since > builder.sink.version:
        span = segment.lines[0].span(builder.path, 0, len(segment.word))
        message = f"'{tag.name}' needs 'api-version: {tag.since}'"
        builder.sink.add("needs-version-2", span, message)
    if segment.word.lower() in fields.TAG_SYNONYMS:
        span = segment.lines[0].span(builder.path, 0, len(segment.word))
        builder.sink.add("legacy", span, f"write '{tag.name}:'")
    _KINDS.get(tag.kind, _value)(builder, segment, tag)


def _block(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A structured block."""
    block = read_block(builder.path, segment, builder.sink)
    builder.context.lost += map(text_of, block.lost)
    if tag.name == "param":
        add_block(block, builder.texts, builder.context)
    elif tag.name == "return":
        _return(builder, block)
    elif tag.name == "constraint":
        node = BUILDERS[tag.name](block, builder.context)
        if isinstance(node, Rule):
            _rule(builder, node)
    else:
        builder.add(tag.target, BUILDERS[tag.name](block, builder.context))


def _return(builder: Builder, block: Block) -> None:
    """The one ``return`` block."""
    if builder.once("return", block.span, "return"):
        builder.returns += return_entries(block, builder.context)
        builder.returns_span = builder.returns_span or block.span
    else:
        lose_block(block, builder.context)


def _rule(builder: Builder, node: Rule) -> None:
    """A constraint, which a flat attribute may have named before."""
    rules = builder.items.setdefault("constraints", [])
    if node.name not in builder.flat_rules:
        builder.rules.setdefault(node.name, len(rules))
        rules.append(node)
        return
    builder.flat_rules.remove(node.name)
    at = builder.rules[node.name]
    flat = rules[at]
    assert isinstance(flat, Rule)
    if node.expression not in (None, flat.expression):
        span = dict(node.places).get("expression", node.span)
        assert span
        message = f"another expression than that of constraint-expr for '{node.name}'"
        builder.sink.add("conflict", span, message)
        builder.context.lost.append(Text(name="expr", text=node.expression or "", span=span))
    rules[at] = replace(node, expression=flat.expression)


def _prose(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """Prose with its lines; a repeated tag is joined."""
    prose = read_prose(builder.path, segment, builder.sink)
    if not prose.text:
        builder.sink.add("empty-value", prose.span, f"'{tag.name}:' has no text")
        return
    if tag.target == "extensions":
        text = Text(name=tag.name.removeprefix("kapi-"), text=prose.text, span=prose.span)
        builder.add("extensions", text)
        return
    texts = builder.proses.setdefault(tag.target, [])
    texts.append(prose.text)
    if len(texts) > 1:
        builder.sink.add("joined-prose", prose.span, f"second '{tag.name}:'; the texts are joined")
    else:
        builder.places.append((tag.target, prose.span))


def _header(builder: Builder, segment: seg.Segment) -> Value | None:
    """The value of a tag without sub-keys; ``None`` if it is empty, after a diagnostic."""
    block = read_block(builder.path, segment, builder.sink)
    if block.header:
        return block.header
    builder.sink.add("empty-value", block.span, f"'{segment.word}:' has no value")
    return None


def _value(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A tag that is one value."""
    span = segment.lines[0].span(builder.path, 0, len(segment.word))
    header = _header(builder, segment)
    if header is None:
        return
    if tag.name in ("context-flags", "context"):
        builder.sink.add("legacy-spelling", span, "write 'contexts:'")
    if not tag.repeats and not builder.once(tag.target, span, segment.word):
        builder.context.lose(tag.name, header)
        return
    found = READERS[tag.kind](tag, header, builder.context)
    if found is None:
        builder.context.lose(tag.name, header)
    elif tag.repeats:
        assert isinstance(found, Node)
        builder.add(tag.target, found)
    else:
        builder.set(tag.target, found, header.span())


def _reserved(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A reserved word: kept raw."""
    block = read_block(builder.path, segment, builder.sink)
    message = f"'{tag.name}:' is reserved and has no meaning yet"
    builder.sink.add("reserved", block.span, message)
    builder.add("reserved", Text(name=tag.name, text=block.header.prose, span=block.span))


def _count(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """``TAG-count: N``."""
    header = _header(builder, segment)
    if header is None:
        return
    number = READERS["int"](tag, header, builder.context)
    if isinstance(number, int) and builder.once(tag.name, header.span(), tag.name):
        counted = tag.name.removesuffix("-count")
        builder.add("counts", Count(tag=counted, value=number, span=header.span()))
    else:
        builder.context.lose(tag.name, header)


def _struct(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """``struct`` and ``struct-field`` tags."""
    header = _header(builder, segment)
    if header is not None:
        builder.structs.add(tag.name, header)


def _flat(builder: Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A flat attribute: sets a sub-key of a block."""
    header = _header(builder, segment)
    assert tag.flat
    owner, key = tag.flat
    if header is None:
        return
    builder.sink.add("legacy-spelling", header.span(), f"write '{key}' in a '{owner}' block")
    if owner == "return":
        builder.returns.append(entry_of("return", key, header)._replace(word=tag.name))
        builder.returns_span = builder.returns_span or header.span()
        return
    parts = header.split(",", most=1)
    if len(parts) < 2 or not parts[1]:
        builder.context.error("bad-value", header, f"'{tag.name}' takes '{tag.header}'")
        builder.context.lose(tag.name, header)
    elif owner == "param":
        entry = entry_of("param", key, parts[1])
        add_flat(parts[0], entry._replace(word=tag.name), builder.texts, builder.context)
    else:
        _flat_rule(builder, parts[0], parts[1])


def _flat_rule(builder: Builder, name: Value, expression: Value) -> None:
    """``constraint-expr: NAME, TEXT``: completes the constraint of that name, or adds one."""
    rules = builder.items.setdefault("constraints", [])
    at = builder.rules.get(name.text)
    if at is None:
        builder.rules[name.text] = len(rules)
        builder.flat_rules.add(name.text)
        rules.append(Rule(name=name.text, expression=expression.prose, span=name.span()))
        return
    rule = rules[at]
    assert isinstance(rule, Rule)
    if rule.expression in (None, expression.prose):
        rules[at] = replace(rule, expression=expression.prose)
    else:
        message = f"another expression than that of constraint '{name.text}'"
        builder.context.error("conflict", expression, message)
        builder.context.lose("constraint-expr", expression)


_KINDS: dict[str, Callable[[Builder, seg.Segment, fields.Tag], None]] = {
    "block": _block,
    "prose": _prose,
    "reserved": _reserved,
    "count": _count,
    "struct": _struct,
    "flat": _flat,
}
