# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the text of an expression into its syntax tree.

In: one line of text. Out: an :data:`kapi.expr.ast.Expr`, or an :class:`ExprError` that names the
place. Knows nothing of what the names mean.

The grammar, loosest first; operators of one line join from the left::

    expression = and { "||" and }
    and        = comparison { "&&" comparison }
    comparison = shift ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) shift
               | shift "in" ( "{" bits { "," bits } "}" | shift ".." shift )
               | bits
    bits       = shift { "&" shift } | shift { "|" shift } | shift { "^" shift }
    shift      = sum [ ( "<<" | ">>" ) sum ]
    sum        = term { ( "+" | "-" ) term }
    term       = unary { ( "*" | "%" ) unary }
    unary      = ( "!" | "~" | "-" ) unary | primary
    primary    = NUMBER | NAME | NAME "(" [ expression { "," expression } ] ")" | "(" expression ")"

C lets comparisons bind tighter than bit operators, which people forget. So an operand of a
comparison that has a bit operator must stand in brackets here, and so must different bit operators
beside each other: whatever parses means the same in C.
"""

from __future__ import annotations

import re
from collections.abc import Callable

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

_TOKEN = re.compile(
    r"\s*(?:(?P<number>0[xX][0-9a-fA-F]+|[0-9]+)(?P<suffix>[uUlL]*)(?!\w)"
    r"|(?P<name>[0-9]*[A-Za-z_]\w*)"
    r"|(?P<op>\|\||&&|==|!=|<=|>=|<<|>>|\.\.|[-+*%&|^~!<>(){},.])|(?P<bad>\S))"
)
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")
_BITS = ("&", "|", "^")
_MAX_DEPTH = 100


class ExprError(Exception):
    """A text that is no expression.

    :param message: what was found and what was expected.
    :param start, end: the place in the text, offsets from 0.
    """

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def parse_expr(text: str) -> Expr:
    """The tree of an expression.

    :raises ExprError: if the text is none.
    """
    parser = _Parser(text)
    found = parser.expression()
    parser.expect_end()
    return found


class _Token:
    """One token; ``text`` is empty at the end."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind, self.text, self.start, self.end = kind, text, start, end


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        kind = "number" if kind == "suffix" else kind
        start, end = match.span(kind)
        if kind == "bad":
            raise ExprError(f"'{match[kind]}' has no meaning here", start, end)
        found.append(_Token(kind, match[kind], start, match.end()))
    found.append(_Token("end", "", len(text), len(text)))
    return found


