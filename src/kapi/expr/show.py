# SPDX-License-Identifier: GPL-2.0-or-later
"""Typed trees as canonical text: the same for all expressions that mean the same term.

In: a typed tree. Out: text. The text of a predicate with its arguments names one *question* about
the state, such as ``fd_kind(fd)``; whoever observes a state answers questions by that name.
"""

from __future__ import annotations

from kapi.expr.typed import Typed


def show(node: Typed) -> str:
    """The text of a node; every operand of an operator that has one itself is in brackets."""
    op = node.op
    parts = [show(part) for part in node.operands]
    if not parts:
        return f"{node.value}()" if op == "ask" else str(node.value)
    if op == "ask":
        return f"{node.value}({', '.join(parts)})"
    if op == "old":
        return f"old({parts[0]})"
    if op == "truth":
        return parts[0]
    wrapped = [
        text if _is_simple(part) else f"({text})"
        for text, part in zip(parts, node.operands, strict=True)
    ]
    if op == "in":
        return f"{wrapped[0]} in {{{', '.join(parts[1:])}}}"
    if op == "range":
        return f"{wrapped[0]} in {wrapped[1]}..{wrapped[2]}"
    if len(wrapped) == 1:
        return f"{'-' if op == 'neg' else op}{wrapped[0]}"
    return f"{wrapped[0]} {op} {wrapped[1]}"


def _is_simple(node: Typed) -> bool:
    return not node.operands or node.op in ("ask", "old")
