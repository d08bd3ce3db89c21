# SPDX-License-Identifier: GPL-2.0-or-later
"""Structs of set-up calls as C literals.

In: the bytes or words of a case. Out: an expression for a pointer to the struct, or ``None`` where
the bytes are not understood.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from kapi.testgen.case import Arg, Data, Words
from kapi.testgen.ctest.values import number, string
from kapi.testgen.numbers import Numbers


def literal(kind: str, arg: Arg, numbers: Numbers) -> str | None:
    """A pointer to a struct."""
    if isinstance(arg, Words):
        return _of_words(kind, [number(value) for value in arg.values])
    if isinstance(arg, Data) and kind in _OF_BYTES:
        return _OF_BYTES[kind](arg.data, numbers)
    return None


def _of_words(kind: str, words: list[str]) -> str | None:
    joined = ", ".join(words)
    if kind in ("timespec", "timeval") and len(words) == 2:
        return f"&(struct {kind}){{ {joined} }}"
    if kind in ("itimerval", "itimerspec") and len(words) == 4:
        every, first = ", ".join(words[:2]), ", ".join(words[2:])
        names = [f".it_interval = {{ {every} }}"] if words[:2] != ["0", "0"] else []
        names.append(f".it_value = {{ {first} }}")
        return f"&(struct {kind}){{ {', '.join(names)} }}"
    return None


def _sockaddr_un(data: bytes, numbers: Numbers) -> str | None:
    if int.from_bytes(data[:2], sys.byteorder) != numbers.value("AF_UNIX"):
        return None
    name = string(data[2:].split(b"\0")[0])
    return f"(struct sockaddr *)&(struct sockaddr_un){{ AF_UNIX, {name} }}"


def _epoll_event(data: bytes, numbers: Numbers) -> str | None:
    if any(data[4:]) or int.from_bytes(data[:4], sys.byteorder) != numbers.value("EPOLLIN"):
        return None
    return "&(struct epoll_event){ .events = EPOLLIN }"


def _sigset(data: bytes, numbers: Numbers) -> str | None:
    mask = int.from_bytes(data, sys.byteorder)
    if mask.bit_count() != 1:
        return None
    return f"only_signal({numbers.signal_name(mask.bit_length())})"


def _rlimit(data: bytes, _numbers: Numbers) -> str:
    soft, hard = (int.from_bytes(data[at : at + 8], sys.byteorder) for at in (0, 8))
    return f"&(struct rlimit){{ {number(soft)}, {number(hard)} }}"


_OF_BYTES: Final[dict[str, Callable[[bytes, Numbers], str | None]]] = {
    "epoll_event": _epoll_event,
    "rlimit": _rlimit,
    "sigset": _sigset,
    "sockaddr_un": _sockaddr_un,
}

#: Structs whose size a call wants to be told.
_SIZED: Final = frozenset(("sockaddr_un", "timeval"))


def size_of(kind: str, arg: Arg, numbers: Numbers) -> str | None:
    """The size of a struct that is a literal, for calls that want to be told."""
    if kind not in _SIZED or literal(kind, arg, numbers) is None:
        return None
    return f"sizeof(struct {kind})"
