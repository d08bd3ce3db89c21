"""Values that make a difference to expressions."""

from __future__ import annotations

from kapi.expr.parse import parse_expr
from kapi.expr.typed import Scope, Typed, check_types
from kapi.testgen.values import bits_near, bounds_near, flag_values, possible

FLAGS = {"F_ONE": 0x10, "F_TWO": 0x20, "F_MODE": 3, "F_WRITE": 1, "F_BOTH": 2, "MOST": 1000}
PARAMS = {"flags": "int", "count": "size_t", "fd": "unsigned int"}


def tree(text: str) -> Typed:
    return check_types(parse_expr(text), Scope(PARAMS))


def bounds(text: str, param: str = "count") -> list[int]:
    return bounds_near(tree(text), param, FLAGS.get, 4096, PARAMS[param], 64)


def choices(text: str, without: tuple[str, ...] = ()) -> list[int]:
    found = flag_values(tree(text), "flags", FLAGS.get)
    others = tuple(map(tree, without))
    return [one["flags"] for one in possible(tree(text), {"flags": found}, FLAGS.get, 4096, others)]


def test_flags_are_those_that_the_expression_looks_at() -> None:
    assert bits_near(tree("(flags & F_ONE) && count > F_TWO"), "flags", FLAGS.get) == [0x10]
    assert bits_near(tree("fd > 3"), "flags", FLAGS.get) == []


def test_a_small_field_has_values_of_its_own() -> None:
    assert bits_near(tree("(flags & F_MODE) != 0"), "flags", FLAGS.get) == [1, 2, 3]
    assert choices("(flags & F_MODE) == F_BOTH") == [2]


def test_the_fewest_flags_with_which_a_condition_is_possible() -> None:
    assert choices("(flags & F_ONE) && (flags & F_TWO)") == [0x30]
    assert choices("flags & (F_ONE | F_TWO)") == [0x10, 0x20]
    assert choices("!(flags & F_ONE)") == [0]
    assert choices("(flags & F_ONE) && fd_open(fd)") == [0x10]


def test_what_makes_another_condition_true_is_left_out() -> None:
    assert choices("flags & (F_ONE | F_TWO)", ("flags & F_ONE",)) == [0x20]


def test_bounds_and_their_neighbours() -> None:
    assert bounds("count < 8") == [7, 8, 9]
    assert bounds("count > MOST") == [999, 1000, 1001]
    assert bounds("count in 1..4") == [0, 1, 2, 3, 4, 5]
    assert bounds("count > 0") == [0, 1, (1 << 64) - 1]
    assert bounds("count > fd_pos(fd)") == []


def test_bounds_that_are_usual_in_every_case() -> None:
    assert bounds("fd >= rlimit(RLIMIT_NOFILE)", "fd") == [1023, 1024, 1025]
    assert bounds("fd == -1", "fd") == [0, 0xFFFFFFFE, 0xFFFFFFFF]
