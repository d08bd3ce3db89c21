# SPDX-License-Identifier: GPL-2.0-or-later
"""What a spec lets happen, as typed rules that the oracle, tests and checkers share.

In: a spec, its includes resolved. Out: :class:`Rules`. An expression that cannot be used (a later
version may know more) becomes an unknown cause, and is listed, so that nothing is claimed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kapi.expr.parse import ExprError, parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.model.claims import Claim, claims
from kapi.model.spec import Cause, Constraint, Errno, Node, Param, Return, Spec


class CauseRule(NamedTuple):
    """A state in which the call may fail with some errnos.

    :param claim: id of the claim that says so.
    :param errnos: names; any of them.
    :param when: true in that state; ``None`` is unknown.
    :param must: while it is definitely so, the call cannot succeed.
    :param block: the claim whose block it stands in, or itself; what holds after a failure is said
        of a whole block.
    """

    claim: str
    errnos: tuple[str, ...]
    when: Typed | None
    must: bool
    block: int


class EnsureRule(NamedTuple):
    """What holds after the call.

    :param errno: after this failure; empty means after success.
    :param block: of the error block, as in :class:`CauseRule`.
    """

    claim: str
    then: Typed
    errno: str
    block: int


class Rules(NamedTuple):
    """All that the oracle needs of a spec.

    :param params: name and C type of each parameter.
    :param success: which results mean success; ``None`` is unknown: any but an error.
    :param success_claim: id of the claim that says so, or of the spec.
    :param closed: when the list of errnos is complete; ``None`` is never.
    :param closed_claim: id of that claim.
    :param scopes: who else may raise errnos where the list is open; empty is anybody.
    :param restarts: whether a signal may interrupt the call.
    :param unusable: what is wrong with expressions that were left out, by claim.
    """

    spec: Spec
    params: tuple[tuple[str, str], ...]
    success: Typed | None
    success_claim: str
    causes: tuple[CauseRule, ...]
    ensures: tuple[EnsureRule, ...]
    closed: Typed | None
    closed_claim: str
    scopes: tuple[str, ...]
    restarts: bool
    unusable: tuple[tuple[str, str], ...]

    def conditions(self) -> Iterator[Typed]:
        """Every condition that is said exactly."""
        yield from (cause.when for cause in self.causes if cause.when is not None)
        yield from (ensure.then for ensure in self.ensures)
        yield from (tree for tree in (self.success, self.closed) if tree is not None)


def build_rules(spec: Spec, arch: str = "x86") -> Rules:
    """The rules of a spec.

    :param arch: name of a folder of arch/; masks have bits that only some architectures know.
    """
    return _Builder(spec, arch).build()


#: An expression that is always true.
_ALWAYS = "1 == 1"


class _Builder:
    """Builds the rules of one spec."""

    def __init__(self, spec: Spec, arch: str) -> None:
        self._spec = spec
        self._arch = arch
        self._types = {param.name: param.type or "long" for param in spec.parameters}
        self._claims: dict[tuple[int, str], list[Claim]] = {}
        for claim in claims(spec):
            self._claims.setdefault((id(claim.node), claim.kind), []).append(claim)
        self._unusable: list[tuple[str, str]] = []

    def build(self) -> Rules:
        spec = self._spec
        closed, closed_claim = self._closed()
        success_claim = self._id(spec.returns, "return.success") if spec.returns else spec.name
        causes = (*self._error_causes(), *self._param_causes(), *self._signal_causes())
        open_set = spec.error_set
        return Rules(
            spec=spec,
            params=tuple(self._types.items()),
            success=self._success(spec.returns, success_claim),
            success_claim=success_claim,
            causes=causes,
            ensures=tuple(self._ensures()),
            closed=closed,
            closed_claim=closed_claim,
            scopes=open_set.scope if open_set and open_set.kind == "open" else (),
            restarts=any(signal.restartable for signal in spec.signals)
            or any(error.name == "EINTR" for error in spec.errors),
            unusable=tuple(self._unusable),
        )

    def _id(self, node: Node, kind: str, number: int = 0) -> str:
        """The id of a claim that a node makes; the spec's name if it makes none."""
        found = self._claims.get((id(node), kind), ())
        return found[number].id if number < len(found) else self._spec.name

    def _typed(self, text: str | None, claim: str, *, after: bool = False) -> Typed | None:
        """The tree of an expression; ``None`` if there is none, or none that can be used."""
        if text is None:
            return None
        try:
            return check_types(parse_expr(text), Scope(self._types, before=not after))
        except ExprError as error:
            self._unusable.append((claim, f"'{text}': {error.message}"))
            return None

    def _closed(self) -> tuple[Typed | None, str]:
        found = self._spec.error_set
        if found is None or found.kind != "closed":
            return None, ""
        claim = self._id(found, "error-set")
        return self._typed(found.when or _ALWAYS, claim), claim

    def _success(self, returns: Return | None, claim: str) -> Typed | None:
        """The predicate on ``ret`` that means success."""
        return self._typed(_success_text(returns), claim, after=True)

    def _error_causes(self) -> Iterator[CauseRule]:
        for block, error in enumerate(self._spec.errors):
            if error.internal:
                continue
            for cause in error.causes or (None,):
                yield self._cause(error, cause, block)

    def _cause(self, error: Errno, cause: Cause | None, block: int) -> CauseRule:
        claim = self._id(cause or error, "error")
        when = self._typed(cause.when, claim) if cause else None
        return CauseRule(claim, (error.name,), when, bool(error.must), block)

    def _param_causes(self) -> Iterator[CauseRule]:
        """Constraints and relations whose breach has errnos."""
        for param in self._spec.parameters:
            errnos = _errnos(param.on_violation)
            if errnos:
                claim = self._id(param, "param.constraint")
                when = self._typed(breach_text(param, self._arch), claim)
                yield CauseRule(claim, errnos, when, True, -1)
            for require in param.requires:
                errnos = _errnos(require.outcome)
                if errnos:
                    claim = self._id(require, "param.require")
                    when = self._typed(f"!({require.expr})", claim)
                    yield CauseRule(claim, errnos, when, True, -1)

    def _signal_causes(self) -> Iterator[CauseRule]:
        for signal in self._spec.signals:
            if signal.error_on_signal is not None:
                claim = self._id(signal, "signal")
                when = self._typed(signal.when, claim)
                yield CauseRule(claim, (signal.error_on_signal,), when, False, -1)

    def _ensures(self) -> Iterator[EnsureRule]:
        returns = self._spec.returns
        if returns is not None:
            for number, text in enumerate(returns.ensures):
                claim = self._id(returns, "return.ensures", number)
                then = self._typed(text, claim, after=True)
                if then is not None:
                    yield EnsureRule(claim, then, "", -1)
        for block, error in enumerate(self._spec.errors):
            claim = self._id(error, "error.ensures")
            then = self._typed(error.ensures, claim, after=True)
            if then is not None:
                yield EnsureRule(claim, then, error.name, block)


