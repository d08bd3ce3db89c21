"""Lowers the segments of a comment into a :class:`kapi.model.spec.Spec`.

In: segments, and the prototype that stands below the comment. Out: the spec, its includes not yet
resolved, and diagnostics. This is the driver: each kind of segment has one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from kapi.diagnostics import Note, Sink
from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.blocks import Verbatim, read_block, read_prose, read_section, read_words
from kapi.lang.items import BUILDERS, build_return, entry_of, read_entries
from kapi.lang.params import CParam, ParamText, add_block, add_flat, build_params, find_param
from kapi.lang.structs import Structs
from kapi.lang.text import Piece, Value
from kapi.lang.values import READERS, Context
from kapi.model.spec import Count, Node, Return, Spec, Text
from kapi.source import Span

_NAME_LINE = re.compile(
    r"([A-Za-z_]\w*)[ ]*(?:\([ ]*\))?[ ]*(?:(?:--?|:|\u2013|\u2014)(?:[ ]+|$)|$)"
)
#: Kinds of tags that hold one value of the spec itself.
_SINGLE = ("version", "word", "text", "tokens", "error_set")


class Prototype(Protocol):
    """The C definition or declaration below a comment."""

    @property
    def name(self) -> str:
        """Canonical name, such as ``sys_open``."""
        ...

    @property
    def kind(self) -> str:
        """``syscall``, ``compat_syscall`` or ``function``."""
        ...

    @property
    def params(self) -> tuple[CParam, ...]:
        """Parameters in order."""
        ...

    @property
    def return_type(self) -> str:
        """C type of the result."""
        ...

    @property
    def variadic(self) -> bool:
        """Whether ``...`` follows the parameters."""
        ...


class _Builder:
    """What has been read of one spec so far."""

    def __init__(self, path: str, prototype: Prototype, sink: Sink) -> None:
        self.path = path
        self.prototype = prototype
        self.sink = sink
        self.context = Context(sink, tuple(one.name for one in prototype.params))
        self.attrs: dict[str, Any] = {}
        self.places: list[tuple[str, Span]] = []
        self.items: dict[str, list[Node]] = {}
        self.texts = {one.name: ParamText() for one in prototype.params}
        self.returns: list[Any] = []
        self.returns_span: Span | None = None
        self.structs = Structs(self.context)
        self.free: list[str] = []
        self.first: dict[str, Span] = {}

    def add(self, target: str, node: Node | None) -> None:
        """Append to a list of the spec."""
        if node is not None:
            self.items.setdefault(target, []).append(node)

    def set(self, target: str, value: object, span: Span) -> None:
        """Set a field of the spec."""
        self.attrs[target] = value
        self.places.append((target, span))

    def once(self, target: str, span: Span, word: str) -> bool:
        """Whether a tag that may occur once occurs for the first time; others are reported."""
        if target in self.first:
            message = f"second '{word}'; only one is allowed, the first is kept"
            note = Note(self.first[target], "first given here")
            self.sink.add("duplicate-tag", span, message, note)
            return False
        self.first[target] = span
        return True


def lower(
    path: str, segments: list[seg.Segment], prototype: Prototype, span: Span, sink: Sink
) -> Spec:
    """The spec that a comment states about a prototype.

    :param span: the place of the whole comment.
    """
    builder = _Builder(path, prototype, sink)
    for segment in segments:
        _SEGMENTS[segment.kind](builder, segment)
    if segments[0].kind != seg.NAME:
        message = f"the comment lacks its first line '{prototype.name} - ...'"
        sink.add("name-mismatch", segments[0].lines[0].span(path), message)
    return _finish(builder, span)


def _finish(builder: _Builder, span: Span) -> Spec:
    """Builds what needs the whole comment, and checks counts and missing texts."""
    context, prototype = builder.context, builder.prototype
    params = build_params(prototype.params, builder.texts, context)
    for param in params:
        if param.description is None:
            where = param.span or span._replace(end_line=span.line, end_column=span.column + 3)
            builder.sink.add("missing-param-doc", where, f"no '@{param.name}:' line")
    attrs = dict(builder.attrs)
    attrs["returns"] = _returns(builder)
    attrs["structs"] = builder.structs.build()
    for target, nodes in builder.items.items():
        attrs[target] = tuple(nodes)
    attrs["unparsed"] = tuple(context.lost)
    if builder.free:
        description = Text(name="", text="\n\n".join(builder.free))
        attrs["ordinary_sections"] = (description, *attrs.get("ordinary_sections", ()))
    kind = "shared" if attrs.get("api_type") == "shared" else prototype.kind
    spec = Spec(
        name=prototype.name,
        kind=kind,
        parameters=params,
        symbols=tuple(sorted(context.symbols)),
        span=span,
        places=tuple(builder.places),
        **attrs,
    )
    _check_counts(spec, builder.sink)
    _check_labels(spec, builder.sink)
    return spec


def _returns(builder: _Builder) -> Return | None:
    """The result, from its block and the code; nothing for a function without result."""
    c_type = builder.prototype.return_type
    if builder.returns_span is None:
        return Return(type=c_type) if c_type and c_type != "void" else None
    block = builder.returns
    attrs: dict[str, Any] = {}
    for node in block:
        for name, value in node.items():
            if name == "places":
                attrs["places"] = (*attrs.get("places", ()), *value)
            elif attrs.setdefault(name, value) != value:
                message = f"the flat form of '{name}' disagrees with the return block"
                builder.sink.add("conflict", builder.returns_span, message)
                builder.context.lost.append(Text(name=f"return {name}", text=str(value)))
    return Return(type=c_type or None, span=builder.returns_span, **attrs)


def _check_counts(spec: Spec, sink: Sink) -> None:
    """Compares asserted numbers of items with the items."""
    for count in spec.counts:
        items = getattr(spec, fields.COUNTED[count.tag])
        if count.tag == "struct-field":
            items = [field for struct in items for field in struct.fields]
        if len(items) != count.value and count.span:
            message = f"'{count.tag}-count: {count.value}', but there are {len(items)}"
            sink.add("count-mismatch", count.span, message)


def _check_labels(spec: Spec, sink: Sink) -> None:
    """Demands a label for each cause where one errno has several."""
    causes: dict[str, int] = {}
    for error in spec.errors:
        causes[error.name] = causes.get(error.name, 0) + max(len(error.causes), 1)
    for error in spec.errors:
        if causes[error.name] < 2 or error.label:
            continue
        nodes = [one for one in error.causes if one.label is None] if error.causes else [error]
        for node in nodes:
            if node.span:
                message = f"one of several causes of {error.name}; give it a label"
                sink.add("label-required", node.span, message)


def _name_line(builder: _Builder, segment: seg.Segment) -> None:
    """``NAME - text`` or ``NAME: text``."""
    value = read_words(builder.path, segment, builder.sink)
    name = builder.prototype.name
    match = _NAME_LINE.match(value.text)
    if match is None or match[1] != name:
        found = match[1] if match else value.text
        where = value.span(0, len(found) if match else None)
        message = f"the first line names '{found}', but the code defines '{name}'"
        builder.sink.add("name-mismatch", where, message)
        if match is None:
            builder.context.lose("name", value)
            return
    summary = value.cut(match.end())
    if summary:
        builder.set("description", summary.text, summary.span())


def _at(builder: _Builder, segment: seg.Segment) -> None:
    """``@name: text``."""
    head = segment.lines[0]
    value = read_words(builder.path, segment, builder.sink)
    name = Value(builder.path, [Piece(segment.word, head.number, head.column + 1)])
    if segment.word == "..." and builder.prototype.variadic:
        builder.add("ordinary_sections", Text(name="@...", text=value.text, span=head.span("")))
        return
    hint = f"; for the tag write '{segment.word}:' without '@'" if fields.tag(segment.word) else ""
    text = find_param(name, builder.texts, builder.context, hint)
    if text is None:
        builder.context.lose("@" + segment.word, value)
    elif text.doc is not None:
        builder.sink.add("duplicate-tag", name.span(), f"second text for '@{segment.word}:'")
        builder.context.lose("@" + segment.word, value)
    elif not value:
        builder.sink.add("empty-value", name.span(), f"'@{segment.word}:' has no text")
    else:
        text.doc = value


def _section(builder: _Builder, segment: seg.Segment) -> None:
    """An ordinary kernel-doc section, kept verbatim."""
    section = read_section(builder.path, segment)
    word = segment.word
    if word in fields.NEAR_ORDINARY:
        low = word.lower()
        tag = low if fields.tag(low) else low + "s"
        message = f"'{word}:' is an ordinary section; the spec tag is '{tag}:'"
        builder.sink.add("near-miss", section.span, message)
    builder.add("ordinary_sections", _text(section))


def _unknown(builder: _Builder, segment: seg.Segment) -> None:
    """``word:`` behind the first tag, where ``word`` is no tag."""
    word = segment.word
    known = tuple(fields.all_tags())
    hint = builder.sink.suggest(word, known)
    hint = f"; {fields.NOT_TAGS[word]}" if word in fields.NOT_TAGS else hint or _flat_hint(word)
    span = segment.lines[0].span(builder.path, 0, len(word))
    builder.sink.add("unknown-tag", span, f"the language has no tag '{word}'{hint}")
    builder.context.lost.append(_text(read_section(builder.path, segment)))


def _flat_hint(word: str) -> str:
    """The hint for flat attributes that do not exist."""
    owner = word.split("-", 1)[0]
    if "-" in word and owner in ("signal", "lock", "capability"):
        return f"; use the sub-keys of {owner}"
    return ""


def _free(builder: _Builder, segment: seg.Segment) -> None:
    """Free description text; likely misspellings of tags are reported."""
    section = read_section(builder.path, segment)
    builder.free.append(section.text)
    for line in segment.lines:
        match = re.match(r"([a-z][a-z_-]+)[ ]*:(?!:)", line.text) if line.indent == 0 else None
        if match and (hint := builder.sink.suggest(match[1], tuple(fields.all_tags()))):
            span = line.span(builder.path, 0, match.end(1))
            builder.sink.add("maybe-tag", span, f"'{match[1]}:' is no tag{hint}")


def _stray(builder: _Builder, segment: seg.Segment) -> None:
    """Free text behind a spec block."""
    section = read_section(builder.path, segment)
    message = f"'{segment.lines[0].text}' belongs to no block; indent it, or move it up"
    builder.sink.add("stray-text", section.span, message)
    builder.context.lost.append(_text(section))


def _text(verbatim: Verbatim) -> Text:
    return Text(name=verbatim.name, text=verbatim.text, span=verbatim.span)


def _tag(builder: _Builder, segment: seg.Segment) -> None:
    """A tag: dispatched by its kind."""
    tag = segment.tag
    assert tag
    if tag.since > builder.sink.version:
        span = segment.lines[0].span(builder.path, 0, len(segment.word))
        message = f"'{tag.name}' needs 'api-version: {tag.since}'"
        builder.sink.add("needs-version-2", span, message)
    if segment.word.lower() in fields.TAG_SYNONYMS:
        span = segment.lines[0].span(builder.path, 0, len(segment.word))
        builder.sink.add("legacy", span, f"write '{tag.name}:'")
    _KINDS.get(tag.kind, _value)(builder, segment, tag)


def _block(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A structured block."""
    block = read_block(builder.path, segment, builder.sink)
    for lost in block.lost:
        builder.context.lost.append(_text(lost))
    if tag.name == "param":
        add_block(block, builder.texts, builder.context)
    elif tag.name == "return":
        if builder.once("return", block.span, "return"):
            node = build_return(block, builder.context)
            attrs = {name: getattr(node, name) for name in _RETURN_ATTRS}
            said = {name: value for name, value in attrs.items() if value not in (None, ())}
            builder.returns.insert(0, said)
            builder.returns_span = block.span
        else:
            for entry in block.entries:
                builder.context.lose(entry.word, entry.value)
    else:
        builder.add(tag.target, BUILDERS[tag.name](block, builder.context))


