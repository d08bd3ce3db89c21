# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be found in a trace: the kinds of findings, and a finding.

Pure data; :mod:`kapi.trace.misuse` and :mod:`kapi.trace.check` make the findings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
#: From the worst to the mildest.
SEVERITIES: Final = (ERROR, WARNING, NOTE)


class Kind(NamedTuple):
    """One kind of finding.

    :param doc: what it means, in one line.
    :param hint: what to do about it.
    """

    severity: str
    doc: str
    hint: str


KINDS: Final[dict[str, Kind]] = {
    "kernel-surprise": Kind(
        ERROR,
        "the outcome of a call is not what its specification allows",
        "the kernel or the specification is wrong: please report it with the call",
    ),
    "double-close": Kind(
        ERROR,
        "a descriptor is closed that close has already closed",
        "another thread may have got the number meanwhile; let one place own and close it",
    ),
    "close-after-eintr": Kind(
        ERROR,
        "close is called again because it was interrupted",
        "the number is free whatever close returns; never repeat it",
    ),
    "use-after-close": Kind(
        ERROR,
        "a descriptor is used that close has closed",
        "keep the descriptor open, or do not use the number any more",
    ),
    "never-open": Kind(
        WARNING,
        "a number is used as a descriptor that was never open",
        "use the result of the call that opens the file",
    ),
    "failed-result-used": Kind(
        WARNING,
        "-1, the result of a call that failed, is used as a descriptor",
        "look at the result of the call that opens before using it",
    ),
    "close-of-nothing": Kind(
        NOTE,
        "close is called with -1",
        "harmless; skip it when there is nothing to close",
    ),
    "bad-argument": Kind(
        ERROR,
        "the call was refused because of what was passed to it",
        "pass what the specification asks for",
    ),
    "tolerated-argument": Kind(
        WARNING,
        "an argument is not what the specification asks for, and the kernel takes it silently",
        "pass what the specification asks for; the part in question has no effect",
    ),
    "zero-length": Kind(
        WARNING,
        "0 bytes are read or written",
        "a result of 0 then means nothing; is the length computed from the wrong thing?",
    ),
    "busy-loop": Kind(
        WARNING,
        "a call is repeated again and again although it has to wait each time",
        "wait for the descriptor with poll, or clear O_NONBLOCK",
    ),
    "leak": Kind(
        WARNING,
        "descriptors of one origin are never closed",
        "close each when it is no longer needed",
    ),
}


@dataclass(slots=True)
class Finding:
    """Something that is wrong, with how often it was seen.

    :ivar kind: a key of :data:`KINDS`.
    :ivar claim: id of the claim that says so; empty if no specification does.
    :ivar claim_hash: of the claim's text.
    :ivar says: what the claim says.
    :ivar program, pid: who did it first.
    :ivar call: the first such call, decoded.
    :ivar message: what is wrong with it.
    :ivar notes: what else belongs to it, such as the call that closed the descriptor.
    :ivar place: the line of the trace.
    :ivar stack: frames of the call as strace -k shows them, the innermost first.
    :ivar log: the name of the trace; empty for a program that was run.
    """

    kind: str
    claim: str
    claim_hash: str
    says: str
    program: str
    pid: int
    call: str
    message: str
    notes: tuple[str, ...] = ()
    place: int = 0
    log: str = ""
    count: int = 1
    stack: list[str] = field(default_factory=list)

    @property
    def severity(self) -> str:
        """How bad it is."""
        return KINDS[self.kind].severity

    @property
    def hint(self) -> str:
        """What to do about it."""
        return KINDS[self.kind].hint
