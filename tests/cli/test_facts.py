"""What a kernel under test says is judged: what is wrong, missing or cut short is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kapi.cli.facts import debugfs_steps, difference, kunit_step, text_step
from kapi.model.codec import dump, normalise
from kapi.model.spec import Spec
from tests.binary.images import catalogue_specs, contents, vmlinux

SPECS = [normalise(spec) for spec in catalogue_specs()]
EXPECTED = {spec.name: spec for spec in SPECS}
NAME = "sys_read"

KTAP = """\
KTAP version 1
1..1
    KTAP version 1
    # Subtest: kapi-core
    1..3
    ok 1 one
    # two: EXPECTATION FAILED at kernel/api/kapi_test.c:9
    {two} 2 two
    ok 3 three # SKIP no debugfs
{two} 1 kapi-core
"""


def test_results_of_kunit() -> None:
    step = kunit_step("KUnit", KTAP.format(two="ok"))
    assert step == ("KUnit: 2 passed, 0 failed, 1 skipped", [])
    step = kunit_step("KUnit", KTAP.format(two="not ok"))
    assert step.summary == "KUnit: 1 passed, 1 failed, 1 skipped"
    assert step.complaints[0].endswith("kapi-core.two")
    assert "EXPECTATION FAILED" in "".join(step.complaints)


def test_no_results_are_a_failure() -> None:
    step = kunit_step("KUnit", "no such option\n")
    assert step.complaints == ["no results; the last lines of the console:", "no such option"]


def test_cases_that_never_ran_are_a_failure() -> None:
    assert kunit_step("KUnit", KTAP.partition("    # two")[0]).complaints


def test_differences_are_named() -> None:
    other = dataclasses.replace(SPECS[0], description="something else")
    step = difference("x", [other, *SPECS[2:], dataclasses.replace(SPECS[1], name="new")], EXPECTED)
    assert step.summary == f"x: {len(SPECS)} specifications, 3 differ"
    assert step.complaints == [
        f"missing: {SPECS[1].name}",
        "unexpected: new",
        f"differs from its source: {SPECS[0].name}",
    ]


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A copy of debugfs without a fault."""
    folder = tmp_path / "kapi"
    content = contents(SPECS)
    names = "".join(f"{spec.name} - {spec.description}\n" for spec in SPECS)
    title = "Available Kernel API Specifications\n" + "=" * 35
    files = {
        "list": f"{title}\n\n{names}\nTotal: {len(SPECS)} specifications\n".encode(),
        "sections/vmlinux/specs": content.specs,
        "sections/vmlinux/prose": content.prose,
    }
    for spec in SPECS:
        files[f"specs/{spec.name}"] = text_of(content.prose, spec)
        files[f"specs-json/{spec.name}"] = dump([spec]).encode()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def text_of(prose: bytes, spec: Spec) -> bytes:
    """The text of a spec in a section."""
    start = prose.index(b"\0", prose.index(spec.name.encode() + b"\0") + len(spec.name) + 1) + 1
    return prose[start : prose.index(b"\0", start)]


def complaints(top: Path) -> str:
    return "\n".join(line for step in debugfs_steps("x", top, EXPECTED) for line in step.complaints)


def test_debugfs_without_a_fault(top: Path) -> None:
    assert complaints(top) == ""


@pytest.mark.parametrize(
    ("path", "right", "wrong", "complaint"),
    [
        (f"specs-json/{NAME}", b"EBADF", b"EBADE", f"differs from its source: {NAME}"),
        (f"specs-json/{NAME}", b"}", b"", "no JSON: "),
        ("list", b"===\n", b"==\n", "list: bad title"),
        ("list", b"Total: ", b"Total: 1", "list: bad total: Total: 1"),
        ("list", b"sys_read - ", b"sys_raed - ", "list: "),
        ("sections/vmlinux/specs", b"KAPISPEC", b"KAPISPEX", ""),
        ("sections/vmlinux/prose", b"KAPIPROS", b"KAPIPROX", ""),
    ],
)
def test_what_is_wrong_in_debugfs(
    top: Path, path: str, right: bytes, wrong: bytes, complaint: str
) -> None:
    data = (top / path).read_bytes()
    assert right in data
    (top / path).write_bytes(data.replace(right, wrong, 1))
    found = complaints(top)
    assert found
    assert complaint in found


@pytest.mark.parametrize("path", [f"specs/{NAME}", f"specs-json/{NAME}", "list"])
def test_what_is_missing_in_debugfs(top: Path, path: str) -> None:
    (top / path).unlink()
    assert complaints(top)


def test_a_json_file_that_is_cut_short(top: Path) -> None:
    path = top / "specs-json" / NAME
    path.write_bytes(path.read_bytes()[:-10])
    assert complaints(top)


def test_texts_are_those_of_the_image(top: Path, tmp_path: Path) -> None:
    image = tmp_path / "vmlinux"
    image.write_bytes(vmlinux(contents(SPECS)))
    count = len(SPECS)
    assert text_step("x", top, image, EXPECTED) == (f"x: {count} texts, 0 differ", [])
    path = top / "specs" / NAME
    path.write_bytes(path.read_bytes()[:-1])
    assert text_step("x", top, image, EXPECTED).complaints == [f"not what the image has: {NAME}"]
    path.unlink()
    assert text_step("x", top, image, EXPECTED).complaints == [f"not what the image has: {NAME}"]