_RETURN_ATTRS = (
    "type_class check_type success success_range error_values ensures description origin places"
).split()


def _prose(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """Prose with its lines; a repeated tag is joined."""
    prose = read_prose(builder.path, segment, builder.sink)
    if not prose.text:
        builder.sink.add("empty-value", prose.span, f"'{tag.name}:' has no text")
        return
    if tag.target == "extensions":
        text = Text(name=tag.name.removeprefix("kapi-"), text=prose.text, span=prose.span)
        builder.add("extensions", text)
    elif tag.target in builder.attrs:
        builder.sink.add("joined-prose", prose.span, f"second '{tag.name}:'; the texts are joined")
        builder.attrs[tag.target] += "\n\n" + prose.text
    else:
        builder.set(tag.target, prose.text, prose.span)


def _header(builder: _Builder, segment: seg.Segment) -> Value | None:
    """The value of a tag without sub-keys; ``None`` if it is empty, after a diagnostic."""
    block = read_block(builder.path, segment, builder.sink)
    if block.header:
        return block.header
    builder.sink.add("empty-value", block.span, f"'{segment.word}:' has no value")
    return None


def _value(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
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


def _reserved(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A reserved word: kept raw."""
    block = read_block(builder.path, segment, builder.sink)
    message = f"'{tag.name}:' is reserved and has no meaning yet"
    builder.sink.add("reserved", block.span, message)
    builder.add("reserved", Text(name=tag.name, text=block.header.prose, span=block.span))


def _count(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """``TAG-count: N``."""
    header = _header(builder, segment)
    number = READERS["int"](tag, header, builder.context) if header else None
    if isinstance(number, int) and header:
        if builder.once(tag.name, header.span(), tag.name):
            counted = tag.name.removesuffix("-count")
            builder.add("counts", Count(tag=counted, value=number, span=header.span()))
    elif header:
        builder.context.lose(tag.name, header)


def _struct(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """``struct`` and ``struct-field`` tags."""
    header = _header(builder, segment)
    if header is not None:
        builder.structs.add(tag.name, header)


def _flat(builder: _Builder, segment: seg.Segment, tag: fields.Tag) -> None:
    """A flat attribute: sets a sub-key of a block."""
    header = _header(builder, segment)
    assert tag.flat
    owner, key = tag.flat
    if header is None:
        return
    builder.sink.add("legacy-spelling", header.span(), f"write '{key}' in a '{owner}' block")
    if owner == "return":
        builder.returns.append(read_entries([entry_of("return", key, header)], builder.context))
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


def _flat_rule(builder: _Builder, name: Value, expression: Value) -> None:
    """``constraint-expr: NAME, TEXT``: completes the constraint of that name, or adds one."""
    from dataclasses import replace

    from kapi.model.spec import Rule

    rules = builder.items.setdefault("constraints", [])
    for index, rule in enumerate(rules):
        if isinstance(rule, Rule) and rule.name == name.text:
            if rule.expression not in (None, expression.prose):
                message = f"another expression than that of constraint '{name.text}'"
                builder.context.error("conflict", expression, message)
                builder.context.lose("constraint-expr", expression)
            else:
                rules[index] = replace(rule, expression=expression.prose)
            return
    rules.append(Rule(name=name.text, expression=expression.prose, span=name.span()))


_SEGMENTS: dict[str, Callable[[_Builder, seg.Segment], None]] = {
    seg.NAME: _name_line,
    seg.TAG: _tag,
    seg.AT: _at,
    seg.SECTION: _section,
    seg.UNKNOWN: _unknown,
    seg.FREE: _free,
    seg.STRAY: _stray,
}

_KINDS: dict[str, Callable[[_Builder, seg.Segment, fields.Tag], None]] = {
    "block": _block,
    "prose": _prose,
    "reserved": _reserved,
    "count": _count,
    "struct": _struct,
    "flat": _flat,
}
