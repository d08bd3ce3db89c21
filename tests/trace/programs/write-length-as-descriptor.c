/* never-open: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/dev/null", O_WRONLY));
	size_t length = 60;
	FAULT(write(length, buf, fd), write(fd, buf, length));
	return 0;
}