class _Parser:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0
        self._in_config = False  # where 64BIT is a name

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at += token.kind != "end"
        return token

    def _accept(self, *texts: str) -> _Token | None:
        token = self._next
        if token.kind in ("op", "name") and token.text in texts:
            return self._take()
        return None

    def expect(self, text: str) -> _Token:
        """Take the operator ``text``."""
        token = self._accept(text)
        if token is None:
            raise self._wrong(f"'{text}'")
        return token

    def expect_end(self) -> None:
        """Demand that nothing is left."""
        if self._next.kind != "end":
            raise self._wrong("an operator or the end")

    def _wrong(self, wanted: str) -> ExprError:
        token = self._next
        found = f"'{token.text}'" if token.text else "the end"
        return ExprError(f"expected {wanted} but found {found}", token.start, token.end)

    def expression(self) -> Expr:
        """Grammar: and { "||" and }."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExprError("nested too deeply", self._next.start, self._next.end)
        found = self._joined(self._and, "||")
        self._depth -= 1
        return found

    def _and(self) -> Expr:
        """Grammar: comparison { "&&" comparison }."""
        return self._joined(self._comparison, "&&")

    def _joined(self, operand: Callable[[], Expr], *ops: str) -> Expr:
        """Operands joined by operators from the left."""
        left = operand()
        while token := self._accept(*ops):
            right = operand()
            left = Binary(token.text, left, right, left.start, right.end)
        return left

    def _comparison(self) -> Expr:
        """Grammar: shift COMPARE shift | shift "in" members | bits."""
        left = self._shift()
        if self._accept("in"):
            return self._members(left)
        token = self._accept(*_COMPARE)
        if token is None:
            left = self._bits_behind(left)
            if self._next.text in (*_COMPARE, "in"):
                message = f"put brackets around the operand of '{self._next.text}'"
                raise ExprError(message, left.start, left.end)
            return left
        right = self._shift()
        if self._next.text in _BITS:
            message = f"put brackets around the operand of '{token.text}'"
            raise ExprError(message, right.start, self._next.end)
        if self._next.text in (*_COMPARE, "in"):
            raise self._wrong("brackets around one of two comparisons")
        return Binary(token.text, left, right, left.start, right.end)

    def _members(self, operand: Expr) -> Expr:
        """Grammar: "{" bits { "," bits } "}" | shift ".." shift."""
        if self._accept("{"):
            items = [self.bits()]
            while self._accept(","):
                items.append(self.bits())
            end = self.expect("}").end
            return InSet(operand, tuple(items), operand.start, end)
        lo = self._shift()
        self.expect("..")
        hi = self._shift()
        return InRange(operand, lo, hi, operand.start, hi.end)

    def bits(self) -> Expr:
        """Grammar: shift { BIT shift }, one operator throughout."""
        return self._bits_behind(self._shift())

    def _bits_behind(self, left: Expr) -> Expr:
        """The bit operators behind an operand that was read already."""
        first = self._next
        while token := self._accept(*_BITS):
            if token.text != first.text:
                message = f"put brackets around '{first.text}' or '{token.text}'"
                raise ExprError(message, token.start, token.end)
            right = self._shift()
            left = Binary(token.text, left, right, left.start, right.end)
        return left

    def _shift(self) -> Expr:
        """Grammar: sum [ ("<<" | ">>") sum ]."""
        left = self._sum()
        token = self._accept("<<", ">>")
        if token is None:
            return left
        right = self._sum()
        return Binary(token.text, left, right, left.start, right.end)

    def _sum(self) -> Expr:
        """Grammar: term { ("+" | "-") term }."""
        return self._joined(self._term, "+", "-")

    def _term(self) -> Expr:
        """Grammar: unary { ("*" | "%") unary }."""
        return self._joined(self._unary, "*", "%")

    def _unary(self) -> Expr:
        """Grammar: ("!" | "~" | "-") unary | primary."""
        token = self._accept("!", "~", "-")
        if token is None:
            return self._primary()
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ExprError("nested too deeply", token.start, token.end)
        operand = self._unary()
        self._depth -= 1
        return Unary(token.text, operand, token.start, operand.end)

    def _primary(self) -> Expr:
        """Grammar: NUMBER | NAME [ "(" arguments ")" ] | "(" expression ")"."""
        token = self._next
        if token.kind == "number":
            self._take()
            return Number(_integer(token), token.start, token.end)
        if token.kind == "name" and token.text != "in":
            if token.text[0].isdigit() and not self._in_config:
                raise ExprError(f"'{token.text}' is no number", token.start, token.end)
            self._take()
            return self._call(token) if self._accept("(") else Name(*_place(token))
        if self._accept("("):
            found = self.expression()
            self.expect(")")
            return found
        raise self._wrong("a value")

    def _call(self, name: _Token) -> Expr:
        """The rest of ``NAME ( arguments )``."""
        if name.text in ("since", "until"):
            version = self._version()
            end = self.expect(")").end
            return Call(name.text, (version,), name.start, end)
        arguments: list[Expr] = []
        self._in_config = name.text == "config"
        if not self._accept(")"):
            arguments.append(self.expression())
            while self._accept(","):
                arguments.append(self.expression())
            self.expect(")")
        self._in_config = False
        end = self._tokens[self._at - 1].end
        if name.text == "old":
            if len(arguments) != 1:
                raise ExprError("'old' takes one argument", name.start, end)
            return Old(arguments[0], name.start, end)
        return Call(name.text, tuple(arguments), name.start, end)

    def _version(self) -> Version:
        """Grammar: NUMBER "." NUMBER."""
        major = self._take()
        dot = self._take()
        minor = self._take()
        if major.kind != "number" or dot.text != "." or minor.kind != "number":
            raise ExprError("expected a release such as 6.4", major.start, minor.end)
        return Version(_integer(major), _integer(minor), major.start, minor.end)


def _place(token: _Token) -> tuple[str, int, int]:
    return token.text, token.start, token.end


def _integer(token: _Token) -> int:
    """The value of a C literal."""
    text = token.text
    if text[:2] in ("0x", "0X"):
        return int(text, 16)
    if len(text) > 1 and text[0] == "0":
        if set(text) & set("89"):
            raise ExprError(f"'{text}' is no octal number", token.start, token.end)
        return int(text, 8)
    return int(text)
