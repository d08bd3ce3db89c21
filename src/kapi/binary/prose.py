# SPDX-License-Identifier: GPL-2.0-or-later
"""The entries of section ``.kapi_prose``: the whole of each spec, as JSON.

In: a window on the section. Out: where the JSON of each spec is, by name and digest; and the spec,
once its JSON is asked for. The section may be large: the JSON alone is read, one at a time.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

from kapi.binary import layout
from kapi.binary.layout import ProseHead
from kapi.binary.problems import Problems
from kapi.binary.records import MAX_RECORDS, is_name
from kapi.binary.window import Window
from kapi.errors import CodecError
from kapi.model.codec import load
from kapi.model.spec import Spec

MAX_JSON: Final = 1 << 20
"""Bytes of the JSON of one spec that are too many; a system call takes 40 KiB."""

MAX_MEMORY: Final = 144 << 20
"""Bytes that all specs of an image may take in memory."""

_PER_VALUE = 100
"""Bytes in memory that a value of JSON takes on average at most, its text not counted."""


class Entry(NamedTuple):
    """The prose of one spec.

    :param json: the bytes of its JSON.
    """

    name: str
    digest: int
    json: Window


class _Unsound(Exception):  # noqa: N818 - never leaves this module
    """An entry that cannot be used; the text says why."""


def sound_entry(data: bytes, order: str) -> int | None:
    """The length of the entry that starts with some bytes, if its head is sound in itself."""
    if len(data) < layout.PROSE_SIZE:
        return None
    head = ProseHead(*layout.STRUCTS[order].prose.unpack_from(data))
    try:
        _check(head, head.length)
    except _Unsound:
        return None
    return head.length if head.reserved == 0 else None


def _check(head: ProseHead, room: int) -> None:
    """is_sound() of kernel/api/debugfs.c."""
    if head.magic != layout.PROSE_MAGIC:
        raise _Unsound("bad magic")
    if not layout.PROSE_SIZE <= head.length <= room or head.length % 8:
        raise _Unsound("bad length")
    texts = head.name_size + head.line_size + head.text_size + head.json_size + 4
    if texts > head.length - layout.PROSE_SIZE:
        raise _Unsound("texts outside the entry")


def read_prose(window: Window, order: str, problems: Problems) -> list[Entry]:
    """The sound entries of a section, one behind the other."""
    found: list[Entry] = []
    at = 0
    while at < window.size:
        data = window.peek(at, layout.PROSE_SIZE + layout.MAX_NAME)
        try:
            if len(found) == MAX_RECORDS:
                raise _Unsound(f"more than {MAX_RECORDS} entries")
            head = _head(data, window.size - at, order)
        except _Unsound as unsound:
            problems.add(f"prose at offset {at} ignored: {unsound}")
            break
        name = data[layout.PROSE_SIZE : layout.PROSE_SIZE + head.name_size]
        if is_name(name) and head.name_size < layout.MAX_NAME:
            json_at = at + layout.PROSE_SIZE + head.name_size + head.line_size + head.text_size + 3
            json = window.part(json_at, head.json_size, "prose")
            found.append(Entry(name.decode("ascii"), head.digest, json))
        else:
            problems.add(f"prose at offset {at} refused: no name")
        at += head.length
    return found


def _head(data: bytes, room: int, order: str) -> ProseHead:
    """The head of an entry, whose texts lie inside it."""
    if len(data) < layout.PROSE_SIZE:
        raise _Unsound("truncated head")
    head = ProseHead(*layout.STRUCTS[order].prose.unpack_from(data))
    _check(head, room)
    return head


class Reader:
    """Turns entries into specs, as long as they fit into memory."""

    def __init__(self) -> None:
        self._left = MAX_MEMORY

    def read(self, entry: Entry) -> Spec | str:
        """The spec of an entry, or why it cannot be read."""
        if entry.json.size > MAX_JSON:
            return f"too long: {entry.json.size} bytes"
        if entry.json.size > self._left:
            return "the texts of the image need too much memory"
        json = entry.json.read(0, entry.json.size, "prose")
        if int.from_bytes(sha256(json).digest()[:8], "big") != entry.digest:
            return "damaged: its digest is another"
        self._left -= _memory_of(json)
        if self._left < 0:
            return "the texts of the image need too much memory"
        return _decode(json)


def _memory_of(json: bytes) -> int:
    """Bytes in memory that the spec of a JSON text takes at most."""
    widest = 4 if b"\\u" in json else 1  # one such character makes its whole text wide
    values = sum(json.count(mark) for mark in (b",", b"[", b"{"))
    return widest * len(json) + values * _PER_VALUE


def _decode(json: bytes) -> Spec | str:
    """The one spec of a document."""
    try:
        specs = load(json.decode("ascii"))
    except UnicodeDecodeError:
        return "no JSON of ours: not ASCII"
    except CodecError as error:
        return f"no JSON that this kapi knows: {error}"
    if len(specs) != 1:
        return f"{len(specs)} specs where there should be one"
    return specs[0]
