/* never-open: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = FAULT(77, some_file());
	read(fd, buf, 10);
	return 0;
}
