// SPDX-License-Identifier: GPL-2.0
/* Specifications of a call and of an in-kernel function defined in fs/file.c. */
#include <linux/fcntl.h>

/**
 * get_unused_fd_flags - reserve the lowest free file descriptor
 * @flags: O_CLOEXEC, or 0
 *
 * api-version: 2
 * api-type: function
 * long-desc: Takes the lowest free slot in the descriptor table of the current process and marks it
 *   as used. No file stands behind it yet: user space that tries the number gets EBADF. The caller
 *   ends the reservation with fd_install(), or with put_unused_fd() if it has to give up.
 * contexts: process, sleepable
 * origin: fs/file.c: get_unused_fd_flags()
 * error-set: closed
 *
 * param: flags
 *   type: uint, input
 *   constraint-type: mask(O_CLOEXEC)
 *   on-violation: ignored
 *   cdesc: all bits but O_CLOEXEC are ignored, so the open flags of a file may be passed as they
 *     are
 *   origin: fs/file.c: alloc_fd()
 *
 * return:
 *   type: fd
 *   check-type: fd
 *   success: >= 0
 *   ensures: ret < rlimit(RLIMIT_NOFILE)
 *   ensures: fd_reserved(ret)
 *   desc: The reserved number.
 *   origin: fs/file.c: alloc_fd()
 *
 * error: EMFILE, no number below the limit is free
 *   condition: all numbers below RLIMIT_NOFILE are taken
 *   when(rlimit): !fds_free()
 *   must: yes
 *   origin: fs/file.c: alloc_fd()
 *
 * error: EMFILE, table cannot grow
 *   condition: the lowest free number lies beyond the present table and is at or above fs.nr_open
 *     rounded down to a full word of bits, or the table would take more than INT_MAX bytes
 *   when(nr-open): rlimit(RLIMIT_NOFILE) > (nr_open() & ~63)
 *   when(table-size): rlimit(RLIMIT_NOFILE) > 0x8000000 && nr_open() > 0x8000000
 *   desc: Needs a soft limit that was set before fs.nr_open was lowered, or a very large one.
 *   origin: fs/file.c: expand_files(), alloc_fdtable()
 *
 * error: ENOMEM, no memory for a larger table
 *   condition: the table has to grow, and the allocation fails
 *   when: pending_fault()
 *   origin: fs/file.c: alloc_fdtable()
 *
 * lock: files->file_lock
 *   type: spinlock
 *   held: always
 *   acquired: yes
 *   released: yes
 *   desc: Dropped and taken again while a larger table is allocated. The caller must not hold it.
 *   origin: fs/file.c: alloc_fd(), expand_fdtable()
 *
 * side-effect: resource_create
 *   label: reserve
 *   target: one slot in the descriptor table of current
 *   condition: the function succeeds
 *   reversible: yes
 *   desc: put_unused_fd() gives it back.
 *   origin: fs/file.c: alloc_fd()
 *
 * side-effect: alloc_memory
 *   label: grow
 *   target: descriptor table of current
 *   condition: the lowest free number lies beyond the present table
 *   reversible: no
 *   desc: A table never shrinks before its last user is gone.
 *   origin: fs/file.c: expand_fdtable()
 *
 * state-trans: descriptor slot
 *   from: free
 *   to: reserved, without a file
 *   condition: the function succeeds
 *   origin: fs/file.c: alloc_fd()
 *
 * constraint: finish the reservation
 *   label: finish
 *   desc: Each number got here must reach fd_install() or put_unused_fd() exactly once. Do what can
 *     fail between the two, for after fd_install() user space may already use or close the number.
 *   origin: fs/file.c: fd_install(), put_unused_fd()
 *
 * notes: Closed because: get_unused_fd_flags() only reads the limit and calls alloc_fd(). That
 *   fails with EMFILE (no number below the limit) or with what expand_files() returns.
 *   expand_files() gives EMFILE at fs.nr_open or the error of alloc_fdtable() by way of
 *   expand_fdtable(), which is EMFILE for a table above INT_MAX bytes or above fs.nr_open, and
 *   ENOMEM otherwise. All of them are in fs/file.c.
 *
 *   The allocation may sleep, and growing a shared table waits for an RCU grace period, hence no
 *   use in atomic context.
 */
int get_unused_fd_flags(unsigned flags);

