# SPDX-License-Identifier: GPL-2.0-or-later
"""Names for places in one document, each given once."""

from __future__ import annotations

import re


class Anchors:
    """Hands out names that have not been given yet in this document."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, name: str) -> str:
        """``name``, or ``name-2``, ``name-3`` and so on if it is given already."""
        shown, count = name, 1
        while shown in self._given:
            count += 1
            shown = f"{name}-{count}"
        self._given.add(shown)
        return shown

    def take_new(self, name: str) -> bool:
        """Whether ``name`` was free; now it is not."""
        if name in self._given:
            return False
        self._given.add(name)
        return True


def slug(text: str) -> str:
    """``text`` in lower-case letters, digits and hyphens; never empty."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-") or "x"
