"""Printing and reading are inverse, for specs and for comments of any kind."""

from __future__ import annotations

import os
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings

from kapi.lang.printer import print_comment
from kapi.model.codec import encode
from kapi.model.spec import Spec
from tests.lang.reading import CODE, has_errors, read_text
from tests.lang.strategies import specs

SETTINGS = settings(
    deadline=None,
    max_examples=int(os.environ.get("KAPI_EXAMPLES", "100")),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@SETTINGS
@given(specs())
def test_printing_and_reading_is_the_identity(spec: Spec) -> None:
    text = print_comment(spec)
    again = read_text(f"{text}\n{CODE}\n")
    assert difference(replace(again.spec, symbols=()), spec) == {}, text
    assert not has_errors(again), (text, again.findings)
    assert print_comment(again.spec) == text


def difference(one: Spec, other: Spec) -> dict[str, object]:
    """The fields in which two specs differ, places aside, with both values."""
    first, second = encode(one, locations=False), encode(other, locations=False)
    keys = first.keys() | second.keys()
    return {
        key: (first.get(key), second.get(key)) for key in keys if first.get(key) != second.get(key)
    }
