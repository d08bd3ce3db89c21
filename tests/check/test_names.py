"""Where names are looked up: the tree of the file, its own macros, all constants at once."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from kapi.check.specs import check_specs
from kapi.csource.collect import Collection, collect
from kapi.uapi.headers import open_names
from kapi.uapi.names import UapiNames

SPEC = """\
/**
 * sys_{name} - x
 * @a: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, input
 *   constraint-type: mask({mask})
 *
 * error: {errno}, x
 */
SYSCALL_DEFINE1({name}, int, a);
"""


def spec(name: str, mask: str = "0x1", errno: str = "EINVAL") -> str:
    """A C file with a spec."""
    return SPEC.format(name=name, mask=mask, errno=errno)


def make_tree(top: Path) -> Path:
    """The least that is a kernel tree, with two errnos and some constants."""
    files = {
        "Kbuild": "",
        "MAINTAINERS": "",
        "Makefile": "VERSION = 9\nPATCHLEVEL = 1\n",
        "include/uapi/asm-generic/errno.h": "#define EINVAL 22\n#define EFROB 200\n",
        "include/uapi/linux/frob.h": "#define FROB_A 1\nenum { FROB_B = 2 };\n",
        "include/linux/frob.h": "#define FROB_INTERNAL 4\n",
        "fs/frob.h": "#define FROB_BESIDE 8\n",
    }
    for name, text in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return top


def read(*paths: Path) -> Collection:
    return collect((str(path), path.read_bytes()) for path in paths)


def messages(collection: Collection) -> list[str]:
    return [f"{one.span.column}: {one.message}" for one in check_specs(collection)]


def test_the_tree_of_the_file_answers(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "linux")
    path = tree / "fs" / "frob.c"
    names = "FROB_A | FROB_B | FROB_INTERNAL | FROB_BESIDE | FROB_OWN | FROB_NONE"
    path.write_text("#define FROB_OWN 16\n" + spec("frob", names, "EFROB"))
    column = path.read_text().split("\n")[11].index("FROB_NONE") + 1
    assert messages(read(path)) == [
        f"{column}: no constant 'FROB_NONE' in the headers of linux 9.1"
    ]
    path.write_text(spec("frob", errno="EAGAIN"))
    assert messages(read(path)) == ["11: no errno 'EAGAIN' in the headers of linux 9.1"]


def test_without_a_tree_only_sure_errors_count(tmp_path: Path) -> None:
    path = tmp_path / "frob.c"
    path.write_text(spec("frob", "FROB_NONE | MADV_FROB | MADV_DONTNEED", "EFROB"))
    (constant, errno) = messages(read(path))
    assert constant.startswith("40: no constant 'MADV_FROB' in the ")
    assert errno.startswith("11: no errno 'EFROB' in the ")


class CountingNames:
    """Opens real names and counts how often all constants are asked for."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []

    def open(self, tree: Path | None) -> UapiNames:
        names = open_names(tree)
        original = names.missing

        def missing(wanted: Iterable[str], files: Iterable[Path] = ()) -> set[str]:
            self.asked.append(set(wanted))
            return original(self.asked[-1], files)

        vars(names)["missing"] = missing
        return names


def test_constants_of_a_tree_are_asked_for_together(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "linux")
    one, two = tree / "fs" / "one.c", tree / "two.c"
    one.write_text(spec("one", "FROB_A"))
    two.write_text(spec("two", "FROB_B"))
    counting = CountingNames()
    assert check_specs(read(one, two), counting.open) == ()
    assert counting.asked == [{"FROB_A", "FROB_B"}]


def test_macros_of_one_file_are_not_those_of_another(tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "linux")
    one, two = tree / "fs" / "one.c", tree / "two.c"
    one.write_text("#define FROB_OWN 1\n" + spec("one", "FROB_OWN"))
    two.write_text(spec("two", "FROB_OWN"))
    (found,) = check_specs(read(one, two))
    assert (found.span.path, found.code) == (str(two), "unknown-constant")


@pytest.mark.requires("linux-tree")
def test_a_real_tree_knows_its_names(linux_tree: Path) -> None:
    path = linux_tree / "fs" / "no-such-file.c"
    text = spec("frob", "O_DIRECT | VALID_OPEN_FLAGS | MAX_RW_COUNT | PATH_MAX | O_DIRECTT")
    collection = collect([(str(path), text.encode())])
    (found,) = check_specs(collection)
    assert found.code == "unknown-constant"
    assert found.message.endswith("; did you mean 'O_DIRECT'?")
