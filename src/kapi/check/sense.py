# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds statements of a spec that do not fit together.

In: a subject. Out: ``contradiction``, ``conflict``, ``duplicate`` and ``bad-value`` where two
statements exclude or repeat each other, whatever the code and the headers say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kapi.check.subject import Subject, is_written, place_of
from kapi.ctype import read_ctype
from kapi.diagnostics import Note
from kapi.lang.context import integer
from kapi.model.canonical import squeezed
from kapi.model.spec import Constraint, Errno, Node, Param, Return, Signal, Spec
from kapi.source import Span

#: Classes whose values obey a rule without saying so: open, mapped, a string in user memory.
_RULED_CLASSES: Final = ("fd", "path", "user_ptr")

_NOT_ASLEEP: Final = ("softirq", "hardirq", "nmi", "atomic", "preempt_disabled", "irq_disabled")


def check_contexts(subject: Subject) -> None:
    """Where the call is legal, and whether it may sleep there."""
    spec = subject.spec
    flags = spec.context_flags or ()
    place = place_of(spec, "context_flags")
    awake = [flag for flag in flags if flag in _NOT_ASLEEP]
    if "sleepable" in flags and awake:
        message = f"'sleepable' beside '{awake[0]}', where nothing may sleep"
        subject.report("contradiction", place, message)
    if flags and spec.kind in ("syscall", "compat_syscall") and "process" not in flags:
        message = "contexts lack 'process', from which every system call comes"
        subject.report("contradiction", place, message)


def check_params(subject: Subject) -> None:
    """Rules of parameters that are empty, double or without effect."""
    for param in subject.spec.parameters:
        if param.constraint:
            _check_rule(subject, param, param.constraint)
        if param.alignment is not None:
            _check_alignment(subject, param.alignment, place_of(param, "alignment"))
        _check_violation(subject, param)
        _check_repeated(subject, "relation", [(squeezed(one.expr), one) for one in param.requires])


def _check_rule(subject: Subject, param: Param, rule: Constraint) -> None:
    place = place_of(rule, "form")
    # A range in a sub-key of its own has been looked at when it was read.
    if rule.lo is not None and rule.hi is not None and not is_written(rule, "lo"):
        _check_range(subject, rule.lo, rule.hi, place)
    if rule.align is not None:
        _check_alignment(subject, rule.align, place)
    _check_values(subject, rule)
    masks = [(mask.arch, mask) for mask in rule.arch_masks]
    _check_repeated(subject, "architecture", masks)
    if rule.mask is not None and integer(rule.mask) == 0 and not rule.arch_masks:
        message = f"mask 0 permits no bit of '{param.name}'; is it reserved? say so in cdesc"
        if param.constraint_description is None:
            subject.report("contradiction", place_of(rule, "mask", "form"), message)


def _check_values(subject: Subject, rule: Constraint) -> None:
    """Each value of an enum once."""
    seen: set[str] = set()
    for value in map(squeezed, rule.values):
        if value in seen:
            place = subject.narrow(place_of(rule, "values", "form"), value)
            subject.report("duplicate", place, f"value '{value}' stands here twice")
        seen.add(value)


def _check_range(subject: Subject, lo: str, hi: str, place: Span | None) -> None:
    bottom, top = integer(lo), integer(hi)
    if bottom is not None and top is not None and bottom > top:
        subject.report("contradiction", place, f"the range {lo}..{hi} is empty")


def _check_alignment(subject: Subject, text: str, place: Span | None) -> None:
    number = integer(text)
    if number is not None and (number < 1 or number & (number - 1)):
        message = f"alignment {text} is no power of two"
        subject.report("bad-value", place, message)


def _check_violation(subject: Subject, param: Param) -> None:
    """An outcome needs a rule that can be broken."""
    if param.on_violation is None or param.type_class in _RULED_CLASSES:
        return
    rule = param.constraint
    rules = (
        *(None if rule is None or rule.form == "none" else rule, param.constraint_description),
        *(param.size, param.alignment, param.size_param, param.null_ok),
    )
    if all(one is None for one in rules):
        message = f"on-violation, but '{param.name}' has no constraint that could be violated"
        subject.report("contradiction", place_of(param, "on_violation"), message)


def check_return(subject: Subject) -> None:
    """Success must not look like an error, and must be what the check type says."""
    spec = subject.spec
    found = spec.returns
    if found is None:
        return
    bounds = _success_bounds(found)
    fails = spec.kind in ("syscall", "compat_syscall") or bool(subject.whole.errors)
    if bounds and fails and bounds[0] <= _MOST_ERROR and bounds[1] >= _LEAST_ERROR:
        message = "success overlaps -4095..-1, which are the errors"
        subject.report("contradiction", place_of(found, "success", "success_range"), message)
    if found.check_type == "exact" and found.success and found.success.op != "==":
        message = f"check-type exact, but success is '{found.success.op} {found.success.value}'"
        subject.report("contradiction", place_of(found, "success"), message)
    if found.check_type == "no_return" and (found.success or found.success_range):
        message = "check-type no_return, but a result means success"
        subject.report("contradiction", place_of(found, "success", "success_range"), message)


