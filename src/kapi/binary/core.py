# SPDX-License-Identifier: GPL-2.0-or-later
"""What a record alone says of a spec: the spec of an image whose prose is not there.

In: a :class:`~kapi.binary.records.Record`. Out: a spec with names, classes, numbers and errnos.
What a record cannot hold is absent: C types, descriptions, causes, locks, the names of constants.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from kapi.binary import layout
from kapi.binary.layout import ParamHead, SpecHead
from kapi.binary.records import Param, Record
from kapi.model import spec as model
from kapi.model.spec import Constraint, Errno, ErrorSet, Range, Return, SizeParam, Spec, Success

_MIN, _MAX = -(1 << 63), (1 << 63) - 1

ErrnoNames = Callable[[int], str | None]
"""The name of an errno, ``None`` if it is unknown."""


def no_errno_names(_number: int) -> None:
    """For an image that does not say which architecture it is for."""


def errno_names(machine: str) -> ErrnoNames:
    """The names of an architecture, from the newest table that comes with kapi.

    :param machine: as the tables name it. Errnos never change their numbers on one architecture.
    """

    @cache
    def name_of(number: int) -> str | None:
        from kapi.uapi.tables import Table

        return Table.load().name_of_errno(number, machine)

    return name_of


def core_spec(record: Record, name_of: ErrnoNames) -> Spec:
    """The spec that a record stands for.

    :param name_of: the names of errnos. One without name is left out, and then the set is not
        said to be closed.
    """
    head = record.head
    flags = layout.words_of(head.flags, layout.SPEC_FLAGS)
    names = [name for name in map(name_of, record.errnos) if name is not None]
    closed = "closed" in flags and len(names) == len(record.errnos)
    return Spec(
        name=record.name,
        kind=str(layout.KINDS[head.kind]),
        parameters=tuple(_param(index, record) for index in range(len(record.params))),
        returns=_returns(head, record, flags),
        errors=tuple(map(_errno, names)),
        error_set=ErrorSet(kind="closed") if closed else None,
    )


@cache
def _errno(name: str) -> Errno:
    return Errno(name=name)


def _param(index: int, record: Record) -> model.Param:
    head, name, _ = param = record.params[index]
    sized = None
    if head.size_param:
        sized = SizeParam(index=head.size_param - 1, name=record.params[head.size_param - 1].name)
    return model.Param(
        index=index,
        name=name,
        type_class=layout.TYPES[head.type],
        flags=layout.words_of(head.flags, layout.PARAM_FLAGS),
        constraint=_constraint(param),
        size_param=sized,
        on_violation=_outcome(head),
    )


def _constraint(param: Param) -> Constraint | None:
    """The rule with its numbers."""
    head = param.head
    form = layout.CONSTRAINTS[head.constraint]
    if form is None:
        return None
    if form == "range":
        return Constraint(form=form, lo=_bound(head.lo, head), hi=_bound(head.hi, head))
    if form == "mask":
        return Constraint(form=form, mask=f"{_cut(head.lo, head):#x}")
    if form == "enum":
        return Constraint(form=form, values=tuple(_value(one, head) for one in param.values))
    if form == "alignment":
        return Constraint(form=form, align=str(head.lo))
    if form == "user_string" and head.hi:
        return Constraint(form=form, max_len=str(head.hi))
    return Constraint(form=form)


# What follows reads numbers as kernel/api/clauses.c does.


def _bound(value: int, head: ParamHead) -> str:
    """A bound of a range: of 64 bits, whatever the parameter's width."""
    return str(value - (1 << 64) if head.is_signed and value > _MAX else value)


def _value(value: int, head: ParamHead) -> str:
    """A value of an enum: its bits that the parameter has."""
    value = _cut(value, head)
    negative = head.is_signed and value >> (head.bits - 1)
    return str(value - (1 << head.bits) if negative else value)


def _cut(value: int, head: ParamHead) -> int:
    return value % (1 << head.bits)


def _outcome(head: ParamHead) -> tuple[str, ...] | None:
    """What breaking the rule does; absent if it is an errno, as the record does not say which."""
    words = layout.words_of(head.outcome, layout.OUTCOMES)
    return words if words and "errno" not in words else None


def _returns(head: SpecHead, record: Record, flags: tuple[str, ...]) -> Return | None:
    """What the record says of the result; absent if it says nothing."""
    type_class, check_type = layout.TYPES[head.ret_type], layout.RETURNS[head.ret_check]
    lo, hi = head.success_lo, head.success_hi
    success = bounds = None
    if "success" in flags and "hi_count" in flags:
        bounds = Range(lo=str(lo), hi=record.params[hi - 1].name)
    elif "success" in flags:
        success = _predicate(lo, hi)
        bounds = Range(lo=str(lo), hi=str(hi)) if success is None else None
    found = Return(
        type_class=type_class, check_type=check_type, success=success, success_range=bounds
    )
    return found if found != _NOTHING else None


_NOTHING: Final = Return()


def _predicate(lo: int, hi: int) -> Success | None:
    """Bounds as a comparison, if they are one."""
    if lo == hi:
        return Success(op="==", value=str(lo))
    if hi == _MAX:
        return Success(op=">=", value=str(lo))
    if lo == _MIN:
        return Success(op="<=", value=str(hi))
    return None
