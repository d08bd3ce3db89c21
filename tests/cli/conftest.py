"""The program as a user runs it, and small C files with specs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

GOOD = """\
/* Not a spec: \t kept as it is. */

/**
 * sys_frob - tune a widget
 * @wfd: descriptor of the widget
 * @mode: what to do
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Tunes the widget behind a descriptor.
 * contexts: process, sleepable
 * error-set: closed
 * include: widget_lookup(wfd)
 *
 * param: wfd
 *   type: fd, input
 * param: mode
 *   type: uint, input
 *   constraint-type: mask(O_DIRECT | O_SYNC)
 *   on-violation: EDOM
 *   require(one): mode > 0 -> ERANGE
 *
 * return:
 *   type: int
 *   check-type: exact
 *   success: == 0
 *
 * error: EWOULDBLOCK, busy
 *   condition: the widget is busy
 *
 * signal: SIGHUP
 *   errno: -EINTR
 *
 * side-effect: hardware
 *   target: the widget
 *
 * examples: frob(3, O_NOATIME);
 */
SYSCALL_DEFINE2(frob, unsigned int, wfd, unsigned int, mode);

/**
 * widget_lookup - find a widget
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * error-set: closed
 *
 * error: EBADF, not open
 *   condition: @fd is not open
 *   when: !fd_open(fd)
 *
 * capability: CAP_SYS_ADMIN
 */
void widget_lookup(int fd);

/**
 * frob_all - tune all widgets
 *
 * api-version: 2
 * api-type: function
 * long-desc: See O_TRUNC.
 * contexts: process
 */
int frob_all(void);
"""

BAD = """\
/**
 * sys_bad - has faults
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: fd
 *   type: fd, input
 *   reversable: yes
 *
 * error: EINVALID, x
 */
SYSCALL_DEFINE1(bad, int, fd);
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**changes: str | None) -> dict[str, str]:
    """The environment of a run: ours, without what decides about colours and widths."""
    dropped = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    known = {name: value for name, value in os.environ.items() if name not in dropped}
    known |= {"TERM": "xterm", "LC_ALL": "C.UTF-8"}
    for name, value in changes.items():
        known.pop(name, None)
        if value is not None:
            known[name] = value
    return known


@pytest.fixture
def kapi(tmp_path: Path) -> Run:
    """Runs the program in ``tmp_path``."""

    def run(
        *arguments: str | Path | bytes, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[str]:
        streams = {"stdin": subprocess.DEVNULL} if "input" not in options else {}
        if not {"stdout", "stderr"} & options.keys():
            streams["capture_output"] = True
        return subprocess.run(
            [sys.executable, "-m", "kapi", *arguments],
            cwd=tmp_path,
            env=environment() | dict(env or {}),
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            **(streams | options),
        )

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A file with a call, a function and a shared spec, without faults."""
    path = tmp_path / "good.c"
    path.write_text(GOOD)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    """A file with a spec that has two faults: one in reading, one in checking."""
    path = tmp_path / "bad.c"
    path.write_text(BAD)
    return path
