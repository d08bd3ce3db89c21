# SPDX-License-Identifier: GPL-2.0-or-later
"""Small set-ups that bring about what ordinary states do not: one for each rare cause of an error.

In: the name of a call. Out: cases that say which cause they bring about. They know names of calls
and of causes, and no spec.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kapi.testgen.case import Case
from kapi.testgen.setup.rare_descriptors import RARE_DESCRIPTORS
from kapi.testgen.setup.rare_entry import Rare
from kapi.testgen.setup.rare_faults import RARE_FAULTS
from kapi.testgen.setup.rare_memory import RARE_MEMORY
from kapi.testgen.setup.rare_open import RARE_OPEN
from kapi.testgen.setup.rare_served import RARE_SERVED
from kapi.testgen.setup.rare_transfer import RARE_TRANSFER
from kapi.testgen.setup.steps import AT_FDCWD, SLOTS, Steps

RARE: Final = (
    *(*RARE_DESCRIPTORS, *RARE_OPEN, *RARE_TRANSFER),
    *(*RARE_MEMORY, *RARE_SERVED, *RARE_FAULTS),
)
"""All entries."""

#: Slots of steps between looking and the call, so that they do not take those of the set-up.
_LATE_SLOTS: Final = SLOTS * 3 // 4


def rare_cases(call: str) -> Iterator[Case]:
    """The cases of a call.

    :param call: without ``sys_``.
    """
    base = "open" if call == "openat" else call
    return (_case(call, entry) for entry in RARE if entry.call == base)


def _case(call: str, entry: Rare) -> Case:
    steps, arming = Steps(), Steps([], _LATE_SLOTS)
    args = entry.make(steps, arming)
    return Case(
        id="/".join(filter(None, (call, "rare", entry.brings, entry.name))),
        call=f"sys_{call}",
        args=(AT_FDCWD, *args) if call == "openat" else args,
        setup=tuple(steps.ops),
        arming=tuple(arming.ops),
        tags=entry.tags,
        brings=(f"error.{entry.brings}",),
        why="brings about what ordinary states do not",
    )
