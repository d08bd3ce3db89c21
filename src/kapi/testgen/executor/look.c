// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is seen before and after the call.
 *
 * A second process looks: it shares the memory of the case and has a copy of its descriptor table,
 * credentials, folders and namespaces. So it may open what it needs, and nothing of the case changes.
 * What cannot be seen is left out.
 */
#include "executor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	STACK_BYTES = 256 << 10,
	CHUNK_BYTES = 64 << 10,
	LINKS_MAX = 42,
	RANGES_MAX = 48,
	PROBE_PAGES_MAX = 1 << 16,
	HASHED_MAX = 1 << 24,
};

static char chunk[CHUNK_BYTES];
static char kept[WATCHES][KEEP_MAX];
static size_t kept_count[WATCHES];

/* Run some work in a process that shares memory but no descriptor table, and wait for its end. */
int borrow(int (*work)(void *), void *arg)
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

static size_t page_bytes(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * Whether the kernel can read the page of an address. A call with a bad first argument copies its
 * set of signals and then complains.
 */
static bool can_fetch(uint64_t address)
{
	uintptr_t aligned = (uintptr_t)(address & ~(uint64_t)7);

	if (address > UINTPTR_MAX)
		return false;
	syscall(SYS_rt_sigprocmask, -1, (void *)aligned, NULL, 8);
	return errno != EFAULT;
}

/* How many bytes from an address on can be read; looks at so many pages at most. */
static uint64_t count_readable(uint64_t address, uint64_t count)
{
	uint64_t page = page_bytes();
	uint64_t done = 0;

	for (int i = 0; i < PROBE_PAGES_MAX && done < count; i++) {
		if (address + done < address || !can_fetch(address + done))
			break;
		done += page - ((address + done) & (page - 1));
	}
	return done < count ? done : count;
}

/* The bytes before the first NUL; -1 if they cannot be read, room if there is no NUL among them. */
ssize_t copy_string(uint64_t address, char *bytes, size_t room)
{
	size_t readable = (size_t)count_readable(address, room);
	const char *start = (const char *)(uintptr_t)address;
	const char *end = readable ? memchr(start, 0, readable) : NULL;

	if (!end && readable < room)
		return -1;
	readable = end ? (size_t)(end - start) : room;
	memcpy(bytes, start, readable);
	if (readable < room)
		bytes[readable] = 0;
	return (ssize_t)readable;
}

/* FNV-1a of 64 bits. */
static uint64_t hash_bytes(uint64_t hash, const unsigned char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static const uint64_t hash_start = UINT64_C(0xcbf29ce484222325);

static ssize_t read_file(const char *path, char *bytes, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = -1;

	if (fd < 0)
		return -1;
	while (used < room) {
		got = read(fd, bytes + used, room - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	close(fd);
	return got < 0 ? -1 : (ssize_t)used;
}

/* Results of calls as the kernel gives them. */
static long result_of(long got)
{
	return got < 0 ? -errno : got;
}

static void put_statx(struct text *text, const struct statx *st)
{
	put(text,
	    "{\"mode\":%u,\"nlink\":%u,\"uid\":%u,\"gid\":%u,\"size\":%" PRIu64
	    ",\"dev\":[%u,%u],\"rdev\":[%u,%u],\"attr\":%" PRIu64 ",\"attr_mask\":%" PRIu64 "}",
	    st->stx_mode, st->stx_nlink, st->stx_uid, st->stx_gid, (uint64_t)st->stx_size,
	    st->stx_dev_major, st->stx_dev_minor, st->stx_rdev_major, st->stx_rdev_minor,
	    (uint64_t)st->stx_attributes, (uint64_t)st->stx_attributes_mask);
}

/* Descriptors. */

struct ends {
	int readers;
	int writers;
	int readers_fds[64];
	int writers_fds[64];
};

static bool is_same_description(int one, int two)
{
	const int kcmp_file = 0;

	return syscall(SYS_kcmp, getpid(), getpid(), kcmp_file, (long)one, (long)two) == 0;
}

static void add_end(int *count, int *fds, int fd)
{
	for (int i = 0; i < *count; i++)
		if (is_same_description(fds[i], fd))
			return;
	if (*count < 64)
		fds[(*count)++] = fd;
}

/* Open descriptions of a pipe or FIFO among the descriptors of this process. */
static bool count_ends(const struct statx *pipe, struct ends *ends)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	struct statx st;

	if (!folder)
		return false;
	memset(ends, 0, sizeof(*ends));
	while ((entry = readdir(folder))) {
		int fd = atoi(entry->d_name);
		int flags = fcntl(fd, F_GETFL);

		if (entry->d_name[0] == '.' || flags < 0 || flags & O_PATH)
			continue;
		if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st) ||
		    st.stx_ino != pipe->stx_ino || st.stx_dev_major != pipe->stx_dev_major ||
		    st.stx_dev_minor != pipe->stx_dev_minor)
			continue;
		if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_ACCMODE) == O_RDWR)
			add_end(&ends->readers, ends->readers_fds, fd);
		if ((flags & O_ACCMODE) == O_WRONLY || (flags & O_ACCMODE) == O_RDWR)
			add_end(&ends->writers, ends->writers_fds, fd);
	}
	closedir(folder);
	return true;
}

