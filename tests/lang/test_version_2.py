"""Keys, tags and forms of version 2; and that version 1 refuses them without losing them."""

from __future__ import annotations

import pytest

from kapi.lang import fields
from kapi.model.spec import (
    Cause,
    Errno,
    ErrorSet,
    Include,
    Lock,
    Range,
    Require,
    Return,
    Success,
)
from tests.lang.reading import assert_round_trip, read, read_2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("closed", ErrorSet(kind="closed")),
        ("open", ErrorSet(kind="open")),
        ("open(fs, driver, lsm)", ErrorSet(kind="open", scope=("fs", "driver", "lsm"))),
        ("open(lsm,fs)", ErrorSet(kind="open", scope=("fs", "lsm"))),
        ("open (arch)", ErrorSet(kind="open", scope=("arch",))),
        (
            "closed if fd_kind(fd) == pipe",
            ErrorSet(kind="closed", when="fd_kind(fd) == pipe"),
        ),
        ("closed if a\n    && b", ErrorSet(kind="closed", when="a && b")),
    ],
)
def test_error_set(text: str, found: ErrorSet) -> None:
    read = read_2(f"error-set: {text}")
    assert (read.spec.error_set, read.findings) == (found, [])
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("close", "bad-value"),
        ("closed if", "bad-value"),
        ("closed unless a", "bad-value"),
        ("closed(fs)", "bad-value"),
        ("open fs", "bad-value"),
        ("open(fs | lsm)", "separator"),
        ("open(fs, vfs)", "unknown-token"),
        ("open()", "separator"),
        ("closed if (a", "bad-value"),
        ("open(fs, fs)", "repeated-word"),
    ],
)
def test_wrong_error_sets(text: str, code: str) -> None:
    assert read_2(f"error-set: {text}").codes == [code]


def test_an_absent_error_set_is_absent() -> None:
    assert read_2("contexts: process").spec.error_set is None


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("EBADF", ("EBADF",)),
        ("EBADF | EINVAL", ("EBADF", "EINVAL")),
        ("ignored", ("ignored",)),
        ("masked", ("masked",)),
    ],
)
def test_on_violation(text: str, outcome: tuple[str, ...]) -> None:
    read = read_2(f"param: len\n  range: 0, 5\n  on-violation: {text}")
    assert (read.spec.parameters[1].on_violation, read.findings) == (outcome, [])
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EBADF, EINVAL", "separator"),
        ("-EBADF", "errno-sign"),
        ("refused", "unknown-errno"),
        ("ignored | EBADF", "unknown-errno"),
        ("EIO | EIO", "repeated-word"),
        ("EIO |", "separator"),
    ],
)
def test_wrong_outcomes(text: str, code: str) -> None:
    assert read_2(f"param: len\n  on-violation: {text}").codes == [code]


def test_null_ok_and_require() -> None:
    read = read_2(
        "param: buf\n  null-ok: len == 0\n  require: len < 5 -> EINVAL\n"
        "  require(wrap): buf + len > buf -> EFAULT | EINVAL\n  require: x->y -> ignored"
    )
    param = read.spec.parameters[2]
    assert param.null_ok == "len == 0"
    assert param.requires == (
        Require(expr="len < 5", outcome=("EINVAL",)),
        Require(expr="buf + len > buf", outcome=("EFAULT", "EINVAL"), label="wrap"),
        Require(expr="x->y", outcome=("ignored",)),
    )
    assert read.findings == []
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("len < 5", "bad-value"),
        ("len < 5 ->", "empty-value"),
        ("-> EINVAL", "empty-value"),
        ("len < 5 -> masked", "unknown-errno"),
        ("len < 5 -> einval", "unknown-errno"),
        ("(len -> EINVAL", "bad-value"),
        ("len -> EINVAL, EIO", "separator"),
    ],
)
def test_wrong_requirements(text: str, code: str) -> None:
    read = read_2(f"param: len\n  require: {text}")
    assert code in read.codes
    assert {finding[2] for finding in read.findings} == {2}


