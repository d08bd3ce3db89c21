"""The sharp edges of the reference, row by row: what the model holds, and each finding's place.

The number of the row begins the name of every case. Lines of findings count from the first line of
the body, columns are those of the file (a tag stands in column 4, a key in column 6).
"""

from __future__ import annotations

from typing import Any

import pytest

from kapi.lang.context import integer
from kapi.model.codec import encode
from kapi.model.spec import Lock, Param, Return, Spec, Success, Text
from tests.lang.reading import CODE, HEAD, Finding, Read, comment, read, read_file, read_text

ROWS = 48


def case(row: int, name: str, body: str, said: dict[str, Any], *found: Finding) -> Any:
    """A body, what its spec says (JSON keys, lists by index), and all findings."""
    return pytest.param(body, said, list(found), id=f"row{row:02}-{name}")


def at(spec: Spec, path: str) -> Any:
    """The value at ``errors.0.name`` and the like of the JSON form; ``None`` if absent."""
    value: Any = encode(spec, locations=False)
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if int(step) < len(value) else None
        elif value is not None:
            value = value.get(step)
    return value


def unparsed(*texts: tuple[str, str]) -> list[dict[str, str]]:
    """Raw texts of the model."""
    return [{"name": name, "text": text} for name, text in texts]


CONTEXTS = "contexts: process\n"
LONG = " ".join(f"word{number}" for number in range(100))
LOCK = CONTEXTS + "lock: gizmo\n  type: mutex\n"
SIGNAL = CONTEXTS + "signal: SIGUSR1\n"
BUF = "param: buf\n  constraint-type: "
RETURN = CONTEXTS + "return:\n  type: int\n"

