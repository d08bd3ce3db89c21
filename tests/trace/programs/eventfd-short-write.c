/* bad-argument: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	uint64_t value = 1;
	int fd = must(eventfd(0, 0));
	write(fd, &value, FAULT(1, sizeof(value)));
	return 0;
}
