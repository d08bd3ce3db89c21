# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what a spec says of parameters and results with their C types.

In: a subject. Out: ``class-mismatch`` and ``conflict``. A typedef that is unknown here is given the
benefit of the doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from kapi.check.subject import Subject, place_of
from kapi.ctype import CType, read_ctype
from kapi.model.spec import Param, Return

_MEMORY_CLASSES: Final = ("ptr", "user_ptr", "path", "func_ptr", "array", "struct", "union")
_NUMBER_CLASSES: Final = ("int", "uint", "fd", "enum")
_MEMORY_FORMS: Final = ("buffer", "user_string", "user_path", "user_ptr")
_NUMBER_FORMS: Final = ("range", "mask", "enum", "power_of_two")
_SYSCALLS: Final = ("syscall", "compat_syscall")


class _Rule(NamedTuple):
    """What a class of value asks of the C type: a test, and words for it."""

    fits: Callable[[CType], bool]
    wants: str


def _is_user(found: CType) -> bool:
    """Memory of user space: a ``__user`` pointer, or an integer that holds an address."""
    if found.kind in ("pointer", "array"):
        return found.user
    return found.kind == "unknown" or (found.kind == "integer" and found.address)


def _is_path(found: CType) -> bool:
    if found.kind == "pointer":
        return found.user and found.pointee == "char"
    return found.kind == "unknown" or found.address


def _is_object(found: CType, kind: str) -> bool:
    """A struct or union, or a pointer to one, or to a type of unknown nature."""
    if found.kind == "pointer":
        inner = read_ctype(found.pointee).kind
        return inner in (kind, "void", "unknown")
    return found.kind in (kind, "unknown")


_RULES: Final[dict[str, _Rule]] = {
    "int": _Rule(lambda c: c.is_integer and c.signed is not False, "a signed integer"),
    "uint": _Rule(lambda c: c.is_integer and c.signed is not True, "an unsigned integer"),
    "fd": _Rule(lambda c: c.is_integer and not c.narrow, "an integer such as 'int'"),
    "enum": _Rule(lambda c: c.is_integer, "an enum or another integer"),
    "ptr": _Rule(lambda c: c.is_memory or c.address, "a pointer"),
    "user_ptr": _Rule(_is_user, "a '__user' pointer"),
    "path": _Rule(_is_path, "'const char __user *'"),
    "func_ptr": _Rule(
        lambda c: (
            c.kind in ("function", "unknown")
            or (c.kind == "pointer" and read_ctype(c.pointee).kind == "unknown")
        ),
        "a pointer to a function",
    ),
    "array": _Rule(lambda c: c.kind in ("array", "pointer", "unknown"), "an array or a pointer"),
    "struct": _Rule(lambda c: _is_object(c, "struct"), "a struct or a pointer to one"),
    "union": _Rule(lambda c: _is_object(c, "union"), "a union or a pointer to one"),
    "void": _Rule(lambda c: c.kind in ("void", "unknown"), "'void'"),
}


def check_classes(subject: Subject) -> None:
    """Compares every parameter and the result with the code."""
    for param in subject.spec.parameters:
        if param.type:
            _check_param(subject, param, read_ctype(param.type))
    if subject.spec.kind != "shared":
        _check_return(subject)


def _check_param(subject: Subject, param: Param, found: CType) -> None:
    rule = _RULES.get(param.type_class or "")
    if rule and not rule.fits(found):
        message = (
            f"class '{param.type_class}' takes {rule.wants}, but the C type of '{param.name}' is"
            f" '{param.type}'{_better(found)}"
        )
        place = subject.narrow(place_of(param, "type_class"), str(param.type_class))
        subject.report("class-mismatch", place, message)
        return
    _check_flags(subject, param, found)
    _check_memory(subject, param, found)
    _check_size_param(subject, param)
    _check_struct_type(subject, param, found)


def _better(found: CType) -> str:
    """The class that fits, if one surely does."""
    if found.kind == "integer" and found.signed is not None:
        word = "int" if found.signed else "uint"
    elif found.kind == "pointer" and found.user:
        word = "path" if found.constant and found.pointee == "char" else "user_ptr"
    elif found.kind == "function":
        word = "func_ptr"
    elif found.kind == "pointer":
        word = "ptr"
    elif found.kind in ("array", "struct", "union", "enum", "void"):
        word = found.kind
    else:
        return ""
    return f"; write '{word}'"


