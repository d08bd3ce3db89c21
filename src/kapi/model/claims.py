# SPDX-License-Identifier: GPL-2.0-or-later
"""The claims of a spec: every statement that can be true or false, with an id and a hash.

In: a spec. Out: :class:`Claim` values in the order of the model. Knows nothing of checking them.

Ids are the spec's name and what is claimed, joined by dots, never an ordinal: inserting a claim
leaves the ids of the others alone. A label comes last; an error's cause has the label of its
block, then its own: ``sys_open.error.EINVAL.BLOCK.CAUSE``, either or both left out if not given.
Names of many words become slugs: what is no letter, digit or ``_`` becomes ``-``.

A hash covers what is claimed and nothing else: neither ids and labels nor prose (summaries,
descriptions, notes, origins), nor how blanks were put. A condition in words counts only where no
``when`` says it exactly; so do the words of a parameter's constraint and of a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kapi.model.canonical import (
    Fact,
    as_set,
    condition,
    digest,
    expr,
    says,
    slug,
    squeezed,
    words,
    write,
    yes_no,
)
from kapi.model.spec import (
    Capability,
    Cause,
    Constraint,
    Errno,
    Lock,
    Node,
    Param,
    Return,
    Rule,
    SideEffect,
    Signal,
    Spec,
    StateTransition,
    Struct,
)
from kapi.source import Span


class Claim(NamedTuple):
    """One statement of a spec.

    :param id: its name, such as ``sys_open.error.EINVAL.tmpfile-readonly``.
    :param kind: what sort of statement it is: the fixed words of the id, such as ``error``,
        ``param.constraint`` or ``return.success``.
    :param text: exactly what it says, one fact on each line.
    :param hash: the first 16 hex digits of the SHA-256 of ``text``.
    :param span: where it was written.
    :param node: the part of the spec that makes it.
    """

    id: str
    kind: str
    text: str
    hash: str
    span: Span | None
    node: Node


def claims(spec: Spec) -> tuple[Claim, ...]:
    """All claims of a spec, those of included shared specs under the ids of this one."""
    return tuple(_claims(spec))


def duplicate_ids(spec: Spec) -> dict[str, tuple[Claim, ...]]:
    """The ids that several claims have, with those claims."""
    found: dict[str, list[Claim]] = {}
    for claim in claims(spec):
        found.setdefault(claim.id, []).append(claim)
    return {name: tuple(same) for name, same in found.items() if len(same) > 1}


def _claims(spec: Spec) -> Iterator[Claim]:
    top = spec.name
    for param in spec.parameters:
        yield from _of_param(top, param)
    if spec.returns:
        yield from _of_return(top, spec.returns)
    for error in spec.errors:
        yield from _of_error(top, error)
    yield from _of_error_set(top, spec)
    if spec.context_flags is not None:
        facts = (("context", as_set(spec.context_flags)),)
        yield _claim((top, "context"), "context", spec, facts, _place(spec, "context_flags"))
    for item in spec.locks:
        yield _of_lock(top, item)
    for signal in spec.signals:
        yield _of_signal(top, signal)
    for capability in spec.capabilities:
        yield _of_capability(top, capability)
    for effect in spec.side_effects:
        yield _of_side_effect(top, effect)
    for transition in spec.state_transitions:
        yield _of_state_transition(top, transition)
    for rule in spec.constraints:
        yield _of_rule(top, rule)
    for struct in spec.structs:
        yield from _of_struct(top, struct)


def _of_param(top: str, param: Param) -> Iterator[Claim]:
    path = (top, "param", slug(param.name))
    named: tuple[Fact, ...] = (("param", param.name),)
    typed: tuple[Fact, ...] = (
        ("index", param.index),
        ("type", expr(param.type)),
        ("type_class", param.type_class),
        ("flags", as_set(param.flags) or None),
        ("struct_type", expr(param.struct_type)),
    )
    if says(typed[1:]):
        span = _place(param, "type_class", "flags", "struct_type")
        yield _claim((*path, "type"), "param.type", param, (*named, *typed), span)
    rule = _constraint_facts(param)
    if says(rule):
        span = param.constraint.span if param.constraint else None
        span = span or _place(param, "constraint", "constraint_description", "on_violation")
        yield _claim((*path, "constraint"), "param.constraint", param, (*named, *rule), span)
    if param.null_ok is not None:
        facts = (*named, ("null_ok", expr(param.null_ok)))
        yield _claim((*path, "null-ok"), "param.null-ok", param, facts, _place(param, "null_ok"))
    for require in param.requires:
        facts = (*named, ("require", expr(require.expr)), ("outcome", as_set(require.outcome)))
        place = require.span or _place(param, "requires")
        yield _claim((*path, "require", require.label), "param.require", require, facts, place)


def _constraint_facts(param: Param) -> tuple[Fact, ...]:
    """The rule on a parameter's value and what breaking it does."""
    rule = param.constraint
    sized = param.size_param
    return (
        *(_rule_facts(rule) if rule else (("words", words(param.constraint_description)),)),
        ("size", expr(param.size)),
        ("alignment", expr(param.alignment)),
        ("size_param", sized.name if sized else None),
        ("on_violation", as_set(param.on_violation)),
    )


