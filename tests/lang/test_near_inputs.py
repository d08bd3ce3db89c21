"""For every code: an input that has the finding, and one nearly the same that has none at all."""

from __future__ import annotations

import pytest

from kapi.diagnostics import CODES
from tests.lang.reading import findings, read, read_2, read_set

#: Codes of ``kapi lint``, which compares specs with headers and code: tests/check has their cases.
OF_LINT = frozenset(
    (
        *("unknown-capability", "unknown-signal", "unknown-constant", "class-mismatch"),
        *("zero-arguments", "duplicate", "bad-expression"),
    )
)

SPEC = "/**\n * f - x\n *\n * contexts: process\n */\n"
PROTOTYPE = "int f(void);\n"
MARK = "\nkapi-mark: makes a spec of any comment"

#: Code -> (files with the finding, the same without).
IN_FILES: dict[str, tuple[str, str]] = {
    "arity": (
        "/**\n * sys_f - x\n *\n * contexts: process\n */\nSYSCALL_DEFINE1(f)\n",
        "/**\n * sys_f - x\n *\n * contexts: process\n */\nSYSCALL_DEFINE0(f)\n",
    ),
    "orphan-spec": (SPEC + "int f;\n", SPEC + "/* plain */\n#ifdef A\n\n" + PROTOTYPE),
    "name-mismatch": (
        SPEC.replace("f - x", "f -x") + PROTOTYPE,
        SPEC.replace("f - x", "f() - x") + PROTOTYPE,
    ),
    "duplicate-spec": (
        (SPEC + PROTOTYPE) * 2,
        SPEC + PROTOTYPE + "/**\n * f - described once more\n */\n" + PROTOTYPE,
    ),
    "unterminated-comment": (SPEC.replace(" */\n", ""), SPEC.replace("\n */", " */") + PROTOTYPE),
    "maybe-spec": (
        "/**\n * f - x\n *\n * error: EIO, x\n */\n" + PROTOTYPE,
        "/**\n * f - x\n *\n * the error: EIO, x\n */\n" + PROTOTYPE,
    ),
    "no-star": (SPEC.replace(" */", "x\n */") + PROTOTYPE, SPEC.replace(" */", "*/") + PROTOTYPE),
    "missing-param-doc": (
        SPEC + "int f(int a);\n",
        SPEC.replace(" *\n", " * @a: y\n *\n") + "int f(int a);\n",
    ),
}

#: Code -> (body with the finding, body without).
IN_BODIES: dict[str, tuple[str, str]] = {
    "bad-constraint": (
        "param: len\n  constraint-type: range(0)",
        "param: len\n  constraint-type: range (0, 1)",
    ),
    "bad-indent": ("error: EIO, x\n desc: y", "error: EIO, x\n  desc: y"),
    "bad-indent-prose": ("long-desc: x\n y", "long-desc: x\n  y"),
    "bad-value": ("signal: x\n  priority: 256", "signal: x\n  priority: 255"),
    "bad-version": ("api-version: 3", "api-version: 0x2"),
    "conflict": (
        "lock: l\n  type: rcu\n  acquired: yes\n  scope: releases",
        "lock: l\n  type: rcu\n  acquired: yes\n  scope: acquires",
    ),
    "contradiction": (
        "side-effect: irreversible\n  reversible: yes",
        "side-effect: irreversible\n  reversible: no",
    ),
    "count-mismatch": ("error: EIO\nerror-count: 2", "error: EIO\nerror-count: 1"),
    "duplicate-key": (
        "error: EIO\n  desc: x\n  desc: x",
        "param: len\n  mask: A\n  arch-mask: arm = B\n  arch-mask: arc = B",
    ),
    "duplicate-tag": ("contexts: nmi\ncontexts: nmi", "kapi-a: x\nkapi-a: x"),
    "empty-value": ("error: EIO\n  desc:", "error: EIO\n  desc:\n    x"),
    "encoding": ("long-desc: \x01", "long-desc: \u00e4"),
    "errno-sign": ("long-desc: x\nerror: -EIO", "long-desc: x\nerror: EIO"),
    "expected-key": ("error: EIO, x\n  y", "error: EIO, x\n    y\n  desc: z"),
    "joined-prose": ("notes: x\nnotes: y\napi-type: z", "notes: x\n\n  y\napi-type: z"),
    "legacy": ("param: len\n  constraint: x", "param: len\n  cdesc: x"),
    "lone-cr": ("long-desc: x\ry", "long-desc: x\r"),
    "maybe-tag": ("foo\ncontexst: y\n\nlong-desc: x", "foo\nhowever: y\n\nlong-desc: x"),
    "merged-param": (
        "param: len\n  size: 1\nparam: len\n  type: int",
        "param: len\n  size: 1\nparam: wfd\n  type: int",
    ),
    "missing-key": ("state-trans: a\n  from: b", "state-trans: a\n  from: b\n  to: c"),
    "missing-sign": ("signal: x\n  errno: EINTR", "signal: x\n  errno: -EINTR"),
    "missing-type": ("lock: l\n  acquired: yes", "lock: l\n  type: rcu\n  acquired: yes"),
    "missing-value": ("return:\n  check-type: exact", "return:\n  check-type: exact\n  success: 0"),
    "near-miss": ("long-desc: x\nNotes: y", "long-desc: x\nNote: y"),
    "needs-version-2": ("error: EIO\n  when: x", "api-version: 2\nerror: EIO\n  when: x"),
    "negative-unsigned": ("param: len\n  range: -1, 5", "param: wfd\n  range: -1, 5"),
    "out-of-range": ("param: buf\n  size-param: 3", "param: buf\n  size-param: 2"),
    "repeated-word": ("contexts: nmi, NMI\nlong-desc: x", "contexts: nmi, process\nlong-desc: x"),
    "reserved": ("long-desc: x\nerror-code: y", "long-desc: x\nerror-count: 0"),
    "scanner-hazard": (
        "long-desc: x\n  note: y",
        "long-desc: x\n  note:: y\n  lock-free: z\n  see note: u",
    ),
    "separator": ("contexts: process, nmi | atomic", "contexts: process,nmi,\n    atomic"),
    "space-before-colon": ("long-desc : x", "long-desc: x : y"),
    "stray-text": ("contexts: process\nx", "contexts: process\nDescription: y\nx"),
    "tab-indent": ("error: EIO, x\n\tdesc: y", "error: EIO, x\n  desc:\ty"),
    "tag-case": ("long-desc: x\nError: EIO", "long-desc: x\nerror: EIO"),
    "unknown-arch": (
        "param: len\n  mask: A\n  arch-mask: vax = B",
        "param: len\n  mask: A\n  arch-mask: ARM = B",
    ),
    "unknown-errno": ("long-desc: x\nerror: eio", "long-desc: x\nerror: ENOSUCHTHING"),
    "unknown-field": (
        "struct: s\nstruct-field: a, int\nstruct-field-mask: b, 1",
        "struct: s\nstruct-field: a, int\nstruct-field-mask: a, 1",
    ),
    "unknown-key": ("error: EIO\n  dsc: x", "error: EIO\n  desc: x"),
    "unknown-param": ("param: Len\n  size: 1", "param: len\n  size: 1"),
    "unknown-tag": ("long-desc: x\nfoo: y", "long-desc: x\nDescription: y\n foo: z"),
    "unknown-token": ("lock: l\n  type: mutx", "lock: l\n  type: Mutex"),
}

