// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads a module, or reads a file, again and again; each time the next allocation of memory, or copy
 * from or to user space, fails on the way, until one run has no more. Prints what came of each run:
 *
 *   load N ERRNO STATE...	STATE of each file: whole, missing, or what is wrong with it
 *   read N STATE
 *
 * usage: faults load MODULE NAME FILE... | faults read FILE
 *
 * The first run is without a fault; what the files hold then is what they have to hold.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FILES 8
#define MAX_SIZE (1 << 20)
#define MAX_RUNS 20000

struct content {
	char *data;
	ssize_t size;	/* negative errno if it could not be read */
};

static char buffer[MAX_SIZE];
static int nth_file = -1;

/* The Nth of them from now on fails; 0: none does. */
static void arm(unsigned int nth)
{
	char text[16];
	int size = snprintf(text, sizeof(text), "%u", nth);

	if (nth_file < 0)
		nth_file = open("/proc/self/fail-nth", O_RDWR);
	if (pwrite(nth_file, text, size, 0) != size) {
		perror("fail-nth");
		exit(2);
	}
}

/*
 * Has it failed? None does any more. Copies to user space may fail, too; if it is that of the answer,
 * nothing has failed before.
 */
static int disarm(void)
{
	char text[16] = "";
	int failed = 0;

	if (pread(nth_file, text, sizeof(text) - 1, 0) >= 0) {
		failed = atoi(text) == 0;
	} else if (errno != EFAULT) {
		perror("fail-nth");
		exit(2);
	}
	arm(0);
	return failed;
}

static ssize_t read_whole(const char *path)
{
	ssize_t size = 0, got;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return -errno;
	while ((got = read(fd, buffer + size, MAX_SIZE - size)) > 0)
		size += got;
	if (got < 0)
		size = -errno;
	close(fd);
	return size;
}

static struct content keep(ssize_t size)
{
	struct content kept = { NULL, size };

	if (size > 0) {
		kept.data = malloc(size);
		memcpy(kept.data, buffer, size);
	}
	return kept;
}

static const char *state(ssize_t size, const struct content *right)
{
	static char text[32];

	if (size == right->size && !memcmp(buffer, right->data, size))
		return "whole";
	if (size == -ENOENT)
		return "missing";
	if (size < 0)
		snprintf(text, sizeof(text), "errno-%zd", -size);
	else
		snprintf(text, sizeof(text), "other-%zd-bytes", size);
	return text;
}

static int load(int fd)
{
	return syscall(SYS_finit_module, fd, "", 0) ? errno : 0;
}

static void unload(const char *name)
{
	if (syscall(SYS_delete_module, name, 0)) {
		perror("delete_module");
		exit(2);
	}
}

static int try_loads(const char *module, const char *name, char **files, int count)
{
	struct content right[MAX_FILES];
	unsigned int nth;
	int i, error, failed;
	int fd = open(module, O_RDONLY);

	if (count > MAX_FILES || load(fd))
		return 2;
	for (i = 0; i < count; i++)
		right[i] = keep(read_whole(files[i]));
	unload(name);
	for (nth = 1; nth < MAX_RUNS; nth++) {
		arm(nth);
		error = load(fd);
		failed = disarm();
		printf("load %u %d", nth, error);
		for (i = 0; i < count; i++)
			printf(" %s", state(read_whole(files[i]), &right[i]));
		putchar('\n');
		if (!error)
			unload(name);
		if (!failed)
			return 0;
	}
	return 2;
}

static int try_reads(const char *path)
{
	struct content right = keep(read_whole(path));
	unsigned int nth;
	ssize_t size;
	int failed;

	if (right.size <= 0)
		return 2;
	for (nth = 1; nth < MAX_RUNS; nth++) {
		arm(nth);
		size = read_whole(path);
		failed = disarm();
		printf("read %u %s\n", nth, state(size, &right));
		if (!failed)
			return 0;
	}
	return 2;
}

int main(int argc, char **argv)
{
	if (argc > 4 && !strcmp(argv[1], "load"))
		return try_loads(argv[2], argv[3], argv + 4, argc - 4);
	if (argc == 3 && !strcmp(argv[1], "read"))
		return try_reads(argv[2]);
	return 2;
}
