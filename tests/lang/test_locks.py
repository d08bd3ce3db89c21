"""The table of lock scopes of the reference: each line of it, and everything that is not in it."""

from __future__ import annotations

import itertools

import pytest

from kapi.lang.locks import derive_scope
from tests.lang.reading import Read, assert_round_trip, read, read_2

T, C, F, N = "yes", "conditional", "no", None

#: (acquired, released), values of held-on-entry and of held-on-exit, scope, held.
TABLE: list[
    tuple[str, tuple[str, ...], tuple[bool | None, ...], tuple[bool | None, ...], str, str | None]
] = [
    ("taken and dropped", (T, T), (N, False), (N, False), "internal", "always"),
    ("maybe taken, dropped", (C, T), (N, False), (N, False), "internal", "sometimes"),
    ("maybe taken, maybe dropped", (C, C), (N, False), (N, False), "internal", "sometimes"),
    ("taken", (T, F), (N, False), (N, True), "acquires", "always"),
    ("maybe taken", (C, F), (N, False), (N, True), "acquires", "sometimes"),
    ("taken, maybe dropped", (T, C), (N, False), (N, True), "acquires", "sometimes"),
    ("dropped", (F, T), (N, True), (N, False), "releases", "always"),
    ("maybe dropped", (F, C), (N, True), (N, False), "releases", "sometimes"),
    ("retaken TT", (T, T), (True,), (N, True), "caller_held", "always"),
    ("retaken TC", (T, C), (True,), (N, True), "caller_held", "always"),
    ("retaken CT", (C, T), (True,), (N, True), "caller_held", "always"),
    ("retaken CC", (C, C), (True,), (N, True), "caller_held", "always"),
    ("held throughout", (F, F), (True,), (N, True), "caller_held", "always"),
    ("held on exit", (F, F), (N,), (True,), "caller_held", "always"),
    ("dropped silently", (F, F), (True,), (False,), "releases", "always"),
    ("taken silently", (F, F), (False,), (True,), "acquires", "always"),
    ("untouched", (F, F), (N, False), (N, False), "internal", None),
]

Key = tuple[str | None, str | None, bool | None, bool | None]


def listed() -> dict[Key, tuple[str, str | None]]:
    """Every combination of the table; F may be written or left out."""
    found = {}
    for _title, (acquired, released), entries, exits, scope, held in TABLE:
        taken, dropped = ((one, N) if one == F else (one,) for one in (acquired, released))
        for key in itertools.product(taken, dropped, entries, exits):
            assert key not in found, "no combination is in two lines"
            found[key] = (scope, held)
    return found


LISTED = listed()
ALL: list[Key] = list(
    itertools.product((T, C, F, N), (T, C, F, N), (True, False, N), (True, False, N))
)


def spelt(key: Key) -> str:
    """A combination as the sub-keys of a block."""
    names = ("acquired", "released", "held-on-entry", "held-on-exit")
    words = {True: "yes", False: "no"}
    return "".join(
        f"\n  {name}: {words.get(value, value) if isinstance(value, bool) else value}"
        for name, value in zip(names, key, strict=True)
        if value is not None
    )


def lock(key: Key, more: str = "") -> Read:
    """A spec with a lock of that combination."""
    return read(f"kapi-mark: x\nlock: l\n  type: mutex{spelt(key)}{more}")


@pytest.mark.parametrize("key", LISTED)
def test_listed_combinations(key: Key) -> None:
    found = lock(key)
    (one,) = found.spec.locks
    assert (one.scope, one.held) == LISTED[key]
    assert (one.acquired, one.released, one.held_on_entry, one.held_on_exit) == key
    odd = key[:2] in itertools.product((F, N), (F, N)) and key[2:] == (None, True)
    assert found.findings == ([("contradiction", "W", 2, 4)] if odd else [])
    assert_round_trip(found)


@pytest.mark.parametrize("key", [key for key in ALL if key not in LISTED])
def test_all_other_combinations_are_conflicts(key: Key) -> None:
    found = lock(key)
    (one,) = found.spec.locks
    assert found.findings == [("conflict", "E", 2, 4)]
    assert (one.acquired, one.released, one.held_on_entry, one.held_on_exit) == key
    assert (one.scope, one.held) == (None, None)


def test_the_sweep_is_complete() -> None:
    assert len(ALL) == 144
    assert sum(derive_scope(*key) is not None for key in ALL) == len(LISTED)


@pytest.mark.parametrize("key", LISTED)
@pytest.mark.parametrize("scope", ["internal", "acquires", "releases", "caller_held"])
def test_an_explicit_scope_must_agree(key: Key, scope: str) -> None:
    found = lock(key, f"\n  scope: {scope}")
    (one,) = found.spec.locks
    nothing = all(value is None for value in key)
    agrees = scope == LISTED[key][0] or nothing
    assert ("conflict" in found.codes) is not agrees
    assert one.scope == scope
    if agrees:
        assert one.held == (None if nothing else LISTED[key][1])
        assert_round_trip(found)


@pytest.mark.parametrize(("held", "agrees"), [("always", True), ("sometimes", False)])
def test_an_explicit_frequency_must_agree(held: str, agrees: bool) -> None:
    found = read_2(f"lock: l\n  type: mutex\n  acquired: yes\n  released: yes\n  held: {held}")
    assert found.spec.locks[0].held == held
    assert found.findings == ([] if agrees else [("conflict", "E", 1, 4)])


def test_a_frequency_may_complete_what_is_unknown() -> None:
    for body in ("  held: sometimes", "  scope: acquires\n  held: sometimes"):
        found = read_2(f"lock: l\n  type: mutex\n{body}")
        assert (found.spec.locks[0].held, found.findings) == ("sometimes", [])
        assert_round_trip(found)


@pytest.mark.parametrize(
    ("header", "name", "kind"),
    [
        ("l, mutex", "l", "mutex"),
        ("l, KAPI_LOCK_MUTEX", "l", "mutex"),
        ("a, b, RCU", "a, b", "rcu"),
        ("l (a, mutex), rwlock", "l (a, mutex)", "rwlock"),
        ("l, two words", "l, two words", None),
        ("l (a, mutex)", "l (a, mutex)", None),
        ("l, mutexes", "l, mutexes", None),
        ("a, mutex, mutex", "a, mutex", "mutex"),
        ("mutex", "mutex", None),
        ("a,\n    mutex", "a", "mutex"),
    ],
)
def test_a_comma_is_a_separator_only_before_a_kind(
    header: str, name: str, kind: str | None
) -> None:
    found = read(f"kapi-mark: x\nlock: {header}")
    assert (found.spec.locks[0].name, found.spec.locks[0].type) == (name, kind)
    assert found.codes == ([] if kind else ["missing-type"])
    assert_round_trip(found)


def test_a_kind_in_header_and_sub_key() -> None:
    same = read("kapi-mark: x\nlock: l, mutex\n  type: KAPI_LOCK_MUTEX")
    assert (same.spec.locks[0].type, same.findings) == ("mutex", [])
    other = read("kapi-mark: x\nlock: l, mutex\n  type: rcu")
    assert (other.spec.locks[0].type, other.findings) == ("mutex", [("conflict", "E", 3, 6)])


def test_conditional_in_another_case() -> None:
    body = "lock: l\n  type: rcu\n  acquired: Conditional"
    found = read(f"kapi-mark: x\n{body}")
    assert (found.spec.locks[0].acquired, found.findings) == ("conditional", [])
    assert read_2(body).findings == [("legacy-spelling", "E", 3, 16)]
