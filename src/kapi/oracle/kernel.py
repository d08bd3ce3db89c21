# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel that calls are made on: its release and configuration, and what follows from them.

In: a release, a ``.config``; or this machine. Out: answers to the questions that no call changes:
``config(KSM)``, ``arch(x86)``, ``since(6.4)``, ``until(6.3)``. What cannot be found is unknown.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_SYMBOL: Final = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)
_UNSET: Final = re.compile(r"^# CONFIG_(\w+) is not set$", re.MULTILINE)
_RELEASE: Final = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel.

    :ivar release: as ``uname -r`` says it; empty if it is unknown.
    :ivar config: values by symbol without ``CONFIG_``, ``n`` for what is not set; None if it could
        not be found.
    """

    release: str = ""
    config: Mapping[str, str] | None = None

    def answer(self, predicate: str, word: str, arches: tuple[str, ...]) -> bool | None:
        """The answer to a question; ``None`` if it is unknown, or of another sort.

        :param word: the argument, such as ``KSM`` or ``6.4``.
        :param arches: the names of its architecture.
        """
        if predicate == "config":
            # A symbol that the file does not name is one that this kernel cannot have.
            return None if self.config is None else self.config.get(word, "n") in ("y", "m")
        if predicate == "arch":
            return word in arches
        if predicate not in ("since", "until"):
            return None
        running, asked = _release(self.release), _release(word)
        if running is None or asked is None:
            return None
        return running >= asked if predicate == "since" else running <= asked


def _release(text: str) -> tuple[int, int] | None:
    """Major and minor number; what comes behind is the same release to a spec."""
    found = _RELEASE.match(text)
    return (int(found[1]), int(found[2])) if found else None


def read_config(text: str) -> dict[str, str]:
    """The symbols of a ``.config``."""
    found = dict.fromkeys(_UNSET.findall(text), "n")
    found.update(_SYMBOL.findall(text))
    return found


def running_kernel(root: str | os.PathLike[str] = "/") -> Kernel:
    """The kernel of this machine.

    :param root: where its files are.
    """
    release = os.uname().release
    return Kernel(release, _running_config(release, root))


def _running_config(release: str, root: str | os.PathLike[str]) -> dict[str, str] | None:
    for name in ("proc/config.gz", f"boot/config-{release}", f"lib/modules/{release}/config"):
        try:
            with open(os.path.join(root, name), "rb") as stream:
                data = stream.read()
            text = gzip.decompress(data) if name.endswith(".gz") else data
            return read_config(text.decode())
        except (OSError, EOFError, UnicodeDecodeError):
            continue
    return None