CASES = [
    case(
        1,
        "no-contexts",
        "param: len\n  type: uint\nerror: EDOM, too long",
        {"parameters.1.type_class": "uint", "errors.0.name": "EDOM", "context_flags": None},
    ),
    case(
        5,
        "ordinary-context",
        "long-desc: x\nContext: Any. May spin.",
        {"ordinary_sections": unparsed(("Context", "Any. May spin.")), "context_flags": None},
        ("near-miss", "W", 2, 4),
    ),
    case(
        5,
        "ordinary-return",
        "long-desc: x\nreturn: 0 or an error",
        {"ordinary_sections": unparsed(("return", "0 or an error"))},
    ),
    case(
        6,
        "case-of-tags",
        CONTEXTS + "error: EIO, one\nError: EDOM, two\nERROR: ENXIO, three",
        {
            "errors.0.summary": "one",
            "errors.1.name": "EDOM",
            "errors.1.summary": "two",
            "errors.2.name": "ENXIO",
            "errors.2.summary": "three",
        },
        ("tag-case", "E", 3, 4),
        ("tag-case", "E", 4, 4),
    ),
    case(
        7,
        "at-error",
        CONTEXTS + "@error: ENXIO, gone",
        {"errors": [], "unparsed": unparsed(("@error", "ENXIO, gone"))},
        ("unknown-param", "E", 2, 5),
    ),
    case(
        8,
        "indent-1",
        CONTEXTS + "error: EIO, x\n desc: text",
        {"errors.0.description": "text"},
        ("bad-indent", "E", 3, 5),
    ),
    case(
        8,
        "indent-3",
        CONTEXTS + "error: EIO, x\n  desc: text\n   condition: more",
        {"errors.0.description": "text condition: more", "errors.0.condition": None},
        ("bad-indent", "E", 4, 7),
    ),
    case(
        8,
        "indent-tab",
        CONTEXTS + "error: EIO, x\n  desc: text\n\tcondition: more",
        {"errors.0.description": "text condition: more", "errors.0.condition": None},
        ("tab-indent", "E", 4, 5),
    ),
    case(
        9,
        "colon-in-text",
        CONTEXTS + "lock: l\n  type: mutex\n  desc: two cases\n    type: a, or b",
        {"locks.0.description": "two cases type: a, or b", "locks.0.type": "mutex"},
    ),
    case(
        10,
        "blank-line",
        CONTEXTS + "error: EIO, x\n  desc: first\n\n    second\n  condition: c",
        {"errors.0.description": "first\n\nsecond", "errors.0.condition": "c"},
    ),
    case(
        11,
        "hazard-in-desc",
        CONTEXTS + "error: EIO, x\n  desc: text\n    note: see below",
        {"errors.0.description": "text note: see below"},
        ("scanner-hazard", "W", 4, 8),
    ),
    case(
        11,
        "no-hazard-in-notes",
        "long-desc: x\nnotes: text\n  lock-free: yes",
        {"notes": "text\nlock-free: yes"},
    ),
    case(
        12,
        "expr-of-two-lines",
        CONTEXTS + "constraint: c\n  expr: a ?\n    b : c",
        {"constraints.0.expression": "a ? b : c"},
    ),
    case(
        12,
        "condition-of-three-lines",
        CONTEXTS + "error: EIO, x\n  condition: one\n    two\n    three",
        {"errors.0.condition": "one two three"},
    ),
    case(
        13,
        "misspelt-key",
        CONTEXTS + "side-effect: network\n  desc: text\n  reversable: yes",
        {
            "side_effects.0.description": "text",
            "side_effects.0.reversible": None,
            "unparsed": unparsed(("reversable", "yes")),
        },
        ("unknown-key", "E", 4, 6),
    ),
    case(
        14,
        "errors",
        CONTEXTS + "error: EIO, x\n  desc: text\nerrors: ENXIO",
        {"errors.0.description": "text", "unparsed": unparsed(("errors", "ENXIO"))},
        ("unknown-tag", "E", 4, 4),
    ),
    case(
        14,
        "since",
        CONTEXTS + "error: EIO, x\n  desc: text\nsince: 5.1",
        {"errors.0.description": "text", "unparsed": unparsed(("since", "5.1"))},
        ("unknown-tag", "E", 4, 4),
    ),
    case(
        15,
        "list-of-two-lines",
        "contexts: process,\n    softirq",
        {"context_flags": ["process", "softirq"]},
    ),
    case(
        15,
        "mixed-separators",
        "contexts: process, nmi | softirq\nlong-desc: x",
        {"context_flags": ["process", "softirq", "nmi"]},
        ("separator", "E", 1, 14),
    ),
    case(
        16,
        "examples-keep-lines",
        "examples: one();\n  // why\n  two();\nnotes: x",
        {"examples": "one();\n// why\ntwo();"},
    ),
    case(
        17,
        "long-text",
        CONTEXTS + f"error: EIO, {LONG}\n  desc: {LONG}",
        {"errors.0.summary": LONG, "errors.0.description": LONG},
    ),
    case(17, "long-name", CONTEXTS + f"signal: {'x' * 40}", {"signals.0.signal_name": "x" * 40}),
    case(
        18,
        "forty-errors",
        CONTEXTS + "\n".join(f"error: E{number}, x" for number in range(40)),
        {
            "errors": [
                {"name": f"E{n}", "internal": False, "summary": "x", "causes": []}
                for n in range(40)
            ]
        },
    ),
    case(
        19,
        "commas-in-summary",
        CONTEXTS + "error: ENXIO, no unit, bus or slot",
        {"errors.0.name": "ENXIO", "errors.0.summary": "no unit, bus or slot"},
    ),
    case(
        20,
        "no-summary",
        CONTEXTS + "error: ENXIO",
        {"errors.0.name": "ENXIO", "errors.0.summary": None},
    ),
    case(
        20,
        "sign",
        CONTEXTS + "error: -ENXIO, x",
        {"errors.0.name": "ENXIO", "errors.0.summary": "x"},
        ("errno-sign", "E", 2, 11),
    ),
    case(
        20,
        "lower-case",
        CONTEXTS + "error: enxio, x\n  desc: text",
        {"errors": [], "unparsed": unparsed(("error", "enxio, x"), ("desc", "text"))},
        ("unknown-errno", "E", 2, 11),
    ),
    case(
        21,
        "well-formed-name",
        CONTEXTS + "error: ENOSUCHTHING, x",
        {"errors.0.name": "ENOSUCHTHING", "errors.0.internal": False},
    ),
    case(
        21,
        "internal",
        CONTEXTS + "error: ERESTARTNOINTR, x",
        {"errors.0.name": "ERESTARTNOINTR", "errors.0.internal": True},
    ),
    case(
        22,
        "condition",
        CONTEXTS + "error: ENXIO, gone\n  condition: unit unplugged\n  desc: text",
        {
            "errors.0.condition": "unit unplugged",
            "errors.0.summary": "gone",
            "errors.0.description": "text",
        },
    ),
    case(
        23,
        "lock-without-type",
        CONTEXTS + "lock: gizmo_lock (outer, nested)",
        {"locks.0.name": "gizmo_lock (outer, nested)", "locks.0.type": None},
        ("missing-type", "W", 2, 4),
    ),
    case(
        24,
        "conditional",
        LOCK + "  acquired: conditional\n  released: true",
        {
            "locks.0.scope": "internal",
            "locks.0.held": "sometimes",
            "locks.0.acquired": "conditional",
        },
    ),
    case(
        25,
        "maybe",
        LOCK + "  acquired: maybe",
        {"locks.0.acquired": None, "unparsed": unparsed(("acquired", "maybe"))},
        ("unknown-token", "E", 4, 16),
    ),
    case(
        25,
        "released-false",
        LOCK + "  released: false",
        {"locks.0.released": "no", "locks.0.scope": "internal", "locks.0.held": None},
    ),
    case(
        26,
        "held-throughout",
        LOCK + "  held-on-entry: yes\n  held-on-exit: yes",
        {"locks.0.scope": "caller_held", "locks.0.held": "always"},
    ),
    case(
        26,
        "scope-disagrees",
        LOCK + "  held-on-entry: yes\n  held-on-exit: yes\n  scope: acquires",
        {"locks.0.scope": "acquires", "locks.0.held_on_entry": True, "locks.0.held_on_exit": True},
        ("conflict", "E", 2, 4),
    ),
    case(
        27,
        "errno-without-sign",
        SIGNAL + "  errno: EINTR",
        {"signals.0.error_on_signal": "EINTR"},
        ("missing-sign", "W", 3, 13),
    ),
    case(27, "errno-with-sign", SIGNAL + "  errno: -EINTR", {"signals.0.error_on_signal": "EINTR"}),
    case(
        28,
        "timing-list",
        SIGNAL + "  timing: before, during",
        {"signals.0.timing": "before", "unparsed": unparsed(("timing", "during"))},
        ("separator", "E", 3, 22),
    ),
    case(28, "capital-true", SIGNAL + "  restartable: TRUE", {"signals.0.restartable": True}),
    case(
        28,
        "two-directions",
        SIGNAL + "  direction: send, block",
        {"signals.0.direction": ["send", "block"]},
    ),
    case(
        29,
        "comma-list",
        CONTEXTS + "side-effect: network, hardware\n  target: nic",
        {"side_effects.0.type": ["hardware", "network"], "side_effects.0.target": "nic"},
        ("legacy", "W", 2, 17),
    ),
    case(
        30,
        "flat",
        CONTEXTS + "side-effect: hardware, nic, resets link, leds, reversible=no",
        {
            "side_effects.0.type": ["hardware"],
            "side_effects.0.target": "nic",
            "side_effects.0.description": "resets link, leds",
            "side_effects.0.reversible": False,
        },
    ),
    case(
        31,
        "unknown-effect",
        CONTEXTS + "side-effect: network | teleport",
        {"side_effects.0.type": ["network"], "unparsed": unparsed(("side-effect", "teleport"))},
        ("unknown-token", "E", 2, 27),
    ),
    case(
        31,
        "empty-header",
        CONTEXTS + "side-effect:\n  target: nic",
        {"side_effects.0.type": [], "side_effects.0.target": "nic"},
        ("empty-value", "E", 2, 4),
    ),
    case(
        32,
        "contradiction",
        CONTEXTS + "side-effect: irreversible\n  reversible: yes",
        {"side_effects.0.type": ["irreversible"], "side_effects.0.reversible": True},
        ("contradiction", "W", 2, 4),
    ),
    case(
        33,
        "two-capabilities",
        CONTEXTS + "capability: CAP_A, CAP_B",
        {"capabilities.0.name": "CAP_A", "unparsed": unparsed(("capability", "CAP_B"))},
        ("bad-value", "E", 2, 23),
    ),
    case(33, "none", CONTEXTS + "capability: none", {"capabilities.0.name": "none"}),
    case(
        33,
        "unknown-type",
        CONTEXTS + "capability: CAP_A\n  type: sudo",
        {"capabilities.0.action": None, "unparsed": unparsed(("type", "sudo"))},
        ("unknown-token", "E", 3, 12),
    ),
    case(
        33,
        "desc-is-no-name",
        CONTEXTS + "capability: CAP_A\n  desc: text",
        {"capabilities.0.name": "CAP_A", "capabilities.0.description": "text"},
    ),
    case(
        34,
        "state-trans",
        CONTEXTS + "state-trans: gizmo\n  from: idle\n  to: busy\n  condition: started",
        {
            "state_transitions": [
                {
                    "object": "gizmo",
                    "from_state": "idle",
                    "to_state": "busy",
                    "condition": "started",
                }
            ]
        },
    ),
    case(
        35,
        "legacy-type",
        "param: len, int",
        {"parameters.1.name": "len", "parameters.1.type_class": "int"},
    ),
    case(
        36,
        "type-then-flags",
        "param: buf\n  type: user_ptr, output\n  flags: optional",
        {"parameters.2.flags": ["output", "optional", "user"]},
    ),
    case(
        36,
        "flags-then-type",
        "param: buf\n  flags: optional\n  type: user_ptr, output",
        {"parameters.2.flags": ["output", "optional", "user"]},
    ),
    case(
        37,
        "bar-in-type",
        "param: len\n  type: uint | input",
        {"parameters.1.type_class": "uint", "parameters.1.flags": ["input"]},
        ("separator", "E", 2, 12),
    ),
    case(
        38,
        "brackets",
        BUF + "range(0, MAX(A, B))",
        {"parameters.2.constraint.lo": "0", "parameters.2.constraint.hi": "MAX(A, B)"},
    ),
    case(
        38,
        "one-bound",
        BUF + "range(7)",
        {"parameters.2.constraint": None, "unparsed": unparsed(("constraint-type", "range(7)"))},
        ("bad-constraint", "E", 2, 23),
    ),
    case(
        38,
        "bare-range",
        BUF + "range",
        {"parameters.2.constraint": None, "unparsed": unparsed(("constraint-type", "range"))},
        ("bad-constraint", "E", 2, 23),
    ),
    case(
        38,
        "bare-mask",
        BUF + "mask",
        {"parameters.2.constraint": None, "unparsed": unparsed(("constraint-type", "mask"))},
        ("bad-constraint", "E", 2, 23),
    ),
    case(
        38,
        "bare-range-supplied",
        BUF + "range\n  range: 1, 5",
        {
            "parameters.2.constraint": {
                "form": "range",
                "lo": "1",
                "hi": "5",
                "arch_masks": [],
                "values": [],
            }
        },
    ),
    case(
        38,
        "bare-mask-supplied",
        BUF + "mask\n  mask: A | B",
        {"parameters.2.constraint.form": "mask", "parameters.2.constraint.mask": "A | B"},
    ),
    case(
        39,
        "unsigned-top",
        "param: len\n  constraint-type: range(1, ULONG_MAX)",
        {
            "parameters.1.constraint.lo": "1",
            "parameters.1.constraint.hi": "ULONG_MAX",
            "symbols": ["ULONG_MAX"],
        },
    ),
    case(
        39,
        "negative-and-hex",
        "param: wfd\n  constraint-type: range(-1, 0x10)",
        {"parameters.0.constraint.lo": "-1", "parameters.0.constraint.hi": "0x10"},
    ),
    case(
        40,
        "enum",
        BUF + "enum(FROB_A, FROB_B, 9)",
        {
            "parameters.2.constraint.values": ["FROB_A", "FROB_B", "9"],
            "symbols": ["FROB_A", "FROB_B"],
        },
    ),
    *(
        case(
            41,
            text.partition("(")[0],
            BUF + text,
            {"parameters.2.constraint": None, "unparsed": unparsed(("constraint-type", text))},
            ("bad-constraint", "E", 2, 23),
        )
        for text in ("mask(FROB_ALL) only", "nonzero(3)", "magic(1)")
    ),
    *(
        case(
            42,
            name,
            BUF + f"buffer({argument})",
            {
                "parameters.2.constraint.form": "buffer",
                "parameters.2.size_param": {"index": 1, "name": "len"},
            },
        )
        for name, argument in (("index", "1"), ("name", "len"))
    ),
    case(
        42,
        "out-of-range",
        BUF + "buffer(9)",
        {"parameters.2.size_param": None, "unparsed": unparsed(("constraint-type", "buffer(9)"))},
        ("out-of-range", "E", 2, 30),
    ),
    case(
        43,
        "custom",
        BUF + "custom(check_it)\n  cdesc: must fit",
        {
            "parameters.2.constraint.function": "check_it",
            "parameters.2.constraint_description": "must fit",
        },
    ),
    case(
        44,
        "arch-masks",
        "param: len\n  mask: A\n  arch-mask: sparc = B\n  arch-mask: vax = C\n  arch-mask: D",
        {
            "parameters.1.constraint.mask": "A",
            "parameters.1.constraint.arch_masks": [
                {"arch": "sparc", "config": "CONFIG_SPARC", "expr": "B"}
            ],
            "unparsed": unparsed(("arch-mask", "vax = C"), ("arch-mask", "D")),
        },
        ("unknown-arch", "E", 4, 17),
        ("bad-value", "E", 5, 17),
    ),
    case(
        45, "operator", RETURN + "  success: >= 5", {"return.success": {"op": ">=", "value": "5"}}
    ),
    case(45, "bare", RETURN + "  success: 5", {"return.success": {"op": "==", "value": "5"}}),
    case(
        45,
        "success-range",
        RETURN + "  success-range: 1, 9",
        {"return.success_range": {"lo": "1", "hi": "9"}},
    ),
    case(
        45,
        "error-values",
        RETURN + "  error-values: -EIO, -ENXIO",
        {"return.error_values": ["EIO", "ENXIO"]},
    ),
    case(
        46,
        "contexts-twice",
        "contexts: process\ncontexts: softirq",
        {"context_flags": ["process"], "unparsed": unparsed(("contexts", "softirq"))},
        ("duplicate-tag", "E", 2, 4),
    ),
    case(
        46,
        "desc-twice",
        CONTEXTS + "error: EIO, x\n  desc: one\n  desc: two",
        {"errors.0.description": "one", "unparsed": unparsed(("desc", "two"))},
        ("duplicate-key", "E", 4, 6),
    ),
    case(
        46,
        "param-twice",
        "param: len\n  type: uint\nparam: len\n  size: 8",
        {"parameters.1.type_class": "uint", "parameters.1.size": "8"},
        ("merged-param", "W", 3, 4),
    ),
    case(
        47,
        "extension",
        "kapi-origin: gizmo: rev 2",
        {"extensions": unparsed(("origin", "gizmo: rev 2"))},
    ),
]


