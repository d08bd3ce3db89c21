"""The walk over the model: what is said where, in the words of every output."""

from __future__ import annotations

import pytest
from render_samples import read

from kapi.model.spec import (
    ArchMask,
    Constraint,
    Errno,
    ErrorSet,
    Param,
    Signal,
    Spec,
    StateTransition,
    Struct,
    StructField,
)
from kapi.render import RENDERERS, Options, render
from kapi.render.document import build_pages
from kapi.render.facts import Facts, constraint_runs, error_set_runs
from kapi.render.inline import Scope
from kapi.render.nodes import plain_text


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (ErrorSet(kind="closed"), "No other error is delivered."),
        (
            ErrorSet(kind="closed", when="fd_kind(fd) == pipe"),
            "No other error is delivered, provided that fd_kind(fd) == pipe.",
        ),
        (ErrorSet(kind="open"), "Other errors are possible."),
        (ErrorSet(kind="open", scope=("fs", "lsm")), "Other errors may come from: fs, lsm."),
    ],
)
def test_error_sets(rule: ErrorSet, sentence: str) -> None:
    assert plain_text(error_set_runs(rule)) == sentence


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Constraint(form="nonzero"), "nonzero"),
        (Constraint(form="range", lo="0", hi="INT_MAX"), "range(0, INT_MAX)"),
        (Constraint(form="enum", values=("A", "B")), "enum(A, B)"),
        (Constraint(form="user_string", max_len="PATH_MAX"), "user_string(PATH_MAX)"),
        (Constraint(form="range", lo="0", hi="9", align="2"), "range(0, 9, align=2)"),
    ],
)
def test_constraints(rule: Constraint, text: str) -> None:
    assert plain_text(constraint_runs(rule)) == text


def _plain(spec: Spec) -> str:
    return render("plain", [spec])


def test_flags_without_a_class() -> None:
    spec = Spec(
        name="x", kind="function", parameters=(Param(index=0, name="a", flags=("input", "user")),)
    )
    assert "        flags: input, user\n" in _plain(spec)


def test_a_signal_number_that_is_the_name_is_not_said_twice() -> None:
    spec = Spec(name="x", kind="function", signals=(Signal(signal_name="SIGIO", signal_num="29"),))
    assert "number:" in _plain(spec)
    spec = Spec(
        name="x", kind="function", signals=(Signal(signal_name="SIGIO", signal_num="SIGIO"),)
    )
    assert "number:" not in _plain(spec)


def test_half_a_state_transition() -> None:
    spec = Spec(
        name="x", kind="function", state_transitions=(StateTransition(object="o", to_state="b"),)
    )
    assert "    o\n        to: b\n" in _plain(spec)


def test_a_struct_without_a_name() -> None:
    struct = Struct(fields=(StructField(name="a", type="int [4]"),))
    assert "    (unnamed)\n        int a[4]\n" in _plain(
        Spec(name="x", kind="function", structs=(struct,))
    )


def test_a_code_that_is_never_delivered_is_marked() -> None:
    errors = (Errno(name="EIO"), Errno(name="ERESTARTSYS", internal=True))
    assert _plain(Spec(name="x", kind="function", errors=errors)).count("internal:") == 1


def test_own_mentions_are_no_see_also() -> None:
    spec = Spec(name="sys_open", kind="syscall", notes="open(2) is older than openat(2).")
    (page,) = build_pages([spec], Options(), columns=70)
    assert page.mentions == ("openat(2)",)


def test_a_node_of_a_new_kind_is_shown_field_by_field() -> None:
    scope = Scope(frozenset(), frozenset(), lambda _: "", set())
    shown = Facts(scope, verbose=False).compound(ArchMask(arch="s", config="C", expr="E"))
    assert plain_text(shown) == "arch: s; config: C; expr: E"


@pytest.mark.parametrize("format", RENDERERS)
def test_no_specs_no_text(format: str) -> None:
    assert render(format, []) == ""


@pytest.mark.parametrize("format", RENDERERS)
def test_ends_with_one_newline(format: str) -> None:
    assert render(format, [read()]).endswith("\n")
    assert not render(format, [read()]).endswith("\n\n")


def test_unknown_formats_are_refused() -> None:
    with pytest.raises(KeyError):
        render("pdf", [])
