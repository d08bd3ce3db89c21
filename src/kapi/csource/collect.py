# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the specs of many files as one set: includes resolved, names and labels unique.

In: paths with their bytes, and where to look for shared specs that none of the files holds. Out:
a :class:`Collection`. The phases: read each file, compare names, resolve includes, check labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kapi.csource.specs import FileSpecs, Found, read_specs
from kapi.diagnostics import Diagnostic, Note
from kapi.lang.includes import Find, resolve
from kapi.model.spec import Spec
from kapi.source import SourceFile, Span


class Collection(NamedTuple):
    """Specs of some files.

    :param specs: in the order of the files and of the text, includes resolved, shared specs too.
    :param found: the same before their includes were resolved, with comment and code.
    :param diagnostics: findings about all of them, by place.
    :param sources: the files that hold a spec or a finding, by path.
    """

    specs: tuple[Spec, ...]
    found: tuple[Found, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: dict[str, SourceFile]


def _nowhere(_name: str) -> Spec | None:
    return None


def collect(
    files: Iterable[tuple[str, bytes]],
    find_shared: Find = _nowhere,
    wanted: Callable[[str], bool] = lambda _name: True,
    *,
    labels: bool = True,
) -> Collection:
    """The specs of some files.

    :param files: path and bytes of each.
    :param find_shared: the shared spec of a name that no file holds, its includes not resolved.
    :param wanted: see :func:`kapi.csource.specs.read_specs`.
    :param labels: whether labels are checked, which is in vain where lint has looked already.
    """
    read = [read_specs(SourceFile(path, data), wanted) for path, data in files]
    found = [one for file in read for one in file.specs]
    _check_names(found)
    specs = _resolve(found, find_shared)
    if labels:
        _check_labels(found, specs)
    return Collection(tuple(specs), tuple(found), _diagnostics(read), _sources(read))


def _check_names(found: Iterable[Found]) -> None:
    """Reports a second spec of one name."""
    first: dict[str, Found] = {}
    for one in found:
        name = one.spec.name
        other = first.setdefault(name, one)
        if other is not one:
            message = f"second spec of '{name}'"
            one.sink.add("duplicate-spec", _head(one), message, Note(_head(other), "first here"))


def _head(found: Found) -> Span:
    """The opener of the comment."""
    span = found.spec.span
    assert span
    return span._replace(end_line=span.line, end_column=span.column + len("/**"))


def _resolve(found: list[Found], find_shared: Find) -> list[Spec]:
    """The specs with the facts of their includes."""
    shared = {one.spec.name: one.spec for one in reversed(found)}
    specs = []
    for one in found:
        spec = resolve(one.spec, lambda name: shared.get(name) or find_shared(name), one.sink)
        specs.append(spec)
    return specs


def _check_labels(found: Iterable[Found], specs: Iterable[Spec]) -> None:
    """Demands that all claims of a spec have names of their own."""
    from kapi.lang.labels import check_labels

    for one, spec in zip(found, specs, strict=True):
        check_labels(spec, one.sink)


def _diagnostics(read: Iterable[FileSpecs]) -> tuple[Diagnostic, ...]:
    """All findings by file and place, each once.

    A fault of a shared spec is met by every spec that includes it.
    """
    found: dict[Diagnostic, None] = {}
    for file in read:
        found |= dict.fromkeys(file.diagnostics)
        for one in file.specs:
            found |= dict.fromkeys(one.sink.sorted())
    return tuple(sorted(found))


def _sources(read: Iterable[FileSpecs]) -> dict[str, SourceFile]:
    return {file.source.path: file.source for file in read if file.specs or file.diagnostics}
