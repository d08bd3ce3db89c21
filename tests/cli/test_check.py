"""kapi check, as a user gives it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

LOG = (
    '7 openat(AT_FDCWD, "x", O_RDONLY|0x40000000) = 3\n'
    "7 close(3) = 0\n"
    "7 close(3) = -1 EBADF (Bad file descriptor)\n"
)
RIGHT = '7 openat(AT_FDCWD, "x", O_RDONLY) = 3\n7 close(3) = 0\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "bad.log"
    path.write_text(LOG)
    return path


def test_a_log_with_faults(kapi: Run, log: Path) -> None:
    done = kapi("check", "--log", log.name)
    assert done.returncode == 1 and done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == (
        "kapi: bad.log:3: ?[7]: error: close(3) = -1 EBADF: descriptor 3 is closed [double-close]"
    )
    assert "warning: " in done.stdout and "sys_openat.param.flags.constraint" in done.stdout


def test_a_log_without_faults_is_silent(kapi: Run) -> None:
    done = kapi("check", "--log", "-", input=RIGHT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_levels(kapi: Run, log: Path) -> None:
    assert kapi("check", "--fail-on", "never", "--log", log.name).returncode == 0
    assert kapi("check", "--fail-on", "error", "--log", log.name).returncode == 1
    log.write_text(LOG.splitlines(keepends=True)[0])
    assert kapi("check", "--fail-on", "error", "--log", log.name).returncode == 0


def test_formats(kapi: Run, log: Path) -> None:
    found = json.loads(kapi("check", "-f", "json", "--log", log.name).stdout)
    assert [one["kind"] for one in found["findings"]] == ["double-close", "tolerated-argument"]
    done = kapi("check", "-f", "sarif", "-o", "out.sarif", "--log", log.name)
    assert done.stdout == ""
    document = json.loads((log.parent / "out.sarif").read_text())
    results = document["runs"][0]["results"]
    assert [one["level"] for one in results] == ["error", "warning"]
    assert results[0]["properties"]["claim"] == "sys_close.error.EBADF.not-open"


def test_several_logs_and_a_table(kapi: Run, log: Path) -> None:
    done = kapi("check", "--log", log.name, "--log", "gone.log")
    assert done.returncode == 2 and "gone.log: no such file" in done.stderr
    done = kapi("check", "--summary", "--log", log.name, "--log", log.name)
    assert done.stdout.count("double-close") == 2
    assert "    4       2  close   EBADF 2" in done.stdout


def test_suppressions(kapi: Run, log: Path) -> None:
    known = log.parent / "known.txt"
    known.write_text("* double-close # known\n\n? sys_openat.param.* \n")
    assert kapi("check", "--suppress", "known.txt", "--log", log.name).returncode == 0
    known.write_text("* sys_close.* 0123456789abcdef\n")
    assert kapi("check", "--fail-on", "error", "--suppress", "known.txt", "--log", log.name).stdout
    for text, reason in (("one", "expected"), ("* nonsense", "neither")):
        known.write_text(f"{text}\n")
        done = kapi("check", "--suppress", "known.txt", "--log", log.name)
        assert done.returncode == 2 and "known.txt:1" in done.stderr and reason in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give a program"),
        (("--log", "x", "--", "ls"), "give a program"),
        (("--here", "--", "ls"), "--here is for logs"),
        (("--log", "gone.log"), "gone.log: no such file"),
        (("--suppress", "gone.txt", "--log", "-"), "gone.txt: no such file"),
    ],
)
def test_what_cannot_be(kapi: Run, arguments: tuple[str, ...], message: str) -> None:
    done = kapi("check", *arguments)
    assert done.returncode == 2 and message in done.stderr


@pytest.mark.requires("strace")
def test_a_program_stays_what_it_is(kapi: Run) -> None:
    done = kapi("check", "--", "sh", "-c", "cat; echo out; echo err >&2; exit 7", input="in\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "in\nout\n", "err\n")
    done = kapi("check", "--", "sh", "-c", "kill -USR1 $$")
    assert done.returncode == -signal.SIGUSR1
    done = kapi("check", "--", "no-such-program")
    assert done.returncode == 2 and "strace could not start" in done.stderr


@pytest.mark.requires("strace")
def test_a_program_keeps_its_descriptors(kapi: Run, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("text\n")
    script = f'exec 5<in; exec {sys.executable} -m kapi check -- sh -c "cat <&5; ls /proc/self/fd"'
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stdout.split()[0] == "text"
    assert done.stdout.split()[1:] == ["0", "1", "2", "3", "5"]
    assert done.stderr == ""


@pytest.mark.requires("strace")
def test_a_faulty_program(kapi: Run) -> None:
    program = "import os; os.close(0)\ntry: os.close(0)\nexcept OSError: pass"
    done = kapi("check", "--fail-on", "error", "--", sys.executable, "-c", program)
    assert done.returncode == 1
    assert "close(0) = -1 EBADF: descriptor 0 is closed [double-close]" in done.stderr
    assert kapi("check", "--", sys.executable, "-c", program).returncode == 0


@pytest.mark.requires("strace")
def test_a_running_program(kapi: Run) -> None:
    program = (
        "import os, sys\nfd = os.open('/dev/null', 0)\nsys.stdin.readline()\n"
        "os.close(fd)\ntry: os.close(fd)\nexcept OSError: pass"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, text=True
    ) as watched:
        checker = subprocess.Popen(
            [sys.executable, "-m", "kapi", "check", "-p", str(watched.pid)],
            stderr=subprocess.PIPE,
            text=True,
        )
        status = Path(f"/proc/{watched.pid}/status")
        while "\nTracerPid:\t0\n" in status.read_text():
            assert checker.poll() is None
        assert watched.stdin is not None
        watched.stdin.write("\n")
        watched.stdin.close()
        _, errors = checker.communicate(timeout=60)
    assert "double-close" in errors
    assert (watched.returncode, checker.returncode) == (0, 0)


TWICE = """\
#include <fcntl.h>
#include <unistd.h>

