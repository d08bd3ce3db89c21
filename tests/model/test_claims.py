from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from render_reflection import Marker, hostile
from render_samples import openat

from kapi.model.canonical import slug, squeezed
from kapi.model.claims import Claim, claims, duplicate_ids
from kapi.model.codec import decode, encode, normalise
from kapi.model.shapes import entries
from kapi.model.spec import (
    Capability,
    Cause,
    Constraint,
    Errno,
    ErrorSet,
    Lock,
    Node,
    Param,
    Require,
    Return,
    Rule,
    SideEffect,
    Signal,
    Spec,
    StateTransition,
    Struct,
    StructField,
    Success,
)
from kapi.source import Span


def spec_of(**attributes: Any) -> Spec:
    return Spec(name="sys_x", kind="syscall", **attributes)


def ids(spec: Spec) -> list[str]:
    return [claim.id.removeprefix("sys_x.") for claim in claims(spec)]


def hashes(spec: Spec) -> dict[str, str]:
    return {claim.id: claim.hash for claim in claims(spec)}


def only(spec: Spec) -> Claim:
    (claim,) = claims(spec)
    return claim


# Ids.


def test_ids_of_a_spec_as_in_the_catalogue() -> None:
    found = [claim.id.removeprefix("sys_openat.") for claim in claims(openat())]
    assert found == [
        "param.dfd.type",
        "param.dfd.constraint",
        "param.filename.type",
        "param.filename.constraint",
        "param.flags.type",
        "param.flags.constraint",
        "param.flags.require.tmpfile-readonly",
        "param.mode.type",
        "param.mode.constraint",
        "return.type",
        "return.success",
        "return.ensures.03e5310b",
        "return.ensures.92317b50",
        "error.EACCES.search",
        "error.EACCES.no-read",
        "error.EINVAL.tmpfile-readonly",
        "error.ENOMEM",
        "error.ENXIO",
        "error.ERESTARTSYS",
        "error.ERESTARTSYS.ensures",
        "error-set",
        "context",
        "lock.files-file_lock",
        "signal.pending-signals",
        "capability.CAP_DAC_OVERRIDE",
        "side-effect.descriptor-table-of-the-task",
        "side-effect.truncation",
        "state-trans.descriptor",
        "constraint.large-file-support",
        "struct.open_how.flags",
        "struct.open_how.mode",
    ]
    assert duplicate_ids(openat()) == {}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Errno(name="EIO"), ["error.EIO"]),
        (Errno(name="EIO", label="a"), ["error.EIO.a"]),
        (Errno(name="EIO", causes=(Cause(when="x"),)), ["error.EIO"]),
        (Errno(name="EIO", causes=(Cause(when="x", label="b"),)), ["error.EIO.b"]),
        (Errno(name="EIO", label="a", causes=(Cause(when="x"),)), ["error.EIO.a"]),
        (Errno(name="EIO", label="a", causes=(Cause(when="x", label="b"),)), ["error.EIO.a.b"]),
        (
            Errno(name="EIO", causes=(Cause(when="x", label="b"),), ensures="z"),
            ["error.EIO.b", "error.EIO.b.ensures"],
        ),
        (
            Errno(
                name="EIO",
                label="a",
                causes=(Cause(when="x", label="b"), Cause(when="y", label="c")),
                ensures="z",
            ),
            ["error.EIO.a.b", "error.EIO.a.c", "error.EIO.a.ensures"],
        ),
    ],
)
def test_ids_of_errors(error: Errno, expected: list[str]) -> None:
    assert ids(spec_of(errors=(error,))) == expected


def test_ids_of_requirements_do_not_depend_on_their_number() -> None:
    first, second = Require(expr="a", outcome=("EIO",)), Require(expr="b", outcome=(), label="l")
    one = spec_of(parameters=(Param(index=0, name="p", requires=(first,)),))
    two = spec_of(parameters=(Param(index=0, name="p", requires=(first, second)),))
    assert ids(one) == ["param.p.require"]
    assert ids(two) == ["param.p.require", "param.p.require.l"]


