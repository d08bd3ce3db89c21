"""Real kernels boot, run a command, and fail in the ways that are promised."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kapi.vm.build import Kernel
from kapi.vm.cache import Cache
from kapi.vm.errors import BootError, GuestTimeoutError
from kapi.vm.guest import GuestResult, Limits, run_guest
from kapi.vm.initrd import Command, Content, GuestFile
from kapi.vm.qemu import Machine
from kapi.vm.stock import StockKernel, read_modules

pytestmark = [
    pytest.mark.guest,
    pytest.mark.kernel,
    # The first test of all builds the kernel.
    pytest.mark.timeout(3600),
    pytest.mark.requires("qemu", "busybox"),
]

SLOW = Limits(boot_s=300, run_s=300)
"""For machines with much else to do."""


class Booter:
    """Boots one kernel."""

    def __init__(self, kernel: Path, cache: Cache) -> None:
        self.kernel = kernel
        self._cache = cache

    def __call__(
        self,
        script: str,
        *,
        machine: Machine | None = None,
        content: Content | None = None,
        bring: tuple[str, ...] = (),
        limits: Limits = SLOW,
        user: str = "root",
        stdin: bytes = b"",
    ) -> GuestResult:
        command = Command(argv=("sh", "-c", script), user=user, stdin=stdin)
        return run_guest(
            machine or Machine(kernel=self.kernel),
            command,
            content=content,
            bring=bring,
            limits=limits,
            cache=self._cache,
        )


@pytest.fixture
def small(small_kernel: Kernel, kernel_cache: Cache) -> Booter:
    return Booter(small_kernel.image, kernel_cache)


@pytest.fixture
def debian(stock: StockKernel, kernel_cache: Cache) -> Booter:
    return Booter(stock.image, kernel_cache)


@pytest.fixture(params=["small", "debian"])
def boot(request: pytest.FixtureRequest) -> Booter:
    """Each kernel in turn."""
    made: Booter = request.getfixturevalue(request.param)
    return made


def test_status_output_and_files(boot: Booter) -> None:
    script = "cat; echo error >&2; mkdir /tmp/out; echo end >/tmp/out/a; seq 50000 >/b; exit 7"
    result = boot(script, stdin=b"in\n\x00\xff\r\n", bring=("/tmp/out", "/b", "/none"))
    assert (result.status, result.stdout, result.stderr) == (7, b"in\n\x00\xff\r\n", b"error\n")
    numbers = "".join(f"{number}\n" for number in range(1, 50001)).encode()
    assert dict(result.files) == {"/tmp/out/a": b"end\n", "/b": numbers}
    assert "Linux version " in result.console
    assert "end" not in result.console.splitlines()
    assert result.splats == ()


def test_a_command_of_a_user(boot: Booter) -> None:
    result = boot("id -u; pwd; ls /proc/self/fd; test -t 1 || echo pipe; touch /x", user="user")
    assert result.stdout == b"1000\n/\n0\n1\n2\n3\npipe\n"
    assert (result.status, result.stderr) == (1, b"touch: /x: Permission denied\n")


def test_a_kernel_that_is_made_to_crash(boot: Booter) -> None:
    with pytest.raises(BootError) as caught:
        boot("echo before; sleep 1; echo c >/proc/sysrq-trigger")
    assert caught.value.splats[0].title.startswith("Kernel panic - not syncing: sysrq triggered")
    assert "sysrq_handle_crash" in caught.value.splats[0].text
    assert caught.value.transcript.stdout == b"before\n"


def test_a_command_that_hangs(small: Booter) -> None:
    with pytest.raises(GuestTimeoutError) as caught:
        small("echo before; sleep 1000", limits=Limits(boot_s=300, run_s=5))
    assert caught.value.phase == "run"
    assert caught.value.transcript.stdout == b"before\n"


def test_a_kernel_without_a_first_program(small: Booter) -> None:
    with pytest.raises(BootError, match="VFS: Unable to mount root fs"):
        small("true", machine=Machine(kernel=small.kernel, append="rdinit=/none"))


def test_a_process_that_is_left_behind_does_not_hold_the_guest(small: Booter) -> None:
    result = small("sleep 1000 & echo done")
    assert (result.status, result.stdout) == (0, b"done\n")


def test_a_signal_is_told_as_a_shell_tells_it(small: Booter) -> None:
    assert small("kill -SEGV $$").status == 128 + 11


def test_a_program_that_is_not_there(small: Booter) -> None:
    result = small("exec no-such-program")
    assert result.status == 127
    assert b"not found" in result.stderr


def test_several_processors(boot: Booter) -> None:
    machine = Machine(kernel=boot.kernel, processors=2, memory_mb=600)
    result = boot("nproc; grep MemTotal /proc/meminfo", machine=machine)
    processors, memory = result.stdout.decode().splitlines()
    assert processors == "2"
    assert int(memory.split()[1]) > 500_000


WANTED = """\
set -e
mount -t ext4 -o loop,usrquota /disk /mnt
test -d /sys/kernel/debug/fail_page_alloc
test -d /sys/kernel/debug/failslab
test -d /sys/kernel/debug/fail_make_request
test -f /proc/self/fail-nth
test -f /sys/kernel/tracing/events/syscalls/sys_enter_openat/id
test -b /dev/ram0
"""


@pytest.mark.requires("mkfs")
def test_what_the_small_kernel_is_made_for(small: Booter, tmp_path: Path) -> None:
    """File systems on a disk and on a loop device, faults on demand, events of system calls."""
    disk = tmp_path / "disk"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", str(disk), "2M"], check=True)
    content = Content(files={"/disk": GuestFile(data=disk)}, folders=("/mnt",))
    machine = Machine(kernel=small.kernel, disks=(disk,))
    script = f"{WANTED}umount /mnt; mount -t ext4 /dev/vda /mnt; echo kept >/mnt/file; umount /mnt"
    result = small(script, machine=machine, content=content)
    assert (result.status, result.stderr) == (0, b"")
    shown = subprocess.run(
        ["debugfs", "-R", "cat file", str(disk)], capture_output=True, check=True
    )
    assert shown.stdout == b"kept\n"


@pytest.mark.requires("mkfs")
def test_modules_of_debians_kernel_are_loaded(
    debian: Booter, stock: StockKernel, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", str(disk), "2M"], check=True)
    modules = tuple(read_modules(stock.modules, ("ext4", "virtio_blk")))
    content = Content(modules=modules, folders=("/mnt",))
    machine = Machine(kernel=debian.kernel, disks=(disk,))
    result = debian(
        "mount /dev/vda /mnt && grep /mnt /proc/mounts", machine=machine, content=content
    )
    assert result.stdout.startswith(b"/dev/vda /mnt ext4 rw")


CAPABILITIES = """\
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <fcntl.h>
#include <signal.h>

