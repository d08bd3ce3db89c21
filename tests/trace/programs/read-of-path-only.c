/* bad-argument: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/etc/passwd", FAULT(O_PATH, O_RDONLY)));
	read(fd, buf, 10);
	return 0;
}
