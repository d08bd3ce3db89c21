"""Writes one C file with many specs: those of the catalogue again and again under other names."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

_COMMENT = re.compile(r"/\*\*\n.*?\*/\n[^{;]*?[;)](?=\n|\Z)", re.DOTALL)
_NAME = re.compile(r"/\*\*\n \* (?:compat_)?(?:sys_)?(\w+)")


def write_copies(folder: Path, target: Path, wanted: int) -> tuple[int, int]:
    """Write ``wanted`` specs, each with the prototype below it, to ``target``.

    Shared specs are left out: they are no calls.

    :return: number of specs and bytes written.
    """
    texts = []
    for path in sorted(folder.rglob("*.c")):
        if "shared" not in path.relative_to(folder).parts:
            texts += _COMMENT.findall(path.read_text())
    if not texts:
        raise SystemExit(f"{folder}: no specs")
    parts: list[str] = []
    for number in count():
        for text in texts:
            if len(parts) == wanted:
                data = "\n".join(parts).encode()
                target.write_bytes(data)
                return len(parts), len(data)
            parts.append(_rename(text, number))
    raise AssertionError


def _rename(text: str, number: int) -> str:
    """The spec under a name of its own, in its first line and in the code below it."""
    name = _NAME.match(text)
    if not name:
        return text
    end, code = name.end(), text.index("*/")
    renamed = re.sub(rf"\b(?:sys_)?{name[1]}\b(?=[,(])", rf"\g<0>_{number}", text[code:], count=1)
    return f"{text[:end]}_{number}{text[end:code]}{renamed}"
