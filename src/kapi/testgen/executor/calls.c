// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The calls that set-up may make, by name, and what is refused outside a guest.
 *
 * The guards keep a mistake in a case from changing the machine that it runs on. They are no wall
 * against a case that means harm: whoever may run cases may run programs.
 */
#include "executor.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What has to hold for a call, so that it stays with the case. */
enum guard {
	FREE,
	GUEST,		/* only in a guest */
	MOUNTS,		/* only in a mount namespace of its own */
	OPEN,		/* args[1] is a path to be written; flags are args[2] */
	TRY_OPENAT,	/* the same, and nothing is written behind it */
	TRY_OPEN,	/* the same with args[0] and args[1] */
	PATH,		/* args[0] is a path of the case */
	PATH_AT,	/* args[1] is one */
	PATH_AT_3,	/* args[3] is one */
	LINK,		/* args[2] is one: a new symbolic link */
	CHDIR,
	CHROOT,
	KILL,		/* args[0] is a process of the case */
	IOCTL,
	MADVISE,
	NEVER,		/* not even in a guest: it would end the executor */
};

/* Numbers that libraries older than the call lack; the same on every architecture but alpha. */
#if !defined(SYS_mseal) && !defined(__alpha__)
#define SYS_mseal 462
#endif
#if !defined(SYS_mmap) && defined(SYS_mmap2)
#define SYS_mmap SYS_mmap2
#endif

#define CALL(name, guard) { #name, SYS_##name, guard }

static const struct setup_call {
	const char *name;
	long number;
	enum guard guard;
} setup_calls[] = {
	CALL(openat, OPEN),
	CALL(close, FREE),
#ifdef SYS_close_range
	CALL(close_range, FREE),
#endif
	CALL(dup, FREE),
	CALL(dup3, FREE),
	CALL(pipe2, FREE),
	CALL(read, FREE),
	CALL(write, FREE),
	CALL(pread64, FREE),
	CALL(pwrite64, FREE),
	CALL(lseek, FREE),
	CALL(ftruncate, FREE),
	CALL(fallocate, FREE),
	CALL(fcntl, FREE),
	CALL(flock, FREE),
	CALL(ioctl, IOCTL),
	CALL(fsync, FREE),
	CALL(mkdirat, PATH_AT),
	CALL(mknodat, PATH_AT),
	CALL(symlinkat, LINK),
	CALL(linkat, PATH_AT_3),
	CALL(unlinkat, PATH_AT),
	CALL(renameat2, PATH_AT_3),
	CALL(fchmodat, PATH_AT),
	CALL(fchownat, PATH_AT),
	CALL(truncate, PATH),
	CALL(setxattr, PATH),
	CALL(fchmod, FREE),
	CALL(fchown, FREE),
	CALL(utimensat, PATH_AT),
	CALL(chdir, CHDIR),
	CALL(fchdir, FREE),
	CALL(chroot, CHROOT),
	CALL(umask, FREE),
#ifdef SYS_socket
	CALL(socket, FREE),
	CALL(socketpair, FREE),
	CALL(bind, FREE),
	CALL(listen, FREE),
	CALL(connect, FREE),
	CALL(accept4, FREE),
	CALL(getsockname, FREE),
	CALL(shutdown, FREE),
	CALL(setsockopt, FREE),
	CALL(sendto, FREE),
#endif
	CALL(eventfd2, FREE),
	CALL(timerfd_create, FREE),
	CALL(timerfd_settime, FREE),
	CALL(signalfd4, FREE),
	CALL(epoll_create1, FREE),
	CALL(epoll_ctl, FREE),
	CALL(inotify_init1, FREE),
	CALL(inotify_add_watch, FREE),
	CALL(fanotify_init, FREE),
	CALL(fanotify_mark, FREE),
	CALL(memfd_create, FREE),
#ifdef SYS_memfd_secret
	CALL(memfd_secret, FREE),
#endif
	CALL(pidfd_open, FREE),
	CALL(add_key, GUEST),
	CALL(keyctl, GUEST),
	CALL(vmsplice, FREE),
	CALL(userfaultfd, FREE),
	CALL(mmap, FREE),
	CALL(mprotect, FREE),
	CALL(munmap, FREE),
	CALL(mremap, FREE),
	CALL(mlock, FREE),
	CALL(mlock2, FREE),
	CALL(mlockall, FREE),
	CALL(munlock, FREE),
	CALL(madvise, MADVISE),
#ifdef SYS_mseal
	CALL(mseal, FREE),
#endif
	CALL(prlimit64, FREE),
	CALL(setresuid, FREE),
	CALL(setresgid, FREE),
	CALL(setgroups, FREE),
	CALL(setfsuid, FREE),
	CALL(capset, FREE),
	CALL(prctl, FREE),
	CALL(seccomp, FREE),
	CALL(personality, FREE),
	CALL(unshare, FREE),
	CALL(setns, FREE),
	CALL(setsid, FREE),
	CALL(setpgid, FREE),
	CALL(getpid, FREE),
	CALL(gettid, FREE),
	CALL(kill, KILL),
	CALL(tgkill, KILL),
	CALL(rt_sigprocmask, FREE),
	CALL(setitimer, FREE),
	CALL(nanosleep, FREE),
	CALL(mount, MOUNTS),
	CALL(umount2, MOUNTS),
#ifdef SYS_open_tree
	CALL(open_tree, FREE),
	CALL(move_mount, MOUNTS),
#endif
#ifdef SYS_mount_setattr
	CALL(mount_setattr, MOUNTS),
#endif
#ifdef SYS_landlock_create_ruleset
	CALL(landlock_create_ruleset, FREE),
	CALL(landlock_restrict_self, FREE),
#endif
	CALL(quotactl, GUEST),
	CALL(swapon, GUEST),
	CALL(swapoff, GUEST),
	CALL(clock_settime, GUEST),
	CALL(acct, GUEST),
	CALL(shmget, GUEST),
	CALL(shmat, FREE),
};

