# SPDX-License-Identifier: GPL-2.0-or-later
"""The one model of a specification: frozen, slotted dataclasses, immutable tuples inside.

Attribute names are the key names of the JSON form. Conventions:

* ``None`` means *absent*: nobody said it. It is never zero, empty or false.
* Symbols stay symbols: errnos, flags, capabilities and signals are kept as written.
* Expressions (marked EXPR) are C-like text; :attr:`Spec.symbols` lists the constants they use.
* Tokens are the short lower-case words of :mod:`kapi.model.tokens`.
* Places do not take part in comparison: two specs are equal if they say the same.
"""

from __future__ import annotations

from typing import Any

from kapi.model.base import Base, field, node
from kapi.source import Span

#: Where each field of a node was written: (attribute name, place).
Places = tuple[tuple[str, Span], ...]


def _doc(text: str, **options: Any) -> Any:
    """A documented field that may be absent."""
    return field(default=None, metadata={"doc": text}, **options)


def _need(text: str) -> Any:
    """A documented field that is always there."""
    return field(metadata={"doc": text})


def _items(text: str) -> Any:
    """A documented list or set, empty unless given."""
    return field(default=(), metadata={"doc": text})


@node(frozen=True, slots=True, kw_only=True)
class Node(Base):
    """What every part of a spec has."""

    span: Span | None = _doc("where it was written", compare=False, repr=False)
    places: Places = field(
        default=(), compare=False, repr=False, metadata={"doc": "where each field was written"}
    )


@node(frozen=True, slots=True, kw_only=True)
class Item(Node):
    """A part that makes a claim of its own, written in a block."""

    label: str | None = _doc("the author's name for this claim, unique among its kind")
    origin: str | None = _doc("the kernel source that the claim was read from: file and function")
    shared: str | None = _doc("the shared spec that this item was included from")


@node(frozen=True, slots=True, kw_only=True)
class ArchMask(Node):
    """Further bits of a mask, legal on one architecture only."""

    arch: str = _need("architecture name as in the kernel's arch/ folder, lower case")
    config: str = _need("the Kconfig symbol of that architecture")
    expr: str = _need("EXPR: the further bits")


@node(frozen=True, slots=True, kw_only=True)
class Constraint(Node):
    """The one machine rule on a parameter's value."""

    form: str = _need("constraint token: range, mask, enum, alignment, buffer, ...")
    lo: str | None = _doc("EXPR: lowest legal value, inclusive")
    hi: str | None = _doc("EXPR: highest legal value, inclusive")
    mask: str | None = _doc("EXPR: the permitted bits")
    arch_masks: tuple[ArchMask, ...] = _items("further bits per architecture")
    values: tuple[str, ...] = _items("EXPRs: the legal values of an enum, in order")
    align: str | None = _doc("EXPR: the value must be a multiple of this")
    max_len: str | None = _doc("EXPR: greatest length of a string, in bytes with its NUL")
    function: str | None = _doc("name of the predicate that decides a custom rule")


@node(frozen=True, slots=True, kw_only=True)
class SizeParam(Node):
    """The parameter that holds a byte count."""

    index: int = _need("position of the parameter, from 0")
    name: str = _need("name of the parameter")


@node(frozen=True, slots=True, kw_only=True)
class Require(Node):
    """A relation between parameters and state that has an outcome of its own."""

    expr: str = _need("EXPR: what must hold")
    outcome: tuple[str, ...] = _need("errnos the call may fail with if not; or 'ignored'")
    label: str | None = _doc("the author's name for this claim")


@node(frozen=True, slots=True, kw_only=True)
class Param(Node):
    """One parameter of the call."""

    index: int = _need("position in the C definition, from 0")
    name: str = _need("name in the C definition")
    type: str | None = _doc("C type from the definition")
    type_class: str | None = _doc("token of the class of the value")
    flags: tuple[str, ...] = _items("tokens: direction and qualifiers, sorted")
    description: str | None = _doc("prose of the @name line")
    details: str | None = _doc("longer prose of the desc key")
    constraint: Constraint | None = _doc("the machine rule on the value")
    constraint_description: str | None = _doc("the rule in words")
    size: str | None = _doc("EXPR: fixed size in bytes")
    alignment: str | None = _doc("EXPR: required alignment in bytes, a power of two")
    size_param: SizeParam | None = _doc("the parameter that holds the byte count of this one")
    struct_type: str | None = _doc("C type pointed to")
    on_violation: tuple[str, ...] | None = _doc(
        "what happens if the constraint does not hold: errnos, or 'ignored', or 'masked'"
    )
    null_ok: str | None = _doc("EXPR: when a null pointer is legal")
    requires: tuple[Require, ...] = _items("relations with outcomes of their own")
    origin: str | None = _doc("the kernel source that the facts were read from")


