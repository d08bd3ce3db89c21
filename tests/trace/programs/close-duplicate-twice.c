/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = fcntl(some_file(), F_DUPFD_CLOEXEC, 30);
	close(fd);
	FAULT(close(fd), close(3));
	return 0;
}
