"""The sections of the running kernel and its modules, as debugfs shows them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from kapi.binary import debugfs
from kapi.binary.debugfs import read_debugfs
from kapi.errors import ImageError
from kapi.model.codec import normalise
from kapi.model.spec import Spec
from tests.binary.elfwriter import Target
from tests.binary.images import Content, catalogue_specs, contents

ALL = catalogue_specs()
MODULE = Spec(name="frob", kind="function", description="tune a widget")


def put(folder: Path, **sources: Content) -> str:
    """Make a folder as debugfs has it."""
    for name, content in sources.items():
        source = folder / "kapi/sections" / name
        source.mkdir(parents=True)
        (source / "specs").write_bytes(content.specs)
        (source / "prose").write_bytes(content.prose)
    return str(folder)


def reason(path: str) -> str:
    """Why nothing can be read."""
    with pytest.raises(ImageError) as caught:
        read_debugfs(path)
    return caught.value.reason


def test_kernel_and_module(tmp_path: Path) -> None:
    path = put(tmp_path, amodule=contents([MODULE]), vmlinux=contents(ALL))
    expected = tuple(normalise(spec) for spec in (*ALL, MODULE))
    for given in (path, f"{path}/kapi", f"{path}/kapi/"):
        found = read_debugfs(given)
        assert (found.specs, found.problems) == (expected, ())
        assert found.description == "debugfs, sources: 2"


def test_problems_name_their_source(tmp_path: Path) -> None:
    bad = contents([MODULE])._replace(prose=b"")
    path = put(tmp_path, frob=bad, vmlinux=contents(ALL))
    lost = "the texts of 1 spec are missing: only what the kernel checks is there"
    assert read_debugfs(path).problems == (f"frob: {lost}",)


def test_of_two_specs_the_one_of_the_kernel_stays(tmp_path: Path) -> None:
    path = put(tmp_path, amodule=contents(ALL[:1]), vmlinux=contents(ALL))
    found = read_debugfs(path)
    assert len(found.specs) == len(ALL)
    assert found.problems == (f"amodule: second spec of {ALL[0].name} refused",)


def test_module_that_went_away(tmp_path: Path) -> None:
    path = put(tmp_path, vmlinux=contents(ALL), gone=contents([]))
    (tmp_path / "kapi/sections/gone/prose").unlink()
    found = read_debugfs(path)
    assert len(found.specs) == len(ALL)
    assert found.problems == ("gone: cannot be read: No such file or directory",)


def test_nothing_can_be_read(tmp_path: Path) -> None:
    path = put(tmp_path, vmlinux=contents([]))
    (tmp_path / "kapi/sections/vmlinux/specs").unlink()
    assert reason(path) == "No such file or directory"


def test_errnos_of_another_byte_order_are_unknown(tmp_path: Path) -> None:
    for order in "<>":
        content = contents(ALL, Target(order, 64, "s390"))._replace(prose=b"")
        found = read_debugfs(put(tmp_path / order.replace("<", "le"), vmlinux=content))
        own = order == debugfs._THIS_MACHINE.order
        assert any(spec.errors for spec in found.specs) == own


def test_rubbish(tmp_path: Path) -> None:
    path = put(tmp_path, vmlinux=Content(b"rubbish" * 9, b"rubbish" * 9))
    found = read_debugfs(path)
    assert found.specs == ()
    assert found.problems == (
        "vmlinux: prose at offset 0 ignored: bad magic",
        "vmlinux: specs at offset 0 ignored: bad magic",
    )


def test_what_to_do_where_there_is_none(tmp_path: Path) -> None:
    assert reason(str(tmp_path / "missing")) == "is no folder"
    assert reason("nul\0") == "is no folder"
    mount = f"is empty; mount debugfs: mount -t debugfs debugfs {tmp_path}"
    assert reason(str(tmp_path)) == mount
    (tmp_path / "gpio").touch()
    assert reason(str(tmp_path)).endswith("was this kernel built with CONFIG_KAPI_SPEC_DEBUGFS?")
    (tmp_path / "kapi/sections").mkdir(parents=True)
    assert reason(str(tmp_path)) == "no kernel and no module has specifications"


def test_not_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> list[str]:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    assert reason(str(tmp_path)) == "permission denied; debugfs is for root"


def test_file_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = contents(ALL)
    path = put(tmp_path, vmlinux=content)
    size = len(content.prose) - 1
    monkeypatch.setattr(debugfs, "_MAX_PROSE", size)
    assert reason(path) == f"more than {size} bytes"


def test_file_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    path = put(tmp_path, vmlinux=contents(ALL))
    monkeypatch.setattr(debugfs, "open_regular", lambda _: (Broken(), 0))
    assert reason(path) == "Input/output error"
