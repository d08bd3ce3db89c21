# SPDX-License-Identifier: GPL-2.0-or-later
"""How set-up calls look in C.

A table: for each call of the executor the C function, what its arguments are, the headers, and the
name of a variable for its result. Calls that C libraries do not have are made by number.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Call(NamedTuple):
    """How a call is made.

    :param function: the C function; empty for a call by number.
    :param kinds: what each argument is: ``fd``, ``text`` (a string), ``flags``, ``mode``,
        ``number``, ``size``, ``pointer``, ``skip`` (left out), or a struct of :mod:`structs`.
    :param header: where the function is declared.
    :param result: a variable for the result.
    """

    function: str
    kinds: tuple[str, ...]
    header: str = "unistd.h"
    result: str = "ret"


def _call(function: str, kinds: str, header: str = "unistd.h", result: str = "ret") -> Call:
    return Call(function, tuple(kinds.split()), header, result)


CALLS: Final = {
    "openat": _call("openat", "fd text flags mode", "fcntl.h", "fd"),
    "close": _call("close", "fd"),
    "dup": _call("dup", "fd", result="copy"),
    "dup3": _call("dup3", "fd fd flags", result="copy"),
    "pipe2": _call("pipe2", "pointer flags"),
    "read": _call("read", "fd pointer size"),
    "write": _call("write", "fd pointer size"),
    "pread64": _call("pread", "fd pointer size number"),
    "pwrite64": _call("pwrite", "fd pointer size number"),
    "lseek": _call("lseek", "fd number flags"),
    "ftruncate": _call("ftruncate", "fd size"),
    "fallocate": _call("fallocate", "fd flags number size", "fcntl.h"),
    "fcntl": _call("fcntl", "fd flags flags", "fcntl.h", "copy"),
    "flock": _call("flock", "fd flags", "sys/file.h"),
    "ioctl": _call("ioctl", "fd flags pointer", "sys/ioctl.h"),
    "fsync": _call("fsync", "fd"),
    "mkdirat": _call("mkdirat", "fd text mode", "sys/stat.h"),
    "mknodat": _call("mknodat", "fd text mode device", "sys/stat.h"),
    "symlinkat": _call("symlinkat", "text fd text"),
    "linkat": _call("linkat", "fd text fd text flags"),
    "unlinkat": _call("unlinkat", "fd text flags"),
    "renameat2": _call("renameat2", "fd text fd text flags", "stdio.h"),
    "fchmodat": _call("fchmodat", "fd text mode", "sys/stat.h"),
    "fchownat": _call("fchownat", "fd text number number flags"),
    "truncate": _call("truncate", "text size"),
    "setxattr": _call("setxattr", "text text pointer size flags", "sys/xattr.h"),
    "fchmod": _call("fchmod", "fd mode", "sys/stat.h"),
    "fchown": _call("fchown", "fd number number"),
    "chdir": _call("chdir", "text"),
    "fchdir": _call("fchdir", "fd"),
    "chroot": _call("chroot", "text"),
    "umask": _call("umask", "mode", "sys/stat.h"),
    "socket": _call("socket", "flags flags number", "sys/socket.h", "sock"),
    "socketpair": _call("socketpair", "flags flags number pointer", "sys/socket.h"),
    "bind": _call("bind", "fd sockaddr_un size", "sys/socket.h"),
    "listen": _call("listen", "fd number", "sys/socket.h"),
    "connect": _call("connect", "fd sockaddr_un size", "sys/socket.h"),
    "shutdown": _call("shutdown", "fd flags", "sys/socket.h"),
    "setsockopt": _call("setsockopt", "fd flags flags timeval size", "sys/socket.h"),
    "eventfd2": _call("eventfd", "number flags", "sys/eventfd.h", "event_fd"),
    "timerfd_create": _call("timerfd_create", "flags flags", "sys/timerfd.h", "timer_fd"),
    "timerfd_settime": _call("timerfd_settime", "fd flags itimerspec pointer", "sys/timerfd.h"),
    "signalfd4": _call("signalfd", "fd sigset skip flags", "sys/signalfd.h", "signal_fd"),
    "epoll_create1": _call("epoll_create1", "flags", "sys/epoll.h", "epoll_fd"),
    "epoll_ctl": _call("epoll_ctl", "fd flags fd epoll_event", "sys/epoll.h"),
    "inotify_init1": _call("inotify_init1", "flags", "sys/inotify.h", "inotify_fd"),
    "inotify_add_watch": _call("inotify_add_watch", "fd text flags", "sys/inotify.h"),
    "fanotify_init": _call("fanotify_init", "flags flags", "sys/fanotify.h", "fanotify_fd"),
    "memfd_create": _call("memfd_create", "text flags", "sys/mman.h", "memfd"),
    "memfd_secret": _call("", "flags", result="memfd"),
    "pidfd_open": _call("", "number flags", result="pidfd"),
    "userfaultfd": _call("", "flags", result="uffd"),
    "mmap": _call("mmap", "pointer size flags flags fd number", "sys/mman.h", "map"),
    "mprotect": _call("mprotect", "pointer size flags", "sys/mman.h"),
    "munmap": _call("munmap", "pointer size", "sys/mman.h"),
    "mlock": _call("mlock", "pointer size", "sys/mman.h"),
    "munlock": _call("munlock", "pointer size", "sys/mman.h"),
    "mlockall": _call("mlockall", "flags", "sys/mman.h"),
    "madvise": _call("madvise", "pointer size flags", "sys/mman.h"),
    "mseal": _call("", "pointer size flags"),
    "prlimit64": _call("prlimit", "number flags rlimit rlimit", "sys/resource.h"),
    "setresuid": _call("setresuid", "number number number"),
    "setresgid": _call("setresgid", "number number number"),
    "setgroups": _call("setgroups", "size pointer", "grp.h"),
    "prctl": _call("prctl", "flags flags number number number", "sys/prctl.h"),
    "seccomp": _call("", "flags flags pointer"),
    "unshare": _call("unshare", "flags", "sched.h"),
    "setsid": _call("setsid", ""),
    "setpgid": _call("setpgid", "number number"),
    "getpid": _call("getpid", "", result="pid"),
    "gettid": _call("", "", result="tid"),
    "kill": _call("kill", "number flags", "signal.h"),
    "rt_sigprocmask": _call("sigprocmask", "flags sigset pointer skip", "signal.h"),
    "setitimer": _call("setitimer", "flags itimerval pointer", "sys/time.h"),
    "nanosleep": _call("nanosleep", "timespec pointer", "time.h"),
    "mount": _call("mount", "text text text flags text", "sys/mount.h"),
    "umount2": _call("umount2", "text flags", "sys/mount.h"),
}

#: The same calls for pathnames that start at the working directory: which argument is AT_FDCWD.
AT_CALLS: Final = {
    "openat": ("open", (0,)),
    "mkdirat": ("mkdir", (0,)),
    "mknodat": ("mknod", (0,)),
    "symlinkat": ("symlink", (1,)),
    "linkat": ("link", (0, 2)),
    "unlinkat": ("unlink", (0,)),
    "fchmodat": ("chmod", (0,)),
    "fchownat": ("chown", (0,)),
}

#: include/uapi/asm-generic/unistd.h has none of these; architectures of the last years lack them.
NOT_EVERYWHERE: Final = frozenset(
    "open link unlink mknod chmod chown lchown mkdir rmdir access rename readlink symlink utimes"
    " stat lstat pipe dup2 epoll_create inotify_init eventfd signalfd poll select fork vfork creat"
    " getdents futimesat epoll_wait alarm pause time utime".split()
)
