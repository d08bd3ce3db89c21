# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes statements of one case: names of variables, arguments, set-up calls.

In: slots and arguments of a case. Out: C expressions; statements are collected. What a set-up call
gives is checked by ``SETUP()``, which each format defines.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kapi.testgen.case import (
    Arg,
    Data,
    Joined,
    Op,
    Repeated,
    Room,
    Slot,
    Words,
)
from kapi.testgen.ctest import structs, values
from kapi.testgen.ctest.calls import AT_CALLS, CALLS, Call
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup.steps import AT_FDCWD


@dataclass(slots=True)
class Variable:
    """A variable for a slot.

    :ivar text: how it is read.
    :ivar type: its C type; ``array`` for bytes, ``pair`` for two descriptors, ``number`` for one
        whose address calls get.
    """

    text: str
    type: str


@dataclass(slots=True)
class Writer:
    """Writes one case.

    :ivar used: slots that are read somewhere.
    :ivar read: slots that were read while writing.
    """

    numbers: Numbers
    used: frozenset[int]
    read: set[int] = field(default_factory=set)
    helpers: set[str] = field(default_factory=set)
    variables: dict[int, Variable] = field(default_factory=dict)
    _declared: dict[str, str] = field(default_factory=dict)
    _lines: list[str] = field(default_factory=list)

    @property
    def declarations(self) -> tuple[str, ...]:
        """Declarations of all variables."""
        return tuple(f"{line};" for line in self._declared.values())

    def take_lines(self) -> tuple[str, ...]:
        """The statements since it was asked last."""
        lines, self._lines = tuple(self._lines), []
        return lines

    # What idioms and steps need.

    def helper(self, name: str) -> str:
        """Take note that a helper is needed; its name."""
        self.helpers.add(name)
        return name

    def line(self, text: str) -> None:
        """A statement."""
        self._lines.append(text)

    def declare(self, name: str, type: str, text: str = "{0}") -> str:
        """A new variable, its name made unique.

        :param text: the declaration behind the type, with the name as ``{0}``.
        """
        unique, count = name, 1
        while unique in self._declared:
            count += 1
            unique = f"{name}{count}"
        space = "" if type.endswith("*") else " "
        self._declared[unique] = f"{type}{space}{text.format(unique)}"
        return unique

    def assign(self, target: Slot | None, name: str, type: str, value: str) -> None:
        """A value for a slot; only the value if nobody reads the slot."""
        if target is None or target.number not in self.used:
            self.line(f"{value};")
            return
        variable = self.declare(name, type)
        self.variables[target.number] = Variable(variable, type)
        self.line(f"{variable} = {value};")

    def slot(self, slot: Slot) -> str:
        """What a slot holds."""
        self.read.add(slot.number)
        found = self.variables.get(slot.number)
        if found is None:
            return "0"
        if not slot.offset:
            return found.text
        sign = "+" if slot.offset > 0 else "-"
        size = values.number(abs(slot.offset))
        return f"{found.text} {sign} {f'({size})' if '<' in size else size}"

    def is_pointer(self, slot: Slot) -> bool:
        """Whether a slot holds an address in a pointer."""
        found = self.variables.get(slot.number)
        return found is not None and ("*" in found.type or found.type in ("array", "pair"))

    # Arguments.

    def argument(self, arg: Arg, kind: str) -> str:
        """An argument of a set-up call."""
        text = self._argument(arg, kind)
        is_address = kind == "sockaddr_un" and not text.startswith("(struct sockaddr *)")
        return f"(struct sockaddr *){text}" if is_address else text

    def _argument(self, arg: Arg, kind: str) -> str:
        if isinstance(arg, Slot):
            return self._slot_argument(arg, kind)
        made = structs.literal(kind, arg, self.numbers)
        if made is not None:
            if made.startswith("only_signal("):
                self.helper("only_signal")
            return made
        if isinstance(arg, int):
            return self._number(arg, kind)
        if isinstance(arg, str):
            return values.constants(arg, is_mode=kind == "mode" or "S_IF" in arg)
        return self.memory(arg)

    def _slot_argument(self, arg: Slot, kind: str) -> str:
        text = self.slot(arg)
        found = self.variables.get(arg.number)
        if found is not None and found.type == "number":
            return f"&{text}"
        wants_pointer = kind in ("pointer", "text") or kind in _STRUCTS
        if wants_pointer and not self.is_pointer(arg):
            return f"(void *)({text})" if " " in text else f"(void *){text}"
        return text

    def _number(self, arg: int, kind: str) -> str:
        if kind in ("pointer", "text") or kind in _STRUCTS:
            return values.pointer(arg)
        if kind == "mode":
            return values.mode(arg)
        if kind == "device":
            major, minor = arg >> 8 & 0xFFF, arg & 0xFF | arg >> 12 & ~0xFF
            return f"makedev({major}, {minor})" if arg else "0"
        return values.number(arg)

    def memory(self, arg: bytes | Repeated | Joined | Data | Words | Room) -> str:
        """The address of a literal."""
        if isinstance(arg, bytes):
            return values.text(arg, self.helper)
        if isinstance(arg, Repeated):
            return values.repeated(arg, self.helper)
        if isinstance(arg, Joined):
            return self._joined(arg)
        if isinstance(arg, Room):
            if arg.size == 4:
                return "&(int){ 0 }"
            return f"(char [{values.number(arg.size)}]){{ 0 }}"
        if isinstance(arg, Words):
            return f"(long[]){{ {', '.join(values.number(value) for value in arg.values)} }}"
        return values.byte_array(arg.data)

    def _joined(self, arg: Joined) -> str:
        text, pieces = "", []
        for part in arg.parts:
            if isinstance(part, Slot):
                text += "%ld"
                pieces.append(f"(long){self.slot(part)}")
                continue
            piece = values.text(part, self.helper)
            if piece.startswith('"'):
                text += piece[1:-1].replace("%", "%%")
            else:
                text += "%s"
                pieces.append(piece)
        return f'{self.helper("format")}("{text}", {", ".join(pieces)})'

    # Calls.

    def call(self, op: Op) -> str:
        """A call of the set-up as an expression, without a check of its result."""
        form = CALLS.get(op.word, Call("", ("raw",) * len(op.args)))
        kinds = [*form.kinds, *("number",) * (len(op.args) - len(form.kinds))]
        args = list(zip(op.args, kinds, strict=False))
        if op.word == "openat" and not _makes(op.args[2]):
            args = args[:3]
        if op.word == "fcntl" and op.args[2:] == (0,):
            args = args[:2]
        function = form.function
        if op.word in AT_CALLS:
            short, places = AT_CALLS[op.word]
            if all(op.args[place] == AT_FDCWD for place in places):
                function = short
                args = [one for place, one in enumerate(args) if place not in places]
                if short in ("link", "chown", "unlink"):
                    args = args[: {"link": 2, "chown": 3, "unlink": 1}[short]]
                if op.word == "unlinkat" and op.args[2] == "AT_REMOVEDIR":
                    function = "rmdir"
        elif op.word == "fchmodat":
            args.append((0, "number"))
        words = []
        for number, (arg, kind) in enumerate(args):
            before = args[number - 1] if number else (0, "")
            size = structs.size_of(before[1], before[0], self.numbers) if kind == "size" else None
            if kind != "skip":
                words.append(size or self.argument(arg, kind))
        if not function:
            return f"syscall({', '.join((f'__NR_{op.word}', *words))})"
        return f"{function}({', '.join(words)})"


_STRUCTS = frozenset(
    ("itimerval", "itimerspec", "timespec", "timeval", "sigset", "epoll_event", "sockaddr_un")
) | {"rlimit"}


def _makes(flags: Arg) -> bool:
    """Whether a file may be made, so that permission bits matter."""
    return not isinstance(flags, str) or "O_CREAT" in flags or "O_TMPFILE" in flags
