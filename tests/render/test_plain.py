"""The terminal form: looks, widths, colours."""

from __future__ import annotations

import re

import pytest
from render_samples import openat, read

from kapi.model.spec import ArchMask, Constraint, Errno, Param, Spec
from kapi.render import Options, render
from kapi.render.layout import columns_of


def _error(text: str) -> str:
    """The errors section of a text, without its heading."""
    return re.split(r"\n\n(?:SIGNALS|SPECIFICATION)", text.partition("ERRORS\n")[2])[0]


def test_title_and_synopsis() -> None:
    lines = render("plain", [openat()]).split("\n")
    assert lines[:5] == [
        "sys_openat - open a file relative to a directory descriptor",
        "",
        "SYNOPSIS",
        "    long sys_openat(int dfd, const char __user *filename, int flags,",
        "                    umode_t mode);",
    ]


def test_errors_are_a_readable_list() -> None:
    assert _error(render("plain", [openat()])) == (
        "    EACCES - no permission\n"
        "        A directory of the path may not be searched, or the file not be opened\n"
        "        so. Also given if filename is in a sticky directory and O_CREAT is set.\n"
        "        when:     path_prefix(dfd, filename) == no_search [search]\n"
        "        when:     (flags & O_ACCMODE) != O_WRONLY && !path_may(dfd, filename,\n"
        "                  MAY_READ) [no-read]\n"
        "        origin:   fs/namei.c: may_open(), link_path_walk(), via path_lookup\n"
        "\n"
        "    EINVAL [tmpfile-readonly] - O_TMPFILE without write access\n"
        "        when:     flags & __O_TMPFILE && (flags & O_ACCMODE) == O_RDONLY\n"
        "        must:     yes\n"
        "        origin:   fs/open.c: build_open_flags()\n"
        "\n"
        "    ENOMEM - out of memory\n"
        "        must:     no\n"
        "        scope:    fs, lsm\n"
        "\n"
        "    ENXIO\n"
        "\n"
        "    ERESTARTSYS - interrupted\n"
        "        internal: yes\n"
        "        ensures:  !fd_open(ret)\n"
        "\n"
        "    Other errors may come from: driver, fs, lsm."
    )


def test_errors_stand_in_order_of_their_names_and_then_of_the_source() -> None:
    names = (("EPERM", "a"), ("EACCES", "b"), ("EPERM", "c"), ("EACCES", "d"))
    errors = tuple(Errno(name=name, summary=text) for name, text in names)
    text = _error(render("plain", [Spec(name="sys_x", kind="syscall", errors=errors)]))
    assert text.split("\n\n") == [
        *("    EACCES - b", "    EACCES - d", "    EPERM - a", "    EPERM - c")
    ]


@pytest.mark.parametrize(
    ("condition", "description", "wanted"),
    [
        ("the table is full", None, "The table is full."),
        ("@fd is bad", "Always so.", "fd is bad. Always so."),
        ("mmap_lock is held", None, "mmap_lock is held."),
        ("is it full?", None, "Is it full?"),
        (None, "Always so.", "Always so."),
    ],
)
def test_a_condition_is_a_sentence(
    condition: str | None, description: str | None, wanted: str
) -> None:
    error = Errno(name="EIO", condition=condition, description=description)
    param = Param(index=0, name="fd", type="int")
    spec = Spec(name="sys_x", kind="syscall", parameters=(param,), errors=(error,))
    assert _error(render("plain", [spec])) == f"    EIO\n        {wanted}"


def test_a_long_label_runs_on_into_its_value() -> None:
    mask = ArchMask(arch="microblaze", config="CONFIG_MICROBLAZE", expr="a" * 24 + " | " + "b" * 9)
    rule = Constraint(form="mask", mask="1", arch_masks=(mask,))
    param = Param(index=0, name="x", type="int", constraint=rule)
    spec = Spec(name="sys_x", kind="syscall", parameters=(param,))
    assert (
        "        also on microblaze: aaaaaaaaaaaaaaaaaaaaaaaa | bbbbbbbbb\n"
        "            (CONFIG_MICROBLAZE)\n"
    ) in render("plain", [spec], Options(width=72))


def test_examples_keep_their_lines() -> None:
    assert (
        "EXAMPLES\n"
        '    int fd = openat(AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC);\n'
        "    if (fd < 0)\n"
        '        err(1, "openat");   /* why */\n'
    ) in render("plain", [openat()])


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_width_is_kept(width: int) -> None:
    text = render("plain", [openat(), read()], Options(width=width))
    kept = openat().examples or ""
    for line in text.split("\n"):
        assert columns_of(line) <= width or line.strip() in kept or "openat(AT" in line


def test_a_width_too_small_counts_as_forty() -> None:
    assert render("plain", [read()], Options(width=3)) == render(
        "plain", [read()], Options(width=40)
    )


def test_wide_and_combining_characters_count_as_shown() -> None:
    wide = "\u4e2d\u6587"
    assert columns_of(wide) == 4
    assert columns_of("e\u0301") == 1
    spec = Spec(name="sys_x", kind="syscall", long_description=" ".join([wide] * 30))
    lines = render("plain", [spec], Options(width=40)).split("\n")
    body = lines[lines.index("DESCRIPTION") + 1]
    assert body == "    " + " ".join([wide] * 7)


def test_long_words_are_never_cut() -> None:
    word = "x" * 200
    spec = Spec(name="sys_x", kind="syscall", long_description=f"a {word} b")
    assert f"\n    a\n    {word}\n    b\n" in render("plain", [spec])


def test_colour_only_on_demand_and_without_effect_on_the_layout() -> None:
    bare = render("plain", [openat()])
    coloured = render("plain", [openat()], Options(colour=True))
    assert "\x1b" not in bare
    assert "\x1b[1mERRORS\x1b[0m" in coloured
    for code in ("0", "1", "2", "4", "35", "36"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == bare


def test_several_specs_are_parted_by_a_rule() -> None:
    text = render("plain", [openat(), read()], Options(width=50))
    assert f"\n\n{chr(0x2500) * 50}\n\nsys_read - read" in text
