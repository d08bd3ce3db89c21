# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges outcomes of calls by the rules of their specs.

In: a spec and a :class:`kapi.oracle.compiled.World` once; then, for each call, arguments, answers
before and after, and the result. Out: a :class:`Verdict`. The real call has always run already; a
judge changes nothing and guesses nothing: what is unknown is no violation.
"""

from __future__ import annotations

from typing import NamedTuple

from kapi.model.spec import Spec
from kapi.oracle.compiled import Answers, World, compile_rules
from kapi.oracle.rules import Rules, build_rules

#: include/linux/err.h: results from -MAX_ERRNO to -1 are errors.
MAX_ERRNO = 4095
#: include/linux/errno.h: 512 and above are for the kernel alone.
FIRST_INTERNAL = 512
#: Of those, what a signal leaves at the end of a call, before it is restarted or becomes EINTR:
#: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK.
RESTARTS = frozenset((512, 513, 514, 516))

#: What each of those who may answer where the list is open can give. File systems and drivers may
#: give anything but what is decided before they are asked; security modules refuse.
_OTHERS: dict[str, frozenset[str]] = {
    "lsm": frozenset(("EACCES", "EPERM", "ENOMEM")),
    "arch": frozenset(("EINVAL", "ENOSYS", "EOPNOTSUPP", "EFAULT")),
}
_BEFORE_FILES = frozenset(("EBADF",))


class Violation(NamedTuple):
    """One rule of the design that is broken, and the claim that says otherwise."""

    rule: int
    claim: str


class Verdict(NamedTuple):
    """What the oracle says of one call.

    :param violations: empty if the call conforms.
    :param undocumented: the errno is not listed although the list is open.
    """

    violations: tuple[Violation, ...] = ()
    undocumented: bool = False

    @property
    def conforms(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


CONFORMS = Verdict()
UNDOCUMENTED = Verdict((), True)


class Judge:
    """Judges calls of one spec on one kernel.

    :param spec: its includes resolved.
    """

    def __init__(self, spec: Spec, world: World, arch: str = "x86") -> None:
        self.rules: Rules = build_rules(spec, arch)
        self._compiled = compile_rules(self.rules, world)
        self._others = self._errnos_of_others(world)
        self._world = world
        self._claims: dict[int, tuple[str, ...]] = {}
        for rule in self.rules.causes:
            for number in _numbers(frozenset(rule.errnos), world):
                self._claims[number] = (*self._claims.get(number, ()), rule.claim)

    def _errnos_of_others(self, world: World) -> tuple[bool, frozenset[int]]:
        """Errnos that somebody else may give: all but some, or only some."""
        scopes = self.rules.scopes
        if not scopes or "fs" in scopes or "driver" in scopes:
            return True, _numbers(_BEFORE_FILES, world)
        names = frozenset().union(*(_OTHERS[scope] for scope in scopes))
        return False, _numbers(names, world)

    def judge(
        self,
        args: tuple[int, ...],
        before: Answers,
        after: Answers,
        ret: int,
        *,
        delivered: bool = True,
        tampered: bool = False,
    ) -> Verdict:
        """Whether the outcome of a call is what the spec allows.

        :param args: as registers hold them.
        :param before, after: answers to questions about the state; missing ones are unknown.
        :param ret: the result; an error is negative.
        :param delivered: whether user space got it; at a hook in the kernel it may still change.
        :param tampered: whether seccomp, a tracer or fault injection may have answered.
        """
        if ret >= 0 or ret < -MAX_ERRNO:
            found = self._compiled.succeeded(args, before, after, ret)
            return self._broken(found) if found else CONFORMS
        return self._judge_error(args, before, after, ret, delivered, tampered)

    def _broken(self, found: tuple[int, ...]) -> Verdict:
        return Verdict(tuple(Violation(*self._compiled.broken[index]) for index in found))

    def _judge_error(
        self,
        args: tuple[int, ...],
        before: Answers,
        after: Answers,
        ret: int,
        delivered: bool,
        tampered: bool,
    ) -> Verdict:
        errno = -ret
        if errno >= FIRST_INTERNAL:
            return self._judge_internal(errno, delivered, tampered)
        compiled = self._compiled
        allowed = compiled.failed.get(errno)
        closed = compiled.closed(args, before, after, ret)
        if allowed is None:
            if tampered:
                return CONFORMS
            if not closed:
                return UNDOCUMENTED
            return Verdict((Violation(2, self.rules.closed_claim),))
        if not allowed(args, before, after, ret):
            if tampered or (not closed and self._may_come_from_others(errno)):
                return CONFORMS
            return Verdict(tuple(Violation(3, claim) for claim in self.claims_of(errno)))
        check = compiled.after_failure.get(errno)
        found = check(args, before, after, ret) if check else ()
        return self._broken(found) if found else CONFORMS

    def _judge_internal(self, errno: int, delivered: bool, tampered: bool) -> Verdict:
        """A code that user space must never see; restarts are seen at hooks."""
        if tampered or (not delivered and errno in RESTARTS and self.rules.restarts):
            return CONFORMS
        return Verdict((Violation(2, self.rules.spec.name),))

    def _may_come_from_others(self, errno: int) -> bool:
        all_but, numbers = self._others
        return (errno in numbers) != all_but

    def claims_of(self, errno: int) -> tuple[str, ...]:
        """The claims that list an errno."""
        return self._claims.get(errno, ())

    def errno(self, name: str) -> int | None:
        """The number of an errno; ``None`` if it is unknown."""
        return self._world.constants(name)

    def truths(
        self, args: tuple[int, ...], before: Answers, after: Answers, ret: int
    ) -> dict[str, bool | None]:
        """The truth of every cause in the state before the call, by claim."""
        return {
            claim: function(args, before, after, ret)
            for claim, function in self._compiled.truths.items()
        }


def _numbers(names: frozenset[str], world: World) -> frozenset[int]:
    found = (world.constants(name) for name in names)
    return frozenset(number for number in found if number is not None)
