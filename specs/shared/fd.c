// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that calls on file descriptors share: finding the file, the file position, and what every
 * way of reading or writing through fs/read_write.c has in common. None of these is a call.
 */

/**
 * fd_lookup - find the open file behind a descriptor
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that accept any descriptor that is open, those opened with O_PATH included.
 *   The upper half of the register is dropped first: only the low 32 bits name a descriptor.
 * error-set: closed
 *
 * error: EBADF, not an open descriptor
 *   condition: @fd names no open file of the calling process
 *   when(not-open): !fd_open(fd)
 *   must: yes
 *   desc: Whatever the call does with the file comes later, so a bad buffer or length beside a bad
 *     descriptor is never noticed.
 *   origin: fs/file.c: __fget_light(); include/linux/fdtable.h: files_lookup_fd_locked()
 */
void fd_lookup(unsigned int fd);

/**
 * fd_lookup_nopath - refuse descriptors that only mark a place
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that need a file which was really opened. Include it beside fd_lookup.
 * error-set: closed
 *
 * error: EBADF, opened with O_PATH
 *   condition: @fd was opened with O_PATH, so no file operation is reachable through it
 *   when(path-only): fd_kind(fd) == path
 *   must: yes
 *   origin: fs/file.c: fdget(), which passes FMODE_PATH to __fget_light()
 */
void fd_lookup_nopath(unsigned int fd);

/**
 * fd_reserve - take the number for a new descriptor
 * @flags: O_CLOEXEC or not
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that give back one new descriptor. The number is taken before its file
 *   exists, and given back if there will be none.
 * error-set: closed
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
 *   label: table
 *   condition: the table has to grow, and the allocation fails
 *   origin: fs/file.c: alloc_fdtable()
 *
 * lock: files->file_lock
 *   type: spinlock
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   desc: Each time the number is taken or given back. Dropped and taken again while a larger table
 *     is allocated.
 *   origin: fs/file.c: alloc_fd(), expand_fdtable(), put_unused_fd()
 *
 * side-effect: resource_create
 *   label: descriptor
 *   target: descriptor table of the process
 *   condition: the call succeeds
 *   reversible: yes
 *   desc: The lowest free number is used. In case of failure it is free again.
 *   origin: fs/file.c: alloc_fd(), fd_install()
 *
 * side-effect: alloc_memory
 *   label: grow
 *   target: descriptor table of the process
 *   condition: the lowest free number lies beyond the present table
 *   reversible: no
 *   desc: A table stays large, even if the call fails later.
 *   origin: fs/file.c: expand_files()
 *
 * state-trans: descriptor number
 *   from: free
 *   to: reserved while the call is at work, then open
 *   condition: the call succeeds
 *   desc: While it is reserved, other threads get EBADF for it, and EBUSY from dup2.
 *   origin: fs/file.c: alloc_fd(), fd_install()
 *
 * constraint: lowest number
 *   label: lowest
 *   desc: The new descriptor has the lowest number that was free when it was reserved.
 *   origin: fs/file.c: alloc_fd()
 */
void fd_reserve(unsigned int flags);

/**
 * file_pos_lock - hold the file position still
 * @fd: descriptor
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that use and move the position of the open file description.
 * error-set: closed
 *
 * lock: f_pos_lock
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: fd_kind(fd) in {reg, memfd, dir}
 *   desc: Only for regular files and directories, and of regular files only for those whose
 *     description somebody else refers to as well. Pipes, sockets and most devices have none, so
 *     two threads may be inside one such file at once.
 *   origin: fs/file.c: fdget_pos(), file_needs_f_pos_lock()
 */
void file_pos_lock(unsigned int fd);

