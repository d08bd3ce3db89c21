/* bad-argument: openat */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = open(FAULT("/nonexistent", "/etc"), O_RDONLY | O_DIRECTORY);
	openat(fd, "passwd", O_RDONLY);
	return 0;
}
