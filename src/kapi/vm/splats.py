# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds in a console log what a kernel says when something is wrong with it.

In: the text of a console. Out: each report with its kind, its first line and all its text. A report
is known by how its first line begins, behind the time stamp; what a program of the guest prints
does not come this way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class Splat(NamedTuple):
    """One report of a kernel about itself.

    :ivar kind: a key of ``KINDS``.
    :ivar title: its first line, without time stamp.
    :ivar text: all its lines, as they were on the console.
    """

    kind: str
    title: str
    text: str


KINDS: Final[dict[str, str]] = {
    "panic": r"Kernel panic - not syncing",
    "sanitizer": r"BUG: (?:KASAN|KCSAN|KFENCE|KMSAN): |UBSAN: ",
    "lockdep": (
        r"WARNING: (?:possible (?:circular|recursive|irq lock inversion)"
        r"|inconsistent lock state|suspicious RCU usage|bad unlock balance|lock held when"
        r"|held lock freed|.* lock order detected|nested lock)"
        r"|BUG: (?:sleeping function called|Invalid wait context|held lock freed"
        r"|MAX_LOCK|scheduling while atomic)|DEBUG_LOCKS_WARN_ON"
    ),
    "stall": (
        r"watchdog: BUG: soft lockup|watchdog: Watchdog detected hard LOCKUP"
        r"|(?:rcu: )?INFO: rcu_\w+ (?:self-)?detected|INFO: task .* blocked for more than"
        r"|BUG: workqueue lockup"
    ),
    "oops": (
        r"BUG: |kernel BUG at |Oops: |Oops - |Internal error: |general protection fault"
        r"|divide error: |invalid opcode: |double fault|stack segment: |int3: "
        r"|Unable to handle kernel |Kernel mode fault at "
    ),
    "warning": r"WARNING: (?:CPU: \d|.* at .*, CPU#\d)",
}
"""The kinds and how the first line of each begins; the first kind that fits counts."""

TOLERATED: Final = frozenset(("stall",))
"""Kinds that do not fail a guest by default: a slow machine causes them too."""

_STAMP: Final = r"(?:<\d>)?(?:\[ *\d+\.\d{6}\])?(?:\[ *[CT]\d+\])?[ ]?"
_START: Final = re.compile(
    rf"{_STAMP}(?P<title>(?:{'|'.join(f'(?P<{kind}>{start})' for kind, start in KINDS.items())}).*)"
)
_CUT: Final = re.compile(rf"{_STAMP}-+\[ cut here \]-+")
_END: Final = re.compile(rf"{_STAMP}---\[ end (?:trace|Kernel panic)")
_STACK_END: Final = re.compile(rf"{_STAMP}\s*</TASK>")
_MAX_LINES: Final = 120
_FAULTS: Final = frozenset(("oops", "panic", "warning"))
"""Kinds whose report has registers and an end mark behind the stack."""


def find_splats(console: str) -> tuple[Splat, ...]:
    """All reports of a console log, in their order."""
    return tuple(_scan(console.splitlines()))


def failures(splats: tuple[Splat, ...], tolerated: frozenset[str] = TOLERATED) -> tuple[Splat, ...]:
    """The reports that fail a guest.

    :param tolerated: kinds that do not.
    """
    return tuple(splat for splat in splats if splat.kind not in tolerated)


def _scan(lines: list[str]) -> Iterator[Splat]:
    number = 0
    while number < len(lines):
        found = _START.match(lines[number])
        if not found:
            number += 1
            continue
        kind = next(kind for kind in KINDS if found[kind])
        first = number - 1 if number and _CUT.match(lines[number - 1]) else number
        end = _end_of(lines, number, kind)
        yield Splat(kind, found["title"].rstrip(), "\n".join(lines[first:end]))
        number = end


def _end_of(lines: list[str], start: int, kind: str) -> int:
    """Number of the line behind a report."""
    limit = min(len(lines), start + _MAX_LINES)
    for number in range(start + 1, limit):
        if _END.match(lines[number]):
            return number + 1
        if kind not in _FAULTS and _STACK_END.match(lines[number]):
            return number + 1
        # An oops has several such lines, but one of another kind, as the panic that an oops ends
        # in, is a report of its own; a cut announces one.
        found = _START.match(lines[number])
        if _CUT.match(lines[number]) or (found and not found[kind]):
            return number
    return limit
