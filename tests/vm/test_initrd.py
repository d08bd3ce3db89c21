"""The first file system of a guest holds what was asked for, and says what it lacks."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
from pathlib import Path

import pytest

from kapi.vm.errors import VmError
from kapi.vm.initrd import USERS, Command, Content, GuestFile, libraries, make_initrd


@pytest.fixture
def content(tmp_path: Path) -> Content:
    """Content with a stand-in for busybox, which may not be installed."""
    (tmp_path / "busybox").write_bytes(b"\x7fELF")
    return Content(busybox=tmp_path / "busybox")


def entries(data: bytes) -> dict[str, tuple[int, int, bytes]]:
    """Mode, owner and content of each entry of an archive."""
    found: dict[str, tuple[int, int, bytes]] = {}
    at = 0
    while True:
        numbers = [int(data[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        name = data[at + 110 : at + 109 + numbers[11]].decode()
        if name == "TRAILER!!!":
            return found
        start = at + (110 + numbers[11] + 3) // 4 * 4
        found[name] = (numbers[1], numbers[2], data[start : start + numbers[6]])
        at = start + (numbers[6] + 3) // 4 * 4


TRUE = Command(argv=("true",))


def test_the_base_of_every_guest(content: Content) -> None:
    found = entries(make_initrd(content, TRUE))
    assert found["bin/busybox"] == (stat.S_IFREG | 0o755, 0, b"\x7fELF")
    assert found["init"][0] == stat.S_IFREG | 0o755
    assert found["init"][2].startswith(b"#!/bin/busybox sh\n")
    assert found["tmp"][0] == stat.S_IFDIR | 0o1777
    for device in ("console", "null", "zero", "full", "random", "tty", "kmsg"):
        assert stat.S_ISCHR(found[f"dev/{device}"][0])
    passwd = found["etc/passwd"][2].decode().splitlines()
    assert passwd[0] == "root:x:0:0:root:/root:/bin/sh"
    assert {line.split(":")[0] for line in passwd} == USERS.keys()


def test_a_command_is_quoted_for_the_shell(content: Content) -> None:
    command = Command(
        argv=("echo", "a b", "$x", "it's"),
        user="user",
        folder="/a b",
        environment={"X": "y z"},
        stdin=b"in",
    )
    found = entries(make_initrd(content, command))
    assert found["kapi/exec"][2].decode() == (
        "#!/bin/sh\n"
        "cd '/a b' && exec env -i PATH=/bin:/sbin:/usr/bin:/usr/sbin USER=user HOME=/tmp "
        "'X=y z' echo 'a b' '$x' 'it'\"'\"'s'\n"
    )
    assert found["kapi/exec"][0] == stat.S_IFREG | 0o755
    assert found["kapi/user"][2] == b"user\n"
    assert found["kapi/stdin"][2] == b"in"
    assert "kapi/shell" not in found


def test_without_a_command_there_is_a_shell(content: Content) -> None:
    found = entries(make_initrd(content, None))
    assert "kapi/shell" in found
    assert b"cttyhack sh\n" in found["kapi/exec"][2]


def test_files_modules_and_what_is_brought_back(content: Content, tmp_path: Path) -> None:
    (tmp_path / "local").write_bytes(b"from here")
    files = {
        "/data": GuestFile(data=b"bytes", mode=0o600, owner="user"),
        "/opt/local": GuestFile(data=tmp_path / "local"),
    }
    full = Content(
        files=files,
        folders=("/empty",),
        modules=(("b.ko", b"B"), ("a.ko", b"A")),
        busybox=content.busybox,
    )
    found = entries(make_initrd(full, TRUE, ("/out", "/etc/passwd")))
    assert found["data"] == (stat.S_IFREG | 0o600, 1000, b"bytes")
    assert found["opt/local"][2] == b"from here"
    assert stat.S_ISDIR(found["empty"][0])
    assert [name for name in found if name.startswith("kapi/modules/")] == [
        "kapi/modules/000-b.ko",
        "kapi/modules/001-a.ko",
    ]
    assert found["kapi/bring"][2] == b"/out\n/etc/passwd\n"


@pytest.mark.requires("gcc")
def test_a_program_comes_with_its_libraries(content: Content, tmp_path: Path) -> None:
    (tmp_path / "p.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "p.c", "-o", "dynamic"], cwd=tmp_path, check=True)
    subprocess.run(["gcc", "-static", "p.c", "-o", "static"], cwd=tmp_path, check=True)
    assert libraries(tmp_path / "static") == []
    names = [path.name for path in libraries(tmp_path / "dynamic")]
    assert "libc.so.6" in names
    assert any(name.startswith("ld-") for name in names)
    programs = {"/bin/p": tmp_path / "dynamic", "/bin/q": tmp_path / "dynamic"}
    found = entries(make_initrd(Content(programs=programs, busybox=content.busybox), TRUE))
    assert found["bin/p"][0] == stat.S_IFREG | 0o755
    for path in libraries(tmp_path / "dynamic"):
        assert found[str(path).lstrip("/")][2] == path.read_bytes()


def test_a_library_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ldd").write_text("#!/bin/sh\necho '\tlibx.so.1 => not found'\n")
    (tmp_path / "ldd").chmod(0o755)
    (tmp_path / "p").write_bytes(b"\x7fELF")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(VmError, match="a library is missing: libx"):
        libraries(tmp_path / "p")


@pytest.mark.requires("gcc")
def test_a_library_of_ones_own_is_not_replaced(content: Content, tmp_path: Path) -> None:
    (tmp_path / "p.c").write_text("int main(void) { return 0; }\n")
    subprocess.run(["gcc", "p.c", "-o", "p"], cwd=tmp_path, check=True)
    own = str(libraries(tmp_path / "p")[0])
    full = Content(
        files={own: GuestFile(data=b"own")},
        programs={"/bin/p": tmp_path / "p"},
        busybox=content.busybox,
    )
    assert entries(make_initrd(full, TRUE))[own.lstrip("/")][2] == b"own"


def test_a_script_is_a_program_without_libraries(content: Content, tmp_path: Path) -> None:
    (tmp_path / "s").write_text("#!/bin/sh\n")
    programs = {"/bin/s": tmp_path / "s"}
    found = entries(make_initrd(Content(programs=programs, busybox=content.busybox), TRUE))
    assert found["bin/s"] == (stat.S_IFREG | 0o755, 0, b"#!/bin/sh\n")


def test_an_archive_may_be_packed(content: Content) -> None:
    plain = make_initrd(content, TRUE)
    packed = make_initrd(content, TRUE, compress=True)
    assert packed[:2] == b"\x1f\x8b"
    assert gzip.decompress(packed) == plain
    assert make_initrd(content, TRUE, compress=True) == packed


def test_a_missing_busybox(tmp_path: Path) -> None:
    with pytest.raises(VmError, match="is missing: apt-get install busybox-static"):
        make_initrd(Content(busybox=tmp_path / "none"), TRUE)


def test_a_missing_file(content: Content, tmp_path: Path) -> None:
    files = {"/x": GuestFile(data=tmp_path / "none")}
    with pytest.raises(VmError, match=r"cannot read .*none: no such file or directory"):
        make_initrd(Content(files=files, busybox=content.busybox), TRUE)


@pytest.mark.parametrize(
    ("command", "bring", "message"),
    [
        (Command(argv=("x",), user="daemon"), (), "daemon: no user of the guest"),
        (TRUE, ("relative",), "not an absolute path"),
        (TRUE, ("/two\nlines",), "not an absolute path"),
    ],
)
def test_what_cannot_be_asked_for(
    content: Content, command: Command, bring: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_initrd(content, command, bring)


def test_a_file_of_an_unknown_user(content: Content) -> None:
    files = {"/x": GuestFile(data=b"", owner="daemon")}
    with pytest.raises(ValueError, match="daemon: no user of the guest"):
        make_initrd(Content(files=files, busybox=content.busybox), TRUE)