/**
 * rw_area - may this file move that many bytes at that address
 * @fd: descriptor
 * @buf: user memory
 * @count: bytes asked for
 *
 * api-version: 2
 * api-type: shared
 * long-desc: The checks that come before the file's own code runs. They look at the numbers only:
 *   whether memory is mapped at @buf shows when bytes are copied.
 * error-set: open(lsm)
 *
 * error: EFAULT, range leaves user space
 *   condition: the range of @count bytes at @buf wraps around or ends above the limit of user
 *     addresses
 *   when(outside-user-space): !user_range(buf, count)
 *   must: yes
 *   desc: Holds for @count 0 too if @buf itself is above the limit. An architecture whose user and
 *     kernel addresses do not share a space has nothing to check here.
 *   origin: fs/read_write.c: vfs_read(), vfs_write(); include/asm-generic/access_ok.h: access_ok()
 *
 * error: EINVAL, count is negative as ssize_t
 *   condition: @count is above SSIZE_MAX
 *   when(count-too-large): count > SSIZE_MAX
 *   must: yes
 *   desc: Where half of the address space belongs to the kernel, as on x86-64, such a count already
 *     was EFAULT; it can be seen where user space is larger than SSIZE_MAX.
 *   origin: fs/read_write.c: rw_verify_area()
 *
 * error: EACCES, refused by a security module
 *   label: lsm
 *   condition: the security module forbids this access, for instance after a policy reload
 *   scope: lsm
 *   origin: fs/read_write.c: rw_verify_area(); security/security.c: security_file_permission()
 *
 * constraint: transfer limit
 *   label: max-rw-count
 *   expr: count <= MAX_RW_COUNT
 *   desc: One call moves at most MAX_RW_COUNT bytes, which is INT_MAX rounded down to a page. A
 *     larger @count is cut down to it without complaint.
 *   origin: fs/read_write.c: vfs_read(), vfs_write()
 */
void rw_area(unsigned int fd, const void __user *buf, size_t count);

/**
 * rw_position - checks on the file position of the description
 * @fd: descriptor
 * @count: bytes asked for
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that start at the position stored in the open file description.
 *   Stream-like files (pipes, sockets) have no position and skip the checks.
 * error-set: closed
 *
 * error: EINVAL, position plus count overflows
 *   condition: the sum of the file position and @count is above the largest loff_t, or the position
 *     is negative, and the file does not use unsigned offsets
 *   when(position-overflow): count <= SSIZE_MAX && !fd_unsigned_offset(fd)
 *     && (fd_pos(fd) < 0 || count > LLONG_MAX - fd_pos(fd))
 *   must: yes
 *   desc: Judged before the end of the file is looked at: a read of one byte at LLONG_MAX fails
 *     although it could only find the end, a read of no byte there gives 0.
 *   origin: fs/read_write.c: rw_verify_area()
 *
 * error: EOVERFLOW, transfer would pass the top of the offsets
 *   condition: the file uses unsigned offsets, the position is in their upper half, and @count
 *     bytes from there do not fit
 *   when(offset-top): fd_unsigned_offset(fd) && fd_pos(fd) < 0 && count >= -fd_pos(fd)
 *   must: yes
 *   desc: Only files such as /dev/mem and /proc/PID/mem have such offsets.
 *   origin: fs/read_write.c: rw_verify_area()
 */
void rw_position(unsigned int fd, size_t count);

