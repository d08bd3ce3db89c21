// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of a case: set-up, what to watch, and the call. Runs in the process of the case. */
#include "executor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static struct report *shared;	/* for handlers of signals */

static void check_result(struct run *run, long result, const char *what)
{
	if (result < 0)
		stop(run, STOP_SETUP, errno, what);
}

static void set_slot(struct run *run, int slot, uint64_t value)
{
	if (slot >= 0)
		run->slots[slot] = value;
}

static long make_call(uint64_t number, const uint64_t *args)
{
	return syscall((long)number, (long)args[0], (long)args[1], (long)args[2], (long)args[3],
		       (long)args[4], (long)args[5]);
}

void *pointer(uint64_t address)
{
	return (void *)(uintptr_t)address;
}

/* Calls and memory. */

/* The arguments of a set-up call, which is then known to be harmless. */
static void read_setup_args(struct run *run, char **at, long number, uint64_t *args)
{
	read_arguments(run, at, args);
	check_setup_call(run, number, args);
}

static void op_sys(struct run *run, char **at)
{
	int slot = read_target(run, at);
	long number = find_call(run, read_word(run, at)), result;
	uint64_t args[REGISTERS];

	read_setup_args(run, at, number, args);
	result = make_call((uint64_t)number, args);
	check_result(run, result, "the set-up call failed");
	set_slot(run, slot, (uint64_t)result);
}

static void op_try(struct run *run, char **at)
{
	int slot = read_target(run, at);
	long number = find_call(run, read_word(run, at)), result;
	uint64_t args[REGISTERS];

	read_setup_args(run, at, number, args);
	result = make_call((uint64_t)number, args);
	set_slot(run, slot, (uint64_t)(result < 0 ? -errno : result));
}

static void op_let(struct run *run, char **at)
{
	int slot = read_target(run, at);

	set_slot(run, slot, read_value(run, at));
	expect_end(run, at);
}

static void op_get(struct run *run, char **at)
{
	int slot = read_target(run, at);
	const void *from = pointer(read_value(run, at));
	uint64_t bytes = read_value(run, at);
	int32_t four;
	uint64_t eight;

	expect_end(run, at);
	if (bytes == sizeof(four)) {
		memcpy(&four, from, sizeof(four));
		set_slot(run, slot, (uint64_t)(int64_t)four);
	} else if (bytes == sizeof(eight)) {
		memcpy(&eight, from, sizeof(eight));
		set_slot(run, slot, eight);
	} else {
		malformed(run, "4 or 8 bytes");
	}
}

static void op_put(struct run *run, char **at)
{
	void *to = pointer(read_value(run, at));
	uint64_t bytes = read_value(run, at);
	uint64_t value = read_value(run, at);
	uint32_t four = (uint32_t)value;

	expect_end(run, at);
	if (bytes == sizeof(four))
		memcpy(to, &four, sizeof(four));
	else if (bytes == sizeof(value))
		memcpy(to, &value, sizeof(value));
	else
		malformed(run, "4 or 8 bytes");
}

/* A pattern that repeats nowhere near: byte i is seed + i + i / 256. */
static void op_fill(struct run *run, char **at)
{
	unsigned char *to = pointer(read_value(run, at));
	uint64_t count = read_value(run, at);
	uint64_t seed = read_value(run, at);

	expect_end(run, at);
	for (uint64_t i = 0; i < count; i++)
		to[i] = (unsigned char)(seed + i + (i >> 8));
}

/* 'find $N NAME': the address of the mapping that /proc/self/maps calls so, such as [vvar]. */
static void op_find(struct run *run, char **at)
{
	int slot = read_target(run, at);
	const char *name = pointer(read_value(run, at));
	FILE *stream = fopen("/proc/self/maps", "re");
	char line[512], found[256];
	uint64_t start;

	expect_end(run, at);
	check_result(run, stream ? 0 : -1, "no maps");
	while (fgets(line, sizeof(line), stream)) {
		if (sscanf(line, "%" SCNx64 "-%*x %*s %*s %*s %*s %255s", &start, found) != 2 ||
		    strcmp(found, name))
			continue;
		set_slot(run, slot, start);
		fclose(stream);
		return;
	}
	stop(run, STOP_SETUP, ENOENT, "no such mapping");
}

/*
 * 'stripe ADDRESS PAGES': every second page becomes a mapping of its own, until the process may have
 * no more.
 */
