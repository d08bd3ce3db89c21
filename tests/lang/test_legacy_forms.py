"""Legacy and flat forms normalise to the model of block forms; structs, counts, reserved words."""

from __future__ import annotations

import pytest

from kapi.lang.printer import print_comment
from kapi.model.spec import Count, StateTransition, Struct, StructField, Text
from tests.lang.reading import assert_round_trip, read, read_2

MARK = "kapi-mark: x\n"

ALL_OF_AN_EFFECT = (
    "side-effect: hardware | network\n  target: t (a, b)\n  desc: d, e\n  condition: c, f\n"
    "  reversible: yes"
)

#: (title, flat or legacy form, block form); both say the same, version 1 finds no fault in either.
SAME = [
    ("param-type", "param-type: len, uint", "param: len\n  type: uint"),
    (
        "param-type-with-flags",
        "param-type: buf, user_ptr, out, optional",
        "param: buf\n  type: user_ptr, output, optional",
    ),
    ("param-flags", "param-flags: len, in | optional", "param: len\n  flags: input, optional"),
    ("param-range", "param-range: len, 0, MAX(A, B)", "param: len\n  range: 0, MAX(A, B)"),
    ("param-constraint", "param-constraint: len, a, b: c", "param: len\n  cdesc: a, b: c"),
    ("constraint-expr", "constraint-expr: c, a < b, or c", "constraint: c\n  expr: a < b, or c"),
    ("return-type", "return-type: fd", "return:\n  type: fd"),
    ("return-check-type", "return-check-type: fd", "return:\n  check-type: fd"),
    ("return-check", "return-check: KAPI_RETURN_FD", "return:\n  check-type: fd"),
    ("return-success", "return-success: >= 0", "return:\n  success: >= 0"),
    ("return-desc", "return-desc: a: b, c", "return:\n  desc: a: b, c"),
    ("bare-success", "return:\n  success: 0", "return:\n  success: == 0"),
    ("param-header", "param: len, uint, in", "param: len\n  type: uint, input"),
    ("lock-header", "lock: a, b, mutex", "lock: a, b\n  type: mutex"),
    ("capability-header", "capability: CAP_A, bypass", "capability: CAP_A\n  type: bypass_check"),
    (
        "capability-header-with-text",
        "capability: CAP_A, bypass, a, b",
        "capability: CAP_A\n  type: bypass_check\n  desc: a, b",
    ),
    ("constraint-header", "constraint: a b, c, d", "constraint: a b\n  desc: c, d"),
    (
        "constraint-header-and-desc",
        "constraint: a b, c\n  desc: d",
        "constraint: a b\n  desc: c d",
    ),
    ("state-3", "state-trans: o, a, b", "state-trans: o\n  from: a\n  to: b"),
    ("state-4", "state-trans: o, a, b, d", "state-trans: o\n  from: a\n  to: b\n  desc: d"),
    (
        "state-5",
        "state-trans: o, a, b, c, d, e",
        "state-trans: o\n  from: a\n  to: b\n  condition: c\n  desc: d, e",
    ),
    (
        "state-object",
        "state-trans:\n  object: o\n  from: a\n  to: b",
        "state-trans: o\n  from: a\n  to: b",
    ),
    (
        "state-object-twice",
        "state-trans: o\n  object: o\n  from: a\n  to: b",
        "state-trans: o\n  from: a\n  to: b",
    ),
    ("effect-target", "side-effect: network, t", "side-effect: network\n  target: t"),
    (
        "effect-all",
        "side-effect: network | hardware, t (a, b), d, e, condition=c, f, reversible=yes",
        ALL_OF_AN_EFFECT,
    ),
    (
        "effect-named-only",
        "side-effect: network, reversible = 0",
        "side-effect: network\n  reversible: no",
    ),
    (
        "effect-raw",
        "side-effect: KAPI_EFFECT_NETWORK\n  desc: x",
        "side-effect: network\n  desc: x",
    ),
    ("valid-mask", "param: len\n  valid-mask: A", "param: len\n  mask: A"),
    ("mask", "param: len\n  mask: A", "param: len\n  constraint-type: mask(A)"),
    ("range", "param: len\n  range: 1, A", "param: len\n  constraint-type: range(1, A)"),
    ("enum", "param: len\n  valid-values: A, 2", "param: len\n  constraint-type: enum(A, 2)"),
    (
        "raw-mask",
        "param: len\n  constraint-type: KAPI_CONSTRAINT_BITMASK\n  mask: A",
        "param: len\n  constraint-type: mask(A)",
    ),
    (
        "raw-mask-other-name",
        "param: len\n  constraint-type: KAPI_CONSTRAINT_MASK\n  valid-mask: A",
        "param: len\n  constraint-type: mask(A)",
    ),
    (
        "raw-range",
        "param: len\n  constraint-type: KAPI_CONSTRAINT_RANGE\n  range: 1, 2",
        "param: len\n  constraint-type: range(1, 2)",
    ),
    (
        "raw-enum",
        "param: len\n  constraint-type: KAPI_CONSTRAINT_ENUM\n  valid-values: A, B",
        "param: len\n  constraint-type: enum(A, B)",
    ),
    (
        "raw-alignment",
        "param: len\n  constraint-type: KAPI_CONSTRAINT_ALIGNMENT\n  alignment: 8",
        "param: len\n  constraint-type: align(8)\n  alignment: 8",
    ),
    (
        "raw-user-string",
        "param: buf\n  constraint-type: KAPI_CONSTRAINT_USER_STRING\n  size: 64",
        "param: buf\n  constraint-type: user_string(64)\n  size: 64",
    ),
    (
        "raw-buffer",
        "param: buf\n  constraint-type: KAPI_CONSTRAINT_BUFFER\n  size-param: 1",
        "param: buf\n  constraint-type: buffer(len)",
    ),
    (
        "buffer-index",
        "param: buf\n  constraint-type: buffer(1)",
        "param: buf\n  constraint-type: buffer(len)",
    ),
    ("size-param", "param: buf\n  size-param: 1", "param: buf\n  size-param: len"),
    ("description", "param: len\n  description: x", "param: len\n  desc: x"),
    ("inout", "param: len\n  flags: in, out", "param: len\n  flags: inout"),
    ("implied-user", "param: buf\n  type: path, user", "param: buf\n  type: path"),
    ("context-flags", "context-flags: KAPI_CTX_PROCESS | KAPI_CTX_NMI", "contexts: process, nmi"),
    ("context", "context: process", "contexts: process"),
    ("kapi-name", "kapi-a:b: c", "kapi-a: b: c"),
    ("no-blank", "error:EIO, x", "error: EIO, x"),
    *(
        (
            word,
            f"signal: s\n  {word}: {value}",
            f"signal: s\n  {key}: {value}",
        )
        for word, key, value in (
            ("queue_behavior", "queue", "one"),
            ("queue-behavior", "queue", "one"),
            ("transform_to", "transform-to", "SIGUSR1"),
            ("transform", "transform-to", "SIGUSR1"),
            ("sa_flags_required", "sa-flags-required", "SA_RESTART"),
            ("sa_flags_forbidden", "sa-flags-forbidden", "SA_RESTART | SA_SIGINFO"),
            ("state_required", "state-required", "dead"),
            ("state_forbidden", "state-forbidden", "dead"),
        )
    ),
]


