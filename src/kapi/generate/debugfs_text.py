# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of a spec as debugfs shows it, in ``kapi/specs/NAME``.

In: a record and the values of its constants. Out: text that the kernel copies as it is. Headings,
labels and their order are an interface that programs read; Documentation/dev-tools/kapi.rst of the
kernel part describes them. What they have no place for follows as ``key: value``, by the names of
the JSON form, so that both show the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from kapi.generate.constants import Values
from kapi.generate.record import ParamRecord, Record, has_number, is_constant, signal_constant
from kapi.model.shapes import entries
from kapi.model.spec import (
    Capability,
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
)

_T = TypeVar("_T")

_TITLE = "Kernel API Specification"

_SCOPES = {
    "internal": "acquired and released",
    "acquires": "acquired (not released)",
    "releases": "released (held on entry)",
    "caller_held": "held by caller",
}
_FLAGS = ("optional", "const", "user", "volatile", "dma", "aligned")

#: What the fixed lines say of each part of a spec.
_SAID: dict[type[Node], frozenset[str]] = {
    cls: frozenset(words.split())
    for cls, words in {
        Spec: "name version description long_description context_flags parameters returns errors"
        " locks constraints signals side_effects state_transitions capabilities examples notes"
        " symbols",
        Param: "index name type type_class flags description size alignment constraint"
        " constraint_description size_param",
        Constraint: "form lo hi mask values align max_len",
        Return: "type type_class check_type success success_range description",
        Errno: "name summary condition causes",
        Lock: "name type scope description",
        Rule: "name description expression",
        Signal: "signal_name signal_num direction action description",
        SideEffect: "type target description reversible",
        StateTransition: "object from_state to_state description",
        Capability: "name allows without_cap",
    }.items()
}


def debugfs_text(record: Record, values: Values) -> str:
    """The whole text."""
    spec = record.spec
    sections = [
        _head(spec),
        _contexts(spec),
        _parameters(record, values),
        _result(record, spec.returns),
        _list("Errors", spec.errors, lambda one: _error(one, values)),
        _list("Locks", spec.locks, _lock),
        _list("Additional constraints", spec.constraints, _rule),
        _list("Signal handling", spec.signals, lambda one: _signal(one, values)),
        _list("Side effects", spec.side_effects, _side_effect),
        _list("State transitions", spec.state_transitions, _transition),
        _list("Capabilities", spec.capabilities, lambda one: _capability(one, values)),
        _prose("Examples", spec.examples),
        _prose("Notes", spec.notes),
        _others(spec),
    ]
    lines = [_TITLE, "=" * len(_TITLE), ""]
    for section in sections:
        found = list(section)
        lines += [*found, ""] if found else []
    return "\n".join([*lines, ""])


def _line(text: str | None) -> str:
    """Prose on one line."""
    return " ".join((text or "").split())


def _said(label: str, text: str | None) -> list[str]:
    """A labelled line, if there is something to say."""
    return [f"{label}: {_line(text)}"] if text else []


