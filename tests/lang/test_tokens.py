"""Token families: short words in any case, raw spellings, synonyms, groups; and what is no token.

The table is written anew here, from the reference, so that it checks the one in the model.
"""

from __future__ import annotations

import pytest

from kapi.model.tokens import ARCHES, FAMILIES, INTERNAL_ERRNOS
from tests.lang.reading import Read, assert_round_trip, read, read_2

MARK = "kapi-mark: x\n"

CAPABILITY_TYPES = (
    "bypass_check increase_limit override_restriction grant_permission modify_behavior"
    " access_resource perform_operation"
)
EFFECTS = (
    "none alloc_memory free_memory modify_state signal_send file_position lock_acquire lock_release"
    " resource_create resource_destroy schedule hardware network filesystem process_state"
    " irreversible"
)

#: Family -> (body around a token, tokens, {raw spelling: token}, {synonym: token}).
TABLE: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    "context": (
        "contexts: %s",
        "process softirq hardirq nmi atomic sleepable preempt_disabled irq_disabled",
        {"KAPI_CTX_PREEMPT_DISABLED": "preempt_disabled", "KAPI_CTX_NMI": "nmi"},
        {},
    ),
    "type": (
        "param: len\n  type: %s",
        "void int uint ptr struct union enum func_ptr array fd user_ptr path custom",
        {"KAPI_TYPE_FUNC_PTR": "func_ptr", "KAPI_TYPE_USER_PTR": "user_ptr"},
        {"uptr": "user_ptr"},
    ),
    "flag": (
        "param: len\n  flags: %s",
        "input output inout optional const volatile user dma aligned",
        {
            "KAPI_PARAM_IN": "input",
            "KAPI_PARAM_OUT": "output",
            "KAPI_PARAM_INOUT": "inout",
            "KAPI_PARAM_OPTIONAL": "optional",
        },
        {"in": "input", "out": "output"},
    ),
    "lock-type": (
        "lock: l\n  type: %s",
        "none mutex spinlock rwlock seqlock rcu semaphore custom",
        {"KAPI_LOCK_RWLOCK": "rwlock"},
        {},
    ),
    "lock-scope": (
        "lock: l\n  type: rcu\n  scope: %s",
        "internal acquires releases caller_held",
        {"KAPI_LOCK_CALLER_HELD": "caller_held"},
        {},
    ),
    "direction": (
        "signal: s\n  direction: %s",
        "receive send handle block ignore",
        {"KAPI_SIGNAL_BLOCK": "block"},
        {},
    ),
    "action": (
        "signal: s\n  action: %s",
        "default terminate coredump stop continue custom return restart queue discard transform",
        {"KAPI_SIGNAL_ACTION_COREDUMP": "coredump"},
        {},
    ),
    "timing": (
        "signal: s\n  timing: %s",
        "before during after entry exit anytime while_blocked while_sleeping",
        {
            "KAPI_SIGNAL_TIME_BLOCKING": "while_blocked",
            "KAPI_SIGNAL_TIME_SLEEPING": "while_sleeping",
            "KAPI_SIGNAL_TIME_ANYTIME": "anytime",
        },
        {},
    ),
    "queue": (
        "signal: s\n  queue: %s",
        "standard realtime coalesce replace discard",
        {"KAPI_SIGNAL_QUEUE_REALTIME": "realtime"},
        {},
    ),
    "state": (
        "signal: s\n  state-required: %s",
        "running sleeping stopped traced zombie dead",
        {"KAPI_SIGNAL_STATE_ZOMBIE": "zombie"},
        {},
    ),
    "capability-type": (
        "capability: CAP_A\n  type: %s",
        CAPABILITY_TYPES,
        {"KAPI_CAP_BYPASS_CHECK": "bypass_check"},
        {
            "bypass": "bypass_check",
            "limit": "increase_limit",
            "override": "override_restriction",
            "grant": "grant_permission",
            "modify": "modify_behavior",
            "access": "access_resource",
            "required": "perform_operation",
        },
    ),
    "effect": (
        "side-effect: %s\n  desc: x",
        EFFECTS,
        {
            "KAPI_EFFECT_SCHEDULE": "schedule",
            "KAPI_EFFECT_SCHEDULER": "schedule",
            "KAPI_EFFECTS_MEMORY": "alloc_memory | free_memory",
            "KAPI_EFFECTS_LOCKING": "lock_acquire | lock_release",
            "KAPI_EFFECTS_RESOURCES": "resource_create | resource_destroy",
            "KAPI_EFFECTS_IO": "network | filesystem",
        },
        {},
    ),
    "return-check": (
        "return:\n  check-type: %s\n  success: 0",
        "exact range error_check fd custom no_return",
        {"KAPI_RETURN_NO_RETURN": "no_return"},
        {},
    ),
}

