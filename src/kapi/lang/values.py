# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads values with an inner form: expressions, ranges, outcomes, calls; the table of all readers.

In: a :class:`kapi.lang.text.Value` and what its key allows. Out: a value of the model, or ``None``
after a diagnostic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kapi.lang.context import SYMBOL, Context, Words, balanced, elements, integer, symbols_of
from kapi.lang.text import Value, separator_offsets
from kapi.lang.words import (
    errno_name,
    in_order,
    read_bool,
    read_errnos,
    read_int,
    read_label,
    read_occurs,
    read_priority,
    read_signal_errno,
    read_signum,
    read_text,
    read_token,
    read_token_or_text,
    read_tokens,
    read_version,
    read_word,
    token_set,
)
from kapi.model.spec import Cause, ErrorSet, Include, Require, SizeParam, Success
from kapi.model.spec import Range as ModelRange

_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_SUCCESS_OP = re.compile(r"(==|!=|>=|<=|>|<)\s*")
#: Most parameters that a message names; system calls have six.
_MOST_NAMED = 8
_CALL = re.compile(r"([A-Za-z_]\w*)\s*(\(.*\))?\Z", re.DOTALL)


def read_expr(key: Words, value: Value, context: Context) -> str | None:
    """EXPR: C-like text on one line, its brackets in balance."""
    if value.text.startswith(("=", "<", ">")):
        context.error("bad-value", value, f"'{value.text}' compares nothing")
        return None
    if not balanced(value.text):
        context.error("bad-value", value, f"brackets do not match in '{value.text}'")
        return None
    context.symbols.update(symbols_of(value.text, context.index))
    return value.text


def read_range(key: Words, value: Value, context: Context) -> ModelRange | None:
    """``lo, hi``: inclusive bounds."""
    parts = value.split(",")
    if len(parts) != 2 or not all(parts):
        context.error("bad-value", value, f"'{key.name}' takes 'lo, hi', not '{value.text}'")
        return None
    return _range(key, parts[0], parts[1], context)


def _range(key: Words, low: Value, high: Value, context: Context) -> ModelRange | None:
    """``lo`` and ``hi``; an empty range is reported."""
    lo, hi = read_expr(key, low, context), read_expr(key, high, context)
    if lo is None or hi is None:
        return None
    bottom, top = integer(lo), integer(hi)
    if bottom is not None and top is not None and bottom > top:
        context.error("contradiction", low, f"the range {lo}..{hi} is empty")
    return ModelRange(lo=lo, hi=hi, span=low.span())


