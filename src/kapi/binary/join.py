# SPDX-License-Identifier: GPL-2.0-or-later
"""Joins the records and the prose of images into specs.

In: :class:`Source` values, one for each image or module. Out: :class:`ImageSpecs`. A record and its
prose have the same name and digest; without prose the spec has what the record holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kapi.binary.core import core_spec, errno_names, no_errno_names
from kapi.binary.layout import KINDS
from kapi.binary.problems import Problems
from kapi.binary.prose import Entry, Reader, read_prose
from kapi.binary.records import MAX_RECORDS, Machine, Record, read_records
from kapi.binary.window import Window
from kapi.errors import ImageError
from kapi.model.spec import Spec


class ImageSpecs(NamedTuple):
    """The specs of an image or of debugfs.

    :param specs: in the order of the image; each name once.
    :param problems: what could not be used, and which specs are not whole: one line of text each,
        lower case, without a full stop. Not one if all is well.
    :param description: what was read: ``bzImage, zstd, ELF for x86_64 (64-bit, little-endian)``.
    """

    specs: tuple[Spec, ...]
    problems: tuple[str, ...]
    description: str


class Source(NamedTuple):
    """What one image or module brings.

    :param name: before each problem with it; empty if there is one source alone.
    :param specs: windows on whole parts of records.
    :param prose: windows on prose. If all are empty, that is one problem, not one of each spec.
    :param machine: what they were made for.
    :param arch: the architecture as in the tables of numbers, if it is known.
    """

    name: str
    specs: tuple[Window, ...]
    prose: tuple[Window, ...]
    machine: Machine
    arch: str | None


class Joiner:
    """Collects the specs of sources, one source after the other."""

    def __init__(self) -> None:
        self.problems = Problems()
        self._specs: dict[str, Spec] = {}
        self._records = 0
        self._reader = Reader()

    def result(self, description: str) -> ImageSpecs:
        """All that was collected."""
        return ImageSpecs(tuple(self._specs.values()), self.problems.texts(), description)

    def add(self, source: Source) -> None:
        """Collect the specs of one source.

        :raises ImageError: if it has far too many, or cannot be read.
        """
        self.problems.source = source.name
        prose = _Prose(source, self.problems)
        name_of = errno_names(source.arch) if source.arch else no_errno_names
        bare = 0
        for record in self._sound_records(source):
            entry = prose.take(record)
            if record.name in self._specs:
                self.problems.add(f"second spec of {record.name} refused")
                continue
            spec = self._whole(record, entry) if entry else None
            bare += entry is None
            self._specs[record.name] = spec or core_spec(record, name_of)
        if bare and not prose.is_there:
            self.problems.add(
                f"the texts of {_counted(bare)} are missing: only what the kernel checks is there"
            )
        prose.report()

    def _sound_records(self, source: Source) -> Iterator[Record]:
        for window in source.specs:
            for record in read_records(window, source.machine, self.problems):
                self._records += 1
                if self._records > MAX_RECORDS:
                    raise ImageError(window.path, None, f"has more than {MAX_RECORDS} specs")
                yield record

    def _whole(self, record: Record, entry: Entry) -> Spec | None:
        """The spec that the prose of a record holds; ``None`` if it cannot be used."""
        spec = self._reader.read(entry)
        if isinstance(spec, Spec) and not _fits(spec, record):
            spec = "it tells of another call"
        if isinstance(spec, Spec):
            return spec
        self.problems.add(f"prose of {record.name} ignored: {spec}")
        return None


class _Prose:
    """The prose of one source; ``is_there`` says whether it has any.

    :param source: where it comes from.
    :param problems: gets what does not fit.
    """

    def __init__(self, source: Source, problems: Problems) -> None:
        self._problems = problems
        self.is_there = any(window.size for window in source.prose)
        self._left: dict[tuple[str, int], Entry] = {}
        for window in source.prose:
            for entry in read_prose(window, source.machine.order, problems):
                self._left.setdefault((entry.name, entry.digest), entry)
        self._names = {name for name, _ in self._left}

    def take(self, record: Record) -> Entry | None:
        """The prose of a record; ``None`` after a report if there is none."""
        entry = self._left.pop((record.name, record.head.digest), None)
        if entry is None and record.name in self._names:
            self._problems.add(f"prose of {record.name} ignored: its digest is not the record's")
        elif entry is None and self.is_there:
            self._problems.add(f"no prose of {record.name}")
        self._names.discard(record.name)
        return entry

    def report(self) -> None:
        """Report the prose of names that no record has."""
        for name in sorted(self._names):
            self._problems.add(f"prose of {name} ignored: there is no record of it")


def _fits(spec: Spec, record: Record) -> bool:
    """Whether a spec tells of the call that a record is of."""
    params = [(param.index, param.name) for param in spec.parameters]
    return (
        spec.name == record.name
        and spec.kind == KINDS[record.head.kind]
        and params == [(index, param.name) for index, param in enumerate(record.params)]
    )


def _counted(number: int) -> str:
    return "1 spec" if number == 1 else f"{number} specs"