#define TRY(call) do { if ((call) < 0) { perror(#call); failed = 1; } } while (0)

int main(void)
{
\tint failed = 0, pair[2];
\tsigset_t set;

\tsigemptyset(&set);
\tTRY(epoll_create1(0));
\tTRY(eventfd(0, 0));
\tTRY(timerfd_create(CLOCK_MONOTONIC, 0));
\tTRY(signalfd(-1, &set, 0));
\tTRY(inotify_init1(0));
\tTRY(fanotify_init(FAN_CLASS_CONTENT, O_RDONLY));
\tTRY(memfd_create("x", 0));
\tTRY(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
\treturn failed;
}
"""


@pytest.mark.requires("gcc")
@pytest.mark.parametrize("bits", ["-m64", "-m32"])
def test_programs_find_the_calls_they_need(small: Booter, tmp_path: Path, bits: str) -> None:
    if bits == "-m32":
        source = 'void _start(void) { __asm__("int $0x80" : : "a"(1), "b"(0)); }\n'
        options = ["-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie"]
    else:
        source, options = CAPABILITIES, []
    (tmp_path / "p.c").write_text(source)
    subprocess.run(["gcc", *options, "p.c", "-o", "p"], cwd=tmp_path, check=True)
    result = small("exec /p", content=Content(programs={"/p": tmp_path / "p"}))
    assert (result.status, result.stderr) == (0, b"")


COUNTER = """\
#include <stdio.h>
#include <x86intrin.h>

int main(void)
{
\tunsigned long long best = -1ULL;

\tfor (int round = 0; round < 50; round++) {
\t\tunsigned long long start = __rdtsc(), took;

\t\tfor (volatile int i = 0; i < 1000; i++)
\t\t\t;
\t\ttook = __rdtsc() - start;
\t\tif (took < best)
\t\t\tbest = took;
\t}
\tprintf("%llu\\n", best);
\treturn 0;
}
"""


@pytest.mark.requires("gcc")
def test_instructions_are_counted_alike_in_every_run(small: Booter, tmp_path: Path) -> None:
    (tmp_path / "c.c").write_text(COUNTER)
    subprocess.run(["gcc", "-O1", "-static", "c.c", "-o", "c"], cwd=tmp_path, check=True)
    machine = Machine(kernel=small.kernel, icount=True)
    content = Content(files={"/c": GuestFile(data=tmp_path / "c", mode=0o755)})
    first, second = (
        small("/c; cat /proc/uptime", machine=machine, content=content) for _ in range(2)
    )
    count = int(first.stdout.split()[0])
    # Four to six instructions for each of the thousand turns of the loop.
    assert 3000 < count < 8000
    assert first.stdout == second.stdout
    assert first.console == second.console
    assert first.accel == "tcg"


SHELL = """\
import sys
from pathlib import Path
from kapi.vm.guest import run_shell
from kapi.vm.qemu import Machine
sys.exit(run_shell(Machine(kernel=Path(sys.argv[1]), accel="tcg")))
"""


def test_a_shell_at_the_console(small: Booter) -> None:
    # What is typed before the guest listens may be lost.
    typed = b"\n" * 64 + b"echo sum $((40 + 2)); exit\n"
    done = subprocess.run(
        [sys.executable, "-c", SHELL, str(small.kernel)],
        input=typed,
        capture_output=True,
        timeout=300,
        check=True,
    )
    assert b"\r\nsum 42\r\n" in done.stdout
