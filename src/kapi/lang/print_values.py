# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the values of sub-keys: the inverse of the readers in :mod:`kapi.lang.values`.

In: a value of the model. Out: lines of a block. :data:`WRITERS` has one writer for each kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kapi.lang import fields
from kapi.lang.fill import fill_code, fill_text
from kapi.lang.params import USER_CLASSES
from kapi.model.spec import Cause, Constraint, ErrorSet, Param, Range, Require, Return, Success

_CONTINUED = 4

Writer = Callable[[fields.Key, Any], list[str]]


def write_keys(tag: fields.Tag, node: Any, but: tuple[str, ...] = ()) -> list[str]:
    """The lines of every sub-key of ``tag`` that ``node`` says.

    :param but: names of sub-keys that are left out.
    """
    lines: list[str] = []
    for key in tag.keys:
        value = None if key.name in but else getattr(node, key.target)
        if value is not None and value != ():
            lines += WRITERS[key.kind](key, value)
    return lines


def _line(word: str, text: str) -> list[str]:
    return fill_text(f"  {word}: ", text, _CONTINUED)


def _code(word: str, text: str) -> list[str]:
    return fill_code(f"  {word}: ", text, _CONTINUED)


def _write_text(key: fields.Key, value: object) -> list[str]:
    return _line(key.name, str(value))


def _write_expr(key: fields.Key, value: str | Iterable[str]) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    return [line for text in texts for line in _code(key.name, text)]


def _write_list(key: fields.Key, value: Iterable[str]) -> list[str]:
    return _line(key.name, key.join.join(value))


def _write_bool(key: fields.Key, value: bool) -> list[str]:
    return _line(key.name, "yes" if value else "no")


def _write_signal_errno(key: fields.Key, value: str) -> list[str]:
    return _line(key.name, f"-{value}")


def _labelled(key: fields.Key, label: str | None) -> str:
    return key.name if label is None else f"{key.name}({label})"


def _write_causes(key: fields.Key, value: Iterable[Cause]) -> list[str]:
    return [line for one in value for line in _code(_labelled(key, one.label), one.when)]


def _write_requires(key: fields.Key, value: Iterable[Require]) -> list[str]:
    return [
        line
        for one in value
        for line in _code(_labelled(key, one.label), f"{one.expr} -> {' | '.join(one.outcome)}")
    ]


def _write_success(key: fields.Key, value: Success) -> list[str]:
    return _code(key.name, f"{value.op} {value.value}")


def _write_range(key: fields.Key, value: Range) -> list[str]:
    return _code(key.name, f"{value.lo}, {value.hi}")


#: Value kind of the field table -> its writer; kinds of a parameter's own keys are in _PARAM.
WRITERS: dict[str, Writer] = {
    "text": _write_text,
    "expr": _write_expr,
    "token": _write_text,
    "tokens": _write_list,
    "token_or_text": _write_text,
    "bool": _write_bool,
    "occurs": _write_text,
    "int": _write_text,
    "priority": _write_text,
    "label": _write_text,
    "range": _write_range,
    "errnos": _write_list,
    "signal_errno": _write_signal_errno,
    "signum": _write_text,
    "outcome": _write_list,
    "require": _write_requires,
    "cause": _write_causes,
    "success": _write_success,
}


def write_return(tag: fields.Tag, returns: Return, version: int) -> list[str]:
    """The sub-keys of ``return``; version 2 writes a range of successes as ``success: lo..hi``."""
    bounds = returns.success_range
    if version < 2 or bounds is None or returns.success is not None or ".." in bounds.lo:
        return write_keys(tag, returns)
    lines: list[str] = []
    for key in tag.keys:
        if key.name == "success":
            lines += _code(key.name, f"{bounds.lo}..{bounds.hi}")
        elif key.name != "success-range":
            lines += write_keys(tag._replace(keys=(key,)), returns)
    return lines


def write_param(tag: fields.Tag, param: Param) -> list[str]:
    """The sub-keys of ``param``."""
    lines: list[str] = []
    for key in tag.keys:
        if key.name in _PARAM:
            lines += _PARAM[key.name](param)
        else:
            lines += write_keys(tag._replace(keys=(key,)), param)
    return lines


def _flags(param: Param) -> list[str]:
    """The flags that the class does not imply, both directions as one."""
    found = [f for f in param.flags if f != "user" or param.type_class not in USER_CLASSES]
    if "input" in found and "output" in found:
        found.remove("output")
        found[found.index("input")] = "inout"
    return found


def _write_type(param: Param) -> list[str]:
    if param.type_class is None:
        return []
    return _line("type", ", ".join([param.type_class, *_flags(param)]))


def _write_flags(param: Param) -> list[str]:
    if param.type_class is not None or not param.flags:
        return []
    return _line("flags", ", ".join(_flags(param)))


def _write_constraint(param: Param) -> list[str]:
    rule = param.constraint
    return [] if rule is None else _line("constraint-type", _constraint_text(rule, param))


def _constraint_text(rule: Constraint, param: Param) -> str:
    """A constraint in its call form."""
    if rule.form == "buffer" and param.size_param is not None:
        return f"buffer({param.size_param.name})"
    if rule.form == "range":
        arguments = [rule.lo, rule.hi]
    elif rule.form == "enum":
        arguments = [*rule.values]
    else:
        arguments = [rule.mask, rule.align, rule.max_len, rule.function]
    said = [argument for argument in arguments if argument is not None]
    if not said and rule.form == "custom":
        return "KAPI_CONSTRAINT_CUSTOM"  # the one spelling that may lack its function
    return f"{rule.form}({', '.join(said)})" if said else rule.form


def _write_arch_masks(param: Param) -> list[str]:
    masks = param.constraint.arch_masks if param.constraint else ()
    return [line for one in masks for line in _code("arch-mask", f"{one.arch} = {one.expr}")]


def _write_size_param(param: Param) -> list[str]:
    sized = param.size_param
    if sized is None or (param.constraint and param.constraint.form == "buffer"):
        return []
    return _line("size-param", sized.name)


def _nothing(_param: Param) -> list[str]:
    """Keys that the call form of the constraint says."""
    return []


_PARAM: dict[str, Callable[[Param], list[str]]] = {
    "type": _write_type,
    "flags": _write_flags,
    "constraint-type": _write_constraint,
    "range": _nothing,
    "mask": _nothing,
    "arch-mask": _write_arch_masks,
    "valid-values": _nothing,
    "size-param": _write_size_param,
}


def error_set_text(found: ErrorSet) -> str:
    """``closed``, ``closed if EXPR``, ``open`` or ``open(SCOPE, ...)``."""
    if found.when is not None:
        return f"{found.kind} if {found.when}"
    return f"{found.kind}({', '.join(found.scope)})" if found.scope else found.kind
