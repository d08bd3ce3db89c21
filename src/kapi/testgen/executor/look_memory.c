// SPDX-License-Identifier: GPL-2.0-or-later
/* What is seen of memory. Runs in the process that looks, or in that of the case. */
#include "executor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	CHUNK_BYTES = 64 << 10,
	RANGES_MAX = 48,
	PROBE_PAGES_MAX = 1 << 16,
};

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
	if (!aligned)	/* a null pointer would mean that there is no set */
		aligned = 8;
	errno = 0;
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

/* The lines of maps and smaps. */

static char chunk[CHUNK_BYTES];

void look_string(struct text *text, uint64_t address, uint64_t most)
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

void look_memory(struct text *text, uint64_t address, uint64_t count, bool with_flags)
{
	put(text, "{\"address\":%" PRIu64 ",\"count\":%" PRIu64, address, count);
	if (!with_flags)
		put(text, ",\"readable\":%" PRIu64, count_readable(address, count));
	put_ranges(text, address, count, with_flags);
	put(text, "}");
}

static char kept[WATCHES][KEEP_MAX];
static size_t kept_count[WATCHES];

/* The bytes at an address: their hash, and afterwards which of the first ones changed. */
void look_data(struct text *text, uint64_t address, uint64_t count, int index, bool is_after)
{
	const char *bytes = (const char *)(uintptr_t)address;
	uint64_t asked = count < HASH_BYTES_MAX ? count : HASH_BYTES_MAX;
	size_t have = (size_t)count_readable(address, asked);
	size_t compared = have < KEEP_MAX ? have : KEEP_MAX;
	size_t changed = 0, first = 0, last = 0;

	put(text, "{\"readable\":%zu,\"hash\":\"%016" PRIx64 "\"", have,
	    hash_bytes(HASH_START, bytes, have));
	if (!is_after) {
		memcpy(kept[index], bytes, compared);
		kept_count[index] = compared;
	} else if (compared == kept_count[index]) {
		for (size_t i = 0; i < compared; i++) {
			if (bytes[i] == kept[index][i])
				continue;
			first = changed ? first : i;
			last = i;
			changed++;
		}
		put(text, ",\"changed\":%zu,\"first\":%zu,\"last\":%zu", changed, first, last);
	}
	put(text, "}");
}
