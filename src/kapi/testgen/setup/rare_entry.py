# SPDX-License-Identifier: GPL-2.0-or-later
"""What an entry of the tables of rare causes is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kapi.testgen.case import GUEST, ROOT, Arg
from kapi.testgen.setup.process import count_signal, timer
from kapi.testgen.setup.steps import Steps

#: Sets a state up, in the first steps; in the second ones, which are carried out when the state has
#: been looked at, brings the cause about. Gives the arguments of the call.
Make = Callable[[Steps, Steps], tuple[Arg, ...]]

ANYWHERE: Final[frozenset[str]] = frozenset()
"""Tags of what does no harm and needs no privilege."""
AS_ROOT: Final = frozenset((ROOT,))
IN_GUEST: Final = frozenset((ROOT, GUEST))


@dataclass(frozen=True, slots=True)
class Rare:
    """A small set-up that brings one cause about.

    :ivar call: ``open`` stands for openat as well.
    :ivar brings: the cause: the end of its claim's id, without ``error.``.
    :ivar make: the set-up; for ``open`` the arguments are those of open.
    :ivar tags: as of a case.
    :ivar name: what tells it from another entry of the same cause.
    """

    call: str
    brings: str
    make: Make
    tags: frozenset[str] = ANYWHERE
    name: str = ""

    @property
    def errno(self) -> str:
        """Its error."""
        return self.brings.partition(".")[0]


def alarm(steps: Steps, arming: Steps) -> None:
    """A signal comes every 20 ms while the call waits, and its handler does not let it restart."""
    count_signal(steps, "SIGALRM")
    timer(arming, 20, 20)
