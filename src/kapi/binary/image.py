# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the specs of a kernel image or module.

In: the path of a vmlinux, a vmlinuz of a distribution, a module, an ``Image``, each perhaps
compressed. Out: :class:`~kapi.binary.join.ImageSpecs`. The phases:

1. **Layers** (``boot``, ``compression``): what is wrapped around the kernel is taken off.
2. **Sections** (``elf``; ``flat`` where there is no table of sections): where the records and the
   prose are.
3. **Records** and **prose**: each checked, one at a time.
4. **Join**: specs, whole ones or of what the record alone holds (``core``).

An image may be made by anybody: no count, offset or length in it is believed, and whatever it says,
memory stays below 200 MB.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from kapi.binary import elf, flat
from kapi.binary.boot import machine_of, payload_of
from kapi.binary.compression import format_of, unpack
from kapi.binary.join import ImageSpecs, Joiner, Source
from kapi.binary.layout import PROSE_SECTION, SPECS_SECTION
from kapi.binary.records import Machine
from kapi.binary.window import Window, open_regular
from kapi.errors import ImageError

_MAX_LAYERS: Final = 4
"""A bzImage that was compressed once more has three."""

_NO_SPECS: Final = "no specifications in this image; was it built with CONFIG_KAPI_SPEC?"
_NO_IMAGE: Final = "neither ELF nor a boot image that is known, and no specifications in it"


def read_image(path: str) -> ImageSpecs:
    """The specs of an image or module.

    :param path: a regular file.
    :raises ImageError: if it is no image, is damaged, or has no specs.
    """
    with ExitStack() as files:
        stream, size = open_regular(path)
        files.enter_context(stream)
        layers, window = _unwrap(Window(stream, path, 0, size), files)
        if window.size == 0:
            raise ImageError(path, None, "is empty")
        source, kind = _source_of(window, files)
        joiner = Joiner()
        joiner.add(source)
        return joiner.result(", ".join((*layers, kind)))


def _unwrap(window: Window, files: ExitStack) -> tuple[list[str], Window]:
    """The kernel without what is around it, and the names of that."""
    layers: list[str] = []
    while len(layers) < _MAX_LAYERS:
        form = format_of(window)
        if form is not None:
            window = unpack(form, window, files)
            layers.append(form.name)
        elif (payload := payload_of(window)) is not None:
            window = payload.content
            layers.append(payload.container)
        else:
            return layers, window
    raise window.error(0, f"wrapped more than {_MAX_LAYERS - 1} times")


def _source_of(window: Window, files: ExitStack) -> tuple[Source, str]:
    """Where the specs are, and what the image is."""
    if window.peek(0, 4) != elf.MAGIC:
        arch = machine_of(window)
        return _flat_source(window, arch), f"image for {arch}" if arch else "plain image"
    found = elf.read_elf(window, (SPECS_SECTION, PROSE_SECTION), files)
    machine = Machine(found.order, found.bits)
    kind = f"ELF for {found.machine or 'another machine'} ({_words(machine)})"
    if found.number == 0:  # the table was cut off
        return _flat_source(window, found.machine), kind
    if SPECS_SECTION not in found.sections:
        raise ImageError(window.path, None, f"{_NO_SPECS} (section {SPECS_SECTION} is missing)")
    prose = [found.sections[PROSE_SECTION]] if PROSE_SECTION in found.sections else []
    specs = found.sections[SPECS_SECTION]
    return Source("", (specs,), tuple(prose), machine, found.machine), kind


def _flat_source(window: Window, arch: str | None) -> Source:
    """The specs of bytes without sections."""
    machine, parts = flat.find_parts(window)
    if machine is None:
        raise ImageError(window.path, None, _NO_SPECS if arch else _NO_IMAGE)
    return Source("", parts, flat.find_prose(window, machine), machine, arch)


def _words(machine: Machine) -> str:
    return f"{machine.bits}-bit, {'little' if machine.order == '<' else 'big'}-endian"
