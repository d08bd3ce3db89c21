#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
