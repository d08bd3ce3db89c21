"""kernel-doc comments in C text."""

import time

import pytest

from kapi.csource.comments import DocComment, find_comments

MEGABYTE = 1 << 20


def bodies(text: str) -> list[str]:
    """The comments as text."""
    return [text[comment.start : comment.end] for comment in find_comments(text)]


def test_a_comment_is_given_with_its_offsets() -> None:
    text = "int a;\n\n/**\n * f - do\n */\nint f(void);\n"
    assert list(find_comments(text)) == [DocComment(8, 25, True)]
    assert text[8:25] == "/**\n * f - do\n */"


@pytest.mark.parametrize(
    "text",
    [
        "/**\n * x\n */",
        "/**\t \n * x\n */",
        "  \t/**\n * x\n */",
        "/**\r\n * x\r\n */",
        "/**\n*/",
        "/**\n * text before the end */",
        "a = 'x'; /* y */\n/**\n */",
        "// it's\n/**\n */",
        "#error don't\n/**\n */",
        "a / b // c\n/**\n */",
        'x = "\\"";\n/**\n */',
        "x = '\"';\n/**\n */",
        "/* // */\n/**\n */",
        "/**/\n/**\n */",
        "/***/\n/**\n */",
    ],
)
def test_carriers(text: str) -> None:
    found = list(find_comments(text))
    assert len(found) == 1
    assert found[0].closed
    assert text.startswith("/**", found[0].start)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/** text */",
        "/** text\n * more\n */",
        "/***\n * x\n */",
        "/**/",
        "/* /**\n */",
        "/*\n/**\n */",
        "// /**\n",
        "// x \\\n/**\n int a;",
        's = "/**\\\n/**\n";',
        "int a; /**\n * x\n */",
    ],
)
def test_others_are_no_carriers(text: str) -> None:
    assert bodies(text) == []


def test_a_string_with_an_opener_hides_nothing_behind_it() -> None:
    assert bodies('s = "/*";\n/**\n * x\n */\nt = "*/";') == ["/**\n * x\n */"]


def test_comments_do_not_nest() -> None:
    assert bodies("/**\n * /**\n * x\n */\n/**\n */") == ["/**\n * /**\n * x\n */", "/**\n */"]


@pytest.mark.parametrize("text", ["/**", "/**\n", "/**\n * x\n", "/**\n * x *", "/**\n/"])
def test_an_unterminated_comment_runs_to_the_end(text: str) -> None:
    assert list(find_comments(text)) == [DocComment(0, len(text), closed=False)]


def test_an_unterminated_plain_comment_is_not_reported() -> None:
    assert bodies("/* x\n/**\n * y\n") == []


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "'",
        "/",
        "/*",
        "/**",
        "/**/",
        "/** */",
        "/**\n",
        "/**\n*/",
        "/**\n*/\n",
        "//",
        "//\n",
        "\\",
        '"\\',
        "*/",
        "/*/",
        '"/*"',
        '/*"*/',
        " ",
        "\n",
        "\0",
        "\udc80",
    ],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (MEGABYTE // len(piece))
    start = time.process_time()
    for _ in find_comments(text):
        pass
    assert time.process_time() - start < 1.0