static void op_stripe(struct run *run, char **at)
{
	uint64_t start = read_value(run, at), count = read_value(run, at);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	expect_end(run, at);
	for (uint64_t i = 1; i < count; i += 2) {
		if (!mprotect(pointer(start + i * page), page, PROT_NONE))
			continue;
		check_result(run, errno == ENOMEM ? 0 : -1, "a page cannot be protected");
		return;
	}
}

/* Processes and threads. */

struct helper {
	uint64_t delay_ms;
	long number;
	uint64_t args[REGISTERS];
	volatile int tid;
	volatile bool is_done;
};

void sleep_us(uint64_t us)
{
	struct timespec time = { (time_t)(us / 1000000), (long)(us % 1000000) * 1000 };

	while (nanosleep(&time, &time) && errno == EINTR)
		;
}

static void *run_helper(void *arg)
{
	struct helper *helper = arg;
	int tid = (int)syscall(SYS_gettid);

	if (helper->delay_ms) {
		helper->tid = tid;
		sleep_us(helper->delay_ms * 1000);
	}
	helper->tid = tid;
	make_call((uint64_t)helper->number, helper->args);
	helper->is_done = true;
	return NULL;
}

/* 'thread CALL MS ...': another thread makes a call; with 0 ms it is waited for until it sleeps. */
static void op_thread(struct run *run, char **at)
{
	struct helper *helper = calloc(1, sizeof(*helper));
	sigset_t all, old;
	pthread_attr_t attributes;
	pthread_t thread;
	int asleep = 0;

	if (!helper)
		malformed(run, "no memory");
	helper->number = find_call(run, read_word(run, at));
	helper->delay_ms = read_value(run, at);
	read_setup_args(run, at, helper->number, helper->args);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 << 10);
	errno = pthread_create(&thread, &attributes, run_helper, helper);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	check_result(run, errno ? -1 : 0, "no thread");
	run->has_threads = true;
	while (!helper->tid || (!helper->delay_ms && asleep < 3 && !helper->is_done)) {
		sleep_us(500);
		if (helper->tid)
			asleep = is_thread_asleep(helper->tid) ? asleep + 1 : 0;
	}
}

static void end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

static void close_all(void)
{
#ifdef SYS_close_range
	if (!syscall(SYS_close_range, 0, ~0U, 0))
		return;
#endif
	for (int fd = 0; fd < 4096; fd++)
		close(fd);
}

static void add_helper(struct run *run, pid_t pid)
{
	if (run->helper_count == HELPERS)
		malformed(run, "too many processes");
	run->helpers[run->helper_count++] = pid;
}

/* 'fork $N': the case goes on in a child; this process keeps all it has, and waits. */
static void op_fork(struct run *run, char **at)
{
	int slot = read_target(run, at);
	pid_t parent = getpid(), pid;
	int status;

	expect_end(run, at);
	pid = fork();
	check_result(run, pid, "no process");
	if (!pid) {
		end_with_parent();
		run->report->pid = getpid();
		run->was_forked = true;
		run->has_threads = false;
		set_slot(run, slot, (uint64_t)parent);
		add_helper(run, parent);
		return;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			_exit(0);
	if (WIFSIGNALED(status))
		run->report->killed_by = WTERMSIG(status);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

/* A child that ends with this process and holds no descriptor; its pid, or 0 in the child. */
pid_t fork_helper(struct run *run, int slot)
{
	pid_t pid = fork();

	check_result(run, pid, "no process");
	if (!pid) {
		end_with_parent();
		close_all();
		return 0;
	}
	add_helper(run, pid);
	set_slot(run, slot, (uint64_t)pid);
	return pid;
}

static _Noreturn void pause_for_ever(void)
{
	for (;;)
		pause();
}

/* 'child $N': a process that does nothing and holds no descriptor. */
static void op_child(struct run *run, char **at)
{
	int slot = read_target(run, at), before = run->report->idle;

	expect_end(run, at);
	if (!fork_helper(run, slot)) {
		run->report->idle++;
		pause_for_ever();
	}
	while (run->report->idle == before)
		sleep_us(50);
}

/* 'userns $N': such a process in a user namespace that has a number for root alone. */
static void op_userns(struct run *run, char **at)
{
	const char *const maps[][2] = {
		{ "uid_map", "0 0 1" }, { "setgroups", "deny" }, { "gid_map", "0 0 1" },
	};
	int slot = read_target(run, at), before = run->report->idle;
	char path[64];
	pid_t pid;

	expect_end(run, at);
	pid = fork_helper(run, slot);
	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			run->report->idle += 2;
		run->report->idle++;
		pause_for_ever();
	}
	while (run->report->idle == before)
		sleep_us(50);
	errno = EPERM;
	check_result(run, run->report->idle == before + 1 ? 0 : -1, "no user namespace");
	for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++) {
		snprintf(path, sizeof(path), "/proc/%d/%s", pid, maps[i][0]);
		check_result(run, write_file(path, maps[i][1]), path);
	}
}

