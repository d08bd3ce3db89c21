"""Walks over files, folders and trees, and the memory of earlier scans."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kapi.csource import cache, needles, walk, workers
from kapi.csource.needles import TREE_NEEDLES, search_files
from kapi.csource.walk import find_files, read_named
from kapi.errors import SourceError
from kapi.lang.fields import all_tags

SPEC = b"/**\n * f - do\n *\n * long-desc: Does it.\n */\nint f(void);\n"
PLAIN = b"int g(void);\n"

Problems = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the cache of the user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture
def small_trees_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several processes and the cache for trees of any size."""
    _fork_always(monkeypatch)


def _fork_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat any tree as a large one."""
    monkeypatch.setattr(walk, "_MIN_LARGE_TREE", 1)
    monkeypatch.setattr(walk, "worker_count", lambda: 3)


def scan(*paths: Path | str, version: str | None = None) -> tuple[list[str], Problems]:
    """Paths found, and problems."""
    problems: Problems = []
    found = find_files(
        [os.fspath(path) for path in paths],
        TREE_NEEDLES,
        lambda path, reason: problems.append((path, reason)),
        version=version,
    )
    return [path for path, _ in found], problems


def write(path: Path, data: bytes = SPEC) -> Path:
    """Make a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def in_child(job: Callable[[], str], uid: int) -> str:
    """Run a job in a child process of another user; return its text."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            os.write(writer, job().encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with open(reader) as stream:
        text = stream.read()
    assert os.waitpid(pid, 0)[1] == 0
    return text


def test_a_tree_gives_its_specs_sorted(tmp_path: Path) -> None:
    for name in ("b/x.c", "a.h", "b/a.c", "z/y/w.c"):
        write(tmp_path / name)
    write(tmp_path / "b/plain.c", PLAIN)
    write(tmp_path / "b/spec.txt")
    write(tmp_path / ".git/x.c")
    write(tmp_path / "dir.c/inner.h")
    found, problems = scan(tmp_path)
    names = ["a.h", "b/a.c", "b/x.c", "dir.c/inner.h", "z/y/w.c"]
    assert found == [f"{tmp_path}/{name}" for name in names]
    assert problems == []


def test_contents_are_given(tmp_path: Path) -> None:
    data = SPEC + bytes(range(256)) * 10
    write(tmp_path / "a.c", data)
    assert list(find_files([str(tmp_path)], TREE_NEEDLES, print)) == [(f"{tmp_path}/a.c", data)]


def test_paths_are_printed_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "fs/a.c")
    monkeypatch.chdir(tmp_path)
    assert scan("fs")[0] == ["fs/a.c"]
    assert scan("fs/")[0] == ["fs/a.c"]
    assert scan(".")[0] == ["./fs/a.c"]
    assert scan("fs/a.c")[0] == ["fs/a.c"]


def test_a_named_file_needs_neither_suffix_nor_needle(tmp_path: Path) -> None:
    path = write(tmp_path / "notes", PLAIN)
    assert scan(path)[0] == [str(path)]


def test_a_file_is_given_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.c")
    write(tmp_path / "b.c", PLAIN)
    monkeypatch.chdir(tmp_path)
    assert scan("b.c", ".", "a.c", "b.c", tmp_path)[0] == ["b.c", "./a.c"]


def test_arguments_keep_their_order(tmp_path: Path) -> None:
    paths = [write(tmp_path / name) for name in ("b.c", "a.c")]
    assert scan(*paths)[0] == [str(path) for path in paths]


def test_an_empty_tree_and_no_paths(tmp_path: Path) -> None:
    assert scan(tmp_path) == ([], [])
    assert scan() == ([], [])


@pytest.mark.parametrize(
    "line",
    [
        b" * long-desc: x",
        b" * context-flags: x",
        b" * param : x",
        b" * error: EDOM, x",
        b"\t *\tlock: x",
        b"*param: x",
        b" * kapi-x: y",
        b" * api-version: 2",
        b" *   return:\r",
        b" * lock: x */ int a; /*",
        b" * state-trans: x",
    ],
)
def test_lines_that_pass_the_gate(tmp_path: Path, line: bytes) -> None:
    write(tmp_path / "a.c", b"/**\n" + line + b"\n */")
    assert len(scan(tmp_path)[0]) == 1


@pytest.mark.parametrize(
    "text",
    [
        b"/**\n * see error: x\n */",
        b"/**\n * @lock: x\n */",
        b"error: x\n/**\n */",
        b"/*\n * error: x\n */",
        b"error:\n/**\n",
        b"/**\n * error",
        b"/**\n * Error: x\n */",
        b"/**\n * errors: x\n */",
        b"/**\n */\n * error: x\n",
        b"/**/\n * error: x\n/**/",
        b"",
    ],
)
def test_texts_that_do_not_pass_the_gate(tmp_path: Path, text: bytes) -> None:
    write(tmp_path / "a.c", text)
    write(tmp_path / "b.c", b": x")
    assert scan(tmp_path)[0] == []


def test_every_tag_passes_the_gate(tmp_path: Path) -> None:
    tags = [word for word, tag in all_tags().items() if tag.since == 1]
    for word in tags:
        write(tmp_path / f"{word}.c", f"/**\n * {word}: x\n */".encode())
    missed = set(tags) - {Path(path).stem for path in scan(tmp_path)[0]}
    assert {word for word in missed if not word.startswith("validation-")} == set()


def test_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "_BATCH_BYTES", 300)
    for number in range(100):
        write(tmp_path / f"{number:03}.c", SPEC if number % 3 == 0 else PLAIN * (number % 7))
    assert scan(tmp_path)[0] == [f"{tmp_path}/{number:03}.c" for number in range(0, 100, 3)]


def test_without_memmem_the_result_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        write(tmp_path / f"{number:02}.c", SPEC if number % 3 == 0 else PLAIN)
    with_memmem = scan(tmp_path)
    monkeypatch.setattr(needles, "_finder", lambda buffer: buffer.find)
    assert scan(tmp_path) == with_memmem


@pytest.mark.parametrize(
    "text", [b"/**" * 300_000, b"/**/" * 250_000, b"\n * errors" * 100_000, b"\n" * 1_000_000]
)
def test_a_file_full_of_false_hits_is_quick(tmp_path: Path, text: bytes) -> None:
    write(tmp_path / "a.c", b"/**\n" + text)
    start = time.process_time()
    search_files([str(tmp_path / "a.c")], TREE_NEEDLES)
    assert time.process_time() - start < 2.0


def test_missing_paths() -> None:
    with pytest.raises(SourceError, match=r"^/nowhere/x: no such file or folder$"):
        scan("/nowhere/x")
    with pytest.raises(SourceError, match="no such file or folder"):
        scan("/dev/null/x")
    with pytest.raises(SourceError, match="no such file or folder"):
        read_named("/nowhere/x")
    with pytest.raises(SourceError, match="no such file or folder"):
        scan("")
    with pytest.raises(SourceError, match="no valid path"):
        scan("a\0b")


def test_paths_are_checked_before_anything_is_given(tmp_path: Path) -> None:
    write(tmp_path / "a.c")
    with pytest.raises(SourceError):
        find_files([str(tmp_path), "/nowhere/x"], TREE_NEEDLES, print)


def test_special_files_are_refused_or_skipped(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.c")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "s.c"))
        assert scan(tmp_path) == ([], [])
        for name, kind in ((tmp_path / "fifo.c", "FIFO"), (tmp_path / "s.c", "socket")):
            with pytest.raises(SourceError, match=f"a {kind}, neither a regular file nor a folder"):
                scan(name)
    with pytest.raises(SourceError, match="/dev/null: a device"):
        scan("/dev/null")
    with pytest.raises(SourceError, match="not a regular file"):
        read_named(str(tmp_path / "fifo.c"))


def test_links_are_followed_only_when_named(tmp_path: Path) -> None:
    write(tmp_path / "tree/real/a.c")
    (tmp_path / "tree/loop").symlink_to(tmp_path / "tree")
    (tmp_path / "tree/link.c").symlink_to("real/a.c")
    (tmp_path / "tree/self.c").symlink_to("self.c")
    (tmp_path / "named").symlink_to("tree")
    assert scan(tmp_path / "tree")[0] == [f"{tmp_path}/tree/real/a.c"]
    assert scan(tmp_path / "named")[0] == [f"{tmp_path}/named/real/a.c"]
    assert scan(tmp_path / "tree/link.c")[0] == [f"{tmp_path}/tree/link.c"]
    with pytest.raises(SourceError, match=r"self\.c: too many levels of symbolic links"):
        scan(tmp_path / "tree/self.c")
    (tmp_path / "dangling").symlink_to("nothing")
    with pytest.raises(SourceError, match="no such file or folder"):
        scan(tmp_path / "dangling")


def test_any_bytes_in_names_and_contents(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe\n.c")
    Path(name).write_bytes(b"\0\xff\xfe" + SPEC + b"\0")
    found = list(find_files([str(tmp_path)], TREE_NEEDLES, print))
    assert found == [(name, b"\0\xff\xfe" + SPEC + b"\0")]
    assert scan(name)[0] == [name]


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.c"
    with path.open("wb") as stream:
        stream.truncate(300 << 20)
    write(tmp_path / "b.c")
    start = time.process_time()
    assert scan(tmp_path) == ([f"{tmp_path}/b.c"], [(str(path), "larger than 64 MiB")])
    assert time.process_time() - start < 2.0
    with pytest.raises(SourceError, match="larger than 64 MiB"):
        scan(path)


def test_a_file_of_just_the_size_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "a.c")
    with path.open("r+b") as stream:
        stream.truncate(needles.MAX_FILE_BYTES)
    assert scan(tmp_path) == ([str(path)], [])


@pytest.mark.requires("root")
def test_what_cannot_be_read_is_reported_and_left_out(tmp_path: Path) -> None:
    for above in (tmp_path, *list(tmp_path.parents)[:-2]):
        above.chmod(0o755)
    write(tmp_path / "good.c").chmod(0o644)
    write(tmp_path / "secret.c").chmod(0)
    write(tmp_path / "closed/a.c")
    (tmp_path / "closed").chmod(0)
    found, problems = eval(in_child(lambda: repr(scan(tmp_path)), 65534))
    assert found == [f"{tmp_path}/good.c"]
    assert problems == [
        (f"{tmp_path}/closed", "permission denied"),
        (f"{tmp_path}/secret.c", "permission denied"),
    ]

    def named() -> str:
        reasons = []
        for name in ("secret.c", "closed", "closed/a.c"):
            try:
                scan(tmp_path / name)
            except SourceError as error:
                reasons.append(error.reason)
        return repr(reasons)

    assert eval(in_child(named, 65534)) == ["permission denied"] * 3


def test_a_file_that_vanishes_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.c")
    monkeypatch.setattr(walk, "list_sources", lambda *_: [str(path), f"{tmp_path}/gone.c"])
    problems: Problems = []
    found = find_files([str(tmp_path)], TREE_NEEDLES, lambda *args: problems.append(args))
    monkeypatch.setattr(walk, "search_files", _search_then_delete(path))
    assert list(found) == []
    assert problems == [
        (f"{tmp_path}/gone.c", "no such file or directory"),
        (str(path), "no such file or directory"),
    ]


def _search_then_delete(path: Path) -> Callable[..., needles.Found]:
    """``search_files`` that removes a file when it has found it."""

    def search(*args: object) -> needles.Found:
        found = search_files(*args)  # type: ignore[arg-type]
        path.unlink()
        return found

    return search


@pytest.mark.usefixtures("small_trees_fork")
def test_several_processes_give_what_one_gives(tmp_path: Path) -> None:
    for number in range(50):
        write(tmp_path / f"{number:02}.c", SPEC if number % 3 == 0 else PLAIN)
    with (tmp_path / "large.c").open("wb") as stream:
        stream.truncate(300 << 20)
    found, problems = scan(tmp_path)
    assert found == [f"{tmp_path}/{number:02}.c" for number in range(0, 50, 3)]
    assert problems == [(f"{tmp_path}/large.c", "larger than 64 MiB")]


@pytest.mark.usefixtures("small_trees_fork")
def test_progress_reaches_into_the_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needles, "_BATCH_BYTES", 10)
    for number in range(9):
        write(tmp_path / f"{number}.c")
    calls: list[tuple[int, int]] = []
    list(find_files([str(tmp_path)], TREE_NEEDLES, print, lambda *args: calls.append(args)))
    assert calls == [(3, 9), (6, 9), (9, 9)]


def test_a_child_that_dies_is_made_good() -> None:
    parent = os.getpid()

    def job(part: int) -> bytes:
        if part == 1 and os.getpid() != parent:
            os._exit(3)
        if part == 2 and os.getpid() != parent:
            raise MemoryError
        return bytes([part]) * 200_000

    assert workers.run_parts(job, 4) == [bytes([part]) * 200_000 for part in range(4)]
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_without_processes_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fail)
    assert workers.run_parts(lambda part: b"%d" % part, 3) == [b"0", b"1", b"2"]


def test_an_error_in_this_process_leaves_no_child() -> None:
    def job(part: int) -> bytes:
        if not part:
            raise KeyError(part)
        return b"x" * 1_000_000

    with pytest.raises(KeyError):
        workers.run_parts(job, 3)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.fixture
def old_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree whose files a cache may remember at once, scanned once."""
    _fork_always(monkeypatch)
    monkeypatch.setattr(cache, "_RACY_NS", -(10**9))
    write(tmp_path / "a.c")
    write(tmp_path / "b.c", PLAIN)
    write(tmp_path / "c/d.c")
    assert scan(tmp_path, version="1")[0] == [f"{tmp_path}/a.c", f"{tmp_path}/c/d.c"]
    return tmp_path


