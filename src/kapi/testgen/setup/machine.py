# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes that change the machine, which only guests allow; the executor puts settings back."""

from __future__ import annotations

from typing import Final

from kapi.testgen.setup.steps import Steps

_DEBUGFS: Final = b"/sys/kernel/debug/"
#: Allocations that may wait can fail, too, those of one page and of pages for programs as well; and
#: the kernel says nothing.
_FAULT_SETTINGS: Final = {
    b"failslab/ignore-gfp-wait": b"N",
    b"failslab/verbose": b"0",
    b"fail_page_alloc/ignore-gfp-highmem": b"N",
    b"fail_page_alloc/ignore-gfp-wait": b"N",
    b"fail_page_alloc/min-order": b"0",
    b"fail_page_alloc/verbose": b"0",
}


def sysctl(steps: Steps, name: str, value: int) -> None:
    """Set a sysctl, such as ``fs.file-max``."""
    path = b"/proc/sys/" + name.replace(".", "/").encode()
    steps.add("echo", path, b"%d" % value)


def allow_faults(steps: Steps) -> None:
    """Let ``fault`` reach every allocation; needs CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC."""
    for name, value in _FAULT_SETTINGS.items():
        steps.add("echo", _DEBUGFS + name, value)


def fault(steps: Steps, nth: int) -> None:
    """Make the n-th point of the call fail at which it can; belongs among the arming steps."""
    steps.add("fault", nth)