/* 'spawn $N PATH': a process that executes a copy of this program, and does nothing. */
static void op_spawn(struct run *run, char **at)
{
	int slot = read_target(run, at);
	const char *path = pointer(read_value(run, at));
	char pause_option[] = "--pause", *argv[] = { NULL, pause_option, NULL };
	char *const environment[] = { NULL };
	volatile int error = 0;
	pid_t pid;

	expect_end(run, at);
	argv[0] = (char *)path;
	pid = vfork();
	check_result(run, pid, "no process");
	if (!pid) {
		/* Without descriptors, and the parent goes on when the program was started. */
		close_all();
		execve(path, argv, environment);
		error = errno;
		_exit(1);
	}
	errno = error;
	check_result(run, error ? -1 : 0, "the program did not start");
	add_helper(run, pid);
	set_slot(run, slot, (uint64_t)pid);
}

/* 'copy NAME': a copy of this program. */
static void op_copy(struct run *run, char **at)
{
	const char *name = pointer(read_value(run, at));
	static char bytes[1 << 16];
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	ssize_t got;

	expect_end(run, at);
	check_result(run, from < 0 ? from : to, "the program cannot be copied");
	while ((got = read(from, bytes, sizeof(bytes))) > 0)
		check_result(run, write(to, bytes, (size_t)got), "the program cannot be copied");
	check_result(run, got, "the program cannot be copied");
	close(from);
	close(to);
}

/* Signals. */

static void count_signal(int number)
{
	shared->signals[number]++;
}

/* 'signal count|ignore|default|block NUMBER [FLAGS]' */
static void op_signal(struct run *run, char **at)
{
	const char *how = read_word(run, at);
	int number = (int)read_value(run, at);
	struct sigaction action = { 0 };
	sigset_t set;

	if (number <= 0 || number >= SIGNALS)
		malformed(run, "no such signal");
	if (!is_end(at))
		action.sa_flags = (int)read_value(run, at);
	expect_end(run, at);
	if (!strcmp(how, "block")) {
		sigemptyset(&set);
		sigaddset(&set, number);
		check_result(run, sigprocmask(SIG_BLOCK, &set, NULL), "the signal");
		return;
	}
	if (!strcmp(how, "count"))
		action.sa_handler = count_signal;
	else if (!strcmp(how, "ignore"))
		action.sa_handler = SIG_IGN;
	else if (!strcmp(how, "default"))
		action.sa_handler = SIG_DFL;
	else
		malformed(run, "expected count, ignore, default or block");
	check_result(run, sigaction(number, &action, NULL), "the signal");
}

/* Around the machine. */

/* 'mounts': a mount namespace from which nothing gets out. */
static void op_mounts(struct run *run, char **at)
{
	expect_end(run, at);
	check_result(run, unshare(CLONE_NEWNS), "no mount namespace");
	check_result(run, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "no private mounts");
	run->own_mounts = true;
}

/* Remember what a file says, so that the executor can put it back when the case has ended. */
static void keep_old(struct run *run, const char *path)
{
	struct report *report = run->report;
	struct setting *setting = &report->settings[report->setting_count];

	if (report->setting_count == SETTINGS)
		malformed(run, "too many settings");
	if (strlen(path) >= sizeof(setting->path))
		malformed(run, "the pathname is too long");
	strcpy(setting->path, path);
	if (read_file(path, setting->value, sizeof(setting->value)) > 0)
		report->setting_count++;
}

/* 'echo PATH TEXT': write a text to a file that exists, such as a sysctl. */
static void op_echo(struct run *run, char **at)
{
	const char *path = pointer(read_value(run, at));
	const char *value = pointer(read_value(run, at));

	expect_end(run, at);
	keep_old(run, path);
	check_result(run, write_file(path, value), path);
}

/*
 * A process that stays in the namespaces of the case until the executor has ended its swapping. It
 * does not end with its parent.
 */
