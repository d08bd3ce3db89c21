"""What parameters are to a tester is found from the spec alone."""

from __future__ import annotations

import pytest

from kapi.model.spec import Spec
from kapi.oracle.rules import build_rules
from kapi.testgen.sorts import sorts_of

SORTS = {
    "sys_close": {"fd": "descriptor"},
    "sys_dup2": {"oldfd": "descriptor", "newfd": "new descriptor"},
    "sys_read": {"fd": "descriptor", "buf": "buffer", "count": "count"},
    "sys_write": {"fd": "descriptor", "buf": "buffer", "count": "count"},
    "sys_open": {"filename": "pathname", "flags": "flags", "mode": "flags"},
    "sys_openat": {"dfd": "start", "filename": "pathname", "flags": "flags", "mode": "flags"},
    "sys_madvise": {"start": "range", "len_in": "length", "behavior": "values"},
}


@pytest.mark.parametrize("name", SORTS)
def test_sorts_of_parameters(name: str, specs: dict[str, Spec]) -> None:
    assert sorts_of(build_rules(specs[name])) == SORTS[name]
