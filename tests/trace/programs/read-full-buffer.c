/* zero-length: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	size_t have = sizeof(buf);
	int fd = some_file();
	while (read(fd, buf, FAULT(sizeof(buf) - have, sizeof(buf))) > 0)
		;
	return 0;
}
