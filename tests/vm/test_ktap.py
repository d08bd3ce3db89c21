"""Results of kernel tests, as consoles show them."""

from __future__ import annotations

from kapi.vm.ktap import CRASHED, FAILED, PASSED, SKIPPED, parse_ktap

CONSOLE = """\
[    0.100000] Linux version
KTAP version 1
1..2
    KTAP version 1
    # Subtest: one
    1..3
    ok 1 a
kapi: a message of the kernel
    # b: EXPECTATION FAILED at x.c:3
    not ok 2 b
    ok 3 c # SKIP no such option
# one: pass:1 fail:1 skip:1 total:3
not ok 1 one
    KTAP version 1
    # Subtest: two
    1..1
[    0.200000]     ok 1 d - with words
ok 2 two
"""


def summary(text: str) -> list[tuple[str, str, str]]:
    return [(one.suite, one.name, one.status) for one in parse_ktap(text)]


def test_all_cases_are_found() -> None:
    assert summary(CONSOLE.replace(" - with words", "")) == [
        ("one", "a", PASSED),
        ("one", "b", FAILED),
        ("one", "c", SKIPPED),
        ("two", "d", PASSED),
    ]


def test_reasons_and_explanations() -> None:
    found = parse_ktap(CONSOLE)
    assert found[1].lines[-1] == "    # b: EXPECTATION FAILED at x.c:3"
    assert found[2].reason == "no such option"


def test_a_suite_that_stops_has_crashed() -> None:
    text = CONSOLE[: CONSOLE.index("    # b:")] + "BUG: kernel NULL pointer dereference\n"
    found = parse_ktap(text)
    assert [(one.suite, one.name, one.status) for one in found] == [
        ("one", "a", PASSED),
        ("one", "case 2 of 3", CRASHED),
        ("", "case 1 of 2", CRASHED),
    ]
    assert found[1].lines[-1] == "BUG: kernel NULL pointer dereference"


def test_a_console_without_tests() -> None:
    assert parse_ktap("[    0.1] Linux version 6.12\nok\nnot ok\n") == []


def test_results_without_suites() -> None:
    assert summary("TAP version 13\n1..2\nok 1 x\nnot ok 2 y\n") == [
        ("", "x", PASSED),
        ("", "y", FAILED),
    ]
