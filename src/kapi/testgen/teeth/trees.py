# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions with one fault each.

In: the typed tree of a condition, and what else the spec talks about. Out: :class:`Change` values:
trees in which one place was changed, and whether that makes the condition hold more or less often.
Knows neither claims nor records.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from kapi.expr.names import BOOL, INT, KINDS, PREDICATES
from kapi.expr.show import show
from kapi.expr.typed import Typed, walk

#: Which way a change moves a condition: it holds in fewer states, in more, or in others.
LESS: Final = -1
OTHER: Final = 0
MORE: Final = 1


class Change(NamedTuple):
    """A condition with a fault.

    :param operator: the kind of fault.
    :param what: what was exchanged for what, in words.
    :param way: :data:`LESS`, :data:`MORE` or :data:`OTHER`.
    :param guards: whether the changed place says when the rest need not hold.
    """

    operator: str
    what: str
    tree: Typed
    way: int
    guards: bool = False


Put = Callable[[Typed], Typed]


class _Edit(NamedTuple):
    """A change of one node, in its own terms."""

    operator: str
    what: str
    node: Typed
    way: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the conditions of one spec talk about; a fault uses the same words.

    :ivar questions: texts of the predicates that are asked, so that records have their answers.
    :ivar constants: names in capitals.
    :ivar kinds: words, by kind.
    :ivar params: name and C type of each parameter.
    """

    questions: frozenset[str]
    asked: tuple[Typed, ...]
    constants: tuple[str, ...]
    kinds: dict[str, tuple[str, ...]]
    params: tuple[tuple[str, str], ...]


def vocabulary(trees: Iterable[Typed], params: tuple[tuple[str, str], ...]) -> Vocabulary:
    """What some conditions talk about."""
    found = [node for tree in trees for node in walk(tree)]
    asked = {show(node): node for node in found if node.op == "ask"}
    words = {(node.type, str(node.value)) for node in found if node.op == "kind"}
    return Vocabulary(
        frozenset(asked),
        tuple(asked.values()),
        tuple(sorted({str(node.value) for node in found if node.op == "constant"})),
        {kind: tuple(w for w in all_ if (kind, w) in words) for kind, all_ in KINDS.items()},
        params,
    )


def changes(tree: Typed, known: Vocabulary) -> Iterator[Change]:
    """Every change of a condition, each once; none means the same term as the condition.

    What would ask a question that the spec does not ask is left out: no record has the answer.
    """
    seen = {show(tree)}
    for one in _changes(tree, known):
        text = show(one.tree)
        if text in seen or not _is_answered(one.tree, known):
            continue
        seen.add(text)
        yield one


def _is_answered(tree: Typed, known: Vocabulary) -> bool:
    return all(show(node) in known.questions for node in walk(tree) if node.op == "ask")


def _changes(tree: Typed, known: Vocabulary) -> Iterator[Change]:
    yield Change("negate", "the whole", _negated(tree), OTHER)
    for text, extra in _conjuncts(tree, known):
        yield Change("strengthen", text, Typed("&&", BOOL, (tree, extra)), LESS)
    for place in _places(_Place(tree, 1, False, lambda new: new)):
        for edit in _edits(place.node, known):
            tree = place.put(edit.node)
            yield Change(edit.operator, edit.what, tree, edit.way * place.polarity, place.guards)


def _negated(tree: Typed) -> Typed:
    return tree.operands[0] if tree.op == "!" else Typed("!", BOOL, (tree,))


def _conjuncts(tree: Typed, known: Vocabulary) -> Iterator[tuple[str, Typed]]:
    """Conditions that are false in many states or in all."""
    page = Typed("quantity", INT, (), "page_size")
    yield "on large pages only", Typed("!=", BOOL, (page, _number(4096)))
    spoken = {str(node.value) for node in walk(tree) if node.op == "param"}
    for name in [name for name, _ in known.params if name not in spoken][-1:]:
        odd = Typed("&", INT, (Typed("param", INT, (), name), _number(1)))
        yield f"odd {name} only", Typed("==", BOOL, (odd, _number(1)))


class _Place(NamedTuple):
    """A node in its tree.

    :param polarity: 1 if the whole holds more often when the node does, -1 if it then holds less
        often, 0 if that cannot be said.
    :param guards: whether it stands in a part of ``||`` that comes before the last.
    :param put: the tree with another node in its place.
    """

    node: Typed
    polarity: int
    guards: bool
    put: Put


def _places(place: _Place) -> Iterator[_Place]:
    """A node and all below it."""
    yield place
    node = place.node
    for index, part in enumerate(node.operands):
        if part.op in ("word", "version") or (node.op == "in" and index):
            continue
        polarity = {
            "!": -place.polarity,
            "&&": place.polarity,
            "||": place.polarity,
            "truth": place.polarity,
        }.get(node.op, 0)
        guards = place.guards or (node.op == "||" and index == 0)
        yield from _places(_Place(part, polarity, guards, _at(node, index, place.put)))


def _at(node: Typed, index: int, put: Put) -> Put:
    def replace(new: Typed) -> Typed:
        operands = (*node.operands[:index], new, *node.operands[index + 1 :])
        return put(node._replace(operands=operands))

    return replace


def _edits(node: Typed, known: Vocabulary) -> Iterator[_Edit]:
    yield from _joints(node)
    yield from _comparisons(node)
    yield from _sets(node, known)
    yield from _bits(node)
    yield from _leaves(node, known)
    if node.op == "ask":
        yield from _questions(node, known)


def _joints(node: Typed) -> Iterator[_Edit]:
    """``&&``, ``||`` and ``!``."""
    if node.op in ("&&", "||"):
        name, way = ("drop-conjunct", MORE) if node.op == "&&" else ("drop-disjunct", LESS)
        for kept, dropped in (node.operands, node.operands[::-1]):
            yield _Edit(name, show(dropped), kept, way)
        other = "||" if node.op == "&&" else "&&"
        yield _Edit("joint", f"{node.op} is {other}", node._replace(op=other), way)
    elif node.op == "!":
        yield _Edit("drop-negation", show(node), node.operands[0], OTHER)


_FLIPS: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "=="}
_WAYS: Final = {"<": MORE, "<=": LESS, ">": MORE, ">=": LESS}


def _comparisons(node: Typed) -> Iterator[_Edit]:
    """Another comparison, or a bound that is one off."""
    if node.op not in _FLIPS:
        return
    flip = _FLIPS[node.op]
    edited = node._replace(op=flip)
    yield _Edit("compare", f"{show(node)} has {flip}", edited, _WAYS.get(node.op, OTHER))
    left, right = node.operands
    if right.type != INT or (node.op in ("==", "!=") and right.op != "number"):
        return
    for step in (1, -1):
        way = {"<": step, "<=": step, ">": -step, ">=": -step}.get(node.op, OTHER)
        moved = node._replace(operands=(left, _moved(right, step)))
        yield _Edit("bound", f"{show(node)} has {step:+d}", moved, way)


def _moved(node: Typed, step: int) -> Typed:
    """A number that is one off."""
    if node.op == "number" and int(node.value) + step >= 0:
        return _number(int(node.value) + step)
    op = "+" if step > 0 else "-"
    return Typed(op, INT, (node, _number(abs(step))))


def _number(value: int) -> Typed:
    return Typed("number", INT, (), value)


def _sets(node: Typed, known: Vocabulary) -> Iterator[_Edit]:
    """A member that is missing or another one, bounds that are one off."""
    if node.op == "in":
        yield from _members(node, known)
    if node.op == "in" and len(node.operands) > 2:
        for index, item in enumerate(node.operands[1:], 1):
            rest = (*node.operands[:index], *node.operands[index + 1 :])
            yield _Edit("member", f"no {show(item)}", node._replace(operands=rest), LESS)
    if node.op == "range":
        value, lo, hi = node.operands
        for step in (1, -1):
            moved = node._replace(operands=(value, _moved(lo, step), hi))
            yield _Edit("bound", f"lowest has {step:+d}", moved, -step)
            moved = node._replace(operands=(value, lo, _moved(hi, step)))
            yield _Edit("bound", f"highest has {step:+d}", moved, step)


def _members(node: Typed, known: Vocabulary) -> Iterator[_Edit]:
    """A set with a word in place of another, which was not there before."""
    texts = {show(item) for item in node.operands[1:]}
    for index, item in enumerate(node.operands[1:], 1):
        for edit in _leaves(item, known, texts):
            operands = (*node.operands[:index], edit.node, *node.operands[index + 1 :])
            yield edit._replace(node=node._replace(operands=operands))


def _bits(node: Typed) -> Iterator[_Edit]:
    """A flag that is missing in a mask which is asked for any of its bits."""
    if node.op != "truth" or node.operands[0].op != "&":
        return
    value, mask = node.operands[0].operands
    flags = _flags(mask)
    if len(flags) < 2:
        return
    for flag in flags:
        rest = [one for one in flags if one is not flag]
        tree = rest[0]
        for one in rest[1:]:
            tree = Typed("|", INT, (tree, one))
        kept = node.operands[0]._replace(operands=(value, tree))
        yield _Edit("bit", f"no {show(flag)}", node._replace(operands=(kept,)), LESS)


def _flags(mask: Typed) -> list[Typed]:
    """The operands of ``A | B | C``."""
    return [one for part in mask.operands for one in _flags(part)] if mask.op == "|" else [mask]


def _leaves(node: Typed, known: Vocabulary, but: Collection[str] = ()) -> Iterator[_Edit]:
    """Another word of the same kind, another constant of the same family, another parameter.

    :param but: words that must not take its place.
    """
    name = str(node.value)
    if node.op == "kind":
        for word in _next(name, known.kinds[node.type], but):
            yield _Edit("kind", f"{name} is {word}", node._replace(value=word), OTHER)
    elif node.op == "constant":
        family = [one for one in known.constants if _family(one) == _family(name)]
        for word in _next(name, tuple(family), but):
            yield _Edit("constant", f"{name} is {word}", node._replace(value=word), OTHER)
    elif node.op == "param":
        own = dict(known.params).get(name)
        for word, c_type in known.params:
            if word != name and c_type == own:
                yield _Edit("parameter", f"{name} is {word}", node._replace(value=word), OTHER)


def _next(word: str, words: tuple[str, ...], but: Collection[str]) -> tuple[str, ...]:
    """The word that follows another one, around the end."""
    at = words.index(word) if word in words else -1
    around = (*words[at + 1 :], *words[: max(at, 0)])
    return tuple(one for one in around if one != word and one not in but)[:1]


def _family(constant: str) -> str:
    """The part of a constant's name that it shares with its like: ``O_``, ``MADV_``."""
    return constant.lstrip("_").partition("_")[0]


def _questions(node: Typed, known: Vocabulary) -> Iterator[_Edit]:
    """Another question of the same type about the same thing."""
    for other in known.asked:
        same = other.type == node.type and other.operands[:1] == node.operands[:1]
        if same and other.value != node.value and str(other.value) in PREDICATES:
            what = f"{node.value} is {other.value}"
            yield _Edit("question", what, other, OTHER)