@pytest.mark.parametrize(("body", "said", "found"), CASES)
def test_row(body: str, said: dict[str, Any], found: list[Finding]) -> None:
    result = read(body)
    assert {path: at(result.spec, path) for path in said} == said
    assert result.findings == found
    if "unparsed" not in said:
        assert result.spec.unparsed == ()


# Rows that need code, a first line or an @ line of their own, and what messages must name.


def rename(code: str, first: str = "sys_frob - tune") -> str:
    """A file with one spec, its first line and code given."""
    return f"/**\n * {first}\n * @id: unit\n *\n * contexts: process\n */\n{code}\n"


def test_row02_name_mismatch() -> None:
    found = read_text(rename("SYSCALL_DEFINE1(frob, int, id)", "sys_frop - tune"))
    assert found.spec.name == "sys_frob"
    assert found.spec.description == "tune"
    assert found.findings == [("name-mismatch", "E", 2, 4)]
    assert found.messages == ["the first line names 'sys_frop', but the code defines 'sys_frob'"]


def test_row03_pointer_result_over_two_lines() -> None:
    found = read_text(rename("struct gizmo *gizmo_get(\n\tint id)\n{\n}", "gizmo_get - get"))
    assert (found.spec.name, found.spec.kind) == ("gizmo_get", "function")
    assert [(param.name, param.type) for param in found.spec.parameters] == [("id", "int")]
    assert found.spec.returns == Return(type="struct gizmo *")
    assert found.findings == []