static void hold_swap(struct run *run, const char *path)
{
	struct report *report = run->report;
	char whole[PATH_BYTES];
	pid_t pid;
	int count;

	check_result(run, realpath(path, whole) ? 0 : -1, path);
	pid = fork();
	check_result(run, pid, "no process");
	if (!pid) {
		close_all();
		pause_for_ever();
	}
	count = snprintf(report->swap, sizeof(report->swap), "/proc/%d/root%s", pid, whole);
	if (count >= (int)sizeof(report->swap))
		malformed(run, "the pathname is too long");
}

/* 'swap PATH': use a file or a block device as swap space until the case has ended. */
static void op_swap(struct run *run, char **at)
{
	const char *path = pointer(read_value(run, at));
	struct {
		char boot[1024];
		uint32_t version, last_page, bad_pages;
	} head = { .version = 1 };
	const long page = sysconf(_SC_PAGESIZE);
	off_t size;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	expect_end(run, at);
	check_result(run, fd, path);
	size = lseek(fd, 0, SEEK_END);
	head.last_page = (uint32_t)(size / page - 1);
	check_result(run, pwrite(fd, &head, sizeof(head), 0), path);
	check_result(run, pwrite(fd, "SWAPSPACE2", 10, page - 10), path);
	check_result(run, fsync(fd), path);
	close(fd);
	hold_swap(run, path);
	check_result(run, swapon(path, 0), "cannot swap to it");
}

/* 'fault N': the N-th point of the call at which the kernel can be made to fail does. */
static void op_fault(struct run *run, char **at)
{
	char bytes[24];
	int fd, count = snprintf(bytes, sizeof(bytes), "%d", (int)read_value(run, at));
	/* High, so that low numbers are as without it, and where the table need not grow. */
	const int high = 63;

	expect_end(run, at);
	if (!run->has_call)
		malformed(run, "belongs behind the call");
	fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	check_result(run, fd, "no fault injection");
	run->fault_fd = fd < high ? fcntl(fd, F_DUPFD_CLOEXEC, high) : fd;
	if (run->fault_fd < 0)
		run->fault_fd = fd;
	else if (run->fault_fd != fd)
		close(fd);
	run->report->tampered = true;
	/* From now on each point counts: nothing may come between this and the call. */
	check_result(run, pwrite(run->fault_fd, bytes, (size_t)count, 0), "no fault injection");
}

static void end_fault(struct run *run)
{
	char bytes[24] = "";

	if (run->fault_fd < 0)
		return;
	if (pread(run->fault_fd, bytes, sizeof(bytes) - 1, 0) > 0)
		run->report->fault_left = atoll(bytes);
	if (pwrite(run->fault_fd, "0", 1, 0) == 1)
		close(run->fault_fd);
}

/* 'tampered': something else than the kernel's code for the call may answer, such as seccomp. */
static void op_tampered(struct run *run, char **at)
{
	expect_end(run, at);
	run->report->tampered = true;
}

/* Has one capability of those that are permitted, and no other. */
static void op_within(struct run *run, char **at)
{
	const uint32_t version_3 = 0x20080522;
	uint32_t header[2] = { version_3, 0 };
	struct {
		uint32_t effective, permitted, inheritable;
	} sets[2] = { 0 };
	uint64_t number = read_value(run, at);

	expect_end(run, at);
	if (number >= 64)
		malformed(run, "there is no such capability");
	sets[number / 32].effective = 1U << number % 32;
	sets[number / 32].permitted = 1U << number % 32;
	check_result(run, syscall(SYS_capset, header, sets), "cannot keep the capability");
}

static void op_timeout(struct run *run, char **at)
{
	run->report->timeout_ms = (int)read_value(run, at);
	expect_end(run, at);
}

/* What to look at. */

static const struct watch_name {
	const char *name;
	enum watch_kind kind;
	int count;
} watch_names[] = {
	{ "fd", WATCH_FD, 1 },		/* a descriptor */
	{ "path", WATCH_PATH, 2 },	/* a pathname and where it starts */
	{ "string", WATCH_STRING, 2 },	/* a string of at most so many bytes */
	{ "memory", WATCH_MEMORY, 2 },	/* a range of memory */
	{ "vma", WATCH_VMA, 2 },	/* the same with the flags of its mappings */
	{ "data", WATCH_DATA, 2 },	/* the bytes in it */
	{ "file", WATCH_FILE, 1 },	/* the bytes in a file */
};

