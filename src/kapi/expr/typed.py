# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives the names of an expression their meaning, and checks that everything fits.

In: a syntax tree and the :class:`Scope` of a spec. Out: a :class:`Typed` tree, which every backend
works on; or an :class:`kapi.expr.parse.ExprError` with the place.

The types are integers of any size, truth values, and kinds: words such as ``pipe``, which can only
be compared. An integer stands for a truth value where one is needed, as in C.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kapi.ctype import read_ctype
from kapi.expr import names
from kapi.expr.ast import (
    Binary,
    Call,
    Expr,
    InRange,
    InSet,
    Name,
    Number,
    Old,
    Unary,
    Version,
)
from kapi.expr.names import BOOL, INT, KINDS, PREDICATES, QUANTITIES
from kapi.expr.parse import ExprError

_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*\Z")


class Scope(NamedTuple):
    """What the names of an expression can be.

    :param params: C parameters: name to C type.
    :param before: whether the expression speaks of the state before the call, where there is no
        ``ret`` and no ``old``.
    """

    params: dict[str, str]
    before: bool = True


class Typed(NamedTuple):
    """A node with its meaning.

    :param op: ``number``, ``param``, ``ret``, ``quantity``, ``constant``, ``kind``, ``word``,
        ``version``, ``ask`` (a predicate), ``old``, ``in``, ``range``, ``truth`` (an integer as a
        truth value), or an operator of C; unary minus is ``neg``.
    :param type: :data:`INT`, :data:`BOOL`, or a name of :data:`KINDS`; empty for words.
    :param operands: from left to right.
    :param value: the number, or the name.
    """

    op: str
    type: str
    operands: tuple[Typed, ...] = ()
    value: int | str = ""
    start: int = 0
    end: int = 0


def walk(node: Typed, *, into_old: bool = True) -> Iterator[Typed]:
    """A node and all below it.

    :param into_old: whether ``old`` and what stands inside it is among it.
    """
    if node.op == "old" and not into_old:
        return
    yield node
    for part in node.operands:
        yield from walk(part, into_old=into_old)


def check_types(node: Expr, scope: Scope, wanted: str = BOOL) -> Typed:
    """The typed tree of an expression.

    :param wanted: the type that the whole must have.
    :raises ExprError: if a name is unknown, something does not fit, or a number could be wider
        than compiled code computes.
    """
    typed = _Checker(scope).check(node)
    _check_width(typed, scope)
    if wanted == BOOL:
        return _truth(typed)
    if typed.type != wanted:
        raise _misfit(typed, wanted)
    return typed


def _misfit(typed: Typed, wanted: str) -> ExprError:
    message = f"expected {_shown(wanted)}, found {_shown(typed.type)}"
    return ExprError(message, typed.start, typed.end)


def _shown(type: str) -> str:
    return {INT: "a number", BOOL: "a truth value"}.get(type, f"a {type}")


def _truth(typed: Typed) -> Typed:
    """The node as a truth value."""
    if typed.type == BOOL:
        return typed
    if typed.type != INT:
        raise _misfit(typed, BOOL)
    return Typed("truth", BOOL, (typed,), "", typed.start, typed.end)


def _number(typed: Typed) -> Typed:
    if typed.type != INT:
        raise _misfit(typed, INT)
    return typed


