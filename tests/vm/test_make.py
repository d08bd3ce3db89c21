"""make gets a clean environment, its output is kept, and it does not outlive this process."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kapi.vm.arch import ARCHITECTURES
from kapi.vm.errors import BuildError, VmError
from kapi.vm.make import LOG, Make, Progress
from tests.vm.kernel_trees import write_tree


@pytest.fixture
def make(tmp_path: Path) -> Make:
    (tmp_path / "out").mkdir()
    tree = write_tree(tmp_path / "tree")
    return Make(tree, tmp_path / "out", ARCHITECTURES["um"], jobs=3)


def add_target(make: Make, name: str, recipe: str) -> None:
    """Another target of the tree."""
    with open(make.tree / "Makefile", "a", encoding="ascii") as stream:
        stream.write(f"{name}:\n\t{recipe}\n")


def test_the_command_line(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["make", "-C", str(make.tree), f"O={make.output}", "-j3", "ARCH=um"]
    assert make.command("linux", "X=y") == [*words, "linux", "X=y"]
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    make.ccache = make.output / "ccache"
    assert make.command("linux") == [*words, "CC=ccache gcc", "linux"]
    assert make.environment()["CCACHE_DIR"] == str(make.ccache)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert make.command("linux") == [*words, "linux"]
    assert "CCACHE_DIR" not in make.environment()


def test_a_cross_compiler(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("", "", "", "", "x86_64")))
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    cross = Make(make.tree, make.output, ARCHITECTURES["aarch64"], jobs=1, ccache=make.output)
    assert cross.command("Image")[4:] == [
        "-j1",
        "ARCH=arm64",
        "CROSS_COMPILE=aarch64-linux-gnu-",
        "CC=ccache aarch64-linux-gnu-gcc",
        "Image",
    ]


def test_the_environment_is_a_clean_one(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAKEFLAGS", "MAKELEVEL", "KCFLAGS", "ARCH", "CROSS_COMPILE", "O", "V"):
        monkeypatch.setenv(name, "x")
    names = make.environment().keys()
    assert names <= {
        "HOME",
        "KBUILD_BUILD_HOST",
        "KBUILD_BUILD_TIMESTAMP",
        "KBUILD_BUILD_USER",
        "KBUILD_BUILD_VERSION",
        "LC_ALL",
        "LOCALVERSION",
        "LOGNAME",
        "PATH",
        "TMPDIR",
        "USER",
    }


def test_output_is_logged_and_steps_are_told(make: Make) -> None:
    steps: list[Progress] = []
    make.on_progress = steps.append
    add_target(make, "talk", "@echo plain; echo '  AS      x.o'; echo '  LD      y' >&2")
    make.run("talk")
    assert [(step.objects, step.step) for step in steps] == [(1, "AS      x.o"), (1, "LD      y")]
    text = (make.output / LOG).read_text()
    assert "plain\n" in text
    assert "  LD      y\n" in text


def test_a_failure_shows_the_lines_that_say_why(make: Make) -> None:
    add_target(make, "fail", "@seq 100; echo 'x.c:1: error: no'; seq 100; exit 3")
    with pytest.raises(BuildError) as caught:
        make.run("fail")
    assert caught.value.excerpt.splitlines()[0] == "x.c:1: error: no"
    assert str(caught.value).startswith(f"{make.tree}: make fail failed, see {make.output / LOG}:")


def test_a_failure_without_a_reason_shows_the_last_lines(make: Make) -> None:
    add_target(make, "fail", "@seq 100; echo the tree is not clean; exit 3")
    with pytest.raises(BuildError) as caught:
        make.run("fail")
    lines = caught.value.excerpt.splitlines()
    assert "the tree is not clean" in lines
    assert len(lines) <= 20


def test_an_earlier_failure_is_not_shown_again(make: Make) -> None:
    add_target(make, "fail", "@echo 'error: first'; exit 3")
    add_target(make, "other", "@echo 'error: second'; exit 3")
    for name in ("fail", "other"):
        with pytest.raises(BuildError) as caught:
            make.run(name)
    assert "first" not in caught.value.excerpt


def test_a_make_that_is_killed_is_our_fault(make: Make) -> None:
    add_target(make, "die", "@kill -9 $$PPID")
    with pytest.raises(VmError, match="it was ended by signal 9"):
        make.run("die")


def test_a_make_that_is_missing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(make.output))
    with pytest.raises(VmError, match="cannot run make: "):
        make.run("x")


def test_an_interrupted_build_leaves_no_process_behind(make: Make) -> None:
    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    make.on_progress = interrupt
    add_target(make, "long", f"@echo $$$$ >{make.output}/pid; echo '  CC      x'; sleep 60")
    with pytest.raises(KeyboardInterrupt):
        make.run("long")
    status = Path("/proc", (make.output / "pid").read_text().strip(), "stat")
    assert not status.exists() or status.read_text().split()[2] == "Z"


def test_input_is_never_asked_for(make: Make) -> None:
    add_target(make, "ask", "@read x || echo '  nothing'")
    steps: list[Progress] = []
    make.on_progress = steps.append
    make.run("ask")
    assert [step.step for step in steps] == ["nothing"]