static void close_twice(int fd)
{
	close(fd);
	close(fd);
}

int main(void)
{
	close_twice(open("/", O_RDONLY));
	return 0;
}
"""


@pytest.mark.requires("strace", "gcc")
def test_the_line_of_the_source(kapi: Run, tmp_path: Path) -> None:
    (tmp_path / "twice.c").write_text(TWICE)
    subprocess.run(["gcc", "-g", "-o", "twice", "twice.c"], cwd=tmp_path, check=True)
    done = kapi("check", "--stacks", "--", "./twice")
    assert f"  at close_twice ({tmp_path}/twice.c:7)" in done.stderr
    report = kapi("check", "--stacks", "-f", "sarif", "--", "./twice").stderr
    place = json.loads(report)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == f"file://{tmp_path}/twice.c"
    assert place["region"] == {"startLine": 7}
    assert kapi("check", "--stacks", "--log", "-", input=RIGHT).returncode == 2


FILTER = """\
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (argc < 2 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 99;
	execvp(argv[1], argv + 1);
	return 98;
}
"""


@pytest.mark.requires("strace", "gcc")
def test_a_filter_that_answers_is_no_surprise(tmp_path: Path) -> None:
    (tmp_path / "filter.c").write_text(FILTER)
    program = "#include <unistd.h>\nint main(void) { return dup2(0, 20) != -1; }\n"
    (tmp_path / "dup.c").write_text(program)
    for name in ("filter", "dup"):
        subprocess.run(["gcc", "-w", "-o", name, f"{name}.c"], cwd=tmp_path, check=True)
    check = [sys.executable, "-m", "kapi", "check", "--fail-on", "note", "--"]
    for command in (["./filter", *check, "./dup"], [*check, "./filter", "./dup"]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
