// SPDX-License-Identifier: GPL-2.0
/*
 * Facts that calls on pathnames share: where a relative pathname starts, the walk to the object it
 * names, and what every way of opening a file has in common. None of these is
 * a call.
 *
 * path_lkind() and path_kind() say what lstat() and stat() would find: a kind of object; none if
 * only the last component does not exist; or what stops the walk, which is missing, notdir,
 * noaccess, loop or longname. The other predicates follow the last component as path_kind() does:
 * path_slash() is true as well if it is a symbolic link that ends in a slash; path_mount() tells
 * what mount and file system forbid where the object is or would be; dir_attr() and
 * dir_may_create() are about the directory that would get a new file, which is the object itself if
 * that is a directory.
 */

/**
 * path_start - where a relative pathname starts
 * @dfd: descriptor of a directory, or AT_FDCWD
 * @path: pathname
 *
 * api-version: 2
 * api-type: shared
 * long-desc: For calls that take a descriptor beside the pathname. It is looked at only if the
 *   pathname is relative; then AT_FDCWD stands for the working directory. Include it beside
 *   path_lookup.
 * error-set: closed
 *
 * error: EBADF, no descriptor to start from
 *   condition: @path is relative, and @dfd is neither AT_FDCWD nor an open descriptor
 *   when(start): dfd != AT_FDCWD && !path_absolute(path) && !fd_open(dfd)
 *   must: yes
 *   desc: Descriptors opened with O_PATH serve as well as others. With an absolute pathname any
 *     number will do.
 *   origin: fs/namei.c: path_init()
 */
void path_start(int dfd, const char __user *path);

