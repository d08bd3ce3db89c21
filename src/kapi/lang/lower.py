# SPDX-License-Identifier: GPL-2.0-or-later
"""Lowers the segments of a comment into a :class:`kapi.model.spec.Spec`.

In: segments, and the prototype that stands below the comment. Out: the spec, its includes not yet
resolved, and diagnostics. This is the driver: each kind of segment has one function.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from kapi.diagnostics import Sink
from kapi.lang import fields
from kapi.lang import segments as seg
from kapi.lang.builder import Builder, Prototype
from kapi.lang.items import build_return
from kapi.lang.params import build_params
from kapi.lang.tags import lower_tag
from kapi.lang.texts import (
    find_misspelt,
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
        if not builder.seen:
            find_misspelt(builder, segment)
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
        if param.description is None and param.name:
            where = param.span or span._replace(end_line=span.line, end_column=span.column + 3)
            builder.sink.add("missing-param-doc", where, f"no '@{param.name}:' line")
    attrs = dict(builder.attrs)
    attrs |= {target: "\n\n".join(texts) for target, texts in builder.proses.items()}
    attrs["returns"] = _returns(builder)
    attrs["structs"] = builder.structs.build()
    for target, nodes in builder.items.items():
        attrs[target] = tuple(nodes)
    attrs["unparsed"] = tuple(sorted(context.lost, key=lambda text: text.span or span))
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
    _check_counts(spec, builder.seen, builder.sink)
    return spec


def _returns(builder: Builder) -> Return | None:
    """The result, from its block and the code; nothing for a function without result."""
    c_type, span = builder.prototype.return_type, builder.returns_span
    if span is None and c_type in ("", "void"):
        return None
    return build_return(builder.returns, c_type or None, span, builder.context)


def _check_counts(spec: Spec, seen: Counter[str], sink: Sink) -> None:
    """Compares asserted numbers of items with the items."""
    for count in spec.counts:
        target = fields.COUNTED[count.tag]
        number = len(getattr(spec, target)) if target else seen[count.tag]
        if number != count.value and count.span:
            message = f"'{count.tag}-count: {count.value}', but there are {number}"
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