def test_causes() -> None:
    read = read_2(
        "error: EINVAL, wrong\n  condition: words\n  when(one): a &&\n    b\n  when(two-2): c\n"
        "  must: yes\n  scope: lsm | fs\n  internal: yes\n  ensures: d\n  label: block"
    )
    assert read.spec.errors == (
        Errno(
            name="EINVAL",
            summary="wrong",
            condition="words",
            causes=(Cause(when="a && b", label="one"), Cause(when="c", label="two-2")),
            must=True,
            scope=("fs", "lsm"),
            internal=True,
            ensures="d",
            label="block",
        ),
    )
    assert read.findings == []
    assert_round_trip(read)


def test_places_of_causes_are_those_of_their_expressions() -> None:
    read = read_2("error: EIO\n  when(a): x\n    + y\n  when(b): z")
    spans = [cause.span for cause in read.spec.errors[0].causes if cause.span]
    assert [(span.line - 7, span.column, span.end_line - 7) for span in spans] == [
        (2, 15, 3),
        (4, 15, 4),
    ]


@pytest.mark.parametrize("label", ["a", "a-b", "0", "a1-2b"])
def test_labels(label: str) -> None:
    read = read_2(f"error: EIO\n  label: {label}\nerror: EIO\n  when({label}x): y")
    assert read.findings == []
    assert_round_trip(read)


@pytest.mark.parametrize("label", ["A", "a_b", "a b", "-a", "a-", "a--b", "\u00e4", ""])
def test_wrong_labels(label: str) -> None:
    read = read_2(f"error: EIO\n  when({label}): x")
    assert read.findings == [("bad-value", "E", 2, 11)]
    assert read.spec.errors[0].causes == (Cause(when="x"),)


@pytest.mark.parametrize("tag", ["error", "lock", "signal", "side-effect", "capability"])
def test_only_causes_and_requirements_take_a_label_in_brackets(tag: str) -> None:
    header = {"side-effect": "network", "capability": "CAP_A", "error": "EIO"}.get(tag, "x")
    read = read_2(f"{tag}: {header}\n  desc(one): x\n  origin(two): y")
    assert [finding for finding in read.findings if finding[0] == "bad-value"] == [
        ("bad-value", "E", 2, 11),
        ("bad-value", "E", 3, 13),
    ]


@pytest.mark.parametrize(
    ("tag", "header", "target"),
    [
        ("signal", "s", "signals"),
        ("side-effect", "network", "side_effects"),
        ("capability", "CAP_A", "capabilities"),
        ("state-trans", "o\n  from: a\n  to: b", "state_transitions"),
        ("lock", "l\n  type: rcu", "locks"),
    ],
)
def test_when_label_and_origin_of_other_items(tag: str, header: str, target: str) -> None:
    keys = "  when: a == b\n  label: one\n  origin: fs/a.c: b()"
    read = read_2(f"{tag}: {header}\n{keys}")
    (item,) = getattr(read.spec, target)
    assert (item.when, item.label, item.origin) == ("a == b", "one", "fs/a.c: b()")
    assert read.findings == []
    assert_round_trip(read)
    old = read_1(f"{tag}: {header}\n{keys}")
    assert old == ["needs-version-2"] * 3


def read_1(body: str) -> list[str]:
    """The codes of a body in version 1."""
    return read(f"kapi-mark: x\n{body}").codes


def test_held_and_mode() -> None:
    read = read_2("lock: l\n  type: rwlock\n  mode: read\n  held: sometimes")
    assert read.spec.locks == (
        Lock(name="l", type="rwlock", mode="read", held="sometimes", scope="internal"),
    )
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("0..count", "0", "count"),
        ("-5 .. MAX(A, B)", "-5", "MAX(A, B)"),
        ("f(0, g(1))..x", "f(0, g(1))", "x"),
    ],
)
def test_a_range_of_successes(text: str, lo: str, hi: str) -> None:
    read = read_2(f"return:\n  type: int\n  success: {text}")
    assert read.spec.returns == Return(
        type="long", type_class="int", success_range=Range(lo=lo, hi=hi)
    )
    assert read.findings == []
    assert_round_trip(read)


def test_dots_in_brackets_are_no_range() -> None:
    read = read_2("return:\n  success: f(0..1)")
    assert read.spec.returns is not None
    assert read.spec.returns.success == Success(op="==", value="f(0..1)")


@pytest.mark.parametrize("text", ["0..", "..5", "..", ">= 0..5", "=> 5", "== == 5", "<"])
def test_wrong_successes(text: str) -> None:
    read = read_2(f"return:\n  success: {text}")
    assert [finding[1:3] for finding in read.findings] == [("E", 2)]
    assert read.unparsed == [("success", text)]


