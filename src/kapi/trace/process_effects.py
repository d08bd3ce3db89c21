# SPDX-License-Identifier: GPL-2.0-or-later
"""What calls do to a process as a whole: limits, filters, a table of its own.

Part of :mod:`kapi.trace.effects`, whose table names these functions.
"""

from __future__ import annotations

import re

from kapi.trace.books import UNKNOWN, Thread
from kapi.trace.context import Context
from kapi.trace.values import field_of


def unshare_table(thread: Thread) -> None:
    """Give a thread a table of its own."""
    if thread.table.users > 1:
        thread.table.users -= 1
        thread.table = thread.table.copy()


def unshare(context: Context, _ret: int) -> None:
    """The effect of unshare."""
    flags = context.number(0)
    if flags is None or flags & 0x400:  # include/uapi/linux/sched.h: CLONE_FILES
        unshare_table(context.thread)


def seccomp(context: Context, ret: int) -> None:
    """The effect of seccomp: a filter may answer, or tell a supervisor."""
    context.thread.process.tampered = True
    if ret > 0:
        context.put(ret, UNKNOWN)


def prctl(context: Context, _ret: int) -> None:
    """The effect of prctl, which can set a filter as well."""
    if context.number(0) == context.numbers.constant("PR_SET_SECCOMP"):
        context.thread.process.tampered = True


def set_limit(context: Context, _ret: int) -> None:
    """The effect of setrlimit."""
    _limited(context, 0, 1)


def prlimit(context: Context, _ret: int) -> None:
    """The effect of prlimit64 on the caller."""
    pid = context.number(0)
    if context.args[2:3] == ("NULL",):
        return
    if pid in (0, context.thread.pid):
        _limited(context, 1, 2)


def _limited(context: Context, which: int, where: int) -> None:
    resource = context.number(which)
    text = context.args[where] if where < len(context.args) else ""
    soft = _product(text, context)
    if resource is None:
        context.thread.process.forget_limits()
    else:
        context.thread.process.set_limit(resource, soft)


def _product(text: str, context: Context) -> int | None:
    """The soft limit, which strace may write as ``8192*1024``."""
    found = re.search(r"rlim_cur=(\d+)\*1024\b", text)
    if found:
        return int(found[1]) * 1024
    return field_of(text, "rlim_cur", context.numbers.constant)