#: Families of version 2, without raw spellings.
TABLE_2 = {
    "lock-held": ("lock: l\n  type: rcu\n  held: %s", "always sometimes"),
    "lock-mode": ("lock: l\n  type: rwlock\n  mode: %s", "read write"),
    "error-scope": ("error: EIO\n  scope: %s", "fs driver lsm arch"),
}

TOKENS = [(family, word) for family, row in TABLE.items() for word in row[1].split()]


def of(family: str, word: str) -> Read:
    """The spec with a word in the place of its family."""
    return read(MARK + TABLE[family][0] % word)


@pytest.mark.parametrize("family", TABLE)
def test_the_table_of_the_model_is_that_of_the_reference(family: str) -> None:
    _, words, _, synonyms = TABLE[family]
    assert list(FAMILIES[family].raw) == words.split()
    assert FAMILIES[family].synonyms == synonyms


def test_every_family_is_in_a_table() -> None:
    assert TABLE.keys() | TABLE_2.keys() | {"constraint"} == FAMILIES.keys()


@pytest.mark.parametrize(("family", "word"), TOKENS)
def test_short_words_in_any_case(family: str, word: str) -> None:
    plain = of(family, word)
    assert plain.findings == []
    assert plain.spec != read(MARK).spec
    for spelling in (word.upper(), word.capitalize()):
        assert of(family, spelling).spec == plain.spec
        assert of(family, spelling).findings == []


@pytest.mark.parametrize(("family", "word"), TOKENS)
def test_raw_is_the_prefix_and_the_word_in_capitals(family: str, word: str) -> None:
    special = {token for raw, token in TABLE[family][2].items() if raw != _raw(family, token)}
    if word not in special:
        found = of(family, _raw(family, word))
        assert (found.spec, found.findings) == (of(family, word).spec, [])


def _raw(family: str, word: str) -> str:
    return FAMILIES[family].prefix + word.upper()


RAW = [(family, raw, word) for family, row in TABLE.items() for raw, word in row[2].items()]
SYNONYMS = [(family, old, word) for family, row in TABLE.items() for old, word in row[3].items()]


@pytest.mark.parametrize(("family", "other", "word"), RAW + SYNONYMS)
def test_other_spellings_mean_the_token(family: str, other: str, word: str) -> None:
    found = of(family, other)
    assert (found.spec, found.findings) == (of(family, word).spec, [])
    assert_round_trip(found)


@pytest.mark.parametrize(("family", "other", "word"), RAW + SYNONYMS)
def test_version_2_refuses_other_spellings(family: str, other: str, word: str) -> None:
    found = read_2(TABLE[family][0] % other)
    assert [finding[:2] for finding in found.findings] == [("legacy-spelling", "E")] * len(
        found.findings
    )
    assert f"write '{word}' for '{other}'" in found.messages


@pytest.mark.parametrize("family", TABLE.keys() - {"queue"})
def test_what_is_no_token_is_an_error_and_stays_as_raw_text(family: str) -> None:
    body = TABLE[family][0]
    line, column = next(
        (number, text.index("%s") + 4)
        for number, text in enumerate(body.split("\n"), 2)
        if "%s" in text
    )
    for word in ("frob", "KAPI_FROB", _raw(family, "frob"), _raw(family, "none").lower() + "x"):
        found = of(family, word)
        assert ("unknown-token", "E", line, column) in found.findings
        assert found.unparsed[0][1] == word


def test_a_raw_spelling_must_match_exactly() -> None:
    for word in ("kapi_ctx_process", "KAPI_CTX_process", "KAPI_CTX_PROCESS_", "KAPI_CTX_PARAM_IN"):
        assert read(MARK + f"contexts: {word}").codes == ["unknown-token"]
    assert read(MARK + "contexts: KAPI_TYPE_VOID").codes == ["unknown-token"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("contexts: proces", "'proces' is no context; did you mean 'process'?"),
        ("lock: l\n  type: spin_lock", "'spin_lock' is no lock type; did you mean 'spinlock'?"),
        ("side-effect: networking", "'networking' is no side effect; did you mean 'network'?"),
        ("signal: s\n  timing: zzz", "'zzz' is no signal timing"),
    ],
)
def test_suggestions(body: str, message: str) -> None:
    assert message in read(MARK + body).messages


