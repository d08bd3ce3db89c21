# SPDX-License-Identifier: GPL-2.0-or-later
"""The fields of a model node -> labelled rows, by reflection, in the order of the model.

A field added to the model is shown without a change here; the tables below only make its label or
its style nicer. Absent fields give nothing, false and zero are shown.
"""

from __future__ import annotations

from typing import Any

from kapi.model.base import field_infos
from kapi.model.spec import (
    Cause,
    Constraint,
    Count,
    ErrorSet,
    Include,
    Node,
    Range,
    Require,
    SizeParam,
    Success,
)
from kapi.render.clean import clean_text
from kapi.render.inline import Scope, parse_inline
from kapi.render.marks import Marks
from kapi.render.nodes import Inline, Row, Run, run

#: Attributes that :class:`Facts` treats apart, at the end of an item.
QUIET = frozenset({"span", "places", "label", "origin", "shared"})

_LABELS = {
    "type_class": "class",
    "constraint_description": "in words",
    "size_param": "size given by",
    "struct_type": "points to",
    "null_ok": "null if",
    "error_on_signal": "errno",
    "signal_num": "number",
    "queue_behavior": "queue",
    "sa_flags_required": "needs SA flags",
    "sa_flags_forbidden": "bars SA flags",
    "state_required": "needs state",
    "state_forbidden": "not in state",
    "without_cap": "without it",
    "check_condition": "checked",
    "check_type": "check",
    "from_state": "from",
    "to_state": "to",
    "max_len": "max length",
    "lo": "lowest",
    "hi": "highest",
}

#: Attributes that hold C text.
_CODE = {
    *("size", "alignment", "struct_type", "null_ok", "ensures", "when", "expression", "type"),
    *("lo", "hi", "mask", "error_values", "on_violation", "signal_num", "transform_to"),
    *("error_on_signal", "sa_flags_required", "sa_flags_forbidden"),
}

#: Attributes of sentences.
_PROSE = {
    *("condition", "allows", "without_cap", "check_condition", "constraint_description"),
    *("target", "from_state", "to_state", "summary", "description"),
}

#: Attributes of words that stand for a choice, though their name is also one of C text.
_TOKENS = {("SideEffect", "type"), ("Lock", "type")}

_EXPECTED = {
    "range": ("lo", "hi"),
    "mask": ("mask",),
    "enum": ("values",),
    "alignment": ("align",),
    "user_string": ("max_len",),
    "custom": ("function",),
}


