# SPDX-License-Identifier: GPL-2.0-or-later
"""Weakened specs: each takes one promise back.

In: a spec, its includes resolved. Out: :class:`Weakening` values. Nothing in them is false, but
they must reject fewer falsified records than the spec; a promise whose loss nobody notices is one
that nothing tries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from kapi.model.claims import claims
from kapi.model.spec import Errno, Spec
from kapi.testgen.teeth.bench import Part

_ALWAYS: Final = "1 == 1"


class Weakening(NamedTuple):
    """A spec that promises less.

    :param id: the claim and the operator.
    :param claims: ids of the claims that promise less.
    :param part: the records that may be accepted by it.
    """

    id: str
    call: str
    operator: str
    spec: Spec
    claims: frozenset[str]
    part: Part


def weakened(spec: Spec) -> tuple[Weakening, ...]:
    """Every spec with one promise less."""
    return (*_of_errors(spec), *_of_return(spec), *_of_set(spec))


def _of_errors(spec: Spec) -> Iterator[Weakening]:
    made: dict[int, set[str]] = {}
    for claim in claims(spec):
        made.setdefault(id(claim.node), set()).add(claim.id)
    for index, error in enumerate(spec.errors):
        ids = frozenset(name for cause in error.causes for name in made[id(cause)])
        if error.internal or not ids:
            continue
        first = min(ids)
        part = Part(frozenset((error.name,)), bool(error.must))
        if error.must:
            changed = _with_error(spec, index, replace(error, must=None))
            yield Weakening(f"{first} no-must", spec.name, "no-must", changed, ids, part)
        causes = tuple(replace(cause, when=_ALWAYS) for cause in error.causes)
        changed = _with_error(spec, index, replace(error, causes=causes, must=None))
        yield Weakening(f"{first} always", spec.name, "always", changed, ids, part)


def _with_error(spec: Spec, index: int, error: Errno) -> Spec:
    return replace(spec, errors=(*spec.errors[:index], error, *spec.errors[index + 1 :]))


def _of_return(spec: Spec) -> Iterator[Weakening]:
    returns = spec.returns
    if returns is None:
        return
    part = Part(frozenset(), True)
    ids = {claim.id: claim for claim in claims(spec) if claim.node is returns}
    success = frozenset(name for name, one in ids.items() if one.kind == "return.success")
    wide = replace(returns, success=None, success_range=None, check_type=None)
    changed = replace(spec, returns=wide)
    name = min(success, default=spec.name)
    yield Weakening(f"{name} any-result", spec.name, "any-result", changed, success, part)
    promises = [name for name, one in ids.items() if one.kind == "return.ensures"]
    for number, name in enumerate(promises):
        rest = (*returns.ensures[:number], *returns.ensures[number + 1 :])
        changed = replace(spec, returns=replace(returns, ensures=rest))
        claim = frozenset((name,))
        yield Weakening(f"{name} no-ensures", spec.name, "no-ensures", changed, claim, part)


def _of_set(spec: Spec) -> Iterator[Weakening]:
    found = spec.error_set
    if found is None or found.kind != "closed":
        return
    changed = replace(spec, error_set=replace(found, kind="open", when=None))
    name = f"{spec.name}.error-set"
    part = Part(None, False)
    yield Weakening(f"{name} open", spec.name, "open", changed, frozenset((name,)), part)
