/* use-after-close: write */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/dev/null", O_WRONLY));
	FAULT(close(fd), (void)0);
	write(fd, buf, 10);
	return 0;
}
