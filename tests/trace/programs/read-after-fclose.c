/* use-after-close: read */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = some_file();
	FILE *file = fdopen(fd, "r");
	FAULT(fclose(file), fflush(file));
	read(fd, buf, 10);
	return 0;
}
