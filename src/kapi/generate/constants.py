# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of C expressions, worked out by the kernel's own compiler.

In: expressions of specs. Out: a C file that the build compiles to assembly and does not link; and
from that assembly, the value of each expression. The same way asm-offsets.h of the kernel is made.
No number is typed by hand, and whatever configuration and architecture are built, they count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kapi.errors import KapiError
from kapi.source import Span

#: What a compiler puts before a constant operand, such as ``$`` on x86.
_LINE = re.compile(r"->kapi (\d+) [$#]*([01]) [$#]*(-?\d+) [$#]*(-?\d+)\"")
_WORD = 1 << 32


class Wanted(NamedTuple):
    """An expression whose value is asked for.

    :param text: C text over constants.
    :param span: where a spec says so, for the compiler's messages.
    :param guard: a preprocessor condition; where it does not hold the value is 0.
    """

    text: str
    span: Span | None = None
    guard: str | None = None


class Values:
    """The values of expressions that were asked for.

    :param wanted: in the order of the C file.
    :param numbers: their values.
    """

    def __init__(self, wanted: Iterable[Wanted], numbers: Iterable[int]) -> None:
        self._found = dict(zip(((one.text, one.guard) for one in wanted), numbers, strict=True))

    def __call__(self, text: str, guard: str | None = None) -> int:
        """The value of an expression, as the mathematical integer that C means."""
        return self._found[text, guard]


def constants_source(wanted: Iterable[Wanted], headers: Iterable[str]) -> str:
    """The C file.

    :param headers: what ``#include`` lines name, with their brackets or quotes.
    """
    lines = [
        "// Made by tools/kapi: asks the compiler for the values of constants.",
        *(f"#include {header}" for header in headers),
        "#include <linux/kapi_spec.h>",
        "",
        "void kapi_constants(void);",
        "void kapi_constants(void)",
        "{",
    ]
    for number, one in enumerate(wanted):
        lines += _question(number, one)
    return "\n".join([*lines, "}", ""])


def _question(number: int, one: Wanted) -> list[str]:
    """Writes ``->kapi NUMBER NEGATIVE HIGH LOW`` into the assembly."""
    guarded = one.guard is not None
    lines = [f"#if {one.guard}"] if guarded else []
    if one.span is not None:
        lines.append(f'#line {one.span.line} "{one.span.path}"')
    lines.append(f"\tKAPI_CONSTANT({number}, ({one.text}));")
    if guarded:
        lines += ["#else", f"\tKAPI_CONSTANT({number}, 0);", "#endif"]
    return lines


def read_assembly(text: str, wanted: list[Wanted]) -> Values:
    """The values that the compiler wrote.

    :raises KapiError: if the assembly is not that of the C file for ``wanted``.
    """
    numbers: dict[int, int] = {}
    for match in _LINE.finditer(text):
        number, negative, high, low = (int(group) for group in match.groups())
        value = high % _WORD * _WORD + low % _WORD
        numbers[number] = value - _WORD * _WORD if negative else value
    if sorted(numbers) != list(range(len(wanted))):
        raise KapiError(f"the assembly holds {len(numbers)} constants, not {len(wanted)}")
    return Values(wanted, (numbers[number] for number in range(len(wanted))))
