"""Names of trees and of installed headers."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kapi.uapi.headers import SystemNames, TreeNames, open_names
from kapi.uapi.names import TableNames
from kapi.uapi.tables import Table


def test_errnos_of_a_tree(tree: Path) -> None:
    names = TreeNames(tree)
    assert names.errnos == {"EFROB", "EAGAIN", "EDEADLK", "EWOULDBLOCK", "EDEADLOCK", "EVAX"}
    assert names.internal_errnos == {"ERESTARTSYS", "ERESTART_RESTARTBLOCK"}
    assert names.knows_errno("EVAX") and names.knows_errno("ERESTARTSYS")
    assert not names.knows_errno("ENOSUCHTHING")


def test_signals_and_capabilities_of_a_tree(tree: Path) -> None:
    names = TreeNames(tree)
    assert names.signals == {"SIGHUP", "SIGPOLL", "SIGIO", "SIGVAX"}
    assert names.capabilities == {"CAP_FROB"}
    assert names.knows_signal("SIGVAX") and not names.knows_signal("SIGSTKSZ")
    assert names.knows_capability("CAP_FROB") and not names.knows_capability("CAP_LAST_CAP")


def test_errno_aliases_of_a_tree(tree: Path) -> None:
    names = TreeNames(tree)
    assert names.errno_aliases() == {"EWOULDBLOCK": "EAGAIN", "EDEADLOCK": "EDEADLK"}
    assert names.errno_aliases("vax") == {"EWOULDBLOCK": "EAGAIN"}
    assert names.errno_aliases("x86_64") == names.errno_aliases()


@pytest.mark.parametrize(
    "name",
    ["FROB_CREAT", "FROB_F", "FROB_A", "FROB_B", "FROB_C", "VALID_FROB", "FROB_DEEP", "PAGE_SIZE"],
)
def test_constants_of_a_tree(tree: Path, name: str) -> None:
    assert TreeNames(tree).missing([name]) == set()


def test_missing_names_of_a_tree(tree: Path) -> None:
    names = TreeNames(tree)
    asked = ["FROB_CREAT", "FROB_NOT", "FROB_LOCAL", "FROB_BESIDE", "FROB_DEEP"]
    assert names.missing(asked) == {"FROB_NOT", "FROB_LOCAL", "FROB_BESIDE"}
    assert names.missing(asked, [tree / "fs/frob.c"]) == {"FROB_NOT"}
    assert names.missing(asked) == {"FROB_NOT", "FROB_LOCAL", "FROB_BESIDE"}
    assert names.unsure(asked) == set()
    assert names.missing([]) == set()


def test_the_kernel_headers_are_read_once_for_a_name(tree: Path) -> None:
    names = TreeNames(tree)
    assert names.missing(["FROB_NEW"]) == {"FROB_NEW"}
    (tree / "include/linux/new.h").write_text("#define FROB_NEW 1\n")
    assert names.missing(["FROB_NEW"]) == {"FROB_NEW"}
    assert TreeNames(tree).missing(["FROB_NEW"]) == set()


def test_a_tree_describes_itself(tree: Path) -> None:
    assert TreeNames(tree).describe() == "the headers of linux 7.3.1-rc2"
    (tree / "Makefile").write_text("")
    assert TreeNames(tree).describe() == f"the headers of {tree}"


def test_who_answers(tree: Path, tmp_path: Path) -> None:
    installed = tree / "include/uapi"
    assert isinstance(open_names(tree / "fs/frob.c"), TreeNames)
    assert isinstance(open_names(tmp_path, include=installed), SystemNames)
    assert isinstance(open_names(None, include=tmp_path), TableNames)


def test_installed_headers_add_to_the_table(tree: Path) -> None:
    names = SystemNames(tree / "include/uapi", Table.load())
    assert names.knows_errno("EFROB") and names.knows_errno("ENOENT")
    assert names.knows_capability("CAP_FROB") and names.knows_capability("CAP_SYS_ADMIN")
    assert names.knows_signal("SIGHUP") and "ERESTARTSYS" in names.internal_errnos
    asked = ["FROB_A", "FROB_NOT", "O_CREAT", "O_NOSUCHTHING"]
    assert names.missing(asked) == {"O_NOSUCHTHING"}
    assert names.unsure(asked) == {"FROB_NOT"}
    assert names.errno_aliases()["EWOULDBLOCK"] == "EAGAIN"
    assert "shipped table of linux" in names.describe()


def test_the_table_alone() -> None:
    names = open_names(None, include=Path("/nonexistent"))
    assert names.knows_errno("ENOENT") and names.knows_signal("SIGUSR1")
    assert names.knows_capability("CAP_FOWNER") and "EIOCBQUEUED" in names.internal_errnos
    asked = ["MADV_DONTNEED", "MADV_NOSUCHTHING", "TUNSETIFF", "MAX_RW_COUNT", "VALID_OPEN_FLAGS"]
    assert names.missing(asked) == {"MADV_NOSUCHTHING"}
    assert names.unsure(asked) == {"TUNSETIFF"}
    assert names.errno_aliases("mips") == {"EWOULDBLOCK": "EAGAIN"}
    assert "shipped table" in names.describe() and "no kernel tree" in names.describe()


def test_the_running_system(system_include: Path) -> None:
    names = open_names(None, system_include)
    asked = ["O_CREAT", "MADV_DONTNEED", "S_IRUSR", "TUNSETIFF", "NLMSG_ERROR", "IFLA_MTU"]
    assert names.missing(asked) == names.unsure(asked) == set()
    assert names.missing(["O_NOSUCHTHING"]) == {"O_NOSUCHTHING"}
    assert names.unsure(["WIDGET_MAX"]) == {"WIDGET_MAX"}
    assert str(system_include) in names.describe()


def test_a_real_tree(linux_tree: Path) -> None:
    names = open_names(linux_tree / "fs/open.c")
    assert isinstance(names, TreeNames)
    uapi = ["O_CREAT", "MADV_DONTNEED", "S_IRUSR", "EPOLLIN", "FSCONFIG_SET_FLAG", "PATH_MAX"]
    kernel = ["VALID_OPEN_FLAGS", "MAX_RW_COUNT", "PAGE_SIZE", "S_IALLUGO", "LOOKUP_FOLLOW", "MAX"]
    assert names.missing([*uapi, *kernel, "WIDGET_MAX"]) == {"WIDGET_MAX"}
    assert {"EPERM", "EHWPOISON", "EREFUSED"} <= names.errnos
    assert {"CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"} <= names.capabilities
    assert "EDEADLOCK" not in names.errno_aliases("powerpc")


def test_a_real_tree_is_asked_quickly(linux_tree: Path) -> None:
    # Generous against a busy machine; the aim is 0.3 s for UAPI names, 2 s for the others.
    TreeNames(linux_tree).missing(["WIDGET_MAX"])
    names = TreeNames(linux_tree)
    start = time.monotonic()
    assert not names.missing(["O_CREAT", "MADV_DONTNEED", "FSCONFIG_SET_FLAG"])
    middle = time.monotonic()
    assert names.missing(["VALID_OPEN_FLAGS", "WIDGET_MAX"])
    assert middle - start < 3
    assert time.monotonic() - middle < 10
