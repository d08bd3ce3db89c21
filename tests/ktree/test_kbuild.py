"""The kernel's own build makes what it must of a tree with kapi, no more, and without a warning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kapi.ktree.apply import overlay_files
from kapi.vm.arch import ARCHITECTURES
from kapi.vm.build import build_folder
from kapi.vm.errors import BuildError
from kapi.vm.kconfig import KernelConfig, configure
from kapi.vm.make import LOG, Make
from kapi.vm.overlay import private_tree
from kapi.vm.source import debian_tree
from tests.ktree.trees import digests
from tests.tool_checks import require
from tests.vm.conftest import KERNEL_CACHE

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.timeout(1800),  # the first test of all copies a tree
    pytest.mark.requires("kernel-build", "linux-source"),
]

CONFIGS = {
    "x86_64": KernelConfig("x86_64", ("guest", "x86_64", "kapi", "kapi-module")),
    "aarch64": KernelConfig("aarch64", ("guest", "aarch64", "kapi", "kapi-module")),
    "um": KernelConfig("um", ("kunit", "kapi")),
}

FOLDER = "kernel/api"
READ_WRITE = f"{FOLDER}/specs/fs/read_write.c"
PATHS = f"{FOLDER}/specs/shared"

OURS = re.compile(r"kernel/api/|tools/kapi/|include/linux/kapi")
OTHERS = re.compile(r"linux-source-6\.12/\S+\.[chS]:")

#: What make calls the work that is ours.
VERBS = ("AS", "CC", "KAPI", "LD")

_WORK = re.compile(r"^  (\w+) +(?:\[M\] +)?(\S+)$", re.MULTILINE)


class Workshop:
    """A tree with kapi, and an output folder in which a part of it is built."""

    def __init__(self, tree: Path, output: Path, arch: str) -> None:
        self.tree = tree
        self.make = Make(tree, output, ARCHITECTURES[arch], jobs=2)
        self.make.ccache = KERNEL_CACHE.folder("ccache")
        output.mkdir(parents=True, exist_ok=True)
        (output / LOG).unlink(missing_ok=True)
        configure(self.make, CONFIGS[arch])
        self.make.run("prepare")
        self(f"{FOLDER}/")

    def __call__(self, *targets: str) -> str:
        """Make targets; what make said."""
        log = self.make.output / LOG
        before = log.stat().st_size
        self.make.run(*targets)
        return log.read_text()[before:]

    def work(self) -> set[str]:
        """Build kernel/api; which files it made, in the form ``CC fs/open.o``."""
        said = self(f"{FOLDER}/")
        return {f"{verb} {path}" for verb, path in _WORK.findall(said) if verb in VERBS}

    @contextmanager
    def changed(self, path: str, right: str, wrong: str) -> Iterator[None]:
        """A file with a text replaced, for a while."""
        file = self.tree / path
        text = file.read_text()
        assert right in text
        file.write_text(text.replace(right, wrong, 1))
        try:
            yield
        finally:
            file.write_text(text)


@pytest.fixture(scope="module")
def tree() -> Path:
    """A tree of our own."""
    require("kernel-build")
    require("linux-source")
    base = debian_tree(cache=KERNEL_CACHE)
    return private_tree(base, "kbuild", overlay_files(base), KERNEL_CACHE)


@pytest.fixture(scope="module")
def open_workshop(tree: Path) -> Callable[[str], Workshop]:
    """Opens the workshop of an architecture, once."""
    opened: dict[str, Workshop] = {}

    def work(arch: str) -> Workshop:
        if arch not in opened:
            if arch == "aarch64":
                require("aarch64-gcc")
            output = build_folder(tree, CONFIGS[arch], KERNEL_CACHE)
            opened[arch] = Workshop(tree, output, arch)
        return opened[arch]

    return work


@pytest.fixture
def um(open_workshop: Callable[[str], Workshop]) -> Workshop:
    """The one that is quickest."""
    return open_workshop("um")


def warnings(said: str) -> list[str]:
    """What compiler, sparse, modpost and make complain of, but for files that are not ours."""
    found = [line for line in said.splitlines() if re.search(r"(?i)\b(?:warning|error)\b", line)]
    return [line for line in found if OURS.search(line) or not OTHERS.search(line)]


def all_warnings(workshop: Workshop) -> list[str]:
    """Warnings of a build with all that the kernel's build has to find some."""
    for path in (workshop.make.output / FOLDER).glob("*.o"):
        path.unlink()
    said = workshop("W=1", "C=1", f"{FOLDER}/")
    assert "CC      kernel/api/core.o" in said
    assert "CHECK   " in said
    return warnings(said)


