# SPDX-License-Identifier: GPL-2.0-or-later
"""The catalogue of specifications that comes with kapi, and specs by the names people use.

In: names. Out: specs, includes resolved. Paths in it are relative to the catalogue, which mirrors
the folders of the kernel: ``fs/open.c``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from kapi.csource.collect import Collection, collect
from kapi.csource.comments import DocComment
from kapi.csource.specs import Found, read_spec
from kapi.errors import SourceError, UsageError
from kapi.lang.includes import resolve
from kapi.model.spec import Spec
from kapi.source import SourceFile

RELEASE: Final = "Linux 6.12"
"""The kernel that the catalogue describes."""

PREFIXES: Final = ("", "sys_", "compat_sys_")
"""What may stand in front of a name that people use to give the name of a spec."""

# No pathlib: importing it takes a tenth of the time that `kapi show` may take.
_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def folder() -> str:
    """Where the catalogue is: inside the package, or beside it in a checkout."""
    installed = os.path.join(_PACKAGE, "specs")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(_PACKAGE)), "specs")


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    """Path below the catalogue and bytes of every file.

    :raises SourceError: if there is none, as in a broken installation.
    """
    top = folder()
    found = sorted(
        os.path.join(parent, name)
        for parent, _, names in os.walk(top)
        for name in names
        if name.endswith(".c")
    )
    if not found:
        raise SourceError(top, "the catalogue is missing; install kapi again")
    return tuple((os.path.relpath(path, top), _read(path)) for path in found)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise SourceError(path, str(error.strerror).lower()) from None


def read_all() -> Collection:
    """Every spec of the catalogue."""
    return collect(_files(), labels=False)


def read_call(name: str) -> tuple[Spec, ...]:
    """The spec that a name stands for, in a tuple; only what it needs is parsed.

    :param name: as :func:`select` takes it, but no pattern. An unknown one gives nothing.
    """
    for prefix in PREFIXES:
        found = _find(prefix + name)
        if found:
            return (resolve(found.spec, find_shared, found.sink),)
    return ()


@cache
def native_calls() -> frozenset[str]:
    """Names of all system calls of the catalogue, as programs know them; nothing is parsed."""
    head = re.compile(rb"^/\*\*\n \* sys_(\w+) - ", re.MULTILINE)
    return frozenset(name.decode() for _, data in _files() for name in head.findall(data))


def find_shared(name: str) -> Spec | None:
    """The shared spec of a name, its includes not resolved; ``None`` if there is none."""
    found = _find(name)
    return found.spec if found else None


@cache
def _find(name: str) -> Found | None:
    """The spec of an exact name, its includes not resolved.

    Comments of the catalogue are in canonical form, so that the name is at the head of its own.
    """
    head = f"/**\n * {name} - "
    for path, data in _files():
        if head.encode("utf-8", "surrogateescape") in data:
            source = _source(path, data)
            start = source.text.index(head)
            end = source.text.index("*/", start) + len("*/")
            return read_spec(source, DocComment(start, end), name)
    return None


@cache
def _source(path: str, data: bytes) -> SourceFile:
    return SourceFile(path, data)


def is_pattern(name: str) -> bool:
    """Whether a name stands for all that match it, as file names do in a shell."""
    return re.search(r"[*?\[]", name) is not None


def select(specs: Iterable[Spec], names: Iterable[str]) -> Iterator[Spec]:
    """Those specs that some names stand for, in the order of the names; each once.

    :param names: ``sys_open``, or ``open`` for the same; patterns such as ``open*``. A bare name
        stands for the native call, or for the compat call if there is no native one.
    :raises UsageError: if a name stands for nothing.
    """
    by_name: dict[str, Spec] = {}
    for spec in specs:
        by_name.setdefault(spec.name, spec)
    done: set[str] = set()
    for name in names:
        found = _matches(by_name, name)
        if not found:
            raise UsageError(_nothing(by_name, name))
        for spec in found:
            if spec.name not in done:
                done.add(spec.name)
                yield spec


def _matches(by_name: dict[str, Spec], name: str) -> list[Spec]:
    if not is_pattern(name):
        return [by_name[prefix + name] for prefix in PREFIXES if prefix + name in by_name][:1]
    from fnmatch import fnmatchcase

    return [
        spec
        for spec in by_name.values()
        if any(fnmatchcase(spec.name, prefix + name) for prefix in PREFIXES)
    ]


def _nothing(by_name: dict[str, Spec], name: str) -> str:
    """The message for a name without a spec."""
    from difflib import get_close_matches

    known = [*by_name, *(call_name(one) for one in by_name)]
    near = get_close_matches(name, known, 1, 0.6)
    hint = f"; did you mean '{near[0]}'?" if near else "; 'kapi list' shows what there is"
    return f"no specification of '{name}'{hint}"


def call_name(name: str) -> str:
    """The name that programs know a system call by: ``open`` for ``sys_open``."""
    return name.removeprefix("compat_").removeprefix("sys_")
