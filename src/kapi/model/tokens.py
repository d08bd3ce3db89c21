# SPDX-License-Identifier: GPL-2.0-or-later
"""The closed word lists of the language: each family's tokens with their raw C spellings.

A token is written short (any case) or raw (``KAPI_...``, exact); both normalise to the short
lower-case word. Pure data; the lookup functions are at the end.
"""

from __future__ import annotations

from typing import NamedTuple


class Family(NamedTuple):
    """One family of tokens.

    :param label: how messages name a member, such as ``parameter type``.
    :param prefix: what raw spellings start with.
    :param raw: short token -> raw spelling, in the order of the reference.
    :param synonyms: other short spellings -> token.
    :param groups: raw spelling -> the tokens it stands for.
    """

    label: str
    prefix: str
    raw: dict[str, str]
    synonyms: dict[str, str]
    groups: dict[str, tuple[str, ...]]


def _family(
    label: str,
    prefix: str,
    words: str,
    raw: dict[str, str] | None = None,
    synonyms: dict[str, str] | None = None,
    groups: dict[str, tuple[str, ...]] | None = None,
) -> Family:
    spellings = {word: prefix + word.upper() for word in words.split()}
    spellings.update(raw or {})
    return Family(label, prefix, spellings, synonyms or {}, groups or {})


FAMILIES: dict[str, Family] = {
    "context": _family(
        "context",
        "KAPI_CTX_",
        "process softirq hardirq nmi atomic sleepable preempt_disabled irq_disabled",
    ),
    "type": _family(
        "parameter type",
        "KAPI_TYPE_",
        "void int uint ptr struct union enum func_ptr array fd user_ptr path custom",
        synonyms={"uptr": "user_ptr"},
    ),
    "flag": _family(
        "parameter flag",
        "KAPI_PARAM_",
        "input output inout optional const volatile user dma aligned",
        raw={"input": "KAPI_PARAM_IN", "output": "KAPI_PARAM_OUT"},
        synonyms={"in": "input", "out": "output"},
    ),
    "lock-type": _family(
        "lock type",
        "KAPI_LOCK_",
        "none mutex spinlock rwlock seqlock rcu semaphore custom",
    ),
    "lock-scope": _family("lock scope", "KAPI_LOCK_", "internal acquires releases caller_held"),
    "lock-held": _family("lock frequency", "", "always sometimes"),
    "lock-mode": _family("lock mode", "", "read write"),
    "direction": _family("signal direction", "KAPI_SIGNAL_", "receive send handle block ignore"),
    "action": _family(
        "signal action",
        "KAPI_SIGNAL_ACTION_",
        "default terminate coredump stop continue custom return restart queue discard transform",
    ),
    "timing": _family(
        "signal timing",
        "KAPI_SIGNAL_TIME_",
        "before during after entry exit anytime while_blocked while_sleeping",
        raw={
            "while_blocked": "KAPI_SIGNAL_TIME_BLOCKING",
            "while_sleeping": "KAPI_SIGNAL_TIME_SLEEPING",
        },
    ),
    "queue": _family(
        "queue rule",
        "KAPI_SIGNAL_QUEUE_",
        "standard realtime coalesce replace discard",
    ),
    "state": _family(
        "task state",
        "KAPI_SIGNAL_STATE_",
        "running sleeping stopped traced zombie dead",
    ),
    "capability-type": _family(
        "capability type",
        "KAPI_CAP_",
        "bypass_check increase_limit override_restriction grant_permission modify_behavior"
        " access_resource perform_operation",
        synonyms={
            "bypass": "bypass_check",
            "limit": "increase_limit",
            "override": "override_restriction",
            "grant": "grant_permission",
            "modify": "modify_behavior",
            "access": "access_resource",
            "required": "perform_operation",
        },
    ),
    "effect": _family(
        "side effect",
        "KAPI_EFFECT_",
        "none alloc_memory free_memory modify_state signal_send file_position lock_acquire"
        " lock_release resource_create resource_destroy schedule hardware network filesystem"
        " process_state irreversible",
        groups={
            "KAPI_EFFECT_SCHEDULER": ("schedule",),
            "KAPI_EFFECTS_MEMORY": ("alloc_memory", "free_memory"),
            "KAPI_EFFECTS_LOCKING": ("lock_acquire", "lock_release"),
            "KAPI_EFFECTS_RESOURCES": ("resource_create", "resource_destroy"),
            "KAPI_EFFECTS_IO": ("network", "filesystem"),
        },
    ),
    "return-check": _family(
        "return check", "KAPI_RETURN_", "exact range error_check fd custom no_return"
    ),
    "constraint": _family(
        "constraint",
        "KAPI_CONSTRAINT_",
        "none range mask enum alignment power_of_two page_aligned nonzero user_string"
        " user_path user_ptr buffer custom",
        raw={"mask": "KAPI_CONSTRAINT_MASK"},
        synonyms={"align": "alignment"},
        groups={"KAPI_CONSTRAINT_BITMASK": ("mask",)},
    ),
    "error-scope": _family("error scope", "", "fs driver lsm arch"),
}

# Architecture name -> its Kconfig symbol (arch/*/Kconfig of Linux).
ARCHES: dict[str, str] = {
    name: "CONFIG_" + name.upper()
    for name in (
        "alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc"
        " riscv s390 sparc x86 xtensa"
    ).split()
} | {"powerpc": "CONFIG_PPC", "sh": "CONFIG_SUPERH", "um": "CONFIG_UML"}


class Lookup(NamedTuple):
    """What a word means in its family: the tokens, and whether it is the preferred spelling."""

    tokens: tuple[str, ...]
    preferred: bool


def look_up(family: str, word: str) -> Lookup | None:
    """The tokens that ``word`` stands for in ``family``; ``None`` if it is no token."""
    entry = FAMILIES[family]
    short = word.lower()
    if short in entry.raw:
        return Lookup((short,), word == short)
    if short in entry.synonyms:
        return Lookup((entry.synonyms[short],), False)
    if word in entry.groups:
        return Lookup(entry.groups[word], False)
    if entry.prefix and word.startswith(entry.prefix):
        for token, raw in entry.raw.items():
            if raw == word:
                return Lookup((token,), False)
    return None


def words_of(family: str) -> tuple[str, ...]:
    """The preferred spellings of a family, in the order of the reference."""
    return tuple(FAMILIES[family].raw)


#: Codes of include/linux/errno.h (Linux 6.12), which never reach user space.
INTERNAL_ERRNOS = frozenset(
    (
        "ERESTARTSYS ERESTARTNOINTR ERESTARTNOHAND ENOIOCTLCMD ERESTART_RESTARTBLOCK EPROBE_DEFER"
        " EOPENSTALE ENOPARAM EBADHANDLE ENOTSYNC EBADCOOKIE ENOTSUPP ETOOSMALL ESERVERFAULT"
        " EBADTYPE EJUKEBOX EIOCBQUEUED ERECALLCONFLICT ENOGRACE"
    ).split()
)
