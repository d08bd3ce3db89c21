"""Lowers the segments of a comment into a :class:`kapi.model.spec.Spec`.

In: segments, and the prototype that stands below the comment. Out: the spec, its includes not yet
resolved, and diagnostics. This is the driver: each kind of segment has one function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kapi.diagnostics import Sink
from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.builder import Builder, Prototype
from kapi.lang.params import build_params
from kapi.lang.tags import lower_tag
from kapi.lang.texts import (
    lower_at,
    lower_free,
    lower_name_line,
    lower_section,
    lower_stray,
    lower_unknown,
)
from kapi.model.spec import Return, Spec, Text
from kapi.source import Span


def lower(
    path: str, segments: list[seg.Segment], prototype: Prototype, span: Span, sink: Sink
) -> Spec:
    """The spec that a comment states about a prototype.

    :param span: the place of the whole comment.
    """
    builder = Builder(path, prototype, sink)
    for segment in segments:
        _SEGMENTS[segment.kind](builder, segment)
    if segments[0].kind != seg.NAME:
        message = f"the comment lacks its first line '{prototype.name} - ...'"
        sink.add("name-mismatch", segments[0].lines[0].span(path), message)
    return _finish(builder, span)


def _finish(builder: Builder, span: Span) -> Spec:
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
    return spec


def _returns(builder: Builder) -> Return | None:
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


_SEGMENTS: dict[str, Callable[[Builder, seg.Segment], None]] = {
    seg.NAME: lower_name_line,
    seg.TAG: lower_tag,
    seg.AT: lower_at,
    seg.SECTION: lower_section,
    seg.UNKNOWN: lower_unknown,
    seg.FREE: lower_free,
    seg.STRAY: lower_stray,
}
