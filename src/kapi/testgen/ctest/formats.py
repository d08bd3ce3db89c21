# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of generated tests: ``kselftest``, ``ltp`` and ``c``.

In: tests of one call. Out: the text of a C file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kapi.testgen.ctest.choose import Chosen
from kapi.testgen.ctest.document import (
    Subject,
    Test,
    assemble,
    check_calls,
    code_of,
    frame,
    head,
    helpers,
    needs_result,
    result_of,
    set_up,
    tests_of,
    wrapper_of,
)
from kapi.testgen.ctest.layout import statement
from kapi.testgen.ctest.parts import part

_RESULT: Final = "result"
_WHAT: Final = "{0}: what its specification says must come of calls."


def write_kselftest(chosen: Sequence[Chosen], subject: Subject) -> str:
    """A test for tools/testing/selftests of a kernel tree."""
    tests = tests_of(chosen, subject)
    names = helpers(tests, ("setup", "make_folder", "enter_folder", "remove_tree"))
    first = head(
        subject,
        _WHAT.format(subject.call),
        "The Makefile of a folder in tools/testing/selftests needs: CFLAGS += -I..",
    )
    blocks = [
        part("setup").code,
        frame("kselftest"),
        *code_of(name for name in names if name != "setup"),
        wrapper_of(subject),
        _fixture(subject.call),
        *(_function(test, f"TEST_F({subject.call}, {test.name})") for test in tests),
        "TEST_HARNESS_MAIN",
    ]
    return assemble(first, ("string.h",), blocks, names, subject, ("kselftest_harness.h",))


def _fixture(call: str) -> str:
    return f"""FIXTURE({call})
{{
	char folder[256];
}};

FIXTURE_SETUP({call})
{{
	running = _metadata;
	make_folder(self->folder, sizeof(self->folder));
	enter_folder(self->folder);
	close(STDIN_FILENO);
	syscall(__NR_close_range, STDERR_FILENO + 1, ~0U, 0);
}}

FIXTURE_TEARDOWN_PARENT({call})
{{
	remove_tree(AT_FDCWD, self->folder);
}}"""


def write_c(chosen: Sequence[Chosen], subject: Subject) -> str:
    """A program that needs a C library alone, and prints KTAP."""
    tests = tests_of(chosen, subject)
    names = helpers(tests, ("setup", "make_folder", "enter_folder", "remove_tree"))
    headers = ("signal.h", "stdarg.h", "stdio.h", "string.h", "sys/mman.h", "sys/wait.h")
    blocks = [
        part("setup").code,
        frame("c"),
        *code_of(name for name in names if name != "setup"),
        wrapper_of(subject),
        *(_function(test, f"static void test_{test.name}(void)") for test in tests),
        "static const struct test {\n\tconst char *name;\n\tvoid (*run)(void);\n} tests[] = {\n"
        + "".join(f'\t{{ "{test.name}", test_{test.name} }},\n' for test in tests)
        + "};",
        frame("c_main"),
    ]
    first = head(
        subject,
        _WHAT.format(subject.call),
        "Build it with: gcc -Wall -pthread FILE. It prints KTAP.",
    )
    return assemble(first, headers, blocks, names, subject)


def _function(test: Test, line: str) -> str:
    """A test whose checks are macros of kselftest_harness.h, or look so."""
    expected = test.expected
    lines = []
    if expected.errno:
        lines += statement(f"EXPECT_EQ(-{expected.errno}, {test.call});")
    elif needs_result(expected):
        lines += statement(f"{_RESULT} = {test.call};")
        lines += [f"\tASSERT_LE(0, {_RESULT});"]
    elif expected.least == expected.most:
        lines += statement(f"EXPECT_EQ({result_of(test)}, {test.call});")
    else:
        lines += statement(f"EXPECT_LE({expected.least}, {test.call});")
    for value, call in check_calls(test, _RESULT):
        asked = f"EXPECT_EQ({value}, {call});" if value else f"EXPECT_LE(0, {call});"
        lines += statement(asked)
    return _whole(test, line, lines)


def _whole(test: Test, line: str, checks: Sequence[str], result: str = _RESULT) -> str:
    declarations = [f"\t{text}" for text in test.body.declarations]
    if needs_result(test.expected):
        declarations.append(f"\tlong {result};")
    before = set_up(test)
    return "\n".join(
        [
            *test.comment,
            line,
            "{",
            *declarations,
            *([""] if declarations else []),
            *before,
            *checks,
            "}",
        ]
    )


def write_ltp(chosen: Sequence[Chosen], subject: Subject) -> str:
    """A test for the Linux Test Project."""
    tests = tests_of(chosen, subject)
    names = helpers(tests, ("setup", "enter_folder"))
    wrapper = wrapper_of(subject).replace("ret == -1 ? -errno : ret", "ret")
    blocks = [
        part("setup").code,
        frame("ltp"),
        *code_of(name for name in names if name != "setup"),
        wrapper.replace("its result, or a negative errno", "its result, or -1 and errno"),
        *(_ltp_function(test) for test in tests),
        "static const struct tcase {\n\tconst char *name;\n\tvoid (*run)(void);\n} tcases[] = {\n"
        + "".join(f'\t{{ "{test.name}", test_{test.name} }},\n' for test in tests)
        + "};",
        frame("ltp_main"),
    ]
    first = head(subject, _WHAT.format(subject.call))
    first[1] = "/*\\"  # LTP makes documents of such comments
    return assemble(first, ("stdlib.h",), blocks, names, subject, ("tst_test.h",))


def _ltp_function(test: Test) -> str:
    expected, name = test.expected, f'"{test.name}"'
    if expected.errno:
        lines = statement(f"TST_EXP_FAIL2({test.call}, {expected.errno}, {name});")
    elif needs_result(expected):
        lines = statement(f"{_RESULT} = TST_EXP_FD({test.call}, {name});")
        lines += [f"\tif ({_RESULT} < 0)", "\t\treturn;"]
    elif expected.least == expected.most:
        lines = statement(f"TST_EXP_VAL({test.call}, {result_of(test)}, {name});")
    else:
        lines = statement(f"TST_EXP_POSITIVE({test.call}, {name});")
    for value, call in check_calls(test, _RESULT):
        asked = f"TST_EXP_EQ_LI({call}, {value});" if value else f"TST_EXP_POSITIVE({call});"
        lines += statement(asked)
    return _whole(test, f"static void test_{test.name}(void)", lines)


FORMATS: Final[dict[str, Callable[[Sequence[Chosen], Subject], str]]] = {
    "kselftest": write_kselftest,
    "ltp": write_ltp,
    "c": write_c,
}
"""Format -> writer of a file."""
