"""Arguments as strace writes them."""

from __future__ import annotations

import pytest

from kapi.trace.numbers import Numbers
from kapi.trace.values import (
    field_of,
    number_of,
    pair_of,
    shown_arguments,
    split_arguments,
    string_of,
)

CONSTANTS = Numbers("x86_64", 4096, 64).constant


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("3", ("3",)),
        ("3, 0x7f, 10", ("3", "0x7f", "10")),
        ('3, "a, b", 10', ("3", '"a, b"', "10")),
        ('3, "a\\", b"..., 10', ("3", '"a\\", b"...', "10")),
        ("3</a, b>, 1", ("3</a, b>", "1")),
        ("3<socket:[1]>, [1, 2], {a=1, b={c=2}}", ("3<socket:[1]>", "[1, 2]", "{a=1, b={c=2}}")),
        ('-100 /* AT_FDCWD */, "x", 0 /* a, b */', ("-100 /* AT_FDCWD */", '"x"', "0 /* a, b */")),
        ('3,"ab", 100', ("3", '"ab"', "100")),
        ("~[RTMIN RT_1], makedev(0x8, 0x1)", ("~[RTMIN RT_1]", "makedev(0x8, 0x1)")),
    ],
)
def test_splitting(text: str, parts: tuple[str, ...]) -> None:
    assert split_arguments(text) == parts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("-1", -1),
        ("0x80000", 0x80000),
        ("0644", 0o644),
        ("0", 0),
        ("NULL", 0),
        ("3</tmp/x>", 3),
        ("3<TCP:[1.2.3.4:5->6.7.8.9:10]>", 3),
        ("3</dev/null<char 1:3>>", 3),
        ("AT_FDCWD", -100),
        ("AT_FDCWD</home>", -100),
        ("-100 /* AT_FDCWD */", -100),
        ("O_RDONLY|O_CLOEXEC", 0x80000),
        ("O_RDONLY|0x40000000", 0x40000000),
        ("0x1200000 /* A|B */|17 /* SIGCHLD */", 0x1200011),
        ("SOCK_STREAM|SOCK_CLOEXEC", None),
        ('"text"', None),
        ("[3, 4]", None),
        ("{a=1}", None),
        ("~0", None),
        ("O_NOSUCH", None),
        ("", None),
        ("8192*1024", None),
    ],
)
def test_numbers(text: str, number: int | None) -> None:
    assert number_of(text, CONSTANTS) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('""', b""),
        ('"a b"', b"a b"),
        (r'"\"\\\n\t\r\v\f"', b'"\\\n\t\r\v\f'),
        (r'"\1772\0"', b"\x7f2\x00"),
        (r'"\x7f\xff"', b"\x7f\xff"),
        ('"cut"...', None),
        ("0x7f", None),
        ("NULL", None),
    ],
)
def test_strings(text: str, value: bytes | None) -> None:
    assert string_of(text) == value


def test_pairs_and_fields() -> None:
    assert pair_of("[3, 4]") == (3, 4)
    assert pair_of("[3<pipe:[1]>, 4<pipe:[1]>]") == (3, 4)
    assert pair_of("0x7f") is None
    assert field_of("{flags=O_RDWR|O_CREAT, mode=0}", "flags", CONSTANTS) == 0o102
    assert field_of("{flags=0x80000 /* O_CLOEXEC */, resolve=0}", "flags", CONSTANTS) == 0x80000
    assert field_of("{rlim_cur=100, rlim_max=RLIM64_INFINITY}", "rlim_cur", CONSTANTS) == 100
    assert field_of("{}", "flags", CONSTANTS) is None


def test_what_people_see() -> None:
    args = ("0xffffffff", '"a /* b */"', "0x80000 /* O_CLOEXEC */", "0x7ffe12345678", "0x3")
    assert shown_arguments(args) == '-1, "a /* b */", O_CLOEXEC, 0x7ffe12345678, 3'
