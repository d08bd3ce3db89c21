"""Which comments are specs, which nearly are, which are left alone, and what code they bind to."""

from __future__ import annotations

import itertools

import pytest

from kapi.csource.specs import read_specs
from kapi.lang import fields
from tests.lang.reading import (
    CODE,
    assert_round_trip,
    comment,
    findings,
    read,
    read_file,
    read_text,
    source_of,
)

NAME = ("/**", " * f - do", " *")
FUNCTION = "int f(void);"


def verdict(body: str, code: str = FUNCTION) -> str:
    """``spec``, the code of the one finding about a comment that is none, or ``nothing``."""
    found = read_file(f"{comment(body, NAME)}\n{code}\n")
    if found.specs:
        return "spec"
    codes = [one.code for one in found.diagnostics]
    assert len(codes) < 2
    return codes[0] if codes else "nothing"


# One tag that is enough.


@pytest.mark.parametrize(
    "body",
    [
        "contexts: process",
        "contexts: process, sleepable",
        "contexts: PROCESS | KAPI_CTX_NMI",
        "contexts: process,\n    softirq",
        "contexts: process,\n\n    softirq",
        "contexts:\n    process",
        "context-flags: KAPI_CTX_PROCESS",
        "long-desc: x",
        "long-desc:\n  x",
        "api-type: function",
        "api-version: 1",
        "api-version: 9",
        "kapi-note: x",
        "kapi-note:x",
        "kapi-note : x",
        "param: x",
        "param: x, int",
        "param: _x9",
    ],
)
def test_one_sure_tag_makes_a_spec(body: str) -> None:
    assert verdict(body) == "spec"


BLOCKS = [tag for tag in fields.all_tags().values() if tag.kind == "block"]


@pytest.mark.parametrize("tag", BLOCKS, ids=lambda tag: tag.name)
def test_a_tag_with_any_of_its_sub_keys_makes_a_spec(tag: fields.Tag) -> None:
    for key in tag.keys:
        for word in (key.name, *key.synonyms):
            assert verdict(f"{tag.name}: two words\n  {word}: x") == "spec", word


@pytest.mark.parametrize("tag", BLOCKS, ids=lambda tag: tag.name)
def test_a_sub_key_counts_behind_other_lines_of_its_block(tag: fields.Tag) -> None:
    key = tag.keys[-2].name
    assert verdict(f"{tag.name}: two words\n    more\n\n  wrong\n  {key}: x") == "spec"


def test_returns_with_a_sub_key_makes_a_spec() -> None:
    assert verdict("returns:\n  type: int") == "spec"


PLAIN_TAGS = [
    f"{name}: x"
    for name, tag in fields.all_tags().items()
    if tag.since == 1 and name not in ("context", "return")
]


@pytest.mark.parametrize("first", PLAIN_TAGS)
def test_any_two_tags_make_a_spec(first: str) -> None:
    second = "error: EIO" if first != "error: x" else "lock: x"
    assert verdict(f"{first}\n{second}") == "spec"
    assert verdict(f"{second}\n\n{first}") == "spec"


def test_no_single_tag_is_mandatory() -> None:
    for one, other in itertools.pairwise(PLAIN_TAGS):
        assert verdict(f"{one}\n{other}") == "spec"


# Near misses: said, not silent.


