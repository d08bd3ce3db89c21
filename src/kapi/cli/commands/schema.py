# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi schema``: the JSON Schema of the documents that kapi prints."""

from __future__ import annotations

import argparse
from typing import Final

from kapi.cli import output

DESCRIPTION: Final = (
    "Prints the JSON Schema (2020-12) of what 'kapi show -f json' prints. A key that is missing"
    " from a document means that nobody said it; it is never zero, empty or false."
)
EXAMPLES: Final = ("kapi schema > kapi-spec.schema.json",)


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_args: argparse.Namespace) -> int:
    """Print the schema."""
    import json

    from kapi.model.schema import json_schema

    output.write(json.dumps(json_schema(), indent=2) + "\n")
    return 0
