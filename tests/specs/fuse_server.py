"""A file system whose every answer the test chooses: the smallest FUSE server.

It has one regular file, ``file``, readable and writable for all.
"""

from __future__ import annotations

import errno
import os
import signal
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.specs.namespaces import mount, own_mounts
from tests.specs.rawcall import descriptor, in_child, needs_root

# Of the header linux/fuse.h.
LOOKUP, FORGET, GETATTR, OPEN, RELEASE, FLUSH, INIT, CREATE = 1, 2, 3, 14, 18, 25, 26, 35
_BATCH_FORGET, _INTERRUPT = 42, 36
_SILENT = (FORGET, _BATCH_FORGET, _INTERRUPT)

_HEADER = struct.Struct("=IIQQIIIHH")
_ANSWER = struct.Struct("=IiQ")
_ROOT, _FILE = 1, 2


@dataclass(frozen=True)
class Server:
    """A server at work.

    :param pid: its process.
    :param log: the reading end of a pipe with one byte for each request, its number.
    """

    pid: int
    log: int

    def requests(self) -> list[int]:
        """The numbers of all requests since the last question."""
        with suppress(BlockingIOError):
            return list(os.read(self.log, 65536))
        return []

    def stop(self) -> None:
        """End the server; the mount stays and nobody answers."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@contextmanager
def fuse(target: Path, answers: Mapping[int, int]) -> Iterator[Server]:
    """Mount on ``target``; a request whose number is in ``answers`` fails with that errno."""
    device = os.open("/dev/fuse", os.O_RDWR)
    mount("fuse", target, data=f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other")
    log, sink = os.pipe2(os.O_NONBLOCK)
    pid = os.fork()
    if pid == 0:
        with suppress(OSError):  # unmounted
            _serve(device, sink, answers)
        os._exit(0)
    os.close(device)
    os.close(sink)
    server = Server(pid, log)
    with descriptor(log):
        try:
            yield server
        finally:
            with suppress(ProcessLookupError, ChildProcessError):  # the test stopped it
                server.stop()


def served(answers: dict[int, int], work: Callable[[Server], int]) -> int:
    """What ``work`` gives in a child, beside a server whose file system is in ``dir``."""
    needs_root()
    if not Path("/dev/fuse").exists():
        pytest.skip("needs FUSE")

    def run() -> int:
        signal.alarm(30)
        own_mounts()
        with fuse(Path("dir"), answers) as server:
            return work(server)

    return in_child(run)


def _serve(device: int, sink: int, answers: Mapping[int, int]) -> None:
    while True:
        request = os.read(device, 1 << 20)
        _, number, unique, node, *_ = _HEADER.unpack_from(request)
        os.write(sink, bytes([number]))
        if number in _SILENT:
            continue
        error, body = answers.get(number, 0), b""
        if not error:
            error, body = _answer(number, node, request[_HEADER.size :])
        if error:
            body = b""
        os.write(device, _ANSWER.pack(_ANSWER.size + len(body), -error, unique) + body)


def _answer(number: int, node: int, body: bytes) -> tuple[int, bytes]:
    """Errno and content of the answer to a request that shall succeed."""
    if number == INIT:
        return 0, struct.pack("=IIIIHHIIHHI28x", 7, 31, 0, 0, 1, 1, 4096, 1, 1, 0, 0)
    if number == LOOKUP:
        return (0, _entry()) if body == b"file\0" else (errno.ENOENT, b"")
    if number == GETATTR:
        return 0, struct.pack("=QII", 0, 0, 0) + _attributes(node)
    if number == OPEN:
        return 0, struct.pack("=QIi", 1, 0, 0)
    if number in (FLUSH, RELEASE):
        return 0, b""
    return errno.ENOSYS, b""


def _entry() -> bytes:
    return struct.pack("=QQQQII", _FILE, 0, 0, 0, 0, 0) + _attributes(_FILE)


def _attributes(node: int) -> bytes:
    mode = 0o040777 if node == _ROOT else 0o100666
    return struct.pack("=6Q10I", node, 0, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)
