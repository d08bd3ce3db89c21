/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	if (read(fd, buf, 10) != 1000)
		goto failed;
	return 0;
failed:
	close(fd);
	FAULT(close(fd), (void)0);
	return 0;
}
