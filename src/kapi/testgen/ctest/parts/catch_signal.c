#include <signal.h>

static void do_nothing(int number)
{
	(void)number;
}

/* Have a signal interrupt calls, or not if flags has SA_RESTART. */
static void catch_signal(int number, int flags)
{
	struct sigaction action = { .sa_handler = do_nothing, .sa_flags = flags };

	SETUP(sigaction(number, &action, NULL));
}
