// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs test cases: each sets a state up, makes one system call, and tells what was seen before and
 * after it. docs/executor.md has the language of cases and of results.
 *
 * usage: executor [--guest] [--start N] [--count N] [--timeout MS] [--folder DIR] [FILE]
 */
#include "executor.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/swap.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	FORMAT = 1,
	PHASE_TIMEOUT_MS = 30000,
	END_TIMEOUT_MS = 10000,
};

struct options {
	bool is_guest;
	int start;
	int count;
	int timeout_ms;
	const char *folder;
	const char *file;
};

struct cases {
	struct case_text *items;
	int count;
};

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "executor: %s: %s\n", what, why);
	exit(2);
}

static void *checked(void *memory)
{
	if (!memory)
		fail("memory", "none is left");
	return memory;
}

/* Reading. */

static char *read_all(const char *path)
{
	FILE *stream = path ? fopen(path, "re") : stdin;
	size_t used = 0, room = 1 << 16, got;
	char *bytes = checked(malloc(room));

	if (!stream)
		fail(path, strerror(errno));
	while ((got = fread(bytes + used, 1, room - used - 1, stream))) {
		used += got;
		if (room - used < 2)
			bytes = checked(realloc(bytes, room *= 2));
	}
	if (ferror(stream))
		fail(path ? path : "standard input", "cannot be read");
	bytes[used] = 0;
	fclose(stream);
	return bytes;
}

static struct case_text *add_case(struct cases *cases, const char *id, int line)
{
	struct case_text *item;

	if (!(cases->count & (cases->count + 1)))
		cases->items = checked(realloc(cases->items, (size_t)(cases->count + 1) * 2 *
					       sizeof(*cases->items)));
	item = &cases->items[cases->count++];
	memset(item, 0, sizeof(*item));
	item->id = id;
	item->first = line + 1;
	return item;
}

static void add_line(struct case_text *item, char *line)
{
	if (!(item->count & (item->count + 1)))
		item->lines = checked(realloc(item->lines, (size_t)(item->count + 1) * 2 *
					      sizeof(*item->lines)));
	item->lines[item->count++] = line;
}

static bool is_id(const char *id)
{
	for (const char *at = id; *at; at++)
		if (!isgraph((unsigned char)*at) || *at == '"' || *at == '\\')
			return false;
	return *id;
}

/* Cut the text into cases: 'case ID', lines, 'end'. */
static struct cases read_cases(char *bytes)
{
	struct case_text *open = NULL;
	struct cases cases = { 0 };
	char place[32];
	int number = 0;

	for (char *line = bytes; line; number++) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = 0;
		snprintf(place, sizeof(place), "line %d", number + 1);
		if (!strncmp(line, "case ", 5)) {
			if (open || !is_id(line + 5))
				fail(place, open ? "the case before has no end" : "no name of a case");
			open = add_case(&cases, line + 5, number + 1);
		} else if (!strcmp(line, "end")) {
			if (!open)
				fail(place, "no case ends here");
			open = NULL;
		} else if (open) {
			add_line(open, line);
		} else if (*line && *line != '#') {
			fail(place, "expected 'case' and a name");
		}
		line = next;
	}
	if (open)
		fail(open->id, "the case has no end");
	return cases;
}

/* Processes that are left. */

static void sleep_for_child(int ms)
{
	const struct timespec time = { ms / 1000, (long)(ms % 1000) * 1000000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigtimedwait(&set, NULL, &time);
}

static int64_t now_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* State letter and parent of a process; false if there is no such process. */
static bool read_stat(pid_t pid, char *state, pid_t *parent)
{
	char path[64], bytes[512];
	const char *end;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_file(path, bytes, sizeof(bytes)) <= 0)
		return false;
	end = strrchr(bytes, ')');
	return end && sscanf(end + 1, " %c %d", state, parent) == 2;
}

static void kill_children(void)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	pid_t parent;
	char state;

	if (!folder)
		return;
	while ((entry = readdir(folder))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0 && read_stat(pid, &state, &parent) && parent == getpid())
			kill(pid, SIGKILL);
	}
	closedir(folder);
}

/* End what a case left behind; orphans of the case are children of this process. */
static bool reap_all(void)
{
	int64_t end = now_ms() + END_TIMEOUT_MS;

	while (now_ms() < end) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0 && errno == ECHILD)
			return true;
		if (pid == 0) {
			kill_children();
			sleep_for_child(5);
		}
	}
	return false;
}

/* The folder of a case. */

static void clear_attributes(int folder, const char *name)
{
	const unsigned long set_flags = _IOW('f', 2, long);	/* FS_IOC_SETFLAGS */
	int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	int none = 0;

	if (fd < 0)
		return;
	ioctl(fd, set_flags, &none);
	close(fd);
}

