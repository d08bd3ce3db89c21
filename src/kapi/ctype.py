# SPDX-License-Identifier: GPL-2.0-or-later
"""C types as far as specs need them: integer or pointer, how wide, signed or not, in user memory.

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
_FIXED = re.compile(
    r"(?:__|compat_)?(?:([us])(8|16|32|64)|(u?)int(8|16|32|64)_t|[bl]e(16|32|64))\Z"
)
_BUILT_IN: Final = frozenset("char short int long signed unsigned __signed__".split())

#: Width of what is as wide as a word: ``long``, pointers.
_WORD: Final = 0

# Typedefs of include/linux/types.h, include/linux/compat.h, include/uapi/asm-generic and
# include/asm-generic/compat.h of Linux 6.12 by their width in bits; those that differ between
# architectures in sign or are no integers everywhere are left out.
_UNSIGNED: Final[dict[int, str]] = {
    8: "u_char",
    16: "umode_t ushort u_short old_uid_t old_gid_t",
    32: "mode_t dev_t nlink_t uid_t gid_t qid_t gfp_t fmode_t slab_flags_t uint u_int socklen_t"
    " __poll_t __kernel_uid32_t __kernel_gid32_t __kernel_mode_t compat_size_t compat_ulong_t"
    " compat_uint_t compat_uptr_t compat_ino_t compat_mode_t compat_dev_t compat_aio_context_t"
    " compat_old_sigset_t",
    64: "sector_t blkcnt_t",
    _WORD: "size_t ino_t pgoff_t dma_addr_t phys_addr_t resource_size_t uintptr_t ulong u_long"
    " aio_context_t old_sigset_t __kernel_size_t __kernel_ulong_t",
}
_SIGNED: Final[dict[int, str]] = {
    32: "pid_t old_time32_t clockid_t timer_t key_t key_serial_t mqd_t rwf_t daddr_t"
    " __kernel_pid_t __kernel_timer_t __kernel_key_t __kernel_mqd_t __kernel_rwf_t"
    " __kernel_clockid_t compat_ssize_t compat_off_t compat_pid_t compat_int_t compat_long_t"
    " compat_key_t compat_clock_t compat_suseconds_t",
    64: "loff_t time64_t ktime_t __kernel_loff_t compat_loff_t",
    _WORD: "ssize_t off_t time_t clock_t suseconds_t ptrdiff_t intptr_t __kernel_long_t"
    " __kernel_ssize_t __kernel_off_t __kernel_time_t",
}
_TYPEDEFS: Final[dict[str, tuple[str, int]]] = {
    name: (sign, width)
    for sign, table in (("unsigned", _UNSIGNED), ("signed", _SIGNED))
    for width, names in table.items()
    for name in names.split()
}
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
    :param width: bits of an integer; 0 if it is as wide as a word.
    :param address: whether an integer is as wide as an address.
    :param user: whether a pointer leads to user memory.
    :param constant: whether what a pointer leads to is ``const``.
    :param pointee: what a pointer or array leads to, without qualifiers: ``struct stat``.
    """

    kind: str
    signed: bool | None = None
    width: int = _WORD
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

    @property
    def narrow(self) -> bool:
        """Whether it is an integer with less bits than ``int``."""
        return self.kind == "integer" and 0 < self.width < 32

    def bits(self, word_bits: int) -> int | None:
        """Bits of a value; ``None`` if the type does not tell.

        :param word_bits: bits of ``unsigned long``.
        """
        if self.kind in ("integer", "pointer", "array", "function"):
            return self.width or word_bits
        return 32 if self.kind == "enum" else None


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
    sign, width = _integer(words)
    if sign == "unknown":
        return CType("unknown")
    signed = {"signed": True, "unsigned": False}.get(sign)
    return CType("integer", signed, width, address=bare in _ADDRESSES)


def _integer(words: list[str]) -> tuple[str, int]:
    """Sign and width: ``signed``, ``unsigned``, ``either`` or, if none is known, ``unknown``."""
    if _BUILT_IN.issuperset(words):
        if "unsigned" in words:
            return "unsigned", _built_in_width(words)
        return "either" if words == ["char"] else "signed", _built_in_width(words)
    word = words[0]
    if len(words) > 1:
        return "unknown", _WORD
    if word in ("bool", "_Bool"):
        return "either", 8
    if word in _TYPEDEFS:
        return _TYPEDEFS[word]
    fixed = _FIXED.match(word)
    if not fixed:
        return "unknown", _WORD
    sign, bits, prefix, standard, endian = fixed.groups()
    is_signed = sign == "s" or (standard is not None and not prefix)
    return "signed" if is_signed else "unsigned", int(bits or standard or endian)


def _built_in_width(words: list[str]) -> int:
    if words.count("long") == 2:
        return 64
    if "long" in words:
        return _WORD
    return 8 if "char" in words else 16 if "short" in words else 32
