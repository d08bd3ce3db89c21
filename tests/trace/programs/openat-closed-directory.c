/* bad-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/etc", O_RDONLY | O_DIRECTORY));
	FAULT(close(fd), (void)0);
	openat(fd, "passwd", O_RDONLY);
	return 0;
}
