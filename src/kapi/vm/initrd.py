# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the first file system of a guest: busybox, the first program, and what the caller adds.

In: files, programs, modules, a command. Out: an archive that the kernel unpacks into memory. A
program comes with the libraries that it needs; the guest shares nothing with this machine.
"""

from __future__ import annotations

import gzip
import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kapi.vm.cpio import Archive
from kapi.vm.errors import VmError, reason_of

BUSYBOX: Final = Path("/bin/busybox")
"""Where Debian's package busybox-static puts the program."""

USERS: Final[Mapping[str, int]] = {"root": 0, "user": 1000, "nobody": 65534}
"""The users of a guest and their ids; each has a group of the same name and id."""

_INIT: Final = Path(__file__).parent / "init.sh"
_FOLDERS: Final = (
    "bin", "dev", "etc", "kapi", "proc", "root", "run", "sbin", "sys", "tmp", "usr/bin", "usr/sbin"
)  # fmt: skip
_DEVICES: Final = {
    # Of use until devtmpfs is mounted, and where the kernel has none.
    "console": (5, 1, 0o600),
    "full": (1, 7, 0o666),
    "kmsg": (1, 11, 0o644),
    "null": (1, 3, 0o666),
    "random": (1, 8, 0o666),
    "tty": (5, 0, 0o666),
    "ttyS0": (4, 64, 0o660),
    "ttyS1": (4, 65, 0o660),
    "ttyS2": (4, 66, 0o660),
    "ttyS3": (4, 67, 0o660),
    "urandom": (1, 9, 0o666),
    "zero": (1, 5, 0o666),
}
_NEEDED: Final = re.compile(r"^\s*(?:\S+ => )?(/\S+) \(0x[0-9a-f]+\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestFile:
    """A file of the guest.

    :ivar data: its content, or the file of this machine that has it.
    :ivar mode: permission bits.
    :ivar owner: a key of ``USERS``.
    """

    data: bytes | Path
    mode: int = 0o644
    owner: str = "root"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What a guest runs, with a ``PATH`` of its own and busybox's shell as ``/bin/sh``.

    :ivar argv: program and arguments.
    :ivar user: who runs it, a key of ``USERS``.
    :ivar folder: where it runs.
    :ivar environment: variables that it gets, besides ``PATH``, ``HOME`` and ``USER``.
    :ivar stdin: what it reads.
    """

    argv: tuple[str, ...]
    user: str = "root"
    folder: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is in a guest besides busybox.

    :ivar files: by absolute path in the guest.
    :ivar programs: programs of this machine by absolute path in the guest; their libraries come
        along.
    :ivar folders: empty folders.
    :ivar modules: file name and content of kernel modules, loaded in this order, see
        :func:`kapi.vm.stock.read_modules`.
    :ivar busybox: a static busybox for the guest's architecture.
    """

    files: Mapping[str, GuestFile] = field(default_factory=dict)
    programs: Mapping[str, Path] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    modules: tuple[tuple[str, bytes], ...] = ()
    busybox: Path = BUSYBOX


def make_initrd(
    content: Content,
    command: Command | None,
    bring: tuple[str, ...] = (),
    compress: bool = False,
) -> bytes:
    """The archive.

    :param command: what the guest runs; None is a shell for a user at the console.
    :param bring: absolute paths of files and folders that are handed over when it has ended.
    :param compress: pack it with gzip, which makes it smaller and takes longer.
    :raises VmError: if something that shall go in cannot be read.
    :raises ValueError: if one path is given twice or is none.
    """
    archive = Archive()
    _add_base(archive, content.busybox)
    _add_content(archive, content)
    _add_command(archive, command)
    archive.add_file("/kapi/bring", "".join(f"{_checked(path)}\n" for path in bring).encode())
    data = archive.to_bytes()
    return gzip.compress(data, 1, mtime=0) if compress else data


def libraries(program: Path) -> list[Path]:
    """The libraries that a program of this machine needs, its loader included, as paths.

    :raises VmError: if one of them is missing.
    """
    if _read(program)[:4] != b"\x7fELF":
        return []
    done = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False)
    if "not found" in done.stdout:
        raise VmError(f"put {program} into a guest", f"a library is missing: {done.stdout.strip()}")
    return [Path(path) for path in _NEEDED.findall(done.stdout)]


def _add_base(archive: Archive, busybox: Path) -> None:
    for name in _FOLDERS:
        archive.add_folder(f"/{name}", 0o1777 if name == "tmp" else 0o755)
    for name, (major, minor, mode) in _DEVICES.items():
        archive.add_device(f"/dev/{name}", major, minor, mode)
    if not busybox.exists():
        mend = f"{busybox} is missing: apt-get install busybox-static"
        raise VmError("make a guest", mend)
    archive.add_file("/bin/busybox", _read(busybox), 0o755)
    for name in ("sh", "su"):
        archive.add_link(f"/bin/{name}", "busybox")
    archive.add_file("/init", _read(_INIT), 0o755)
    home = {"root": "/root"}
    passwd = [f"{u}:x:{i}:{i}:{u}:{home.get(u, '/')}:/bin/sh\n" for u, i in USERS.items()]
    archive.add_file("/etc/passwd", "".join(passwd).encode())
    archive.add_file("/etc/group", "".join(f"{u}:x:{i}:\n" for u, i in USERS.items()).encode())


def _add_content(archive: Archive, content: Content) -> None:
    for path in content.folders:
        archive.add_folder(path)
    for path, file in content.files.items():
        data = _read(file.data) if isinstance(file.data, Path) else file.data
        archive.add_file(path, data, file.mode, _owner(file.owner))
    needed: dict[Path, None] = {}
    for path, program in content.programs.items():
        archive.add_file(path, _read(program), 0o755)
        needed.update(dict.fromkeys(libraries(program)))
    for library in needed:
        if str(library) not in content.files:
            archive.add_file(str(library), _read(library), 0o755)
    for number, (name, data) in enumerate(content.modules):
        archive.add_file(f"/kapi/modules/{number:03}-{name}", data)


def _add_command(archive: Archive, command: Command | None) -> None:
    if command is None:
        archive.add_file("/kapi/shell", b"")
        command = Command(argv=("setsid", "cttyhack", "sh"))
    if command.user not in USERS:
        raise ValueError(f"{command.user}: no user of the guest, there are {', '.join(USERS)}")
    variables = {"PATH": "/bin:/sbin:/usr/bin:/usr/sbin", "USER": command.user}
    variables["HOME"] = "/root" if command.user == "root" else "/tmp"
    variables |= command.environment
    words = ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
    line = shlex.join([*words, *command.argv])
    script = f"#!/bin/sh\ncd {shlex.quote(command.folder)} && exec {line}\n"
    archive.add_file("/kapi/exec", script.encode(), 0o755)
    archive.add_file("/kapi/user", f"{command.user}\n".encode())
    archive.add_file("/kapi/stdin", command.stdin, 0o644)


def _owner(user: str) -> tuple[int, int]:
    if user not in USERS:
        raise ValueError(f"{user}: no user of the guest, there are {', '.join(USERS)}")
    return USERS[user], USERS[user]


def _checked(path: str) -> str:
    if not path.startswith("/") or "\n" in path:
        raise ValueError(f"{path!r}: not an absolute path that can be brought back")
    return path


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VmError(f"read {path}", reason_of(error)) from None
