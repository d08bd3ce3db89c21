"""The catalogue of specifications that comes with kapi, and specs by the names people use.

In: names. Out: specs, includes resolved. Paths in it are relative to the catalogue, which mirrors
the folders of the kernel: ``fs/open.c``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from kapi.csource.collect import Collection, collect
from kapi.csource.walk import read_named
from kapi.errors import UsageError
from kapi.model.spec import Spec

_PACKAGE = Path(__file__).parent
_PREFIXES = ("", "sys_", "compat_sys_")
_GLOB = re.compile(r"[*?\[]")


def folder() -> Path:
    """Where the catalogue is: inside the package, or beside it in a checkout."""
    installed = _PACKAGE / "specs"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "specs"


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    """Path below the catalogue and bytes of every file."""
    top = folder()
    paths = sorted(top.rglob("*.c"))
    return tuple((str(path.relative_to(top)), read_named(str(path))) for path in paths)


def read_all() -> Collection:
    """Every spec of the catalogue."""
    return collect(_files())


def read_call(name: str) -> tuple[Spec, ...]:
    """The specs that a name stands for; only what they need is parsed.

    :param name: as :func:`select` takes it, but no pattern.
    """
    spellings = [prefix + name for prefix in _PREFIXES]
    found = collect(_files_with(spellings), find_shared, set(spellings).__contains__)
    return tuple(select(found.specs, [name]))


@cache
def find_shared(name: str) -> Spec | None:
    """The shared spec of a name, its includes not resolved; ``None`` if there is none."""
    found = collect(_files_with([name]), wanted={name}.__contains__).found
    return found[0].spec if found else None


def _files_with(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files whose comments begin with one of some names."""
    heads = [f" * {name} - ".encode() for name in names]
    return ((path, data) for path, data in _files() if any(head in data for head in heads))


def select(specs: Iterable[Spec], names: Iterable[str]) -> Iterator[Spec]:
    """Those specs that some names stand for, in the order of the names; each once.

    :param names: ``sys_open``, or ``open`` for the same; patterns such as ``open*``. A bare name
        stands for the native call, or for the compat call if there is no native one.
    :raises UsageError: if a name stands for nothing.
    """
    by_name = {spec.name: spec for spec in specs}
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
    if not _GLOB.search(name):
        return [by_name[prefix + name] for prefix in _PREFIXES if prefix + name in by_name][:1]
    return [
        spec
        for spec in by_name.values()
        if any(fnmatchcase(spec.name, prefix + name) for prefix in _PREFIXES)
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
