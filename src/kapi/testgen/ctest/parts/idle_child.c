#include <signal.h>
#include <sys/prctl.h>

/* A process that does nothing. */
static pid_t idle_child(void)
{
	pid_t pid = SETUP(fork());

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
}
