# SPDX-License-Identifier: GPL-2.0-or-later
"""The exceptions of kapi: one root, so that a caller needs one ``except``.

Wrong *input text* is never an exception; it becomes a :class:`kapi.diagnostics.Diagnostic`.
An exception means that a command cannot go on.
"""

from __future__ import annotations


class KapiError(Exception):
    """A command cannot go on; the message names the place and the mend."""


class SourceError(KapiError):
    """A file or folder cannot be read.

    :param path: the path as the user gave it.
    :param reason: what is wrong, lower case, without a full stop.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class CodecError(KapiError):
    """A JSON document is not one of ours.

    :param where: the place inside the document, such as ``specs[3].errors[0].name``.
    :param reason: what was found and what was expected.
    """

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where = where
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class ImageError(KapiError):
    """A kernel image, a module or debugfs cannot be read, or holds no specs.

    :param path: the path as the user gave it.
    :param offset: of the byte that is wrong, from the start of the file or of what was unpacked
        from it; ``None`` if no byte is.
    :param reason: what is wrong, lower case, without a full stop.
    """

    def __init__(self, path: str, offset: int | None, reason: str) -> None:
        super().__init__(path, offset, reason)
        self.path = path
        self.offset = offset
        self.reason = reason

    def __str__(self) -> str:
        where = "" if self.offset is None else f" (at byte {self.offset})"
        return f"{self.path}: {self.reason}{where}"


class UsageError(KapiError):
    """The command line asks for something that does not exist or does not fit."""