@pytest.mark.requires("sparse")
@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_no_compiler_and_no_checker_warns(
    arch: str, open_workshop: Callable[[str], Workshop]
) -> None:
    assert all_warnings(open_workshop(arch)) == []


@pytest.mark.requires("sparse")
def test_a_warning_would_be_noticed(open_workshop: Callable[[str], Workshop]) -> None:
    workshop = open_workshop("x86_64")
    with workshop.changed(f"{FOLDER}/clauses.c", "static u64 cut(", "u64 cut("):
        found = all_warnings(workshop)
    assert any("no previous prototype for 'cut'" in line for line in found)  # the compiler
    assert any("symbol 'cut' was not declared" in line for line in found)  # sparse


def test_nothing_to_do(um: Workshop) -> None:
    assert um.work() == set()


def made_of(stem: str) -> set[str]:
    """What is made of a file of specs."""
    spec = f"{FOLDER}/spec-{stem}"
    return {f"KAPI {spec}.const.c", f"CC {spec}.const.s", f"KAPI {spec}.c", f"CC {spec}.o"}


def test_a_changed_spec_makes_its_own_objects_and_no_other(um: Workshop) -> None:
    with um.changed(READ_WRITE, "sys_read - ", "sys_read - really "):
        assert um.work() == made_of("fs-read_write")
        prose = um.make.output / FOLDER / "spec-fs-read_write.prose"
        assert b"really" in prose.read_bytes()
        assert um.work() == set()
    assert um.work() == made_of("fs-read_write")


def test_everybody_takes_facts_from_shared_specs(um: Workshop) -> None:
    shared = min((um.tree / PATHS).glob("*.c"))
    with um.changed(str(shared.relative_to(um.tree)), "/**", "/* */\n/**"):
        made = um.work()
    assert made >= made_of("fs-read_write") | made_of("fs-open")
    um.work()


def test_the_generator_is_a_prerequisite(um: Workshop) -> None:
    with um.changed("tools/kapi/kapi/generate/prose.py", "from __", "# changed\nfrom __"):
        made = um.work()
    assert {"KAPI kernel/api/spec-fs-open.const.c", "KAPI kernel/api/spec-mm-madvise.c"} <= made
    um.work()


def state(workshop: Workshop) -> dict[str, bytes]:
    """Content of every generated file."""
    folder = workshop.make.output / FOLDER
    return {path.name: path.read_bytes() for path in folder.glob("spec-*") if path.suffix != ".cmd"}


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("error: EFBIG,", "error: EFBIGG,", "EFBIGG"),
        (" *   type: fd, input", " *   tipe: fd, input", r"\[\w+(-\w+)+\]"),
    ],
    ids=["constant", "word"],
)
def test_a_wrong_spec_fails_the_build_at_its_place(
    um: Workshop, right: str, wrong: str, message: str
) -> None:
    before = state(um)
    with um.changed(READ_WRITE, right, wrong):
        text = (um.tree / READ_WRITE).read_text()
        line = text.count("\n", 0, text.index(wrong)) + 1
        with pytest.raises(BuildError, match=rf"{re.escape(READ_WRITE)}:{line}\b.*{message}"):
            um.work()
        # make may not take what is left for something that is finished.
        with pytest.raises(BuildError):
            um.work()
        assert state(um).keys() <= before.keys()
    um.work()
    assert state(um) == before


def test_a_generator_that_fails_fails_the_build(um: Workshop) -> None:
    right = "from __future__ import annotations"
    path, wrong = "tools/kapi/kapi/generate/data.py", f"{right}\nraise OSError('x')"
    with um.changed(path, right, wrong), pytest.raises(BuildError):
        um.work()
    um.work()


def test_a_build_inside_the_tree_and_its_clean(tree: Path) -> None:
    before = digests(tree / FOLDER) | digests(tree / "tools/kapi")
    workshop = Workshop(tree, tree, "um")
    try:
        assert (tree / FOLDER / "spec-fs-open.o").exists()
        assert warnings(workshop("W=1", f"{FOLDER}/")) == []
        workshop("clean")
        left = digests(tree / FOLDER) | digests(tree / "tools/kapi")
        assert left.keys() == before.keys()
    finally:
        workshop("mrproper")
        (tree / LOG).unlink()
    assert digests(tree / FOLDER) | digests(tree / "tools/kapi") == before