def _rule_facts(rule: Constraint) -> tuple[Fact, ...]:
    return (
        ("form", rule.form),
        ("lo", expr(rule.lo)),
        ("hi", expr(rule.hi)),
        ("mask", expr(rule.mask)),
        (
            "arch_masks",
            as_set(f"{m.arch} {m.config} {expr(m.expr)}" for m in rule.arch_masks) or None,
        ),
        ("values", as_set(squeezed(value) for value in rule.values) or None),
        ("align", expr(rule.align)),
        ("max_len", expr(rule.max_len)),
        ("function", rule.function),
    )


def _of_return(top: str, returns: Return) -> Iterator[Claim]:
    path = (top, "return")
    typed = (("type", expr(returns.type)), ("type_class", returns.type_class))
    if says(typed):
        span = _place(returns, "type_class")
        yield _claim((*path, "type"), "return.type", returns, typed, span)
    success, bounds = returns.success, returns.success_range
    facts: tuple[Fact, ...] = (
        ("check_type", returns.check_type),
        ("success", f"{success.op} {squeezed(success.value)}" if success else None),
        ("lo", squeezed(bounds.lo) if bounds else None),
        ("hi", squeezed(bounds.hi) if bounds else None),
        ("error_values", as_set(returns.error_values)),
    )
    if says(facts):
        span = _place(returns, "success", "success_range", "check_type", "error_values")
        yield _claim((*path, "success"), "return.success", returns, facts, span)
    spans = [span for name, span in returns.places if name == "ensures"]
    several = len(returns.ensures) > 1
    for number, text in enumerate(returns.ensures):
        said = squeezed(text)
        name = digest(said)[:8] if several else None
        span = spans[number] if len(spans) == len(returns.ensures) else _place(returns, "ensures")
        facts = (("ensures", said),)
        yield _claim((*path, "ensures", name), "return.ensures", returns, facts, span)


def _of_error(top: str, error: Errno) -> Iterator[Claim]:
    """One claim for each cause; one for an error without causes; what holds after it."""
    path = (top, "error", slug(error.name), error.label)
    shared: tuple[Fact, ...] = (
        ("errno", error.name),
        ("internal", yes_no(error.internal or None)),
        ("must", yes_no(error.must)),
        ("scope", as_set(error.scope)),
    )
    for cause in error.causes:
        facts = (*shared, ("when", expr(cause.when)))
        span = cause.span or error.span
        yield _claim((*path, cause.label), "error", cause, facts, span)
    if not error.causes:
        facts = (*shared, ("condition", words(error.condition)))
        yield _claim(path, "error", error, facts, error.span)
    if error.ensures is not None:
        facts = (("errno", error.name), ("ensures", expr(error.ensures)))
        names = (*path, _only_label(error.causes), "ensures")
        yield _claim(names, "error.ensures", error, facts, _place(error, "ensures"))


def _only_label(causes: tuple[Cause, ...]) -> str | None:
    return causes[0].label if len(causes) == 1 else None


def _of_error_set(top: str, spec: Spec) -> Iterator[Claim]:
    """A closed set claims that no other errno comes, so its text names those that may."""
    found = spec.error_set
    if found is None:
        return
    facts: tuple[Fact, ...] = (
        ("kind", found.kind),
        ("scope", as_set(found.scope) or None),
        ("when", expr(found.when)),
        ("errnos", as_set(_errnos(spec)) if found.kind == "closed" else None),
    )
    span = found.span or _place(spec, "error_set")
    yield _claim((top, "error-set"), "error-set", found, facts, span)


def _errnos(spec: Spec) -> Iterator[str]:
    """Every errno that some claim of the spec allows."""
    for error in spec.errors:
        if not error.internal:
            yield error.name
    for param in spec.parameters:
        for outcome in (param.on_violation or (), *(item.outcome for item in param.requires)):
            yield from (word for word in outcome if word not in ("ignored", "masked"))
    for signal in spec.signals:
        if signal.error_on_signal is not None:
            yield signal.error_on_signal


