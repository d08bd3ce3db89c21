"""No input makes the reader or the printer fail, lose a word, or take more than linear time.

``KAPI_FUZZ_SECONDS`` makes the search longer than the few seconds of an ordinary run,
``KAPI_FUZZ_SEED`` lets it begin elsewhere, and ``KAPI_FUZZ_SCALE=2`` makes the large files of one
megabyte, where an ordinary run has a fifth of that.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from math import inf

import pytest

from kapi.csource.collect import collect
from kapi.csource.specs import Found, read_specs
from kapi.diagnostics import ERROR
from kapi.lang.printer import print_comment
from kapi.model.codec import normalise
from kapi.model.decoder import paused_collector
from kapi.source import SourceFile
from tests.lang import hostile
from tests.lang.reading import lost_words, source_of

SECONDS = float(os.environ.get("KAPI_FUZZ_SECONDS", "3"))
SEED = int(os.environ.get("KAPI_FUZZ_SEED", "1"))
SCALE = float(os.environ.get("KAPI_FUZZ_SCALE", "0.4"))


def check(data: bytes | str) -> None:
    """Read a file, account for each word, print each clean spec and read it again."""
    source = source_of(data)
    for found in read_specs(source).specs:
        assert lost_words(found, source) == []
        severities = {one.severity for one in found.sink.sorted()}
        if ERROR not in severities:
            assert found.spec.unparsed == ()
            check_printed(found, source)


def check_printed(found: Found, source: SourceFile) -> None:
    """Printing and reading is the identity."""
    code = source.text[found.definition.offset : found.definition.end]
    text = print_comment(found.spec)
    (again,) = read_specs(source_of(f"{text}\n{code};\n")).specs
    assert normalise(again.spec) == normalise(found.spec)
    assert print_comment(again.spec) == text
    assert ERROR not in {one.severity for one in again.sink.sorted()}


@pytest.mark.parametrize("make", [hostile.file, hostile.mutated, hostile.noise])
@pytest.mark.timeout(SECONDS * 10 + 60)
def test_no_input_breaks_anything(make: Callable[[random.Random], bytes | str]) -> None:
    end = time.process_time() + SECONDS / 3
    seed = SEED
    while time.process_time() < end:
        data = make(random.Random(seed))
        try:
            check(data)
        except Exception as error:
            raise AssertionError(f"seed {seed} of {make.__name__}: {data!r}") from error
        seed += 1
    assert seed > SEED


# Linear time.


def file_of(*lines: str, head: str = "sys_frob - x", code: str = "int f(int wfd)") -> str:
    """A file whose comment has these lines."""
    text = "".join(f" * {line}\n" for line in lines)
    return f"/**\n * {head}\n *\n * api-version: 1\n{text} */\n{code}\n"


def names(form: str, number: int) -> Iterator[str]:
    """Lines with a number each."""
    return (form.format(at) for at in range(number))


def many_params(number: int) -> str:
    """Code with many parameters, and blocks that name some of them, or none."""
    code = f"int f({', '.join(names('int p{}', number))})"
    half = number // 2
    known = names("param: p{0}\n *   size-param: r\n * param-type: p{0}, int", half)
    return file_of(*known, *names("param: q{}", half), code=code)


#: Name -> (a file of that size, the size that makes it about half a megabyte).
SHAPES: dict[str, tuple[Callable[[int], str], int]] = {
    "one tag": (lambda n: file_of(*["error: EIO, x"] * n), 30_000),
    "tags in turn": (lambda n: file_of(*["error: EIO", "lock: l", "notes: x"] * n), 12_000),
    "one huge line": (lambda n: file_of(f"long-desc: {'x' * n}"), 500_000),
    "one huge text": (lambda n: file_of(f"error: EIO, {'ab ' * n}"), 160_000),
    "blanks": (lambda n: file_of(f"error: EIO,{' ' * n}x"), 500_000),
    "blanks in the first line": (lambda n: file_of(head=f"f{' ' * n}x"), 500_000),
    "a long summary": (lambda n: file_of(head=f"f - {'ab ' * n}"), 160_000),
    "one sub-key": (lambda n: file_of("error: EIO", *["  desc: x"] * n), 40_000),
    "unknown sub-keys": (lambda n: file_of("error: EIO", *names("  k{}: x", n)), 40_000),
    "causes": (lambda n: file_of("error: EIO", *names("  when(a{}): x", n)), 25_000),
    "requirements and masks": (
        lambda n: file_of(
            "param: wfd",
            "  mask: A",
            *["  require: a -> EIO"] * n,
            *["  arch-mask: arm = B"] * n,
        ),
        10_000,
    ),
    "@ lines": (lambda n: file_of(*names("@p{}: x", n)), 40_000),
    "one @ line": (lambda n: file_of(*["@wfd: x"] * n), 40_000),
    "commas": (lambda n: file_of("contexts: " + "," * n), 100_000),
    "commas of an effect": (lambda n: file_of("side-effect: network" + ", a" * n), 100_000),
    "fields of an effect": (
        lambda n: file_of("side-effect: network" + ", condition=a" * n),
        30_000,
    ),
    "commas of a lock": (lambda n: file_of("lock: a" + ", a" * n), 100_000),
    "unknown tokens": (lambda n: file_of(f"side-effect: {' | '.join(names('e{}', n))}"), 50_000),
    "one token": (lambda n: file_of("contexts: " + ", ".join(["process"] * n)), 50_000),
    "unknown tags": (lambda n: file_of(*names("tag{}: x", n)), 40_000),
    "brackets": (lambda n: file_of("error: EIO", "  when: " + "(" * n), 500_000),
    "nested brackets": (lambda n: file_of("param: wfd", f"  size: {'(' * n}{')' * n}"), 250_000),
    "nested operators": (
        lambda n: file_of("param: wfd", f"  size: {'(a && ' * n}b{')' * n}"),
        70_000,
    ),
    "a chain of operators": (
        lambda n: file_of("param: wfd", "  size: " + " && ".join(["(a || (b && c))"] * n)),
        25_000,
    ),
    "brackets of all kinds": (lambda n: file_of("param: wfd", "  size: " + "([{" * n), 160_000),
    "symbols": (lambda n: file_of("param: wfd", "  size: " + " | ".join(names("A{}", n))), 60_000),
    "underscores": (lambda n: file_of("param: wfd", "  size: " + "_" * n), 500_000),
    "config": (lambda n: file_of("param: wfd", "  size: " + "config(  " * n), 50_000),
    "values": (lambda n: file_of("param: wfd", f"  valid-values: {','.join(['a'] * n)}"), 100_000),
    "values on lines": (
        lambda n: file_of("param: wfd", "  valid-values: a", *["    ,a"] * n),
        40_000,
    ),
    "brackets of a constraint": (
        lambda n: file_of("param: wfd", f"  constraint-type: mask{'(' * n}"),
        500_000,
    ),
    "blanks of a constraint": (
        lambda n: file_of("param: wfd", f"  constraint-type: mask{' ' * n}x"),
        500_000,
    ),
    "dots": (lambda n: file_of("return:", f"  success: {'.' * n}"), 300_000),
    "lines of one value": (lambda n: file_of("error: EIO", *["    a b"] * n), 50_000),
    "paragraphs": (lambda n: file_of("error: EIO", "  desc: x", *["", "    a"] * n), 40_000),
    "blank lines": (lambda n: file_of("notes: a", *[""] * n, "  b"), 100_000),
    "blank lines of free text": (
        lambda n: file_of(head=f"f - x\n *\n * x\n{' *' + chr(10)}" + " *\n" * n),
        100_000,
    ),
    "prose tags": (lambda n: file_of(*["notes: a"] * n), 40_000),
    "return tags": (lambda n: file_of(*["return:", "  type: int"] * n), 15_000),
    "ordinary return": (lambda n: file_of(*["return: 0 or"] * n), 30_000),
    "context tags": (lambda n: file_of(*["context: process"] * n), 25_000),
    "members": (lambda n: file_of("struct: s", *names("struct-field: f{}, int", n)), 18_000),
    "limits": (
        lambda n: file_of(*names("struct-field: f{0}, int\n * struct-field-range: f{0}, 0, 1", n)),
        8_000,
    ),
    "unknown members": (
        lambda n: file_of(*names("struct-field: f{0}, int\n * struct-field-mask: g{0}, 1", n)),
        8_000,
    ),
    "flat rules": (lambda n: file_of(*names("constraint-expr: c{}, x", n)), 20_000),
    "flat texts": (lambda n: file_of(*names("return-desc: x{}", n)), 25_000),
    "flat types": (lambda n: file_of(*["param-type: wfd, int"] * n), 20_000),
    "blocks of one param": (lambda n: file_of(*["param: wfd", "  size: 1"] * n), 18_000),
    "extensions": (lambda n: file_of(*["kapi-x: y"] * n), 40_000),
    "counts": (lambda n: file_of(*["error-count: 5"] * n), 25_000),
    "hazards": (lambda n: file_of("error: EIO, " + "note: " * n), 80_000),
    "hazards with blanks": (lambda n: file_of("error: EIO, " + "note : * " * n), 60_000),
    "words before the first tag": (
        lambda n: file_of(head="\n * ".join(names("zq{}x: x", n))),
        40_000,
    ),
    "sections": (lambda n: file_of(*["Note: x"] * n), 40_000),
    "stray text": (lambda n: file_of(*["notes: x", "stray"] * n), 20_000),
    "lines without asterisk": (lambda n: file_of().replace(" */", "x y\n" * n + " */"), 60_000),
    "control characters": (lambda n: file_of("notes: " + "\x01 " * n), 60_000),
    "carriage returns": (lambda n: file_of("notes: " + "\ra" * n), 60_000),
    "odd bytes": (lambda n: file_of("notes: " + "\udc80" * n), 500_000),
    "tabs": (lambda n: file_of("notes: x", *["\t\tx"] * n), 50_000),
    "open labels": (lambda n: file_of("error: EIO", *["  when(a: x"] * n), 30_000),
    "a huge label": (lambda n: file_of("error: EIO", f"  when({'a' * n}): x"), 500_000),
    "a huge tag": (lambda n: file_of(f"{'x' * n}: y"), 500_000),
    "arguments": (lambda n: file_of(f"include: f({','.join(['wfd'] * n)})"), 60_000),
    "unknown arguments": (lambda n: file_of(f"include: f({','.join(names('a{}', n))})"), 50_000),
    "many parameters": (many_params, 8_000),
    "many comments": (lambda n: file_of() * n, 5_000),
}


def read_and_print(text: str) -> None:
    """What is measured."""
    for found in collect([("a.c", text.encode("utf-8", "surrogateescape"))]).found:
        if not found.spec.unparsed:
            print_comment(found.spec)


def growth(work: Callable[[str], None], small: str, large: str) -> float:
    """How much longer one large text takes than eight small ones: 1 if time is linear.

    Quadratic time gives 8. Both sides take about as long and in turns, so that whatever slows the
    machine down slows both; the least of several tries is what the machine disturbed least.
    """
    least = inf
    for _ in range(5):
        with paused_collector():  # garbage of other tests is not searched meanwhile
            start = time.process_time()
            for _ in range(8):
                work(small)
            middle = time.process_time()
            work(large)
            end = time.process_time()
        least = min(least, (end - middle) / max(middle - start, 0.005))
        if least < 2:
            break
    return least


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.timeout(600)
def test_time_is_linear(shape: str) -> None:
    make, size = SHAPES[shape]
    assert growth(read_and_print, make(int(size * SCALE / 8)), make(int(size * SCALE))) < 3


def test_other_growth_is_seen() -> None:
    """The measure tells apart what it shall."""

    def linear(text: str) -> None:
        for _ in range(1000):
            text.count("b")

    def quadratic(text: str) -> None:
        for _ in range(len(text) // 50):
            text.count("b")

    small, large = "a" * 50_000, "a" * 400_000
    assert growth(linear, small, large) < 3
    assert growth(quadratic, small, large) > 4