#: The same in version 2.
IN_BODIES_2: dict[str, tuple[str, str]] = {
    "duplicate-label": (
        "error: EIO\n  when(a): x\n  when(a): y",
        "error: EIO\n  when(a): x\n  when(b): y",
    ),
    "label-required": ("error: EIO\nerror: EIO\n  label: a", "error: EIO\nerror: EDOM\n  label: a"),
    "legacy-spelling": ("contexts: KAPI_CTX_NMI", "contexts: nmi"),
    "space-after-colon": ("error:EIO", "error: EIO"),
}

SHARED = (
    "/**\n * fact - x\n * @fd: y\n *\n * api-version: 2\n * api-type: shared\n"
    " * include: other()\n */\nvoid fact(int fd);\n"
    "/**\n * other - x\n *\n * api-version: 2\n * api-type: shared\n%s */\nvoid other(void);\n"
)
USER = (
    "/**\n * f - x\n * @a: y\n *\n * api-version: 2\n * include: %s\n */\nint f(int a);\n" + SHARED
)

#: The same for includes.
OF_INCLUDES: dict[str, tuple[str, str]] = {
    "include-arity": (USER % ("fact()", ""), USER % ("fact(a)", "")),
    "include-cycle": (USER % ("fact(a)", " * include: fact(7)\n"), USER % ("other", "")),
    "unknown-include": (USER % ("facts(a)", ""), USER % ("fact(7)", "")),
}


@pytest.mark.parametrize("code", IN_FILES | OF_INCLUDES)
def test_files(code: str) -> None:
    wrong, right = (IN_FILES | OF_INCLUDES)[code]
    assert code in [finding[0] for finding in findings(read_set(wrong).diagnostics)]
    assert findings(read_set(right).diagnostics) == []


@pytest.mark.parametrize("code", IN_BODIES)
def test_bodies(code: str) -> None:
    wrong, right = IN_BODIES[code]
    assert code in read(wrong + MARK).codes
    assert read(right + MARK).findings == []


@pytest.mark.parametrize("code", IN_BODIES_2)
def test_bodies_of_version_2(code: str) -> None:
    wrong, right = IN_BODIES_2[code]
    for body, wanted in ((wrong, True), (right, False)):
        found = read_set(_file_2(body)).diagnostics
        assert [one.code for one in found] == ([code] if wanted else [])
    assert code not in read(wrong + MARK).codes


def _file_2(body: str) -> str:
    lines = "".join(f" * {line}\n" for line in body.split("\n"))
    return f"/**\n * f - x\n *\n * api-version: 2\n{lines} */\n{PROTOTYPE}"


def test_every_code_has_a_near_input() -> None:
    known = IN_FILES.keys() | OF_INCLUDES.keys() | IN_BODIES.keys() | IN_BODIES_2.keys()
    assert known == CODES.keys() - OF_LINT


def test_what_is_clean_in_version_1_is_clean_in_version_2_but_for_old_spellings() -> None:
    for code, (_, right) in IN_BODIES.items():
        if "api-version" not in right and code != "maybe-tag":
            codes = set(read_2(right + MARK).codes)
            assert codes <= {"legacy-spelling", "space-after-colon"}, code
