# SPDX-License-Identifier: GPL-2.0-or-later
"""What a guest reports over the port that only its first program writes to.

In: bytes as they come. Out: how far the guest is, how its command ended, the files it handed over.
The port is not the console and not the output of the command, so neither can be taken for a report,
and a report that was cut short is never taken for a whole one.

Grammar::

    report = [ "failed " reason NL ] "ready" NL "status " number NL [ "files" NL gzip ] "end" NL
"""

from __future__ import annotations

import io
import tarfile
import zlib
from typing import Final

from kapi.vm.errors import VmError

_MAX_LINE_BYTES: Final = 4096
_GZIP: Final = 16 + zlib.MAX_WBITS


class Report:
    """The report of one guest, read piece by piece.

    :ivar is_ready: the guest is about to start its command.
    :ivar failure: what the first program could not do, such as ``insmod x.ko``; empty if nothing.
    :ivar status: exit status of the command as a shell says it, 128 + N for signal N; None until it
        ended.
    :ivar is_complete: the guest has nothing more to say.
    """

    def __init__(self) -> None:
        self.is_ready = False
        self.failure = ""
        self.status: int | None = None
        self.is_complete = False
        self._rest = b""
        self._unpacker: zlib._Decompress | None = None
        self._tar: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take the next piece.

        :raises VmError: if it is no report.
        """
        if self._unpacker is not None and not self._unpacker.eof:
            data = self._unpack(data)
        self._rest += data
        while b"\n" in self._rest:
            line, _, self._rest = self._rest.partition(b"\n")
            self._take(line)
            if self._unpacker is not None and not self._unpacker.eof:
                self._rest = self._unpack(self._rest)
        if len(self._rest) > _MAX_LINE_BYTES:
            raise _broken(self._rest[:80])

    def files(self) -> dict[str, bytes]:
        """Content of the regular files that were handed over, by absolute path.

        :raises VmError: if they did not arrive as a whole.
        """
        if not self._tar:
            return {}
        try:
            with tarfile.open(fileobj=io.BytesIO(b"".join(self._tar))) as archive:
                return dict(_members(archive))
        except (tarfile.TarError, EOFError) as error:
            raise VmError("read the files of the guest", str(error)) from None

    def _unpack(self, data: bytes) -> bytes:
        """Take what belongs to the files; return what is behind them."""
        assert self._unpacker is not None
        try:
            self._tar.append(self._unpacker.decompress(data))
        except zlib.error as error:
            raise VmError("read the files of the guest", str(error)) from None
        return self._unpacker.unused_data

    def _take(self, line: bytes) -> None:
        word, _, value = line.partition(b" ")
        if word == b"failed" and value and not self.is_ready:
            self.failure = value.decode(errors="replace")
        elif line == b"ready" and not self.is_ready:
            self.is_ready = True
        elif word == b"status" and value.isdigit() and self.is_ready and self.status is None:
            self.status = int(value)
        elif line == b"files" and self.status is not None and self._unpacker is None:
            self._unpacker = zlib.decompressobj(_GZIP)
        elif line == b"end" and self.status is not None:
            self.is_complete = True
        else:
            raise _broken(line)


def _members(archive: tarfile.TarFile) -> list[tuple[str, bytes]]:
    """Path and content of each regular file, hard links included."""
    found = []
    for member in archive:
        stream = archive.extractfile(member) if member.isfile() or member.islnk() else None
        if stream is not None:
            found.append((f"/{member.name.lstrip('/')}", stream.read()))
    return found


def _broken(found: bytes) -> VmError:
    return VmError("understand the guest", f"unexpected in its report: {found!r}")
