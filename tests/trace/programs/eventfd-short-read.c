/* bad-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	uint64_t value;
	int fd = must(eventfd(1, 0));
	read(fd, &value, FAULT(sizeof(int), sizeof(value)));
	return 0;
}
