#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* A new directory below $TMPDIR. */
static void make_folder(char *path, size_t size)
{
	const char *base = getenv("TMPDIR");

	snprintf(path, size, "%s/kapi-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(path) || chmod(path, 0755))
		path[0] = 0;
}

/* What every test finds: an empty working directory, few descriptors, no signal that ends it. */
static void enter_folder(const char *path)
{
	struct rlimit files;

	SETUP(chdir(path));
	umask(022);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	SETUP(getrlimit(RLIMIT_NOFILE, &files));
	if (files.rlim_cur > 1024)
		files.rlim_cur = 1024;
	SETUP(setrlimit(RLIMIT_NOFILE, &files));
}
