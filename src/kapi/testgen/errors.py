# SPDX-License-Identifier: GPL-2.0-or-later
"""Why cases could not be run; what a kernel answers is never an exception."""

from __future__ import annotations

from kapi.vm.errors import ActionError


class ExecutorError(ActionError):
    """The executor could not be built, or did not do its work."""
