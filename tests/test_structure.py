"""The shape of the package: which part may import which, and what only the command line may do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.import_graph import (
    check_cycles,
    check_docstrings,
    check_exits,
    check_order,
    check_outside,
    check_sizes,
    read_package,
)

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "kapi"

_BASE = frozenset(("errors", "source", "diagnostics", "ctype"))
_TEXT = _BASE | {"model", "lang"}

#: The parts of the package, from the bottom up, and which other parts each may import. Parts that
#: do not name each other are siblings. docs/architecture.md shows the same as a picture.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "source": frozenset(("errors",)),
    "diagnostics": frozenset(("errors", "source")),
    "ctype": frozenset(),
    "model": _BASE,
    "lang": _BASE | {"model"},
    "expr": _BASE,
    "oracle": _BASE | {"model", "expr"},
    "csource": _TEXT,
    "uapi": _BASE | {"model"},
    "binary": _BASE | {"model", "uapi"},
    "render": _TEXT,
    "check": _TEXT | {"csource", "uapi", "expr"},
    "catalogue": _TEXT | {"csource"},
    "generate": _TEXT | {"csource"},
    "ktree": _TEXT | {"csource", "catalogue"},
    "vm": frozenset(("errors",)),
    "evidence": _BASE | {"model"},
    "testgen": _BASE | {"model", "expr", "oracle", "uapi", "vm", "evidence"},
    "trace": _BASE | {"model", "expr", "oracle", "uapi"},
    "cli": _TEXT
    | {"csource", "uapi", "render", "check", "catalogue"}
    | {"binary", "vm", "ktree", "expr", "oracle", "testgen", "evidence", "trace"},
    "__main__": frozenset(("cli",)),
}

#: Parts that a kernel build runs with the distribution's bare Python.
IN_KERNEL_BUILD = ("errors", "source", "diagnostics", "model", "lang", "csource", "generate")

#: Third-party packages that a part may import; all others get the standard library alone.
THIRD_PARTY: dict[str, frozenset[str]] = {
    "binary": frozenset(("backports", "compression", "elftools", "lz4", "lzallright")),
}

MAX_LINES = 400

#: Longer modules and why: they hold a table and next to no code.
TABLES = frozenset(
    ("kapi.lang.fields",)  # the one table of the language
)

MODULES = read_package(PACKAGE)


def report(complaints: Iterator[str]) -> str:
    """Complaints as lines; empty when there are none."""
    return "\n".join(complaints)


def test_imports_go_one_way() -> None:
    assert report(check_order(MODULES, MAY_IMPORT)) == ""


def test_no_module_imports_itself_through_others() -> None:
    assert report(check_cycles(MODULES)) == ""


def test_third_party_imports() -> None:
    allowed = {
        module.part: frozenset(sys.stdlib_module_names) | THIRD_PARTY.get(module.part, frozenset())
        for module in MODULES.values()
    }
    assert report(check_outside(MODULES, allowed)) == ""
    assert not THIRD_PARTY.keys() & set(IN_KERNEL_BUILD)


def test_only_the_command_line_prints_and_exits() -> None:
    assert report(check_exits(MODULES, frozenset(("cli", "__main__")))) == ""


def test_no_module_is_too_long() -> None:
    assert report(check_sizes(MODULES, MAX_LINES, TABLES)) == ""
    assert MODULES.keys() >= TABLES


def test_everything_public_has_a_docstring() -> None:
    assert report(check_docstrings(MODULES)) == ""


def test_the_parts_for_kernel_builds_run_on_a_bare_python(tmp_path: Path) -> None:
    """Exactly these files, no site-packages, no environment: every module can be imported."""
    target = tmp_path / "kapi"
    target.mkdir()
    shutil.copy(PACKAGE / "__init__.py", target)
    for part in IN_KERNEL_BUILD:
        if (PACKAGE / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(PACKAGE / part, target / part, ignore=ignore)
        else:
            shutil.copy(PACKAGE / f"{part}.py", target)
    names = sorted(read_package(target))
    assert len(names) > len(IN_KERNEL_BUILD)
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import {', '.join(names)}"
    done = subprocess.run(
        [sys._base_executable, "-I", "-S", "-B", "-W", "error", "-c", program],  # type: ignore[attr-defined]
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


# The checks can say no.

WRONG = {
    "__init__.py": "",
    "low.py": '"""x"""\ndef f():\n    """x"""\n    from pkg.high import a\n    return a\n',
    "high/__init__.py": '"""x"""\n',
    "high/a.py": '"""x"""\nimport pkg.low\nimport yaml\nTABLE = {"b": "pkg.side.b"}\n',
    "side/b.py": '"""x"""\nimport sys\ndef f():\n    print(1)\n    sys.exit(2)\n',
    "side/c.py": '"""x"""\nfrom . import b\nclass C:\n    def _p(self): ...\n'
    '    def q(self):\n        """x"""\nclass D(C):\n    """x"""\n'
    "    def q(self): ...\n    def r(self): ...\n",
    "new.py": "x = 1\n",
}


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A package with one of every fault."""
    for name, text in WRONG.items():
        path = tmp_path / "pkg" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "pkg"


def test_a_wrong_import_is_reported(wrong: Path) -> None:
    allowed = {"low": frozenset[str](), "high": frozenset(("low",)), "side": frozenset(("low",))}
    assert list(check_order(read_package(wrong), allowed)) == [
        "pkg.high.a:4: 'high' may not import 'side'",
        "pkg.low:4: 'low' may not import 'high'",
        "pkg.new: part 'new' has no place in the import order",
        "pkg.side.c:2: relative import",
    ]


def test_a_cycle_is_reported(wrong: Path) -> None:
    assert list(check_cycles(read_package(wrong))) == ["pkg.high.a -> pkg.low -> pkg.high.a"]


def test_a_third_party_import_is_reported(wrong: Path) -> None:
    allowed = dict.fromkeys(("", "low", "high", "side", "new"), frozenset(("sys",)))
    assert list(check_outside(read_package(wrong), allowed)) == [
        "pkg.high.a:3: 'high' may not import 'yaml'"
    ]


def test_print_and_exit_are_reported(wrong: Path) -> None:
    modules = read_package(wrong)
    found = ["pkg.side.b:4: print", "pkg.side.b:5: sys.exit"]
    assert list(check_exits(modules, frozenset(("high",)))) == found
    assert list(check_exits(modules, frozenset(("side",)))) == []


def test_a_long_module_is_reported(wrong: Path) -> None:
    modules = read_package(wrong)
    found = ["pkg.low: 5 lines, more than 4; has it two subjects?"]
    exempt = frozenset(("pkg.side.b", "pkg.side.c"))
    assert list(check_sizes(modules, 4, exempt)) == found


def test_a_missing_docstring_is_reported(wrong: Path) -> None:
    assert list(check_docstrings(read_package(wrong))) == [
        "pkg.new: no docstring",
        "pkg.side.b:3: f has no docstring",
        "pkg.side.c:3: C has no docstring",
        "pkg.side.c:10: r has no docstring",
    ]
