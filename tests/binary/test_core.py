"""What a record alone says: numbers, names and classes; the rest is absent, not zero."""

from __future__ import annotations

import pytest

from kapi.binary.core import core_spec, errno_names, no_errno_names
from kapi.binary.problems import Problems
from kapi.binary.records import Machine, Record, read_records
from kapi.generate.record import ParamRecord
from kapi.generate.record import Record as Written
from kapi.model.spec import Constraint, ErrorSet, Param, Range, Return, Spec, Success
from tests.binary.images import memory, pack_part, pack_record

PARAM = ParamRecord(
    name="arg",
    type_class="int",
    flags=(),
    form="none",
    bits=32,
    is_signed=True,
    lo=0,
    hi=0,
    values=(),
    size_param=0,
    outcome=(),
)
CALL = Spec(name="call", kind="function")
LOWEST, HIGHEST = -(1 << 63), (1 << 63) - 1


def written(
    *params: ParamRecord,
    spec: Spec = CALL,
    errnos: tuple[int, ...] = (),
    success: tuple[int, int] | None = None,
    count_param: int = 0,
) -> Written:
    """What the generator writes into a record."""
    return Written(spec, params, errnos, success, count_param)


def read_back(record: Written) -> Record:
    """The record as it is read."""
    problems = Problems()
    window = memory(pack_part([pack_record(record)]))
    (found,) = read_records(window, Machine("<", 64), problems)
    assert problems.texts() == ()
    return found


def core(record: Written) -> Spec:
    """The spec of a record alone."""
    return core_spec(read_back(record), errno_names("x86_64"))


def param(**facts: object) -> Param:
    """The first parameter of a record that has some facts."""
    return core(written(PARAM._replace(**facts))).parameters[0]  # type: ignore[arg-type]


def test_nothing_said_is_nothing_known() -> None:
    record = written(spec=Spec(name="call", kind="compat_syscall"))
    assert core(record) == Spec(name="call", kind="compat_syscall")


def test_parameter_of_which_nothing_is_known() -> None:
    assert param(type_class="none") == Param(index=0, name="arg")


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"form": "range", "lo": -5, "hi": 5}, Constraint(form="range", lo="-5", hi="5")),
        (
            {"form": "range", "lo": 0, "hi": (1 << 64) - 1, "is_signed": False, "bits": 64},
            Constraint(form="range", lo="0", hi="18446744073709551615"),
        ),
        (
            {"form": "range", "lo": LOWEST, "hi": HIGHEST, "bits": 64},
            Constraint(form="range", lo=str(LOWEST), hi=str(HIGHEST)),
        ),
        ({"form": "mask", "lo": 0o17}, Constraint(form="mask", mask="0xf")),
        ({"form": "mask", "lo": -2}, Constraint(form="mask", mask="0xfffffffe")),
        ({"form": "mask", "lo": 0}, Constraint(form="mask", mask="0x0")),
        (
            {"form": "enum", "values": (0, -1, (1 << 32) - 2)},
            Constraint(form="enum", values=("0", "-1", "-2")),
        ),
        (
            {"form": "enum", "values": (0, -1), "is_signed": False},
            Constraint(form="enum", values=("0", "4294967295")),
        ),
        ({"form": "alignment", "lo": 512}, Constraint(form="alignment", align="512")),
        ({"form": "user_string", "hi": 16}, Constraint(form="user_string", max_len="16")),
        ({"form": "user_string"}, Constraint(form="user_string")),
        ({"form": "nonzero"}, Constraint(form="nonzero")),
        ({"form": "custom"}, Constraint(form="custom")),
        ({}, None),
    ],
)
def test_constraint(facts: dict[str, object], rule: Constraint | None) -> None:
    assert param(**facts).constraint == rule


@pytest.mark.parametrize(
    ("outcome", "known"),
    [
        ((), None),
        (("ignored",), ("ignored",)),
        (("masked",), ("masked",)),
        (("errno",), None),
        (("errno", "ignored"), None),
    ],
)
def test_outcome(outcome: tuple[str, ...], known: tuple[str, ...] | None) -> None:
    assert param(outcome=outcome).on_violation == known


def test_flags_are_sorted_tokens() -> None:
    flags = ("output", "input", "user", "optional", "aligned", "dma", "const", "volatile")
    assert param(flags=flags).flags == tuple(sorted(flags))


@pytest.mark.parametrize(
    ("success", "count_param", "facts"),
    [
        ((0, 0), 0, {"success": Success(op="==", value="0")}),
        ((1, HIGHEST), 0, {"success": Success(op=">=", value="1")}),
        ((LOWEST, -1), 0, {"success": Success(op="<=", value="-1")}),
        ((-7, 9), 0, {"success_range": Range(lo="-7", hi="9")}),
        ((0, 1), 1, {"success_range": Range(lo="0", hi="arg")}),
    ],
)
def test_success(success: tuple[int, int], count_param: int, facts: dict[str, object]) -> None:
    found = core(written(PARAM, success=success, count_param=count_param)).returns
    assert found == Return(**facts)  # type: ignore[arg-type]


def test_classes_of_the_result() -> None:
    spec = Spec(name="call", kind="function", returns=Return(type_class="fd", check_type="fd"))
    assert core(written(spec=spec)).returns == Return(type_class="fd", check_type="fd")


CLOSED = Spec(name="call", kind="function", error_set=ErrorSet(kind="closed"))


def test_errnos_by_name() -> None:
    found = core(written(spec=CLOSED, errnos=(9, 11)))
    assert [error.name for error in found.errors] == ["EBADF", "EAGAIN"]
    assert found.error_set == ErrorSet(kind="closed")


def test_a_set_with_an_errno_of_unknown_name_is_not_closed() -> None:
    found = core(written(spec=CLOSED, errnos=(9, 4000)))
    assert [error.name for error in found.errors] == ["EBADF"]
    assert found.error_set is None


def test_errnos_of_an_unknown_architecture() -> None:
    found = core_spec(read_back(written(spec=CLOSED, errnos=(9,))), no_errno_names)
    assert (found.errors, found.error_set) == ((), None)


def test_errnos_have_the_numbers_of_their_architecture() -> None:
    record = read_back(written(errnos=(35,)))
    assert core_spec(record, errno_names("x86_64")).errors[0].name == "EDEADLK"
    assert core_spec(record, errno_names("mips")).errors[0].name == "ENOMSG"