def test_ids_of_what_holds_after_success() -> None:
    assert ids(spec_of(returns=Return(ensures=("a == b",)))) == ["return.ensures"]
    two = ids(spec_of(returns=Return(ensures=("a == b", "c"))))
    assert two == list(reversed(ids(spec_of(returns=Return(ensures=("c", "a==b"))))))
    assert all(re.fullmatch("return.ensures.[0-9a-f]{8}", name) for name in two)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"locks": (Lock(name="a lock->b", label="l"),)}, "lock.a-lock-b.l"),
        ({"signals": (Signal(signal_name="SIGPIPE", label="l"),)}, "signal.SIGPIPE.l"),
        ({"capabilities": (Capability(name="CAP_X", label="l"),)}, "capability.CAP_X.l"),
        ({"side_effects": (SideEffect(type=("b", "a")),)}, "side-effect.a-b"),
        ({"side_effects": (SideEffect(type=("a",), target="the file"),)}, "side-effect.the-file"),
        ({"side_effects": (SideEffect(type=("a",), target="t", label="l"),)}, "side-effect.l"),
        ({"state_transitions": (StateTransition(object="a b", label="l"),)}, "state-trans.a-b.l"),
        ({"constraints": (Rule(name="a, b", label="l"),)}, "constraint.a-b.l"),
        ({"structs": (Struct(fields=(StructField(name="f", lo="1"),)),)}, "struct.f"),
        ({"context_flags": ()}, "context"),
        ({"error_set": ErrorSet(kind="open")}, "error-set"),
        ({"parameters": (Param(index=0, name="p", null_ok="1"),)}, "param.p.null-ok"),
        ({"parameters": (Param(index=0, name="p", size="8"),)}, "param.p.constraint"),
        (
            {"parameters": (Param(index=0, name="p", constraint_description="odd"),)},
            "param.p.constraint",
        ),
        ({"returns": Return(check_type="fd")}, "return.success"),
    ],
)
def test_ids_of_single_parts(attributes: dict[str, Any], expected: str) -> None:
    assert ids(spec_of(**attributes)) == [expected]


def test_what_claims_nothing_has_no_id() -> None:
    silent = spec_of(
        parameters=(Param(index=0, name="p", description="x", origin="y"),),
        returns=Return(description="x"),
        structs=(Struct(name="s", fields=(StructField(name="f", description="x"),)),),
        notes="x",
    )
    assert ids(silent) == []


def test_slugs() -> None:
    assert slug("files->file_lock (outer)") == "files-file_lock-outer"
    assert slug("->") == slug("->") != slug("...")
    assert re.fullmatch("[0-9a-f]{8}", slug("->"))


def test_equal_ids_are_found_with_their_places() -> None:
    where = [Span("a.c", line, 1, line, 9) for line in (1, 2, 3)]
    spec = spec_of(
        errors=(
            Errno(name="EIO", span=where[0], condition="a"),
            Errno(name="EIO", span=where[1], label="x"),
            Errno(name="EIO", span=where[2], shared="other"),
        )
    )
    (pair,) = duplicate_ids(spec).items()
    assert pair[0] == "sys_x.error.EIO"
    assert [claim.span for claim in pair[1]] == [where[0], where[2]]


def test_places() -> None:
    """A claim is where its own text is; without that, where its node is."""
    here, block, first, second, cause = (Span("a.c", line, 1, line, 9) for line in range(1, 6))
    returns = Return(
        ensures=("a", "b"),
        success=Success(op=">=", value="0"),
        span=block,
        places=(("ensures", first), ("success", here), ("ensures", second)),
    )
    error = Errno(
        name="EIO", span=block, causes=(Cause(when="x", span=cause), Cause(when="y", label="l"))
    )
    param = Param(index=0, name="p", span=block, places=(("null_ok", here),), null_ok="1",
                  constraint=Constraint(form="nonzero", span=cause), type_class="int")  # fmt: skip
    found = {
        claim.id.removeprefix("sys_x."): claim.span
        for claim in claims(spec_of(returns=returns, errors=(error,), parameters=(param,)))
    }
    assert found["return.success"] == here
    assert [found[name] for name in found if "ensures" in name] == [first, second]
    assert (found["error.EIO"], found["error.EIO.l"]) == (cause, block)
    assert found["param.p.null-ok"] == here
    assert (found["param.p.constraint"], found["param.p.type"]) == (cause, block)


