"""``kapi test generate``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kapi.cli.main import main
from kapi.model.spec import Spec
from kapi.testgen.cases import make_cases
from kapi.testgen.ctest.observe_cases import observe_cases
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import write_record
from tests.testgen.ctest.conftest import Build, execute

pytestmark = [
    pytest.mark.requires("gcc", "system-headers"),
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def records(
    specs: dict[str, Spec], numbers: Numbers, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """What comes of the cases of close here."""
    spec = specs["sys_close"]
    told: list[str] = []
    found = observe_cases(make_cases(spec, numbers), spec, numbers, told.append)
    assert told and told[0].startswith("sys_close: 0 of ")
    path = tmp_path_factory.mktemp("records") / "close.records"
    path.write_text("".join(f"{write_record(one)}\n" for one in found))
    return path


@pytest.mark.requires("kernel-build")
def test_it_runs_cases_and_writes_a_test_that_passes(
    capsys: pytest.CaptureFixture[str], build: Build
) -> None:
    assert main(["test", "generate", "close", "--format", "c"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert " * Made by: kapi test generate close --format c\n" in out
    assert execute(build(out, "close")).returncode == 0


def test_records_give_the_same(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.json"
    words = ["test", "generate", "sys_close", "-f", "json", "--records", str(records)]
    assert main([*words, "-o", str(target)]) == 0
    assert main(words) == 0
    out, err = capsys.readouterr()
    assert (out, err) == (target.read_text(), "")
    document = json.loads(out)
    claims = {claim for case in document["cases"] for claim in case["expected"]["claims"]}
    assert {"sys_close.error.EBADF.not-open", "sys_close.return.ensures"} <= claims


def test_what_is_wrong(records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty, bad = tmp_path / "empty", tmp_path / "bad"
    empty.touch()
    bad.write_text("{}\n")
    for words, message in (
        (["nothing"], "no specification"),
        (["fd_lookup"], "no single system call"),
        (["open*"], "no single system call"),
        (["close", "--records", "/nonexistent"], "/nonexistent: no such file"),
        (["close", "--records", str(empty)], "no case whose outcome"),
        (["close", "--records", str(bad)], "read a record"),
        (["close", "--format", "rst"], "invalid choice"),
    ):
        assert main(["test", "generate", *words]) == 2, words
        assert message in capsys.readouterr().err, words
