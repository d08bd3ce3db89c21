"""``kapi lint``: the findings in every format, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kapi.cli.main import main
from kapi.cli.report import text_report
from kapi.diagnostics import CODES, Diagnostic, Note
from kapi.source import SourceFile, Span
from tests.cli.conftest import Run


def test_silence_if_all_is_well(kapi: Run, good: Path) -> None:
    done = kapi("lint", good)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_catalogue_is_clean(kapi: Run) -> None:
    done = kapi("lint")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_paths_may_be_given_as_list_and_show_take_them(kapi: Run, good: Path, bad: Path) -> None:
    assert kapi("lint", "--source", good).returncode == 0
    done = kapi("lint", "--source", "good.c", "--source", "bad.c")
    assert (done.returncode, done.stderr) == (1, "kapi: 2 errors in 1 file\n")
    assert done.stdout == kapi("lint", "good.c", "bad.c").stdout
    assert kapi("lint", "good.c", "--source", "none.c").returncode == 2


def test_text(kapi: Run, bad: Path) -> None:
    done = kapi("lint", "bad.c")
    assert done.returncode == 1
    first, second = done.stdout.split("bad.c:13:11: ")
    assert first == (
        "bad.c:11:6: error: 'param' has no sub-key 'reversable' [unknown-key]\n"
        " *   reversable: yes\n"
        "     ^~~~~~~~~~\n"
    )
    message, line, mark, end = second.split("\n")
    assert message.startswith("error: no errno 'EINVALID' in the ")
    assert message.endswith("; did you mean 'EINVAL'? [unknown-errno]")
    assert (line, mark, end) == (" * error: EINVALID, x", "          ^~~~~~~~", "")
    assert done.stderr == "kapi: 2 errors in 1 file\n"


def test_notes_have_places_of_their_own(kapi: Run, good: Path, tmp_path: Path) -> None:
    (tmp_path / "more.c").write_text(good.read_text().split("*/\n", 1)[1])
    done = kapi("lint", "good.c", "more.c")
    assert done.returncode == 1
    assert (
        "more.c:2:1: error: second spec of 'sys_frob' [duplicate-spec]\n/**\n^~~\n"
        "good.c:3:1: note: first here\n/**\n^~~\n"
    ) in done.stdout


def test_colours(kapi: Run, bad: Path) -> None:
    plain = kapi("lint", "bad.c").stdout
    coloured = kapi("lint", "bad.c", "--color", "always").stdout
    assert "\x1b[1mbad.c:11:6:\x1b[0m \x1b[1;31merror:\x1b[0m 'param'" in coloured
    for code in ("0", "1", "1;31", "1;35", "1;36"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


WARNED = """\
/**
 * sys_warned - x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * error: EIO, x
 *   must: yes
 */
