// SPDX-License-Identifier: GPL-2.0
/* Specifications of calls defined in fs/open.c. */
#include <linux/fcntl.h>

/**
 * sys_open - open a file, and make it if it is not there
 * @filename: pathname of the file
 * @flags: access mode and O_ flags
 * @mode: permission bits of a file that is made
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Gives a descriptor for the object at @filename. Behind it is a new open file
 *   description with its own position, at the start of the file, and its own status flags.
 *
 *   O_CREAT makes a regular file if there is none, O_EXCL beside it insists on making it. O_TRUNC
 *   empties a regular file that exists. O_TMPFILE makes a file without name in the directory at
 *   @filename. O_PATH only marks the object and opens nothing.
 *
 *   A relative @filename starts at the working directory. The call is openat with AT_FDCWD.
 * contexts: process, sleepable
 * origin: fs/open.c: do_sys_open()
 * error-set: open(fs, driver, lsm)
 * include: path_lookup(AT_FDCWD, filename)
 * include: fd_reserve(flags)
 * include: file_open(AT_FDCWD, filename, flags, mode)
 *
 * param: filename
 *   type: path, input
 *   constraint-type: user_path
 *   on-violation: EFAULT | ENAMETOOLONG
 *   cdesc: at most PATH_MAX bytes with the NUL, and not empty
 *   desc: Fetched once, before anything is looked up. A null pointer is a bad address.
 *   origin: fs/open.c: do_sys_openat2(); fs/namei.c: getname()
 *
 * param: flags
 *   type: int, input
 *   constraint-type: mask(VALID_OPEN_FLAGS)
 *   on-violation: ignored
 *   require(path-only): !(flags & O_PATH)
 *     || !(flags & ~(O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)) -> ignored
 *   cdesc: one of O_RDONLY, O_WRONLY, O_RDWR and 3, and any O_ flags; unknown bits mean nothing
 *   desc: Only the low 32 bits of the register count. Access mode 3 asks for permission to read and
 *     write and gives a descriptor that can do neither, which suits some ioctls. O_SYNC has two
 *     bits, and the upper one alone is completed. FASYNC, which user space calls O_ASYNC, is kept
 *     among the status flags and switches nothing on.
 *   origin: fs/open.c: build_open_how(), build_open_flags()
 *
 * param: mode
 *   type: uint, input
 *   constraint-type: mask(S_IALLUGO)
 *   on-violation: masked
 *   require(making): mode == 0
 *     || (!(flags & O_PATH) && (flags & (O_CREAT | __O_TMPFILE))) -> ignored
 *   cdesc: permission bits with set-user-ID, set-group-ID and sticky bit; looked at only if O_CREAT
 *     or O_TMPFILE is given
 *   desc: C libraries fetch it as a variable argument: without O_CREAT or O_TMPFILE the kernel gets
 *     whatever the register holds.
 *   origin: fs/open.c: build_open_how()
 *
 * return:
 *   type: fd
 *   check-type: fd
 *   success: >= 0
 *   ensures: ret < rlimit(RLIMIT_NOFILE)
 *   ensures: fd_cloexec(ret) == ((flags & O_CLOEXEC) != 0)
 *   ensures: (fd_kind(ret) == path) == ((flags & O_PATH) != 0)
 *   ensures: (flags & O_PATH) || (fd_flags(ret) & O_ACCMODE) == (flags & O_ACCMODE)
 *   ensures: !(fd_kind(ret) in {reg, dir, fifo})
 *     || fd_readable(ret) == ((flags & O_ACCMODE) in {O_RDONLY, O_RDWR})
 *   ensures: !(fd_kind(ret) in {reg, dir, fifo})
 *     || fd_writable(ret) == ((flags & O_ACCMODE) in {O_WRONLY, O_RDWR})
 *   ensures: fd_kind(ret) != reg || fd_pos(ret) == 0
 *   desc: The lowest number that was free.
 *   origin: fs/open.c: do_sys_openat2()
 *
 * examples: int fd = open("notes.txt", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
 *
 *   if (fd < 0) {
 *       perror("notes.txt");
 *   } else {
 *       static const char line[] = "one more line\n";
 *
 *       if (write(fd, line, sizeof(line) - 1) < 0)
 *           perror("write");
 *       if (close(fd) < 0)
 *           perror("close");
 *   }
 *
 * notes: Unknown flags are dropped without a word. F_GETFL shows which status flags were kept, and
 *   openat2 refuses what it does not know. O_TMPFILE contains O_DIRECTORY so that kernels which do
 *   not know it refuse it too, with EISDIR.
 *
 *   O_NONBLOCK concerns FIFOs, leases and devices here. No flag keeps a regular file from waiting
 *   for its disk.
 *
 *   If another thread may call fork and execve, O_CLOEXEC belongs here: fcntl comes too late.
 *
 *   Architectures of the last years have no such call; their C libraries use openat. A 32-bit
 *   program on a 64-bit kernel enters by way of compat_sys_open, which does not add O_LARGEFILE.
 */