def forbid_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a test fail that reads a file to look for needles."""

    def search(*_: object) -> needles.Found:
        raise AssertionError("searched")

    monkeypatch.setattr(walk, "search_files", search)


def test_a_second_scan_reads_only_hits(old_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_search(monkeypatch)
    assert scan(old_tree, version="1")[0] == [f"{old_tree}/a.c", f"{old_tree}/c/d.c"]
    with pytest.raises(AssertionError, match="searched"):
        scan(old_tree, version="2")


def test_only_changed_files_are_searched(old_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []

    def search(paths: list[str], *_: object) -> needles.Found:
        searched.extend(paths)
        return search_files(paths, TREE_NEEDLES)

    monkeypatch.setattr(walk, "search_files", search)
    monkeypatch.setattr(walk, "worker_count", lambda: 1)
    write(old_tree / "b.c")
    write(old_tree / "new.c")
    (old_tree / "a.c").unlink()
    names = ["b.c", "c/d.c", "new.c"]
    assert scan(old_tree, version="1")[0] == [f"{old_tree}/{name}" for name in names]
    assert sorted(searched) == [f"{old_tree}/b.c", f"{old_tree}/new.c"]
    assert scan(old_tree, version="1")[0] == [f"{old_tree}/{name}" for name in names]
    assert len(searched) == 2


def test_an_edit_that_restores_size_and_time_is_seen(old_tree: Path) -> None:
    path = old_tree / "b.c"
    before = path.stat()
    write(path, b"x" * before.st_size)
    scan(old_tree, version="1")
    path.write_bytes((b"/**\n*error:" + b"x" * 99)[: before.st_size])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert f"{path}" in scan(old_tree, version="1")[0]


def test_a_replaced_file_is_seen(old_tree: Path) -> None:
    os.rename(old_tree / "a.c", old_tree / "b.c")
    assert scan(old_tree, version="1")[0] == [f"{old_tree}/b.c", f"{old_tree}/c/d.c"]


def test_a_file_of_just_now_is_not_trusted(old_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_RACY_NS", 3600 * 10**9)
    forbid_search(monkeypatch)
    with pytest.raises(AssertionError, match="searched"):
        scan(old_tree, version="1")


def cache_file() -> Path:
    """The one cache file."""
    (path,) = (Path(os.environ["XDG_CACHE_HOME"]) / "kapi").iterdir()
    return path


@pytest.mark.parametrize("cut", [0, 5, 30, 100, -1])
def test_a_cut_cache_is_ignored(old_tree: Path, cut: int) -> None:
    data = cache_file().read_bytes()
    cache_file().write_bytes(data[:cut])
    assert len(scan(old_tree, version="1")[0]) == 2
    assert cache_file().read_bytes() == data


def test_a_damaged_cache_is_ignored(old_tree: Path) -> None:
    data = cache_file().read_bytes()
    for at in range(0, len(data), 1 + len(data) // 20):
        cache_file().write_bytes(data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :])
        assert len(scan(old_tree, version="1")[0]) == 2
    cache_file().write_bytes(os.urandom(3000))
    assert len(scan(old_tree, version="1")[0]) == 2


def test_a_cache_that_others_may_write_is_not_used(
    old_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_file().parent.chmod(0o777)
    forbid_search(monkeypatch)
    with pytest.raises(AssertionError, match="searched"):
        scan(old_tree, version="1")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, Path.touch])
def test_a_cache_that_is_no_file_does_no_harm(old_tree: Path, make: Callable[[Path], None]) -> None:
    path = cache_file()
    path.unlink()
    make(path)
    assert len(scan(old_tree, version="1")[0]) == 2


def test_a_cache_that_cannot_be_written_does_no_harm(
    old_tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for home in ("/dev/null", "/proc/nothing", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", home)
        monkeypatch.setenv("HOME", "/dev/null")
        assert len(scan(old_tree, version="1")[0]) == 2
    assert not (Path.cwd() / "relative").exists()


def test_folders_have_caches_of_their_own(old_tree: Path) -> None:
    assert scan(old_tree / "c", version="1")[0] == [f"{old_tree}/c/d.c"]
    assert scan(old_tree, version="1")[0] == [f"{old_tree}/a.c", f"{old_tree}/c/d.c"]
    names = [path.name for path in (Path(os.environ["XDG_CACHE_HOME"]) / "kapi").iterdir()]
    assert len(names) == 2
    assert all(name.startswith("scan-") for name in names)
