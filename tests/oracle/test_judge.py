"""The five rules of conformance, each seen to accept and to refuse."""

from __future__ import annotations

import pytest

from kapi.csource.collect import collect
from kapi.expr.evaluate import Value
from kapi.model.spec import Spec
from kapi.oracle.compiled import World
from kapi.oracle.judge import Judge, Verdict

HEAD = """\
/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @mode: what to do
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process, sleepable
"""

PARAMS = """\
 *
 * param: wfd
 *   type: fd, input
 * param: mode
 *   type: uint, input
 *
 * return:
 *   type: int
"""

TAIL = """\
 */
SYSCALL_DEFINE2(frob, unsigned int, wfd, unsigned int, mode);
"""

NUMBERS = {
    "EPERM": 1,
    "EINTR": 4,
    "EIO": 5,
    "EBADF": 9,
    "EAGAIN": 11,
    "EWOULDBLOCK": 11,
    "EACCES": 13,
    "EBUSY": 16,
    "EINVAL": 22,
    "ENOSYS": 38,
    "O_ODD": 1,
    "RLIMIT_NOFILE": 7,
}
SUCCESS = " *   check-type: range\n *   success: 0..mode\n"
OPEN = " * error-set: open(fs)\n"
CLOSED = " * error-set: closed\n"
BAD = " *\n * error: EBADF, not open\n *   when(closed): !fd_open(wfd)\n"
MUST = BAD + " *   must: yes\n"


def judge(top: str = "", returns: str = SUCCESS, errors: str = "") -> Judge:
    """The judge of a spec with some parts."""
    text = HEAD + top + PARAMS + returns + errors + TAIL
    found = collect([("frob.c", text.encode())])
    assert [one.message for one in found.diagnostics] == []
    (spec,) = found.specs
    return of(spec)


def of(spec: Spec) -> Judge:
    return Judge(spec, World(NUMBERS.get, {}))


def ask(
    who: Judge,
    ret: int,
    before: dict[str, Value] | None = None,
    after: dict[str, Value] | None = None,
    mode: int = 8,
    **more: bool,
) -> Verdict:
    """What a judge says of a call with descriptor 3."""
    return who.judge((3, mode, 0, 0, 0, 0), before or {}, after or {}, ret, **more)


def rules(verdict: Verdict) -> list[tuple[int, str]]:
    return [(one.rule, one.claim) for one in verdict.violations]


IS_OPEN: dict[str, Value] = {"fd_open(wfd)": True}
IS_CLOSED: dict[str, Value] = {"fd_open(wfd)": False}


# Rule 1: the result.


@pytest.mark.parametrize("ret", [0, 1, 8])
def test_a_result_within_bounds(ret: int) -> None:
    assert ask(judge(OPEN), ret).conforms


@pytest.mark.parametrize("ret", [9, 1 << 40, -4096, -(1 << 40)])
def test_a_result_that_is_neither_success_nor_errno(ret: int) -> None:
    assert rules(ask(judge(OPEN), ret)) == [(1, "sys_frob.return.success")]


def test_without_a_rule_for_success_all_but_errors_are_fine() -> None:
    assert ask(judge(OPEN, ""), 1 << 40).conforms


# Rule 2: the list, and codes of the kernel alone.


def test_an_errno_that_a_closed_list_lacks() -> None:
    verdict = ask(judge(CLOSED, SUCCESS, BAD), -5)
    assert rules(verdict) == [(2, "sys_frob.error-set")]
    assert not verdict.undocumented


def test_an_errno_that_an_open_list_lacks_is_counted() -> None:
    verdict = ask(judge(OPEN, SUCCESS, BAD), -5)
    assert verdict.conforms and verdict.undocumented


def test_a_list_that_is_closed_in_some_states() -> None:
    who = judge(" * error-set: closed if fd_kind(wfd) == pipe\n", SUCCESS, BAD)
    assert rules(ask(who, -5, {"fd_kind(wfd)": "pipe"})) == [(2, "sys_frob.error-set")]
    assert ask(who, -5, {"fd_kind(wfd)": "reg"}).undocumented
    assert ask(who, -5).undocumented


@pytest.mark.parametrize("code", [512, 513, 514, 516, 524])
def test_codes_of_the_kernel_must_not_be_delivered(code: int) -> None:
    assert [rule for rule, _ in rules(ask(judge(OPEN), -code))] == [2]


def test_a_restart_is_seen_at_a_hook_if_the_call_can_be_interrupted() -> None:
    interrupted = judge(
        OPEN, SUCCESS, " *\n * error: EINTR, interrupted\n *   condition: a signal\n"
    )
    assert ask(interrupted, -512, delivered=False).conforms
    assert not ask(judge(OPEN), -512, delivered=False).conforms
    assert not ask(interrupted, -524, delivered=False).conforms


# Rule 3: a listed errno whose causes are all false.