SYSCALL_DEFINE3(open, const char __user *, filename, int, flags, umode_t, mode);

/**
 * sys_openat - open a file relative to a directory
 * @dfd: descriptor of the directory, or AT_FDCWD
 * @filename: pathname of the file
 * @flags: access mode and O_ flags
 * @mode: permission bits of a file that is made
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Does what open does, except that a relative @filename starts at the directory behind
 *   @dfd. With AT_FDCWD it starts at the working directory, and the two calls are the same. An
 *   absolute @filename starts at the root directory, and @dfd is not looked at.
 *
 *   A descriptor stays with its directory while that is renamed or moved, so a program can open one
 *   file after the other in it and be sure that they are from the same place.
 * contexts: process, sleepable
 * origin: fs/open.c: do_sys_open()
 * error-set: open(fs, driver, lsm)
 * include: path_start(dfd, filename)
 * include: path_lookup(dfd, filename)
 * include: fd_reserve(flags)
 * include: file_open(dfd, filename, flags, mode)
 *
 * param: dfd
 *   type: fd, input
 *   cdesc: an open descriptor of a directory, or AT_FDCWD, if @filename is relative; else anything
 *   desc: Only the low 32 bits of the register count. The directory may be open with O_PATH. It
 *     need not be readable, but the caller must have permission to search it now.
 *   origin: fs/namei.c: path_init()
 *
 * param: filename
 *   type: path, input
 *   constraint-type: user_path
 *   on-violation: EFAULT | ENAMETOOLONG
 *   cdesc: at most PATH_MAX bytes with the NUL, and not empty
 *   desc: Fetched once, before anything is looked up. A null pointer is a bad address, and no way
 *     to mean @dfd itself; "." is one if that is a directory.
 *   origin: fs/open.c: do_sys_openat2(); fs/namei.c: getname()
 *
 * param: flags
 *   type: int, input
 *   constraint-type: mask(VALID_OPEN_FLAGS)
 *   on-violation: ignored
 *   require(path-only): !(flags & O_PATH)
 *     || !(flags & ~(O_PATH | O_CLOEXEC | O_DIRECTORY | O_NOFOLLOW)) -> ignored
 *   cdesc: one of O_RDONLY, O_WRONLY, O_RDWR and 3, and any O_ flags; unknown bits mean nothing
 *   desc: As for open. AT_ flags have no place here; their bits are taken for O_ flags.
 *   origin: fs/open.c: build_open_how(), build_open_flags()
 *
 * param: mode
 *   type: uint, input
 *   constraint-type: mask(S_IALLUGO)
 *   on-violation: masked
 *   require(making): mode == 0
 *     || (!(flags & O_PATH) && (flags & (O_CREAT | __O_TMPFILE))) -> ignored
 *   cdesc: permission bits with set-user-ID, set-group-ID and sticky bit; looked at only if O_CREAT
 *     or O_TMPFILE is given
 *   origin: fs/open.c: build_open_how()
 *
 * return:
 *   type: fd
 *   check-type: fd
 *   success: >= 0
 *   ensures: ret < rlimit(RLIMIT_NOFILE)
 *   ensures: fd_cloexec(ret) == ((flags & O_CLOEXEC) != 0)
 *   ensures: (fd_kind(ret) == path) == ((flags & O_PATH) != 0)
 *   ensures: (flags & O_PATH) || (fd_flags(ret) & O_ACCMODE) == (flags & O_ACCMODE)
 *   ensures: !(fd_kind(ret) in {reg, dir, fifo})
 *     || fd_readable(ret) == ((flags & O_ACCMODE) in {O_RDONLY, O_RDWR})
 *   ensures: !(fd_kind(ret) in {reg, dir, fifo})
 *     || fd_writable(ret) == ((flags & O_ACCMODE) in {O_WRONLY, O_RDWR})
 *   ensures: fd_kind(ret) != reg || fd_pos(ret) == 0
 *   desc: The lowest number that was free.
 *   origin: fs/open.c: do_sys_openat2()
 *
 * examples: int dir = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
 *   int fd = -1;
 *
 *   if (dir >= 0) {
 *       fd = openat(dir, "hostname", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
 *       close(dir);
 *   }
 *   if (fd >= 0) {
 *       puts("it is no symbolic link");
 *       close(fd);
 *   }
 *
 * notes: The pathname may lead out of the directory, by "..", a symbolic link or an absolute name.
 *   openat2 can forbid that.
 *
 *   O_NOFOLLOW concerns the last component only. Symbolic links before it are followed.
 *
 *   A 32-bit program on a 64-bit kernel enters by way of compat_sys_openat, which does not add
 *   O_LARGEFILE.
 */