def test_a_queue_rule_may_be_words() -> None:
    found = read(MARK + "signal: s\n  queue: one at a time")
    assert found.spec.signals[0].queue_behavior == "one at a time"
    assert found.findings == []
    assert_round_trip(found)


@pytest.mark.parametrize("family", TABLE_2)
def test_families_of_version_2(family: str) -> None:
    body, words = TABLE_2[family]
    for word in words.split():
        found = read_2(body % word)
        assert found.findings == []
        assert_round_trip(found)
        assert [finding[0] for finding in read_2(body % word.upper()).findings] == [
            "legacy-spelling"
        ]
    assert read_2(body % "frob").codes == ["unknown-token"]
    assert read(MARK + body % words.split(maxsplit=1)[0]).codes == ["needs-version-2"]


def test_lists_are_sets() -> None:
    one = read("contexts: process, nmi, atomic").spec
    assert read("contexts: atomic | nmi | process").spec == one
    assert read("contexts: nmi,\n    atomic,\n    process").spec == one
    assert read("contexts: nmi,atomic,process").spec == one


@pytest.mark.parametrize("separator", [",", "|"])
@pytest.mark.parametrize("body", ["contexts: nmi%s", "contexts: %snmi", "contexts: nmi%s%satomic"])
def test_missing_elements(separator: str, body: str) -> None:
    found = read(MARK + body.replace("%s", separator))
    assert found.findings == [("separator", "E", 2, 14)]
    assert found.spec.context_flags is not None
    assert "nmi" in found.spec.context_flags


@pytest.mark.parametrize(
    "text", ["yes", "true", "1", "YES", "Yes", "True", "TRUE", "no", "false", "0", "No", "FALSE"]
)
def test_truth_values(text: str) -> None:
    found = read(
        MARK + f"signal: s\n  restartable: {text}\nlock: l\n  type: rcu\n  acquired: {text}"
    )
    truth = text.lower() in ("yes", "true", "1")
    assert found.spec.signals[0].restartable is truth
    assert found.spec.locks[0].acquired == ("yes" if truth else "no")
    assert found.findings == []
    codes = read_2(f"signal: s\n  restartable: {text}").codes
    assert codes == ([] if text in ("yes", "no") else ["legacy-spelling"])


@pytest.mark.parametrize("text", ["maybe", "y", "on", "2", "yes, no", "t r u e"])
def test_what_is_no_truth_value(text: str) -> None:
    found = read(MARK + f"signal: s\n  restartable: {text}")
    assert found.findings == [("unknown-token", "E", 3, 19)]
    assert found.unparsed == [("restartable", text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("7", 7),
        ("0x10", 16),
        ("0X1f", 31),
        ("010", 8),
        ("-3", -3),
        ("5U", 5),
        ("5uLL", 5),
    ],
)
def test_numbers(text: str, value: int) -> None:
    found = read(MARK + f"capability: CAP_A\n  priority: {text}")
    assert found.spec.capabilities[0].priority == value
    assert found.findings == []


@pytest.mark.parametrize(
    ("lo", "hi"),
    [
        ("0", "18446744073709551615"),
        ("-9223372036854775808", "LLONG_MAX"),
        ("0", "0x" + "f" * 64),
        ("-(1 << 20)", "SIZE_MAX - 1"),
        ("0", "9" * 90),
    ],
)
def test_bounds_of_any_magnitude(lo: str, hi: str) -> None:
    found = read(f"param: wfd\n  range: {lo}, {hi}")
    rule = found.spec.parameters[0].constraint
    assert rule is not None
    assert (rule.lo, rule.hi, found.findings) == (lo, hi, [])
    assert_round_trip(found)


@pytest.mark.parametrize("text", ["08", "0x", "1.5", "1e3", "five", "1 2", "--1", "0b1", "\u0663"])
def test_what_is_no_number(text: str) -> None:
    found = read(MARK + f"capability: CAP_A\n  priority: {text}")
    assert found.findings == [("bad-value", "E", 3, 16)]


