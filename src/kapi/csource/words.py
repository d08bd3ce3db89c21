# SPDX-License-Identifier: GPL-2.0-or-later
"""The words of C declarations in Linux: storage classes, attributes, qualifiers, built-in types.

Attribute names are those of include/linux/compiler_attributes.h, compiler_types.h, init.h and
linkage.h. Words that are not listed are told apart by their form, see :func:`is_attribute`.
"""

from __future__ import annotations

import re
from typing import Final


def _words(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


STORAGE: Final = _words(
    """
    static extern inline register auto _Noreturn noreturn asmlinkage notrace noinstr noinline
    noinline_for_stack noinline_for_tracing nokprobe_inline inline_for_trace fastcall
    """
)
"""Words that belong to the definition, not to the type of its result."""

QUALIFIERS: Final = _words(
    """
    const volatile restrict __restrict __restrict__ __const __volatile__ _Atomic
    __user __iomem __percpu __rcu __kernel __force __nocast __private __bitwise
    """
)
"""Words that are kept as part of a type but name no type."""

BUILT_IN: Final = _words(
    """
    void char short int long float double signed unsigned bool _Bool __signed__ __int128
    __builtin_va_list
    """
)
"""Keywords that are types, never names."""

TAGGED: Final = frozenset(("struct", "union", "enum"))
TYPEOF: Final = frozenset(("typeof", "__typeof__", "__typeof", "typeof_unqual", "_Atomic"))

STATEMENTS: Final = _words(
    """
    return if else while for do switch case default goto break continue sizeof asm __asm__
    static_assert _Static_assert
    """
)
"""Words that open a statement, so that no declaration follows."""

PARAM_ATTRIBUTES: Final = _words(
    """
    __attribute__ __attribute __maybe_unused __always_unused __unused __aligned __counted_by
    __nonnull __must_check __deprecated __cacheline_aligned __init __initdata __printf
    __ctx_fd_user register
    """
)
"""Attributes that a parameter may carry; any other word may be its name."""

RETURN_ATTRIBUTES: Final = PARAM_ATTRIBUTES | {"asm", "__asm__", "noexcept"}

_UNDERSCORE_TYPE = re.compile(
    r"__(?:[us]\d+|[lb]e\d+|d[lb]e\d+|virtio\d+|fs\d+|hc\d+|\w+_t|sum16|wsum|kernel_\w+|m\d+i?"
    r"|u?int128\w*|guest|addrpair|portpair|vector\w*|mode_t)\Z"
)


def is_attribute(word: str) -> bool:
    """Whether a word in front of a function name is an attribute and no type.

    Words with two leading underscores are attributes unless listed or formed like a type.
    """
    if word in RETURN_ATTRIBUTES or word in STORAGE:
        return True
    if word in BUILT_IN or word in QUALIFIERS or word in TYPEOF:
        return False
    return word.startswith("__") and not _UNDERSCORE_TYPE.match(word)


def is_type_word(word: str) -> bool:
    """Whether a word can be, or be part of, the name of a type."""
    return word not in QUALIFIERS and not is_attribute(word)
