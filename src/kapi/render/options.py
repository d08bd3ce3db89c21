# SPDX-License-Identifier: GPL-2.0-or-later
"""What a caller may choose about an output."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

#: Day of the Linux 6.12 release; a manual page must carry a date, and a fixed one keeps the
#: output reproducible.
DEFAULT_DATE = "2024-11-17"


class Options(NamedTuple):
    """How to render; every writer takes what concerns it.

    :param width: columns of a terminal line (plain only); below 40 it counts as 40.
    :param colour: whether ANSI colour sequences are wanted (plain only).
    :param verbose: whether the place in the source of each part is shown.
    :param date: ``YYYY-MM-DD`` in the footer of manual pages.
    :param marks: what is known of each claim, by its id, such as ``observed on 6.12.9``.
    :param release: what the specs describe, such as ``Linux 6.12``, in the footer of manual pages.
    """

    width: int = 80
    colour: bool = False
    verbose: bool = False
    date: str = DEFAULT_DATE
    release: str = "Linux"
    marks: Mapping[str, str] = MappingProxyType({})