@pytest.mark.parametrize(
    "body",
    [
        "error: EIO, no unit",
        "error: no unit here",
        "error: EIO, one\nerror: EDOM, two",
        "lock: gizmo_lock (outer, nested)",
        "lock: x\n  tpye: mutex",
        "lock: x\n type: mutex",
        "signal: SIGUSR1",
        "side-effect: network",
        "side-effect: netwrok",
        "capability: CAP_A",
        "state-trans: gizmo",
        "constraint: unit",
        "examples: f();",
        "notes: this is a remark of many words, such as people write",
        "contexts: anywhere",
        "contexts: process and other words that are no tokens at all",
        "contexts:",
        "context: process",
        "param: two words",
        "param-type: x, int",
        "error-count: 2",
        "validation-rule: x",
        "struct: x, text",
        "Error: EIO, one\nLock: x",
        "ERROR: EIO, one\nERROR: EDOM, two",
        "error:EIO",
        "error : EIO",
        "error: EIO\nError: EDOM",
    ],
)
def test_near_misses_are_reported(body: str) -> None:
    assert verdict(body) == "maybe-spec"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("Text.\nerror: EIO, x", ("maybe-spec", "W", 5, 4)),
        ("Error: EIO, one\nLock: x", ("maybe-spec", "W", 4, 4)),
        ("Error: EIO, one\nlock: x", ("maybe-spec", "W", 5, 4)),
    ],
)
def test_place_of_a_near_miss(body: str, place: tuple[str, str, int, int]) -> None:
    found = read_file(f"{comment(body, NAME)}\n{FUNCTION}\n")
    assert findings(found.diagnostics) == [place]


# Ordinary kernel-doc: silence.


@pytest.mark.parametrize(
    "body",
    [
        "Just text.",
        "Prose that mentions error: and lock: in the middle of a line.",
        "Context: process",
        "Context: Any. May spin.",
        "Return: 0 or an error\nContext: process",
        "return: 0 or an error",
        "returns: 0 or an error",
        "return: 0 or one of\n  EIO: no unit\n  EDOM: too large",
        "RETURN: 0 or an error",
        "context: may sleep",
        "context: process context",
        "Note: x\nnote: y\nExample: z\nexample: u\nNotes: v\nExamples: w",
        "Description: x\ndescription: y",
        "error:: x\nlock:: y",
        "error text: x",
        "Error: EIO, no unit",
        "  error: EIO\n  lock: x",
        "    contexts: process",
        "@fd: x\n  lock: y",
        "@fd.lock: protects it",
        "side-effect: dev->driver is set to drv when drv claims the device",
        "lock: must be held by the caller until the unit is gone",
        "error: the unit is switched off, and no further call works",
        "errors: many\nlocks: none\nsince: 5.1",
        "0: fine\n-EIO: no unit",
        "http://error: x",
        "",
    ],
)
def test_ordinary_comments_are_left_alone(body: str) -> None:
    assert verdict(body) == "nothing"


NOT_FUNCTIONS = [
    "struct f {\n\tint lock;\n};",
    "struct f;",
    "union f {\n\tint a;\n};",
    "enum f {\n\tA,\n};",
    "typedef int f;",
    "typedef int (*f)(int lock);",
    "#define f(x) x",
    "#define f 1",
]


@pytest.mark.parametrize("code", NOT_FUNCTIONS)
def test_comments_on_types_and_macros_are_never_specs(code: str) -> None:
    """Real ones contain such lines: ``lock: protects the list``."""
    for body in ("contexts: process", "lock: protects the list", "error: EIO, x\n  desc: y"):
        assert verdict(body, code) == "nothing"


def test_doc_comments_are_never_specs() -> None:
    text = "/**\n * DOC: gizmos\n *\n * contexts: process\n * error: EIO, x\n */\n"
    for code in ("", "\nint f(void);\n", "\nSYSCALL_DEFINE0(f)\n"):
        found = read_file(text + code)
        assert (found.specs, found.diagnostics) == ([], [])


@pytest.mark.parametrize("opener", ["/*", "/**/ /*", "/***", "/** text", "int x; /**", "//"])
def test_other_comments_are_never_specs(opener: str) -> None:
    text = f"{opener}\n * f - do\n * contexts: process\n */\nint f(void);\n"
    found = read_specs(source_of(text))
    assert (found.specs, found.diagnostics) == ([], [])


def test_a_function_with_the_name_of_a_tag_has_a_name_line() -> None:
    plain = "/**\n * error: print a message\n * @text: message\n */\nvoid error(char *text);\n"
    assert (read_file(plain).specs, read_file(plain).diagnostics) == ([], [])
    spec = plain.replace(" */\n", " * contexts: process\n */\n")
    found = read_text(spec)
    assert (found.spec.name, found.spec.description) == ("error", "print a message")
    assert found.findings == []


