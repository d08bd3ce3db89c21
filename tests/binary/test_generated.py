"""What the generator and a compiler make of a spec is what is read: from comment to object file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kapi.binary.image import read_image
from kapi.csource.collect import collect
from kapi.generate.__main__ import main
from kapi.model.codec import normalise
from kapi.model.spec import Constraint, Errno, ErrorSet, Param, Range, Return, SizeParam, Spec
from tests.binary.kernel_headers import HEADERS, write_stubs

SOURCE = """\
#include <linux/frob.h>

/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @how: flags, as \u201etokens\u201d
 * @buf: the setting
 * @len: its size
 *
 * api-version: 2
 * contexts: process, sleepable
 * error-set: closed
 *
 * param: wfd
 *   type: fd, input
 *   constraint-type: range(-1, FROB_MAX)
 *   on-violation: EBADF
 *
 * param: how
 *   type: uint, input
 *   constraint-type: mask(FROB_FAST | FROB_SAFE)
 *   on-violation: ignored
 *
 * param: buf
 *   type: user_ptr, input, user
 *   constraint-type: buffer(len)
 *   size-param: len
 *
 * param: len
 *   type: uint, input
 *   constraint-type: enum(FROB_FAST, FROB_SAFE)
 *   on-violation: EINVAL
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..len
 *
 * error: EFAULT, the setting cannot be read
 *   when: !readable(buf, len)
 */
SYSCALL_DEFINE4(frob, int, wfd, unsigned int, how, const char __user *, buf, size_t, len)
{
}

/**
 * frob_reset - forget a setting
 *
 * api-version: 2
 * api-type: function
 */
void frob_reset(void)
{
}
"""

COMPILERS = {
    "x86_64": ("gcc", "-m64"),
    "i386": ("gcc", "-m32"),
    "arm64": ("aarch64-linux-gnu-gcc",),
}


@pytest.fixture(
    params=[
        pytest.param("x86_64", marks=pytest.mark.requires("gcc")),
        pytest.param("i386", marks=pytest.mark.requires("gcc")),
        pytest.param("arm64", marks=pytest.mark.requires("aarch64-gcc")),
    ]
)
def target(request: pytest.FixtureRequest) -> str:
    """An architecture that can be compiled for here."""
    name: str = request.param
    if name != "arm64" and os.uname().machine != "x86_64":
        pytest.skip("gcc compiles for x86 on x86 alone")
    return name


def build(folder: Path, target: str, *flags: str) -> str:
    """The object file that a kernel build makes of the specs."""
    write_stubs(folder)
    source, constants, data = (folder / name for name in ("frob.c", "const.c", "data.c"))
    assembly, prose, linked = (folder / name for name in ("const.s", "data.prose", "data.o"))
    source.write_text(SOURCE)
    include = [f"-I{folder}/include", f"-I{HEADERS}"]
    gcc = [*COMPILERS[target], "-nostdinc", "-O2", "-ffreestanding", *include, *flags]
    assert main(["constants", str(source), "--output", str(constants)]) == 0
    subprocess.run([*gcc, "-S", constants, "-o", assembly], check=True)
    step = ["data", str(source), "--output", str(data)]
    assert main([*step, "--assembly", str(assembly), "--prose", str(prose)]) == 0
    subprocess.run([*gcc, "-c", data, "-o", linked], check=True)
    return str(linked)


def test_source_and_object_say_the_same(target: str, tmp_path: Path) -> None:
    read = read_image(build(tmp_path, target))
    found = collect([("frob.c", SOURCE.encode())])
    assert (found.diagnostics, read.problems) == ((), ())
    assert read.specs == tuple(normalise(spec) for spec in found.specs)
    assert read.description.startswith(f"ELF for {target} (")


def test_records_alone(target: str, tmp_path: Path) -> None:
    path = build(tmp_path, target)
    prefix = "aarch64-linux-gnu-" if target == "arm64" else ""
    subprocess.run([f"{prefix}objcopy", "--remove-section", ".kapi_prose", path], check=True)
    read = read_image(path)
    assert read.problems == (
        "the texts of 2 specs are missing: only what the kernel checks is there",
    )
    assert read.specs == (FROB, Spec(name="frob_reset", kind="function"))


FROB = Spec(
    name="sys_frob",
    kind="syscall",
    error_set=ErrorSet(kind="closed"),
    parameters=(
        Param(
            index=0,
            name="wfd",
            type_class="fd",
            flags=("input",),
            constraint=Constraint(form="range", lo="-1", hi="4096"),
        ),
        Param(
            index=1,
            name="how",
            type_class="uint",
            flags=("input",),
            constraint=Constraint(form="mask", mask="0x41"),
            on_violation=("ignored",),
        ),
        Param(
            index=2,
            name="buf",
            type_class="user_ptr",
            flags=("input", "user"),
            constraint=Constraint(form="buffer"),
            size_param=SizeParam(index=3, name="len"),
        ),
        Param(
            index=3,
            name="len",
            type_class="uint",
            flags=("input",),
            constraint=Constraint(form="enum", values=("1", "64")),
        ),
    ),
    returns=Return(type_class="int", check_type="range", success_range=Range(lo="0", hi="len")),
    errors=(Errno(name="EBADF"), Errno(name="EFAULT"), Errno(name="EINVAL")),
)
