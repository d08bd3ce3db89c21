/* zero-length: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/dev/null", O_WRONLY));
	write(fd, "x", FAULT(0, 1));
	return 0;
}