def _of_lock(top: str, lock: Lock) -> Claim:
    facts: tuple[Fact, ...] = (
        ("lock", words(lock.name)),
        ("type", lock.type),
        ("scope", lock.scope),
        ("held", lock.held),
        ("mode", lock.mode),
        ("acquired", lock.acquired),
        ("released", lock.released),
        ("held_on_entry", yes_no(lock.held_on_entry)),
        ("held_on_exit", yes_no(lock.held_on_exit)),
        ("when", expr(lock.when)),
    )
    return _claim((top, "lock", slug(lock.name), lock.label), "lock", lock, facts)


def _of_signal(top: str, signal: Signal) -> Claim:
    facts: tuple[Fact, ...] = (
        ("signal", words(signal.signal_name)),
        ("number", signal.signal_num),
        ("direction", as_set(signal.direction) or None),
        ("action", signal.action),
        ("target", words(signal.target)),
        condition(signal.when, signal.condition),
        ("errno", signal.error_on_signal),
        ("restartable", yes_no(signal.restartable)),
        ("interruptible", yes_no(signal.interruptible)),
        ("timing", signal.timing),
        ("priority", signal.priority),
        ("queue", words(signal.queue_behavior)),
        ("transform_to", signal.transform_to),
        ("sa_flags_required", expr(signal.sa_flags_required)),
        ("sa_flags_forbidden", expr(signal.sa_flags_forbidden)),
        ("state_required", as_set(signal.state_required)),
        ("state_forbidden", as_set(signal.state_forbidden)),
    )
    return _claim((top, "signal", slug(signal.signal_name), signal.label), "signal", signal, facts)


def _of_capability(top: str, capability: Capability) -> Claim:
    facts: tuple[Fact, ...] = (
        ("capability", capability.name),
        ("action", capability.action),
        ("allows", words(capability.allows)),
        ("without", words(capability.without_cap)),
        condition(capability.when, capability.check_condition),
        ("priority", capability.priority),
    )
    path = (top, "capability", slug(capability.name), capability.label)
    return _claim(path, "capability", capability, facts)


def _of_side_effect(top: str, effect: SideEffect) -> Claim:
    facts: tuple[Fact, ...] = (
        ("effect", as_set(effect.type)),
        ("target", words(effect.target)),
        condition(effect.when, effect.condition),
        ("reversible", yes_no(effect.reversible)),
    )
    name = effect.label or slug(effect.target or "-".join(sorted(effect.type)))
    return _claim((top, "side-effect", name), "side-effect", effect, facts)


def _of_state_transition(top: str, item: StateTransition) -> Claim:
    facts: tuple[Fact, ...] = (
        ("object", words(item.object)),
        ("from", words(item.from_state)),
        ("to", words(item.to_state)),
        condition(item.when, item.condition),
    )
    return _claim((top, "state-trans", slug(item.object), item.label), "state-trans", item, facts)


def _of_rule(top: str, rule: Rule) -> Claim:
    facts: tuple[Fact, ...] = (
        ("constraint", words(rule.name)),
        ("expression", words(rule.expression)),
        ("words", words(rule.description) if rule.expression is None else None),
    )
    return _claim((top, "constraint", slug(rule.name), rule.label), "constraint", rule, facts)


def _of_struct(top: str, struct: Struct) -> Iterator[Claim]:
    name = None if struct.name is None else slug(struct.name)
    for member in struct.fields:
        facts: tuple[Fact, ...] = (
            ("type", expr(member.type)),
            ("lo", expr(member.lo)),
            ("hi", expr(member.hi)),
            ("mask", expr(member.mask)),
        )
        if says(facts):
            named = (("struct", struct.name), ("field", member.name), *facts)
            path = (top, "struct", name, slug(member.name))
            yield _claim(path, "struct", member, named)


# How a claim is put together.


def _claim(
    path: Iterable[str | None],
    kind: str,
    node: Node,
    facts: Iterable[Fact],
    span: Span | None = None,
) -> Claim:
    text = write(kind, facts)
    name = ".".join(part for part in path if part is not None)
    return Claim(name, kind, text, digest(text)[:16], span or node.span, node)


def _place(node: Node, *names: str) -> Span | None:
    """Where the first of some fields was written; the whole node if that is not known."""
    places = dict(reversed(node.places))
    return next((places[name] for name in names if name in places), node.span)