static void put_ends(const struct run *run, struct text *text, const struct statx *st)
{
	struct ends ends;

	/* Others may have descriptions, or be about to have one. */
	if (run->was_forked || run->has_threads || !count_ends(st, &ends))
		return;
	put(text, ",\"readers\":%d,\"writers\":%d", ends.readers, ends.writers);
}

static void look_fd(const struct run *run, struct text *text, int fd, int reserved)
{
	char path[64], link[PATH_BYTES];
	struct statfs fs;
	struct statx st;
	ssize_t count;
	int queued;

	put(text, "{\"fd\":%d,\"getfd\":%ld,\"reserved\":%d", fd, result_of(fcntl(fd, F_GETFD)),
	    reserved);
	if (fcntl(fd, F_GETFD) < 0) {
		put(text, "}");
		return;
	}
	put(text, ",\"getfl\":%ld,\"seals\":%ld", result_of(fcntl(fd, F_GETFL)),
	    result_of(fcntl(fd, F_GET_SEALS)));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	count = readlink(path, link, sizeof(link));
	if (count >= 0) {
		put(text, ",\"link\":");
		put_string(text, link, (size_t)count);
	}
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	count = read_file(path, link, sizeof(link));
	if (count >= 0) {
		put(text, ",\"info\":");
		put_string(text, link, (size_t)count);
	}
	if (!fstatfs(fd, &fs))
		put(text, ",\"fs\":%llu", (unsigned long long)(uint32_t)fs.f_type);
	if (!statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &st)) {
		put(text, ",\"stat\":");
		put_statx(text, &st);
		if (S_ISFIFO(st.stx_mode))
			put_ends(run, text, &st);
	}
	if (!ioctl(fd, FIONREAD, &queued))
		put(text, ",\"queued\":%d", queued);
	put(text, "}");
}

/* Pathnames. */

/* The pathname with its last name cut off; "." or "/" if nothing is left. */
static void cut_last(char *path)
{
	size_t end = strlen(path);

	while (end > 1 && path[end - 1] == '/')
		end--;
	while (end && path[end - 1] != '/')
		end--;
	while (end > 1 && path[end - 1] == '/')
		end--;
	if (!end)
		strcpy(path, ".");
	else
		path[end] = 0;
}

/* Replace a symbolic link at the end of a pathname by what it says; false if there is none. */
static bool step_link(int dfd, char *path)
{
	char target[PATH_BYTES], folder[PATH_BYTES];
	ssize_t count = readlinkat(dfd, path, target, sizeof(target) - 1);

	if (count <= 0)
		return false;
	target[count] = 0;
	if (target[0] == '/') {
		strcpy(path, target);
		return true;
	}
	strcpy(folder, path);
	cut_last(folder);
	return snprintf(path, PATH_BYTES, "%s/%s", folder, target) < PATH_BYTES;
}

static bool ends_with_slash(const char *path)
{
	size_t length = strlen(path);

	return length && path[length - 1] == '/';
}

static void put_file_system(struct text *text, int dfd, const char *path)
{
	int fd = openat(dfd, path, O_PATH | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0)
		return;
	if (!fstatfs(fd, &fs))
		put(text, ",\"fs\":%llu,\"mount\":%llu", (unsigned long long)(uint32_t)fs.f_type,
		    (unsigned long long)fs.f_flags);
	close(fd);
}

static long may_access(int dfd, const char *path, int mode)
{
#ifdef SYS_faccessat2
	return result_of(syscall(SYS_faccessat2, dfd, path, mode, AT_EACCESS));
#else
	(void)dfd, (void)path, (void)mode;
	return -ENOSYS;
#endif
}

/* The directory that a new file would come to. */
static void look_folder(struct text *text, int dfd, char *path, bool is_folder)
{
	struct statx st;

	if (!is_folder)
		cut_last(path);
	put(text, ",\"dir\":{\"wx\":%ld", may_access(dfd, path, W_OK | X_OK));
	if (statx(dfd, path, 0, STATX_BASIC_STATS, &st)) {
		put(text, ",\"error\":%d}", errno);
		return;
	}
	put(text, ",\"stat\":");
	put_statx(text, &st);
	put_file_system(text, dfd, path);
	put(text, "}");
}

