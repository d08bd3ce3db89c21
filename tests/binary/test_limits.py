"""Memory does not grow with the image, and a hostile image cannot fill it."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import pytest

from kapi.generate.prose import digest_of
from kapi.model import codec
from kapi.model.spec import Spec, Struct, StructField
from tests.binary.images import (
    ZSTD,
    Content,
    catalogue_specs,
    contents,
    pack_part,
    pack_prose,
    pack_record,
    vmlinux,
    written_of,
)
from tests.binary.peak import ROOT, read_alone

MAX_MIB = 200
PLAIN_MIB = 45


def test_memory_does_not_grow_with_the_image(tmp_path: Path) -> None:
    kernel = vmlinux(contents(catalogue_specs()), symbols=100)
    (table,) = struct.unpack_from("<Q", kernel, 0x28)
    path = tmp_path / "vmlinux"
    with path.open("wb") as file:  # with a hole, where the code would be
        file.write(kernel[:0x28] + struct.pack("<Q", table + (2 << 30)) + kernel[0x30:table])
        file.seek(table + (2 << 30))
        file.write(kernel[table:])
    taken = read_alone(path)
    assert taken.outcome == f"{len(catalogue_specs())} specs, 0 problems"
    assert taken.mib < PLAIN_MIB


def test_plain_image_of_which_all_is_searched(tmp_path: Path) -> None:
    path = tmp_path / "Image"
    with path.open("wb") as file:
        file.truncate(100 << 20)
        file.seek(90 << 20)
        file.write(contents(catalogue_specs()).specs)
    taken = read_alone(path)
    assert taken.outcome == f"{len(catalogue_specs())} specs, 1 problems"
    assert taken.mib < PLAIN_MIB


def test_bomb_with_the_largest_window(tmp_path: Path) -> None:
    window_log = int(ZSTD.CompressionParameter.window_log)
    compressor = ZSTD.ZstdCompressor(options={window_log: 27})
    path = tmp_path / "bomb"
    with path.open("wb") as file:
        for _ in range(513):
            file.write(compressor.compress(bytes(1 << 20)))
        file.write(compressor.flush())
    taken = read_alone(path)
    assert taken.outcome == "zstd: unpacks to more than 512 MiB"
    assert taken.mib < MAX_MIB


def hostile_text(kind: str) -> bytes:
    """JSON of almost the greatest length that takes much memory."""
    spec = Spec(name="c00", kind="function", notes="\U0001f600" + "x" * 1_000_000)
    if kind == "many":
        fields = tuple(StructField(name="") for _ in range(70_000))
        spec = Spec(name="c00", kind="function", structs=(Struct(fields=fields),))
    return codec.dump([spec], locations=False).encode()


@pytest.mark.parametrize("kind", ["many", "wide"])
def test_texts_that_take_much_memory(kind: str, tmp_path: Path) -> None:
    json = hostile_text(kind)
    assert len(json) < 1 << 20
    records, prose = [], b""
    for number in range(60):
        name = f"c{number:02}"
        own = json.replace(b'"c00"', f'"{name}"'.encode())
        written = written_of(Spec(name=name, kind="function"))
        records.append(pack_record(written, changes={"digest": digest_of(own)}))
        prose += pack_prose(name, own)
    path = tmp_path / "vmlinux"
    path.write_bytes(vmlinux(Content(pack_part(records), prose)))
    taken = read_alone(path)
    assert taken.outcome.startswith("60 specs, ")
    assert taken.outcome != "60 specs, 0 problems"
    assert taken.mib < MAX_MIB


def test_damaged_images(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.binary.fuzz_images", "--count", "3000", "--seed", "1"]
    done = subprocess.run(
        [*program, "--keep", tmp_path / "mutant"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.startswith("3000 images: ")
