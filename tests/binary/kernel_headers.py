"""The headers of the kernel part, and just enough of the others that they compile alone."""

from __future__ import annotations

from pathlib import Path

HEADERS = Path(__file__).parents[2] / "kernel/tree/include"

_TYPES = """\
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned long size_t;
typedef _Bool bool;
typedef s64 ktime_t;
#define NULL ((void *)0)
#define BIT(number) (1UL << (number))
#define __user
#define __used __attribute__((used))
#define __section(name) __attribute__((section(name)))
#define __aligned(number) __attribute__((aligned(number)))
#define static_assert(condition, ...) _Static_assert(condition, "" __VA_ARGS__)
#define offsetof(type, member) __builtin_offsetof(type, member)
#define is_signed_type(type) (((type)(-1)) < (type)1)
#define U16_MAX 65535
#define S64_MIN (-9223372036854775807LL - 1)
"""

_STUBS = {
    "linux/types.h": _TYPES,
    "linux/list.h": "struct list_head { struct list_head *next, *prev; };\n",
    "linux/errno.h": "#define EINTR 4\n#define EBADF 9\n#define EFAULT 14\n#define EINVAL 22\n",
    "linux/frob.h": "#define FROB_FAST 1\n#define FROB_SAFE 0x40\n#define FROB_MAX 4096\n",
    "asm/unistd.h": "#define __NR_frob 77\n",
}

_EMPTY = (
    "bits bug build_bug capability compiler const limits math overflow signal stddef stringify"
    " kernel cache fcntl fs mm mman stat"
)


def write_stubs(folder: Path) -> None:
    """Put the stubs into ``folder/include``."""
    names = {f"linux/{name}.h": "#include <linux/types.h>\n" for name in _EMPTY.split()}
    for name, text in (names | _STUBS).items():
        path = folder / "include" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#pragma once\n{text}")