/* Calls under test that are not simply made. Those that are not here are. */
static const struct guarded_call {
	long number;
	enum guard guard;
} guarded_calls[] = {
#ifdef SYS_fork
	{ SYS_fork, NEVER },
	{ SYS_vfork, NEVER },
#endif
	{ SYS_clone, NEVER },
#ifdef SYS_clone3
	{ SYS_clone3, NEVER },
#endif
	{ SYS_reboot, NEVER },
	{ SYS_openat, TRY_OPENAT },
#ifdef SYS_openat2
	{ SYS_openat2, PATH_AT },
#endif
#ifdef SYS_open
	{ SYS_open, TRY_OPEN },
#endif
	{ SYS_madvise, MADVISE },
	{ SYS_ioctl, IOCTL },
	{ SYS_kill, KILL },
	{ SYS_tkill, KILL },
	{ SYS_tgkill, KILL },
	{ SYS_rt_sigqueueinfo, KILL },
	{ SYS_ptrace, GUEST },
	{ SYS_process_vm_writev, GUEST },
	{ SYS_mount, MOUNTS },
	{ SYS_umount2, MOUNTS },
	{ SYS_pivot_root, MOUNTS },
	{ SYS_chroot, CHROOT },
	{ SYS_chdir, CHDIR },
	{ SYS_truncate, PATH },
	{ SYS_unlinkat, PATH_AT },
	{ SYS_mkdirat, PATH_AT },
	{ SYS_mknodat, PATH_AT },
	{ SYS_fchmodat, PATH_AT },
	{ SYS_fchownat, PATH_AT },
	{ SYS_linkat, PATH_AT_3 },
	{ SYS_renameat2, GUEST },
	{ SYS_swapon, GUEST },
	{ SYS_swapoff, GUEST },
	{ SYS_settimeofday, GUEST },
	{ SYS_clock_settime, GUEST },
	{ SYS_adjtimex, GUEST },
	{ SYS_clock_adjtime, GUEST },
	{ SYS_sethostname, GUEST },
	{ SYS_setdomainname, GUEST },
	{ SYS_syslog, GUEST },
	{ SYS_acct, GUEST },
	{ SYS_quotactl, GUEST },
	{ SYS_init_module, GUEST },
	{ SYS_finit_module, GUEST },
	{ SYS_delete_module, GUEST },
	{ SYS_bpf, GUEST },
	{ SYS_vhangup, GUEST },
#ifdef SYS_kexec_load
	{ SYS_kexec_load, NEVER },
#endif
#ifdef SYS_rename
	{ SYS_rename, GUEST },
	{ SYS_renameat, GUEST },
	{ SYS_unlink, PATH },
	{ SYS_rmdir, PATH },
	{ SYS_creat, PATH },
	{ SYS_mknod, PATH },
	{ SYS_chmod, PATH },
	{ SYS_chown, PATH },
	{ SYS_lchown, PATH },
#endif
#ifdef SYS_iopl
	{ SYS_iopl, GUEST },
	{ SYS_ioperm, GUEST },
#endif
};

/* Terminals and queues; what a file system or a device would take to heart is not here. */
static const unsigned long harmless_requests[] = {
	FIONREAD, FIONBIO, FIOASYNC, TCGETS, TCSETS, TIOCSCTTY, TIOCNOTTY, TIOCEXCL, TIOCNXCL,
	TIOCGPTN, TIOCSPTLCK, TIOCGPGRP, TIOCSPGRP, TIOCGWINSZ,
};

/* Things outside the folder of the case that may be opened in any way. */
static const char *const harmless_paths[] = {
	"/dev/full", "/dev/null", "/dev/ptmx", "/dev/random", "/dev/tty", "/dev/urandom", "/dev/zero",
};

static const char *const harmless_folders[] = {
	"/dev/pts/", "/proc/self/", "/proc/thread-self/",
};

/* Folders whose files make nothing of O_CREAT and O_TRUNC. The root directory cannot be written. */
static const char *const pseudo_folders[] = { "/proc/", "/sys/" };

static bool begins_with_one(const char *path, const char *const *folders, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return true;
	return false;
}

