"""The bundled catalogue and the names that lead to its specs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi import catalogue
from kapi.errors import SourceError, UsageError
from kapi.model.spec import Spec

ROOT = Path(__file__).parent.parent


def spec(name: str, summary: str | None = None) -> Spec:
    return Spec(name=name, kind="function", description=summary)


SPECS = [spec(name) for name in ("sys_open", "compat_sys_open", "sys_openat", "compat_sys_frob")]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("open", ["sys_open"]),
        ("sys_open", ["sys_open"]),
        ("compat_sys_open", ["compat_sys_open"]),
        ("frob", ["compat_sys_frob"]),
        ("open*", ["sys_open", "compat_sys_open", "sys_openat"]),
        ("sys_open*", ["sys_open", "sys_openat"]),
        ("*at", ["sys_openat"]),
        ("ope[mn]", ["sys_open", "compat_sys_open"]),
        ("ope?", ["sys_open", "compat_sys_open"]),
    ],
)
def test_names_and_patterns(name: str, wanted: list[str]) -> None:
    assert [one.name for one in catalogue.select(SPECS, [name])] == wanted


def test_each_spec_once_in_the_order_of_the_names() -> None:
    found = catalogue.select(SPECS, ["openat", "open*"])
    assert [one.name for one in found] == ["sys_openat", "sys_open", "compat_sys_open"]


def test_of_two_specs_of_one_name_the_first_counts() -> None:
    found = catalogue.select([spec("sys_x", "a"), spec("sys_x", "b")], ["x"])
    assert [one.description for one in found] == ["a"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("opne", "; did you mean 'open'?"),
        ("OPENAT2", "; 'kapi list' shows what there is"),
        ("q*", "; 'kapi list' shows what there is"),
        ("", "; 'kapi list' shows what there is"),
    ],
)
def test_nothing_of_that_name(name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        list(catalogue.select(SPECS, [name]))
    assert str(caught.value) == f"no specification of '{name}'{hint}"


def test_every_spec_is_found_by_its_name() -> None:
    everything = catalogue.read_all().specs
    assert everything
    for one in everything:
        assert catalogue.read_call(one.name) == (one,)
    assert catalogue.read_call("no_such_call") == ()
    assert catalogue.find_shared("no_such_call") is None


def test_a_checkout_has_it_beside_the_package() -> None:
    assert Path(catalogue.folder()) == ROOT / "specs"


def test_a_package_without_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_PACKAGE", str(tmp_path / "a/b"))
    catalogue._files.cache_clear()
    try:
        with pytest.raises(SourceError, match="the catalogue is missing; install kapi again"):
            catalogue.read_all()
        (tmp_path / "a/b/specs").mkdir(parents=True)
        assert catalogue.folder() == str(tmp_path / "a/b/specs")
        (tmp_path / "a/b/specs/x.c").mkdir()
        (tmp_path / "a/b/specs/y.c").symlink_to("nowhere")
        with pytest.raises(SourceError, match="no such file or directory"):
            catalogue.read_all()
    finally:
        catalogue._files.cache_clear()


def test_names_of_calls_are_known_without_parsing() -> None:
    found = {one.name for one in catalogue.read_all().specs if one.kind == "syscall"}
    assert {f"sys_{name}" for name in catalogue.native_calls()} == found
