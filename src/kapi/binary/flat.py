# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs in a kernel that is a plain copy of its memory, such as an arm64 ``Image``.

In: a window on bytes without any table of sections. Out: windows on the parts and on the prose that
lie there. Both start with a magic number and say how long they are; a head is believed only if all
of it is sound, as code that looks for the magic number holds it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kapi.binary import layout
from kapi.binary.prose import sound_entry
from kapi.binary.records import Machine, sound_part
from kapi.binary.window import Window

MAX_FALSE: Final = 10_000
"""Magic numbers without a sound head that are too many: a kernel has a few."""


def find_parts(window: Window) -> tuple[Machine | None, tuple[Window, ...]]:
    """The parts, all made for the machine of the first one.

    :raises ImageError: if what looks like a part and is none is everywhere.
    """
    machine: Machine | None = None

    def length_of(head: bytes) -> int | None:
        nonlocal machine
        found = sound_part(head)
        if found is None or found[0] != (machine or found[0]):
            return None
        machine, length = found
        return length

    parts = tuple(_find(window, layout.PART_MAGIC, layout.PART_SIZE, length_of))
    return machine, parts


def find_prose(window: Window, machine: Machine) -> tuple[Window, ...]:
    """The entries of prose.

    :raises ImageError: as :func:`find_parts`.
    """

    def length_of(head: bytes) -> int | None:
        return sound_entry(head, machine.order)

    return tuple(_find(window, layout.PROSE_MAGIC, layout.PROSE_SIZE, length_of))


def _find(
    window: Window, magic: bytes, head_size: int, length_of: Callable[[bytes], int | None]
) -> Iterator[Window]:
    """What starts with a magic number and has a sound head, one behind the other."""
    behind = 0
    false = 0
    for at in window.find(magic):
        if at < behind:
            continue
        length = length_of(window.peek(at, head_size))
        if length is not None and window.holds(at, length):
            yield window.part(at, length, "specs")
            behind = at + length
            continue
        false += 1
        if false > MAX_FALSE:
            raise window.error(at, "magic numbers without specs are everywhere; no kernel is so")
