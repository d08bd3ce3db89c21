/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	close_range(fd, fd, 0);
	FAULT(close(fd), (void)0);
	return 0;
}