def test_row03_bool_result_without_parameters() -> None:
    text = "/**\n * gizmo_ok - is it\n *\n * contexts: process\n */\nbool gizmo_ok(void)\n{\n}\n"
    found = read_text(text)
    assert (found.spec.name, found.spec.parameters) == ("gizmo_ok", ())
    assert found.findings == []


def test_row04_compat_call_has_a_name_of_its_own() -> None:
    native = rename("SYSCALL_DEFINE1(frob, int, id)")
    compat = rename("COMPAT_SYSCALL_DEFINE1(frob, int, id)", "compat_sys_frob - tune")
    specs = [found.spec for found in read_file(native + compat).specs]
    assert [(spec.name, spec.kind) for spec in specs] == [
        ("sys_frob", "syscall"),
        ("compat_sys_frob", "compat_syscall"),
    ]


def test_row07_hint_names_the_tag() -> None:
    assert read(CONTEXTS + "@error: ENXIO, gone").messages == [
        "the code has no parameter 'error'; for the tag write 'error:' without '@'"
    ]


def test_row13_suggestion() -> None:
    assert read(CONTEXTS + "side-effect: network\n  reversable: yes").messages == [
        "'side-effect' has no sub-key 'reversable'; did you mean 'reversible'?"
    ]


def test_row35_unknown_param_with_suggestion() -> None:
    found = read_text(
        "/**\n * sys_frob - tune\n * @flags: bits\n *\n * param: flagz\n *   type: uint\n */\n"
        "SYSCALL_DEFINE1(frob, int, flags)\n"
    )
    assert found.findings == [("unknown-param", "E", 5, 11)]
    assert found.messages == ["the code has no parameter 'flagz'; did you mean 'flags'?"]
    assert found.unparsed == [("param", "flagz"), ("type", "uint")]


