"""The executor by itself: the language of cases, how cases end, what is refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kapi.testgen.build import FOLDER, OPTIONS
from kapi.testgen.case import VERBS
from kapi.testgen.numbers import Numbers
from tests.testgen.running import Executor
from tests.tool_checks import require

pytestmark = pytest.mark.requires("gcc", "system-headers")

NUMBERS = Numbers()
GETPID, READ, WRITE, CLOSE = (NUMBERS.call(name) for name in ("getpid", "read", "write", "close"))
OPENAT, EXIT, MADVISE = (NUMBERS.call(name) for name in ("openat", "exit_group", "madvise"))


# How cases end.


def test_a_result(executor: Executor) -> None:
    found = executor.one(f'sys $0 openat -100 "f" 0x42 0600\ncall {CLOSE} $0')
    assert (found["end"], found["phase"], found["ret"]) == ("done", "done", 0)
    assert (found["number"], found["args"]) == (CLOSE, [0, 0, 0, 0, 0, 0])


def test_an_error_is_negative(executor: Executor) -> None:
    assert executor.one(f"call {CLOSE} 77")["ret"] == -9


def test_a_call_that_waits_is_ended(executor: Executor) -> None:
    found = executor.one(f"sys - pipe2 &8 0\ncall {READ} 0 &8 8")
    assert (found["end"], found["phase"], found["state"]) == ("timeout", "call", "S")
    assert "before" in found
    assert "after" not in found


def test_a_case_has_its_own_timeout(executor: Executor) -> None:
    lines = f"timeout 1500\nsys - pipe2 $1 0\nthread write 700 1 &1 1\ncall {READ} 0 &8 8"
    assert executor.one(lines.replace("$1", "&8"))["ret"] == 1
    assert executor.one(lines.replace("$1", "&8").replace("timeout 1500\n", ""))["end"] == "timeout"


def test_a_signal_that_kills(executor: Executor) -> None:
    found = executor.one(f'sys - pipe2 &8 0\nsys - close 0\ncall {WRITE} 1 "x" 1')
    assert (found["end"], found["signal"], found["phase"]) == ("signal", 13, "call")


def test_a_crash_in_the_set_up(executor: Executor) -> None:
    found = executor.one(f"put 0 4 1\ncall {GETPID}")
    assert (found["end"], found["signal"], found["phase"]) == ("signal", 11, "setup")


def test_a_call_that_does_not_return(executor: Executor) -> None:
    found = executor.one(f"call {EXIT} 7")
    assert (found["end"], found["status"], found["phase"]) == ("exit", 7, "call")


def test_a_set_up_that_fails(executor: Executor) -> None:
    found = executor.one(f'let $0 1\nsys - openat -100 "gone" 0\ncall {GETPID}')
    assert (found["end"], found["errno"], found["line"]) == ("setup", 2, 3)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("frob", "no such op"),
        ("sys - frob", "no such set-up call"),
        ("sys $64 getpid", "no such slot"),
        ("sys 1 getpid", "expected a slot such as $1"),
        ("let $0", "a value is missing"),
        ("let $0 1 2", "more words than expected"),
        ("let $0 1x", "something stands behind the value"),
        ("let $0x 1", "something stands behind the slot"),
        ("let $0 x", "expected a number"),
        ("let $0 99999999999999999999", "the number is too large"),
        ('let $0 "x', "the string has no end"),
        (r'let $0 "\q"', "unknown escape"),
        (r'let $0 "\$0"', "expected ';' behind the slot"),
        (r'let $0 "\xg0"', "expected a hexadecimal digit"),
        ("let $0 #0g", "expected a hexadecimal digit"),
        ('let $0 "x"*9999999', "the string is too long"),
        ("let $0 &9999999", "the literals of the case are too long"),
        ("sys - close 1 2 3 4 5 6 7", "a call has six arguments"),
        ("get $0 &8 5", "4 or 8 bytes"),
        ("put &8 5 1", "4 or 8 bytes"),
        ("signal count 99", "no such signal"),
        ("signal hope 1", "expected count, ignore, default or block"),
        ("watch frob 1", "there is nothing such to watch"),
        ("watch fd a6", "no such register"),
        ("watch fd a0:65", "a register has 64 bits"),
        ("watch fd", "a value is missing"),
        ("call 1\ncall 1", "a case has one call"),
        ("let $0 1", "a case needs a call"),
        ("\n".join(["watch fd 1"] * 17), "too much to watch"),
        ("\n".join(["child $0"] * 17), "too many processes"),
    ],
)
def test_a_malformed_case(executor: Executor, line: str, note: str) -> None:
    found = executor.one(line)
    assert (found["end"], found["note"]) == ("malformed", note)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("frob\n", "line 1: expected 'case' and a name"),
        ("end\n", "line 1: no case ends here"),
        ("case a\ncase b\nend\n", "line 2: the case before has no end"),
        ("# words\n\ncase \nend\n", "line 3: no name of a case"),
        ("case a\n", "a: the case has no end"),
    ],
)
def test_a_file_that_is_none_of_cases(executor: Executor, text: str, complaint: str) -> None:
    done = executor.run(text)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"executor: {complaint}\n"


@pytest.mark.parametrize(
    "options", [["--frob"], ["--start"], ["--start", "x"], ["--timeout", "-1"]]
)
def test_options_that_are_none(executor: Executor, options: list[str]) -> None:
    assert executor.run("", *options).returncode == 2


def test_the_run_goes_on_whatever_happens(executor: Executor) -> None:
    text = "".join(
        f"case {name}\n{lines}\nend\n\n"
        for name, lines in {
            "wait": f"sys - pipe2 &8 0\ncall {READ} 0 &8 8",
            "crash": f"put 0 4 1\ncall {GETPID}",
            "exit": f"call {EXIT} 3",
            "wrong": "frob",
            "destroy": f"call {MADVISE} 0 0x7ffffffff000 4",
            "last": f"call {CLOSE} 99",
        }.items()
    )
    found = executor.results(text)
    names = ["wait", "crash", "exit", "wrong", "destroy", "last"]
    assert [line["case"] for line in found] == names
    assert [line["index"] for line in found] == list(range(6))
    ends = [line["end"] for line in found]
    assert ends[:4] == ["timeout", "signal", "exit", "malformed"]
    assert ends[4] != "done"
    assert ends[5] == "done"


def test_a_run_can_begin_in_the_middle(executor: Executor) -> None:
    text = "".join(f"case c{number}\ncall {GETPID}\nend\n" for number in range(5))
    assert [line["case"] for line in executor.results(text, "--start", "3")] == ["c3", "c4"]
    assert executor.results(text, "--start", "5") == []
    found = executor.results(text, "--start", "1", "--count", "2")
    assert [line["index"] for line in found] == [1, 2]


def test_cases_from_a_file(executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text(f"case c\ncall {GETPID}\nend\n")
    assert len(executor.results("", str(path))) == 1
    done = executor.run("", str(tmp_path / "none"))
    assert (done.returncode, "No such file" in done.stderr) == (2, True)


def test_nothing_is_left_behind(executor: Executor) -> None:
    text = (
        f'case a\nsys - mkdirat -100 "d" 0\nsys - symlinkat "/" -100 "d2"\nchild $1\n'
        f'copy "p"\nspawn $2 "p"\ncall {READ} 9\nend\n'
        f"case b\nfork $0\nsys - setsid\nchild $1\nsys - pipe2 &8 0\ncall {READ} 0 &8 8\nend\n"
    )
    ends = [line["end"] for line in executor.results(text)]
    assert ends == ["done", "timeout"]
    assert list(executor.folder.iterdir()) == []
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(executor.folder) not in running.stdout
    assert "--pause" not in running.stdout


# Values.


def test_values(executor: Executor) -> None:
    lines = (
        f"let $0 0x10\nlet $1 $0+4\nlet $2 $1-010\ncall {READ} 99 $0 $1 $2 -1 18446744073709551615"
    )
    args = executor.one(lines)["args"]
    assert args == [99, 16, 20, 12, (1 << 64) - 1, (1 << 64) - 1]


@pytest.mark.parametrize(
    ("literal", "data"),
    [
        ('"text"', b"text\0"),
        ('""', b"\0"),
        (r'"a b\x00\"\\\xff"', b'a b\0"\\\xff\0'),
        ('"ab"*3', b"ababab\0"),
        ('"ab"*0', b"\0"),
        (r'"/\$1;/x"', b"/-5/x\0"),
        ("#00ff10", b"\x00\xff\x10"),
        ("&3", b"\0\0\0"),
    ],
)
def test_literals_in_memory(executor: Executor, literal: str, data: bytes) -> None:
    lines = f"let $1 -5\nlet $0 {literal}\nwatch data a1 {len(data)}\ncall {READ} 99 $0"
    assert executor.one(lines)["before"]["watches"][0]["hash"] == fnv(data)


def fnv(data: bytes) -> str:
    """The hash that the executor uses."""
    found = 0xCBF29CE484222325
    for byte in data:
        found = (found ^ byte) * 0x100000001B3 & (1 << 64) - 1
    return f"{found:016x}"


def test_numbers_in_memory(executor: Executor) -> None:
    lines = (
        f"let $9 &16\nput $9 4 -2\nput $9+8 8 -3\nget $0 $9 4\nget $1 $9+8 8\ncall {READ} 99 $0 $1"
    )
    assert executor.one(lines)["args"][1:3] == [(1 << 64) - 2, (1 << 64) - 3]


def test_a_pattern(executor: Executor) -> None:
    lines = f"let $0 &600\nfill $0 600 5\nwatch data a1 600\ncall {READ} 99 $0"
    data = bytes((5 + i + (i >> 8)) & 255 for i in range(600))
    assert executor.one(lines)["before"]["watches"][0]["hash"] == fnv(data)


# A fresh state.


def test_a_case_has_no_descriptors_and_a_folder_of_its_own(executor: Executor) -> None:
    lines = f'sys $0 openat -100 "." 0\nsys $1 dup $0\nwatch fd a0\ncall {CLOSE} $1 $0'
    found = executor.one(lines)
    assert found["args"][:2] == [1, 0]
    assert found["before"]["watches"][0]["link"] == f"{executor.folder}/case"
    assert found["before"]["process"]["free"] == 2


def test_cases_do_not_see_each_other(executor: Executor) -> None:
    five = (5).to_bytes(8, "little").hex() * 2
    lines = f'sys $0 openat -100 "f" 0xc2 0600\nsys - prlimit64 0 7 #{five} 0'
    text = f"case a\n{lines}\ncall {GETPID}\nend\n"
    found = executor.results(text + text.replace("case a", "case b"))
    assert [line["end"] for line in found] == ["done", "done"]


def test_addresses_are_the_same_in_every_run(executor: Executor) -> None:
    lines = f'sys $0 mmap 0 4096 3 0x22 -1 0\ncall {READ} 99 $0 "x"'
    assert executor.one(lines)["args"] == executor.one(lines)["args"]


# Ops.


def test_try_keeps_the_error(executor: Executor) -> None:
    assert executor.one(f"try $0 close 99\ncall {READ} 99 $0")["args"][1] == (1 << 64) - 9


def test_fork_goes_on_in_a_child(executor: Executor) -> None:
    lines = f"sys $0 getpid\nfork $1\nsys $2 getpid\ncall {READ} 99 $0 $1 $2"
    args = executor.one(lines)["args"]
    assert args[1] == args[2] != args[3]


def test_fork_tells_of_a_signal(executor: Executor) -> None:
    found = executor.one(f'fork $1\nsys - pipe2 &8 0\nsys - close 0\ncall {WRITE} 1 "x" 1')
    assert (found["end"], found["signal"]) == ("signal", 13)


def test_signals_are_counted(executor: Executor) -> None:
    lines = "sys - pipe2 &8 0\nsys - close 0\nsignal count 13\ncall %d 1 $0 1\nsys - kill $1 13"
    found = executor.one(f"sys $1 getpid\n{lines % WRITE}")
    assert (found["ret"], found["signals"]) == (-32, {"13": 1})


@pytest.mark.parametrize(("how", "ret"), [("ignore", -32), ("block", -32), ("default", None)])
def test_signals_can_be_handled_otherwise(executor: Executor, how: str, ret: int | None) -> None:
    lines = f'signal {how} 13\nsys - pipe2 &8 0\nsys - close 0\ncall {WRITE} 1 "x" 1'
    found = executor.one(lines)
    assert (found.get("ret"), found["signals"]) == (ret, {})


def test_a_timer_interrupts(executor: Executor) -> None:
    timer = (0).to_bytes(24, "little") + (50_000).to_bytes(8, "little")
    lines = f"signal count 14 %s\nsys - pipe2 &8 0\ncall {READ} 0 &8 8\n"
    lines += f"sys - setitimer 0 #{timer.hex()}"
    found = executor.one(lines % 0)
    assert (found["ret"], found["signals"]) == (-4, {"14": 1})
    restart = NUMBERS.value("SA_RESTART")
    late = f"sys - pipe2 &8 0\nthread write 150 1 &3 3\ncall {READ}"
    found = executor.one((lines % restart).replace(f"sys - pipe2 &8 0\ncall {READ}", late))
    assert (found["ret"], found["signals"]) == (3, {"14": 1})


def test_a_thread_that_waits_reserves_a_number(executor: Executor) -> None:
    lines = (
        f'sys - mknodat -100 "p" 010600 0\nthread openat 0 -100 "p" 0\nwatch fd a0\ncall {CLOSE} 0'
    )
    found = executor.one(lines)
    assert found["ret"] == -9
    assert found["before"]["watches"][0]["reserved"] == 1
    assert found["before"]["process"]["free"] == 1


def test_a_running_program_is_busy(executor: Executor) -> None:
    found = executor.one(f'copy "p"\nspawn $0 "p"\ncall {OPENAT} -100 "p" 1')
    assert found["ret"] == -26


def test_an_idle_child_holds_no_descriptor(executor: Executor) -> None:
    lines = f'sys - pipe2 &8 0\nchild $0\nsys - close 0\nsignal count 13\ncall {WRITE} 1 "x" 1'
    assert executor.one(lines)["ret"] == -32


def test_a_mapping_by_its_name(executor: Executor) -> None:
    lines = f'find $0 "%s"\nwatch vma a0 4096\ncall {MADVISE} $0 4096 0'
    found = executor.one(lines % "[stack]")
    assert found["before"]["watches"][0]["maps"][0]["name"] == "[stack]"
    found = executor.one(lines % "[frob]")
    assert (found["end"], found["note"]) == ("setup", "no such mapping")


def test_stripes(executor: Executor) -> None:
    lines = "sys $0 mmap 0 40960 3 0x22 -1 0\nstripe $0 10\nwatch memory a0 40960\n"
    lines += f"call {MADVISE} $0 40960 0"
    ranges = executor.one(lines)["before"]["watches"][0]["maps"]
    assert [each["perms"] for each in ranges] == ["rw-p", "---p"] * 5


def test_tampered_is_told(executor: Executor) -> None:
    assert executor.one(f"call {GETPID}")["tampered"] is False
    assert executor.one(f"call {GETPID}\ntampered")["tampered"] is True


@pytest.mark.requires("root")
def test_mounts_are_private(executor: Executor) -> None:
    lines = 'mounts\nsys - mkdirat -100 "m" 0755\nsys - mount "none" "m" "tmpfs" 0 0\n'
    lines += f'watch path a0 a1\ncall {OPENAT} -100 "m" 0'
    found = executor.one(lines)
    assert found["before"]["watches"][0]["fs"] == NUMBERS.value("TMPFS_MAGIC")
    assert str(executor.folder) not in Path("/proc/self/mounts").read_text()


# Refusals.


@pytest.mark.parametrize(
    "line",
    [
        'echo "/proc/sys/fs/file-max" "1"',
        "answer 1 5",
        'cuse - "x"',
        'fuse - "x"',
        'swap "x"',
        "sys - swapoff 0",
        "sys - keyctl 0",
        "sys - clock_settime 0 &16",
        'sys - openat -100 "/etc/passwd" 2',
        'sys - openat -100 "//etc/passwd" 2',
        'sys - openat -100 "/proc/sys/fs/file-max" 1',
        'sys - mkdirat -100 "/tmp/x" 0',
        'sys - unlinkat -100 "/tmp/x" 0',
        'sys - truncate "/etc/passwd" 0',
        'sys - linkat -100 "x" -100 "/tmp/x" 0',
        'sys - symlinkat "x" -100 "/tmp/x"',
        'sys - chroot "/"',
        'sys - chdir "/"\nsys - mkdirat -100 "x" 0',
        "sys - kill 1 9",
        "sys - kill -1 9",
        "sys - ioctl 0 0x40086602 &8",
        'sys - mount "none" "x" "tmpfs" 0 0',
        "call 39\nfault 1",
        f"call {NUMBERS.call('reboot')}",
        f"call {NUMBERS.call('clone')}",
        f"call {NUMBERS.call('kill')} -1 9",
        f"call {NUMBERS.call('sethostname')} &1 1",
        f"call {NUMBERS.call('umount2')} &1 0",
        f'call {OPENAT} -100 "/etc/passwd" 0x201',
    ],
)
def test_what_would_change_the_machine_is_refused(executor: Executor, line: str) -> None:
    found = executor.one(line if "call" in line else f"{line}\ncall {GETPID}")
    assert found["end"] == "refused"


@pytest.mark.requires("root")
@pytest.mark.parametrize("advice", ["MADV_HWPOISON", "MADV_SOFT_OFFLINE"])
def test_frames_are_not_taken_from_the_machine(executor: Executor, advice: str) -> None:
    lines = f"sys $0 mmap 0 4096 3 0x22 -1 0\ncall {MADVISE} $0 4096 {NUMBERS.value(advice)}"
    assert executor.one(lines)["end"] == "refused"


@pytest.mark.requires("root")
def test_a_process_in_a_user_namespace_of_its_own(executor: Executor) -> None:
    lines = 'userns $0\nsys $1 openat -100 "/proc/\\$0;/uid_map" 0\nlet $2 &64'
    found = executor.one(f"{lines}\ncall {NUMBERS.call('read')} $1 $2 64")
    assert found["ret"] == len("         0          0          1\n")


def test_harmless_things_are_not_refused(executor: Executor) -> None:
    for lines in (
        'sys - openat -100 "/dev/null" 2',
        'sys - openat -100 "/proc/self/comm" 1',
        'sys - openat -100 "/etc/passwd" 0',
        f'sys - mkdirat -100 "{executor.folder}/case/x" 0755',
        "sys $0 getpid\nsignal ignore 1\nsys - kill $0 1",
        "child $0\nsys - kill $0 9",
    ):
        found = executor.one(f"{lines}\ncall {GETPID}")
        assert found["end"] == "done", lines
    assert executor.one(f'call {OPENAT} -100 "/proc/none" 0x41')["ret"] == -2


# The program.


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of calls differ")
def test_the_example_of_the_page(executor: Executor) -> None:
    page = Path(__file__).parents[2] / "docs/executor.md"
    example = page.read_text().partition("```text\ncase ")[2].partition("```")[0]
    (found,) = executor.results(f"case {example}")
    assert (found["case"], found["ret"], found["signals"]) == ("broken-pipe", -32, {"13": 1})


def test_the_page_names_every_step_and_every_watch() -> None:
    page = (Path(__file__).parents[2] / "docs/executor.md").read_text()
    for verb in VERBS:
        assert f"| `{verb}" in page, verb
    for kind in ("fd", "path", "string", "memory", "vma", "data", "file"):
        assert f"| `{kind}` |" in page, kind


@pytest.mark.requires("musl-gcc")
def test_it_builds_with_another_c_library(tmp_path: Path) -> None:
    sources = sorted(FOLDER.glob("*.c"))
    subprocess.run(["musl-gcc", *OPTIONS, "-o", tmp_path / "executor", *sources], check=True)
    other = Executor(tmp_path / "executor", tmp_path)
    assert other.one(f"call {CLOSE} 99")["ret"] == -9


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="needs the headers for two word sizes")
def test_it_compiles_for_32_bits(tmp_path: Path) -> None:
    require("gcc")
    include = "/usr/include/x86_64-linux-gnu"  # the same headers serve both
    for source in sorted(FOLDER.glob("*.c")):
        options = [option for option in OPTIONS if option != "-static"]
        command = [
            "gcc",
            "-m32",
            f"-I{include}",
            *options,
            "-c",
            "-o",
            str(tmp_path / "object"),
            str(source),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if "gnu/stubs-32.h" in done.stderr:
            pytest.skip("needs libc6-dev-i386")
        assert (done.returncode, done.stderr) == (0, "")
