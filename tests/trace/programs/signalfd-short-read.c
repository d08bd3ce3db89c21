/* bad-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = must(signalfd(-1, &set, 0));
	raise(SIGUSR1);
	read(fd, buf, FAULT(4, sizeof(struct signalfd_siginfo)));
	return 0;
}