@node(frozen=True, slots=True, kw_only=True)
class Success(Node):
    """A predicate on the result: ``ret OP value``."""

    op: str = _need("one of == != >= > <= <")
    value: str = _need("EXPR: what the result is compared with")


@node(frozen=True, slots=True, kw_only=True)
class Range(Node):
    """Inclusive bounds."""

    lo: str = _need("EXPR: lowest value")
    hi: str = _need("EXPR: highest value")


@node(frozen=True, slots=True, kw_only=True)
class Return(Node):
    """What the call returns. Values are the kernel's own: an error is a negative errno."""

    type: str | None = _doc("C type from the definition")
    type_class: str | None = _doc("token of the class of the result")
    check_type: str | None = _doc("token: how success is recognised")
    success: Success | None = _doc("predicate on the result that means success")
    success_range: Range | None = _doc("bounds of the result that mean success")
    error_values: tuple[str, ...] | None = _doc("errno names or numbers that mean failure")
    ensures: tuple[str, ...] = _items("EXPRs that hold after success")
    description: str | None = _doc("prose")
    origin: str | None = _doc("the kernel source that the facts were read from")


@node(frozen=True, slots=True, kw_only=True)
class Cause(Node):
    """One state before the call that lets it fail with this errno."""

    when: str = _need("EXPR over parameters and the state before the call")
    label: str | None = _doc("the author's name for this cause")


@node(frozen=True, slots=True, kw_only=True)
class Errno(Item):
    """An error that the call may fail with."""

    name: str = _need("errno name, without sign")
    internal: bool = field(
        default=False, metadata={"doc": "true: a kernel-internal code, never delivered"}
    )
    summary: str | None = _doc("one line")
    condition: str | None = _doc("when it is returned, in words")
    causes: tuple[Cause, ...] = _items("when it is returned, one expression for each cause")
    must: bool | None = _doc("true: while a cause is definitely so, the call cannot succeed")
    scope: tuple[str, ...] | None = _doc("tokens of who raises it: fs, driver, lsm, arch")
    ensures: str | None = _doc("EXPR: what holds after this failure")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class Lock(Item):
    """A lock that the call takes, drops or needs."""

    name: str = _need("the lock as the kernel source names it")
    type: str | None = _doc("token of the kind of lock")
    scope: str | None = _doc("token: internal, acquires, releases, caller_held")
    held: str | None = _doc("token: always or sometimes")
    mode: str | None = _doc("token: read or write")
    acquired: str | None = _doc("whether the call takes it: yes, no, conditional")
    released: str | None = _doc("whether the call drops it: yes, no, conditional")
    held_on_entry: bool | None = _doc("whether the caller holds it before")
    held_on_exit: bool | None = _doc("whether the caller holds it afterwards")
    when: str | None = _doc("EXPR: when the lock is involved")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class Signal(Item):
    """A signal, or a group of signals, that the call receives, sends or treats."""

    signal_name: str = _need("SIG name, or words for a group")
    signal_num: str | None = _doc("SIG name or number")
    direction: tuple[str, ...] = _items("tokens of the relation; absent means receive; sorted")
    action: str | None = _doc("token of what then happens")
    target: str | None = _doc("who gets a sent signal")
    condition: str | None = _doc("when, in words")
    when: str | None = _doc("EXPR: when")
    error_on_signal: str | None = _doc("errno of an interrupted call, positive name or number")
    restartable: bool | None = _doc("whether the call can be restarted")
    interruptible: bool | None = _doc("whether the signal can interrupt the call")
    timing: str | None = _doc("token of when the signal can matter")
    priority: int | None = _doc("order of handling, 0 to 255, lower first")
    queue_behavior: str | None = _doc("queuing rule: a token, or words")
    transform_to: str | None = _doc("SIG name or number of the new signal")
    sa_flags_required: str | None = _doc("EXPR of SA_ flags that the handler needs")
    sa_flags_forbidden: str | None = _doc("EXPR of SA_ flags that exclude it")
    state_required: tuple[str, ...] | None = _doc("tokens of task states needed; sorted")
    state_forbidden: tuple[str, ...] | None = _doc("tokens of task states excluded; sorted")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class SideEffect(Item):
    """Something that the call changes besides its result."""

    type: tuple[str, ...] = _need("tokens of the effects, sorted")
    target: str | None = _doc("what is changed")
    condition: str | None = _doc("when, in words")
    when: str | None = _doc("EXPR: when")
    reversible: bool | None = _doc("whether another call can undo it")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class Capability(Item):
    """A capability that the call looks at."""

    name: str = _need("CAP_ name, or 'none' for explicitly none")
    action: str | None = _doc("token of what the capability does here")
    allows: str | None = _doc("what it permits")
    without_cap: str | None = _doc("what happens without it")
    check_condition: str | None = _doc("when it is checked, in words")
    when: str | None = _doc("EXPR: when it is checked")
    priority: int | None = _doc("order of checks, lower first")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class Rule(Item):
    """A further constraint that no other field holds."""

    name: str = _need("name of the rule")
    description: str | None = _doc("prose")
    expression: str | None = _doc("EXPR, or a statement in words: kept whole")


