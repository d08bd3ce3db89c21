# SPDX-License-Identifier: GPL-2.0-or-later
"""The texts of specs as an image carries them, for debugfs and for readers of images.

In: specs with their records. Out: bytes of section ``.kapi_prose``: for each spec its name, its
summary, debugfs text and JSON, as ``kernel/api/internal.h`` of the kernel part describes them.
"""

from __future__ import annotations

import struct
from hashlib import sha256

from kapi.generate.constants import Values
from kapi.generate.debugfs_text import debugfs_text
from kapi.generate.record import Record
from kapi.model import codec

MAGIC = b"KAPIPROS"

#: magic, digest, length, bytes of name, summary, text and JSON, nothing.
_HEAD = "8sQIIIIII"


def json_of(record: Record) -> bytes:
    """The JSON document of one spec as images carry it: without places."""
    return codec.dump([record.spec], locations=False).encode() + b"\n"


def digest_of(json: bytes) -> int:
    """The number that joins a record with its prose."""
    return int.from_bytes(sha256(json).digest()[:8], "big")


def prose_entry(record: Record, values: Values, big_endian: bool) -> bytes:
    """One entry: its head, then the texts, each with a NUL behind it."""
    json = json_of(record)
    name = record.spec.name.encode()
    line = " ".join((record.spec.description or "").split()).encode()
    text = debugfs_text(record, values).encode()
    body = b"".join(part + b"\0" for part in (name, line, text, json))
    order = ">" if big_endian else "<"
    size = struct.calcsize(order + _HEAD) + len(body)
    padding = -size % 8
    head = struct.pack(
        order + _HEAD,
        MAGIC,
        digest_of(json),
        size + padding,
        len(name),
        len(line),
        len(text),
        len(json),
        0,
    )
    return head + body + b"\0" * padding
