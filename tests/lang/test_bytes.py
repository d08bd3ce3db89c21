"""Decisions on bytes: marks, line ends, tabs, odd characters, and the columns of findings."""

from __future__ import annotations

import pytest

from tests.lang.reading import Read, assert_round_trip, printed_again, read, read_file, read_text

FILE = b"/**\n * f - x\n *\n * long-desc: text\n * error: EIO, y\n */\nint f(void);\n"


def of_bytes(line: bytes) -> Read:
    """A spec with a line in its long-desc; lines of findings count from there."""
    data = (
        b"/**\n * f - x\n *\n * long-desc: text\n"
        + line
        + b"\n * contexts: process\n */\nint f(void);\n"
    )
    return read_text(data, 4)


def test_a_byte_order_mark_is_dropped() -> None:
    found = read_text(b"\xef\xbb\xbf" + FILE)
    assert found.spec == read_text(FILE).spec
    assert found.findings == []


def test_a_byte_order_mark_elsewhere_is_text() -> None:
    assert of_bytes(b" *   a\xef\xbb\xbfb").spec.long_description == "text\na\ufeffb"


def test_crlf_is_lf() -> None:
    found = read_text(FILE.replace(b"\n", b"\r\n"))
    assert found.spec == read_text(FILE).spec
    assert found.findings == []


def test_a_lone_carriage_return_is_an_error_and_a_blank() -> None:
    found = of_bytes(b" *   a\rb")
    assert found.findings == [("lone-cr", "E", 1, 7)]
    assert found.spec.long_description == "text\na b"


@pytest.mark.parametrize(
    ("line", "columns"),
    [(b" *   \ra", [6]), (b" *   a\r\r", [7]), (b" *   a\rb\r\rc\r", [7, 9]), (b" *\ra", [3])],
)
def test_every_lone_carriage_return_is_found(line: bytes, columns: list[int]) -> None:
    found = of_bytes(line)
    assert [finding for finding in found.findings if finding[0] == "lone-cr"] == [
        ("lone-cr", "E", 1, column) for column in columns
    ]


def test_undecodable_bytes_are_kept_escaped() -> None:
    found = of_bytes(b" *   a \x80\xff b")
    assert found.spec.long_description == "text\na \\x80\\xff b"
    assert found.findings == [("encoding", "E", 1, 8)]
    assert found.messages == ["\\x80\\xff is no printable UTF-8 text"]
    assert found.diagnostics[0].span[1:] == (5, 8, 5, 10)


def test_the_first_odd_character_of_a_line_stands_for_all() -> None:
    found = of_bytes(b" *   a\x01b\x80c\rd\x02\n *   e\x03")
    assert [finding for finding in found.findings if finding[0] != "missing-param-doc"] == [
        ("encoding", "E", 1, 7),
        ("lone-cr", "E", 1, 11),
        ("encoding", "E", 2, 7),
    ]
    assert found.messages[0] == "\\x01 is no printable UTF-8 text; 2 more in this line"
    assert found.messages[2] == "\\x03 is no printable UTF-8 text"
    assert found.spec.long_description == "text\na\\x01b\\x80c d\\x02\ne\\x03"


def test_undecodable_bytes_outside_specs_are_ignored() -> None:
    data = b"/* \x80 */\n" + FILE + b'char *s = "\x80";\n/**\n * g - \x80\n */\nint g(void);\n'
    assert read_text(data).findings == []


@pytest.mark.parametrize("name", [b"cap\xe9_open", "\u00e4".encode() + b"\xff"])
def test_undecodable_bytes_in_a_near_miss_are_no_error(name: bytes) -> None:
    data = b"/**\n * f - " + name + b"\n *\n * error: EIO, x\n */\nint f(void);\n"
    assert [one.code for one in read_file(data).diagnostics] == ["maybe-spec"]


