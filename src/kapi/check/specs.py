# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks specs against themselves, their code and the headers of their kernel.

In: a collection of specs, and who answers for names. Out: diagnostics, sorted by place. The phases:
each spec by itself, with :data:`CHECKS`, then all names of all specs together. What the reader
could not understand is absent from a spec, so that no check trips over it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kapi.check.classes import check_classes
from kapi.check.expressions import check_expressions
from kapi.check.names import OpenNames, check_names
from kapi.check.sense import (
    check_arguments,
    check_contexts,
    check_errors,
    check_items,
    check_params,
    check_return,
    check_structs,
)
from kapi.check.subject import Subject
from kapi.csource.collect import Collection
from kapi.diagnostics import Diagnostic
from kapi.uapi.headers import open_names

CHECKS: Final[tuple[Callable[[Subject], None], ...]] = (
    check_arguments,
    check_contexts,
    check_classes,
    check_expressions,
    check_params,
    check_return,
    check_errors,
    check_items,
    check_structs,
)
"""The checks of one spec by itself."""


def check_specs(collection: Collection, names: OpenNames = open_names) -> tuple[Diagnostic, ...]:
    """Findings beyond those of ``collection.diagnostics``.

    :param names: gives who answers for the names of a kernel tree; see
        :func:`kapi.uapi.headers.open_names`.
    """
    subjects = [
        Subject(found, whole, collection.sources[found.spec.span.path])
        for found, whole in zip(collection.found, collection.specs, strict=True)
        if found.spec.span
    ]
    for subject in subjects:
        for check in CHECKS:
            check(subject)
    check_names(subjects, names)
    return tuple(sorted({one for subject in subjects for one in subject.sink.sorted()}))
