# SPDX-License-Identifier: GPL-2.0-or-later
"""Three-valued expressions as plain conditions, which any language can compute.

In: a typed tree, and whether it shall be definitely true or definitely false. Out: a
:data:`Condition` that holds exactly then. A predicate's answer may be missing: an :class:`Atom`
says which answers must be there. What cannot be observed at all makes its atoms false at once, so
that code is emitted only for what can decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kapi.expr.names import BOOL
from kapi.expr.typed import Typed


class Atom(NamedTuple):
    """A comparison, or a predicate's answer as a truth value.

    :param node: its operator is a comparison, ``range``, ``truth``, ``ask`` or ``old``.
    :param negated: whether it must be false.
    :param needs: the answers that must be known: predicate nodes, those of the state before the
        call inside an ``old`` node.
    """

    node: Typed
    negated: bool
    needs: tuple[Typed, ...]


class Joined(NamedTuple):
    """All or some of several conditions.

    :param every: whether all must hold. Of no parts, all hold and none does.
    """

    every: bool
    parts: tuple[Condition, ...]


Condition = Atom | Joined

TRUE = Joined(True, ())
FALSE = Joined(False, ())

Seen = Callable[[str], bool]


def definitely(node: Typed, wanted: bool, seen: Seen = lambda _name: True) -> Condition:
    """The condition under which ``node`` is known to be ``wanted``.

    :param seen: tells whether a predicate can be observed.
    """
    op = node.op
    if op == "!":
        return definitely(node.operands[0], not wanted, seen)
    if op in ("&&", "||"):
        every = (op == "&&") == wanted
        return _join(every, [definitely(part, wanted, seen) for part in node.operands])
    if op == "in":
        value, *items = node.operands
        each = [_equal(node, value, item) for item in items]
        return _join(not wanted, [definitely(one, wanted, seen) for one in each])
    if op in ("==", "!=") and node.operands[0].type == BOOL:
        return _alike(node, (op == "==") == wanted, seen)
    if op == "old" and node.operands[0].op != "ask":
        return definitely(_pushed(node), wanted, seen)
    return _atom(node, wanted, seen)


def _equal(node: Typed, left: Typed, right: Typed) -> Typed:
    return Typed("==", BOOL, (left, right), "", node.start, node.end)


def _alike(node: Typed, same: bool, seen: Seen) -> Condition:
    """Whether two truth values are known to be the same, or known to differ."""
    left, right = node.operands
    pairs = [
        [definitely(left, value, seen), definitely(right, value == same, seen)]
        for value in (True, False)
    ]
    return _join(False, [_join(True, pair) for pair in pairs])


def _pushed(node: Typed) -> Typed:
    """``old(x)`` with ``old`` moved inside, to the predicates of ``x``."""
    inner = node.operands[0]
    if inner.op == "ask":
        return node
    if not inner.operands:
        return inner
    parts = tuple(
        _pushed(Typed("old", part.type, (part,), "", part.start, part.end))
        for part in inner.operands
    )
    return inner._replace(operands=parts)


def _atom(node: Typed, wanted: bool, seen: Seen) -> Condition:
    moved = _without_old(node)
    needs = tuple(dict.fromkeys(asks(moved)))
    for need in needs:
        asked = need.operands[0] if need.op == "old" else need
        if not seen(str(asked.value)):
            return FALSE
    return Atom(moved, not wanted, needs)


def _without_old(node: Typed) -> Typed:
    """The node with every ``old`` directly around a predicate."""
    if node.op == "old":
        return _pushed(node)
    return node._replace(operands=tuple(_without_old(part) for part in node.operands))


def asks(node: Typed) -> Iterator[Typed]:
    """The predicates that a node asks; those of the state before the call inside ``old``.

    A predicate in the argument of another one is asked too.
    """
    if node.op in ("ask", "old"):
        yield node
    for part in node.operands if node.op != "old" else node.operands[0].operands:
        yield from asks(part)


def _join(every: bool, parts: list[Condition]) -> Condition:
    """Conditions joined; what always or never holds is left out or decides."""
    kept: list[Condition] = []
    for part in parts:
        if isinstance(part, Joined) and not part.parts:
            if part.every != every:
                return part
            continue
        if isinstance(part, Joined) and part.every == every:
            kept.extend(part.parts)
        else:
            kept.append(part)
    return kept[0] if len(kept) == 1 else Joined(every, tuple(kept))
