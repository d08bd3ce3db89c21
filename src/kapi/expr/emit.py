# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions as code, in C and in Python.

In: a :data:`kapi.expr.definite.Condition`, and how a language writes names and answers. Out: the
text of one expression of that language, of type ``bool``. There is one walk; a :class:`Language`
only says how things are spelled.

C code computes in ``kapi_int``, which the includer defines: a signed type wide enough that nothing
overflows, such as ``__int128`` for operands of 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kapi.expr.definite import Atom, Condition
from kapi.expr.names import INT, KINDS
from kapi.expr.typed import Typed


class Language(NamedTuple):
    """How a language spells conditions.

    :param every, some, negate: ``and``, ``or`` and ``not``, with blanks where they need them.
    :param true, false: the two truth values.
    :param literal: an integer.
    :param name: a leaf that is no literal and no predicate: parameter, constant, quantity, ``ret``.
    :param kind: a word of a kind: the kind and the word.
    :param answer: the value of a question; the node is the predicate or an ``old`` around it.
    :param known: the condition that it is known; empty if it always is.
    """

    every: str
    some: str
    negate: str
    true: str
    false: str
    literal: Callable[[int], str]
    name: Callable[[Typed], str]
    kind: Callable[[str, str], str]
    answer: Callable[[Typed], str]
    known: Callable[[Typed], str]


def emit(condition: Condition, language: Language) -> str:
    """The text of a condition, in brackets if it is joined of several."""
    if isinstance(condition, Atom):
        return _atom(condition, language)
    if not condition.parts:
        return language.true if condition.every else language.false
    joint = language.every if condition.every else language.some
    return f"({joint.join(emit(part, language) for part in condition.parts)})"


def _atom(atom: Atom, language: Language) -> str:
    known = [text for text in map(language.known, atom.needs) if text]
    text = value(atom.node, language)
    if atom.negated:
        text = f"{language.negate}{text}"
    return f"({language.every.join([*known, text])})" if known else text


def value(node: Typed, language: Language) -> str:
    """The text of a value whose answers are all known."""
    op = node.op
    if op == "number":
        return language.literal(int(node.value))
    if op == "kind":
        return language.kind(node.type, str(node.value))
    if op in ("ask", "old"):
        return language.answer(node)
    if not node.operands:
        return language.name(node)
    parts = [value(part, language) for part in node.operands]
    if op == "truth":
        return f"({parts[0]} != {language.literal(0)})"
    if op == "range":
        bounds = f"{parts[1]} <= {parts[0]}", f"{parts[0]} <= {parts[2]}"
        return f"({language.every.join(bounds)})"
    if len(parts) == 1:
        return f"({'-' if op == 'neg' else op}{parts[0]})"
    if op == "<<":  # of a negative number it has no meaning in C
        return f"({parts[0]} * {language.literal(1 << int(node.operands[1].value))})"
    return f"({parts[0]} {op} {parts[1]})"


def c_language(
    name: Callable[[Typed], str],
    answer: Callable[[Typed], str],
    known: Callable[[Typed], str],
) -> Language:
    """C, every number a ``kapi_int``.

    :param name, answer, known: as in :class:`Language`, as C text of any integer type.
    """

    def cast(text: str) -> str:
        return f"(kapi_int)({text})"

    def as_type(node: Typed) -> str:
        asked = node.operands[0] if node.op == "old" else node
        text = answer(node)
        return cast(text) if asked.type == INT else text

    return Language(
        every=" && ",
        some=" || ",
        negate="!",
        true="true",
        false="false",
        literal=lambda number: cast(f"{number}ULL" if number >= 0 else f"-{-number}LL"),
        name=lambda node: cast(name(node)),
        kind=kind_constant,
        answer=as_type,
        known=known,
    )


def kind_constant(kind: str, word: str) -> str:
    """The C name of a kind's word: ``KAPI_FD_KIND_PIPE``."""
    return f"KAPI_{kind.upper().replace(' ', '_')}_{word.upper()}"


def kind_enums() -> str:
    """C text that defines the words of all kinds; 0 is never used."""
    lines = []
    for kind, words in KINDS.items():
        lines.append(f"enum kapi_{kind.replace(' ', '_')} {{")
        first = " = 1"
        for word in words:
            lines.append(f"\t{kind_constant(kind, word)}{first},")
            first = ""
        lines.append("};")
    return "\n".join([*lines, ""])


def python_language(
    name: Callable[[Typed], str],
    answer: Callable[[Typed], str],
    known: Callable[[Typed], str],
) -> Language:
    """Python, numbers as they are and kinds as text."""
    return Language(
        every=" and ",
        some=" or ",
        negate="not ",
        true="True",
        false="False",
        literal=str,
        name=name,
        kind=lambda _kind, word: repr(word),
        answer=answer,
        known=known,
    )
