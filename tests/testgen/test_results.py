"""What the executor says, as values."""

from __future__ import annotations

import pytest

from kapi.testgen.errors import ExecutorError
from kapi.testgen.results import read_host, read_result

HELLO = (
    '{"executor":1,"cases":2,"release":"6.12","machine":"x86_64","page":4096,"bits":64,'
    '"uid":0,"guest":false,"fs":61267,"devtmpfs":[0,6]}'
)
PROCESS = '"process":{"uid":1,"gid":2,"fsuid":3,"rlimits":[4,5],"free":-1}'


def test_the_first_line() -> None:
    host = read_host(HELLO)
    assert (host.cases, host.machine, host.devtmpfs) == (2, "x86_64", (0, 6))


def test_a_case_that_stopped() -> None:
    line = '{"case":"c","index":0,"end":"setup","errno":2,"note":"why","phase":"setup","line":7}'
    result = read_result(line)
    assert (result.end, result.error, result.note, result.line) == ("setup", 2, "why", 7)
    assert (result.args, result.ret, result.before, result.after) == ((), None, None, None)


@pytest.mark.parametrize(
    ("watch", "expected"),
    [
        ("null", None),
        ('{"fd":3,"getfd":-9,"reserved":-1}', (3, -9, None)),
        ('{"length":-1}', (-1, None, None)),
        ('{"most":4096,"length":1,"text":"\\u00ff"}', (4096, 1, "\xff")),
        ('{"address":1,"count":2,"readable":2,"maps":[],"more":true}', (1, 2, 2, None)),
        ('{"address":1,"count":2,"readable":2,"maps":[],"more":false}', (1, 2, 2, ())),
        ('{"address":1,"count":2}', (1, 2, None, None)),
        ('{"readable":1,"hash":"00"}', (1, "00", None)),
        ('{"size":1}', (1, None, None)),
        ("{}", None),
    ],
)
def test_what_was_watched(watch: str, expected: tuple[object, ...] | None) -> None:
    line = (
        f'{{"case":"c","index":0,"end":"timeout","state":"S","phase":"call","line":1,"number":3,'
        f'"args":[1,2,3,4,5,6],"tampered":true,"before":{{{PROCESS},"watches":[{watch}]}},'
        f'"signals":{{"13":2}}}}'
    )
    result = read_result(line)
    assert (result.state, result.tampered, result.signals) == ("S", True, {13: 2})
    assert result.before is not None
    process = result.before.process
    assert (process.fsuid, process.rlimits, process.free, process.nr_open) == (3, (4, 5), -1, None)
    (seen,) = result.before.seen
    assert (seen[: len(expected)] if seen and expected else seen) == expected


@pytest.mark.parametrize("line", ["", "frob", "[]", '{"case":"c"}', '{"end":"frob"}'])
def test_what_is_no_result(line: str) -> None:
    with pytest.raises(ExecutorError, match="cannot understand the executor"):
        read_result(line)