/**
 * path_lookup - walk to the last component of a pathname
 * @dfd: descriptor of a directory, or AT_FDCWD
 * @path: pathname
 *
 * api-version: 2
 * api-type: shared
 * long-desc: Fetches the string and walks from directory to directory up to the one that holds the
 *   last component, following the symbolic links on the way. Whether the last component must exist,
 *   and is followed if it is a symbolic link, is for the call to say.
 * error-set: open(fs, lsm)
 *
 * error: EFAULT, pathname cannot be read
 *   condition: a byte of the string at @path, its final NUL included, is not readable memory
 *   when(string): !string_readable(path, PATH_MAX)
 *   must: yes
 *   desc: Nothing behind the first PATH_MAX bytes is looked at, so a longer string may end at a
 *     hole.
 *   origin: fs/namei.c: getname_flags(); lib/strncpy_from_user.c: strncpy_from_user()
 *
 * error: ENAMETOOLONG, pathname too long
 *   condition: there is no NUL among the first PATH_MAX bytes at @path
 *   when(whole): string_len(path, PATH_MAX) == PATH_MAX
 *   must: yes
 *   desc: PATH_MAX counts the NUL, so 4095 bytes are the most. What symbolic links contain does not
 *     count, and slashes count like other bytes.
 *   origin: fs/namei.c: getname_flags()
 *
 * error: ENAMETOOLONG, component too long
 *   condition: a component is longer than the file system of its directory allows
 *   when(component): path_lkind(dfd, path) == longname
 *   must: yes
 *   scope: fs
 *   desc: Most allow NAME_MAX bytes, some fewer. procfs has no limit and does not find the name.
 *   origin: fs/libfs.c: simple_lookup(); fs/ext4/namei.c: ext4_lookup()
 *
 * error: ENOENT, pathname is empty
 *   condition: the string at @path has no byte before its NUL
 *   when(empty): string_len(path, PATH_MAX) == 0
 *   must: yes
 *   origin: fs/namei.c: getname_flags()
 *
 * error: ENOENT, a directory does not exist
 *   condition: a component before the last does not exist, or is a symbolic link to nothing, or the
 *     directory in which a component is sought was removed
 *   when(directory): path_lkind(dfd, path) == missing
 *   must: yes
 *   desc: A directory can be removed while it is the working directory or open. Only "." and ".."
 *     are found in it then.
 *   origin: fs/namei.c: __lookup_slow(), step_into(), lookup_open()
 *
 * error: ENOENT, no way up
 *   label: escaped
 *   condition: ".." is sought in a directory that was moved out of the part of its file system that
 *     is mounted
 *   origin: fs/namei.c: follow_dotdot(), path_connected()
 *
 * error: ENOTDIR, an object on the way is no directory
 *   condition: something other than a directory is where a relative @path starts, or has a
 *     component or a slash behind it
 *   when(component): path_lkind(dfd, path) == notdir
 *   must: yes
 *   origin: fs/namei.c: link_path_walk(), path_init(), path_lookupat(), do_open()
 *
 * error: EACCES, a directory may not be searched
 *   condition: the caller lacks search permission on a directory in which a component is sought,
 *     the one where a relative @path starts included; or it may not follow a link of procfs to what
 *     another process uses
 *   when(search): path_lkind(dfd, path) == noaccess
 *   must: yes
 *   desc: Even "." needs the permission. The root directory alone needs none.
 *   origin: fs/namei.c: may_lookup(), inode_permission(); fs/proc/base.c: call_proc_get_link()
 *
 * error: EACCES, refused by a security module
 *   label: lsm
 *   condition: the security module does not let the caller search a directory or follow a link
 *   scope: lsm
 *   origin: fs/namei.c: inode_permission(), pick_link()
 *
 * error: ELOOP, too many symbolic links
 *   condition: the walk meets a 41st symbolic link or automount, or a symbolic link on a mount with
 *     the nosymfollow attribute
 *   when(links): path_lkind(dfd, path) == loop
 *   must: yes
 *   desc: All links of the walk are added up; nothing searches for circles.
 *   origin: fs/namei.c: reserve_stack(), follow_automount(), pick_link()
 *
 * error: EPERM, procfs hides or guards
 *   label: proc
 *   condition: procfs is mounted with hidepid=1 and the caller may not look at that process, or a
 *     link in a directory map_files is followed without CAP_CHECKPOINT_RESTORE
 *   scope: fs
 *   origin: fs/proc/base.c: proc_pid_permission(), proc_map_files_get_link()
 *
 * error: ESRCH, process is gone
 *   label: proc
 *   condition: a component is sought in a directory of procfs whose process has ended
 *   scope: fs
 *   origin: fs/proc/base.c: proc_pid_permission()
 *
 * error: EINVAL, name not acceptable
 *   label: name
 *   condition: the file system cannot hold a name such as this: no valid UTF-8 in a directory with
 *     case folding and strict encoding, or characters that FAT forbids in a name to create
 *   scope: fs
 *   origin: fs/libfs.c: generic_ci_d_hash(); fs/fat/namei_vfat.c: vfat_build_slots()
 *
 * error: EIO, directory or link cannot be read
 *   label: lookup
 *   condition: the device failed while a directory or a symbolic link was read
 *   scope: fs
 *   origin: fs/ext4/namei.c: ext4_lookup()
 *
 * error: EUCLEAN, file system is damaged
 *   label: lookup
 *   condition: what was read from the device cannot be right
 *   scope: fs
 *   origin: fs/ext4/ext4.h: EFSCORRUPTED; fs/ext4/namei.c: ext4_lookup()
 *
 * error: ESTALE, object was replaced on the server
 *   label: lookup
 *   condition: a file system on a server says so even when it is asked for everything anew
 *   scope: fs
 *   origin: fs/namei.c: do_filp_open(), filename_lookup(), complete_walk()
 *
 * error: ENOTCONN, server is gone
 *   label: server
 *   condition: the process that serves a FUSE file system on the way has ended
 *   scope: fs
 *   origin: fs/fuse/dev.c: fuse_get_req()
 *
 * error: EINTR, server gave up
 *   label: server
 *   condition: a signal came while a server was asked, and the server cut its work short
 *   scope: fs
 *   origin: fs/fuse/dev.c: request_wait_answer()
 *
 * error: ENOMEM, no kernel memory
 *   label: lookup
 *   condition: the copy of the string, a directory entry, an inode or the list of nested links
 *     could not be allocated
 *   origin: fs/namei.c: getname_flags(), nd_alloc_stack(); fs/dcache.c: d_alloc_parallel()
 *
 * lock: RCU read side
 *   type: rcu
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   desc: The first attempt walks under it and takes no reference on the way. It is left as soon as
 *     something may sleep, and the whole walk is done again without it if that cannot be done in
 *     the middle.
 *   origin: fs/namei.c: path_init(), leave_rcu(), do_filp_open()
 *
 * lock: mount_lock
 *   type: seqlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   desc: Read side only, which keeps nobody out: it tells whether a mount changed meanwhile.
 *   origin: fs/namei.c: path_init(), __follow_mount_rcu()
 *
 * lock: d_lock
 *   type: spinlock
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   desc: Of one directory entry after the other, once the walk has left RCU.
 *   origin: fs/dcache.c: __d_lookup()
 *
 * lock: i_rwsem
 *   label: lookup
 *   type: rwlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   desc: Of a directory whose file system must be asked, for the name is not cached.
 *   origin: fs/namei.c: lookup_slow()
 *
 * side-effect: filesystem
 *   label: link-atime
 *   target: access time of symbolic links
 *   condition: a link is followed whose mount does not exempt it (noatime, relatime, read-only)
 *   reversible: no
 *   desc: Happens too if the call fails later.
 *   origin: fs/namei.c: pick_link(); fs/inode.c: touch_atime()
 *
 * side-effect: resource_create | filesystem
 *   label: automount
 *   target: mounts of the caller's mount namespace
 *   condition: the walk steps on an automount point
 *   reversible: yes
 *   desc: The call waits until it is mounted, and fails with the error of mounting.
 *   origin: fs/namei.c: follow_automount()
 *
 * side-effect: alloc_memory
 *   label: cache
 *   target: caches of directory entries and inodes
 *   condition: a component is not cached yet; that it does not exist is remembered as well
 *   reversible: no
 *   origin: fs/namei.c: __lookup_slow()
 *
 * side-effect: schedule
 *   label: lookup
 *   target: the calling thread
 *   condition: a directory or link must be read from a device or asked of a server
 *   origin: fs/namei.c: lookup_slow(), pick_link()
 *
 * capability: CAP_DAC_READ_SEARCH
 *   label: search
 *   type: bypass_check
 *   allows: searching any directory
 *   without: EACCES unless permission bits or ACL allow it
 *   condition: they refuse, and owner and group of the directory have a mapping in the caller's
 *     user namespace
 *   priority: 0
 *   origin: fs/namei.c: generic_permission()
 *
 * capability: CAP_DAC_OVERRIDE
 *   label: search
 *   type: bypass_check
 *   allows: searching any directory
 *   without: EACCES unless permission bits or ACL allow it
 *   condition: they refuse, CAP_DAC_READ_SEARCH does not help, and owner and group of the directory
 *     have a mapping in the caller's user namespace
 *   priority: 1
 *   origin: fs/namei.c: generic_permission()
 *
 * capability: CAP_SYS_PTRACE
 *   label: proc-link
 *   type: bypass_check
 *   allows: following cwd, exe, root, fd and ns of another user's process in procfs
 *   without: EACCES
 *   condition: such a link is followed
 *   origin: fs/proc/base.c: call_proc_get_link()
 *
 * constraint: string first
 *   label: string-first
 *   desc: The string is fetched as a whole before anything is looked up, so EFAULT, a pathname too
 *     long and an empty one come before all that depends on files.
 *   origin: fs/namei.c: getname_flags()
 */
void path_lookup(int dfd, const char __user *path);

