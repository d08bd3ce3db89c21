# SPDX-License-Identifier: GPL-2.0-or-later
"""The layout of sections ``.kapi_specs`` and ``.kapi_prose``: structs and enums of the kernel part.

In: nothing. Out: one named tuple and one format for each C struct of ``include/linux/kapi.h`` and
``kernel/api/internal.h``, and the words of the model in the order of the C enums. All members are
naturally aligned and no struct has holes, so one format serves every architecture.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

PART_MAGIC: Final = b"KAPISPEC"
PROSE_MAGIC: Final = b"KAPIPROS"
BYTE_ORDER: Final = 0x0102
FORMAT: Final = 1
MAX_PARAMS: Final = 16
MAX_SYSCALL_PARAMS: Final = 6
MAX_NUMBER: Final = 0x7FFF

SPECS_SECTION: Final = ".kapi_specs"
PROSE_SECTION: Final = ".kapi_prose"

MAX_ERRNO: Final = 4095
"""The highest errno: ``include/linux/err.h``."""

MAX_NAME: Final = 512
"""Bytes of the longest symbol with its NUL: ``KSYM_NAME_LEN`` of ``include/linux/kallsyms.h``."""


class Part(NamedTuple):
    """``struct kapi_part``: head of the records that one object file contributes."""

    magic: bytes
    byte_order: int
    format: int
    word_size: int
    spec_size: int
    param_size: int
    head_size: int
    length: int
    count_: int  # a tuple has a method of that name
    reserved: int


class SpecHead(NamedTuple):
    """``struct kapi_spec``: head of a record; offsets count from its first byte."""

    digest: int
    success_lo: int
    success_hi: int
    length: int
    nr: int
    name: int
    params: int
    errnos: int
    nr_errnos: int
    flags: int
    nr_params: int
    kind: int
    ret_type: int
    ret_check: int
    reserved: int


class ParamHead(NamedTuple):
    """``struct kapi_param``: one parameter; offsets count from the first byte of the record."""

    lo: int
    hi: int
    name: int
    values: int
    nr_values: int
    flags: int
    type: int
    constraint: int
    bits: int
    is_signed: int
    size_param: int
    outcome: int
    reserved: int


class ProseHead(NamedTuple):
    """``struct kapi_prose``: head of the texts of one spec."""

    magic: bytes
    digest: int
    length: int
    name_size: int
    line_size: int
    text_size: int
    json_size: int
    reserved: int


class Structs(NamedTuple):
    """The formats in one byte order."""

    part: struct.Struct
    spec: struct.Struct
    param: struct.Struct
    prose: struct.Struct


def _structs(order: str) -> Structs:
    formats = ("8s2H4B2IQ", "Q2qIi5H4BH", "2Q4H6BH", "8sQ6I")
    return Structs(*(struct.Struct(order + text) for text in formats))


#: By byte order, as the struct module writes it.
STRUCTS: Final = {order: _structs(order) for order in "<>"}

#: The part, the records and their parameters have one size each in both orders.
PART_SIZE: Final = STRUCTS["<"].part.size
SPEC_SIZE: Final = STRUCTS["<"].spec.size
PARAM_SIZE: Final = STRUCTS["<"].param.size
PROSE_SIZE: Final = STRUCTS["<"].prose.size

# The enums. The value is the position; position 0 stands for "not given" and has no word.

KINDS: Final = (None, "syscall", "compat_syscall", "function")

TYPES: Final = (
    *(None, "void", "int", "uint", "ptr", "struct", "union", "enum", "func_ptr", "array", "fd"),
    *("user_ptr", "path", "custom"),
)

CONSTRAINTS: Final = (
    *(None, "range", "mask", "enum", "alignment", "power_of_two", "page_aligned", "nonzero"),
    *("user_string", "user_path", "user_ptr", "buffer", "custom"),
)

RETURNS: Final = (None, "exact", "range", "error_check", "fd", "custom", "no_return")

# The flags. The position is the bit.

PARAM_FLAGS: Final = (
    *("input", "output", "optional", "const", "volatile", "user", "dma", "aligned"),
)
OUTCOMES: Final = ("ignored", "masked", "errno")
SPEC_FLAGS: Final = ("closed", "success", "hi_count")


def words_of(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the bits that are set, sorted."""
    return tuple(sorted(name for bit, name in enumerate(names) if bits >> bit & 1))