def test_row35_type_and_name_are_told_apart() -> None:
    found = read_text(
        "/**\n * sys_frob - tune\n * @flags: bits\n *\n * param: flags, int\n */\n"
        "SYSCALL_DEFINE1(frob, int, flags)\n"
    )
    assert found.findings == []
    assert found.spec.parameters == (
        Param(index=0, name="flags", type="int", type_class="int", description="bits"),
    )


def test_row39_values_of_the_bounds() -> None:
    rule = read("param: wfd\n  constraint-type: range(-1, 0x10)").spec.parameters[0].constraint
    assert rule is not None
    assert (integer(rule.lo or ""), integer(rule.hi or "")) == (-1, 16)


def test_row46_both_lines_are_named() -> None:
    twice = read(CONTEXTS + "error: EIO, x\n  desc: one\n  desc: two")
    assert twice.messages == ["second 'desc' in one 'error'; the value of line 9 is kept"]
    assert [note.span.line for note in twice.diagnostics[0].notes] == [9]
    tags = read("contexts: process\ncontexts: softirq")
    assert [note.span.line for note in tags.diagnostics[0].notes] == [7]


def test_row48_tag_word_in_an_at_text() -> None:
    head = (*HEAD[:3], " * @len: room", " *   lock: really text", HEAD[4], " *")
    found = read("contexts: process", head=head)
    assert found.spec.parameters[1].description == "room lock: really text"
    assert found.spec.locks == ()
    assert found.findings == [("scanner-hazard", "W", -2, 6)]