/**
 * file_open - what opening a pathname can meet
 * @dfd: descriptor of a directory, or AT_FDCWD
 * @filename: pathname
 * @flags: O_ flags
 * @mode: permission bits of a new file
 *
 * api-version: 2
 * api-type: shared
 * long-desc: What happens at the last component: find or make the file, judge the access, and let
 *   the file's own open operation run. Include it beside path_lookup and fd_reserve.
 * error-set: open(fs, driver, lsm)
 *
 * error: EINVAL, flags that exclude each other
 *   condition: O_CREAT with O_DIRECTORY, the bit of O_TMPFILE without O_DIRECTORY, or O_TMPFILE
 *     without write access
 *   when(create-directory): !(flags & O_PATH) && (flags & O_CREAT) && (flags & O_DIRECTORY)
 *   when(tmpfile-directory): !(flags & O_PATH) && (flags & __O_TMPFILE) && !(flags & O_DIRECTORY)
 *   when(tmpfile-readonly): !(flags & O_PATH) && (flags & O_TMPFILE) == O_TMPFILE
 *     && (flags & O_ACCMODE) == O_RDONLY
 *   must: yes
 *   desc: Judged before all else, so a bad address beside such flags is not noticed. O_TRUNC is no
 *     write access. Before 6.4, and before the stable releases that took this over, O_CREAT with
 *     O_DIRECTORY could make a regular file and then fail with ENOTDIR.
 *   origin: fs/open.c: build_open_flags()
 *
 * error: EINVAL, a FIFO needs a direction
 *   condition: access mode 3 on a FIFO or pipe
 *   when(fifo-access): !(flags & O_PATH) && (flags & O_ACCMODE) == O_ACCMODE
 *     && path_kind(dfd, filename) in {fifo, pipe}
 *   must: yes
 *   origin: fs/pipe.c: fifo_open()
 *
 * error: EINVAL, no direct transfers
 *   condition: O_DIRECT on an object that cannot transfer past the page cache: a directory, a FIFO,
 *     most devices that are no block devices, or a file of a file system without the operation
 *   when(direct): (flags & O_DIRECT) && !(flags & O_PATH)
 *   scope: fs
 *   desc: Noticed when the file is open already: a file that O_CREAT made remains, and what the
 *     open operation of a device did is done.
 *   origin: fs/open.c: do_dentry_open()
 *
 * error: ENOENT, file does not exist
 *   condition: the last component, or what it links to, does not exist, and O_CREAT is not given
 *   when(missing): path_lkind(dfd, filename) == none && (!(flags & O_CREAT) || (flags & O_PATH))
 *   when(dangling): path_lkind(dfd, filename) == symlink && path_kind(dfd, filename) == none
 *     && !(flags & O_NOFOLLOW) && (!(flags & O_CREAT) || (flags & O_PATH))
 *   when(dangling-directory): path_lkind(dfd, filename) == symlink
 *     && path_kind(dfd, filename) == missing && !(flags & O_NOFOLLOW)
 *   must: yes
 *   desc: With O_CREAT and without O_EXCL a link to nothing makes the file that it names, if the
 *     directory of that file exists.
 *   origin: fs/namei.c: step_into(), lookup_open()
 *
 * error: ENOENT, file system makes no files
 *   condition: O_CREAT in a directory of procfs, where looking up an unknown name is an error by
 *     itself
 *   when(no-create): (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *   scope: fs
 *   origin: fs/proc/generic.c: proc_lookup_de()
 *
 * error: ENOTDIR, no directory
 *   condition: O_DIRECTORY, as part of O_TMPFILE too, and the object is no directory
 *   when(not-directory): (flags & O_DIRECTORY)
 *     && path_kind(dfd, filename) in {reg, fifo, pipe, socket, chardev, blockdev, other}
 *   when(nofollow-directory): (flags & O_DIRECTORY) && (flags & O_NOFOLLOW)
 *     && path_lkind(dfd, filename) == symlink
 *   when(link): path_lkind(dfd, filename) == symlink && path_kind(dfd, filename) == notdir
 *     && !(flags & O_NOFOLLOW)
 *   must: yes
 *   desc: A symbolic link that O_NOFOLLOW keeps from being followed counts as itself, even if it
 *     leads to a directory, and this comes before ELOOP.
 *   origin: fs/namei.c: do_open(), path_lookupat(), link_path_walk()
 *
 * error: EISDIR, is a directory
 *   condition: a directory shall be written or truncated, or O_CREAT is given for one that exists
 *     or for a name that ends in a slash
 *   when(write-directory): !(flags & (O_PATH | __O_TMPFILE)) && path_kind(dfd, filename) == dir
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
 *   when(create-directory): (flags & O_CREAT) && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == dir
 *   when(create-slash): (flags & O_CREAT) && !(flags & O_PATH) && path_slash(dfd, filename)
 *   must: yes
 *   desc: With a slash at the end O_CREAT gets EISDIR whatever the name before it is, even if it is
 *     a regular file or, with O_EXCL, a directory.
 *   origin: fs/namei.c: may_open(), do_open(), lookup_fast_for_open()
 *
 * error: EEXIST, exists already
 *   condition: O_CREAT with O_EXCL, and the last component exists
 *   when(exclusive): !(flags & O_PATH) && (flags & O_CREAT) && (flags & O_EXCL)
 *     && path_lkind(dfd, filename) in {reg, dir, symlink, fifo, pipe, socket, chardev, blockdev,
 *     other}
 *   must: yes
 *   desc: A symbolic link is not followed and counts as existing, even if it leads nowhere.
 *   origin: fs/namei.c: do_open()
 *
 * error: ELOOP, the last component is a symbolic link
 *   condition: O_NOFOLLOW without O_PATH or O_DIRECTORY on a symbolic link
 *   when(nofollow): (flags & O_NOFOLLOW) && !(flags & (O_PATH | O_DIRECTORY))
 *     && path_lkind(dfd, filename) == symlink
 *   must: yes
 *   desc: With a slash behind the name it is followed all the same. O_PATH with O_NOFOLLOW opens
 *     the link itself.
 *   origin: fs/namei.c: may_open()
 *
 * error: ELOOP, too many links behind the last component
 *   condition: following the last component leads to a 41st link, or the mount forbids it
 *   when(link): path_lkind(dfd, filename) == symlink && path_kind(dfd, filename) == loop
 *     && !(flags & O_NOFOLLOW)
 *   must: yes
 *   origin: fs/namei.c: reserve_stack(), pick_link()
 *
 * error: ENAMETOOLONG, name in a link too long
 *   condition: the last component is a symbolic link, and a component that it contains is too long
 *   when(link): path_lkind(dfd, filename) == symlink && path_kind(dfd, filename) == longname
 *     && !(flags & O_NOFOLLOW)
 *   must: yes
 *   scope: fs
 *   origin: fs/libfs.c: simple_lookup(); fs/ext4/namei.c: ext4_lookup()
 *
 * error: EACCES, permission denied
 *   condition: permission bits or ACL do not give the access that @flags ask for, or do not let the
 *     caller write to and search the directory in which a file shall be made
 *   when(read): !(flags & (O_PATH | __O_TMPFILE)) && (flags & O_ACCMODE) != O_WRONLY
 *     && !path_may_read(dfd, filename)
 *   when(write): !(flags & (O_PATH | __O_TMPFILE)) && !path_may_write(dfd, filename)
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
 *   when(create): (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *     && !dir_may_create(dfd, filename)
 *   when(tmpfile): (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == dir && !dir_may_create(dfd, filename)
 *   must: yes
 *   desc: Access mode 3 needs both permissions, and O_TRUNC needs write permission whatever the
 *     access mode is, on devices and FIFOs too, which it does not truncate. A file that the call
 *     itself makes is not judged by its own mode. O_PATH asks for no permission on the object.
 *   origin: fs/namei.c: may_open(), may_o_create(), vfs_tmpfile(), inode_permission()
 *
 * error: EACCES, the link may not be followed
 *   condition: the last component is a symbolic link, and a directory behind it may not be
 *     searched; or it lies in a sticky directory that everybody can write to, belongs neither to
 *     the caller nor to the owner of that directory, and fs.protected_symlinks is on
 *   when(link): path_lkind(dfd, filename) == symlink && path_kind(dfd, filename) == noaccess
 *     && !(flags & O_NOFOLLOW)
 *   must: yes
 *   desc: No capability helps against fs.protected_symlinks.
 *   origin: fs/namei.c: may_lookup(), may_follow_link()
 *
 * error: EACCES, no devices on this mount
 *   condition: the object is a device node on a mount with the nodev attribute, or on a file system
 *     on which device nodes have no effect
 *   when(nodev): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *     && (path_mount(dfd, filename) & MOUNT_ATTR_NODEV)
 *   must: yes
 *   origin: fs/namei.c: may_open_dev()
 *
 * error: EACCES, somebody else's file in a sticky directory
 *   condition: O_CREAT for an object that exists in a sticky directory and belongs neither to the
 *     caller nor to the owner of the directory; everybody can write to the directory, or the sysctl
 *     is 2 and its group can
 *   when(sticky): (flags & O_CREAT) && !(flags & O_PATH)
 *     && path_kind(dfd, filename) in {reg, fifo, socket, chardev, blockdev}
 *   desc: fs.protected_regular decides for regular files and fs.protected_fifos for FIFOs; 0
 *     switches it off. Devices and sockets are always refused so where everybody can write. No
 *     capability helps; leaving out O_CREAT does.
 *   origin: fs/namei.c: may_create_in_sticky()
 *
 * error: EACCES, file system makes no files
 *   condition: O_CREAT in a directory whose file system has no operation for it, as in sysfs
 *   when(no-create): (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *   scope: fs
 *   origin: fs/namei.c: lookup_open()
 *
 * error: EACCES, owner has no mapping
 *   condition: the file shall be written, or the directory get a new file, and its owner or group
 *     has no mapping on this mount or in the user namespace of the file system
 *   when(unmapped): !(flags & O_PATH)
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
 *   origin: fs/namei.c: inode_permission(); include/linux/fs.h: HAS_UNMAPPED_ID()
 *
 * error: EACCES, refused by the server
 *   label: server
 *   condition: a network file system or FUSE applies rules of its own
 *   scope: fs
 *   origin: fs/fuse/dir.c: fuse_permission(), fuse_create_open(); fs/nfs/dir.c: nfs_permission()
 *
 * error: EACCES, refused by a security module
 *   label: open-lsm
 *   condition: the security module does not let the caller make, open or truncate the file
 *   scope: lsm
 *   desc: Modules may choose other errnos, EPERM above all.
 *   origin: fs/open.c: do_dentry_open(); fs/namei.c: may_o_create(), handle_truncate(), do_open()
 *
 * error: EPERM, file or directory is immutable
 *   condition: a file with the immutable attribute shall be written or truncated, or a file be made
 *     in a directory that has it
 *   when(immutable): !(flags & (O_PATH | __O_TMPFILE))
 *     && (path_attr(dfd, filename) & STATX_ATTR_IMMUTABLE)
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC))
 *   when(create-immutable): (flags & O_CREAT) && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == none && (dir_attr(dfd, filename) & STATX_ATTR_IMMUTABLE)
 *   when(tmpfile-immutable): (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == dir && (dir_attr(dfd, filename) & STATX_ATTR_IMMUTABLE)
 *   must: yes
 *   desc: No capability helps while the attribute is set.
 *   origin: fs/namei.c: inode_permission()
 *
 * error: EPERM, file is append-only
 *   condition: a file with the append-only attribute is opened for writing without O_APPEND, or
 *     with O_TRUNC
 *   when(append-only): !(flags & (O_PATH | __O_TMPFILE | O_APPEND))
 *     && (flags & O_ACCMODE) != O_RDONLY && (path_attr(dfd, filename) & STATX_ATTR_APPEND)
 *   when(append-truncate): !(flags & (O_PATH | __O_TMPFILE)) && (flags & O_TRUNC)
 *     && path_kind(dfd, filename) == reg && (path_attr(dfd, filename) & STATX_ATTR_APPEND)
 *   must: yes
 *   desc: In an append-only directory files may be made.
 *   origin: fs/namei.c: may_open()
 *
 * error: EPERM, O_NOATIME is for the owner
 *   condition: O_NOATIME on a file that the caller neither owns nor has CAP_FOWNER over
 *   when(noatime): (flags & O_NOATIME) && !(flags & (O_PATH | __O_TMPFILE))
 *     && !path_owned(dfd, filename)
 *   must: yes
 *   desc: Asked even where the mount keeps no access times.
 *   origin: fs/namei.c: may_open()
 *
 * error: EPERM, sealed against shrinking
 *   condition: O_TRUNC on a memfd, by way of procfs, that is sealed with F_SEAL_SHRINK and not
 *     empty
 *   when(sealed): (flags & O_TRUNC) && !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   origin: mm/shmem.c: shmem_setattr(); fs/hugetlbfs/inode.c: hugetlbfs_setattr()
 *
 * error: EPERM, file is bound to its content or key
 *   condition: a file with fs-verity shall be written, or an encrypted file lies in a directory
 *     with another encryption policy
 *   when(verity): !(flags & O_PATH) && config(FS_VERITY) && path_kind(dfd, filename) == reg
 *     && (flags & O_ACCMODE) != O_RDONLY
 *   when(policy): !(flags & O_PATH) && config(FS_ENCRYPTION)
 *   scope: fs
 *   origin: include/linux/fsverity.h: fsverity_file_open(); fs/crypto/hooks.c: fscrypt_file_open()
 *
 * error: EPERM, refused by a listener
 *   condition: an fanotify group with FAN_OPEN_PERM marks denied the opening
 *   when(fanotify): config(FANOTIFY_ACCESS_PERMISSIONS) && !(flags & O_PATH)
 *   desc: The call waits for the listener's answer. Only a signal that kills ends the wait.
 *   origin: fs/open.c: do_dentry_open(); fs/notify/fanotify/fanotify.c: fanotify_get_response()
 *
 * error: EPERM, device not allowed or not permitted
 *   condition: the control group of the caller may not use this device, or the driver asks for a
 *     capability that the caller lacks
 *   when(device): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   scope: driver | lsm
 *   origin: include/linux/device_cgroup.h: devcgroup_inode_permission(); drivers/char/mem.c:
 *     open_port()
 *
 * error: EROFS, file system is read-only
 *   condition: a regular file shall be written or truncated, or a file be made, on a mount or file
 *     system that is read-only
 *   when(write): !(flags & (O_PATH | __O_TMPFILE)) && path_kind(dfd, filename) == reg
 *     && ((flags & O_ACCMODE) in {O_WRONLY, O_RDWR} || (flags & O_TRUNC))
 *     && (path_mount(dfd, filename) & MOUNT_ATTR_RDONLY)
 *   when(create): (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *     && (path_mount(dfd, filename) & MOUNT_ATTR_RDONLY)
 *   when(tmpfile): (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == dir && (path_mount(dfd, filename) & MOUNT_ATTR_RDONLY)
 *   must: yes
 *   desc: FIFOs, sockets and devices can be opened for writing there.
 *   origin: fs/namei.c: sb_permission(), do_open(), lookup_open(), do_tmpfile(); fs/open.c:
 *     file_get_write_access()
 *
 * error: EROFS, access mode 3 on a read-only file system
 *   condition: access mode 3 on a regular file of a file system that is read-only as a whole
 *   when(access-mode-3): !(flags & (O_PATH | __O_TMPFILE)) && (flags & O_ACCMODE) == O_ACCMODE
 *     && path_kind(dfd, filename) == reg && (path_mount(dfd, filename) & MOUNT_ATTR_RDONLY)
 *   desc: Where only the mount is read-only, access mode 3 succeeds, for the file is not opened for
 *     writing.
 *   origin: fs/namei.c: sb_permission()
 *
 * error: EROFS, medium is write-protected
 *   condition: a block device is opened for writing and its medium is write-protected
 *   when(medium): !(flags & O_PATH) && path_kind(dfd, filename) == blockdev
 *     && (flags & O_ACCMODE) != O_RDONLY
 *   scope: driver
 *   origin: drivers/scsi/sd.c: sd_open()
 *
 * error: ETXTBSY, program is running
 *   condition: the file is being executed, or the kernel itself reads it at the moment, and it
 *     shall be written or truncated; or it is in use as swap space and shall be truncated
 *   when(executed): !(flags & (O_PATH | __O_TMPFILE)) && path_kind(dfd, filename) == reg
 *     && ((flags & O_ACCMODE) in {O_WRONLY, O_RDWR} || (flags & O_TRUNC))
 *   desc: This protects the program file of a running process, not a script or a shared library.
 *     Access mode 3 without O_TRUNC is not stopped.
 *   origin: fs/open.c: file_get_write_access(); fs/namei.c: handle_truncate(); include/linux/fs.h:
 *     get_write_access(); fs/attr.c: inode_newsize_ok()
 *
 * error: ENXIO, not for opening
 *   condition: a socket, or a FIFO for writing only with O_NONBLOCK that nobody has open for
 *     reading
 *   when(socket): !(flags & O_PATH) && path_kind(dfd, filename) == socket
 *   when(fifo-no-reader): !(flags & O_PATH) && (flags & O_NONBLOCK)
 *     && (flags & O_ACCMODE) == O_WRONLY && path_kind(dfd, filename) == fifo
 *     && fifo_readers(dfd, filename) == 0
 *   must: yes
 *   desc: Sockets are reached by connect. A pipe without name, by way of procfs, is opened for
 *     writing even without readers.
 *   origin: fs/inode.c: no_open(), init_special_inode(); fs/pipe.c: fifo_open()
 *
 * error: ENXIO, object lives by its descriptors only
 *   condition: an eventfd, an epoll or another object without a place in a file system, by way of
 *     procfs
 *   when(anonymous): !(flags & O_PATH) && path_kind(dfd, filename) == other
 *   origin: fs/inode.c: inode_init_always_gfp(), no_open()
 *
 * error: ENXIO, no such device
 *   condition: no driver serves the number of the device node, or the driver has no such unit; also
 *     /dev/tty without controlling terminal
 *   when(no-device): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   scope: driver
 *   origin: fs/char_dev.c: chrdev_open(); block/fops.c: blkdev_open(); drivers/tty/tty_io.c:
 *     tty_open_current_tty()
 *
 * error: ENODEV, driver has no such device
 *   condition: the driver of the device node serves its number and finds nothing behind it
 *   when(device): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   scope: driver
 *   origin: drivers/char/misc.c: misc_open()
 *
 * error: ENOMEDIUM, drive is empty
 *   condition: a block device with removable medium has none
 *   when(medium): !(flags & O_PATH) && path_kind(dfd, filename) == blockdev
 *   scope: driver
 *   desc: With O_NONBLOCK many drivers open an empty drive.
 *   origin: drivers/scsi/sd.c: sd_open()
 *
 * error: EBUSY, device is in use
 *   condition: O_EXCL on a block device that is mounted or otherwise claimed, or a driver that
 *     admits one user at a time
 *   when(device): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   scope: driver
 *   desc: Without CONFIG_BLK_DEV_WRITE_MOUNTED opening a mounted block device for writing may end
 *     so too. A terminal made exclusive by TIOCEXCL asks for CAP_SYS_ADMIN.
 *   origin: block/bdev.c: bd_prepare_to_claim(), bdev_open(); drivers/tty/tty_io.c: tty_reopen()
 *
 * error: EAGAIN, a lease is in the way
 *   condition: O_NONBLOCK, and another lease on the file conflicts: any lease with an opening for
 *     writing, a write lease with every opening
 *   when(lease): (flags & O_NONBLOCK) && !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   desc: The holder is told all the same and the lease will be broken, so trying again later
 *     helps. The caller's own lease counts like others.
 *   origin: fs/locks.c: __break_lease()
 *
 * error: EAGAIN, device is busy for now
 *   condition: O_NONBLOCK, and the driver would wait for other users
 *   when(device): (flags & O_NONBLOCK) && !(flags & O_PATH)
 *     && path_kind(dfd, filename) in {chardev, blockdev}
 *   scope: driver
 *   origin: drivers/infiniband/core/user_mad.c: ib_umad_sm_open()
 *
 * error: EINTR, interrupted while waiting
 *   condition: a signal was caught while the call waited for the other side of a FIFO, for a lease
 *     to be given back or for a device, and its handler was installed without SA_RESTART
 *   when(fifo): !(flags & (O_PATH | O_NONBLOCK)) && (flags & O_ACCMODE) in {O_RDONLY, O_WRONLY}
 *     && path_kind(dfd, filename) == fifo
 *   when(lease): !(flags & (O_PATH | O_NONBLOCK)) && path_kind(dfd, filename) == reg
 *   when(device): !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   origin: fs/pipe.c: fifo_open(), wait_for_partner(); fs/locks.c: __break_lease();
 *     drivers/tty/tty_port.c: tty_port_block_til_ready()
 *
 * error: EOVERFLOW, file is too large
 *   condition: a 32-bit kernel, no O_LARGEFILE, and the file has more than 2 GiB - 1 bytes
 *   when(large-file): config(ARCH_32BIT_OFF_T) && !(flags & (O_LARGEFILE | O_PATH))
 *     && path_kind(dfd, filename) == reg
 *   scope: fs
 *   desc: Where off_t has 64 bits, the kernel adds O_LARGEFILE by itself.
 *   origin: fs/open.c: generic_file_open(); include/linux/fcntl.h: force_o_largefile()
 *
 * error: EOVERFLOW, caller has no mapping
 *   condition: a file shall be made on a mount or in a file system in whose user namespace the
 *     caller's user or group ID has no number
 *   when(unmapped-create): (flags & (O_CREAT | __O_TMPFILE)) && !(flags & O_PATH)
 *   origin: fs/namei.c: may_o_create(), vfs_tmpfile(); include/linux/fs.h: fsuidgid_has_mapping()
 *
 * error: EOPNOTSUPP, no unnamed files here
 *   condition: O_TMPFILE in a directory of a file system without the operation
 *   when(tmpfile): (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH)
 *     && path_kind(dfd, filename) == dir
 *   scope: fs
 *   origin: fs/namei.c: vfs_tmpfile()
 *
 * error: ENFILE, too many open files in the system
 *   condition: fs.file-max open file descriptions exist, and the caller lacks CAP_SYS_ADMIN
 *   when(file-max): !capable(CAP_SYS_ADMIN)
 *   desc: The capability counts in the initial user namespace only.
 *   origin: fs/file_table.c: alloc_empty_file()
 *
 * error: ENOSPC, no room for the file
 *   condition: no block or inode is left for a new file, for the entry in its directory, or for the
 *     copy that an overlay makes of a file to be written
 *   when(space): !(flags & O_PATH)
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
 *   scope: fs
 *   origin: mm/shmem.c: shmem_reserve_inode(); fs/ext4/ialloc.c: __ext4_new_inode();
 *     fs/overlayfs/copy_up.c: ovl_maybe_copy_up()
 *
 * error: EDQUOT, quota used up
 *   condition: the quota of user, group or project has no inode or block left for the file or for
 *     the entry in its directory
 *   when(quota): !(flags & O_PATH)
 *     && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
 *   scope: fs
 *   origin: fs/quota/dquot.c: dquot_alloc_inode(); fs/btrfs/qgroup.c: qgroup_reserve()
 *
 * error: ENOKEY, encrypted and no key
 *   condition: the file, or the directory that shall get a file, is encrypted and its key is not
 *     present
 *   when(encrypted): config(FS_ENCRYPTION) && !(flags & O_PATH)
 *   scope: fs
 *   desc: Directories can be opened without the key.
 *   origin: fs/crypto/hooks.c: fscrypt_file_open(); fs/crypto/policy.c: fscrypt_policy_to_inherit()
 *
 * error: EIO, input or output error
 *   label: open
 *   condition: the device failed or is gone, or the file system was shut down after an error
 *   scope: fs | driver
 *   origin: fs/ext4/file.c: ext4_file_open(); drivers/tty/tty_io.c: tty_reopen()
 *
 * error: ENOMEM, no kernel memory
 *   label: open
 *   condition: the description, a pipe, a lease or a part of the file system or driver could not be
 *     allocated
 *   origin: fs/file_table.c: alloc_empty_file(); fs/pipe.c: fifo_open()
 *
 * lock: i_rwsem
 *   label: create
 *   type: rwlock
 *   mode: write
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: (flags & O_CREAT) && !(flags & O_PATH)
 *   desc: Of the directory, unless the name is cached and exists and O_EXCL is not given. So making
 *     files in one directory comes one after the other.
 *   origin: fs/namei.c: open_last_lookups()
 *
 * lock: i_rwsem
 *   label: truncate
 *   type: rwlock
 *   mode: write
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: (flags & O_TRUNC) && !(flags & O_PATH)
 *   desc: Of a regular file that is cut.
 *   origin: fs/open.c: do_truncate()
 *
 * lock: s_writers
 *   type: rwlock
 *   mode: read
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: !(flags & O_PATH) && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)))
 *   desc: Protection against freezing: while the file system is frozen, making and truncating a
 *     file waits, and so may opening a file for writing whose name is not cached. No signal ends
 *     that wait.
 *   origin: fs/namespace.c: mnt_want_write(); fs/namei.c: open_last_lookups(), do_open(),
 *     do_tmpfile()
 *
 * lock: pipe->mutex
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) in {fifo, pipe}
 *   desc: Dropped while the call waits for the other side.
 *   origin: fs/pipe.c: fifo_open(), wait_for_partner()
 *
 * lock: flc_lock
 *   type: spinlock
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   desc: With file_rwsem held for reading, if somebody has a lease on the file. Dropped while the
 *     call waits for it.
 *   origin: fs/locks.c: __break_lease()
 *
 * lock: open_mutex
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == blockdev
 *   desc: One for each disk.
 *   origin: block/bdev.c: bdev_open()
 *
 * lock: tty_mutex
 *   type: mutex
 *   held: sometimes
 *   acquired: conditional
 *   released: conditional
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == chardev
 *   desc: Terminals only.
 *   origin: drivers/tty/tty_io.c: tty_open_current_tty(), tty_open_by_driver()
 *
 * signal: any caught signal
 *   label: interrupt
 *   direction: receive
 *   action: return
 *   condition: the call waits for the other side of a FIFO, for a lease or for a device
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) in {fifo, reg, chardev, blockdev}
 *   errno: -EINTR
 *   timing: while_sleeping
 *   restartable: yes
 *   interruptible: yes
 *   desc: With SA_RESTART the call begins anew. A wait for a frozen file system or for a listener
 *     of fanotify ends for no signal, or only for one that kills.
 *   origin: fs/pipe.c: wait_for_partner(); fs/locks.c: __break_lease()
 *
 * signal: SIGIO
 *   label: lease
 *   direction: send
 *   action: terminate
 *   target: the process that F_SETOWN named for the lease, at first its holder
 *   condition: the opening conflicts with a lease on the file that is not being broken yet
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   timing: during
 *   desc: F_SETSIG can choose another signal. Processes that asked dnotify about the directory get
 *     SIGIO as well when a file is made in it.
 *   origin: fs/locks.c: lease_break_callback()
 *
 * side-effect: resource_create
 *   label: description
 *   target: an open file description
 *   condition: the call succeeds
 *   reversible: yes
 *   desc: A new one with position 0, which no other descriptor shares. It keeps the object alive
 *     after its last name is removed.
 *   origin: fs/namei.c: path_openat()
 *
 * side-effect: filesystem
 *   label: create
 *   target: a regular file and the directory that gets its name
 *   condition: the file does not exist
 *   when: (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *   reversible: yes
 *   desc: Owner is the caller's file system user ID; the group is its file system group ID, or that
 *     of the directory if this has the set-group-ID bit. The permission bits are those of @mode
 *     less the umask, or as the default ACL of the directory says. The file stays if the call fails
 *     afterwards, for O_DIRECT or because the file system runs out of something.
 *   origin: fs/namei.c: lookup_open(), vfs_prepare_mode(); fs/inode.c: inode_init_owner()
 *
 * side-effect: filesystem
 *   label: tmpfile
 *   target: a regular file without name
 *   condition: the call succeeds
 *   when: (flags & O_TMPFILE) == O_TMPFILE && !(flags & O_PATH)
 *   reversible: yes
 *   desc: Gone with its last descriptor unless linkat gives it a name, which O_EXCL rules out.
 *   origin: fs/namei.c: vfs_tmpfile()
 *
 * side-effect: filesystem
 *   label: truncate
 *   target: content, size and times of the file
 *   condition: the file exists and is a regular file, and the call gets as far as opening it
 *   when: (flags & O_TRUNC) && !(flags & (O_PATH | __O_TMPFILE)) && path_kind(dfd, filename) == reg
 *   reversible: no
 *   desc: With O_RDONLY as well. File capabilities go too, and without CAP_FSETID the set-user-ID
 *     and set-group-ID bits. Other kinds of files ignore O_TRUNC.
 *   origin: fs/namei.c: do_open(), handle_truncate(); fs/open.c: do_truncate()
 *
 * side-effect: filesystem
 *   label: last-link-atime
 *   target: access time of the symbolic link that is the last component
 *   condition: it is followed, and its mount does not exempt it (noatime, relatime, read-only)
 *   when: !(flags & O_NOFOLLOW) && path_lkind(dfd, filename) == symlink
 *   reversible: no
 *   desc: Opening leaves the access time of the object itself alone.
 *   origin: fs/namei.c: pick_link()
 *
 * side-effect: process_state
 *   label: controlling-terminal
 *   target: controlling terminal of the session
 *   condition: the caller leads a session without controlling terminal, and opens a terminal that
 *     controls no session, for reading
 *   when: !(flags & (O_PATH | O_NOCTTY)) && (flags & O_ACCMODE) in {O_RDONLY, O_RDWR}
 *     && path_kind(dfd, filename) == chardev
 *   reversible: yes
 *   desc: Never with the master side of a pseudo-terminal, /dev/console and /dev/tty0.
 *   origin: drivers/tty/tty_io.c: tty_open(); drivers/tty/tty_jobctrl.c: tty_open_proc_set_tty()
 *
 * side-effect: modify_state
 *   label: break-lease
 *   target: leases on the file
 *   condition: a lease conflicts with the opening
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   reversible: no
 *   desc: After fs.lease-break-time seconds the kernel takes the lease away or downgrades it
 *     itself.
 *   origin: fs/locks.c: __break_lease()
 *
 * side-effect: modify_state
 *   label: notify
 *   target: queues of inotify and fanotify
 *   condition: somebody watches the file or its directory
 *   when: !(flags & O_PATH)
 *   reversible: no
 *   desc: Events for opening, for making and for truncating the file.
 *   origin: fs/open.c: vfs_open(); fs/namei.c: open_last_lookups(); include/linux/fsnotify.h:
 *     fsnotify_open()
 *
 * side-effect: hardware
 *   label: device
 *   target: the device behind the node
 *   condition: the driver does something when it is opened
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) in {chardev, blockdev}
 *   desc: Terminals raise their modem lines, drives load their medium, and so on.
 *   origin: fs/char_dev.c: chrdev_open(); block/fops.c: blkdev_open()
 *
 * side-effect: schedule
 *   label: wait
 *   target: the calling thread
 *   condition: without O_NONBLOCK, a FIFO opened for one direction waits until somebody opens the
 *     other, and a conflicting lease is waited for
 *   when: !(flags & (O_PATH | O_NONBLOCK))
 *   desc: A FIFO opened for both directions never waits. Devices and servers may wait in spite of
 *     O_NONBLOCK.
 *   origin: fs/pipe.c: fifo_open(); fs/locks.c: __break_lease()
 *
 * state-trans: name of the last component
 *   from: absent
 *   to: regular file
 *   condition: the call succeeds with O_CREAT
 *   when: (flags & O_CREAT) && !(flags & O_PATH) && path_kind(dfd, filename) == none
 *   origin: fs/namei.c: lookup_open()
 *
 * state-trans: content of the file
 *   from: any
 *   to: empty
 *   condition: the call succeeds with O_TRUNC on a regular file
 *   when: (flags & O_TRUNC) && !(flags & (O_PATH | __O_TMPFILE)) && path_kind(dfd, filename) == reg
 *   origin: fs/namei.c: handle_truncate()
 *
 * state-trans: lease on the file
 *   from: held
 *   to: being broken
 *   condition: the opening conflicts with it
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == reg
 *   desc: It ends when its holder gives it back or the time is up.
 *   origin: fs/locks.c: __break_lease()
 *
 * state-trans: controlling terminal of the session
 *   from: none
 *   to: the terminal
 *   condition: a session leader without one opens a free terminal for reading without O_NOCTTY
 *   when: !(flags & (O_PATH | O_NOCTTY)) && (flags & O_ACCMODE) in {O_RDONLY, O_RDWR}
 *     && path_kind(dfd, filename) == chardev
 *   origin: drivers/tty/tty_jobctrl.c: tty_open_proc_set_tty()
 *
 * capability: CAP_DAC_READ_SEARCH
 *   label: read
 *   type: bypass_check
 *   allows: opening any file and directory for reading
 *   without: EACCES unless permission bits or ACL allow it
 *   condition: they refuse, no write access is asked for, and owner and group of the file have a
 *     mapping in the caller's user namespace
 *   when: !(flags & (O_PATH | __O_TMPFILE)) && (flags & O_ACCMODE) == O_RDONLY
 *     && !(flags & O_TRUNC)
 *   priority: 0
 *   origin: fs/namei.c: generic_permission()
 *
 * capability: CAP_DAC_OVERRIDE
 *   label: access
 *   type: bypass_check
 *   allows: opening any file for reading and writing, and making files in any directory
 *   without: EACCES unless permission bits or ACL allow it
 *   condition: they refuse, and owner and group of the file or directory have a mapping in the
 *     caller's user namespace
 *   when: !(flags & O_PATH)
 *   priority: 1
 *   desc: Helps neither against EROFS nor against the immutable and append-only attributes.
 *   origin: fs/namei.c: generic_permission()
 *
 * capability: CAP_FOWNER
 *   type: bypass_check
 *   allows: O_NOATIME on files of others
 *   without: EPERM
 *   condition: O_NOATIME is given, the caller does not own the file, and its owner has a mapping in
 *     the caller's user namespace
 *   when: (flags & O_NOATIME) && !(flags & O_PATH)
 *   origin: fs/inode.c: inode_owner_or_capable()
 *
 * capability: CAP_FSETID
 *   type: bypass_check
 *   allows: making a file with set-group-ID in a set-group-ID directory of a foreign group, and
 *     truncating a file without losing its set-user-ID and set-group-ID bits
 *   without: the bits are dropped, the call itself goes on
 *   condition: O_CREAT or O_TMPFILE with S_ISGID and S_IXGRP in @mode, or O_TRUNC on a file with
 *     such bits
 *   when: !(flags & O_PATH) && (flags & (O_CREAT | __O_TMPFILE | O_TRUNC))
 *   origin: fs/inode.c: mode_strip_sgid(); fs/attr.c: setattr_should_drop_suidgid()
 *
 * capability: CAP_SYS_ADMIN
 *   label: file-max
 *   type: increase_limit
 *   allows: opening files beyond fs.file-max
 *   without: ENFILE
 *   condition: fs.file-max open file descriptions exist
 *   desc: In the initial user namespace.
 *   origin: fs/file_table.c: alloc_empty_file()
 *
 * capability: CAP_SYS_ADMIN
 *   label: exclusive-terminal
 *   type: bypass_check
 *   allows: opening a terminal that TIOCEXCL made exclusive
 *   without: EBUSY
 *   condition: the object is such a terminal
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == chardev
 *   desc: In the initial user namespace.
 *   origin: drivers/tty/tty_io.c: tty_reopen()
 *
 * capability: CAP_SYS_RESOURCE
 *   type: increase_limit
 *   allows: use of the blocks that ext4 keeps in reserve, and exceeding quotas
 *   without: ENOSPC or EDQUOT
 *   condition: making the file needs a block or inode, and no other is left
 *   when: !(flags & O_PATH) && (flags & (O_CREAT | __O_TMPFILE))
 *   origin: fs/ext4/balloc.c: ext4_has_free_clusters(); fs/quota/dquot.c: ignore_hardlimit()
 *
 * capability: CAP_SYS_RAWIO
 *   type: access_resource
 *   allows: opening /dev/mem, /dev/port and other devices that reach raw memory or ports
 *   without: EPERM
 *   condition: the driver asks for it
 *   when: !(flags & O_PATH) && path_kind(dfd, filename) == chardev
 *   origin: drivers/char/mem.c: open_port()
 *
 * constraint: order of checks
 *   label: order
 *   desc: The flags come first (EINVAL), then the string (EFAULT, ENAMETOOLONG, ENOENT), the
 *     descriptor number (EMFILE), the description (ENFILE) and the walk. At the last component
 *     follow O_EXCL (EEXIST), O_CREAT on a directory (EISDIR), sticky directories (EACCES),
 *     O_DIRECTORY (ENOTDIR), the kind of object (ELOOP, EISDIR, EACCES on nodev), the read-only
 *     file system and the immutable attribute (EROFS, EPERM), permission (EACCES), append-only and
 *     O_NOATIME (EPERM), programs that run (ETXTBSY), the read-only mount (EROFS), security module,
 *     fanotify (EPERM), leases (EAGAIN), the open operation of file system or driver, O_DIRECT
 *     (EINVAL), and last of all truncation.
 *   origin: fs/open.c: do_sys_openat2(), do_dentry_open(); fs/namei.c: path_openat(), do_open(),
 *     may_open()
 *
 * constraint: O_PATH stands alone
 *   label: path-only
 *   desc: O_PATH marks a place and opens nothing: no permission on the object is needed, no driver
 *     is told, nobody is notified, and all other flags but O_CLOEXEC, O_DIRECTORY and O_NOFOLLOW
 *     are dropped before they are judged.
 *   origin: fs/open.c: build_open_how(), do_dentry_open()
 *
 * constraint: mode of a new file
 *   label: new-mode
 *   expr: permissions == (mode & 07777 & ~umask)
 *   desc: In a directory with a default ACL this takes the place of the umask. S_ISGID together
 *     with S_IXGRP may be dropped, see CAP_FSETID. Later openings are judged by these bits, this
 *     one is not: a new file with mode 0 can be open for writing.
 *   origin: fs/namei.c: vfs_prepare_mode(), do_open()
 *
 * constraint: O_EXCL without O_CREAT
 *   label: exclusive-claim
 *   desc: Claims a block device for this description alone among those who claim. It makes a file
 *     of O_TMPFILE one that cannot be linked. Otherwise it means nothing.
 *   origin: block/fops.c: file_to_blk_mode(); fs/namei.c: vfs_tmpfile()
 */
void file_open(int dfd, const char __user *filename, int flags, umode_t mode);
