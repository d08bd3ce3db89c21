"""Printing and reading are inverse, for specs and for comments of any kind.

``KAPI_EXAMPLES`` is the number of examples of each test.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kapi.csource.specs import read_specs
from kapi.lang.fill import WIDTH
from kapi.lang.printer import print_comment
from kapi.model.codec import encode
from kapi.model.spec import Spec
from tests.lang import hostile
from tests.lang.reading import CODE, comment, has_errors, read_text, source_of
from tests.lang.strategies import specs
from tests.lang.test_changes import Part, changes, changes_nothing, read
from tests.lang.test_fuzz import check

SETTINGS = settings(
    deadline=None,
    max_examples=int(os.environ.get("KAPI_EXAMPLES", "100")),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def difference(one: Spec, other: Spec) -> dict[str, object]:
    """The fields in which two specs differ, places aside, with both values."""
    first, second = encode(one, locations=False), encode(other, locations=False)
    keys = first.keys() | second.keys()
    return {
        key: (first.get(key), second.get(key)) for key in keys if first.get(key) != second.get(key)
    }


@SETTINGS
@given(specs())
def test_printing_and_reading_is_the_identity(spec: Spec) -> None:
    text = print_comment(spec)
    again = read_text(f"{text}\n{CODE}\n")
    assert difference(replace(again.spec, symbols=()), spec) == {}, text
    assert not has_errors(again), (text, again.findings)
    assert print_comment(again.spec) == text


@SETTINGS
@given(specs(), st.data())
def test_any_change_of_a_printed_spec_is_seen(spec: Spec, data: st.DataObject) -> None:
    text = print_comment(spec)
    (found,) = read_specs(source_of(f"{text}\n{CODE}\n")).specs
    lines = tuple(line[3:] for line in text.split("\n")[1:-1])
    part = Part(lines, 0, len(lines), found.definition)
    before = read(part, lines)
    for change in data.draw(st.lists(st.sampled_from([*changes(part)]), min_size=1, max_size=5)):
        after = (*lines[: change.line], *change.new, *lines[change.line + 1 :])
        assert read(part, after) != before or changes_nothing(part, change), change


#: Lines that the generator of hostile comments makes, so that Hypothesis can leave some out.
LINES = sorted({line for seed in range(600) for line in hostile.body(random.Random(seed))})


@SETTINGS
@given(st.lists(st.sampled_from(LINES), max_size=25), st.sampled_from(hostile.CODES))
def test_comments_of_any_lines(lines: list[str], code: str) -> None:
    """Nothing breaks, each word is accounted for, and clean specs print and read as they are."""
    check(f"{comment(chr(10).join(lines))}\n{code}\n")


@SETTINGS
@given(specs())
def test_lines_of_printed_prose_and_code_are_not_too_long(spec: Spec) -> None:
    """Longer lines hold one word that does not fit, or text whose lines are kept."""
    filled = replace(
        spec, long_description=None, examples=None, notes=None, ordinary_sections=(), extensions=()
    )
    for line in print_comment(filled).split("\n"):
        if len(line) > WIDTH:
            body = line.removeprefix(" * ").lstrip(" ")
            words = [word for word in body.split(" ") if len(word) > 30 or ":" in word]
            assert words, line
