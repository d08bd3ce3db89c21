#include <stdio.h>
#include <string.h>

/* Symbolic links link0, link1 and so on, each to the one before. */
static void make_links(const char *target, int count)
{
	char name[16], last[16];

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "link%d", i);
		SETUP(symlink(i ? last : target, name));
		memcpy(last, name, sizeof(last));
	}
}
