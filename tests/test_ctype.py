"""C types as specs see them."""

from __future__ import annotations

import pytest

from kapi.ctype import CType, read_ctype


@pytest.mark.parametrize(
    ("text", "kind", "signed"),
    [
        ("int", "integer", True),
        ("unsigned", "integer", False),
        ("unsigned long long", "integer", False),
        ("long int", "integer", True),
        ("char", "integer", None),
        ("signed char", "integer", True),
        ("bool", "integer", None),
        ("u32", "integer", False),
        ("__s64", "integer", True),
        ("uint16_t", "integer", False),
        ("int64_t", "integer", True),
        ("compat_u64", "integer", False),
        ("__le32", "integer", False),
        ("__be64", "integer", False),
        ("size_t", "integer", False),
        ("const umode_t", "integer", False),
        ("loff_t", "integer", True),
        ("enum frob", "enum", None),
        ("struct frob", "struct", None),
        ("union frob", "union", None),
        ("void", "void", None),
        ("frob_t", "unknown", None),
        ("unsigned frob_t", "unknown", None),
        ("", "unknown", None),
        ("int [2]", "array", None),
        ("struct frob *", "pointer", None),
        ("int (*)[3]", "pointer", None),
        ("void (*)(int)", "function", None),
        ("void (*const)(int, char *)", "function", None),
    ],
)
def test_kinds(text: str, kind: str, signed: bool | None) -> None:
    found = read_ctype(text)
    assert (found.kind, found.signed) == (kind, signed)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("const char __user *", CType("pointer", user=True, constant=True, pointee="char")),
        ("char __user *", CType("pointer", user=True, pointee="char")),
        ("char *const", CType("pointer", pointee="char")),
        ("struct stat *", CType("pointer", pointee="struct stat")),
        (
            "char __user *const __user *",
            CType("pointer", user=True, constant=True, pointee="char *"),
        ),
        ("int __user [2]", CType("array", user=True, pointee="int")),
    ],
)
def test_what_a_pointer_leads_to(text: str, wanted: CType) -> None:
    assert read_ctype(text) == wanted


@pytest.mark.parametrize(
    ("text", "on_32", "on_64"),
    [
        ("char", 8, 8),
        ("bool", 8, 8),
        ("unsigned short", 16, 16),
        ("umode_t", 16, 16),
        ("u16", 16, 16),
        ("__be16", 16, 16),
        ("unsigned", 32, 32),
        ("uid_t", 32, 32),
        ("uint32_t", 32, 32),
        ("enum frob", 32, 32),
        ("long long", 64, 64),
        ("loff_t", 64, 64),
        ("__s64", 64, 64),
        ("long", 32, 64),
        ("size_t", 32, 64),
        ("struct frob *", 32, 64),
        ("void (*)(int)", 32, 64),
        ("struct frob", None, None),
        ("frob_t", None, None),
    ],
)
def test_widths(text: str, on_32: int | None, on_64: int | None) -> None:
    found = read_ctype(text)
    assert (found.bits(32), found.bits(64)) == (on_32, on_64)


def test_narrow_and_wide() -> None:
    assert read_ctype("u16").narrow
    assert read_ctype("umode_t").narrow
    assert not read_ctype("int").narrow
    assert not read_ctype("long").narrow
    assert read_ctype("unsigned long").address
    assert not read_ctype("unsigned int").address