@node(frozen=True, slots=True, kw_only=True)
class StateTransition(Item):
    """A change of state of some object."""

    object: str = _need("what changes")
    from_state: str | None = _doc("state before")
    to_state: str | None = _doc("state after")
    condition: str | None = _doc("when, in words")
    when: str | None = _doc("EXPR: when")
    description: str | None = _doc("prose")


@node(frozen=True, slots=True, kw_only=True)
class StructField(Node):
    """One member of a struct that the call reads or writes."""

    name: str = _need("member name")
    type: str | None = _doc("C type")
    description: str | None = _doc("prose")
    lo: str | None = _doc("EXPR: lowest legal value")
    hi: str | None = _doc("EXPR: highest legal value")
    mask: str | None = _doc("EXPR: permitted bits")


@node(frozen=True, slots=True, kw_only=True)
class Struct(Node):
    """A struct that the call reads or writes."""

    name: str | None = _doc("struct name; absent for fields given without one")
    description: str | None = _doc("prose")
    fields: tuple[StructField, ...] = _items("members, in the order given")


@node(frozen=True, slots=True, kw_only=True)
class ErrorSet(Node):
    """Whether the list of errors is complete."""

    kind: str = _need("closed or open")
    scope: tuple[str, ...] = _items("tokens of who may raise others: fs, driver, lsm, arch")
    when: str | None = _doc("EXPR: the set is closed only if this holds")


@node(frozen=True, slots=True, kw_only=True)
class Include(Node):
    """A shared spec whose facts are part of this one."""

    name: str = _need("name of the shared spec")
    arguments: tuple[str, ...] = _items("our parameters or constants for its parameters, in order")


@node(frozen=True, slots=True, kw_only=True)
class Count(Node):
    """An asserted number of items."""

    tag: str = _need("tag whose blocks are counted")
    value: int = _need("the number")


@node(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """Text under a word: an extension, a reserved tag or an ordinary kernel-doc section."""

    name: str = _need("the word before the colon; empty for free description")
    text: str = _need("the text, lines kept")


@node(frozen=True, slots=True, kw_only=True)
class Spec(Node):
    """What one system call or function takes, returns and does."""

    name: str = _need("canonical name: sys_open, compat_sys_open, or the C name")
    kind: str = _need("syscall, compat_syscall, function, or shared (facts for inclusion)")
    version: int | None = _doc("grammar version as written; absent means 1")
    api_type: str | None = _doc("the kind of interface in the author's word")
    description: str | None = _doc("one-line summary")
    long_description: str | None = _doc("full description, lines kept")
    context_flags: tuple[str, ...] | None = _doc("tokens of where the call is legal; sorted")
    error_set: ErrorSet | None = _doc("whether the error list is complete; absent means open")
    includes: tuple[Include, ...] = _items("shared specs whose facts are part of this one")
    parameters: tuple[Param, ...] = _items("parameters in the order of the C definition")
    returns: Return | None = field(
        default=None, metadata={"doc": "what the call returns", "json": "return"}
    )
    errors: tuple[Errno, ...] = _items("errors, in the order given")
    locks: tuple[Lock, ...] = _items("locks")
    signals: tuple[Signal, ...] = _items("signals")
    side_effects: tuple[SideEffect, ...] = _items("side effects")
    state_transitions: tuple[StateTransition, ...] = _items("state transitions")
    capabilities: tuple[Capability, ...] = _items("capabilities")
    constraints: tuple[Rule, ...] = _items("further constraints")
    structs: tuple[Struct, ...] = _items("structs read or written")
    examples: str | None = _doc("samples of use, C code, lines kept")
    notes: str | None = _doc("remarks, lines kept")
    origin: str | None = _doc("the kernel source of the call")
    counts: tuple[Count, ...] = _items("asserted numbers of items")
    extensions: tuple[Text, ...] = _items("kapi-WORD texts")
    reserved: tuple[Text, ...] = _items("texts under reserved words")
    ordinary_sections: tuple[Text, ...] = _items("ordinary kernel-doc sections, verbatim")
    unparsed: tuple[Text, ...] = _items("raw text that has no other place; each has a diagnostic")
    symbols: tuple[str, ...] = _items("C constants that the expressions use, sorted")
