/* bad-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	uint64_t value;
	struct itimerspec soon = { .it_value = { 0, 1 } };
	int fd = must(timerfd_create(CLOCK_MONOTONIC, 0));
	timerfd_settime(fd, 0, &soon, NULL);
	read(fd, &value, FAULT(4, sizeof(value)));
	return 0;
}