static void look_path(const struct run *run, struct text *text, int dfd, uint64_t address)
{
	const char *given = (const char *)(uintptr_t)address;
	char path[PATH_BYTES], first[PATH_BYTES];
	bool found, slash;
	struct statx st;
	ssize_t length = copy_string(address, path, sizeof(path));

	put(text, "{\"length\":%zd", length);
	if (length <= 0 || length == (ssize_t)sizeof(path)) {
		put(text, "}");
		return;
	}
	if (statx(dfd, given, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &st)) {
		put(text, ",\"lerror\":%d", errno);
	} else {
		put(text, ",\"lstat\":");
		put_statx(text, &st);
	}
	strcpy(first, path);
	cut_last(first);
	if (!statx(dfd, first, 0, STATX_BASIC_STATS, &st))
		put(text, ",\"ldir_links\":%u,\"ldir_mode\":%u", st.stx_nlink, st.stx_mode);
	found = !statx(dfd, given, 0, STATX_BASIC_STATS, &st);
	if (!found) {
		put(text, ",\"error\":%d", errno);
	} else {
		put(text, ",\"stat\":");
		put_statx(text, &st);
		put_file_system(text, dfd, given);
		if (S_ISFIFO(st.stx_mode))
			put_ends(run, text, &st);
	}
	put(text, ",\"r\":%ld,\"w\":%ld", may_access(dfd, given, R_OK), may_access(dfd, given, W_OK));
	slash = ends_with_slash(path);
	for (int i = 0; i < LINKS_MAX && !slash && step_link(dfd, path); i++)
		slash = ends_with_slash(path);
	put(text, ",\"slash\":%d", slash);
	look_folder(text, dfd, path, found && S_ISDIR(st.stx_mode));
	put(text, "}");
}

/* Memory. */

static void look_string(struct text *text, uint64_t address, uint64_t most)
{
	static char bytes[PATH_BYTES];
	size_t room = most < sizeof(bytes) ? (size_t)most : sizeof(bytes);
	ssize_t length = copy_string(address, bytes, room);

	put(text, "{\"most\":%zu,\"length\":%zd", room, length);
	if (length >= 0) {
		put(text, ",\"text\":");
		put_string(text, bytes, (size_t)(length < 256 ? length : 256));
	}
	put(text, "}");
}

/* One line of maps that lies in the range, as [start, end, flags, device, inode, name]. */
static void put_range(struct text *text, const char *line, uint64_t start, uint64_t end, int number)
{
	char permissions[5] = "", name[256] = "";
	unsigned long long inode = 0;
	unsigned int major = 0, minor = 0;

	sscanf(line, "%*x-%*x %4s %*x %x:%x %llu %255[^\n]", permissions, &major, &minor, &inode,
	       name);
	put(text, "%s{\"start\":%" PRIu64 ",\"end\":%" PRIu64 ",\"perms\":\"%s\",\"dev\":[%u,%u]"
	    ",\"inode\":%llu,\"name\":", number ? "," : "", start, end, permissions, major, minor,
	    inode);
	put_string(text, name, strlen(name));
}

struct lines {
	int fd;
	size_t used;
	size_t at;
};

/* The next line of a file that is longer than memory should be; NULL at its end. */
static char *next_line(struct lines *lines)
{
	for (;;) {
		char *start = chunk + lines->at;
		char *end = memchr(start, '\n', lines->used - lines->at);
		ssize_t got;

		if (end) {
			*end = 0;
			lines->at = (size_t)(end + 1 - chunk);
			return start;
		}
		memmove(chunk, start, lines->used - lines->at);
		lines->used -= lines->at;
		lines->at = 0;
		got = read(lines->fd, chunk + lines->used, sizeof(chunk) - lines->used);
		if (got <= 0)
			return NULL;
		lines->used += (size_t)got;
	}
}

/*
 * The mappings that a range touches, with their VmFlags if asked for. The end of the range is
 * rounded up as madvise does; one that wraps has no mappings.
 */
