"""Lines of strace become events; nothing is guessed."""

from __future__ import annotations

import pytest

from kapi.trace.lines import Begin, Call, End, Event, Frame, Mode, Other, Reader, Signal


def read(text: str, pid: int = 0) -> list[Event]:
    return list(Reader(pid).read(text.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("prefix", "pid", "time"),
    [
        ("", 0, ""),
        ("12 ", 12, ""),
        ("12    ", 12, ""),
        ("[pid    12] ", 12, ""),
        ("12 1795575443.455128 ", 12, "1795575443.455128"),
        ("[pid 12] 1795575443.455128 ", 12, "1795575443.455128"),
        ("12 10:20:30 ", 12, ""),
        ("12 10:20:30.123456 ", 12, ""),
        ("     0.000123 ", 0, "0.000123"),
        ("12      0.000123 ", 12, "0.000123"),
        ("12 10:20:30 (+     0.000123) ", 12, ""),
        ("12 1795575443 ", 12, ""),
        ("[   3] ", 0, ""),
        ("12 [ 257] [00007f0a1b2c3d4e] ", 12, ""),
        ("[????????????????] ", 0, ""),
    ],
)
def test_what_stands_in_front_of_a_call(prefix: str, pid: int, time: str) -> None:
    (call,) = read(f"{prefix}close(3)      = 0\n")
    assert call == Call(pid, time, "close", "3", 0, "", "", 1)
    (call,) = read(f"{prefix}close(3) = -1 EBADF (Bad file descriptor) <0.000010>\n")
    assert isinstance(call, Call)
    assert (call.pid, call.time, call.error) == (pid, time, "EBADF")


@pytest.mark.parametrize(
    ("text", "ret", "error", "rest"),
    [
        ("= 3", 3, "", ""),
        ("= 0x7f00", 0x7F00, "", ""),
        ("= 3</tmp/a) = 5>", 3, "", ""),
        ("= 3<socket:[12]>", 3, "", ""),
        ("= 0x8002 (flags O_RDWR|O_LARGEFILE)", 0x8002, "", "(flags O_RDWR|O_LARGEFILE)"),
        ("= 0 (Timeout)", 0, "", "(Timeout)"),
        ("= 0 <0.000123>", 0, "", ""),
        ("= -1 ENOENT (No such file or directory)", -1, "ENOENT", "(No such file or directory)"),
        ("= -1 EPERM (Operation not permitted) (INJECTED)", -1, "EPERM", None),
        ("= -1 ERESTARTSYS (Unknown error 512)", -1, "512", "(Unknown error 512)"),
        ("= -1 (errno 530)", -1, "530", ""),
        ("= ? ERESTARTSYS (To be restarted if SA_RESTART is set)", None, "ERESTARTSYS", None),
        ("= ?", None, "", ""),
        ("= ? <unavailable>", None, "", ""),
    ],
)
def test_results(text: str, ret: int | None, error: str, rest: str | None) -> None:
    (call,) = read(f"1 f(0) {text}\n")
    assert isinstance(call, Call)
    assert (call.ret, call.error) == (ret, error)
    assert rest is None or call.rest in (rest, "")


def test_a_string_that_looks_like_a_result() -> None:
    (call,) = read('1 write(1, "f(1) = 3\\n", 9) = 9\n')
    assert isinstance(call, Call)
    assert (call.args, call.ret) == ('1, "f(1) = 3\\n", 9', 9)
    (call,) = read('1 open("x <unfinished ...>", 0) = 3\n')
    assert isinstance(call, Call)
    assert call.ret == 3
    (call,) = read('1 open("<... read resumed>) = 1", 0) = 3\n')
    assert isinstance(call, Call)
    assert (call.name, call.ret) == ("open", 3)


def test_halves_are_put_together() -> None:
    begin, other, call = read(
        "1 1.5 read(3,  <unfinished ...>\n"
        "2 1.6 close(3) = 0\n"
        '1 1.7 <... read resumed>"ab", 100) = 2\n'
    )
    assert begin == Begin(1, "1.5", "read", "3,")
    assert isinstance(other, Call) and other.start == 2
    assert call == Call(1, "1.5", "read", '3,"ab", 100', 2, "", "", 1)


def test_a_call_is_interrupted_twice() -> None:
    events = read(
        '1 execve("a", [] <unfinished ...>\n2 f() = 0\n1 <... execve resumed> <unfinished ...>\n'
        "2 f() = 0\n1 <... execve resumed>) = 0\n"
    )
    last = events[-1]
    assert isinstance(last, Call)
    assert (last.name, last.args, last.start) == ("execve", '"a", []', 1)


def test_a_thread_that_ends_in_a_call() -> None:
    begin, end = read("1 read(0,  <unfinished ...>\n1 +++ killed by SIGKILL +++\n")
    assert isinstance(begin, Begin)
    assert end == End(1, "killed", "SIGKILL")
    (call,) = read("1 read(0,  <unfinished ...>) = ?\n")
    assert isinstance(call, Call) and call.ret is None
    # The number may belong to another thread now.
    (late,) = read("1 <... read resumed>) = 3\n")
    assert isinstance(late, Call) and late.args == "?"


def test_execve_by_another_thread() -> None:
    events = read(
        '8 execve("/bin/true", [] <pid changed to 7 ...>\n'
        "7 +++ superseded by execve in pid 8 +++\n"
        "7 <... execve resumed>) = 0\n"
    )
    assert events[1] == End(7, "superseded", "8")
    assert events[2] == Call(7, "", "execve", '"/bin/true", []', 0, "", "", 1)


def test_other_lines() -> None:
    assert read("1 --- SIGCHLD {si_signo=SIGCHLD} ---\n") == [Signal(1, "SIGCHLD")]
    assert read("[pid 3] --- stopped by SIGTSTP ---\n") == [Signal(3, "SIGTSTP")]
    assert read("1 +++ exited with 3 +++\n") == [End(1, "exited", "3")]
    assert read("+++ killed by SIGSEGV (core dumped) +++\n", 9) == [End(9, "killed", "SIGSEGV")]
    assert read(" > /lib/libc.so.6(read+0x12) [0xf1]\n") == [
        Frame("/lib/libc.so.6(read+0x12) [0xf1]")
    ]
    assert read("[ Process PID=5 runs in 32 bit mode. ]\n") == [Mode(5, "32 bit")]
    assert read("strace: Process 5 attached\n") == [Other("strace: Process 5 attached")]
    assert read("1 close(3) = 0 but cut") == [Other("1 close(3) = 0 but cut")]


def test_a_log_that_names_no_process_has_one_by_default() -> None:
    (call,) = read("close(3) = 0\n", 17)
    assert isinstance(call, Call) and call.pid == 17


def test_ignored_calls_leave_nothing() -> None:
    lines = ["1 f() = 0\n", "1 f( <unfinished ...>\n", "1 <... f resumed>) = 1\n", "1 g() = 0\n"]
    reader = Reader(ignored=frozenset("f"))
    (call,) = reader.read(lines)
    assert isinstance(call, Call) and call.name == "g"
    assert reader.lines == 4
