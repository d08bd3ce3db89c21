"""The canonical layout: order, line breaks, what may begin a line, and what no comment can hold."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from kapi.csource.rewrite import rewrite
from kapi.csource.specs import read_specs
from kapi.lang.blocks import section_word
from kapi.lang.fill import WIDTH, fill_code, fill_text
from kapi.lang.printer import print_comment
from kapi.model.spec import Errno, Lock, Param, Rule, Spec, Text
from kapi.source import SourceFile
from tests.lang.reading import assert_round_trip, read, read_2, read_text

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("specs/**/*.c"), *ROOT.glob("tests/testdata/clean/*.c")])

SHUFFLED = """\
notes: last remarks
kapi-b: x
error: EIO, broken
  desc: words
  condition: when it is
examples: f();
kapi-a: y
lock: l
  desc: why
  type: mutex
  released: yes
  acquired: yes
return:
  success: 0
  type: int
param: buf
  constraint-type: buffer(1)
  type: user_ptr, optional, output
param: wfd
  type: fd
contexts: sleepable | process
long-desc: more
  of it
api-version: 1
Note: ordinary"""

CANONICAL = """\
/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @len: room in bytes
 * @buf: receives the setting
 *
 * Note: ordinary
 *
 * api-version: 1
 * long-desc: more
 *   of it
 * contexts: process, sleepable
 *
 * param: wfd
 *   type: fd
 *
 * param: buf
 *   type: user_ptr, output, optional
 *   constraint-type: buffer(len)
 *
 * return:
 *   type: int
 *   success: == 0
 *
 * error: EIO, broken
 *   condition: when it is
 *   desc: words
 *
 * lock: l
 *   type: mutex
 *   acquired: yes
 *   released: yes
 *   desc: why
 *
 * examples: f();
 *
 * notes: last remarks
 *
 * kapi-b: x
 *
 * kapi-a: y
 */"""


def spec(**fields: object) -> Spec:
    """A spec that says little."""
    said: dict[str, object] = {"name": "f", "kind": "function", "long_description": "x"} | fields
    return Spec(**said)  # type: ignore[arg-type]


def test_order_and_spellings_are_canonical() -> None:
    found = read(SHUFFLED)
    assert print_comment(found.spec) == CANONICAL
    assert_round_trip(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_real_spec_can_be_put_into_canonical_form(path: Path) -> None:
    first = rewrite(path.name, path.read_bytes())
    assert (first.diagnostics, first.unsafe) == ((), ())
    second = rewrite(path.name, first.data)
    assert second.data == first.data


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_line_of_a_real_spec_is_too_long(path: Path) -> None:
    source = SourceFile(path.name, rewrite(path.name, path.read_bytes()).data)
    for found in read_specs(source).specs:
        lines = source.text[found.comment.start : found.comment.end].split("\n")
        assert [line for line in lines if len(line) > WIDTH] == []


def test_lines_are_as_long_as_they_may_be() -> None:
    text = "word " * 60 + "end"
    lines = fill_text("  desc: ", text, 4)
    assert max(map(len, lines)) + len(" * ") <= WIDTH
    for line, after in itertools.pairwise(lines):
        assert len(line) + 1 + len(after.split()[0]) + len(" * ") > WIDTH
    assert " ".join(line.strip() for line in lines) == "desc: " + text


def test_a_word_that_is_too_long_has_a_line_of_its_own() -> None:
    assert fill_text("  desc: ", f"a {'x' * 120} b", 4) == [
        "  desc: a",
        "    " + "x" * 120,
        "    b",
    ]


def test_double_blanks_are_kept() -> None:
    text = ("a  b " * 40).strip()
    found = read(f"error: EIO, x\n  desc: {text}\nnotes: x")
    assert found.spec.errors[0].description == text
    assert_round_trip(found)


@pytest.mark.parametrize(
    "word", ["note:", "Lock:", "@wfd:", "@x:", "return :", "* notes:", "error:"]
)
def test_no_line_begins_with_a_section_of_other_readers(word: str) -> None:
    for before in range(60, 100):
        lines = fill_text("  desc: ", f"{'x' * before} {word} more words", 4)
        assert [line for line in lines if section_word(line.strip())] == []
    text = " ".join([f"{word} word{number}" for number in range(200)])
    lines = fill_text("  desc: a ", text, 4)
    assert [line for line in lines[1:] if section_word(line.strip())] == []


def test_expressions_break_before_their_operands() -> None:
    first = "(flags & FROB_READ) == FROB_READ"
    second = "(kind(fd) == pipe || kind(fd) == socket)"
    third = f"kind(fd) in {{{', '.join(['pipe'] * 16)}}}"
    assert fill_code("  when: ", f"{first} && {second}", 4) == [f"  when: {first} && {second}"]
    assert fill_code("  when: ", f"{first} && {second} && {third}", 4) == [
        f"  when: {first} && {second}",
        f"    && kind(fd) in {{{', '.join(['pipe'] * 13)},",
        "    pipe, pipe, pipe}",
    ]


def test_an_operand_in_brackets_is_broken_last() -> None:
    one, two = "a" * 40, "b" * 40
    text = f"!({one} && {two}) || x"
    assert fill_code("  when: ", text, 4) == [f"  when: !({one} && {two})", "    || x"]
    longer = f"!({one} && {two} && {one})"
    assert fill_code("  when: ", longer, 4) == [f"  when: !({one} && {two}", f"    && {one})"]


def test_blanks_around_operators_are_kept() -> None:
    text = " && ".join(["aaaaaaaaaaaaaaaa  &&  bbbbbbbbbbbbbbb  ||  c"] * 6)
    found = read_2(f"error: EIO\n  when: {text}")
    assert_round_trip(found)


def test_a_spec_stays_recognisable() -> None:
    """A block that says nothing is left out, unless it is what makes the comment a spec."""
    bare = read("param: len")
    assert "param: len" not in print_comment(read("param: len\nnotes: x\nexamples: y").spec)
    assert " * param: wfd\n" in print_comment(bare.spec)
    assert_round_trip(bare)
    assert_round_trip(read("param: len\nerror: EIO"))
    alone = spec(long_description=None, errors=(Errno(name="EIO"),))
    assert print_comment(alone).endswith(" * error: EIO\n *\n * api-version: 1\n */")


def test_code_with_two_parameters_of_one_name() -> None:
    code = "int f(int a, long a);"
    found = read_text(f"/**\n * f - x\n * @a: y\n *\n * param: a\n *   size: 4\n */\n{code}\n")
    assert [param.size for param in found.spec.parameters] == ["4", "4"]
    assert_round_trip(found, code)


def test_derived_facts_of_locks_are_not_written_in_version_1() -> None:
    text = print_comment(read("notes: x\nlock: l\n  type: rcu\n  acquired: yes").spec)
    assert "scope" not in text
    assert "held" not in text


def test_a_range_of_successes_has_a_form_of_its_own_in_version_2() -> None:
    assert " *   success: 0..len\n" in print_comment(read_2("return:\n  success: 0..len").spec)
    assert " *   success-range: 0, len\n" in print_comment(
        read("return:\n  success-range: 0, len").spec
    )


def test_frequencies_are_written_in_version_2() -> None:
    text = print_comment(read_2("lock: l\n  type: rcu\n  acquired: yes").spec)
    assert " *   held: always\n" in text


def test_facts_of_version_2_are_never_left_out() -> None:
    """Version 1 cannot say them; that is an error of the reader, not a reason to lose them."""
    found = spec(errors=(Errno(name="EIO", must=True, label="a"),), origin="y")
    text = print_comment(found)
    assert " *   label: a\n *   must: yes\n" in text
    assert " * origin: y\n" in text


@pytest.mark.parametrize("name", ["a, mutex", "a, b, KAPI_LOCK_RCU", "x,mutex"])
def test_a_name_that_ends_like_a_kind_of_lock(name: str) -> None:
    found = read(f"notes: x\nlock: {name}, spinlock")
    assert (found.spec.locks[0].name, found.spec.locks[0].type) == (name, "spinlock")
    assert_round_trip(found)


# What no comment can hold is refused, not changed.


def test_unread_text_is_not_dropped() -> None:
    with pytest.raises(ValueError, match="f holds text that was not understood"):
        print_comment(spec(unparsed=(Text(name="x", text="y"),)))


@pytest.mark.parametrize("text", ["a */ b", "*/", "a\x00b", "a\x1bb", "a\rb", "a\tb", "\udc80"])
def test_text_that_would_end_or_spoil_the_comment(text: str) -> None:
    for broken in (
        spec(notes=text),
        spec(description=text),
        spec(errors=(Errno(name="EIO", summary=text),)),
        spec(constraints=(Rule(name="x", expression=text),)),
        spec(ordinary_sections=(Text(name="Note", text=text),)),
        spec(parameters=(Param(index=0, name="a", description=text),)),
    ):
        with pytest.raises(ValueError, match="cannot stand in a comment"):
            print_comment(broken)


@pytest.mark.parametrize("text", ["a\nb", "a\n"])
def test_a_newline_in_a_text_of_one_paragraph(text: str) -> None:
    for broken in (
        spec(description=text),
        spec(parameters=(Param(index=0, name="a", description=text),)),
        spec(locks=(Lock(name=text, type="rcu"),)),
    ):
        with pytest.raises(ValueError, match="f holds"):
            print_comment(broken)


def test_a_newline_in_prose_of_a_key() -> None:
    with pytest.raises(ValueError, match="f holds"):
        print_comment(spec(errors=(Errno(name="EIO", description="a\nb"),)))


def test_shared_items_are_left_out() -> None:
    own, other = Errno(name="EIO"), Errno(name="EDOM", shared="fact")
    text = print_comment(spec(errors=(own, other)))
    assert "EIO" in text
    assert "EDOM" not in text


def test_a_printed_comment_does_not_depend_on_places() -> None:
    found = read(SHUFFLED)
    bare = replace(found.spec, span=None, places=())
    assert print_comment(bare) == CANONICAL
