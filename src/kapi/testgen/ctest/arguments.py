# SPDX-License-Identifier: GPL-2.0-or-later
"""The call under test in C: its wrapper, and its arguments with the names that the spec uses.

In: a spec and arguments. Out: expressions; numbers become flags, permission bits or constants where
the spec says that the parameter has such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kapi.expr.typed import walk
from kapi.model.spec import Param, Spec
from kapi.oracle.rules import build_rules
from kapi.testgen.case import Arg, Slot
from kapi.testgen.ctest import values
from kapi.testgen.ctest.calls import NOT_EVERYWHERE
from kapi.testgen.numbers import Numbers
from kapi.testgen.setup.steps import AT_FDCWD

if TYPE_CHECKING:
    from kapi.testgen.ctest.writer import Writer

#: C libraries give these another number, or they are names for a part of another flag.
_MISLEADING = frozenset(("O_LARGEFILE", "O_NDELAY", "O_FSYNC", "O_RSYNC", "O_ASYNC"))


@dataclass(frozen=True, slots=True)
class Rendering:
    """How arguments of one call look."""

    spec: Spec
    numbers: Numbers

    def arguments(self, args: Sequence[Arg], writer: Writer) -> tuple[str, ...]:
        """All arguments; those that are not given are zero."""
        padded = [*args, *(0,) * (len(self.spec.parameters) - len(args))]
        return tuple(
            self._argument(arg, param, writer)
            for arg, param in zip(padded, self.spec.parameters, strict=True)
        )

    def _argument(self, arg: Arg, param: Param, writer: Writer) -> str:
        is_pointer = _is_pointer(param)
        if isinstance(arg, int):
            return self._number(arg, param, is_pointer)
        if isinstance(arg, str):
            return values.constants(arg, self._is_mode(param))
        text = writer.argument(arg, "pointer" if is_pointer else "number")
        if isinstance(arg, Slot) and not is_pointer and writer.is_pointer(arg):
            return f"(long)({text})"
        return text

    def _is_mode(self, param: Param) -> bool:
        return "mode" in (param.type or "")

    def _number(self, arg: int, param: Param, is_pointer: bool) -> str:
        if is_pointer:
            return values.pointer(arg)
        if self._is_mode(param):
            return values.mode(arg)
        rule = param.constraint
        if rule is not None and rule.form == "enum":
            for name in rule.values:
                if self.numbers.constant(name) == arg:
                    return name
        if rule is not None and rule.form == "mask" and 0 <= arg < 1 << 32:
            known = self._flags(param)
            return values.flags(arg, known, "O_RDONLY" if ("O_WRONLY", 1) in known else "")
        if param.type_class == "fd" and arg == self.numbers.value(AT_FDCWD) & 0xFFFFFFFF:
            return AT_FDCWD
        return values.number(arg)

    def _flags(self, param: Param) -> tuple[tuple[str, int], ...]:
        """Names and values that may stand in a parameter: what the spec names, and their kin."""
        named = dict.fromkeys(self._names(param))
        kin = {name.split("_")[0] + "_" for name in named if not name.startswith("_")}
        for start in sorted(kin):
            named |= dict.fromkeys(self.numbers.table.constants_with(start))
        found: dict[str, int] = {}
        for name in named:
            value = self.numbers.constant(name)
            is_mask = name.startswith("VALID_") or name in _MISLEADING
            if value and not is_mask and value not in found.values() and value < 1 << 32:
                found[name] = value
        return tuple(found.items())

    def _names(self, param: Param) -> Iterator[str]:
        for cause in build_rules(self.spec, self.numbers.arch_folder).causes:
            for node in walk(cause.when) if cause.when is not None else ():
                if node.op in ("&", "==", "in") and any(
                    one.op == "param" and one.value == param.name for one in walk(node)
                ):
                    yield from (str(one.value) for one in walk(node) if one.op == "constant")


def wrapper(spec: Spec) -> list[str]:
    """A C function that makes the call, and gives a negative errno for an error."""
    call = spec.name.removeprefix("sys_")
    names = [_safe(param.name) for param in spec.parameters]
    typed = ", ".join(
        f"const void *{name}" if _is_pointer(param) else f"long {name}"
        for name, param in zip(names, spec.parameters, strict=True)
    )
    made = f"syscall({', '.join((f'__NR_{call}', *names))})"
    lines = [
        "/* The call itself, whatever a C library makes of it: its result, or a negative errno. */",
        f"static long {spec.name}({typed or 'void'})",
        "{",
    ]
    if call in NOT_EVERYWHERE:
        lines += ["\tlong ret;", "", f"\tif (__NR_{call} < 0)"]
        lines += [f'\t\tskip("this architecture has no {call}");', f"\tret = {made};"]
    else:
        lines += [f"\tlong ret = {made};", ""]
    return [*lines, "\treturn ret == -1 ? -errno : ret;", "}"]


def _is_pointer(param: Param) -> bool:
    """Whether a parameter is an address, which some calls take as an integer."""
    if param.constraint is not None and param.constraint.form == "page_aligned":
        return True
    return "*" in (param.type or "") or param.type_class in ("user_ptr", "ptr")


def _safe(name: str) -> str:
    return f"{name}_" if name in ("int", "long", "default", "new") else name