@pytest.mark.parametrize("arch", ARCHES)
def test_architectures(arch: str) -> None:
    config = {"powerpc": "CONFIG_PPC", "sh": "CONFIG_SUPERH", "um": "CONFIG_UML"}.get(
        arch, "CONFIG_" + arch.upper()
    )
    for spelling in (arch, arch.upper(), arch.capitalize()):
        found = read(f"param: len\n  mask: A\n  arch-mask: {spelling} = B | C")
        rule = found.spec.parameters[1].constraint
        assert rule is not None
        assert [(one.arch, one.config, one.expr) for one in rule.arch_masks] == [
            (arch, config, "B | C")
        ]
        assert found.findings == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("arm == B", "bad-value"),
        ("arm = = B", "bad-value"),
        ("arm = (B", "bad-value"),
        ("arm B", "bad-value"),
        ("arm =", "empty-value"),
        ("= B", "unknown-arch"),
        ("arm arc = B", "unknown-arch"),
    ],
)
def test_wrong_arch_masks(text: str, code: str) -> None:
    found = read(f"param: len\n  mask: A\n  arch-mask: {text}")
    assert found.codes == [code]
    assert found.unparsed == [("arch-mask", text)]


def test_the_list_of_architectures_is_that_of_the_reference() -> None:
    words = (
        "alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc"
        " riscv s390 sparc x86 xtensa powerpc sh um"
    )
    assert list(ARCHES) == words.split()


@pytest.mark.parametrize("name", sorted(INTERNAL_ERRNOS))
def test_internal_errnos(name: str) -> None:
    assert read(MARK + f"error: {name}, x").spec.errors[0].internal


@pytest.mark.parametrize(
    "name", ["EDEADLK", "EDEADLOCK", "EAGAIN", "EWOULDBLOCK", "E2BIG", "EL2HLT"]
)
def test_errnos_stay_as_written(name: str) -> None:
    found = read(MARK + f"error: {name}, x")
    assert (found.spec.errors[0].name, found.spec.errors[0].internal) == (name, False)
    assert found.findings == []


@pytest.mark.parametrize(
    "name", ["E", "eio", "Eio", "EIO!", "E IO", "5", "-5", "EIO EDOM", "\u00c9IO"]
)
def test_what_is_no_errno_name(name: str) -> None:
    found = read(MARK + f"error: {name}, x")
    assert "unknown-errno" in found.codes
    assert found.unparsed == [("error", f"{name}, x")]
    assert found.spec.errors == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("-EIO, -ENXIO", ("EIO", "ENXIO")),
        ("EIO | ENXIO", ("EIO", "ENXIO")),
        ("-4, 5, 0x10", ("4", "5", "16")),
        ("- EIO", ("EIO",)),
    ],
)
def test_error_values(text: str, values: tuple[str, ...]) -> None:
    found = read(f"return:\n  error-values: {text}")
    assert found.spec.returns is not None
    assert found.spec.returns.error_values == values
    assert found.findings == []
    assert_round_trip(found)


@pytest.mark.parametrize("text", ["EINTR", "-EINTR", "- EINTR"])
def test_the_errno_of_a_signal_has_one_form(text: str) -> None:
    found = read(MARK + f"signal: s\n  errno: {text}")
    assert found.spec.signals[0].error_on_signal == "EINTR"
    assert found.codes == ([] if text.startswith("-") else ["missing-sign"])


def test_a_numeric_errno_of_a_signal() -> None:
    assert read(MARK + "signal: s\n  errno: -4").spec.signals[0].error_on_signal == "4"
    assert read(MARK + "signal: s\n  errno: --4").codes == ["unknown-errno"]


@pytest.mark.parametrize("text", ["SIGUSR1", "SIGRTMIN", "SIGRTMIN+3", "SIGRTMAX-1", "9", "0"])
def test_signal_numbers(text: str) -> None:
    found = read(MARK + f"signal: s\n  number: {text}\n  action: transform\n  transform-to: {text}")
    signal = found.spec.signals[0]
    assert (signal.signal_num, signal.transform_to) == (text, text)
    assert found.findings == []


@pytest.mark.parametrize("text", ["USR1", "sigusr1", "SIG", "-1", "SIGUSR1, SIGUSR2", "SIG USR1"])
def test_what_is_no_signal_number(text: str) -> None:
    assert read(MARK + f"signal: s\n  number: {text}").findings == [("bad-value", "E", 3, 14)]
