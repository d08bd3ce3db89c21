# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks that every claim of a spec has a name of its own.

In: a spec whose includes are resolved. Out: diagnostics.
"""

from __future__ import annotations

from kapi.diagnostics import Note, Sink
from kapi.model.claims import duplicate_ids
from kapi.model.spec import Errno, Node, Spec


def check_labels(spec: Spec, sink: Sink) -> None:
    """Demands a label for each cause of an errno that has several, and ids that differ."""
    if sink.version < 2:
        return
    reported = set()
    for node, name in _unlabelled(spec):
        if node.span:
            message = f"one of several causes of {name} in {spec.name}; give it a label"
            sink.add("label-required", node.span, message)
            reported.add(node.span)
    for name, same in duplicate_ids(spec).items():
        first, *others = (claim.span for claim in same)
        for span in others:
            if span and span not in reported:
                notes = [Note(first, "first claimed here")] if first else []
                sink.add("duplicate-label", span, f"two claims have the id '{name}'", *notes)


def _unlabelled(spec: Spec) -> list[tuple[Node, str]]:
    """Causes without a label whose errno has others, each with the errno's name."""
    causes: dict[str, int] = {}
    for error in spec.errors:
        causes[error.name] = causes.get(error.name, 0) + max(len(error.causes), 1)
    return [
        (node, error.name)
        for error in spec.errors
        if causes[error.name] > 1 and not error.label
        for node in _nodes(error)
    ]


def _nodes(error: Errno) -> list[Node]:
    if error.causes:
        return [cause for cause in error.causes if cause.label is None]
    return [error]