# The general rules of the section.


def test_places_in_the_file_are_exact() -> None:
    """Lines and columns, not only their order: the spec stands further down, indented by a tab."""
    text = "\n\n" + comment(CONTEXTS + "error: -EDOM, x").replace("\n", "\n\t") + f"\n{CODE}\n"
    found = read_text(text)
    assert found.findings == [("errno-sign", "E", 10, 12)]
    assert str(found.diagnostics[0].span) == "a.c:10:12"


def test_models_of_whole_rows() -> None:
    """Fields that a row does not speak of are absent, not empty or false."""
    lock: Read = read(LOCK + "  acquired: conditional\n  released: true")
    assert lock.spec.locks == (
        Lock(
            name="gizmo",
            type="mutex",
            scope="internal",
            held="sometimes",
            acquired="conditional",
            released="yes",
        ),
    )
    assert read(RETURN + "  success: 5").spec.returns == Return(
        type="long", type_class="int", success=Success(op="==", value="5")
    )
    assert read("kapi-origin: gizmo: rev 2").spec.extensions == (
        Text(name="origin", text="gizmo: rev 2"),
    )


def test_every_row_has_a_case() -> None:
    names = [str(param.id) for param in CASES]
    names += [name.removeprefix("test_") for name in globals() if name.startswith("test_row")]
    rows = {int(name[3:5]) for name in names if name[3:5].isdigit()}
    assert rows == set(range(1, ROWS + 1))
