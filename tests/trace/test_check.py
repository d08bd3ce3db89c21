"""What is found in traces, and what is not."""

from __future__ import annotations

import pytest

from kapi.oracle.kernel import Kernel
from kapi.trace.check import Checker, Setting, unknown_process
from tests.trace.checking import NUMBERS, check, found, specs, terminal

OPEN = '1 openat(-100 /* AT_FDCWD */, "x", 0 /* O_RDONLY */) = 3\n'
BAD = "-1 EBADF (Bad file descriptor)\n"


@pytest.mark.parametrize(
    ("log", "kind"),
    [
        (OPEN + f"1 close(3) = 0\n1 close(3) = {BAD}", "double-close"),
        (OPEN + f"1 close(3) = 0\n1 read(0x3, 0x1000, 0x5) = {BAD}", "use-after-close"),
        (OPEN + f"1 close(3) = 0\n1 fcntl(3, F_SETFD, FD_CLOEXEC) = {BAD}", "use-after-close"),
        (f"1 write(0x9, 0x1000, 0x5) = {BAD}", "never-open"),
        (f"1 close(9) = {BAD}", "never-open"),
        (f"1 read(0xffffffff, 0x1000, 0x5) = {BAD}", "failed-result-used"),
        (OPEN + f"1 write(0x3, 0x1000, 0x5) = {BAD}", "bad-argument"),
        (OPEN + "1 read(0x3, 0x1000, 0) = 0\n", "zero-length"),
        ('1 open("x", 0x40000000) = 3\n', "tolerated-argument"),
        ('1 open("x", O_WRONLY|O_CREAT, 0170644) = 3\n', "tolerated-argument"),
        ('1 openat(-100, "x", O_RDWR|O_PATH) = 3\n', "tolerated-argument"),
        ("1 open(NULL, O_RDONLY) = -1 EFAULT (Bad address)\n", "bad-argument"),
        ("1 open(0x1, O_RDONLY) = -1 EFAULT (Bad address)\n", "bad-argument"),
        ("1 madvise(0x1001, 0x1000, 0x4) = -1 EINVAL (Invalid argument)\n", "bad-argument"),
        ("1 madvise(0x1000, 0x1000, 0x999) = -1 EINVAL (Invalid argument)\n", "bad-argument"),
        (
            "1 eventfd2(0, 0) = 3\n1 read(3, 0x1000, 0x4) = -1 EINVAL (Invalid argument)\n",
            "bad-argument",
        ),
        ("1 close(0) = -1 EINTR (Interrupted system call)\n1 close(0) = 0\n", "close-after-eintr"),
        ("1 read(0, 0x1000, 0x5) = 6\n", "kernel-surprise"),
        ("1 dup2(0, 5) = 6\n", "kernel-surprise"),
        ("1 dup2(0, 5) = -1 EINTR (Interrupted system call)\n", "kernel-surprise"),
        ("1 pipe2([3, 4], 0) = 0\n1 close(3) = -1 EPERM (Not permitted)\n", "kernel-surprise"),
        (f"1 pipe2([3, 4], 0) = 0\n1 close(4) = {BAD}", "kernel-surprise"),
        ("1 close(9) = 0\n", "kernel-surprise"),
        ("1 read(0, 0x1000, 0x5) = -1 ENOTSUPP (Unknown error 524)\n", "kernel-surprise"),
    ],
)
def test_what_is_wrong_is_found(log: str, kind: str) -> None:
    assert [kind for kind, _ in found(log)] == [kind]


