"""Numbers, the configuration, and what a spec asks."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest

from kapi.expr.names import PREDICATES
from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel, read_config, running_kernel
from kapi.testgen.errors import ExecutorError
from kapi.testgen.numbers import Numbers, of_machine
from kapi.testgen.questions import Watch, is_answered, questions_of
from kapi.testgen.subject import Subject
from kapi.testgen.world import observe_world
from tests.testgen.asking import question

pytestmark = pytest.mark.requires("gcc", "system-headers")

NUMBERS = Numbers()


# Numbers.


def test_the_table_comes_first_and_the_compiler_second() -> None:
    assert NUMBERS.constant("O_CREAT") == os.O_CREAT
    assert NUMBERS.constant("AT_FDCWD") == -100
    assert NUMBERS.constant("SOCK_STREAM") == 1  # no header for user space has it
    assert NUMBERS.constant("FROB_FROB") is None
    assert NUMBERS.constant("not a name") is None


def test_what_no_header_says() -> None:
    assert NUMBERS.constant("MAX_RW_COUNT") == 0x7FFFF000
    assert of_machine("aarch64", 65536, 64).constant("MAX_RW_COUNT") == 0x7FFF0000
    assert NUMBERS.constant("PAGE_SIZE") == 4096


def test_kernel_headers_and_the_compiler_agree() -> None:
    """A sample of what both know."""
    names = ("O_APPEND", "O_TMPFILE", "PROT_WRITE", "MAP_ANONYMOUS", "F_SETLEASE", "SIGPIPE")
    for name in (*names, "RLIMIT_NOFILE", "CLONE_NEWNS", "MS_RDONLY", "EPOLLIN", "IN_CREATE"):
        assert NUMBERS.table.number(name, NUMBERS.machine) == NUMBERS._compiled(name), name


def test_calls_by_name() -> None:
    assert NUMBERS.call("read") != NUMBERS.call("write")
    assert NUMBERS.call("mseal") == 462
    with pytest.raises(ExecutorError, match="has no such system call"):
        NUMBERS.call("frob")


def test_signals_by_number() -> None:
    assert [NUMBERS.signal_name(number) for number in (6, 13, 14, 63)] == [
        *("SIGABRT", "SIGPIPE", "SIGALRM", "63")
    ]


def test_a_32_bit_program_on_a_64_bit_kernel() -> None:
    found = of_machine("x86_64", 4096, 32)
    assert (found.machine, found.word_bits, found.compiler) == ("i386", 32, ("gcc", "-m32"))
    assert found.constant("SSIZE_MAX") == 0x7FFFFFFF
    assert found.arch_folder == NUMBERS.arch_folder == "x86"


def test_without_a_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ExecutorError, match="apt-get install gcc"):
        Numbers(compiler=("no-such-gcc",)).call("read")


# The kernel.

CONFIG = "CONFIG_KSM=y\nCONFIG_QUOTA=m\n# CONFIG_SWAP is not set\nCONFIG_HZ=250\n"


def test_a_configuration() -> None:
    assert read_config(CONFIG) == {"KSM": "y", "QUOTA": "m", "SWAP": "n", "HZ": "250"}


def test_where_the_configuration_of_the_running_kernel_is(tmp_path: Path) -> None:
    release = os.uname().release
    assert running_kernel(tmp_path) == Kernel(release, None)
    boot = tmp_path / "boot" / f"config-{release}"
    boot.parent.mkdir()
    boot.write_text(CONFIG)
    assert running_kernel(tmp_path).config == read_config(CONFIG)
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/config.gz").write_bytes(gzip.compress(b"CONFIG_X=y\n"))
    assert running_kernel(tmp_path).config == {"X": "y"}
    (tmp_path / "proc/config.gz").write_bytes(b"frob")
    assert running_kernel(tmp_path).config == read_config(CONFIG)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("config(KSM)", True),
        ("config(QUOTA)", True),
        ("config(SWAP)", False),
        ("config(FROB)", False),
        ("arch(x86)", NUMBERS.arch_folder == "x86"),
        ("arch(mips)", False),
        ("since(6.12)", True),
        ("since(6.13)", False),
        ("since(5.19)", True),
        ("until(6.12)", True),
        ("until(6.11)", False),
        ("until(7.0)", True),
        ("fds_free()", None),
    ],
)
def test_what_no_call_changes(text: str, answer: bool | None, specs: dict[str, Spec]) -> None:
    subject = Subject.of(specs["sys_close"], NUMBERS)
    kernel = Kernel("6.12.3-frob", read_config(CONFIG))
    world = observe_world(kernel, [question(text, subject)], NUMBERS)
    assert world.answers.get(text) == answer


def test_what_is_not_known_of_a_kernel(specs: dict[str, Spec]) -> None:
    subject = Subject.of(specs["sys_close"], NUMBERS)
    asked = [question(text, subject) for text in ("config(KSM)", "since(6.1)", "until(6.1)")]
    assert observe_world(Kernel(""), asked, NUMBERS).answers == {}


# Questions.


def test_a_spec_asks_each_question_once(specs: dict[str, Spec]) -> None:
    for spec in specs.values():
        subject = Subject.of(spec, NUMBERS)
        texts = [one.text for one in questions_of(subject.rules)]
        assert len(set(texts)) == len(texts)
        assert subject.rules.unusable == ()
        for one in subject.questions:
            assert PREDICATES[one.predicate].seen_by("test"), one.text
            assert is_answered(one.predicate), one.text


def test_what_is_watched_for_openat(specs: dict[str, Spec]) -> None:
    assert set(Subject.of(specs["sys_openat"], NUMBERS).watches) == {
        Watch("string", ("a1", "4096")),
        Watch("fd", ("a0:32",)),
        Watch("path", ("a0:32", "a1")),
        Watch("fd", ("ret",)),
    }


def test_arguments_that_are_more_than_a_parameter_are_not_watched(specs: dict[str, Spec]) -> None:
    subject = Subject.of(specs["sys_read"], NUMBERS)
    from kapi.testgen.questions import watch_of

    def watch(text: str) -> Watch | None:
        asked = question(text, subject)
        return watch_of(asked, subject.rules, NUMBERS.constant, NUMBERS.word_bits)

    assert watch("readable(buf, count + 1)") is None
    assert watch("readable(buf, FROB)") is None
    assert watch("readable(buf, 8)") == Watch("memory", ("a1", "8"))
    assert watch("fd_open(ret)") == Watch("fd", ("ret",))
    assert watch("fds_free()") is None


def test_every_predicate_is_documented_or_not_for_tests() -> None:
    page = (Path(__file__).parents[2] / "docs/records.md").read_text()
    named = set(re.findall(r"`(\w+)\(", page))
    for name, predicate in PREDICATES.items():
        if predicate.seen_by("test"):
            assert name in named, name
