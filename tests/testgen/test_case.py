"""Cases as text, and recipes."""

from __future__ import annotations

import re

import pytest

from kapi.testgen.case import (
    GUEST,
    VERBS,
    Arg,
    Case,
    Data,
    Joined,
    Op,
    Repeated,
    Room,
    Slot,
    Words,
    arg_text,
)
from kapi.testgen.errors import ExecutorError
from kapi.testgen.numbers import Numbers
from kapi.testgen.questions import Watch
from kapi.testgen.setup import descriptors, files, memory
from kapi.testgen.setup.steps import SLOTS, State, Steps
from tests.testgen.running import Executor

pytestmark = pytest.mark.requires("gcc", "system-headers")

NUMBERS = Numbers()


@pytest.mark.parametrize(
    ("arg", "text"),
    [
        (5, "5"),
        (-100, "-100"),
        ("O_RDWR | O_CREAT", "66"),
        ("O_RDWR | 0x400", "1026"),
        (b'a "b\\\n\xff', r'"a \x22b\x5c\x0a\xff"'),
        (b"", '""'),
        (Slot(3), "$3"),
        (Slot(3) + 8, "$3+8"),
        (Slot(3, -8), "$3-8"),
        (Repeated(b"/", 4095), '"/"*4095'),
        (Joined((b"/proc/", Slot(2), b"/fd")), r'"/proc/\$2;/fd"'),
        (Data(b"\x00\xff"), "#00ff"),
        (Words((1, -1)), "#0100000000000000ffffffffffffffff"),
        (Room(16), "&16"),
    ],
)
def test_arguments(arg: Arg, text: str) -> None:
    assert arg_text(arg, NUMBERS) == text


def test_words_are_as_wide_as_those_of_the_machine() -> None:
    narrow = Numbers("i386", word_bits=32, compiler=("gcc", "-m32"))
    assert arg_text(Words((1, -1)), narrow) == "#01000000ffffffff"


def test_a_constant_that_does_not_exist() -> None:
    with pytest.raises(ExecutorError, match="cannot find the number of O_FROB"):
        arg_text("O_RDWR | O_FROB", NUMBERS)


def test_the_text_of_a_case() -> None:
    steps = Steps()
    fd = steps.call("openat", "AT_FDCWD", b"f", "O_CREAT | O_RDWR", 0o600)
    steps.add("signal", 13, word="count")
    arming = (Op("fault", (3,)),)
    watches = (Watch("fd", ("a0",)), Watch("data", ("$0", "8")))
    case = Case(id="c", call="sys_close", args=(fd,), setup=tuple(steps.ops), arming=arming)
    assert case.to_text(NUMBERS, watches) == (
        'case c\nsys $0 openat -100 "f" 66 384\nsignal count 13\n'
        "watch fd a0\nwatch data $0 8\n"
        f"call {NUMBERS.call('close')} $0\nfault 3\nend\n"
    )
    assert case.is_guest
    assert not Case(id="c", call="sys_close", args=()).is_guest
    assert Case(id="c", call="sys_close", args=(), tags=frozenset((GUEST,))).is_guest


@pytest.mark.parametrize(
    "arguments", [("sys",), ("put", (), "word"), ("put", (), "", Slot(1)), ("signal", (13,))]
)
def test_steps_that_are_none(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="this is no form of"):
        Op(*arguments)  # type: ignore[arg-type]


def test_slots_run_out() -> None:
    steps = Steps()
    assert [steps.slot().number for _ in range(SLOTS)] == list(range(SLOTS))
    with pytest.raises(ValueError, match="no more slots"):
        steps.slot()


def test_the_executor_knows_exactly_these_verbs(executor: Executor) -> None:
    for verb in VERBS:
        assert executor.one(f"{verb}\ncall 1").get("note") != "no such op"
    from kapi.testgen.build import FOLDER

    table = (FOLDER / "ops.c").read_text().partition("} ops[] = {")[2].partition("};")[0]
    known = dict(re.findall(r'\{ "(\w+)", \w+, (true|false) \}', table))
    ends = {"call", "watch"}
    assert known.keys() - ends == VERBS.keys()
    for verb, form in VERBS.items():
        assert form.is_guest == (known[verb] == "true"), verb


TABLES = {
    "descriptor": descriptors.DESCRIPTORS,
    "path": files.PATHS,
    "buffer": memory.BUFFERS,
    "string": memory.STRINGS,
    "range": memory.RANGES,
}
STATES = [(kind, state) for kind, table in TABLES.items() for state in table.values()]


@pytest.mark.parametrize(
    ("kind", "state"), STATES, ids=[f"{kind}-{state.name}" for kind, state in STATES]
)
def test_every_recipe_is_understood(kind: str, state: State) -> None:
    steps = Steps()
    arg = state.make(steps)
    assert arg_text(arg, NUMBERS)
    for op in steps.ops:
        assert op.to_text(NUMBERS)
