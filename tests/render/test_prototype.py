"""C declarations and prototypes."""

from __future__ import annotations

import pytest
from render_samples import openat

from kapi.model.spec import Param, Return, Spec
from kapi.render.prototype import declare, prototype


@pytest.mark.parametrize(
    ("kind", "name", "wanted"),
    [
        ("int", "fd", "int fd"),
        ("const char __user *", "buf", "const char __user *buf"),
        ("void (*)(int)", "fn", "void (*fn)(int)"),
        ("int (* const)(void)", "fn", "int (* const fn)(void)"),
        ("int [2]", "fds", "int fds[2]"),
        ("char *[]", "argv", "char *argv[]"),
        (None, "x", "x"),
        ("...", "...", "..."),
        ("int", "", "int (unnamed)"),
    ],
)
def test_declare(kind: str | None, name: str, wanted: str) -> None:
    assert str(declare(kind, name)) == wanted


def test_wrapped_below_the_first_parameter() -> None:
    assert prototype(openat(), "openat", 60) == (
        "long openat(int dfd, const char __user *filename, int flags,\n            umode_t mode);"
    )


def test_wrapped_at_eight_where_the_name_is_long() -> None:
    spec = Spec(
        name="x",
        kind="function",
        parameters=(Param(index=0, name="first", type="int"), Param(index=1, name="b", type="int")),
        returns=Return(type="struct gizmo *"),
    )
    assert prototype(spec, "a_function_with_a_long_name", 45) == (
        "struct gizmo *a_function_with_a_long_name(\n        int first, int b);"
    )


def test_no_parameters() -> None:
    assert prototype(Spec(name="x", kind="syscall"), "getpid", 70) == "long getpid(void);"
    assert prototype(Spec(name="x", kind="function"), "f", 70) == "f(void);"
