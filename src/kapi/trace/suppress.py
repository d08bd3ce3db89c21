# SPDX-License-Identifier: GPL-2.0-or-later
"""Findings that a user has looked at and does not want to see again.

In: the text of a file. Out: which findings are left. A line has the name of a program, the id of a
claim or the kind of a finding (both may be patterns such as ``sys_close.*``), and perhaps the hash
of the claim as it was then. ``#`` begins a comment.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from kapi.errors import SourceError
from kapi.trace.findings import KINDS, Finding


class Suppression(NamedTuple):
    """One line of the file.

    :param hash: of the claim; empty if any will do.
    """

    line: int
    program: str
    what: str
    hash: str

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is meant."""
        if not fnmatchcase(finding.program or "?", self.program):
            return False
        if self.hash and self.hash != finding.claim_hash:
            return False
        return fnmatchcase(finding.claim, self.what) or fnmatchcase(finding.kind, self.what)


def read_suppressions(text: str, path: str) -> tuple[Suppression, ...]:
    """The lines of a file.

    :raises SourceError: if a line is none.
    """
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) not in (2, 3):
            raise SourceError(
                f"{path}:{number}", "a program, a claim or kind, and perhaps a hash expected"
            )
        what = words[1]
        if what not in KINDS and "." not in what and "*" not in what:
            raise SourceError(
                f"{path}:{number}", f"'{what}' is neither a claim nor a kind of finding"
            )
        found.append(Suppression(number, words[0], what, words[2] if len(words) == 3 else ""))
    return tuple(found)


def without(findings: Iterable[Finding], suppressions: Iterable[Suppression]) -> list[Finding]:
    """The findings that no line covers."""
    known = tuple(suppressions)
    return [one for one in findings if not any(line.covers(one) for line in known)]
