/* tolerated-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/dev/null", O_RDONLY));
	read(fd, buf, FAULT(0xfffffff0u, sizeof(buf)));
	return 0;
}