@pytest.mark.parametrize(
    ("old", "block"), [pytest.param(old, block, id=title) for title, old, block in SAME]
)
def test_both_forms_say_the_same(old: str, block: str) -> None:
    one, other = read(MARK + old), read(MARK + block)
    assert one.spec == other.spec
    assert one.findings == other.findings == []
    assert_round_trip(one)


OLD_ONLY = {"bare-success", "mask", "range", "enum", "inout", "implied-user", "size-param"}
OLD_ONLY |= {"buffer-index", "state-object", "state-object-twice", "kapi-name", "no-blank"}


@pytest.mark.parametrize(
    "old", [pytest.param(old, id=title) for title, old, _ in SAME if title not in OLD_ONLY]
)
def test_version_2_refuses_the_old_form(old: str) -> None:
    codes = set(read_2(MARK.strip() + "\n" + old).codes)
    assert "legacy-spelling" in codes


#: The same with a warning in version 1: (title, old form, block form, the warnings).
WARNED = [
    ("returns", "returns:\n  type: int", "return:\n  type: int", {"legacy"}),
    (
        "constraint",
        "param: len\n  constraint: x",
        "param: len\n  cdesc: x",
        {"legacy", "scanner-hazard"},
    ),
    (
        "effect-commas",
        "side-effect: network, hardware\n  desc: x",
        "side-effect: hardware | network\n  desc: x",
        {"legacy"},
    ),
    ("colon", "error : EIO\n  desc : x", "error: EIO\n  desc: x", {"space-before-colon"}),
    ("errno", "signal: s\n  errno: EINTR", "signal: s\n  errno: -EINTR", {"missing-sign"}),
]