#: Results that are errors: MAX_ERRNO of include/linux/err.h.
_LEAST_ERROR: Final = -4095
_MOST_ERROR: Final = -1

_FAR: Final = 1 << 128


def _success_bounds(found: Return) -> tuple[int, int] | None:
    """Lowest and highest result that is a success; ``None`` where that is not a plain number.

    Addresses and other unsigned results have no sign to speak of.
    """
    if found.type_class in ("uint", "ptr", "user_ptr"):
        return None
    if found.type and not read_ctype(found.type).is_integer:
        return None
    if found.success_range:
        lo = integer(found.success_range.lo)
        hi = integer(found.success_range.hi)
        # A bound that is no number, such as a parameter, is taken for a large one.
        return None if lo is None else (lo, _FAR if hi is None else hi)
    if found.success is None:
        return None
    value = integer(found.success.value)
    if value is None:
        return None
    return {
        "==": (value, value),
        "!=": (-_FAR, _FAR),
        ">=": (value, _FAR),
        ">": (value + 1, _FAR),
        "<=": (-_FAR, value),
        "<": (-_FAR, value - 1),
    }[found.success.op]


def check_errors(subject: Subject) -> None:
    """Errors that say too little, or the same twice."""
    for error in subject.spec.errors:
        if error.must and not error.causes:
            message = f"must, but {error.name} has no 'when' that could be true"
            subject.report("contradiction", place_of(error, "must"), message)
    _check_causes(subject)
    returns = subject.spec.returns
    void = subject.definition.return_type == "void" and returns is None
    if void and subject.spec.errors and subject.spec.kind == "function":
        first = subject.spec.errors[0]
        message = f"{first.name}, but the function returns void"
        subject.report("contradiction", place_of(first, "name"), message)


def _check_causes(subject: Subject) -> None:
    """Two blocks or keys that give one errno for one and the same state."""
    causes: dict[tuple[str, str], Node] = {}
    for error in _own_last(subject.whole):
        for cause in error.causes:
            key = (error.name, squeezed(cause.when))
            first = causes.setdefault(key, cause)
            if first is not cause and subject.is_own(error):
                message = f"{error.name} has this cause already"
                subject.report("duplicate", cause.span, message, *_first(first))


def _own_last(spec: Spec) -> Sequence[Errno]:
    """The errors, included ones first, so that a doubled one is reported where it can be mended."""
    return sorted(spec.errors, key=lambda error: error.shared is None)


def check_items(subject: Subject) -> None:
    """Capabilities and signals that exclude or repeat each other."""
    spec = subject.spec
    none = next((one for one in spec.capabilities if one.name == "none"), None)
    other = next((one for one in subject.whole.capabilities if one.name != "none"), None)
    if none and other:
        via = f", which '{other.shared}' brings" if other.shared else ""
        message = f"'none' stands beside {other.name}{via}"
        subject.report("contradiction", place_of(none, "name"), message)
    for signal in spec.signals:
        _check_signal(subject, signal)
    for include in spec.includes:
        same = [one for one in spec.includes if one == include]
        if same[0] is not include:
            message = f"'{include.name}' is included already"
            subject.report("duplicate", include.span, message, *_first(same[0]))


def _check_signal(subject: Subject, signal: Signal) -> None:
    if signal.action == "transform" and signal.transform_to is None:
        message = "action transform needs 'transform-to'"
        subject.report("missing-value", place_of(signal, "action"), message)
    if signal.transform_to is not None and signal.action not in (None, "transform"):
        message = f"transform-to, but the action is '{signal.action}'"
        subject.report("contradiction", place_of(signal, "transform_to"), message)
    if signal.interruptible is False and signal.error_on_signal == "EINTR":
        message = "not interruptible, yet errno is EINTR"
        subject.report("contradiction", place_of(signal, "interruptible"), message)
    both = set(signal.state_required or ()) & set(signal.state_forbidden or ())
    if both:
        message = f"state '{min(both)}' is both required and forbidden"
        subject.report("contradiction", place_of(signal, "state_forbidden"), message)


def check_structs(subject: Subject) -> None:
    """Bounds of members."""
    for struct in subject.spec.structs:
        for member in struct.fields:
            if member.lo is not None and member.hi is not None:
                _check_range(subject, member.lo, member.hi, member.span)


def check_arguments(subject: Subject) -> None:
    """Calls without arguments have no run-time checks.

    SYSCALL_DEFINE0 belongs to each architecture (arch/x86/include/asm/syscall_wrapper.h), so the
    generic hook is not in it.
    """
    spec = subject.spec
    if spec.kind in ("syscall", "compat_syscall") and not spec.parameters:
        code = subject.definition
        place = subject.source.span(code.offset, code.end)
        message = f"{spec.name} has no arguments; run-time checks do not cover such calls"
        subject.report("zero-arguments", place, message)


def _check_repeated(subject: Subject, what: str, nodes: Iterable[tuple[str, Node]]) -> None:
    """Reports nodes that say what an earlier one said."""
    first: dict[str, Node] = {}
    for key, node in nodes:
        other = first.setdefault(key, node)
        if other is not node:
            subject.report("duplicate", node.span, f"the same {what} again", *_first(other))


def _first(node: Node) -> list[Note]:
    return [Note(node.span, "first given here")] if node.span else []
