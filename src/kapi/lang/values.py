"""Reads values: tokens, lists, expressions, numbers, constraint forms.

In: a :class:`kapi.lang.text.Value` and what its key allows. Out: a value of the model, or ``None``
after a diagnostic. Every function takes the context that collects diagnostics.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, Protocol

from kapi.diagnostics import Sink
from kapi.lang.text import Value
from kapi.model import tokens
from kapi.model.spec import Cause, ErrorSet, Include, Require, SizeParam, Success, Text
from kapi.model.spec import Range as ModelRange

_INT = re.compile(r"[+-]?(?:0[xX][0-9a-fA-F]{1,64}|0[0-7]{0,99}|[1-9][0-9]{0,99})[uUlL]{0,3}\Z")
_NAME = re.compile(r"[A-Za-z_]\w*\Z")
_WORD = re.compile(r"[A-Za-z][\w-]*\Z")
_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_ERRNO = re.compile(r"E[A-Z0-9_]+\Z")
_SIGNAL = re.compile(r"SIG[A-Z0-9]+(?:[+-][0-9]+)?\Z")
_SUCCESS_OP = re.compile(r"(==|!=|>=|<=|>|<)\s*")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*(\(.*\))?\Z", re.DOTALL)
_CONFIG = re.compile(r"\bconfig\(\s*\w+\s*\)")
_SYMBOL = re.compile(r"(?<![\w.])(?:[A-Z][A-Z0-9_]*|_+[A-Z][A-Z0-9_]*)\b")

_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class Words(Protocol):
    """What a reader must know of its key or tag."""

    @property
    def name(self) -> str:
        """Preferred spelling."""
        ...

    @property
    def family(self) -> str:
        """Token family, if it takes tokens."""
        ...


class Context:
    """What is known while one spec is lowered.

    :param sink: collects diagnostics.
    :param params: names of the C parameters, in order.

    ``symbols`` collects the constants that expressions use, ``lost`` the text without a place.
    """

    def __init__(self, sink: Sink, params: tuple[str, ...]) -> None:
        self.sink = sink
        self.params = params
        self.symbols: set[str] = set()
        self.lost: list[Text] = []

    def lose(self, name: str, value: Value) -> None:
        """Keep text that has been reported and has no place in the model."""
        self.lost.append(Text(name=name, text=value.prose, span=value.span()))

    def error(self, code: str, value: Value, message: str) -> None:
        """Report a finding about a whole value."""
        self.sink.add(code, value.span(), message)

    def legacy(self, value: Value, better: str) -> None:
        """Report a spelling that version 2 refuses."""
        self.sink.add("legacy-spelling", value.span(), f"write '{better}' for '{value.text}'")


def integer(text: str) -> int | None:
    """The value of a C integer literal (decimal, hex or octal); ``None`` if it is none."""
    if not _INT.match(text):
        return None
    digits = text.rstrip("uUlL").lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
    number = int(digits, 8 if octal else 0)
    return -number if text.startswith("-") else number


def symbols_of(text: str, params: tuple[str, ...]) -> list[str]:
    """C constants used by an expression; parameters and config() arguments are none."""
    return [name for name in _SYMBOL.findall(_CONFIG.sub("", text)) if name not in params]


def elements(value: Value, context: Context, separators: str = ",|") -> list[Value]:
    """The elements of a LIST; mixed, foreign and surplus separators are reported."""
    used = {char for char in ",|" if len(value.split(char)) > 1}
    if len(used) > 1:
        context.error("separator", value, f"'{value.text}' mixes ',' and '|'; use one of them")
    elif used - set(separators):
        context.error("separator", value, f"separate by '{separators[0]}', not by '{used.pop()}'")
    parts = value.split(",|")
    if not all(parts):
        context.error("separator", value, f"an element is missing in '{value.text}'")
    return [part for part in parts if part]


def read_text(key: Words, value: Value, context: Context) -> str:
    """TEXT: prose with its paragraphs."""
    return value.prose


def read_expr(key: Words, value: Value, context: Context) -> str | None:
    """EXPR: C-like text on one line, its brackets in balance."""
    if not _balanced(value.text):
        context.error("bad-value", value, f"brackets do not match in '{value.text}'")
        return None
    context.symbols.update(symbols_of(value.text, context.params))
    return value.text


def _balanced(text: str) -> bool:
    """Whether round brackets match."""
    depth = 0
    for match in re.finditer(r"[()]", text):
        depth += 1 if match[0] == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def token_set(family: str, value: Value, context: Context) -> tuple[str, ...]:
    """The tokens of one word; unknown words are reported and give none."""
    found = tokens.look_up(family, value.text)
    if found is None:
        label = tokens.FAMILIES[family].label
        hint = context.sink.suggest(value.text, tokens.words_of(family))
        context.error("unknown-token", value, f"'{value.text}' is no {label}{hint}")
        return ()
    if not found.preferred:
        context.legacy(value, " | ".join(found.tokens))
    return found.tokens


def in_order(family: str, found: set[str]) -> tuple[str, ...]:
    """Tokens of a set in the order of their family."""
    return tuple(word for word in tokens.words_of(family) if word in found)


def read_token(key: Words, value: Value, context: Context) -> str | None:
    """TOK: exactly one token."""
    if len(parts := value.split(",|")) > 1:
        context.error("separator", value, f"'{key.name}' takes one word, not '{value.text}'")
        value = parts[0]
    found = token_set(key.family, value, context)
    if len(found) > 1:
        context.error("bad-value", value, f"'{key.name}' takes one word, not a group")
    return found[0] if found else None


def read_tokens(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """LIST of tokens, as a set."""
    found: set[str] = set()
    for part in elements(value, context):
        found.update(token_set(key.family, part, context))
    return in_order(key.family, found) if found else None


def read_token_or_text(key: Words, value: Value, context: Context) -> str:
    """A token of the family if it is one, else prose."""
    found = tokens.look_up(key.family, value.text)
    if found and not found.preferred:
        context.legacy(value, found.tokens[0])
    return found.tokens[0] if found else value.prose


def read_bool(key: Words, value: Value, context: Context) -> bool | None:
    """BOOL: yes true 1, no false 0, in any case."""
    truth = _TRUTH.get(value.text.lower())
    if truth is None:
        context.error("unknown-token", value, f"'{value.text}' is neither yes nor no")
    elif value.text not in ("yes", "no"):
        context.legacy(value, "yes" if truth else "no")
    return truth


def read_occurs(key: Words, value: Value, context: Context) -> str | None:
    """BOOL or ``conditional``; gives yes, no or conditional."""
    low = value.text.lower()
    if low == "conditional":
        if value.text != low:
            context.legacy(value, low)
        return low
    if low not in _TRUTH:
        message = f"'{value.text}' is none of yes, no, conditional"
        context.error("unknown-token", value, message)
        return None
    return "yes" if read_bool(key, value, context) else "no"


def read_int(key: Words, value: Value, context: Context) -> int | None:
    """INT literal."""
    number = integer(value.text)
    if number is None:
        context.error("bad-value", value, f"'{value.text}' is no number")
    return number


def read_priority(key: Words, value: Value, context: Context) -> int | None:
    """INT from 0 to 255."""
    number = read_int(key, value, context)
    if number is not None and not 0 <= number <= 255:
        context.error("bad-value", value, f"{number} is not in 0..255")
        return None
    return number


def read_version(key: Words, value: Value, context: Context) -> int | None:
    """A grammar version that exists."""
    number = read_int(key, value, context)
    if number is not None and number not in (1, 2):
        context.error("bad-version", value, f"no api-version {number} exists; use 1 or 2")
        return None
    return number


def read_word(key: Words, value: Value, context: Context) -> str | None:
    """One word."""
    if not _WORD.match(value.text):
        context.error("bad-value", value, f"'{key.name}' takes one word, not '{value.text}'")
        return None
    return value.text


def read_label(key: Words, value: Value, context: Context) -> str | None:
    """A label: lower-case words and digits joined by hyphens."""
    if not _LABEL.match(value.text):
        message = f"label '{value.text}' must be lower-case letters, digits and hyphens"
        context.error("bad-value", value, message)
        return None
    return value.text


def read_range(key: Words, value: Value, context: Context) -> ModelRange | None:
    """``lo, hi``: inclusive bounds."""
    parts = value.split(",")
    if len(parts) != 2 or not all(parts):
        context.error("bad-value", value, f"'{key.name}' takes 'lo, hi', not '{value.text}'")
        return None
    return _range(key, parts[0], parts[1], context)


def _range(key: Words, low: Value, high: Value, context: Context) -> ModelRange | None:
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


def errno_name(value: Value, context: Context) -> str | None:
    """An errno name without sign; a sign is reported and dropped."""
    text = value.text
    if text.startswith("-"):
        context.error("errno-sign", value, f"write '{text[1:].strip()}' without its sign")
        text = text[1:].strip()
    if not _ERRNO.match(text):
        hint = f"; did you mean '{text.upper()}'?" if _ERRNO.match(text.upper()) else ""
        context.error("unknown-errno", value, f"'{text}' is no errno name{hint}")
        return None
    return text


def read_errnos(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """Errno names or numbers, sign optional, kept positive."""
    found = [_positive_errno(part, context) for part in elements(value, context)]
    return tuple(dict.fromkeys(name for name in found if name)) or None


def _positive_errno(value: Value, context: Context) -> str | None:
    """One errno, name or number, without its sign."""
    text = value.text.removeprefix("-").strip()
    if integer(text) is None and not _ERRNO.match(text):
        context.error("unknown-errno", value, f"'{value.text}' is no errno")
        return None
    return text


def read_signal_errno(key: Words, value: Value, context: Context) -> str | None:
    """``-EINTR``: always an error result; a missing sign is reported."""
    if not value.text.startswith("-"):
        context.error("missing-sign", value, f"write '-{value.text}': it is an error result")
    return _positive_errno(value, context)


def read_signum(key: Words, value: Value, context: Context) -> str | None:
    """A SIG name or a number, kept as written."""
    if not _SIGNAL.match(value.text) and integer(value.text) is None:
        context.error("bad-value", value, f"'{value.text}' is neither a SIG name nor a number")
        return None
    return value.text


def read_outcome(key: Words, value: Value, context: Context) -> tuple[str, ...] | None:
    """``EBADF | EINVAL``, ``ignored`` or ``masked``."""
    allowed = ("ignored", "masked") if key.name == "on-violation" else ("ignored",)
    if value.text in allowed:
        return (value.text,)
    if not value:
        context.error("empty-value", value, f"'{key.name}' lacks its outcome")
        return None
    found = [errno_name(part, context) for part in elements(value, context, "|")]
    return tuple(name for name in found if name) or None


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
    at = value.text.find("..")
    if at >= 0 and not value.text.startswith(("=", "!", "<", ">")):
        if context.sink.version < 2:
            message = "a range in 'success' needs 'api-version: 2'; use success-range"
            context.error("needs-version-2", value, message)
        low, high = value.cut(0, at), value.cut(at + 2)
        if not low or not high:
            context.error("bad-value", value, f"a bound is missing in '{value.text}'")
            return None
        return _range(key, low, high, context)
    match = _SUCCESS_OP.match(value.text)
    if not match:
        context.legacy(value, "== " + value.text)
    rest = value.cut(match.end() if match else 0)
    if not rest:
        context.error("empty-value", value, f"'{value.text}' compares with nothing")
        return None
    expr = read_expr(key, rest, context)
    return (expr and Success(op=match[1] if match else "==", value=expr, span=value.span())) or None


def size_param(value: Value, context: Context) -> SizeParam | None:
    """A parameter by its index from 0, or by its name."""
    number = integer(value.text)
    if number is None and value.text in context.params:
        number = context.params.index(value.text)
    if number is None and not _NAME.match(value.text):
        context.error("bad-value", value, f"'{value.text}' is no parameter index or name")
        return None
    if number is None or not 0 <= number < len(context.params):
        known = ", ".join(f"{index} {name}" for index, name in enumerate(context.params))
        message = f"no parameter '{value.text}'; the code has: {known or 'none'}"
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
        found.update(token_set("error-scope", part, context))
    scope = in_order("error-scope", found)
    return ErrorSet(kind="open", scope=scope, span=value.span())


class Call(NamedTuple):
    """``NAME`` or ``NAME(args)``; ``arguments`` is ``None`` without brackets."""

    name: str
    arguments: list[Value] | None


def read_call(value: Value) -> Call | None:
    """A name with optional arguments; ``None`` if there is anything else."""
    match = _CALL.match(value.text)
    if match is None or not _balanced(value.text):
        return None
    if match[2] is None:
        return Call(match[1], None)
    start, end = match.start(2) + 1, match.end(2) - 1
    if _closes_at(match[2]) != len(match[2]) - 1:
        return None
    inner = value.cut(start, end)
    return Call(match[1], inner.split(",") if inner else [])


def _closes_at(text: str) -> int:
    """Offset of the bracket that closes the one at offset 0."""
    depth = 0
    for match in re.finditer(r"[()]", text):
        depth += 1 if match[0] == "(" else -1
        if depth == 0:
            return match.start()
    return -1


def read_include(key: Words, value: Value, context: Context) -> Include | None:
    """``NAME(ARG, ...)``: our parameters or constants for those of the shared spec."""
    call = read_call(value)
    if call is None:
        context.error("bad-value", value, f"'include' takes 'NAME(ARG, ...)', not '{value.text}'")
        return None
    arguments = []
    for argument in call.arguments or []:
        known = argument.text in context.params or integer(argument.text) is not None
        if not known and not _SYMBOL.fullmatch(argument.text):
            hint = context.sink.suggest(argument.text, context.params)
            message = f"'{argument.text}' is neither a parameter nor a constant{hint}"
            context.error("unknown-param", argument, message)
        arguments.append(argument.text)
    return Include(name=call.name, arguments=tuple(arguments), span=value.span())


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
