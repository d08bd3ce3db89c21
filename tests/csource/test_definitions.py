"""What stands below a kernel-doc comment."""

import re
import time
from pathlib import Path

import pytest

from kapi.csource.comments import find_comments
from kapi.csource.definitions import Definition, Other, find_definition
from kapi.csource.params import CParam

MEGABYTE = 1 << 20


def define(text: str, described: str | None = None) -> Definition:
    """The definition at the start of a text; fails if there is none."""
    found = find_definition(text, 0, described)
    assert isinstance(found, Definition), found
    return found


def other(text: str, described: str | None = None) -> tuple[str, str]:
    """Kind and name of what is no definition."""
    found = find_definition(text, 0, described)
    assert isinstance(found, Other), found
    return found.what, found.name


def params(text: str) -> list[tuple[str, str]]:
    """Name and type of the parameters in ``int f(text);``."""
    return [(param.name, param.c_type) for param in define(f"int f({text});").params]


def test_syscall() -> None:
    text = "SYSCALL_DEFINE3(frob, int, wfd, size_t, len, char __user *, buf)\n{\n"
    assert define(text) == Definition(
        name="sys_frob",
        kind="syscall",
        params=(
            CParam("wfd", "int", text.index("wfd")),
            CParam("len", "size_t", text.index("len")),
            CParam("buf", "char __user *", text.index("buf")),
        ),
        return_type="long",
        variadic=False,
        declared_arity=3,
        offset=0,
        end=text.index("\n"),
        problem=None,
    )


def test_compat_syscall() -> None:
    found = define("COMPAT_SYSCALL_DEFINE2(frob, int, fd,\n\t/* which */ compat_ulong_t, arg)")
    assert (found.name, found.kind, found.declared_arity) == (
        "compat_sys_frob",
        "compat_syscall",
        2,
    )
    assert [param.name for param in found.params] == ["fd", "arg"]


def test_syscall_without_parameters() -> None:
    found = define("SYSCALL_DEFINE0(fork)\n{")
    assert (found.name, found.params, found.problem) == ("sys_fork", (), None)


def test_syscall_with_a_value_in_two_registers() -> None:
    found = define("COMPAT_SYSCALL_DEFINE3(trunc, char __user *, path, compat_arg_u64_dual(len))")
    assert [param.name for param in found.params] == ["path", "len_lo", "len_hi"]
    assert found.problem is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("SYSCALL_DEFINE2(f, int, a)", "SYSCALL_DEFINE2 takes 2 parameters, found 1"),
        ("SYSCALL_DEFINE0(f, int, a)", "SYSCALL_DEFINE0 takes 0 parameters, found 1"),
        ("SYSCALL_DEFINE1(f)", "SYSCALL_DEFINE1 takes 1 parameters, found 0"),
        ("SYSCALL_DEFINE2(f, int, a, int)", "SYSCALL_DEFINE2 has a type without a name: 'int'"),
        ("SYSCALL_DEFINE1(f, int, )", "SYSCALL_DEFINE1 has a type without a name: 'int'"),
        ("SYSCALL_DEFINE1(f, , )", "SYSCALL_DEFINE1 has a type without a name: 'nothing'"),
        ("COMPAT_SYSCALL_DEFINE1(f)", "COMPAT_SYSCALL_DEFINE1 takes 1 parameters, found 0"),
    ],
)
def test_wrong_arity_is_a_problem(text: str, problem: str) -> None:
    assert define(text).problem == problem


