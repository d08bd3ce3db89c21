/* use-after-close: dup */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FAULT(close(fd), (void)0);
	dup(fd);
	return 0;
}
