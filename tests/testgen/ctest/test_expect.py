"""Which outcome a spec demands of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import ROOT, Case
from kapi.testgen.ctest.choose import Chosen, is_fit
from kapi.testgen.ctest.expect import ANYONE, AS_ROOT, AS_USER, Expected, Expecting
from kapi.testgen.numbers import Numbers
from kapi.testgen.record import Record
from kapi.testgen.setup import process
from kapi.testgen.setup.steps import Steps
from tests.testgen.chosen import all_chosen
from tests.testgen.running import case_of

CASES = {one.case.id: one.case for one in all_chosen()}

Expect = Callable[..., Expected | None]


@pytest.fixture
def expect(specs: dict[str, Spec], numbers: Numbers) -> Expect:
    def work(records: list[Record], tags: frozenset[str] = frozenset()) -> Expected | None:
        case = replace(CASES.get(records[0].case, case_of("x", "close", Steps(), 0)), tags=tags)
        return Expecting(specs[records[0].call], numbers).expect(case, records)

    return work


def record(call: str, ret: int | None, args: tuple[int, ...], **more: object) -> Record:
    known = {
        "case": "x",
        "release": "6.12",
        "machine": "x86_64",
        "page_size": 4096,
        "word_bits": 64,
        "fs": "tmpfs",
        "uid": 0,
        "end": "done",
        **more,
    }
    return Record(call=f"sys_{call}", ret=ret, args=(*args, *(0,) * (6 - len(args))), **known)  # type: ignore[arg-type]


OPEN = {"fd_open(fd)": True, "fd_kind(fd)": "pipe"}
GONE = {"fd_open(fd)": False}


def test_an_errno_that_a_state_must_bring(expect: Expect) -> None:
    found = expect([record("close", -9, (7,), before=GONE, after=GONE)])
    claims = ("sys_close.param.fd.constraint", "sys_close.error.EBADF.not-open")
    assert found == Expected(errno="EBADF", claims=claims)


def test_a_success_that_nothing_forbids_and_what_it_ensures(expect: Expect) -> None:
    found = expect([record("close", 0, (7,), before=OPEN, after=GONE)])
    assert found is not None
    assert found.outcome == ("", 0, 0)
    assert found.claims == ("sys_close.return.success", "sys_close.return.ensures")
    assert [check[1:] for check in found.checks] == [("fd_open", "fd", 0)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"ret": 0, "before": GONE},  # contradicts the spec
        {"ret": -4, "before": OPEN},  # the spec does not demand it
        {"ret": -9, "before": {}},  # nobody knows the state
        {"ret": -9, "before": GONE, "tampered": True},
        {"ret": -9, "before": GONE, "end": "timeout"},
        {"ret": -9, "before": GONE, "brings": ("error.EINTR.flush",)},
        {"ret": None, "before": GONE, "end": "refused"},
    ],
)
def test_what_is_not_decided(expect: Expect, wrong: dict[str, object]) -> None:
    more = {key: value for key, value in wrong.items() if key != "ret"}
    assert expect([record("close", wrong["ret"], (7,), after=GONE, **more)]) is None  # type: ignore[arg-type]


def test_records_that_differ_decide_nothing(expect: Expect) -> None:
    one = record("close", -9, (7,), before=GONE, after=GONE)
    other = record("close", 0, (7,), before=OPEN, after=GONE, release="6.1")
    assert expect([one, one]) is not None
    assert expect([one, other]) is None


def test_who_must_call(expect: Expect) -> None:
    root = record("close", -9, (7,), before=GONE, after=GONE)
    user = replace(root, uid=1000)
    other = record("close", 0, (7,), before=OPEN, after=GONE, uid=1000)
    callers = {
        "both": expect([root, user]),
        "unlike": expect([root, other]),
        "user": expect([user]),
        "root": expect([root]),
        "tagged": expect([user], frozenset((ROOT,))),
    }
    assert {name: found and found.caller for name, found in callers.items()} == {
        "both": ANYONE,
        "unlike": AS_USER,
        "user": AS_USER,
        "root": ANYONE,
        "tagged": AS_ROOT,
    }


def test_what_depends_on_the_configuration_is_left_open(
    expect: Expect, specs: dict[str, Spec]
) -> None:
    before = {"config(KSM)": False, "mapped(start, len_in)": True}
    merge = 12  # MADV_MERGEABLE
    assert (
        expect([record("madvise", -22, (4096, 4096, merge), before=before, after=before)]) is None
    )


def test_rivals_are_named(expect: Expect) -> None:
    before = {"fd_open(fd)": False, "fd_can_read(fd)": False, "fd_readable(fd)": False}
    found = expect([record("read", -9, (7, 4096, 1), before=before, after=before)])
    assert found is not None
    assert (found.errno, found.rivals) == ("EBADF", ("EINVAL",))


def test_a_result_that_is_a_copy_of_a_parameter(expect: Expect) -> None:
    state = {"fd_open(oldfd)": True, "fd_open(newfd)": True, "rlimit(RLIMIT_NOFILE)": 1024}
    found = expect([record("dup2", 60, (3, 60), before=state, after=state)])
    assert found is not None
    assert (found.outcome, found.equals) == (("", 60, 60), "newfd")


def test_all_claims_of_what_is_decided_are_kept(
    decided: dict[str, list[Chosen]], chosen: dict[str, tuple[Chosen, ...]]
) -> None:
    for call, found in decided.items():
        every = {claim for one in found for claim in one.expected.claims}
        kept = [set(one.expected.claims) for one in chosen[call]]
        assert set().union(*kept) == every
        for number, claims in enumerate(kept):
            others = set().union(*(kept[:number] + kept[number + 1 :]))
            assert not claims <= others, (call, chosen[call][number].case.id)
    assert {call: len(found) > 1 for call, found in chosen.items()} == dict.fromkeys(chosen, True)


def test_what_is_no_test_for_others() -> None:
    steps, arming = Steps(), Steps()
    process.timer(arming, 10)
    threads = Steps()
    process.later(threads, 5, "close", 3)
    echo = Steps()
    echo.add("echo", b"/proc/sys/fs/file-max", b"0")
    assert is_fit(case_of("good", "close", steps, 7))
    assert not is_fit(case_of("timer", "close", steps, 7, arming=arming))
    assert not is_fit(case_of("thread", "close", threads, 7))
    assert not is_fit(case_of("guest", "close", echo, 7))
    assert not is_fit(case_of("output", "close", steps, 1))
    assert not is_fit(case_of("brings", "close", steps, 7, brings=("error.EIO",)))
    assert isinstance(CASES["close-reg"], Case)