def test_a_cause_that_is_false_true_or_unknown() -> None:
    who = judge(CLOSED, SUCCESS, BAD)
    assert rules(ask(who, -9, IS_OPEN)) == [(3, "sys_frob.error.EBADF.closed")]
    assert ask(who, -9, IS_CLOSED).conforms
    assert ask(who, -9).conforms


def test_any_cause_of_any_block_will_do() -> None:
    other = " *\n * error: EBADF, odd\n *   when(odd): mode & O_ODD\n"
    who = judge(CLOSED, SUCCESS, BAD + other)
    assert ask(who, -9, IS_OPEN, mode=1).conforms
    assert rules(ask(who, -9, IS_OPEN, mode=2)) == [
        (3, "sys_frob.error.EBADF.closed"),
        (3, "sys_frob.error.EBADF.odd"),
    ]


def test_aliases_are_one_errno() -> None:
    errors = (
        " *\n * error: EAGAIN, busy\n *   when(odd): mode & O_ODD\n"
        " *\n * error: EWOULDBLOCK, waits\n *   when(open): fd_open(wfd)\n"
    )
    who = judge(CLOSED, SUCCESS, errors)
    assert ask(who, -11, IS_OPEN, mode=2).conforms
    assert not ask(who, -11, IS_CLOSED, mode=2).conforms


def test_a_cause_in_words_is_unknown() -> None:
    who = judge(CLOSED, SUCCESS, " *\n * error: EIO, broken\n *   condition: it is broken\n")
    assert ask(who, -5, IS_OPEN).conforms


def test_others_may_answer_where_the_list_is_open() -> None:
    errors = " *\n * error: EPERM, no\n *   when(odd): mode & O_ODD\n"
    assert ask(judge(OPEN, SUCCESS, errors), -1, mode=2).conforms
    assert not ask(judge(CLOSED, SUCCESS, errors), -1, mode=2).conforms
    assert not ask(judge(" * error-set: open(arch)\n", SUCCESS, errors), -1, mode=2).conforms
    # Who comes behind the descriptor cannot say that there is none.
    assert not ask(judge(OPEN, SUCCESS, BAD), -9, IS_OPEN).conforms


# Rule 4: success although the call must fail.


def test_success_although_it_must_fail() -> None:
    who = judge(CLOSED, SUCCESS, MUST)
    assert rules(ask(who, 0, IS_CLOSED)) == [(4, "sys_frob.error.EBADF.closed")]
    assert ask(who, 0, IS_OPEN).conforms
    assert ask(who, 0).conforms
    assert ask(judge(CLOSED, SUCCESS, BAD), 0, IS_CLOSED).conforms


# Rule 5: what holds afterwards.


def test_what_holds_after_success_and_after_failure() -> None:
    who = judge(CLOSED, SUCCESS + " *   ensures: fd_open(wfd)\n")
    assert rules(ask(who, 0, {}, IS_CLOSED)) == [(5, "sys_frob.return.ensures")]
    assert ask(who, 0, {}, IS_OPEN).conforms
    assert ask(who, 0).conforms
    failing = judge(
        CLOSED,
        SUCCESS,
        " *\n * error: EIO, broken\n *   condition: x\n *   ensures: !fd_open(wfd)\n",
    )
    assert rules(ask(failing, -5, {}, IS_OPEN)) == [(5, "sys_frob.error.EIO.ensures")]
    assert ask(failing, -5, {}, IS_CLOSED).conforms


def test_old_is_the_state_before() -> None:
    who = judge(CLOSED, SUCCESS + " *   ensures: fd_pos(wfd) == old(fd_pos(wfd)) + ret\n")
    before: dict[str, Value] = {"fd_pos(wfd)": 10}
    assert ask(who, 3, before, {"fd_pos(wfd)": 13}).conforms
    assert not ask(who, 3, before, {"fd_pos(wfd)": 12}).conforms
    assert ask(who, 3, {}, {"fd_pos(wfd)": 12}).conforms


# What makes every outcome possible.


@pytest.mark.parametrize("ret", [-38, -9, -5])
def test_a_filter_or_fault_injection_may_answer(ret: int) -> None:
    assert ask(judge(CLOSED, SUCCESS, BAD), ret, IS_OPEN, tampered=True).conforms
    assert not ask(judge(CLOSED, SUCCESS, BAD), ret, IS_OPEN).conforms


def test_registers_have_the_width_and_sign_of_the_parameter() -> None:
    who = judge(CLOSED, SUCCESS)
    assert who.judge((3, (1 << 32) | 8, 0, 0, 0, 0), {}, {}, 8).conforms
    assert not who.judge((3, (1 << 32) | 8, 0, 0, 0, 0), {}, {}, 9).conforms


def test_the_truth_of_each_cause() -> None:
    who = judge(CLOSED, SUCCESS, BAD)
    for state, truth in ((IS_OPEN, False), (IS_CLOSED, True), ({}, None)):
        assert who.truths((3, 0, 0, 0, 0, 0), state, {}, 0) == {
            "sys_frob.error.EBADF.closed": truth
        }
