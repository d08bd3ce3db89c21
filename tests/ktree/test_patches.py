"""The series of patches: git takes it, it gives what is applied, and checkpatch is content."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kapi.errors import KapiError, SourceError
from kapi.ktree.apply import MANIFEST, apply
from kapi.ktree.patches import format_patch
from kapi.ktree.series import GROWING, grown
from tests.ktree.trees import digests

AUTHOR = "Ann Author <ann@example.org>"

pytestmark = pytest.mark.requires("git")


def git(folder: Path, *arguments: str) -> str:
    """Run git without the user's settings."""
    done = subprocess.run(
        ["git", "-c", "user.name=Test", "-c", "user.email=t@example.org", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(tree: Path) -> None:
    """Make a tree a repository."""
    git(tree, "init", "--quiet")
    git(tree, "add", "--all", "--force")
    git(tree, "commit", "--quiet", "--message", "base")


def files_of(tree: Path) -> dict[str, str]:
    """Every file but git's own and the manifest."""
    return {
        path: digest
        for path, digest in digests(tree).items()
        if digest != "folder" and not path.startswith(".git/") and path != MANIFEST
    }


@pytest.fixture
def series(tree: Path, tmp_path: Path) -> list[Path]:
    return format_patch(tree, tmp_path / "out", author=AUTHOR)


def test_git_am_gives_what_apply_gives(tree: Path, series: list[Path]) -> None:
    repository(tree)
    git(tree, "am", "--quiet", *map(str, series))
    assert git(tree, "status", "--short") == ""
    with_git = files_of(tree)
    git(tree, "checkout", "--quiet", "HEAD~" + str(len(series)))
    apply(tree)
    assert with_git == files_of(tree)


def test_a_tree_to_which_kapi_is_applied_gives_the_same(tiny: Path, tmp_path: Path) -> None:
    first = format_patch(tiny, tmp_path / "first", author=AUTHOR)
    apply(tiny, inline=True)
    before = digests(tiny)
    second = format_patch(tiny, tmp_path / "second", author=AUTHOR)
    assert digests(tiny) == before
    assert [path.name for path in first] == [path.name for path in second]
    for one, other in zip(first, second, strict=True):
        assert _diff(one) == _diff(other)


def _diff(path: Path) -> str:
    """A patch without its head, which has a time in it."""
    return path.read_text().partition("\n---\n")[2]


def test_names_are_numbered_and_messages_are_those_of_kernel_patches(
    tiny: Path, tmp_path: Path
) -> None:
    series = format_patch(tiny, tmp_path / "out", author=AUTHOR)
    for number, path in enumerate(series, 1):
        assert path.name.startswith(f"{number:04}-")
        head = path.read_text().partition("\n---\n")[0]
        subject = re.search(r"^Subject: (.*(?:\n .*)*)", head, re.MULTILINE)
        assert subject
        title = re.sub(r"\n", "", subject[1]).partition("] ")[2]
        assert re.match(r"(kapi|tools/kapi|Documentation: dev-tools): [a-z]", title)
        assert len(title) <= 72
        body = head.partition("\n\n")[2]
        assert max(map(len, body.splitlines())) <= 75
        assert body.count("\n") >= 3
        assert body.endswith(f"\n\nSigned-off-by: {AUTHOR}")
        assert f"From: {AUTHOR}\n" in head


def _objects(text: str) -> set[str]:
    """The objects that a Makefile names itself."""
    return {
        word
        for line in text.splitlines()
        if re.match(r"[\w-]+-(y|\$\(\w+\)) *[:+]=", line)
        for word in line.partition("=")[2].split()
        if word.endswith(".o") and "$" not in word
    }


def test_each_commit_can_be_built(tiny: Path, tmp_path: Path) -> None:
    """As far as it can be seen without a compiler: nothing refers to what comes later."""
    series = format_patch(tiny, tmp_path / "out", author=AUTHOR)
    repository(tiny)
    for path in series:
        git(tiny, "am", "--quiet", str(path))
        folder = tiny / "kernel/api"
        makefile = (folder / "Makefile").read_text()
        kconfig = (folder / "Kconfig").read_text()
        sources = {file.with_suffix(".o").name for file in folder.glob("*.c")}
        made = _objects(makefile) - sources - {"kapi_test_module.o"}
        assert {name for name in made if not name.startswith("spec-")} == set()
        symbols = set(re.findall(r"CONFIG_(KAPI\w+)", makefile))
        assert symbols <= set(re.findall(r"^config (\w+)$", kconfig, re.MULTILINE))
        assert kconfig.endswith("\nendmenu\n")
        for file in (folder / name for name in ("Makefile", "Kconfig", "index")):
            assert not file.exists() or re.search(r"\S\n\Z", file.read_text())
        if "include $(kapi-dir)/index" in makefile:
            entries = re.findall(r"^kapi-.*:(\S+)$", (folder / "index").read_text(), re.MULTILINE)
            assert all((tiny / entry).is_file() for entry in entries)
            assert (tiny / "tools/kapi/kapi/generate/__main__.py").is_file()
        else:
            assert "spec-" not in makefile
            assert not (folder / "specs").exists()


def test_each_folder_with_calls_has_a_commit(tiny: Path, tmp_path: Path) -> None:
    names = [path.name for path in format_patch(tiny, tmp_path / "out", author=AUTHOR)]
    assert any("specify-system-calls-of-fs" in name for name in names)
    assert any("specify-system-calls-of-mm" in name for name in names)


@pytest.mark.parametrize("path", GROWING)
def test_a_growing_file_is_whole_in_the_end(tiny: Path, path: str) -> None:
    content = apply(tiny)
    text = (tiny / path).read_text()
    assert grown(path, text, set(content.files)) == text
    assert grown(path, text, {path}) != text
    assert grown(path, text, set()) is None


def test_a_cover_letter(tiny: Path, tmp_path: Path) -> None:
    letter, *series = format_patch(tiny, tmp_path / "out", author=AUTHOR, cover_letter=True)
    text = letter.read_text()
    assert letter.name == "0000-cover-letter.patch"
    assert (
        f"Subject: [PATCH 00/{len(series)}] Specifications of system calls in the kernel\n" in text
    )
    assert "\nThis series gives specifications" in text
    assert "***" not in text


# What it needs.


def test_a_folder_that_holds_patches(tiny: Path, tmp_path: Path) -> None:
    format_patch(tiny, tmp_path / "out", author=AUTHOR)
    with pytest.raises(SourceError, match="out: holds patches already"):
        format_patch(tiny, tmp_path / "out", author=AUTHOR)


@pytest.mark.parametrize("author", ["Ann", "Ann <>", "<a@b>", "Ann <a@b> x", "Ann <a b>", ""])
def test_an_author_that_is_none(tiny: Path, tmp_path: Path, author: str) -> None:
    if not author:
        author = " "
    with pytest.raises(KapiError) as caught:
        format_patch(tiny, tmp_path / "out", author=author)
    assert str(caught.value) == f"'{author}' is no author; write 'NAME <ADDRESS>'"
    assert not (tmp_path / "out").exists()


@pytest.fixture
def own_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of settings that is all that git knows."""
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tuseConfigOnly = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return config


def test_the_author_that_git_is_set_to(tiny: Path, tmp_path: Path, own_git: Path) -> None:
    with own_git.open("a") as stream:
        # Signing and line ends are not for a repository that nobody sees.
        stream.write("\tname = Bob Builder\n\temail = bob@example.org\n")
        stream.write("[commit]\n\tgpgSign = true\n[core]\n\tautocrlf = true\n")
    series = format_patch(tiny, tmp_path / "out")
    assert "\nSigned-off-by: Bob Builder <bob@example.org>\n" in series[0].read_text()


def test_no_author(tiny: Path, tmp_path: Path, own_git: Path) -> None:
    with pytest.raises(KapiError) as caught:
        format_patch(tiny, tmp_path / "out")
    assert str(caught.value) == "git knows no author; give one, or set user.name and user.email"


def test_no_git(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KapiError, match="git is not installed"):
        format_patch(tiny, tmp_path / "out", author=AUTHOR)


def test_a_tree_that_does_not_fit(tiny: Path, tmp_path: Path) -> None:
    (tiny / "kernel/Makefile").write_text("")
    with pytest.raises(SourceError, match="no line like"):
        format_patch(tiny, tmp_path / "out", author=AUTHOR)
    assert not (tmp_path / "out").exists()


# The kernel's own check.

#: What scripts/checkpatch.pl --strict says, and why it stays; docs/kernel.md tells the same.
INHERENT = {
    "FILE_PATH_CHANGES": r"",
    "AVOID_EXTERNS": r"-specify-",
    "LONG_LINE_COMMENT": r"-specify-",
    "UNSPECIFIED_INT": r"get_unused_fd_flags",
    "MACRO_ARG_REUSE": r"KAPI_CONSTANT|EXPECT_FITS|EXPECT_BREAKS",
    "SPACING": r"is_signed_type",
}


@pytest.mark.requires("perl")
def test_checkpatch_says_nothing_new(linux_tree: Path, tmp_path: Path) -> None:
    series = format_patch(linux_tree, tmp_path / "out", author=AUTHOR)
    script = linux_tree / "scripts/checkpatch.pl"
    command = ["perl", str(script), "--strict", "--show-types", "--terse", "--no-summary"]
    done = subprocess.run(
        [*command, *map(str, series)], cwd=linux_tree, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    remarks = [_Remark(line) for line in done.stdout.splitlines()]
    assert remarks
    assert [one.text for one in remarks if not one.is_inherent()] == []


class _Remark:
    """A line of checkpatch: ``FILE:LINE: LEVEL:TYPE: message``."""

    def __init__(self, text: str) -> None:
        match = re.match(r"(.+?):(\d+): \w+:(\w+): ", text)
        assert match, text
        self.type = match[3]
        line = Path(match[1]).read_text().splitlines()[int(match[2]) - 1]
        self.text = f"{text}\n{line}"

    def is_inherent(self) -> bool:
        return self.type in INHERENT and re.search(INHERENT[self.type], self.text) is not None
