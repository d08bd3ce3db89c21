# SPDX-License-Identifier: GPL-2.0-or-later
"""What was wrong with parts of an image whose other parts could be read."""

from __future__ import annotations

from typing import Final

MAX_SHOWN: Final = 100


class Problems:
    """Texts, lower case, without a full stop; a hostile image cannot make them fill the memory.

    ``source`` is the name that stands before those added from now on.
    """

    def __init__(self) -> None:
        self.source = ""
        self._texts: list[str] = []
        self._more = 0

    def add(self, text: str) -> None:
        """Remember one, or that there was one more."""
        if len(self._texts) < MAX_SHOWN:
            self._texts.append(f"{self.source}: {text}" if self.source else text)
        else:
            self._more += 1

    def texts(self) -> tuple[str, ...]:
        """Those remembered, and how many more there were."""
        more = (f"and {self._more} more problems",) if self._more else ()
        return (*self._texts, *more)
