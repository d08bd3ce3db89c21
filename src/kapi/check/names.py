# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks up the errnos, capabilities, signals and constants of specs in headers.

In: subjects, and who knows the names of a kernel. Out: ``unknown-errno``, ``unknown-capability``,
``unknown-signal`` and ``unknown-constant``. All constants of one tree are asked for at once, as an
answer may take a pass over thousands of headers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from kapi.check.subject import Subject, near, place_of
from kapi.lang.context import symbols_of
from kapi.model.shapes import entries
from kapi.model.spec import Include, Node, Rule, Spec
from kapi.source import Span
from kapi.uapi.names import UapiNames
from kapi.uapi.tree import find_tree

OpenNames = Callable[[Path | None], UapiNames]
"""Gives who answers for the specs of a kernel tree, or of no tree."""

_SIGNAL = re.compile(r"(SIG[A-Z0-9]+)(?:[+-]\d+)?\Z")
_OUTCOMES: Final = ("ignored", "masked")
_MOST_SUGGESTIONS: Final = 200
#: Kconfig symbols; no header defines them.
_CONFIG: Final = "CONFIG_"


class Use(NamedTuple):
    """A name in a spec and where it stands."""

    name: str
    span: Span | None


def check_names(subjects: Sequence[Subject], open_names: OpenNames) -> None:
    """Checks all names of all specs."""
    for tree, own in _by_tree(subjects).items():
        names = open_names(tree)
        checker = _Checker(names)
        for subject in own:
            checker.check_lists(subject)
        checker.check_constants(own)


def _by_tree(subjects: Sequence[Subject]) -> dict[Path | None, list[Subject]]:
    """The subjects by the kernel tree that holds their file."""
    trees: dict[Path, Path | None] = {}
    found: dict[Path | None, list[Subject]] = {}
    for subject in subjects:
        folder = Path(subject.source.path).parent
        if folder not in trees:
            trees[folder] = find_tree(folder)
        found.setdefault(trees[folder], []).append(subject)
    return found


class _Checker:
    """Checks the names of specs that one kernel answers for."""

    def __init__(self, names: UapiNames) -> None:
        self._names = names
        self._suggested = 0

    def check_lists(self, subject: Subject) -> None:
        """Errnos, capabilities and signals: names of short lists."""
        names = self._names
        for use in errno_uses(subject.spec):
            if not names.knows_errno(use.name):
                known = names.errnos | names.internal_errnos
                self._report(subject, "unknown-errno", use, "errno", known)
        for use in capability_uses(subject.spec):
            if not names.knows_capability(use.name):
                self._report(subject, "unknown-capability", use, "capability", names.capabilities)
        for use in signal_uses(subject.spec):
            if not names.knows_signal(use.name):
                self._report(subject, "unknown-signal", use, "signal", names.signals)

    def check_constants(self, subjects: Sequence[Subject]) -> None:
        """Constants of expressions. Those that the headers lack may be macros of the file."""
        uses = {id(subject): list(constant_uses(subject.spec)) for subject in subjects}
        wanted = {use.name for found in uses.values() for use in found}
        missing = self._names.missing(wanted) if wanted else set()
        for subject in subjects:
            own = {use.name for use in uses[id(subject)]} & missing
            if own:
                own = self._names.missing(own, [Path(subject.source.path)])
            for use in uses[id(subject)]:
                if use.name in own:
                    known = self._names.constants_like(use.name)
                    self._report(subject, "unknown-constant", use, "constant", known)

    def _report(
        self, subject: Subject, code: str, use: Use, what: str, known: frozenset[str]
    ) -> None:
        self._suggested += 1
        hint = near(use.name, known) if self._suggested <= _MOST_SUGGESTIONS else ""
        message = f"no {what} '{use.name}' in {self._names.describe()}{hint}"
        subject.report(code, subject.narrow(use.span, use.name), message)


def errno_uses(spec: Spec) -> Iterator[Use]:
    """Every errno that a spec names, outcomes and results of signals too; numbers are none."""
    for error in spec.errors:
        yield Use(error.name, place_of(error, "name"))
    for param in spec.parameters:
        for name in param.on_violation or ():
            if name not in _OUTCOMES:
                yield Use(name, place_of(param, "on_violation"))
        for require in param.requires:
            for name in require.outcome:
                if name not in _OUTCOMES:
                    yield Use(name, require.span)
    for signal in spec.signals:
        if signal.error_on_signal is not None and not signal.error_on_signal[0].isdigit():
            yield Use(signal.error_on_signal, place_of(signal, "error_on_signal"))
    for name in (spec.returns.error_values if spec.returns else None) or ():
        if not name[0].isdigit():
            assert spec.returns
            yield Use(name, place_of(spec.returns, "error_values"))


def capability_uses(spec: Spec) -> Iterator[Use]:
    """Every ``CAP_`` name that a block is about."""
    for capability in spec.capabilities:
        if capability.name.startswith("CAP_"):
            yield Use(capability.name, place_of(capability, "name"))


def signal_uses(spec: Spec) -> Iterator[Use]:
    """Every ``SIG`` name; groups in words and numbers are none."""
    for signal in spec.signals:
        for name, place in (
            (signal.signal_name, signal.span),
            (signal.signal_num, place_of(signal, "signal_num")),
            (signal.transform_to, place_of(signal, "transform_to")),
        ):
            match = _SIGNAL.match(name or "")
            if match:
                yield Use(match[1], place)


def constant_uses(spec: Spec) -> Iterator[Use]:
    """Every constant in an expression of a spec, and in the arguments of its includes.

    ``Spec.symbols`` decides what is one.
    """
    params = tuple(param.name for param in spec.parameters)
    known = {name for name in spec.symbols if not name.startswith(_CONFIG)}
    for include in spec.includes:
        known.update(name for text in include.arguments for name in symbols_of(text, params))
    for text, span in _expressions(spec):
        for name in dict.fromkeys(symbols_of(text, params)):
            if name in known:
                yield Use(name, span)


def _expressions(node: Node) -> Iterator[tuple[str, Span | None]]:
    """Every expression in a node and below, with its place; a rule may hold words instead."""
    if isinstance(node, Rule):
        return
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        values: Sequence[object] = (value or ()) if entry.many else (value,)
        for index, one in enumerate(values):
            if isinstance(one, Node):
                yield from _expressions(one)
            elif isinstance(one, str) and (entry.is_expr or isinstance(node, Include)):
                yield one, place_of(node, entry.attribute, "form", index=index)
