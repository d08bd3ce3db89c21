"""C types as far as checks need them: integer or pointer, signed or not, in user memory or not.

In: C text of a type, blanks normalised. Out: a :class:`CType`. A typedef that is not in the table
is ``unknown``, and no check holds anything against it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_QUALIFIER = re.compile(
    r"(?<!\w)(?:const|volatile|restrict|__restrict|__restrict__|register|__user|__kernel|__iomem"
    r"|__percpu|__rcu|__force|__bitwise|__nocast|__private|_Nonnull|_Nullable)(?!\w)"
)
_FUNCTION = re.compile(r"\(\s*[*^][^()]*\)\s*\(")
_FIXED = re.compile(r"(?:__|compat_)?(?:([us])(?:8|16|32|64)|(u?)int(?:8|16|32|64)_t|[bl]e\d+)\Z")
_BUILT_IN: Final = frozenset("char short int long signed unsigned __signed__".split())

# Typedefs of include/linux/types.h, include/linux/compat.h, include/uapi/asm-generic and
# include/asm-generic/compat.h of Linux 6.12; those that differ between architectures in sign or
# are no integers everywhere are left out.
_UNSIGNED: Final = frozenset(
    (
        "size_t umode_t mode_t dev_t ino_t nlink_t uid_t gid_t old_uid_t old_gid_t qid_t gfp_t"
        " fmode_t slab_flags_t sector_t blkcnt_t pgoff_t dma_addr_t phys_addr_t resource_size_t"
        " uintptr_t ulong uint ushort u_char u_short u_int u_long aio_context_t old_sigset_t"
        " socklen_t __poll_t __kernel_size_t __kernel_ulong_t __kernel_uid32_t __kernel_gid32_t"
        " __kernel_mode_t compat_size_t compat_ulong_t compat_uint_t compat_uptr_t compat_ino_t"
        " compat_mode_t compat_dev_t compat_aio_context_t compat_old_sigset_t"
    ).split()
)
_SIGNED: Final = frozenset(
    (
        "ssize_t loff_t off_t pid_t time_t time64_t ktime_t old_time32_t clock_t clockid_t timer_t"
        " key_t key_serial_t mqd_t rwf_t suseconds_t ptrdiff_t daddr_t intptr_t __kernel_long_t"
        " __kernel_ssize_t __kernel_off_t __kernel_loff_t __kernel_pid_t __kernel_timer_t"
        " __kernel_key_t __kernel_mqd_t __kernel_rwf_t __kernel_time_t __kernel_clockid_t"
        " compat_ssize_t compat_off_t compat_loff_t compat_pid_t compat_int_t compat_long_t"
        " compat_key_t compat_clock_t compat_suseconds_t"
    ).split()
)
_NARROW: Final = frozenset("char short u8 s8 u16 s16 __u8 __s8 __u16 __s16 bool _Bool".split())
#: Integers that hold an address.
_ADDRESSES: Final = frozenset(
    (
        "unsigned long|unsigned long int|unsigned long long|ulong|u_long|u64|__u64|uint64_t"
        "|uintptr_t|size_t|__kernel_ulong_t|compat_ulong_t|compat_uptr_t|aio_context_t|long"
        "|compat_aio_context_t|compat_size_t"
    ).split("|")
)


class CType(NamedTuple):
    """What a C type is.

    :param kind: ``integer``, ``pointer``, ``function`` (a pointer to one), ``array``, ``struct``,
        ``union``, ``enum``, ``void`` or ``unknown``.
    :param signed: of an integer; ``None`` if that depends, as for ``char``.
    :param narrow: whether an integer has less bits than ``int``.
    :param address: whether an integer is as wide as an address.
    :param user: whether a pointer leads to user memory.
    :param constant: whether what a pointer leads to is ``const``.
    :param pointee: what a pointer or array leads to, without qualifiers: ``struct stat``.
    """

    kind: str
    signed: bool | None = None
    narrow: bool = False
    address: bool = False
    user: bool = False
    constant: bool = False
    pointee: str = ""

    @property
    def is_memory(self) -> bool:
        """Whether a value leads to memory, as far as the type tells."""
        return self.kind in ("pointer", "array", "function", "unknown")

    @property
    def is_integer(self) -> bool:
        """Whether a value is a number, as far as the type tells."""
        return self.kind in ("integer", "enum", "unknown")


def read_ctype(text: str) -> CType:
    """The C type of a text such as ``const char __user *``."""
    if _FUNCTION.search(text):
        return CType("function")
    bare = " ".join(_QUALIFIER.sub(" ", text).split())
    user = re.search(r"(?<!\w)__user(?!\w)", text) is not None
    if bare.endswith(("]", "*")) or "(*)" in bare:
        kind = "array" if bare.endswith("]") and "(*)" not in bare else "pointer"
        inner = re.sub(r"(?:\*|\s*\[[^][]*\])\Z", "", bare).strip()
        before = text.rpartition("*")[0] if kind == "pointer" else text
        constant = re.search(r"(?<!\w)const(?!\w)", before.rpartition("*")[2]) is not None
        return CType(kind, user=user, constant=constant, pointee=inner)
    return _plain(bare)


def _plain(bare: str) -> CType:
    """A type that is neither pointer nor array, without qualifiers."""
    words = bare.split()
    if not words:
        return CType("unknown")
    if words[0] in ("struct", "union", "enum"):
        return CType(words[0])
    if bare == "void":
        return CType("void")
    signed = _sign(words)
    if signed == "unknown":
        return CType("unknown")
    narrow = not _NARROW.isdisjoint(words)
    return CType(
        "integer",
        {"signed": True, "unsigned": False}.get(signed),
        narrow=narrow,
        address=bare in _ADDRESSES,
    )


def _sign(words: list[str]) -> str:
    """``signed``, ``unsigned``, ``either`` or, if it is no known integer, ``unknown``."""
    if _BUILT_IN.issuperset(words):
        if "unsigned" in words:
            return "unsigned"
        return "either" if words == ["char"] else "signed"
    if len(words) > 1:
        return "unknown"
    word = words[0]
    if word in ("bool", "_Bool"):
        return "either"
    if word in _UNSIGNED:
        return "unsigned"
    if word in _SIGNED:
        return "signed"
    fixed = _FIXED.match(word)
    if not fixed:
        return "unknown"
    return "signed" if fixed[1] == "s" or (fixed[2] == "" and "int" in word) else "unsigned"
