"""Shared specs: which facts are taken over, what is replaced in them, what cannot be included."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kapi.csource.collect import collect
from kapi.lang.printer import print_comment
from kapi.model.spec import Spec
from tests.lang.reading import Finding, findings, read_set


def shared(name: str, params: str, body: str) -> str:
    """A shared spec."""
    names = [param.split()[-1].strip("*") for param in params.split(", ") if param != "void"]
    lines = "".join(f" * {line}\n" for line in body.split("\n"))
    at_lines = "".join(f" * @{one}: x\n" for one in names)
    head = f"/**\n * {name} - shared\n{at_lines} *\n * api-version: 2\n * api-type: shared\n"
    return f"{head}{lines} */\nvoid {name}({params});\n"


def user(includes: Iterable[str], more: str = "", code: str = "int f(int fd, char *buf)") -> str:
    """A spec that includes."""
    lines = "".join(f" * include: {include}\n" for include in includes)
    more = "".join(f" * {line}\n" for line in more.split("\n") if line)
    head = "/**\n * f - user\n * @fd: x\n * @buf: y\n *\n * api-version: 2\n"
    return f"{head}{lines}{more} */\n{code};\n"


def whole(*texts: str) -> tuple[Spec, list[Finding]]:
    """The spec ``f`` with its includes, and all findings."""
    found = read_set(*texts)
    (spec,) = (one for one in found.specs if one.name == "f")
    return spec, findings(found.diagnostics)


FACT = shared(
    "fact",
    "int a, char *b",
    "error: EIO, of @a\n"
    "  condition: @a or @ab, not a@a, and @b.\n"
    "  when(one): a == b && x.a && p->a && aa && a_(a)\n"
    "  ensures: old(a)\n"
    "  desc: @a\n"
    "lock: a\n  type: rcu\n  when: a\n  desc: @a\n"
    "signal: @a\n  when: b\n  target: @b\n  sa-flags-required: SA_A | a\n"
    "side-effect: network\n  when: a\n  target: @a\n"
    "capability: CAP_A\n  when: a\n  allows: @a\n"
    "constraint: c\n  expr: a < b, as @a\n"
    "state-trans: @a\n  from: @a\n  to: b\n  when: a",
)


def test_parameters_are_replaced_in_code_and_prose() -> None:
    spec, found = whole(user(["fact(fd, buf)"]), FACT)
    assert found == []
    (error,) = spec.errors
    assert error.summary == "of @fd"
    assert error.condition == "@fd or @ab, not a@a, and @buf."
    assert error.causes[0].when == "fd == buf && x.a && p->a && aa && a_(fd)"
    assert error.causes[0].label == "one"
    assert (error.ensures, error.description) == ("old(fd)", "@fd")
    assert (spec.locks[0].name, spec.locks[0].when, spec.locks[0].description) == ("a", "fd", "@fd")
    assert (spec.signals[0].signal_name, spec.signals[0].when) == ("@fd", "buf")
    assert spec.signals[0].sa_flags_required == "SA_A | fd"
    assert (spec.side_effects[0].when, spec.side_effects[0].target) == ("fd", "@fd")
    assert (spec.capabilities[0].when, spec.capabilities[0].allows) == ("fd", "@fd")
    assert spec.constraints[0].expression == "fd < buf, as @fd"
    assert (spec.state_transitions[0].from_state, spec.state_transitions[0].to_state) == (
        "@fd",
        "b",
    )


def test_items_say_where_they_come_from() -> None:
    spec, _ = whole(user(["fact(fd, buf)"], "error: EDOM, own"), FACT)
    assert [(error.name, error.shared) for error in spec.errors] == [
        ("EDOM", None),
        ("EIO", "fact"),
    ]
    spans = [error.span.path for error in spec.errors if error.span]
    assert spans == ["0.c", "1.c"]


def test_two_parameters_may_change_places() -> None:
    spec, _ = whole(user(["fact(buf, fd)"]), FACT.replace("a == b", "a - b"))
    assert spec.errors[0].causes[0].when == "buf - fd && x.a && p->a && aa && a_(buf)"


@pytest.mark.parametrize(
    ("argument", "code", "prose"),
    [
        ("AT_FDCWD", "AT_FDCWD", "AT_FDCWD"),
        ("7", "7", "7"),
        ("-1", "(-1)", "-1"),
        ("fd", "fd", "@fd"),
    ],
)
def test_constants_stand_for_parameters(argument: str, code: str, prose: str) -> None:
    text = shared("fact", "int a", "error: EIO, of @a\n  when: x -a")
    spec, found = whole(user([f"fact({argument})"]), text)
    assert (spec.errors[0].causes[0].when, spec.errors[0].summary) == (f"x -{code}", f"of {prose}")
    assert found == []


def test_a_parameter_in_capitals_is_a_parameter() -> None:
    text = shared("fact", "int a", "error: EIO, of @a")
    code = (
        user(["fact(FD)"], code="int f(int FD)").replace("@fd", "@FD").replace(" * @buf: y\n", "")
    )
    spec, found = whole(code, text)
    assert (spec.errors[0].summary, found) == ("of @FD", [])


def test_only_items_are_taken() -> None:
    text = shared(
        "fact",
        "int a",
        "long-desc: x\ncontexts: nmi\norigin: y\nparam: a\n  size: 4\nnotes: z\nexamples: u\n"
        "kapi-a: v\nerror-set: closed\nreturn:\n  type: fd",
    )
    spec, _ = whole(user(["fact(fd)"]), text)
    plain, _ = whole(user([]))
    for name in ("long_description", "context_flags", "origin", "parameters", "notes", "examples"):
        assert getattr(spec, name) == getattr(plain, name)
    assert (spec.extensions, spec.error_set, spec.returns) == ((), None, plain.returns)


def test_symbols_of_facts_and_arguments_are_symbols() -> None:
    text = shared("fact", "int a", "error: EIO\n  when: a == FACT_A")
    spec, _ = whole(user(["fact(AT_FDCWD)"], "error: EDOM\n  when: fd == OWN_A"), text)
    assert spec.symbols == ("AT_FDCWD", "FACT_A", "OWN_A")


def test_nested_includes() -> None:
    outer = shared(
        "outer", "char *x, int y", "include: inner(y, x)\nerror: EIO, outer @x\n  when: x"
    )
    inner = shared("inner", "int p, char *q", "error: EDOM, inner @p @q\n  when: p - q")
    spec, found = whole(user(["outer(buf, 3)"]), outer, inner)
    assert found == []
    assert [(one.name, one.shared, one.summary, one.causes[0].when) for one in spec.errors] == [
        ("EIO", "outer", "outer @buf", "buf"),
        ("EDOM", "inner", "inner 3 @buf", "3 - buf"),
    ]


def test_names_of_the_two_specs_do_not_mix() -> None:
    """A parameter of the inner spec has the name of another one of the outer spec."""
    outer = shared("outer", "int a, int b", "include: inner(b, a)")
    inner = shared("inner", "int a, int b", "error: EIO\n  when: a - b")
    spec, _ = whole(user(["outer(fd, 5)"]), outer, inner)
    assert spec.errors[0].causes[0].when == "5 - fd"


def test_what_comes_on_two_ways_is_taken_once() -> None:
    left = shared("left", "int a", "include: base(a)")
    right = shared("right", "int b", "include: base(b)")
    base = shared("base", "int c", "error: EIO, x\n  when(one): c")
    spec, found = whole(user(["left(fd)", "right(fd)", "base(fd)"]), left, right, base)
    assert (len(spec.errors), found) == (1, [])
    spec, found = whole(user(["left(fd)", "base(3)"]), left, base)
    assert [error.causes[0].when for error in spec.errors] == ["fd", "3"]
    assert [finding[0] for finding in found] == ["duplicate-label"]


def test_printing_leaves_out_what_an_include_brings() -> None:
    spec, _ = whole(user(["fact(fd, buf)"], "error: EDOM, own"), FACT)
    text = print_comment(spec)
    assert " * include: fact(fd, buf)\n" in text
    assert "EIO" not in text
    assert "EDOM" in text


# What cannot be included.


def test_circles() -> None:
    one = shared("one", "void", "include: two()")
    two = shared("two", "void", "include: one()")
    spec, found = whole(user(["one()"]), one, two)
    assert spec.errors == ()
    assert [finding[0] for finding in found] == ["include-cycle", "include-cycle"]
    itself = shared("self", "void", "include: self()")
    found = findings(read_set(itself).diagnostics)
    assert found == [("include-cycle", "E", 6, 13)]


@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("facts(fd, buf)", "no shared spec 'facts'"),
        (
            "g()",
            "no shared spec 'g'; a spec of that name exists, but its api-type is not 'shared'",
        ),
        ("fact(fd)", "'fact(a, b)' takes 2, not 1"),
        ("fact", "'fact(a, b)' takes 2, not 0"),
        ("fact(fd, fd, fd)", "'fact(a, b)' takes 2, not 3"),
    ],
)
def test_wrong_includes(include: str, message: str) -> None:
    plain = "/**\n * g - x\n *\n * api-version: 2\n */\nvoid g(void);\n"
    found = read_set(user([include]), FACT, plain)
    assert [one.message for one in found.diagnostics] == [message]
    assert findings(found.diagnostics)[0][1:] == ("E", 7, 13)
    (spec,) = (one for one in found.specs if one.name == "f")
    assert spec.errors == ()
    assert len(spec.includes) == 1


@pytest.mark.parametrize(
    ("own", "theirs", "conflict"),
    [
        ("closed", "closed", False),
        ("closed", "open", True),
        ("closed", "open(fs)", True),
        ("closed", "closed if a", True),
        ("closed", "", True),
        ("open", "open", False),
        ("open(fs)", "", False),
        ("closed if fd", "open", False),
        ("", "", False),
    ],
)
def test_a_closed_set_takes_over_closed_ones_only(own: str, theirs: str, conflict: bool) -> None:
    text = shared("fact", "int a", f"error-set: {theirs}" if theirs else "notes: x")
    found = read_set(user(["fact(fd)"], f"error-set: {own}" if own else ""), text)
    assert findings(found.diagnostics) == ([("conflict", "E", 7, 13)] if conflict else [])
    if conflict:
        assert [note.span.line for note in found.diagnostics[0].notes] == [8]


def test_a_fault_of_a_shared_spec_is_reported_once() -> None:
    wrong = shared("wrong", "int a", "include: nothing()")
    users = [
        user(["wrong(fd)"]).replace("f -", f"f{n} -").replace("int f(", f"int f{n}(") for n in "123"
    ]
    found = read_set(wrong, *users)
    assert findings(found.diagnostics) == [("unknown-include", "E", 7, 13)]


def test_shared_specs_may_come_from_elsewhere() -> None:
    other = {one.spec.name: one.spec for one in read_set(FACT).found}
    found = collect([("f.c", user(["fact(fd, buf)"]).encode())], other.get)
    assert [error.name for error in found.specs[0].errors] == ["EIO"]
    assert found.diagnostics == ()


def test_own_files_come_first() -> None:
    other = {one.spec.name: one.spec for one in read_set(FACT).found}
    mine = shared("fact", "int a, char *b", "error: EDOM, mine")
    found = collect([("f.c", (user(["fact(fd, buf)"]) + mine).encode())], other.get)
    assert [error.name for error in found.specs[0].errors] == ["EDOM"]


def test_sources_are_the_files_that_say_something() -> None:
    found = read_set("int plain;\n", FACT, "/**\n * f - x\n * error: EIO\n */\nint f(void);\n")
    assert list(found.sources) == ["1.c", "2.c"]


def test_a_second_spec_of_one_name_is_reported_with_both_places() -> None:
    found = read_set(FACT, "\n" + FACT)
    assert findings(found.diagnostics) == [("duplicate-spec", "E", 2, 1)]
    (one,) = found.diagnostics
    assert (one.span.path, one.span.end_column, str(one.notes[0].span)) == ("1.c", 4, "0.c:1:1")
    assert [spec.name for spec in found.specs] == ["fact", "fact"]


# Labels.


def test_labels_are_needed_once_an_errno_has_several_causes() -> None:
    text = shared("fact", "int a", "error: EIO, theirs\n  when: a")
    _, found = whole(user(["fact(fd)"], "error: EIO, own"), text)
    assert found == [("label-required", "E", 8, 4), ("label-required", "E", 8, 12)]
    _, found = whole(user(["fact(fd)"], "error: EIO, own\n  label: own"), text)
    assert found == [("label-required", "E", 8, 12)]
    labelled = text.replace("when:", "when(theirs):")
    _, found = whole(user(["fact(fd)"], "error: EIO, own\n  label: own"), labelled)
    assert found == []


def test_a_single_cause_needs_no_label() -> None:
    _, found = whole(user([], "error: EIO, own\n  when: fd\nerror: EDOM, own\n  when: buf"))
    assert found == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("error: EIO\n  when(a): x", "error: EIO\n  when(a): y"),
        ("error: EIO\n  label: a", "error: EIO\n  label: a"),
        ("lock: l\n  type: rcu", "lock: l\n  type: rcu"),
        ("signal: s\n  label: a", "signal: s\n  label: a"),
        ("side-effect: network", "side-effect: network"),
        ("capability: CAP_A", "capability: CAP_A"),
        ("constraint: two words", "constraint: two words"),
    ],
)
def test_two_claims_must_not_have_one_name(first: str, second: str) -> None:
    _, found = whole(user([], f"{first}\n{second}"))
    assert [finding[0] for finding in found] == ["duplicate-label"]
    other = second + "\n  label: other"
    if "label: a" in second or "when" in second:
        other = second.replace("label: a", "label: b").replace("(a)", "(b)")
    assert whole(user([], f"{first}\n{other}"))[1] == []


# Hostile sets.


def test_includes_without_end_are_cut_off() -> None:
    """Each spec includes the next twice, with other arguments: 2 to the power of 40 ways."""
    chain = [
        shared(f"s{n}", "int a, int b", f"include: s{n + 1}(a, {n})\ninclude: s{n + 1}({n}, b)")
        for n in range(40)
    ]
    _, found = whole(user(["s0(fd, 3)"]), *chain, shared("s40", "int a, int b", "error: EIO, x"))
    assert ("include-cycle", "E") in {finding[:2] for finding in found}


def test_a_long_chain_is_no_recursion() -> None:
    chain = [shared(f"s{n}", "void", f"include: s{n + 1}()") for n in range(1200)]
    _, found = whole(user(["s0()"]), *chain, shared("s1200", "void", "error: EIO, x"))
    assert {finding[0] for finding in found} == {"include-cycle"}
