#include <signal.h>

/* A set of one signal. */
static const sigset_t *only_signal(int number)
{
	static sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	return &set;
}