@pytest.mark.parametrize(
    ("old", "block", "codes"), [pytest.param(*row[1:], id=row[0]) for row in WARNED]
)
def test_some_old_forms_are_warned_about(old: str, block: str, codes: set[str]) -> None:
    one = read(MARK + old)
    assert one.spec == read(MARK + block).spec
    assert set(one.codes) == codes
    assert {finding[1] for finding in one.findings} == {"W"}
    assert {finding[1] for finding in read_2(old).findings if finding[0] != "scanner-hazard"} == {
        "E"
    }


@pytest.mark.parametrize(
    ("block", "flat"),
    [
        ("param: len\n  type: uint", "param-type: len, KAPI_TYPE_UINT"),
        ("param: len\n  flags: in, const", "param-flags: len, const | input"),
        ("param: len\n  range: 1, 2", "param-range: len, 1, 2"),
        ("constraint: c\n  expr: a < b", "constraint-expr: c, a < b"),
        ("return:\n  type: fd", "return-type: FD"),
        ("return:\n  success: == 0", "return-success: 0"),
    ],
)
def test_a_flat_attribute_may_repeat_a_block(block: str, flat: str) -> None:
    for body in (f"{block}\n{flat}", f"{flat}\n{block}"):
        found = read(MARK + body)
        assert found.spec == read(MARK + block).spec
        assert found.findings == []


@pytest.mark.parametrize(
    ("block", "flat", "places"),
    [
        ("param: len\n  type: uint", "param-type: len, int", ((4, 21), (4, 6))),
        ("param: len\n  range: 1, 2", "param-range: len, 1, 3", ((4, 22), (4, 6))),
        ("param: len\n  cdesc: x", "param-constraint: len, y", ((4, 27), (4, 6))),
        ("constraint: c\n  expr: a", "constraint-expr: c, b", ((4, 24), (4, 12))),
        ("return:\n  type: fd", "return-type: int", ((4, 17), (4, 6))),
        ("return:\n  success: 0", "return-success: 1", ((4, 20), (4, 6))),
    ],
)
def test_a_different_second_value_is_a_conflict(
    block: str, flat: str, places: tuple[tuple[int, int], tuple[int, int]]
) -> None:
    first, second = read(MARK + f"{block}\n{flat}"), read(MARK + f"{flat}\n{block}")
    assert first.findings == [("conflict", "E", *places[0])]
    assert second.findings == [("conflict", "E", *places[1])]
    assert first.spec.parameters == read(MARK + block).spec.parameters
    assert len(first.unparsed) == len(second.unparsed) == 1


@pytest.mark.parametrize(
    ("rule", "other", "place"),
    [
        ("range(1, 2)", "range: 3, 4", ("range", "3, 4")),
        ("range(1, 2)", "mask: A", ("mask", "A")),
        ("mask(A)", "valid-mask: B", ("valid-mask", "B")),
        ("enum(A)", "valid-values: A, B", ("valid-values", "A, B")),
        ("nonzero", "range: 3, 4", ("range", "3, 4")),
    ],
)
def test_a_constraint_has_one_form(rule: str, other: str, place: tuple[str, str]) -> None:
    found = read(f"param: len\n  constraint-type: {rule}\n  {other}")
    assert found.findings == [("conflict", "E", 3, 6)]
    assert found.unparsed == [place]
    alone = read(f"param: len\n  constraint-type: {rule}")
    assert found.spec.parameters == alone.spec.parameters


def test_a_broken_constraint_does_not_hide_the_others() -> None:
    found = read("param: len\n  constraint-type: magic(1)\n  range: 3, 4")
    assert found.codes == ["bad-constraint"]
    rule = found.spec.parameters[1].constraint
    assert rule is not None
    assert (rule.form, rule.lo, rule.hi) == ("range", "3", "4")


