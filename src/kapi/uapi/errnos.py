# SPDX-License-Identifier: GPL-2.0-or-later
"""Errno, capability and signal names in header text, and which errnos are one number.

In: the few headers that hold them. Out: names, numbers, aliases. Numbers read here only serve to
find aliases; the numbers that kapi works with come from compiling, see :mod:`kapi.uapi.tables`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kapi.uapi.text import macro_values, read_bytes

_ERRNO = re.compile(r"E[A-Z0-9_]+\Z")
_SIGNAL = re.compile(r"SIG[A-Z0-9]+\Z")
_CAPABILITY = re.compile(r"CAP_[A-Z0-9_]+\Z")
_STEP = re.compile(
    rb"^[ \t]*#[ \t]*(?:include[ \t]*<([^>]+)>|undef[ \t]+(\w+)|define[ \t]+(E\w+)[ \t]+(\w+))",
    re.MULTILINE,
)

# _NSIG, the highest signal number, is at most this: arch/mips/include/uapi/asm/signal.h.
# Above it stands SIGSTKSZ, a stack size.
_NSIG_MOST = 128


def errno_names(paths: Iterable[str]) -> set[str]:
    """Names that errno headers define as a number or as another errno."""
    return {
        name
        for path in paths
        for name, value in macro_values(read_bytes(path))
        if _ERRNO.match(name) and (value.isdigit() or _ERRNO.match(value))
    }


def signal_names(paths: Iterable[str]) -> set[str]:
    """Names that signal headers define as a signal number; sizes and SIG_* codes are none."""
    return {
        name
        for path in paths
        for name, value in macro_values(read_bytes(path))
        if _SIGNAL.match(name) and not (value.isdigit() and int(value) > _NSIG_MOST)
    }


def capability_names(path: str) -> set[str]:
    """Names that linux/capability.h gives a number; CAP_LAST_CAP is given a name, so is none."""
    return {
        name
        for name, value in macro_values(read_bytes(path))
        if _CAPABILITY.match(name) and value.isdigit()
    }


def errno_definitions(name: str, find: Callable[[str], str]) -> dict[str, str]:
    """What each errno is defined as after one header and all it includes, in order.

    :param name: the header as a directive names it, such as ``asm/errno.h``.
    :param find: the path of a header that a directive names.
    :return: errno name to the word it is defined as. Conditionals are not evaluated; the errno
        headers have none but include guards.
    """
    defined: dict[str, str] = {}
    for included, undefined, errno, value in _STEP.findall(read_bytes(find(name))):
        if included:
            defined.update(errno_definitions(included.decode(), find))
        elif undefined:
            defined.pop(undefined.decode(), None)
        else:
            defined[errno.decode()] = value.decode()
    return defined


def aliases(definitions: Mapping[str, str]) -> dict[str, str]:
    """Errnos that are another name of one number: alias to the name that holds the number.

    Of two names with literal numbers the one defined first is the name, the other the alias.
    """
    names: dict[int, str] = {}
    for name, value in definitions.items():
        if value.isdigit():
            names.setdefault(int(value), name)
    found = {}
    for name in definitions:
        number = _number(name, definitions)
        if number is not None and names[number] != name:
            found[name] = names[number]
    return found


def _number(name: str, definitions: Mapping[str, str]) -> int | None:
    """The number behind a chain of names; None if it leads nowhere."""
    for _ in definitions:
        value = definitions.get(name, "")
        if value.isdigit():
            return int(value)
        name = value
    return None
