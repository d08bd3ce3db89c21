"""Installed kernels are found, and modules come in an order in which they can be loaded."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
from pathlib import Path

import pytest

from kapi.vm.errors import VmError
from kapi.vm.stock import StockKernel, read_modules, stock_kernel, stock_kernels

DEPENDENCIES = """\
kernel/fs/ext4/ext4.ko.xz: kernel/fs/mbcache.ko kernel/fs/jbd2/jbd2.ko.gz
kernel/fs/mbcache.ko:
kernel/fs/jbd2/jbd2.ko.gz:
kernel/crypto/crc32c_hw.ko:
kernel/crypto/crc32c-generic.ko:
kernel/fs/odd.ko.lz4:
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine with three kernels, one of them without modules."""
    for release in ("6.9.1-amd64", "6.12.5-amd64", "6.12.40-amd64", "6.1.9-amd64"):
        boot, modules = tmp_path / "boot", tmp_path / "lib/modules" / release
        boot.mkdir(exist_ok=True)
        (boot / f"vmlinuz-{release}").write_bytes(b"")
        if release == "6.1.9-amd64":
            continue
        for folder in ("kernel/fs/ext4", "kernel/fs/jbd2", "kernel/crypto"):
            (modules / folder).mkdir(parents=True)
        (modules / "kernel/fs/ext4/ext4.ko.xz").write_bytes(lzma.compress(b"ext4"))
        (modules / "kernel/fs/jbd2/jbd2.ko.gz").write_bytes(gzip.compress(b"jbd2"))
        (modules / "kernel/fs/mbcache.ko").write_bytes(b"mbcache")
        (modules / "kernel/crypto/crc32c_hw.ko").write_bytes(b"hw")
        (modules / "kernel/crypto/crc32c-generic.ko").write_bytes(b"generic")
        (modules / "kernel/fs/odd.ko.lz4").write_bytes(b"?")
        (modules / "modules.dep").write_text(DEPENDENCIES)
        (modules / "modules.builtin").write_text("kernel/drivers/virtio/virtio_pci.ko\n")
        (modules / "modules.softdep").write_text(
            "# words\nsoftdep jbd2 pre: crypto-crc32c gone post: later\nsoftdep ext4 post: x\n"
        )
        (modules / "modules.alias").write_text(
            "# words\nalias crypto-crc32c crc32c_hw\nalias crypto-crc32c crc32c_generic\n"
        )
    return tmp_path


@pytest.fixture
def modules(root: Path) -> Path:
    """The modules of one kernel."""
    return root / "lib/modules/6.12.40-amd64"


def test_kernels_with_modules_by_release(root: Path) -> None:
    releases = [kernel.release for kernel in stock_kernels(root)]
    assert releases == ["6.9.1-amd64", "6.12.5-amd64", "6.12.40-amd64"]


def test_the_newest_of_a_release(root: Path) -> None:
    found = stock_kernel("6.12", root)
    assert found == StockKernel(
        "6.12.40-amd64",
        root / "boot/vmlinuz-6.12.40-amd64",
        root / "boot/config-6.12.40-amd64",
        root / "lib/modules/6.12.40-amd64",
    )
    assert stock_kernel("6.9", root).release == "6.9.1-amd64"


def test_a_release_that_is_not_installed(root: Path) -> None:
    with pytest.raises(VmError, match=r"apt-get install linux-image-6.1-amd64"):
        stock_kernel("6.1", root)


def test_modules_come_behind_what_they_need(modules: Path) -> None:
    """What ext4 needs, what jbd2 asks for, and the generic one of two that offer it."""
    assert read_modules(modules, ("ext4",)) == [
        ("mbcache.ko", b"mbcache"),
        ("crc32c_generic.ko", b"generic"),
        ("jbd2.ko", b"jbd2"),
        ("ext4.ko", b"ext4"),
    ]


def test_a_module_comes_once(modules: Path) -> None:
    names = [name for name, _ in read_modules(modules, ("jbd2", "crc32c-generic", "ext4"))]
    assert names == ["crc32c_generic.ko", "jbd2.ko", "mbcache.ko", "ext4.ko"]


def test_what_is_built_in_is_not_loaded(modules: Path) -> None:
    assert read_modules(modules, ("virtio-pci",)) == []


def test_a_module_that_does_not_exist(modules: Path) -> None:
    with pytest.raises(VmError, match=r"cannot load the module frob: .* has none of this name"):
        read_modules(modules, ("frob",))


def test_modules_that_cannot_be_read(modules: Path, tmp_path: Path) -> None:
    with pytest.raises(VmError, match="cannot read the modules of none"):
        read_modules(tmp_path / "none", ("ext4",))
    with pytest.raises(VmError, match="packed in an unknown way"):
        read_modules(modules, ("odd",))
    (modules / "kernel/fs/ext4/ext4.ko.xz").write_bytes(b"junk")
    with pytest.raises(VmError, match=r"cannot unpack .*ext4.ko.xz"):
        read_modules(modules, ("ext4",))


def test_zstd_needs_a_program(modules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (modules / "modules.dep").write_text("kernel/fs/z.ko.zst:\n")
    (modules / "kernel/fs/z.ko.zst").write_bytes(b"junk")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(VmError, match="zstd is missing: apt-get install zstd"):
        read_modules(modules, ("z",))


def test_zstd_unpacks(modules: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (modules / "modules.dep").write_text("kernel/fs/z.ko.zst:\n")
    (modules / "kernel/fs/z.ko.zst").write_bytes(b"packed")
    program = tmp_path / "zstd"
    program.write_text('#!/bin/sh\necho "$1: $(cat)"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert read_modules(modules, ("z",)) == [("z.ko", b"-dcq: packed\n")]
    program.write_text("#!/bin/sh\necho no frame >&2; exit 1\n")
    with pytest.raises(VmError, match="cannot unpack a module: no frame"):
        read_modules(modules, ("z",))


@pytest.mark.requires("stock-kernel")
def test_modules_of_debians_kernel(stock: StockKernel) -> None:
    names = [name for name, _ in read_modules(stock.modules, ("ext4", "virtio_blk", "virtio_pci"))]
    assert names.index("jbd2.ko") < names.index("ext4.ko") < names.index("virtio_blk.ko")
    assert "virtio_pci.ko" not in names
    for _, data in read_modules(stock.modules, ("ext4",)):
        assert data[:4] == b"\x7fELF"
