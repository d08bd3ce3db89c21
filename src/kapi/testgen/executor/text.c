// SPDX-License-Identifier: GPL-2.0-or-later
/* Text of limited size, strings as JSON has them, hashes, and small files. */
#include "executor.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Add to a text; what does not fit is left out, and the text is marked as full. */
void put(struct text *text, const char *format, ...)
{
	size_t room = sizeof(text->data) - text->used;
	va_list args;
	int count;

	va_start(args, format);
	count = vsnprintf(text->data + text->used, room, format, args);
	va_end(args);
	if (count < 0 || (size_t)count >= room)
		text->full = true;
	else
		text->used += (uint32_t)count;
}

/* Bytes as a JSON string: each byte is the character of its number. */
void put_string(struct text *text, const char *bytes, size_t count)
{
	put(text, "\"");
	for (size_t i = 0; i < count; i++) {
		unsigned char byte = (unsigned char)bytes[i];

		if (byte == '"' || byte == '\\')
			put(text, "\\%c", byte);
		else if (byte >= ' ' && byte < 0x7f)
			put(text, "%c", byte);
		else
			put(text, "\\u%04x", byte);
	}
	put(text, "\"");
}

/* FNV-1a of 64 bits. */
uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* The first bytes of a file, with a NUL behind them; how many, or -1. */
ssize_t read_file(const char *path, char *bytes, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t got = -1;

	if (fd < 0)
		return -1;
	while (used < room - 1) {
		got = read(fd, bytes + used, room - 1 - used);
		if (got <= 0)
			break;
		used += (size_t)got;
	}
	close(fd);
	bytes[used] = 0;
	return got < 0 ? -1 : (ssize_t)used;
}

/* Write a text to a file that exists; -1 with errno if that fails. */
int write_file(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, value, strlen(value));
	close(fd);
	return written < 0 ? -1 : 0;
}
