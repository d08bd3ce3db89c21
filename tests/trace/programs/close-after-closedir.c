/* double-close: close */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fault.h"

int main(void)
{
	int fd = must(open("/", O_RDONLY | O_DIRECTORY));
	DIR *dir = fdopendir(fd);
	closedir(dir);
	FAULT(close(fd), (void)0);
	return 0;
}