def test_ensures_of_the_result_repeat() -> None:
    read = read_2("return:\n  ensures: a\n  ensures: b || c")
    assert read.spec.returns is not None
    assert read.spec.returns.ensures == ("a", "b || c")
    assert_round_trip(read)


@pytest.mark.parametrize("tag", [tag for tag in fields.all_tags().values() if tag.kind == "block"])
def test_only_keys_that_may_repeat_repeat(tag: fields.Tag) -> None:
    for key in tag.keys:
        codes = read_2(f"{tag.name}: len\n  {key.name}: x\n  {key.name}: y").codes
        assert ("duplicate-key" in codes) is not key.repeats


def test_the_origin_of_a_call() -> None:
    read = read_2("origin: fs/a.c: b(),\n    c()")
    assert read.spec.origin == "fs/a.c: b(), c()"
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "include"),
    [
        ("fact", Include(name="fact", arguments=())),
        ("fact()", Include(name="fact", arguments=())),
        ("fact(wfd)", Include(name="fact", arguments=("wfd",))),
        (
            "fact(AT_FDCWD, -1, buf,\n    0x10)",
            Include(name="fact", arguments=("AT_FDCWD", "-1", "buf", "0x10")),
        ),
    ],
)
def test_include_lines(text: str, include: Include) -> None:
    read = read_2(f"include: {text}")
    assert (read.spec.includes, read.findings) == ((include,), [])
    assert_round_trip(read)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fact(fd)", "unknown-param"),
        ("fact(wfd + 1)", "unknown-param"),
        ("fact(wfd,)", "separator"),
        ("fact(wfd) more", "bad-value"),
        ("fact(wfd", "bad-value"),
        ("two words", "bad-value"),
        ("fact(f(wfd))", "unknown-param"),
    ],
)
def test_wrong_include_lines(text: str, code: str) -> None:
    read = read_2(f"include: {text}")
    assert read.codes == [code]
    assert read.unparsed == [("include", text)]


# Versions.


@pytest.mark.parametrize(
    ("text", "version", "codes"),
    [
        ("1", 1, []),
        ("2", 2, ["legacy-spelling"]),
        ("0x2", 2, ["legacy-spelling"]),
        ("\n    2", 2, ["legacy-spelling"]),
        ("3", None, ["bad-version"]),
        ("0", None, ["bad-version"]),
        ("two", None, ["bad-value"]),
        ("2 2", None, ["bad-value"]),
    ],
)
def test_the_version_decides_the_severities(
    text: str, version: int | None, codes: list[str]
) -> None:
    """Wherever it stands: the old spelling stands above it."""
    found = read(f"contexts: KAPI_CTX_NMI\napi-version: {text}")
    assert (found.spec.version, found.codes) == (version, codes)


def test_the_first_version_counts() -> None:
    found = read("api-version: 2\napi-version: 1\ncontexts: KAPI_CTX_NMI")
    assert found.spec.version == 2
    assert found.codes == ["duplicate-tag", "legacy-spelling"]


def test_version_1_reads_keys_of_version_2_after_an_error() -> None:
    found = read(
        "origin: fs/a.c\nerror-set: closed\ninclude: fact(wfd)\nerror: EIO\n  when: a\n"
        "param: len\n  on-violation: EIO\n"
    )
    assert found.codes == ["needs-version-2"] * 5
    assert found.spec.origin == "fs/a.c"
    assert found.spec.errors[0].causes == (Cause(when="a"),)
    assert found.spec.parameters[1].on_violation == ("EIO",)


def test_symbols_are_the_constants_of_all_expressions() -> None:
    found = read_2(
        "error-set: closed if config(NET) && A1\nparam: len\n  mask: B1 | len\n"
        "  arch-mask: arm = C1\n  null-ok: D1\n  require: E1 -> EINVAL\n"
        "return:\n  success: 0..F1\n  ensures: G1 == wfd\n"
        "error: EIO\n  when: __H1 && x.I1 && y\n  condition: NOT_THIS\nlock: NOR_THIS, or\n"
        "  type: rcu\nconstraint: c\n  expr: NOR this, X\n"
    )
    assert found.spec.symbols == ("A1", "B1", "C1", "D1", "E1", "F1", "G1", "__H1")
