"""The shipped numbers, held against compilers, Python and the text of a kernel tree."""

from __future__ import annotations

import errno
import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from kapi.errors import SourceError
from kapi.uapi import tables
from kapi.uapi.errnos import errno_definitions
from kapi.uapi.tables import Table, releases
from kapi.uapi.tree import host_architecture
from tests.tool_checks import require

HOST_HEADERS = """
asm/errno.h asm/signal.h asm/mman.h linux/fcntl.h linux/stat.h linux/capability.h linux/mman.h
linux/resource.h linux/eventpoll.h linux/sched.h linux/falloc.h linux/fs.h linux/xattr.h
""".split()
HOST_FAMILIES = (
    r"(O|AT|MADV|S|MAP|PROT|F|SA|RLIMIT|RUSAGE|EPOLL|CLONE|SEEK|FALLOC|RWF|LOCK|XATTR|RENAME)_\w+"
)
# Numbers of the text of a tree's headers, where they differ from asm-generic.
DIFFERING = {
    "EDEADLK": "errno.h",
    "ENAMETOOLONG": "errno.h",
    "SIGUSR1": "signal.h",
    "SIGCHLD": "signal.h",
    "O_DIRECTORY": "fcntl.h",
    "O_CREAT": "fcntl.h",
    "O_CLOEXEC": "fcntl.h",
    "SOL_SOCKET": "socket.h",
    "MAP_ANONYMOUS": "mman.h",
}


@pytest.fixture
def table() -> Table:
    return Table.load()


def test_loading_by_release(table: Table) -> None:
    series = releases()[-1]
    assert table.release.startswith(series)
    assert Table.load(series) is table
    assert Table.load(f"{series}.3-amd64") is table
    with pytest.raises(SourceError, match="no table of this kernel release"):
        Table.load("2.4")


def test_an_unknown_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "9.9.json").write_text('{"format": 99}')
    monkeypatch.setattr(tables, "FOLDER", tmp_path)
    with pytest.raises(SourceError, match="table format is not"):
        Table.load()


def test_unknown_is_none_never_zero(table: Table) -> None:
    assert table.number("ENOSUCHTHING", "x86_64") is None
    assert table.number("ENOENT", "vax") is None
    assert table.number("PAGE_SIZE", "x86_64") is None and table.knows("PAGE_SIZE")
    assert table.number("SIGSTKFLT", "mips") is None
    assert table.number("O_RDONLY", "x86_64") == 0
    assert table.name_of_errno(9999, "x86_64") is None
    assert table.name_of_errno(1, "vax") is None


def test_every_value_is_well_formed(table: Table) -> None:
    assert len(table.arches()) >= 12
    for arch in table.arches():
        assert table.number("EPERM", arch) == 1
        assert len({table.number(name, arch) for name in table.capabilities}) >= 41
        for name in (*table.errnos, *table.internal_errnos):
            number = table.number(name, arch)
            assert number is None or 0 < number < 4096
        for name in table.internal_errnos:
            number = table.number(name, arch)
            assert number is not None and number >= 512


def test_no_two_errnos_share_a_number_but_aliases(table: Table) -> None:
    for arch in table.arches():
        others = table.errno_aliases(arch)
        numbers = [table.number(name, arch) for name in table.errnos if name not in others]
        given = [number for number in numbers if number is not None]
        assert len(given) == len(set(given)), arch
        for alias, name in others.items():
            assert table.number(alias, arch) == table.number(name, arch) is not None


def test_names_of_errnos(table: Table) -> None:
    for arch in table.arches():
        for name in table.errnos:
            number = table.number(name, arch)
            if number is not None:
                shown = table.name_of_errno(number, arch)
                assert shown is not None and table.number(shown, arch) == number
        eagain = table.number("EAGAIN", arch)
        assert eagain is not None and table.name_of_errno(eagain, arch) == "EAGAIN"
    assert table.name_of_errno(512, "arm64") == "ERESTARTSYS"
    canceled = table.number("ECANCELED", "parisc")
    assert canceled is not None and table.name_of_errno(canceled, "parisc") == "ECANCELED"


