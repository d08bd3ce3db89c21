#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes docs/expressions.md: the grammar of expressions and the tables of what they may ask.

usage: tools/make_expression_page.py [FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kapi.expr import parse  # noqa: E402 - the path must be set first
from kapi.expr.names import KINDS, PREDICATES, QUANTITIES, Predicate  # noqa: E402

HEAD = """\
# Expressions

<!-- Made by tools/make_expression_page.py; change that or src/kapi/expr, not this file. -->

The conditions of a specification of version 2 (`when`, `require`, `null-ok`, `ensures`,
`closed if`, the bounds of `success`) are expressions. They are pure and typed, and look like C.

## What they mean

* A parameter is the number that the C type of the parameter makes of the register: `unsigned int`
  takes the low 32 bits. Pointers are numbers.
* A word in capitals is a constant of the kernel's headers.
* Numbers are mathematical integers: nothing overflows, `-1 < 1UL` is true, and `~x` is `-x - 1`.
* A number stands for *it is not 0* where a truth value is needed.
* A *kind* such as `pipe` can only be compared with what gives a kind: `fd_kind(fd) == pipe`,
  `fd_kind(fd) in {pipe, fifo}`.
* `x in lo..hi` includes both bounds.
* `when`, `require` and `null-ok` speak of the state before the call; `ensures` of the state after
  it, where `ret` is the result and `old(x)` is the value of `x` before the call.

## Three values

An answer may be **unknown**: nobody could observe it, or another thread may change it meanwhile.
Everything made of an unknown value is unknown, but `false && x` is false and `true || x` is true.
Unknown never becomes a verdict: a cause excuses an error unless it is definitely false, and forbids
success only if it is definitely true.

## Grammar

The loosest operator comes first; operators of one line join from the left.

```text
"""

TABLE = """\
```

Bit operators beside a comparison must stand in brackets, `(flags & O_EXCL) != 0`: whatever can be
written means the same in C. Shifts take a literal, `%` a constant or `page_size`.

## Predicates

The letters say who can observe it: **t** a test that set the state up, **p** a tracer of a running
program (`kapi check`), **k** the checker inside the kernel. For everybody else it is unknown.

| predicate | gives | meaning | who |
|---|---|---|---|
"""

LETTERS = {"test": "t", "trace": "p", "kernel": "k"}


def grammar() -> str:
    """The lines of the grammar from the parser's own documentation."""
    text = parse.__doc__ or ""
    block = text.partition("::\n\n")[2].partition("\n\nC lets")[0]
    return "\n".join(line.removeprefix("    ") for line in block.splitlines())


def row(name: str, predicate: Predicate) -> str:
    """One predicate as a row of the table."""
    form = f"`{name}({', '.join(predicate.arguments)})`"
    kind = "" if predicate.result in ("int", "bool") else "kind: "
    who = " ".join(LETTERS[backend] for backend in predicate.backends.split())
    return f"| {form} | {kind}{predicate.result} | {predicate.doc} | {who} |"


def page() -> str:
    """The whole page."""
    lines = [HEAD + grammar(), TABLE.rstrip("\n")]
    lines += [row(name, predicate) for name, predicate in PREDICATES.items()]
    lines += ["", "Bare names:", "", "| name | meaning |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, text in QUANTITIES.items()]
    lines += ["", "## Kinds", "", "| kind | words |", "|---|---|"]
    lines += [
        f"| {kind} | {', '.join(f'`{word}`' for word in words)} |" for kind, words in KINDS.items()
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "expressions.md"
    target.write_text(page())
