"""On which symbols a source is built, by the Makefiles of a tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from kapi.ktree.makefiles import condition
from kapi.ktree.view import TreeView
from tests.ktree.trees import write_files


def of(folder: Path, path: str, **makefiles: str) -> str:
    """The condition of a source, given the text of some files; ``__`` in a name is a slash."""
    files = {name.replace("__", "/"): text for name, text in makefiles.items()}
    return condition(TreeView(write_files(folder, files)), path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("obj-y := frob.o\n", "y"),
        ("obj-$(CONFIG_FROB) += frob.o\n", "$(CONFIG_FROB)"),
        ("obj-$(CONFIG_FROB) += a.o \\\n\tfrob.o\n", "$(CONFIG_FROB)"),
        ("obj-$(CONFIG_FROB) += xfrob.o frob.o.o\n", "y"),
        ("lib-$(CONFIG_FROB) += frob.o\n", "$(CONFIG_FROB)"),
        ("frobs-$(CONFIG_FROB) := frob.o\nobj-y += $(frobs-y)\n", "$(CONFIG_FROB)"),
        ("obj-$(CONFIG_FROBS) += frobs.o\nfrobs-y := frob.o x.o\n", "$(CONFIG_FROBS)"),
        ("obj-$(CONFIG_FROBS) += frobs.o\nfrobs-objs := frob.o\n", "$(CONFIG_FROBS)"),
        (
            "obj-$(CONFIG_FROBS) += frobs.o\nfrobs-$(CONFIG_FROB) += frob.o\n",
            "$(and $(CONFIG_FROBS),$(CONFIG_FROB))",
        ),
        (
            "ifdef CONFIG_MMU\nobj-$(CONFIG_FROB) += frob.o\nendif\n",
            "$(and $(CONFIG_MMU),$(CONFIG_FROB))",
        ),
        ("ifdef CONFIG_MMU\nelse\nobj-$(CONFIG_FROB) += frob.o\nendif\n", "$(CONFIG_FROB)"),
        ("ifeq ($(X),y)\nobj-y += frob.o\nendif\n", "y"),
        ("ifdef CONFIG_MMU\nx := y\nendif\nobj-y += frob.o\n", "y"),
        ("frob-y := frob.o\n", "y"),
        ("", "y"),
    ],
)
def test_one_makefile(tmp_path: Path, text: str, expected: str) -> None:
    assert of(tmp_path, "fs/frob.c", fs__Makefile=text) == expected


def test_folders_have_conditions_too(tmp_path: Path) -> None:
    files = {
        "Kbuild": "obj-y += fs/\nobj-$(CONFIG_NET) += net/\n",
        "net__Makefile": "obj-$(CONFIG_UNIX) += unix/\n",
        "net__unix__Makefile": "obj-y += af_unix.o\n",
    }
    assert of(tmp_path, "net/unix/af_unix.c", **files) == "$(and $(CONFIG_NET),$(CONFIG_UNIX))"


def test_kbuild_goes_before_makefile(tmp_path: Path) -> None:
    files = {"fs__Kbuild": "obj-$(CONFIG_A) += frob.o\n", "fs__Makefile": "obj-y += frob.o\n"}
    assert of(tmp_path, "fs/frob.c", **files) == "$(CONFIG_A)"


def test_a_folder_without_makefile(tmp_path: Path) -> None:
    assert of(tmp_path, "fs/frob.c") == "y"


def test_a_symbol_is_named_once(tmp_path: Path) -> None:
    files = {"Kbuild": "obj-$(CONFIG_NET) += net/\n", "net__Makefile": "obj-$(CONFIG_NET) += a.o\n"}
    assert of(tmp_path, "net/a.c", **files) == "$(CONFIG_NET)"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("fs/open.c", "y"),
        ("mm/madvise.c", "$(and $(CONFIG_MMU),$(CONFIG_ADVISE_SYSCALLS))"),
        ("mm/mlock.c", "$(CONFIG_MMU)"),
        ("fs/eventpoll.c", "$(CONFIG_EPOLL)"),
        ("fs/notify/inotify/inotify_user.c", "$(CONFIG_INOTIFY_USER)"),
        ("ipc/shm.c", "$(CONFIG_SYSVIPC)"),
        ("kernel/futex/syscalls.c", "$(CONFIG_FUTEX)"),
        ("kernel/bpf/syscall.c", "$(and $(CONFIG_BPF),$(CONFIG_BPF_SYSCALL))"),
        ("io_uring/io_uring.c", "$(CONFIG_IO_URING)"),
        ("net/socket.c", "$(CONFIG_NET)"),
        ("security/keys/keyctl.c", "$(CONFIG_KEYS)"),
    ],
)
def test_a_real_tree(linux_tree: Path, path: str, expected: str) -> None:
    assert (linux_tree / path).exists()
    assert condition(TreeView(linux_tree), path) == expected
