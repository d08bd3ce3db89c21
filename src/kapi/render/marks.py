# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of claims, by the part of a spec that makes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kapi.model.claims import claims
from kapi.model.spec import Errno, Spec


class Mark(NamedTuple):
    """What is known of one claim.

    :param claim: what tells it from others of the same part of the spec; empty if nothing must.
    :param text: what is known.
    """

    claim: str
    text: str


Marks = Mapping[int, tuple[Mark, ...]]


def marks_of(spec: Spec, known: Mapping[str, str]) -> Marks:
    """Marks by the identity of a node of the spec; those of causes by that of their error.

    :param known: what is known, by id of the claim.
    """
    errors = {id(cause): error for error in spec.errors for cause in error.causes}
    found: dict[int, list[Mark]] = {}
    for claim in claims(spec):
        if claim.id in known:
            node = errors.get(id(claim.node), claim.node)
            found.setdefault(id(node), []).append(Mark(_short(claim.id, node), known[claim.id]))
    return {
        node: tuple(each) if len(each) > 1 else (Mark("", each[0].text),)
        for node, each in found.items()
    }


def _short(name: str, node: object) -> str:
    """The end of a claim's id that says which of a node's claims it is."""
    parts = name.split(".")
    return ".".join(parts[3:]) if isinstance(node, Errno) else parts[-1]
