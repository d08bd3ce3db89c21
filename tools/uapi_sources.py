"""What make_uapi_tables.py reads: architectures, headers, kernel-internal macros. Data only.

Paths are relative to the installed headers (``HEADERS``) or to the kernel tree.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arch:
    """One architecture and word size; of several ABIs the one that 64-bit user space uses."""

    name: str
    kernel_arch: str
    bits: int
    defines: tuple[str, ...]  # what a compiler for it predefines and the UAPI headers test


ARCHES = (
    Arch("alpha", "alpha", 64, ("__alpha__",)),
    Arch("arm", "arm", 32, ("__arm__", "__ARM_EABI__")),
    Arch("arm64", "arm64", 64, ("__aarch64__",)),
    Arch("i386", "x86", 32, ("__i386__",)),
    Arch("loongarch", "loongarch", 64, ("__loongarch__", "__loongarch_grlen=64")),
    Arch("m68k", "m68k", 32, ("__m68k__", "__mc68000__")),
    # _MIPS_SIM_ABI64 is 3: arch/mips/include/uapi/asm/sgidefs.h.
    Arch(
        "mips", "mips", 64, ("__mips__", "__mips64", "_MIPS_SIM=3", "_MIPS_SZLONG=64", "__MIPSEL__")
    ),
    Arch("parisc", "parisc", 64, ("__hppa__", "__LP64__")),
    Arch("powerpc", "powerpc", 64, ("__powerpc__", "__powerpc64__", "__LITTLE_ENDIAN__")),
    Arch("riscv", "riscv", 64, ("__riscv", "__riscv_xlen=64")),
    Arch("s390", "s390", 64, ("__s390__", "__s390x__")),
    Arch("sh", "sh", 32, ("__sh__", "__LITTLE_ENDIAN__")),
    Arch("sparc", "sparc", 64, ("__sparc__", "__arch64__")),
    Arch("x86_64", "x86", 64, ("__x86_64__",)),
    Arch("xtensa", "xtensa", 32, ("__xtensa__", "__XTENSA_EL__")),
)

# UAPI headers whose constants system calls take or give.
HEADERS = (
    "asm/errno.h",
    "asm/fcntl.h",
    "asm/ioctls.h",
    "asm/mman.h",
    "asm/poll.h",
    "asm/resource.h",
    "asm/signal.h",
    "asm/siginfo.h",
    "asm/socket.h",
    "asm/stat.h",
    "asm/statfs.h",
    "asm/termbits.h",
    "linux/aio_abi.h",
    "linux/auxvec.h",
    "linux/capability.h",
    "linux/close_range.h",
    "linux/eventfd.h",
    "linux/eventpoll.h",
    "linux/falloc.h",
    "linux/fanotify.h",
    "linux/fcntl.h",
    "linux/fs.h",
    "linux/fsmap.h",
    "linux/futex.h",
    "linux/inotify.h",
    "linux/io_uring.h",
    "linux/ioprio.h",
    "linux/ipc.h",
    "linux/kcmp.h",
    "linux/kexec.h",
    "linux/keyctl.h",
    "linux/landlock.h",
    "linux/limits.h",
    "linux/lsm.h",
    "linux/magic.h",
    "linux/membarrier.h",
    "linux/memfd.h",
    "linux/mempolicy.h",
    "linux/mman.h",
    "linux/mount.h",
    "linux/mqueue.h",
    "linux/msg.h",
    "linux/net.h",
    "linux/nsfs.h",
    "linux/openat2.h",
    "linux/perf_event.h",
    "linux/personality.h",
    "linux/pidfd.h",
    "linux/poll.h",
    "linux/prctl.h",
    "linux/ptrace.h",
    "linux/quota.h",
    "linux/random.h",
    "linux/reboot.h",
    "linux/resource.h",
    "linux/rseq.h",
    "linux/sched.h",
    "linux/seccomp.h",
    "linux/sem.h",
    "linux/shm.h",
    "linux/signalfd.h",
    "linux/stat.h",
    "linux/time.h",
    "linux/timerfd.h",
    "linux/timex.h",
    "linux/uio.h",
    "linux/un.h",
    "linux/userfaultfd.h",
    "linux/utsname.h",
    "linux/wait.h",
    "linux/xattr.h",
)

# What those headers include of a C library; only PAGE_SIZE-like values of no interest need it.
LIBC_HEADERS = ("unistd.h",)

# Kernel-internal headers, and which of their macros specs use.
KERNEL_HEADERS = {
    "include/linux/errno.h": r"E\w+",
    "include/linux/fcntl.h": r"VALID_\w+",
    "include/linux/fs.h": r"MAX_RW_COUNT|MAX_LFS_FILESIZE",
    "include/linux/limits.h": r"\w+_(MAX|MIN)",
    "include/linux/namei.h": r"LOOKUP_\w+",
    "include/linux/socket.h": r"(AF|PF|MSG|SOL)_\w+",
    "include/linux/stat.h": r"S_\w+",
    "include/linux/swap.h": r"SWAP_FLAG_\w+|SWAP_FLAGS_VALID",
    "include/vdso/bits.h": r"BIT(_ULL)?",
    "include/vdso/limits.h": r"\w+_(MAX|MIN)",
    "arch/x86/include/asm/page_types.h": r"PAGE_(SIZE|SHIFT|MASK)",
}

# The types in those macros, from the macros that each compiler predefines for its word size.
KERNEL_TYPES = """
typedef __SIZE_TYPE__ size_t; typedef __PTRDIFF_TYPE__ ssize_t; typedef long long loff_t;
typedef unsigned char u8; typedef signed char s8;
typedef unsigned short u16; typedef signed short s16;
typedef unsigned int u32; typedef signed int s32;
typedef unsigned long long u64; typedef signed long long s64;
"""

# Folders whose sources define constants of their own that look like UAPI ones.
CORE = ("block", "fs", "io_uring", "ipc", "kernel", "mm", "net", "security")