# Hashes. Every field of a full spec is changed, one at a time.

CLOSED = Marker({("ErrorSet", "kind"): "closed", ("Errno", "internal"): False}).spec()

#: Fields that are no part of any claim.
PROSE = frozenset(
    (
        *("Spec.kind", "Spec.version", "Spec.api_type", "Spec.long_description", "Spec.examples"),
        *("Spec.notes", "Spec.symbols", "Errno.summary", "Param.details", "SizeParam.index"),
        *("Include.name", "Include.arguments", "Count.tag", "Count.value", "Text.name"),
        "Text.text",
        # In words, beside an expression that says it exactly.
        *("Errno.condition", "Signal.condition", "SideEffect.condition"),
        *("StateTransition.condition", "Capability.check_condition"),
        "Param.constraint_description",
    )
)

#: Fields whose change gives a claim another id, though it still says the same.
NAMED = frozenset(("label",))

#: Fields that change the id and what is claimed.
MOVES = frozenset(
    (
        *("Param.name", "Errno.name", "Lock.name", "Signal.signal_name", "Capability.name"),
        *("Rule.name", "StateTransition.object", "Struct.name", "StructField.name"),
        "Return.ensures",
    )
)

#: Fields that also change which errnos a closed set lists.
LISTED = frozenset(
    ("Errno.name", "Errno.internal", "Param.on_violation", "Require.outcome",
     "Signal.error_on_signal")
)  # fmt: skip

#: Fields of a block that all its causes share.
SHARED = frozenset(("Errno.must", "Errno.scope", "Errno.internal"))


def changes(node: Any) -> Iterator[tuple[str, Any]]:
    """The node with one field changed: the field's name and the changed node."""
    for entry in entries(type(node)):
        value = getattr(node, entry.attribute)
        name = f"{type(node).__name__}.{entry.attribute}"
        if issubclass(entry.base, Node):
            for inner_name, inner in changes(value[0] if entry.many else value):
                changed = (inner, *value[1:]) if entry.many else inner
                yield inner_name, dataclasses.replace(node, **{entry.attribute: changed})
        else:
            new = (changed_scalar(value[0]), *value[1:]) if entry.many else changed_scalar(value)
            yield name, dataclasses.replace(node, **{entry.attribute: new})


def changed_scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value + "new"


CHANGES = list(changes(CLOSED))


@pytest.mark.parametrize(("name", "changed"), CHANGES, ids=[name for name, _ in CHANGES])
def test_a_change_changes_exactly_the_claim_it_is_in(name: str, changed: Spec) -> None:
    before, after = hashes(CLOSED), hashes(changed)
    gone = before.keys() - after.keys()
    new = after.keys() - before.keys()
    other = {key for key in before.keys() & after.keys() if before[key] != after[key]}
    field = name.split(".")[1]
    if name == "Spec.name":
        assert list(before.values()) == list(after.values()) and not other
    elif name in PROSE or field in ("description", "origin", "shared"):
        assert before == after
    elif field in NAMED:
        assert not other and len(gone) == len(new) > 0
        assert {before[key] for key in gone} == {after[key] for key in new}
    elif name in MOVES:
        assert (
            gone
            and len(gone) == len(new)
            and not {before[key] for key in gone} & {after[key] for key in new}
        )
        expected = {f"{changed.name}.error-set"} if name in LISTED else set()
        assert other == expected
    else:
        assert not gone and not new
        sets = {key for key in other if key.endswith(".error-set")}
        assert bool(sets) == (name in LISTED or name.startswith("ErrorSet."))
        assert len(other - sets) == (
            0 if name.startswith("ErrorSet.") else 2 if name in SHARED else 1
        )


def test_every_field_is_changed_once() -> None:
    assert len({name for name, _ in CHANGES}) > 120
    assert {name for name, _ in CHANGES} >= PROSE | MOVES | LISTED | SHARED


