"""Reads a package with ``ast`` and says which of its modules import what, and what else it does.

In: the folder of a package and the rules. Out: complaints as text, empty when all is well. Imports
inside functions count, and so do module names in strings, as tables of lazily imported modules
have them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Module:
    """One file of a package.

    :ivar name: dotted, with the package; a folder stands for its ``__init__.py``.
    :ivar part: the part of the package it belongs to: ``kapi.lang.fields`` to ``lang``.
    """

    name: str
    part: str
    tree: ast.Module
    lines: int


@dataclass(frozen=True)
class Import:
    """One import of ``target``, the longest module name known, at a line of ``source``."""

    source: Module
    target: str
    line: int


def read_package(folder: Path) -> dict[str, Module]:
    """All modules of the package in ``folder`` by name."""
    modules = {}
    for path in sorted(folder.rglob("*.py")):
        words = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        if words[-1] == "__init__":
            words.pop()
        text = path.read_text()
        part = words[1] if len(words) > 1 else ""
        module = Module(".".join(words), part, ast.parse(text, str(path)), text.count("\n"))
        modules[module.name] = module
    return modules


def imports_of(module: Module, modules: Mapping[str, Module]) -> Iterator[Import]:
    """Every import of a module: of modules of the package by full name, of others as written."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield Import(module, inner if inner in modules else base, node.lineno)
        elif isinstance(node, ast.Constant) and "." in str(node.value) and node.value in modules:
            yield Import(module, str(node.value), node.lineno)


def check_order(
    modules: Mapping[str, Module], allowed: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Imports of a part that the part may not import.

    :param allowed: for each part of the package the other parts that it may import.
    """
    for module in modules.values():
        if module.part and module.part not in allowed:
            yield f"{module.name}: part '{module.part}' has no place in the import order"
            continue
        for found in imports_of(module, modules):
            if found.target.startswith("."):
                yield f"{module.name}:{found.line}: relative import"
            target = modules.get(found.target)
            if target is None or target.part in ("", module.part):
                continue
            if target.part not in allowed.get(module.part, frozenset()):
                yield f"{module.name}:{found.line}: '{module.part}' may not import '{target.part}'"


def check_cycles(modules: Mapping[str, Module]) -> Iterator[str]:
    """Modules that import themselves through others."""
    graph = {
        name: sorted({found.target for found in imports_of(module, modules)} & modules.keys())
        for name, module in modules.items()
    }
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterator[str]:
        if name in path:
            yield " -> ".join([*path[path.index(name) :], name])
        elif name not in done:
            for target in graph[name]:
                yield from visit(target, [*path, name])
            done.add(name)

    for name in graph:
        yield from visit(name, [])


def check_outside(
    modules: Mapping[str, Module], allowed: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Imports of packages that a part may not import.

    :param allowed: for each part the names of top-level packages besides the package itself.
    """
    own = {name.partition(".")[0] for name in modules}
    for module in modules.values():
        for found in imports_of(module, modules):
            top = found.target.partition(".")[0]
            if top and top not in own and top not in allowed[module.part]:
                yield f"{module.name}:{found.line}: '{module.part}' may not import '{top}'"


def check_exits(modules: Mapping[str, Module], free: frozenset[str]) -> Iterator[str]:
    """Places that print or end the process outside programs and the parts that are free to."""
    for module in modules.values():
        if module.part not in free and not module.name.endswith(".__main__"):
            for node in ast.walk(module.tree):
                name = _name(node)
                if name in ("print", "input", "exit", "quit", "SystemExit", "sys.exit"):
                    yield f"{module.name}:{node.lineno}: {name}"  # type: ignore[attr-defined]


def _name(node: ast.AST) -> str:
    """``name`` or ``module.name``, as an expression spells it; empty for other nodes."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def check_sizes(modules: Mapping[str, Module], limit: int, exempt: frozenset[str]) -> Iterator[str]:
    """Modules that are longer than ``limit`` lines."""
    for module in modules.values():
        if module.lines > limit and module.name not in exempt:
            yield f"{module.name}: {module.lines} lines, more than {limit}; has it two subjects?"


def check_docstrings(modules: Mapping[str, Module]) -> Iterator[str]:
    """Public functions, methods and classes, and modules with code, that have no docstring.

    A method needs none if a class of the package that its own class names as a base documents it.
    """
    classes = {
        node.name: node
        for module in modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    for module in modules.values():
        if module.tree.body and not ast.get_docstring(module.tree):
            yield f"{module.name}: no docstring"
        for node in _undocumented(module.tree, classes):
            yield f"{module.name}:{node.lineno}: {node.name} has no docstring"


_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _undocumented(
    node: ast.Module | ast.ClassDef, classes: Mapping[str, ast.ClassDef]
) -> Iterator[_Definition]:
    bases = [_name(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
    inherited = {
        child.name
        for base in bases
        if base in classes
        for child in _public(classes[base])
        if ast.get_docstring(child)
    }
    for child in _public(node):
        if not ast.get_docstring(child) and child.name not in inherited:
            yield child
        if isinstance(child, ast.ClassDef):
            yield from _undocumented(child, classes)


def _public(node: ast.Module | ast.ClassDef) -> Iterator[_Definition]:
    for child in node.body:
        if isinstance(child, _Definition) and not child.name.startswith("_"):
            yield child
