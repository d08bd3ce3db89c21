"""Generated tests compile without a warning, pass where the kernel is right, and can fail."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kapi.model.spec import Spec
from kapi.testgen.ctest.as_json import write_json
from kapi.testgen.ctest.choose import Chosen
from kapi.testgen.ctest.document import Subject
from kapi.testgen.ctest.formats import FORMATS, write_c
from kapi.testgen.ctest.parts import FOLDER
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup.process import NOBODY
from kapi.vm.ktap import FAILED, PASSED, SKIPPED, parse_ktap
from tests.testgen.conftest import CALLS
from tests.testgen.ctest.conftest import Build, execute

pytestmark = [
    pytest.mark.requires("gcc", "system-headers", "kernel-build"),
    pytest.mark.timeout(600),  # the source of the kernel may have to be unpacked
]

Texts = dict[tuple[str, str], str]
ALL = [(call, name) for call in CALLS for name in FORMATS]
#: Who runs them: whoever runs this, and of root also somebody else.
CALLERS = [None] if os.geteuid() else [None, NOBODY]


@pytest.fixture(scope="module")
def programs(texts: Texts, build: Build) -> dict[tuple[str, str], Path]:
    """All of them, built without a warning."""
    return {key: build(text, "_".join(key)) for key, text in texts.items()}


@pytest.mark.parametrize(("call", "name"), ALL, ids=lambda word: word)
def test_they_pass_here(
    call: str,
    name: str,
    programs: dict[tuple[str, str], Path],
    chosen: dict[str, tuple[Chosen, ...]],
) -> None:
    for uid in CALLERS:
        done = execute(programs[call, name], uid)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        if name == "ltp":
            assert re.search(r"passed [1-9]\d* failed 0 broken 0 skipped \d+$", done.stdout), said
            continue
        results = parse_ktap(done.stdout)
        assert len(results) == len(chosen[call])
        statuses = {result.status for result in results}
        assert statuses <= {PASSED, SKIPPED} and PASSED in statuses
        if os.geteuid() == 0 and uid is None:
            assert statuses == {PASSED}
        reasons = {result.reason for result in results if result.status == SKIPPED}
        assert reasons <= {"needs root"}


def test_every_decided_case_compiles_and_passes(
    decided: dict[str, list[Chosen]], specs: dict[str, Spec], numbers: Numbers, build: Build
) -> None:
    """Not only those that are few: all of a call, in one file."""
    for call, found in decided.items():
        text = write_c(found, Subject(specs[f"sys_{call}"], numbers))
        results = parse_ktap(execute(build(text, f"all_{call}")).stdout)
        assert [one for one in results if one.status not in (PASSED, SKIPPED)] == []
        assert len(results) == len(found)


@pytest.mark.parametrize("name", FORMATS)
def test_a_wrong_expectation_fails_and_is_named(
    name: str,
    chosen: dict[str, tuple[Chosen, ...]],
    specs: dict[str, Spec],
    numbers: Numbers,
    build: Build,
) -> None:
    right = chosen["close"]
    wrong = [
        Chosen(one.case, replace(one.expected, errno="EIO", checks=())) for one in right[:1]
    ] + list(right[1:])
    text = FORMATS[name](wrong, Subject(specs["sys_close"], numbers))
    done = execute(build(text, "wrong"))
    said = done.stdout + done.stderr
    assert done.returncode == 1
    if name == "ltp":
        assert "TFAIL: tcp: sys_close(sock) gives 0" in said or "TFAIL" in said
        return
    bad = [one.name for one in parse_ktap(done.stdout) if one.status == FAILED]
    assert len(bad) == 1
    assert re.search(rf"# .*{bad[0].split('.')[-1]}.*[Ee]xpected -EIO \(-5\)", said), said
    assert "sys_close(" in said


def test_a_wrong_state_afterwards_fails(
    chosen: dict[str, tuple[Chosen, ...]], specs: dict[str, Spec], numbers: Numbers, build: Build
) -> None:
    (good,) = [one for one in chosen["close"] if one.expected.checks]
    check = good.expected.checks[0]._replace(answer=1)
    wrong = Chosen(good.case, replace(good.expected, checks=(check,)))
    done = execute(build(write_c([wrong], Subject(specs["sys_close"], numbers)), "state"))
    assert done.returncode == 1
    assert "F_GETFD" in done.stdout


def test_a_call_that_waits_and_one_that_dies(texts: Texts, build: Build) -> None:
    text = texts["close", "c"].replace("TIMEOUT_S = 10", "TIMEOUT_S = 1")
    waits = re.sub(r"(\tEXPECT_EQ\(-EBADF)", r"\tpause();\n\1", text)
    done = execute(build(waits, "waits"))
    assert (done.returncode, "no end within 1 s" in done.stdout) == (1, True)
    dies = re.sub(r"(\tEXPECT_EQ\(-EBADF)", r"\traise(SIGKILL);\n\1", text)
    done = execute(build(dies, "dies"))
    assert (done.returncode, "ended by signal 9" in done.stdout) == (1, True)


def test_what_is_missing_skips_and_what_is_wrong_fails(texts: Texts, build: Build) -> None:
    text = texts["close", "c"]
    for call, reason, failed in (
        ("open('/nonexistent', O_RDONLY)", "# SKIP", 0),
        ("close(-1)", "close(-1): Bad file descriptor", 1),
    ):
        code = call.replace("'", '"')
        changed = re.sub(r"(\tEXPECT_EQ\(-EBADF)", rf"\tSETUP({code});\n\1", text)
        done = execute(build(changed, "lacks"))
        assert (done.returncode, reason in done.stdout) == (failed, True), done.stdout


def test_nothing_stays_behind(programs: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for name in ("kselftest", "c"):
        program = programs["open", name]
        done = subprocess.run(
            [program], capture_output=True, check=False, timeout=60, env={"TMPDIR": str(tmp_path)}
        )
        assert done.returncode == 0
        assert list(tmp_path.iterdir()) == []


@pytest.mark.requires("perl")
@pytest.mark.parametrize("name", FORMATS)
def test_they_keep_to_the_style_of_the_kernel(
    name: str, texts: Texts, kernel_tree: Path, tmp_path: Path
) -> None:
    """No error at all; warnings that are about the inside of a kernel are left out."""
    ignored = "ENOSYS,PREFER_DEFINED_ATTRIBUTE_MACRO,LONG_LINE,FILE_PATH_CHANGES,LONG_LINE_STRING"
    options = ("--no-tree", "--strict", "--terse", "--no-summary", "--ignore", ignored)
    for call in CALLS:
        path = tmp_path / f"{call}.c"
        path.write_text(texts[call, name])
        done = subprocess.run(
            ["perl", str(kernel_tree / "scripts/checkpatch.pl"), *options, "-f", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout == "", done.stdout


def test_they_build_in_a_folder_of_the_selftests(
    texts: Texts, kernel_tree: Path, tmp_path: Path
) -> None:
    """As their head says: with ``-I..`` in the flags, and what lib.mk adds."""
    folder = tmp_path / "selftests" / "kapi"
    folder.mkdir(parents=True)
    for header in ("kselftest.h", "kselftest_harness.h"):
        source = kernel_tree / "tools/testing/selftests" / header
        (folder.parent / header).symlink_to(source)
    (folder / "open_test.c").write_text(texts["open", "kselftest"])
    command = ["gcc", "-Wall", "-Werror", "-I..", "-D_GNU_SOURCE=", "-o", "open_test"]
    done = subprocess.run(
        [*command, "open_test.c"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.requires("aarch64-gcc")
def test_they_compile_for_another_architecture(texts: Texts, tmp_path: Path) -> None:
    for call in CALLS:
        source = tmp_path / "x.c"
        source.write_text(texts[call, "c"])
        done = subprocess.run(
            ["aarch64-linux-gnu-gcc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", source],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), call


def test_claims_and_cases_are_named(texts: Texts, chosen: dict[str, tuple[Chosen, ...]]) -> None:
    for (call, _), text in texts.items():
        for one in chosen[call]:
            assert f" * case {one.case.id}" in text
            assert all(f" * {claim}" in text for claim in one.expected.claims)


def test_json_says_the_same(
    chosen: dict[str, tuple[Chosen, ...]], specs: dict[str, Spec], numbers: Numbers
) -> None:
    import json

    document = json.loads(write_json(chosen["read"], Subject(specs["sys_read"], numbers)))
    assert (document["version"], document["call"]) == (1, "sys_read")
    assert document["parameters"] == ["fd", "buf", "count"]
    by_id = {case["id"]: case for case in document["cases"]}
    assert by_id.keys() == {one.case.id for one in chosen["read"]}
    assert {"errno" in case["expected"] for case in by_id.values()} == {True, False}
    assert all(case["expected"]["claims"] for case in by_id.values())


def test_every_helper_is_used_somewhere(texts: Texts) -> None:
    """Or at least can be: each is named by a step, or needed by another helper."""
    source = "".join(
        path.read_text() for path in (*FOLDER.parent.glob("*.py"), *FOLDER.glob("*.c"))
    )
    for path in FOLDER.glob("*.c"):
        assert source.count(path.stem) > 1, path.name