def _errnos(outcome: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(word for word in outcome or () if word.startswith("E"))


def _success_text(returns: Return | None) -> str | None:
    """The predicate on ``ret`` as text."""
    if returns is None:
        return None
    if returns.success_range is not None:
        return f"ret in ({returns.success_range.lo})..({returns.success_range.hi})"
    if returns.check_type == "fd":
        return "ret in 0..0x7fffffff"
    if returns.success is not None:
        return f"ret {returns.success.op} ({returns.success.value})"
    if returns.check_type == "error_check":
        return "!(ret in -4095..-1)"
    return None


def breach_text(param: Param, arch: str = "x86") -> str | None:
    """When the constraint of a parameter is broken, as text; ``None`` if no expression says it."""
    rule, name = param.constraint, param.name
    broken = _broken(rule, param, arch) if rule is not None else None
    if rule is None and param.type_class == "fd":
        broken = f"!fd_open({name})"
    if param.null_ok is not None:
        null = f"({name} == 0 && !({param.null_ok}))"
        # Where a null pointer is legal, the rest of the rule does not look at it.
        broken = null if broken is None else f"{null} || ({name} != 0 && ({broken}))"
    elif broken is not None and "optional" in param.flags:
        broken = f"{name} != 0 && ({broken})"
    return broken


def _broken(rule: Constraint, param: Param, arch: str) -> str | None:
    name = param.name
    if rule.form == "range":
        return f"!({name} in ({rule.lo})..({rule.hi}))"
    if rule.form == "mask":
        bits = [rule.mask or "0", *(one.expr for one in rule.arch_masks if one.arch == arch)]
        return f"({name} & ~({' | '.join(f'({one})' for one in bits)})) != 0"
    if rule.form == "enum":
        return f"!({name} in {{{', '.join(rule.values)}}})"
    if rule.form == "buffer" and param.size_param is not None:
        return _unusable_buffer(param, param.size_param.name)
    if rule.form in ("user_string", "user_path"):
        most = rule.max_len or "PATH_MAX"
        return f"!string_readable({name}, {most}) || string_len({name}, {most}) >= ({most})"
    align = rule.align or param.alignment
    return {
        "alignment": f"({name} & (({align}) - 1)) != 0" if align else None,
        "power_of_two": f"{name} == 0 || ({name} & ({name} - 1)) != 0",
        "page_aligned": f"({name} & (page_size - 1)) != 0",
        "nonzero": f"{name} == 0",
        "user_ptr": f"!user_range({name}, 1)",
    }.get(rule.form)


def _unusable_buffer(param: Param, size: str) -> str:
    """When a buffer cannot be used as its direction asks."""
    questions = [f"user_range({param.name}, {size})"]
    if "input" in param.flags:
        questions.append(f"readable({param.name}, {size})")
    if "output" in param.flags:
        questions.append(f"writable({param.name}, {size})")
    return f"!({' && '.join(questions)})"
