"""How cases look in C."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kapi.model.spec import Spec
from kapi.testgen.case import Arg, Data, Joined, Repeated, Slot
from kapi.testgen.ctest import values
from kapi.testgen.ctest.layout import WIDTH, comment, statement
from kapi.testgen.ctest.program import Body, body_of
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup import descriptors as fds
from kapi.testgen.setup import files, memory, mounts, process
from kapi.testgen.setup.steps import Steps
from tests.testgen.running import case_of

Made = Callable[[Steps], object]


def body(specs: dict[str, Spec], call: str, make: Made, *rest: Arg) -> Body:
    steps = Steps()
    first = make(steps)
    args: tuple[Arg, ...] = (*(() if first is None else (first,)), *rest)
    return body_of(case_of("x", call, steps, *args), specs[f"sys_{call}"], Numbers())


def _catching(steps: Steps) -> None:
    """The first one is ignored in every test."""
    process.count_signal(steps, "SIGPIPE")
    process.count_signal(steps, "SIGALRM", 0)


_READABLE = "&(struct epoll_event){ .events = EPOLLIN }"
_TIMEOUT = (
    "SETUP(setsockopt(socks[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ 0, 10000 },"
    " sizeof(struct timeval)));"
)

SETUPS: dict[str, tuple[Made, list[str]]] = {
    "file": (
        lambda s: files.file(s, b"a", 3, 0o640, owner=65534),
        [
            'make_file("a", 3, 0640);',
            'SETUP(chown("a", NOBODY, NOBODY));',
            'SETUP(chmod("a", 0640));',
        ],
    ),
    "folder": (files.folder, ['SETUP(mkdir("dir", 0755));']),
    "sticky folder": (
        lambda s: files.folder(s, mode=0o1777),
        ['SETUP(mkdir("dir", 0700));', 'SETUP(chmod("dir", 01777));'],
    ),
    "fifo": (files.fifo, ['SETUP(mkfifo("fifo", 0644));']),
    "links": (lambda s: files.chain(s, 41), ['make_links(".", 41);']),
    "node": (
        lambda s: files.node(s, "S_IFBLK", 4000, 300),
        [
            'SETUP(mknod("node", S_IFBLK | 0666, makedev(4000, 300)));',
            'SETUP(chmod("node", 0666));',
        ],
    ),
    "pipe": (
        lambda s: fds.pipe_with_data(s).first,
        ["SETUP(pipe2(pipe_fds, 0));", 'SETUP(write(pipe_fds[1], "0123456789", 10));'],
    ),
    "socket": (
        fds.socket_with_timeout,
        [
            "SETUP(socketpair(AF_UNIX, SOCK_STREAM, 0, socks));",
            _TIMEOUT,
        ],
    ),
    "terminal": (
        lambda s: fds.terminal(s).second,
        [
            'fd = SETUP(open("/dev/ptmx", O_RDWR | O_NOCTTY));',
            "SETUP(ioctl(fd, TIOCSPTLCK, &(int){ 0 }));",
            "SETUP(ioctl(fd, TIOCGPTN, &number));",
            'fd2 = SETUP(open(format("/dev/pts/%ld", (long)number), O_RDWR | O_NOCTTY));',
        ],
    ),
    "limit": (
        lambda s: process.limit(s, "RLIMIT_NOFILE", 50),
        ["set_soft_limit(RLIMIT_NOFILE, 50);"],
    ),
    "hard limit": (
        lambda s: process.hard_limit(s, "RLIMIT_FSIZE", 8192),
        ["SETUP(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 2 * PAGE, 2 * PAGE }));"],
    ),
    "full table": (
        process.fill_table,
        ["unused = unused_fd();", "set_soft_limit(RLIMIT_NOFILE, unused);"],
    ),
    "user": (process.become, ["become_user(NOBODY);"]),
    "signals": (
        _catching,
        ["catch_signal(SIGALRM, 0);"],
    ),
    "set of signals": (
        lambda s: fds.signalfd(s, pending=True),
        [
            "SETUP(sigprocmask(SIG_BLOCK, only_signal(SIGUSR1), NULL));",
            "signal_fd = SETUP(signalfd(-1, only_signal(SIGUSR1), 0));",
            "pid = SETUP(getpid());",
            "SETUP(kill(pid, SIGUSR1));",
        ],
    ),
    "epoll": (
        lambda s: fds.epoll(s, ready=True),
        [
            "epoll_fd = SETUP(epoll_create1(0));",
            "event_fd = SETUP(eventfd(1, 0));",
            f"SETUP(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, event_fd, {_READABLE}));",
        ],
    ),
    "mount": (
        lambda s: mounts.tmpfs(s, flags="MS_NODEV"),
        [
            "own_mounts();",
            'SETUP(mkdir("mnt", 0755));',
            'SETUP(mount("none", "mnt", "tmpfs", MS_NODEV, "mode=1777"));',
        ],
    ),
}


@pytest.mark.parametrize("name", SETUPS)
def test_set_ups(name: str, specs: dict[str, Spec]) -> None:
    make, expected = SETUPS[name]
    found = body(specs, "read", lambda s: made if isinstance(made := make(s), Slot) else 3, 0, 1)
    assert list(found.statements) == expected


def test_arguments_of_the_call(specs: dict[str, Spec]) -> None:
    def shown(call: str, *args: Arg) -> tuple[str, ...]:
        return body(specs, call, lambda _: None, *args).arguments

    assert shown("openat", "AT_FDCWD", b"x", 0o102, 0o644) == (
        *("AT_FDCWD", '"x"', "O_RDWR | O_CREAT", "0644"),
    )
    assert shown("open", 0, 0o20200001, 0) == ("NULL", "O_WRONLY | O_TMPFILE", "0")
    assert shown("open", b"x", "O_RDWR | __O_TMPFILE") == (
        *('"x"', "O_RDWR | (O_TMPFILE & ~O_DIRECTORY)", "0"),
    )
    assert shown("open", b"x", 0x20000000) == ('"x"', "O_RDONLY | 0x20000000", "0")
    assert shown("open", Repeated(b"/", 4096), 0) == ('repeat("/", 4096)', "O_RDONLY", "0")
    assert shown("open", b"x" * 256 + b"/%", 0)[0] == 'format("%s/%%", repeat("x", 256))'
    assert shown("open", Joined((b"/proc/", b"y" * 99)), 0)[0] == (
        'format("/proc/%s", repeat("y", 99))'
    )
    assert shown("madvise", 4096, 1 << 63, 4) == ("(void *)PAGE", "1UL << 63", "MADV_DONTNEED")
    assert shown("madvise", 4096, 4096, 9999)[2] == "9999"
    assert shown("write", 3, Data(b"\x01\xff"), 0x80000000) == (
        *("3", "(unsigned char[]){ 0x01, 0xff }", "1UL << 31"),
    )
    assert shown("write", 0xFFFFFFFF, (1 << 64) - 1, 0x7FFFF000) == (
        *("UINT_MAX", "(void *)-1", "MAX_RW_COUNT"),
    )


def test_addresses(specs: dict[str, Spec]) -> None:
    found = body(specs, "read", lambda _: 3, 0, 1)
    assert found.declarations == ()
    steps = Steps()
    address = memory.before_hole(steps, 8)
    found = body_of(case_of("x", "read", steps, 3, address, 10), specs["sys_read"], Numbers())
    assert found.statements == (
        *("buf = new_pages(2);", "SETUP(munmap(buf + PAGE, PAGE));", "addr = buf + 4088;"),
    )
    assert found.declarations == ("char *buf;", "char *addr;")
    assert found.arguments == ("3", "addr", "10")


def test_a_step_without_c_ends_the_program(specs: dict[str, Spec]) -> None:
    found = body(specs, "close", lambda s: s.add("swap"), 3)
    assert found.statements == ('skip("a step that only the executor of kapi can do: swap");',)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        *((0, "0"), (4095, "4095"), (4096, "PAGE"), (12288, "3 * PAGE"), (-1, "-1")),
        *(((1 << 64) - 1, "ULONG_MAX"), ((1 << 64) - 4096, "-PAGE"), (1 << 40, "1UL << 40")),
        *((0x7FFFFFFF, "INT_MAX"), (2_000_000, "2000000"), (0x1234567, "0x1234567")),
    ],
)
def test_numbers(number: int, text: str) -> None:
    assert values.number(number) == text


def test_strings() -> None:
    assert values.string(b'a"\\\n\x01\xff') == '"a\\"\\\\\\n\\001\\377"'


def test_long_lines_are_broken_behind_commas() -> None:
    long = f'f({", ".join(["argument"] * 20)}, "a, b");'
    lines = statement(long)
    assert all(len(line.expandtabs(8)) <= WIDTH for line in lines)
    assert len(lines) == 3
    assert lines[1].expandtabs(8).startswith(" " * 10 + "argument")
    assert " ".join(line.strip() for line in lines) == long
    assert comment("a", "b")[1:4] == [" * a", " *", " * b"]
