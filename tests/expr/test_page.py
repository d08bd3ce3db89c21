"""The page about expressions is made from the parser and the tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_page_is_up_to_date(tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    subprocess.run([sys.executable, ROOT / "tools/make_expression_page.py", target], check=True)
    assert target.read_text() == (ROOT / "docs/expressions.md").read_text()
