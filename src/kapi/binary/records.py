# SPDX-License-Identifier: GPL-2.0-or-later
"""The records of section ``.kapi_specs``: what the kernel itself knows of each spec.

In: a window on the section. Out: :class:`Record` values, all of whose offsets and counts were
checked. The checks are those of ``kernel/api/core.c``, in the same words, and a few more: names are
C names, errnos are errnos, and the parts of a record do not overlap, so that a small record cannot
become much in memory. A bad record is left out; a bad part ends the section.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from kapi.binary import layout
from kapi.binary.layout import ParamHead, Part, SpecHead
from kapi.binary.problems import Problems
from kapi.binary.window import Window

MAX_SECTION: Final = 4 << 20
"""Bytes of records that are too many: 4,096 specs as large as they may be."""

MAX_RECORDS: Final = 8192
"""Records that are too many."""

_NAME = re.compile(rb"[A-Za-z_]\w*\Z", re.ASCII)


def is_name(data: bytes) -> bool:
    """Whether some bytes are a C name."""
    return _NAME.match(data) is not None


class Param(NamedTuple):
    """One parameter.

    :param values: the legal values of an enum.
    """

    head: ParamHead
    name: str
    values: tuple[int, ...]


class Record(NamedTuple):
    """One record.

    :param errnos: positive and ascending.
    """

    head: SpecHead
    name: str
    params: tuple[Param, ...]
    errnos: tuple[int, ...]


class Machine(NamedTuple):
    """What a part was made for.

    :param order: byte order, as the struct module writes it.
    :param bits: word size.
    """

    order: str
    bits: int


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """A part or record that is not sound; the text says why."""


def machine_of_part(data: bytes) -> Machine | None:
    """What the part that starts with some bytes was made for; ``None`` if no part does."""
    if len(data) < layout.PART_SIZE or not data.startswith(layout.PART_MAGIC):
        return None
    for order, structs in layout.STRUCTS.items():
        part = Part(*structs.part.unpack_from(data))
        if part.byte_order == layout.BYTE_ORDER and part.word_size in (4, 8):
            return Machine(order, 8 * part.word_size)
    return None


def sound_part(data: bytes) -> tuple[Machine, int] | None:
    """What a part was made for and its length, if its head is sound in itself.

    Nothing but a part looks so.
    """
    machine = machine_of_part(data)
    if machine is None:
        return None
    part = Part(*layout.STRUCTS[machine.order].part.unpack_from(data))
    try:
        _check_part(part, machine, part.length)
    except _Refused:
        return None
    return (machine, part.length) if part.reserved == 0 else None


def read_records(window: Window, machine: Machine, problems: Problems) -> Iterator[Record]:
    """The sound records of a section, one part behind the other.

    :param machine: what the section was made for.
    :raises ImageError: if the section is too large.
    """
    if window.size > MAX_SECTION:
        raise window.error(0, f"too many records: {window.size} bytes")
    data = window.read(0, window.size, "the records")
    start = 0
    while start < len(data):
        try:
            part = _read_part(data, start, machine)
        except _Refused as refused:
            problems.add(f"specs at offset {start} ignored: {refused}")
            return
        yield from _records(data, start, part, machine.order, problems)
        start += part.length


def _read_part(data: bytes, start: int, machine: Machine) -> Part:
    """A part of a section, its head sound."""
    head = data[start : start + layout.PART_SIZE]
    if len(head) < layout.PART_SIZE:
        raise _Refused("truncated head")
    part = Part(*layout.STRUCTS[machine.order].part.unpack(head))
    _check_part(part, machine, len(data) - start)
    return part


def _check_part(part: Part, machine: Machine, room: int) -> None:
    """kapi_check_part() of the kernel."""
    if part.magic != layout.PART_MAGIC:
        raise _Refused("bad magic")
    if part.byte_order != layout.BYTE_ORDER:
        raise _Refused("foreign byte order")
    if part.format != layout.FORMAT:
        raise _Refused(f"unknown format {part.format}; a newer kapi may know it")
    if part.word_size * 8 != machine.bits:
        raise _Refused("foreign word size")
    sizes = (part.head_size, part.spec_size, part.param_size)
    if sizes != (layout.PART_SIZE, layout.SPEC_SIZE, layout.PARAM_SIZE):
        raise _Refused("unknown layout")
    if not layout.PART_SIZE <= part.length <= room or part.length % 8:
        raise _Refused("bad length")


def _records(
    data: bytes, start: int, part: Part, order: str, problems: Problems
) -> Iterator[Record]:
    """The sound records of a part."""
    at = start + layout.PART_SIZE
    end = start + part.length
    for _ in range(part.count_):
        try:
            yield _Reader(data, at, end, order).read()
        except _Refused as refused:
            problems.add(f"spec at offset {at} refused: {refused}")
        # Behind a record whose length is wrong there is no telling where the next one is.
        length = _length(data, at, end, order)
        if length is None:
            return
        at += length


def _length(data: bytes, at: int, end: int, order: str) -> int | None:
    """The length of a record; ``None`` if it cannot be."""
    if end - at < layout.SPEC_SIZE:
        return None
    length = SpecHead(*layout.STRUCTS[order].spec.unpack_from(data, at)).length
    return length if layout.SPEC_SIZE <= length <= end - at else None


class _Reader:
    """Reads one record.

    :param data: the section.
    :param at: offset of the record.
    :param end: of the part that it lies in.
    :param order: byte order.
    """

    def __init__(self, data: bytes, at: int, end: int, order: str) -> None:
        self._order = order
        length = _length(data, at, end, order)
        if length is None or length % 8:
            raise _Refused("bad length")
        self._data = data[at : at + length]
        self._head = SpecHead(*layout.STRUCTS[order].spec.unpack_from(self._data))

    def read(self) -> Record:
        """The record: kapi_check_spec() of the kernel, and what it looks at.

        :raises _Refused: if something is not sound.
        """
        head = self._head
        name = self._name(head.name, "no name")
        if not 0 < head.kind < len(layout.KINDS):
            raise _Refused("unknown kind")
        if not -1 <= head.nr <= layout.MAX_NUMBER:
            raise _Refused("bad number")
        heads = self._param_heads()
        self._check_room(heads)
        params = tuple(self._param(one) for one in heads)
        errnos = self._errnos()
        if head.ret_type >= len(layout.TYPES) or head.ret_check >= len(layout.RETURNS):
            raise _Refused("unknown result")
        by_param = head.flags >> layout.SPEC_FLAGS.index("hi_count") & 1
        if by_param and not 1 <= head.success_hi <= head.nr_params:
            raise _Refused("bound of the result is no parameter")
        return Record(head, name, params, errnos)

    def _name(self, offset: int, reason: str) -> str:
        """A C name that ends with a NUL."""
        if not layout.SPEC_SIZE <= offset < len(self._data):
            raise _Refused(reason)
        end = self._data.find(b"\0", offset, offset + layout.MAX_NAME)
        if end < 0 or not is_name(self._data[offset:end]):
            raise _Refused(reason)
        return self._data[offset:end].decode("ascii")

    def _array(self, form: str, offset: int, count: int, what: str) -> Iterator[tuple[int, ...]]:
        """The items of an array, which lies behind the head and is aligned."""
        item = struct.Struct(self._order + form)
        end = offset + count * item.size
        if count and not layout.SPEC_SIZE <= offset <= end <= len(self._data):
            raise _Refused(f"{what} outside the record")
        if count and offset % min(item.size, 8):
            raise _Refused(f"{what} outside the record")
        return item.iter_unpack(self._data[offset:end] if count else b"")

    def _param_heads(self) -> list[ParamHead]:
        head = self._head
        is_function = layout.KINDS[head.kind] == "function"
        if head.nr_params > (layout.MAX_PARAMS if is_function else layout.MAX_SYSCALL_PARAMS):
            raise _Refused("too many parameters")
        form = layout.STRUCTS[self._order].param.format[1:]
        rows = self._array(form, head.params, head.nr_params, "parameters")
        return [ParamHead(*row) for row in rows]

    def _check_room(self, heads: list[ParamHead]) -> None:
        """Arrays that share bytes would be larger in memory than here."""
        size = len(heads) * layout.PARAM_SIZE + 2 * self._head.nr_errnos
        size += 8 * sum(head.nr_values for head in heads)
        if layout.SPEC_SIZE + size > len(self._data):
            raise _Refused("more items than there is room for")

    def _param(self, head: ParamHead) -> Param:
        """One parameter: check_param() of the kernel."""
        name = self._name(head.name, "parameter without name")
        if head.type >= len(layout.TYPES) or head.constraint >= len(layout.CONSTRAINTS):
            raise _Refused("unknown type or constraint")
        if head.bits not in (8, 16, 32, 64):
            raise _Refused("bad parameter width")
        values = [one for (one,) in self._array("q", head.values, head.nr_values, "values")]
        form = layout.CONSTRAINTS[head.constraint]
        if form == "enum" and not values:
            raise _Refused("enum without values")
        if form == "alignment" and (not head.lo or head.lo & (head.lo - 1)):
            raise _Refused("alignment is no power of two")
        if head.size_param > self._head.nr_params:
            raise _Refused("size parameter does not exist")
        if form == "buffer" and not head.size_param:
            raise _Refused("buffer without size parameter")
        return Param(head, name, tuple(values))

    def _errnos(self) -> tuple[int, ...]:
        """The errnos: check_errnos() of the kernel."""
        head = self._head
        errnos = [one for (one,) in self._array("H", head.errnos, head.nr_errnos, "errnos")]
        if not all(0 < number <= layout.MAX_ERRNO for number in errnos):
            raise _Refused("no errno")
        if any(errnos[index] <= errnos[index - 1] for index in range(1, len(errnos))):
            raise _Refused("errnos out of order")
        return tuple(errnos)
