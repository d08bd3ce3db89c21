"""Writes docs/man/kapi.1, the manual page of kapi, from the parsers of the command line."""

from __future__ import annotations

import sys
from pathlib import Path

from kapi.cli.manpage import manual_page

PATH = Path(__file__).resolve().parent.parent / "docs" / "man" / "kapi.1"


def main() -> int:
    """Write the page."""
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(manual_page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
