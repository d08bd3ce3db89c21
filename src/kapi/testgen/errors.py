# SPDX-License-Identifier: GPL-2.0-or-later
"""Why cases could not be run; what a kernel answers is never an exception."""

from __future__ import annotations

from kapi.errors import KapiError


class ExecutorError(KapiError):
    """The executor could not be built, or did not do its work.

    :param action: what was to be done, such as ``build the executor``.
    :param reason: why that failed, in words or as the compiler said it.
    """

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(action, reason)
        self.action = action
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot {self.action}: {self.reason}"