SYSCALL_DEFINE4(openat, int, dfd, const char __user *, filename, int, flags, umode_t, mode);

/**
 * sys_close - close a file descriptor
 * @fd: descriptor to close
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Takes @fd out of the descriptor table; the number is free at once. Then the file may
 *   flush what it holds back for this process, and the process loses its POSIX record locks on it.
 *   If no other descriptor, mapping or call refers to the open file description, the description
 *   ends as well, before the call returns.
 *
 *   The number is gone whatever the result says, unless it was not open. A call that is repeated
 *   after an error may close what another thread has opened meanwhile.
 * contexts: process, sleepable
 * origin: fs/open.c: SYSCALL_DEFINE1(close)
 * error-set: closed if fd_kind(fd) in {pipe, fifo, socket, eventfd, timerfd, signalfd, inotify,
 *     memfd, blockdev, path}
 *     || (fd_kind(fd) in {reg, dir} && fs_type(fd) in {ext4, xfs, btrfs, tmpfs})
 *
 * param: fd
 *   type: fd, input
 *   on-violation: EBADF
 *   cdesc: an open descriptor of any kind; only the low 32 bits count
 *   desc: One opened with O_PATH can be closed like others.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close)
 *
 * return:
 *   type: int
 *   check-type: exact
 *   success: == 0
 *   ensures: !fd_open(fd)
 *   desc: 0.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close)
 *
 * error: EBADF, not an open descriptor
 *   condition: @fd names no open file of the calling process
 *   when(not-open): !fd_open(fd)
 *   must: yes
 *   desc: A number that another thread is just opening is not open yet, and stays reserved.
 *   origin: fs/file.c: file_close_fd()
 *
 * error: EIO, data could not be written
 *   condition: the file writes back at each close, and a device or server failed, now or since the
 *     error was last reported
 *   when(flush): fd_kind(fd) in {reg, chardev}
 *     && !(fd_kind(fd) == reg && fs_type(fd) in {ext4, xfs, btrfs, tmpfs})
 *   scope: fs | driver
 *   ensures: !fd_open(fd)
 *   desc: Network file systems, FUSE, overlays of these, tapes and a few other drivers. A file
 *     system on a disk does not write at close and reports nothing here; fsync does.
 *   origin: fs/nfs/file.c: nfs_file_flush(); fs/fuse/file.c: fuse_flush(); fs/overlayfs/file.c:
 *     ovl_flush(); drivers/scsi/st.c: st_flush()
 *
 * error: ENOSPC, no room for the data
 *   condition: the file writes back at each close, and the server or medium is full
 *   when(flush): fd_kind(fd) in {reg, chardev}
 *     && !(fd_kind(fd) == reg && fs_type(fd) in {ext4, xfs, btrfs, tmpfs})
 *   scope: fs | driver
 *   ensures: !fd_open(fd)
 *   origin: fs/nfs/file.c: nfs_file_flush(); fs/fuse/file.c: fuse_flush(); drivers/scsi/st.c:
 *     st_flush()
 *
 * error: EDQUOT, quota used up
 *   condition: the file writes back at each close, and the server counts the data against a quota
 *     that has no block left
 *   when(flush): fd_kind(fd) in {reg, chardev}
 *     && !(fd_kind(fd) == reg && fs_type(fd) in {ext4, xfs, btrfs, tmpfs})
 *   scope: fs
 *   ensures: !fd_open(fd)
 *   origin: fs/nfs/file.c: nfs_file_flush(); fs/fuse/file.c: fuse_flush()
 *
 * error: EINTR, flushing was interrupted
 *   condition: a signal came while the file flushed, and the file gave up
 *   when(flush): fd_kind(fd) in {reg, chardev}
 *     && !(fd_kind(fd) == reg && fs_type(fd) in {ext4, xfs, btrfs, tmpfs})
 *   scope: fs | driver
 *   ensures: !fd_open(fd)
 *   desc: Never restarted, also with SA_RESTART, for the number is already free. Do not call close
 *     again.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close); drivers/usb/class/cdc-wdm.c: wdm_flush()
 *
 * lock: files->file_lock
 *   type: spinlock
 *   held: always
 *   acquired: yes
 *   released: yes
 *   desc: While the number is taken out of the table; free again before anything is flushed.
 *   origin: fs/file.c: file_close_fd()
 *
 * lock: flc_lock
 *   type: spinlock
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: fd_open(fd)
 *   desc: If anybody has locks or leases on the file which this closing may end.
 *   origin: fs/locks.c: locks_remove_posix(), locks_remove_file()
 *
 * lock: pipe->mutex
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: fd_kind(fd) in {pipe, fifo}
 *   desc: If the description ends.
 *   origin: fs/pipe.c: pipe_release()
 *
 * signal: any caught signal
 *   label: interrupt
 *   direction: receive
 *   action: return
 *   condition: the file flushes and does not wait to the end
 *   when: fd_kind(fd) in {reg, chardev}
 *   errno: -EINTR
 *   timing: while_sleeping
 *   restartable: no
 *   interruptible: yes
 *   desc: What follows the flush, the end of the description included, is done all the same.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close)
 *
 * signal: SIGHUP
 *   label: hangup
 *   direction: send
 *   action: terminate
 *   target: the leader of the session that the terminal controls
 *   condition: @fd is the last descriptor of the master side of a pseudo-terminal
 *   when: fd_kind(fd) == chardev
 *   timing: during
 *   desc: SIGCONT follows it.
 *   origin: drivers/tty/pty.c: pty_close(); drivers/tty/tty_jobctrl.c: tty_signal_session_leader()
 *
 * signal: SIGIO
 *   label: last-end
 *   direction: send
 *   action: terminate
 *   target: processes that asked for it with O_ASYNC on the other end
 *   condition: the last description for one direction of a pipe or FIFO ends
 *   when: fd_kind(fd) in {pipe, fifo}
 *   timing: during
 *   origin: fs/pipe.c: pipe_release()
 *
 * side-effect: resource_destroy
 *   label: descriptor
 *   target: descriptor @fd
 *   condition: @fd is open
 *   when: fd_open(fd)
 *   reversible: no
 *   desc: The number is free for the next call that needs one, in other threads too, even before
 *     this call returns.
 *   origin: fs/file.c: file_close_fd()
 *
 * side-effect: free_memory | resource_destroy
 *   label: description
 *   target: the open file description
 *   condition: nothing else refers to it: no copy of the descriptor in any process or message, no
 *     mapping and no call at work on it
 *   when: fd_open(fd)
 *   reversible: no
 *   desc: Its flock and OFD locks and leases end, epoll forgets it, and the file's release
 *     operation runs; what that returns is thrown away. A file without name loses its content, a
 *     pipe or socket tells its peer.
 *   origin: fs/file_table.c: __fput()
 *
 * side-effect: modify_state
 *   label: posix-locks
 *   target: POSIX record locks of the process on the file
 *   condition: the process has some, by whichever descriptor it got them
 *   when: fd_open(fd) && fd_kind(fd) != path
 *   reversible: no
 *   desc: All of them go, even if other descriptors for the file are open.
 *   origin: fs/open.c: filp_flush(); fs/locks.c: locks_remove_posix()
 *
 * side-effect: filesystem
 *   label: flush
 *   target: data of the file that the server or device does not have yet
 *   condition: the file has a flush operation
 *   when: fd_kind(fd) in {reg, chardev}
 *   reversible: no
 *   desc: At each close, not only for the last descriptor.
 *   origin: fs/open.c: filp_flush()
 *
 * side-effect: modify_state
 *   label: notify
 *   target: queues of inotify and fanotify, and what F_NOTIFY asked for by way of @fd
 *   condition: somebody watches the file, or @fd is a directory with dnotify
 *   when: fd_open(fd) && fd_kind(fd) != path
 *   reversible: no
 *   desc: The event that tells of closing comes when the description ends. What F_NOTIFY asked for
 *     by way of the description of a directory ends with any descriptor for it in the process.
 *   origin: include/linux/fsnotify.h: fsnotify_close(); fs/notify/dnotify/dnotify.c:
 *     dnotify_flush()
 *
 * side-effect: network
 *   label: socket
 *   target: the connection
 *   condition: the description of a socket ends
 *   when: fd_kind(fd) == socket
 *   reversible: no
 *   desc: Unread data makes TCP send a reset. Errors of what is still to be sent cannot be learned
 *     any more.
 *   origin: net/socket.c: sock_close(); net/ipv4/tcp.c: __tcp_close()
 *
 * side-effect: schedule
 *   label: wait
 *   target: the calling thread
 *   condition: the file flushes, its storage is freed, or it is a socket with SO_LINGER that has
 *     data to send
 *   when: fd_open(fd)
 *   origin: fs/open.c: SYSCALL_DEFINE1(close); net/core/stream.c: sk_stream_wait_close()
 *
 * state-trans: descriptor fd
 *   from: open
 *   to: free
 *   condition: it was open, whatever the result
 *   when: fd_open(fd)
 *   origin: fs/file.c: file_close_fd()
 *
 * capability: none
 *   desc: Nobody is asked for permission.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close)
 *
 * constraint: no second attempt
 *   label: once
 *   desc: After any result but EBADF the number belongs to whoever gets it next.
 *   origin: fs/open.c: SYSCALL_DEFINE1(close)
 *
 * examples: int fd = open("report.txt", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
 *
 *   if (fd >= 0) {
 *       if (dprintf(fd, "%d\n", 42) < 0)
 *           perror("dprintf");
 *       if (fsync(fd) < 0)
 *           perror("fsync");
 *       if (close(fd) < 0 && errno != EINTR)
 *           perror("close");
 *   }
 *
 * notes: The set of errors is closed for what has no flush operation in Linux 6.12: pipes, sockets,
 *   memfds, descriptors of O_PATH and those objects that are descriptors only, and the files and
 *   directories of ext4, xfs, btrfs and tmpfs. SYSCALL_DEFINE1(close) gives EBADF if
 *   file_close_fd() finds no file, else the result of filp_flush(), which is 0 without such an
 *   operation. __fput_sync() has no result.
 *
 *   A flush operation may give any errno; the ones listed are what the known ones are about.
 *
 *   Success does not mean that the data is on a disk. fsync before close tells.
 *
 *   A thread that waits in read or another call on the file keeps the description alive and waits
 *   on; close does not wake it.
 */
SYSCALL_DEFINE1(close, unsigned int, fd);
