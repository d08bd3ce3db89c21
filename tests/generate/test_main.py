"""The generator as a kernel build runs it: silent, or a message that names the place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kapi
from kapi.generate.__main__ import main
from kapi.ktree.content import GENERATOR, kernel_folder
from tests.binary.kernel_headers import write_stubs
from tests.generate.building import X86_64, compile_file
from tests.generate.test_data import SPEC

#: How many numbers ``SPEC`` asks for.
COUNT = 16


def answer(count: int = COUNT, value: int = 32) -> str:
    """What a compiler might answer."""
    return "".join(f'.ascii "->kapi {number} $0 $0 ${value}"\n' for number in range(count))


class Files:
    """The files of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = folder / "frob.c"
        self.output = folder / "out.c"
        self.prose = folder / "out.prose"
        self.assembly = folder / "const.s"
        self.spec.write_text(SPEC)
        self.assembly.write_text(answer())

    def constants(self, *more: str) -> int:
        return main(["constants", str(self.spec), "--output", str(self.output), *more])

    def data(self, *more: str) -> int:
        files = ["--output", str(self.output), "--prose", str(self.prose)]
        return main(["data", str(self.spec), *files, "--assembly", str(self.assembly), *more])

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


Captured = pytest.CaptureFixture[str]


def test_it_is_silent(files: Files, capsys: Captured) -> None:
    assert files.constants() == 0
    assert files.data() == 0
    assert files.names() == ["const.s", "frob.c", "out.c", "out.prose"]
    assert capsys.readouterr() == ("", "")


def test_a_bad_spec_is_reported_with_its_place(files: Files, capsys: Captured) -> None:
    files.spec.write_text(SPEC.replace("error: EINTR", "error: -EINTR"))
    for step in (files.constants, files.data):
        assert step() == 1
        message = capsys.readouterr().err
        assert message.startswith(f"{files.spec}:33:11: error: ")
        assert message.endswith("[errno-sign]\n")
    assert files.names() == ["const.s", "frob.c"]


def test_a_rule_without_sense_is_reported_with_its_place(files: Files, capsys: Captured) -> None:
    files.spec.write_text(SPEC.replace("range(-1, FROB_MAX)", "alignment(FROB_MAX - 1)"))
    files.assembly.write_text(answer(COUNT - 1, 63))
    assert files.data() == 1
    message = f"{files.spec}:15:6: error: an alignment is a power of two, and 63 is none\n"
    assert capsys.readouterr().err == message
    assert files.names() == ["const.s", "frob.c"]


def test_a_file_without_specs_is_reported(files: Files, capsys: Captured) -> None:
    files.spec.write_text("int frob;\n")
    assert files.constants() == 1
    message = "no specification of a call in it, though the build asks for one"
    assert capsys.readouterr().err == f"{files.spec}: {message}\n"


def test_a_fault_in_a_shared_file_is_reported_there(files: Files, capsys: Captured) -> None:
    shared = files.folder / "shared.c"
    shared.write_text(SPEC.replace("frob", "frib").replace("error: EINTR", "error: -EINTR"))
    assert files.constants("--shared", str(shared)) == 1
    assert capsys.readouterr().err.startswith(f"{shared}:33:11: error: ")


def test_specs_of_other_files_are_left_out(files: Files) -> None:
    shared = files.folder / "shared.c"
    shared.write_text(SPEC.replace("frob", "frib"))
    assert files.constants("--shared", str(shared)) == 0
    assert files.data("--shared", str(shared)) == 0
    assert "frib" not in files.output.read_text()


def test_a_missing_file_is_reported(files: Files, capsys: Captured) -> None:
    files.spec.unlink()
    assert files.constants() == 1
    assert capsys.readouterr().err == f"{files.spec}: no such file or folder\n"


def test_a_folder_that_cannot_be_written_to(files: Files, capsys: Captured) -> None:
    files.output = files.folder / "none" / "out.c"
    assert files.constants() == 1
    reason = "cannot be written: No such file or directory"
    assert capsys.readouterr().err == f"{files.output}: {reason}\n"


def test_a_full_disk_leaves_no_part_of_a_file(
    files: Files, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.output.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert files.constants() == 1
    reason = "cannot be written: No space left on device"
    assert capsys.readouterr().err == f"{files.output}: {reason}\n"
    assert files.output.read_text() == "old"
    assert files.names() == ["const.s", "frob.c", "out.c"]


def test_an_answer_to_other_questions(files: Files, capsys: Captured) -> None:
    files.assembly.write_text(answer(COUNT + 1))
    assert files.data() == 1
    assert f"the assembly holds {COUNT + 1} constants, not {COUNT}" in capsys.readouterr().err


@pytest.mark.parametrize("missing", ["--assembly", "--prose"])
def test_data_needs_both_files(files: Files, missing: str, capsys: Captured) -> None:
    words = ["data", str(files.spec), "--output", "x", "--assembly", "y", "--prose", "z"]
    at = words.index(missing)
    with pytest.raises(SystemExit) as caught:
        main([*words[:at], *words[at + 2 :]])
    assert caught.value.code == 2
    assert "data needs --assembly and --prose" in capsys.readouterr().err


@pytest.mark.requires("gcc")
def test_a_header_beside_the_source_is_found(files: Files) -> None:
    """The generated file lies elsewhere, where another header may have the name."""
    write_stubs(files.folder)
    beside = files.folder / "fs"
    beside.mkdir()
    (beside / "internal.h").write_text("#define FROB_DEEP 5\n")
    (files.folder / "internal.h").write_text("#error the wrong one\n")
    files.spec = beside / "frob.c"
    text = SPEC.replace("<linux/frob.h>", '<linux/frob.h>\n#include "internal.h"')
    files.spec.write_text(text.replace("FROB_MAX", "FROB_DEEP"))
    assert files.constants() == 0
    done = compile_file(X86_64, files.folder, files.output, "-S", "-o", "/dev/null")
    assert (done.returncode, done.stderr) == (0, "")


def test_it_runs_on_a_bare_python_as_in_a_kernel_tree(files: Files) -> None:
    """Exactly the files that go into a tree, and the very command of kernel/api/Makefile."""
    tool = files.folder / "tools/kapi"
    shutil.copytree(kernel_folder() / "tools/kapi", tool)
    package = Path(kapi.__file__).parent
    for part in ("__init__", *GENERATOR):
        if (package / part).is_dir():
            shutil.copytree(package / part, tool / "kapi" / part)
        else:
            (tool / "kapi").mkdir(exist_ok=True)
            shutil.copy(package / f"{part}.py", tool / "kapi")
    python = sys._base_executable  # type: ignore[attr-defined]
    command = [python, "-I", "-S", "-B", "-W", "error", str(tool)]
    outputs = ["--output", str(files.output), "--prose", str(files.prose)]
    steps = (
        ["constants", str(files.spec), *outputs[:2]],
        ["data", str(files.spec), *outputs, "--assembly", str(files.assembly)],
    )
    for step in steps:
        done = subprocess.run([*command, *step], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert "sys_frob" in files.output.read_text()
