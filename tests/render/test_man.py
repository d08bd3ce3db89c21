"""Manual pages, as groff and mandoc read them."""

from __future__ import annotations

import re
import subprocess

import pytest
from render_reflection import NASTY, Marker
from render_samples import openat, read

from kapi.model.spec import Spec, Text
from kapi.render import Options, render
from kapi.render.man import page_name, render_man

_RELEASE = Options(release="Linux 6.12", date="2025-01-31")


def _run(*command: str, text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, encoding="utf-8", check=False)


def _shown(text: str) -> str:
    return re.sub(".\x08", "", _run("mandoc", "-T", "utf8", "-O", "width=78", text=text).stdout)


_PAGES = {
    "rich": openat(),
    "short": read(),
    "full": Marker().spec(),
    "bare": Spec(name="sys_getpid", kind="syscall"),
}


@pytest.mark.requires("mandoc")
@pytest.mark.parametrize("name", _PAGES)
def test_mandoc_is_silent(name: str) -> None:
    found = _run("mandoc", "-T", "lint", "-W", "style", text=render_man(_PAGES[name], _RELEASE))
    remarks = [line for line in found.stdout.split("\n") if "longer than 80 bytes" not in line]
    assert remarks == [""]


@pytest.mark.requires("groff")
@pytest.mark.parametrize("name", _PAGES)
def test_groff_is_silent(name: str) -> None:
    found = _run("groff", "-ww", "-man", "-Tutf8", text=render_man(_PAGES[name], _RELEASE))
    assert found.stderr == ""
    assert found.returncode == 0


def test_head() -> None:
    assert render_man(openat(), _RELEASE).startswith(
        '.TH OPENAT 2 2025-01-31 "Linux 6.12" "System Calls Manual"\n'
        ".nh\n"
        ".ad l\n"
        ".SH NAME\n"
        "openat \\- open a file relative to a directory descriptor\n"
    )


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("sys_open", "syscall", ("open", "2")),
        ("compat_sys_open", "compat_syscall", ("compat_sys_open", "2")),
        ("gizmo_get", "function", ("gizmo_get", "9")),
        ("path_lookup", "shared", ("path_lookup", "7")),
    ],
)
def test_names_of_pages(name: str, kind: str, wanted: tuple[str, str]) -> None:
    assert page_name(Spec(name=name, kind=kind)) == wanted


@pytest.mark.requires("mandoc")
def test_reads_like_a_manual_page() -> None:
    text = _shown(render_man(openat(), _RELEASE))
    assert "       long openat(int dfd, const char __user *filename, int flags,\n" in text
    assert "                   umode_t mode);\n" in text
    assert "ERRORS\n       EACCES no permission\n" in text
    assert "SEE ALSO\n       open(2), openat2(2)\n" in text
    assert (
        '           fd = openat(AT_FDCWD, "a\\n", O_RDONLY);\n           .not a request\n' in text
    )


@pytest.mark.requires("mandoc")
@pytest.mark.parametrize(
    "text", ["-1 a-b", "\\n \\fB \\", ".TH x", "'x'", '`a^b~c"d"', "caf\u00e9 \u4e2d"]
)
def test_text_is_text(text: str) -> None:
    spec = Spec(name="x", kind="function", examples=text)
    assert text in _shown(render_man(spec, _RELEASE))


@pytest.mark.requires("groff")
def test_groff_takes_every_nasty_text() -> None:
    texts = tuple(Text(name="Some", text=f"{text}\n\nq {text}") for text in NASTY if len(text) < 60)
    spec = Spec(name="x", kind="function", ordinary_sections=texts)
    assert _run("groff", "-man", "-Tutf8", text=render_man(spec, _RELEASE)).stderr == ""


def test_several_pages_follow_each_other() -> None:
    assert render("man", [openat(), read()]).count("\n.TH ") == 1
