# SPDX-License-Identifier: GPL-2.0-or-later
"""What can go wrong in the machine room, told apart by whose fault it is.

``BuildError`` and ``ConfigError``: the tree or the configuration asked of it. ``BootError``: the
kernel under test. ``GuestTimeoutError``: something took too long, and nobody can tell what.
``VmError``: this machine; never the kernel under test.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kapi.errors import KapiError

if TYPE_CHECKING:
    from kapi.vm.splats import Splat


def reason_of(error: OSError) -> str:
    """What an error of the system says, lower case and without the path."""
    return (error.strerror or str(error)).lower()


class ActionError(KapiError):
    """Something could not be done on this machine.

    :param action: what was to be done, such as ``run qemu-system-x86_64``.
    :param reason: what is wrong and how to mend it, lower case, without a full stop; or what a
        program said of it.
    """

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(action, reason)
        self.action = action
        self.reason = reason

    def __str__(self) -> str:
        return f"cannot {self.action}: {self.reason}"


class VmError(ActionError):
    """Our side failed: a program is missing, the disk is full, QEMU was killed."""


class Mismatch(NamedTuple):
    """A symbol that did not end up as asked.

    :ivar symbol: with its prefix, ``CONFIG_SMP``.
    :ivar asked: the value as ``.config`` spells it; ``n`` for not set.
    :ivar got: the same, of the final configuration.
    :ivar place: file and line of the tree that define the symbol; empty if none does.
    """

    symbol: str
    asked: str
    got: str
    place: str

    def __str__(self) -> str:
        why = f"see what it depends on, {self.place}" if self.place else "no such symbol"
        return f"{self.symbol}: asked for {self.asked}, got {self.got} ({why})"


class ConfigError(KapiError):
    """A tree cannot be configured as asked.

    :param tree: the kernel tree.
    :param mismatches: all symbols that came out otherwise.
    """

    def __init__(self, tree: Path, mismatches: tuple[Mismatch, ...]) -> None:
        super().__init__(tree, mismatches)
        self.tree = tree
        self.mismatches = mismatches

    def __str__(self) -> str:
        lines = "\n  ".join(str(mismatch) for mismatch in self.mismatches)
        return f"{self.tree}: the configuration did not come out as asked:\n  {lines}"


class BuildError(KapiError):
    """A tree does not build.

    :param tree: the kernel tree.
    :param target: what was to be made.
    :param log: the file with everything that make printed.
    :param excerpt: the lines of it that name errors, or the last ones.
    """

    def __init__(self, tree: Path, target: str, log: Path, excerpt: str) -> None:
        super().__init__(tree, target, log, excerpt)
        self.tree = tree
        self.target = target
        self.log = log
        self.excerpt = excerpt

    def __str__(self) -> str:
        return f"{self.tree}: make {self.target} failed, see {self.log}:\n{self.excerpt}"


class Transcript(NamedTuple):
    """What was heard from a guest, complete or not.

    :ivar console: kernel messages and what else was written to the console.
    :ivar stdout: standard output of the command.
    :ivar stderr: standard error of the command.
    """

    console: str
    stdout: bytes = b""
    stderr: bytes = b""


class BootError(KapiError):
    """The kernel under test failed, before or while the command ran.

    :param reason: one line, lower case unless it quotes the kernel, without a full stop.
    :param splats: what the kernel said of itself; the first is the cause.
    :param transcript: everything until then.
    """

    def __init__(self, reason: str, splats: tuple[Splat, ...], transcript: Transcript) -> None:
        super().__init__(reason, splats, transcript)
        self.reason = reason
        self.splats = splats
        self.transcript = transcript

    def __str__(self) -> str:
        head = f"the kernel under test failed: {self.reason}"
        return f"{head}\n{self.splats[0].text}" if self.splats else head


class GuestTimeoutError(KapiError):
    """A guest took too long and was ended; the kernel said nothing that would explain it.

    :param phase: ``boot`` until the guest was ready, then ``run``.
    :param timeout_s: the limit that was exceeded.
    :param transcript: everything until then.
    """

    def __init__(self, phase: str, timeout_s: float, transcript: Transcript) -> None:
        super().__init__(phase, timeout_s, transcript)
        self.phase = phase
        self.timeout_s = timeout_s
        self.transcript = transcript

    def __str__(self) -> str:
        what = "boot" if self.phase == "boot" else "end its command"
        last = self.transcript.console.rstrip().rpartition("\n")[2]
        return f"the guest did not {what} within {self.timeout_s:g} s; last on its console: {last}"