@pytest.mark.parametrize(
    ("byte", "text"),
    [
        (b"\x00", "\\x00"),
        (b"\x01", "\\x01"),
        (b"\x0b", "\\x0b"),
        (b"\x0c", "\\x0c"),
        (b"\x1b", "\\x1b"),
        (b"\x1f", "\\x1f"),
        (b"\x7f", "\\x7f"),
        (b"\xc2\x85", "\\u0085"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
    ],
)
@pytest.mark.parametrize("around", [(b"a", b"b"), (b"", b"b"), (b"a", b"")])
def test_control_characters_are_kept_escaped(
    byte: bytes, text: str, around: tuple[bytes, bytes]
) -> None:
    before, after = around
    found = of_bytes(b" *   " + before + byte + after)
    assert found.spec.long_description == f"text\n{before.decode()}{text}{after.decode()}"
    assert found.findings[0] == ("encoding", "E", 1, 6 + len(before))
    assert set(found.codes) == {"encoding"}


@pytest.mark.parametrize(
    "text",
    ["\u00e4\u00f6", "\U0001f600", "\u00a0a\u00a0", "a\u2028b", "\u3000", "e\u0301", "\u200b"],
)
def test_other_characters_are_text(text: str) -> None:
    found = of_bytes(f" *   {text}".encode())
    assert found.spec.long_description == f"text\n{text}"
    assert found.findings == []
    again = printed_again(found.spec, "int f(void);")
    assert again.spec == found.spec


def test_columns_are_code_points() -> None:
    found = read("contexts: process\nside-effect: \u00e4 | \U0001f600 | n")
    assert found.findings == [
        ("unknown-token", "E", 2, 17),
        ("unknown-token", "E", 2, 21),
        ("unknown-token", "E", 2, 25),
    ]


@pytest.mark.parametrize("opener", ["", "\t", "    ", "\t\t"])
@pytest.mark.parametrize("indent", [" * ", "* ", "\t* ", "  \t * "])
def test_what_stands_before_the_asterisk_means_nothing(opener: str, indent: str) -> None:
    lines = ["f - x", "", "error: EIO, y", "  desc: a", "    b", "notes: c", "    d"]
    body = "\n".join(f"{indent}{line}" for line in lines)
    found = read_text(f"{opener}/**\n{body}\n{indent.rstrip(' ')}/\nint f(void);\n")
    assert found.findings == []
    assert found.spec.errors[0].description == "a b"
    assert found.spec.notes == "c\n  d"


def test_trailing_blanks_are_trimmed() -> None:
    found = read("long-desc: a  \n  b\t \n   \t\n  c \nerror: EIO, x \t\n  desc: y  ")
    assert found.spec.long_description == "a\nb\n\nc"
    assert (found.spec.errors[0].summary, found.spec.errors[0].description) == ("x", "y")
    assert found.findings == []


def test_a_tab_in_text_is_a_blank() -> None:
    found = read("error: EIO,\tno\tunit\n  desc:\ta\t b")
    assert (found.spec.errors[0].summary, found.spec.errors[0].description) == ("no unit", "a  b")
    assert found.findings == []


@pytest.mark.parametrize(
    ("blanks", "depth"),
    [("\t", 3), (" \t", 3), ("  \t", 3), ("\t\t", 11), ("\t  ", 5), ("      \t", 11)],
)
def test_tabs_in_prose_expand_to_stops_of_eight_columns(blanks: str, depth: int) -> None:
    """The file's columns count: the asterisk and the blank before it stand in columns 1 and 2."""
    found = of_bytes(f" *{blanks}x".encode())
    skipped = 0 if blanks.startswith(" ") else 1
    assert found.spec.long_description == "text\n" + " " * (depth + skipped) + "x"
    assert found.findings == []


def test_text_before_the_end_of_the_comment_counts() -> None:
    found = read_text("/**\n * f - x\n *\n * error: EIO, y\n *   desc: z */\nint f(void);\n")
    assert found.spec.errors[0].description == "z"
    assert found.findings == []


def test_a_line_without_an_asterisk_is_an_error_and_text() -> None:
    found = read_text("/**\n * f - x\n *\n * contexts: process\n  y  \n */\nint f(void);\n", 4)
    assert found.findings == [("no-star", "E", 1, 3), ("stray-text", "E", 1, 3)]
    assert found.spec.ordinary_sections[0].text == "y"


def test_a_comment_of_other_line_ends_prints_as_any_other() -> None:
    assert_round_trip(read_text(FILE.replace(b"\n", b"\r\n")), "int f(void);")