def read_values(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """EXPRs separated by commas."""
    parts = [read_expr(key, part, context) for part in value.split(",")]
    if not all(parts):
        context.error("separator", value, f"an element is missing or broken in '{value.text}'")
    return tuple(part for part in parts if part) or None


def read_outcome(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """``EBADF | EINVAL``, ``ignored`` or ``masked``."""
    allowed = ("ignored", "masked") if key.name == "on-violation" else ("ignored",)
    if value.text in allowed:
        return (value.text,)
    if not value:
        context.error("empty-value", value, f"'{key.name}' lacks its outcome")
        return None
    parts = [(errno_name(part, context), part) for part in elements(value, context, "|")]
    if not any(name for name, _ in parts):
        return None
    for name, part in parts:
        if name is None:
            context.lose(key.name, part)
    return tuple(name for name, _ in parts if name)


def read_require(key: Words, value: Value, context: Context) -> Require | None:
    """``EXPR -> EINVAL`` or ``EXPR -> ignored``."""
    at = value.text.rfind("->")
    if at < 0:
        context.error("bad-value", value, f"'require' takes 'EXPR -> ERRNO', not '{value.text}'")
        return None
    left = value.cut(0, at)
    outcome = read_outcome(key, value.cut(at + 2), context)
    expr = read_expr(key, left, context)
    if not expr:
        context.error("empty-value", value, "'require' lacks its expression")
        return None
    return Require(expr=expr, outcome=outcome, span=value.span()) if outcome else None


def read_cause(key: Words, value: Value, context: Context) -> Cause | None:
    """An EXPR that is one cause of an error."""
    expr = read_expr(key, value, context)
    return Cause(when=expr, span=value.span()) if expr else None


def read_success(key: Words, value: Value, context: Context) -> Success | ModelRange | None:
    """``[op] EXPR``, or from version 2 ``lo..hi``."""
    match = _SUCCESS_OP.match(value.text)
    rest = value.cut(match.end() if match else 0)
    at = _dots_offset(rest.text)
    if at is not None and not match:
        return _success_range(key, value, at, context)
    if at is not None:
        context.error("bad-value", value, f"'{key.name}' takes '[op] EXPR', not '{value.text}'")
        return None
    if not rest:
        context.error("empty-value", value, f"'{value.text}' compares with nothing")
        return None
    expr = read_expr(key, rest, context)
    if expr is None:
        return None
    if not match:
        context.legacy(value, "== " + value.text)
    return Success(op=match[1] if match else "==", value=expr, span=value.span())


def _success_range(key: Words, value: Value, at: int, context: Context) -> ModelRange | None:
    """``lo..hi``, the dots at ``at``."""
    if context.sink.version < 2:
        message = "a range in 'success' needs 'api-version: 2'; use success-range"
        context.error("needs-version-2", value, message)
    low, high = value.cut(0, at), value.cut(at + 2)
    if not low or not high:
        context.error("bad-value", value, f"a bound is missing in '{value.text}'")
        return None
    return _range(key, low, high, context)


def _dots_offset(text: str) -> int | None:
    """Offset of the first ``..`` outside brackets."""
    return next((at for at in separator_offsets(text, ".") if text[at : at + 2] == ".."), None)


def size_param(value: Value, context: Context) -> SizeParam | None:
    """A parameter by its index from 0, or by its name."""
    number = integer(value.text)
    if number is None and not _NAME.match(value.text):
        context.error("bad-value", value, f"'{value.text}' is no parameter index or name")
        return None
    if number is None:
        number = context.index.get(value.text, -1)
    if not 0 <= number < len(context.params):
        known = [f"{index} {name}" for index, name in enumerate(context.params[:_MOST_NAMED])]
        known += ["..."] if len(context.params) > _MOST_NAMED else []
        message = f"no parameter '{value.text}'; the code has: {', '.join(known) or 'none'}"
        context.error("out-of-range", value, message)
        return None
    return SizeParam(index=number, name=context.params[number], span=value.span())


def read_size_param(key: Words, value: Value, context: Context) -> SizeParam | None:
    """The parameter that holds the byte count."""
    return size_param(value, context)


def read_error_set(key: Words, value: Value, context: Context) -> ErrorSet | None:
    """``closed``, ``closed if EXPR``, ``open`` or ``open(SCOPE, ...)``."""
    text = value.text
    if text in ("closed", "open"):
        return ErrorSet(kind=text, span=value.span())
    if text.startswith("closed if "):
        expr = read_expr(key, value.cut(len("closed if ")), context)
        return ErrorSet(kind="closed", when=expr, span=value.span()) if expr else None
    match = re.match(r"open\s*\((.*)\)\Z", text)
    if not match:
        message = f"'{text}' is none of closed, closed if EXPR, open, open(SCOPE, ...)"
        context.error("bad-value", value, message)
        return None
    found: set[str] = set()
    for part in elements(value.cut(match.start(1), match.end(1)), context, ","):
        known = token_set("error-scope", part, context)
        found.update(known)
        if not known:
            context.lose(key.name, part)
    return ErrorSet(kind="open", scope=in_order("error-scope", found), span=value.span())


class Call(NamedTuple):
    """``NAME`` or ``NAME(args)``; ``arguments`` is ``None`` without brackets."""

    name: str
    arguments: list[Value] | None


def read_call(value: Value) -> Call | None:
    """A name with optional arguments; ``None`` if there is anything else."""
    match = _CALL.match(value.text)
    if match is None:
        return None
    if match[2] is None:
        return Call(match[1], None)
    inner = value.cut(match.start(2) + 1, match.end(2) - 1)
    if not balanced(inner.text):
        return None
    return Call(match[1], inner.split(",") if inner else [])


def read_include(key: Words, value: Value, context: Context) -> Include | None:
    """``NAME(ARG, ...)``: our parameters or constants for those of the shared spec."""
    call = read_call(value)
    if call is None:
        context.error("bad-value", value, f"'include' takes 'NAME(ARG, ...)', not '{value.text}'")
        return None
    given = call.arguments or []
    if not all(given):
        context.error("separator", value, f"an argument is missing in '{value.text}'")
        return None
    unknown = [argument for argument in given if not _is_argument(argument.text, context)]
    for argument in unknown:
        hint = context.sink.suggest(argument.text, context.params)
        message = f"'{argument.text}' is neither a parameter nor a constant{hint}"
        context.error("unknown-param", argument, message)
    if unknown:
        return None
    arguments = tuple(argument.text for argument in given)
    return Include(name=call.name, arguments=arguments, span=value.span())


def _is_argument(text: str, context: Context) -> bool:
    """Whether a text is one of our parameters, a number or a C constant."""
    known = text in context.index or integer(text) is not None
    return known or SYMBOL.fullmatch(text) is not None


Reader = Callable[[Words, Value, Context], object]

#: Value kind of the field table -> its reader.
READERS: dict[str, Reader] = {
    "text": read_text,
    "expr": read_expr,
    "token": read_token,
    "tokens": read_tokens,
    "token_or_text": read_token_or_text,
    "bool": read_bool,
    "occurs": read_occurs,
    "int": read_int,
    "priority": read_priority,
    "version": read_version,
    "word": read_word,
    "label": read_label,
    "range": read_range,
    "values": read_values,
    "errnos": read_errnos,
    "signal_errno": read_signal_errno,
    "signum": read_signum,
    "outcome": read_outcome,
    "require": read_require,
    "cause": read_cause,
    "success": read_success,
    "size_param": read_size_param,
    "error_set": read_error_set,
    "include": read_include,
}
