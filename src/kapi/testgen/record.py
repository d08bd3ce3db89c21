# SPDX-License-Identifier: GPL-2.0-or-later
"""Records of calls: what was asked of the kernel, in which state, and what came of it.

In: a case, its result and answers. Out: one JSON object for each, on a line; docs/records.md says
what they mean. A record has all that the oracle needs, so it can be judged again when a spec has
changed, on another machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from kapi.expr.evaluate import Value
from kapi.testgen.errors import ExecutorError

VERSION: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One call, or why there was none.

    :ivar case: id of the case.
    :ivar call: name of the spec.
    :ivar release: of the kernel.
    :ivar machine: architecture, as the tables of numbers name it.
    :ivar page_size: of the kernel, in bytes.
    :ivar word_bits: of the program.
    :ivar fs: file system of the case's folder.
    :ivar uid: effective user ID of the caller.
    :ivar is_guest: whether it was in a guest.
    :ivar end: ``done``, or how else the case ended: one of :data:`kapi.testgen.results.ENDS`, or
        ``lost`` if it took the executor or the kernel with it.
    :ivar why: what ended it early, in words; empty if nothing did.
    :ivar args: registers.
    :ivar before, after: answers by question; what is absent is unknown.
    :ivar ret: the result; None if there is none.
    :ivar signals: how often handlers ran, by name.
    :ivar tampered: fault injection or seccomp may have answered, and not with a cause of the spec.
    :ivar extra: what else was seen, by what was watched.
    :ivar brings: causes that the set-up brought about, see :class:`kapi.testgen.case.Case`.
    :ivar twin: the case to compare it with, see there.
    """

    case: str
    call: str
    release: str
    machine: str
    page_size: int
    word_bits: int
    fs: str
    uid: int
    is_guest: bool = False
    end: str
    why: str = ""
    args: tuple[int, ...] = ()
    before: Mapping[str, Value] = field(default_factory=dict)
    after: Mapping[str, Value] = field(default_factory=dict)
    ret: int | None = None
    signals: Mapping[str, int] = field(default_factory=dict)
    tampered: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    brings: tuple[str, ...] = ()
    twin: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What a record is about: of two with one key the later is the better."""
        return (self.case, self.release, self.machine, str(self.word_bits), self.fs, str(self.uid))


def write_record(record: Record) -> str:
    """A record as a line, without the line's end."""
    return json.dumps({"version": VERSION, **asdict(record)}, sort_keys=True)


def read_record(line: str) -> Record:
    """The record of a line.

    :raises ExecutorError: if it is none, or of a version that is not known.
    """
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.pop("version", None) != VERSION:
        raise ExecutorError("read a record", f"version {VERSION} expected: {line[:200]!r}")
    try:
        return Record(**{**found, "args": tuple(found["args"]), "brings": tuple(found["brings"])})
    except (KeyError, TypeError) as error:
        raise ExecutorError("read a record", f"{error}: {line[:200]!r}") from None


def read_records(text: str) -> Iterator[Record]:
    """The records of a file."""
    return (read_record(line) for line in text.splitlines() if line.strip())


def merge_records(*parts: Iterable[Record]) -> list[Record]:
    """Records of several runs, one of each key, in order of their keys; later ones win."""
    found = {record.key: record for part in parts for record in part}
    return [found[key] for key in sorted(found)]
