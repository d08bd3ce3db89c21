"""Runs of cases: records of whatever happens, and judging them again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kapi.model.spec import Spec
from kapi.oracle.kernel import Kernel, running_kernel
from kapi.testgen.case import Case
from kapi.testgen.errors import ExecutorError
from kapi.testgen.numbers import Numbers
from kapi.testgen.places import Heard, OnHost
from kapi.testgen.questions import Watch
from kapi.testgen.record import read_record, write_record
from kapi.testgen.run import Batch, judge_records, run_cases, violations
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import memory, process
from kapi.testgen.setup.steps import Steps
from tests.testgen.running import Run, case_of

pytestmark = pytest.mark.requires("gcc", "system-headers")


def a_close(name: str) -> Case:
    return Case(id=name, call="sys_close", args=(99,))


def test_a_record_has_all_that_is_needed(run: Run, numbers: Numbers) -> None:
    steps = Steps()
    fd = fds.regular(steps)
    (record,) = run(case_of("c", "read", steps, fd, memory.filled(steps), 4))
    assert (record.case, record.call, record.end, record.ret) == ("c", "sys_read", "done", 4)
    assert record.release == os.uname().release
    assert (record.machine, record.page_size, record.word_bits) == (numbers.machine, 4096, 64)
    assert (record.uid, record.is_guest, record.tampered) == (os.geteuid(), False, False)
    assert record.args[0] == 0
    assert record.args[2:] == (4, 0, 0, 0)
    assert record.before["fd_pos(fd)"] == 0
    assert record.after["fd_pos(fd)"] == 4
    assert record.fs in ("ext4", "xfs", "btrfs", "tmpfs", "overlay", "other")


def test_a_record_knows_the_configuration(run: Run, kernel: Kernel) -> None:
    if kernel.config is None:
        pytest.skip("needs the configuration of the running kernel")
    steps = Steps()
    (record,) = run(case_of("c", "madvise", steps, memory.filled(steps), 4096, 0))
    expected = kernel.config.get("KSM", "n") != "n"
    assert record.before["config(KSM)"] == record.after["config(KSM)"] == expected
    assert record.before["since(6.10)"] is True


def test_bytes_that_change_are_told(run: Run) -> None:
    steps = Steps()
    fd = fds.regular(steps)
    buffer = memory.filled(steps)
    watches = (Watch("data", ("a1", "a2")), Watch("file", ("a0",)), Watch("fd", ("a0:32",)))
    (record,) = run(case_of("c", "read", steps, fd, buffer, 16, watches=watches))
    data = record.extra["data a1 a2"]
    assert data["before"]["size"] == 16
    # 10 bytes of the file came, and none behind them changed.
    assert data["after"]["changed"] == [10, 0, 9]
    content = record.extra["file a0"]
    assert content["before"] == content["after"] == {"size": 10, "hash": content["after"]["hash"]}
    assert record.extra["fd a0:32"] == {"before": {"queued": 10}, "after": {"queued": 0}}


def test_content_that_is_written_is_told(run: Run) -> None:
    steps = Steps()
    fd = fds.regular(steps)
    watches = (Watch("file", ("a0",)),)
    (record,) = run(case_of("c", "write", steps, fd, b"frob", 4, watches=watches))
    content = record.extra["file a0"]
    assert content["before"]["hash"] != content["after"]["hash"]
    assert content["after"]["size"] == 10


def test_how_cases_end(run: Run) -> None:
    wait, kill, fails = Steps(), Steps(), Steps()
    end = fds.pipe(wait).first
    broken = fds.alone(kill, fds.pipe(kill), 1)
    fails.do("openat", "AT_FDCWD", b"gone", 0, 0)
    refused = Steps()
    refused.add("echo", b"/proc/sys/fs/file-max", b"1")
    records = run(
        case_of("wait", "read", wait, end, memory.filled(wait), 1),
        case_of("kill", "write", kill, broken, b"x", 1),
        case_of("fails", "close", fails, 1),
        case_of("refused", "close", refused, 1),
    )
    assert [(record.end, record.ret) for record in records] == [
        ("timeout", None),
        ("signal", None),
        ("setup", None),
        ("refused", None),
    ]
    assert [record.why.partition(": ")[2] or record.why for record in records] == [
        "in call, state S",
        "in call, SIGPIPE",
        "the set-up call failed: ENOENT",
        "only in a guest",
    ]
    assert records[0].before["fd_kind(fd)"] == "pipe"
    assert records[0].after == {}


def test_signals_have_names_and_timers_count_once(run: Run) -> None:
    broken, timed, arming = Steps(), Steps(), Steps()
    process.count_signal(broken, "SIGPIPE")
    end = fds.alone(broken, fds.pipe(broken), 1)
    reader = fds.pipe(timed).first
    process.count_signal(timed, "SIGALRM", "SA_RESTART")
    process.timer(arming, 10, 10)
    process.later(timed, 100, "write", 1, b"x", 1)
    records = run(
        case_of("broken", "write", broken, end, b"x", 1),
        case_of("timed", "read", timed, reader, memory.filled(timed), 1, arming=arming),
    )
    assert [record.signals for record in records] == [{"SIGPIPE": 1}, {"SIGALRM": 1}]


def test_records_can_be_judged_again_elsewhere(run: Run, specs: dict[str, Spec]) -> None:
    steps = Steps()
    fd = fds.regular(steps)
    (record,) = run(case_of("c", "dup2", steps, fd, 5))
    assert violations(judge_records([read_record(write_record(record))], specs)) == []
    line = write_record(record).replace('"fd_open(oldfd)": true', '"fd_open(oldfd)": false')
    (complaint,) = violations(judge_records([read_record(line)], specs))
    call = "sys_dup2(0x0, 0x5, 0x0, 0x0, 0x0, 0x0) = 5"
    assert complaint == f"c: {call}: rule 4 sys_dup2.error.EBADF.not-open"


def test_what_fault_injection_answers_is_no_violation(run: Run, specs: dict[str, Spec]) -> None:
    steps, arming = Steps(), Steps()
    fd = fds.regular(steps)
    process.answer_by_seccomp(arming, Numbers().call("close"), "EPERM")
    (record,) = run(case_of("c", "close", steps, fd, arming=arming))
    assert (record.ret, record.tampered) == (-1, True)
    assert violations(judge_records([record], specs)) == []


@pytest.mark.requires("root")
def test_another_user_makes_the_calls(run: Run) -> None:
    steps = Steps()
    case = case_of("c", "open", steps, b"/etc/shadow", "O_RDONLY")
    (record,) = run(case, uid=65534)
    assert (record.uid, record.ret) == (65534, -13)
    (record,) = run(case)
    assert (record.uid, record.ret) == (0, 0)


class Fragile:
    """A place that ends at some cases, as a kernel that panics does.

    :param deadly: ids of cases at which it ends.
    :param swallowed: how many lines before them get lost with it.
    """

    def __init__(self, inner: OnHost, deadly: set[str], swallowed: int = 0) -> None:
        self.inner = inner
        self.deadly = deadly
        self.swallowed = swallowed
        self.starts: list[int] = []

    def run(self, text: str, start: int, count: int) -> Heard:
        self.starts.append(start)
        hello, *lines = self.inner.run(text, start, count).lines
        for number, line in enumerate(lines):
            if any(f'"case":"{name}"' in line for name in self.deadly):
                kept = max(0, number - self.swallowed)
                return Heard([hello, *lines[:kept]], "the kernel under test failed: panic")
        return Heard([hello, *lines])


@pytest.mark.parametrize(
    ("swallowed", "starts"), [(0, [0, 2, 2, 3, 3, 4]), (1, [0, 1, 1, 2, 2, 3, 3, 4])]
)
def test_a_case_that_takes_the_kernel_with_it(
    program: Path, specs: dict[str, Spec], numbers: Numbers, swallowed: int, starts: list[int]
) -> None:
    """It alone is to blame, even if lines of cases before it did not come through."""
    place = Fragile(OnHost(executor=program), {"c2", "c3"}, swallowed)
    cases = tuple(a_close(f"c{number}") for number in range(5))
    records = run_cases(Batch(cases, specs, numbers), place, running_kernel())
    assert [record.end for record in records] == ["done", "done", "lost", "lost", "done"]
    assert records[2].why == "the kernel under test failed: panic"
    assert place.starts == starts


class Silent:
    """A place where nothing runs."""

    def __init__(self, heard: Heard) -> None:
        self.heard = heard

    def run(self, text: str, start: int, count: int) -> Heard:  # noqa: ARG002 - a Place
        return self.heard


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (Heard([], "no such program"), "no such program"),
        (Heard([]), "the executor said nothing"),
        (Heard(['{"executor":2}']), "format 1 expected"),
        (Heard(["frob"]), "no JSON object"),
    ],
)
def test_an_executor_that_does_not_run(
    specs: dict[str, Spec], numbers: Numbers, heard: Heard, reason: str
) -> None:
    batch = Batch((a_close("c"),), specs, numbers)
    with pytest.raises(ExecutorError, match=reason):
        run_cases(batch, Silent(heard), Kernel(""))


def test_results_of_other_cases_are_noticed(
    program: Path, specs: dict[str, Spec], numbers: Numbers
) -> None:
    batch = Batch((a_close("c"),), specs, numbers)
    other = Batch((a_close("d"),), specs, numbers)
    heard = OnHost(executor=program).run(other.to_text(other.subjects()), 0, 1)
    with pytest.raises(ExecutorError, match="d came in place of c"):
        run_cases(batch, Silent(heard), Kernel(""))


def test_an_executor_that_complains(program: Path) -> None:
    heard = OnHost(executor=program).run("frob", 0, 1)
    assert heard.lines == []
    assert heard.complaint == (
        "the executor ended with 2: executor: line 1: expected 'case' and a name"
    )
