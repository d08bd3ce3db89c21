"""A kernel tree that holds the catalogue says the same as the catalogue, in both forms."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kapi.ktree.apply import apply
from tests.cli.conftest import Run
from tests.ktree.trees import copy_parts

#: What the kernel part's own test module specifies, beside the catalogue.
OF_TESTS = "kapi_test_scale"


@pytest.fixture(scope="module", params=["inline", "beside"])
def annotated(
    request: pytest.FixtureRequest, linux_tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The files of a real tree that lint and the specs need, with the specs in it."""
    tree = tmp_path_factory.mktemp("annotated") / "linux"
    for folder in ("include/linux", "include/uapi", "include/vdso", "arch/x86/include"):
        shutil.copytree(linux_tree / folder, tree / folder)
    copy_parts(linux_tree, tree)
    apply(tree, inline=request.param == "inline")
    return tree


def specs(kapi: Run, *arguments: str | Path) -> dict[str, Any]:
    """The specs that a command prints as JSON, by name, without the places where they stand."""
    done = kapi(*arguments, "-f", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found = without_places(json.loads(done.stdout)["specs"])
    by_name = {one["name"]: one for one in found}
    assert len(by_name) == len(found)
    return by_name


def without_places(value: Any) -> Any:
    if isinstance(value, dict):
        kept = value.keys() - {"location", "locations"}
        return {key: without_places(value[key]) for key in kept}
    return [without_places(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("shared", [(), ("--shared",)], ids=["calls", "shared"])
def test_it_lists_what_the_catalogue_lists(
    kapi: Run, annotated: Path, shared: tuple[str, ...]
) -> None:
    listed = specs(kapi, "list", *shared, "--source", annotated)
    assert listed.pop(OF_TESTS)
    assert listed == specs(kapi, "list", *shared)


def test_it_shows_what_the_catalogue_shows(kapi: Run, annotated: Path) -> None:
    shown = specs(kapi, "show", "--shared", "--source", annotated)
    assert shown.pop(OF_TESTS)
    assert shown == specs(kapi, "show", "--shared")


def test_one_name_of_it(kapi: Run, annotated: Path) -> None:
    shown = specs(kapi, "show", "--source", annotated, "sys_read")
    assert shown == specs(kapi, "show", "sys_read")
    assert shown.keys() == {"sys_read"}


def test_it_is_clean(kapi: Run, annotated: Path) -> None:
    done = kapi("lint", "--source", annotated)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_its_specs_are_in_canonical_form(kapi: Run, annotated: Path) -> None:
    done = kapi("fmt", "--check", annotated)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_tree_without_specs_has_none(kapi: Run, linux_tree: Path) -> None:
    """Not one of the fifty thousand other comments is taken for a spec."""
    done = kapi("list", "--source", linux_tree, timeout=100)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"kapi: warning: no specification in {linux_tree}\n"
    done = kapi("lint", linux_tree, timeout=100)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