# Binding.


@pytest.mark.parametrize(
    "between",
    [
        "",
        "\n\n\n",
        "/* plain comment */\n",
        "// plain comment\n",
        "/*\n * contexts: process\n */\n",
        "#include <linux/gizmo.h>\n",
        "#ifdef CONFIG_GIZMO\n",
        "#if 0\n#else\n",
        "\n/* one */\n#ifdef A\n\n// two\n#define B \\\n\t1\n",
    ],
)
def test_blank_lines_comments_and_preprocessor_lines_may_lie_between(between: str) -> None:
    for code in (FUNCTION, "SYSCALL_DEFINE0(f)\n{\n}"):
        name = "f" if code == FUNCTION else "sys_f"
        found = read_text(f"/**\n * {name} - do\n *\n * contexts: process\n */\n{between}{code}\n")
        assert (found.spec.name, found.findings) == (name, [])


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("int f;", "a variable"),
        ("static DEFINE_MUTEX(f);", "a variable"),
        ("module_init(f);", "other code"),
        ("EXPORT_SYMBOL(f);", "other code"),
        ("return 0;", "other code"),
        ("}", "other code"),
        ("/**\n * g - other\n */\nint g(void);", "another kernel-doc comment"),
        ("", "the end of the file"),
        ("/* plain */\n#endif", "the end of the file"),
    ],
)
def test_other_code_makes_an_orphan(code: str, what: str) -> None:
    found = read_file(f"\n  {comment('contexts: process', NAME)}\n{code}\n")
    assert found.specs == []
    assert findings(found.diagnostics) == [("orphan-spec", "E", 2, 3)]
    assert found.diagnostics[0].span[1:] == (2, 3, 2, 6)
    message = f"this spec is followed by {what}, not by a function"
    assert [one.message for one in found.diagnostics] == [message]


@pytest.mark.parametrize(
    ("code", "params", "result"),
    [
        ("int f(void)", [], "int"),
        ("static inline bool f(int a)", ["a"], "bool"),
        ("asmlinkage long sys_f(int a)", ["a"], "long"),
        ("__must_check gizmo_t *\nf(int a,\n  int b)", ["a", "b"], "gizmo_t *"),
        ("int f(int a[4], void (*done)(int, void *), ...)", ["a", "done"], "int"),
        ("void f(const struct gizmo __user *g)", ["g"], "void"),
    ],
)
def test_functions(code: str, params: list[str], result: str) -> None:
    name = "sys_f" if "sys_f" in code else "f"
    lines = [f"/**\n * {name} - do", *(f" * @{param}: x" for param in params)]
    found = read_text("\n".join([*lines, " *\n * contexts: process\n */", code, "{\n}\n"]))
    assert found.findings == []
    assert [param.name for param in found.spec.parameters] == params
    assert found.spec.returns == (None if result == "void" else found.spec.returns)
    assert found.spec.returns is None or found.spec.returns.type == result


@pytest.mark.parametrize("name", ["sys_frob", "sys_frob()", "sys_frob( )", "sys_frob ()"])
@pytest.mark.parametrize("dash", [" - ", ": ", " : ", " -- ", " \u2013 ", " \u2014 "])
def test_first_lines(name: str, dash: str) -> None:
    found = read(
        "contexts: process",
        head=(
            "/**",
            f" * {name}{dash}tune a widget",
            " * @wfd: x",
            " * @len: y",
            " * @buf: z",
            " *",
        ),
    )
    assert (found.spec.description, found.findings) == ("tune a widget", [])


def test_a_first_line_may_be_a_bare_name() -> None:
    found = read_text("/**\n * f\n *\n * contexts: process\n */\nint f(void);\n")
    assert (found.spec.description, found.findings) == (None, [])