def _rest(node: Node, indent: str) -> Iterator[str]:
    """What the fixed lines do not say."""
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        # A field that cannot be absent is false unless somebody says otherwise.
        unsaid = value is False and not entry.optional
        if not unsaid and entry.attribute not in _SAID.get(type(node), ()):
            yield from (f"{indent}{entry.key}: {text}" for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    """A value of the model as the texts of lines; none if nobody said it."""
    if value is None:
        return
    if isinstance(value, Node):
        yield _node(value)
    elif isinstance(value, tuple) and value and isinstance(value[0], Node):
        yield from (_node(one) for one in value)
    elif isinstance(value, tuple):
        yield from [", ".join(value)] if value else []
    else:
        yield {True: "yes", False: "no"}[value] if isinstance(value, bool) else _line(str(value))


def _node(node: Node) -> str:
    """A small part of a spec on one line."""
    found = []
    for entry in entries(type(node)):
        texts = [*_texts(getattr(node, entry.attribute))]
        if texts:
            found.append(f"{entry.key} {' | '.join(texts)}")
    return "; ".join(found)


def _head(spec: Spec) -> Iterator[str]:
    yield f"Name: {spec.name}"
    yield f"Version: {spec.version or 1}"
    yield f"Description: {_line(spec.description)}"
    yield from _said("Long description", spec.long_description)


def _tokens(words: Iterable[str]) -> str:
    """Tokens in capitals, a blank behind each."""
    return "".join(f"{word.upper()} " for word in words)


def _contexts(spec: Spec) -> Iterator[str]:
    yield f"Context flags: {_tokens(spec.context_flags or ())}"


def _list(title: str, items: tuple[_T, ...], show: Callable[[_T], Iterable[str]]) -> Iterator[str]:
    """A heading with the number of items, and the items."""
    if items:
        yield f"{title} ({len(items)}):"
        for item in items:
            yield from show(item)


def _parameters(record: Record, values: Values) -> Iterator[str]:
    pairs = tuple(zip(record.spec.parameters, record.params, strict=True))
    if pairs:
        yield f"Parameters ({len(pairs)}):"
    for number, (param, numbers) in enumerate(pairs):
        if number:
            yield ""
        yield f"  [{param.index}] {param.name}:"
        yield from _parameter(param, numbers, record.spec, values)


def _parameter(param: Param, numbers: ParamRecord, spec: Spec, values: Values) -> Iterator[str]:
    yield f"    type: {param.type_class or 'custom'} ({param.type})"
    yield f"    flags: {_tokens(_flags(param.flags))}"
    yield from _said("    description", param.description)
    for label, text in (("size", param.size), ("alignment", param.alignment)):
        if text is not None:
            known = is_constant(text, spec)
            yield f"    {label}: {_number(text, values(text)) if known else text}"
    rule = [*_constraint(param, numbers), *_said("      description", param.constraint_description)]
    if rule:
        yield "    constraints:"
        yield from rule
    yield from _rest(param, "    ")


def _flags(flags: tuple[str, ...]) -> list[str]:
    """The direction as one word, then the others."""
    way = "IN" * ("input" in flags) + "OUT" * ("output" in flags)
    return [*([way] if way else []), *(flag for flag in _FLAGS if flag in flags)]


def _number(text: str, value: int) -> str:
    """A number, and how the spec says it if it says more than digits."""
    return f"{value}" if text.lstrip("-").isdigit() else f"{value} ({text})"


def _constraint(param: Param, numbers: ParamRecord) -> Iterator[str]:
    """Kind and values of a constraint."""
    rule = param.constraint
    if rule is None:
        return
    yield f"      type: {rule.form}"
    known = numbers.form == rule.form
    yield from (f"      {line}" for line in _details(rule, param, numbers, known))
    yield from _rest(rule, "      ")


def _details(rule: Constraint, param: Param, numbers: ParamRecord, known: bool) -> Iterator[str]:
    """The values of a constraint: as numbers if they are ``known``, else as the spec says them."""
    if rule.form == "range" and rule.lo is not None and rule.hi is not None:
        yield f"min: {_number(rule.lo, numbers.lo) if known else rule.lo}"
        yield f"max: {_number(rule.hi, numbers.hi) if known else rule.hi}"
    elif rule.mask is not None:
        bits = f"{numbers.lo % (1 << 64):#x} ({rule.mask})" if known else rule.mask
        yield f"valid_bits: {bits}"
    elif rule.values:
        pairs = zip(rule.values, numbers.values, strict=True) if known else ()
        shown = [f"{name} ({value})" for name, value in pairs] or rule.values
        yield f"count: {len(rule.values)}"
        yield f"values: {', '.join(shown)}"
    elif rule.form == "alignment":
        text = rule.align or param.alignment or ""
        yield f"alignment: {_number(text, numbers.lo) if known else text}"
    elif rule.form == "buffer" and param.size_param is not None:
        yield f"size: {param.size_param.name} (parameter {param.size_param.index})"
    elif rule.form == "user_ptr" and param.size is not None:
        yield f"size: {param.size} bytes"
    elif rule.form == "user_string":
        yield f"min_len: {rule.lo or 0}"
        yield from _said("max_len", rule.hi or rule.max_len)
    elif rule.form == "user_path":
        yield "max_len: PATH_MAX (4096)"


def _result(record: Record, returns: Return | None) -> Iterator[str]:
    if returns is None:
        return
    yield "Return value:"
    kind = returns.type_class or "custom"
    yield f"  type: {kind} ({returns.type})" if returns.type else f"  type: {kind}"
    yield from _said("  description", returns.description)
    yield from _said("  success", _success(record, returns))
    yield from _rest(returns, "  ")


def _success(record: Record, returns: Return) -> str | None:
    """What success is, in words that readers know."""
    if returns.check_type == "fd":
        return "valid file descriptor (>= 0)"
    if returns.check_type in ("error_check", "custom"):
        return f"{returns.check_type.removesuffix('_check')} check"
    bounds = returns.success_range
    if bounds is not None:
        known = record.success if record.success and not record.count_param else None
        return f"[{known[0]}, {known[1]}]" if known else f"[{bounds.lo}, {bounds.hi}]"
    if returns.success is not None:
        return f"{returns.success.op} {returns.success.value}"
    return None


def _error(error: Errno, values: Values) -> Iterator[str]:
    number = f" ({-values(error.name)})" if has_number(error.name) else ""
    yield f"  {error.name}{number}: {_line(error.summary)}".rstrip()
    yield from _said("    condition", error.condition)
    for cause in error.causes:
        label = f" [{cause.label}]" if cause.label else ""
        yield f"    when: {cause.when}{label}"
    yield from _rest(error, "    ")


def _lock(lock: Lock) -> Iterator[str]:
    kind = f" ({lock.type})" if lock.type else ""
    yield f"  {lock.name}{kind}: {_line(lock.description)}".rstrip()
    if lock.scope is not None:
        yield f"    scope: {_SCOPES[lock.scope]}"
    yield from _rest(lock, "    ")


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  - {rule.name}: {_line(rule.description)}".rstrip()
    yield from _said("    expression", rule.expression)
    yield from _rest(rule, "    ")


def _signal(signal: Signal, values: Values) -> Iterator[str]:
    name = signal_constant(signal.signal_num, signal.signal_name)
    number = f" ({values(name)})" if name is not None else ""
    yield f"  {signal.signal_name}{number}:"
    yield f"    direction: {_tokens(signal.direction or ('receive',))}"
    if signal.action is not None:
        yield f"    action: {signal.action.upper()}"
    yield from _said("    description", signal.description)
    yield from _rest(signal, "    ")


def _side_effect(effect: SideEffect) -> Iterator[str]:
    kinds = " | ".join(effect.type)
    text = _line(effect.description) or kinds
    undone = " (reversible)" if effect.reversible else ""
    yield f"  - {_line(effect.target) or kinds}: {text}{undone}"
    yield f"    type: {kinds}"
    if effect.reversible is False:
        yield "    reversible: no"
    yield from _rest(effect, "    ")


def _transition(change: StateTransition) -> Iterator[str]:
    yield f"  {change.object}: {change.from_state} -> {change.to_state}"
    text = _line(change.description)
    if text:
        yield f"    {text}"
    yield from _rest(change, "    ")


def _capability(capability: Capability, values: Values) -> Iterator[str]:
    number = f" ({values(capability.name)})" if capability.name != "none" else ""
    yield f"  {capability.name}{number}:"
    yield from _said("    allows", capability.allows)
    yield from _said("    without", capability.without_cap)
    yield from _rest(capability, "    ")


def _prose(title: str, text: str | None) -> Iterator[str]:
    if text:
        yield f"{title}:"
        yield text


def _others(spec: Spec) -> Iterator[str]:
    lines = [*_rest(spec, "  ")]
    if lines:
        yield "Other facts:"
        yield from lines
