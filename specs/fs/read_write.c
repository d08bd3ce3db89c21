// SPDX-License-Identifier: GPL-2.0
/* Specifications of calls defined in fs/read_write.c. */
#include <linux/fs.h>

/**
 * sys_read - read from a file descriptor
 * @fd: descriptor to read from
 * @buf: receives the bytes
 * @count: at most so many bytes
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Reads up to @count bytes into @buf. A file with a position is read from there, and the
 *   position moves on by the number of bytes read.
 *
 *   Fewer bytes than asked for are no error: the end of the file is near, a pipe or terminal holds
 *   no more just now, or a signal or a fault came after some bytes. The result 0 means the end of
 *   the file, a pipe whose write ends are all closed, or @count 0.
 *
 *   With @count 0 the descriptor, and on most files nothing else, is checked. What follows then is
 *   up to the file: regular files and pipes give 0, an eventfd gives EINVAL.
 * contexts: process, sleepable
 * origin: fs/read_write.c: ksys_read()
 * error-set: open(fs, driver, lsm)
 * include: fd_lookup(fd)
 * include: fd_lookup_nopath(fd)
 * include: file_pos_lock(fd)
 * include: rw_area(fd, buf, count)
 * include: rw_position(fd, count)
 * include: file_read(fd, buf, count)
 *
 * param: fd
 *   type: fd, input
 *   cdesc: an open descriptor with read access; only the low 32 bits count
 *   origin: fs/read_write.c: ksys_read()
 *
 * param: buf
 *   type: user_ptr, output, optional
 *   constraint-type: buffer(count)
 *   null-ok: count == 0
 *   cdesc: room for @count bytes
 *   desc: Memory is touched only as far as there are bytes to store. A bad address that no byte
 *     reaches is not noticed.
 *   origin: fs/read_write.c: vfs_read()
 *
 * param: count
 *   type: uint, input
 *   constraint-type: range(0, MAX_RW_COUNT)
 *   on-violation: masked
 *   cdesc: cut down to MAX_RW_COUNT; above SSIZE_MAX refused
 *   origin: fs/read_write.c: vfs_read()
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..count
 *   ensures: ret <= MAX_RW_COUNT
 *   ensures: !(fs_type(fd) in {ext4, xfs, btrfs, tmpfs}) || !(fd_kind(fd) in {reg, memfd})
 *     || fd_pos(fd) == old(fd_pos(fd)) + ret
 *   ensures: !(fd_kind(fd) in {eventfd, timerfd}) || ret == 8
 *   desc: Number of bytes stored at @buf. It can be 0 although @count is not.
 *   origin: fs/read_write.c: vfs_read(), new_sync_read()
 *
 * side-effect: file_position
 *   label: position
 *   target: position of the open file description
 *   condition: the call succeeds and the file has a position
 *   when: fd_kind(fd) in {reg, memfd, blockdev}
 *   reversible: yes
 *   desc: Shared by all descriptors that refer to this description. A failing call leaves it alone.
 *   origin: fs/read_write.c: ksys_read()
 *
 * state-trans: file position
 *   from: p
 *   to: p + ret
 *   condition: the call returns @count or less on a seekable file
 *   when: fd_kind(fd) in {reg, memfd, blockdev}
 *   origin: fs/read_write.c: ksys_read()
 *
 * capability: none
 *   desc: Permission was settled when the file was opened; no capability is asked for here.
 *   origin: fs/read_write.c: vfs_read()
 *
 * examples: int fd = open("/etc/hostname", O_RDONLY | O_CLOEXEC);
 *   char text[256];
 *   size_t have = 0;
 *
 *   while (fd >= 0 && have < sizeof(text)) {
 *       ssize_t got = read(fd, text + have, sizeof(text) - have);
 *
 *       if (got < 0 && errno == EINTR)
 *           continue;
 *       if (got <= 0)
 *           break;
 *       have += (size_t)got;
 *   }
 *   if (fd >= 0)
 *       close(fd);
 *
 * notes: The descriptor is judged first: a bad one gives EBADF whatever the buffer is. Then come
 *   the kind of file (EINVAL), the address range (EFAULT), and the sum of position and count
 *   (EINVAL).
 *
 *   Asked for more than 2 GiB the call does not fail, it stops at MAX_RW_COUNT. Loops must go by
 *   the result.
 *
 *   There is no promise that a read of several pages sees a concurrent write as a whole.
 */
SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count);

