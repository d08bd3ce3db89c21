# SPDX-License-Identifier: GPL-2.0-or-later
"""What programs do wrong with calls, rule by rule.

In: a call that has returned with what was known before it. Out: :class:`Wrong` values. A rule says
something only if it is certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kapi.trace.books import Description, Slot, Thread
from kapi.trace.judging import Answers, Breach, Registers, Subject
from kapi.trace.lines import Call
from kapi.trace.names import ON_DESCRIPTOR
from kapi.trace.numbers import Numbers
from kapi.trace.tracker import Moment
from kapi.trace.values import number_of, shown_arguments, shown_call, without_numbers

_MINUS_ONE: Final = 0xFFFFFFFF
#: Errnos that say that the caller has passed something wrong, and not that the world is in the way.
CALLERS_FAULT: Final = frozenset(("EBADF", "EFAULT", "EINVAL"))
#: Calls that programs make of all numbers, to close them or to mark them for execve.
SWEEPERS: Final = frozenset(("close", "fcntl", "fcntl64"))
#: So many neighbours one after the other are a sweep over numbers that may be open.
_SWEEP: Final = 4
#: A call that gives EAGAIN so often in a row, once in less than so many seconds, does not wait.
_SPINS: Final = 200
_SPIN_S: Final = 0.002


class Wrong(NamedTuple):
    """Something that is wrong with a call.

    :param kind: a key of :data:`kapi.trace.findings.KINDS`.
    :param claim: id of the claim that says so; empty if none does.
    :param detail: what tells it from others of the same kind, claim and call.
    """

    kind: str
    claim: str
    message: str
    notes: tuple[str, ...] = ()
    detail: str = ""


class Held(NamedTuple):
    """What is wrong with a call, unless it turns out to be part of a sweep.

    :param stack: frames of the call; they come behind it.
    """

    moment: Moment
    wrong: Wrong
    stack: list[str]


def shown(call: Call, args: tuple[str, ...]) -> str:
    """A call as a person writes it."""
    result = "?" if call.ret is None else str(call.ret)
    if call.error:
        result = f"-1 {call.error}" if not call.error.isdigit() else f"-1 (errno {call.error})"
    return f"{call.name}({shown_arguments(args)}) = {result}"


class Rules:
    """The rules, with what they must remember from call to call."""

    def __init__(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._held: dict[int, list[Held]] = {}
        probes = ("F_GETFD", "F_GETFL", "F_DUPFD", "F_DUPFD_CLOEXEC")
        self._setting = numbers.constant("F_SETFD")
        self._probes = frozenset(numbers.constant(name) for name in probes)

    def sweep(self, thread: Thread, call: Call, args: tuple[str, ...]) -> list[Held]:
        """Note whether a call goes on with a run over neighbours; what the end of one shows."""
        last = thread.last
        number = self._swept(call.name, args)
        if number is not None and last.swept and abs(last.swept[-1] - number) == 1:
            last.swept.append(number)
            return []
        found = self.held(thread)
        if number is not None:
            last.swept.append(number)
        return found

    def _swept(self, name: str, args: tuple[str, ...]) -> int | None:
        """The descriptor of a call that programs make of all numbers, open or not."""
        if name != "close" and (name not in ("fcntl", "fcntl64") or len(args) < 2):
            return None
        if name != "close" and number_of(args[1], self._numbers.constant) != self._setting:
            return None
        number = number_of(args[0], self._numbers.constant) if args else None
        return None if number is None else number & _MINUS_ONE

    def held(self, thread: Thread) -> list[Held]:
        """What is wrong with the calls of a run that has ended; nothing if it was a sweep."""
        found = self._held.pop(thread.pid, [])
        swept = len(thread.last.swept)
        thread.last.swept.clear()
        return found if swept < _SWEEP else []

    def failed(self, moment: Moment, subject: Subject | None) -> Wrong | None:
        """What is wrong with a call that failed because its descriptor is not open."""
        thread, call, args, _ = moment
        if call.error != "EBADF" or call.name not in ON_DESCRIPTOR or not args:
            return None
        number = number_of(args[0], self._numbers.constant)
        if number is None or self._is_probe(call, args):
            return None
        number &= _MINUS_ONE
        claim = _not_open(subject)
        if number == _MINUS_ONE:
            return self._minus_one(thread, call, claim)
        slot = thread.table.certain_slot(number, call.start)
        if slot.file is not None and subject is not None:
            return _wrong_mode(call, slot.file, subject)
        if slot.is_open is not False:
            return None
        closing = thread.table.closings.get(number)
        if closing is not None:
            kind = "double-close" if call.name == "close" else "use-after-close"
            return Wrong(
                kind, claim, f"descriptor {number} is closed", (f"closed by {shown_call(closing)}",)
            )
        if call.name == "ioctl":
            return None
        return Wrong("never-open", claim, f"descriptor {number} was never open")

    def may_sweep(self, moment: Moment) -> bool:
        """Whether a call belongs to a run, perhaps of itself alone."""
        return bool(moment.thread.last.swept)

    def hold(self, held: Held) -> None:
        """Keep what is wrong with a call until it is certain that it is no sweep."""
        self._held.setdefault(held.moment.thread.pid, []).append(held)

    def _minus_one(self, thread: Thread, call: Call, claim: str) -> Wrong:
        failed = thread.last.failed
        notes = (f"before it failed {failed}",) if failed else ()
        if call.name == "close":
            return Wrong("close-of-nothing", claim, "-1 is no descriptor", notes)
        return Wrong("failed-result-used", claim, "-1 is no descriptor", notes, failed)

    def _is_probe(self, call: Call, args: tuple[str, ...]) -> bool:
        """Whether a program may ask so in order to learn what is open."""
        if call.name not in ("fcntl", "fcntl64") or len(args) < 2:
            return False
        return number_of(args[1], self._numbers.constant) in self._probes

    def closed(self, moment: Moment) -> Iterator[Wrong]:
        """Patterns of closes, whether they fail or not."""
        thread, call, args, _ = moment
        number = number_of(args[0], self._numbers.constant) if args else None
        last = thread.last
        if number is None:
            return
        number &= _MINUS_ONE
        if last.interrupted == number:
            message = f"close of descriptor {number} was interrupted, and has closed it"
            yield Wrong("close-after-eintr", "sys_close.error.EINTR.flush", message)
        last.interrupted = number if call.error == "EINTR" else -1

    def arguments(
        self,
        moment: Moment,
        subject: Subject,
        registers: Registers,
        before: Answers,
        breaches: tuple[Breach, ...],
    ) -> Iterator[Wrong]:
        """Constraints that are broken, and causes of an error that the caller has brought about."""
        call = moment.call
        refused = False
        for breach in breaches:
            if call.error in breach.outcome:
                # What depends on how the kernel was built may be tried.
                if "config(" not in breach.text:
                    refused = True
                    yield _refused(breach)
            elif not call.error and set(breach.outcome) & {"ignored", "masked"}:
                yield _tolerated(breach, moment, subject)
        if call.error in CALLERS_FAULT and not refused:
            for rule in subject.certain_causes(call, registers, before):
                if ".error." in rule.claim and not rule.claim.endswith(".not-open"):
                    yield Wrong("bad-argument", rule.claim, "the call cannot work so")

    def length(self, moment: Moment, subject: Subject, registers: Registers) -> Iterator[Wrong]:
        """A read or write of no bytes."""
        if moment.call.ret == 0 and len(registers) > 2 and registers[2] == 0:
            claim = f"{subject.spec.name}.return.success"
            yield Wrong("zero-length", claim, "nothing is asked for")

    def spins(self, moment: Moment, subject: Subject | None) -> Iterator[Wrong]:
        """A call that is repeated though it has to wait."""
        thread, call, args, _ = moment
        last = thread.last
        if call.error not in ("EAGAIN", "EWOULDBLOCK") or not call.time:
            last.waited = None
            return
        what = f"{call.name}({args[0] if args else ''}"
        if last.waited is None or last.waited[2] != what:
            last.waited = (1, call.time, what)
            return
        count, began, _ = last.waited
        last.waited = (count + 1, began, what)
        if count + 1 < _SPINS:
            return
        # On the average, as the machine may be busy with something else now and then.
        soon = 0 <= float(call.time) - float(began) < _SPINS * _SPIN_S
        last.waited = (1, call.time, what)
        if soon:
            message = f"EAGAIN {_SPINS} times in a row, and no waiting between"
            claim = "" if subject is None else subject.claim_of("error.EAGAIN", "nonblocking")
            yield Wrong("busy-loop", claim, message, detail=what)


def _not_open(subject: Subject | None) -> str:
    """The claim that a descriptor must be open."""
    if subject is None:
        return ""
    wanted = f"{subject.spec.name}.error.EBADF"
    found = [claim for claim in subject.claims if claim.startswith(wanted)]
    return next(
        (claim for claim in found if claim.endswith(".not-open")), found[0] if found else ""
    )


def _wrong_mode(call: Call, file: Description, subject: Subject) -> Wrong | None:
    """A read from what is not open for reading, or a write likewise."""
    for name, allowed, word in (
        ("read", file.readable, "readable"),
        ("write", file.writable, "writable"),
    ):
        if call.name == name and allowed is False and file.kind != "path":
            claim = subject.claim_of("error.EBADF", f"not-{word}")
            return Wrong(
                "bad-argument",
                claim,
                "not opened for that",
                (f"opened by {shown_call(file.origin)}",),
            )
    return None


def _refused(breach: Breach) -> Wrong:
    return Wrong("bad-argument", breach.claim, f"{breach.param} is not what it must be")


def _tolerated(breach: Breach, moment: Moment, subject: Subject) -> Wrong:
    index = next(one.index for one in subject.spec.parameters if one.name == breach.param)
    text = moment.args[index] if index < len(moment.args) else ""
    how = "cut off" if "masked" in breach.outcome else "ignored"
    message = f"{breach.param} has what is {how}: {without_numbers(text)}"
    return Wrong("tolerated-argument", breach.claim, message, detail=text)


def leaks(thread: Thread) -> Iterator[tuple[str, int]]:
    """Origins of descriptors that are open when the last thread of a table ends, with numbers."""
    found: dict[str, int] = {}
    for number, slot in thread.table.slots.items():
        if _is_own(number, slot):
            origin = shown_call(slot.file.origin) if slot.file is not None else ""
            found[origin] = found.get(origin, 0) + 1
    yield from found.items()


def _is_own(number: int, slot: Slot) -> bool:
    return number > 2 and bool(slot.is_open) and slot.file is not None and bool(slot.file.origin)
