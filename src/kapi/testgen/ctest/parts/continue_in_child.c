#include <sys/wait.h>

/* The test goes on in a child; the parent keeps what it has, and waits. */
static pid_t continue_in_child(void)
{
	pid_t parent = getpid(), pid = SETUP(fork());
	int status;

	if (!pid)
		return parent;
	if (waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		_exit(1);
	_exit(WEXITSTATUS(status));
}