def test_the_first_branch_of_a_conditional_definition_counts() -> None:
    text = (
        "#ifdef A\nSYSCALL_DEFINE1(f, int, a)\n#elif defined(B)\nSYSCALL_DEFINE1(f, int, b)\n"
        "#else\n#if 1\nSYSCALL_DEFINE1(f, int, c)\n#endif\n#endif\n{"
    )
    assert [param.name for param in define(text).params] == ["a"]
    split = "int f(int a,\n#ifdef A\nint b)\n#else\nint c)\n#endif\n{"
    assert [param.name for param in define(split).params] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "name", "return_type"),
    [
        ("int f(void);", "f", "int"),
        ("bool gizmo_ok(void)\n{", "gizmo_ok", "bool"),
        ("struct gizmo *gizmo_get(\n\tint id);", "gizmo_get", "struct gizmo *"),
        ("const char *\nname(int x)", "name", "const char *"),
        ("static inline u64 f(void) {", "f", "u64"),
        ("static __always_inline __must_check unsigned  long f(int a) {", "f", "unsigned long"),
        ("asmlinkage __visible void __init f(void)\n{", "f", "void"),
        ("extern void __user *f(int a);", "f", "void __user *"),
        ("void f(const char *fmt, ...) __printf(1, 2);", "f", "void"),
        ("__printf(1, 2) __cold\nvoid f(const char *fmt, ...);", "f", "void"),
        ("void __printf(1, 2) f(const char *fmt, ...);", "f", "void"),
        ("__attribute__((noreturn)) void f(int a);", "f", "void"),
        ("int __attribute__((const)) f(int a) __attribute__((cold));", "f", "int"),
        ("int f(int a) __acquires(a) __releases(b)\n{", "f", "int"),
        ("long __f(int) __must_hold(&x);", "__f", "long"),
        ("void __unknown(3) f(int a);", "f", "void"),
        ("__unknown(3) void f(int a);", "f", "void"),
        ("static noinline notrace int f(int a) {", "f", "int"),
        ("__bpf_kfunc void f(void) {", "f", "void"),
        ("__be32 f(__be32 a) {", "f", "__be32"),
        ("MEM_STATIC size_t f(U32 a) {", "f", "size_t"),
        ("size_t ZEXPORT f(U32 a) {", "f", "size_t"),
        ("STATIC struct x *f(U32 a) {", "f", "struct x *"),
        ("INT32 f(U32 a) {", "f", "INT32"),
        ("enum hrtimer_restart f(struct hrtimer *t) {", "f", "enum hrtimer_restart"),
        ("union u f(void);", "f", "union u"),
        ("typeof(x) f(void);", "f", "typeof(x)"),
        ("const struct x *const *f(void);", "f", "const struct x *const *"),
        ("int (f)(int a);", "f", "int"),
        ("void (*signal(int sig, void (*func)(int)))(int);", "signal", "void (*)(int)"),
        ("void (*f(int a))(int b)\n{", "f", "void (*)(int b)"),
        ("int f(int a), g(int b);", "f", "int"),
        ("int f(int a)", "f", "int"),
    ],
)
def test_functions(text: str, name: str, return_type: str) -> None:
    found = define(text)
    assert (found.name, found.return_type, found.kind) == (name, return_type, "function")
    assert found.declared_arity is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("void", []),
        ("int a", [("a", "int")]),
        ("const char __user  *  path", [("path", "const char __user *")]),
        ("char **argv", [("argv", "char **")]),
        ("char * const * argv", [("argv", "char *const *")]),
        ("struct x *restrict p", [("p", "struct x *restrict")]),
        ("char buf[16], int m[2][N + 1]", [("buf", "char [16]"), ("m", "int [2][N + 1]")]),
        ("char *argv[]", [("argv", "char *[]")]),
        ("int (*fn)(int, void *)", [("fn", "int (*)(int, void *)")]),
        ("void *(*fn)(void)", [("fn", "void *(*)(void)")]),
        ("int (*const fn)(int)", [("fn", "int (*const)(int)")]),
        ("void (*fns[3])(void)", [("fns", "void (*[3])(void)")]),
        ("int (*)(int, void *)", [("", "int (*)(int, void *)")]),
        ("void (*(*f)(int))(char)", [("f", "void (*(*)(int))(char)")]),
        ("char (*p)[16]", [("p", "char (*)[16]")]),
        ("int fn(int)", [("fn", "int (int)")]),
        (
            "int, unsigned long, struct foo",
            [("", "int"), ("", "unsigned long"), ("", "struct foo")],
        ),
        ("size_t, const char *, enum e", [("", "size_t"), ("", "const char *"), ("", "enum e")]),
        ("u32 __pad, unsigned x", [("__pad", "u32"), ("x", "unsigned")]),
        ("int x __maybe_unused, int __always_unused y", [("x", "int"), ("y", "int")]),
        ("int x __attribute__((unused))", [("x", "int")]),
        ("typeof(x) y", [("y", "typeof(x)")]),
        ("int /* one */ a, // two\n int b", [("a", "int"), ("b", "int")]),
        ("int a,\n#ifdef X\nint b\n#endif\n", [("a", "int"), ("b", "int")]),
        ("struct foo foo, va_list args", [("foo", "struct foo"), ("args", "va_list")]),
        ("compat_arg_u64(len)", [("len_lo", "u32"), ("len_hi", "u32")]),
    ],
)
def test_parameters(text: str, expected: list[tuple[str, str]]) -> None:
    assert params(text) == expected