def test_two_parameters_for_one_length_are_a_conflict() -> None:
    found = read("param: buf\n  constraint-type: buffer(len)\n  size-param: wfd")
    assert found.findings == [("conflict", "E", 2, 6)]
    assert found.unparsed == [("constraint-type", "buffer(len)")]
    same = read("param: buf\n  constraint-type: buffer(len)\n  size-param: 1")
    assert same.findings == []


def test_rules_keep_their_order() -> None:
    found = read("constraint-expr: a, x\nconstraint: b\n  desc: y\nconstraint: a\n  desc: z")
    assert [(rule.name, rule.expression, rule.description) for rule in found.spec.constraints] == [
        ("a", "x", "z"),
        ("b", None, "y"),
    ]


def test_flags_are_added_to_those_of_the_type() -> None:
    for body in (
        "param: len\n  type: uint, input\n  flags: optional",
        "param: len\n  flags: optional\n  type: uint, input",
        "param-flags: len, optional\nparam-type: len, uint, input",
    ):
        found = read(MARK + body)
        assert found.spec.parameters[1].flags == ("input", "optional")
        assert found.findings == []


def test_a_second_block_for_a_param_adds_its_keys() -> None:
    found = read(
        "param: len\n  type: uint\nparam: buf\n  size: 8\nparam: len\n  size: 4\n  type: int"
    )
    assert found.findings == [("merged-param", "W", 5, 4), ("duplicate-key", "E", 7, 6)]
    assert (found.spec.parameters[1].type_class, found.spec.parameters[1].size) == ("uint", "4")


def test_desc_stays_beside_the_at_text() -> None:
    found = read("param: len\n  desc: longer").spec.parameters[1]
    assert (found.description, found.details) == ("room in bytes", "longer")


def test_a_header_of_return_becomes_desc() -> None:
    found = read("return: text\n  type: int")
    assert found.findings == [("bad-value", "E", 1, 12)]
    assert found.spec.returns is not None
    assert found.spec.returns.description == "text"
    both = read("return: text\n  type: int\n  desc: more")
    assert both.spec.returns is not None
    assert (both.spec.returns.description, both.unparsed) == ("more", [("return", "text")])


def test_state_transitions_need_their_states() -> None:
    found = read(MARK + "state-trans: o\n  to: b")
    assert found.findings == [("missing-key", "E", 2, 4)]
    assert found.messages == ["'state-trans' needs 'from'"]
    assert found.spec.state_transitions == (StateTransition(object="o", to_state="b"),)


def test_objects_with_commas() -> None:
    for body in (
        "state-trans: a, b\n  from: c\n  to: d",
        "state-trans:\n  object: a, b\n  from: c\n  to: d",
        "state-trans:\n  object: a, b, c\n  from: c\n  to: d",
        "state-trans:\n  object: a, b, c, d, e, f\n  from: c\n  to: d",
    ):
        found = read(MARK + body)
        assert found.findings == []
        assert_round_trip(found)
    assert " * state-trans: a, b\n" in print_comment(
        read(MARK + "state-trans: a, b\n  from: c").spec
    )


# Structs.


def test_structs() -> None:
    found = read(
        MARK
        + "struct-field: before, int\nstruct: gizmo, a, b\nstruct-field: flags, u32, bits, of it\n"
        "struct-field: room, char (*)[MAX(A, B)], text\nstruct-field-range: room, -1, MAX(A, B)\n"
        "struct-field-mask: flags, A | B\nstruct: empty"
    )
    assert found.findings == []
    assert found.spec.structs == (
        Struct(name=None, fields=(StructField(name="before", type="int"),)),
        Struct(
            name="gizmo",
            description="a, b",
            fields=(
                StructField(name="flags", type="u32", description="bits, of it", mask="A | B"),
                StructField(
                    name="room",
                    type="char (*)[MAX(A, B)]",
                    description="text",
                    lo="-1",
                    hi="MAX(A, B)",
                ),
            ),
        ),
        Struct(name="empty"),
    )
    assert_round_trip(found)


def test_limits_concern_the_struct_above_them() -> None:
    found = read(
        MARK + "struct: a\nstruct-field: x, int\nstruct: b\nstruct-field: y, int\n"
        "struct-field-range: x, 1, 2"
    )
    assert found.findings == [("unknown-field", "E", 6, 24)]