@pytest.mark.parametrize(
    ("first", "summary"),
    [
        ("f -do", "-do"),
        ("f-do", "-do"),
        ("f do it", "do it"),
        ("f", None),
        ("f - \u2013 x", "\u2013 x"),
    ],
)
def test_summaries_of_odd_first_lines_are_kept(first: str, summary: str | None) -> None:
    found = read_text(f"/**\n * {first}\n *\n * contexts: process\n */\nint f(void);\n")
    assert found.spec.description == summary


def test_the_summary_runs_on_to_a_blank_line_or_a_tag() -> None:
    for end in (" *\n", ""):
        lines = f"/**\n * f - do\n *   it: all\n * of it\n{end} * contexts: process\n */\n"
        assert read_text(lines + FUNCTION).spec.description == "do it: all of it"


@pytest.mark.parametrize("line", ["@fd: descriptor", "contexts: process", "@fd.x: y"])
def test_a_missing_first_line_is_reported_and_nothing_else_is_lost(line: str) -> None:
    found = read_text(f"/**\n * {line}\n * @fd: x\n * api-version: 1\n */\nint f(int fd);\n")
    assert found.findings[0] == ("name-mismatch", "E", 2, 4)
    assert found.spec.name == "f"


def test_two_names_for_one_call_are_different_specs() -> None:
    text = "".join(
        f"/**\n * {name} - do\n *\n * contexts: process\n */\n{code}\n{{\n}}\n"
        for name, code in (
            ("sys_f", "SYSCALL_DEFINE0(f)"),
            ("compat_sys_f", "COMPAT_SYSCALL_DEFINE0(f)"),
            ("f", "int f(void)"),
        )
    )
    found = read_file(text)
    assert [(one.spec.name, one.spec.kind) for one in found.specs] == [
        ("sys_f", "syscall"),
        ("compat_sys_f", "compat_syscall"),
        ("f", "function"),
    ]
    assert [one.sink.sorted() for one in found.specs] == [(), (), ()]


@pytest.mark.parametrize("digit", range(7))
def test_arity(digit: int) -> None:
    pairs = ", ".join(["f", *(f"int, a{number}" for number in range(3))])
    at_lines = "".join(f" * @a{number}: x\n" for number in range(3))
    found = read_text(
        f"/**\n * sys_f - do\n{at_lines} *\n * contexts: process\n */\n"
        f"SYSCALL_DEFINE{digit}({pairs})\n"
    )
    assert found.findings == ([] if digit == 3 else [("arity", "E", 9, 1)])
    assert [param.name for param in found.spec.parameters] == ["a0", "a1", "a2"]


# Parameters.


def test_parameters_come_from_the_code_in_its_order() -> None:
    found = read_text(
        "/**\n * sys_f - do\n * @b: two\n * @a: one\n *\n * param: c\n *   size: 4\n * param: a\n"
        " *   size: 8\n */\nSYSCALL_DEFINE3(f, int, a, char __user *, b, size_t, c)\n"
    )
    said = [
        (one.index, one.name, one.type, one.description, one.size) for one in found.spec.parameters
    ]
    assert said == [
        (0, "a", "int", "one", "8"),
        (1, "b", "char __user *", "two", None),
        (2, "c", "size_t", None, "4"),
    ]
    assert found.findings == [("missing-param-doc", "W", 6, 4)]


@pytest.mark.parametrize(
    "c_type",
    [
        *("size_t", "unsigned int", "unsigned", "unsigned long", "u8", "u64", "__u32", "bool"),
        *("umode_t", "uint32_t", "compat_size_t", "compat_ulong_t", "uid_t", "__le32", "dev_t"),
    ],
)
def test_a_negative_bound_of_an_unsigned_type(c_type: str) -> None:
    text = f"/**\n * f - x\n * @a: y\n *\n * param: a\n *   range: -1, 5\n */\nint f({c_type} a);\n"
    assert read_text(text).findings == [("negative-unsigned", "W", 6, 6)]
    assert read_text(text.replace("-1", "0")).findings == []


