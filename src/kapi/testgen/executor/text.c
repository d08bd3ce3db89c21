// SPDX-License-Identifier: GPL-2.0-or-later
/* Text of limited size, and strings as JSON has them. Nothing is written behind the limit. */
#include "executor.h"

#include <stdarg.h>
#include <stdio.h>

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
