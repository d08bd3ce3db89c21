"""Raw system calls for the facts of the catalogue: nothing between the test and the kernel.

:func:`call` gives what the kernel returned: a result, or a negative errno. Numbers come from the
compiler's own headers, so no number of a system call is typed by hand.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache

import pytest

#: All ones: the highest value of a register.
ALL_ONES = (1 << 64) - 1
#: The longest transfer of one call: INT_MAX rounded down to a page.
PAGE = os.sysconf("SC_PAGE_SIZE")
MAX_RW_COUNT = 0x7FFFFFFF & ~(PAGE - 1)

Argument = int | bytes | ctypes.Array[ctypes.c_char] | None

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.mmap.restype = ctypes.c_void_p
_PROT_READ, _PROT_WRITE = 1, 2
_MAP_PRIVATE, _MAP_ANONYMOUS = 2, 0x20


@cache
def number(name: str) -> int:
    """The number of system call ``name`` for the word size of this Python.

    :raises KeyError: the headers do not know it.
    """
    text = f"#include <sys/syscall.h>\nSYS_{name}\n"
    run = subprocess.run(
        ["gcc", "-E", "-P", "-"], input=text, text=True, capture_output=True, check=True
    )
    last = run.stdout.split()[-1]
    if not last.isdigit():
        raise KeyError(name)
    return int(last)


def call(name: str, *args: Argument) -> int:
    """Make system call ``name``; its result, or the negative errno.

    :param args: integers of any size (cut to a register), bytes and ctypes buffers (their
        address), or ``None`` (a null pointer).
    """
    words = [_word(arg) for arg in args]
    result = int(_libc.syscall(ctypes.c_long(number(name)), *words))
    return -ctypes.get_errno() if result == -1 else result


def _word(arg: Argument) -> ctypes.c_ulong | ctypes.c_void_p:
    if arg is None:
        return ctypes.c_void_p(0)
    if isinstance(arg, int):
        return ctypes.c_ulong(arg & ALL_ONES)
    if isinstance(arg, bytes):
        return ctypes.c_void_p(ctypes.cast(ctypes.c_char_p(arg), ctypes.c_void_p).value)
    return ctypes.c_void_p(ctypes.addressof(arg))


@contextmanager
def pages(count: int, hole: int | None = None) -> Iterator[int]:
    """Address of ``count`` fresh zeroed pages; page number ``hole`` of them is unmapped."""
    length = count * PAGE
    address = _libc.mmap(
        ctypes.c_void_p(0),
        ctypes.c_size_t(length),
        _PROT_READ | _PROT_WRITE,
        _MAP_PRIVATE | _MAP_ANONYMOUS,
        -1,
        ctypes.c_long(0),
    )
    base = int(address)
    if hole is not None:
        assert call("munmap", base + hole * PAGE, PAGE) == 0
    try:
        yield base
    finally:
        call("munmap", base, length)


@contextmanager
def unmapped() -> Iterator[int]:
    """An address of user space with nothing behind it for one page."""
    with pages(3, hole=1) as base:
        yield base + PAGE


@contextmanager
def descriptor(fd: int) -> Iterator[int]:
    """``fd``, closed at the end."""
    try:
        yield fd
    finally:
        with suppress(OSError):  # the test may have closed it
            os.close(fd)


def in_child(work: Callable[[], int], uid: int | None = None) -> int:
    """Run ``work`` in a forked child, as user ``uid`` if given; what it returned.

    The child's results may be negative errnos. A child that a signal ended fails the test.
    """
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(work, sink, uid)
    os.close(sink)
    with os.fdopen(source, "rb") as stream:
        answer = stream.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == 0, f"the child ended with {status}"
    return int(answer)


def _child(work: Callable[[], int], sink: int, uid: int | None) -> None:
    try:
        if uid is not None:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
        os.write(sink, str(work()).encode())
        os._exit(0)
    except BaseException:  # noqa: BLE001 - whatever it was, the child ends here
        traceback.print_exc()
        os._exit(1)


def needs_root() -> None:
    """Skip the test unless it runs as root."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