class _Checker:
    """Checks one expression."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._old = False

    def check(self, node: Expr) -> Typed:
        """A node whose names have no kind to stand for."""
        if isinstance(node, Number):
            return Typed("number", INT, (), node.value, node.start, node.end)
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Unary):
            return self._unary(node)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, InSet):
            return self._in_set(node)
        if isinstance(node, InRange):
            parts = (node.operand, node.lo, node.hi)
            operands = tuple(_number(self.check(part)) for part in parts)
            return Typed("range", BOOL, operands, "", node.start, node.end)
        if isinstance(node, Old):
            return self._before(node)
        raise ExprError("a release stands only in since() and until()", node.start, node.end)

    def _name(self, node: Name) -> Typed:
        name = node.name
        if name in self._scope.params:
            return Typed("param", INT, (), name, node.start, node.end)
        if name == "ret":
            if self._scope.before or self._old:
                raise ExprError("'ret' is not known before the call", node.start, node.end)
            return Typed("ret", INT, (), name, node.start, node.end)
        if name in QUANTITIES:
            return Typed("quantity", INT, (), name, node.start, node.end)
        if _CONSTANT.match(name):
            return Typed("constant", INT, (), name, node.start, node.end)
        raise ExprError(self._unknown(name), node.start, node.end)

    def _unknown(self, name: str) -> str:
        for kind, words in KINDS.items():
            if name in words:
                return f"'{name}' is a {kind}; compare it with one"
        if name in PREDICATES:
            return f"'{name}' takes arguments: {_form(name)}"
        known = (*self._scope.params, *QUANTITIES)
        return f"unknown name '{name}'{_suggest(name, known)}"

    def _before(self, node: Old) -> Typed:
        if self._scope.before:
            message = "'old' has no meaning here: this speaks of the state before the call anyway"
            raise ExprError(message, node.start, node.end)
        if self._old:
            raise ExprError("'old' inside 'old'", node.start, node.end)
        self._old = True
        operand = self.check(node.operand)
        self._old = False
        return Typed("old", operand.type, (operand,), "", node.start, node.end)

    def _unary(self, node: Unary) -> Typed:
        operand = self.check(node.operand)
        if node.op == "!":
            return Typed("!", BOOL, (_truth(operand),), "", node.start, node.end)
        op = "neg" if node.op == "-" else node.op
        return Typed(op, INT, (_number(operand),), "", node.start, node.end)

    def _binary(self, node: Binary) -> Typed:
        if node.op in ("&&", "||"):
            operands = (_truth(self.check(node.left)), _truth(self.check(node.right)))
            return Typed(node.op, BOOL, operands, "", node.start, node.end)
        if node.op in ("==", "!="):
            return self._equality(node)
        operands = (_number(self.check(node.left)), _number(self.check(node.right)))
        if node.op in ("<", "<=", ">", ">="):
            return Typed(node.op, BOOL, operands, "", node.start, node.end)
        _check_arithmetic(node.op, operands)
        return Typed(node.op, INT, operands, "", node.start, node.end)

    def _equality(self, node: Binary) -> Typed:
        left, right = self._alike(node.left, node.right)
        if BOOL in (left.type, right.type) and left.type != right.type:
            left, right = _truth(left), _truth(right)
        return Typed(node.op, BOOL, (left, right), "", node.start, node.end)

    def _alike(self, first: Expr, second: Expr) -> tuple[Typed, Typed]:
        """Two operands of one type; a bare word is a kind if the other operand is one."""
        kind = self._kind_of(first) or self._kind_of(second)
        left, right = self._as_kind(first, kind), self._as_kind(second, kind)
        if kind and left.type != kind:
            raise _misfit(left, kind)
        if left.type != right.type and not {left.type, right.type} <= {INT, BOOL}:
            raise _misfit(right, left.type)
        return left, right

    def _kind_of(self, node: Expr) -> str:
        """The kind that a predicate gives; empty for everything else."""
        inner = node.operand if isinstance(node, Old) else node
        predicate = PREDICATES.get(inner.name) if isinstance(inner, Call) else None
        return predicate.result if predicate and predicate.result in KINDS else ""

    def _as_kind(self, node: Expr, kind: str) -> Typed:
        if not kind or not isinstance(node, Name):
            return self.check(node)
        if node.name not in KINDS[kind]:
            hint = _suggest(node.name, KINDS[kind])
            raise ExprError(f"'{node.name}' is no {kind}{hint}", node.start, node.end)
        return Typed("kind", kind, (), node.name, node.start, node.end)

    def _in_set(self, node: InSet) -> Typed:
        kind = self._kind_of(node.operand)
        operand = self.check(node.operand)
        if operand.type == BOOL:
            raise _misfit(operand, INT)
        items = tuple(self._as_kind(item, kind) for item in node.items)
        for item in items:
            if item.type != operand.type:
                raise _misfit(item, operand.type)
        return Typed("in", BOOL, (operand, *items), "", node.start, node.end)

    def _call(self, node: Call) -> Typed:
        predicate = PREDICATES.get(node.name)
        if predicate is None:
            message = f"unknown predicate '{node.name}'{_suggest(node.name, tuple(PREDICATES))}"
            raise ExprError(message, node.start, node.start + len(node.name))
        if len(node.arguments) != len(predicate.arguments):
            count = len(predicate.arguments)
            message = f"'{_form(node.name)}' takes {count} arguments, not {len(node.arguments)}"
            raise ExprError(message, node.start, node.end)
        pairs = zip(node.arguments, predicate.arguments, strict=True)
        operands = tuple(self._argument(argument, sort) for argument, sort in pairs)
        return Typed("ask", predicate.result, operands, node.name, node.start, node.end)

    def _argument(self, node: Expr, sort: str) -> Typed:
        """One argument, which must be of a sort."""
        place = (node.start, node.end)
        if sort == names.VERSION:
            assert isinstance(node, Version)
            return Typed("version", "", (), f"{node.major}.{node.minor}", *place)
        if sort in (names.CONFIG, names.ARCH):
            if not isinstance(node, Name):
                raise ExprError(f"expected a {sort}", *place)
            return Typed("word", "", (), node.name, *place)
        if sort in _PREFIXES:
            if not isinstance(node, Name) or not node.name.startswith(_PREFIXES[sort]):
                raise ExprError(f"expected a {sort}", *place)
            return Typed("constant", INT, (), node.name, *place)
        typed = _number(self.check(node))
        self._check_sort(typed, sort)
        return typed

    def _check_sort(self, typed: Typed, sort: str) -> None:
        """Refuse, for example, a pathname where a descriptor is meant."""
        if typed.op != "param":
            if sort == names.PATH:
                raise ExprError("expected a pathname parameter", typed.start, typed.end)
            return
        c_type = self._scope.params[str(typed.value)]
        pointer = "*" in c_type
        is_path = pointer and "char" in c_type
        fits = {
            names.FD: not pointer,
            names.SIZE: not pointer,
            names.ADDRESS: pointer or "long" in c_type,
            names.PATH: is_path,
        }[sort]
        if not fits:
            message = f"'{typed.value}' is '{c_type}', which is no {sort}"
            raise ExprError(message, typed.start, typed.end)


#: Bits, sign included, of what comes from outside: registers, constants, answers.
_LEAF_BITS = 65
#: Compiled code computes in 128 bits, sign included.
_MOST_BITS = 128
#: Bits of a register, at most.
_WORD_BITS = 64


def _check_width(typed: Typed, scope: Scope) -> int:
    """Bits that the value of a node may need, sign included."""
    bits = [_check_width(part, scope) for part in typed.operands] or [_LEAF_BITS]
    if typed.type != INT or typed.op in ("ask", "old"):
        return _LEAF_BITS
    found = max(bits)
    if typed.op in ("+", "-", "neg", "~") and typed.operands:
        found += 1
    elif typed.op == "*":
        found = sum(bits)
    elif typed.op == "<<":
        found = bits[0] + int(typed.operands[1].value)
    elif typed.op == "number":
        found = int(typed.value).bit_length() + 1
    elif typed.op == "param":
        found = (read_ctype(scope.params[str(typed.value)]).bits(_WORD_BITS) or _WORD_BITS) + 1
    if found > _MOST_BITS:
        message = f"this may need {found} bits; at most {_MOST_BITS} are computed with"
        raise ExprError(message, typed.start, typed.end)
    return found


_PREFIXES = {names.RLIMIT: "RLIMIT_", names.CAPABILITY: "CAP_"}


def _form(name: str) -> str:
    """How a predicate is written, such as ``fd_open(descriptor)``."""
    return f"{name}({', '.join(PREDICATES[name].arguments)})"


def _check_arithmetic(op: str, operands: tuple[Typed, ...]) -> None:
    """Only what means the same everywhere: shifts and remainders by a constant."""
    right = operands[1]
    if op in ("<<", ">>") and not (right.op == "number" and 0 <= int(right.value) < 64):
        raise ExprError(f"'{op}' takes a literal from 0 to 63", right.start, right.end)
    if op == "%" and not (right.op in ("number", "constant") or right.value == "page_size"):
        raise ExprError("'%' takes a constant or page_size", right.start, right.end)
    if op == "%" and right.op == "number" and not int(right.value):
        raise ExprError("'%' by 0", right.start, right.end)


def _suggest(word: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, known, 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