@pytest.mark.parametrize(
    "log",
    [
        OPEN + "1 read(3, 0x1000, 0x5) = 5\n1 read(3, 0x1005, 0x5) = 0\n1 close(3) = 0\n",
        OPEN + "1 close(3) = 0\n" + OPEN + "1 close(3) = 0\n",
        # A sweep over all numbers.
        OPEN + "1 close(3) = 0\n" + "".join(f"1 close({n}) = {BAD}" for n in range(3, 20)),
        "".join(f"1 close({n}) = {BAD}" for n in range(20, 3, -1)),
        "".join(f"1 fcntl({n}, F_SETFD, FD_CLOEXEC) = {BAD}" for n in range(3, 9)),
        # Whether it is open may be asked.
        f"1 fcntl(9, F_GETFD) = {BAD}1 fcntl(9, 0x3 /* F_GETFL */) = {BAD}",
        # A restart is no error.
        "1 read(0, 0x1000, 0x5) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n",
        "1 read(0, 0x1000, 0x5) = -1 ERESTARTSYS (Unknown error 512)\n",
        # Calls that nobody knows may open anything.
        f"1 syscall_0x3e7(0x1) = 5\n1 close(7) = {BAD}1 close(5) = 0\n",
        # Somebody else may have set O_NONBLOCK.
        "1 read(0, 0x1000, 0x5) = -1 EAGAIN (Resource temporarily unavailable)\n",
        # Descriptors from a socket.
        (
            "1 socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0\n"
            "1 recvmsg(3, {msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS,"
            " cmsg_data=[9]}], msg_controllen=24, msg_flags=0}, 0) = 1\n1 close(9) = 0\n"
        ),
        (
            "1 recvmsg(0, {msg_control=0x7ffe, msg_controllen=24, msg_flags=0}, 0) = 1\n"
            f"1 close(9) = 0\n1 close(10) = {BAD}"
        ),
        # io_uring works behind the back.
        f"1 io_uring_setup(8, 0x1) = 3\n1 close(0) = {BAD}1 close(77) = 0\n",
        # 32-bit programs have other calls.
        "[ Process PID=1 runs in 32 bit mode. ]\n1 read(0, 0x1000, 0x5) = 6\n",
    ],
)
def test_what_is_right_or_unknown_is_not(log: str) -> None:
    assert found(log) == []


def test_a_filter_may_answer() -> None:
    log = "1 dup2(0, 5) = -1 EPERM (Operation not permitted)\n"
    assert found(log) != []
    assert found("1 seccomp(SECCOMP_SET_MODE_FILTER, 0, 0x1) = 0\n" + log) == []
    assert found("1 prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0x1) = 0\n" + log) == []


def test_children_have_copies() -> None:
    fork = OPEN + "1 fork() = 2\n"
    assert found(fork + "2 close(3) = 0\n1 close(3) = 0\n") == []
    assert found(fork + f"1 close(3) = 0\n1 close(3) = {BAD}2 close(3) = 0\n") == [
        ("double-close", "close(3) = -1 EBADF")
    ]
    clone = "1 clone(child_stack=NULL, flags=0x1200000 /* CLONE_CHILD_CLEARTID */|17) = 2\n"
    assert found(OPEN + clone + "2 close(3) = 0\n1 close(3) = 0\n") == []


def test_threads_share_a_table() -> None:
    thread = OPEN + "1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, exit_signal=0}, 88) = 2\n"
    log = f"2 close(3) = 0\n1 read(3, 0x1, 0x1) = {BAD}"
    assert found(thread + log) == [("use-after-close", "read(3, 1, 1) = -1 EBADF")]


@pytest.mark.parametrize(
    "log",
    [
        # The close of another thread may come before or after.
        f"2 close(3 <unfinished ...>\n1 read(3, 0x1, 0x1) = {BAD}2 <... close resumed>) = 0\n",
        f"1 read(3, 0x1, 0x1 <unfinished ...>\n2 close(3) = 0\n1 <... read resumed>) = {BAD}",
        # 3 was closed and given out again before the first call was seen to return.
        (
            '2 close(3 <unfinished ...>\n1 openat(-100, "y", 0) = 3\n2 <... close resumed>) = 0\n'
            "1 read(3, 0x1, 0x1) = 1\n1 close(3) = 0\n"
        ),
        # Any free number may be what the other thread opens.
        f'2 openat(-100, "y", 0 <unfinished ...>\n1 close(4) = {BAD}2 <... openat resumed>) = 4\n',
        '2 openat(-100, "y", 0 <unfinished ...>\n1 close(4) = 0\n2 <... openat resumed>) = 4\n',
        # A thread that ends in the middle of a call.
        f"2 close(3 <unfinished ...>\n2 +++ killed by SIGKILL +++\n1 close(3) = {BAD}",
    ],
)
def test_threads_that_race_are_left_alone(log: str) -> None:
    thread = OPEN + "1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, exit_signal=0}, 88) = 2\n"
    assert found(thread + log) == []


