# SPDX-License-Identifier: GPL-2.0-or-later
"""The syntax tree of expressions.

Every node knows where it stands in the text of its expression: ``start`` and ``end``, offsets from
0, the end behind the last character. Nodes are plain tuples, equal if they say the same at the
same place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Number(NamedTuple):
    """An integer literal."""

    value: int
    start: int
    end: int


class Name(NamedTuple):
    """A parameter, ``ret``, a constant, a bare quantity such as ``page_size``, or a kind."""

    name: str
    start: int
    end: int


class Version(NamedTuple):
    """A kernel release, as the argument of ``since`` and ``until``: 6.4."""

    major: int
    minor: int
    start: int
    end: int


class Call(NamedTuple):
    """A predicate or other function of the state, with its arguments."""

    name: str
    arguments: tuple[Expr, ...]
    start: int
    end: int


class Unary(NamedTuple):
    """``!x``, ``~x`` or ``-x``."""

    op: str
    operand: Expr
    start: int
    end: int


class Binary(NamedTuple):
    """Two operands and what joins them: an operator of C."""

    op: str
    left: Expr
    right: Expr
    start: int
    end: int


class InSet(NamedTuple):
    """``x in {A, B}``."""

    operand: Expr
    items: tuple[Expr, ...]
    start: int
    end: int


class InRange(NamedTuple):
    """``x in lo..hi``, bounds included."""

    operand: Expr
    lo: Expr
    hi: Expr
    start: int
    end: int


class Old(NamedTuple):
    """``old(x)``: the value of x before the call."""

    operand: Expr
    start: int
    end: int


Expr = Number | Name | Version | Call | Unary | Binary | InSet | InRange | Old


def children(node: Expr) -> tuple[Expr, ...]:
    """The operands of a node, from left to right."""
    if isinstance(node, Call):
        return node.arguments
    if isinstance(node, Unary | Old):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    if isinstance(node, InSet):
        return (node.operand, *node.items)
    if isinstance(node, InRange):
        return (node.operand, node.lo, node.hi)
    return ()


def walk(node: Expr) -> Iterator[Expr]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)