@pytest.mark.parametrize("c_type", ["int", "long", "s64", "loff_t", "pid_t", "ssize_t", "u32 *"])
def test_a_negative_bound_of_a_signed_type(c_type: str) -> None:
    text = f"/**\n * f - x\n * @a: y\n *\n * param: a\n *   range: -1, 5\n */\nint f({c_type} a);\n"
    assert read_text(text).findings == []


def test_nameless_parameters_need_no_text() -> None:
    found = read_text("/**\n * f - x\n *\n * contexts: process\n */\nint f(int, char *);\n")
    assert found.findings == []
    assert [(one.name, one.type) for one in found.spec.parameters] == [("", "int"), ("", "char *")]


def test_the_text_of_an_at_line_ends_at_a_blank_line() -> None:
    head = ("/**", " * sys_frob - x", " * @wfd: one", " * two", " *\tthree", " *", " *  four", " *")
    found = read("contexts: process", head=head)
    assert found.spec.parameters[0].description == "one two three"
    assert [(text.name, text.text) for text in found.spec.ordinary_sections] == [("", " four")]


def test_ordinary_sections_are_kept_verbatim() -> None:
    body = (
        "Free text,\n\n  indented.\nDescription: more\n  of it\n\nlong-desc: x\nNote: one\n   two\n"
        "\nthree\nReturn: 0\n@buf.len: room\nword:: text"
    )
    found = read(body)
    assert [(text.name, text.text) for text in found.spec.ordinary_sections] == [
        ("", "Free text,\n\n  indented."),
        ("Description", "more\n  of it"),
        ("Note", "one\n   two\n\nthree"),
        ("Return", "0"),
        ("@buf.len", "room"),
        ("word:", "text"),
    ]
    assert found.findings == [("near-miss", "W", 12, 4)]


@pytest.mark.parametrize("word", ["return", "returns", "RETURN"])
def test_a_return_whose_keys_are_wrongly_indented_is_a_near_miss(word: str) -> None:
    for blanks in (" ", "   "):
        found = read(f"long-desc: x\n{word}:\n{blanks}type: int\n")
        assert found.findings == [("near-miss", "W", 2, 4)]
        assert found.spec.ordinary_sections[0].name == word
    for body in (" text: of it", "  text: of it", "    type: int"):
        assert read(f"long-desc: x\n{word}: 0 or\n{body}").findings == []


def test_stray_text_is_kept_as_ordinary_text() -> None:
    found = read("contexts: process\nstray\n  text\n\nmore\nlong-desc: x")
    assert found.findings == [("stray-text", "E", 2, 4)]
    assert [(text.name, text.text) for text in found.spec.ordinary_sections] == [
        ("", "stray\n  text\n\nmore")
    ]


def test_variadic_text_is_kept() -> None:
    found = read_text(
        "/**\n * f - x\n * @a: y\n * @...: the rest\n *   of it\n *\n * contexts: process\n */\n"
        "int f(int a, ...);\n"
    )
    assert [(one.name, one.text) for one in found.spec.ordinary_sections] == [
        ("@...", "the rest of it")
    ]
    assert found.findings == []
    assert_round_trip(found, "int f(int a, ...);")
    assert read("contexts: process\n@...: x").codes == ["unknown-param"]


def test_code_of_the_default_head_is_what_it_says() -> None:
    spec = read("contexts: process").spec
    assert [(param.name, param.type) for param in spec.parameters] == [
        ("wfd", "int"),
        ("len", "size_t"),
        ("buf", "char __user *"),
    ]
    assert CODE.startswith("SYSCALL_DEFINE3")


def test_comments_may_be_chosen_by_their_first_word() -> None:
    text = "".join(
        f"/**\n * {name} - x\n *\n * contexts: process\n */\nint {name}(void);\n" for name in "abc"
    )
    found = read_specs(source_of(text), {"a", "c"}.__contains__)
    assert [one.spec.name for one in found.specs] == ["a", "c"]
