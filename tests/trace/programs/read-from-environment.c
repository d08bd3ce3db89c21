/* never-open: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	const char *text = "63";
	int fd = FAULT(atoi(text), some_file());
	read(fd, buf, 10);
	return 0;
}
