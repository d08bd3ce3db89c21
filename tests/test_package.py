"""What a user installs: the wheel holds the package, its tables and the catalogue."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import kapi
from tests.ktree.trees import digests, write_tiny_tree

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this source tree, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def below(folder: Path, pattern: str) -> dict[str, bytes]:
    """Files by relative name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob(pattern)
        if path.is_file()
    }


def test_the_wheel_holds_the_catalogue(wheel: Path) -> None:
    specs = below(ROOT / "specs", "*.c")
    assert specs
    assert below(wheel / "kapi/specs", "*.c") == specs


def test_the_wheel_holds_the_kernel_part(wheel: Path) -> None:
    files = below(ROOT / "kernel/tree", "*")
    assert "kernel/api/.gitignore" in files
    assert below(wheel / "kapi/kernel_tree", "*") == files


def test_the_wheel_holds_all_modules_and_tables(wheel: Path) -> None:
    for pattern in ("*.py", "*.json"):
        inside = below(wheel / "kapi", pattern)
        assert inside.items() >= below(ROOT / "src/kapi", pattern).items()


def test_the_wheel_works_without_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(wheel)!r}); sys.argv = ['kapi', 'show', 'openat'];"
        "from kapi.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys._base_executable, "-I", "-c", program],  # type: ignore[attr-defined]
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "openat" in done.stdout


def test_an_installed_wheel_applies_itself_to_a_tree(wheel: Path, tmp_path: Path) -> None:
    """In a virtual environment that has nothing else."""
    (path,) = wheel.parent.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    bin_folder = tmp_path / "venv/bin"
    pip = [sys.executable, "-m", "pip", "--quiet", "--python", str(bin_folder / "python")]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(path)], check=True)
    tree = write_tiny_tree(tmp_path / "linux")
    before = digests(tree)
    for how in ([], ["--check"], ["--revert"]):
        done = subprocess.run(
            [bin_folder / "kapi", "kernel", "apply", *how, tree],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        if not how:
            for name in (
                "kernel/api/core.c",
                "kernel/api/specs/fs/open.c",
                "tools/kapi/__main__.py",
            ):
                assert (tree / name).exists()
    assert digests(tree) == before


def test_the_version_is_that_of_the_package(wheel: Path) -> None:
    assert (wheel / f"kapi-{kapi.__version__}.dist-info").is_dir()


def pythons() -> list[str]:
    """The base of the running interpreter, and the distribution's, which kernel builds use."""
    others = sorted(Path("/usr/bin").glob("python3.*"))
    names = [str(path) for path in others if re.fullmatch(r"python3\.(1[1-9]|[2-9]\d)", path.name)]
    return list(dict.fromkeys([sys._base_executable, *names]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("python", pythons())
def test_every_python_reads_the_catalogue_alike(python: str) -> None:
    """Releases of one minor version differ too: in 3.11.2 regular expressions have other bugs."""
    command = ["-m", "kapi", "show", "--format", "json"]
    ours = subprocess.run([sys.executable, *command], capture_output=True, check=True)
    theirs = subprocess.run(
        [python, "-S", *command],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        check=False,
    )
    assert (theirs.returncode, theirs.stderr) == (0, b"")
    assert theirs.stdout == ours.stdout
    assert ours.stdout