def test_execve_closes() -> None:
    opened = '1 openat(-100, "x", 0x80000 /* O_CLOEXEC */) = 3\n1 openat(-100, "y", 0) = 4\n'
    log = opened + '1 execve("/bin/next", [], 0x1) = 0\n1 read(4, 0x1, 0x1) = 0\n'
    assert found(log) == []
    (finding,) = check(f"{log}1 read(3, 0x1, 0x1) = {BAD}").sorted()
    assert (finding.kind, finding.program) == ("never-open", "next")


def test_a_child_that_runs_before_its_birth_is_told() -> None:
    log = (
        OPEN + "1 vfork( <unfinished ...>\n2 close(3) = 0\n"
        f"2 close(3) = {BAD}2 +++ exited with 0 +++\n1 <... vfork resumed>) = 2\n1 close(3) = 0\n"
    )
    assert found(log) == [("double-close", "close(3) = -1 EBADF")]


def test_limits_are_followed() -> None:
    lower = "1 prlimit64(0, RLIMIT_NOFILE, {rlim_cur=10, rlim_max=20}, NULL) = 0\n"
    assert found(f"1 dup2(0, 15) = {BAD}") == [("kernel-surprise", "dup2(0, 15) = -1 EBADF")]
    assert [kind for kind, _ in found(f"{lower}1 dup2(0, 15) = {BAD}")] == ["bad-argument"]


def test_a_loop_without_waiting() -> None:
    def log(step: float) -> str:
        line = "1 {:.6f} read(3, 0x1, 0x1) = -1 EAGAIN (Resource temporarily unavailable)\n"
        lines = "".join(line.format(100 + step * count) for count in range(300))
        return f"1 100.000000 pipe2([3, 4], 0x800 /* O_NONBLOCK */) = 0\n{lines}"

    assert [kind for kind, _ in found(log(0.0001))] == ["busy-loop"]
    assert found(log(0.01)) == []


def test_leaks() -> None:
    many = "".join(f'1 openat(-100, "x", 0) = {number}\n' for number in range(3, 13))
    end = "1 exit_group(0) = ?\n1 +++ exited with 0 +++\n"
    assert check(many + end).sorted() == []
    (finding,) = check(many + end, leaks=True).sorted()
    assert (finding.kind, finding.message.split()[0]) == ("leak", "10")
    closed = "".join(f"1 close({number}) = 0\n" for number in range(3, 13))
    assert check(many + closed + end, leaks=True).sorted() == []


def test_what_a_finding_says() -> None:
    (one,) = check((OPEN + f"1 close(3) = 0\n1 close(3) = {BAD}") * 2).sorted()
    assert one.count == 2
    assert one.claim == "sys_close.error.EBADF.not-open"
    assert one.claim_hash and one.says and one.hint
    assert one.notes == ("closed by close(3)",)
    assert (one.program, one.pid, one.place) == ("prog", 1, 4)
    failed = '1 openat(-100 /* AT_FDCWD */, "x", 0) = -1 ENOENT (No such file)\n'
    (one,) = check(failed + f"1 read(0xffffffff, 0x1, 0x1) = {BAD}").sorted()
    assert one.notes == ('before it failed openat(AT_FDCWD, "x", 0) = -1 ENOENT',)


def test_a_log_of_an_unknown_beginning() -> None:
    def kinds(log: str) -> list[str]:
        setting = Setting(Kernel(), unknown_process(), log="x.log")
        checker = Checker(specs(), setting, NUMBERS)
        checker.run(log.splitlines(keepends=True))
        return [one.kind for one in checker.sorted()]

    # What was open before is unknown, and who answered is as well.
    assert kinds(f"close(3) = {BAD}") == []
    assert kinds("close(3) = 0\n" + f"close(3) = {BAD}") == ["double-close"]
    assert kinds("dup2(0, 5) = -1 EINTR (Interrupted system call)\n") == []
    assert kinds('read(0, "abcdef", 5) = 6\n') == []
    assert kinds("1 f() = 0\n1 fork() = 2\n3 close(9) = 0\n") == []


def test_figures() -> None:
    checker = check("1 read(0, 0x1, 0x1) = 1\n1 read(0, 0x1, 0x1) = -1 EXDEV (x)\n")
    tally = checker.tallies["read"]
    assert (tally.calls, tally.errors, tally.undocumented) == (2, {"EXDEV": 1}, {"EXDEV": 1})
    assert checker.lines == 3


def test_the_books_of_a_terminal() -> None:
    assert list(terminal().table.open_numbers()) == [0, 1, 2]
