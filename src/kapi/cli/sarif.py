# SPDX-License-Identifier: GPL-2.0-or-later
"""Diagnostics in SARIF 2.1.0, the format of results of static analysis that forges read.

In: diagnostics. Out: JSON text. Format:
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import kapi
from kapi.diagnostics import CODES, Diagnostic, Note
from kapi.source import Span

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def sarif_report(found: Sequence[Diagnostic]) -> str:
    """One log with one run; each code that occurs is a rule."""
    codes = sorted({one.code for one in found})
    rules = [_rule(code) for code in codes]
    results = [_result(one, codes.index(one.code)) for one in found]
    return sarif_log(rules, results, columnKind="unicodeCodePoints")


def sarif_log(
    rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]], **more: str
) -> str:
    """A log with one run of kapi.

    :param more: further properties of the run.
    """
    driver = {"name": "kapi", "version": kapi.__version__, "rules": rules}
    run = {"tool": {"driver": driver}, **more, "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    entry = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": entry.doc},
        "defaultConfiguration": {"level": entry.v2},
    }


def _result(one: Diagnostic, rule: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity,
        "message": {"text": one.message},
        "locations": [{"physicalLocation": _location(one.span)}],
    }
    if one.notes:
        found["relatedLocations"] = [_related(note) for note in one.notes]
    return found


def _related(note: Note) -> dict[str, Any]:
    return {"physicalLocation": _location(note.span), "message": {"text": note.message}}


def _location(span: Span) -> dict[str, Any]:
    path, line, column, end_line, end_column = span
    return {
        "artifactLocation": {"uri": uri(path)},
        "region": {
            "startLine": line,
            "startColumn": column,
            "endLine": end_line,
            "endColumn": end_column,
        },
    }


def uri(path: str) -> str:
    """A relative reference, or a ``file`` URI for an absolute path."""
    shown = quote(os.fsencode(os.path.normpath(path)))
    return f"file://{shown}" if path.startswith("/") else shown
