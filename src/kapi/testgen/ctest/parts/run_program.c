#include <signal.h>
#include <sys/prctl.h>

/* Run the copy of sleep; it has been started when this returns. */
static pid_t run_program(const char *name)
{
	char *argv[] = { "sleep", "60", NULL };
	volatile int error = 0;
	pid_t pid = SETUP(vfork());

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execv(name, argv);
		error = errno;
		_exit(1);
	}
	errno = error;
	SETUP(error ? -1 : 0);
	return pid;
}