/**
 * sys_dup2 - make one descriptor number mean what another means
 * @oldfd: open descriptor
 * @newfd: number that shall mean the same file
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Afterwards @newfd refers to the open file description of @oldfd: both share position
 *   and status flags. What @newfd referred to before is closed in the same step, so no other
 *   thread can find the number free in between.
 *
 *   The copy has no close-on-exec flag. If both numbers are equal and open, nothing at all happens,
 *   and that flag stays as it was.
 * contexts: process, sleepable
 * origin: fs/file.c: SYSCALL_DEFINE2(dup2)
 * error-set: closed
 * include: fd_lookup(oldfd)
 *
 * param: oldfd
 *   type: fd, input
 *   cdesc: an open descriptor, one opened with O_PATH included
 *   origin: fs/file.c: ksys_dup3()
 *
 * param: newfd
 *   type: uint, input
 *   require(below-limit): newfd == oldfd || newfd < rlimit(RLIMIT_NOFILE) -> EBADF
 *   cdesc: open or not, but below the soft limit RLIMIT_NOFILE unless equal to @oldfd
 *   origin: fs/file.c: ksys_dup3()
 *
 * return:
 *   type: fd
 *   check-type: exact
 *   success: == newfd
 *   ensures: fd_open(newfd)
 *   ensures: oldfd == newfd || !fd_cloexec(newfd)
 *   ensures: fd_kind(newfd) == fd_kind(oldfd)
 *   desc: @newfd.
 *   origin: fs/file.c: do_dup2()
 *
 * error: EBADF, new number above the limit
 *   condition: @newfd is not below the soft limit RLIMIT_NOFILE and differs from @oldfd
 *   when(newfd-limit): newfd != oldfd && newfd >= rlimit(RLIMIT_NOFILE)
 *   must: yes
 *   desc: EBADF and not EMFILE, although no number is left there. A negative number counts as a
 *     very large one.
 *   origin: fs/file.c: ksys_dup3()
 *
 * error: EBADF, table cannot reach the new number
 *   condition: @newfd is below RLIMIT_NOFILE but beyond the present table, and at or above
 *     fs.nr_open rounded down to a full word of bits, or the table would take more than INT_MAX
 *     bytes
 *   when(nr-open): newfd != oldfd && newfd >= (nr_open() & ~63)
 *   when(table-size): newfd != oldfd && newfd >= 0x8000000
 *   desc: Inside the kernel this is EMFILE, which the call turns into EBADF.
 *   origin: fs/file.c: expand_files(), alloc_fdtable(), ksys_dup3()
 *
 * error: EBUSY, new number is being opened
 *   condition: another thread has reserved @newfd and not yet put its file there
 *   when(half-open): newfd != oldfd && fd_reserved(newfd)
 *   desc: Can only meet processes whose threads open files and use dup2 on numbers that they did
 *     not open themselves. Trying again helps.
 *   origin: fs/file.c: do_dup2()
 *
 * error: ENOMEM, no memory for a larger table
 *   condition: @newfd lies beyond the present table, and the allocation fails
 *   when(table): newfd != oldfd && pending_fault()
 *   origin: fs/file.c: alloc_fdtable()
 *
 * lock: files->file_lock
 *   type: spinlock
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: oldfd != newfd && newfd < rlimit(RLIMIT_NOFILE)
 *   desc: Dropped and taken again while a larger table is allocated. Free again before the old file
 *     of @newfd is closed.
 *   origin: fs/file.c: ksys_dup3(), do_dup2()
 *
 * lock: RCU read side
 *   type: rcu
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: oldfd == newfd
 *   origin: fs/file.c: SYSCALL_DEFINE2(dup2)
 *
 * side-effect: resource_create
 *   label: copy
 *   target: descriptor @newfd
 *   condition: the call succeeds with two different numbers
 *   when: oldfd != newfd
 *   reversible: yes
 *   origin: fs/file.c: do_dup2()
 *
 * side-effect: resource_destroy
 *   label: close-old
 *   target: the file that @newfd referred to
 *   condition: @newfd was open, differs from @oldfd, and the call succeeds
 *   when: oldfd != newfd && fd_open(newfd)
 *   reversible: no
 *   desc: Like close: the flush operation of the file runs, and the process loses its POSIX record
 *     locks on it. Errors of that closing are thrown away.
 *   origin: fs/file.c: do_dup2(); fs/open.c: filp_close()
 *
 * side-effect: alloc_memory
 *   label: grow
 *   target: descriptor table of the process
 *   condition: @newfd lies beyond the present table
 *   when: oldfd != newfd
 *   reversible: no
 *   desc: Happens before @oldfd is looked up, so a failing call may have grown the table.
 *   origin: fs/file.c: ksys_dup3(), expand_files()
 *
 * state-trans: descriptor newfd
 *   from: free or open
 *   to: open on the description of @oldfd, without close-on-exec
 *   condition: the call succeeds with two different numbers
 *   when: oldfd != newfd
 *   origin: fs/file.c: do_dup2()
 *
 * capability: none
 *   desc: No capability and no security module is asked.
 *   origin: fs/file.c: ksys_dup3()
 *
 * examples: int log = open("/dev/null", O_WRONLY | O_CLOEXEC);
 *
 *   if (log >= 0) {
 *       if (dup2(log, STDERR_FILENO) < 0)
 *           perror("dup2");
 *       if (log != STDERR_FILENO)
 *           close(log);
 *   }
 *
 * notes: Closed because every way out is in fs/file.c. SYSCALL_DEFINE2(dup2) with equal numbers
 *   gives the number or EBADF from __fget_files_rcu(). Otherwise it is ksys_dup3() with flags 0:
 *   that the flags or two equal numbers are refused there cannot happen from here. Its exits are
 *   EBADF for the limit; the error of expand_files(), of which EMFILE becomes EBADF and only ENOMEM
 *   of alloc_fdtable() is left; EBADF if files_lookup_fd_locked() finds no file, which wins over
 *   ENOMEM; and do_dup2(), whose exits are EBUSY and the new number. filp_close() runs after the
 *   table was changed and do_dup2() drops its result, so no file system, driver or signal can make
 *   the call fail. There is no security hook on the way. In particular EINTR and EMFILE, which
 *   manuals mention for this family of calls, are not among its answers.
 *
 *   Architectures of the last years have no such call; their C libraries use dup3.
 */
SYSCALL_DEFINE2(dup2, unsigned int, oldfd, unsigned int, newfd);
