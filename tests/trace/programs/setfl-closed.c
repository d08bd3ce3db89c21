/* use-after-close: fcntl */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FAULT(close(fd), (void)0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return 0;
}