def _check_flags(subject: Subject, param: Param, found: CType) -> None:
    """Directions and qualifiers that the C type rules out."""
    place = place_of(param, "flags", "type_class")
    leads = _leads_to_memory(param, found)
    if "output" in param.flags and not leads:
        message = f"'{param.name}' is passed by value, so the call cannot write through it"
        subject.report("conflict", place, message)
    elif "output" in param.flags and found.kind == "pointer" and found.constant:
        message = f"'{param.name}' is an output, but the C type is '{param.type}'"
        subject.report("conflict", place, message)
    if "user" in param.flags and found.kind == "pointer" and not found.user:
        message = f"flag 'user', but the C type '{param.type}' of '{param.name}' lacks '__user'"
        subject.report("conflict", place, message)
    if "optional" in param.flags and not leads:
        message = f"flag 'optional' says that '{param.name}' may be NULL, but it is no pointer"
        subject.report("conflict", place, message)


def _leads_to_memory(param: Param, found: CType) -> bool:
    return found.is_memory or param.type_class in _MEMORY_CLASSES


def _check_memory(subject: Subject, param: Param, found: CType) -> None:
    """Rules for memory on numbers, and for numbers on memory."""
    if param.null_ok is not None and not _leads_to_memory(param, found):
        message = f"null-ok, but '{param.name}' is no pointer: its C type is '{param.type}'"
        subject.report("conflict", place_of(param, "null_ok"), message)
    rule = param.constraint
    if rule is None:
        return
    place = place_of(rule, "form")
    if rule.form in _MEMORY_FORMS and not _leads_to_memory(param, found):
        message = f"constraint '{rule.form}' is for pointers, but '{param.name}' is '{param.type}'"
        subject.report("conflict", place, message)
    pointer = found.kind in ("pointer", "array", "function")
    if rule.form in _NUMBER_FORMS and pointer and param.type_class not in _NUMBER_CLASSES:
        message = f"constraint '{rule.form}' is for numbers, but '{param.name}' is '{param.type}'"
        subject.report("conflict", place, message)


def _check_size_param(subject: Subject, param: Param) -> None:
    """The parameter with the byte count is another one, and an integer."""
    sized = param.size_param
    if sized is None:
        return
    place = sized.span or place_of(param, "size_param", "constraint")
    if sized.index == param.index:
        message = f"'{param.name}' gives its own size; name the parameter with the byte count"
        subject.report("conflict", place, message)
        return
    other = subject.spec.parameters[sized.index]
    if other.type and not read_ctype(other.type).is_integer:
        message = f"the size of '{param.name}' is '{other.name}', which is '{other.type}'"
        subject.report("class-mismatch", place, f"{message}, not an integer")


def _check_struct_type(subject: Subject, param: Param, found: CType) -> None:
    """``struct-type`` repeats what the code says; it must say the same."""
    if param.struct_type is None or found.kind != "pointer":
        return
    said = read_ctype(f"{param.struct_type} *").pointee.rstrip("* ")
    known = read_ctype(found.pointee).kind
    if known in ("struct", "union") and said.split()[-1:] != found.pointee.split()[-1:]:
        message = f"struct-type '{param.struct_type}', but the C type is '{param.type}'"
        subject.report("conflict", place_of(param, "struct_type"), message)


def _check_return(subject: Subject) -> None:
    """Class and success of the result; a ``void`` function has none."""
    returns = subject.spec.returns
    if returns is None or returns.span is None or not returns.type:
        return
    found = read_ctype(returns.type)
    if found.kind == "void":
        _check_void(subject, returns)
        return
    rule = _RULES.get(returns.type_class or "")
    is_call = subject.spec.kind in _SYSCALLS
    # Every system call returns long, whatever its value means.
    fits = returns.type_class in ("int", "uint", "fd", "enum", "ptr", "user_ptr")
    if rule and not (fits if is_call else rule.fits(found)):
        message = f"class '{returns.type_class}' takes {rule.wants}, but the call returns"
        better = "" if is_call else _better(found)
        text = f"{message} '{returns.type}'{better}"
        subject.report("class-mismatch", place_of(returns, "type_class"), text)


def _check_void(subject: Subject, returns: Return) -> None:
    """A function without result: nothing can be said of one."""
    if returns.type_class not in (None, "void"):
        message = f"class '{returns.type_class}', but the function returns void"
        subject.report("class-mismatch", place_of(returns, "type_class"), message)
    for name in ("success", "success_range", "error_values"):
        if getattr(returns, name) is not None:
            message = f"{name.replace('_', '-')}, but the function returns void"
            subject.report("class-mismatch", place_of(returns, name), message)