/**
 * file_read - what reading from any file can meet
 * @fd: descriptor
 * @buf: receives the bytes
 * @count: bytes asked for
 *
 * api-version: 2
 * api-type: shared
 * long-desc: The file's own read operation with the checks in front of it. If some bytes were moved
 *   before a trouble came, their number is returned and the trouble is not reported.
 * error-set: open(fs, driver, lsm)
 *
 * error: EBADF, not open for reading
 *   condition: @fd was opened with O_WRONLY or with access mode 3
 *   when(not-readable): fd_open(fd) && fd_kind(fd) != path && !fd_readable(fd)
 *   must: yes
 *   origin: fs/read_write.c: vfs_read()
 *
 * error: EINVAL, file cannot be read
 *   condition: the type of file has no read operation, as an epoll descriptor
 *   when(no-read): !fd_can_read(fd)
 *   must: yes
 *   origin: fs/read_write.c: vfs_read(), FMODE_CAN_READ
 *
 * error: EINVAL, room too small for one item
 *   condition: @count is below the size of the one item that the file hands out: 8 bytes for
 *     eventfd and timerfd, 128 (struct signalfd_siginfo) for signalfd
 *   when(eventfd-size): fd_kind(fd) == eventfd && count < 8
 *   when(timerfd-size): fd_kind(fd) == timerfd && count < 8
 *   when(signalfd-size): fd_kind(fd) == signalfd && count < 128
 *   must: yes
 *   origin: fs/eventfd.c: eventfd_read(); fs/timerfd.c: timerfd_read_iter(); fs/signalfd.c:
 *     signalfd_read_iter()
 *
 * error: EINVAL, room too small for the next event
 *   condition: the next inotify event does not fit into @count bytes
 *   when(inotify-size): fd_kind(fd) == inotify
 *   origin: fs/notify/inotify/inotify_user.c: get_one_event()
 *
 * error: EINVAL, misaligned direct transfer
 *   condition: the file is open with O_DIRECT, and @buf, @count or the position do not have the
 *     alignment that the file system asks for
 *   when(direct-alignment): fd_flags(fd) & O_DIRECT
 *   scope: fs
 *   origin: block/fops.c: blkdev_dio_invalid(); fs/iomap/direct-io.c: iomap_dio_bio_iter()
 *
 * error: EISDIR, is a directory
 *   condition: @fd is a directory
 *   when(directory): fd_kind(fd) == dir
 *   scope: fs
 *   desc: Not always so: each file system gives its directories a read operation or not. Without
 *     one the answer is EINVAL, and one that returns text exists as well.
 *   origin: fs/libfs.c: generic_read_dir()
 *
 * error: EFAULT, memory not writable
 *   condition: not one byte could be stored, for @buf is unmapped or read-only
 *   when(unmapped): !writable(buf, count)
 *   desc: Needs bytes to store: at the end of a file, or with /dev/null, any address of user space
 *     gives 0. A pipe keeps the bytes that could not be delivered.
 *   origin: mm/filemap.c: filemap_read(); fs/pipe.c: pipe_read()
 *
 * error: EFAULT, no such address in the device
 *   condition: @fd is raw memory, and the position is no address of it; nor is address 0 for no
 *     bytes
 *   when(device): fd_kind(fd) == chardev
 *   scope: driver
 *   origin: drivers/char/mem.c: read_mem()
 *
 * error: EAGAIN, nothing to read yet
 *   condition: the call would have to wait and O_NONBLOCK is set
 *   when(nonblocking): fd_flags(fd) & O_NONBLOCK
 *   origin: fs/pipe.c: pipe_read(); fs/eventfd.c: eventfd_read()
 *
 * error: EAGAIN, receive time is up
 *   condition: @fd is a socket with a receive time-out, and nothing came in that time
 *   when(receive-timeout): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/core/sock.c: sock_set_timeout(); include/net/sock.h: sock_rcvtimeo()
 *
 * error: EINTR, interrupted before any byte was read
 *   condition: a signal was caught while the call waited, and its handler was installed without
 *     SA_RESTART or the file does not let reads be restarted
 *   origin: fs/pipe.c: pipe_read() returns ERESTARTSYS
 *
 * error: EIO, input or output error
 *   label: io
 *   condition: the device failed, or the page in the page cache was lost to a memory error
 *   scope: fs | driver
 *   origin: mm/filemap.c: filemap_read_folio(); mm/shmem.c: shmem_file_read_iter()
 *
 * error: EIO, background process reads its terminal
 *   label: tty-background
 *   condition: the caller is in a background process group of its controlling terminal and ignores
 *     or blocks SIGTTIN, or its process group is orphaned
 *   when: fd_kind(fd) == chardev
 *   scope: driver
 *   origin: drivers/tty/tty_jobctrl.c: __tty_check_change()
 *
 * error: ECANCELED, clock was set
 *   condition: @fd is a timerfd armed with TFD_TIMER_CANCEL_ON_SET, and the real-time clock made a
 *     discontinuous change
 *   when(clock-set): fd_kind(fd) == timerfd
 *   origin: fs/timerfd.c: timerfd_read_iter()
 *
 * error: ENOBUFS, notification does not fit
 *   condition: @fd is a notification pipe, and its next message is larger than @count
 *   when(notification-size): fd_kind(fd) == pipe && config(WATCH_QUEUE)
 *   origin: fs/pipe.c: pipe_read()
 *
 * error: ENOTCONN, socket has no peer
 *   condition: @fd is a stream socket that was never connected
 *   when(not-connected): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/tcp.c: tcp_recvmsg_locked()
 *
 * error: ECONNRESET, peer broke the connection
 *   condition: the other end of the socket closed with data unread or sent a reset
 *   when(reset): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/unix/af_unix.c: unix_release_sock(); net/ipv4/tcp_input.c: tcp_reset()
 *
 * error: ECONNREFUSED, earlier datagram was refused
 *   condition: the peer of a connected datagram socket reported that nobody listens
 *   when(refused): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/udp.c: __udp4_lib_err()
 *
 * error: ETIMEDOUT, connection timed out
 *   condition: the peer of the socket did not answer in time
 *   when(peer-timeout): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/tcp_timer.c: tcp_write_err()
 *
 * error: ENOMEM, no kernel memory
 *   condition: a page or buffer could not be allocated
 *   scope: fs | driver
 *   origin: mm/filemap.c: filemap_create_folio()
 *
 * error: EPERM, refused by a listener
 *   condition: an fanotify group with FAN_ACCESS_PERM marks denied the read
 *   when(fanotify): config(FANOTIFY_ACCESS_PERMISSIONS)
 *   origin: include/linux/fsnotify.h: fsnotify_file_area_perm(); fs/notify/fanotify/fanotify.c:
 *     fanotify_get_response()
 *
 * signal: any caught signal
 *   label: interrupt
 *   direction: receive
 *   action: return
 *   condition: the call waits for bytes and has none yet
 *   errno: -EINTR
 *   timing: while_sleeping
 *   restartable: yes
 *   interruptible: yes
 *   desc: With SA_RESTART the wait begins anew unless the file says otherwise; inotify, sockets
 *     with a time-out and some others give EINTR in any case. Waiting for a page of a regular file
 *     ends only for a signal that kills.
 *   origin: fs/pipe.c: pipe_read()
 *
 * signal: SIGTTIN
 *   direction: send
 *   action: stop
 *   target: the process group of the caller
 *   condition: the caller is in a background process group of the terminal that it reads
 *   when: fd_kind(fd) == chardev
 *   errno: -EINTR
 *   timing: before
 *   restartable: yes
 *   origin: drivers/tty/tty_jobctrl.c: __tty_check_change()
 *
 * side-effect: filesystem
 *   label: atime
 *   target: access time of the inode
 *   condition: bytes were asked for from a file whose mount and flags do not exempt it (noatime,
 *     relatime, O_NOATIME)
 *   reversible: no
 *   origin: include/linux/fs.h: file_accessed()
 *
 * side-effect: resource_destroy
 *   label: consume
 *   target: bytes or messages queued in the file
 *   condition: pipes, sockets, terminals, eventfd, timerfd, signalfd and inotify hand out each item
 *     once
 *   when: fd_kind(fd) in {pipe, fifo, socket, eventfd, timerfd, signalfd, inotify}
 *   reversible: no
 *   origin: fs/pipe.c: pipe_read()
 *
 * side-effect: schedule
 *   label: wait
 *   target: the calling thread
 *   condition: nothing can be read yet and O_NONBLOCK is not set, or a page must come from a device
 *   origin: fs/pipe.c: pipe_read(); mm/filemap.c: filemap_get_pages()
 */
