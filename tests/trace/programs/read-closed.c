/* use-after-close: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FAULT(close(fd), (void)0);
	read(fd, buf, 10);
	return 0;
}
