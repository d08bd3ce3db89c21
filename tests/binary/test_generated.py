"""What the generator and a compiler make of a spec is what is read: from comment to object file."""

from __future__ import annotations

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
 * @how: \u201eflags\u201d
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
 *
 * param: len
 *   type: uint, input
 *   constraint-type: enum(FROB_FAST, FROB_SAFE)
 *   on-violation: EINVAL
 *
 * return: int
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
 * return: void
 */
void frob_reset(void)
{
}
"""


def build(folder: Path, *flags: str) -> Path:
    """The object file that a kernel build makes of the specs."""
    write_stubs(folder)
    source, constants, data = (folder / name for name in ("frob.c", "const.c", "data.c"))
    source.write_text(SOURCE)
    prose = folder / "data.prose"
    options = [f"-I{folder}/include", f"-I{HEADERS}", "-O1", "-ffreestanding", *flags]

    def compile_c(step: str, path: Path) -> None:
        command = ["gcc", "-nostdinc", *options, step, path, "-o", path.with_suffix(step[1:])]
        subprocess.run([str(one) for one in command], check=True)

    assert main(["constants", str(source), "--output", str(constants)]) == 0
    compile_c("-S", constants)
    assembly = str(constants.with_suffix("S"[:0] + ".S"))
    outputs = ["--output", str(data), "--assembly", assembly, "--prose", str(prose)]
    assert main(["data", str(source), *outputs]) == 0
    compile_c("-c", data)
    return data