static bool is_ours(const struct run *run, uint64_t address, bool or_pseudo)
{
	char bytes[PATH_BYTES];
	ssize_t count = copy_string(address, bytes, sizeof(bytes));
	size_t length = strlen(run->folder);
	const char *path = bytes;

	/* What cannot be read, or is too long, names nothing. */
	if (count < 0 || count == (ssize_t)sizeof(bytes) || run->in_chroot)
		return true;
	while (path[0] == '/' && path[1] == '/')
		path++;
	if (path[0] != '/')
		return !run->is_outside;
	if (!strncmp(path, run->folder, length) && (path[length] == '/' || !path[length]))
		return true;
	for (size_t i = 0; i < sizeof(harmless_paths) / sizeof(*harmless_paths); i++)
		if (!strcmp(path, harmless_paths[i]))
			return true;
	if (or_pseudo && (!path[1] || begins_with_one(path, pseudo_folders, 2)))
		return true;
	return begins_with_one(path, harmless_folders, 3);
}

static bool is_harmless_request(unsigned long request)
{
	for (size_t i = 0; i < sizeof(harmless_requests) / sizeof(*harmless_requests); i++)
		if (harmless_requests[i] == request)
			return true;
	return false;
}

static bool is_own_process(const struct run *run, pid_t pid)
{
	if (pid == getpid())
		return true;
	for (int i = 0; i < run->helper_count; i++)
		if (run->helpers[i] == pid)
			return true;
	return false;
}

/* Poisons or takes away page frames, which the machine does not get back. */
static bool takes_frames(const uint64_t *args)
{
	const int poison = 100, offline = 101;	/* MADV_HWPOISON, MADV_SOFT_OFFLINE */

	return args[1] && ((int)args[2] == poison || (int)args[2] == offline) && !geteuid();
}

static bool may_open(const struct run *run, uint64_t path, int flags, bool or_pseudo)
{
	if ((flags & O_PATH) || !(flags & (O_ACCMODE | O_CREAT | O_TRUNC)))
		return true;
	return is_ours(run, path, or_pseudo);
}

/* Why a call is refused; NULL if it is not. */
static const char *refusal(struct run *run, enum guard guard, const uint64_t *args)
{
	bool fits;

	if (guard == NEVER)
		return "this call is never made";
	if (guard == MOUNTS)
		return run->own_mounts ? NULL : "needs 'mounts' before";
	if (run->is_guest)
		return NULL;
	switch (guard) {
	case GUEST:
		return "only in a guest";
	case OPEN:
		fits = may_open(run, args[1], (int)args[2], false);
		break;
	case TRY_OPENAT:
		fits = may_open(run, args[1], (int)args[2], true);
		break;
	case TRY_OPEN:
		fits = may_open(run, args[0], (int)args[1], true);
		break;
	case PATH:
	case CHROOT:
		fits = is_ours(run, args[0], false);
		break;
	case PATH_AT:
		fits = is_ours(run, args[1], false);
		break;
	case LINK:
		fits = is_ours(run, args[2], false);
		break;
	case PATH_AT_3:
		fits = is_ours(run, args[3], false);
		break;
	case KILL:
		return is_own_process(run, (pid_t)args[0]) ? NULL : "a process of somebody else";
	case IOCTL:
		return is_harmless_request(args[1]) ? NULL : "this request only in a guest";
	case MADVISE:
		return takes_frames(args) ? "takes memory from the machine" : NULL;
	default:
		return NULL;
	}
	return fits ? NULL : "a path outside the case";
}

/* Where the case stands afterwards, for the guards of later calls. */
static void note_move(struct run *run, enum guard guard, const uint64_t *args)
{
	if (guard == CHDIR && !is_ours(run, args[0], false))
		run->is_outside = true;
	if (guard == CHROOT)
		run->in_chroot = true;
}

long find_call(struct run *run, const char *name)
{
	for (size_t i = 0; i < sizeof(setup_calls) / sizeof(*setup_calls); i++)
		if (!strcmp(setup_calls[i].name, name))
			return setup_calls[i].number;
	stop(run, STOP_MALFORMED, 0, "no such set-up call");
}

void check_setup_call(struct run *run, long number, const uint64_t *args)
{
	for (size_t i = 0; i < sizeof(setup_calls) / sizeof(*setup_calls); i++) {
		enum guard guard = setup_calls[i].guard;
		const char *why;

		if (setup_calls[i].number != number)
			continue;
		why = refusal(run, guard, args);
		if (why)
			stop(run, STOP_REFUSED, 0, why);
		note_move(run, guard, args);
		return;
	}
}

void check_call(struct run *run, uint64_t number, const uint64_t *args)
{
	for (size_t i = 0; i < sizeof(guarded_calls) / sizeof(*guarded_calls); i++) {
		const char *why;

		if ((uint64_t)guarded_calls[i].number != number)
			continue;
		why = refusal(run, guarded_calls[i].guard, args);
		if (why)
			stop(run, STOP_REFUSED, 0, why);
	}
}