static void remove_all(int folder, const char *name, bool is_guest)
{
	struct dirent *entry;
	DIR *inner;
	int fd;

	if (is_guest)
		clear_attributes(folder, name);
	if (!unlinkat(folder, name, 0) || !unlinkat(folder, name, AT_REMOVEDIR))
		return;
	fchmodat(folder, name, 0700, 0);
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	inner = fd < 0 ? NULL : fdopendir(fd);
	if (!inner)
		return;
	while ((entry = readdir(inner)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			remove_all(fd, entry->d_name, is_guest);
	closedir(inner);
	unlinkat(folder, name, AT_REMOVEDIR);
}

/* Results. */

static const char *const phases[] = { "setup", "before", "arming", "call", "after", "done" };
static const char *const stops[] = { "", "malformed", "refused", "setup" };

struct ending {
	int status;		/* as waitpid says it */
	bool timed_out;
	bool is_stuck;
	char state;		/* of the process when its time was up */
};

static void print_seen(const char *name, const struct text *text)
{
	if (text->full || !text->used || text->used > sizeof(text->data))
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%.*s", name, (int)text->used, text->data);
}

static enum phase phase_of(const struct report *report)
{
	return report->phase >= IN_SETUP && report->phase <= IS_DONE ? report->phase : IN_SETUP;
}

static void print_end(const struct report *report, const struct ending *ending)
{
	int killed_by = WIFSIGNALED(ending->status) ? WTERMSIG(ending->status) : report->killed_by;

	if (report->stop)
		printf("\"end\":\"%s\",\"errno\":%d,\"note\":\"%s\"", stops[report->stop],
		       report->error, report->note);
	else if (report->phase == IS_DONE)
		printf("\"end\":\"done\"");
	else if (ending->timed_out)
		printf("\"end\":\"timeout\",\"state\":\"%c\"", ending->state);
	else if (killed_by)
		printf("\"end\":\"signal\",\"signal\":%d", killed_by);
	else
		printf("\"end\":\"exit\",\"status\":%d", WEXITSTATUS(ending->status));
}

static void print_signals(const struct report *report)
{
	const char *comma = "";

	printf(",\"signals\":{");
	for (int i = 0; i < SIGNALS; i++) {
		if (!report->signals[i])
			continue;
		printf("%s\"%d\":%u", comma, i, report->signals[i]);
		comma = ",";
	}
	printf("}");
}

static void print_result(const char *id, int index, const struct report *report,
			 const struct ending *ending)
{
	printf("{\"case\":\"%s\",\"index\":%d,", id, index);
	print_end(report, ending);
	printf(",\"phase\":\"%s\",\"line\":%d", phases[phase_of(report)], report->line);
	if (ending->is_stuck)
		printf(",\"stuck\":true");
	if (report->phase > IN_SETUP) {
		printf(",\"number\":%" PRIu64 ",\"args\":[", report->number);
		for (int i = 0; i < REGISTERS; i++)
			printf("%s%" PRIu64, i ? "," : "", report->regs[i]);
		printf("],\"tampered\":%s", report->tampered ? "true" : "false");
	}
	if (report->phase > IN_BEFORE)
		print_seen("before", &report->before);
	if (report->phase > IN_ARMING)
		print_signals(report);
	if (report->phase > IN_CALL)
		printf(",\"ret\":%" PRId64, report->ret);
	if (report->phase > IN_CALL && report->fault_left >= 0)
		printf(",\"fault_left\":%" PRId64, report->fault_left);
	if (report->phase == IS_DONE)
		print_seen("after", &report->after);
	printf("}\n");
	fflush(stdout);
}

/* One case. */

/* Whether a phase takes too long: the call more than its own time, the rest a time of its own. */
static bool is_late(const struct report *report, int64_t *since, int *last_phase)
{
	int limit_ms = report->phase == IN_CALL ? report->timeout_ms : PHASE_TIMEOUT_MS;
	int64_t now = now_ms();

	if (report->phase != *last_phase) {
		*last_phase = report->phase;
		*since = now;
	}
	return now - *since > limit_ms;
}

static struct ending wait_for_end(pid_t pid, const struct report *report)
{
	struct ending ending = { 0 };
	int64_t since = now_ms();
	int last_phase = -1;
	pid_t parent;

	while (waitpid(pid, &ending.status, WNOHANG) == 0) {
		if (is_late(report, &since, &last_phase)) {
			ending.timed_out = true;
			ending.state = '?';
			if (report->pid > 1) {	/* unless the case destroyed the report */
				read_stat(report->pid, &ending.state, &parent);
				kill(report->pid, SIGKILL);
			}
			kill(pid, SIGKILL);
			break;
		}
		sleep_for_child(10);
	}
	if (report->swap[0])
		swapoff(report->swap);
	ending.is_stuck = !reap_all();
	return ending;
}

/* Put settings of the machine back, the last one first. */
static void restore(const struct report *report)
{
	int count = report->setting_count;

	while (count > 0 && count <= SETTINGS) {
		const struct setting *setting = &report->settings[--count];

		write_file(setting->path, setting->value);
	}
}

static void run_one(const struct options *options, const struct case_text *text, int index,
		    struct report *report, const char *folder)
{
	struct ending ending;
	struct run run = { 0 };
	pid_t pid;

	memset(report, 0, offsetof(struct report, before));
	report->before.used = report->after.used = 0;
	report->before.full = report->after.full = false;
	report->timeout_ms = options->timeout_ms;
	if (mkdir(folder, 0755))
		fail(folder, strerror(errno));
	run.report = report;
	run.text = text;
	run.folder = folder;
	run.is_guest = options->is_guest;
	pid = fork();
	if (pid < 0)
		fail("fork", strerror(errno));
	if (!pid)
		run_case(&run);
	report->pid = report->pid ? report->pid : pid;
	ending = wait_for_end(pid, report);
	if (options->is_guest)
		restore(report);
	print_result(text->id, index, report, &ending);
	remove_all(AT_FDCWD, folder, options->is_guest);
}

static void run_all(const struct options *options, const struct cases *cases)
{
	struct report *report = mmap(FAR_AWAY, sizeof(*report), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char base[256], folder[264];

	if (report == MAP_FAILED)
		fail("memory", strerror(errno));
	snprintf(base, sizeof(base), "%s", options->folder ? options->folder : "/tmp/kapi-XXXXXX");
	if (!options->folder && !mkdtemp(base))
		fail(base, strerror(errno));
	if (!options->folder)
		chmod(base, 0755);
	snprintf(folder, sizeof(folder), "%s/case", base);
	remove_all(AT_FDCWD, folder, options->is_guest);
	for (int i = options->start; i < cases->count && i - options->start < options->count; i++)
		run_one(options, &cases->items[i], i, report, folder);
	if (!options->folder)
		rmdir(base);
}

/* Device number of the one devtmpfs, which statfs calls a tmpfs; 0:0 if it is not mounted. */
static void find_devtmpfs(unsigned int *dev)
{
	FILE *stream = fopen("/proc/self/mountinfo", "re");
	char line[4096];

	while (stream && fgets(line, sizeof(line), stream))
		if (strstr(line, " - devtmpfs ") &&
		    sscanf(line, "%*d %*d %u:%u", &dev[0], &dev[1]) == 2)
			break;
	if (stream)
		fclose(stream);
}

/* What the results were got on. */
static void print_hello(const struct options *options, const struct cases *cases)
{
	struct utsname name;
	struct statfs fs = { 0 };
	unsigned int dev[2] = { 0 };

	uname(&name);
	statfs(options->folder ? options->folder : "/tmp", &fs);
	find_devtmpfs(dev);
	printf("{\"executor\":%d,\"cases\":%d,\"release\":\"%s\",\"machine\":\"%s\",\"page\":%ld,"
	       "\"bits\":%d,\"uid\":%d,\"guest\":%s,\"fs\":%llu,\"devtmpfs\":[%u,%u]}\n", FORMAT,
	       cases->count, name.release, name.machine, sysconf(_SC_PAGESIZE),
	       (int)sizeof(long) * 8, geteuid(), options->is_guest ? "true" : "false",
	       (unsigned long long)(uint32_t)fs.f_type, dev[0], dev[1]);
	fflush(stdout);
}

static int read_count(const char *option, const char *text)
{
	char *end;
	long count = text ? strtol(text, &end, 10) : -1;

	if (count < 0 || count > 1000000000 || *end)
		fail(option, "expected a number");
	return (int)count;
}

static struct options read_options(int argc, char **argv)
{
	struct options options = { .timeout_ms = 1000, .count = INT_MAX };

	for (int i = 1; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(argv[i], "--guest")) {
			options.is_guest = true;
		} else if (!strcmp(argv[i], "--start")) {
			options.start = read_count(argv[i++], next);
		} else if (!strcmp(argv[i], "--count")) {
			options.count = read_count(argv[i++], next);
		} else if (!strcmp(argv[i], "--timeout")) {
			options.timeout_ms = read_count(argv[i++], next);
		} else if (!strcmp(argv[i], "--folder") && next) {
			options.folder = argv[++i];
		} else if (argv[i][0] == '-' || options.file) {
			fail(argv[i], "usage: executor [--guest] [--start N] [--count N] "
			     "[--timeout MS] [--folder DIR] [FILE]");
		} else {
			options.file = argv[i];
		}
	}
	return options;
}

/* Addresses that are the same in every run. */
static void make_predictable(char **argv)
{
	int old = personality(0xffffffff);

	if (old < 0 || old & ADDR_NO_RANDOMIZE)
		return;
	if (personality((unsigned long)old | ADDR_NO_RANDOMIZE) >= 0)
		execv("/proc/self/exe", argv);
}

int main(int argc, char **argv)
{
	struct options options;
	struct cases cases;
	sigset_t set;

	if (argc == 2 && !strcmp(argv[1], "--pause"))
		for (;;)
			pause();
	options = read_options(argc, argv);
	make_predictable(argv);
	cases = read_cases(read_all(options.file));
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	print_hello(&options, &cases);
	run_all(&options, &cases);
	return 0;
}
