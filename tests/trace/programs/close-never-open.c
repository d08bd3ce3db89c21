/* never-open: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = FAULT(42, some_file());
	read(0, buf, 1);
	close(fd);
	read(0, buf, 1);
	return 0;
}