def test_variadic() -> None:
    found = define("int printk(const char *fmt, ...);")
    assert found.variadic
    assert [param.name for param in found.params] == ["fmt"]
    assert not define("int f(int a);").variadic


def test_offsets_enclose_the_head() -> None:
    text = " * x\n */\n\nstatic int f(int a) __must_hold(x)\n{\n"
    found = find_definition(text, text.index("*/") + 2)
    assert isinstance(found, Definition)
    assert text[found.offset : found.end] == "static int f(int a)"
    assert text[found.params[0].offset] == "a"


@pytest.mark.parametrize(
    "between",
    [
        "\n\n",
        "/* plain */\n",
        "/** one line */\n",
        "// line \\\n continued\n",
        "#ifdef CONFIG_X\n",
        "#if A && \\\n    B\n\n",
        "#endif\n#else\n",
        "#include <x.h> /* y\n z */\n",
        "  #  define OTHER(a) \\\n\tint g(void)\n",
        '#error "/*"\n',
    ],
)
def test_what_may_lie_between(between: str) -> None:
    assert define(f"\n{between}int f(void);", "f").name == "f"


def test_a_macro_is_told_by_the_name_of_the_comment() -> None:
    text = "\n#ifdef X\n# define F(x) g(x)\n#endif\nint f(int a);"
    assert other(text, "F") == ("macro", "F")
    assert other(text, "F()") == ("macro", "F")
    assert define(text, "f").name == "f"
    assert other("\n#define F 1\nint f(int a);") == ("macro", "F")
    assert define("\n#ifdef X\n#define F 1\nint f(int a);").name == "f"


