"""``kapi list``: which specs, in which form."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kapi.cli.filters import FIELDS
from kapi.cli.main import main
from kapi.uapi.tables import Table
from tests.cli.conftest import Run


def listed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> list[str]:
    """The names that a list prints."""
    assert main(["list", *map(str, arguments)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return [line.split()[0] for line in out.splitlines()]


def test_names_and_summaries_are_aligned(kapi: Run, good: Path) -> None:
    done = kapi("list", "--source", good, "--shared")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "sys_frob       tune a widget\n"
        "widget_lookup  find a widget\n"
        "frob_all       tune all widgets\n"
    )


def test_the_catalogue_is_listed_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    names = listed(capsys)
    assert {"sys_read", "sys_write"} <= set(names)
    assert "fd_lookup" not in names
    assert "fd_lookup" in listed(capsys, "--shared")


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["frob"], ["sys_frob"]),
        (["sys_frob"], ["sys_frob"]),
        (["frob_all", "frob"], ["frob_all", "sys_frob"]),
        (["frob*"], ["sys_frob", "frob_all"]),
        (["*"], ["sys_frob", "frob_all"]),
        (["frob", "frob*"], ["sys_frob", "frob_all"]),
        (["widget_lookup"], ["widget_lookup"]),
        (["widget*"], []),
    ],
)
def test_names_and_patterns(
    names: list[str], wanted: list[str], good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(capsys, "--source", good, *names) == wanted


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        (["errno=EBADF"], ["sys_frob"]),  # of the included spec
        (["errno=EDOM"], ["sys_frob"]),  # of a constraint
        (["errno=ERANGE"], ["sys_frob"]),  # of a relation
        (["errno=EINTR"], ["sys_frob"]),  # of a signal
        (["errno=EWOULDBLOCK"], ["sys_frob"]),
        (["errno=EAGAIN"], ["sys_frob"]),  # the same number
        (["errno=eagain"], ["sys_frob"]),
        (["errno=4"], ["sys_frob"]),  # EINTR everywhere
        (["errno=EIO"], []),
        (["capability=CAP_SYS_ADMIN"], ["sys_frob"]),
        (["capability=CAP_CHOWN"], []),
        (["context=process"], ["sys_frob", "frob_all"]),
        (["context=sleepable"], ["sys_frob"]),
        (["flag=O_DIRECT"], ["sys_frob"]),
        (["flag=O_TRUNC"], ["frob_all"]),  # in prose
        (["flag=O_NOATIME"], []),  # in an example
        (["flag=O_SYN"], []),
        (["signal=SIGHUP"], ["sys_frob"]),
        (["signal=SIGINT"], []),
        (["effect=hardware"], ["sys_frob"]),
        (["kind=function"], ["frob_all"]),
        (["kind=syscall"], ["sys_frob"]),
        (["kind=compat-syscall"], []),
        (["kind=shared"], ["widget_lookup"]),
        (["context=process", "kind=function"], ["frob_all"]),
        ([" errno = EBADF "], ["sys_frob"]),
    ],
)
def test_filters(
    filters: list[str], wanted: list[str], good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"--filter={text}" for text in filters]
    assert listed(capsys, "--source", good, *options) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colour=red", f"no field 'colour'; the fields are {', '.join(FIELDS)}"),
        ("EINTR", f"'EINTR' is no FIELD=VALUE; the fields are {', '.join(FIELDS)}"),
        ("errno=", "'errno=' lacks a value"),
        (
            "kind=call",
            "no kind 'call'; there are syscall, compat_syscall, function, shared",
        ),
    ],
)
def test_wrong_filters(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--filter", text]) == 2
    assert capsys.readouterr() == ("", f"kapi: error: --filter: {message}\n")


def test_a_misspelt_token_names_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--filter", "context=procss"]) == 2
    assert "no context 'procss'; there are process, " in capsys.readouterr().err


def test_each_alias_of_the_table_is_its_errno() -> None:
    from kapi.cli.filters import parse_filters

    for alias, name in Table.load().errno_aliases("x86_64").items():
        (one,) = parse_filters([f"errno={alias}"])
        assert one.value == name


def test_json(kapi: Run, good: Path) -> None:
    done = kapi("list", "--source", good, "-f", "json")
    assert json.loads(done.stdout) == {
        "schema": "kapi-list",
        "schema_version": 1,
        "specs": [
            {
                "name": "sys_frob",
                "kind": "syscall",
                "description": "tune a widget",
                "location": {"file": str(good), "line": 3},
            },
            {
                "name": "frob_all",
                "kind": "function",
                "description": "tune all widgets",
                "location": {"file": str(good), "line": 57},
            },
        ],
    }


def test_bare_names_are_those_that_programs_use(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(capsys, "--source", good, "--format", "names") == ["frob", "frob_all"]


def test_nothing_steers_the_terminal(tmp_path: Path, kapi: Run) -> None:
    path = tmp_path / "x.c"
    path.write_text(
        "/**\n * sys_x - tune \u202e it\n *\n * api-type: syscall\n */\nSYSCALL_DEFINE0(x);\n"
    )
    assert kapi("list", "--source", path).stdout == "sys_x  tune \\u202e it\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("errno=EITNR", "errno 'EITNR'; did you mean 'EINTR'?"),
        ("capability=CAP_SYS_ADMNI", "capability 'CAP_SYS_ADMNI'; did you mean 'CAP_SYS_ADMIN'?"),
        ("signal=SIGHPU", "signal 'SIGHPU'; did you mean 'SIGHUP'?"),
        ("errno=ignored", "errno 'IGNORED'"),
        ("errno=EXDEV", ""),
        ("errno=ERESTARTSYS", ""),
        ("flag=O_NOSUCH", ""),
    ],
)
def test_a_filter_that_lets_nothing_through_may_be_a_slip(
    text: str, said: str, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["list", "--source", str(good), "--filter", text]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    if said:
        assert re.sub(r"[0-9.]+ has", "X has", err) == (
            f"kapi: warning: --filter: linux X has no {said}\n"
        )
    else:
        assert err == ""