@pytest.mark.parametrize("word", ["struct-type", "struct-field-flags", "struct-field-x-y"])
def test_other_words_of_structs_are_reserved(word: str) -> None:
    found = read(MARK + f"{word}: a: b,\n    c")
    assert found.findings == [("reserved", "W", 2, 4)]
    assert found.spec.reserved == (Text(name=word, text="a: b, c"),)
    assert_round_trip(found)


@pytest.mark.parametrize(
    "word",
    [
        "validation-group",
        "validation-policy",
        "validation-flag",
        "validation-rule",
        "error-code",
        "error-condition",
    ],
)
def test_reserved_words_are_kept_raw(word: str) -> None:
    found = read(MARK + f"{word}: text\n{word}:")
    assert found.findings == [("reserved", "W", 2, 4), ("reserved", "W", 3, 4)]
    assert found.spec.reserved == (Text(name=word, text="text"), Text(name=word, text=""))
    assert_round_trip(found)


# Counts.

ITEMS = {
    "param": "",
    "error": "error: EIO\nerror: EDOM\n",
    "lock": "lock: a, rcu\nlock: b, rcu\n",
    "signal": "signal: a\nsignal: b\n",
    "side-effect": "side-effect: network\nside-effect: hardware\n",
    "capability": "capability: CAP_A\ncapability: CAP_B\n",
    "constraint": "constraint: a\nconstraint: b\n",
    "state-trans": "state-trans: a, b, c\nstate-trans: d, e, f\n",
    "struct": "struct: a\nstruct: b\n",
    "struct-field": "struct-field: a, int\nstruct: b\nstruct-field: a, int\n",
    "struct-field-range": "struct-field: a, int\nstruct-field-range: a, 0, 1\n",
    "struct-field-mask": "struct-field: a, int\nstruct-field-mask: a, 1\n",
    "validation-rule": "validation-rule: a\nvalidation-rule: b\n",
    "param-type": "param-type: len, int\nparam-type: wfd, int\n",
    "constraint-expr": "constraint-expr: a, b\n",
}


@pytest.mark.parametrize("tag", ITEMS)
def test_counts(tag: str) -> None:
    number = 3 if tag == "param" else ITEMS[tag].count(f"{tag}: ")
    right = read(MARK + ITEMS[tag] + f"{tag}-count: {number}")
    assert set(right.codes) <= {"reserved"}
    assert right.spec.counts == (Count(tag=tag, value=number),)
    assert_round_trip(right)
    wrong = read(MARK + ITEMS[tag] + f"{tag}-count: {number + 1}")
    line = 2 + ITEMS[tag].count("\n")
    assert wrong.findings[-1] == ("count-mismatch", "W", line, 4 + len(f"{tag}-count: "))
    assert wrong.messages[-1] == f"'{tag}-count: {number + 1}', but there are {number}"


@pytest.mark.parametrize("text", ["none", "two", "-", "1, 2"])
def test_what_is_no_count_stays_as_raw_text(text: str) -> None:
    found = read(MARK + f"lock-count: {text}")
    assert found.findings == [("bad-value", "E", 2, 16)]
    assert (found.spec.counts, found.unparsed) == ((), [("lock-count", text)])


def test_the_first_of_two_counts_is_kept() -> None:
    found = read(MARK + "lock-count: 0\nlock-count: 1")
    assert found.findings == [("duplicate-tag", "E", 3, 16)]
    assert found.spec.counts == (Count(tag="lock", value=0),)
    assert found.unparsed == [("lock-count", "1")]


def test_a_kapi_word_may_end_in_count() -> None:
    found = read("kapi-gizmo-count: 7")
    assert found.spec.extensions == (Text(name="gizmo-count", text="7"),)
    assert found.findings == []


def test_forty_of_each_are_counted() -> None:
    found = read(MARK + "".join(f"lock: l{n}, rcu\n" for n in range(40)) + "lock-count: 40")
    assert (len(found.spec.locks), found.findings) == (40, [])


def test_a_raw_custom_constraint_may_lack_its_function() -> None:
    found = read("param: len\n  constraint-type: KAPI_CONSTRAINT_CUSTOM\n  cdesc: must fit")
    assert found.findings == []
    assert_round_trip(found)
    assert read("param: len\n  constraint-type: custom").codes == ["bad-constraint"]
