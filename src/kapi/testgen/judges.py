# SPDX-License-Identifier: GPL-2.0-or-later
"""Who judges records: the oracle, on the machine that a record comes from.

In: a spec, a record. Out: a judge, made once for each kind of machine. A record has the answers
about its kernel, so the judge needs none.
"""

from __future__ import annotations

from functools import cache

from kapi.model.spec import Spec
from kapi.oracle.compiled import World
from kapi.oracle.judge import Judge, Verdict
from kapi.testgen.numbers import Numbers, of_machine
from kapi.testgen.record import Record

_Machine = tuple[str, int, int]


def numbers_of(record: Record) -> Numbers:
    """The numbers of the machine of a record."""
    return of_machine(record.machine, record.page_size, record.word_bits)


def world_of(record: Record) -> World:
    """The world of a record: numbers that are remembered, and no answers."""
    return _world(record.machine, record.page_size, record.word_bits)


@cache
def _world(machine: str, page_size: int, word_bits: int) -> World:
    numbers = of_machine(machine, page_size, word_bits)
    return World(cache(numbers.constant), {}, page_size, word_bits)


class Judges:
    """The judges of one spec.

    :param spec: its includes resolved.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._found: dict[_Machine, Judge] = {}

    def of(self, record: Record) -> Judge:
        """The judge for a record."""
        key = (record.machine, record.page_size, record.word_bits)
        if key not in self._found:
            arch = numbers_of(record).arch_folder
            self._found[key] = Judge(self._spec, world_of(record), arch)
        return self._found[key]


def judge_record(record: Record, judge: Judge) -> Verdict:
    """What the oracle says of a record that has a result."""
    assert record.ret is not None
    return judge.judge(
        record.args, record.before, record.after, record.ret, tampered=record.tampered
    )
