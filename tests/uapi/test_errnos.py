"""Errno aliases by text."""

from __future__ import annotations

import pytest

from kapi.uapi.errnos import aliases


@pytest.mark.parametrize(
    ("definitions", "found"),
    [
        ({"EA": "1", "EB": "EA", "EC": "EB"}, {"EB": "EA", "EC": "EA"}),
        ({"EB": "EA", "EA": "1"}, {"EB": "EA"}),
        ({"EA": "1", "EB": "1"}, {"EB": "EA"}),
        ({"EA": "ENONE", "EB": "EB"}, {}),
    ],
)
def test_aliases(definitions: dict[str, str], found: dict[str, str]) -> None:
    assert aliases(definitions) == found
