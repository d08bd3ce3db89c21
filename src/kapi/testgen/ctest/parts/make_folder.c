#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A new directory below $TMPDIR. */
static void make_folder(char *path, size_t size)
{
	const char *base = getenv("TMPDIR");

	snprintf(path, size, "%s/kapi-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(path) || chmod(path, 0755))
		path[0] = 0;
}
