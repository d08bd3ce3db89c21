# SPDX-License-Identifier: GPL-2.0-or-later
"""Falsified specs: each says one thing that is not so.

In: a spec, its includes resolved. Out: :class:`Mutant` values. What only takes something back that
the spec promises is no falsification, and is left out: a cause that may also be the reason in more
states, a promise less. So is a narrower cause of an errno that another cause without ``when``
allows anyway; :func:`idle` says which errnos these are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.show import show
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.claims import Claim, claims
from kapi.model.spec import (
    Capability,
    Cause,
    Constraint,
    Errno,
    ErrorSet,
    Param,
    Range,
    Require,
    Return,
    Signal,
    Spec,
    Success,
)
from kapi.oracle.rules import build_rules
from kapi.testgen.teeth.trees import LESS, MORE, Change, Vocabulary, changes, vocabulary

#: Errnos that no call of the catalogue gives, to take the place of one.
_FOREIGN: Final = ("EDOM", "ENOTEMPTY")

#: Errnos that come early, and are looked for when another takes the place of one.
_HARMLESS: Final = frozenset(("ignored", "masked"))


class Mutant(NamedTuple):
    """A spec with one fault.

    :param id: the claim, the operator, and what was exchanged.
    :param claim: id of the claim that is false.
    :param operator: the kind of fault.
    :param errnos: failures with these may be judged differently; names.
    :param successes: whether successes may.
    :param compares: whether the fault shows when records are compared or signals are counted,
        which :func:`kapi.testgen.evidence.examine` does.
    """

    id: str
    call: str
    claim: str
    operator: str
    spec: Spec
    errnos: frozenset[str] = frozenset()
    successes: bool = False
    compares: bool = False


def falsified(spec: Spec, arch: str = "x86") -> tuple[Mutant, ...]:
    """Every spec with one fault, each id once."""
    found: dict[str, Mutant] = {}
    for mutant in _Falsifier(spec, arch).mutants():
        found.setdefault(mutant.id, mutant)
    return tuple(found.values())


def idle(spec: Spec, arch: str = "x86") -> frozenset[str]:
    """Errnos that some error without ``when`` allows in every state."""
    return frozenset(
        name
        for rule in build_rules(spec, arch).causes
        if rule.when is None and rule.claim.split(".")[1] == "error"
        for name in rule.errnos
    )


class _Falsifier:
    """Makes the mutants of one spec."""

    def __init__(self, spec: Spec, arch: str) -> None:
        self.spec = spec
        self._rules = build_rules(spec, arch)
        trees = [rule.when for rule in self._rules.causes if rule.when is not None]
        trees += [rule.then for rule in self._rules.ensures]
        self._known: Vocabulary = vocabulary(trees, self._rules.params)
        self._scopes = {
            after: Scope(dict(self._rules.params), before=not after) for after in (False, True)
        }
        self._idle = idle(spec, arch)
        self._claims: dict[tuple[int, str], list[Claim]] = {}
        for claim in claims(spec):
            self._claims.setdefault((id(claim.node), claim.kind), []).append(claim)
        self._listed = list(dict.fromkeys(one.name for one in self.spec.errors if not one.internal))

    def mutants(self) -> Iterator[Mutant]:
        for index, error in enumerate(self.spec.errors):
            if not error.internal:
                yield from self._of_error(index, error)
        for index, param in enumerate(self.spec.parameters):
            yield from self._of_param(index, param)
        if self.spec.returns is not None:
            yield from self._of_return(self.spec.returns)
        yield from self._of_set(self.spec.error_set)
        yield from self._of_signals()
        yield from self._of_capabilities()

    def _id(self, node: object, kind: str, number: int = 0) -> str:
        found = self._claims.get((id(node), kind), ())
        return found[number].id if number < len(found) else self.spec.name

    def _mutant(self, claim: str, operator: str, what: str, spec: Spec, **how: object) -> Mutant:
        name = f"{claim} {operator}" + (f": {what}" if what else "")
        return Mutant(name, self.spec.name, claim, operator, spec, **how)  # type: ignore[arg-type]

    def _changed(self, text: str, *, after: bool = False) -> Iterator[Change]:
        """The changes of an expression that still fit its place."""
        tree = self._tree(text, after)
        if tree is None:
            return
        for change in changes(tree, self._known):
            if self._tree(show(change.tree), after) is not None:
                yield change

    def _tree(self, text: str, after: bool) -> Typed | None:
        try:
            return check_types(parse_expr(text), self._scopes[after])
        except ExprError:
            return None

    # Errors.

    def _of_error(self, index: int, error: Errno) -> Iterator[Mutant]:
        claim = self._id(error.causes[0] if error.causes else error, "error")
        make = partial(self._mutant, claim)
        both = bool(error.must)
        for name in self._others(error.name):
            changed = self._with_error(index, replace(error, name=name))
            if self._is_sharp(error):
                errnos = frozenset((error.name, name))
                yield make("errno", f"{error.name} is {name}", changed, errnos=errnos)
        if self._is_sharp(error):
            errors = (*self.spec.errors[:index], *self.spec.errors[index + 1 :])
            changed = replace(self.spec, errors=errors)
            yield make("drop-error", "", changed, errnos=frozenset((error.name,)))
        if not both and error.causes:
            changed = self._with_error(index, replace(error, must=True))
            errnos = frozenset((error.name,))
            yield make("add-must", "", changed, errnos=errnos, successes=True)
        for number, cause in enumerate(error.causes):
            yield from self._of_cause(index, error, number, cause)
        if error.ensures is not None:
            claim = self._id(error, "error.ensures")
            for change in self._changed(error.ensures, after=True):
                if _is_false(change):
                    changed = self._with_error(index, replace(error, ensures=show(change.tree)))
                    yield self._mutant(
                        claim,
                        change.operator,
                        change.what,
                        changed,
                        errnos=frozenset((error.name,)),
                    )

    def _is_sharp(self, error: Errno) -> bool:
        """Whether it says something that no error without ``when`` takes back."""
        if not error.causes:
            return sum(error.name == one.name for one in self.spec.errors) == 1
        return bool(error.must) or error.name not in self._idle

    def _others(self, name: str) -> Iterator[str]:
        """An errno that the spec does not list, and one that it lists."""
        yield next(one for one in _FOREIGN if one not in self._listed)
        listed = self._listed
        at = listed.index(name)
        yield from [one for one in (*listed[at + 1 :], *listed[:at]) if one != name][:1]

    def _of_cause(self, index: int, error: Errno, number: int, cause: Cause) -> Iterator[Mutant]:
        claim = self._id(cause, "error")
        must = bool(error.must)
        errnos = frozenset((error.name,))

        def put(*causes: Cause) -> Spec:
            rest = (*error.causes[:number], *causes, *error.causes[number + 1 :])
            return self._with_error(index, replace(error, causes=rest))

        if self._is_sharp(error) and len(error.causes) > 1:
            yield self._mutant(claim, "drop-cause", "", put(), errnos=errnos)
        for change in self._changed(cause.when):
            if not must and (change.way == MORE or not self._is_sharp(error)):
                continue
            changed = put(replace(cause, when=show(change.tree)))
            yield self._mutant(
                claim,
                change.operator,
                change.what,
                changed,
                errnos=errnos,
                successes=must and change.way != LESS,
            )

    def _with_error(self, index: int, error: Errno) -> Spec:
        errors = (*self.spec.errors[:index], error, *self.spec.errors[index + 1 :])
        return replace(self.spec, errors=errors)

    # Parameters.

    def _with_param(self, index: int, param: Param) -> Spec:
        rest = self.spec.parameters
        return replace(self.spec, parameters=(*rest[:index], param, *rest[index + 1 :]))

    def _of_param(self, index: int, param: Param) -> Iterator[Mutant]:
        claim = self._id(param, "param.constraint")
        outcome = param.on_violation or ()
        for what, new in self._outcomes(outcome):
            changed = self._with_param(index, replace(param, on_violation=new))
            errnos = frozenset(one for one in (*outcome, *new) if one not in _HARMLESS)
            made = self._mutant(claim, "on-violation", what, changed, errnos=errnos, successes=True)
            yield made
        if param.constraint is not None and outcome:
            for what, rule in self._rules_of(param.constraint):
                changed = self._with_param(index, replace(param, constraint=rule))
                yield self._constrained(claim, "constraint", what, changed, outcome)
        for number, require in enumerate(param.requires):
            yield from self._of_require(index, param, number, require)

    def _constrained(
        self, claim: str, operator: str, what: str, spec: Spec, outcome: tuple[str, ...]
    ) -> Mutant:
        """A mutant of a rule: what breaking it does decides how it shows."""
        if _HARMLESS & set(outcome):
            return self._mutant(claim, operator, what, spec, compares=True)
        errnos = frozenset(outcome)
        return self._mutant(claim, operator, what, spec, errnos=errnos, successes=True)

    def _outcomes(self, outcome: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Other outcomes of a breach."""
        if not outcome:
            return
        words = " | ".join(outcome)
        if _HARMLESS & set(outcome):
            yield f"{words} is EINVAL", ("EINVAL",)
            return
        foreign = next(one for one in _FOREIGN if one not in self._listed)
        for number, name in enumerate(outcome):
            rest = (*outcome[:number], foreign, *outcome[number + 1 :])
            yield f"{name} is {foreign}", rest
            if len(outcome) > 1:
                yield f"no {name}", (*outcome[:number], *outcome[number + 1 :])

    def _rules_of(self, rule: Constraint) -> Iterator[tuple[str, Constraint]]:
        """Other rules on a value."""
        if rule.form == "enum":
            for number, word in enumerate(rule.values):
                values = (*rule.values[:number], *rule.values[number + 1 :])
                yield f"no {word}", replace(rule, values=values)
            # mm/madvise.c of 6.12 knows no advice 99 and none that is negative.
            for word in ("99", "-1"):
                yield f"{word} too", replace(rule, values=(*rule.values, word))
        elif rule.form == "mask":
            flags = ("O_CREAT", "O_CLOEXEC", "O_DIRECTORY")
            for word in flags if rule.mask == "VALID_OPEN_FLAGS" else ("0222",):
                yield f"no {word}", replace(rule, mask=f"({rule.mask}) & ~({word})")
        elif rule.form == "page_aligned":
            for text in ("512", "2 * page_size"):
                yield f"to {text}", replace(rule, form="alignment", align=text)
            yield "nonzero", replace(rule, form="nonzero")
        elif rule.form in ("user_path", "user_string"):
            most = rule.max_len or "PATH_MAX"
            for text in (f"{most} - 1", "256", f"{most} + 1", f"2 * {most}"):
                yield f"at most {text}", replace(rule, max_len=text)
        elif rule.form == "range":
            yield "lower", replace(rule, hi=f"({rule.hi}) - 1")

    def _of_require(
        self, index: int, param: Param, number: int, require: Require
    ) -> Iterator[Mutant]:
        claim = self._id(require, "param.require")

        def put(new: Require) -> Spec:
            rest = param.requires
            changed = (*rest[:number], new, *rest[number + 1 :])
            return self._with_param(index, replace(param, requires=changed))

        for what, outcome in self._outcomes(require.outcome):
            errnos = frozenset(one for one in (*require.outcome, *outcome) if one[0] == "E")
            spec = put(replace(require, outcome=outcome))
            yield self._mutant(claim, "outcome", what, spec, errnos=errnos, successes=True)
        for change in self._changed(require.expr):
            if change.operator in ("strengthen", "drop-conjunct") or change.way != MORE:
                spec = put(replace(require, expr=show(change.tree)))
                yield self._constrained(claim, change.operator, change.what, spec, require.outcome)

    # The result.

    def _of_return(self, returns: Return) -> Iterator[Mutant]:
        claim = self._id(returns, "return.success")
        for what, new in self._successes(returns):
            spec = replace(self.spec, returns=new)
            yield self._mutant(claim, "success", what, spec, successes=True)
        for number, text in enumerate(returns.ensures):
            claim = self._id(returns, "return.ensures", number)
            for change in self._changed(text, after=True):
                if _is_false(change):
                    rest = returns.ensures
                    new_texts = (*rest[:number], show(change.tree), *rest[number + 1 :])
                    spec = replace(self.spec, returns=replace(returns, ensures=new_texts))
                    yield self._mutant(claim, change.operator, change.what, spec, successes=True)

    def _successes(self, returns: Return) -> Iterator[tuple[str, Return]]:
        """Narrower and other definitions of success."""
        bounds, found = returns.success_range, returns.success
        if bounds is not None:
            for lo, hi in (("1", bounds.hi), (bounds.lo, f"({bounds.hi}) - 1"), (bounds.lo, "0")):
                yield f"{lo}..{hi}", replace(returns, success_range=Range(lo=lo, hi=hi))
        elif returns.check_type == "fd":
            for lo, hi in (("0", "2"), ("16", "0x7fffffff"), ("1", "1")):
                new = replace(returns, check_type="range", success_range=Range(lo=lo, hi=hi))
                yield f"{lo}..{hi}", new
        elif found is not None:
            names = [name for name, _ in self._rules.params if name != found.value]
            others = [("==", value) for value in (f"({found.value}) + 1", *names)]
            for op, value in (*others, *((op, found.value) for op in ("!=", "<", ">"))):
                new = replace(returns, success=Success(op=op, value=value))
                yield f"{op} {value}", new

    # What remains.

    def _of_set(self, found: ErrorSet | None) -> Iterator[Mutant]:
        if found is None or (found.kind == "closed" and found.when is None):
            return
        claim = self._id(found, "error-set")
        spec = replace(self.spec, error_set=replace(found, kind="closed", scope=(), when=None))
        names = frozenset(self._listed)
        yield self._mutant(claim, "closed", "", spec, errnos=names)

    def _of_signals(self) -> Iterator[Mutant]:
        """Signals that are sent: a wrong condition, a wrong name."""
        for index, signal in enumerate(self.spec.signals):
            if "send" not in signal.direction or signal.when is None:
                continue
            for change in self._changed(signal.when):
                if change.way != MORE:
                    new = replace(signal, when=show(change.tree))
                    yield self._signalled(signal, index, new, change.operator, change.what)

    def _signalled(
        self, signal: Signal, index: int, new: Signal, operator: str, what: str
    ) -> Mutant:
        rest = self.spec.signals
        spec = replace(self.spec, signals=(*rest[:index], new, *rest[index + 1 :]))
        return self._mutant(self._id(signal, "signal"), operator, what, spec, compares=True)

    def _of_capabilities(self) -> Iterator[Mutant]:
        for index, capability in enumerate(self.spec.capabilities):
            if capability.when is None:
                continue
            for change in self._changed(capability.when):
                if change.way != MORE:
                    new = replace(capability, when=show(change.tree))
                    yield self._privileged(capability, index, new, change)

    def _privileged(
        self, capability: Capability, index: int, new: Capability, change: Change
    ) -> Mutant:
        rest = self.spec.capabilities
        spec = replace(self.spec, capabilities=(*rest[:index], new, *rest[index + 1 :]))
        claim = self._id(capability, "capability")
        return self._mutant(claim, change.operator, change.what, spec, compares=True)


def _is_false(change: Change) -> bool:
    """Whether a changed promise says more than the promise, or something else.

    Another question, another parameter or another guard may make it say something that is so.
    """
    if change.operator in ("parameter", "question") or (change.guards and change.way != LESS):
        return False
    return change.way != MORE


def sample(mutants: Iterable[Mutant], share: int) -> tuple[Mutant, ...]:
    """Every so many of the mutants of each operator, in order."""
    counts: dict[str, int] = {}
    found = []
    for mutant in mutants:
        number = counts.get(mutant.operator, 0)
        counts[mutant.operator] = number + 1
        if number % share == 0:
            found.append(mutant)
    return tuple(found)