/**
 * sys_write - write to a file descriptor
 * @fd: descriptor to write to
 * @buf: the bytes
 * @count: how many bytes
 *
 * api-version: 2
 * api-type: syscall
 * long-desc: Writes up to @count bytes from @buf. A file with a position is written there, or at
 *   its end if O_APPEND is set, and the position moves behind the last byte written.
 *
 *   Fewer bytes than asked for are no error: the device or the file size limit left no more room, a
 *   non-blocking pipe or socket took a part, or a signal or a fault came after some bytes. The call
 *   that continues then meets the reason.
 *
 *   A pipe takes up to PIPE_BUF bytes as one piece that no other writer's bytes cut.
 * contexts: process, sleepable
 * origin: fs/read_write.c: ksys_write()
 * error-set: open(fs, driver, lsm)
 * include: fd_lookup(fd)
 * include: fd_lookup_nopath(fd)
 * include: file_pos_lock(fd)
 * include: rw_area(fd, buf, count)
 * include: rw_position(fd, count)
 * include: file_write(fd, buf, count)
 *
 * param: fd
 *   type: fd, input
 *   cdesc: an open descriptor with write access; only the low 32 bits count
 *   origin: fs/read_write.c: ksys_write()
 *
 * param: buf
 *   type: user_ptr, input, optional
 *   constraint-type: buffer(count)
 *   null-ok: count == 0
 *   cdesc: @count readable bytes
 *   desc: Memory is fetched only if the file wants it; /dev/null never looks.
 *   origin: fs/read_write.c: vfs_write()
 *
 * param: count
 *   type: uint, input
 *   constraint-type: range(0, MAX_RW_COUNT)
 *   on-violation: masked
 *   cdesc: cut down to MAX_RW_COUNT; above SSIZE_MAX refused
 *   origin: fs/read_write.c: vfs_write()
 *
 * return:
 *   type: int
 *   check-type: range
 *   success: 0..count
 *   ensures: ret <= MAX_RW_COUNT
 *   ensures: !(fs_type(fd) in {ext4, xfs, btrfs, tmpfs}) || !(fd_kind(fd) in {reg, memfd})
 *     || (fd_flags(fd) & O_APPEND) || fd_pos(fd) == old(fd_pos(fd)) + ret
 *   ensures: fd_kind(fd) != eventfd || ret == 8
 *   desc: Number of bytes taken from @buf. It is 0 if @count is 0; a driver may also say so
 *     otherwise.
 *   origin: fs/read_write.c: vfs_write(), new_sync_write()
 *
 * error: EFBIG, above the file size limit
 *   condition: the write starts at or above RLIMIT_FSIZE and @count is not 0
 *   when(rlimit-fsize): fd_kind(fd) in {reg, memfd} && count > 0
 *     && rlimit(RLIMIT_FSIZE) != RLIM_INFINITY
 *     && ((fd_flags(fd) & O_APPEND) || fd_pos(fd) >= rlimit(RLIMIT_FSIZE))
 *   scope: fs
 *   desc: Comes with SIGXFSZ. With O_APPEND the end of the file is compared. Pseudo files do not
 *     ask.
 *   origin: fs/read_write.c: generic_write_check_limits()
 *
 * side-effect: file_position
 *   label: position
 *   target: position of the open file description
 *   condition: the call succeeds and the file has a position
 *   when: fd_kind(fd) in {reg, memfd, blockdev}
 *   reversible: yes
 *   desc: Shared by all descriptors that refer to this description. A failing call leaves it alone.
 *   origin: fs/read_write.c: ksys_write()
 *
 * state-trans: file position
 *   from: p, or the end of the file with O_APPEND
 *   to: the same plus ret
 *   condition: the call writes at least one byte to a seekable file
 *   when: fd_kind(fd) in {reg, memfd, blockdev} && count > 0
 *   origin: fs/read_write.c: ksys_write(), generic_write_checks_count()
 *
 * examples: static const char line[] = "hello, world\n";
 *   size_t done = 0;
 *
 *   while (done < sizeof(line) - 1) {
 *       ssize_t put = write(STDOUT_FILENO, line + done, sizeof(line) - 1 - done);
 *
 *       if (put < 0 && errno == EINTR)
 *           continue;
 *       if (put < 0) {
 *           perror("write");
 *           break;
 *       }
 *       done += (size_t)put;
 *   }
 *
 * notes: Success means that the kernel has the bytes, not that a device has. fsync tells about
 *   that, and an error found later may be reported by it or by close.
 *
 *   A write of no byte to a pipe without readers gives 0 and no signal. On a regular file it checks
 *   the descriptor and the address range, and leaves times, mode bits and position alone.
 *
 *   RLIMIT_FSIZE does not make a write fail that starts below the limit: it is cut down to it, and
 *   only the next one gets EFBIG and SIGXFSZ.
 */
SYSCALL_DEFINE3(write, unsigned int, fd, const char __user *, buf, size_t, count);
