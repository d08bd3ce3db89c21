# SPDX-License-Identifier: GPL-2.0-or-later
"""Derives a lock's scope and frequency from what a block says of taking and dropping it.

The table is section 5 of the language reference, version 1.
"""

from __future__ import annotations

from typing import NamedTuple

_T, _C, _F = "yes", "conditional", "no"


class Scope(NamedTuple):
    """``held`` is ``None`` if unknown; ``odd`` marks a combination that deserves a warning."""

    scope: str
    held: str | None
    odd: bool = False


def derive_scope(
    acquired: str | None, released: str | None, entry: bool | None, leave: bool | None
) -> Scope | None:
    """The scope of a lock; ``None`` if the statements do not fit together.

    :param acquired: ``yes``, ``no``, ``conditional`` or absent.
    :param released: the same for dropping it.
    :param entry: whether the caller holds it before the call.
    :param leave: whether the caller holds it after the call.
    """
    taken, dropped = acquired or _F, released or _F
    if taken == _F and dropped == _F:
        return _untouched(entry, leave)
    often = "always" if _C not in (taken, dropped) else "sometimes"
    if entry:
        both = _F not in (taken, dropped)
        if both and leave is not False:
            return Scope("caller_held", "always")
        if taken == _F and leave is not True:
            return Scope("releases", often)
        return None
    if taken != _F and (dropped == _F or (taken, dropped) == (_T, _C)):
        return None if leave is False else Scope("acquires", often)
    if taken == _F:
        return None if leave or entry is False else Scope("releases", often)
    return None if leave else Scope("internal", often)


def _untouched(entry: bool | None, leave: bool | None) -> Scope | None:
    """The scope of a lock that the call is not said to take or drop."""
    if entry:
        return Scope("releases", "always") if leave is False else Scope("caller_held", "always")
    if leave:
        if entry is False:
            return Scope("acquires", "always")
        return Scope("caller_held", "always", odd=True)
    return Scope("internal", None)
