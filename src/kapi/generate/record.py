# SPDX-License-Identifier: GPL-2.0-or-later
"""What the record of a spec in an image needs to know, in C terms.

In: a spec. Out: the expressions whose values it needs, and a :class:`Record` once they are known.
``include/linux/kapi.h`` of the kernel part describes the layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kapi.errors import KapiError
from kapi.generate.constants import Values, Wanted
from kapi.model.spec import Constraint, Param, Spec
from kapi.model.tokens import INTERNAL_ERRNOS
from kapi.source import Span

_NAME = re.compile(r"[A-Za-z_]\w*")

#: Quantities of the language that are no constants of C.
_STATE = frozenset(("page_size", "ret"))


class ParamRecord(NamedTuple):
    """One ``struct kapi_param``, its name and values beside it.

    :param form: the constraint; one that no number can say is ``custom``.
    :param bits: width of the C type; what is no scalar is an address.
    """

    name: str
    type_class: str
    flags: tuple[str, ...]
    form: str
    bits: int
    is_signed: bool
    lo: int
    hi: int
    values: tuple[int, ...]
    size_param: int
    outcome: tuple[str, ...]


class Record(NamedTuple):
    """One ``struct kapi_spec`` with what follows it.

    :param errnos: positive and ascending.
    :param success: bounds of the results that mean success, as far as they are numbers.
    :param count_param: number from 1 of the parameter that is the upper bound, or 0.
    """

    spec: Spec
    params: tuple[ParamRecord, ...]
    errnos: tuple[int, ...]
    success: tuple[int, int] | None
    count_param: int


def wanted(spec: Spec) -> Iterator[Wanted]:
    """Every expression of a spec that is a constant of the kernel."""
    for param in spec.parameters:
        yield from _of_param(param, spec)
    for text, span in _bounds(spec):
        if is_constant(text, spec):
            yield Wanted(text, span)
    for error in spec.errors:
        if has_number(error.name):
            yield Wanted(error.name, error.span)
    for name in errno_names(spec):
        yield Wanted(name, spec.span)
    for signal in spec.signals:
        constant = signal_constant(signal.signal_num, signal.signal_name)
        if constant is not None:
            yield Wanted(constant, signal.span)
    for capability in spec.capabilities:
        if capability.name != "none":
            yield Wanted(capability.name, capability.span)


def _of_param(param: Param, spec: Spec) -> Iterator[Wanted]:
    c_type = scalar_type(param.type)
    yield Wanted(_width(c_type), param.span)
    yield Wanted(_sign(c_type), param.span)
    for text in (param.size, param.alignment):
        if text is not None and is_constant(text, spec):
            yield Wanted(text, param.span)
    if param.constraint is not None:
        yield from _of_constraint(param.constraint, param, spec)


def _width(c_type: str) -> str:
    return f"sizeof({c_type}) * 8"


def _sign(c_type: str) -> str:
    return f"is_signed_type({c_type})"


def is_constant(text: str, spec: Spec) -> bool:
    """Whether an expression calls nothing and uses no parameter and no state."""
    names = set(_NAME.findall(text))
    return not _calls(text) and not names & _STATE and not names & _param_names(spec)


def _calls(text: str) -> bool:
    """Whether a bracket follows a word other than ``sizeof``; others only group."""
    return re.search(r"\b(?!sizeof\b)\w+\s*\(", text) is not None


def _param_names(spec: Spec) -> set[str]:
    return {param.name for param in spec.parameters}


def signal_constant(number: str | None, name: str) -> str | None:
    """The C constant of a signal; ``None`` for a group of signals that words describe."""
    word = number or name
    return word if re.fullmatch(r"SIG\w+|\d+", word) else None


def _of_constraint(rule: Constraint, param: Param, spec: Spec) -> Iterator[Wanted]:
    span = rule.span or param.span
    for text in _texts(rule, param):
        if is_constant(text, spec):
            yield Wanted(text, span)
    for extra in rule.arch_masks:
        yield Wanted(extra.expr, extra.span or span, _guard(extra.config))


def _texts(rule: Constraint, param: Param) -> list[str]:
    """The expressions of a constraint that hold everywhere."""
    texts = [rule.lo, rule.hi, rule.mask, _align(rule, param), rule.max_len, *rule.values]
    return [text for text in texts if text is not None]


def _align(rule: Constraint, param: Param) -> str | None:
    return (rule.align or param.alignment) if rule.form == "alignment" else None


def _guard(config: str) -> str:
    """The preprocessor condition of a Kconfig symbol."""
    return f"defined({config})"


def _bounds(spec: Spec) -> Iterator[tuple[str, Span | None]]:
    """The expressions that bound a successful result."""
    returns = spec.returns
    if returns and returns.success_range:
        yield returns.success_range.lo, returns.success_range.span
        yield returns.success_range.hi, returns.success_range.span
    elif returns and returns.success:
        yield returns.success.value, returns.success.span


def has_number(name: str) -> bool:
    """Whether an errno is one that user space can see."""
    return name not in INTERNAL_ERRNOS


def errno_names(spec: Spec) -> tuple[str, ...]:
    """Every errno that a spec lets user space see, sorted."""
    found = {error.name for error in spec.errors if not error.internal}
    for param in spec.parameters:
        for outcome in (param.on_violation or (), *(one.outcome for one in param.requires)):
            found.update(word for word in outcome if word.startswith("E"))
    for signal in spec.signals:
        if signal.error_on_signal is not None and signal.error_on_signal.startswith("E"):
            found.add(signal.error_on_signal)
    return tuple(sorted(filter(has_number, found)))


def build_record(spec: Spec, values: Values) -> Record:
    """The record of a spec.

    :raises KapiError: if its numbers make no sense; the message names the place.
    """
    params = tuple(_param(param, spec, values) for param in spec.parameters)
    errnos = tuple(sorted({values(name) for name in errno_names(spec)}))
    success, count_param = _success(spec, values)
    return Record(spec, params, errnos, success, count_param)


def _param(param: Param, spec: Spec, values: Values) -> ParamRecord:
    c_type = scalar_type(param.type)
    form, lo, hi, items = _numbers(param, spec, values)
    record = ParamRecord(
        name=param.name,
        type_class=param.type_class or "none",
        flags=param.flags,
        form=form,
        bits=values(_width(c_type)),
        is_signed=bool(values(_sign(c_type))),
        lo=lo,
        hi=hi,
        values=items,
        size_param=param.size_param.index + 1 if param.size_param else 0,
        outcome=_outcome(param),
    )
    problem = _problem(record)
    if problem:
        span = param.constraint.span if param.constraint else None
        raise KapiError(f"{span or param.span}: error: {problem}")
    return record


def scalar_type(text: str | None) -> str:
    """The C type to ask for width and sign: pointers and what acts like one are addresses."""
    words = re.fullmatch(r"[\w ]+", text or "")
    return words[0] if words and not re.search(r"\b(struct|union)\b", words[0]) else "unsigned long"


def _numbers(param: Param, spec: Spec, values: Values) -> tuple[str, int, int, tuple[int, ...]]:
    """Form, two numbers and the values of a constraint."""
    rule = param.constraint
    if rule is None:
        return "none", 0, 0, ()
    if not all(is_constant(text, spec) for text in _texts(rule, param)):
        return "custom", 0, 0, ()
    if rule.mask is not None:
        bits = values(rule.mask)
        for extra in rule.arch_masks:
            bits |= values(extra.expr, _guard(extra.config))
        return rule.form, bits, 0, ()
    first = rule.lo or _align(rule, param)
    last = rule.hi or rule.max_len
    lo = values(first) if first is not None else 0
    hi = values(last) if last is not None else 0
    return rule.form, lo, hi, tuple(values(text) for text in rule.values)


def _problem(param: ParamRecord) -> str | None:
    """Why no value could ever keep to a rule, or none could break it."""
    if param.form == "range" and param.lo > param.hi:
        return f"no number lies between {param.lo} and {param.hi}"
    if param.form == "range" and param.lo < 0 and not param.is_signed:
        return f"'{param.name}' has an unsigned type and cannot be {param.lo}"
    if param.form == "alignment" and (param.lo < 1 or param.lo & (param.lo - 1)):
        return f"an alignment is a power of two, and {param.lo} is none"
    return None


def _outcome(param: Param) -> tuple[str, ...]:
    """What breaking the constraint does: ignored, masked, errno."""
    words = param.on_violation or ()
    kinds = {"errno" if word.startswith("E") else word for word in words}
    return tuple(sorted(kinds))


def _success(spec: Spec, values: Values) -> tuple[tuple[int, int] | None, int]:
    """The bounds of success, as far as they are numbers."""
    returns = spec.returns
    if returns is None:
        return None, 0
    bounds, single = returns.success_range, returns.success
    if bounds is not None and is_constant(bounds.lo, spec):
        names = [param.name for param in spec.parameters]
        if bounds.hi in names:
            number = names.index(bounds.hi) + 1
            return (_fitted(values(bounds.lo)), number), number
        if is_constant(bounds.hi, spec):
            return (_fitted(values(bounds.lo)), _fitted(values(bounds.hi))), 0
    if single is not None and is_constant(single.value, spec):
        return _predicate(single.op, values(single.value)), 0
    return None, 0


_MIN, _MAX = -(1 << 63), (1 << 63) - 1


def _fitted(value: int) -> int:
    """The result nearest to a bound that no result can reach, such as ``ULONG_MAX``."""
    return min(max(value, _MIN), _MAX)


def _predicate(op: str, value: int) -> tuple[int, int] | None:
    """A comparison as bounds; ``!=`` has none."""
    value = _fitted(value)
    return {
        "==": (value, value),
        ">=": (value, _MAX),
        ">": (value + 1, _MAX),
        "<=": (_MIN, value),
        "<": (_MIN, value - 1),
    }.get(op)