static void op_watch(struct run *run, char **at)
{
	const char *kind = read_word(run, at);
	struct watch *watch = &run->watches[run->watch_count];
	const struct watch_name *name = NULL;

	for (size_t i = 0; i < sizeof(watch_names) / sizeof(*watch_names); i++)
		if (!strcmp(watch_names[i].name, kind))
			name = &watch_names[i];
	if (!name)
		malformed(run, "there is nothing such to watch");
	if (run->watch_count == WATCHES)
		malformed(run, "too much to watch");
	watch->kind = name->kind;
	watch->count = name->count;
	for (int i = 0; i < watch->count; i++)
		read_operand(run, at, &watch->operands[i]);
	expect_end(run, at);
	run->watch_count++;
}

/* 'call NUMBER ...': what the case is about; what stands behind it is done after looking. */
static void op_call(struct run *run, char **at)
{
	struct report *report = run->report;

	if (run->has_call)
		malformed(run, "a case has one call");
	run->has_call = true;
	report->number = read_value(run, at);
	read_arguments(run, at, report->regs);
	check_call(run, report->number, report->regs);
	report->phase = IN_BEFORE;
	look(run, &report->before, false);
	report->phase = IN_ARMING;
}

static const struct op {
	const char *name;
	void (*run)(struct run *run, char **at);
	bool needs_guest;
} ops[] = {
	{ "answer", op_answer, true },
	{ "call", op_call, false },
	{ "child", op_child, false },
	{ "copy", op_copy, false },
	{ "cuse", op_cuse, true },
	{ "echo", op_echo, true },
	{ "fault", op_fault, true },
	{ "fill", op_fill, false },
	{ "find", op_find, false },
	{ "fork", op_fork, false },
	{ "fuse", op_fuse, true },
	{ "get", op_get, false },
	{ "let", op_let, false },
	{ "mounts", op_mounts, false },
	{ "put", op_put, false },
	{ "signal", op_signal, false },
	{ "spawn", op_spawn, false },
	{ "stripe", op_stripe, false },
	{ "swap", op_swap, true },
	{ "sys", op_sys, false },
	{ "tampered", op_tampered, false },
	{ "thread", op_thread, false },
	{ "timeout", op_timeout, false },
	{ "within", op_within, false },
	{ "try", op_try, false },
	{ "userns", op_userns, false },
	{ "watch", op_watch, false },
};

static void run_line(struct run *run, char *line)
{
	char *at = line;
	const char *name = read_word(run, &at);

	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		if (strcmp(ops[i].name, name))
			continue;
		if (ops[i].needs_guest && !run->is_guest)
			stop(run, STOP_REFUSED, 0, "only in a guest");
		ops[i].run(run, &at);
		return;
	}
	malformed(run, "no such op");
}

static void prepare(struct run *run)
{
	const rlim_t most_files = 1024;
	struct rlimit limit;
	sigset_t none;

	shared = run->report;
	run->report->pid = getpid();
	run->report->fault_left = -1;
	run->fault_fd = -1;
	run->free_number = -2;
	end_with_parent();
	setsid();
	close_all();
	umask(022);
	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur != most_files) {
		limit.rlim_cur = limit.rlim_max < most_files ? limit.rlim_max : most_files;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	limit.rlim_cur = limit.rlim_max = 0;
	setrlimit(RLIMIT_CORE, &limit);
	check_result(run, chdir(run->folder), "no folder");
	run->scratch = mmap(FAR_AWAY, SCRATCH_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check_result(run, run->scratch == MAP_FAILED ? -1 : 0, "no memory");
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void disarm(void)
{
	const struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
}

void run_case(struct run *run)
{
	struct report *report = run->report;
	pid_t pid;

	prepare(run);
	for (int i = 0; i < run->text->count; i++) {
		report->line = run->text->first + i;
		run_line(run, run->text->lines[i]);
	}
	if (!run->has_call)
		malformed(run, "a case needs a call");
	end_with_parent();	/* a change of credentials forgets it */
	pid = getpid();
	memset((void *)report->signals, 0, sizeof(report->signals));
	report->phase = IN_CALL;
	report->ret = make_call(report->number, report->regs);
	if (report->ret == -1)
		report->ret = -errno;
	if (getpid() != pid)
		_exit(0);
	report->phase = IN_AFTER;
	end_fault(run);
	end_answer(run);
	disarm();
	look(run, &report->after, true);
	report->phase = IS_DONE;
	_exit(0);
}
