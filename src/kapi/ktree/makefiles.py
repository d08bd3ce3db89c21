# SPDX-License-Identifier: GPL-2.0-or-later
"""On which symbols a source file is built, by the Makefiles of its tree.

In: a tree and the path of a source. Out: what ``make`` puts behind ``kapi-`` in the index:
``y``, or references to symbols whose values all have to be ``y``.
"""

from __future__ import annotations

import re
from pathlib import Path

from kapi.ktree.view import TreeView

_BRANCH = re.compile(r"[ \t]*(ifdef|ifndef|ifeq|ifneq|else|endif)\b[ \t]*(\S*)")
_LIST = re.compile(r"[ \t]*([\w-]+)-(?:y|m|objs|\$\((CONFIG_\w+)\))[ \t]*[:+]?=(.*)")

#: Lists whose members are built for themselves; other lists are the parts of one object.
_TOP_LISTS = ("obj", "lib")


def condition(view: TreeView, path: str) -> str:
    """What stands behind ``kapi-`` for the object of a source."""
    source = Path(path)
    symbols = _symbols(view, source.parent, f"{source.stem}.o")
    for folder in source.parents[:-1]:
        symbols = [*_symbols(view, folder.parent, f"{folder.name}/"), *symbols]
    found = [f"$({symbol})" for symbol in dict.fromkeys(symbols)]
    if len(found) < 2:
        return found[0] if found else "y"
    return f"$(and {','.join(found)})"


def _symbols(view: TreeView, folder: Path, wanted: str) -> list[str]:
    """The symbols on which the Makefile of a folder builds an object or enters a folder."""
    names = (str(folder / name) for name in ("Kbuild", "Makefile"))
    makefile = next((name for name in names if view.exists(name)), None)
    if makefile is None:
        return []
    return _follow(view.read_text(makefile).replace("\\\n", " ").splitlines(), wanted)


def _follow(lines: list[str], wanted: str) -> list[str]:
    """The symbols of the first list that names the object, and of the objects it is part of."""
    branches: list[str] = []
    for number, line in enumerate(lines):
        branch = _BRANCH.match(line)
        if branch:
            _enter(branches, branch)
            continue
        match = _LIST.match(line)
        if match and wanted in match[3].split():
            found = [*filter(None, branches), *([match[2]] if match[2] else [])]
            if match[1] in _TOP_LISTS:
                return found
            others = [*lines[:number], *lines[number + 1 :]]
            return [*_follow(others, f"{match[1]}.o"), *found]
    return []


def _enter(branches: list[str], branch: re.Match[str]) -> None:
    """Follow one conditional; only ``ifdef CONFIG_X`` can be said by a symbol."""
    if branch[1] == "endif":
        del branches[-1:]
    elif branch[1] == "else":
        branches[-1:] = [""]
    else:
        is_symbol = branch[1] == "ifdef" and branch[2].startswith("CONFIG_")
        branches.append(branch[2] if is_symbol else "")