@pytest.mark.parametrize(
    ("text", "what", "name"),
    [
        ("struct foo {\n int a;\n};", "struct", "foo"),
        ("struct __packed foo {", "struct", "foo"),
        ("struct foo;", "struct", "foo"),
        ("struct {", "struct", ""),
        ("union foo {", "union", "foo"),
        ("enum foo {", "enum", "foo"),
        ("enum {", "enum", ""),
        ("typedef int (*fn_t)(int);", "typedef", "fn_t"),
        ("typedef struct foo foo_t;", "typedef", "foo_t"),
        ("typedef unsigned __bitwise foo_t;", "typedef", "foo_t"),
        ("int a;", "variable", "a"),
        ("static int a = 3;", "variable", "a"),
        ("static struct foo bar = {", "variable", "bar"),
        ("static const struct foo bar[] = {", "variable", "bar"),
        ("static struct foo F(bar) = {", "variable", "F"),
        ("int (*fn)(int);", "variable", "fn"),
        ("DEFINE_MUTEX(lock);", "variable", "lock"),
        ("static DEFINE_SPINLOCK(lock);", "variable", "lock"),
        ("static LIST_HEAD(head);", "variable", "head"),
        ("EXPORT_SYMBOL(f);", "code", ""),
        ("EXPORT_SYMBOL_GPL(f);\nint g(int a);", "code", ""),
        ("module_init(f)\nint g(int a);", "code", ""),
        ("DEFINE_FOO(f)\nstatic int g(int a) {", "code", ""),
        ("SYSCALL_DEFINE7(f, int, a)", "code", ""),
        ("SYSCALL32_DEFINE1(f, int, a)\n{", "code", ""),
        ("SYSCALL_DEFINE1", "code", ""),
        ("SYSCALL_DEFINE1()", "code", ""),
        ("SYSCALL_DEFINE1(a b, int, c)", "code", ""),
        ("}", "code", ""),
        ("return f(x);", "code", ""),
        ("if (x) {", "code", ""),
        ("f(x);", "code", ""),
        ("x = y;", "code", ""),
        ("x->y = f(z);", "code", ""),
        ("out:\n\tf(x);", "code", ""),
        ("static_assert(1);", "code", ""),
        ('extern "C" {', "code", ""),
        ("", "end", ""),
        ("/* plain */\n#endif\n", "end", ""),
        ("/* open", "end", ""),
        ("\n/**\n * g - next\n */\nint g(void);", "comment", ""),
        ("int f(int a,\n/**\n * next\n */\nint b);", "code", ""),
        ("int f(int a;", "code", ""),
    ],
)
def test_others(text: str, what: str, name: str) -> None:
    assert other(text) == (what, name)


HOSTILE = [
    "(", "[", "{", ")", "*", "()", "(*", "a(", "a (*(", "int a(", "int f(int (*", "int ", "*(", ",",
    "int f(a,", "SYSCALL_DEFINE1(", "SYSCALL_DEFINE6(a,", "/*", "//", "#", "#\\\n", "#if\n",
    "#else\n", "#define F\n", '"', "'", "\\", "\\\n", "\0", "\udcff", "struct ", "typedef ", ";",
    "__a(x) ", "__attribute__((", "typeof(", "/**\n*/\n", "/**\n*/(", "/**\n*/int f(",
    "/**\n*/int\n#else\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    text = piece * (MEGABYTE // len(piece))
    start = time.process_time()
    find_definition(text, 0)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize("piece", [piece for piece in HOSTILE if piece.startswith("/**\n")])
def test_all_comments_of_a_hostile_file_take_linear_time(piece: str) -> None:
    text = piece * (MEGABYTE // 4 // len(piece))
    start = time.process_time()
    for comment in find_comments(text):
        find_definition(text, comment.end)
    assert time.process_time() - start < 3.0


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("head", ["", "int f(", "int f", "SYSCALL_DEFINE1(f, ", "struct ", "int "])
@pytest.mark.parametrize("tail", ["", ");", ")))){", ";"])
def test_no_text_raises(piece: str, head: str, tail: str) -> None:
    for count in (1, 2, 3, 40):
        find_definition(head + piece * count + tail, 0)


_PLAIN = re.compile(r"^(COMPAT_)?SYSCALL_DEFINE([0-6])\(\s*(\w+)", re.MULTILINE)


def test_every_system_call_of_a_kernel_tree(linux_tree: Path) -> None:
    count = 0
    for path in linux_tree.rglob("*.c"):
        data = path.read_bytes()
        if b"SYSCALL_DEFINE" not in data:
            continue
        text = data.decode("utf-8", "surrogateescape")
        for match in _PLAIN.finditer(text):
            found = find_definition(text, match.start())
            assert isinstance(found, Definition), (path, match[0])
            assert found.name == f"{'compat_' if match[1] else ''}sys_{match[3]}"
            assert found.problem is None, (path, found)
            assert len(found.params) == int(match[2])
            assert all(param.name.isidentifier() and param.c_type for param in found.params)
            count += 1
    assert count > 500
