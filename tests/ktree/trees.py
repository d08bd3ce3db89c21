"""Trees to apply kapi to: a tiny one with what is looked for, and parts of real ones."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path

from kapi import catalogue
from kapi.ktree.content import MARKS
from kapi.ktree.hooks import HOOKS, MAINTAINERS
from kapi.ktree.units import find_units
from kapi.ktree.view import TreeView

_FILES = {
    "Kbuild": "obj-y += kernel/\nobj-y += fs/\n",
    "include/uapi/asm-generic/errno.h": "#define EDEADLK 35\n",
    "kernel/module/main.c": "static int find(void)\n{\n#ifdef CONFIG_PRINTK_INDEX\n#endif\n}\n",
    "kernel/Makefile": "obj-y     = fork.o\n\nobj-y += sched/\nobj-y += locking/\n",
    "lib/Kconfig.debug": 'menu "Kernel hacking"\n\nsource "lib/kunit/Kconfig"\n\nendmenu\n',
    "include/asm-generic/vmlinux.lds.h": (
        "#ifdef CONFIG_PRINTK_INDEX\n#define PRINTK_INDEX x\n#endif\n"
        "#define RO_DATA(align)\t\t\\\n\tTRACEDATA\t\t\\\n\tPRINTK_INDEX\t\t\t\\\n\tEND\n"
        "#define ELF_DETAILS\t\t\\\n\t\t.comment 0 : { *(.comment) }\n"
    ),
    "include/linux/module.h": "struct module {\n#ifdef CONFIG_PRINTK_INDEX\n#endif\n};\n",
    "Documentation/dev-tools/index.rst": ".. toctree::\n\n   kasan\n   kcsan\n   kfence\n",
    "MAINTAINERS": (
        "List of maintainers\n\nMaintainers List\n----------------\n\n"
        "3C59X NETWORK DRIVER\nM:\tA B <a@example.org>\nF:\tdrivers/a.c\n\n"
        "KERNEL AUTOMOUNTER\nM:\tC D <c@example.org>\nF:\tfs/autofs/\n\n"
        "KERNEL BUILD\nM:\tE F <e@example.org>\nF:\tMakefile\n\n"
        "KEXEC\nM:\tG H <g@example.org>\nF:\tkernel/kexec*\n\n"
    ),
}


def write_files(folder: Path, files: dict[str, str]) -> Path:
    """Make files and the folders around them."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def write_tiny_tree(folder: Path) -> Path:
    """A tree with no more than every place that is looked for."""
    return write_files(folder, {**_FILES, **sources()})


def sources() -> dict[str, str]:
    """Source files that define everything that the catalogue describes, and nothing else."""
    collection = catalogue.read_all()
    found: dict[str, str] = {}
    for one in collection.found:
        if one.spec.kind != "shared" and one.spec.span:
            path = one.spec.span.path
            head = collection.sources[path].text[one.definition.offset : one.definition.end]
            found[path] = found.get(path, "") + f"static int before;\n\n{head}\n{{\n}}\n\n"
    return found


def parts(tree: Path) -> list[str]:
    """The files of a real tree that are looked at."""
    view = TreeView(tree)
    paths = {*MARKS, MAINTAINERS, *(hook.path for hook in HOOKS)}
    for unit in find_units(view, catalogue.read_all()):
        for place in unit.places:
            paths.add(place.path)
            paths.update(str(up / "Makefile") for up in Path(place.path).parents)
    return sorted(filter(view.exists, paths))


def copy_parts(tree: Path, folder: Path) -> Path:
    """Those files of a real tree that are looked at."""
    for path in parts(tree):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree / path, folder / path)
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Content and mode of every file; the folders as well."""
    return {
        str(path.relative_to(folder)): (
            f"{path.stat().st_mode:o} {sha256(path.read_bytes()).hexdigest()}"
            if path.is_file()
            else "folder"
        )
        for path in folder.rglob("*")
    }


def stamps(folder: Path) -> dict[str, int]:
    """When each file was written."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


def age(folder: Path) -> None:
    """Make every file an old one, so that a new stamp shows."""
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