def test_denied_are_only_names_of_whole_families(table: Table) -> None:
    assert table.denies("O_NOSUCHTHING") and not table.denies("O_CREAT")
    assert not table.denies("NOSUCHTHING_X") and not table.denies("O")


def test_python_agrees_on_the_host(table: Table) -> None:
    host = host_architecture()
    if host not in table.arches():
        pytest.skip(f"no table for {host}")
    for number, name in errno.errorcode.items():
        if name in table.errnos:  # ENOTSUP is of the C library alone
            assert table.number(name, host) == number, name
    for member in signal.Signals:
        if not member.name.startswith("SIGRT"):  # the C library takes some of these
            assert table.number(member.name, host) == member.value, member.name


def test_the_hosts_compiler_agrees(table: Table, system_include: Path, tmp_path: Path) -> None:
    host = host_architecture()
    compiler = require("gcc")
    if host not in table.arches():
        pytest.skip(f"no table for {host}")
    flags = {n for n in table.constants if re.fullmatch(HOST_FAMILIES, n)}
    names = sorted({*table.errnos, *table.signals, *table.capabilities, *flags})
    numbers = {name: table.number(name, host) for name in names}
    includes = [f"#include <{header}>" for header in HOST_HEADERS]
    wanted = [name for name, number in numbers.items() if number is not None]
    prints = [
        f'#ifdef {name}\nprintf("{name} %lld\\n", (long long)({name}));\n#endif' for name in wanted
    ]
    body = "\n".join(
        [*includes, "int printf(const char *, ...);", "int main(void) {", *prints, "}"]
    )
    source = tmp_path / "numbers.c"
    source.write_text(body)
    subprocess.run([compiler, "-w", "-o", tmp_path / "numbers", source], check=True)
    output = subprocess.run([tmp_path / "numbers"], check=True, capture_output=True, text=True)
    printed = dict(line.split() for line in output.stdout.splitlines())
    assert len(printed) > 400
    # What an older kernel's headers lack, or what is a mask of all flags there are, may differ.
    differing = {n: v for n, v in printed.items() if int(v) != numbers[n]}
    assert {n for n in differing if not re.search(r"_(MASK|LAST|MAX|SUPPORTED|ALL)$", n)} == set()


@pytest.mark.parametrize("name", DIFFERING)
def test_numbers_that_differ_by_the_trees_text(table: Table, linux_tree: Path, name: str) -> None:
    differing = set()
    for arch in ("alpha", "mips", "parisc", "sparc"):
        path = linux_tree / f"arch/{arch}/include/uapi/asm/{DIFFERING[name]}"
        match = re.search(rf"^#define\s+{name}\s+(\w+)", path.read_text(), re.MULTILINE)
        if match:
            text = match[1]
            number = int(text, 8 if re.fullmatch(r"0[0-7]+", text) else 0)
            assert table.number(name, arch) == number, arch
            differing.add(number)
    assert differing - {table.number(name, "x86_64")}


def test_all_errnos_by_the_trees_text(table: Table, linux_tree: Path) -> None:
    uapi = linux_tree / "include/uapi"
    for arch in table.arches():
        own = linux_tree / f"arch/{arch}/include/uapi"

        def find(name: str, own: Path = own) -> str:
            generic = uapi / name.replace("asm/", "asm-generic/")
            return str(own / name if (own / name).exists() else generic)

        for name, value in errno_definitions("asm/errno.h", find).items():
            expected = int(value) if value.isdigit() else table.number(value, arch)
            assert table.number(name, arch) == expected is not None, (arch, name)


def test_the_files_say_how_they_were_made() -> None:
    for series in releases():
        path = tables.FOLDER / f"{series}.json"
        document = json.loads(path.read_text())
        assert document["release"].startswith(series)
        assert "make_uapi_tables" in document["made_by"]
        assert path.stat().st_size < 300_000
