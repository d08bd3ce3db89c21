// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is seen before and after the call.
 *
 * A second process looks: it shares the memory of the case and has a copy of its descriptor table,
 * credentials, folders and namespaces. So it may open what it needs, and nothing of the case changes.
 * What cannot be seen is left out.
 */
#include "executor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK_BYTES = 256 << 10 };

/* Run some work in a process that shares memory but no descriptor table, and wait for its end. */
static int borrow(int (*work)(void *), void *arg)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	int status;
	/* No signal at its end: the case may count SIGCHLD. */
	pid_t pid = clone(work, stack + sizeof(stack), CLONE_VM | CLONE_VFORK, arg);

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, __WCLONE) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The process. */

static uint64_t effective_capabilities(bool *known)
{
	const uint32_t version_3 = 0x20080522;
	uint32_t header[2] = { version_3, 0 };
	uint32_t sets[6] = { 0 };

	*known = syscall(SYS_capget, header, sets) == 0;
	return sets[0] | (uint64_t)sets[3] << 32;
}

/* The lowest descriptor number that is free and below the limit; -1 if there is none. */
static int lowest_free(rlim_t limit)
{
	for (int fd = 0; (rlim_t)fd < limit; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			return fd;
	return -1;
}

struct job {
	struct run *run;
	struct text *text;
	bool is_after;
};

static bool operand_value(const struct job *job, const struct operand *operand, uint64_t *value)
{
	if (operand->kind == IS_RESULT && !job->is_after)
		return false;
	*value = operand->kind == IS_VALUE ? operand->value :
		 operand->kind == IS_RESULT ? (uint64_t)job->run->report->ret :
		 job->run->report->regs[operand->reg];
	if (operand->bits > 0 && operand->bits < 64)
		*value &= (UINT64_C(1) << operand->bits) - 1;
	return true;
}

/* Whether a watch is about a descriptor. */
static bool is_watched(const struct job *job, int fd)
{
	for (int i = 0; i < job->run->watch_count; i++) {
		uint64_t value;

		if (operand_value(job, &job->run->watches[i].operands[0], &value) &&
		    (int)value == fd)
			return true;
	}
	return false;
}

/*
 * See that a descriptor can be opened: this process may have one more than the case, or closes its
 * copy of one that nobody asks about.
 */
static void make_room(const struct job *job, struct rlimit limit)
{
	int fd;

	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	fd = dup(STDIN_FILENO);
	if (fd >= 0 || errno != EMFILE) {
		close(fd);
		return;
	}
	for (fd = (int)limit.rlim_cur - 1; fd >= 0; fd--)
		if (!is_watched(job, fd) && !close(fd))
			return;
}

static void look_process(const struct job *job)
{
	const struct run *run = job->run;
	struct text *text = job->text;
	struct rlimit files = { 0 };
	uint64_t capabilities;
	char bytes[128];
	ssize_t count;
	bool known;

	put(text, "\"process\":{\"uid\":%d,\"gid\":%d,\"fsuid\":%d,\"rlimits\":[", geteuid(),
	    getegid(), setfsuid((uid_t)-1));
	for (int i = 0; i < 16; i++) {
		struct rlimit limit = { 0 };

		if (getrlimit(i, &limit))
			break;
		if (i == RLIMIT_NOFILE)
			files = limit;
		put(text, "%s%llu", i ? "," : "", (unsigned long long)limit.rlim_cur);
	}
	put(text, "]");
	capabilities = effective_capabilities(&known);
	if (known)
		put(text, ",\"caps\":%" PRIu64, capabilities);
	if (!run->has_threads)
		put(text, ",\"free\":%d", lowest_free(files.rlim_cur));
	else if (run->free_number >= -1)
		put(text, ",\"free\":%d", run->free_number);
	count = readlink("/proc/self/ns/user", bytes, sizeof(bytes));
	if (count >= 0) {
		put(text, ",\"user_ns\":");
		put_string(text, bytes, (size_t)count);
	}
	make_room(job, files);
	count = read_file("/proc/sys/fs/nr_open", bytes, sizeof(bytes));
	if (count > 0)
		put(text, ",\"nr_open\":%lld", atoll(bytes));
	put(text, "}");
}

static void look_watch(const struct job *job, int index)
{
	const struct watch *watch = &job->run->watches[index];
	struct text *text = job->text;
	uint64_t values[2] = { 0 };

	for (int i = 0; i < watch->count; i++) {
		if (!operand_value(job, &watch->operands[i], &values[i])) {
			put(text, "null");
			return;
		}
	}
	switch (watch->kind) {
	case WATCH_FD:
		look_fd(job->run, text, (int)values[0], watch->reserved);
		break;
	case WATCH_PATH:
		look_path(job->run, text, (int)values[0], values[1]);
		break;
	case WATCH_STRING:
		look_string(text, values[0], values[1]);
		break;
	case WATCH_MEMORY:
		look_memory(text, values[0], values[1], false);
		break;
	case WATCH_VMA:
		look_memory(text, values[0], values[1], true);
		break;
	case WATCH_DATA:
		look_data(text, values[0], values[1], index, job->is_after);
		break;
	case WATCH_FILE:
		look_file(text, (int)values[0]);
		break;
	}
}

static int work(void *arg)
{
	struct job *job = arg;

	put(job->text, "{");
	look_process(job);
	put(job->text, ",\"watches\":[");
	for (int i = 0; i < job->run->watch_count; i++) {
		put(job->text, "%s", i ? "," : "");
		look_watch(job, i);
	}
	put(job->text, "]}");
	_exit(0);
}

/*
 * Whether a number is taken although no file is behind it. Only the table of the case itself knows;
 * a new descriptor tells, as it gets the lowest number that is free.
 */
static int is_reserved(int fd, int free_number)
{
	int probe, copy;

	if (fd < 0 || fcntl(fd, F_GETFD) >= 0 || fd == free_number)
		return 0;
	if (free_number < 0 || fd < free_number)
		return free_number < -1 ? -1 : 1;
	/* A number that far would make the table grow. */
	if (fd >= 64)
		return -1;
	probe = (int)syscall(SYS_eventfd2, 0, 0);
	if (probe < 0)
		return -1;
	copy = fcntl(probe, F_DUPFD, fd);
	if (copy >= 0)
		close(copy);
	close(probe);
	return copy < 0 ? -1 : copy != fd;
}

static void look_at_numbers(const struct job *job)
{
	struct run *run = job->run;

	if (run->has_threads) {
		int fd = (int)syscall(SYS_eventfd2, 0, 0);

		run->free_number = fd >= 0 ? fd : errno == EMFILE ? -1 : -2;
		close(fd);
	}
	for (int i = 0; i < run->watch_count; i++) {
		struct watch *watch = &run->watches[i];
		uint64_t value;

		watch->reserved = 0;
		if (run->has_threads && watch->kind == WATCH_FD &&
		    operand_value(job, &watch->operands[0], &value))
			watch->reserved = is_reserved((int)value, run->free_number);
	}
}

void look(struct run *run, struct text *text, bool is_after)
{
	struct job job = { run, text, is_after };

	look_at_numbers(&job);
	text->used = 0;
	text->full = false;
	if (borrow(work, &job) != 0)
		text->full = true;
}

/* Threads. */

static int read_state(void *arg)
{
	int *tid = arg;
	char path[64], bytes[512];
	const char *end;
	ssize_t count;

	/* The parent is the process of the case. */
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", getppid(), *tid);
	count = read_file(path, bytes, sizeof(bytes));
	end = count > 0 ? strrchr(bytes, ')') : NULL;
	_exit(end && end[1] == ' ' && end[2] == 'S' ? 0 : 1);
}

bool is_thread_asleep(int tid)
{
	return borrow(read_state, &tid) == 0;
}