void file_read(unsigned int fd, char __user *buf, size_t count);

/**
 * file_write - what writing to any file can meet
 * @fd: descriptor
 * @buf: the bytes
 * @count: how many
 *
 * api-version: 2
 * api-type: shared
 * long-desc: The file's own write operation with the checks in front of it. If some bytes were
 *   taken before a trouble came, their number is returned and the trouble is not reported.
 * error-set: open(fs, driver, lsm)
 *
 * error: EBADF, not open for writing
 *   condition: @fd was opened with O_RDONLY or with access mode 3
 *   when(not-writable): fd_open(fd) && fd_kind(fd) != path && !fd_writable(fd)
 *   must: yes
 *   desc: A directory cannot be open for writing, so this is what writing to one gives.
 *   origin: fs/read_write.c: vfs_write()
 *
 * error: EINVAL, file cannot be written
 *   condition: the type of file has no write operation, as epoll, timerfd and signalfd
 *   when(no-write): !fd_can_write(fd)
 *   must: yes
 *   origin: fs/read_write.c: vfs_write(), FMODE_CAN_WRITE
 *
 * error: EINVAL, an eventfd takes 8 bytes
 *   condition: @fd is an eventfd and @count is not 8
 *   when(eventfd-size): fd_kind(fd) == eventfd && count != 8
 *   must: yes
 *   origin: fs/eventfd.c: eventfd_write()
 *
 * error: EINVAL, value reserved
 *   condition: the number written to an eventfd has all bits set
 *   when(eventfd-value): fd_kind(fd) == eventfd
 *   origin: fs/eventfd.c: eventfd_write()
 *
 * error: EINVAL, no answer for fanotify
 *   condition: @buf holds no struct fanotify_response, or one that makes no sense
 *   when(fanotify-response): fd_kind(fd) == fanotify
 *   origin: fs/notify/fanotify/fanotify_user.c: fanotify_write(), process_access_response()
 *
 * error: ENOENT, nobody waits for the answer
 *   condition: the struct fanotify_response in @buf names no event that waits for permission
 *   when(fanotify-event): fd_kind(fd) == fanotify
 *   origin: fs/notify/fanotify/fanotify_user.c: process_access_response()
 *
 * error: EINVAL, misaligned direct transfer
 *   condition: the file is open with O_DIRECT, and @buf, @count or the position do not have the
 *     alignment that the file system asks for
 *   when(direct-alignment): fd_flags(fd) & O_DIRECT
 *   scope: fs
 *   origin: block/fops.c: blkdev_dio_invalid(); fs/iomap/direct-io.c: iomap_dio_bio_iter()
 *
 * error: EFAULT, memory not readable
 *   condition: a byte that the file wanted could not be fetched from @buf
 *   when(unmapped): !readable(buf, count)
 *   desc: Files that do not look at the bytes, as /dev/null, accept any address of user space. How
 *     much counts before a hole differs: tmpfs takes the bytes in front of it and returns their
 *     number, a pipe takes none of that page.
 *   origin: mm/filemap.c: generic_perform_write(); fs/pipe.c: pipe_write()
 *
 * error: EFAULT, no such address in the device
 *   condition: @fd is raw memory, and the position is no address of it
 *   when(device): fd_kind(fd) == chardev
 *   scope: driver
 *   origin: drivers/char/mem.c: write_mem()
 *
 * error: EAGAIN, no room yet
 *   condition: the call would have to wait and O_NONBLOCK is set
 *   when(nonblocking): fd_flags(fd) & O_NONBLOCK
 *   desc: For pipes: if @count is at most PIPE_BUF nothing was written, a larger one may be written
 *     in part, and then the number of bytes is the result.
 *   origin: fs/pipe.c: pipe_write(); fs/eventfd.c: eventfd_write()
 *
 * error: EAGAIN, send time is up
 *   condition: @fd is a socket with a send time-out, and no room came in that time
 *   when(send-timeout): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/core/sock.c: sock_set_timeout(); include/net/sock.h: sock_sndtimeo()
 *
 * error: EINTR, interrupted before any byte was written
 *   condition: a signal was caught while the call waited, and its handler was installed without
 *     SA_RESTART or the file does not let writes be restarted
 *   desc: Writing to a regular file ends early only for a signal that kills the process.
 *   origin: fs/pipe.c: pipe_write(); mm/filemap.c: generic_perform_write()
 *
 * error: EPIPE, nobody can read
 *   condition: no description that can read the pipe or FIFO is left, and @count is not 0
 *   when(no-reader): fd_kind(fd) in {pipe, fifo} && pipe_readers(fd) == 0 && count > 0
 *   must: yes
 *   desc: Comes with SIGPIPE, and before the memory at @buf is looked at.
 *   origin: fs/pipe.c: pipe_write()
 *
 * error: EPIPE, socket is shut down
 *   condition: the stream socket was shut down for writing or its peer is gone
 *   when(socket-shut): fd_kind(fd) == socket
 *   scope: driver
 *   desc: Comes with SIGPIPE, for a plain write cannot say MSG_NOSIGNAL.
 *   origin: net/core/stream.c: sk_stream_error(); net/unix/af_unix.c: unix_stream_sendmsg()
 *
 * error: EXDEV, a notification pipe takes no bytes
 *   condition: @fd is the write end of a pipe made with O_NOTIFICATION_PIPE
 *   when(notification-pipe): fd_kind(fd) == pipe && config(WATCH_QUEUE)
 *   desc: Judged before @count, so even a write of no byte is refused.
 *   origin: fs/pipe.c: pipe_write()
 *
 * error: EFBIG, above the largest offset
 *   condition: the write starts at or above the file system's largest offset, or above 2 GiB - 1 in
 *     a file opened without O_LARGEFILE
 *   when(size-limit): fd_kind(fd) in {reg, memfd}
 *   scope: fs
 *   origin: fs/read_write.c: generic_write_check_limits()
 *
 * error: EPERM, sealed
 *   condition: @fd is a memfd sealed against writing, or against growing and the write would reach
 *     beyond its end
 *   when(sealed): fd_kind(fd) == memfd
 *     && (fd_seals(fd) & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE | F_SEAL_GROW))
 *   origin: mm/shmem.c: shmem_write_begin()
 *
 * error: EPERM, immutable
 *   condition: the file became immutable after it was opened
 *   when(immutable): fd_kind(fd) == reg
 *   scope: fs
 *   desc: Asked by some file systems at each write, by others only when the file is opened.
 *   origin: fs/ext4/file.c: ext4_generic_write_checks()
 *
 * error: ETXTBSY, file is swap space
 *   condition: the file is in use as swap space
 *   when(swapfile): fd_kind(fd) in {reg, blockdev}
 *   scope: fs
 *   origin: fs/read_write.c: generic_write_checks_count(); block/fops.c: blkdev_write_iter()
 *
 * error: ENOSPC, no room on the device
 *   condition: no block, page or inode was left for the first byte
 *   scope: fs | driver
 *   desc: /dev/full always answers so. If there was room for a part, that part is written and
 *     counted. Delayed allocation may report the lack only at fsync or close.
 *   origin: drivers/char/mem.c: write_full(); mm/shmem.c: shmem_inode_acct_blocks()
 *
 * error: EDQUOT, quota used up
 *   condition: the quota of the file's owner, group, project or subvolume has no block left
 *   when(quota): fd_kind(fd) in {reg, memfd}
 *   scope: fs
 *   origin: fs/quota/dquot.c: __dquot_alloc_space()
 *
 * error: EIO, input or output error
 *   label: io
 *   condition: the device failed, or the file system was shut down after an error
 *   scope: fs | driver
 *   origin: fs/ext4/file.c: ext4_file_write_iter(); mm/shmem.c: shmem_write_begin()
 *
 * error: EIO, background process writes its terminal
 *   label: tty-background
 *   condition: the terminal has TOSTOP set, and the caller belongs to an orphaned background
 *     process group without ignoring or blocking SIGTTOU
 *   when: fd_kind(fd) == chardev
 *   scope: driver
 *   origin: drivers/tty/tty_jobctrl.c: __tty_check_change()
 *
 * error: EROFS, file system became read-only
 *   condition: the file system turned itself read-only after an error
 *   when(error-read-only): fd_kind(fd) == reg
 *   scope: fs
 *   desc: Some say EIO instead, as ext4 of 6.12 does.
 *   origin: fs/btrfs/file.c: btrfs_do_write_iter()
 *
 * error: ENOMEM, no kernel memory
 *   condition: a page or buffer could not be allocated
 *   scope: fs | driver
 *   origin: fs/pipe.c: pipe_write()
 *
 * error: EDESTADDRREQ, datagram without address
 *   condition: @fd is a datagram socket that is not connected
 *   when(no-address): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/udp.c: udp_sendmsg()
 *
 * error: ENOTCONN, socket has no peer
 *   condition: the socket needs a peer and has none
 *   when(not-connected): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/unix/af_unix.c: unix_dgram_sendmsg()
 *
 * error: ECONNREFUSED, nobody listens
 *   condition: the peer of a connected datagram socket is gone or refused an earlier datagram
 *   when(refused): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/udp.c: __udp4_lib_err(); net/unix/af_unix.c: unix_dgram_sendmsg()
 *
 * error: ECONNRESET, peer broke the connection
 *   condition: the peer of the socket sent a reset
 *   when(reset): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/tcp_input.c: tcp_reset()
 *
 * error: EMSGSIZE, message too long
 *   condition: @count is more than the socket can send as one message
 *   when(message-size): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/udp.c: udp_sendmsg(); net/unix/af_unix.c: unix_dgram_sendmsg()
 *
 * error: ENOBUFS, no room in the network queues
 *   condition: the socket layer could not get a buffer or queue the packet
 *   when(socket-buffer): fd_kind(fd) == socket
 *   scope: driver
 *   origin: net/ipv4/ip_output.c: ip_send_skb()
 *
 * lock: i_rwsem
 *   type: rwlock
 *   mode: write
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: fd_kind(fd) in {reg, memfd}
 *   desc: Most file systems hold it for the whole write, so writes to one file come one after the
 *     other. Direct writes may hold it shared, and pseudo files often do without.
 *   origin: mm/filemap.c: generic_file_write_iter()
 *
 * lock: s_writers
 *   type: rwlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: fd_kind(fd) in {reg, memfd}
 *   desc: Protection against freezing: a write to a regular file waits while its file system is
 *     frozen, and no signal ends that wait.
 *   origin: include/linux/fs.h: file_start_write()
 *
 * signal: any caught signal
 *   label: interrupt
 *   direction: receive
 *   action: return
 *   condition: the call waits for room and has taken no byte yet
 *   errno: -EINTR
 *   timing: while_sleeping
 *   restartable: yes
 *   interruptible: yes
 *   desc: If bytes were taken already, their number is returned. With SA_RESTART the wait begins
 *     anew.
 *   origin: fs/pipe.c: pipe_write()
 *
 * signal: SIGPIPE
 *   direction: send
 *   action: terminate
 *   target: the calling thread
 *   condition: EPIPE is returned, or the last reader went away after a part of the bytes was
 *     written
 *   when: fd_kind(fd) in {pipe, fifo, socket}
 *   timing: before
 *   desc: Exactly one, and none for a write of no byte to a pipe.
 *   origin: fs/pipe.c: pipe_write(); net/core/stream.c: sk_stream_error()
 *
 * signal: SIGXFSZ
 *   direction: send
 *   action: coredump
 *   target: the calling thread
 *   condition: the write starts at or above RLIMIT_FSIZE
 *   when: fd_kind(fd) in {reg, memfd} && rlimit(RLIMIT_FSIZE) != RLIM_INFINITY
 *   timing: before
 *   desc: A write that starts below the limit is cut down to it and causes no signal.
 *   origin: fs/read_write.c: generic_write_check_limits()
 *
 * signal: SIGTTOU
 *   direction: send
 *   action: stop
 *   target: the process group of the caller
 *   condition: the terminal has TOSTOP set, and the caller is in a background process group
 *   when: fd_kind(fd) == chardev
 *   errno: -EINTR
 *   timing: before
 *   restartable: yes
 *   origin: drivers/tty/tty_jobctrl.c: __tty_check_change()
 *
 * side-effect: filesystem
 *   label: content
 *   target: content, size, modification and change time of the file
 *   condition: at least one byte was written to a file that keeps its content
 *   when: fd_kind(fd) in {reg, memfd}
 *   reversible: no
 *   origin: mm/filemap.c: generic_perform_write()
 *
 * side-effect: filesystem
 *   label: drop-privileges
 *   target: set-user-ID and set-group-ID bits and file capabilities
 *   condition: a regular file that has them is written; with CAP_FSETID the mode bits stay
 *   when: fd_kind(fd) in {reg, memfd} && count > 0
 *   reversible: yes
 *   desc: Removed before the first byte is written, and not put back if the write then fails.
 *   origin: fs/inode.c: file_remove_privs_flags()
 *
 * side-effect: schedule
 *   label: wait
 *   target: the calling thread
 *   condition: there is no room and O_NONBLOCK is not set, dirty pages are above their limit, or
 *     the file system is frozen
 *   origin: fs/pipe.c: pipe_write(); mm/page-writeback.c: balance_dirty_pages_ratelimited()
 *
 * capability: CAP_FSETID
 *   type: bypass_check
 *   allows: writing without losing the set-user-ID and set-group-ID bits of the file
 *   without: the bits are removed, the write itself goes on
 *   condition: a regular file with such bits is written
 *   when: fd_kind(fd) in {reg, memfd} && count > 0
 *   origin: fs/attr.c: setattr_should_drop_suidgid()
 *
 * capability: CAP_SYS_RESOURCE
 *   type: increase_limit
 *   allows: use of the blocks that ext4 keeps in reserve
 *   without: ENOSPC once only reserved blocks are left
 *   condition: the file system has no other free block
 *   when: fs_type(fd) == ext4
 *   origin: fs/ext4/balloc.c: ext4_has_free_clusters()
 */
void file_write(unsigned int fd, const char __user *buf, size_t count);
