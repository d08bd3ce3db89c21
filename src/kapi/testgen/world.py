# SPDX-License-Identifier: GPL-2.0-or-later
"""What is fixed for a kernel: its release, its configuration, and the numbers of its headers.

In: what the executor said of the machine, or this machine. Out: a
:class:`kapi.oracle.compiled.World`, which answers ``config(KSM)``, ``since(6.4)`` and the like.
A configuration that cannot be found leaves its questions unknown.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kapi.expr.evaluate import Value
from kapi.oracle.compiled import World
from kapi.testgen.numbers import Numbers
from kapi.testgen.questions import Question

_SYMBOL: Final = re.compile(r"^CONFIG_(\w+)=(.*)$", re.MULTILINE)
_UNSET: Final = re.compile(r"^# CONFIG_(\w+) is not set$", re.MULTILINE)
_RELEASE: Final = re.compile(r"(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel that calls are made on.

    :ivar release: as ``uname -r`` says it.
    :ivar config: values by symbol without ``CONFIG_``, ``n`` for what is not set; None if it could
        not be found.
    """

    release: str
    config: Mapping[str, str] | None = None


def read_config(text: str) -> dict[str, str]:
    """The symbols of a ``.config``."""
    found = dict.fromkeys(_UNSET.findall(text), "n")
    found.update(_SYMBOL.findall(text))
    return found


def running_kernel(root: Path = Path("/")) -> Kernel:
    """The kernel of this machine."""
    release = os.uname().release
    return Kernel(release, _running_config(release, root))


def _running_config(release: str, root: Path) -> dict[str, str] | None:
    try:
        return read_config(gzip.decompress((root / "proc/config.gz").read_bytes()).decode())
    except (OSError, EOFError, UnicodeDecodeError):
        pass
    for name in (f"boot/config-{release}", f"lib/modules/{release}/config"):
        try:
            return read_config((root / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            continue
    return None


def observe_world(kernel: Kernel, questions: Iterable[Question], numbers: Numbers) -> World:
    """The world of a kernel, with answers to those questions that no call changes."""
    answers = {}
    for question in questions:
        value = _fixed_answer(kernel, question, numbers)
        if value is not None:
            answers[question.text] = value
    return World(numbers.constant, answers, numbers.page_size, numbers.word_bits)


def _fixed_answer(kernel: Kernel, question: Question, numbers: Numbers) -> Value:
    """The answer of ``config``, ``arch``, ``since`` and ``until``; ``None`` of others."""
    word = str(question.operands[0].value) if question.operands else ""
    if question.predicate == "config":
        return _is_configured(kernel.config, word)
    if question.predicate == "arch":
        return word in (numbers.machine, numbers.arch_folder)
    if question.predicate in ("since", "until"):
        running, asked = _release(kernel.release), _release(word)
        if running is None or asked is None:
            return None
        return running >= asked if question.predicate == "since" else running <= asked
    return None


def _is_configured(config: Mapping[str, str] | None, symbol: str) -> bool | None:
    """A symbol that the file does not name is one that this kernel cannot have."""
    return None if config is None else config.get(symbol, "n") in ("y", "m")


def _release(text: str) -> tuple[int, int] | None:
    """Major and minor number; what comes behind is the same release to a spec."""
    found = _RELEASE.match(text)
    return (int(found[1]), int(found[2])) if found else None