@pytest.mark.parametrize(
    ("spec", "changed"),
    [
        (
            spec_of(errors=(Errno(name="EIO", condition="a"),)),
            spec_of(errors=(Errno(name="EIO", condition="b"),)),
        ),
        (
            spec_of(parameters=(Param(index=0, name="p", constraint_description="a"),)),
            spec_of(parameters=(Param(index=0, name="p", constraint_description="b"),)),
        ),
        (
            spec_of(constraints=(Rule(name="r", description="a"),)),
            spec_of(constraints=(Rule(name="r", description="b"),)),
        ),
        (
            spec_of(side_effects=(SideEffect(type=("a",), condition="a"),)),
            spec_of(side_effects=(SideEffect(type=("a",), condition="b"),)),
        ),
        (spec_of(context_flags=()), spec_of(context_flags=("process",))),
        (
            spec_of(errors=(Errno(name="EIO", condition="x"),)),
            spec_of(errors=(Errno(name="EIO", causes=(Cause(when="x"),)),)),
        ),
        (
            spec_of(errors=(Errno(name="EIO"),)),
            spec_of(errors=(Errno(name="EIO", must=False),)),
        ),
    ],
)
def test_words_count_where_nothing_says_it_exactly(spec: Spec, changed: Spec) -> None:
    assert only(spec).id == only(changed).id
    assert only(spec).hash != only(changed).hash


def test_blanks_and_the_order_of_sets_do_not_count() -> None:
    spec = openat()
    assert hashes(spec) == hashes(decode(blanks_doubled(encode(spec))))
    first = ErrorSet(kind="open", scope=("fs", "lsm"))
    second = ErrorSet(kind="open", scope=("lsm", "fs"))
    assert only(spec_of(error_set=first)).hash == only(spec_of(error_set=second)).hash


def blanks_doubled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: blanks_doubled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [blanks_doubled(item) for item in value]
    return value.replace(" ", " \n ") if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  flags  &  ~O_X ", "flags&~O_X"),
        ("a & &b", "a& &b"),
        ("a - -1", "a- -1"),
        ("x in { A, B }", "x in{A,B}"),
        ("0 .. count - 1", "0..count-1"),
        ("a / *p", "a/ *p"),
        ("sizeof (struct stat)", "sizeof(struct stat)"),
        ("", ""),
    ],
)
def test_squeezed_code_means_the_same(text: str, expected: str) -> None:
    assert squeezed(text) == expected


def test_a_closed_set_lists_every_errno_that_may_come() -> None:
    spec = spec_of(
        error_set=ErrorSet(kind="closed", when="x"),
        errors=(Errno(name="EIO"), Errno(name="ERESTARTSYS", internal=True)),
        parameters=(
            Param(index=0, name="p", on_violation=("EBADF",),
                  requires=(Require(expr="a", outcome=("EINVAL",)),)),
            Param(index=1, name="q", on_violation=("masked",),
                  requires=(Require(expr="a", outcome=("ignored",)),)),
        ),
        signals=(Signal(signal_name="any", error_on_signal="EINTR"), Signal(signal_name="x")),
    )  # fmt: skip
    (claim,) = (claim for claim in claims(spec) if claim.kind == "error-set")
    assert claim.text.split("\n") == [
        "error-set",
        "kind: closed",
        "when: x",
        *("errnos: EBADF", "errnos: EINTR", "errnos: EINVAL", "errnos: EIO"),
    ]


def test_the_hash_of_a_claim_is_for_ever() -> None:
    """Evidence stores these: if this fails, all evidence becomes unverified."""
    found = hashes(openat())
    text = "error\nerrno: EINVAL\nmust: yes\nwhen: flags&__O_TMPFILE&&(flags&O_ACCMODE)==O_RDONLY"
    (claim,) = (c for c in claims(openat()) if c.id == "sys_openat.error.EINVAL.tmpfile-readonly")
    assert claim.text == text
    assert found[claim.id] == claim.hash == "ce520fe416f4f59c"


@given(hostile(Spec))
def test_any_spec_has_claims_that_depend_on_nothing_else(spec: Spec) -> None:
    found = claims(spec)
    assert found == claims(normalise(spec))
    assert all(re.fullmatch("[0-9a-f]{16}", claim.hash) for claim in found)
