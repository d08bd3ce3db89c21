# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of a file system and a device that a program serves, and of its answers; for guests."""

from __future__ import annotations

from typing import Final

from kapi.testgen.case import Slot, Words
from kapi.testgen.setup.files import folder
from kapi.testgen.setup.mounts import own_mounts
from kapi.testgen.setup.process import count_signal, timer
from kapi.testgen.setup.steps import Steps

FOLDER: Final = b"served"
FILE: Final = FOLDER + b"/file"
_NAME: Final = b"kapi-served"
DEVICE: Final = b"/dev/" + _NAME


def file_system(steps: Steps) -> Slot:
    """A FUSE file system on :data:`FOLDER` with the one file :data:`FILE`; pid of its server."""
    own_mounts(steps)
    folder(steps, FOLDER)
    return steps.make("fuse", FOLDER)


def device(steps: Steps) -> Slot:
    """A character device :data:`DEVICE`; pid of its server."""
    return steps.make("cuse", _NAME)


def fail(arming: Steps, operation: str, errno: str) -> None:
    """From now on an operation fails, until the call has returned.

    :param operation: such as ``FUSE_LOOKUP``.
    """
    arming.add("answer", operation, errno)


def interrupt(steps: Steps, arming: Steps, operation: str) -> None:
    """An operation is not answered before a signal comes, and then with EINTR."""
    count_signal(steps, "SIGALRM")
    arming.add("answer", operation, 0)
    timer(arming, 20, 20)


def end(arming: Steps, server: Slot) -> None:
    """The server ends."""
    arming.do("kill", server, "SIGKILL")
    pause(arming, 50)


def pause(steps: Steps, ms: int) -> None:
    """Wait a little."""
    steps.do("nanosleep", Words((ms // 1000, ms % 1000 * 1_000_000)), 0)
