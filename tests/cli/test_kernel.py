"""The commands on kernels, as a user gives them: trees, builds, guests, and what they find."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kapi.vm.build import Kernel
from kapi.vm.stock import StockKernel
from tests.cli.conftest import Run, environment
from tests.cli.test_images import without_places
from tests.kernels import MODULE, arm64_kernel, kapi_kernel, kernel_cache_named, options
from tests.ktree.trees import digests, write_tiny_tree
from tests.vm.conftest import stock

__all__ = ["arm64_kernel", "kapi_kernel", "kernel_cache_named", "stock"]

pytestmark = pytest.mark.timeout(3600)  # the first test of all builds kernels

builds = pytest.mark.kernel
boots = pytest.mark.usefixtures("kernel_cache_named", "kapi_kernel")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree with no more than every place that is looked for."""
    return write_tiny_tree(tmp_path / "linux")


# Into a tree and out of it.


def test_apply_check_and_revert(kapi: Run, tree: Path) -> None:
    before = digests(tree)
    lacks = kapi("kernel", "apply", "--check", tree)
    assert (lacks.returncode, lacks.stderr) == (1, "")
    assert "kernel/api/core.c" in lacks.stdout.splitlines()
    assert digests(tree) == before
    done = kapi("kernel", "apply", tree)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(rf"{tree}: kapi is applied: \d+ new files, \d edited\n", done.stdout)
    assert kapi("kernel", "apply", "--check", tree).returncode == 0
    assert kapi("kernel", "apply", "--inline", "--check", tree).returncode == 1
    done = kapi("kernel", "apply", "--revert", tree)
    assert (done.returncode, done.stderr) == (0, "")
    assert digests(tree) == before


def test_a_tree_that_does_not_fit_is_left_alone(kapi: Run, tree: Path) -> None:
    (tree / "kernel/Makefile").write_text("obj-y = fork.o\n")
    before = digests(tree)
    done = kapi("kernel", "apply", tree)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no line like" in done.stderr
    assert digests(tree) == before


def test_what_was_changed_is_not_thrown_away(kapi: Run, tree: Path) -> None:
    kapi("kernel", "apply", tree)
    with (tree / "kernel/api/core.c").open("a") as file:
        file.write("/* mine */\n")
    for how in (["--revert"], []):
        done = kapi("kernel", "apply", *how, tree)
        assert done.returncode == 2
        assert "kernel/api/core.c" in done.stderr
    assert kapi("kernel", "apply", "--revert", "--force", tree).returncode == 0


