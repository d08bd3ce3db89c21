# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs one job in several forked processes.

In: a function of a part number that gives bytes. Out: the bytes of every part. Nothing is pickled,
no thread is started, and a child that dies is made good by this process.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

_MAX_WORKERS: Final = 8
_LENGTH_BYTES: Final = 8

Job = Callable[[int], bytes]
"""Takes the number of a part, from 0; the whole job is the same for any number of parts."""


def worker_count() -> int:
    """Number of processes that can run at once here, this one included."""
    return max(1, min(len(os.sched_getaffinity(0)), _MAX_WORKERS))


def run_parts(job: Job, parts: int) -> list[bytes]:
    """The results of ``job(0)`` .. ``job(parts - 1)``, the first of them made in this process."""
    children = [_start(job, part) for part in range(1, parts)]
    try:
        results = [job(0)]
        for part, (_, pipe) in enumerate(children, 1):
            result = _read_result(pipe)
            results.append(job(part) if result is None else result)
        return results
    finally:
        # A child holds the pipes of those before it, so all are closed before one is waited for.
        started = [(pid, pipe) for pid, pipe in children if pid]
        for _, pipe in started:
            os.close(pipe)
        for pid, _ in started:
            os.waitpid(pid, 0)


def _start(job: Job, part: int) -> tuple[int, int]:
    """Fork a child for one part; return its pid and a pipe, or pid 0 if there can be none."""
    try:
        reader, writer = os.pipe()
    except OSError:
        return 0, -1
    try:
        pid = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return 0, -1
    if pid:
        os.close(writer)
        return pid, reader
    status = 1
    try:
        os.close(reader)
        with open(writer, "wb") as pipe:
            result = job(part)
            pipe.write(len(result).to_bytes(_LENGTH_BYTES, "little") + result)
        status = 0
    finally:
        os._exit(status)


def _read_result(pipe: int) -> bytes | None:
    """What a child wrote; None if it died before the end."""
    if pipe < 0:
        return None
    with open(pipe, "rb", closefd=False) as stream:
        data = stream.read()
    result = data[_LENGTH_BYTES:]
    whole = len(data) >= _LENGTH_BYTES
    return (
        result if whole and int.from_bytes(data[:_LENGTH_BYTES], "little") == len(result) else None
    )
