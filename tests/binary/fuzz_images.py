"""Reads damaged and hostile images: each gives specs or an ImageError, soon and in little memory.

``python -m tests.binary.fuzz_images --count 100000 --seed 7 [--image PATH ...]``

Images of every form are made, and others may be named. Each turn one of them is damaged: in what
is inside, before it is wrapped again, or in the file as it is. Texts are damaged under a true
digest too, as otherwise no damaged text would ever be looked at. The first image that is treated
wrongly is kept in a file, and the exit status is 1. The same seed gives the same images.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from kapi.binary.image import read_image
from kapi.errors import ImageError
from kapi.generate.prose import digest_of, json_of
from kapi.model import codec
from kapi.model.spec import Spec
from tests.binary.elfwriter import TARGETS, Section, Target, compressed, write_elf
from tests.binary.images import (
    COMPRESSORS,
    Content,
    arm64_image,
    bzimage,
    catalogue_specs,
    contents,
    pack_part,
    pack_prose,
    pack_record,
    vmlinux,
    written_of,
    zboot,
)
from tests.binary.peak import peak_mib

MAX_TIME_S = 2.0
MAX_MIB = 200

#: Numbers that programs get wrong.
NUMBERS = [0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 1 << 31, (1 << 31) - 1]
NUMBERS += [(1 << 32) - 1, (1 << 32) - 8, 1 << 63, (1 << 63) - 1, (1 << 64) - 1, (1 << 64) - 8]

#: What stands near numbers that count.
MARKS = (b"KAPISPEC", b"KAPIPROS", b"\x7fELF", b"HdrS", b"zimg", b".shstrtab", b"MZ", b"\x28\xb5")

Wrap = Callable[[bytes], bytes]


class Seed(NamedTuple):
    """An image: what is inside and how it is wrapped."""

    name: str
    inside: bytes
    wrap: Wrap


def unwrapped(data: bytes) -> bytes:
    """No wrapping."""
    return data


def seeds() -> list[Seed]:
    """One image of every form; small, so that most damage is done where it counts."""
    specs = sorted(catalogue_specs(), key=lambda spec: len(str(spec)))[:3]
    found = []
    for target in TARGETS:
        content = contents(specs, target, parts=2)
        found += [
            Seed(f"vmlinux-{target}", vmlinux(content, target, symbols=3), unwrapped),
            Seed(f"packed-{target}", packed_sections(content, target), unwrapped),
        ]
    content = contents(specs)
    kernel = vmlinux(content)
    for name, compress in COMPRESSORS.items():
        found.append(Seed(f"bzimage-{name}", kernel, within(bzimage, compress)))
        found.append(Seed(f"module-{name}", kernel, compress))
    plain = arm64_image(content, has_prose=True)
    found.append(Seed("arm64", plain, unwrapped))
    found.append(Seed("zboot", plain, within(zboot, COMPRESSORS["gzip"])))
    return found


def within(outer: Wrap, inner: Wrap) -> Wrap:
    """One wrapping inside another."""
    return lambda data: outer(inner(data))


def packed_sections(content: Content, target: Target) -> bytes:
    """An ELF file with both sections compressed."""
    sections = (Section(".kapi_specs", content.specs), Section(".kapi_prose", content.prose))
    packed = [compressed(one, 1, zlib.compress(one.data), target) for one in sections]
    return write_elf(packed, target)


def damaged(data: bytes, random: Random) -> bytes:
    """The same bytes, damaged a few times."""
    found = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        random.choice(DAMAGES)(found, random)
    return bytes(found)


def place(data: bytearray, random: Random) -> int:
    """An offset, mostly one near numbers that count."""
    kind = random.random()
    if kind < 0.2 or not data:
        return random.randrange(len(data) + 1)
    if kind < 0.4:
        return random.randrange(min(len(data), 0x260))
    if kind < 0.55:
        return max(0, len(data) - random.randrange(1, 1024))
    marks = [at for mark in MARKS if (at := data.find(mark, random.randrange(len(data)))) >= 0]
    return min(len(data) - 1, random.choice(marks or [0]) + random.randrange(128))


def flip_bit(data: bytearray, random: Random) -> None:
    """One bit is another."""
    at = place(data, random)
    if at < len(data):
        data[at] ^= 1 << random.randrange(8)


def put_number(data: bytearray, random: Random) -> None:
    """A number that programs get wrong, or one near to what was there."""
    form = random.choice("BHIQ")
    order = random.choice("<<>")
    size = struct.calcsize(order + form)
    at = place(data, random) // size * size
    if at + size > len(data):
        return
    (old,) = struct.unpack_from(order + form, data, at)
    number = random.choice((random.choice(NUMBERS), old + random.choice((-8, -1, 1, 8)), old * 2))
    struct.pack_into(order + form, data, at, number % (1 << 8 * size))


def cut(data: bytearray, random: Random) -> None:
    """The end is missing."""
    del data[place(data, random) :]


def append(data: bytearray, random: Random) -> None:
    """There is something behind the end."""
    data += random.randbytes(random.randrange(300))


def drop(data: bytearray, random: Random) -> None:
    """Some bytes are missing."""
    at = place(data, random)
    del data[at : at + random.choice((1, 4, 8, 64, 512))]


def repeat(data: bytearray, random: Random) -> None:
    """Some bytes are there twice."""
    at = place(data, random)
    data[at:at] = data[at : at + random.choice((8, 32, 48, 512))]


def overwrite(data: bytearray, random: Random) -> None:
    """Some bytes are others."""
    at = place(data, random)
    size = min(len(data) - at, random.choice((1, 2, 8, 40)))
    data[at : at + size] = random.choice((bytes(size), b"\xff" * size, random.randbytes(size)))


DAMAGES: tuple[Callable[[bytearray, Random], None], ...] = (
    *(flip_bit, flip_bit, put_number, put_number, put_number),
    *(cut, append, drop, repeat, overwrite),
)


def with_damaged_text(random: Random) -> bytes:
    """An image whose texts are damaged under a true digest."""
    spec = Spec(name="call", kind="function", description="does things", notes="a\u201eb")
    written = written_of(spec)
    json = json_of(written)
    if random.random() < 0.3:
        json = strange_json(random)
    else:
        json = damaged(json, random)
    record = pack_record(written, changes={"digest": digest_of(json)})
    return vmlinux(Content(pack_part([record]), pack_prose("call", json)))


def strange_json(random: Random) -> bytes:
    """JSON that takes much memory or many levels."""
    many = random.choice((10, 1000, 100_000))
    return random.choice(
        (
            b"[" * many,
            b'{"a":' * many,
            b"[" + b"[]," * many + b"0]",
            b'{"schema": "kapi-spec", "schema_version": 1, "specs": [' + b"{}," * many + b"{}]}",
            b"9" * many,
            b'"' + b"\\ud800" * many + b'"',
            b"-Infinity",
            b'"' + b"a" * many,
        )
    )


def mutant(known: Sequence[Seed], random: Random) -> tuple[str, bytes]:
    """One damaged image and where it comes from."""
    if random.random() < 0.1:
        return "text", with_damaged_text(random)
    seed = random.choice(known)
    if random.random() < 0.05:
        other = random.choice(known)
        data = seed.wrap(seed.inside)
        return f"{seed.name}+{other.name}", data[: random.randrange(len(data))] + other.inside
    if random.random() < 0.6:
        return seed.name, seed.wrap(damaged(seed.inside, random))
    return seed.name, damaged(seed.wrap(seed.inside), random)


def complaint(path: str) -> str | None:
    """What is wrong with how an image is treated; ``None`` if nothing is."""
    start = time.process_time()
    try:
        found = read_image(path)
        codec.dump(found.specs)
        OUTCOMES["specs with problems" if found.problems else "specs"] += 1
    except ImageError as error:
        text = str(error)
        OUTCOMES["refused"] += 1
        if not text.startswith(path) or "\n" in text:
            return f"strange message: {text!r}"
    except Exception:  # noqa: BLE001 - this is what is looked for
        return traceback.format_exc()
    taken = time.process_time() - start
    return f"took {taken:.1f} s" if taken > MAX_TIME_S else None


OUTCOMES: Counter[str] = Counter()


def main(argv: Sequence[str] | None = None) -> int:
    """Read many images; 1 if one is treated wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--image", action="append", default=[], help="damage this one too")
    parser.add_argument("--keep", default="mutant.bin", help="where a wrongly treated one is put")
    options = parser.parse_args(argv)
    known = seeds()
    known += [Seed(path, Path(path).read_bytes(), unwrapped) for path in options.image]
    memory = os.memfd_create("image")
    path = f"/proc/self/fd/{memory}"
    for number in range(options.count):
        name, data = mutant(known, Random(f"{options.seed}.{number}"))
        os.ftruncate(memory, 0)
        os.pwrite(memory, data, 0)
        wrong = complaint(path)
        if wrong is None and peak_mib() > MAX_MIB:
            wrong = f"{peak_mib()} MiB in memory"
        if wrong is not None:
            Path(options.keep).write_bytes(data)
            sys.stdout.write(f"{options.seed}.{number} {name}: kept in {options.keep}\n{wrong}\n")
            return 1
    counted = ", ".join(f"{number} {what}" for what, number in sorted(OUTCOMES.items()))
    sys.stdout.write(f"{options.count} images: {counted}; {peak_mib()} MiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