class Facts:
    """Rows for nodes of one spec.

    :param scope: what its prose can refer to.
    :param verbose: whether to add the place of every node.
    :param marks: what is known of claims; ``None`` for nothing.
    """

    def __init__(self, scope: Scope, verbose: bool, marks: Marks | None = None) -> None:
        self._scope = scope
        self._verbose = verbose
        self._marks = marks or {}

    def rows(self, node: Node, skip: frozenset[str] = frozenset()) -> tuple[Row, ...]:
        """All present fields of ``node`` but ``skip``, then where it comes from."""
        found: list[Row] = []
        for name in field_infos(type(node)):
            if name not in skip and name not in QUIET:
                found.extend(self._row(node, name, getattr(node, name)))
        return (*found, *self.provenance(node), *self.evidence(node))

    def evidence(self, node: Node) -> tuple[Row, ...]:
        """What is known of the claims of ``node``, equal things said once."""
        by_text: dict[str, list[str]] = {}
        for mark in self._marks.get(id(node), ()):
            by_text.setdefault(mark.text, []).append(mark.claim)
        lines = []
        for text, named in by_text.items():
            which = ", ".join(one for one in named if one) if len(by_text) > 1 else ""
            lines.append((run("text", f"{which}: {text}" if which else text),))
        return (Row("evidence", tuple(lines)),) if lines else ()

    def _row(self, node: Node, name: str, value: Any) -> list[Row]:
        label = _LABELS.get(name, name.replace("_", " "))
        if value is None or value == ():
            return []
        if isinstance(value, Constraint):
            return self._constraint(value)
        if isinstance(value, tuple) and isinstance(value[0], Cause):
            return [self._claim("when", item.label, item, (_code(item.when),)) for item in value]
        if isinstance(value, tuple) and isinstance(value[0], Require):
            return [self._claim("requires", item.label, item, _require(item)) for item in value]
        if name == "ensures" and isinstance(value, tuple):
            return [Row(label, ((_code(item),),)) for item in value]
        if isinstance(value, str) and name in _PROSE:
            return [Row(label, self._paragraphs(value))]
        is_code = name in _CODE and (type(node).__name__, name) not in _TOKENS
        return [Row(label, (self._value(value, is_code),))]

    def _paragraphs(self, text: str) -> tuple[Inline, ...]:
        pieces = [parse_inline(piece, self._scope) for piece in text.split("\n\n")]
        return tuple(piece for piece in pieces if piece)

    def _value(self, value: Any, is_code: bool) -> Inline:
        """One value on one line."""
        if isinstance(value, bool):
            return (Run("text", "yes" if value else "no"),)
        if isinstance(value, int):
            return (Run("text", str(value)),)
        if isinstance(value, str):
            return (run("code" if is_code else "text", value),)
        if isinstance(value, tuple):
            pieces = [self._value(item, is_code) for item in value]
            return _joined(pieces, ", ")
        return (*self.compound(value), *self.at(value))

    def _claim(self, word: str, label: str | None, node: Node, value: Inline) -> Row:
        """A labelled relation: ``when: EXPR [LABEL]``."""
        named = () if label is None else (Run("text", " "), run("quiet", f"[{label}]"))
        return Row(word, ((*value, *named, *self.at(node)),))

    def _constraint(self, rule: Constraint) -> list[Row]:
        found = [Row("constraint", ((*constraint_runs(rule), *self.at(rule)),))]
        for extra in rule.arch_masks:
            value = (_code(extra.expr), *_text(f" ({extra.config})"), *self.at(extra))
            found.append(Row(clean_text(f"also on {extra.arch}"), (value,)))
        return found

    def compound(self, node: Node) -> Inline:
        """A small node on one line; the generic form names every field."""
        if isinstance(node, SizeParam):
            return (run("param", node.name), *_text(f" (parameter {node.index})"))
        if isinstance(node, Success):
            return (_code(f"{node.op} {node.value}"),)
        if isinstance(node, Range):
            return (_code(f"{node.lo}..{node.hi}"),)
        if isinstance(node, Count):
            return (run("text", f"{node.value} {node.tag}"),)
        if isinstance(node, Include):
            target = self._scope.target_of(node.name)
            call = f"{node.name}({', '.join(node.arguments)})"
            return (run("ref", call, target),)
        rows = self.rows(node)
        return _joined([(Run("text", f"{row.label}: "), *row.paragraphs[0]) for row in rows], "; ")

    def provenance(self, node: Node) -> tuple[Row, ...]:
        """Where the facts of ``node`` were read, and with ``verbose`` where they are written."""
        origin: str | None = getattr(node, "origin", None)
        shared: str | None = getattr(node, "shared", None)
        via: Inline = ()
        if shared is not None:
            via = (run("ref", shared, self._scope.target_of(shared)),)
        found: list[Row] = []
        if origin is not None:
            value: Inline = (run("quiet", origin),)
            found.append(Row("origin", (value + ((Run("quiet", ", via "), *via) if via else ()),)))
        elif via:
            found.append(Row("included from", (via,)))
        place = self.at(node)
        if place:
            found.append(Row("written at", ((run("quiet", place[-1].text[1:-1]),),)))
        return tuple(found)

    def at(self, node: Node) -> Inline:
        """With ``verbose``: the place of ``node``, as ``[path:line:column]``."""
        if not self._verbose or not (node.span or node.places):
            return ()
        places = ", ".join(f"{name} {span}" for name, span in node.places)
        shown = "; ".join(filter(None, (str(node.span) if node.span else "", places)))
        return (Run("text", " "), run("quiet", f"[{shown}]"))


def constraint_runs(rule: Constraint) -> Inline:
    """A constraint as its call form, such as ``range(0, INT_MAX)``."""
    expected = _EXPECTED.get(rule.form, ())
    arguments: list[str] = []
    for name in ("lo", "hi", "mask", "values", "align", "max_len", "function"):
        value = getattr(rule, name)
        if value is None:
            continue
        items = value if isinstance(value, tuple) else (value,)
        arguments.extend(item if name in expected else f"{name}={item}" for item in items)
    return (_code(f"{rule.form}({', '.join(arguments)})" if arguments else rule.form),)


def error_set_runs(rule: ErrorSet) -> Inline:
    """Whether the error list is complete, as a sentence."""
    origin = f" from: {', '.join(rule.scope)}" if rule.scope else ""
    if rule.kind == "closed":
        words = "No other error is delivered"
    elif rule.kind == "open":
        words = "Other errors may come" if origin else "Other errors are possible"
    else:
        words = f"The list is {rule.kind}"
    found: Inline = (run("text", words + origin),)
    if rule.when is not None:
        found = (*found, Run("text", ", provided that "), _code(rule.when))
    return (*found, Run("text", "."))


def _require(rule: Require) -> Inline:
    outcome = ", ".join(rule.outcome)
    return (_code(rule.expr), Run("text", ", else "), run("const", outcome))


def _code(text: str) -> Run:
    return run("code", text)


def _text(text: str) -> Inline:
    """Fixed or cleaned words that keep an outer blank."""
    lead = " " if text.startswith(" ") else ""
    return (Run("text", lead + run("text", text).text),)


def _joined(pieces: list[Inline], separator: str) -> Inline:
    found: list[Run] = []
    for piece in pieces:
        if found:
            found.append(Run("text", separator))
        found.extend(piece)
    return tuple(found)