SYSCALL_DEFINE0(warned);
"""


class TestSelection:
    """Which findings count."""

    @pytest.fixture
    def warned(self, tmp_path: Path) -> Path:
        """A file with two warnings."""
        path = tmp_path / "warned.c"
        path.write_text(WARNED)
        return path

    def codes(self, kapi: Run, *arguments: str | Path) -> tuple[int, list[str]]:
        """Exit status and codes."""
        done = kapi("lint", "-f", "json", *arguments)
        return done.returncode, [one["code"] for one in json.loads(done.stdout)["diagnostics"]]

    def test_warnings_are_findings(self, kapi: Run, warned: Path) -> None:
        assert self.codes(kapi, warned) == (1, ["contradiction", "zero-arguments"])
        assert kapi("lint", warned).stderr == "kapi: 2 warnings in 1 file\n"

    def test_unless_only_errors_are_asked_for(self, kapi: Run, warned: Path, bad: Path) -> None:
        assert self.codes(kapi, warned, "--errors-only") == (0, [])
        assert self.codes(kapi, warned, bad, "--errors-only") == (
            1,
            ["unknown-key", "unknown-errno"],
        )

    def test_codes_can_be_ignored(self, kapi: Run, warned: Path) -> None:
        assert self.codes(kapi, warned, "--ignore", "contradiction") == (1, ["zero-arguments"])
        both = ("--ignore=contradiction", "--ignore", "zero-arguments")
        assert self.codes(kapi, warned, *both) == (0, [])

    def test_only_codes_that_exist(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["lint", "--ignore", "zero-argument"]) == 2
        message = "--ignore: no code 'zero-argument'; did you mean 'zero-arguments'?"
        assert capsys.readouterr() == ("", f"kapi: error: {message}\n")


def test_a_tree_can_answer_for_all_names(kapi: Run, good: Path, tmp_path: Path) -> None:
    for name in ("Kbuild", "MAINTAINERS", "include/uapi/asm-generic/errno.h"):
        (tmp_path / "linux" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "linux" / name).touch()
    done = kapi("lint", "--tree", "linux", good)
    assert done.returncode == 1
    assert "no errno 'EDOM' in the headers of " in done.stdout
    done = kapi("lint", "--tree", "linux/include", good)
    assert "no errno 'EDOM' in the headers of " in done.stdout
    done = kapi("lint", "--tree", good)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"kapi: error: {good}: no kernel tree, nor inside one\n"


def test_json(kapi: Run, bad: Path) -> None:
    done = kapi("lint", "bad.c", "--format", "json")
    document = json.loads(done.stdout)
    assert (document["schema"], document["schema_version"]) == ("kapi-lint", 1)
    assert document["diagnostics"][0] == {
        "file": "bad.c",
        "line": 11,
        "column": 6,
        "end_line": 11,
        "end_column": 16,
        "severity": "error",
        "code": "unknown-key",
        "message": "'param' has no sub-key 'reversable'",
        "notes": [],
    }
    empty = json.loads(kapi("lint", "--format", "json").stdout)
    assert empty["diagnostics"] == []


def test_github(kapi: Run, bad: Path) -> None:
    done = kapi("lint", "bad.c", "--format", "github")
    assert done.stdout.split("\n")[0] == (
        "::error file=bad.c,line=11,endLine=11,col=6,endColumn=16,title=unknown-key"
        "::'param' has no sub-key 'reversable'"
    )


def test_github_escapes(kapi: Run, bad: Path, tmp_path: Path) -> None:
    odd = tmp_path / "50%,a:b.c"
    bad.rename(odd)
    first = kapi("lint", odd.name, "--format", "github").stdout.split("\n")[0]
    assert first.startswith("::error file=50%25%2Ca%3Ab.c,line=11,")


class TestSarif:
    """SARIF 2.1.0."""

    def log(self, kapi: Run, *paths: str | Path) -> dict[str, Any]:
        """The log of a run."""
        log: dict[str, Any] = json.loads(kapi("lint", "-f", "sarif", *paths).stdout)
        return log

    @pytest.mark.usefixtures("bad")
    def test_frame(self, kapi: Run) -> None:
        log = self.log(kapi, "bad.c")
        assert log.keys() == {"$schema", "version", "runs"}
        assert log["version"] == "2.1.0"
        (run,) = log["runs"]
        assert run.keys() == {"tool", "columnKind", "results"}
        assert run["columnKind"] == "unicodeCodePoints"
        driver = run["tool"]["driver"]
        assert driver["name"] == "kapi"
        for rule in driver["rules"]:
            assert rule["shortDescription"]["text"] == CODES[rule["id"]].doc
            assert rule["defaultConfiguration"]["level"] in ("error", "warning")

    @pytest.mark.usefixtures("bad")
    def test_results(self, kapi: Run) -> None:
        (run,) = self.log(kapi, "bad.c")["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert run["results"][0] == {
            "ruleId": "unknown-key",
            "ruleIndex": rules.index("unknown-key"),
            "level": "error",
            "message": {"text": "'param' has no sub-key 'reversable'"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "bad.c"},
                        "region": {
                            "startLine": 11,
                            "startColumn": 6,
                            "endLine": 11,
                            "endColumn": 16,
                        },
                    }
                }
            ],
        }

    def test_notes_and_odd_paths(self, kapi: Run, good: Path, tmp_path: Path) -> None:
        odd = tmp_path / "a b" / "50%.c"
        odd.parent.mkdir()
        odd.write_text(good.read_text())
        (run,) = self.log(kapi, "good.c", f"./{odd.relative_to(tmp_path)}", odd)["runs"]
        result = run["results"][0]
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert place == {"uri": "a%20b/50%25.c"}
        (related,) = result["relatedLocations"]
        assert related["message"] == {"text": "first here"}
        assert related["physicalLocation"]["artifactLocation"] == {"uri": "good.c"}

    def test_an_absolute_path_is_a_file_uri(self, kapi: Run, bad: Path) -> None:
        (run,) = self.log(kapi, bad)["runs"]
        place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert place == {"uri": bad.as_uri()}

    def test_nothing_found(self, kapi: Run, good: Path) -> None:
        (run,) = self.log(kapi, good)["runs"]
        assert run["results"] == run["tool"]["driver"]["rules"] == []


def report(text: str, span: Span, message: str = "m", *notes: Note) -> list[str]:
    """The lines of a report about one finding in a file."""
    found = Diagnostic(span, "error", "bad-value", message, notes)
    return text_report([found], {"x.c": SourceFile("x.c", text.encode())}).split("\n")


class TestSourceLine:
    """The line below a finding, and the mark below that."""

    def test_tabs_are_eight_columns(self) -> None:
        assert report("\ta\tb\n", Span("x.c", 1, 4, 1, 5))[1:3] == [
            "        a       b",
            "                ^",
        ]

    def test_wide_characters_take_two_columns(self) -> None:
        assert report("\u4e2d x\u6587y", Span("x.c", 1, 3, 1, 5))[1:3] == [
            "\u4e2d x\u6587y",
            "   ^~~",
        ]

    def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first(self) -> None:
        assert report("ab cd\nef", Span("x.c", 1, 4, 2, 2))[1:3] == ["ab cd", "   ^~"]

    def test_an_empty_span_is_one_mark(self) -> None:
        assert report("ab", Span("x.c", 1, 3, 1, 3))[1:3] == ["ab", "  ^"]

    def test_nothing_steers_the_terminal(self) -> None:
        lines = report("a\x1b[31m b", Span("x.c", 1, 8, 1, 9), "found '\x1b[31m'")
        assert lines == [
            "x.c:1:8: error: found '\\x1b[31m' [bad-value]",
            "a\\x1b[31m b",
            "          ^",
            "",
        ]

    def test_long_lines_are_cut(self) -> None:
        _, line, mark, _ = report("x" * 999 + "y" + "z" * 999, Span("x.c", 1, 1000, 1, 1001))
        assert line[mark.index("^")] == "y"
        assert len(line) < 170

    @pytest.mark.parametrize(
        "span", [Span("x.c", 9, 1, 9, 2), Span("x.c", 2, 1, 2, 1), Span("y.c", 1, 1, 1, 2)]
    )
    def test_without_text_there_is_no_line(self, span: Span) -> None:
        assert report("a\n \n", span) == [f"{span}: error: m [bad-value]", ""]