static void put_ranges(struct text *text, uint64_t address, uint64_t count, bool with_flags)
{
	uint64_t page = page_bytes();
	uint64_t last = address + (count ? count - 1 : 0);
	struct lines lines = { 0 };
	bool inside = false;
	int number = 0;
	char *line;

	lines.fd = open(with_flags ? "/proc/self/smaps" : "/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (lines.fd < 0)
		return;
	put(text, ",\"maps\":[");
	while ((line = next_line(&lines))) {
		uint64_t start, end;

		if (inside && !strncmp(line, "VmFlags:", 8)) {
			put(text, ",\"flags\":\"%s\"", line + 8 + strspn(line + 8, " "));
			continue;
		}
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) != 2)
			continue;
		if (inside)
			put(text, "}");
		inside = count && last >= address && end > (address & ~(page - 1)) && start <= last;
		if (inside && number == RANGES_MAX)
			break;
		if (inside)
			put_range(text, line, start, end, number++);
	}
	if (inside && number < RANGES_MAX)
		put(text, "}");
	put(text, "],\"more\":%s", inside && line ? "true" : "false");
	close(lines.fd);
}

static void look_memory(struct text *text, uint64_t address, uint64_t count, bool with_flags)
{
	put(text, "{\"address\":%" PRIu64 ",\"count\":%" PRIu64, address, count);
	if (!with_flags)
		put(text, ",\"readable\":%" PRIu64, count_readable(address, count));
	put_ranges(text, address, count, with_flags);
	put(text, "}");
}

/* The bytes at an address: their hash, and afterwards which of the first ones changed. */
static void look_data(struct text *text, uint64_t address, uint64_t count, int index, bool is_after)
{
	const unsigned char *bytes = (const unsigned char *)(uintptr_t)address;
	size_t have = (size_t)count_readable(address, count < HASHED_MAX ? count : HASHED_MAX);
	size_t compared = have < KEEP_MAX ? have : KEEP_MAX;
	size_t changed = 0, first = 0, last = 0;

	put(text, "{\"readable\":%zu,\"hash\":\"%016" PRIx64 "\"", have,
	    hash_bytes(hash_start, bytes, have));
	if (!is_after) {
		memcpy(kept[index], bytes, compared);
		kept_count[index] = compared;
	} else if (compared == kept_count[index]) {
		for (size_t i = 0; i < compared; i++) {
			if (bytes[i] == (unsigned char)kept[index][i])
				continue;
			first = changed ? first : i;
			last = i;
			changed++;
		}
		put(text, ",\"changed\":%zu,\"first\":%zu,\"last\":%zu", changed, first, last);
	}
	put(text, "}");
}

/* Size and hash of a regular file, if it can be read without leaving a trace. */
static void look_file(struct text *text, int watched)
{
	uint64_t hash = hash_start, total = 0;
	struct stat st;
	char path[64];
	ssize_t got;
	int fd;

	put(text, "{");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", watched);
	if (!fstat(watched, &st) && S_ISREG(st.st_mode)) {
		put(text, "\"size\":%lld", (long long)st.st_size);
		fd = open(path, O_RDONLY | O_NOATIME | O_NONBLOCK | O_CLOEXEC);
		while (fd >= 0 && total < HASHED_MAX) {
			got = read(fd, chunk, sizeof(chunk));
			if (got <= 0)
				break;
			hash = hash_bytes(hash, (const unsigned char *)chunk, (size_t)got);
			total += (uint64_t)got;
		}
		if (fd >= 0 && total == (uint64_t)st.st_size)
			put(text, ",\"hash\":\"%016" PRIx64 "\"", hash);
		close(fd);
	}
	put(text, "}");
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

static void look_process(const struct run *run, struct text *text)
{
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
	/* The rest needs a descriptor; this process may have one more than the case. */
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	count = read_file("/proc/sys/fs/nr_open", bytes, sizeof(bytes) - 1);
	if (count > 0) {
		bytes[count] = 0;
		put(text, ",\"nr_open\":%lld", atoll(bytes));
	}
	put(text, "}");
}

/* Close a descriptor that nobody asks about, if no number is left. */
static void make_room(const struct run *run)
{
	struct rlimit files = { 0 };
	int fd = dup(STDIN_FILENO);

	if (fd >= 0 || errno != EMFILE) {
		close(fd);
		return;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	for (fd = (int)files.rlim_cur - 1; fd >= 0; fd--) {
		bool asked = false;

		for (int i = 0; i < run->watch_count; i++)
			asked |= (int)run->watches[i].operands[0].value == fd;
		if (!asked && !close(fd))
			return;
	}
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
	return true;
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
	look_process(job->run, job->text);
	make_room(job->run);
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

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", *tid);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", getppid(), *tid);
	count = read_file(path, bytes, sizeof(bytes) - 1);
	if (count <= 0)
		_exit(1);
	bytes[count] = 0;
	end = strrchr(bytes, ')');
	_exit(end && end[1] == ' ' && end[2] == 'S' ? 0 : 1);
}

bool is_thread_asleep(int tid)
{
	return borrow(read_state, &tid) == 0;
}