@pytest.mark.requires("git")
def test_patches(kapi: Run, tree: Path, tmp_path: Path) -> None:
    author = "Ann Author <ann@example.org>"
    done = kapi("kernel", "format-patch", tree, "-o", "out", "--author", author, "--cover-letter")
    assert (done.returncode, done.stderr) == (0, "")
    names = done.stdout.splitlines()
    assert names == sorted(str(path) for path in tmp_path.glob("out/*"))
    assert names[0].endswith("/0000-cover-letter.patch")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["build", "--config", "none"], "no config fragment 'none'"),
        (["build", "--set", "KASAN"], "'KASAN' is not SYMBOL=VALUE"),
        (["build", "--tree", "none"], "none"),
        (["boot", "--arch", "um", "--", "true"], "only x86_64 kernels can be booted here, not um"),
        (["boot", "--kernel", "none", "--", "true"], "none"),
        (["test", "--plain"], "--plain leaves out what is to be tested"),
        (["test", "--show", "frob"], "no specification 'frob' in the catalogue"),
        (["test", "--only", "um", "--show", "read"], "--show needs the guest"),
    ],
)
def test_what_cannot_be_done(kapi: Run, words: list[str], complaint: str) -> None:
    done = kapi("kernel", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert complaint in done.stderr


# The kernel part, on real kernels.


@builds
@pytest.mark.guest
@pytest.mark.requires("qemu", "busybox")
@boots
def test_the_kernel_part_passes_and_shows_the_same_facts(kapi: Run) -> None:
    done = kapi("kernel", "test", *options(), "--show", "sys_read")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines, _, rest = done.stdout.partition("\n\n")
    counts = {
        title: numbers for title, _, numbers in (one.partition(": ") for one in lines.split("\n"))
    }
    for title in ("KUnit on UML", "KUnit in a guest"):
        passed, failed, skipped = map(int, re.findall(r"\d+", counts.pop(title)))
        assert passed >= 85
        assert (failed, skipped) == (0, 0)
    assert len(counts) == 10
    assert all(numbers.endswith(", 0 differ") for numbers in counts.values())
    debugfs, image = rest.split("$ kapi show --vmlinux ")
    assert debugfs.startswith("$ cat /sys/kernel/debug/kapi/specs/sys_read\nKernel API Spec")
    for text in (debugfs, image):
        assert "read" in text
        assert "EISDIR" in text
    assert rest.endswith("\nsys_read of debugfs and of the image: the same facts\n")


@builds
@boots
def test_images_hold_what_the_catalogue_says(kapi: Run, kapi_kernel: Kernel) -> None:
    expected = without_places(kapi("show", "-f", "json").stdout)
    for path in (kapi_kernel.vmlinux, kapi_kernel.image):
        done = kapi("show", "--vmlinux", path, "-f", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert without_places(done.stdout) == expected
    done = kapi("list", "--vmlinux", kapi_kernel.modules / MODULE)
    assert (done.returncode, done.stdout.split()[0]) == (0, "kapi_test_scale")


@builds
@pytest.mark.requires("aarch64-gcc")
def test_an_image_of_arm64(kapi: Run, arm64_kernel: Kernel) -> None:
    kernel = arm64_kernel
    assert b"CONFIG_ARM64=y" in kernel.config.read_bytes()
    expected = without_places(kapi("show", "-f", "json").stdout)
    # arm64 has no open(2) and no dup2(2), but the code of both.
    for path in (kernel.vmlinux, kernel.image):
        done = kapi("show", "--vmlinux", path, "-f", "json")
        assert (done.returncode, done.stderr) == (0, "")
        assert without_places(done.stdout) == expected
    done = kapi("list", "--vmlinux", kernel.modules / MODULE)
    assert (done.returncode, done.stdout.split()[0]) == (0, "kapi_test_scale")


@builds
@boots
@pytest.mark.requires("gcc")
def test_an_image_without_symbols(kapi: Run, kapi_kernel: Kernel, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run(["strip", "-o", str(bare), str(kapi_kernel.vmlinux)], check=True)
    ours = kapi("show", "--vmlinux", kapi_kernel.vmlinux, "-f", "json")
    assert kapi("show", "--vmlinux", bare, "-f", "json").stdout == ours.stdout


@builds
@pytest.mark.requires("stock-kernel")
def test_an_image_without_specs(kapi: Run, stock: StockKernel) -> None:
    done = kapi("list", "--vmlinux", stock.image)
    assert (done.returncode, done.stdout) == (2, "")
    assert "specifications" in done.stderr


# Guests.


@builds
@pytest.mark.guest
@pytest.mark.requires("qemu", "busybox")
@boots
class TestGuests:
    """Commands that boot the kernel."""

    def test_status_output_and_files(self, kapi: Run, tmp_path: Path) -> None:
        script = "cat /sys/kernel/debug/kapi/list; echo oh >&2; echo x >/tmp/made; exit 7"
        words = ["boot", *options(), "--bring", "/tmp/made", "--", "sh", "-c", script]
        done = kapi("kernel", *words)
        assert (done.returncode, done.stderr) == (7, "oh\n")
        assert "\nsys_read - " in done.stdout
        assert (tmp_path / "made").read_text() == "x\n"

    def test_a_kernel_that_fails(self, kapi: Run) -> None:
        words = ["sh", "-c", "echo c >/proc/sysrq-trigger"]
        done = kapi("kernel", "boot", *options(), "--", *words)
        assert done.returncode == 3
        assert "Kernel panic - not syncing: sysrq triggered crash" in done.stderr
        assert "Call Trace" in done.stderr  # the oops is in the message

    def test_a_machine_that_fails(self, kapi: Run, tmp_path: Path) -> None:
        image = tmp_path / "image"
        image.write_bytes(b"no kernel\n" * 1000)
        done = kapi("kernel", "boot", "--kernel", image, "--", "true")
        assert done.returncode == 2
        assert "cannot run QEMU" in done.stderr

    def test_a_command_that_takes_too_long(self, kapi: Run) -> None:
        done = kapi("kernel", "boot", *options(), "--timeout", "3", "--", "sleep", "1000")
        assert done.returncode in (2, 3)
        assert "3 s" in done.stderr

    def test_instructions_are_time(self, kapi: Run) -> None:
        words = ["boot", *options(), "--icount", "--", "cat", "/proc/uptime"]
        first, second = (kapi("kernel", *words) for _ in range(2))
        assert (first.returncode, first.stderr) == (0, "")
        assert float(first.stdout.split()[0]) > 0
        assert first.stdout == second.stdout

    @pytest.mark.requires("stock-kernel")
    def test_the_kernel_of_the_distribution(self, kapi: Run, stock: StockKernel) -> None:
        done = kapi(
            "kernel", "boot", "--stock", "--user", "nobody", "--", "sh", "-c", "uname -r; id -u"
        )
        assert (done.returncode, done.stdout) == (0, f"{stock.release}\n65534\n")

    def test_a_shell(self, kapi: Run) -> None:
        # What is typed before the guest listens may be lost.
        typed = "\n" * 64 + "wc -l </sys/kernel/debug/kapi/list; exit\n"
        done = kapi("kernel", "shell", *options(), "--accel", "tcg", input=typed)
        assert done.returncode == 0
        assert re.search(r"\n\d+\n", done.stdout)

    def test_a_terminal_shows_progress(self, tmp_path: Path) -> None:
        words = [sys.executable, "-m", "kapi", "kernel", "boot", *options(), "--", "true"]
        master, slave = pty.openpty()
        with subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, cwd=tmp_path, env=environment()
        ) as process:
            os.close(slave)
            shown = b""
            try:
                while data := os.read(master, 4096):
                    shown += data
            except OSError:  # how a terminal says that nobody has it open any more
                pass
        os.close(master)
        assert process.returncode == 0
        assert b"booting " in shown
