# SPDX-License-Identifier: GPL-2.0-or-later
"""Words of an author -> runs: parameters, constants, literals and other calls stand out.

Recognised: ``@name``, ``%NAME`` and double backquotes as in kernel-doc, ``name()``,
``name(2)``, and constants with an underscore such as ``O_CREAT``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from kapi.render.clean import clean_text
from kapi.render.nodes import Inline, Run

# Alternatives that begin with a character cost nothing where another one stands; so what must not
# stand before that character is looked at behind it.
_MARK = re.compile(
    r"``(?P<literal>(?! )[^`]+(?<! ))``"
    r"|@(?<![\w@.]@)(?P<param>[A-Za-z_]\w*)"
    r"|%(?<![\w%]%)(?P<percent>[A-Za-z_]\w*)"
    r"|(?<!\w)(?:(?P<manual>(?<!\()[A-Za-z_][\w.-]*\([1-9][a-z]{0,2}\))"
    r"|(?P<call>[A-Za-z_]\w*\(\))"
    r"|(?P<const>_*[A-Z][A-Z0-9]*_[A-Z0-9_]+|NULL)(?!\w))",
    re.ASCII,
)
#: Every mark has one of these.
_HINTS = ("@", "_", "(", "%", "`", "NULL")


class Scope(NamedTuple):
    """What the prose of one spec can refer to.

    :param params: names of its parameters.
    :param errnos: names of its errors.
    :param target_of: name of a call as mentioned -> name of the spec meant, or ``""``.
    :param mentions: collects the calls that the prose mentions.
    """

    params: frozenset[str]
    errnos: frozenset[str]
    target_of: Callable[[str], str]
    mentions: set[str]


def parse_inline(text: str, scope: Scope) -> Inline:
    """One paragraph of prose as runs."""
    text = clean_text(text)
    runs: list[Run] = []
    end = 0
    marked = any(hint in text for hint in _HINTS)
    for match in _MARK.finditer(text) if marked else ():
        piece = _classify(match, scope)
        if piece is None:
            continue
        if match.start() > end:
            runs.extend(_errnos(text[end : match.start()], scope))
        runs.append(piece)
        end = match.end()
    if end < len(text):
        runs.extend(_errnos(text[end:], scope))
    return tuple(runs)


def _classify(match: re.Match[str], scope: Scope) -> Run | None:
    """The run for one match; ``None`` leaves the text as it is."""
    kind = match.lastgroup
    word = match[kind or 0]
    if kind == "param":
        if word in scope.params:
            return Run("param", word)
        # The argument of an included spec may be a constant: "@AT_FDCWD".
        return Run("const", word) if word.isupper() else None
    if kind == "manual":
        scope.mentions.add(word)
        return Run("ref", word, scope.target_of(word.partition("(")[0]))
    if kind == "call":
        target = scope.target_of(word[:-2])
        return Run("ref", word, target) if target else Run("code", word)
    if kind in ("percent", "const"):
        return Run("const", word)
    return Run("code", word)


def _errnos(text: str, scope: Scope) -> list[Run]:
    """Text without marks, the errnos of the spec in it as constants."""
    if "E" not in text:
        return [Run("text", text)]
    runs: list[Run] = []
    end = 0
    for match in re.finditer(r"\bE[A-Z0-9]+\b", text):
        if match[0] in scope.errnos:
            if match.start() > end:
                runs.append(Run("text", text[end : match.start()]))
            runs.append(Run("const", match[0]))
            end = match.end()
    if end < len(text):
        runs.append(Run("text", text[end:]))
    return runs
