// SPDX-License-Identifier: GPL-2.0-or-later
/* What is seen of descriptors, files and pathnames. Runs in the process that looks. */
#include "executor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	LINKS_MAX = 42,
	ENDS_MAX = 64,
	FOLLOW = 0,
};

/* struct statx of linux/stat.h, which not every C library has. */
struct object {
	uint32_t mask;
	uint32_t block_bytes;
	uint64_t attributes;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint16_t mode;
	uint16_t unused;
	uint64_t inode;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	uint64_t times[8];
	uint32_t rdev[2];
	uint32_t dev[2];
	uint64_t rest[14];
};

static int read_object(int dfd, const char *path, int flags, struct object *object)
{
	const unsigned int basic = 0x7ff;	/* STATX_BASIC_STATS */

	_Static_assert(sizeof(*object) == 256, "as large as struct statx");
	return (int)syscall(SYS_statx, dfd, path, flags, basic, object);
}

/* Results of calls as the kernel gives them. */
static long result_of(long got)
{
	return got < 0 ? -errno : got;
}

static void put_object(struct text *text, const struct object *object)
{
	put(text, "{\"mode\":%u,\"nlink\":%u,\"uid\":%u,\"gid\":%u,\"size\":%" PRIu64
	    ",\"dev\":[%u,%u],\"rdev\":[%u,%u],\"attr\":%" PRIu64 ",\"attr_mask\":%" PRIu64 "}",
	    object->mode, object->nlink, object->uid, object->gid, object->size, object->dev[0],
	    object->dev[1], object->rdev[0], object->rdev[1], object->attributes,
	    object->attributes_mask);
}

/* Descriptors. */

/* Open descriptions for one direction of a pipe, one descriptor of each. */
struct ends {
	int count;
	int fds[ENDS_MAX];
};

static bool is_same_description(int one, int two)
{
	const int kcmp_file = 0;

	return syscall(SYS_kcmp, getpid(), getpid(), kcmp_file, (long)one, (long)two) == 0;
}

static void add_end(struct ends *ends, int fd)
{
	for (int i = 0; i < ends->count; i++)
		if (is_same_description(ends->fds[i], fd))
			return;
	if (ends->count < ENDS_MAX)
		ends->fds[ends->count++] = fd;
}

/* Find the descriptions of a pipe or FIFO among the descriptors of this process. */
static bool find_ends(const struct object *pipe, struct ends *readers, struct ends *writers)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	struct object object;

	if (!folder)
		return false;
	while ((entry = readdir(folder))) {
		int fd = atoi(entry->d_name);
		int flags = fcntl(fd, F_GETFL);
		int mode = flags & O_ACCMODE;

		if (entry->d_name[0] == '.' || flags < 0 || flags & O_PATH ||
		    read_object(fd, "", AT_EMPTY_PATH, &object) ||
		    object.inode != pipe->inode ||
		    memcmp(object.dev, pipe->dev, sizeof(object.dev)))
			continue;
		if (mode == O_RDONLY || mode == O_RDWR)
			add_end(readers, fd);
		if (mode == O_WRONLY || mode == O_RDWR)
			add_end(writers, fd);
	}
	closedir(folder);
	return true;
}

static void put_ends(const struct run *run, struct text *text, const struct object *pipe)
{
	struct ends readers = { 0 }, writers = { 0 };

	/* Others may have descriptions, or be about to have one. */
	if (run->was_forked || run->has_threads || !find_ends(pipe, &readers, &writers))
		return;
	put(text, ",\"readers\":%d,\"writers\":%d", readers.count, writers.count);
}

void look_fd(const struct run *run, struct text *text, int fd, int reserved)
{
	char path[64], link[PATH_BYTES];
	struct statfs fs;
	struct object object;
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
	if (!read_object(fd, "", AT_EMPTY_PATH, &object)) {
		put(text, ",\"stat\":");
		put_object(text, &object);
		if (S_ISFIFO(object.mode))
			put_ends(run, text, &object);
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
	struct object object;

	if (!is_folder)
		cut_last(path);
	put(text, ",\"dir\":{\"wx\":%ld", may_access(dfd, path, W_OK | X_OK));
	if (read_object(dfd, path, FOLLOW, &object)) {
		put(text, ",\"error\":%d}", errno);
		return;
	}
	put(text, ",\"stat\":");
	put_object(text, &object);
	put_file_system(text, dfd, path);
	put(text, "}");
}

void look_path(const struct run *run, struct text *text, int dfd, uint64_t address)
{
	const char *given = (const char *)(uintptr_t)address;
	char path[PATH_BYTES], first[PATH_BYTES];
	bool found, slash;
	struct object object;
	ssize_t length = copy_string(address, path, sizeof(path));

	put(text, "{\"length\":%zd", length);
	if (length <= 0 || length == (ssize_t)sizeof(path)) {
		put(text, "}");
		return;
	}
	if (read_object(dfd, given, AT_SYMLINK_NOFOLLOW, &object)) {
		put(text, ",\"lerror\":%d", errno);
	} else {
		put(text, ",\"lstat\":");
		put_object(text, &object);
	}
	strcpy(first, path);
	cut_last(first);
	if (!read_object(dfd, first, FOLLOW, &object))
		put(text, ",\"ldir_links\":%u,\"ldir_mode\":%u", object.nlink, object.mode);
	found = !read_object(dfd, given, FOLLOW, &object);
	if (!found) {
		put(text, ",\"error\":%d", errno);
	} else {
		put(text, ",\"stat\":");
		put_object(text, &object);
		put_file_system(text, dfd, given);
		if (S_ISFIFO(object.mode))
			put_ends(run, text, &object);
	}
	put(text, ",\"r\":%ld,\"w\":%ld", may_access(dfd, given, R_OK), may_access(dfd, given, W_OK));
	slash = ends_with_slash(path);
	for (int i = 0; i < LINKS_MAX && !slash && step_link(dfd, path); i++)
		slash = ends_with_slash(path);
	put(text, ",\"slash\":%d", slash);
	look_folder(text, dfd, path, found && S_ISDIR(object.mode));
	put(text, "}");
}

/* Size and hash of a regular file, if it can be read without leaving a trace. */
void look_file(struct text *text, int watched)
{
	uint64_t hash = HASH_START, total = 0;
	static char chunk[1 << 16];
	struct stat st;
	char path[64];
	ssize_t got;
	int fd;

	put(text, "{");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", watched);
	if (!fstat(watched, &st) && S_ISREG(st.st_mode)) {
		put(text, "\"size\":%lld", (long long)st.st_size);
		fd = open(path, O_RDONLY | O_NOATIME | O_NONBLOCK | O_CLOEXEC);
		while (fd >= 0 && total < HASH_BYTES_MAX) {
			got = read(fd, chunk, sizeof(chunk));
			if (got <= 0)
				break;
			hash = hash_bytes(hash, chunk, (size_t)got);
			total += (uint64_t)got;
		}
		if (fd >= 0 && total == (uint64_t)st.st_size)
			put(text, ",\"hash\":\"%016" PRIx64 "\"", hash);
		close(fd);
	}
	put(text, "}");
}
