"""Reports of kernels are found in console logs, whole, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from kapi.vm.splats import KINDS, failures, find_splats

BOOT = """\
SeaBIOS (version 1.16.2-debian-1.16.2-1)
[    0.000000] Linux version 6.12.117-kapi (kapi@kapi) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP
[    0.000000] Command line: console=ttyS0 panic=-1 oops=panic
[    0.043821] APIC: Static calls initialized
[    1.212341] clocksource: timekeeping watchdog on CPU0: Marking clocksource 'tsc' as unstable
[    1.313131] random: crng init done
"""

OOPS = """\
[    2.101010] BUG: kernel NULL pointer dereference, address: 0000000000000000
[    2.101214] #PF: supervisor read access in kernel mode
[    2.101388] #PF: error_code(0x0000) - not-present page
[    2.101560] PGD 0 P4D 0
[    2.101680] Oops: Oops: 0000 [#1] PREEMPT SMP NOPTI
[    2.101843] CPU: 0 UID: 0 PID: 54 Comm: insmod Tainted: G           O       6.12.117-kapi #1
[    2.102320] RIP: 0010:broken_init+0x5/0xff0 [broken]
[    2.103100] Call Trace:
[    2.103211]  <TASK>
[    2.103300]  ? __die+0x1f/0x60
[    2.103455]  do_one_initcall+0x56/0x220
[    2.103700]  </TASK>
[    2.103801] Modules linked in: broken(O+)
[    2.103990] CR2: 0000000000000000
[    2.104120] ---[ end trace 0000000000000000 ]---
"""

PANIC = """\
[    2.104300] Kernel panic - not syncing: Fatal exception
[    2.104500] Kernel Offset: disabled
[    2.104700] ---[ end Kernel panic - not syncing: Fatal exception ]---
"""

BUG_AT = """\
[    3.000001] ------------[ cut here ]------------
[    3.000002] kernel BUG at mm/slub.c:546!
[    3.000003] Oops: invalid opcode: 0000 [#1] SMP
[    3.000004] Call Trace:
[    3.000005]  </TASK>
[    3.000006] ---[ end trace 0000000000000000 ]---
"""

WARNING = """\
[    4.000001] ------------[ cut here ]------------
[    4.000002] WARNING: CPU: 1 PID: 77 at fs/open.c:900 do_sys_openat2+0x40/0xb0
[    4.000003] Call Trace:
[    4.000004]  </TASK>
[    4.000005] ---[ end trace 0000000000000000 ]---
"""

KASAN = """\
[    5.000001] ==================================================================
[    5.000002] BUG: KASAN: slab-out-of-bounds in kapi_test+0x9e/0xb0
[    5.000003] Write of size 1 at addr ffff888003a2d07b by task kunit_try_catch/40
[    5.000004] Call Trace:
[    5.000005]  <TASK>
[    5.000006]  dump_stack_lvl+0x38/0x60
[    5.000007]  </TASK>
"""

LOCKDEP = """\
[    6.000001] ======================================================
[    6.000002] WARNING: possible circular locking dependency detected
[    6.000003] 6.12.117-kapi #1 Not tainted
[    6.000004] sh/60 is trying to acquire lock:
[    6.000005]  </TASK>
"""

STALL = """\
[   60.000001] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [cc1:812]
[   60.000002]  </TASK>
"""

QUIET = """\
[    7.000001] FAULT_INJECTION: forcing a failure.
[    7.000002] Call Trace:
[    7.000003]  <TASK>
[    7.000004]  </TASK>
"""


def kinds(console: str) -> list[str]:
    """The kinds of all reports."""
    return [splat.kind for splat in find_splats(console)]


def test_a_healthy_boot_has_none() -> None:
    assert find_splats(BOOT + QUIET) == ()


def test_an_oops_and_the_panic_that_follows() -> None:
    oops, panic = find_splats(BOOT + OOPS + PANIC + QUIET)
    assert (oops.kind, panic.kind) == ("oops", "panic")
    assert oops.title == "BUG: kernel NULL pointer dereference, address: 0000000000000000"
    assert oops.text == OOPS.rstrip("\n")
    assert panic.title == "Kernel panic - not syncing: Fatal exception"
    assert panic.text == PANIC.rstrip("\n")


def test_a_panic_without_an_end_mark_behind_an_oops_without_one() -> None:
    """The machine is reset before the rest comes out."""
    cut = OOPS[: OOPS.index("[    2.104120]")]
    oops, panic = find_splats(cut + PANIC[:60])
    assert (oops.text, panic.kind) == (cut.rstrip("\n"), "panic")


@pytest.mark.parametrize(
    ("text", "kind", "title"),
    [
        (BUG_AT, "oops", "kernel BUG at mm/slub.c:546!"),
        (
            WARNING,
            "warning",
            "WARNING: CPU: 1 PID: 77 at fs/open.c:900 do_sys_openat2+0x40/0xb0",
        ),
        (KASAN, "sanitizer", "BUG: KASAN: slab-out-of-bounds in kapi_test+0x9e/0xb0"),
        (LOCKDEP, "lockdep", "WARNING: possible circular locking dependency detected"),
        (STALL, "stall", "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [cc1:812]"),
    ],
    ids=str,
)
def test_each_kind(text: str, kind: str, title: str) -> None:
    (splat,) = find_splats(BOOT + text + QUIET)
    assert (splat.kind, splat.title) == (kind, title)
    assert splat.text.splitlines()[-1] == text.splitlines()[-1]
    assert not splat.text.endswith(QUIET.splitlines()[-1])


FIRST_LINES = {
    "BUG: unable to handle page fault for address: ffffffffc0000000": "oops",
    "Oops: general protection fault, probably for non-canonical address": "oops",
    "general protection fault: 0000 [#1] SMP": "oops",
    "Internal error: Oops: 0000000096000004 [#1] PREEMPT SMP": "oops",
    "Unable to handle kernel paging request at virtual address dead000000000100": "oops",
    "BUG: Bad page state in process sh  pfn:03a2d": "oops",
    "Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)": "panic",
    "UBSAN: array-index-out-of-bounds in fs/open.c:10:5": "sanitizer",
    "BUG: KFENCE: use-after-free read in test_read+0x1/0x2": "sanitizer",
    "BUG: KCSAN: data-race in a / b": "sanitizer",
    "BUG: sleeping function called from invalid context at kernel/locking/mutex.c:5": "lockdep",
    "BUG: scheduling while atomic: sh/55/0x00000002": "lockdep",
    "WARNING: possible recursive locking detected": "lockdep",
    "WARNING: inconsistent lock state": "lockdep",
    "WARNING: suspicious RCU usage": "lockdep",
    "WARNING: bad unlock balance detected!": "lockdep",
    "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:": "stall",
    "rcu: INFO: rcu_sched self-detected stall on CPU": "stall",
    "INFO: task sh:60 blocked for more than 120 seconds.": "stall",
    "WARNING: CPU: 0 PID: 1 at init/main.c:1 kernel_init+0x1/0x2": "warning",
    "WARNING: init/main.c:1 at kernel_init+0x1/0x2, CPU#0: swapper/0/1": "warning",
}


@pytest.mark.parametrize(("line", "kind"), FIRST_LINES.items(), ids=str)
@pytest.mark.parametrize(
    "stamp", ["", "[    1.000001] ", "[ 1234.567890][    T1] ", "<4>[    1.000001] "]
)
def test_first_lines_with_every_form_of_stamp(line: str, kind: str, stamp: str) -> None:
    assert kinds(f"{stamp}{line}\n") == [kind]


def test_every_kind_is_tried() -> None:
    assert set(FIRST_LINES.values()) == set(KINDS)


@pytest.mark.parametrize(
    "line",
    [
        "[    1.000001] systemd[1]: WARNING: CPU: 0 is hot",
        "[    1.000001] WARNING: Spectre v2 mitigation leaves CPU vulnerable",
        "[    1.000001] Booting with BUG: in the name",
        "[    1.000001] warning: `x' uses 32-bit capabilities (legacy support in use)",
        "[    1.000001] debugfs: oops: lower case",
    ],
)
def test_lines_that_only_look_like_it(line: str) -> None:
    assert kinds(f"{line}\n") == []


def test_a_stall_is_tolerated_unless_it_is_said_otherwise() -> None:
    splats = find_splats(STALL + WARNING)
    assert [splat.kind for splat in failures(splats)] == ["warning"]
    assert [splat.kind for splat in failures(splats, frozenset())] == ["stall", "warning"]
    assert failures(splats, frozenset(("stall", "warning"))) == ()


def test_a_report_does_not_swallow_the_rest_of_the_log() -> None:
    rest = "".join(f"[    9.{number:06}] line\n" for number in range(500))
    (splat,) = find_splats(OOPS[:70] + "\n" + rest)
    assert len(splat.text.splitlines()) == 120
