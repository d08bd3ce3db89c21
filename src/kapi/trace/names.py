# SPDX-License-Identifier: GPL-2.0-or-later
"""Names of system calls by what they do to descriptors. Pure data.

A call that is in none of these lists may do anything; books are kept accordingly. Hence a kernel or
strace that knows younger calls never leads to wrong books.
"""

from __future__ import annotations

from typing import Final

#: Calls that neither open nor close nor change a descriptor, and are not traced. Those of them that
#: have a spec are traced all the same.
HARMLESS: Final = frozenset(
    """
    _sysctl access acct add_key adjtimex afs_syscall alarm arch_prctl bind brk cachestat capget
    capset chdir chmod chown chown32 chroot clock_adjtime clock_getres clock_gettime
    clock_nanosleep clock_settime connect copy_file_range create_module delete_module epoll_ctl
    epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old exit exit_group faccessat
    faccessat2 fadvise64 fallocate fanotify_mark fchdir fchmod fchmodat fchmodat2 fchown fchownat
    fdatasync fgetxattr finit_module flistxattr flock fremovexattr fsconfig fsetxattr fstat
    fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake futimesat
    get_kernel_syms get_mempolicy get_robust_list get_thread_area getcpu getcwd getdents
    getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp getpid
    getpmsg getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid
    getsockname getsockopt gettid gettimeofday getuid getxattr init_module inotify_add_watch
    inotify_rm_watch io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit ioperm
    iopl ioprio_get ioprio_set kcmp kexec_file_load kexec_load keyctl kill landlock_add_rule
    landlock_restrict_self lchown lgetxattr link linkat listen listmount listxattr llistxattr
    lookup_dcookie lremovexattr lseek lsetxattr lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr lstat madvise map_shadow_stack mbind membarrier migrate_pages mincore mkdir
    mkdirat mknod mknodat mlock mlock2 mlockall mmap modify_ldt mount mount_setattr move_mount
    move_pages mprotect mq_getsetattr mq_notify mq_timedreceive mq_timedsend mq_unlink mremap
    mseal msgctl msgget msgrcv msgsnd msync munlock munlockall munmap name_to_handle_at nanosleep
    newfstatat nfsservctl pause pidfd_send_signal pivot_root pkey_alloc pkey_free pkey_mprotect
    poll ppoll pread64 preadv preadv2 process_madvise process_mrelease process_vm_readv
    process_vm_writev pselect6 putpmsg pwrite64 pwritev pwritev2 query_module quotactl quotactl_fd
    read readahead readlink readlinkat readv reboot recvfrom remap_file_pages removexattr rename
    renameat renameat2 request_key restart_syscall rmdir rseq rt_sigaction rt_sigpending
    rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
    sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
    sched_setscheduler sched_yield security select semctl semget semop semtimedop sendfile
    sendmmsg sendto set_mempolicy set_mempolicy_home_node set_robust_list set_thread_area
    set_tid_address setdomainname setfsgid setfsuid setgid setgroups sethostname setitimer setns
    setpgid setpriority setregid setresgid setresuid setreuid setsid setsockopt settimeofday
    setuid setxattr shmat shmctl shmdt shmget shutdown sigaltstack splice stat statfs statmount
    statx swapoff swapon symlink symlinkat sync sync_file_range syncfs sysfs sysinfo syslog tee
    tgkill time timer_create timer_delete timer_getoverrun timer_gettime timer_settime
    timerfd_gettime timerfd_settime times tkill truncate tuxcall umask umount2 uname unlink
    unlinkat uselib ustat utime utimensat utimes vhangup vmsplice vserver wait4 waitid write
    writev
    """.split()
)

#: Of those, calls that wait for something. A program that retries after one of them does not spin.
WAITS: Final = frozenset(
    """
    clock_nanosleep epoll_pwait epoll_pwait2 epoll_wait futex futex_wait futex_waitv nanosleep
    pause poll ppoll pselect6 rt_sigsuspend rt_sigtimedwait sched_yield select wait4 waitid
    """.split()
)

#: Traced calls of which strace shall print registers, not what they mean: nothing else is needed.
RAW: Final = frozenset(("read", "write", "close", "dup", "dup2", "dup3", "madvise"))

#: Calls whose first argument is a descriptor, among those that are traced.
ON_DESCRIPTOR: Final = frozenset(
    """
    accept accept4 close dup dup2 dup3 fcntl fcntl64 ioctl read recvmmsg recvmsg sendmsg write
    """.split()
)
