/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	close(fd);
	if (fork() == 0) {
		FAULT(close(fd), (void)0);
		_exit(0);
	}
	wait(NULL);
	return 0;
}
