# SPDX-License-Identifier: GPL-2.0-or-later
"""Cases and what must come of them as JSON.

In: chosen cases of one call. Out: a document; docs/howto/generate-tests.md describes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from kapi.testgen.case import Arg, Case, Data, Joined, Op, Repeated, Room, Slot, Words
from kapi.testgen.ctest.choose import Chosen
from kapi.testgen.ctest.document import Subject
from kapi.testgen.ctest.expect import Expected

VERSION: Final = 1


def write_json(chosen: Sequence[Chosen], subject: Subject) -> str:
    """The cases of a call."""
    document = {
        "version": VERSION,
        "call": subject.spec.name,
        "parameters": [param.name for param in subject.spec.parameters],
        "cases": [_case(one.case, one.expected) for one in chosen],
    }
    return json.dumps(document, indent=2) + "\n"


def _case(case: Case, expected: Expected) -> dict[str, Any]:
    return {
        "id": case.id,
        "why": case.why,
        "tags": sorted(case.tags),
        "setup": [_op(op) for op in case.setup],
        "args": [_arg(arg) for arg in case.args],
        "expected": _expected(expected),
    }


def _expected(expected: Expected) -> dict[str, Any]:
    found: dict[str, Any] = {"caller": expected.caller, "claims": list(expected.claims)}
    if expected.errno:
        found["errno"] = expected.errno
        if expected.rivals:
            found["rivals"] = list(expected.rivals)
    else:
        found["result"] = [expected.least, expected.most]
        if expected.equals:
            found["equals"] = expected.equals
    if expected.checks:
        found["after"] = [
            {
                "claim": one.claim,
                "question": f"{one.predicate}({one.subject})",
                "answer": one.answer,
            }
            for one in expected.checks
        ]
    return found


def _op(op: Op) -> dict[str, Any]:
    found: dict[str, Any] = {"do": op.verb}
    if op.word:
        found["word"] = op.word
    if op.target is not None:
        found["target"] = op.target.number
    return {**found, "args": [_arg(arg) for arg in op.args]}


def _arg(arg: Arg) -> Any:
    """A number or constants as they are; else an object that says what it is the address of."""
    if isinstance(arg, (int, str)):
        return arg
    if isinstance(arg, bytes):
        return {"string": _text(arg)}
    if isinstance(arg, Slot):
        return {"slot": arg.number, "offset": arg.offset} if arg.offset else {"slot": arg.number}
    if isinstance(arg, Repeated):
        return {"string": _text(arg.data), "times": arg.times}
    if isinstance(arg, Joined):
        return {"parts": [_arg(part) for part in arg.parts]}
    if isinstance(arg, Words):
        return {"words": list(arg.values)}
    if isinstance(arg, Room):
        return {"room": arg.size}
    assert isinstance(arg, Data)
    return {"bytes": arg.data.hex()}


def _text(data: bytes) -> str:
    """Bytes as characters of the same numbers."""
    return data.decode("latin-1")
