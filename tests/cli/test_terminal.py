"""The line that shows progress."""

from __future__ import annotations

import pytest

from kapi.cli import terminal
from kapi.cli.terminal import Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which a test may set."""
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_slow_scan_is_shown_and_taken_away(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda descriptor: descriptor == 2)
    monkeypatch.setenv("TERM", "xterm")
    progress = Progress()
    progress(10, 100)
    clock[0] = 0.6
    progress(20, 100)
    progress(30, 100)
    clock[0] = 0.8
    progress(120, 100)
    progress.clear()
    progress.clear()
    clear = "\r\x1b[K"
    assert capsys.readouterr() == (
        "",
        f"{clear}reading 20 of 100 files{clear}reading 100 of 100 files{clear}",
    )


@pytest.mark.parametrize(("tty", "term"), [(False, "xterm"), (True, "dumb")])
def test_elsewhere_nothing_is_shown(
    tty: bool,
    term: str,
    clock: list[float],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(terminal, "is_terminal", lambda _descriptor: tty)
    monkeypatch.setenv("TERM", term)
    progress = Progress()
    clock[0] = 9.0
    progress(1, 2)
    progress.clear()
    assert capsys.readouterr() == ("", "")


def test_a_closed_descriptor_is_no_terminal() -> None:
    assert not terminal.is_terminal(12345)
