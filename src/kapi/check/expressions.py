# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that the conditions of a spec are expressions, and that their names and types fit.

In: a subject. Out: ``bad-expression``, at the word that is wrong. What an include brought is
checked with the arguments in their place; what is wrong with it is reported at the include.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kapi.check.subject import Subject, place_of
from kapi.expr.names import BOOL, INT
from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, check_types
from kapi.model.shapes import entries
from kapi.model.spec import (
    Capability,
    Cause,
    Errno,
    ErrorSet,
    Item,
    Lock,
    Node,
    Param,
    Range,
    Require,
    Return,
    SideEffect,
    Signal,
    Spec,
    StateTransition,
    Success,
)
from kapi.source import SourceFile, Span

_BEFORE, _AFTER = True, False

#: Class and attribute of every condition -> the state that it speaks of, and its type.
_CONDITIONS: Final[dict[tuple[type[Node], str], tuple[bool, str]]] = {
    (Cause, "when"): (_BEFORE, BOOL),
    (Require, "expr"): (_BEFORE, BOOL),
    (Param, "null_ok"): (_BEFORE, BOOL),
    (ErrorSet, "when"): (_BEFORE, BOOL),
    (Return, "ensures"): (_AFTER, BOOL),
    (Errno, "ensures"): (_AFTER, BOOL),
    (Success, "value"): (_BEFORE, INT),
    **{
        (cls, "when"): (_BEFORE, BOOL)
        for cls in (Lock, Signal, SideEffect, Capability, StateTransition)
    },
}


class _Condition(NamedTuple):
    """One condition of a spec.

    :param item: the item that it belongs to, if it may be an included one.
    :param span: where it was written.
    """

    text: str
    before: bool
    type: str
    item: Item | None
    span: Span | None


def check_expressions(subject: Subject) -> None:
    """Checks every condition of the spec and of what it includes."""
    types = {param.name: param.type or "long" for param in subject.spec.parameters}
    for one in _conditions(subject.whole, None):
        try:
            check_types(parse_expr(one.text), Scope(types, one.before), one.type)
        except ExprError as error:
            _report(subject, one, error)


def _conditions(node: Node, item: Item | None) -> Iterator[_Condition]:
    """The conditions below a node; ``item`` is the item around it."""
    item = node if isinstance(node, Item) else item
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        values = value if isinstance(value, tuple) else (value,)
        kind = _CONDITIONS.get((type(node), entry.attribute))
        for index, part in enumerate(values):
            if isinstance(part, Node):
                yield from _conditions(part, item)
            elif kind is not None and isinstance(part, str):
                span = _span(node, entry.attribute, index)
                yield _Condition(part, *kind, item, span)
    if isinstance(node, Return) and node.success_range is not None:
        yield from _bounds(node.success_range)


def _bounds(bounds: Range) -> Iterator[_Condition]:
    """The bounds of a successful result, which the reader gives one place."""
    for text in (bounds.lo, bounds.hi):
        yield _Condition(text, _BEFORE, INT, None, None)


def _span(node: Node, attribute: str, index: int) -> Span | None:
    """Where a condition was written."""
    if isinstance(node, Cause | Require | ErrorSet | Success):
        return node.span
    return place_of(node, attribute, index=index)


def _report(subject: Subject, one: _Condition, error: ExprError) -> None:
    """A fault at its place; one that an include brought at the include."""
    if one.item is not None and one.item.shared is not None:
        include = _include(subject.spec, one.item.shared)
        message = f"in what is included, '{one.text}': {error.message}"
        subject.report("bad-expression", include, message)
        return
    span = one.span and locate(subject.source, one.span, one.text, error)
    subject.report("bad-expression", span or one.span, error.message)


def _include(spec: Spec, name: str) -> Span | None:
    """The include of a shared spec; the first one if it came through another."""
    named = [one.span for one in spec.includes if one.name == name]
    return next(iter([*named, *(one.span for one in spec.includes)]), None)


def locate(source: SourceFile, span: Span, text: str, error: ExprError) -> Span | None:
    """The place of a part of an expression, whose lines the text has joined by blanks.

    :param span: where the expression was written, or a value that it is the first part of.
    :param error: has the part, as offsets into ``text``.
    :return: ``None`` if the text is not what stands there.
    """
    places = _places(source, span, text)
    if places is None or not text:
        return None
    last = len(places) - 1
    first = places[min(error.start, last)]
    end = places[min(max(error.end - 1, error.start), last)]
    behind = 1 if error.start < len(places) else 0
    column = first[1] if behind else first[1] + 1
    return Span(span.path, first[0], column, end[0], end[1] + 1)


def _places(source: SourceFile, span: Span, text: str) -> list[tuple[int, int]] | None:
    """Line and column of every character of a text."""
    found: list[tuple[int, int]] = []
    line, at = span.line, span.column - 1
    row = source.line_text(line)
    for char in text:
        if char == " ":
            found.append((line, at + 1))
            continue
        while True:
            while at < len(row) and row[at] in " \t":
                at += 1
            if at < len(row):
                break
            line += 1
            if line > span.end_line:
                return None
            row = source.line_text(line)
            at = row.find("*") + 1
        if row[at] != char:
            return None
        found.append((line, at + 1))
        at += 1
    return found
